//! Objects of a repository, each in a file of its own or in a pack. Sizes are known before anything is inflated.

use std::io::Read;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use gix_hash::{Kind as Hash, ObjectId, Prefix};
use gix_object::Kind;
use gix_zlib::{Inflate, Status};

use super::folder::Folder;
use super::pack::Pack;

/// How many packs are looked into: repositories that are never tidied have a few hundred.
const MOST_PACKS: usize = 2000;
/// How many bytes are inflated and copied for all objects of a repository together. Packs can say in a few
/// bytes what takes hours to put together.
const MOST_WORK: u64 = 16 * 1024 * 1024 * 1024;
/// How many objects of one abbreviated id are told apart.
const MOST_ALIKE: usize = 64;

/// An object as it is.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) bytes: Vec<u8>,
}

/// Why an object is not had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("is not in the repository: not fetched, or borrowed from another one")]
    Missing,
    #[error("is larger than is read")]
    TooLarge,
    #[error("is broken: {0}")]
    Broken(String),
}

pub(super) fn broken(why: impl Into<String>) -> Fault {
    Fault::Broken(why.into())
}

/// The objects of a repository.
pub(super) struct Objects {
    folder: Folder,
    packs: OnceLock<Packs>,
    work: Work,
}

#[derive(Default)]
struct Packs {
    all: Vec<Pack>,
    /// Why there may be more objects than these.
    unread: Option<String>,
}

/// What was done so far.
#[derive(Default)]
pub(super) struct Work(AtomicU64);

impl Work {
    /// Says no when `bytes` more are too much.
    pub(super) fn add(&self, bytes: usize) -> Result<(), Fault> {
        let before = self.0.fetch_add(bytes as u64, Ordering::Relaxed);
        if before > MOST_WORK { Err(Fault::TooLarge) } else { Ok(()) }
    }
}

impl Objects {
    pub(super) fn new(folder: Folder) -> Self {
        Self { folder, packs: OnceLock::new(), work: Work::default() }
    }

    /// The object called `id`, unless it is larger than `largest` bytes or not what its id says.
    pub(super) fn read(&self, id: ObjectId, largest: usize) -> Result<Object, Fault> {
        let object = match self.loose(id, largest)? {
            Some(object) => object,
            None => self.packed(id, |pack, offset| pack.read(offset, largest, &self.work))?,
        };
        match gix_object::compute_hash(Hash::Sha1, object.kind, &object.bytes) {
            Ok(found) if found == id => Ok(object),
            _ => Err(broken("its content is not what its id says")),
        }
    }

    /// How large the object called `id` says that it is.
    pub(super) fn size(&self, id: ObjectId) -> Result<u64, Fault> {
        let Some((mut file, _)) = self.folder.open(&path(id)).map_err(|it| broken(it.to_string()))? else {
            return self.packed(id, Pack::size);
        };
        let mut start = Vec::new();
        file.by_ref().take(256).read_to_end(&mut start).map_err(|it| broken(it.kind().to_string()))?;
        header(&start).map(|it| it.size)
    }

    /// The objects whose ids begin with `hex`.
    pub(super) fn beginning_with(&self, hex: &str) -> Result<Vec<ObjectId>, Fault> {
        let prefix = Prefix::from_hex(hex).map_err(|_| Fault::Missing)?;
        let hex = hex.to_ascii_lowercase();
        let (folder, rest) = hex.split_at_checked(2).ok_or(Fault::Missing)?;
        let names = self.folder.names(&format!("objects/{folder}")).map_err(|it| broken(it.to_string()))?;
        let loose = names.iter().filter(|it| it.starts_with(rest));
        let mut found: Vec<ObjectId> = loose
            .filter_map(|it| ObjectId::from_hex(format!("{folder}{it}").as_bytes()).ok())
            .take(MOST_ALIKE)
            .collect();
        for pack in &self.packs().all {
            found.extend(pack.beginning_with(prefix).take(MOST_ALIKE));
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    fn loose(&self, id: ObjectId, largest: usize) -> Result<Option<Object>, Fault> {
        // What cannot be made smaller grows a little.
        let longest = (largest + largest / 64 + 1024) as u64;
        let Some((file, size)) = self.folder.open(&path(id)).map_err(|it| broken(it.to_string()))? else {
            return Ok(None);
        };
        if size > longest {
            return Err(Fault::TooLarge);
        }
        let mut packed = Vec::new();
        file.take(longest).read_to_end(&mut packed).map_err(|it| broken(it.kind().to_string()))?;
        let Header { kind, size, length } = header(&packed)?;
        let size = usize::try_from(size).ok().filter(|it| *it <= largest).ok_or(Fault::TooLarge)?;
        self.work.add(size)?;
        let mut bytes = inflate(&packed, length + size)?;
        bytes.drain(..length);
        Ok(Some(Object { kind, bytes }))
    }

    /// What `look` makes of the object in the first pack that has it.
    fn packed<T>(&self, id: ObjectId, look: impl Fn(&Pack, u64) -> Result<T, Fault>) -> Result<T, Fault> {
        let packs = self.packs();
        match packs.all.iter().find_map(|pack| Some((pack, pack.offset(id)?))) {
            Some((pack, offset)) => look(pack, offset),
            None => Err(packs.unread.clone().map_or(Fault::Missing, Fault::Broken)),
        }
    }

    fn packs(&self) -> &Packs {
        self.packs.get_or_init(|| {
            let mut packs = Packs::default();
            let names = self.folder.names("objects/pack").unwrap_or_else(|it| {
                packs.unread = Some(it.to_string());
                Vec::new()
            });
            for name in names.iter().filter_map(|it| it.strip_suffix(".idx")) {
                if packs.all.len() == MOST_PACKS {
                    packs.unread = Some(format!("more than {MOST_PACKS} packs"));
                    break;
                }
                match Pack::open(&self.folder, name) {
                    Ok(pack) => packs.all.push(pack),
                    Err(why) => {
                        let name = name.escape_debug();
                        packs.unread = Some(format!("the pack `{name}` cannot be read: {why}"));
                    }
                }
            }
            packs
        })
    }
}

fn path(id: ObjectId) -> String {
    let hex = id.to_string();
    let (folder, file) = hex.split_at_checked(2).unwrap_or_default();
    format!("objects/{folder}/{file}")
}

/// What a loose object says of itself in front.
struct Header {
    kind: Kind,
    size: u64,
    length: usize,
}

fn header(packed: &[u8]) -> Result<Header, Fault> {
    let mut start = [0; 64];
    let (_, _, written) =
        Inflate::default().prefix(packed, &mut start).map_err(|_| broken("it cannot be inflated"))?;
    let known = start.get(..written).unwrap_or_default();
    let end = memchr::memchr(0, known).ok_or_else(|| broken("it has no header"))?;
    let text = known.get(..end).and_then(|it| std::str::from_utf8(it).ok()).unwrap_or_default();
    let (kind, size) = text.split_once(' ').ok_or_else(|| broken("it has no header"))?;
    let kind = Kind::from_bytes(kind.as_bytes()).map_err(|_| broken("it is of an unknown kind"))?;
    let size = size.parse().map_err(|_| broken("its size is no number"))?;
    Ok(Header { kind, size, length: end + 1 })
}

/// Inflates what must come out as exactly `size` bytes.
pub(super) fn inflate(packed: &[u8], size: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = vec![0; size];
    match Inflate::default().once(packed, &mut bytes) {
        Ok((Status::StreamEnd, _, written)) if written == size => Ok(bytes),
        Ok(_) => Err(broken("its size is not what its header says")),
        Err(_) => Err(broken("it cannot be inflated")),
    }
}
