//! What programs, flows, workflows and cards give their agents: tools of their own, hand-offs, what is kept, what starts
//! them, and what is put into their prompts.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::address::{Leads, canonical, leads};
use ambit_model::facts::{
    Handoff, Insert, Kept, Known, Object, OwnEffect, OwnTool, Program, Stream, Target, Trigger, Unresolved,
};
use ambit_model::{
    AgentFacts, Asset, AssetId, AssetKind, Audience, Basis, BlastRadius, Confidence, Effect, EffectFact,
    Gate, Level, Place, Provenance, Reversibility, Scope, Tier, Trust, Verb, Where,
};

use super::builder::{Builder, Row, kind_of};
use super::names::agent_id;
use super::shell::{self, Call};
use crate::infer;
use crate::map::Tool;

/// Where agents are served, by their addresses; none where several claim one.
pub(super) type Served = BTreeMap<String, Option<AssetId>>;

/// The addresses of all agents of the inventory.
pub(super) fn addresses(agents: &[AgentFacts]) -> Served {
    let mut all = Served::new();
    for facts in agents {
        let id = agent_id(facts);
        for (url, _) in &facts.program.addresses {
            let known = all.entry(canonical(bare(url))).or_insert_with(|| Some(id.clone()));
            // Two samples on one port of this machine are not each other.
            if known.as_ref() != Some(&id) {
                *known = None;
            }
        }
    }
    all
}

/// The agent that is served at `url`.
pub(super) fn at<'a>(served: &'a Served, url: &str) -> Option<&'a AssetId> {
    served.get(&canonical(bare(url)))?.as_ref()
}

/// An address without the parts that a card is found under.
fn bare(url: &str) -> &str {
    let url = url.trim_end_matches('/');
    let known = ["/.well-known/agent-card.json", "/.well-known/agent.json"];
    known.iter().find_map(|it| url.strip_suffix(it)).unwrap_or(url).trim_end_matches('/')
}

/// Adds everything that the program of `facts` gives `agent`.
pub(super) fn connect(builder: &mut Builder<'_>, facts: &AgentFacts, agent: &AssetId, served: &Served) {
    let runs = if facts.program.elsewhere.is_some() { Runs::Elsewhere } else { Runs::Here };
    for tool in &facts.program.tools {
        own_tool(builder, facts, agent, tool, runs);
    }
    for handoff in &facts.program.hands {
        hand(builder, agent, handoff, served);
    }
    around(builder, &facts.program, agent, Provenance::Declared);
    answers(builder, facts, agent);
    for unresolved in &facts.program.unresolved {
        left(builder, agent, unresolved);
    }
    noted(builder, facts, agent);
}

/// An edge to something that could not be followed.
pub(super) fn left(builder: &mut Builder<'_>, agent: &AssetId, left: &Unresolved) {
    let to = AssetId::from_text(format!("env:unknown/{}/{}", agent.name(), left.what));
    let name = format!("Whatever `{}` brings", left.raw);
    let to = builder.asset(Asset::new(to, AssetKind::Environment, name));
    builder.edge(Row {
        tier: Tier::T4,
        confidence: Confidence::Possible,
        consequence: format!("have {} that could not be followed", left.what).into(),
        ..declared(agent, Verb::MayReach, &to, &left.place)
    });
}

/// Notes what else is said of `agent`.
fn noted(builder: &mut Builder<'_>, facts: &AgentFacts, agent: &AssetId) {
    let Some(asset) = builder.map.assets.get_mut(agent) else { return };
    asset.facts.extend(facts.program.said.iter().map(|(it, _)| it.clone()));
    asset.facts.extend(facts.program.addresses.iter().map(|(it, _)| format!("address: {it}")));
    asset.facts.sort();
    asset.facts.dedup();
    let places = facts.program.said.iter().chain(&facts.program.addresses).map(|(_, it)| it);
    asset.provenance.extend(places.cloned().map(Provenance::Declared));
    asset.provenance.sort();
    asset.provenance.dedup();
}

/// How it is known what stands at a place.
type Says = fn(Place) -> Provenance;

/// Adds what is around the loop of `agent`: what it keeps, what starts it, what it listens to.
pub(crate) fn around(builder: &mut Builder<'_>, program: &Program, agent: &AssetId, says: Says) {
    program.keeps.iter().for_each(|it| keeps(builder, agent, it, says));
    program.starts.iter().for_each(|it| starts(builder, agent, it, says));
    program.prompts.iter().for_each(|it| inserts(builder, agent, it, says));
    program.streams.iter().for_each(|it| speaks(builder, agent, it, says));
}

fn declared(from: &AssetId, verb: Verb, to: &AssetId, place: &Place) -> Row {
    said(from, verb, to, Provenance::Declared(place.clone()))
}

fn said(from: &AssetId, verb: Verb, to: &AssetId, by: Provenance) -> Row {
    Row { provenance: [by].into(), ..Row::new(from, verb, to) }
}

/// The object as it stands on the map.
pub(super) fn object(builder: &mut Builder<'_>, object: &Object, place: Option<&Place>) -> AssetId {
    placed(builder, object, place.cloned().map(Provenance::Declared))
}

fn placed(builder: &mut Builder<'_>, object: &Object, by: Option<Provenance>) -> AssetId {
    if builder.catalog.place(object.id.as_str()).is_some() {
        return builder.shared(object.id.as_str());
    }
    let name = if object.name.is_empty() { object.id.name() } else { &object.name };
    let mut asset = Asset::new(object.id.clone(), kind_of(&object.id), name);
    asset.trust = object.trust;
    asset.level = object.level;
    asset.data.clone_from(&object.data);
    asset.provenance = by.into_iter().collect();
    builder.asset(asset)
}

fn own_tool(builder: &mut Builder<'_>, facts: &AgentFacts, agent: &AssetId, tool: &OwnTool, runs: Runs) {
    let via = tool_asset(builder, tool, runs);
    builder.map.tools.entry(via.clone()).or_insert_with(|| Tool {
        server: None,
        name: tool.name.clone(),
        definition: tool.definition.clone(),
    });
    builder.edge(Row {
        consequence: "have it as a tool of its own".into(),
        ..declared(agent, Verb::Supplies, &via, &tool.given)
    });
    let decided_by = tool.gated_by.clone().map(|it| (it, Scope::Project));
    for act in acts(builder, tool, runs) {
        let mut provenance = vec![Provenance::Declared(tool.given.clone())];
        provenance.extend(act.place.clone().map(Provenance::Declared));
        provenance.extend(known_by(tool));
        let call = Call {
            agent: agent.clone(),
            via: via.clone(),
            gate: tool.gate,
            without_rule: Some(Gate::Auto),
            decided_by: decided_by.clone(),
            others: Arc::default(),
            confidence: act.confidence,
            does: Arc::clone(&act.does),
            provenance: provenance.into(),
        };
        let to = object(builder, &act.on, act.place.as_ref());
        super::runner::act(builder, facts, &call, &act.effect, &to);
    }
}

pub(super) fn known_by(tool: &OwnTool) -> Option<Provenance> {
    let entry = match &tool.known {
        Known::Catalog(entry) => entry.as_str(),
        Known::Definition => "inference",
        Known::Nothing => "nothing is known",
        Known::Body | Known::Declared => return None,
    };
    Some(Provenance::Assumed { entry: entry.into() })
}

/// The id of a tool: its owner and its name.
pub(crate) fn tool_id(tool: &OwnTool) -> AssetId {
    AssetId::within(AssetKind::Tool, &tool.owner, &tool.name)
}

pub(super) fn tool_asset(builder: &mut Builder<'_>, tool: &OwnTool, runs: Runs) -> AssetId {
    let mut asset = Asset::new(tool_id(tool), AssetKind::Tool, &tool.name);
    let effects = acts(builder, tool, runs).into_iter().map(|it| EffectFact {
        effect: it.effect,
        object: Some(it.on.id),
        basis: it.basis,
        because: it.does,
    });
    asset.effects = effects.collect();
    asset.effects.sort();
    asset.effects.dedup();
    if tool.known == Known::Body && tool.effects.is_empty() {
        asset.facts.push("its body does nothing outside itself".to_owned());
    }
    asset.digest = tool.definition.as_ref().map(|it| it.digest());
    asset.arguments =
        tool.definition.as_ref().map(|it| infer::roles(it, builder.lexicon())).unwrap_or_default();
    asset.provenance = [&tool.place, &tool.given].map(|it| Provenance::Declared(it.clone())).into();
    asset.provenance.extend(known_by(tool));
    asset.provenance.sort();
    asset.provenance.dedup();
    builder.asset(asset)
}

/// Where tools run: on the machine that is looked at, or on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    Here,
    Elsewhere,
}

/// What the tool does: as it was read, as its definition says, or anything.
pub(super) fn acts(builder: &mut Builder<'_>, tool: &OwnTool, runs: Runs) -> Vec<OwnEffect> {
    let mut acts = told(builder, tool);
    if runs == Runs::Elsewhere {
        for act in &mut acts {
            if let Effect::Executes { r#where: place @ (Where::Host | Where::Workspace) } = &mut act.effect {
                *place = Where::Remote;
            }
        }
    }
    if matches!(tool.known, Known::Definition | Known::Nothing) {
        let looks = |it: &Effect| {
            matches!(it, Effect::Reads { .. } | Effect::Ingests { .. } | Effect::Recalls { .. })
        };
        // The code behind several tools has one role: one that only looks has little use for the rest of it.
        let only_looks = !acts.is_empty() && acts.iter().all(|it| looks(&it.effect));
        acts.extend(tool.effects.iter().cloned().map(|it| {
            let confidence =
                if only_looks && !looks(&it.effect) { Confidence::Possible } else { it.confidence };
            OwnEffect { confidence, ..it }
        }));
    }
    // Of calls in a body it was said where they were read.
    if tool.known != Known::Body {
        let catalog = builder.catalog;
        acts.iter_mut().for_each(|it| on_host(catalog, it));
    }
    acts
}

/// What a host of the web says was written by whoever runs it, or by anybody.
fn on_host(catalog: &Catalog, act: &mut OwnEffect) {
    let Some(host) = act.on.id.as_str().strip_prefix("channel:web/") else { return };
    let (least, widest) = shell::of_host(catalog, host);
    match &mut act.effect {
        Effect::Ingests { trust } => *trust = trust.join(least),
        Effect::Sends { audience, .. } => *audience = (*audience).max(widest),
        _ => {}
    }
    act.on.trust = Some(act.on.trust.map_or(least, |it| it.join(least)));
}

fn told(builder: &mut Builder<'_>, tool: &OwnTool) -> Vec<OwnEffect> {
    let own = |prefix: &str, said: &str| {
        Object::named(format!("{prefix}:{}/{}", tool.owner, tool.name), format!("{said} {}", tool.name))
    };
    // One place for all tools of an owner of which nothing is known: they are settled together.
    let anything = || {
        Object::named(
            format!("env:unknown/{}", tool.owner),
            format!("Whatever tools of {} reach", tool.owner),
        )
    };
    let unknown = |because: Arc<str>| OwnEffect {
        effect: Effect::Unknown,
        on: anything(),
        does: because,
        basis: Basis::Inferred,
        confidence: Confidence::Possible,
        place: Some(tool.place.clone()),
    };
    match (&tool.known, &tool.definition) {
        (Known::Nothing, _) | (Known::Definition, None) => vec![unknown("do what nobody knows".into())],
        (Known::Definition, Some(definition)) => infer::effects(&tool.owner, definition, builder.lexicon())
            .into_iter()
            .map(|it| match it.effect {
                Effect::Unknown => unknown(it.because),
                effect => OwnEffect {
                    on: match effect {
                        Effect::Ingests { .. } | Effect::Sends { .. } => {
                            own("channel", "What passes through")
                        }
                        Effect::Remembers { .. } | Effect::Recalls { .. } => own("memory", "Memory of"),
                        Effect::Executes { .. } => own("env", "Where commands run of"),
                        _ => own("store", "Data of"),
                    },
                    effect,
                    does: it.because,
                    basis: it.basis,
                    confidence: Confidence::Possible,
                    place: Some(tool.place.clone()),
                },
            })
            .collect(),
        (Known::Body | Known::Catalog(_) | Known::Declared, _) => tool.effects.clone(),
    }
}

fn hand(builder: &mut Builder<'_>, agent: &AssetId, handoff: &Handoff, served: &Served) {
    let (to, outside) = target(builder, handoff, served);
    if !handoff.returns && !handoff.shares_context {
        builder.map.marks.onward.insert((agent.clone(), to.clone()));
    }
    let answer =
        if handoff.returns { "hand it work and take its answer" } else { "hand the conversation over" };
    builder.edge(Row {
        gate: handoff.gate,
        without_rule: Some(Gate::Auto),
        consequence: format!("{answer} ({})", handoff.how).into(),
        ..declared(agent, Verb::Delegates, &to, &handoff.place)
    });
    // Whoever runs an agent elsewhere reads what it is told and writes what it answers.
    let Some(leads) = outside else { return };
    let (trust, audience) = match leads {
        Leads::Here => return,
        Leads::Inside => (Trust::Organization, Audience::Organization),
        Leads::Outside => (Trust::Partner, Audience::Partner),
    };
    let id = AssetId::from_text(format!("channel:agents/{}", to.name()));
    let mut asset = Asset::new(id, AssetKind::Channel, format!("Whoever runs {}", to.name()));
    asset.trust = Some(trust);
    let channel = builder.asset(asset);
    let row = |verb| Row {
        gate: handoff.gate,
        consequence: "talk to an agent that others run".into(),
        ..declared(agent, verb, &channel, &handoff.place)
    };
    builder.edge(Row { trust: Some(trust), ..row(Verb::Ingests) });
    builder.edge(Row { audience: Some(audience), ..row(Verb::Sends) });
}

/// The agent that work is handed to, and where it runs when it is not on the map.
fn target(builder: &mut Builder<'_>, handoff: &Handoff, served: &Served) -> (AssetId, Option<Leads>) {
    let mut known = |id: AssetId, name: &str| {
        let mut asset = Asset::new(id, AssetKind::Agent, name);
        asset.provenance = vec![Provenance::Declared(handoff.place.clone())];
        builder.asset(asset)
    };
    match &handoff.to {
        Target::Agent { client, name, at } => {
            let facts = AgentFacts::bare(client.as_str(), name.as_str(), at.as_str(), handoff.place.clone());
            let id = agent_id(&facts);
            let name = id.name().to_owned();
            (known(id, &name), None)
        }
        Target::Address(url) => {
            if let Some(id) = at(served, url) {
                (id.clone(), None)
            } else {
                let name = bare(url).split_once("://").map_or(bare(url), |(_, it)| it);
                let id = AssetId::within(AssetKind::Agent, "remote", name);
                (known(id, name), Some(leads(url)))
            }
        }
        Target::Named(name) => {
            let id = AssetId::within(AssetKind::Agent, "named", name);
            (known(id, name), None)
        }
    }
}

/// Stores through which a program moves content are as good as named: it says that it reads back what it writes there.
fn moves_through(builder: &mut Builder<'_>, store: &AssetId) {
    if kind_of(store) == AssetKind::DataStore {
        builder.map.marks.named.insert(store.clone());
    }
}

fn keeps(builder: &mut Builder<'_>, agent: &AssetId, kept: &Kept, says: Says) {
    let row = |verb, to: &AssetId| said(agent, verb, to, says(kept.place.clone()));
    let to = placed(builder, &kept.on, Some(says(kept.place.clone())));
    let is_memory = kind_of(&to) == AssetKind::Memory;
    if kept.writes {
        moves_through(builder, &to);
        let (verb, weight) = if is_memory {
            (Verb::Remembers, None)
        } else {
            (Verb::Writes, Some((Reversibility::Recoverable, BlastRadius::Session)))
        };
        builder.edge(Row {
            tier: Tier::T1,
            weight,
            consequence: "keep what was said there".into(),
            ..row(verb, &to)
        });
    }
    if !kept.reads {
        return;
    }
    let asset = builder.map.assets.get(&to);
    let (level, trust) = (asset.and_then(|it| it.level), asset.and_then(|it| it.trust));
    let data = asset.map(|it| it.data.clone()).unwrap_or_default();
    // What came over a channel and lies in a file is whatever others said there, and nothing that is kept in confidence.
    if kind_of(&to) != AssetKind::Channel {
        let verb = if is_memory { Verb::Recalls } else { Verb::Reads };
        builder.edge(Row {
            level: level.or((!is_memory).then_some(Level::Internal)),
            touches: data.into(),
            consequence: "get what is kept there into its context".into(),
            ..row(verb, &to)
        });
    }
    if let Some(trust) = trust.filter(|it| it.is_untrusted()) {
        builder.edge(Row {
            trust: Some(trust),
            consequence: "read what others wrote there".into(),
            ..row(Verb::Ingests, &to)
        });
    }
}

fn answers(builder: &mut Builder<'_>, facts: &AgentFacts, agent: &AssetId) {
    for answer in &facts.program.answers {
        let to = object(builder, &answer.to, Some(&answer.place));
        builder.edge(Row {
            audience: Some(answer.audience),
            consequence: "answer whoever started it".into(),
            ..declared(agent, Verb::Sends, &to, &answer.place)
        });
    }
}

fn starts(builder: &mut Builder<'_>, agent: &AssetId, trigger: &Trigger, says: Says) {
    // Whoever a check lets through is one of ours.
    let trust = match &trigger.guard {
        Some(_) => trigger.trust.max(Trust::Organization),
        None => trigger.trust,
    };
    if let Some(asset) = builder.map.assets.get_mut(agent) {
        asset.facts.push(format!("started by: {} ({trust})", trigger.event));
        asset.facts.sort();
        asset.facts.dedup();
    }
    if trigger.brings_text {
        let by = says(trigger.place.clone());
        let from = placed(builder, &trigger.from, Some(by.clone()));
        builder.edge(Row {
            trust: Some(trust),
            consequence: format!("be started by `{}` and told what it says", trigger.event).into(),
            ..said(agent, Verb::Ingests, &from, by)
        });
    }
}

fn inserts(builder: &mut Builder<'_>, agent: &AssetId, insert: &Insert, says: Says) {
    let by = says(insert.place.clone());
    let from = placed(builder, &insert.from, Some(by.clone()));
    builder.edge(Row {
        trust: Some(insert.trust),
        consequence: format!("have `{}` put into its prompt", insert.what).into(),
        ..said(agent, Verb::Ingests, &from, by)
    });
}

fn speaks(builder: &mut Builder<'_>, agent: &AssetId, stream: &Stream, says: Says) {
    let to = placed(builder, &stream.on, Some(says(stream.place.clone())));
    // Whatever it is, what one puts there another takes out.
    builder.map.marks.named.insert(to.clone());
    let trust = builder.map.assets.get(&to).and_then(|it| it.trust).unwrap_or(Trust::Organization);
    if stream.consumes {
        let consequence: Arc<str> = "acts on what comes over it".into();
        let row = |verb| Row {
            consequence: Arc::clone(&consequence),
            ..said(agent, verb, &to, says(stream.place.clone()))
        };
        builder.edge(Row { level: Some(Level::Internal), ..row(Verb::Reads) });
        if trust.is_untrusted() {
            builder.edge(Row { trust: Some(trust), ..row(Verb::Ingests) });
        }
    }
    if stream.produces {
        let weight = (Reversibility::Reversible, BlastRadius::Organization);
        builder.edge(Row {
            weight: Some(weight),
            tier: Tier::of(weight.0, weight.1),
            consequence: "tell others what it decides".into(),
            ..said(agent, Verb::Writes, &to, says(stream.place.clone()))
        });
    }
}
