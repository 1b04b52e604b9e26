//! What people state around the loop of an agent: what starts it, what is put into its prompts, what it keeps and
//! listens to, what ends it and who is asked.

use ambit_model::facts::{
    Approval, Guard, Insert, Kept, LimitKind, LoopLimit, Object, Program, Stream, Trigger,
};
use ambit_model::stated::{Agent, Asks, Ends, Entry, Inserted, Keeps, Placed, Reference, Speaks, Starts};
use ambit_model::{AssetId, AssetKind, EdgeId, Place, Provenance, Trust, Verb};

use super::facts::Added;
use super::places::known;
use super::tools::Tools;
use crate::connect::builder::Builder;
use crate::connect::program::around;

const PLACES: &[AssetKind] = &[AssetKind::Channel, AssetKind::DataStore];
const KEPT: &[AssetKind] = &[AssetKind::Memory, AssetKind::DataStore];

/// Adds all of it to the map, and gives it back as facts.
pub(super) fn program(
    builder: &mut Builder<'_>,
    id: &AssetId,
    agent: &Agent,
    tools: &mut Tools<'_>,
    added: &mut Added,
) -> Program {
    let mut program = Program { limits: limits(&agent.limits), ..Program::default() };
    for (event, entry) in agent.starts.iter() {
        let trigger = trigger(builder, id, (event, entry), tools, added);
        program.starts.push(trigger);
    }
    for (what, entry) in agent.prompts.iter() {
        let insert = insert(builder, id, (what, entry), tools, added);
        program.prompts.push(insert);
    }
    for (name, entry) in agent.keeps.iter() {
        let Some(on) = named(builder, (name, &entry.place), KEPT, tools, added) else { continue };
        program.keeps.push(kept(on, entry));
    }
    for (name, entry) in agent.streams.iter() {
        let Some(on) = named(builder, (name, &entry.place), PLACES, tools, added) else { continue };
        program.streams.push(stream(on, entry));
    }
    program.approvals = agent.approvals.iter().map(|(how, it)| approval(how, it)).collect();
    let guard = |(name, it): (&str, &Entry<String>)| Guard {
        how: it.value.clone(),
        name: name.to_owned(),
        place: it.place.clone(),
    };
    program.guards = agent.guards.iter().map(guard).collect();
    around(builder, &program, id, Provenance::Stated);
    program
}

/// The place that is meant, with what is known of it.
fn object(
    builder: &mut Builder<'_>,
    name: &Placed<Reference>,
    kinds: &[AssetKind],
    tools: &mut Tools<'_>,
    added: &Added,
) -> Object {
    let id = tools.object(builder, name, kinds, added);
    let of = known(builder, tools.said, &id);
    let name = builder.map.assets.get(&id).map(|it| it.name.clone()).unwrap_or_default();
    Object { id, name, trust: of.trust, level: of.level, data: of.data }
}

fn named(
    builder: &mut Builder<'_>,
    (name, place): (&str, &Place),
    kinds: &[AssetKind],
    tools: &mut Tools<'_>,
    added: &Added,
) -> Option<Object> {
    let name = Placed { value: Reference::new(name)?, place: place.clone() };
    Some(object(builder, &name, kinds, tools, added))
}

fn trigger(
    builder: &mut Builder<'_>,
    id: &AssetId,
    (event, Entry { value, place, .. }): (&str, &Entry<Starts>),
    tools: &mut Tools<'_>,
    added: &mut Added,
) -> Trigger {
    let from = match &value.from {
        Some(name) => object(builder, name, PLACES, tools, added),
        None => Object {
            trust: Some(value.trust),
            ..Object::named(format!("channel:{}/{event}", id.name()), format!("`{event}` of {}", id.name()))
        },
    };
    // Who fires it is said here, whoever else writes into that place.
    added.explicit.insert(EdgeId::of(id, Verb::Ingests, &from.id, None));
    Trigger {
        event: event.to_owned(),
        trust: value.trust,
        from,
        brings_text: value.brings_text.unwrap_or(true),
        guard: value.guard.as_ref().map(|it| it.place.clone()),
        place: place.clone(),
    }
}

fn insert(
    builder: &mut Builder<'_>,
    id: &AssetId,
    (what, Entry { value, place, .. }): (&str, &Entry<Inserted>),
    tools: &mut Tools<'_>,
    added: &mut Added,
) -> Insert {
    let from = object(builder, &value.from, PLACES, tools, added);
    if value.trust.is_some() {
        added.explicit.insert(EdgeId::of(id, Verb::Ingests, &from.id, None));
    }
    Insert {
        what: what.to_owned(),
        trust: value.trust.or(from.trust).unwrap_or(Trust::Public),
        from,
        among_instructions: value.among_instructions.unwrap_or(false),
        place: place.clone(),
    }
}

fn kept(on: Object, Entry { value, place, .. }: &Entry<Keeps>) -> Kept {
    Kept {
        on,
        writes: value.writes.unwrap_or(true),
        reads: value.reads.unwrap_or(true),
        kept_for: value.kept_for,
        place: place.clone(),
    }
}

fn stream(on: Object, Entry { value, place, .. }: &Entry<Speaks>) -> Stream {
    let at = |it: &Option<Placed<String>>| it.as_ref().map(|it| it.place.clone());
    Stream {
        on,
        broker: value.broker.clone().unwrap_or_else(|| "queue".to_owned()),
        consumes: value.consumes == Some(true),
        produces: value.produces == Some(true),
        signed: at(&value.signed),
        ordered: at(&value.ordered),
        place: place.clone(),
    }
}

fn limits(ends: &Ends) -> Vec<LoopLimit> {
    let all = [(LimitKind::Steps, &ends.steps), (LimitKind::Time, &ends.time), (LimitKind::Cost, &ends.cost)];
    let limit = |(kind, said): (LimitKind, &Option<Placed<String>>)| {
        let said = said.as_ref()?;
        Some(LoopLimit { kind, raw: format!("{kind}: {}", said.value), place: Some(said.place.clone()) })
    };
    all.into_iter().filter_map(limit).collect()
}

fn approval(how: &str, Entry { value, place, .. }: &Entry<Asks>) -> Approval {
    Approval {
        shows: value.shows,
        tools: value.tools.iter().map(|it| it.value.as_str().to_owned()).collect(),
        how: how.to_owned(),
        place: place.clone(),
    }
}
