//! Revisions of a git repository and the list of its tracked files, read without git and without a checkout.
//!
//! What lives here: finding the repository (`folder`), its references (`refs`), names of revisions
//! (`names`), objects (`objects`, `pack`, `delta`), the tree of a revision as a [`Source`]
//! (`tree`) and the index (`index`). Nothing in the repository's configuration is obeyed: no hook,
//! filter, monitor or helper is run, nothing is fetched, and no other repository is borrowed from.
//!
//! [`Source`]: crate::Source

mod delta;
mod folder;
mod index;
mod names;
mod objects;
mod pack;
mod path;
mod refs;
mod tree;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use gix_hash::ObjectId;

use folder::Folder;
use objects::{Fault, Objects};
pub use tree::Revision;

/// The largest list of commits at which a shallow clone ends.
const LARGEST_SHALLOW: u64 = 4 * 1024 * 1024;

/// Why something of a repository could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// There is no repository.
    #[error("`{0}` is in no git repository")]
    None(String),
    /// A file of the repository's own cannot be read, or is not followed.
    #[error("reading `{path}`: {why}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// The repository is of a kind that is not read.
    #[error("a repository with {0} is not read")]
    Unsupported(&'static str),
    /// Nothing is called that.
    #[error("no revision is called `{0}`")]
    Unknown(String),
    /// Several commits are called that.
    #[error("several commits begin with `{0}`: write more of the id")]
    Ambiguous(String),
    /// It is no name of a revision that is understood.
    #[error("`{0}` is not understood: write a branch, a tag or an id, and `~` or `^` for what came before")]
    Form(String),
    /// The history was not cloned that far.
    #[error("`{0}` lies before the history that was cloned: fetch more of it")]
    Shallow(String),
    /// An object that the revision needs cannot be read.
    #[error("reading the revision `{name}`: object {object} {why}")]
    Object {
        /// The revision, as the user named it.
        name: String,
        /// The id of the object.
        object: String,
        /// What is wrong with it.
        why: String,
    },
    /// The list of tracked files cannot be read.
    #[error("reading the list of tracked files: {0}")]
    Index(String),
}

impl GitError {
    fn object(name: &str, id: ObjectId, fault: &Fault) -> Self {
        Self::Object { name: name.to_owned(), object: id.to_string(), why: fault.to_string() }
    }
}

/// A git repository.
#[derive(Clone)]
pub struct Repository {
    /// What belongs to this work tree.
    own: Folder,
    /// What all work trees share.
    common: Folder,
    objects: Arc<Objects>,
    /// The folder that is looked at, from the top of the work tree.
    below: Vec<Vec<u8>>,
}

impl Repository {
    /// Opens the repository that the folder `root` lies in. What is read of it is what lies below `root`.
    pub fn open(root: &Path) -> Result<Self, GitError> {
        let none = |_| GitError::None(root.display().to_string());
        let root = std::fs::canonicalize(root).map_err(none)?;
        let found = folder::find(&root)?;
        let config = folder::config(&found.common)?;
        let is =
            |name, value| folder::setting(&config, name).is_some_and(|it| it.eq_ignore_ascii_case(value));
        if is("objectformat", "sha256") {
            return Err(GitError::Unsupported("SHA-256 ids"));
        }
        if is("refstorage", "reftable") {
            return Err(GitError::Unsupported("a reftable"));
        }
        let below = root.strip_prefix(&found.top).unwrap_or(Path::new(""));
        let below = below.components().map(|it| it.as_os_str().as_encoded_bytes().to_owned()).collect();
        let objects = Arc::new(Objects::new(found.common.clone()));
        Ok(Self { own: found.own, common: found.common, objects, below })
    }

    /// The revision called `name`: a branch, a tag, `HEAD`, an id or its beginning, with `~` and `^`.
    pub fn revision(&self, name: &str) -> Result<Revision, GitError> {
        let commit = names::commit(self, name)?;
        Revision::of(self, name, &commit)
    }

    /// The paths of all tracked files, as the sources show them.
    pub fn tracked(&self) -> Result<BTreeSet<String>, GitError> {
        index::tracked(self)
    }

    /// Whether the clone ends at this commit.
    fn cut_off(&self, id: ObjectId) -> Result<bool, GitError> {
        let ends = self.common.read("shallow", LARGEST_SHALLOW)?.unwrap_or_default();
        Ok(ends.split(|it| *it == b'\n').any(|it| it.trim_ascii() == id.to_string().as_bytes()))
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Repository")
            .field("own", &self.own)
            .field("common", &self.common)
            .finish_non_exhaustive()
    }
}
