//! What lets an agent do something, where several lines do.

use std::collections::BTreeSet;

use ambit_model::{Gate, Place, ReachEdge, Scope};

/// One of several reasons for which an agent may do the same: a rule about some of its calls, or the default for all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grant {
    /// The line that decides, with its scope.
    pub(crate) by: Option<(Place, Scope)>,
    /// What stands before it.
    pub(crate) gate: Gate,
    /// What would, without the line; none where nothing of it is left then, and others say what stands.
    pub(crate) without: Option<Gate>,
    /// Lines that decide before it: as long as one of them is there, it says nothing.
    pub(crate) behind: Vec<Place>,
}

impl Grant {
    /// The one grant of an edge that has no other.
    pub(crate) fn of(edge: &ReachEdge, without: Option<Gate>) -> Self {
        let by = edge.decided_by.clone().zip(edge.scope);
        Self { by, gate: edge.gate, without, behind: Vec::new() }
    }

    /// The line that decides.
    pub(crate) fn place(&self) -> Option<&Place> {
        self.by.as_ref().map(|it| &it.0)
    }

    /// What stands before it without these lines; nothing where it says nothing.
    pub(crate) fn left(&self, removed: &BTreeSet<Place>) -> Option<Gate> {
        let is_gone = self.place().is_some_and(|it| is_among(it, removed));
        let decides = self.behind.iter().all(|it| is_among(it, removed));
        if is_gone { self.without } else { Some(self.gate) }.filter(|_| decides)
    }

    /// The same, with at least this gate before it.
    pub(crate) fn at_least(&self, gate: Gate) -> Self {
        let without = self.without.map(|it| it.max(gate));
        Self { gate: self.gate.max(gate), without, ..self.clone() }
    }

    /// The weakest gate of `grants` without these lines: whoever can go through the open door need not knock at the other.
    pub(crate) fn weakest(grants: &[Self], removed: &BTreeSet<Place>) -> Option<Gate> {
        grants.iter().filter_map(|it| it.left(removed)).min()
    }
}

/// Whether a line is among a few others: most differ in their numbers, and this is asked of every edge of every what-if.
fn is_among(place: &Place, few: &BTreeSet<Place>) -> bool {
    few.iter().any(|it| (it.line, it.column) == (place.line, place.column) && it.path == place.path)
}
