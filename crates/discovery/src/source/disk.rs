//! Files on disk. Links are never followed, devices never opened, ignored folders never entered.
#![expect(clippy::disallowed_methods, reason = "this is the door that the ban points to")]

use std::borrow::Cow;
use std::fs::{File, Metadata, OpenOptions};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ambit_model::facts::Skipped;
use ignore::{WalkBuilder, WalkState};

use super::{Entry, Listing, Source, Unread};

/// The largest list of ignored paths that is honoured: people write a few kilobytes.
pub(super) const LARGEST_IGNORE: u64 = 128 * 1024;

/// Why a link is passed over.
pub(super) const LINK: &str = "a symbolic link: not followed";

/// Folders that hold other people's code or version control's own data: an agent's configuration in there
/// is not the configuration of this tree.
const NEVER_ENTERED: &[&str] =
    &[".git", ".hg", ".svn", "node_modules", ".venv", "site-packages", "__pycache__"];

/// Folders of agents: entered even where version control ignores them, for local settings live there.
const AGENT_FOLDERS: &[&str] = &[
    ".agents",
    ".ai",
    ".amazonq",
    ".amp",
    ".augment",
    ".claude",
    ".claude-plugin",
    ".cline",
    ".clinerules",
    ".codex",
    ".codeium",
    ".continue",
    ".copilot",
    ".cursor",
    ".devcontainer",
    ".devin",
    ".factory",
    ".gemini",
    ".github",
    ".goose",
    ".junie",
    ".kilo",
    ".kiro",
    ".openclaw",
    ".opencode",
    ".qwen",
    ".roo",
    ".vscode",
    ".warp",
    ".windsurf",
    ".zed",
];

/// The files below some folders, some single files, and the user's own agents.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    roots: Vec<Root>,
}

#[derive(Debug, Clone)]
struct Root {
    /// What paths of this root begin with: empty, `~/`, or the folder as the user named it.
    prefix: String,
    folder: PathBuf,
    what: What,
}

#[derive(Debug, Clone)]
enum What {
    /// All below.
    Tree,
    /// This file.
    Single(String),
    /// Only what these relative globs of at most one `*` per segment select.
    Probe(Vec<String>),
}

impl Disk {
    /// Adds all files below `folder`; their paths are shown behind `prefix`.
    #[must_use]
    pub fn tree(mut self, folder: impl Into<PathBuf>, prefix: impl Into<String>) -> Self {
        self.roots.push(Root { prefix: prefix.into(), folder: folder.into(), what: What::Tree });
        self
    }

    /// Adds one file that the user named.
    #[must_use]
    pub fn single(
        mut self,
        folder: impl Into<PathBuf>,
        name: impl Into<String>,
        prefix: impl Into<String>,
    ) -> Self {
        self.roots.push(Root {
            prefix: prefix.into(),
            folder: folder.into(),
            what: What::Single(name.into()),
        });
        self
    }

    /// Adds the files below `folder` that one of `globs` selects, without walking the rest.
    #[must_use]
    pub fn probe(
        mut self,
        folder: impl Into<PathBuf>,
        globs: Vec<String>,
        prefix: impl Into<String>,
    ) -> Self {
        self.roots.push(Root { prefix: prefix.into(), folder: folder.into(), what: What::Probe(globs) });
        self
    }

    /// Where the folder lies that paths beginning with `at` are in.
    pub fn folder(&self, at: &str) -> Option<PathBuf> {
        self.locate(&if at.is_empty() { String::new() } else { format!("{at}/") })
    }

    fn locate(&self, path: &str) -> Option<PathBuf> {
        // The longest prefix wins: `a/` and `a/b/` may both be roots.
        let root =
            self.roots.iter().filter(|it| path.starts_with(&it.prefix)).max_by_key(|it| it.prefix.len())?;
        Some(root.folder.join(path.strip_prefix(&root.prefix)?))
    }
}

impl Source for Disk {
    fn list(&self) -> Listing {
        let mut listing = Listing::default();
        for root in &self.roots {
            match &root.what {
                What::Tree => walk(root, &mut listing),
                What::Single(name) => single(root, name, &mut listing),
                What::Probe(globs) => globs.iter().for_each(|it| probe(root, it, &mut listing)),
            }
        }
        listing.files.sort();
        listing.files.dedup_by(|a, b| a.path == b.path);
        listing.pruned.sort();
        listing.pruned.dedup();
        listing
    }

    fn read_up_to(&self, path: &str, largest: u64) -> Result<Vec<u8>, Unread> {
        let full = self.locate(path).ok_or(Unread::Missing)?;
        contents(&full, largest)
    }
}

/// The bytes of an ordinary file of at most `largest` bytes.
pub(super) fn contents(path: &Path, largest: u64) -> Result<Vec<u8>, Unread> {
    let refused = |e: std::io::Error| Unread::Refused(e.kind().to_string());
    let (file, size) = ordinary(path)?;
    if size > largest {
        return Err(Unread::TooLarge(largest));
    }
    // It may grow while it is read, and some file systems state no size.
    let mut bytes = Vec::new();
    file.take(largest + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > largest { Err(Unread::TooLarge(largest)) } else { Ok(bytes) }
}

/// Opens an ordinary file, and says how large it is.
pub(super) fn ordinary(path: &Path) -> Result<(File, u64), Unread> {
    let refused = |e: std::io::Error| match e.kind() {
        ErrorKind::NotFound => Unread::Missing,
        kind => Unread::Refused(kind.to_string()),
    };
    // The listing saw an ordinary file; look again, for somebody may have put a link or a pipe there since.
    if !std::fs::symlink_metadata(path).map_err(refused)?.is_file() {
        return Err(Unread::NotAFile);
    }
    let file = opened(path).map_err(refused)?;
    let data = file.metadata().map_err(refused)?;
    if !data.is_file() {
        return Err(Unread::NotAFile);
    }
    Ok((file, data.len()))
}

/// Opens a file so that neither a link nor a pipe that took its place a moment ago can lead elsewhere or block.
pub fn opened(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NOFOLLOW | libc::O_NONBLOCK);
    options.open(path)
}

fn walk(root: &Root, listing: &mut Listing) {
    let (files, pruned) = (Mutex::new(Vec::new()), Mutex::new(Vec::new()));
    let ignored = ignored_paths(&root.folder);
    let walker = WalkBuilder::new(&root.folder)
        .standard_filters(false)
        .follow_links(false)
        .threads(2)
        .build_parallel();
    walker.run(|| {
        Box::new(|entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    push(&pruned, unentered(root, &error));
                    return WalkState::Continue;
                }
            };
            let path = shown(root, entry.path());
            let Some(kind) = entry.file_type() else { return WalkState::Continue };
            if kind.is_dir() {
                let Some(reason) = reason_to_prune(&root.folder, &entry, &ignored) else {
                    return WalkState::Continue;
                };
                push(&pruned, Skipped { path, reason });
                return WalkState::Skip;
            }
            // A linked folder may hold a whole agent: that it was passed over must show.
            if kind.is_symlink() && entry.path().is_dir() {
                push(&pruned, Skipped { path, reason: LINK.to_owned() });
                return WalkState::Continue;
            }
            let size = if kind.is_file() { entry.metadata().map_or(0, |it| it.len()) } else { 0 };
            let barred = barred(kind).or_else(|| {
                let below = entry.path().strip_prefix(&root.folder).unwrap_or(entry.path());
                below.to_str().is_none().then(|| "its path is not Unicode: not opened".to_owned())
            });
            let untracked = is_ignored(&ignored, &root.folder, entry.path(), false);
            push(&files, Entry { path, barred, named: false, untracked, size });
            WalkState::Continue
        })
    });
    listing.files.append(&mut files.into_inner().unwrap_or_default());
    listing.pruned.append(&mut pruned.into_inner().unwrap_or_default());
}

/// A folder that could not be listed.
fn unentered(root: &Root, error: &ignore::Error) -> Skipped {
    let path = path_of(error).map_or_else(|| root.prefix.clone(), |it| shown(root, it));
    let why = error.io_error().map_or_else(|| "of an odd kind".to_owned(), |it| it.kind().to_string());
    Skipped { path, reason: format!("cannot be opened: {why}") }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

fn push<T>(list: &Mutex<Vec<T>>, item: T) {
    if let Ok(mut list) = list.lock() {
        list.push(item);
    }
}

/// The root's own `.gitignore` files and exclude list; nested ones are met on the way down by
/// [`reason_to_prune`] only through this one matcher, which is enough to keep build output out.
fn ignored_paths(folder: &Path) -> ignore::gitignore::Gitignore {
    let mut builder = ignore::gitignore::GitignoreBuilder::new(folder);
    for file in [".gitignore", ".git/info/exclude"] {
        // Not left to the builder, which would open a pipe, follow a link or read without end. What cannot be
        // read ignores nothing.
        let bytes = contents(&folder.join(file), LARGEST_IGNORE).unwrap_or_default();
        for line in String::from_utf8_lossy(&bytes).lines() {
            let _bad_lines_ignore_nothing = builder.add_line(None, line);
        }
    }
    builder.build().unwrap_or_else(|_| ignore::gitignore::Gitignore::empty())
}

fn is_ignored(ignored: &ignore::gitignore::Gitignore, root: &Path, path: &Path, folder: bool) -> bool {
    path.starts_with(root) && path != root && ignored.matched(path, folder).is_ignore()
}

fn reason_to_prune(
    root: &Path,
    entry: &ignore::DirEntry,
    ignored: &ignore::gitignore::Gitignore,
) -> Option<String> {
    if entry.depth() == 0 {
        return None;
    }
    let name = entry.file_name().to_str().unwrap_or_default();
    not_entered(name, || is_ignored(ignored, root, entry.path(), true))
}

/// Why a folder of this name is not entered.
pub(super) fn not_entered(name: &str, ignored: impl FnOnce() -> bool) -> Option<String> {
    if NEVER_ENTERED.contains(&name) {
        return Some("not part of this tree's own configuration".to_owned());
    }
    let for_agents = AGENT_FOLDERS.contains(&name);
    (!for_agents && ignored()).then(|| "ignored by version control".to_owned())
}

fn single(root: &Root, name: &str, listing: &mut Listing) {
    let Ok(data) = std::fs::symlink_metadata(root.folder.join(name)) else { return };
    let path = format!("{}{name}", root.prefix);
    listing.files.push(Entry {
        path,
        barred: barred(data.file_type()),
        named: true,
        untracked: false,
        size: data.len(),
    });
}

/// Finds the files that `glob` selects: plain segments are looked up, only segments with a star are listed.
fn probe(root: &Root, glob: &str, listing: &mut Listing) {
    let mut found = vec![(root.folder.clone(), root.prefix.clone())];
    let segments: Vec<&str> = glob.split('/').collect();
    for (index, segment) in segments.iter().enumerate() {
        let last = index + 1 == segments.len();
        let mut next = Vec::new();
        if *segment == "**" {
            found = with_folders_below(found, listing);
            continue;
        }
        for (folder, shown) in found {
            for name in names(&folder, segment, &shown, listing) {
                let (path, shown) = (folder.join(&name), format!("{shown}{name}"));
                let Ok(data) = std::fs::symlink_metadata(&path) else { continue };
                if last {
                    listing.files.extend(probed(&data, shown));
                } else if data.is_dir() {
                    next.push((path, format!("{shown}/")));
                } else if data.is_symlink() && path.is_dir() {
                    listing.pruned.push(Skipped { path: shown, reason: LINK.to_owned() });
                }
            }
        }
        found = next;
    }
}

/// How deep `**` goes: an installed plug-in's parts lie seven folders below the user's.
const DEEPEST: usize = 8;
/// How many folders `**` visits.
const MOST_FOLDERS: usize = 5000;

/// `**` stands for any folders, none included.
fn with_folders_below(found: Vec<(PathBuf, String)>, listing: &mut Listing) -> Vec<(PathBuf, String)> {
    let mut all = found.clone();
    let mut level = found;
    for _ in 0..DEEPEST {
        let mut next = Vec::new();
        for (folder, shown) in &level {
            for name in names(folder, "*", shown, listing) {
                let path = folder.join(&name);
                let is_folder = std::fs::symlink_metadata(&path).is_ok_and(|it| it.is_dir());
                if is_folder && all.len() + next.len() < MOST_FOLDERS {
                    next.push((path, format!("{shown}{name}/")));
                }
            }
        }
        all.extend(next.iter().cloned());
        level = next;
    }
    all
}

fn probed(data: &Metadata, path: String) -> Option<Entry> {
    (!data.is_dir()).then(|| Entry {
        path,
        barred: barred(data.file_type()),
        named: false,
        untracked: true,
        size: data.len(),
    })
}

/// How many entries of one folder a star selects at most.
const MOST_NAMES: usize = 1000;

/// The names in `folder` that `segment` selects, sorted: the order of a folder's entries is the disk's own.
fn names(folder: &Path, segment: &str, shown: &str, listing: &mut Listing) -> Vec<String> {
    let Some((head, tail)) = segment.split_once('*') else { return vec![segment.to_owned()] };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let names = entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
    let fits =
        |it: &String| it.len() >= head.len() + tail.len() && it.starts_with(head) && it.ends_with(tail);
    let mut names: Vec<String> = names.filter(fits).collect();
    names.sort();
    if names.len() > MOST_NAMES {
        names.truncate(MOST_NAMES);
        let reason = format!("more than {MOST_NAMES} entries: the rest was not looked at");
        listing.pruned.push(Skipped { path: shown.trim_end_matches('/').to_owned(), reason });
    }
    names
}

fn barred(kind: std::fs::FileType) -> Option<String> {
    if kind.is_file() {
        return None;
    }
    Some(if kind.is_symlink() { LINK } else { "not an ordinary file: not opened" }.to_owned())
}

fn shown(root: &Root, path: &Path) -> String {
    let relative = path.strip_prefix(&root.folder).unwrap_or(path);
    let mut text = root.prefix.clone();
    for (index, part) in relative.components().enumerate() {
        let part = part.as_os_str();
        if index > 0 {
            text.push('/');
        } else if text.is_empty() && part == "~" {
            // A folder of that name in a repository must not pass for the user's home.
            text.push_str("./");
        }
        text.push_str(&named(part));
    }
    text
}

/// A name as text. Two names that are not Unicode stay two.
fn named(part: &std::ffi::OsStr) -> Cow<'_, str> {
    match part.to_str() {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(part.as_encoded_bytes().escape_ascii().to_string()),
    }
}
