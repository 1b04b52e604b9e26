//! Agents of Amazon Bedrock: model, instruction, action groups, knowledge bases, guardrails, collaborators and memory.

use ambit_model::facts::{
    AgentFacts, Guard, Handoff, InstructionFacts, InstructionKind, Kept, KeptFor, Known, Object, OwnEffect,
    OwnTool, Target, Unresolved,
};
use ambit_model::{Basis, BlastRadius, Confidence, Effect, Gate, Level, Place, Reversibility, Trust, Where};

use super::iam;
use super::schema::{called, executor, functions, interface, unknown};
use super::stack::{Refers, Resource, Stack, at, block, blocks, get};
use crate::fragment::Sink;
use crate::readers::tool_dump::suspicious;
use crate::tree::View;

pub(super) const CLIENT: &str = "bedrock";

const AGENT: &str = "aws_bedrockagent_agent";

/// Reads the agents of `stack`.
pub(super) fn read(stack: &Stack<'_>, sink: &mut Sink) {
    for resource in stack.of(AGENT) {
        let mut agent =
            AgentFacts::bare(CLIENT, name(stack, resource), stack.folder.as_str(), resource.place.clone());
        agent.program.elsewhere = Some(resource.place.clone());
        model(stack, resource, &mut agent);
        instruction(stack, resource, &mut agent);
        groups(stack, resource, &mut agent);
        knowledge(stack, resource, &mut agent);
        collaborators(stack, resource, &mut agent);
        memory(stack, resource, &mut agent);
        guardrail(stack, resource, &mut agent);
        role(stack, resource, &mut agent);
        sink.agents.push(agent);
    }
}

fn name(stack: &Stack<'_>, resource: &Resource<'_>) -> String {
    stack.name(resource, "agent_name")
}

fn model<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let Some(view) = get(&resource.body, "foundation_model") else { return };
    let stated = match stack.refers(&view) {
        Refers::To(source) => get(&source.body, "model_id").map(|it| stack.shown(&it)),
        Refers::Text(text) => Some(text),
        Refers::Elsewhere(_) => None,
    };
    match stated {
        Some(model) => agent.model = Some((model, view.place())),
        None => agent.program.said.push((format!("model: as {} says", stack.shown(&view)), view.place())),
    }
}

fn instruction<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    if let Some(view) = get(&resource.body, "instruction") {
        agent.instructions.push(InstructionFacts {
            name: format!("instruction of {}", agent.name),
            kind: InstructionKind::Prompt,
            trust: Trust::Organization,
            because: "a file of the workspace".to_owned(),
            pinned: true,
            signals: suspicious(&view),
            place: view.place(),
        });
    }
    let overrides = block(&resource.body, "prompt_override_configuration");
    if let Some(line) = overrides.iter().find_map(|it| get(it, "override_lambda")) {
        let name = called(stack, &line, "function_name");
        agent
            .program
            .said
            .push((format!("what the model answers is parsed by the function {name}"), line.place()));
    }
}

/// Action groups, within the agent or beside it.
fn groups<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let own = blocks(&resource.body, "action_groups").into_iter().map(|it| (it.place(), it));
    let beside = stack.of("aws_bedrockagent_agent_action_group");
    let beside = beside.filter(|it| stack.is_to(get(&it.body, "agent_id"), resource));
    let all: Vec<(Place, View<'a>)> =
        own.chain(beside.map(|it| (it.place.clone(), it.body.clone()))).collect();
    for (place, group) in all {
        let name =
            get(&group, "action_group_name").map_or_else(|| "actions".to_owned(), |it| stack.shown(&it));
        let owner = format!("{}/{name}", agent.name);
        let mut tools = tools(stack, &group, &owner, &place);
        let lambda = at(&group, &["action_group_executor", "lambda"]);
        let runs = lambda.map(|it| executor(stack, &it)).unwrap_or_default();
        let off = get(&group, "action_group_state").filter(|it| it.text() == Some("DISABLED"));
        for tool in &mut tools {
            tool.effects.extend(runs.effects.iter().cloned());
            if let Some(line) = &off {
                tool.gate = Gate::Denied;
                tool.gated_by = Some(line.place());
            }
        }
        agent.program.said.extend(runs.said);
        if let Some(line) = at(&group, &["action_group_executor", "custom_control"]) {
            let said = format!("calls of {name} are handed back to the program that runs it");
            agent.program.said.push((said, line.place()));
        }
        agent.program.tools.extend(tools);
    }
}

fn tools<'a>(stack: &Stack<'a>, group: &View<'a>, owner: &str, place: &Place) -> Vec<OwnTool> {
    if let Some(view) = get(group, "parent_action_group_signature") {
        return built_in(&stack.shown(&view), &view.place(), owner);
    }
    let mut tools = Vec::new();
    if let Some(schema) = block(group, "function_schema") {
        tools.extend(functions(stack, &schema, owner));
    }
    if let Some(schema) = block(group, "api_schema") {
        tools.extend(interface(stack, &schema, owner));
    }
    if tools.is_empty() {
        tools.push(unknown("any action", owner, place));
    }
    tools
}

/// Action groups that Bedrock itself brings. Asking the user is no tool.
fn built_in(signature: &str, place: &Place, owner: &str) -> Vec<OwnTool> {
    let (name, effect, on, does) = match signature {
        "AMAZON.UserInput" => return Vec::new(),
        "AMAZON.CodeInterpreter" => (
            "code_interpreter",
            Effect::Executes { r#where: Where::Sandbox },
            "env:sandbox",
            "run code that it writes, in a sandbox of Bedrock",
        ),
        "ANTHROPIC.Bash" => (
            "bash",
            Effect::Executes { r#where: Where::Remote },
            "env:remote",
            "run commands where the program runs it",
        ),
        "ANTHROPIC.Computer" => (
            "computer",
            Effect::Executes { r#where: Where::Remote },
            "env:remote",
            "use the computer it is given",
        ),
        "ANTHROPIC.TextEditor" => (
            "text_editor",
            Effect::Writes {
                reversibility: Reversibility::Recoverable,
                blast_radius: BlastRadius::Workspace,
            },
            "store:bedrock/files",
            "change files that it is given",
        ),
        other => return vec![unknown(other, owner, place)],
    };
    let effect = OwnEffect {
        effect,
        on: Object::named(on, if on.starts_with("env:") { "" } else { "Files of the computer it is given" }),
        does: does.into(),
        basis: Basis::Declared,
        confidence: Confidence::Certain,
        place: Some(place.clone()),
    };
    vec![OwnTool { known: Known::Declared, effects: vec![effect], ..unknown(name, owner, place) }]
}

/// Knowledge bases whose documents get into the context.
fn knowledge<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let own = blocks(&resource.body, "knowledge_bases");
    let beside = stack.of("aws_bedrockagent_agent_knowledge_base_association");
    let beside =
        beside.filter(|it| stack.is_to(get(&it.body, "agent_id"), resource)).map(|it| it.body.clone());
    for link in own.into_iter().chain(beside) {
        let off = get(&link, "knowledge_base_state").is_some_and(|it| it.text() == Some("DISABLED"));
        let Some(view) = get(&link, "knowledge_base_id").filter(|_| !off) else { continue };
        let base = stack.resource(&view, "aws_bedrockagent_knowledge_base");
        let on = if let Some(base) = base {
            of_base(stack, base)
        } else {
            let id = stack.shown(&view);
            Object {
                level: Some(Level::Internal),
                ..Object::named(format!("store:bedrock-kb/{id}"), format!("Knowledge base {id}"))
            }
        };
        agent.program.keeps.push(Kept {
            on,
            writes: false,
            reads: true,
            kept_for: KeptFor::Everybody,
            place: view.place(),
        });
    }
}

/// A knowledge base with what its sources make of it: pages of the web are written by anybody.
fn of_base<'a>(stack: &Stack<'a>, base: &Resource<'a>) -> Object {
    let name = stack.name(base, "name");
    let sources = stack.of("aws_bedrockagent_data_source");
    let sources = sources.filter(|it| stack.is_to(get(&it.body, "knowledge_base_id"), base));
    let kinds: Vec<String> = sources
        .filter_map(|it| at(&it.body, &["data_source_configuration", "type"]))
        .map(|it| stack.shown(&it))
        .collect();
    let web = kinds.iter().any(|it| it == "WEB");
    let trust = (!kinds.is_empty()).then_some(if web { Trust::Public } else { Trust::Organization });
    Object {
        trust,
        level: Some(Level::Internal),
        ..Object::named(format!("store:bedrock-kb/{name}"), format!("Knowledge base {name}"))
    }
}

/// Agents that it hands work to.
fn collaborators<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let own = blocks(&resource.body, "agent_collaborators");
    let beside = stack.of("aws_bedrockagent_agent_collaborator");
    let beside =
        beside.filter(|it| stack.is_to(get(&it.body, "agent_id"), resource)).map(|it| it.body.clone());
    for link in own.into_iter().chain(beside) {
        let name = get(&link, "collaborator_name").map(|it| stack.shown(&it));
        let alias = at(&link, &["agent_descriptor", "alias_arn"]);
        let other = alias.as_ref().and_then(|view| {
            let alias = stack.resource(view, "aws_bedrockagent_agent_alias")?;
            let view = get(&alias.body, "agent_id")?;
            stack.resource(&view, AGENT)
        });
        let direct = || alias.as_ref().and_then(|it| stack.resource(it, AGENT));
        let to = if let Some(other) = other.or_else(direct) {
            Target::Agent {
                client: CLIENT.to_owned(),
                name: self::name(stack, other),
                at: stack.folder.clone(),
            }
        } else {
            let raw = alias.as_ref().map(|it| stack.shown(it));
            Target::Named(raw.or_else(|| name.clone()).unwrap_or_else(|| "a collaborator".to_owned()))
        };
        let shared =
            get(&link, "relay_conversation_history").is_some_and(|it| it.text() == Some("TO_COLLABORATOR"));
        agent.program.hands.push(Handoff {
            to,
            gate: Gate::Auto,
            returns: true,
            shares_context: shared,
            how: format!("as the collaborator `{}`", name.unwrap_or_default()),
            place: alias.as_ref().map_or_else(|| link.place(), crate::view::View::place),
        });
    }
}

fn memory<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let Some(view) = block(&resource.body, "memory_configuration") else { return };
    let kinds = get(&view, "enabled_memory_types").map(|it| it.items()).unwrap_or_default();
    if kinds.is_empty() {
        return;
    }
    let days = get(&view, "storage_days").map(|it| stack.shown(&it));
    agent.program.said.extend(days.map(|it| (format!("remembers for {it} days"), view.place())));
    agent.program.keeps.push(Kept {
        on: Object::named(
            format!("memory:bedrock/{}@{}", agent.name, stack.folder),
            format!("Summaries of sessions of {}", agent.name),
        ),
        writes: true,
        reads: true,
        // Whoever calls it says whose memory it is.
        kept_for: KeptFor::User,
        place: view.place(),
    });
}

fn guardrail<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let Some(view) = block(&resource.body, "guardrail_configuration") else { return };
    let Some(id) = get(&view, "guardrail_identifier") else { return };
    let name = called(stack, &id, "name");
    agent.program.guards.push(Guard { how: "guardrail of Bedrock".to_owned(), name, place: id.place() });
}

/// The role that Bedrock takes for it: what it may do besides calling its models and tools.
fn role<'a>(stack: &Stack<'a>, resource: &Resource<'a>, agent: &mut AgentFacts) {
    let Some(view) = get(&resource.body, "agent_resource_role_arn") else { return };
    let Some(role) = stack.resource(&view, "aws_iam_role") else {
        let raw = stack.shown(&view);
        agent
            .program
            .said
            .push((format!("runs as the role {raw}, which is not in these files"), view.place()));
        return;
    };
    let name = stack.name(role, "name");
    agent.program.said.push((format!("runs as the role {name}"), view.place()));
    let granted = iam::of_role(stack, role);
    for (policy, place) in granted.unread {
        agent.program.said.push((format!("the role {name} has a policy that was not read: {policy}"), place));
    }
    // Bedrock does nothing with a role but what the agent is made of; more than that is only there to be misused.
    for it in granted.statements.iter().filter(|it| it.actions.iter().any(|it| it == "*" || it == "*:*")) {
        agent
            .program
            .said
            .push((format!("the role {name} may do anything in the account"), it.place.clone()));
    }
}

/// What of `agent` could not be followed.
pub(super) fn left(agent: &mut AgentFacts, what: &str, raw: String, place: Place) {
    agent.program.unresolved.push(Unresolved { what: what.to_owned(), raw, place });
}
