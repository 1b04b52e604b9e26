//! What no file declares joins the map as declared things do: places, tools, whole agents. No client stands behind
//! a stated agent, so none of its edges is stock.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_model::stated::Model;
use ambit_model::{AssetId, EdgeId, Provenance, ReachEdge, Trust, Verb};

use super::{Notes, agents, drawn, places, tools};
use crate::connect::builder::{Builder, Row};
use crate::grant::Grant;

/// What was added, as far as later steps have to know.
#[derive(Debug, Default)]
pub(crate) struct Added {
    /// Stores that only people have named.
    pub(super) named: BTreeSet<AssetId>,
    /// Agents that only people have stated.
    pub(super) clientless: BTreeSet<AssetId>,
    /// Edges of effects that say for themselves what they touch: what is said of their objects changes nothing.
    pub(super) explicit: BTreeSet<EdgeId>,
    /// Why people have corrected edges.
    pub(super) because: BTreeMap<EdgeId, BTreeSet<String>>,
    /// Agents that hold something else by a name of `facts` than their own name.
    pub(super) agents: BTreeMap<String, AssetId>,
}

/// Adds the facts of `model` to the map under construction.
pub(crate) fn add(builder: &mut Builder<'_>, model: &Model, notes: &mut Notes) -> Added {
    let mut added = Added::default();
    for (name, entry) in model.facts.agents.iter() {
        added.agents.insert(name.to_owned(), agents::id(name, &entry.value));
    }
    drawn::add(builder, model, notes, &mut added);
    places::add(builder, model, &mut added);
    let said = places::all(model);
    let mut tools = tools::Tools::new(model, &said, notes);
    tools.correct(builder, &mut added);
    tools.declare(builder, &added);
    agents::add(builder, model, &mut tools, &mut added);
    take_in(builder, &said);
    added
}

/// Reading back what outsiders can write takes their content in.
fn take_in(builder: &mut Builder<'_>, said: &places::All<'_>) {
    // What is said last counts.
    let trusts: BTreeMap<&AssetId, (Trust, Provenance)> = said
        .iter()
        .flat_map(|(id, all)| all.iter().map(move |it| (id, it)))
        .filter_map(|(id, it)| Some((id, (it.trust?, Provenance::Stated(it.place.clone())))))
        .collect();
    let is_untrusted = |it: &&ReachEdge| trusts.get(&it.to).is_some_and(|(trust, _)| trust.is_untrusted());
    let mut reads: Vec<ReachEdge> = builder
        .edges()
        .filter(|it| matches!(it.verb, Verb::Reads | Verb::Recalls))
        .filter(is_untrusted)
        .cloned()
        .collect();
    reads.sort_unstable_by_key(|it| it.id);
    for read in reads {
        let Some((trust, provenance)) = trusts.get(&read.to) else { continue };
        let known_by: Arc<[Provenance]> = read.provenance.iter().chain([provenance]).cloned().collect();
        let (others, own): (Vec<_>, Vec<_>) =
            builder.grants(&read).into_iter().partition(|it| !it.behind.is_empty());
        let others: Arc<[Grant]> = others.into();
        for grant in own {
            builder.edge(Row {
                via: read.via.clone(),
                gate: grant.gate,
                without_rule: grant.without,
                decided_by: grant.by,
                others: Arc::clone(&others),
                trust: Some(*trust),
                confidence: read.confidence,
                consequence: "take in what others have written there".into(),
                provenance: Arc::clone(&known_by),
                ..Row::new(&read.from, Verb::Ingests, &read.to)
            });
        }
    }
}
