//! The cheapest containment: which controls and changes of permissions leave no finding at or above a severity, and no
//! more risk than a budget, while what is needed stays possible.
//!
//! What lives here: what can be done (`options`), what it costs (`choice`, `prices`), what is left of findings under it (`judge`),
//! what must stay (`needs`), what a year may cost (`budget`, `fill`), the search over paths that are learned on demand (`search`) with its solver (`solve`)
//! and what makes do when the time is over (`covering`), and the answer in steps (`order`, `answer`). Whether a choice cuts is never assumed: the map says so.

mod answer;
mod budget;
mod choice;
mod covering;
mod fill;
mod judge;
mod needs;
mod options;
mod order;
mod prices;
mod search;
mod solve;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::stated::edit::{self, EditError};
use ambit_model::stated::{Date, Model};
use ambit_model::{AssetId, Containment, Finding, Inventory, Severity, Status};

use crate::connect::connect_with;
use crate::map::ReachMap;
use crate::scene::Scene;
use crate::stated::{Judging, Notes, assess_with};
use crate::whatif::System;
use budget::{Budget, Risks};
use judge::Judge;
use search::{Found, Search};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Asked {
    /// Findings of this severity or worse are to be gone; none where only the budget counts.
    pub severity: Option<Severity>,
    /// What a year may cost on average, in the unit of losses.
    pub budget: Option<f64>,
    /// Whether a person's approval counts as containing.
    pub approvals: bool,
    /// Whether findings that rest on inference or on unknown reach are to be gone too.
    pub count_possible: bool,
}

impl Asked {
    /// Whether findings of that severity are to be gone.
    fn is_severe(&self, severity: Severity) -> bool {
        self.severity.is_some_and(|it| severity >= it)
    }
}

/// What the search may take, and what it is judged by beside the map.
#[derive(Clone, Copy)]
pub struct Means<'r> {
    /// The day on which decisions must hold.
    pub today: Option<&'r Date>,
    /// Whether there is time left to look for better.
    pub go_on: &'r dyn Fn() -> bool,
    /// Whether there is time left to make do with less of what was found, and to tell what each step comes to.
    pub wrap_up: &'r dyn Fn() -> bool,
}

impl Means<'_> {
    /// As much as it takes.
    pub const UNBOUNDED: Self = Self { today: None, go_on: &|| true, wrap_up: &|| true };
}

impl std::fmt::Debug for Means<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Means").field("today", &self.today).finish_non_exhaustive()
    }
}

/// How often what can be done is gathered anew, because what was found on the way could be met in another way.
const MOST_GATHERED: usize = 4;

/// What contains `system`.
pub fn contain(system: System, catalog: &Catalog, asked: Asked, means: Means<'_>) -> Containment {
    let System { inventory, model } = system;
    let decided = decided(&inventory, &model, catalog, means.today);
    let map = connect_with(inventory, &model, catalog, &mut Notes::default());
    contained(&map, &model, catalog, (asked, means), decided)
}

fn contained(
    map: &ReachMap,
    model: &Model,
    catalog: &Catalog,
    (asked, means): (Asked, Means<'_>),
    decided: BTreeSet<String>,
) -> Containment {
    let bounds = options::bounds(map, model);
    let scene = Scene::new(map, catalog).bounded_by(&bounds);
    let findings = crate::rules::find_in(&scene);
    let judge = Judge { scene, asked, decided };
    let needs = needs::of(&judge.scene, model);
    let risks = Risks::of(&judge.scene, model);
    let mut wanted: Vec<Finding> = findings.iter().filter(|it| judge.counts(it)).cloned().collect();
    let all: BTreeSet<usize> = (0..needs.len()).collect();
    let gather = |wanted: &[Finding]| {
        let (about, agents) = about(&judge, &risks, wanted, &findings);
        options::all((map, model), catalog, (&about, &agents), (&bounds, asked.approvals))
    };
    let mut gathered = 0;
    loop {
        gathered += 1;
        let choices = gather(&wanted);
        let budget = asked.budget.map(|most| Budget::new(&risks, &choices, most));
        let mut search = Search::new(&judge, &choices, &needs, (budget.as_ref(), means));
        wanted.iter().for_each(|it| search.add(it.clone()));
        let found = search.run(&all);
        let news = search.cases.iter().skip(wanted.len()).map(|(it, _)| it.finding.clone());
        let news: Vec<Finding> = news.collect();
        if !news.is_empty() && gathered < MOST_GATHERED && (means.go_on)() {
            let more: Vec<Finding> = wanted.iter().chain(&news).cloned().collect();
            if gather(&more).len() > choices.len() {
                wanted = more;
                continue;
            }
        }
        let is_impossible = found == Found::Impossible;
        let kept = is_impossible.then(|| search.fitting(&all)).flatten();
        let conflict = is_impossible.then(|| excluded(&mut search, &all));
        let answer = answer::Answer {
            map,
            model,
            catalog,
            search: &search,
            risks: &risks,
            findings: &findings,
            means,
        };
        return answer.told(found, (conflict.as_ref(), kept));
    }
}

/// The findings about which something is to be done, and the agents at which it can be. What carries the risk is done
/// something about whether it is among what is `wanted` or not.
fn about(
    judge: &Judge<'_>,
    risks: &Risks<'_, '_>,
    wanted: &[Finding],
    findings: &[Finding],
) -> (Vec<Finding>, BTreeSet<AssetId>) {
    let mut agents = judge::agents(&judge.scene, wanted);
    let mut about = wanted.to_vec();
    if judge.asked.budget.is_some() {
        let carrying = risks.agents();
        let known: BTreeSet<&str> = wanted.iter().map(|it| it.id.as_str()).collect();
        let more =
            findings.iter().filter(|it| carrying.contains(&it.subject) && !known.contains(it.id.as_str()));
        about.extend(more.cloned());
        agents.extend(carrying);
    }
    (about, agents)
}

/// Needs that rule containment out.
struct Excluded {
    /// Those that exclude each other.
    needs: BTreeSet<usize>,
    /// Those that it is enough to give up, as long as there was time to find them.
    give_up: BTreeSet<usize>,
}

fn excluded(search: &mut Search<'_, '_, '_>, all: &BTreeSet<usize>) -> Excluded {
    let needs = minimal(search, all);
    let (mut kept, mut give_up) = (BTreeSet::new(), BTreeSet::new());
    let mut found = None;
    for need in all.difference(&needs).chain(&needs) {
        kept.insert(*need);
        match search.run(&kept) {
            Found::Impossible => {
                kept.remove(need);
                give_up.insert(*need);
            }
            with => found = Some(with),
        }
    }
    // Without time nothing is known of what the others leave.
    if !matches!(found, None | Some(Found::Set { .. })) {
        give_up.clear();
    }
    Excluded { needs, give_up }
}

/// Needs that cannot all stay, while any one less would do: each that the rest is impossible without is left out.
fn minimal(search: &mut Search<'_, '_, '_>, all: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut kept = all.clone();
    for need in all {
        kept.remove(need);
        if search.run(&kept) != Found::Impossible {
            kept.insert(*need);
        }
    }
    kept
}

/// Findings that people have decided on: they are not to be contained.
fn decided(
    inventory: &Inventory,
    model: &Model,
    catalog: &Catalog,
    today: Option<&Date>,
) -> BTreeSet<String> {
    if model.decisions.is_empty() {
        return BTreeSet::new();
    }
    let judging = Judging { today: today.cloned(), without_remedies: true, ..Judging::default() };
    let assessment = assess_with(inventory.clone(), model, catalog, &judging);
    let is_decided = |it: &Finding| matches!(it.status, Status::Accepted | Status::Mitigated);
    assessment.findings.into_iter().filter(is_decided).map(|it| it.id).collect()
}

/// The text of `ambit.yaml` with the controls of `containment` in it as planned, and how many are new. What is there by
/// its name stays as it is.
pub fn apply(text: &str, containment: &Containment) -> Result<(String, usize), EditError> {
    let mut text = if text.trim().is_empty() { format!("{text}ambit: v1\n") } else { text.to_owned() };
    let mut new = 0;
    for step in &containment.steps {
        let (Some(name), Some(control)) = (&step.name, &step.stated) else { continue };
        match edit::add(&text, "controls", name, control) {
            Ok(with) => {
                text = with;
                new += 1;
            }
            Err(EditError::Taken(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok((text, new))
}
