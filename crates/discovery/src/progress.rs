//! How far a reading is, for whoever shows it to a person. It decides nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How far a reading is.
#[derive(Debug, Default)]
pub struct Progress {
    files: AtomicUsize,
    done: AtomicUsize,
    modules: AtomicUsize,
}

impl Progress {
    /// How many files there are to look at; none before they are listed.
    pub fn files(&self) -> usize {
        self.files.load(Ordering::Relaxed)
    }

    /// How many of them were looked at.
    pub fn done(&self) -> usize {
        self.done.load(Ordering::Relaxed)
    }

    /// How many files of code are being followed; none before all were looked at.
    pub fn modules(&self) -> usize {
        self.modules.load(Ordering::Relaxed)
    }

    pub(crate) fn listed(&self, files: usize) {
        self.files.store(files, Ordering::Relaxed);
    }

    pub(crate) fn one_done(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn follows(&self, modules: usize) {
        self.modules.store(modules, Ordering::Relaxed);
    }
}
