//! What a change would make of the ends: tried on a copy of the drawn years, which is put back afterwards.
//!
//! Nothing can change but in years in which something that changes mattered. Those are found first, for they say how much
//! a change can take away at the most, and cost little to find.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use super::chance::{Chance, Years, count, each, either};
use super::exits::ExitNo;
use super::network::{ModuleNo, Passage};
use super::state::{Core, State, Value, share};
use super::worlds::{Space, Worlds, writer_place};

/// Room to try changes in.
pub(crate) struct Trial<'s> {
    core: &'s Core,
    state: &'s State,
    chance: &'s Chance,
    /// A copy of those of the state; nobody has asked where there is none.
    worlds: Option<Worlds>,
    space: Space,
}

/// Rooms to try changes in, one for each thread that asks, used again and again.
pub(crate) struct Trials<'s> {
    new: (&'s Core, &'s State, &'s Chance),
    free: Mutex<Vec<Trial<'s>>>,
}

impl<'s> Trials<'s> {
    pub(crate) fn of(core: &'s Core, state: &'s State, chance: &'s Chance) -> Self {
        Self { new: (core, state, chance), free: Mutex::default() }
    }

    /// What `work` makes of one of them.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Trial<'s>) -> R) -> R {
        let free = self.free.lock().ok().and_then(|mut it| it.pop());
        let mut trial = free.unwrap_or_else(|| Trial::of(self.new.0, self.new.1, self.new.2));
        let made = work(&mut trial);
        if let Ok(mut free) = self.free.lock() {
            free.push(trial);
        }
        made
    }
}

/// What is otherwise than in the state.
#[derive(Default)]
struct Touched {
    modules: Vec<ModuleNo>,
    exits: BTreeSet<ExitNo>,
    /// Groups in which content or data may move otherwise.
    groups: BTreeSet<usize>,
    /// Groups in which other years steer.
    steered: BTreeSet<usize>,
    /// Groups in which data leaves otherwise.
    leaves: BTreeSet<usize>,
}

impl<'s> Trial<'s> {
    pub(crate) fn of(core: &'s Core, state: &'s State, chance: &'s Chance) -> Self {
        Self { core, state, chance, worlds: None, space: Space::default() }
    }

    /// By how much all ends together cost less when the events in `changed` are as likely as it says.
    pub(crate) fn fall(&mut self, changed: &BTreeMap<u32, f64>) -> f64 {
        let adds = |end: u32| self.core.network.tops.get(end as usize).map_or(0.0, |it| it.adds);
        self.falls(changed).into_iter().map(|(end, fall)| adds(end) * fall).sum()
    }

    /// By how much less likely ends are then; ends that stay as they are are left out.
    pub(crate) fn falls(&mut self, changed: &BTreeMap<u32, f64>) -> Vec<(u32, f64)> {
        let core = self.core;
        let modules = core.modules(changed.keys().copied());
        // Each end with the modules that it has to do with: there may be thousands of both.
        let mut of_ends: BTreeMap<u32, Vec<(ModuleNo, f64)>> = BTreeMap::new();
        for module in &modules {
            let likely = (*module, self.likely(*module, changed));
            core.exact_of(*module).iter().for_each(|end| of_ends.entry(*end).or_default().push(likely));
        }
        let exact = of_ends.into_iter().filter_map(|(end, chances)| {
            let at = end as usize;
            match (core.exact.get(at), self.state.values.get(at)) {
                (Some(Some(exact)), Some(Value::Exact(it))) => Some((end, exact.fall(it, &chances))),
                _ => None,
            }
        });
        let mut falls: Vec<(u32, f64)> = exact.collect();
        falls.extend(self.drawn(&modules, changed));
        falls.retain(|it| it.1 != 0.0);
        falls.sort_by_key(|it| it.0);
        falls
    }

    /// More than which all ends together do not cost less then.
    pub(crate) fn most(&mut self, changed: &BTreeMap<u32, f64>) -> f64 {
        let (core, state) = (self.core, self.state);
        let modules = core.modules(changed.keys().copied());
        let cost =
            |end: u32, likely: f64| core.network.tops.get(end as usize).map_or(0.0, |it| it.adds) * likely;
        let exact: BTreeSet<u32> = modules.iter().flat_map(|it| core.exact_of(*it)).copied().collect();
        let exact: f64 = exact.into_iter().map(|it| cost(it, state.likelihood(it))).sum();
        if self.worlds.is_none() {
            self.worlds.clone_from(&state.worlds);
        }
        let Some(mut worlds) = self.worlds.take() else { return exact };
        let touched = self.touch(&mut worlds, &modules, changed);
        let (years, ends, groups) = self.reach(&worlds, &touched);
        self.put_back(&mut worlds, &touched);
        self.worlds = Some(worlds);
        if years.iter().all(|it| *it == 0) {
            return exact;
        }
        let within = |end: &u32| -> f64 {
            let whole = state.years_of.get(*end as usize).into_iter().flatten();
            let both: u64 = whole.zip(&years).map(|(a, b)| u64::from((a & b).count_ones())).sum();
            cost(*end, share(both, state.years))
        };
        let in_group = |group: &usize| -> f64 {
            let costs = state.costs_in(core, *group);
            each(&years).filter_map(|it| costs.get(it)).sum()
        };
        exact + ends.iter().map(within).sum::<f64>() + groups.iter().map(in_group).sum::<f64>()
    }

    fn likely(&self, module: ModuleNo, changed: &BTreeMap<u32, f64>) -> f64 {
        let events = self.core.network.modules.get(module.place()).into_iter().flatten();
        let chance = |it: &u32| changed.get(it).or_else(|| self.state.chances.get(*it as usize)).copied();
        1.0 - events.map(|it| 1.0 - chance(it).unwrap_or_default()).product::<f64>()
    }

    /// The falls of drawn ends.
    fn drawn(&mut self, modules: &BTreeSet<ModuleNo>, changed: &BTreeMap<u32, f64>) -> Vec<(u32, f64)> {
        if self.worlds.is_none() {
            self.worlds.clone_from(&self.state.worlds);
        }
        let Some(mut worlds) = self.worlds.take() else { return Vec::new() };
        let mut touched = self.touch(&mut worlds, modules, changed);
        self.spread(&mut worlds, &mut touched);
        let (core, links) = (self.core, &self.core.links);
        let mut ends: BTreeSet<u32> =
            touched.exits.iter().flat_map(|it| links.direct(*it)).copied().collect();
        ends.extend(touched.modules.iter().flat_map(|it| links.reads(*it)));
        ends.extend(touched.leaves.iter().flat_map(|it| links.read_in(*it)));
        let mut falls = Vec::new();
        for end in ends {
            let (Some(top), Some(Value::Drawn(years))) =
                (core.network.tops.get(end as usize), self.state.values.get(end as usize))
            else {
                continue;
            };
            let after = count(&worlds.top(&core.network, top, &mut self.space));
            if after != *years {
                falls.push((end, share(*years, self.state.years) - share(after, self.state.years)));
            }
        }
        self.put_back(&mut worlds, &touched);
        self.worlds = Some(worlds);
        falls
    }

    /// Lets the modules come about as `changed` says, and what contexts do by them, as long as the same steers them.
    fn touch(
        &self,
        worlds: &mut Worlds,
        modules: &BTreeSet<ModuleNo>,
        changed: &BTreeMap<u32, f64>,
    ) -> Touched {
        let (core, links) = (self.core, &self.core.links);
        let mut touched = Touched::default();
        for module in modules {
            let mut years: Years = vec![0; self.chance.words()];
            for event in core.network.modules.get(module.place()).into_iter().flatten() {
                match changed.get(event) {
                    None => either(&mut years, worlds.events.row(*event as usize)),
                    Some(likely) if *likely > 0.0 => {
                        let number = core.numbers.get(*event as usize).copied().unwrap_or_default();
                        either(&mut years, &self.chance.years_of(number, *likely));
                    }
                    Some(_) => {}
                }
            }
            let row = worlds.happens.row_mut(module.place());
            if *row != *years {
                row.copy_from_slice(&years);
                touched.modules.push(*module);
                touched.groups.extend(links.groups_of(*module));
            }
        }
        let exits: BTreeSet<ExitNo> =
            touched.modules.iter().flat_map(|it| links.exits_of(*it)).copied().collect();
        for exit in exits {
            self.exit(worlds, &mut touched, exit);
        }
        touched
    }

    /// Finds when a context does something, and notes where that is otherwise.
    fn exit(&self, worlds: &mut Worlds, touched: &mut Touched, exit: ExitNo) {
        worlds.exit(&self.core.network, exit);
        let known = self.state.worlds.as_ref().map_or(&[][..], |it| it.exits.row(exit.place()));
        if worlds.exits.row(exit.place()) != known {
            touched.exits.insert(exit);
        }
    }

    /// Lets content and data move as they then do.
    fn spread(&self, worlds: &mut Worlds, touched: &mut Touched) {
        let Some(known) = &self.state.worlds else { return };
        let (network, links) = (&self.core.network, &self.core.links);
        for group in touched.groups.clone() {
            worlds.steer(network, group);
            let mut is_other = false;
            for place in network.layout.group(group) {
                let mut both = worlds.steered.iter().zip(&known.steered);
                if both.any(|(new, old)| new.row(place) != old.row(place)) {
                    is_other = true;
                    for exit in links.exits_at(place) {
                        self.exit(worlds, touched, *exit);
                    }
                }
            }
            if is_other {
                touched.steered.insert(group);
            }
        }
        let moved = touched.modules.iter().filter(|it| network.moves(**it));
        let mut leaves: BTreeSet<usize> = moved.flat_map(|it| links.groups_of(*it)).copied().collect();
        let others = touched.exits.iter().filter(|it| links.direct(**it).is_empty());
        let node = |it: &ExitNo| network.group_of(network.exits.exit(*it)?.node);
        leaves.extend(others.filter_map(node));
        for group in &leaves {
            for (at, sink) in network.exits.sinks.iter().enumerate().filter(|it| it.1.is_shared) {
                worlds.leave(network, (at, sink), *group);
            }
        }
        touched.leaves = leaves;
    }

    fn put_back(&self, worlds: &mut Worlds, touched: &Touched) {
        let (Some(known), layout) = (&self.state.worlds, &self.core.network.layout) else { return };
        for module in &touched.modules {
            let row = worlds.happens.row_mut(module.place());
            row.copy_from_slice(known.happens.row(module.place()));
        }
        for exit in &touched.exits {
            worlds.exits.row_mut(exit.place()).copy_from_slice(known.exits.row(exit.place()));
        }
        for places in touched.steered.iter().map(|it| layout.group(*it)) {
            for (new, old) in worlds.steered.iter_mut().zip(&known.steered) {
                new.rows_mut(places.clone()).copy_from_slice(old.rows(places.clone()));
            }
        }
        for places in touched.leaves.iter().map(|it| layout.group(*it)) {
            for (new, old) in worlds.leaves.iter_mut().zip(&known.leaves) {
                new.rows_mut(places.clone()).copy_from_slice(old.rows(places.clone()));
            }
        }
    }

    /// The years in which what was touched can make a difference, the ends to which it can, and the groups to all of whose
    /// ends it can.
    fn reach(&self, worlds: &Worlds, touched: &Touched) -> (Years, BTreeSet<u32>, BTreeSet<usize>) {
        let (network, links) = (&self.core.network, &self.core.links);
        let (mut years, mut ends) = (vec![0; self.chance.words()], BTreeSet::new());
        let mut groups = touched.groups.clone();
        let Some(known) = &self.state.worlds else { return (years, ends, groups) };
        for module in &touched.modules {
            let own = links.reads(*module);
            if !own.is_empty() {
                let at = module.place();
                either(&mut years, &lost(known.happens.row(at), worlds.happens.row(at)));
                ends.extend(own);
            }
        }
        for exit in &touched.exits {
            either(&mut years, &lost(known.exits.row(exit.place()), worlds.exits.row(exit.place())));
            match links.direct(*exit) {
                [] => groups.extend(network.exits.exit(*exit).and_then(|it| network.group_of(it.node))),
                direct => ends.extend(direct),
            }
        }
        let nodes = touched.modules.iter().flat_map(|it| network.around(*it));
        let places: BTreeSet<usize> = nodes.map(|it| network.layout.place(*it)).collect();
        for place in places {
            either(&mut years, &self.lost_at(known, worlds, place));
        }
        (years, ends, groups)
    }

    /// The years in which the context at a place may be steered, or may get data, no more.
    fn lost_at(&self, known: &Worlds, worlds: &Worlds, place: usize) -> Years {
        let network = &self.core.network;
        let words = self.chance.words();
        let mut lost_here = vec![0; words];
        let Some(context) = network.context_at(place) else { return lost_here };
        let step =
            |worlds: &'_ Worlds, at: ModuleNo, word: usize| word_of(worlds.happens.row(at.place()), word);
        let steers =
            |worlds: &Worlds, word: usize| context.steered.map_or(u64::MAX, |it| step(worlds, it, word));
        let is_same = |it: ModuleNo| known.happens.row(it.place()) == worlds.happens.row(it.place());
        let steers_same = context.steered.is_none_or(is_same);
        let passages: Vec<&Passage> = context.passages.iter().filter(|it| !is_same(it.step)).collect();
        let all: Vec<&Passage> = context.passages.iter().filter(|_| !steers_same).collect();
        for writer in network.known_writers() {
            let (mut old, mut new) = (vec![0; words], vec![0; words]);
            known.start(network, (writer, place), &mut old);
            worlds.start(network, (writer, place), &mut new);
            for passage in if steers_same { &passages } else { &all } {
                let from = network.layout.place(passage.from);
                let from = known.steered.get(writer_place(writer)).map_or(&[][..], |it| it.row(from));
                for (word, old) in old.iter_mut().enumerate() {
                    let before = step(known, passage.step, word) & steers(known, word);
                    let after = step(worlds, passage.step, word) & steers(worlds, word);
                    *old |= word_of(from, word) & before & !after;
                }
            }
            lost_here.iter_mut().zip(old.iter().zip(&new)).for_each(|(all, (old, new))| *all |= old & !new);
        }
        let shared = network.exits.sinks.iter().all(|it| it.is_shared);
        for passage in passages {
            for (word, all) in lost_here.iter_mut().enumerate() {
                let leaves = known.leaves.iter().fold(0, |all, it| all | word_of(it.row(place), word));
                let moved = step(known, passage.step, word) & !step(worlds, passage.step, word);
                *all |= moved & if shared { leaves } else { u64::MAX };
            }
        }
        lost_here
    }
}

fn word_of(years: &[u64], word: usize) -> u64 {
    years.get(word).copied().unwrap_or_default()
}

/// The years of `old` that are none of `new`.
fn lost(old: &[u64], new: &[u64]) -> Years {
    old.iter().zip(new).map(|(old, new)| old & !new).collect()
}
