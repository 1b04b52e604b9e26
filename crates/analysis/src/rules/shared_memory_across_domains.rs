//! One memory is shared by agents of different trust domains, or by users who know nothing of each other.

use ambit_model::facts::{Kept, KeptFor};
use ambit_model::stated::MemoryScope;
use ambit_model::{AgentFacts, AssetId, AssetKind, Gate, Level, RuleInfo, Tier};

use super::{Rule, Seen, Sink, exposure, single};
use crate::flow::Way;
use crate::harm::{says, worst_action};
use crate::scene::{Open, Scene};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "shared-memory-across-domains",
        title: "Outsiders write into a memory that others' sessions read",
        categories: &["ASI06:2026", "T1:1.1", "MSFM1-11", "MSFM2-05", "AML.T0080.000", "CWE-668"],
        page: include_str!("shared_memory_across_domains.md"),
    },
    check,
};

/// An agent that outsiders start, and that writes what they say into the memory.
struct Writer<'a> {
    agent: &'a AssetId,
    steered: Way,
    write: Open<'a>,
}

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (memory, writes, reads) in scene.kept() {
        let outside = |it: &&Open<'_>| is_shared(scene, memory, &it.0.edge.from) && is_of_outsiders(scene, it);
        let writers = writes.iter().filter(outside).filter_map(|write| {
            let agent = &write.0.edge.from;
            let steered = scene.drives(agent, write.0.no)?.0.clone();
            Some(Writer { agent, steered, write: *write })
        });
        let rank = |it: &Writer<'_>| (it.steered.gate.max(it.write.1), it.steered.edges.len(), it.write.0.no);
        let writers: Vec<Writer<'_>> = writers.collect();
        let Some(easiest) = writers.iter().min_by_key(|it| rank(it)) else { continue };
        for read in reads.iter().filter(|it| is_shared(scene, memory, &it.0.edge.from)) {
            let own = writers.iter().find(|it| *it.agent == read.0.edge.from);
            match own {
                Some(writer) => among_users(scene, sink, memory, writer, *read),
                None if !is_of_outsiders(scene, read) => {
                    across_domains(scene, sink, memory, (easiest, &writes), *read);
                }
                None => {}
            }
        }
    }
}

/// Whether outsiders start the agent that the edge is of: they and theirs are its domain.
fn is_of_outsiders(scene: &Scene<'_>, edge: &Open<'_>) -> bool {
    let facts = scene.map.agents.get_key_value(&edge.0.edge.from);
    facts.is_some_and(|(agent, facts)| scene.fired_by_outsiders(agent, facts).next().is_some())
}

fn keeps<'a>(scene: &Scene<'a>, memory: &AssetId, agent: &AssetId) -> impl Iterator<Item = &'a Kept> {
    let facts: Option<&AgentFacts> = scene.map.agents.get(agent);
    let memory = memory.clone();
    facts.into_iter().flat_map(|it| &it.program.keeps).filter(move |it| it.on.id == memory)
}

/// Whether what the agent keeps there is kept for everybody, as far as anybody says.
fn is_shared(scene: &Scene<'_>, memory: &AssetId, agent: &AssetId) -> bool {
    let mut kept = keeps(scene, memory, agent).peekable();
    if kept.peek().is_some() {
        return kept.any(|it| it.kept_for == KeptFor::Everybody && scene.stands(&it.place));
    }
    let is_memory = scene.map.assets.get(memory).is_some_and(|it| it.kind == AssetKind::Memory);
    let scope = scene.map.marks.scopes.get(memory);
    is_memory && scope.is_none_or(|it| *it == MemoryScope::Shared)
}

/// What one user says is read back to another one.
fn among_users(scene: &Scene<'_>, sink: &mut Sink<'_>, memory: &AssetId, writer: &Writer<'_>, read: Open<'_>) {
    // That a tool keeps everything in one place says nothing of keys; somebody must have said that it is for all.
    let said = keeps(scene, memory, writer.agent).next().is_some()
        || scene.map.marks.scopes.get(memory) == Some(&MemoryScope::Shared);
    if !said {
        return;
    }
    let level = scene.map.assets.get(memory).and_then(|it| it.level).unwrap_or(Level::Internal);
    let message = format!(
        "outsiders talk to `{}`, and it keeps what they say in `{}` for everybody: the next one's session reads it",
        scene.map.name(writer.agent),
        scene.map.name(memory),
    );
    let tier = Tier::of_disclosure(level).max(Tier::T2);
    report(scene, sink, memory, (writer, read), (tier, None, message));
}

/// What outsiders say is read by an agent that is not theirs.
fn across_domains(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    memory: &AssetId,
    (writer, writes): (&Writer<'_>, &[Open<'_>]),
    read: Open<'_>,
) {
    let reader = &read.0.edge.from;
    let before = writer.steered.gate.max(writer.write.1).max(read.1);
    let action = worst_action(scene, reader, (Tier::T2, before), &|_, _| true);
    // What the other one writes there, outsiders' agent reads back to them.
    let tells = writes.iter().any(|it| it.0.edge.from == *reader);
    let level = scene.map.assets.get(memory).and_then(|it| it.level).unwrap_or(Level::Internal);
    let told = if tells { Tier::of_disclosure(level) } else { Tier::T0 };
    let tier = action.map_or(Tier::T0, |it| it.0.tier).max(told);
    if tier < Tier::T2 {
        return;
    }
    let then = match action.filter(|it| it.0.tier >= told) {
        Some((it, _)) => format!("and can {} ({})", says(scene.map, it.edge), it.tier),
        None => "and writes there what outsiders must not read".to_owned(),
    };
    let message = format!(
        "outsiders start `{}`, which writes `{}`; `{}`, which they cannot start, reads it {then}",
        scene.map.name(writer.agent),
        scene.map.name(memory),
        scene.map.name(reader),
    );
    report(scene, sink, memory, (writer, read), (tier, action, message));
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    memory: &AssetId,
    (writer, read): (&Writer<'_>, Open<'_>),
    (tier, action, message): (Tier, Option<Open<'_>>, String),
) {
    let acts = action.map_or(Gate::Auto, |it| it.1);
    let Some(open) = exposure([writer.steered.gate, writer.write.1, read.1, acts]) else { return };
    let reader = &read.0.edge.from;
    let places = [writer.agent, reader].into_iter().flat_map(|it| keeps(scene, memory, it));
    let evidence = places.map(|it| it.place.clone()).collect();
    let mut seen = Seen::fact(reader, memory, (tier, open), evidence).says(message);
    seen.legs = vec![
        ("untrusted", writer.steered.clone()),
        ("write", single(writer.write.0.no, writer.write.1)),
        ("read", single(read.0.no, read.1)),
    ];
    seen.legs.extend(action.map(|(it, gate)| ("action", single(it.no, gate))));
    sink.report(seen);
}
