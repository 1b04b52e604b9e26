//! Agents: their own tools, their servers' tools, what they load, hold and hand on.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_catalog::schema::{BuiltinKind, BuiltinTool, CommandClass};
use ambit_model::address::{Leads, leads};
use ambit_model::facts::{
    AgentFacts, CredentialFacts, InstructionKind, Limit, PermissionRule, Pin, Sandbox, Served, ServerState,
    ServerUse, Setting, SettingKind, Unresolved,
};
use ambit_model::{
    Asset, AssetId, AssetKind, Basis, Confidence, Effect, EffectFact, Gate, Level, Place, Provenance, Scope,
    Trust, Verb,
};

use super::bind::{Object, is_secret, path_object};
use super::builder::{Builder, Row};
use super::commands;
use super::gates::{Called, Facet, facets, is_available, is_like};
use super::names::agent_id;
use super::program;
use super::runner::{act, anything, command};
use super::server::{Offer, Supply};
use super::shell::{self, Call, Surroundings};
use super::tokens::{self, Runs};
use crate::map::Tool;

/// Adds an agent and everything that its client gives it; gives back its id.
pub(super) fn connect(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    servers: &BTreeMap<String, Supply>,
) -> AssetId {
    let id = agent_id(facts);
    agent_asset(builder, facts, &id);
    let mut runs_workspace = Vec::new();
    let client = builder.catalog.client(&facts.client);
    for (name, tool) in client.into_iter().flat_map(|it| &it.tools) {
        runs_workspace.extend(builtin(builder, facts, &id, name, tool));
    }
    // A program asks nobody, unless it says so.
    let server_gate = client.map_or(Gate::Auto, |it| it.server_gate);
    for entry in &facts.servers {
        if let Some(supply) = servers.get(&entry.key) {
            builder.map.uses.entry(id.clone()).or_default().push((supply.id.clone(), entry.clone()));
            builder.map.users.entry(supply.id.clone()).or_default().insert(id.clone());
            server_tools(builder, facts, &id, (entry, supply), server_gate);
        } else if let Some(path) = entry.key.strip_prefix(Served::MARK) {
            let (what, raw) = ("tools".to_owned(), path.to_owned());
            program::left(builder, &id, &Unresolved { what, raw, place: entry.place.clone() });
        }
    }
    universal_through_workspace(builder, facts, &id, &runs_workspace);
    instructions(builder, facts, &id);
    for credential in &facts.credentials {
        holds(builder, &id, id.clone().name(), credential);
    }
    subagent(builder, facts, &id);
    builder.map.agents.insert(id.clone(), facts.clone());
    id
}

fn agent_asset(builder: &mut Builder<'_>, facts: &AgentFacts, id: &AssetId) {
    let client = builder.catalog.client(&facts.client);
    let framework = builder.catalog.agent_frameworks().get(&facts.client);
    let title = client.map(|it| it.name.as_str()).or(framework.map(|it| it.name.as_str()));
    let title = title.unwrap_or(facts.client.as_str());
    let mut asset = Asset::new(id.clone(), AssetKind::Agent, id.name());
    let word = if client.is_some() { "client" } else { "made with" };
    asset.facts.push(format!("{word}: {title}"));
    asset.facts.extend(client.map(|it| format!("stock: {}", it.stock)));
    asset.facts.extend(facts.model.iter().map(|(model, _)| format!("model: {model}")));
    if !facts.placed {
        asset.facts.push("no client loads this file from where it lies".to_owned());
    }
    asset.facts.sort();
    asset.provenance = facts.places.iter().cloned().map(Provenance::Declared).collect();
    if client.is_some() {
        asset.provenance.push(Provenance::Assumed { entry: format!("client/{}", facts.client).into() });
    }
    builder.asset(asset);
}

/// Adds a built-in tool. Gives back the calls that run what the workspace holds.
fn builtin(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    agent: &AssetId,
    name: &str,
    tool: &BuiltinTool,
) -> Vec<Call> {
    let called = Called::Builtin { name, aliases: &tool.aliases, opened_by: tool.opened_by.as_deref() };
    if !is_available(facts, called) {
        return Vec::new();
    }
    let via = builtin_asset(builder, facts, name, tool);
    let mut runs_workspace = Vec::new();
    for facet in facets(facts, called, tool.gate) {
        let call = call(facts, agent, &via, &facet, tool);
        match facet.limit {
            // A denial of some patterns is easily walked around; it closes nothing.
            Some(_) if facet.gate == Gate::Denied => {}
            Some(limit) if !facet.behind.is_empty() => {
                shadowed(builder, facts, &call, (tool, limit), &facet.behind);
            }
            Some(limit) => runs_workspace.extend(limited(builder, facts, &call, tool, limit)),
            None => whole(builder, facts, &call, tool),
        }
    }
    runs_workspace
}

/// What a rule would let be, were those not there that decide before it.
fn shadowed(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    call: &Call,
    (tool, limit): (&BuiltinTool, &Limit),
    behind: &[&PermissionRule],
) {
    let mut apart = Builder::new(builder.catalog);
    if let Some(runs_workspace) = limited(&mut apart, facts, call, tool, limit) {
        anything(&mut apart, facts, &runs_workspace, &Surroundings::of_agent(facts));
    }
    let behind: Vec<Place> = behind.iter().map(|it| it.place.clone()).collect();
    builder.grant_behind(apart, &behind);
}

fn call(facts: &AgentFacts, agent: &AssetId, via: &AssetId, facet: &Facet<'_>, tool: &BuiltinTool) -> Call {
    let mut provenance = vec![Provenance::Assumed { entry: format!("client/{}", facts.client).into() }];
    provenance.extend(facet.rule.map(|it| Provenance::Declared(it.place.clone())));
    Call {
        agent: agent.clone(),
        via: via.clone(),
        gate: facet.gate,
        without_rule: facet.without,
        decided_by: facet.decided_by(),
        others: facet.others(),
        confidence: Confidence::Likely,
        does: Arc::clone(&tool.does),
        provenance: provenance.into(),
    }
}

fn builtin_asset(builder: &mut Builder<'_>, facts: &AgentFacts, name: &str, tool: &BuiltinTool) -> AssetId {
    let id = AssetId::within(AssetKind::Tool, &facts.client, name);
    let mut asset = Asset::new(id.clone(), AssetKind::Tool, name);
    asset.effects = tool
        .effects
        .iter()
        .map(|it| EffectFact {
            effect: it.effect.clone(),
            object: it.on.clone(),
            basis: Basis::Catalog,
            because: tool.does.clone(),
        })
        .collect();
    asset.provenance.push(Provenance::Assumed { entry: format!("client/{}", facts.client).into() });
    builder.asset(asset);
    let entry = Tool { server: None, name: name.to_owned(), definition: None };
    builder.map.tools.insert(id.clone(), entry);
    id
}

/// All calls of a tool that no narrower rule selects.
fn whole(builder: &mut Builder<'_>, facts: &AgentFacts, call: &Call, tool: &BuiltinTool) {
    let sandbox = facts.sandbox.as_ref().filter(|it| it.enabled && tool.kind == BuiltinKind::Shell);
    if let Some(sandbox) = sandbox {
        anything(builder, facts, call, &Surroundings::inside(sandbox, facts));
        if sandbox.escape.is_none() {
            return;
        }
        // Leaving the sandbox is asked for at least, whatever the rule for commands inside says.
        let outside = call.at_least(Gate::Prompted);
        return anything(builder, facts, &outside, &Surroundings::of_agent(facts));
    }
    for entry in &tool.effects {
        let to = entry.on.as_ref().map(|it| builder.shared(it.as_str()));
        let open_host =
            facts.sandbox.as_ref().is_some_and(|it| !it.enabled) && tool.kind == BuiltinKind::Shell;
        match (&entry.effect, to) {
            (Effect::Executes { .. }, _) if open_host => {
                // What the client says of its commands holds for the sandbox that is off.
                let does = "run commands with the user's rights".into();
                anything(builder, facts, &Call { does, ..call.clone() }, &Surroundings::of_agent(facts));
            }
            (Effect::Delegates { .. }, _) => {}
            (effect, Some(to)) => act(builder, facts, call, effect, &to),
            (effect, None) => {
                let own = builder.shared(&format!("store:{}", facts.client));
                shell::effect(builder, call, effect, &own);
            }
        }
    }
}

/// Calls that a narrower rule selects. Gives back the call when it runs what the workspace holds.
fn limited(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    call: &Call,
    tool: &BuiltinTool,
    limit: &Limit,
) -> Option<Call> {
    match limit {
        Limit::Command { text, form } if tool.kind == BuiltinKind::Shell => {
            let reading = commands::read(text, *form, builder.catalog);
            let call = Call { does: format!("run `{text}`").into(), ..call.clone() };
            let stays = reading.class <= CommandClass::Writes || reading.class == CommandClass::Destroys;
            let reaches_out = !stays || reading.has_escape;
            if let Some(sandbox) = sandbox_of(facts, &call, text).filter(|_| reaches_out) {
                anything(builder, facts, &call, &Surroundings::inside(sandbox, facts));
                return None;
            }
            if reading.has_escape {
                let does = format!("run any command through an option of `{text}`").into();
                let call = Call { does, confidence: Confidence::Possible, ..call.clone() };
                anything(builder, facts, &call, &Surroundings::of_agent(facts));
            }
            tokens::connect(builder, facts, &call, Runs::Pattern(text, *form));
            command(builder, facts, &call, reading.class, (text, *form))
        }
        Limit::Domain(domain) => {
            shell::one_host(builder, call, domain, facts.runner.is_some());
            None
        }
        Limit::Path(path) => {
            let to = path_place(builder, path);
            for entry in &tool.effects {
                shell::effect(builder, call, &entry.effect, &to);
            }
            None
        }
        Limit::Command { .. } => None,
    }
}

/// The sandbox that commands beginning with `text` run in: an approval changes nothing about where they run,
/// unless the line itself, or one about the same program, lets them out.
fn sandbox_of<'a>(facts: &'a AgentFacts, call: &Call, text: &str) -> Option<&'a Sandbox> {
    let program = |it: &str| it.split_whitespace().next().map(str::to_owned);
    let lets_out = |it: &Setting| {
        let named = it.raw.rsplit_once(": ").and_then(|(_, it)| program(it.trim_end_matches(['*', ':'])));
        let here = call.decided_by.as_ref().is_some_and(|(place, _)| *place == it.place);
        it.kind == SettingKind::SandboxEscape && (here || named.is_some() && named == program(text))
    };
    facts.sandbox.as_ref().filter(|it| it.enabled && !facts.settings.iter().any(lets_out))
}

/// The store that a path rule is about. `//x` is absolute, `/x` is relative to the settings.
fn path_place(builder: &mut Builder<'_>, path: &str) -> AssetId {
    let path = match path.strip_prefix("//") {
        Some(rest) => format!("/{rest}"),
        None => path
            .strip_prefix('/')
            .filter(|it| !it.contains(':'))
            .map_or_else(|| path.to_owned(), |it| format!("./{it}")),
    };
    match path_object(&path) {
        _ if is_secret(&path) => builder.shared("store:home"),
        Object::Shared(id) => builder.shared(id),
        Object::Named(name) => {
            let mut asset = Asset::new(
                AssetId::from_text(format!("store:files/{name}")),
                AssetKind::DataStore,
                format!("Files under {name}"),
            );
            asset.level = Some(Level::Internal);
            asset.trust = Some(Trust::Organization);
            builder.asset(asset)
        }
        Object::Itself => builder.shared("store:workspace"),
    }
}

/// Running the workspace's own code is as good as running anything for whoever may change that code. Commands
/// that write, such as `git checkout`, do not count: they cannot choose what they write.
fn universal_through_workspace(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    agent: &AssetId,
    calls: &[Call],
) {
    let around = Surroundings::of_agent(facts);
    if let Some(line) = facts.runner.as_ref().and_then(|it| it.foreign_code.as_ref()) {
        for call in calls {
            let mut provenance = call.provenance.to_vec();
            provenance.push(Provenance::Declared(line.clone()));
            let does = format!("{}, which runs code that outsiders wrote", call.does).into();
            anything(builder, facts, &Call { does, provenance: provenance.into(), ..call.clone() }, &around);
        }
        return;
    }
    let workspace = AssetId::from_text("store:workspace");
    let writes =
        builder.writes(agent).filter(|it| it.to == workspace && it.confidence > Confidence::Possible);
    let Some(write) = writes.map(|it| it.gate).min().filter(|it| *it != Gate::Denied) else { return };
    for call in calls {
        let mut call = call.at_least(write);
        call.does = format!("{}, which runs code that it may write itself", call.does).into();
        anything(builder, facts, &call, &around);
    }
}

fn server_tools(
    builder: &mut Builder<'_>,
    facts: &AgentFacts,
    agent: &AssetId,
    (entry, supply): (&ServerUse, &Supply),
    default: Gate,
) {
    loads_metadata(builder, agent, entry, supply);
    // Most tools of a server are known by the same.
    let mut last: Option<(&[Provenance], Arc<[Provenance]>)> = None;
    for offer in &supply.tools {
        let called = Called::Server { server: &entry.name, tool: &offer.name };
        let only = entry
            .only
            .as_ref()
            .is_none_or(|it| it.iter().any(|it| is_like(it, &offer.name) || offer.name == "*"));
        if !only || !is_available(facts, called) {
            continue;
        }
        let Some(facet) = facets(facts, called, default).into_iter().find(|it| it.limit.is_none()) else {
            continue;
        };
        let provenance = match last.take().filter(|(basis, _)| *basis == offer.basis.as_slice()) {
            Some((_, known)) => known,
            None => known_by(entry, offer),
        };
        last = Some((&offer.basis, Arc::clone(&provenance)));
        let mut call = Call {
            agent: agent.clone(),
            via: offer.id.clone(),
            gate: facet.gate,
            without_rule: facet.without,
            decided_by: facet.decided_by(),
            others: facet.others(),
            confidence: offer.confidence,
            does: Arc::default(),
            provenance,
        }
        .at_least(offer.gate);
        let off = entry.except.iter().find(|(glob, _)| is_like(glob, &offer.name)).map(|(_, place)| place);
        let off = off.or(match &entry.state {
            ServerState::Disabled(place) => Some(place),
            ServerState::Enabled | ServerState::NeedsApproval => None,
        });
        if let Some(place) = off {
            call.gate = Gate::Denied;
            call.without_rule = Some(facet.gate);
            call.others = Arc::default();
            call.decided_by = Some((place.clone(), entry.scope));
        }
        for (does, effect, object) in offer.acts.iter().flat_map(|it| it.iter()) {
            call.does = Arc::clone(does);
            act(builder, facts, &call, effect, object);
        }
        for act in &offer.own {
            let does = Arc::clone(&act.does);
            let shown = call.provenance.iter().cloned().chain(act.shown.clone()).collect();
            let call = Call { does, confidence: act.confidence, provenance: shown, ..call.clone() };
            shell::effect(builder, &call, &act.effect, &act.on);
        }
    }
}

/// How it is known that the agent can call the tool: by its own entry for the server, and by what is known of the
/// tool. Other agents' entries for the same server say nothing about this one.
fn known_by(entry: &ServerUse, offer: &Offer) -> Arc<[Provenance]> {
    let mut known = offer.basis.clone();
    known.push(Provenance::Declared(entry.place.clone()));
    known.sort();
    known.dedup();
    known.into()
}

/// What a server says of its tools enters the context as instructions. Of a package that is pinned it is known
/// what that says; of any other it is whatever its supplier says next.
fn loads_metadata(builder: &mut Builder<'_>, agent: &AssetId, entry: &ServerUse, supply: &Supply) {
    let Some(facts) = builder.map.servers.get(&supply.id) else { return };
    let from_outside = match (&facts.launch.package, &facts.launch.url) {
        (Some(package), _) => !matches!(package.pin, Pin::Exact(_) | Pin::Digest(_)),
        (None, Some(url)) => leads(url) != Leads::Here,
        (None, None) => false,
    };
    let gate = if matches!(entry.state, ServerState::Disabled(_)) { Gate::Denied } else { Gate::Auto };
    let mut row = Row::new(agent, Verb::Loads, &supply.id);
    row.gate = gate;
    row.without_rule = Some(Gate::Auto);
    row.trust = Some(if from_outside { Trust::Partner } else { Trust::Organization });
    row.decided_by = match &entry.state {
        ServerState::Disabled(place) => Some((place.clone(), entry.scope)),
        _ => None,
    };
    row.consequence = "put the server's tool descriptions into the context".into();
    row.provenance = [Provenance::Declared(entry.place.clone())].into();
    builder.edge(row);
}

fn instructions(builder: &mut Builder<'_>, facts: &AgentFacts, agent: &AssetId) {
    for text in &facts.instructions {
        let kind = match text.kind {
            InstructionKind::Rules => "rules",
            InstructionKind::Skill => "skill",
            InstructionKind::Command => "command",
            InstructionKind::Prompt => "prompt",
        };
        let mut asset = Asset::new(
            AssetId::new(AssetKind::Instruction, &text.place.path),
            AssetKind::Instruction,
            format!("{kind} {}", text.name),
        );
        asset.trust = Some(text.trust);
        asset.provenance = vec![Provenance::Declared(text.place.clone())];
        let to = builder.asset(asset);
        let mut row = Row::new(agent, Verb::Loads, &to);
        row.trust = Some(text.trust);
        row.consequence = format!("be told what it says ({})", text.because).into();
        row.provenance = [Provenance::Declared(text.place.clone())].into();
        builder.edge(row);
    }
}

/// Adds the credential that `holder` holds. Equal values are one credential, wherever they stand.
pub(super) fn holds(builder: &mut Builder<'_>, holder: &AssetId, holder_name: &str, facts: &CredentialFacts) {
    let id = AssetId::within(AssetKind::Credential, holder_name, &facts.name);
    let mut asset = Asset::new(id, AssetKind::Credential, &facts.name);
    asset.level = Some(Level::Secret);
    asset.data = vec!["credential".to_owned()];
    asset.facts = vec![format!("kind: {}", facts.kind)];
    asset.provenance = vec![Provenance::Declared(facts.place.clone())];
    let to = builder.asset(asset);
    let mut row = Row::new(holder, Verb::Holds, &to);
    row.level = Some(Level::Secret);
    row.touches = ["credential".to_owned()].into();
    row.consequence = format!("hold a {}", facts.kind).into();
    row.provenance = [Provenance::Declared(facts.place.clone())].into();
    row.decided_by = None::<(ambit_model::Place, Scope)>;
    builder.edge(row);
}

/// The main agent hands work to its sub-agents by the client's own tool for that.
fn subagent(builder: &mut Builder<'_>, facts: &AgentFacts, id: &AssetId) {
    let Some(parent) = &facts.parent else { return };
    let parent = agent_id(&AgentFacts { name: parent.clone(), parent: None, ..facts.clone() });
    let tools = builder.catalog.client(&facts.client).into_iter().flat_map(|it| &it.tools);
    let delegate =
        tools.filter(|(_, it)| it.kind == BuiltinKind::Agent).map(|(name, it)| (name, it.gate)).next();
    let mut row = Row::new(&parent, Verb::Delegates, id);
    if let Some((name, gate)) = delegate {
        row.via = Some(AssetId::within(AssetKind::Tool, &facts.client, name));
        row.gate = gate;
        row.without_rule = Some(gate);
    }
    row.confidence = Confidence::Likely;
    row.consequence = "hand it work and take its answer".into();
    row.provenance = facts.places.iter().cloned().map(Provenance::Declared).collect();
    builder.edge(row);
}
