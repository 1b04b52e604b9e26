//! Agents whose calls rules decide, and which remember.

use std::collections::BTreeSet;

use ambit_model::facts::KeptFor;
use ambit_model::{AgentFacts, AssetId, AssetKind, Gate, Place, Verb};

use super::{Answer, Pattern, Seen, listed, names};
use crate::map::Row;
use crate::scene::Scene;

pub(super) const PATTERN: Pattern = Pattern { id: "policy-with-memory", recognise, answer };

fn recognise(scene: &Scene<'_>) -> Option<Seen> {
    let mut seen = Seen::default();
    let mut memories = BTreeSet::new();
    for (agent, facts) in scene.agents() {
        let kept = memories_of(scene, agent, facts);
        let policy = policy(scene, agent, facts);
        if kept.is_empty() || policy.is_empty() {
            continue;
        }
        seen.agents.insert(agent.clone());
        memories.extend(kept.iter().map(|it| scene.map.name(&it.edge.to).to_owned()));
        seen.edges.extend(kept.iter().map(|it| it.no));
        seen.evidence.extend(policy.into_iter().take(1).cloned());
        seen.evidence.extend(kept.iter().flat_map(|it| super::lines(*it)).cloned());
    }
    seen.because = format!(
        "lines decide about the calls of {}, and {} is read back in later sessions",
        names(scene, &seen.agents),
        listed(memories),
    );
    (!seen.agents.is_empty()).then_some(seen)
}

/// The edges over which it writes a memory that a later session reads back. A client's own notes, as it comes, are its
/// baseline; what is kept for one run or session is no memory.
fn memories_of<'a>(scene: &Scene<'a>, agent: &AssetId, facts: &AgentFacts) -> Vec<Row<'a>> {
    let short = |to: &AssetId| {
        let mut kept = facts.program.keeps.iter().filter(|it| it.on.id == *to).peekable();
        kept.peek().is_some() && kept.all(|it| it.kept_for <= KeptFor::Session)
    };
    let open = || scene.open_edges(agent).map(|it| it.0).filter(|it| !it.edge.stock);
    let is_memory =
        |it: &Row<'_>| scene.map.assets.get(&it.edge.to).is_some_and(|it| it.kind == AssetKind::Memory);
    let read: BTreeSet<&AssetId> =
        open().filter(|it| it.edge.verb == Verb::Recalls).map(|it| &it.edge.to).collect();
    let written = open().filter(|it| it.edge.verb == Verb::Remembers && is_memory(it));
    written.filter(|it| read.contains(&it.edge.to) && !short(&it.edge.to)).collect()
}

/// The lines that decide about its calls.
fn policy<'a>(scene: &Scene<'a>, agent: &AssetId, facts: &'a AgentFacts) -> Vec<&'a Place> {
    let rules = facts.rules.iter().map(|it| &it.place);
    let asks = facts.program.approvals.iter().map(|it| &it.place);
    let guards = facts.program.guards.iter().map(|it| &it.place);
    let decided = scene.map.edges_of(agent).filter(|it| it.edge.gate != Gate::Auto && !it.edge.stock);
    let decided = decided.filter_map(|it| it.edge.decided_by.as_ref());
    rules.chain(asks).chain(guards).chain(decided).collect()
}

fn answer(scene: &Scene<'_>, seen: &Seen, id: &str) -> Option<Answer> {
    match id {
        "whose" => Some(whose(scene, seen)),
        "poisoned" => Some(poisoned(scene, seen)),
        "leaks" => Some(leaks(scene, seen)),
        "rules" => Some(rules(scene, seen)),
        _ => None,
    }
}

fn kept<'a>(scene: &Scene<'a>, seen: &Seen) -> Vec<Row<'a>> {
    let facts = seen.agents.iter().filter_map(|it| scene.map.agents.get_key_value(it));
    facts.flat_map(|(agent, facts)| memories_of(scene, agent, facts)).collect()
}

fn whose(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let memories: BTreeSet<&AssetId> = kept(scene, seen).iter().map(|it| &it.edge.to).collect();
    let reads: Vec<_> = memories.iter().filter_map(|it| scene.kept_at(it)).flat_map(|it| it.1).collect();
    let readers: BTreeSet<AssetId> = reads.iter().map(|(it, _)| it.edge.from.clone()).collect();
    let facts = seen.agents.iter().filter_map(|it| scene.map.agents.get(it));
    let said = facts.flat_map(|it| &it.program.keeps).filter(|it| memories.contains(&it.on.id));
    let said: BTreeSet<KeptFor> = said.map(|it| it.kept_for).collect();
    let kept_for: Vec<&str> = said.into_iter().map(KeptFor::word).collect();
    let whose = if kept_for.is_empty() {
        "nothing on the map says for whom it is kept".to_owned()
    } else {
        format!("kept for: {}", kept_for.join(", "))
    };
    let text = format!("{whose}; {} read it", names(scene, &readers));
    Answer::says(text).by(reads.iter().map(|(it, _)| it.no))
}

fn poisoned(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let steered = kept(scene, seen).into_iter().filter_map(|write| {
        let (way, source) = scene.drives(&write.edge.from, write.no)?;
        Some((write, way.edges.to_vec(), source))
    });
    let steered: Vec<_> = steered.collect();
    let Some((write, way, source)) = steered.first() else {
        return Answer::says("nothing that outsiders write gets to whoever writes it, on this map");
    };
    let text = format!(
        "yes: outsiders write `{}`, which steers `{}` as it writes `{}`",
        scene.map.name(source),
        scene.map.name(&write.edge.from),
        scene.map.name(&write.edge.to),
    );
    Answer::says(text).by(way.iter().copied().chain([write.no]))
}

fn leaks(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let writers: BTreeSet<&AssetId> = kept(scene, seen).iter().map(|it| &it.edge.from).collect();
    let data = writers.iter().flat_map(|it| scene.data(it));
    let Some(worst) = data.max_by(|a, b| a.level.cmp(&b.level).then_with(|| b.store.cmp(a.store))) else {
        return Answer::says("no data that is not public gets to whoever writes it, on this map");
    };
    let text = format!(
        "up to `{}`, which is {}: whoever writes it reads that too",
        scene.map.name(worst.store),
        worst.level
    );
    Answer::says(text).by(worst.way.edges.iter().copied())
}

/// Rules that stand in files of the workspace are changed by whoever writes there.
fn rules(scene: &Scene<'_>, seen: &Seen) -> Answer {
    let facts = seen.agents.iter().filter_map(|it| scene.map.agents.get_key_value(it));
    for (agent, facts) in facts {
        let own = policy(scene, agent, facts).into_iter().find(|it| !it.path.starts_with(['~', '/']));
        let writes =
            scene.open_by(agent, &[Verb::Writes]).filter(|(it, _)| it.edge.to.as_str() == "store:workspace");
        let easiest = writes.min_by_key(|(it, gate)| (*gate, it.no));
        if let Some((place, (write, gate))) = own.zip(easiest) {
            let text = format!(
                "`{}` can write files of the workspace ({gate}), and `{}` is one; its client may keep that file from it",
                scene.map.name(agent),
                place.path,
            );
            return Answer::says(text).by([write.no]).at([place]);
        }
    }
    Answer::says("none of them can write where its rules stand, on this map")
}
