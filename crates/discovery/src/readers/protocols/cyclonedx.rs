//! Bills of materials in `CycloneDX`, 1.5 to 1.7, as far as they speak of AI: models, data sets, and the services of a system
//! that has them. A bill of libraries says nothing of agents.

use ambit_model::facts::{Listed, Object};
use ambit_model::{AssetId, AssetKind, Level};

use super::address;
use crate::fragment::Sink;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

pub(in crate::readers) const READER: Reader = Reader {
    id: "cyclonedx",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"bomFormat\""],
    accepts: |text| text.root.text_of("bomFormat") == Some("CycloneDX"),
    read,
};

/// How deep parts may lie in each other, and how many are looked at.
const DEEPEST: usize = 8;
const MOST: usize = 10_000;

fn read(text: &Text<'_>, sink: &mut Sink) {
    let root = &text.root;
    // What Ambit has written says what Ambit has read.
    let own = |it: &View<'_>| it.text_of("name").is_some_and(|it| it.eq_ignore_ascii_case("ambit"));
    let tools = root.at(&["metadata", "tools"]);
    let tools = tools.map(|it| it.get("components").unwrap_or(it)).map(|it| it.items()).unwrap_or_default();
    if tools.iter().any(own) {
        return;
    }
    let mut components = Vec::new();
    let subject = root.at(&["metadata", "component"]);
    subject.iter().for_each(|it| gather(it, "components", DEEPEST, &mut components));
    listed(root, "components", DEEPEST, &mut components);
    let before = sink.listed.len();
    for component in &components {
        match component.text_of("type") {
            Some("machine-learning-model") => model(component, sink),
            Some("data") => data(component, sink),
            _ => {}
        }
    }
    if sink.listed.len() == before {
        return;
    }
    let mut services = Vec::new();
    listed(root, "services", DEEPEST, &mut services);
    for it in &services {
        service(it, text, sink);
    }
}

fn gather<'a>(view: &View<'a>, key: &str, left: usize, all: &mut Vec<View<'a>>) {
    if all.len() < MOST {
        all.push(view.clone());
        listed(view, key, left, all);
    }
}

fn listed<'a>(view: &View<'a>, key: &str, left: usize, all: &mut Vec<View<'a>>) {
    let inner = view.get(key).filter(|it| it.is_list() && left > 0);
    for it in inner.map(|it| it.items()).unwrap_or_default().iter().filter(|it| it.is_map()) {
        gather(it, key, left - 1, all);
    }
}

/// Group and name, as an id.
fn id(kind: AssetKind, view: &View<'_>) -> Option<(AssetId, String)> {
    let name = view.text_of("name").map(str::trim).filter(|it| !it.is_empty())?;
    let full = match view.text_of("group").filter(|it| !it.is_empty()) {
        Some(group) => format!("{group}/{name}"),
        None => name.to_owned(),
    };
    Some((AssetId::new(kind, &full), full))
}

fn common(view: &View<'_>) -> Vec<String> {
    let mut said: Vec<String> =
        view.text_of("version").map(|it| format!("version: {it}")).into_iter().collect();
    let supplier = view.at(&["supplier", "name"]).or_else(|| view.at(&["provider", "name"]));
    let supplier = supplier.or_else(|| view.get("publisher"));
    said.extend(supplier.and_then(|it| it.text()).map(|it| format!("supplier: {it}")));
    let references = view.get("externalReferences").map(|it| it.items()).unwrap_or_default();
    for reference in references {
        let (Some(kind), Some(url)) = (reference.text_of("type"), reference.text_of("url")) else { continue };
        let telling =
            ["distribution", "model-card", "threat-model", "adversary-model", "risk-assessment", "vcs"];
        if telling.contains(&kind) {
            said.push(format!("{kind}: {}", url.split('?').next().unwrap_or(url)));
        }
    }
    said
}

fn model(view: &View<'_>, sink: &mut Sink) {
    let Some((id, name)) = id(AssetKind::Model, view) else { return };
    let mut said = common(view);
    let pinned = view.get("hashes").is_some_and(|it| !it.items().is_empty());
    said.push(if pinned { "its digest is recorded" } else { "no digest is recorded" }.to_owned());
    let parameters = view.at(&["modelCard", "modelParameters"]);
    for key in ["task", "architectureFamily", "modelArchitecture"] {
        let value = parameters.as_ref().and_then(|it| it.text_of(key));
        said.extend(value.map(|it| format!("{key}: {it}")));
    }
    for set in parameters.as_ref().and_then(|it| it.get("datasets")).map(|it| it.items()).unwrap_or_default()
    {
        match set.text_of("ref") {
            Some(reference) => said.push(format!("data set: {reference}")),
            None => data_set(&set, sink),
        }
        said.extend(set.text_of("name").map(|it| format!("data set: {it}")));
    }
    let what = Object { id, ..Object::named("", name) };
    sink.listed.push(Listed { what, said, addresses: Vec::new(), place: view.place() });
}

fn data(view: &View<'_>, sink: &mut Sink) {
    let parts = view.get("data").map(|it| it.items()).unwrap_or_default();
    let sets: Vec<&View<'_>> = parts.iter().filter(|it| it.text_of("type") == Some("dataset")).collect();
    if sets.is_empty() {
        return;
    }
    let Some((id, name)) = id(AssetKind::DataStore, view) else { return };
    let labels: Vec<(Option<Level>, Vec<String>)> = sets.iter().map(|it| labels(it)).collect();
    let mut said = common(view);
    said.extend(sets.iter().flat_map(|it| told(it)));
    let mut data: Vec<String> = labels.iter().flat_map(|it| it.1.clone()).collect();
    data.sort();
    data.dedup();
    let level = labels.iter().filter_map(|it| it.0).max();
    let what = Object { id, level, data, ..Object::named("", name) };
    sink.listed.push(Listed { what, said, addresses: Vec::new(), place: view.place() });
}

/// A data set that stands in the card of a model.
fn data_set(view: &View<'_>, sink: &mut Sink) {
    let Some((id, name)) = id(AssetKind::DataStore, view) else { return };
    let (level, data) = labels(view);
    let what = Object { id, level, data, ..Object::named("", name) };
    sink.listed.push(Listed { what, said: told(view), addresses: Vec::new(), place: view.place() });
}

fn told(view: &View<'_>) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(view.text_of("classification").map(|it| format!("classified as: {it}")));
    let sensitive = view.get("sensitiveData").map(|it| it.texts()).unwrap_or_default();
    said.extend(sensitive.iter().map(|(it, _)| format!("sensitive data: {it}")));
    said
}

/// Level and data classes by the words of a classification. What nobody has classified is not public for that.
fn labels(view: &View<'_>) -> (Option<Level>, Vec<String>) {
    let sensitive = view.get("sensitiveData").map(|it| it.texts()).unwrap_or_default();
    let words = view.text_of("classification").into_iter().chain(sensitive.iter().map(|it| it.0));
    let words: Vec<String> = words.map(str::to_ascii_lowercase).collect();
    let has = |of: &[&str]| words.iter().any(|it| of.iter().any(|word| it.contains(word)));
    let classes = [
        ("personal", &["pii", "pifi", "personal", "customer"][..]),
        ("health", &["phi", "health", "medical"]),
        ("financial", &["pci", "financ", "payment"]),
    ];
    let data: Vec<String> =
        classes.iter().filter(|(_, of)| has(of)).map(|(class, _)| (*class).to_owned()).collect();
    let level = if has(&["secret"]) {
        Some(Level::Secret)
    } else if has(&["confidential", "restricted", "private", "sensitive"]) || !data.is_empty() {
        Some(Level::Confidential)
    } else if has(&["internal"]) {
        Some(Level::Internal)
    } else if has(&["public"]) {
        Some(Level::Public)
    } else {
        None
    };
    (level, data)
}

fn service(view: &View<'_>, text: &Text<'_>, sink: &mut Sink) {
    let Some((_, name)) = id(AssetKind::Server, view) else { return };
    let endpoints = view.get("endpoints").map(|it| it.items()).unwrap_or_default();
    let addresses: Vec<String> =
        endpoints.iter().filter_map(|it| address(it, text.location.scope)).map(|it| it.0).collect();
    let mut said = common(view);
    let truth = |key: &str| view.get(key).and_then(|it| it.truth());
    said.extend(
        truth("authenticated").map(|it| {
            if it { "asks who calls it".to_owned() } else { "does not ask who calls it".to_owned() }
        }),
    );
    if truth("x-trust-boundary") == Some(true) {
        said.push("lies beyond a trust boundary".to_owned());
    }
    said.extend(view.text_of("trustZone").map(|it| format!("trust zone: {it}")));
    for flow in view.get("data").map(|it| it.items()).unwrap_or_default() {
        let Some(way) = flow.text_of("flow") else { continue };
        let what = flow.text_of("classification").or_else(|| flow.text_of("name")).unwrap_or("data");
        said.push(format!("data flow {way}: {what}"));
    }
    // Two files may list services of one name that have nothing else in common.
    let what = Object::named(
        AssetId::within(AssetKind::Server, &format!("bom/{}", text.path), &name).as_str(),
        name,
    );
    sink.listed.push(Listed { what, said, addresses, place: view.place() });
}
