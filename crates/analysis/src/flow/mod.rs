//! The two closures over the map: which untrusted content gets into which context (influence), and which data
//! does (disclosure).
//!
//! A context is one agent. Content moves from context to context over delegation, in both directions, and over
//! memories and named stores that one writes and the other reads back. Of all ways the one with the weakest
//! strongest gate is kept, then the shortest, then the one with the smallest ids: a witness, always the same.
//!
//! What lives here: ways and what they carry, one closure of one sort of label (`part`), how it is found for a whole map
//! (`search`), how it is mended under a what-if (`close`), and what that changes (`tables`).

mod close;
mod part;
mod search;
mod tables;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use ambit_model::{Gate, Level, Trust};

use crate::index::{Brings, EdgeNo, Index, NodeNo, OriginNo, Start};
use crate::limits::Limits;
pub(crate) use close::Change;
use part::Part;

/// A way through the map: its strongest gate and its edges.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Way {
    /// The strongest gate on it.
    pub gate: Gate,
    /// Its edges, in order. Shared: what a what-if leaves as it is, it takes over.
    pub edges: Arc<[EdgeNo]>,
}

impl Way {
    /// The way that is a single edge.
    pub fn single(edge: EdgeNo, gate: Gate) -> Self {
        Self { gate, edges: Arc::new([edge]) }
    }

    /// What makes a way the better one: the smaller.
    pub fn rank(&self) -> (Gate, usize, &[EdgeNo]) {
        (self.gate, self.edges.len(), &self.edges)
    }

    /// How this way with one more step compares with `other`.
    fn compare_longer(&self, step: Step, other: &Self) -> Ordering {
        let gate = self.gate.max(step.gate).cmp(&other.gate);
        let length = (self.edges.len() + 1).cmp(&other.edges.len());
        gate.then(length).then_with(|| self.edges.iter().chain([&step.edge]).cmp(other.edges.iter()))
    }

    fn longer(&self, step: Step) -> Self {
        let edges = self.edges.iter().copied().chain([step.edge]).collect();
        Self { gate: self.gate.max(step.gate), edges }
    }
}

/// One more edge of a way, with what stands before it.
#[derive(Debug, Clone, Copy)]
struct Step {
    edge: EdgeNo,
    gate: Gate,
}

/// How an edge stands: its gate, or nothing where it is closed or gone.
pub(crate) type GateOf<'a> = &'a dyn Fn(EdgeNo) -> Option<Gate>;

/// How edges stand under a what-if.
#[derive(Clone, Copy)]
pub(crate) struct Stands<'a> {
    pub(crate) gate_of: GateOf<'a>,
    /// What does not pass over some edges, beside what the index says of the others.
    pub(crate) limits: &'a BTreeMap<EdgeNo, Limits>,
}

/// Content or data that gets into a context.
#[derive(Debug, Clone)]
pub(crate) struct Held<Label> {
    /// Where it comes from.
    pub(crate) origin: OriginNo,
    /// How much it is to be trusted, or how confidential it is.
    pub(crate) label: Label,
    /// How it gets there.
    pub(crate) way: Way,
}

/// A label that ways carry along.
trait Carried: Copy + Send + Sync {
    /// How many labels there are of which one is better to keep than another.
    const MANY: usize;

    /// The number of this one among them.
    fn place(self) -> usize;

    /// Which of two is better to keep, whatever the ways.
    fn outranks(self, other: Self) -> Ordering;

    /// The label of what comes in from outside, where it is of this sort.
    fn brought(brings: Brings) -> Option<Self>;

    /// As what something from `origin` passes over an edge with these limits; none where it does not.
    fn passed(self, index: &Index, limits: &Limits, origin: OriginNo) -> Option<Self>;
}

impl Carried for Trust {
    const MANY: usize = 1;

    fn place(self) -> usize {
        0
    }

    fn outranks(self, _: Self) -> Ordering {
        Ordering::Equal
    }

    fn brought(brings: Brings) -> Option<Self> {
        match brings {
            Brings::Content(trust) => Some(trust),
            Brings::Data(_) => None,
        }
    }

    fn passed(self, index: &Index, limits: &Limits, origin: OriginNo) -> Option<Self> {
        index.passes_content(limits, origin).then_some(self)
    }
}

impl Carried for Level {
    const MANY: usize = 4;

    fn place(self) -> usize {
        match self {
            Self::Public => 0,
            Self::Internal => 1,
            Self::Confidential => 2,
            Self::Secret => 3,
        }
    }

    fn outranks(self, other: Self) -> Ordering {
        other.cmp(&self)
    }

    fn brought(brings: Brings) -> Option<Self> {
        match brings {
            Brings::Data(level) => Some(level),
            Brings::Content(_) => None,
        }
    }

    fn passed(self, index: &Index, limits: &Limits, origin: OriginNo) -> Option<Self> {
        index.passes_data(limits, origin, self)
    }
}

/// Both closures.
#[derive(Debug, Default)]
pub(crate) struct Flows {
    content: Part<Trust>,
    data: Part<Level>,
}

impl Flows {
    /// The closures over edges that stand as `gate_of` says.
    pub(crate) fn of(index: &Index, gate_of: GateOf<'_>) -> Self {
        Self::from(index, gate_of, &|_| true)
    }

    /// The closures over edges that stand like that, limits of a what-if included.
    pub(crate) fn under(index: &Index, stands: Stands<'_>) -> Self {
        Self::begun(index, stands, &|_| true)
    }

    /// The closures over what the edges bring in that `begins` is true of.
    pub(crate) fn from(index: &Index, gate_of: GateOf<'_>, begins: &dyn Fn(&Start) -> bool) -> Self {
        Self::begun(index, Stands { gate_of, limits: &BTreeMap::new() }, begins)
    }

    fn begun(index: &Index, stands: Stands<'_>, begins: &dyn Fn(&Start) -> bool) -> Self {
        Self { content: Part::of(index, stands, begins), data: Part::of(index, stands, begins) }
    }

    /// What untrusted content gets into `node`, in the order of its origins.
    pub(crate) fn content(&self, node: NodeNo) -> &[Held<Trust>] {
        self.content.at(node)
    }

    /// What data gets into `node`, in the order of its origins.
    pub(crate) fn data(&self, node: NodeNo) -> &[Held<Level>] {
        self.data.at(node)
    }

    /// About how many steps it takes to mend what goes over this edge.
    pub(crate) fn price(&self, index: &Index, edge: EdgeNo) -> usize {
        self.content.price(index, edge) + self.data.price(index, edge)
    }

    /// The best way of any untrusted content into `node`, with the first origin that it comes from.
    pub(crate) fn influence(&self, index: &Index, node: NodeNo) -> Option<&Held<Trust>> {
        best(index, self.content(node).iter())
    }
}

/// Both closures under a what-if: what no changed edge is part of stays, the rest is made anew where somebody asks.
#[derive(Debug)]
pub(crate) struct Mended {
    whole: Arc<Flows>,
    change: Change,
    content: part::Mended<Trust>,
    data: part::Mended<Level>,
}

impl Mended {
    /// The closures `whole` after a change, when edges stand as `stands` says.
    pub(crate) fn of(whole: Arc<Flows>, index: &Index, change: Change, stands: Stands<'_>) -> Self {
        let content = part::Mended::of(&whole.content, index, &change, stands);
        let data = part::Mended::of(&whole.data, index, &change, stands);
        Self { whole, change, content, data }
    }

    /// What untrusted content gets into `node`, in the order of its origins. The edges stand as they did.
    pub(crate) fn content(&self, node: NodeNo, index: &Index, stands: Stands<'_>) -> &[Held<Trust>] {
        self.content.at(&self.whole.content, node, (index, &self.change, stands))
    }

    /// What data gets into `node`, in the order of its origins. The edges stand as they did.
    pub(crate) fn data(&self, node: NodeNo, index: &Index, stands: Stands<'_>) -> &[Held<Level>] {
        self.data.at(&self.whole.data, node, (index, &self.change, stands))
    }
}

/// The closures of a scene, which those of other scenes may share.
#[derive(Debug, Clone)]
pub(crate) enum Closures {
    Whole(Arc<Flows>),
    Mended(Rc<Mended>),
}

impl Closures {
    /// What untrusted content gets into `node`, in the order of its origins. The edges stand as they did.
    pub(crate) fn content(&self, node: NodeNo, index: &Index, stands: Stands<'_>) -> &[Held<Trust>] {
        match self {
            Self::Whole(flows) => flows.content(node),
            Self::Mended(flows) => flows.content(node, index, stands),
        }
    }

    /// What data gets into `node`, in the order of its origins. The edges stand as they did.
    pub(crate) fn data(&self, node: NodeNo, index: &Index, stands: Stands<'_>) -> &[Held<Level>] {
        match self {
            Self::Whole(flows) => flows.data(node),
            Self::Mended(flows) => flows.data(node, index, stands),
        }
    }
}

/// The best of several ways in. Of equal ones, a tool that is there to take content in tells more than commands, which
/// reach whatever there is.
pub(crate) fn best<'f>(
    index: &Index,
    content: impl Iterator<Item = &'f Held<Trust>>,
) -> Option<&'f Held<Trust>> {
    let standing = |it: &Way| index.standing(it.edges.first());
    content.min_by(|a, b| {
        let (a, b) = (&a.way, &b.way);
        let rank = (a.gate, a.edges.len()).cmp(&(b.gate, b.edges.len()));
        rank.then_with(|| standing(a).cmp(&standing(b))).then_with(|| a.edges.cmp(&b.edges))
    })
}

#[cfg(test)]
mod tests;
