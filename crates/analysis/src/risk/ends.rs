//! What can come of it: each end once, with every context that can bring it about, tier by tier.
//!
//! Something worse includes what is less bad. So that an end costs what its worst costs, each tier of it adds what it
//! costs more than the one below.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::risk::{EndKind, Founded};
use ambit_model::{AgentFacts, AssetId, Audience, Level, Tier, Verb};

use super::exits::{DataNo, Exit, ExitNo, Exits, SinkNo};
use super::inputs::{Harm, Inputs};
use super::leaks::Leaks;
use super::network::{Act, ModuleNo, Network, Writer};
use super::range::Range;
use crate::index::NodeNo;
use crate::leak::{Reach, known_to, reach};
use crate::rules::{Held, held};
use crate::scene::{Open, Scene};

/// How many ways to ends are listed of those that need no data, and of those that do.
pub(super) const MOST_TERMS: usize = 1_000_000;

/// How many pairs of an agent and a credential are looked at.
const MOST_PAIRS: usize = 200_000;

/// Something bad, or something worse of the same end.
#[derive(Debug, Clone)]
pub(crate) struct Top {
    pub(crate) kind: EndKind,
    pub(crate) asset: AssetId,
    /// It is as bad as this, or worse.
    pub(crate) tier: Tier,
    pub(crate) terms: Vec<Term>,
    /// Where it is that data leaves: all ways to it, those of one sort together.
    pub(crate) flows: Vec<Flow>,
    /// Whether data leaves in more ways than are among its terms, which are the nearest then.
    pub(crate) has_more: bool,
    /// What it costs.
    pub(crate) loss: Range,
    pub(crate) founded: Founded,
    /// What it costs on average beyond what the tier below does.
    pub(crate) adds: f64,
    /// How many ways to it were too many to look at.
    pub(crate) left_out: usize,
}

/// How one context brings it about: what it does, and data that has to be in the context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) exit: ExitNo,
    pub(crate) data: Option<DataNo>,
}

/// Data that gets to any exit of a sink.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flow {
    pub(crate) data: DataNo,
    pub(crate) sink: SinkNo,
}

/// A credential that an agent can get at.
#[derive(Debug)]
pub(super) struct Reached<'a> {
    pub(super) node: NodeNo,
    pub(super) id: AssetId,
    /// What gets it into the context; none are needed where it is there.
    pub(super) steps: Vec<Open<'a>>,
    in_context: bool,
    known_to: Audience,
}

/// The credentials that agents can get at, and how many pairs of both were too many to look at.
pub(super) fn credentials<'a>(scene: &Scene<'a>) -> (Vec<Reached<'a>>, usize) {
    let (mut found, mut pairs) = (Vec::new(), 0_usize);
    for it in held(scene) {
        let near = near(scene, &it);
        let room = MOST_PAIRS.saturating_sub(pairs);
        pairs += near.len();
        found.extend(near.into_iter().take(room).filter_map(|agent| reached(scene, agent, &it)));
    }
    (found, pairs.saturating_sub(MOST_PAIRS))
}

/// Agents that may get at it: its holder, those that use the server that holds it, and all where it lies in a file.
fn near<'a>(scene: &Scene<'a>, it: &Held<'a>) -> Vec<(&'a AssetId, &'a AgentFacts)> {
    let agents = &scene.map.agents;
    if let Some(own) = agents.get_key_value(it.holder) {
        return vec![own];
    }
    if it.facts.value.is_some() {
        return scene.agents().collect();
    }
    let users = scene.map.users.get(it.holder).into_iter().flatten();
    users.filter_map(|it| agents.get_key_value(it)).collect()
}

fn reached<'a>(
    scene: &Scene<'a>,
    (agent, facts): (&'a AssetId, &'a AgentFacts),
    it: &Held<'a>,
) -> Option<Reached<'a>> {
    let node = scene.map.index.node(agent)?;
    let reach = reach(scene, (agent, facts), it)?;
    let in_context = matches!(reach, Reach::Context);
    let rows = scene.open_by(agent, &[Verb::Executes, Verb::Reads]);
    let steps: Vec<Open<'a>> = rows.filter(|(row, _)| reach.is_step(scene, row.edge)).collect();
    let known_to = known_to(it.facts);
    (in_context || !steps.is_empty()).then(|| Reached {
        node,
        id: it.id.clone(),
        steps,
        in_context,
        known_to,
    })
}

/// What gets each credential into a context.
type Access = BTreeMap<(NodeNo, AssetId), Vec<ModuleNo>>;

/// Everything that can come of it, in the order of what it is done to, and what contexts do for it.
pub(super) fn tops(
    network: &Network,
    scene: &Scene<'_>,
    inputs: &Inputs<'_>,
    (credentials, access): (&[Reached<'_>], &Access),
) -> (Vec<Top>, Exits) {
    let room = (MOST_TERMS, MOST_TERMS);
    let mut ends = Ends { network, inputs, tops: Vec::new(), room, exits: Exits::default() };
    for (asset, acts) in &network.acts {
        ends.done(asset, acts);
    }
    let mut leaks = Leaks::of(network, &scene.map.index);
    for (store, stored) in &network.stored {
        leaks.add(&mut ends, store, stored);
    }
    ends.exposed(credentials, access);
    ends.tops.sort_by(|a, b| (a.kind, &a.asset, a.tier).cmp(&(b.kind, &b.asset, b.tier)));
    (ends.tops, ends.exits)
}

pub(super) struct Ends<'n> {
    pub(super) network: &'n Network,
    pub(super) inputs: &'n Inputs<'n>,
    tops: Vec<Top>,
    /// How many terms there is room for that need no data, and that do.
    room: (usize, usize),
    pub(super) exits: Exits,
}

/// A tier of an end, and what it costs.
pub(super) struct Cost {
    pub(super) tier: Tier,
    loss: Range,
    founded: Founded,
    adds: f64,
}

/// What each tier of an end costs beyond the one below. What costs no more is counted there.
pub(super) fn costs(tiers: &BTreeSet<Tier>, harm: &dyn Fn(Tier) -> (Range, Founded)) -> Vec<Cost> {
    let mut below = 0.0;
    let mut costs = Vec::new();
    for tier in tiers {
        let (loss, founded) = harm(*tier);
        let mean = loss.mean();
        if mean > below {
            costs.push(Cost { tier: *tier, loss, founded, adds: mean - below });
            below = mean;
        }
    }
    costs
}

impl Ends<'_> {
    /// Adds a tier of an end with what makes it as bad, or worse, as far as there is room.
    fn add(&mut self, (kind, asset): (EndKind, &AssetId), cost: Cost, mut terms: Vec<Term>) {
        let left_out = terms.len().saturating_sub(self.room.0);
        terms.truncate(self.room.0);
        self.room.0 -= terms.len();
        let (Cost { tier, loss, founded, adds }, asset) = (cost, asset.clone());
        let (flows, has_more) = (Vec::new(), false);
        self.tops.push(Top { kind, asset, tier, terms, flows, has_more, loss, founded, adds, left_out });
    }

    /// Adds a tier of data that leaves: its flows are all of it, whether there is room for its terms or not.
    pub(super) fn add_leak(
        &mut self,
        (asset, has_more): (&AssetId, bool),
        cost: Cost,
        mut terms: Vec<Term>,
        flows: Vec<Flow>,
    ) {
        let has_more = has_more || terms.len() > self.room.1;
        terms.truncate(self.room.1);
        self.room.1 -= terms.len();
        let (Cost { tier, loss, founded, adds }, asset) = (cost, asset.clone());
        let (kind, left_out) = (EndKind::Leaked, 0);
        self.tops.push(Top { kind, asset, tier, terms, flows, has_more, loss, founded, adds, left_out });
    }

    /// Something is done to `asset`.
    fn done(&mut self, asset: &AssetId, acts: &[Act]) {
        let tiers = acts.iter().map(|it| it.tier).collect();
        let inputs = self.inputs;
        for cost in costs(&tiers, &|tier| inputs.loss(asset, Harm::Done(tier))) {
            let mut by: BTreeMap<(NodeNo, Vec<Writer>), Vec<ModuleNo>> = BTreeMap::new();
            for act in acts.iter().filter(|it| it.tier >= cost.tier) {
                let writers = self.network.writers(act.limits.as_ref()).collect();
                by.entry((act.node, writers)).or_default().push(act.step);
            }
            let mut terms = Vec::new();
            for ((node, writers), last) in by {
                let exit = Exit { node, writers, accidental: true, access: Vec::new(), last: sorted(last) };
                terms.push(Term { exit: self.exits.add(exit), data: None });
            }
            self.add((EndKind::Done, asset), cost, terms);
        }
    }

    /// A credential gets to somebody who may not have it.
    fn exposed(&mut self, credentials: &[Reached<'_>], access: &Access) {
        let mut by: BTreeMap<&AssetId, BTreeSet<Exit>> = BTreeMap::new();
        for it in credentials {
            let Some(context) = self.network.contexts.get(it.node.place()) else { continue };
            let outs = context.outs.iter().filter(|out| out.audience > it.known_to);
            let mut last: BTreeMap<Vec<Writer>, Vec<ModuleNo>> = BTreeMap::new();
            for out in outs {
                last.entry(self.network.writers(out.limits.as_ref()).collect()).or_default().push(out.step);
            }
            let steps = if it.in_context {
                Vec::new()
            } else {
                access.get(&(it.node, it.id.clone())).cloned().unwrap_or_default()
            };
            if !it.in_context && steps.is_empty() {
                continue;
            }
            let access = sorted(steps);
            for (writers, last) in last {
                let (access, last) = (access.clone(), sorted(last));
                let exit = Exit { node: it.node, writers, accidental: true, access, last };
                by.entry(&it.id).or_default().insert(exit);
            }
        }
        let (inputs, classes) = (self.inputs, ["credential".to_owned()]);
        for (id, exits) in by {
            let harm = |tier: Tier| inputs.loss(id, Harm::Leaked(tier, Level::Secret, &classes));
            for cost in costs(&BTreeSet::from([Tier::T4]), &harm) {
                let exits = exits.iter().map(|it| Term { exit: self.exits.add(it.clone()), data: None });
                let terms = exits.collect();
                self.add((EndKind::Exposed, id), cost, terms);
            }
        }
    }
}

pub(super) fn sorted(mut steps: Vec<ModuleNo>) -> Vec<ModuleNo> {
    steps.sort_unstable();
    steps.dedup();
    steps
}
