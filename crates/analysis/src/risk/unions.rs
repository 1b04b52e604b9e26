//! How likely any of several ends comes about in a year: exactly, where one diagram takes all of them, and else by the
//! years that were drawn anyway, with their error.

use ambit_model::risk::Method;

use super::exact::{Exact, Passed};
use super::losses::{Costs, EndGroup};
use super::network::ModuleNo;
use super::scenarios::MOST_NODES;
use super::state::{Core, State};
use super::tell::rounded;
use crate::index::NodeNo;

/// How many times as large as that of one end the diagram of several may be.
const LARGER: usize = 4;

/// How likely something is in a year, and off by how much where that was drawn: one standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likely {
    pub(super) value: f64,
    pub(super) error: Option<f64>,
}

impl Likely {
    /// How that came about, as it is told.
    pub(super) fn method(self) -> Method {
        self.error.map_or(Method::Exact, |error| Method::Drawn { error: rounded(error) })
    }
}

/// Any of several ends, whatever the likelihoods are.
#[derive(Debug)]
pub(super) struct Union {
    /// The lowest tier of each: that it comes about at all.
    ends: Vec<u32>,
    /// All of them as one diagram; none where there are fewer than two or it would be too large.
    whole: Option<Exact>,
}

impl Union {
    /// Any of `groups`.
    pub(super) fn of<'g>(core: &Core, groups: impl IntoIterator<Item = &'g EndGroup>) -> Self {
        let ends: Vec<u32> = groups.into_iter().filter_map(|it| it.tops.first().copied()).collect();
        let tops: Vec<_> = ends.iter().filter_map(|it| core.network.tops.get(*it as usize)).collect();
        // What is too large by itself is too large with others.
        let is_exact = ends.iter().all(|it| core.exact.get(*it as usize).is_some_and(Option::is_some));
        let may = is_exact && ends.len() > 1;
        let whole = may.then(|| Exact::of(&core.network, &tops, MOST_NODES.0 * LARGER).0).flatten();
        Self { ends, whole }
    }

    /// How likely any of them is in `state`; `drawn` are its years in which any of them comes about.
    pub(super) fn likelihood(&self, core: &Core, state: &State, drawn: &Costs) -> Likely {
        match (self.ends.as_slice(), &self.whole) {
            ([], _) => Likely { value: 0.0, error: None },
            ([one], _) => Likely { value: state.likelihood(*one), error: state.error(*one) },
            (_, Some(whole)) => Likely { value: pass(whole, core, state).value, error: None },
            _ => self.told(drawn, |it| state.likelihood(it)),
        }
    }

    /// How likely each context brings any of them about by itself.
    pub(super) fn by_context(&self, core: &Core, state: &State) -> ByContext {
        match (self.ends.as_slice(), &self.whole) {
            ([one], _) if state.error(*one).is_none() => ByContext::Exact(state.by_context(core, *one)),
            (_, Some(whole)) => ByContext::Exact(whole.by_context(&pass(whole, core, state)).collect()),
            _ => ByContext::Drawn(self.ends.iter().map(|it| state.by_context(core, *it)).collect()),
        }
    }

    /// What was drawn, which is no less than the likeliest of them.
    fn told(&self, drawn: &Costs, likelihood: impl Fn(u32) -> f64) -> Likely {
        let least = self.ends.iter().map(|it| likelihood(*it)).fold(0.0, f64::max);
        Likely { value: drawn.likelihood().max(least), error: Some(drawn.error()) }
    }
}

/// What each context brings about by itself.
#[derive(Debug)]
pub(super) enum ByContext {
    Exact(Vec<(NodeNo, f64)>),
    /// Of each end, where all of them together were drawn.
    Drawn(Vec<Vec<(NodeNo, f64)>>),
}

impl ByContext {
    /// How likely that of `node` is; `drawn` are its years.
    pub(super) fn of(&self, node: NodeNo, drawn: Option<&Costs>) -> Likely {
        let find = |list: &[(NodeNo, f64)]| list.iter().find(|it| it.0 == node).map_or(0.0, |it| it.1);
        match (self, drawn) {
            (Self::Exact(list), _) => Likely { value: find(list), error: None },
            (Self::Drawn(_), None) => Likely { value: 0.0, error: None },
            (Self::Drawn(lists), Some(drawn)) => {
                let least = lists.iter().map(|it| find(it)).fold(0.0, f64::max);
                Likely { value: drawn.likelihood().max(least), error: Some(drawn.error()) }
            }
        }
    }
}

fn pass(whole: &Exact, core: &Core, state: &State) -> Passed {
    let modules = core.network.module_chances(&state.chances);
    whole.pass(&|it: ModuleNo| modules.get(it.place()).copied().unwrap_or_default())
}
