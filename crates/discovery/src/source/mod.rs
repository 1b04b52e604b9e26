//! The only door to files. What lives here: the trait, the disk, revisions of git repositories, the limit to tracked
//! files, and files in memory for tests.

mod disk;
pub mod git;
mod memory;
mod tracked;

pub use disk::{Disk, opened};
pub use memory::Memory;
pub use tracked::Tracked;

use ambit_model::facts::Skipped;

/// The largest file that is read: configuration that a person wrote is far below.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// Where files come from.
pub trait Source: Sync {
    /// Every file, in any order, and the folders that were not entered.
    fn list(&self) -> Listing;

    /// The bytes of the file at `path`, which [`Source::list`] gave, where there are no more than `largest`.
    fn read_up_to(&self, path: &str, largest: u64) -> Result<Vec<u8>, Unread>;

    /// The bytes of a file that a person wrote: no more than [`LARGEST`].
    fn read(&self, path: &str) -> Result<Vec<u8>, Unread> {
        self.read_up_to(path, LARGEST)
    }
}

/// What a source holds.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Files.
    pub files: Vec<Entry>,
    /// Folders that were not entered.
    pub pruned: Vec<Skipped>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path relative to the root, with `/`; files of the user's home begin with `~/`.
    pub path: String,
    /// Why it must not be opened; absent for an ordinary file.
    pub barred: Option<String>,
    /// Whether the user named this very file.
    pub named: bool,
    /// Whether version control ignores it, or is known not to track it.
    pub untracked: bool,
    /// Its size in bytes.
    pub size: u64,
}

impl Entry {
    /// An ordinary file.
    pub fn file(path: impl Into<String>, size: u64) -> Self {
        Self { path: path.into(), barred: None, named: false, untracked: false, size }
    }
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is nothing at that path.
    #[error("no such file")]
    Missing,
    /// It is larger than what was asked for.
    #[error("larger than {}", in_units(*.0))]
    TooLarge(u64),
    /// The system said no.
    #[error("cannot be opened: {0}")]
    Refused(String),
    /// It is no ordinary file.
    #[error("not an ordinary file")]
    NotAFile,
}

/// A limit in the largest unit that states it exactly enough to act on.
fn in_units(bytes: u64) -> String {
    const MIB: u64 = 1024 * 1024;
    if bytes >= MIB { format!("{} MiB", bytes / MIB) } else { format!("{} KiB", bytes / 1024) }
}
