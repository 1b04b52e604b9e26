//! What a year may cost: the loss that is expected under sets of choices, and what follows where it is too much.
//!
//! It rests on two laws, which tests hold: a choice never raises what any end costs, and it lowers only ends that its
//! edges have a part in. So under some choices that leave too much, those that are added must take off at least what is
//! too much, and none takes off more than all that its ends still cost above what they cost under all choices.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use ambit_model::risk::EndKind;
use ambit_model::stated::Model;
use ambit_model::{AssetId, Gate, Place};

use super::choice::Choice;
use super::judge::together;
use super::solve::{Clause, Load};
use crate::index::{EdgeNo, NodeNo};
use crate::limits::Limits;
use crate::overlay::{Most, Said, limited, patch};
use crate::risk::{Arrivals, End, EndLoss, Scenarios};
use crate::scene::{Overlay, Scene};

/// Into how many parts what is too much is divided: what a choice counts is rounded up to the next.
const PARTS: u32 = 10_000;

/// How often more is tried to be added to a set that leaves too much.
const MOST_TRIED: usize = 64;

/// How much rounding may add to what is computed in two ways.
const ROUGH: f64 = 1e-9;

/// What a year costs on average.
#[derive(Debug, Clone, Default)]
pub(super) struct Losses {
    pub(super) total: f64,
    pub(super) by_end: BTreeMap<End, EndLoss>,
}

impl Losses {
    fn of(scenarios: &Scenarios<'_>) -> Self {
        // Of nothing the sum has a sign.
        Self { total: scenarios.total().max(0.0), by_end: scenarios.by_end() }
    }

    pub(super) fn whole(&self, end: &End) -> f64 {
        self.by_end.get(end).map_or(0.0, |it| it.whole)
    }

    fn by_group(&self, end: &End, group: NodeNo) -> f64 {
        self.by_end.get(end).and_then(|it| it.by_group.get(&group)).copied().unwrap_or_default()
    }

    fn is_told_apart(&self, end: &End) -> bool {
        self.by_end.get(end).is_none_or(|it| it.is_told_apart)
    }
}

/// The ends that may cost less by something, each with the groups of contexts that then bring it about less.
pub(super) type Own = BTreeMap<End, Groups>;

/// Groups of contexts, by their first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Groups {
    All,
    These(BTreeSet<NodeNo>),
}

impl Groups {
    fn join(&mut self, other: &Self) {
        match (&mut *self, other) {
            (Self::These(own), Self::These(other)) => own.extend(other),
            _ => *self = Self::All,
        }
    }
}

/// What a what-if changes of what risk is computed from. Equal ones cost the same.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Effect {
    gates: Vec<(EdgeNo, Option<Gate>)>,
    limits: Vec<(EdgeNo, Limits)>,
    bounded: Vec<(EdgeNo, Most)>,
    /// Credentials are held by lines.
    removed: BTreeSet<Place>,
    otherwise: BTreeSet<(Place, Said)>,
}

/// What a year costs under what-ifs, each computed once.
pub(super) struct Risks<'s, 'a> {
    scene: &'s Scene<'a>,
    model: &'a Model,
    base: OnceCell<Base<'a>>,
    known: RefCell<BTreeMap<Effect, Rc<Losses>>>,
}

/// The map as it is.
struct Base<'a> {
    scenarios: Scenarios<'a>,
    arrivals: Arrivals,
    own: RefCell<BTreeMap<EdgeNo, Rc<Own>>>,
}

impl<'s, 'a> Risks<'s, 'a> {
    pub(super) fn of(scene: &'s Scene<'a>, model: &'a Model) -> Self {
        Self { scene, model, base: OnceCell::new(), known: RefCell::default() }
    }

    fn base(&self) -> &Base<'a> {
        self.base.get_or_init(|| {
            let scenarios = Scenarios::within(self.scene, self.model);
            Base { arrivals: scenarios.arrivals(), scenarios, own: RefCell::default() }
        })
    }

    /// What losses are counted in.
    pub(super) fn unit(&self) -> &str {
        self.base().scenarios.unit()
    }

    /// What a year costs under `overlay`.
    pub(super) fn under(&self, overlay: &Overlay) -> Rc<Losses> {
        let effect = self.effect(overlay);
        if let Some(known) = self.known.borrow().get(&effect) {
            return Rc::clone(known);
        }
        let base = &self.base().scenarios;
        let losses = if *overlay == Overlay::default() {
            Losses::of(base)
        } else {
            Losses::of(&base.under(&self.scene.under(overlay.clone()), self.model))
        };
        let losses = Rc::new(losses);
        self.known.borrow_mut().insert(effect, Rc::clone(&losses));
        losses
    }

    /// What of `overlay` can make any difference.
    fn effect(&self, overlay: &Overlay) -> Effect {
        let map = self.scene.map;
        let matters = |it: &EdgeNo| !self.own(*it).is_empty();
        let stands = |it: EdgeNo| map.row(it).map(|it| it.gate).filter(|it| *it != Gate::Denied);
        let gates = patch(map, overlay).into_iter().filter(|(no, gate)| matters(no) && *gate != stands(*no));
        let limits = limited(map, overlay).into_iter().filter(|(no, _)| matters(no));
        let bounded = overlay.bounded.iter().map(|(no, most)| (*no, *most)).filter(|(no, _)| matters(no));
        Effect {
            gates: gates.collect(),
            limits: limits.collect(),
            bounded: bounded.collect(),
            removed: overlay.removed.clone(),
            otherwise: overlay.otherwise.clone(),
        }
    }

    fn own(&self, edge: EdgeNo) -> Rc<Own> {
        let base = self.base();
        if let Some(known) = base.own.borrow().get(&edge) {
            return Rc::clone(known);
        }
        let (ends, is_afar) = base.scenarios.ends_of(edge, &base.arrivals);
        let group = self.scene.map.index.node_of(edge).and_then(|it| base.scenarios.group(it));
        let groups = match group.filter(|_| !is_afar) {
            Some(group) => Groups::These(BTreeSet::from([group])),
            None => Groups::All,
        };
        let own: Rc<Own> = Rc::new(ends.into_iter().map(|it| (it, groups.clone())).collect());
        base.own.borrow_mut().insert(edge, Rc::clone(&own));
        own
    }

    /// The ends that may cost less by `choice`.
    pub(super) fn ends_by(&self, choice: &Choice) -> Own {
        let mut all = Own::new();
        for edge in &choice.touches {
            for (end, groups) in self.own(*edge).iter() {
                all.entry(end.clone()).and_modify(|it| it.join(groups)).or_insert_with(|| groups.clone());
            }
        }
        if choice.overlay.lines().next().is_some() {
            let held = self.under(&Overlay::default());
            let exposed = held.by_end.keys().filter(|it| it.0 == EndKind::Exposed);
            all.extend(exposed.map(|it| (it.clone(), Groups::All)));
        }
        all
    }

    /// The agents in whose groups of contexts any end is brought about.
    pub(super) fn agents(&self) -> BTreeSet<AssetId> {
        let (map, index) = (self.scene.map, &self.scene.map.index);
        let nodes = self.base().scenarios.nodes();
        let within: BTreeSet<_> = nodes.into_iter().flat_map(|it| index.group(it)).copied().collect();
        let is_near = |it: &&AssetId| index.node(it).is_some_and(|it| within.contains(&it));
        map.agents.keys().filter(is_near).cloned().collect()
    }
}

/// What a year may cost, and what choices have to do with it.
pub(super) struct Budget<'r, 's, 'a> {
    risks: &'r Risks<'s, 'a>,
    choices: &'r [Choice],
    /// The most that a year may cost on average.
    most: f64,
    /// By choice: the ends that may cost less by it.
    ends: Vec<Own>,
    /// What is left under all choices.
    least: Rc<Losses>,
}

impl<'r, 's, 'a> Budget<'r, 's, 'a> {
    pub(super) fn new(risks: &'r Risks<'s, 'a>, choices: &'r [Choice], most: f64) -> Self {
        let ends = choices.iter().map(|it| risks.ends_by(it)).collect();
        let least = risks.under(&together(choices));
        Self { risks, choices, most, ends, least }
    }

    /// What a year costs on average under these.
    pub(super) fn losses(&self, chosen: &BTreeSet<usize>) -> Rc<Losses> {
        let own = chosen.iter().filter(|it| self.matters(**it));
        self.risks.under(&together(own.filter_map(|it| self.choices.get(*it))))
    }

    pub(super) fn matters(&self, choice: usize) -> bool {
        self.ends.get(choice).is_some_and(|it| !it.is_empty())
    }

    pub(super) fn is_over(&self, losses: &Losses) -> bool {
        losses.total > self.most * (1.0 + ROUGH)
    }

    /// Whether a year costs too much whatever is chosen.
    pub(super) fn is_beyond(&self) -> bool {
        self.is_over(&self.least)
    }

    /// What follows where a year costs too much under `chosen`; nothing where it does not.
    pub(super) fn loads(&self, chosen: &BTreeSet<usize>, go_on: &dyn Fn() -> bool) -> Vec<Load> {
        let here = self.losses(chosen);
        if !self.is_over(&here) {
            return Vec::new();
        }
        let grown = self.grown(chosen, go_on);
        let mut loads = vec![self.load(&here, chosen)];
        if grown != *chosen {
            loads.push(self.load(&self.losses(&grown), &grown));
        }
        loads
    }

    /// `chosen` with as much more as leaves too much, the cheapest first: what is left to choose from is dear.
    fn grown(&self, chosen: &BTreeSet<usize>, go_on: &dyn Fn() -> bool) -> BTreeSet<usize> {
        let mut rest: Clause = (0..self.choices.len()).filter(|it| !chosen.contains(it)).collect();
        let mut grown = chosen.clone();
        grown.extend(rest.iter().filter(|it| !self.matters(**it)));
        rest.retain(|it| self.matters(*it));
        rest.sort_by_key(|it| (self.cost(*it), *it));
        let (mut rest, mut left) = (vec![rest], MOST_TRIED);
        while let Some(mut some) = rest.pop().filter(|_| left > 0 && go_on()) {
            left -= 1;
            let mut more = grown.clone();
            more.extend(&some);
            if self.is_over(&self.losses(&more)) {
                grown = more;
            } else if some.len() > 1 {
                let half = some.split_off(some.len() / 2);
                rest.extend([half, some]);
            }
        }
        grown
    }

    pub(super) fn cost(&self, choice: usize) -> u32 {
        self.choices.get(choice).map_or(0, |it| it.price.cost)
    }

    /// The most that `choice` takes off of `losses`, whatever else is chosen. An end that comes about no more was brought
    /// about by some group of contexts, and that by none of its choices alone: so each counts what its groups bring about.
    pub(super) fn most_off(&self, losses: &Losses, choice: usize) -> f64 {
        let off = |(end, groups): (&End, &Groups)| {
            let whole = (losses.whole(end) - self.least.whole(end)).max(0.0);
            match groups {
                Groups::These(these) if losses.is_told_apart(end) && self.least.is_told_apart(end) => {
                    let own = |it: &NodeNo| losses.by_group(end, *it) - self.least.by_group(end, *it);
                    these.iter().map(|it| own(it).max(0.0)).sum::<f64>().min(whole)
                }
                _ => whole,
            }
        };
        self.ends.get(choice).into_iter().flatten().map(off).sum()
    }

    /// What must be chosen beside `chosen`, which leaves `losses`.
    fn load(&self, losses: &Losses, chosen: &BTreeSet<usize>) -> Load {
        let over = losses.total - self.most;
        let counts = |it: usize| {
            let share = self.most_off(losses, it) / over * (1.0 + ROUGH);
            (share > ROUGH).then(|| (it, parts(share)))
        };
        let others = (0..self.choices.len()).filter(|it| !chosen.contains(it));
        Load { need: PARTS, parts: others.filter_map(counts).collect() }
    }

    /// The choices that have to do with any end.
    pub(super) fn mattering(&self) -> BTreeSet<usize> {
        (0..self.choices.len()).filter(|it| self.matters(*it)).collect()
    }

    /// The least that a year costs, under all choices.
    pub(super) fn least(&self) -> f64 {
        self.least.total
    }

    /// The most that it may cost.
    pub(super) fn most(&self) -> f64 {
        self.most
    }
}

/// So many parts of what is too much, rounded up; no more than all of it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it lies between 0 and the number of parts"
)]
fn parts(share: f64) -> u32 {
    (share.min(1.0) * f64::from(PARTS)).ceil() as u32
}
