//! What the search came to, as people and machines are told.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::containment::{Conflict, Contained, Containment, Counts, Outcome, Point, SCHEMA, Step};
use ambit_model::stated::Model;
use ambit_model::stated::edit::Value;
use ambit_model::{Finding, Place, Severity};

use super::budget::{Budget, Risks};
use super::choice::Choice;
use super::fill::Fill;
use super::judge::{contained, counts, together};
use super::order::{Course, courses, order};
use super::prices::Prices;
use super::search::{Found, Search};
use super::{Excluded, Means};
use crate::map::ReachMap;
use crate::remedy;
use crate::scene::Overlay;

/// After how many steps the risk that is left is measured at the most.
const MOST_MEASURED: usize = 64;

/// How long the name of a control is at the most.
const LONGEST_NAME: usize = 72;

pub(super) struct Answer<'r, 's, 'a> {
    pub(super) map: &'a ReachMap,
    pub(super) model: &'a Model,
    pub(super) catalog: &'a Catalog,
    pub(super) search: &'r Search<'s, 's, 'a>,
    pub(super) risks: &'r Risks<'s, 'a>,
    /// What all rules find as things are.
    pub(super) findings: &'r [Finding],
    pub(super) means: Means<'r>,
}

impl Answer<'_, '_, '_> {
    pub(super) fn told(
        &self,
        found: Found,
        (conflict, kept): (Option<&Excluded>, Option<f64>),
    ) -> Containment {
        let judge = self.search.judge;
        let asked = judge.asked;
        let severe = |it: &&Finding| asked.is_severe(it.severity) && judge.decided.contains(&it.id);
        let before = counts(self.findings.iter().map(|it| it.severity));
        let beyond = self.search.beyond.iter().filter_map(|it| self.search.cases.get(*it));
        let (outcome, chosen, at_least) = match found {
            Found::Set { chosen, .. } if self.search.cases.is_empty() && chosen.is_empty() => {
                (Outcome::Nothing, BTreeSet::new(), 0)
            }
            Found::Set { chosen, at_least } => (Outcome::Contained, chosen, at_least),
            Found::Impossible => (Outcome::Impossible, BTreeSet::new(), 0),
            Found::Beyond => (Outcome::Beyond, BTreeSet::new(), 0),
            Found::Unfinished { at_least } => (Outcome::Unfinished, BTreeSet::new(), at_least),
        };
        let mut order = order(self.search, &chosen);
        if let Some(budget) = self.search.budget {
            order = Fill { budget, go_on: self.means.go_on }.ordered(order);
        }
        let steps: Vec<Choice> =
            order.iter().filter_map(|it| self.search.choices.get(*it)).cloned().collect();
        let after = if steps.is_empty() {
            before.clone()
        } else {
            counts(judge.all(together(&steps)).iter().map(|it| it.severity))
        };
        let courses = courses(judge, &steps, self.findings, self.means.wrap_up);
        let remaining: Vec<Option<Counts>> = (0..=steps.len())
            .map(|it| match &courses {
                Some(courses) => Some(left(courses, it)),
                None if it == 0 => Some(before.clone()),
                None => (it == steps.len()).then(|| after.clone()),
            })
            .collect();
        let (residual, unit) = self.residual(&steps);
        let prices = Prices::of(self.map, self.model, self.catalog);
        let told = self.steps(&steps, courses.as_deref().unwrap_or_default(), &remaining);
        let curve = Self::curve(&prices, &steps, &remaining, &residual);
        let cost = steps.iter().fold(0_u32, |sum, it| sum.saturating_add(it.price.cost));
        let is_answer = matches!(outcome, Outcome::Contained | Outcome::Nothing);
        let at_least = u32::try_from(at_least).unwrap_or(u32::MAX);
        let at_least = if is_answer { at_least.min(cost) } else { at_least };
        Containment {
            schema: SCHEMA.to_owned(),
            severity: asked.severity,
            approvals: asked.approvals,
            count_possible: asked.count_possible,
            budget: self.search.budget.map(|it| told_budget(it, &chosen, kept)),
            outcome,
            wanted: self.findings.iter().filter(|it| judge.counts(it)).count(),
            decided: self.findings.iter().filter(severe).count(),
            options: self.search.choices.len(),
            optimal: is_answer && at_least == cost,
            gap: gap(cost, at_least),
            cost,
            at_least,
            before,
            after,
            steps: told,
            beyond: sorted(beyond.map(|(it, _)| contained(&it.finding)).collect()),
            needs: self.search.needs.iter().map(super::needs::Needed::told).collect(),
            conflict: conflict.map(|it| self.conflict(it)),
            curve,
            weights_stated: prices.stated(),
            // With a budget what losses are counted in is known, whether there was time for the curve or not.
            unit: unit.or_else(|| self.search.budget.map(|_| self.risks.unit().to_owned())),
        }
    }

    fn conflict(&self, Excluded { needs, give_up }: &Excluded) -> Conflict {
        let told = |needs: &BTreeSet<usize>| {
            let needs = needs.iter().filter_map(|it| self.search.needs.get(*it));
            needs.map(super::needs::Needed::told).collect()
        };
        let forced = self.search.forced(needs).into_iter().map(contained).collect();
        Conflict { needs: told(needs), give_up: told(give_up), findings: sorted(forced) }
    }

    fn steps(&self, steps: &[Choice], courses: &[Course], remaining: &[Option<Counts>]) -> Vec<Step> {
        let (mut names, mut gone) = (BTreeSet::new(), BTreeSet::new());
        let mut told = Vec::new();
        for ((no, choice), remaining) in (1..).zip(steps).zip(remaining.iter().skip(1)) {
            let new = choice.control.as_ref().map(|it| name(&choice.remedy.control, it, &mut names));
            let lines = new.as_ref().zip(choice.control.as_ref());
            let lines = lines.map(|(name, value)| remedy::lines(&["controls", name], value));
            let silences = courses.iter().filter_map(|it| it.ends_at(no, self.search.judge)).collect();
            // What an earlier step has taken out is not there to be taken out again.
            let removed = &choice.overlay.removed;
            let left: BTreeSet<Place> = removed.difference(&gone).cloned().collect();
            let rest = (left.len() < removed.len()).then(|| remedy::taking_back(self.map, &left)).flatten();
            gone.extend(left);
            let remedy = rest.as_ref().unwrap_or(&choice.remedy);
            told.push(Step {
                control: choice.remedy.control.clone(),
                kind: choice.remedy.kind,
                action: remedy.action.clone(),
                name: new.or_else(|| choice.planned.clone()),
                lines,
                stated: choice.control.clone(),
                edits: remedy.edits.clone(),
                cuts: choice.remedy.cuts.clone(),
                silences: sorted(silences),
                costs: choice.remedy.costs.clone(),
                cost: choice.price.cost,
                effort: choice.price.effort,
                founded: choice.price.founded.clone(),
                loses: choice.price.loses.clone(),
                remaining: remaining.clone(),
            });
        }
        told
    }

    fn curve(
        prices: &Prices<'_>,
        steps: &[Choice],
        remaining: &[Option<Counts>],
        residual: &[Option<f64>],
    ) -> Vec<Point> {
        let all = prices.all().max(1);
        let (mut cost, mut lost) = (0_u32, 0_u64);
        let mut points = Vec::new();
        for (no, remaining) in remaining.iter().enumerate() {
            if let Some(step) = no.checked_sub(1).and_then(|it| steps.get(it)) {
                cost = cost.saturating_add(step.price.cost);
                lost += step.price.lost;
            }
            let Some(remaining) = remaining else { continue };
            let residual = residual.get(no).copied().flatten();
            points.push(Point {
                steps: no,
                cost,
                loses: percent(lost, all),
                remaining: remaining.clone(),
                residual,
            });
        }
        points
    }

    /// What is expected to be lost in a year after no step, after one, and so on, and what that is counted in; nothing
    /// where that would take too long.
    fn residual(&self, steps: &[Choice]) -> (Vec<Option<f64>>, Option<String>) {
        let (mut overlay, mut left, mut unit) = (Overlay::default(), Vec::new(), None);
        if steps.len() > MOST_MEASURED {
            return (vec![None; steps.len() + 1], None);
        }
        for no in 0..=steps.len() {
            if let Some(step) = no.checked_sub(1).and_then(|it| steps.get(it)) {
                overlay.join(&step.overlay);
            }
            if !(self.means.go_on)() {
                return (vec![None; steps.len() + 1], None);
            }
            unit.get_or_insert_with(|| self.risks.unit().to_owned());
            left.push(Some(self.risks.under(&overlay).total));
        }
        (left, unit)
    }
}

/// What a year may cost, costs and could cost.
fn told_budget(
    budget: &Budget<'_, '_, '_>,
    chosen: &BTreeSet<usize>,
    kept: Option<f64>,
) -> ambit_model::containment::Budget {
    ambit_model::containment::Budget {
        most: budget.most(),
        before: budget.losses(&BTreeSet::new()).total,
        after: budget.losses(chosen).total,
        least: budget.least(),
        kept,
    }
}

/// How much less than `cost` it might be, in percent of it.
fn gap(cost: u32, at_least: u32) -> f64 {
    let thousandths = (u64::from(cost.saturating_sub(at_least)) * 1000).div_ceil(u64::from(cost.max(1)));
    f64::from(u32::try_from(thousandths).unwrap_or(1000)) / 10.0
}

/// In percent, to a tenth: more would be false precision.
#[expect(clippy::cast_precision_loss, reason = "it is rounded to a tenth of a percent")]
fn percent(lost: u64, all: u64) -> f64 {
    let tenths = (lost.saturating_mul(10) / all).min(1000);
    tenths as f64 / 10.0
}

/// What is left after so many steps.
fn left(courses: &[Course], steps: usize) -> Counts {
    counts(courses.iter().filter_map(|it| it.after(steps)).map(|it| it.severity))
}

/// The worst first.
fn sorted(mut findings: Vec<Contained>) -> Vec<Contained> {
    let rank = |it: &Contained| std::cmp::Reverse::<Severity>(it.severity);
    findings.sort_by(|a, b| (rank(a), &a.id).cmp(&(rank(b), &b.id)));
    findings
}

/// The name of a control in `ambit.yaml`, from what it is and what it is on: the same control has the same name.
fn name(control: &str, value: &Value, taken: &mut BTreeSet<String>) -> String {
    let mut words = vec![control.to_owned()];
    if let Value::Map(pairs) = value {
        let on: BTreeMap<&str, &Value> = pairs.iter().map(|(key, it)| (key.as_str(), it)).collect();
        on.get("on").into_iter().for_each(|it| leaves(it, &mut words));
    }
    words.dedup();
    let slug = |it: char| if it.is_ascii_alphanumeric() { it.to_ascii_lowercase() } else { '-' };
    let mut name: String = words.join("-").chars().map(slug).take(LONGEST_NAME).collect();
    name = name.split('-').filter(|it| !it.is_empty()).collect::<Vec<_>>().join("-");
    let numbered = (2..).map(|no| format!("{name}-{no}"));
    let free = std::iter::once(name.clone()).chain(numbered).find(|it| !taken.contains(it));
    let free = free.unwrap_or(name);
    taken.insert(free.clone());
    free
}

/// The texts in a pattern: ids without their kinds.
fn leaves(value: &Value, words: &mut Vec<String>) {
    match value {
        Value::Text(text) => words.push(text.split_once(':').map_or(text.as_str(), |it| it.1).to_owned()),
        Value::List(items) => items.iter().for_each(|it| leaves(it, words)),
        Value::Map(pairs) => pairs.iter().for_each(|(_, it)| leaves(it, words)),
        _ => {}
    }
}
