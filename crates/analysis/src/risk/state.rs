//! What the ends come to for one set of likelihoods.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::chance::{Chance, Table, Years, count, each};
use super::ends::Top;
use super::exact::{Exact, Passed};
use super::links::Links;
use super::network::{ModuleNo, Network};
use super::trial::Trial;
use super::worlds::{ByContext, Space, Worlds};
use crate::index::NodeNo;
use ambit_model::parallel;

/// What does not depend on how likely anything is.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) network: Network,
    /// By end; none where the diagram would be too large.
    pub(crate) exact: Vec<Option<Exact>>,
    /// What each event is called.
    pub(crate) numbers: Vec<u64>,
    /// What ends hang on that are drawn.
    pub(super) links: Links,
    /// By module: the ends that are computed exactly.
    exact_of: Vec<Vec<u32>>,
    /// By module: what it would be to ask what becomes of those.
    sizes: Vec<usize>,
}

impl Core {
    /// The core of `network`, with diagrams of at most so many nodes for one end and for all, for those ends that are to
    /// be computed exactly.
    pub(crate) fn new(
        network: Network,
        numbers: Vec<u64>,
        ((one, all), exactly): ((usize, usize), &dyn Fn(&Top) -> bool),
    ) -> Self {
        let (mut exact, mut room) = (Vec::new(), all);
        for top in &network.tops {
            if !exactly(top) || top.has_more {
                exact.push(None);
                continue;
            }
            let (found, work) = Exact::of(&network, &[top], one.min(room));
            // What was tried in vain has cost as much.
            room = room.saturating_sub(work);
            exact.push(found);
        }
        let mut exact_of = vec![Vec::new(); network.modules.len()];
        let mut sizes = vec![0; network.modules.len()];
        for (end, exact) in (0_u32..).zip(&exact) {
            for module in exact.iter().flat_map(Exact::modules) {
                if let (Some(list), Some(size)) =
                    (exact_of.get_mut(module.place()), sizes.get_mut(module.place()))
                {
                    list.push(end);
                    *size += exact.as_ref().map_or(0, |it| it.between(&BTreeSet::from([*module])));
                }
            }
        }
        let links = Links::of(&network, &exact);
        Self { network, exact, numbers, links, exact_of, sizes }
    }

    /// The ends that the module has to do with and that are computed exactly.
    pub(super) fn exact_of(&self, module: ModuleNo) -> &[u32] {
        self.exact_of.get(module.place()).map_or(&[], Vec::as_slice)
    }

    /// Whether it has to do with any end.
    pub(crate) fn has_end(&self, module: ModuleNo) -> bool {
        !self.exact_of(module).is_empty() || self.links.has_end(module)
    }

    /// The modules of events.
    pub(super) fn modules(&self, events: impl Iterator<Item = u32>) -> BTreeSet<ModuleNo> {
        events.filter_map(|it| self.network.of_event.get(it as usize).copied()).collect()
    }

    /// How much work it is to ask what becomes of the ends when these modules change: about so many steps, when there are
    /// so many words of years.
    pub(crate) fn work(&self, modules: &BTreeSet<ModuleNo>, words: usize) -> usize {
        let links = &self.links;
        let groups: BTreeSet<usize> = modules.iter().flat_map(|it| links.groups_of(*it)).copied().collect();
        let exits = |module: ModuleNo| -> usize {
            let steps = |it| self.network.exits.steps(it) + links.direct(it).len();
            links.exits_of(module).iter().map(|it| steps(*it)).sum()
        };
        let own = |it: &ModuleNo| exits(*it) + links.reads(*it).len() + 1;
        let rows = modules.iter().map(own).chain(groups.iter().map(|it| links.rows(*it)));
        let sizes = modules.iter().filter_map(|it| self.sizes.get(it.place()));
        rows.fold(0, usize::saturating_add).saturating_mul(words).saturating_add(sizes.sum())
    }

    /// Whether every end is computed exactly.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact.iter().all(Option::is_some)
    }
}

/// An end for one set of likelihoods.
#[derive(Debug)]
pub(super) enum Value {
    Exact(Passed),
    /// In how many years it comes about.
    Drawn(u64),
}

/// Which drawn years are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Keep {
    /// Those that an end's likelihood needs.
    Needed,
    /// Those of every end.
    Ends,
    /// Those of every end by each context too.
    Contexts,
}

/// All ends for one set of likelihoods.
#[derive(Debug)]
pub(crate) struct State {
    /// By event.
    pub(crate) chances: Vec<f64>,
    pub(super) values: Vec<Value>,
    /// By end, as far as they are kept: the years in which it comes about.
    pub(crate) years_of: Vec<Years>,
    /// The same by each context.
    pub(crate) by_context: Vec<ByContext>,
    pub(super) worlds: Option<Worlds>,
    pub(super) years: usize,
    /// By group of contexts: what its drawn ends share of what each year costs, once somebody has asked.
    costs: Vec<OnceLock<Vec<f64>>>,
    /// What all ends together cost in a year, on average.
    pub(crate) total: f64,
}

impl State {
    /// The ends of `core` when `chances` has how likely each event is, with years drawn as far as they are to be kept.
    pub(crate) fn of(core: &Core, chances: Vec<f64>, chance: &Chance, keep: Keep) -> Self {
        let drawn = keep > Keep::Needed || !core.is_exact();
        let events = drawn.then(|| chance.events(&core.numbers, &[&chances]).pop()).flatten();
        Self::with(core, chances, (chance, events), keep)
    }

    /// The same where the years of events are known, as far as any are needed.
    pub(crate) fn with(
        core: &Core,
        chances: Vec<f64>,
        (chance, events): (&Chance, Option<Table>),
        keep: Keep,
    ) -> Self {
        let network = &core.network;
        let modules = network.module_chances(&chances);
        let module = |it: ModuleNo| modules.get(it.place()).copied().unwrap_or_default();
        let worlds = events.map(|it| Worlds::of(network, it));
        let end = |(at, space): (usize, &mut Space)| -> Option<(Value, Years, ByContext)> {
            let (top, exact) = (network.tops.get(at)?, core.exact.get(at)?);
            let (mut whole, mut by) = (Years::new(), ByContext::default());
            if let Some(worlds) = worlds.as_ref().filter(|_| keep > Keep::Needed || exact.is_none()) {
                whole = worlds.top(network, top, space);
                if keep == Keep::Contexts {
                    by = worlds.by_context(network, top, space);
                }
            }
            let value = match exact {
                Some(exact) => Value::Exact(exact.pass(&module)),
                None => Value::Drawn(count(&whole)),
            };
            Some((value, whole, by))
        };
        let ends = parallel::parts(network.tops.len(), |range| -> Vec<_> {
            let mut space = Space::default();
            range.filter_map(|it| end((it, &mut space))).collect()
        });
        let (mut values, mut years_of, mut by_context) = (Vec::new(), Vec::new(), Vec::new());
        for (value, whole, by) in ends.into_iter().flatten() {
            values.push(value);
            years_of.push(whole);
            by_context.push(by);
        }
        let (years, total) = (chance.years(), 0.0);
        let costs = std::iter::repeat_with(OnceLock::new).take(network.layout.groups()).collect();
        let mut state = Self { chances, values, years_of, by_context, worlds, years, costs, total };
        let costs = network.tops.iter().zip(0..).map(|(top, at)| top.adds * state.likelihood(at));
        // The sum of nothing is a zero with a sign, which what is added takes away.
        state.total = costs.sum::<f64>() + 0.0;
        state
    }

    /// How likely an end is in a year.
    pub(crate) fn likelihood(&self, end: u32) -> f64 {
        match self.values.get(end as usize) {
            Some(Value::Exact(it)) => it.value,
            Some(Value::Drawn(years)) => share(*years, self.years),
            None => 0.0,
        }
    }

    /// The standard error of that, where it is drawn.
    pub(crate) fn error(&self, end: u32) -> Option<f64> {
        let Some(Value::Drawn(years)) = self.values.get(end as usize) else { return None };
        Some(error(*years, self.years))
    }

    /// How likely each context brings an end about by itself.
    pub(crate) fn by_context(&self, core: &Core, end: u32) -> Vec<(NodeNo, f64)> {
        let at = end as usize;
        match (core.exact.get(at), self.values.get(at), self.by_context.get(at)) {
            (Some(Some(exact)), Some(Value::Exact(it)), _) => exact.by_context(it).collect(),
            (_, _, Some(by)) => {
                by.iter().map(|(node, years)| (node, share(count(years), self.years))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What drawn ends that have to do with a group cost, year by year, as shares of what they cost in a year on average.
    pub(super) fn costs_in(&self, core: &Core, group: usize) -> &[f64] {
        let Some(costs) = self.costs.get(group) else { return &[] };
        costs.get_or_init(|| {
            let mut costs = vec![0.0; self.years];
            for end in core.links.ends_in(group) {
                let adds = core.network.tops.get(*end as usize).map_or(0.0, |it| it.adds);
                for year in self.years_of.get(*end as usize).into_iter().flat_map(|it| each(it)) {
                    if let Some(known) = costs.get_mut(year) {
                        *known += adds / number(self.years);
                    }
                }
            }
            costs
        })
    }

    /// By how much all ends together cost less when the events in `changed` are as likely as it says.
    pub(crate) fn fall(&self, core: &Core, chance: &Chance, changed: &BTreeMap<u32, f64>) -> f64 {
        Trial::of(core, self, chance).fall(changed)
    }
}

/// So many of so many.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer years than numbers that are exact")]
pub(crate) fn share(many: u64, of: usize) -> f64 {
    many as f64 / of as f64
}

/// The standard error of a likelihood by so many of so many years. Of what never came about it is not known that it never
/// does, so two years more in which it does and two in which it does not are counted in (Agresti and Coull).
pub(crate) fn error(many: u64, of: usize) -> f64 {
    let likely = share(many + 2, of + 4);
    libm::sqrt(likely * (1.0 - likely) / number(of + 4))
}

/// A count as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer of anything than numbers that are exact")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
