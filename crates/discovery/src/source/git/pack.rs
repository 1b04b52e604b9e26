//! One pack: many objects in one file, most as deltas of others.

use std::path::Path;

use gix_hash::{Kind as Hash, ObjectId, Prefix};
use gix_object::Kind;
use gix_pack::data::entry::Header;
use gix_pack::{data, index};
use gix_zlib::Inflate;

use super::delta;
use super::folder::Folder;
use super::objects::{Fault, Object, Work, broken, inflate};

/// How many deltas lie between an object and one that is whole: git writes fifty, and 4095 at most.
const MOST_DELTAS: usize = 4095;
/// The largest object that others are made from.
const LARGEST_STEP: u64 = 64 * 1024 * 1024;
/// How much of an entry is inflated to see how large it is.
const PEEKED: u64 = 1024;

/// An open pack with its index.
pub(super) struct Pack {
    index: index::File,
    data: data::File,
}

impl Pack {
    /// Opens the pack called `name`.
    pub(super) fn open(folder: &Folder, name: &str) -> Result<Self, String> {
        let file = |ending: &str| match folder.file(&format!("objects/pack/{name}.{ending}")) {
            Ok(Some(path)) => Ok(path),
            Ok(None) => Err(format!("it has no `.{ending}`")),
            Err(error) => Err(error.to_string()),
        };
        let index = |it: &Path| index::File::at(it, Hash::Sha1).map_err(|it| it.to_string());
        let data = |it: &Path| data::File::at(it, Hash::Sha1).map_err(|it| it.to_string());
        Ok(Self { index: index(&file("idx")?)?, data: data(&file("pack")?)? })
    }

    /// Where the object called `id` begins.
    pub(super) fn offset(&self, id: ObjectId) -> Option<u64> {
        self.index.lookup(id).map(|it| self.index.pack_offset_at_index(it))
    }

    /// The ids that begin with `prefix`.
    pub(super) fn beginning_with(&self, prefix: Prefix) -> impl Iterator<Item = ObjectId> {
        let mut range = 0..0;
        self.index.lookup_prefix(prefix, Some(&mut range));
        range.map(|it| self.index.oid_at_index(it).to_owned())
    }

    /// How large the object at `offset` says that it is.
    pub(super) fn size(&self, offset: u64) -> Result<u64, Fault> {
        let entry = self.entry(offset)?;
        if !entry.header.is_delta() {
            return Ok(entry.decompressed_size);
        }
        let end = entry.data_offset.saturating_add(PEEKED).min(self.data.data_len() as u64);
        let packed = self.data.entry_slice(entry.data_offset..end).unwrap_or_default();
        let mut start = [0; 32];
        let (_, _, written) =
            Inflate::default().prefix(packed, &mut start).map_err(|_| broken("it cannot be inflated"))?;
        let sizes = start.get(..written).and_then(delta::sizes);
        sizes.map(|(_, size, _)| size).ok_or_else(|| broken("its delta has no sizes"))
    }

    /// The object at `offset`.
    pub(super) fn read(&self, offset: u64, largest: usize, work: &Work) -> Result<Object, Fault> {
        if self.size(offset)? > largest as u64 {
            return Err(Fault::TooLarge);
        }
        let mut entry = self.entry(offset)?;
        let mut deltas = Vec::new();
        let kind = loop {
            let below = match entry.header {
                Header::Commit => break Kind::Commit,
                Header::Tree => break Kind::Tree,
                Header::Blob => break Kind::Blob,
                Header::Tag => break Kind::Tag,
                Header::OfsDelta { base_distance } => entry.checked_base_pack_offset(base_distance),
                Header::RefDelta { base_id } => self.offset(base_id),
            };
            // What is made from itself ends here too.
            if deltas.len() == MOST_DELTAS {
                return Err(broken(format!("it is made through more than {MOST_DELTAS} others")));
            }
            let below = below.ok_or_else(|| broken("what it is made from is not in its pack"))?;
            deltas.push(std::mem::replace(&mut entry, self.entry(below)?));
        };
        let mut bytes = self.inflated(&entry, work)?;
        for entry in deltas.iter().rev() {
            let steps = self.inflated(entry, work)?;
            let (base, size, steps) = delta::sizes(&steps).ok_or_else(|| broken("its delta has no sizes"))?;
            let size = bounded(size)?;
            work.add(size)?;
            let made = (base == bytes.len() as u64).then(|| delta::apply(&bytes, steps, size)).flatten();
            bytes = made.ok_or_else(|| broken("its delta does not fit what it is made from"))?;
        }
        if bytes.len() > largest { Err(Fault::TooLarge) } else { Ok(Object { kind, bytes }) }
    }

    fn entry(&self, offset: u64) -> Result<data::Entry, Fault> {
        self.data.entry(offset).map_err(|it| broken(it.to_string()))
    }

    fn inflated(&self, entry: &data::Entry, work: &Work) -> Result<Vec<u8>, Fault> {
        let size = bounded(entry.decompressed_size)?;
        work.add(size)?;
        let rest = self.data.entry_slice(entry.data_offset..self.data.data_len() as u64);
        inflate(rest.unwrap_or_default(), size)
    }
}

fn bounded(size: u64) -> Result<usize, Fault> {
    usize::try_from(size).ok().filter(|_| size <= LARGEST_STEP).ok_or(Fault::TooLarge)
}
