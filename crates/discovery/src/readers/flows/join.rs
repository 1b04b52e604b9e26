//! What flows of different files have to do with each other: one runs another, one fills the index that another reads,
//! and two call their agents the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::facts::{Handoff, Known, Object, OwnEffect, OwnTool, Target};
use ambit_model::{AgentFacts, AssetId, Basis, Confidence, Effect, Gate, Trust};

use super::code;
use crate::fragment::Sink;

/// Client, name and folder of an agent.
type Key = (String, String, String);

/// A flow, for what runs it from elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct FlowFacts {
    pub(super) client: &'static str,
    pub(super) ids: Vec<String>,
    pub(super) name: String,
    pub(super) path: Arc<str>,
    /// What a run does by itself.
    pub(super) effects: Vec<OwnEffect>,
    /// The agents that a run starts.
    pub(super) agents: Vec<Key>,
    /// Whether nobody knows of all its steps what they do.
    pub(super) is_unknown: bool,
    /// Indexes that it fills, and who could have written what it puts there.
    pub(super) filled: Vec<(AssetId, Trust)>,
}

/// How a flow is named where it is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FlowRef {
    /// The flow that the call stands in.
    Itself,
    /// By its id, and by its name where that is known too.
    Other { id: String, name: Option<String> },
}

/// A tool that runs a flow.
#[derive(Debug, Clone)]
pub(crate) struct FlowCall {
    pub(super) agent: Key,
    pub(super) tool: String,
    pub(super) to: FlowRef,
    pub(super) path: Arc<str>,
}

/// Joins what the files say.
pub(crate) fn join(sink: &mut Sink, catalog: &Catalog) {
    code::read(sink, catalog);
    tell_apart(sink);
    let flows = std::mem::take(&mut sink.flows);
    for call in std::mem::take(&mut sink.calls) {
        if let Some(flow) = find(&flows, &call) {
            run(sink, &call, flow);
        }
    }
    fill(sink, &flows);
}

/// The flow that is meant. Names are no evidence where two flows have the same.
fn find<'f>(flows: &'f [FlowFacts], call: &FlowCall) -> Option<&'f FlowFacts> {
    let client = &call.agent.0;
    let ours = || flows.iter().filter(|it| it.client == client);
    let only = |mut found: Vec<&'f FlowFacts>| if found.len() == 1 { found.pop() } else { None };
    match &call.to {
        FlowRef::Itself => ours().find(|it| it.path == call.path),
        FlowRef::Other { id, name } => {
            let by_id = only(ours().filter(|it| it.ids.contains(id)).collect());
            let by_name = || only(ours().filter(|it| Some(&it.name) == name.as_ref()).collect());
            by_id.or_else(by_name)
        }
    }
}

fn run(sink: &mut Sink, call: &FlowCall, flow: &FlowFacts) {
    let is_meant = |it: &&mut AgentFacts| {
        (&it.client, &it.name, &it.at) == (&call.agent.0, &call.agent.1, &call.agent.2)
            && it.places.first().is_some_and(|it| it.path == call.path)
    };
    for agent in sink.agents.iter_mut().filter(is_meant) {
        let mut hands = Vec::new();
        for tool in agent.program.tools.iter_mut().filter(|it| it.name == call.tool) {
            tool.known = Known::Declared;
            tool.effects.clone_from(&flow.effects);
            tool.effects.extend(flow.is_unknown.then(|| unknown(tool)));
            hands.extend(flow.agents.iter().filter(|it| **it != call.agent).map(|(client, name, at)| {
                Handoff {
                    to: Target::Agent { client: client.clone(), name: name.clone(), at: at.clone() },
                    gate: tool.gate,
                    returns: true,
                    shares_context: false,
                    how: format!("through `{}`, which runs `{}`", tool.name, flow.name),
                    place: tool.place.clone(),
                }
            }));
        }
        hands.retain(|it| it.gate != Gate::Denied);
        agent.program.hands.append(&mut hands);
    }
}

/// Of some steps of a flow nobody knows what they do.
fn unknown(tool: &OwnTool) -> OwnEffect {
    let id = format!("env:unknown/{}/{}", tool.owner, tool.name);
    OwnEffect {
        effect: Effect::Unknown,
        on: Object::named(id, format!("Whatever this reaches: {}", tool.name)),
        does: "run steps of which nobody knows what they do".into(),
        basis: Basis::Declared,
        confidence: Confidence::Possible,
        place: Some(tool.place.clone()),
    }
}

/// What strangers can put into an index is what they can put into the context of whoever reads it.
fn fill(sink: &mut Sink, flows: &[FlowFacts]) {
    let mut filled: BTreeMap<&AssetId, Trust> = BTreeMap::new();
    for (id, trust) in flows.iter().flat_map(|it| &it.filled) {
        let known = filled.entry(id).or_insert(*trust);
        *known = known.join(*trust);
    }
    for agent in &mut sink.agents {
        for kept in &mut agent.program.keeps {
            if let Some(trust) = filled.get(&kept.on.id) {
                kept.on.trust = Some(kept.on.trust.map_or(*trust, |it| it.join(*trust)));
            }
        }
        for tool in &mut agent.program.tools {
            let mut brought = Vec::new();
            for effect in &mut tool.effects {
                let Some(trust) = filled.get(&effect.on.id) else { continue };
                effect.on.trust = Some(effect.on.trust.map_or(*trust, |it| it.join(*trust)));
                if matches!(effect.effect, Effect::Reads { .. }) && trust.is_untrusted() {
                    brought.push(OwnEffect { effect: Effect::Ingests { trust: *trust }, ..effect.clone() });
                }
            }
            tool.effects.append(&mut brought);
        }
    }
}

/// Agents of one name in one folder are told apart by their files, and within a file by a number.
fn tell_apart(sink: &mut Sink) {
    let mut by_key: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (index, agent) in sink.agents.iter().enumerate() {
        if super::CLIENTS.contains(&agent.client.as_str()) {
            by_key.entry(key_of(agent)).or_default().push(index);
        }
    }
    let mut renamed: Renamed = BTreeMap::new();
    for (key, mut same) in by_key {
        same.sort_by_key(|it| sink.agents.get(*it).and_then(|it| it.places.first().cloned()));
        let mut files: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for index in same {
            let Some(agent) = sink.agents.get_mut(index) else { continue };
            let Some(path) = agent.places.first().map(|it| Arc::clone(&it.path)) else { continue };
            let is_first_file = files.is_empty() || files.len() == 1 && files.contains_key(&path);
            let count = files.entry(Arc::clone(&path)).or_insert(0);
            *count += 1;
            let file = if is_first_file {
                String::new()
            } else {
                format!(" in {}", path.rsplit('/').next().unwrap_or(&path))
            };
            let number = if *count == 1 { String::new() } else { format!(" ({count})") };
            agent.name = format!("{}{file}{number}", key.1);
            if agent.name == key.1 {
                continue;
            }
            renamed.entry((path, key.clone())).or_insert_with(|| agent.name.clone());
        }
    }
    if !renamed.is_empty() {
        rename(sink, &renamed);
    }
}

/// The new names of agents, by file and what they were called.
type Renamed = BTreeMap<(Arc<str>, Key), String>;

fn rename(sink: &mut Sink, renamed: &Renamed) {
    let new = |path: &Arc<str>, key: &Key| renamed.get(&(Arc::clone(path), key.clone())).cloned();
    for agent in &mut sink.agents {
        let Some(path) = agent.places.first().map(|it| Arc::clone(&it.path)) else { continue };
        for handoff in &mut agent.program.hands {
            let Target::Agent { client, name, at } = &mut handoff.to else { continue };
            if let Some(new) = new(&path, &(client.clone(), name.clone(), at.clone())) {
                *name = new;
            }
        }
    }
    for call in &mut sink.calls {
        if let Some(new) = new(&call.path, &call.agent) {
            call.agent.1 = new;
        }
    }
    for flow in &mut sink.flows {
        for agent in &mut flow.agents {
            if let Some(new) = new(&flow.path, agent) {
                agent.1 = new;
            }
        }
    }
}

fn key_of(agent: &AgentFacts) -> Key {
    (agent.client.clone(), agent.name.clone(), agent.at.clone())
}
