//! Resources of clusters that are agents or MCP servers by their kind: those of kagent and its `kmcp`, and of `ToolHive`.

use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::facts::{
    AgentFacts, Annotations, CredentialFacts, Handoff, Holder, InstructionFacts, InstructionKind, Launch,
    Package, PermissionRule, Selector, ServerFacts, ServerUse, Target, Transport, Unresolved,
};
use ambit_model::{Gate, Scope, ToolDefinition, Trust};

use super::container::{self, Container};
use super::kubernetes::{Manifest, account, environment, name_of, secrets, words};
use crate::fragment::Sink;
use crate::launch;
use crate::readers::server_entry;
use crate::readers::tool_dump::suspicious;
use crate::tree::View;

const CLIENT: &str = "kagent";

/// Whether a manifest is of these kinds.
pub(super) fn is_ours(view: &View<'_>) -> bool {
    let group = view.text_of("apiVersion").unwrap_or_default();
    let kind = view.text_of("kind").unwrap_or_default();
    match group.split('/').next() {
        Some("kagent.dev") => {
            ["Agent", "SandboxAgent", "MCPServer", "RemoteMCPServer", "ToolServer"].contains(&kind)
        }
        Some("toolhive.stacklok.dev") => ["MCPServer", "MCPRemoteProxy", "MCPServerEntry"].contains(&kind),
        _ => false,
    }
}

/// Reads those of `all`, the manifests of `folder`.
pub(super) fn read(folder: &str, all: &[Manifest<'_>], catalog: &Catalog, sink: &mut Sink) {
    let ours = || all.iter().filter(|(_, it)| is_ours(it));
    // Servers first: agents name them.
    for (_, view) in ours().filter(|(kind, _)| !kind.ends_with("Agent")) {
        sink.servers.push(server(folder, view, all, catalog));
    }
    for (_, view) in ours().filter(|(kind, _)| kind.ends_with("Agent")) {
        let agent = agent(folder, view, all, catalog, sink);
        sink.agents.push(agent);
    }
}

/// The server that a manifest declares.
fn server(folder: &str, view: &View<'_>, all: &[Manifest<'_>], catalog: &Catalog) -> ServerFacts {
    let (name, namespace) = name_of(view);
    let spec = view.get("spec").unwrap_or_else(|| view.clone());
    let place = view.at(&["metadata", "name"]).map_or_else(|| view.place(), |it| it.place());
    let mut facts = container::bare(String::new(), name, &place);
    let settings = spec.get("config").unwrap_or_else(|| spec.clone());
    let remote = ["sse", "streamableHttp", "streamable_http"].iter().find_map(|it| settings.get(it));
    let remote = remote.unwrap_or_else(|| spec.clone());
    let url = ["url", "remoteUrl", "remoteURL", "endpoint"].iter().find_map(|it| remote.get(it));
    if let Some(url) = url.filter(|it| it.text().is_some()) {
        let address = url.text().unwrap_or_default();
        facts.credentials = launch::address(address, &mut facts.launch, &url.place(), Scope::Project);
        if spec.text_of("protocol") == Some("SSE") || settings.get("sse").is_some() {
            facts.launch.transport = Transport::Sse;
        }
        headers(&remote, &mut facts);
        facts.key = server_entry::key_in(name, &facts.launch, "");
        return facts;
    }
    // One declares the container in a part of its own, one in the resource itself.
    let part = spec.get("deployment").or_else(|| settings.get("stdio")).unwrap_or_else(|| spec.clone());
    let container = Container {
        name: name.to_owned(),
        image: part.get("image").filter(|it| it.text().is_some()),
        words: words(&part),
        labels: Vec::new(),
        environment: environment(&part),
        model: None,
        place: place.clone(),
    };
    let (launch, credentials) = container::launch(&container, catalog, Scope::Project);
    facts.launch = Launch { transport: Transport::Http, ..launch };
    facts.credentials = credentials;
    secrets(&part, &mut facts.credentials);
    facts.credentials.extend(listed_secrets(&spec, &part));
    if let Some(profile) = spec.at(&["permissionProfile", "name"]).and_then(|it| it.text()) {
        facts.launch.no_network = profile == "none";
        facts.launch.said.push(format!("permission profile: {profile}"));
    }
    let pod = spec.at(&["podTemplateSpec", "spec"]).unwrap_or_else(|| part.clone());
    let mut credentials = std::mem::take(&mut facts.credentials);
    // Without an account of its own it has one that the operator makes for it, to which nothing is bound.
    if pod.get("serviceAccountName").is_some() {
        let _ = account(&pod, namespace, all, &mut facts.launch, &mut credentials);
    }
    facts.credentials = credentials;
    facts.key = key(folder, name, namespace);
    facts
}

/// What agents of the folder call a server by.
fn key(folder: &str, name: &str, namespace: Option<&str>) -> String {
    format!("kubernetes|{folder}|{}|{name}", namespace.unwrap_or_default())
}

fn headers(remote: &View<'_>, facts: &mut ServerFacts) {
    let lists = ["headersFrom", "headers"].iter().filter_map(|it| remote.get(it));
    for header in lists.flat_map(|it| it.items()) {
        let Some(name) = header.text_of("name") else { continue };
        facts.launch.headers.push(name.to_owned());
        facts.launch.authenticated = true;
        facts.credentials.push(held(name, Holder::Header, &header));
    }
}

fn held(name: &str, holder: Holder, view: &View<'_>) -> CredentialFacts {
    CredentialFacts {
        name: name.to_owned(),
        kind: "secret".to_owned(),
        holder,
        value: None,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: Scope::Project,
    }
}

fn listed_secrets(spec: &View<'_>, part: &View<'_>) -> Vec<CredentialFacts> {
    let listed =
        [spec.get("secrets"), part.get("secretRefs")].into_iter().flatten().flat_map(|it| it.items());
    listed
        .filter_map(|it| {
            let name = it.text_of("targetEnvName").or_else(|| it.text_of("name"))?;
            Some(held(name, Holder::Environment, &it))
        })
        .collect()
}

fn agent(
    folder: &str,
    view: &View<'_>,
    all: &[Manifest<'_>],
    catalog: &Catalog,
    sink: &mut Sink,
) -> AgentFacts {
    let (name, namespace) = name_of(view);
    let place = view.at(&["metadata", "name"]).map_or_else(|| view.place(), |it| it.place());
    let mut agent = AgentFacts::bare(CLIENT, name, folder, place);
    agent.program.elsewhere = agent.places.first().cloned();
    let spec = view.get("spec").unwrap_or_else(|| view.clone());
    // The first version had everything in the resource itself.
    let declared = spec.get("declarative").unwrap_or_else(|| spec.clone());
    model(&declared, all, &mut agent);
    if let Some(text) = declared.get("systemMessage").or_else(|| declared.get("systemMessageFrom")) {
        agent.instructions.push(InstructionFacts {
            name: format!("system message of {name}"),
            kind: InstructionKind::Prompt,
            trust: Trust::Organization,
            because: "a file of the workspace".to_owned(),
            pinned: true,
            signals: suspicious(&text),
            place: text.place(),
        });
    }
    for tool in declared.get("tools").map(|it| it.items()).unwrap_or_default() {
        given(&tool, (folder, namespace), &mut agent, sink);
    }
    let deployment = spec.at(&["byo", "deployment"]).or_else(|| declared.get("deployment"));
    if let Some(deployment) = deployment {
        deployed(&deployment, namespace, all, catalog, &mut agent);
    }
    if let Some(image) = spec.at(&["byo", "deployment", "image"]) {
        let raw = image.text().unwrap_or_default().to_owned();
        agent.program.unresolved.push(Unresolved { what: "a program".to_owned(), raw, place: image.place() });
    }
    agent
}

/// What its deployment gives it: variables, secrets, an account.
fn deployed(
    deployment: &View<'_>,
    namespace: Option<&str>,
    all: &[Manifest<'_>],
    catalog: &Catalog,
    agent: &mut AgentFacts,
) {
    let container = Container {
        name: agent.name.clone(),
        image: deployment.get("image").filter(|it| it.text().is_some()),
        words: Vec::new(),
        labels: Vec::new(),
        environment: environment(deployment),
        model: None,
        place: deployment.place(),
    };
    let (mut launch, mut credentials) = container::launch(&container, catalog, Scope::Project);
    secrets(deployment, &mut credentials);
    if deployment.get("serviceAccountName").is_some() {
        let tools = account(deployment, namespace, all, &mut launch, &mut credentials);
        agent.program.tools.extend(tools);
    }
    agent.credentials.extend(credentials);
    agent.program.said.extend(launch.said.into_iter().map(|it| (it, deployment.place())));
    if let Some(Package { name, place, .. }) = launch.package {
        agent.program.said.push((format!("image: {name}"), place));
    }
}

/// The model that a resource beside it describes.
fn model(declared: &View<'_>, all: &[Manifest<'_>], agent: &mut AgentFacts) {
    let Some(view) = declared.get("modelConfig") else { return };
    let Some(name) = view.text() else { return };
    let bare = name.rsplit('/').next().unwrap_or(name);
    let config = all.iter().find(|(kind, it)| kind == "ModelConfig" && name_of(it).0 == bare);
    let spec = config.and_then(|(_, it)| it.get("spec"));
    let of = |key: &str| spec.as_ref().and_then(|it| it.text_of(key));
    match of("model") {
        Some(model) => {
            let provider = of("provider").map(|it| format!("{it}/")).unwrap_or_default();
            agent.model = Some((format!("{provider}{model}"), view.place()));
        }
        None => agent.program.said.push((format!("model: as the configuration {name} says"), view.place())),
    }
}

/// One entry of its list of tools: tools of a server, or another agent.
fn given(
    tool: &View<'_>,
    (folder, namespace): (&str, Option<&str>),
    agent: &mut AgentFacts,
    sink: &mut Sink,
) {
    if let Some(other) = tool.get("agent") {
        let reference = other.text_of("name").or_else(|| other.text_of("ref")).unwrap_or_default();
        let name = reference.rsplit('/').next().unwrap_or(reference).to_owned();
        agent.program.hands.push(Handoff {
            to: Target::Agent { client: CLIENT.to_owned(), name, at: folder.to_owned() },
            gate: Gate::Auto,
            returns: true,
            shares_context: false,
            how: "as a tool".to_owned(),
            place: other.place(),
        });
        return;
    }
    let Some(reference) = tool.get("mcpServer").or_else(|| tool.get("builtin")) else {
        let raw = tool.text_of("type").unwrap_or("an entry").to_owned();
        agent.program.unresolved.push(Unresolved { what: "tools".to_owned(), raw, place: tool.place() });
        return;
    };
    let name = ["name", "toolServer"].iter().find_map(|it| reference.text_of(it)).unwrap_or("tools");
    let bare = name.rsplit('/').next().unwrap_or(name);
    let there = reference.text_of("namespace").or(namespace);
    let named = reference.get("toolNames").map(|it| it.texts()).unwrap_or_default();
    let key = key(folder, bare, there);
    // Which server is meant is known where its manifest is; of another, at least which tools are.
    let known = sink.servers.iter().find(|it| it.name == bare && it.key != key).map(|it| it.key.clone());
    let key = known.unwrap_or(key);
    let place = reference.place();
    sink.servers.push(ServerFacts {
        tools: named.iter().map(|(name, view)| by_name(name, view)).collect(),
        ..container::bare(key.clone(), bare, &place)
    });
    agent.servers.push(ServerUse {
        only: (!named.is_empty()).then(|| named.iter().map(|(it, _)| (*it).to_owned()).collect()),
        pointer: reference.pointer().to_owned(),
        ..ServerUse::whole(bare.to_owned(), key, place, Scope::Project)
    });
    for (tool, view) in reference.get("requireApproval").map(|it| it.texts()).unwrap_or_default() {
        agent.rules.push(PermissionRule {
            selects: Selector::Server { server: bare.to_owned(), tool: tool.to_owned() },
            gate: Gate::Asked,
            scope: Scope::Project,
            place: view.place(),
            raw: format!("requireApproval: {tool}"),
            pointer: view.pointer().to_owned(),
        });
    }
}

/// A tool that is only named.
fn by_name(name: &str, view: &View<'_>) -> Arc<ToolDefinition> {
    Arc::new(ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: String::new(),
        input_schema: serde_json::Value::Null,
        annotations: Annotations::default(),
        signals: Vec::new(),
        place: view.place(),
    })
}
