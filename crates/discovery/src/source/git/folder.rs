//! Files of a repository's own folder: no link is followed on the way to them, and none is read beyond a bound.
#![expect(clippy::disallowed_methods, reason = "this is the door that the ban points to")]

use std::fs::File;
use std::path::{Path, PathBuf};

use super::GitError;
use crate::source::Unread;
use crate::source::disk::{LINK, contents, ordinary};

/// How many names of one folder are looked at.
const MOST_NAMES: usize = 100_000;

/// A repository's own folder.
#[derive(Debug, Clone)]
pub(super) struct Folder(pub(super) PathBuf);

impl Folder {
    /// The bytes of the file at `path`; none where there is no such file.
    pub(super) fn read(&self, path: &str, largest: u64) -> Result<Option<Vec<u8>>, GitError> {
        let Some(full) = self.file(path)? else { return Ok(None) };
        contents(&full, largest).map(Some).map_err(|it| refused(path, &it))
    }

    /// The file at `path`, opened, and its size; none where there is no such file.
    pub(super) fn open(&self, path: &str) -> Result<Option<(File, u64)>, GitError> {
        let Some(full) = self.file(path)? else { return Ok(None) };
        ordinary(&full).map(Some).map_err(|it| refused(path, &it))
    }

    /// Where the file at `path` lies, if it is there and is an ordinary one in ordinary folders.
    pub(super) fn file(&self, path: &str) -> Result<Option<PathBuf>, GitError> {
        Ok(self.reach(path)?.filter(|it| !it.is_dir()))
    }

    /// The names in the folder at `path`, sorted.
    pub(super) fn names(&self, path: &str) -> Result<Vec<String>, GitError> {
        let Some(full) = self.reach(path)? else { return Ok(Vec::new()) };
        let entries = std::fs::read_dir(full).map_err(|it| failed(path, it.kind().to_string()))?;
        let mut names: Vec<String> =
            entries.filter_map(|it| it.ok()?.file_name().into_string().ok()).take(MOST_NAMES + 1).collect();
        if names.len() > MOST_NAMES {
            return Err(failed(path, format!("more than {MOST_NAMES} files")));
        }
        names.sort();
        Ok(names)
    }

    fn reach(&self, path: &str) -> Result<Option<PathBuf>, GitError> {
        let mut full = self.0.clone();
        for part in path.split('/') {
            full.push(part);
            match std::fs::symlink_metadata(&full) {
                Ok(data) if data.is_symlink() => return Err(failed(path, LINK.to_owned())),
                Ok(data) if data.is_dir() || data.is_file() => {}
                Ok(_) => return Err(failed(path, Unread::NotAFile.to_string())),
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(full))
    }
}

fn refused(path: &str, unread: &Unread) -> GitError {
    failed(path, unread.to_string())
}

fn failed(path: &str, why: String) -> GitError {
    GitError::File { path: format!(".git/{path}"), why }
}

/// The largest file that is a line with a path or a reference.
const LARGEST_LINE: u64 = 64 * 1024;
/// The largest configuration that is looked into.
const LARGEST_CONFIG: u64 = 1024 * 1024;

/// Where a repository lies.
pub(super) struct Found {
    /// The folder that `.git` is in.
    pub(super) top: PathBuf,
    /// What belongs to this work tree: `HEAD`, the index.
    pub(super) own: Folder,
    /// What all work trees share: objects, references.
    pub(super) common: Folder,
}

/// The repository that the folder `root`, which has no links in it, lies in.
pub(super) fn find(root: &Path) -> Result<Found, GitError> {
    for top in root.ancestors() {
        let at = top.join(".git");
        let Ok(data) = std::fs::symlink_metadata(&at) else { continue };
        let own = if data.is_symlink() {
            return Err(GitError::File { path: at.display().to_string(), why: LINK.to_owned() });
        } else if data.is_dir() {
            if std::fs::symlink_metadata(at.join("HEAD")).is_err() {
                continue;
            }
            Folder(at)
        } else {
            elsewhere(top, &at)?
        };
        let common = common(&own)?;
        return Ok(Found { top: top.to_owned(), own, common });
    }
    Err(GitError::None(root.display().to_string()))
}

/// The folder that a `.git` file names. A file in a scanned tree may name any folder of the user: only one
/// that says itself that it belongs here is entered, as those do that git makes for work trees and submodules.
fn elsewhere(top: &Path, at: &Path) -> Result<Folder, GitError> {
    let refused = |why: &str| GitError::File { path: at.display().to_string(), why: why.to_owned() };
    let text = contents(at, LARGEST_LINE).map_err(|it| refused(&it.to_string()))?;
    let named = path_in(text.strip_prefix(b"gitdir:").unwrap_or_default());
    let named = named.ok_or_else(|| refused("names no folder"))?;
    let folder =
        std::fs::canonicalize(top.join(named)).map_err(|_| refused("names a folder that is not there"))?;
    let folder = Folder(folder);
    let of_worktree = folder.read("gitdir", LARGEST_LINE)?;
    let back = match of_worktree.as_deref().and_then(path_in) {
        Some(back) => Some(back),
        None => setting(&config(&folder)?, "worktree").map(|it| PathBuf::from(it).join(".git")),
    };
    let back = back.and_then(|it| std::fs::canonicalize(folder.0.join(it)).ok());
    if back.is_none() || back != std::fs::canonicalize(at).ok() {
        return Err(refused("leads to a folder that does not lead back here: not followed"));
    }
    Ok(folder)
}

/// The folder that a work tree shares with others: the one that it lies in, and no other.
fn common(own: &Folder) -> Result<Folder, GitError> {
    let Some(text) = own.read("commondir", LARGEST_LINE)? else { return Ok(own.clone()) };
    let named = path_in(&text).and_then(|it| std::fs::canonicalize(own.0.join(it)).ok());
    let inside = |it: &PathBuf| own.0.parent() == Some(it.join("worktrees").as_path());
    let why = "names a folder that this one is not a work tree of: not followed".to_owned();
    named.filter(inside).map(Folder).ok_or_else(|| failed("commondir", why))
}

fn path_in(text: &[u8]) -> Option<PathBuf> {
    let text = std::str::from_utf8(text).ok()?.trim();
    (!text.is_empty()).then(|| PathBuf::from(text))
}

/// The repository's configuration as text. Nothing in it is obeyed; three settings say what is there.
pub(super) fn config(folder: &Folder) -> Result<String, GitError> {
    let bytes = folder.read("config", LARGEST_CONFIG)?.unwrap_or_default();
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The value of the setting called `name`, in whatever section.
pub(super) fn setting<'a>(config: &'a str, name: &str) -> Option<&'a str> {
    config.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"'))
    })
}
