//! Another source's files, of which only tracked ones are opened.

use std::collections::BTreeSet;

use super::{Listing, Source, Unread};

/// Why a file is not opened.
const UNTRACKED: &str = "not tracked by git: not opened";

/// What another source holds; files that git does not track are listed, and not opened.
#[derive(Debug, Clone)]
pub struct Tracked<S> {
    source: S,
    paths: BTreeSet<String>,
}

impl<S: Source> Tracked<S> {
    /// Limits `source` to `paths`, written as the source shows them.
    pub fn new(source: S, paths: BTreeSet<String>) -> Self {
        Self { source, paths }
    }
}

impl<S: Source> Source for Tracked<S> {
    fn list(&self) -> Listing {
        let mut listing = self.source.list();
        for file in &mut listing.files {
            if !self.paths.contains(&file.path) {
                file.untracked = true;
                file.barred.get_or_insert_with(|| UNTRACKED.to_owned());
            }
        }
        listing
    }

    fn read_up_to(&self, path: &str, largest: u64) -> Result<Vec<u8>, Unread> {
        if self.paths.contains(path) {
            self.source.read_up_to(path, largest)
        } else {
            Err(Unread::Refused(UNTRACKED.to_owned()))
        }
    }
}
