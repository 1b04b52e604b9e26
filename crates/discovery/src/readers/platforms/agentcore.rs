//! Bedrock `AgentCore`: runtimes, gateways with their targets, memories, browsers and code interpreters.
//!
//! A runtime is a program in an image or an archive: what its environment and its role name is known, what its code does
//! is not. A gateway serves what its targets offer as tools over MCP.

use ambit_model::facts::{
    AgentFacts, Handoff, Kept, KeptFor, Known, Object, OwnEffect, OwnTool, Protocol, Served, ServerFacts,
    ServerUse, Target, Trigger,
};
use ambit_model::{Audience, Bandwidth, Basis, Confidence, Effect, Gate, Place, Trust, Where};

use super::bedrock::left;
use super::schema::{executor, inline, interface, unknown};
use super::stack::{Resource, Stack, at, block, blocks, get};
use super::{container, iam};
use crate::fragment::Sink;
use crate::tree::View;

pub(super) const CLIENT: &str = "agentcore";

const RUNTIME: &str = "aws_bedrockagentcore_agent_runtime";
const GATEWAY: &str = "aws_bedrockagentcore_gateway";
const MEMORY: &str = "aws_bedrockagentcore_memory";
const BROWSER: &str = "aws_bedrockagentcore_browser";
const INTERPRETER: &str = "aws_bedrockagentcore_code_interpreter";

/// Reads what `stack` has of `AgentCore`.
pub(super) fn read(stack: &Stack<'_>, sink: &mut Sink) {
    for resource in stack.of(GATEWAY) {
        sink.served.push(gateway(stack, resource));
    }
    for resource in stack.of(RUNTIME) {
        let protocol = at(&resource.body, &["protocol_configuration", "server_protocol"])
            .or_else(|| get(&resource.body, "protocol_configuration"))
            .and_then(|it| stack.text(&it));
        if protocol.as_deref() == Some("MCP") {
            sink.servers.push(server(stack, resource));
        } else {
            sink.agents.push(runtime(stack, resource));
        }
    }
}

fn artifact<'a>(resource: &Resource<'a>) -> Option<View<'a>> {
    let body = block(&resource.body, "agent_runtime_artifact")?;
    at(&body, &["container_configuration", "container_uri"])
        .or_else(|| at(&body, &["code_configuration", "entry_point"]))
}

/// A runtime that serves MCP.
fn server<'a>(stack: &Stack<'a>, resource: &Resource<'a>) -> ServerFacts {
    let name = stack.name(resource, "agent_runtime_name");
    let mut facts =
        container::bare(format!("agentcore|{}|{name}", resource.place.path), &name, &resource.place);
    if let Some(view) = artifact(resource) {
        let image = stack.shown(&view);
        facts.launch.said.push(format!("runs: {image}"));
    }
    let variables = get(&resource.body, "environment_variables").map(|it| it.entries()).unwrap_or_default();
    for (key, value) in variables {
        container::variable(
            key,
            &value,
            stack.catalog,
            stack.scope,
            &mut facts.launch,
            &mut facts.credentials,
        );
    }
    let authorizer = block(&resource.body, "authorizer_configuration");
    facts.launch.authenticated = true;
    let asks =
        if authorizer.is_some() { "asks callers for a token" } else { "asks callers for a signature of AWS" };
    facts.launch.said.push(asks.to_owned());
    if let Some((role, granted)) = role(stack, resource) {
        facts.launch.said.push(format!("runs as the role {role}"));
        let effects = iam::effects(&role, &granted, Confidence::Possible);
        facts.launch.said.extend(effects.iter().map(|it| format!("it may {}", it.does)));
    }
    facts
}

fn runtime<'a>(stack: &Stack<'a>, resource: &Resource<'a>) -> AgentFacts {
    let name = stack.name(resource, "agent_runtime_name");
    let mut agent = AgentFacts::bare(CLIENT, name, stack.folder.as_str(), resource.place.clone());
    agent.program.elsewhere = Some(resource.place.clone());
    match artifact(resource) {
        Some(view) => left(&mut agent, "a program", stack.shown(&view), view.place()),
        None => left(&mut agent, "a program", "its artifact".to_owned(), resource.place.clone()),
    }
    environment(stack, resource, &mut agent);
    as_role(stack, resource, &mut agent);
    callers(stack, resource, &mut agent);
    if let Some(mode) = at(&resource.body, &["network_configuration", "network_mode"]) {
        agent.program.said.push((format!("network: {}", stack.shown(&mode)), mode.place()));
    }
    agent
}

/// What its variables hold and name.
fn environment<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let Some(view) = get(&resource.body, "environment_variables") else { return };
    let mut launch = ambit_model::facts::Launch::default();
    for (key, value) in view.entries() {
        container::variable(key, &value, stack.catalog, stack.scope, &mut launch, &mut agent.credentials);
        if ["MODEL_ID", "MODEL", "BEDROCK_MODEL_ID", "MODEL_NAME"].contains(&key) && agent.model.is_none() {
            agent.model = stack.text(&value).map(|it| (it, value.place()));
        }
        for other in stack.all(&value) {
            uses(stack, other, &value.place(), agent);
        }
    }
}

/// What it means that the environment or the role of a runtime names a resource.
fn uses<'a>(stack: &Stack<'a>, other: &Resource<'a>, place: &Place, agent: &mut AgentFacts) {
    match other.kind.as_str() {
        GATEWAY => {
            let name = stack.name(other, "name");
            let key = Served::key_of(&path_of(other, &name));
            if agent.servers.iter().any(|it| it.key == key) {
                return;
            }
            agent.servers.push(ServerUse::whole(name, key, place.clone(), stack.scope));
        }
        MEMORY => {
            let name = stack.name(other, "name");
            let on =
                Object::named(format!("memory:agentcore/{name}@{}", stack.folder), format!("Memory {name}"));
            if agent.program.keeps.iter().any(|it| it.on.id == on.id) {
                return;
            }
            // Whoever calls it says whose memory it is.
            let kept = Kept { on, writes: true, reads: true, kept_for: KeptFor::User, place: place.clone() };
            agent.program.keeps.push(kept);
        }
        BROWSER | INTERPRETER => {
            let tool = part(stack, other, place);
            if !agent.program.tools.iter().any(|it| it.name == tool.name && it.owner == tool.owner) {
                agent.program.tools.push(tool);
            }
        }
        RUNTIME => {
            let name = stack.name(other, "agent_runtime_name");
            if name == agent.name {
                return;
            }
            let to = Target::Agent { client: CLIENT.to_owned(), name, at: stack.folder.clone() };
            let how = "as its runtime".to_owned();
            let place = place.clone();
            let hand = Handoff { to, gate: Gate::Auto, returns: true, shares_context: false, how, place };
            if !agent.program.hands.iter().any(|it| it.to == hand.to) {
                agent.program.hands.push(hand);
            }
        }
        _ => {}
    }
}

/// A browser or an interpreter as a tool.
fn part<'a>(stack: &Stack<'a>, resource: &Resource<'a>, given: &Place) -> OwnTool {
    let name = stack.name(resource, "name");
    let mode = at(&resource.body, &["network_configuration", "network_mode"]).and_then(|it| stack.text(&it));
    let open = mode.as_deref() == Some("PUBLIC");
    let own = |effect: Effect, on: &'static str, does: &str| OwnEffect {
        effect,
        on: Object::shared(on),
        does: does.into(),
        basis: Basis::Declared,
        confidence: Confidence::Certain,
        place: Some(resource.place.clone()),
    };
    let mut effects = Vec::new();
    if resource.kind == INTERPRETER {
        effects.push(own(
            Effect::Executes { r#where: Where::Sandbox },
            "env:sandbox",
            "run code that it writes, in a sandbox",
        ));
    }
    if open {
        let does = "reach any address of the web";
        effects.push(own(Effect::Ingests { trust: Trust::Public }, "channel:web", does));
        let sends = Effect::Sends { audience: Audience::Public, bandwidth: Bandwidth::ChosenUrl };
        effects.push(own(sends, "channel:web", does));
    }
    if let Some((role, granted)) = role(stack, resource) {
        effects.extend(iam::effects(&role, &granted, Confidence::Likely));
    }
    OwnTool {
        known: Known::Declared,
        effects,
        given: given.clone(),
        ..unknown(&name, "agentcore", &resource.place)
    }
}

fn role<'a>(stack: &Stack<'a>, resource: &Resource<'a>) -> Option<(String, iam::Granted)> {
    let view = get(&resource.body, "role_arn").or_else(|| get(&resource.body, "execution_role_arn"))?;
    let role = stack.resource(&view, "aws_iam_role")?;
    Some((stack.name(role, "name"), iam::of_role(stack, role)))
}

/// Whatever its code does, its role lets it do this.
fn as_role<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let Some(view) = get(&resource.body, "role_arn") else { return };
    let Some((name, granted)) = role(stack, resource) else {
        let said = format!("runs as the role {}, which is not in these files", stack.shown(&view));
        agent.program.said.push((said, view.place()));
        return;
    };
    agent.program.said.push((format!("runs as the role {name}"), view.place()));
    for (policy, place) in &granted.unread {
        let said = format!("the role {name} has a policy that was not read: {policy}");
        agent.program.said.push((said, place.clone()));
    }
    for statement in &granted.statements {
        for other in stack.resources.iter().filter(|it| it.kind.starts_with("aws_bedrockagentcore_")) {
            if statement.resources.iter().any(|it| container::names(it, &other.kind, &other.name)) {
                uses(stack, other, &statement.place, agent);
            }
        }
    }
    let effects = iam::effects(&name, &granted, Confidence::Possible);
    if !effects.is_empty() {
        let tool = unknown(&format!("AWS as {name}"), "agentcore", &view.place());
        agent.program.tools.push(OwnTool { known: Known::Declared, effects, ..tool });
    }
}

fn callers<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let jwt = at(&resource.body, &["authorizer_configuration", "custom_jwt_authorizer"]);
    let (event, trust) = match &jwt {
        // Whoever the identity provider knows: users, who need not be of the organization.
        Some(_) => ("invocation with a token", Trust::Partner),
        None => ("invocation signed for AWS", Trust::Organization),
    };
    let id = format!("channel:agentcore/{}@{}", agent.name, stack.folder);
    let from = Object { trust: Some(trust), ..Object::named(id, format!("Whoever may call {}", agent.name)) };
    let place = jwt.as_ref().map_or_else(|| resource.place.clone(), crate::view::View::place);
    let guard = Some(place.clone());
    agent.program.starts.push(Trigger {
        event: event.to_owned(),
        trust,
        from,
        brings_text: true,
        guard,
        place,
    });
}

/// What is served by a gateway is called after its file and its name.
fn path_of(resource: &Resource<'_>, name: &str) -> String {
    format!("{}#{name}", resource.place.path)
}

fn gateway<'a>(stack: &Stack<'a>, resource: &Resource<'a>) -> Served {
    let name = stack.name(resource, "name");
    let mut tools = Vec::new();
    let targets = stack.of("aws_bedrockagentcore_gateway_target");
    for target in targets.filter(|it| stack.is_to(get(&it.body, "gateway_identifier"), resource)) {
        tools.extend(offered(stack, target, &name));
    }
    let kind = get(&resource.body, "authorizer_type");
    let asks = kind.as_ref().is_none_or(|it| it.text() != Some("NONE"));
    let place = kind.map_or_else(|| resource.place.clone(), |it| it.place());
    Served {
        path: path_of(resource, &name),
        name,
        protocol: Protocol::Mcp,
        tools,
        addresses: Vec::new(),
        authenticated: Some((asks, place)),
        place: resource.place.clone(),
    }
}

/// The tools of a target.
fn offered<'a>(stack: &Stack<'a>, target: &Resource<'a>, gateway: &str) -> Vec<OwnTool> {
    let name = stack.name(target, "name");
    let owner = format!("{gateway}/{name}");
    let configuration = block(&target.body, "target_configuration");
    let mcp = configuration.as_ref().and_then(|it| block(it, "mcp"));
    let Some(mcp) = mcp else { return vec![unknown(&format!("any tool of {name}"), &owner, &target.place)] };
    if let Some(lambda) = block(&mcp, "lambda") {
        let schema = block(&lambda, "tool_schema");
        let mut tools = schema.as_ref().map(|it| inline(stack, it, &owner)).unwrap_or_default();
        if tools.is_empty() {
            tools.push(unknown(&format!("any tool of {name}"), &owner, &target.place));
        }
        let runs = get(&lambda, "lambda_arn").map(|it| executor(stack, &it)).unwrap_or_default();
        for tool in &mut tools {
            tool.effects.extend(runs.effects.iter().cloned());
        }
        return tools;
    }
    for key in ["open_api_schema", "smithy_model"] {
        if let Some(schema) = block(&mcp, key) {
            return interface(stack, &schema, &owner);
        }
    }
    let methods: Vec<OwnTool> =
        block(&mcp, "api_gateway").iter().flat_map(|it| overrides(stack, it, &owner)).collect();
    if !methods.is_empty() {
        return methods;
    }
    let endpoint = at(&mcp, &["mcp_server", "endpoint"]).map(|it| (stack.shown(&it), it.place()));
    let (what, place) = endpoint.unwrap_or_else(|| (name, target.place.clone()));
    vec![unknown(&format!("any tool of {what}"), &owner, &place)]
}

/// Tools of an API gateway that are named one by one.
fn overrides<'a>(stack: &Stack<'a>, api: &View<'a>, owner: &str) -> Vec<OwnTool> {
    let Some(configuration) = block(api, "api_gateway_tool_configuration") else { return Vec::new() };
    let listed = ["tool_override", "tool_overrides"].iter().flat_map(|it| blocks(&configuration, it));
    listed
        .filter_map(|it| {
            let path = get(&it, "path").map(|it| stack.shown(&it))?;
            let method = get(&it, "method").map_or_else(|| "any method".to_owned(), |it| stack.shown(&it));
            let name = get(&it, "name").map(|it| stack.shown(&it));
            Some(unknown(&name.unwrap_or_else(|| format!("{method} {path}")), owner, &it.place()))
        })
        .collect()
}
