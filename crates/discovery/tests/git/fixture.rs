//! Writes repositories: loose objects, packs, indexes.
#![expect(clippy::disallowed_methods, reason = "these tests write the repositories that they read")]
#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ambit_discovery::git::{GitError, Repository, Revision};
use gix_hash::{Kind as Hash, ObjectId};
use gix_object::Kind;
use gix_zlib::Compression;
use gix_zlib::stream::deflate;
use tempfile::TempDir;

pub(crate) const FILE: &str = "100644";
pub(crate) const FOLDER: &str = "40000";
pub(crate) const LINK: &str = "120000";
pub(crate) const SUBMODULE: &str = "160000";

/// A work tree with a repository in it.
pub(crate) struct Fixture {
    folder: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let new = Self { folder: tempfile::tempdir().expect("a folder") };
        new.write(".git/HEAD", "ref: refs/heads/main\n");
        new.folder(".git/objects/pack");
        new.folder(".git/refs/heads");
        new
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().expect("the folder is there")
    }

    pub(crate) fn folder(&self, path: &str) {
        fs::create_dir_all(self.root().join(path)).expect("the folder is made");
    }

    pub(crate) fn write(&self, path: &str, bytes: impl AsRef<[u8]>) {
        write(&self.root().join(path), bytes.as_ref());
    }

    /// An object in a file of its own.
    pub(crate) fn object(&self, kind: Kind, bytes: &[u8]) -> ObjectId {
        let id = id_of(kind, bytes);
        self.raw(id, &[format!("{kind} {}\0", bytes.len()).as_bytes(), bytes].concat());
        id
    }

    /// Anything under the name of an object.
    pub(crate) fn raw(&self, id: ObjectId, bytes: &[u8]) {
        self.write(&place(id), deflated(bytes));
    }

    pub(crate) fn blob(&self, text: impl AsRef<[u8]>) -> ObjectId {
        self.object(Kind::Blob, text.as_ref())
    }

    pub(crate) fn tree(&self, entries: &[(&str, &[u8], ObjectId)]) -> ObjectId {
        self.object(Kind::Tree, &tree(entries))
    }

    pub(crate) fn commit(&self, tree: ObjectId, parents: &[ObjectId]) -> ObjectId {
        self.object(Kind::Commit, &commit(tree, parents))
    }

    /// A tree of one file, committed.
    pub(crate) fn simple(&self, text: &str, parents: &[ObjectId]) -> ObjectId {
        let tree = self.tree(&[(FILE, b"a", self.blob(text))]);
        self.commit(tree, parents)
    }

    /// Lets the branch `main` stand for `id`.
    pub(crate) fn main(&self, id: ObjectId) {
        self.write(".git/refs/heads/main", format!("{id}\n"));
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::open(&self.root()).expect("the repository opens")
    }

    pub(crate) fn revision(&self, name: &str) -> Result<Revision, GitError> {
        self.open().revision(name)
    }

    pub(crate) fn error(&self, name: &str) -> String {
        self.revision(name).expect_err("the revision cannot be read").to_string()
    }

    /// A pack with these entries and its index, both with each entry under its id.
    pub(crate) fn pack(&self, entries: &[(ObjectId, Packed<'_>)]) {
        let (pack, index) = pack(entries);
        self.write(".git/objects/pack/pack-a.pack", pack);
        self.write(".git/objects/pack/pack-a.idx", index);
    }
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("the folder is made");
    fs::write(path, bytes).expect("the file is written");
}

pub(crate) fn id_of(kind: Kind, bytes: &[u8]) -> ObjectId {
    gix_object::compute_hash(Hash::Sha1, kind, bytes).expect("a sum")
}

/// The path of a loose object.
pub(crate) fn place(id: ObjectId) -> String {
    let hex = id.to_string();
    let (folder, file) = hex.split_at(2);
    format!(".git/objects/{folder}/{file}")
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut out = deflate::Write::new(Vec::new(), Compression::DEFAULT);
    out.write_all(bytes).expect("memory takes all");
    out.flush().expect("memory takes all");
    out.into_inner()
}

pub(crate) fn tree(entries: &[(&str, &[u8], ObjectId)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (mode, name, id) in entries {
        bytes.extend([mode.as_bytes(), b" ", name, b"\0", id.as_slice()].concat());
    }
    bytes
}

pub(crate) fn commit(tree: ObjectId, parents: &[ObjectId]) -> Vec<u8> {
    let who = "A <a@example.com> 0 +0000";
    let mut lines = vec![format!("tree {tree}")];
    lines.extend(parents.iter().map(|it| format!("parent {it}")));
    lines.push(format!("author {who}\ncommitter {who}\n\nwords\n"));
    lines.join("\n").into_bytes()
}

/// How an object stands in a pack.
pub(crate) enum Packed<'a> {
    Whole(Kind, &'a [u8]),
    /// A delta of the entry with this number.
    Before(usize, &'a [u8]),
    /// A delta of the object with this id.
    Of(ObjectId, &'a [u8]),
    /// Anything.
    Raw(&'a [u8]),
}

fn pack(entries: &[(ObjectId, Packed<'_>)]) -> (Vec<u8>, Vec<u8>) {
    let number = |it: usize| u32::try_from(it).expect("a small number");
    let mut pack = [b"PACK".as_slice(), &2_u32.to_be_bytes(), &number(entries.len()).to_be_bytes()].concat();
    let mut offsets = Vec::new();
    for (_, entry) in entries {
        let at = pack.len();
        offsets.push(at);
        match entry {
            Packed::Whole(kind, bytes) => {
                let kind = [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag].iter().position(|it| it == kind);
                pack.extend(header(number(kind.expect("a kind") + 1), bytes.len()));
                pack.extend(deflated(bytes));
            }
            Packed::Before(base, delta) => {
                pack.extend(header(6, delta.len()));
                pack.extend(distance(at - offsets.get(*base).expect("an entry before")));
                pack.extend(deflated(delta));
            }
            Packed::Of(base, delta) => {
                pack.extend(header(7, delta.len()));
                pack.extend(base.as_slice());
                pack.extend(deflated(delta));
            }
            Packed::Raw(bytes) => pack.extend(*bytes),
        }
    }
    pack.extend(sum(&pack));
    let mut sorted: Vec<(ObjectId, usize)> = entries.iter().map(|it| it.0).zip(offsets).collect();
    sorted.sort();
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for first in 0..=255 {
        let below = sorted.iter().filter(|(id, _)| id.as_slice().first() <= Some(&first)).count();
        index.extend(number(below).to_be_bytes());
    }
    index.extend(sorted.iter().flat_map(|(id, _)| id.as_slice().to_vec()));
    index.extend(sorted.iter().flat_map(|_| [0; 4]));
    index.extend(sorted.iter().flat_map(|(_, offset)| number(*offset).to_be_bytes()));
    index.extend(sum(&pack));
    index.extend(sum(&index));
    (pack, index)
}

pub(crate) fn sum(bytes: &[u8]) -> Vec<u8> {
    let mut hasher = gix_hash::hasher(Hash::Sha1);
    hasher.update(bytes);
    hasher.try_finalize().expect("a sum").as_slice().to_vec()
}

/// The kind of an entry and its inflated size.
pub(crate) fn header(kind: u32, size: usize) -> Vec<u8> {
    let low = u8::try_from(kind << 4).expect("three bits") | u8::try_from(size & 15).expect("four bits");
    let mut bytes = vec![low];
    let mut rest = size >> 4;
    while rest > 0 {
        *bytes.last_mut().expect("a byte") |= 0x80;
        bytes.push(u8::try_from(rest & 0x7f).expect("seven bits"));
        rest >>= 7;
    }
    bytes
}

fn distance(mut value: usize) -> Vec<u8> {
    let mut bytes = vec![u8::try_from(value & 0x7f).expect("seven bits")];
    while value > 0x7f {
        value = (value >> 7) - 1;
        bytes.insert(0, u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
    }
    bytes
}

/// A size as it stands at the start of a delta.
pub(crate) fn size(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(u8::try_from(value & 0x7f).expect("seven bits") | 0x80);
        value >>= 7;
    }
    bytes.push(u8::try_from(value).expect("seven bits"));
    bytes
}
