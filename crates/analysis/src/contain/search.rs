//! The search: solve over the paths that are known, lay the answer over the map, and learn a path from everything that
//! is left, until nothing is.
//!
//! A path is learned as the options of which one must be chosen. It rests on one law, that a choice opens nothing: if
//! a finding is left under some choices, then it is left under any of them, so whoever wants it gone must take one
//! that is not among them. The more choices it survives, the stronger the path, so as many as possible are laid over.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use ambit_model::Finding;

use super::Means;
use super::budget::Budget;
use super::choice::Choice;
use super::covering::{covering, fits};
use super::fill::Fill;
use super::judge::{Case, Judge, Near, together};
use super::needs::Needed;
use super::solve::{Answer, Clause, Load, Question, solve};

/// How many paths of one finding are learned before the first answer: most have one or two.
const FIRST_PATHS: usize = 8;

/// How many choices near a finding are tried one by one. Where more are, everything that stands on its way makes the
/// path, as long as the rest together leaves it: what stands there and ends nothing is learned later.
const MOST_TRIED: usize = 600;

/// From how many choices that have to do with the risk a set is looked for that is good, before the best one is.
const MANY: usize = 48;

/// How often cases are asked about to leave out what is needless once the time is over.
const MOST_ASKED: usize = 2_000;

/// For how many rounds one way of each finding is closed at a time, once the time is over.
const MOST_SINGLE: u32 = 16;

/// How often such a set is looked for anew, because it breaks a need that was not known to be broken.
const MOST_TURNED: usize = 8;

/// What is asked of the map.
pub(super) struct Search<'s, 'r, 'a> {
    pub(super) judge: &'s Judge<'a>,
    pub(super) choices: &'s [Choice],
    pub(super) needs: &'s [Needed<'s>],
    pub(super) go_on: &'s dyn Fn() -> bool,
    wrap_up: &'s dyn Fn() -> bool,
    /// What a year may cost, where that is asked for.
    pub(super) budget: Option<&'s Budget<'s, 'r, 'a>>,
    pub(super) most_tried: usize,
    /// A set that keeps to the budget and to all needs, where one was looked for.
    known_set: Option<BTreeSet<usize>>,
    /// Findings that are to be gone, with the choices that may matter to each.
    pub(super) cases: Vec<(Case, Vec<usize>)>,
    /// Findings that nothing silences, by their place among the cases.
    pub(super) beyond: BTreeSet<usize>,
    known: BTreeSet<String>,
    /// Paths, each with the cases that showed it.
    pub(super) paths: BTreeMap<Clause, BTreeSet<usize>>,
    /// What follows from sets that leave too much risk.
    loads: BTreeSet<Load>,
    near: Near<'s>,
    /// What breaks each need.
    conflicts: Vec<BTreeSet<Clause>>,
    /// Under which choices each case was last found silent.
    silent: BTreeMap<usize, BTreeSet<usize>>,
}

/// What the search came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Set {
        chosen: BTreeSet<usize>,
        at_least: u64,
    },
    Impossible,
    /// A year costs too much whatever is chosen.
    Beyond,
    Unfinished {
        at_least: u64,
    },
}

impl<'s, 'r, 'a> Search<'s, 'r, 'a> {
    pub(super) fn new(
        judge: &'s Judge<'a>,
        choices: &'s [Choice],
        needs: &'s [Needed<'s>],
        (budget, Means { go_on, wrap_up, .. }): (Option<&'s Budget<'s, 'r, 'a>>, Means<'s>),
    ) -> Self {
        let conflicts = vec![BTreeSet::new(); needs.len()];
        let (cases, beyond, known) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let (paths, loads, silent) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        let near = Near::of(choices);
        let most_tried = MOST_TRIED;
        let mut search = Self {
            judge,
            choices,
            needs,
            go_on,
            wrap_up,
            budget,
            known_set: None,
            most_tried,
            cases,
            beyond,
            known,
            paths,
            loads,
            near,
            conflicts,
            silent,
        };
        search.single_conflicts();
        search
    }

    /// Takes a finding in, and learns its first paths.
    pub(super) fn add(&mut self, finding: Finding) {
        if self.known.contains(&finding.id) {
            return;
        }
        if let Some(no) = self.number(&finding) {
            self.first_paths(no);
        }
    }

    /// Learns the first paths of a case, each beside those before it. None of them counts where the case turns out to
    /// survive everything.
    fn first_paths(&mut self, no: usize) {
        let (mut chosen, mut paths) = (BTreeSet::new(), Vec::new());
        let is_large = self.cases.get(no).is_some_and(|(_, near)| near.len() > self.most_tried);
        // What was tried one by one ends the case for certain; the rest does once the case is silent.
        while is_large || paths.len() < FIRST_PATHS {
            if !(self.go_on)() {
                return;
            }
            let Some(path) = self.path(no, &chosen) else { break };
            chosen.extend(path.iter().copied());
            paths.push(path);
        }
        if !self.beyond.contains(&no) {
            for path in paths {
                self.paths.entry(path).or_default().insert(no);
            }
        }
    }

    /// What is left of a case under choices.
    fn left(&self, case: &Case, under: &BTreeSet<usize>) -> Option<Finding> {
        self.judge.counted(case, together(under.iter().filter_map(|it| self.choices.get(*it))))
    }

    /// Learns a path of the case that is left under `chosen`; none where it is silent.
    fn learn(&mut self, no: usize, chosen: &BTreeSet<usize>) -> Option<Clause> {
        let path = self.path(no, chosen)?;
        self.paths.entry(path.clone()).or_default().insert(no);
        Some(path)
    }

    /// A path of the case that is left under `chosen`; none where it is silent, or survives everything.
    fn path(&mut self, no: usize, chosen: &BTreeSet<usize>) -> Option<Clause> {
        let (case, near) = self.cases.get(no).filter(|_| !self.beyond.contains(&no))?;
        let survived: BTreeSet<usize> = near.iter().filter(|it| chosen.contains(it)).copied().collect();
        let Some(left) = self.left(case, &survived) else {
            self.silent.insert(no, survived);
            return None;
        };
        let (on, off) = self.on_the_way(near, &survived, &left);
        // A rule may compare with what stands elsewhere: then each is tried after all.
        let ends_elsewhere = || {
            let all: BTreeSet<usize> = survived.iter().chain(&off).copied().collect();
            self.left(case, &all).is_none()
        };
        let path = if near.len() > self.most_tried && !on.is_empty() && !ends_elsewhere() {
            on
        } else {
            self.tried(case, survived, (on, off))
        };
        if path.is_empty() {
            self.beyond.insert(no);
            return None;
        }
        Some(path)
    }

    /// The choices near that are not `taken`: those that stand where the finding does, and the others.
    fn on_the_way(
        &self,
        near: &[usize],
        taken: &BTreeSet<usize>,
        left: &Finding,
    ) -> (Vec<usize>, Vec<usize>) {
        let there = self.near.where_it_stands(left, &self.judge.edges(left));
        near.iter().copied().filter(|it| !taken.contains(it)).partition(|it| there.contains(it))
    }

    /// The choices that the case does not survive, each beside all that it does survive.
    fn tried(
        &self,
        case: &Case,
        mut survived: BTreeSet<usize>,
        (on, off): (Vec<usize>, Vec<usize>),
    ) -> Clause {
        let mut path = Clause::new();
        // What stands nowhere on the way rarely matters: all of it is laid over at once, and halved where it does.
        let mut rest: Vec<Vec<usize>> = on.into_iter().map(|it| vec![it]).collect();
        rest.extend((!off.is_empty()).then_some(off));
        while let Some(mut some) = rest.pop() {
            let mut more = survived.clone();
            more.extend(&some);
            if self.left(case, &more).is_some() {
                survived = more;
            } else if let [only] = some.as_slice() {
                path.push(*only);
            } else {
                let half = some.split_off(some.len() / 2);
                rest.extend([half, some]);
            }
        }
        path.sort_unstable();
        path
    }

    /// Choices that break a need all by themselves.
    fn single_conflicts(&mut self) {
        for (need, conflicts) in self.needs.iter().zip(&mut self.conflicts) {
            for (no, choice) in self.choices.iter().enumerate() {
                let near = need.holds && !choice.groups.is_disjoint(&need.groups);
                if near && !need.is_kept(&self.judge.scene, &choice.overlay) {
                    conflicts.insert(vec![no]);
                }
            }
        }
    }

    /// Learns what of `chosen` breaks needs among `kept`; false where nothing does.
    fn learn_conflicts(&mut self, chosen: &BTreeSet<usize>, kept: &BTreeSet<usize>) -> bool {
        let mut any = false;
        for (no, need) in self.needs.iter().enumerate().filter(|(no, it)| it.holds && kept.contains(no)) {
            let broken = |these: &BTreeSet<usize>| {
                let overlay = together(these.iter().filter_map(|it| self.choices.get(*it)));
                !need.is_kept(&self.judge.scene, &overlay)
            };
            let near =
                |it: &&usize| self.choices.get(**it).is_some_and(|it| !it.groups.is_disjoint(&need.groups));
            let mut few: BTreeSet<usize> = chosen.iter().filter(near).copied().collect();
            if !broken(&few) {
                continue;
            }
            for it in few.clone() {
                few.remove(&it);
                if !broken(&few) {
                    few.insert(it);
                }
            }
            any = true;
            if let Some(conflicts) = self.conflicts.get_mut(no) {
                conflicts.insert(few.into_iter().collect());
            }
        }
        any
    }

    /// The question as far as it is known, while the needs in `kept` stand.
    pub(super) fn question(&self, kept: &BTreeSet<usize>) -> Question {
        let conflicts = self.conflicts.iter().enumerate().filter(|(no, _)| kept.contains(no));
        let conflicts: BTreeSet<Clause> = conflicts.flat_map(|(_, it)| it).cloned().collect();
        Question {
            costs: self.choices.iter().map(|it| it.price.cost).collect(),
            hits: self.paths.keys().cloned().collect(),
            loads: self.loads.iter().cloned().collect(),
            conflicts: conflicts.into_iter().collect(),
        }
    }

    /// The cheapest choices that leave nothing, while the needs in `kept` stand.
    pub(super) fn run(&mut self, kept: &BTreeSet<usize>) -> Found {
        if self.budget.is_some_and(Budget::is_beyond) {
            return Found::Beyond;
        }
        self.look_ahead(kept);
        loop {
            let (chosen, at_least) = match solve(&self.question(kept), self.go_on) {
                Answer::Impossible => return Found::Impossible,
                Answer::Unknown { at_least } => return Found::Unfinished { at_least },
                Answer::Chosen { options, at_least } => (options, at_least),
            };
            if !(self.go_on)() {
                return self.finish(chosen, kept, at_least);
            }
            if self.learn_conflicts(&chosen, kept) || self.learn_left(&chosen) || self.learn_over(&chosen) {
                continue;
            }
            return Found::Set { chosen, at_least };
        }
    }

    /// Looks for a set that keeps to the budget before any is proven to be the cheapest, where that may take long.
    fn look_ahead(&mut self, kept: &BTreeSet<usize>) {
        let many = self.budget.filter(|it| it.mattering().len() > MANY);
        let Some(budget) = many.filter(|_| self.known_set.is_none()) else { return };
        for _ in 0..MOST_TURNED {
            let conflicts = self.question(kept).conflicts;
            let fill = Fill { budget, go_on: self.go_on };
            let found = fill.greedy(&BTreeSet::new(), &|it, with| fits(it, with, &conflicts));
            if !self.learn_conflicts(&found, kept) {
                self.known_set = Some(found);
                return;
            }
        }
    }

    /// Learns what follows where a year costs too much under `chosen`; false where it does not.
    fn learn_over(&mut self, chosen: &BTreeSet<usize>) -> bool {
        let loads = self.budget.map(|it| it.loads(chosen, self.go_on)).unwrap_or_default();
        let any = !loads.is_empty();
        self.loads.extend(loads);
        any
    }

    /// Takes a cheap way out of everything that is left, without looking for a better set: the time is over.
    fn finish(&mut self, chosen: BTreeSet<usize>, kept: &BTreeSet<usize>, at_least: u64) -> Found {
        let mut begun = self.known_set.clone().unwrap_or(chosen);
        for _ in 0..MOST_TURNED {
            let Some(chosen) = self.finished(std::mem::take(&mut begun), kept) else { break };
            // Each turn rules out what the one before took together.
            if !self.learn_conflicts(&chosen, kept) {
                return Found::Set { chosen, at_least };
            }
            if !(self.wrap_up)() {
                break;
            }
        }
        Found::Unfinished { at_least }
    }

    /// A set that leaves nothing, begun with `chosen`, as far as it is known what breaks needs.
    fn finished(&mut self, chosen: BTreeSet<usize>, kept: &BTreeSet<usize>) -> Option<BTreeSet<usize>> {
        let conflicts = self.question(kept).conflicts;
        let chosen = self.completed(chosen, &conflicts)?;
        let Some(budget) = self.budget else { return Some(self.pruned(chosen)) };
        let fill = Fill { budget, go_on: self.go_on };
        fill.filled(&chosen, &|it, with| fits(it, with, &conflicts))
    }

    /// Without the choices that the others make needless, the dearest of them first: what was taken for one case often ends
    /// what others were taken for.
    pub(super) fn pruned(&self, chosen: BTreeSet<usize>) -> BTreeSet<usize> {
        let mut left = chosen.clone();
        let mut by_cost: Vec<usize> = chosen.iter().copied().collect();
        by_cost.sort_by_key(|it| Reverse(self.choices.get(*it).map(|it| it.price.cost)));
        let mut asked = 0;
        for choice in by_cost {
            left.remove(&choice);
            let mut near =
                self.cases.iter().enumerate().filter(|(no, (_, near))| {
                    !self.beyond.contains(no) && near.binary_search(&choice).is_ok()
                });
            let still = near.all(|(_, (case, near))| {
                asked += 1;
                let under = near.iter().filter(|it| left.contains(it)).copied().collect();
                asked <= MOST_ASKED && (self.wrap_up)() && self.left(case, &under).is_none()
            });
            if !still {
                left.insert(choice);
            }
        }
        // With less, another end of a kind may be the worst one, that nobody has asked about.
        let overlay = together(left.iter().filter_map(|it| self.choices.get(*it)));
        let is_known = |it: &Finding| !self.judge.counts(it) || self.known.contains(&it.id);
        if self.judge.all(overlay).iter().all(is_known) { left } else { chosen }
    }

    /// `chosen` with what stands on the way of each finding that is left, round by round, until none is: one look at all of them
    /// costs about as much as one look at each of a few. None where nothing fits that ends one.
    fn completed(&mut self, mut chosen: BTreeSet<usize>, conflicts: &[Clause]) -> Option<BTreeSet<usize>> {
        // Where many ways lead to one finding, one of each is taken for so long, then two, then four.
        for round in 0_u32.. {
            let many = 1 << round.saturating_sub(MOST_SINGLE).min(usize::BITS - 2);
            let overlay = together(chosen.iter().filter_map(|it| self.choices.get(*it)));
            let left = self.judge.all(overlay).into_iter().filter(|it| self.judge.counts(it));
            let (mut ways, mut alone) = (Vec::new(), Vec::new());
            for finding in left.collect::<Vec<Finding>>() {
                let Some(no) = self.number(&finding).filter(|it| !self.beyond.contains(it)) else { continue };
                let near = self.cases.get(no).map_or(&[][..], |it| it.1.as_slice());
                let mut on = self.near.where_it_stands(&finding, &self.judge.edges(&finding));
                on.retain(|it| near.binary_search(it).is_ok() && fits(*it, &chosen, conflicts));
                on.retain(|it| !chosen.contains(it));
                if on.is_empty() { alone.push(no) } else { ways.push(on) }
            }
            let cost = |it: usize| self.choices.get(it).map_or(1, |it| it.price.cost);
            let mut more = covering((&ways, many), &cost, &chosen, conflicts);
            for no in alone {
                let taken: BTreeSet<usize> = chosen.union(&more).copied().collect();
                if let Some(path) = self.learn(no, &taken) {
                    more.insert(path.into_iter().find(|it| fits(*it, &taken, conflicts))?);
                }
            }
            if more.is_empty() {
                return Some(chosen);
            }
            chosen.extend(more);
        }
        None
    }

    /// The number of the case that the finding is.
    fn number(&mut self, finding: &Finding) -> Option<usize> {
        if self.known.contains(&finding.id) {
            return self.cases.iter().position(|(it, _)| it.finding.id == finding.id);
        }
        let case = self.judge.case(finding.clone())?;
        self.known.insert(finding.id.clone());
        let near = self.near.to(&case);
        self.cases.push((case, near));
        Some(self.cases.len() - 1)
    }

    /// Learns a path from everything that is left under `chosen`; false where nothing is.
    fn learn_left(&mut self, chosen: &BTreeSet<usize>) -> bool {
        let mut any = false;
        for no in 0..self.cases.len() {
            let Some((_, near)) = self.cases.get(no) else { continue };
            let here: BTreeSet<usize> = near.iter().filter(|it| chosen.contains(it)).copied().collect();
            if self.silent.get(&no) != Some(&here) {
                any |= self.learn(no, chosen).is_some();
            }
        }
        if any {
            return true;
        }
        // Of several ends of one kind only the worst may be told: with it gone the next one is.
        let overlay = together(chosen.iter().filter_map(|it| self.choices.get(*it)));
        let left = self.judge.all(overlay);
        let news: Vec<Finding> =
            left.into_iter().filter(|it| self.judge.counts(it) && !self.known.contains(&it.id)).collect();
        let is_new = !news.is_empty();
        news.into_iter().for_each(|it| self.add(it));
        is_new
    }

    /// What a year costs under as much as fits beside the needs in `kept`, as it comes: another set may leave less. None
    /// where the time is over.
    pub(super) fn fitting(&mut self, kept: &BTreeSet<usize>) -> Option<f64> {
        let budget = self.budget?;
        while (self.go_on)() {
            let conflicts = self.question(kept).conflicts;
            let fill = Fill { budget, go_on: self.go_on };
            let all = fill.all_that_fit(&|it, with| fits(it, with, &conflicts));
            // Each round rules out what the one before took together.
            if !self.learn_conflicts(&all, kept) {
                return Some(budget.losses(&all).total);
            }
        }
        None
    }

    /// Findings that the needs in `kept` force, of which none can be left out: with any one less it is possible.
    pub(super) fn forced(&self, kept: &BTreeSet<usize>) -> Vec<&Finding> {
        let mut question = self.question(kept);
        let mut size = question.hits.len().div_ceil(2);
        loop {
            let mut at = 0;
            while at < question.hits.len() {
                let mut fewer = question.hits.clone();
                fewer.drain(at..(at + size).min(question.hits.len()));
                let without = Question { hits: fewer, ..question.clone() };
                if solve(&without, self.go_on) == Answer::Impossible {
                    question = without;
                } else {
                    at += size;
                }
            }
            if size <= 1 {
                break;
            }
            size = size.div_ceil(2);
        }
        let cases: BTreeSet<usize> =
            question.hits.iter().filter_map(|it| self.paths.get(it)?.first()).copied().collect();
        cases.into_iter().filter_map(|it| self.cases.get(it)).map(|(it, _)| &it.finding).collect()
    }
}
