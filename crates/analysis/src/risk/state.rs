//! What the ends come to for one set of likelihoods, and what a change would make of it.

use std::collections::{BTreeMap, BTreeSet};

use super::exact::{Exact, Passed};
use super::network::{ModuleNo, Network};
use super::worlds::{Chance, Otherwise, Worlds, Years, count};

/// What does not depend on how likely anything is.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) network: Network,
    /// By end; none where the diagram would be too large.
    pub(crate) exact: Vec<Option<Exact>>,
    /// What each event is called.
    pub(crate) numbers: Vec<u64>,
    /// The ends that each module has to do with.
    ends_of: Vec<Vec<u32>>,
}

impl Core {
    /// The core of `network`, with diagrams of at most so many nodes for one end and for all.
    pub(crate) fn new(network: Network, numbers: Vec<u64>, (one, all): (usize, usize)) -> Self {
        let (mut exact, mut room) = (Vec::new(), all);
        for top in &network.tops {
            let found = Exact::of(&network, top, one.min(room));
            // One that was tried in vain has cost about as much.
            room = room.saturating_sub(found.as_ref().map_or(one, Exact::size));
            exact.push(found);
        }
        let mut ends_of = vec![Vec::new(); network.modules.len()];
        for (at, (top, exact)) in (0_u32..).zip(network.tops.iter().zip(&exact)) {
            let modules: BTreeSet<ModuleNo> = match exact {
                Some(it) => it.modules().iter().copied().collect(),
                None => network.modules_of(top),
            };
            for module in modules {
                if let Some(list) = ends_of.get_mut(module.place()) {
                    list.push(at);
                }
            }
        }
        Self { network, exact, numbers, ends_of }
    }

    /// The ends that the module has to do with.
    pub(crate) fn ends_of(&self, module: ModuleNo) -> &[u32] {
        self.ends_of.get(module.place()).map_or(&[], Vec::as_slice)
    }

    /// How much work it is to ask what becomes of the ends when these events change: at the most.
    pub(crate) fn work(&self, events: impl Iterator<Item = u32>) -> usize {
        let modules = events.filter_map(|it| self.network.of_event.get(it as usize).copied());
        let modules: BTreeSet<ModuleNo> = modules.collect();
        let ends: BTreeSet<u32> = modules.iter().flat_map(|it| self.ends_of(*it)).copied().collect();
        let size = |end: &u32| match (self.exact.get(*end as usize), self.network.tops.get(*end as usize)) {
            (Some(Some(exact)), _) => exact.between(&modules),
            // A word of years for each term.
            (_, Some(top)) => top.terms.len() * 64,
            _ => 0,
        };
        ends.iter().map(size).sum::<usize>() + modules.len()
    }

    /// Whether every end is computed exactly.
    pub(crate) fn is_exact(&self) -> bool {
        self.exact.iter().all(Option::is_some)
    }
}

/// An end for one set of likelihoods.
#[derive(Debug)]
enum Value {
    Exact(Passed),
    /// The years in which it comes about.
    Drawn(Years),
}

/// All ends for one set of likelihoods.
#[derive(Debug)]
pub(crate) struct State {
    /// By event.
    pub(crate) chances: Vec<f64>,
    values: Vec<Value>,
    pub(crate) worlds: Option<Worlds>,
    years: usize,
    /// What all ends together cost in a year, on average.
    pub(crate) total: f64,
}

impl State {
    /// The ends of `core` when `chances` has how likely each event is. Years are drawn where an end needs them, or
    /// where they are `wanted`.
    pub(crate) fn of(core: &Core, chances: Vec<f64>, chance: &Chance, wanted: bool) -> Self {
        let network = &core.network;
        let modules = network.module_chances(&chances);
        let module = |it: ModuleNo| modules.get(it.place()).copied().unwrap_or_default();
        let drawn = wanted || !core.is_exact();
        let worlds = drawn.then(|| Worlds::of(network, chance, &chances, &core.numbers));
        let value = |(top, exact): (_, &Option<Exact>)| match (exact, &worlds) {
            (Some(exact), _) => Value::Exact(exact.pass(&module)),
            (None, Some(worlds)) => Value::Drawn(worlds.top(network, top, &Otherwise::default()).0),
            (None, None) => Value::Drawn(Vec::new()),
        };
        let values = network.tops.iter().zip(&core.exact).map(value).collect();
        let mut state = Self { chances, values, worlds, years: chance.years(), total: 0.0 };
        state.total = network.tops.iter().zip(0..).map(|(top, at)| top.adds * state.likelihood(at)).sum();
        state
    }

    /// How likely an end is in a year.
    pub(crate) fn likelihood(&self, end: u32) -> f64 {
        match self.values.get(end as usize) {
            Some(Value::Exact(it)) => it.value,
            Some(Value::Drawn(years)) => share(count(years), self.years),
            None => 0.0,
        }
    }

    /// The standard error of that, where it is drawn. Of what never came about it is not known that it never does, so
    /// two years more in which it does and two in which it does not are counted in (Agresti and Coull).
    pub(crate) fn error(&self, end: u32) -> Option<f64> {
        let Some(Value::Drawn(years)) = self.values.get(end as usize) else { return None };
        let likely = share(count(years) + 2, self.years + 4);
        Some(libm::sqrt(likely * (1.0 - likely) / number(self.years + 4)))
    }

    /// How likely each context brings an end about by itself.
    pub(crate) fn by_context(&self, core: &Core, end: u32) -> Vec<(crate::index::NodeNo, f64)> {
        let at = end as usize;
        match (core.exact.get(at), self.values.get(at), &self.worlds) {
            (Some(Some(exact)), Some(Value::Exact(it)), _) => exact.by_context(it).collect(),
            (_, _, Some(worlds)) => {
                let Some(top) = core.network.tops.get(at) else { return Vec::new() };
                let by = worlds.top(&core.network, top, &Otherwise::default()).1;
                by.into_iter().map(|(node, years)| (node, share(count(&years), self.years))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// By how much less likely ends are when the events in `changed` are as likely as it says; ends that stay as they are
    /// are left out.
    pub(crate) fn falls(&self, core: &Core, chance: &Chance, changed: &BTreeMap<u32, f64>) -> Vec<(u32, f64)> {
        let network = &core.network;
        let modules = changed.keys().filter_map(|it| network.of_event.get(*it as usize).copied());
        let modules: BTreeSet<ModuleNo> = modules.collect();
        let chances: Vec<(ModuleNo, f64)> =
            modules.iter().map(|it| (*it, self.module(core, *it, changed))).collect();
        let ends: BTreeSet<u32> = modules.iter().flat_map(|it| core.ends_of(*it)).copied().collect();
        let mut otherwise = None;
        let mut falls = Vec::new();
        for end in ends {
            let at = end as usize;
            let fall = match (core.exact.get(at), self.values.get(at), &self.worlds) {
                (Some(Some(exact)), Some(Value::Exact(it)), _) => exact.fall(it, &chances),
                (_, Some(Value::Drawn(years)), Some(worlds)) => {
                    let Some(top) = network.tops.get(at) else { continue };
                    let otherwise = otherwise
                        .get_or_insert_with(|| self.otherwise((core, worlds), chance, &modules, changed));
                    let after = worlds.top(network, top, otherwise).0;
                    share(count(years), self.years) - share(count(&after), self.years)
                }
                _ => continue,
            };
            if fall != 0.0 {
                falls.push((end, fall));
            }
        }
        falls
    }

    /// By how much all ends together cost less.
    pub(crate) fn fall(&self, core: &Core, chance: &Chance, changed: &BTreeMap<u32, f64>) -> f64 {
        let adds = |end: u32| core.network.tops.get(end as usize).map_or(0.0, |it| it.adds);
        self.falls(core, chance, changed).into_iter().map(|(end, fall)| adds(end) * fall).sum()
    }

    fn module(&self, core: &Core, module: ModuleNo, changed: &BTreeMap<u32, f64>) -> f64 {
        let events = core.network.modules.get(module.place()).into_iter().flatten();
        let chance = |it: &u32| changed.get(it).or_else(|| self.chances.get(*it as usize)).copied();
        1.0 - events.map(|it| 1.0 - chance(it).unwrap_or_default()).product::<f64>()
    }

    fn otherwise(
        &self,
        (core, worlds): (&Core, &Worlds),
        chance: &Chance,
        modules: &BTreeSet<ModuleNo>,
        changed: &BTreeMap<u32, f64>,
    ) -> Otherwise {
        let years = |event: &u32| {
            let likely = changed.get(event).or_else(|| self.chances.get(*event as usize)).copied();
            let number = core.numbers.get(*event as usize).copied().unwrap_or_default();
            chance.years_of(number, likely.unwrap_or_default())
        };
        let module = |module: &ModuleNo| {
            let mut all = vec![0; chance.words()];
            for event in core.network.modules.get(module.place()).into_iter().flatten() {
                all.iter_mut().zip(years(event)).for_each(|(a, b)| *a |= b);
            }
            all
        };
        worlds.otherwise(&core.network, modules.iter().map(|it| (*it, module(it))).collect())
    }
}

/// So many of so many.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer years than numbers that are exact")]
pub(crate) fn share(many: u64, of: usize) -> f64 {
    many as f64 / of as f64
}

/// A count as a number to compute with.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer of anything than numbers that are exact")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
