//! What can come of it: each end once, with every context that can bring it about, tier by tier.
//!
//! Something worse includes what is less bad. So that an end costs what its worst costs, each tier of it adds what it
//! costs more than the one below.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ambit_model::risk::{EndKind, Founded};
use ambit_model::{AgentFacts, AssetId, Audience, Level, Tier, Verb};

use super::inputs::{Harm, Inputs};
use super::network::{Act, ModuleNo, Network, Out, Stored, Writer};
use super::range::Range;
use crate::index::{Index, NodeNo};
use crate::leak::{Reach, known_to, reach};
use crate::rules::{Held, held};
use crate::scene::{Open, Scene};

/// How many contexts are looked at for one end: the nearest.
const MOST_CONTEXTS: usize = 4096;

/// How many ways to an end there are at the most, over all ends.
const MOST_TERMS: usize = 1_000_000;

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
    /// What it costs.
    pub(crate) loss: Range,
    pub(crate) founded: Founded,
    /// What it costs on average beyond what the tier below does.
    pub(crate) adds: f64,
    /// How many contexts were too many to look at.
    pub(crate) left_out: usize,
}

/// How one context brings it about: it is steered or goes wrong by itself, has what it needs, and does it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Term {
    pub(crate) node: NodeNo,
    /// Those whose content can steer it there.
    pub(crate) writers: Vec<Writer>,
    /// Whether it may do so by itself.
    pub(crate) accidental: bool,
    /// Data that has to be in the context, of a store and at least of a level.
    pub(crate) data: Option<(AssetId, Level)>,
    /// Steps of which one has to come before, where any has to.
    pub(crate) access: Vec<ModuleNo>,
    /// Steps of which one does it.
    pub(crate) last: Vec<ModuleNo>,
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

/// Everything that can come of it, in the order of what it is done to.
pub(super) fn tops(
    network: &Network,
    scene: &Scene<'_>,
    inputs: &Inputs<'_>,
    (credentials, access): (&[Reached<'_>], &Access),
) -> Vec<Top> {
    let mut ends = Ends { network, index: &scene.map.index, inputs, tops: Vec::new(), terms: 0 };
    for (asset, acts) in &network.acts {
        ends.done(asset, acts);
    }
    for (store, stored) in &network.stored {
        ends.leaked(store, stored);
    }
    ends.exposed(credentials, access);
    ends.tops.sort_by(|a, b| (a.kind, &a.asset, a.tier).cmp(&(b.kind, &b.asset, b.tier)));
    ends.tops
}

struct Ends<'n> {
    network: &'n Network,
    index: &'n Index,
    inputs: &'n Inputs<'n>,
    tops: Vec<Top>,
    terms: usize,
}

impl Ends<'_> {
    /// Adds an end, tier by tier. `terms` has those that make it as bad as the tier, or worse.
    fn add(
        &mut self,
        (kind, asset, left_out): (EndKind, &AssetId, usize),
        tiers: &BTreeSet<Tier>,
        terms: &dyn Fn(Tier) -> Vec<Term>,
        harm: &dyn Fn(Tier) -> (Range, Founded),
    ) {
        let mut below = 0.0;
        for tier in tiers {
            let (loss, founded) = harm(*tier);
            let mean = loss.mean();
            // What costs no more than the tier below is counted there.
            if mean <= below {
                continue;
            }
            let mut terms = terms(*tier);
            terms.sort();
            let room = MOST_TERMS.saturating_sub(self.terms);
            let beyond = terms.len().saturating_sub(room);
            terms.truncate(room);
            self.terms += terms.len();
            let (asset, left_out) = (asset.clone(), left_out + beyond);
            self.tops.push(Top {
                kind,
                asset,
                tier: *tier,
                terms,
                loss,
                founded,
                adds: mean - below,
                left_out,
            });
            below = mean;
        }
    }

    /// Something is done to `asset`.
    fn done(&mut self, asset: &AssetId, acts: &[Act]) {
        let network = self.network;
        let tiers = acts.iter().map(|it| it.tier).collect();
        let terms = |tier: Tier| {
            let mut by: BTreeMap<(NodeNo, Vec<Writer>), Vec<ModuleNo>> = BTreeMap::new();
            for act in acts.iter().filter(|it| it.tier >= tier) {
                let writers = network.writers(act.limits.as_ref()).collect();
                by.entry((act.node, writers)).or_default().push(act.step);
            }
            let term = |((node, writers), last)| Term {
                node,
                writers,
                accidental: true,
                data: None,
                access: Vec::new(),
                last: sorted(last),
            };
            by.into_iter().map(term).collect()
        };
        let inputs = self.inputs;
        self.add((EndKind::Done, asset, 0), &tiers, &terms, &|tier| inputs.loss(asset, Harm::Done(tier)));
    }

    /// Data of `store` gets to somebody who may not have it.
    fn leaked(&mut self, store: &AssetId, stored: &Stored) {
        let (contexts, left_out) = self.reached_from(stored.reads.iter().map(|it| it.node));
        let levels: BTreeSet<Level> = stored.reads.iter().map(|it| it.level).collect();
        let classes: Vec<String> = stored.classes.iter().cloned().collect();
        let (network, index, inputs) = (self.network, self.index, self.inputs);
        let tier_of = |level: Level, out: &Out| disclosed(index, store, level, out);
        let outs = |node: NodeNo| network.contexts.get(node.place()).map_or(&[][..], |it| it.outs.as_slice());
        let all = || contexts.iter().flat_map(|it| outs(*it).iter());
        let tiers: BTreeSet<Tier> =
            levels.iter().flat_map(|level| all().filter_map(|it| tier_of(*level, it))).collect();
        let terms = |tier: Tier| {
            let mut by: BTreeMap<(NodeNo, Level, Vec<Writer>), Vec<ModuleNo>> = BTreeMap::new();
            for node in &contexts {
                for level in &levels {
                    for out in outs(*node).iter().filter(|it| tier_of(*level, it) >= Some(tier)) {
                        let writers = network.writers(out.limits.as_ref()).collect();
                        by.entry((*node, *level, writers)).or_default().push(out.step);
                    }
                }
            }
            let term = |((node, level, writers), last)| Term {
                node,
                writers,
                accidental: false,
                data: Some((store.clone(), level)),
                access: Vec::new(),
                last: sorted(last),
            };
            by.into_iter().map(term).collect()
        };
        let harm = |tier: Tier| {
            // The level that it is a disclosure of.
            let level = [Level::Internal, Level::Confidential, Level::Secret];
            let level =
                level.into_iter().find(|it| Tier::of_disclosure(*it) >= tier).unwrap_or(Level::Secret);
            inputs.loss(store, Harm::Leaked(tier, level, &classes))
        };
        self.add((EndKind::Leaked, store, left_out), &tiers, &terms, &harm);
    }

    /// A credential gets to somebody who may not have it.
    fn exposed(&mut self, credentials: &[Reached<'_>], access: &Access) {
        let mut by: BTreeMap<&AssetId, Vec<Term>> = BTreeMap::new();
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
            for (writers, last) in last {
                by.entry(&it.id).or_default().push(Term {
                    node: it.node,
                    writers,
                    accidental: true,
                    data: None,
                    access: sorted(steps.clone()),
                    last: sorted(last),
                });
            }
        }
        let (inputs, classes) = (self.inputs, ["credential".to_owned()]);
        for (id, mut terms) in by {
            terms.sort();
            terms.dedup();
            let harm = |tier: Tier| inputs.loss(id, Harm::Leaked(tier, Level::Secret, &classes));
            self.add((EndKind::Exposed, id, 0), &BTreeSet::from([Tier::T4]), &|_| terms.clone(), &harm);
        }
    }

    /// Contexts that what gets into `starts` can move to, the nearest first, and how many were too many.
    fn reached_from(&self, starts: impl Iterator<Item = NodeNo>) -> (Vec<NodeNo>, usize) {
        let mut seen: BTreeSet<NodeNo> = starts.collect();
        let mut next: VecDeque<NodeNo> = seen.iter().copied().collect();
        let (mut reached, mut left_out) = (Vec::new(), 0);
        while let Some(node) = next.pop_front() {
            if reached.len() < MOST_CONTEXTS {
                reached.push(node);
            } else {
                left_out += 1;
                continue;
            }
            let further = self.index.moves_out(node).iter().map(|it| it.to);
            next.extend(further.filter(|it| seen.insert(*it)));
        }
        (reached, left_out)
    }
}

/// The tier of what leaves over `out` when data of `level` does; none where that is no disclosure.
fn disclosed(index: &Index, store: &AssetId, level: Level, out: &Out) -> Option<Tier> {
    let leaves = match &out.limits {
        None => level,
        Some(limits) => index.passes_data(limits, index.origin_no(store)?, level)?,
    };
    let tier = Some(leaves).filter(|it| it.is_disclosed_to(out.audience)).map(Tier::of_disclosure)?;
    let most = out.limits.as_ref().and_then(|it| it.tier);
    Some(most.map_or(tier, |it| it.min(tier)))
}

fn sorted(mut steps: Vec<ModuleNo>) -> Vec<ModuleNo> {
    steps.sort_unstable();
    steps.dedup();
    steps
}
