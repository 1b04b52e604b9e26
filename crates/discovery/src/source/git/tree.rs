//! The tree of a revision as a source of files.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use ambit_model::facts::Skipped;
use gix_hash::{Kind as Hash, ObjectId};
use gix_object::tree::EntryKind;
use gix_object::{Kind, TreeRefIter};
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::names::Commit;
use super::objects::{Fault, Objects, broken};
use super::{GitError, Repository, path};
use crate::source::disk::{LARGEST_IGNORE, LINK, not_entered};
use crate::source::{Entry, Listing, Source, Unread};

/// The largest folder that is read: git's own form of half a million names.
const LARGEST_TREE: usize = 32 * 1024 * 1024;
/// How many files and folders of one revision are looked at. A few small objects can say billions.
const MOST_ENTRIES: usize = 1_000_000;
/// How long all their paths may be together.
const MOST_NAMED: usize = 256 * 1024 * 1024;
/// How deep folders are entered.
const DEEPEST: usize = 256;
/// The longest target of a link that is looked at.
const LONGEST_TARGET: usize = 4096;

/// The files of one revision of a repository.
#[derive(Clone)]
pub struct Revision {
    commit: ObjectId,
    objects: Arc<Objects>,
    /// Ordinary files.
    files: BTreeMap<String, ObjectId>,
    barred: Vec<Entry>,
    pruned: Vec<Skipped>,
}

impl Revision {
    /// What `repository` looks at in the tree of `commit`, which the user called `name`.
    pub(super) fn of(repository: &Repository, name: &str, commit: &Commit) -> Result<Self, GitError> {
        let mut walk = Walk::new(&repository.objects);
        let fault = |(id, fault): (ObjectId, Fault)| GitError::object(name, id, &fault);
        if let Some(root) = descend(&repository.objects, commit.tree, &repository.below).map_err(fault)? {
            walk.ignore(root).map_err(fault)?;
            walk.run(root, String::new()).map_err(fault)?;
        }
        walk.settle_links();
        let Walk { files, barred, pruned, .. } = walk;
        Ok(Self { commit: commit.id, objects: Arc::clone(&repository.objects), files, barred, pruned })
    }

    /// The id of the commit.
    pub fn commit(&self) -> String {
        self.commit.to_string()
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revision").field("commit", &self.commit).finish_non_exhaustive()
    }
}

impl Source for Revision {
    fn list(&self) -> Listing {
        let mut sizes = BTreeMap::new();
        // An object whose size is not known cannot be read either; reading it says why.
        let mut size = |id| *sizes.entry(id).or_insert_with(|| self.objects.size(id).unwrap_or(0));
        let mut files: Vec<Entry> =
            self.files.iter().map(|(path, id)| Entry::file(path, size(*id))).collect();
        files.extend(self.barred.iter().cloned());
        files.sort();
        Listing { files, pruned: self.pruned.clone() }
    }

    fn read_up_to(&self, path: &str, largest: u64) -> Result<Vec<u8>, Unread> {
        let Some(id) = self.files.get(path) else {
            // A link, a folder or a part of another repository is there all the same.
            let below = format!("{path}/");
            let is_there = self.barred.iter().any(|it| it.path == path)
                || self.pruned.iter().any(|it| it.path == path)
                || self.files.range(below.clone()..).next().is_some_and(|(it, _)| it.starts_with(&below));
            return Err(if is_there { Unread::NotAFile } else { Unread::Missing });
        };
        match self.objects.read(*id, usize::try_from(largest).unwrap_or(usize::MAX)) {
            Ok(object) if object.kind == Kind::Blob => Ok(object.bytes),
            Ok(_) => Err(Unread::NotAFile),
            Err(Fault::TooLarge) => Err(Unread::TooLarge(largest)),
            Err(fault) => Err(Unread::Refused(format!("object {id} {fault}"))),
        }
    }
}

type Faulty<T> = Result<T, (ObjectId, Fault)>;

/// One name in a folder.
struct Named {
    name: Vec<u8>,
    kind: EntryKind,
    id: ObjectId,
}

/// What is in the folder `id`.
fn tree(objects: &Objects, id: ObjectId) -> Faulty<Vec<Named>> {
    let object = objects.read(id, LARGEST_TREE).map_err(|it| (id, it))?;
    if object.kind != Kind::Tree {
        return Err((id, broken("it is no folder")));
    }
    let entries = TreeRefIter::from_bytes(&object.bytes, Hash::Sha1);
    let named = entries.map(|entry| {
        let entry = entry.map_err(|_| (id, broken("its list of names is cut off")))?;
        Ok(Named { name: entry.filename.to_vec(), kind: entry.mode.kind(), id: entry.oid.to_owned() })
    });
    named.collect()
}

/// The folder at `below` in the folder `id`; none where there is none.
pub(super) fn descend(objects: &Objects, mut id: ObjectId, below: &[Vec<u8>]) -> Faulty<Option<ObjectId>> {
    for part in below {
        let found = tree(objects, id)?.into_iter().find(|it| it.name == *part && it.kind == EntryKind::Tree);
        let Some(found) = found else { return Ok(None) };
        id = found.id;
    }
    Ok(Some(id))
}

/// The paths of all files in the folder `id`, whose own path is `folder`.
pub(super) fn paths(objects: &Objects, id: ObjectId, folder: String) -> Faulty<Vec<String>> {
    let mut walk = Walk::new(objects);
    walk.run(id, folder)?;
    let links = walk.links.into_iter().map(|it| path::shown(&it.folder, &it.name));
    Ok(walk.files.into_keys().chain(walk.barred.into_iter().map(|it| it.path)).chain(links).collect())
}

struct Link {
    folder: String,
    name: Vec<u8>,
    id: ObjectId,
}

/// A folder that is still to be entered.
struct Open {
    id: ObjectId,
    path: String,
    unicode: bool,
    depth: usize,
}

struct Walk<'a> {
    objects: &'a Objects,
    ignored: Gitignore,
    files: BTreeMap<String, ObjectId>,
    links: Vec<Link>,
    barred: Vec<Entry>,
    pruned: Vec<Skipped>,
    open: Vec<Open>,
    entries: usize,
    named: usize,
}

impl<'a> Walk<'a> {
    fn new(objects: &'a Objects) -> Self {
        Self {
            objects,
            ignored: Gitignore::empty(),
            files: BTreeMap::new(),
            links: Vec::new(),
            barred: Vec::new(),
            pruned: Vec::new(),
            open: Vec::new(),
            entries: 0,
            named: 0,
        }
    }

    /// Takes the root's own list of ignored paths, as the disk does, so that both pass over the same folders.
    fn ignore(&mut self, root: ObjectId) -> Faulty<()> {
        let entries = tree(self.objects, root)?;
        let list = entries.iter().find(|it| it.name == b".gitignore" && is_file(it.kind));
        let largest = usize::try_from(LARGEST_IGNORE).unwrap_or(usize::MAX);
        let bytes = list.and_then(|it| self.objects.read(it.id, largest).ok()).map(|it| it.bytes);
        let mut builder = GitignoreBuilder::new("");
        for line in String::from_utf8_lossy(&bytes.unwrap_or_default()).lines() {
            let _bad_lines_ignore_nothing = builder.add_line(None, line);
        }
        self.ignored = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Ok(())
    }

    fn run(&mut self, id: ObjectId, path: String) -> Faulty<()> {
        self.open.push(Open { id, path, unicode: true, depth: 0 });
        while let Some(folder) = self.open.pop() {
            let mut entries = tree(self.objects, folder.id)?;
            entries.sort_by(|a, b| a.name.cmp(&b.name));
            for alike in entries.chunk_by(|a, b| a.name == b.name) {
                let Some(first) = alike.first() else { continue };
                self.entries += alike.len();
                self.named += folder.path.len() + first.name.len();
                if self.entries > MOST_ENTRIES || self.named > MOST_NAMED {
                    self.prune(folder.path, "too many files: the rest was not looked at");
                    self.open.clear();
                    return Ok(());
                }
                let path = path::shown(&folder.path, &first.name);
                if path::is_odd(&first.name) && !first.name.eq_ignore_ascii_case(b".git") {
                    self.prune(path, "a name that no file can have: not opened");
                } else if alike.len() > 1 {
                    self.prune(path, "named more than once in its folder: not opened");
                } else if path.len() > path::LONGEST {
                    self.prune(folder.path.clone(), "has a path that is too long: not opened");
                } else {
                    self.take(&folder, first, path);
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, folder: &Open, entry: &Named, path: String) {
        let text = std::str::from_utf8(&entry.name);
        let unicode = folder.unicode && text.is_ok();
        match entry.kind {
            EntryKind::Tree => {
                let ignored = || self.ignored.matched(&path, true).is_ignore();
                if let Some(reason) = not_entered(text.unwrap_or_default(), ignored) {
                    self.prune(path, &reason);
                } else if path::is_odd(&entry.name) {
                    self.prune(path, "a name that no file can have: not opened");
                } else if folder.depth == DEEPEST {
                    self.prune(path, "too deep: not entered");
                } else {
                    self.open.push(Open { id: entry.id, path, unicode, depth: folder.depth + 1 });
                }
            }
            EntryKind::Commit => self.prune(path, "a submodule, which is another repository: not entered"),
            EntryKind::Link => {
                let (folder, name) = (folder.path.clone(), entry.name.clone());
                self.links.push(Link { folder, name, id: entry.id });
            }
            EntryKind::Blob | EntryKind::BlobExecutable if !unicode => {
                self.bar(path, "its path is not Unicode: not opened");
            }
            EntryKind::Blob | EntryKind::BlobExecutable => {
                self.files.insert(path, entry.id);
            }
        }
    }

    /// A link to a file is a file that is not opened. Any other may stand for a folder with a whole agent: that it
    /// was passed over must show.
    fn settle_links(&mut self) {
        for Link { folder, name, id } in std::mem::take(&mut self.links) {
            let text =
                self.objects.read(id, LONGEST_TARGET).ok().and_then(|it| String::from_utf8(it.bytes).ok());
            let target = text.and_then(|it| path::target(&folder, &it));
            let path = path::shown(&folder, &name);
            if target.is_some_and(|it| self.files.contains_key(&it)) {
                self.bar(path, LINK);
            } else {
                self.prune(path, LINK);
            }
        }
    }

    fn bar(&mut self, path: String, reason: &str) {
        self.barred.push(Entry { barred: Some(reason.to_owned()), ..Entry::file(path, 0) });
    }

    fn prune(&mut self, path: String, reason: &str) {
        self.pruned.push(Skipped { path, reason: reason.to_owned() });
    }
}

fn is_file(kind: EntryKind) -> bool {
    matches!(kind, EntryKind::Blob | EntryKind::BlobExecutable)
}
