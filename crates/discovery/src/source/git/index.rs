//! The index: the list of files that git tracks in a work tree. Versions 2 to 4, split and sparse ones too.

use std::collections::BTreeSet;

use gix_hash::{Kind as Hash, ObjectId};

use super::{GitError, Repository, path, tree};

/// The largest index that is read: some hundred bytes for each of two million files.
const LARGEST_INDEX: u64 = 256 * 1024 * 1024;
/// How long all paths may be together: in the fourth version a few bytes can repeat a long one.
const MOST_NAMED: usize = 256 * 1024 * 1024;
/// The kinds of entries.
const KIND: u32 = 0o170_000;
const FOLDER: u32 = 0o040_000;
const SUBMODULE: u32 = 0o160_000;

/// The paths of all tracked files that `repository` looks at, as the sources show them.
pub(super) fn tracked(repository: &Repository) -> Result<BTreeSet<String>, GitError> {
    let mut prefix = repository.below.join(&b'/');
    if !prefix.is_empty() {
        prefix.push(b'/');
    }
    let mut paths = BTreeSet::new();
    for entry in entries(repository)? {
        match entry.mode & KIND {
            FOLDER => paths.extend(sparse(repository, &entry, &prefix)?),
            SUBMODULE => {}
            _ => paths.extend(entry.path.strip_prefix(prefix.as_slice()).map(shown)),
        }
    }
    Ok(paths)
}

fn shown(path: &[u8]) -> String {
    path.split(|it| *it == b'/').fold(String::new(), |folder, name| path::shown(&folder, name))
}

/// The files of a folder that is tracked as one because nothing of it is checked out.
fn sparse(repository: &Repository, entry: &Tracked, prefix: &[u8]) -> Result<Vec<String>, GitError> {
    let fault = |(id, fault): (ObjectId, super::Fault)| GitError::Index(format!("object {id} {fault}"));
    let folder = entry.path.strip_suffix(b"/").unwrap_or(&entry.path);
    if let Some(inside) = folder.strip_prefix(prefix) {
        return tree::paths(&repository.objects, entry.id, shown(inside)).map_err(fault);
    }
    let Some(below) = prefix.strip_prefix(folder).and_then(|it| it.strip_prefix(b"/")) else {
        return Ok(Vec::new());
    };
    let parts = below.split(|it| *it == b'/').filter(|it| !it.is_empty()).map(<[u8]>::to_vec);
    let parts: Vec<Vec<u8>> = parts.collect();
    match tree::descend(&repository.objects, entry.id, &parts).map_err(fault)? {
        Some(id) => tree::paths(&repository.objects, id, String::new()).map_err(fault),
        None => Ok(Vec::new()),
    }
}

/// One line of the index.
struct Tracked {
    path: Vec<u8>,
    mode: u32,
    id: ObjectId,
}

/// An index as it stands in one file.
#[derive(Default)]
struct Index {
    entries: Vec<Tracked>,
    shared: Option<Shared>,
}

/// That most entries stand in another file.
struct Shared {
    id: ObjectId,
    /// Which of them are gone.
    gone: BTreeSet<usize>,
}

fn entries(repository: &Repository) -> Result<Vec<Tracked>, GitError> {
    let read = |name: &str| match repository.own.read(name, LARGEST_INDEX)? {
        Some(bytes) => parse(&bytes).map(Some).map_err(|it| GitError::Index(format!("`.git/{name}` {it}"))),
        None => Ok(None),
    };
    let Some(index) = read("index")? else { return Ok(Vec::new()) };
    let Some(shared) = index.shared else { return Ok(index.entries) };
    let name = format!("sharedindex.{}", shared.id);
    let below = read(&name)?.ok_or_else(|| GitError::Index(format!("`.git/{name}` is not there")))?;
    if below.shared.is_some() {
        return Err(GitError::Index(format!("`.git/{name}` is split again")));
    }
    let kept = below.entries.into_iter().enumerate().filter(|(number, _)| !shared.gone.contains(number));
    let kept = kept.map(|(_, it)| it);
    // Entries without a path are new states of shared ones.
    Ok(kept.chain(index.entries.into_iter().filter(|it| !it.path.is_empty())).collect())
}

fn parse(bytes: &[u8]) -> Result<Index, &'static str> {
    const CUT: &str = "is cut off";
    let (body, sum) = bytes.len().checked_sub(20).and_then(|it| bytes.split_at_checked(it)).ok_or(CUT)?;
    check(body, sum)?;
    let mut bytes = Bytes(body);
    if bytes.take(4) != Some(b"DIRC") {
        return Err("is no index");
    }
    let version = bytes.number().ok_or(CUT)?;
    if !(2..=4).contains(&version) {
        return Err("is of a version that is not read");
    }
    let count = bytes.number().ok_or(CUT)?;
    let mut index = Index::default();
    let mut named = 0;
    for _ in 0..count {
        let before = index.entries.last().map_or(&[][..], |it| it.path.as_slice());
        let entry = bytes.entry(version, before).ok_or(CUT)?;
        named += entry.path.len();
        if entry.path.len() > path::LONGEST || named > MOST_NAMED {
            return Err("has paths that are too long");
        }
        index.entries.push(entry);
    }
    while !bytes.0.is_empty() {
        let name = bytes.take(4).ok_or(CUT)?;
        let size = bytes.number().ok_or(CUT)?;
        let content = bytes.take(size as usize).ok_or(CUT)?;
        match name {
            b"link" => index.shared = Some(Bytes(content).shared().ok_or("does not say what it shares")?),
            // Git writes what may be passed over with a capital in front.
            b"sdir" | [b'A'..=b'Z', ..] => {}
            _ => return Err("has a part that is not known"),
        }
    }
    Ok(index)
}

/// Git may leave out the sum: then it is zero.
fn check(body: &[u8], sum: &[u8]) -> Result<(), &'static str> {
    if sum.iter().all(|it| *it == 0) {
        return Ok(());
    }
    let mut hasher = gix_hash::hasher(Hash::Sha1);
    hasher.update(body);
    let is = hasher.try_finalize().map_err(|_| "was made to deceive")?;
    if is.as_slice() == sum { Ok(()) } else { Err("is not what its own sum says") }
}

/// What is left to read.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn id(&mut self) -> Option<ObjectId> {
        ObjectId::try_from(self.take(20)?).ok()
    }

    fn until_zero(&mut self) -> Option<&'a [u8]> {
        let text = self.take(memchr::memchr(0, self.0)?)?;
        self.take(1)?;
        Some(text)
    }

    /// An entry; in the fourth version its path is told by what differs from the path before.
    fn entry(&mut self, version: u32, before: &[u8]) -> Option<Tracked> {
        const EXTENDED: u8 = 0x40;
        let start = self.0.len();
        self.take(24)?;
        let mode = self.number()?;
        self.take(12)?;
        let id = self.id()?;
        let extended = self.take(2)?.first()? & EXTENDED != 0;
        if extended && version > 2 {
            self.take(2)?;
        }
        if version == 4 {
            let kept = before.len().checked_sub(self.varying()?)?;
            let path = [before.get(..kept)?, self.until_zero()?].concat();
            return Some(Tracked { path, mode, id });
        }
        let path = self.until_zero()?.to_vec();
        // One to eight zeros end an entry, so that it is a multiple of eight long.
        let read = start - self.0.len();
        self.take(read.next_multiple_of(8) - read)?;
        Some(Tracked { path, mode, id })
    }

    fn varying(&mut self) -> Option<usize> {
        let mut byte = *self.take(1)?.first()?;
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = *self.take(1)?.first()?;
            value = value.checked_add(1)?.checked_mul(128)? + usize::from(byte & 0x7f);
        }
        Some(value)
    }

    fn shared(&mut self) -> Option<Shared> {
        let id = self.id()?;
        let gone = if self.0.is_empty() { BTreeSet::new() } else { self.set()? };
        Some(Shared { id, gone })
    }

    /// A set of numbers: words that say how many words of equal bits and how many of single bits follow.
    fn set(&mut self) -> Option<BTreeSet<usize>> {
        /// More entries than an index of the largest size has.
        const MOST: usize = 8 * 1024 * 1024;
        let _bits = self.number()?;
        let words = self.number()? as usize;
        let mut words = self.take(words.checked_mul(8)?)?.chunks_exact(8);
        let mut next = || Some(u64::from_be_bytes(words.next()?.try_into().ok()?));
        let mut set = BTreeSet::new();
        let mut at = 0_usize;
        while let Some(word) = next() {
            let equal = usize::try_from(word >> 1 & 0xffff_ffff).ok()?.checked_mul(64)?;
            let end = at.checked_add(equal)?;
            if end > MOST {
                return None;
            }
            if word & 1 == 1 {
                set.extend(at..end);
            }
            at = end;
            for _ in 0..word >> 33 {
                let bits = next()?;
                set.extend((0..64).filter(|it| bits >> it & 1 == 1).map(|it| at + it));
                at = at.checked_add(64)?;
            }
        }
        Some(set)
    }
}
