//! What controls leave of an edge that they do not close: content and data that no longer pass.

use std::collections::BTreeSet;

use ambit_model::{Level, Tier, Trust};

/// What does not pass over an edge any more.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Limits {
    /// Data of these classes.
    pub(crate) classes: BTreeSet<String>,
    /// Content of this trust or a lower one.
    pub(crate) trust: Option<Trust>,
    /// Data passes as of this level at most.
    pub(crate) level: Option<Level>,
    /// The tier that is left at most.
    pub(crate) tier: Option<Tier>,
}

impl Limits {
    /// Whether content passes of which the best that anybody knows is this trust.
    pub(crate) fn passes_content(&self, best: Trust) -> bool {
        self.trust.is_none_or(|it| best > it)
    }

    /// Whether data passes that may be of these classes. Of data without a class nobody knows whether it is cut.
    pub(crate) fn passes_data(&self, classes: &BTreeSet<String>) -> bool {
        classes.is_empty() || !classes.is_subset(&self.classes)
    }

    /// The level as which data passes.
    pub(crate) fn capped(&self, level: Level) -> Level {
        self.level.map_or(level, |it| it.min(level))
    }

    /// Whether data of these classes passes as of `level` or a higher one, if it was.
    pub(crate) fn leaves_data(&self, classes: &BTreeSet<String>, level: Level) -> bool {
        self.passes_data(classes) && self.capped(level) >= level
    }

    /// What both leave.
    pub(crate) fn join(&mut self, other: Self) {
        self.classes.extend(other.classes);
        self.trust = self.trust.max(other.trust);
        self.level = least(self.level, other.level);
        self.tier = least(self.tier, other.tier);
    }
}

fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
