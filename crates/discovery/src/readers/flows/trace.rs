//! Follows what moves through a flow: what a step takes and from where, what comes after it, and what a person stands before.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::step::{Flow, Role, Source, Step};

/// How many steps are taken over one file, all questions together. Flows of a few hundred steps need a few thousand.
const MOST: usize = 4_000_000;

/// A flow with its ways.
pub(super) struct Trace<'f> {
    pub(super) flow: &'f Flow,
    /// What leads to each step.
    back: Vec<Vec<usize>>,
    /// The steps whose parameters name each step.
    named_by: Vec<Vec<usize>>,
    /// Which steps are agents.
    minds: Vec<bool>,
    left: Cell<usize>,
}

/// What stands before a step on the easiest way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Before {
    /// Nobody.
    Nobody,
    /// The step at which somebody was asked whose answer nothing has looked at yet.
    Asked(usize),
    /// The step at which somebody said yes.
    Approved(usize),
}

impl Before {
    fn rank(self) -> usize {
        match self {
            Self::Nobody => 0,
            Self::Asked(_) => 1,
            Self::Approved(_) => 2,
        }
    }
}

impl<'f> Trace<'f> {
    pub(super) fn new(flow: &'f Flow) -> Self {
        let mut back = vec![Vec::new(); flow.steps.len()];
        for (from, links) in flow.links.iter().enumerate() {
            for link in links {
                if let Some(list) = back.get_mut(link.to) {
                    list.push(from);
                }
            }
        }
        let mut named_by = vec![Vec::new(); flow.steps.len()];
        for (index, step) in flow.steps.iter().enumerate() {
            for taken in &step.takes {
                if let Source::Step(of) = taken.from
                    && let Some(list) = named_by.get_mut(of)
                {
                    list.push(index);
                }
            }
        }
        let mut trace = Self { flow, back, named_by, minds: Vec::new(), left: Cell::new(MOST) };
        trace.minds = flow.steps.iter().map(|it| matches!(it.role, Role::Agent(_))).collect();
        let asked: Vec<bool> = (0..flow.steps.len()).map(|it| trace.matters(it)).collect();
        trace.minds = trace.minds.iter().zip(asked).map(|(agent, chain)| *agent || chain).collect();
        trace
    }

    /// Whether the search was given up.
    pub(super) fn is_exhausted(&self) -> bool {
        self.left.get() == 0
    }

    /// The steps that are agents.
    pub(super) fn agents(&self) -> impl Iterator<Item = (usize, &'f Step)> + use<'f, '_> {
        self.flow.steps.iter().enumerate().filter(|(index, _)| self.is_mind(*index))
    }

    pub(super) fn is_mind(&self, index: usize) -> bool {
        self.minds.get(index).copied().unwrap_or(false)
    }

    pub(super) fn step(&self, index: usize) -> Option<&'f Step> {
        self.flow.steps.get(index)
    }

    /// A model that is asked once matters where strangers reach it and something happens with its answer.
    fn matters(&self, index: usize) -> bool {
        let Some(step) = self.step(index).filter(|it| matches!(it.role, Role::Chain(_))) else {
            return false;
        };
        let reached = self.taken(index, step).into_iter().any(|it| self.is_untrusted(it));
        reached && self.has_consequences(index)
    }

    fn is_untrusted(&self, index: usize) -> bool {
        let Some(step) = self.step(index) else { return false };
        match &step.role {
            Role::Start(start) => start.brings_text && start.trust.is_untrusted(),
            Role::Agent(_) => true,
            Role::Acts => {
                step.is_unknown()
                    || step.effects.iter().any(|it| match it.effect {
                        ambit_model::Effect::Ingests { trust } => trust.is_untrusted(),
                        _ => false,
                    })
            }
            _ => false,
        }
    }

    fn has_consequences(&self, index: usize) -> bool {
        let given = self.given(index);
        let after = self.after(index);
        let acts = after.keys().any(|at| {
            let Some(step) = self.step(*at) else { return false };
            given.contains(at) && (step.acts() || matches!(step.role, Role::Answers | Role::Agent(_)))
        });
        acts || self.all_starts(index).iter().any(|at| self.answers(*at, &given, index))
    }

    /// Whether the flow gives what `index` wrote, of which `given` is known, back to whoever fired `start`.
    pub(super) fn answers(&self, start: usize, given: &BTreeSet<usize>, index: usize) -> bool {
        let Some(Role::Start(it)) = self.step(start).map(|it| &it.role) else { return false };
        let is_last = |at: &&usize| self.flow.links.get(**at).is_none_or(Vec::is_empty);
        let own = |at: &&usize| **at == index || !self.is_mind(**at);
        it.is_answered && given.iter().chain([&index]).filter(own).any(|at| is_last(&at))
    }

    /// The steps that everything which `step` takes comes from: what starts the flow, what brings something in, agents.
    pub(super) fn taken(&self, index: usize, step: &Step) -> BTreeSet<usize> {
        let mut sources: Vec<Source> = step.takes.iter().map(|it| it.from).collect();
        if step.implicit {
            sources.push(Source::Before);
        }
        self.origins(index, &sources)
    }

    /// The steps that what `sources` of the step at `index` name comes from.
    pub(super) fn origins(&self, index: usize, sources: &[Source]) -> BTreeSet<usize> {
        let mut origins = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = Vec::new();
        let push = |open: &mut Vec<usize>, of: usize, source: &Source| match source {
            Source::Before => open.extend(self.back.get(of).into_iter().flatten()),
            Source::Step(step) => open.push(*step),
        };
        for source in sources {
            push(&mut open, index, source);
        }
        while let Some(at) = open.pop() {
            if !seen.insert(at) || !self.spend() {
                continue;
            }
            let Some(step) = self.step(at) else { continue };
            if self.is_mind(at) || step.brings() || matches!(step.role, Role::Start(_)) {
                origins.insert(at);
                continue;
            }
            for taken in &step.takes {
                push(&mut open, at, &taken.from);
            }
            if step.takes_before() {
                push(&mut open, at, &Source::Before);
            }
        }
        origins
    }

    /// The steps that take what the step at `index` writes, whatever passes it on.
    pub(super) fn given(&self, index: usize) -> BTreeSet<usize> {
        let mut given = BTreeSet::new();
        let mut open = vec![index];
        while let Some(at) = open.pop() {
            if !self.spend() {
                break;
            }
            let next = self.flow.links.get(at).into_iter().flatten().map(|it| it.to);
            let next = next.filter(|to| self.step(*to).is_some_and(Step::takes_before));
            let named = self.named_by.get(at).into_iter().flatten().copied();
            for to in next.chain(named) {
                let Some(step) = self.step(to).filter(|_| to != index) else { continue };
                if given.insert(to) && !self.is_mind(to) && !step.brings() {
                    open.push(to);
                }
            }
        }
        given
    }

    /// The steps that come after the step at `index`, up to the next agents, and what stands before each.
    pub(super) fn after(&self, index: usize) -> BTreeMap<usize, Before> {
        let mut best: BTreeMap<usize, Before> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        let mut open = VecDeque::from([(index, Before::Nobody)]);
        while let Some((at, before)) = open.pop_front() {
            let Some(step) = self.step(at).filter(|_| self.spend()) else { continue };
            if at != index && self.is_mind(at) {
                continue;
            }
            let here = match &step.waits {
                Some(waits) if waits.decides => Before::Approved(at),
                Some(_) if before == Before::Nobody => Before::Asked(at),
                _ => before,
            };
            for link in self.flow.links.get(at).into_iter().flatten() {
                let next = match (&step.role, here) {
                    (Role::Branch { approved: Some(output) }, Before::Asked(by)) => {
                        if link.output == *output { Before::Approved(by) } else { Before::Nobody }
                    }
                    _ => here,
                };
                if link.to == index || !seen.insert((link.to, next.rank())) {
                    continue;
                }
                let known = best.entry(link.to).or_insert(next);
                *known = (*known).min(next);
                open.push_back((link.to, next));
            }
        }
        best
    }

    /// What starts the flow that the step at `index` is reached in, and the guards on the way.
    pub(super) fn all_starts(&self, index: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = self.back.get(index).cloned().unwrap_or_default();
        while let Some(at) = open.pop() {
            if !seen.insert(at) || !self.spend() {
                continue;
            }
            if matches!(self.step(at).map(|it| &it.role), Some(Role::Start(_) | Role::Guard { .. })) {
                found.insert(at);
            }
            open.extend(self.back.get(at).into_iter().flatten());
        }
        found
    }

    fn spend(&self) -> bool {
        let left = self.left.get();
        self.left.set(left.saturating_sub(1));
        left > 0
    }
}
