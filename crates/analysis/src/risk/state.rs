//! What the ends come to for one set of likelihoods, and what a change would make of it.

use std::collections::{BTreeMap, BTreeSet};

use super::exact::{Exact, Passed};
use super::network::{ModuleNo, Network};
use super::worlds::{Chance, Otherwise, Worlds, Years, count};
use crate::index::NodeNo;

/// How many steps of a diagram a term of a drawn end is worth.
const DRAWN_TERM: usize = 16;

/// What does not depend on how likely anything is.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) network: Network,
    /// By end; none where the diagram would be too large.
    pub(crate) exact: Vec<Option<Exact>>,
    /// What each event is called.
    pub(crate) numbers: Vec<u64>,
    /// The ends that each module has to do with, but for those of the groups that it is in.
    ends_of: Vec<Vec<u32>>,
    /// Groups of contexts with ends that are drawn: any module in one may have to do with any of them.
    drawn_in: BTreeMap<usize, Vec<u32>>,
    groups_of: Vec<Vec<usize>>,
    /// By module: what it would be to ask what becomes of the ends that are its own.
    sizes: Vec<usize>,
    /// By groups of contexts: the same for the drawn ends of all of them, which are asked once, whichever of their modules change.
    shared: BTreeMap<Vec<usize>, usize>,
}

impl Core {
    /// The core of `network`, with diagrams of at most so many nodes for one end and for all.
    pub(crate) fn new(network: Network, numbers: Vec<u64>, (one, all): (usize, usize)) -> Self {
        let (mut exact, mut room) = (Vec::new(), all);
        for top in &network.tops {
            let (found, work) = Exact::of(&network, top, one.min(room));
            // What was tried in vain has cost as much.
            room = room.saturating_sub(work);
            exact.push(found);
        }
        let mut ends_of = vec![Vec::new(); network.modules.len()];
        let mut drawn_in: BTreeMap<usize, Vec<u32>> = BTreeMap::new();
        for (at, (top, exact)) in (0_u32..).zip(network.tops.iter().zip(&exact)) {
            let modules: BTreeSet<ModuleNo> = match exact {
                Some(it) => it.modules().iter().copied().collect(),
                None => {
                    network
                        .groups_of(top)
                        .into_iter()
                        .for_each(|it| drawn_in.entry(it).or_default().push(at));
                    network.modules_of(top)
                }
            };
            for module in modules {
                if let Some(list) = ends_of.get_mut(module.place()) {
                    list.push(at);
                }
            }
        }
        let (groups_of, sizes, shared) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut core = Self { network, exact, numbers, ends_of, drawn_in, groups_of, sizes, shared };
        let modules = || (0..).map(ModuleNo);
        for module in modules().take(core.network.modules.len()) {
            let groups = core.network.groups_around(module);
            core.groups_of.push(groups.into_iter().filter(|it| core.drawn_in.contains_key(it)).collect());
        }
        core.measure();
        core
    }

    /// What asking costs.
    fn measure(&mut self) {
        let size = |module: Option<ModuleNo>, end: u32| match (
            module.zip(self.exact.get(end as usize).and_then(Option::as_ref)),
            self.network.tops.get(end as usize),
        ) {
            (Some((module, exact)), _) => exact.between(&BTreeSet::from([module])),
            (None, Some(top)) => top.terms.len() * DRAWN_TERM,
            (None, None) => 0,
        };
        let (mut sizes, mut shared) = (Vec::new(), BTreeMap::new());
        for module in (0..).map(ModuleNo).take(self.network.modules.len()) {
            let (own, groups) = self.own_and_groups(module);
            sizes.push(own.iter().map(|it| size(Some(module), *it)).sum());
            if !shared.contains_key(groups) {
                let all = self.drawn_in_groups(groups).map(|it| size(None, it)).sum();
                shared.insert(groups.to_vec(), all);
            }
        }
        (self.sizes, self.shared) = (sizes, shared);
    }

    /// The ends that the module has to do with, or may have.
    pub(crate) fn ends_of(&self, module: ModuleNo) -> impl Iterator<Item = u32> {
        let own = self.ends_of.get(module.place()).into_iter().flatten();
        let groups = self.groups_of.get(module.place()).into_iter().flatten();
        own.chain(groups.filter_map(|it| self.drawn_in.get(it)).flatten()).copied()
    }

    /// The ends that the module itself has to do with, and the groups whose ends it may have to do with.
    pub(crate) fn own_and_groups(&self, module: ModuleNo) -> (&[u32], &[usize]) {
        let own = self.ends_of.get(module.place()).map_or(&[][..], Vec::as_slice);
        (own, self.groups_of.get(module.place()).map_or(&[][..], Vec::as_slice))
    }

    /// The drawn ends of these groups.
    pub(crate) fn drawn_in_groups(&self, groups: &[usize]) -> impl Iterator<Item = u32> {
        groups.iter().filter_map(|it| self.drawn_in.get(it)).flatten().copied()
    }

    /// Whether it has to do with any end.
    pub(crate) fn has_end(&self, module: ModuleNo) -> bool {
        self.ends_of(module).next().is_some()
    }

    /// How much work it is to ask what becomes of the ends when these events change: about so many steps.
    pub(crate) fn work(&self, events: impl Iterator<Item = u32>) -> usize {
        let modules: BTreeSet<ModuleNo> =
            events.filter_map(|it| self.network.of_event.get(it as usize).copied()).collect();
        let own = modules.iter().filter_map(|it| self.sizes.get(it.place()).map(|size| size + 1));
        let groups: BTreeSet<&[usize]> = modules.iter().map(|it| self.own_and_groups(*it).1).collect();
        let shared = groups.into_iter().filter_map(|it| self.shared.get(it).copied());
        own.chain(shared).fold(0, usize::saturating_add)
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

/// The years in which an end comes about by each context.
pub(crate) type ByContext = BTreeMap<NodeNo, Years>;

/// All ends for one set of likelihoods.
#[derive(Debug)]
pub(crate) struct State {
    /// By event.
    pub(crate) chances: Vec<f64>,
    values: Vec<Value>,
    /// By end, as far as they are kept: the years in which it comes about.
    pub(crate) years_of: Vec<Years>,
    /// The same by each context.
    pub(crate) by_context: Vec<ByContext>,
    worlds: Option<Worlds>,
    years: usize,
    /// What all ends together cost in a year, on average.
    pub(crate) total: f64,
}

impl State {
    /// The ends of `core` when `chances` has how likely each event is, with years drawn as far as they are to be kept.
    pub(crate) fn of(core: &Core, chances: Vec<f64>, chance: &Chance, keep: Keep) -> Self {
        let network = &core.network;
        let modules = network.module_chances(&chances);
        let module = |it: ModuleNo| modules.get(it.place()).copied().unwrap_or_default();
        let drawn = keep > Keep::Needed || !core.is_exact();
        let worlds = drawn.then(|| Worlds::of(network, chance, &chances, &core.numbers));
        let (years, total) = (chance.years(), 0.0);
        let (values, years_of, by_context) = (Vec::new(), Vec::new(), Vec::new());
        let mut state = Self { chances, values, years_of, by_context, worlds, years, total };
        for (top, exact) in network.tops.iter().zip(&core.exact) {
            let (mut whole, mut by) = (Years::new(), ByContext::new());
            if let Some(worlds) = state.worlds.as_ref().filter(|_| keep > Keep::Needed || exact.is_none()) {
                let contexts = (keep == Keep::Contexts).then_some(&mut by);
                whole = worlds.top(network, top, contexts);
            }
            state.values.push(match exact {
                Some(exact) => Value::Exact(exact.pass(&module)),
                None => Value::Drawn(count(&whole)),
            });
            state.years_of.push(whole);
            state.by_context.push(by);
        }
        state.total = network.tops.iter().zip(0..).map(|(top, at)| top.adds * state.likelihood(at)).sum();
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

    /// The standard error of that, where it is drawn. Of what never came about it is not known that it never does, so
    /// two years more in which it does and two in which it does not are counted in (Agresti and Coull).
    pub(crate) fn error(&self, end: u32) -> Option<f64> {
        let Some(Value::Drawn(years)) = self.values.get(end as usize) else { return None };
        let likely = share(*years + 2, self.years + 4);
        Some(libm::sqrt(likely * (1.0 - likely) / number(self.years + 4)))
    }

    /// How likely each context brings an end about by itself.
    pub(crate) fn by_context(&self, core: &Core, end: u32) -> Vec<(NodeNo, f64)> {
        let at = end as usize;
        match (core.exact.get(at), self.values.get(at), self.by_context.get(at)) {
            (Some(Some(exact)), Some(Value::Exact(it)), _) => exact.by_context(it).collect(),
            (_, _, Some(by)) => {
                by.iter().map(|(node, years)| (*node, share(count(years), self.years))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// By how much less likely ends are when the events in `changed` are as likely as it says; ends that stay as they are
    /// are left out.
    pub(crate) fn falls(
        &self,
        core: &Core,
        chance: &Chance,
        changed: &BTreeMap<u32, f64>,
    ) -> Vec<(u32, f64)> {
        let network = &core.network;
        let modules = changed.keys().filter_map(|it| network.of_event.get(*it as usize).copied());
        let modules: BTreeSet<ModuleNo> = modules.collect();
        let chances: Vec<(ModuleNo, f64)> =
            modules.iter().map(|it| (*it, self.module(core, *it, changed))).collect();
        let ends: BTreeSet<u32> = modules.iter().flat_map(|it| core.ends_of(*it)).collect();
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
                    let none = ByContext::new();
                    let by = self.by_context.get(at).unwrap_or(&none);
                    let Some(after) = worlds.top_otherwise(network, top, otherwise, by) else { continue };
                    share(*years, self.years) - share(count(&after), self.years)
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
