//! Whole agents that no file declares: their tools, what they hand on, load and hold.

use std::sync::Arc;

use ambit_model::facts::{AgentFacts, CredentialFacts, Holder, InstructionFacts, InstructionKind};
use ambit_model::stated::{Agent, Credential, Entry, Held, Model, Placed, Reference};
use ambit_model::{Asset, AssetId, AssetKind, Confidence, Gate, Level, Place, Provenance, Scope, Verb};

use super::facts::Added;
use super::loops;
use super::tools::{Tools, given_at};
use crate::connect::builder::{Builder, Row};
use crate::connect::shell::Call;

/// `agent:support-bot`, `agent:support-bot@services/desk`.
pub(crate) fn id(name: &str, agent: &Agent) -> AssetId {
    let name = match agent.at.as_deref().map(|it| it.trim_matches('/')) {
        None | Some("" | ".") => name.to_owned(),
        Some(at) => format!("{name}@{at}"),
    };
    AssetId::new(AssetKind::Agent, &name)
}

/// Adds all agents. First the agents themselves, so that each can hand work to any other.
pub(super) fn add(builder: &mut Builder<'_>, model: &Model, tools: &mut Tools<'_>, added: &mut Added) {
    for (name, entry) in model.facts.agents.iter() {
        asset(builder, name, entry);
    }
    for (name, entry) in model.facts.agents.iter() {
        let id = id(name, &entry.value);
        calls(builder, &id, entry, tools, added);
        delegates(builder, &id, entry, tools, added);
        let instructions = loads(builder, &id, entry);
        let credentials = holds(builder, &id, entry, tools, added);
        let mut facts = facts(name, entry, instructions, credentials);
        facts.program = loops::program(builder, &id, &entry.value, tools, added);
        if let Some(known) = builder.map.agents.get_mut(&id) {
            known.instructions.extend(facts.instructions);
            known.credentials.extend(facts.credentials);
            known.program.append(facts.program);
        } else {
            added.clientless.insert(id.clone());
            builder.map.agents.insert(id, facts);
        }
    }
}

fn asset(builder: &mut Builder<'_>, name: &str, entry: &Entry<Agent>) {
    let agent = &entry.value;
    let id = id(name, agent);
    let mut asset = Asset::new(id.clone(), AssetKind::Agent, agent.name.as_deref().unwrap_or(id.name()));
    asset.owner.clone_from(&agent.owner);
    for (key, value) in
        [("model", &agent.model), ("autonomy", &agent.autonomy), ("description", &agent.description)]
    {
        asset.facts.extend(value.iter().map(|it| format!("{key}: {it}")));
    }
    asset.facts.sort();
    asset.provenance = vec![Provenance::Stated(entry.place.clone())];
    builder.asset(asset);
    if let Some(known) = builder.map.assets.get_mut(&id) {
        known.owner = agent.owner.clone().or(known.owner.take());
    }
}

fn calls(
    builder: &mut Builder<'_>,
    id: &AssetId,
    entry: &Entry<Agent>,
    tools: &mut Tools<'_>,
    added: &mut Added,
) {
    let model = tools.model;
    for (name, gate) in entry.value.gates(&model.facts) {
        let Some(tool) = model.facts.tools.get(name) else { continue };
        let place = given_at(entry, name, gate);
        let call = Call {
            agent: id.clone(),
            via: AssetId::new(AssetKind::Tool, name),
            gate,
            without_rule: Some(gate),
            others: Arc::default(),
            decided_by: Some((place.clone(), Scope::Project)),
            confidence: Confidence::Certain,
            does: tool.value.does.as_deref().unwrap_or_default().into(),
            provenance: [Provenance::Stated(place), Provenance::Stated(tool.place.clone())].into(),
        };
        tools.rows(builder, &call, &tool.value.effects, added);
    }
}

fn stated(from: &AssetId, verb: Verb, to: &AssetId, place: &Place) -> Row {
    let provenance = [Provenance::Stated(place.clone())].into();
    Row { provenance, ..Row::new(from, verb, to) }
}

fn delegates(
    builder: &mut Builder<'_>,
    id: &AssetId,
    entry: &Entry<Agent>,
    tools: &mut Tools<'_>,
    added: &Added,
) {
    for (name, gate) in entry.value.delegates.iter() {
        let Some(value) = Reference::new(name) else { continue };
        let name = Placed { value, place: gate.place.clone() };
        let to = tools.object(builder, &name, &[AssetKind::Agent], added);
        builder.edge(Row {
            gate: gate.value,
            without_rule: Some(gate.value),
            decided_by: Some((gate.place.clone(), Scope::Project)),
            consequence: "hand it work and take its answer".into(),
            ..stated(id, Verb::Delegates, &to, &gate.place)
        });
    }
}

fn loads(builder: &mut Builder<'_>, id: &AssetId, entry: &Entry<Agent>) -> Vec<InstructionFacts> {
    let mut texts = Vec::new();
    for text in &entry.value.loads {
        let (name, trust) = (&text.value.text, text.value.trust);
        let mut asset = Asset::new(AssetId::new(AssetKind::Instruction, name), AssetKind::Instruction, name);
        asset.trust = Some(trust);
        asset.provenance = vec![Provenance::Stated(text.place.clone())];
        let to = builder.asset(asset);
        let consequence = "be told what it says".into();
        builder.edge(Row { trust: Some(trust), consequence, ..stated(id, Verb::Loads, &to, &text.place) });
        texts.push(InstructionFacts {
            name: name.clone(),
            kind: InstructionKind::Prompt,
            trust,
            because: "as stated".to_owned(),
            pinned: false,
            signals: Vec::new(),
            place: text.place.clone(),
        });
    }
    texts
}

/// A credential is an asset that its holder has. What it opens is said of it and drawn by no edge: reach is what
/// tools do. In a proxy the agent never has it.
fn holds(
    builder: &mut Builder<'_>,
    id: &AssetId,
    entry: &Entry<Agent>,
    tools: &mut Tools<'_>,
    added: &Added,
) -> Vec<CredentialFacts> {
    let mut held = Vec::new();
    for name in &entry.value.holds {
        let to = tools.object(builder, name, &[AssetKind::Credential], added);
        let known = tools.model.facts.credentials.get(name.value.as_str());
        let kind = known.and_then(|it| it.value.kind.clone()).unwrap_or_else(|| "credential".to_owned());
        let place_of = |it: &Entry<Credential>| it.value.held.unwrap_or(Held::Environment);
        let holder = match known.map_or(Held::Environment, place_of) {
            Held::Context => Some(Holder::Context),
            Held::Environment => Some(Holder::Environment),
            Held::File => Some(Holder::File),
            Held::Proxy => None,
        };
        let mut row = Row {
            level: Some(Level::Secret),
            touches: ["credential".to_owned()].into(),
            consequence: format!("hold a {kind}").into(),
            ..stated(id, Verb::Holds, &to, &name.place)
        };
        match (holder, known) {
            (Some(holder), _) => held.push(CredentialFacts {
                name: builder.map.assets.get(&to).map_or(to.name(), |it| &it.name).to_owned(),
                kind,
                holder,
                value: None,
                place: name.place.clone(),
                pointer: String::new(),
                scope: Scope::Project,
            }),
            (None, proxied) => {
                row.gate = Gate::Denied;
                row.decided_by = proxied.map(|it| (it.place.clone(), Scope::Project));
            }
        }
        builder.edge(row);
    }
    held
}

fn facts(
    name: &str,
    entry: &Entry<Agent>,
    instructions: Vec<InstructionFacts>,
    credentials: Vec<CredentialFacts>,
) -> AgentFacts {
    // No client of the catalog, whatever its name.
    let (client, at) = (format!("stated/{name}"), entry.value.at.clone().unwrap_or_default());
    AgentFacts {
        model: entry.value.model.clone().map(|it| (it, entry.place.clone())),
        instructions,
        credentials,
        ..AgentFacts::bare(client, name, at, entry.place.clone())
    }
}
