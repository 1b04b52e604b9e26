//! `CycloneDX` 1.6: which models, agents and servers there are, what they load, and which classes of data they touch.
//! What an agent may do with them is no part of a bill of materials; the other forms tell of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use ambit_model::{Assessment, Asset, AssetId, AssetKind, Level, ReachEdge, Verb};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::drawing;
use crate::visible::visible;
use crate::{Error, json};

/// What a part of a package URL may hold as it is.
const PART: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_').remove(b'~');
/// What an address may not hold.
const ADDRESS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'[')
    .add(b']');
/// The reference of the whole.
const SYSTEM: &str = "system";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom {
    #[serde(rename = "$schema")]
    schema: &'static str,
    #[serde(rename = "bomFormat")]
    format: &'static str,
    spec_version: &'static str,
    version: u8,
    metadata: Metadata,
    components: Vec<Component>,
    services: Vec<Service>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Metadata {
    tools: Tools,
    component: Component,
}

#[derive(Serialize)]
struct Tools {
    components: [Component; 1],
}

#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Component {
    r#type: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Option::is_none")]
    purl: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Evidence>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data: Vec<Data>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
}

#[derive(Serialize)]
struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Serialize)]
struct Evidence {
    occurrences: Vec<Occurrence>,
}

#[derive(Serialize)]
struct Occurrence {
    location: String,
    line: u32,
}

#[derive(Serialize)]
struct Data {
    r#type: &'static str,
    name: String,
    classification: Level,
}

#[derive(Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Service {
    #[serde(rename = "bom-ref")]
    reference: String,
    name: String,
    endpoints: Vec<String>,
    #[serde(rename = "x-trust-boundary")]
    crosses_boundary: bool,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    data: BTreeSet<Exchanged>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
}

/// Data that a service is given or gives.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Exchanged {
    flow: &'static str,
    classification: Level,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Dependency {
    r#ref: String,
    depends_on: BTreeSet<String>,
}

/// Writes the bill.
pub(crate) fn write(assessment: &Assessment, out: &mut dyn Write) -> Result<(), Error> {
    let mut exchanged = exchanged(assessment);
    let (mut components, mut services) = (models(assessment), Vec::new());
    for asset in &assessment.assets {
        match asset.kind {
            AssetKind::Agent | AssetKind::Model => components.push(named(asset, type_of(asset.kind))),
            AssetKind::Instruction => components.push(named(asset, "file")),
            AssetKind::Server => match fact(asset, "address: ") {
                Some(address) if fact(asset, "package: ").is_none() => {
                    services.push(service(asset, address, exchanged.remove(&asset.id).unwrap_or_default()));
                }
                _ => components.push(package(asset)),
            },
            _ => {}
        }
    }
    components.extend(drawing::classes(assessment).into_iter().map(|(class, level)| data(class, level)));
    let references = components.iter().filter_map(|it| it.reference.clone());
    let references: BTreeSet<String> =
        references.chain(services.iter().map(|it| it.reference.clone())).collect();
    let tool = Component {
        r#type: "application",
        name: assessment.tool.name.clone(),
        version: Some(assessment.tool.version.clone()),
        ..Component::default()
    };
    let system = Component {
        r#type: "application",
        reference: Some(SYSTEM.to_owned()),
        name: drawing::system(assessment),
        ..Component::default()
    };
    let bom = Bom {
        schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
        format: "CycloneDX",
        spec_version: "1.6",
        version: 1,
        metadata: Metadata { tools: Tools { components: [tool] }, component: system },
        dependencies: dependencies(assessment, references),
        components,
        services,
    };
    json::write_value(&bom, out)
}

fn type_of(kind: AssetKind) -> &'static str {
    if kind == AssetKind::Model { "machine-learning-model" } else { "application" }
}

/// What a fact of an asset says, behind its word.
fn fact<'a>(asset: &'a Asset, word: &str) -> Option<&'a str> {
    asset.facts.iter().find_map(|it| it.strip_prefix(word))
}

/// The reference of the model of this name, where no asset stands for it.
fn model_reference(name: &str) -> String {
    AssetId::new(AssetKind::Model, name).to_string()
}

fn data_reference(class: &str) -> String {
    format!("data:{class}")
}

/// The models that agents name.
fn models(assessment: &Assessment) -> Vec<Component> {
    let known: BTreeSet<&str> = assessment.assets.iter().map(|it| it.id.as_str()).collect();
    let agents = assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent);
    let names: BTreeSet<&str> = agents.filter_map(|it| fact(it, "model: ")).collect();
    let model = |name: &str| Component {
        r#type: "machine-learning-model",
        reference: Some(model_reference(name)),
        name: visible(name).into_owned(),
        ..Component::default()
    };
    names.into_iter().filter(|it| !known.contains(model_reference(it).as_str())).map(model).collect()
}

fn named(asset: &Asset, kind: &'static str) -> Component {
    let occurrences: Vec<Occurrence> = drawing::places(&asset.provenance)
        .map(|it| Occurrence { location: visible(&it.path).into_owned(), line: it.line })
        .collect();
    let name = if asset.name.is_empty() { asset.id.name() } else { &asset.name };
    Component {
        r#type: kind,
        reference: Some(asset.id.to_string()),
        name: visible(name).into_owned(),
        evidence: Some(Evidence { occurrences }).filter(|it| !it.occurrences.is_empty()),
        properties: properties(asset),
        ..Component::default()
    }
}

fn properties(asset: &Asset) -> Vec<Property> {
    let kind = Property { name: "ambit:kind", value: asset.kind.to_string() };
    let facts = asset.facts.iter();
    let facts = facts.map(|it| Property { name: "ambit:fact", value: visible(it).into_owned() });
    std::iter::once(kind).chain(facts).collect()
}

/// A server that is started here, by the package that is resolved for it.
fn package(asset: &Asset) -> Component {
    let component = named(asset, "application");
    let Some(package) = fact(asset, "package: ").and_then(pinned) else { return component };
    let digest = package
        .version
        .strip_prefix("sha256:")
        .filter(|it| it.len() == 64 && it.bytes().all(|it| it.is_ascii_hexdigit()));
    Component {
        hashes: digest.map(|it| Hash { alg: "SHA-256", content: it.to_owned() }).into_iter().collect(),
        purl: purl(&package),
        version: Some(visible(package.version).into_owned()).filter(|it| it.chars().count() <= 1024),
        ..component
    }
}

/// A package of which one version is resolved and no other.
struct Pinned<'a> {
    ecosystem: &'a str,
    name: &'a str,
    version: &'a str,
}

/// The package of a fact such as `npm:@acme/files@1.4.2`; none where its version may move.
fn pinned(fact: &str) -> Option<Pinned<'_>> {
    let (ecosystem, rest) = fact.split_once(':')?;
    if rest.ends_with(" (no version)") || rest.ends_with(" (movable)") {
        return None;
    }
    let (name, version) = rest.rsplit_once('@').filter(|it| !it.0.is_empty() && !it.1.is_empty())?;
    Some(Pinned { ecosystem, name, version })
}

/// The package URL, where the kind of package has one.
fn purl(package: &Pinned<'_>) -> Option<String> {
    let part = |text: &str| utf8_percent_encode(text, PART).to_string();
    let version = part(package.version);
    Some(match package.ecosystem {
        "npm" => {
            let name: Vec<String> = package.name.split('/').map(part).collect();
            format!("pkg:npm/{}@{version}", name.join("/"))
        }
        "pypi" => {
            let name = package.name.split('[').next().unwrap_or(package.name);
            format!("pkg:pypi/{}@{version}", part(&name.to_ascii_lowercase().replace('_', "-")))
        }
        "nuget" => format!("pkg:nuget/{}@{version}", part(package.name)),
        "oci" if package.version.starts_with("sha256:") => {
            let image = package.name.split(':').next().unwrap_or(package.name);
            let name = image.rsplit('/').next().unwrap_or(image).to_ascii_lowercase();
            let from: Vec<String> = package.name.split('/').map(part).collect();
            format!("pkg:oci/{}@{version}?repository_url={}", part(&name), from.join("/"))
        }
        _ => return None,
    })
}

fn service(asset: &Asset, address: &str, data: BTreeSet<Exchanged>) -> Service {
    Service {
        reference: asset.id.to_string(),
        name: visible(&asset.name).into_owned(),
        endpoints: vec![utf8_percent_encode(address, ADDRESS).to_string()],
        crosses_boundary: true,
        data,
        properties: properties(asset),
    }
}

fn data(class: &str, level: Level) -> Component {
    let name = visible(class).into_owned();
    Component {
        r#type: "data",
        reference: Some(data_reference(class)),
        data: vec![Data { r#type: "dataset", name: name.clone(), classification: level }],
        name,
        ..Component::default()
    }
}

/// The server by which each edge goes.
fn served(assessment: &Assessment) -> impl Iterator<Item = (&AssetId, &ReachEdge)> {
    let suppliers = drawing::suppliers(assessment);
    drawing::flows(assessment).filter_map(move |it| Some((*suppliers.get(it.via.as_ref()?)?, it)))
}

/// What each server is given and gives, as far as the level is known.
fn exchanged(assessment: &Assessment) -> BTreeMap<AssetId, BTreeSet<Exchanged>> {
    let mut exchanged: BTreeMap<AssetId, BTreeSet<Exchanged>> = BTreeMap::new();
    for (server, edge) in served(assessment) {
        if let Some(classification) = edge.level {
            let flow = if edge.verb.takes_in() { "outbound" } else { "inbound" };
            exchanged.entry(server.clone()).or_default().insert(Exchanged { flow, classification });
        }
    }
    exchanged
}

/// Who needs what: every reference has a line, be it empty.
fn dependencies(assessment: &Assessment, references: BTreeSet<String>) -> Vec<Dependency> {
    let mut on: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut add = |from: &AssetId, to: String| {
        if references.contains(from.as_str()) && references.contains(&to) && from.as_str() != to {
            on.entry(from.to_string()).or_default().insert(to);
        }
    };
    for asset in &assessment.assets {
        if let Some(model) = fact(asset, "model: ") {
            add(&asset.id, model_reference(model));
        }
    }
    for (server, edge) in served(assessment) {
        add(&edge.from, server.to_string());
        edge.touches.iter().for_each(|it| add(server, data_reference(it)));
    }
    for edge in drawing::flows(assessment) {
        if matches!(edge.verb, Verb::Loads | Verb::Delegates) {
            add(&edge.from, edge.to.to_string());
        }
        edge.touches.iter().for_each(|it| add(&edge.from, data_reference(it)));
    }
    let agents = assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent);
    let agents = agents.map(|it| it.id.to_string()).collect();
    let whole = Dependency { r#ref: SYSTEM.to_owned(), depends_on: agents };
    let each = references.into_iter().map(|it| {
        let depends_on = on.remove(&it).unwrap_or_default();
        Dependency { r#ref: it, depends_on }
    });
    std::iter::once(whole).chain(each).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_is_that_of_one_version() {
        let digest = "sha256:e3816a476a977cfb836e7d221510011436c654d11861db66ecfd826601aba6a4";
        let image = format!("oci:ghcr.io/acme/Files@{digest}");
        let written =
            format!("pkg:oci/files@{}?repository_url=ghcr.io/acme/Files", digest.replace(':', "%3A"));
        let cases = [
            ("npm:@acme/files@1.4.2", Some("pkg:npm/%40acme/files@1.4.2")),
            ("npm:files@1.4.2", Some("pkg:npm/files@1.4.2")),
            ("npm:@acme/files (no version)", None),
            ("npm:@acme/files@latest (movable)", None),
            ("npm:@acme/files", None),
            ("pypi:Acme_Files[all]@2.0", Some("pkg:pypi/acme-files@2.0")),
            ("oci:acme/files@1.0", None),
            (image.as_str(), Some(written.as_str())),
            ("git:https://example.com/x@abc", None),
            ("npm:a b\"\u{202e}@1", Some("pkg:npm/a%20b%22%E2%80%AE@1")),
        ];
        for (fact, url) in cases {
            assert_eq!(pinned(fact).as_ref().and_then(purl).as_deref(), url, "{fact}");
        }
    }
}
