//! Manifests of Kubernetes whose containers run agents or MCP servers, with what the same folder grants, opens and closes
//! for them: service accounts and their roles, network policies, services and routes.
//!
//! What lives here: the manifests of one folder and the pods among them. [`exposure`] says who reaches a pod.

mod exposure;

use ambit_catalog::Catalog;
use ambit_model::facts::{CredentialFacts, Holder, Known, Launch, OwnTool, Transport};
use ambit_model::{Place, Scope};

use super::container::{self, Container, Variable};
use super::schema::unknown;
use super::{kagent, rbac};
use crate::fragment::{Group, GroupKind, Sink};
use crate::launch::Word;
use crate::readers::{Form, Reader, Text};
use crate::together::Part;
use crate::tree::{self, Syntax, Tags, View};
use crate::workloads::{Runs, Workload};

const PLATFORM: &str = "kubernetes";

pub(in crate::readers) const READER: Reader = Reader {
    id: "kubernetes",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: container::MARKS,
    accepts: shows,
    read: |text, sink| sink.groups.push(Group { kind: GroupKind::Kubernetes, path: text.path.to_owned() }),
};

/// How many manifests of one folder are looked at.
const MOST: usize = 2_000;

/// A manifest: its kind and itself.
pub(super) type Manifest<'a> = (String, View<'a>);

/// Whether a manifest in the file runs an agent or a server.
fn shows(text: &Text<'_>) -> bool {
    if !text.text.contains("apiVersion:") {
        return false;
    }
    let (documents, _) = tree::documents(text.text, Tags::Dropped);
    let mut manifests = Vec::new();
    documents.iter().for_each(|it| flatten(View::root(text.path, it), &mut manifests));
    let runs = |manifest: &Manifest<'_>| {
        let scope = text.location.scope;
        containers(manifest).iter().any(|it| {
            let (launch, _) = container::launch(it, text.catalog, scope);
            container::runs(it, &launch, text.catalog).is_some()
        })
    };
    manifests.iter().any(|it| kagent::is_ours(&it.1) || runs(it))
}

/// Adds the manifest, or those of a list.
fn flatten<'a>(view: View<'a>, all: &mut Vec<Manifest<'a>>) {
    let Some(kind) = view.text_of("kind").filter(|_| view.text_of("apiVersion").is_some()) else { return };
    if all.len() >= MOST {
        return;
    }
    if kind == "List" {
        view.get("items")
            .map(|it| it.items())
            .unwrap_or_default()
            .into_iter()
            .for_each(|it| flatten(it, all));
    } else {
        all.push((kind.to_owned(), view));
    }
}

/// The name and the namespace of a manifest.
pub(super) fn name_of<'a>(view: &View<'a>) -> (&'a str, Option<&'a str>) {
    let text = |key: &str| view.at(&["metadata", key]).and_then(|it| it.text());
    (text("name").or_else(|| text("generateName")).unwrap_or("unnamed"), text("namespace"))
}

/// The specification of the pods that a manifest makes, and their labels.
fn pod<'a>((kind, view): &Manifest<'a>) -> Option<(View<'a>, Vec<(&'a str, String)>)> {
    let template = match kind.as_str() {
        "Pod" => view.clone(),
        "Deployment"
        | "StatefulSet"
        | "DaemonSet"
        | "ReplicaSet"
        | "Job"
        | "ReplicationController"
        | "Rollout" => view.at(&["spec", "template"])?,
        "CronJob" => view.at(&["spec", "jobTemplate", "spec", "template"])?,
        // The services of Knative are containers too.
        "Service" if view.text_of("apiVersion")?.starts_with("serving.knative.dev") => {
            view.at(&["spec", "template"])?
        }
        _ => return None,
    };
    let labels = template.at(&["metadata", "labels"]).map(|it| it.entries()).unwrap_or_default();
    let labels = labels.into_iter().filter_map(|(key, it)| Some((key, it.scalar()?))).collect();
    Some((template.get("spec")?, labels))
}

/// The containers that a manifest makes.
fn containers<'a>(manifest: &Manifest<'a>) -> Vec<Container<'a>> {
    let Some((spec, labels)) = pod(manifest) else { return Vec::new() };
    let (name, _) = name_of(&manifest.1);
    let listed = spec.get("containers").map(|it| it.items()).unwrap_or_default();
    let listed = listed.into_iter().filter(View::is_map);
    listed
        .enumerate()
        .map(|(index, view)| {
            let own = view.text_of("name").unwrap_or(name);
            // What the manifest is called speaks of its first container; others stand beside it.
            let (name, labels) = if index == 0 {
                (name, labels.iter().map(|it| it.1.clone()).chain([own.to_owned()]).collect())
            } else {
                (own, Vec::new())
            };
            Container {
                name: name.to_owned(),
                image: view.get("image").filter(|it| it.text().is_some()),
                words: words(&view),
                labels,
                environment: environment(&view),
                model: None,
                place: view.place(),
            }
        })
        .collect()
}

pub(super) fn words(container: &View<'_>) -> Vec<Word> {
    let lists = ["command", "cmd", "args"].iter().filter_map(|it| container.get(it));
    let items = lists.flat_map(|it| it.items());
    let words = items.filter_map(|it| {
        Some(Word { text: it.scalar()?, place: it.place(), pointer: Some(it.pointer().to_owned()) })
    });
    words.collect()
}

pub(super) fn environment(container: &View<'_>) -> Vec<Variable> {
    let Some(view) = container.get("env") else { return Vec::new() };
    let variable = |name: &str, value: Option<String>, it: &View<'_>| Variable {
        name: name.to_owned(),
        value,
        place: it.place(),
        // Manifests know no variables of whoever applies them: a secret moves to another resource.
        pointer: String::new(),
    };
    if view.is_map() {
        return view.entries().into_iter().map(|(name, it)| variable(name, it.scalar(), &it)).collect();
    }
    let named = view.items().into_iter();
    named
        .filter_map(|it| Some(variable(it.text_of("name")?, it.get("value").and_then(|it| it.scalar()), &it)))
        .collect()
}

/// Reads the manifests of `folder`.
pub(crate) fn assemble(folder: &str, parts: &[Part], catalog: &Catalog, sink: &mut Sink) {
    let mut manifests = Vec::new();
    for part in parts {
        part.documents.iter().for_each(|it| flatten(View::root(&part.path, it), &mut manifests));
    }
    for manifest in &manifests {
        for (index, it) in containers(manifest).iter().enumerate() {
            sink.workloads.extend(workload(folder, manifest, (index, it), &manifests, catalog));
        }
    }
    kagent::read(folder, &manifests, catalog, sink);
}

fn workload(
    folder: &str,
    manifest: &Manifest<'_>,
    (index, container): (usize, &Container<'_>),
    all: &[Manifest<'_>],
    catalog: &Catalog,
) -> Option<Workload> {
    let scope = Scope::Project;
    let (mut launch, mut credentials) = container::launch(container, catalog, scope);
    let runs = container::runs(container, &launch, catalog)?;
    let (spec, labels) = pod(manifest)?;
    let (_, namespace) = name_of(&manifest.1);
    launch.transport = Transport::Http;
    let view = spec.get("containers").map(|it| it.items()).unwrap_or_default().into_iter().nth(index)?;
    secrets(&view, &mut credentials);
    volumes(&spec, &view, &mut launch, &mut credentials);
    loosened(&spec, &view, &mut launch);
    let tools = account(&spec, namespace, all, &mut launch, &mut credentials);
    exposure::egress(&labels, namespace, all, &mut launch);
    let reached = exposure::reached(&container.name, folder, (&labels, namespace), all);
    launch.said.extend(reached.said);
    Some(Workload {
        runs,
        platform: PLATFORM,
        name: container.name.clone(),
        at: folder.to_owned(),
        names: container::named_addresses(&container.environment),
        model: container::model(&container.environment),
        builds: None,
        tools: if runs == Runs::Agent { tools } else { Vec::new() },
        starts: reached.starts,
        published: reached.published,
        inside: reached.inside,
        launch,
        credentials,
        place: container.place.clone(),
    })
}

fn held(name: &str, kind: &str, holder: Holder, view: &View<'_>) -> CredentialFacts {
    CredentialFacts {
        name: name.to_owned(),
        kind: kind.to_owned(),
        holder,
        value: None,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: Scope::Project,
    }
}

/// Variables that come from secrets.
pub(super) fn secrets(container: &View<'_>, credentials: &mut Vec<CredentialFacts>) {
    for it in container.get("env").map(|it| it.items()).unwrap_or_default() {
        let from = it.at(&["valueFrom", "secretKeyRef"]);
        let Some(name) = it.text_of("name").filter(|_| from.is_some()) else { continue };
        // Its name may say what it opens; that it is one is said here.
        if !credentials.iter().any(|it| it.name == name) {
            credentials.push(held(name, "secret", Holder::Environment, &it));
        }
    }
    for it in container.get("envFrom").map(|it| it.items()).unwrap_or_default() {
        if let Some(name) = it.at(&["secretRef", "name"]).and_then(|it| it.text()) {
            credentials.push(held(name, "secret", Holder::Environment, &it));
        }
    }
}

/// What is mounted of the machine, and which secrets.
fn volumes(
    spec: &View<'_>,
    container: &View<'_>,
    launch: &mut Launch,
    credentials: &mut Vec<CredentialFacts>,
) {
    let volumes = spec.get("volumes").map(|it| it.items()).unwrap_or_default();
    for mount in container.get("volumeMounts").map(|it| it.items()).unwrap_or_default() {
        let Some(name) = mount.text_of("name") else { continue };
        let Some(volume) = volumes.iter().find(|it| it.text_of("name") == Some(name)) else { continue };
        if let Some(path) = volume.at(&["hostPath", "path"]).and_then(|it| it.text()) {
            if path.ends_with("docker.sock")
                || path.ends_with("containerd.sock")
                || path.ends_with("crio.sock")
            {
                launch.loosened.push("the container engine's own socket is mounted".to_owned());
            }
            launch.mounts.push((path.to_owned(), mount.is_true("readOnly")));
        }
        if let Some(secret) = volume.at(&["secret", "secretName"]).and_then(|it| it.text()) {
            credentials.push(held(secret, "secret", Holder::File, volume));
        }
        for source in volume.at(&["projected", "sources"]).map(|it| it.items()).unwrap_or_default() {
            if source.get("serviceAccountToken").is_some() {
                credentials.push(held("projected token", "kubernetes-token", Holder::File, &source));
            }
            if let Some(secret) = source.at(&["secret", "name"]).and_then(|it| it.text()) {
                credentials.push(held(secret, "secret", Holder::File, &source));
            }
        }
    }
}

fn loosened(spec: &View<'_>, container: &View<'_>, launch: &mut Launch) {
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if spec.is_true(key) {
            launch.loosened.push(key.to_owned());
        }
    }
    let Some(context) = container.get("securityContext") else { return };
    if context.is_true("privileged") {
        launch.loosened.push("privileged".to_owned());
    }
    for (capability, _) in context.at(&["capabilities", "add"]).map(|it| it.texts()).unwrap_or_default() {
        launch.loosened.push(format!("capability {capability}"));
    }
}

/// The token of the account that the pod has, and what it lets a program do.
pub(super) fn account(
    spec: &View<'_>,
    namespace: Option<&str>,
    all: &[Manifest<'_>],
    launch: &mut Launch,
    credentials: &mut Vec<CredentialFacts>,
) -> Vec<OwnTool> {
    let view = spec.get("serviceAccountName").or_else(|| spec.get("serviceAccount"));
    let (name, place) = match view.as_ref().and_then(|it| Some((it.text()?, it.place()))) {
        Some(stated) => stated,
        None => ("default", spec.place()),
    };
    let account =
        all.iter().find(|(kind, it)| kind == "ServiceAccount" && name_of(it).0 == name).map(|it| &it.1);
    let annotations = account.and_then(|it| it.at(&["metadata", "annotations"]));
    for (key, value) in annotations.map(|it| it.entries()).unwrap_or_default() {
        if [
            "eks.amazonaws.com/role-arn",
            "iam.gke.io/gcp-service-account",
            "azure.workload.identity/client-id",
        ]
        .contains(&key)
        {
            let identity = value.scalar().unwrap_or_default();
            launch.said.push(format!("takes the identity {identity} in the cloud"));
        }
    }
    let kept =
        [Some(spec), account].into_iter().flatten().any(|it| it.is_false("automountServiceAccountToken"));
    let rules = rbac::rules(all, name, namespace);
    if kept || rules.is_empty() {
        return Vec::new();
    }
    credentials.push(held_at(&format!("token of the account {name}"), &place));
    launch.said.extend(rules.iter().map(|it| format!("its account {name} may {}", it.words())));
    let effects = rbac::effects(&rules);
    let tool = unknown(&format!("Kubernetes as {name}"), PLATFORM, &place);
    if effects.is_empty() { Vec::new() } else { vec![OwnTool { known: Known::Declared, effects, ..tool }] }
}

fn held_at(name: &str, place: &Place) -> CredentialFacts {
    CredentialFacts {
        name: name.to_owned(),
        kind: "kubernetes-token".to_owned(),
        holder: Holder::File,
        value: None,
        place: place.clone(),
        pointer: String::new(),
        scope: Scope::Project,
    }
}
