//! What other tools have drawn joins the map. It adds reach and takes none away: of what is on the map already the
//! worse label stays, nothing asks before a drawn edge, and no client stands behind a drawn agent.

use ambit_model::facts::{AgentFacts, CredentialFacts, Holder, InstructionFacts, InstructionKind};
use ambit_model::stated::Model;
use ambit_model::stated::drawn::{Flow, Part};
use ambit_model::{
    Asset, AssetId, AssetKind, Audience, BlastRadius, Confidence, EdgeId, Gate, Level, Provenance,
    Reversibility, Scope, Tier, Trust, Verb,
};

use super::Notes;
use super::facts::Added;
use super::tools::words;
use crate::connect::builder::{Builder, Row};
use crate::map::Tool;

/// Adds all parts, then what moves between them.
pub(super) fn add(builder: &mut Builder<'_>, model: &Model, notes: &mut Notes, added: &mut Added) {
    for part in &model.drawn.parts {
        asset(builder, part, added);
    }
    for flow in &model.drawn.flows {
        edge(builder, flow);
    }
    notes.extend(&model.drawn.notes);
}

fn asset(builder: &mut Builder<'_>, part: &Part, added: &mut Added) {
    let id = &part.id;
    let is_new = !builder.map.assets.contains_key(id);
    let shared = is_new && builder.catalog.place(id.as_str()).is_some();
    if shared {
        builder.shared(id.as_str());
    }
    let mut asset = Asset::new(id.clone(), part.kind, &part.name);
    (asset.trust, asset.level) = (part.trust, part.level);
    asset.data.clone_from(&part.data);
    asset.owner.clone_from(&part.owner);
    asset.facts.clone_from(&part.facts);
    asset.facts.sort();
    asset.provenance = vec![Provenance::Stated(part.place.clone())];
    builder.asset(asset);
    if is_new && !shared && part.kind == AssetKind::DataStore {
        added.named.insert(id.clone());
    }
    if part.kind == AssetKind::Agent && !builder.map.agents.contains_key(id) {
        added.clientless.insert(id.clone());
        builder.map.agents.insert(id.clone(), agent(part));
    }
    if part.kind == AssetKind::Tool {
        tool(builder, id);
    }
}

fn agent(part: &Part) -> AgentFacts {
    let (name, at) = part.id.name().split_once('@').unwrap_or((part.id.name(), ""));
    // No client of the catalog, whatever its name.
    AgentFacts::bare(format!("drawn/{name}"), name, at, part.place.clone())
}

fn tool(builder: &mut Builder<'_>, id: &AssetId) {
    let tool = Tool { server: None, name: id.name().to_owned(), definition: None };
    builder.map.tools.entry(id.clone()).or_insert(tool);
}

fn edge(builder: &mut Builder<'_>, flow: &Flow) {
    if let Some(via) = &flow.via {
        let mut asset = Asset::new(via.clone(), AssetKind::Tool, via.name());
        asset.provenance = vec![Provenance::Stated(flow.place.clone())];
        builder.asset(asset);
        tool(builder, via);
    }
    if let (Verb::Supplies, Some(tool)) = (flow.verb, builder.map.tools.get_mut(&flow.to)) {
        tool.server.get_or_insert_with(|| flow.from.clone());
    }
    let id = EdgeId::of(&flow.from, flow.verb, &flow.to, flow.via.as_ref());
    let stock = builder.stock_gate(id);
    let row = row(builder, flow);
    behind(builder, flow, row.trust);
    builder.edge(row);
    if let Some(gate) = stock {
        builder.mark_stock(id, gate);
    }
}

/// What rules look for behind an agent: texts that it loads, credentials that it holds.
fn behind(builder: &mut Builder<'_>, flow: &Flow, trust: Option<Trust>) {
    let map = &mut builder.map;
    let Some(object) = map.assets.get(&flow.to) else { return };
    let Some(agent) = map.agents.get_mut(&flow.from) else { return };
    let name = object.name.clone();
    match (flow.verb, object.kind) {
        (Verb::Loads, AssetKind::Instruction) => agent.instructions.push(InstructionFacts {
            name,
            kind: InstructionKind::Prompt,
            trust: trust.unwrap_or(Trust::Public),
            because: "as drawn".to_owned(),
            pinned: false,
            signals: Vec::new(),
            place: flow.place.clone(),
        }),
        (Verb::Holds, AssetKind::Credential) => agent.credentials.push(CredentialFacts {
            name,
            kind: "credential".to_owned(),
            holder: Holder::Environment,
            value: None,
            place: flow.place.clone(),
            pointer: String::new(),
            scope: Scope::Project,
        }),
        _ => {}
    }
}

/// What is not drawn of an edge is taken as it is of what people state in `facts`.
fn row(builder: &Builder<'_>, flow: &Flow) -> Row {
    let known = builder.map.assets.get(&flow.to);
    let level = flow.level.max(known.and_then(|it| it.level));
    let consequence = match flow.verb {
        Verb::Loads => "be told what it says".to_owned(),
        Verb::Holds => "hold a credential".to_owned(),
        Verb::Supplies => "offer it".to_owned(),
        Verb::RunsIn => "run in it".to_owned(),
        verb => words(verb, known.map_or(flow.to.name(), |it| &it.name)),
    };
    let row = Row {
        via: flow.via.clone(),
        gate: Gate::Auto,
        without_rule: Some(Gate::Auto),
        touches: flow.data.as_slice().into(),
        consequence: consequence.into(),
        provenance: [Provenance::Stated(flow.place.clone())].into(),
        ..Row::new(&flow.from, flow.verb, &flow.to)
    };
    match flow.verb {
        Verb::Ingests | Verb::Loads => {
            let trust = flow.trust.or(known.and_then(|it| it.trust)).unwrap_or(Trust::Public);
            Row { trust: Some(trust), ..row }
        }
        Verb::Reads => {
            let held = known.filter(|_| flow.data.is_empty()).map(|it| it.data.as_slice().into());
            Row { level: level.or(Some(Level::Internal)), touches: held.unwrap_or(row.touches), ..row }
        }
        Verb::Recalls => Row { level, trust: flow.trust, ..row },
        Verb::Sends => Row { audience: flow.audience.or(Some(Audience::Public)), ..row },
        Verb::Writes => weighed(row, flow, (Reversibility::Recoverable, BlastRadius::Organization)),
        Verb::Executes => weighed(row, flow, (Reversibility::Irreversible, BlastRadius::Organization)),
        Verb::Grants => Row {
            tier: Tier::T3,
            ..weighed(row, flow, (Reversibility::Recoverable, BlastRadius::Organization))
        },
        Verb::Spends => Row { tier: Tier::T4, ..row },
        Verb::Remembers => Row { tier: Tier::T1, ..row },
        Verb::MayReach => Row { tier: Tier::T4, confidence: Confidence::Possible, ..row },
        Verb::Holds => Row { level: Some(Level::Secret), touches: ["credential".to_owned()].into(), ..row },
        Verb::Delegates | Verb::Supplies | Verb::RunsIn => row,
    }
}

fn weighed(row: Row, flow: &Flow, usual: (Reversibility, BlastRadius)) -> Row {
    let weight = flow.weight.unwrap_or(usual);
    Row { weight: Some(weight), tier: Tier::of(weight.0, weight.1), ..row }
}
