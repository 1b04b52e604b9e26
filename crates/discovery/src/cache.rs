//! What one reading keeps for the next, so that code that has not changed is neither parsed nor followed again.
//!
//! What is kept is believed only as far as it fits: it is for this very build and catalog, its sum is right, and each answer
//! stands under the sum of everything that it depends on. Whatever does not fit is made again. No secret value is in it: what
//! holds one refuses to be written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ambit_catalog::Catalog;
use data_encoding::HEXLOWER;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

/// What the first line begins with.
const FORMAT: &str = "ambit-cache/v1";
/// How large it may be.
pub const LARGEST: u64 = 512 * 1024 * 1024;

/// The name of the file for a tree, by what says which one it is.
pub fn name<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let sum = Sum::of(parts);
    // No reader is for files that end like this.
    format!("{}.ambit-cache", sum.as_str().get(..32).unwrap_or_default())
}

/// Where it is kept. Whoever hands one in opens the files.
pub trait Cache: std::fmt::Debug + Send + Sync {
    /// What was kept last; nothing where nothing was. No more than [`LARGEST`] bytes are read.
    fn load(&self) -> Result<Option<Vec<u8>>, String>;

    /// Keeps `bytes` in place of what was kept.
    fn store(&self, bytes: &[u8]) -> Result<(), String>;

    /// What tells this build from others: an answer of another one is none.
    fn build(&self) -> String;

    /// Says what went wrong. The reading goes on without.
    fn warn(&self, message: &str);
}

/// The sum of something that an answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sum(String);

impl Sum {
    /// The sum of `parts`, which cannot be mistaken for other parts.
    pub(crate) fn of<'p>(parts: impl IntoIterator<Item = &'p str>) -> Self {
        let mut sum = Sha256::new();
        for part in parts {
            sum.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
            sum.update(part);
        }
        Self(HEXLOWER.encode(&sum.finalize()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Answers, by kind and by what they depend on.
type Answers = BTreeMap<String, BTreeMap<Sum, Box<RawValue>>>;

/// What was kept, and what is to be kept.
#[derive(Debug)]
pub(crate) struct Kept {
    cache: Arc<dyn Cache>,
    /// What the first line has to be but for the sum of the rest.
    head: String,
    old: Answers,
    new: Mutex<Answers>,
}

impl Kept {
    /// What `cache` has kept, as far as it fits.
    pub(crate) fn of(cache: &Arc<dyn Cache>, catalog: &Catalog) -> Self {
        let build = cache.build();
        let basis = [env!("CARGO_PKG_VERSION"), build.as_str()];
        let basis = Sum::of(basis.into_iter().chain(catalog.changes().iter().map(String::as_str)));
        let head = format!("{FORMAT} {}", basis.as_str());
        let old = match cache.load() {
            Ok(bytes) => bytes.map_or_else(|| Ok(Answers::new()), |it| understood(&it, &head)),
            Err(reason) => Err(reason),
        };
        let old = old.unwrap_or_else(|reason| {
            cache.warn(&format!("warning: what was kept of earlier scans is not used: {reason}"));
            Answers::new()
        });
        Self { cache: Arc::clone(cache), head, old, new: Mutex::default() }
    }

    /// The answer of this kind that was kept for `sum`; it is kept on.
    pub(crate) fn get<T: DeserializeOwned>(&self, kind: &str, sum: &Sum) -> Option<T> {
        let raw = self.old.get(kind)?.get(sum)?;
        let answer = serde_json::from_str(raw.get()).ok();
        match &answer {
            Some(_) => self.put_raw(kind, sum, raw.clone()),
            None => self.cache.warn("warning: an answer that was kept cannot be read, and is made again"),
        }
        answer
    }

    /// Keeps an answer, unless it refuses to be written: it holds a secret.
    pub(crate) fn put(&self, kind: &str, sum: &Sum, answer: &impl Serialize) {
        if let Ok(raw) = serde_json::value::to_raw_value(answer) {
            self.put_raw(kind, sum, raw);
        }
    }

    fn put_raw(&self, kind: &str, sum: &Sum, raw: Box<RawValue>) {
        if let Ok(mut new) = self.new.lock() {
            new.entry(kind.to_owned()).or_default().insert(sum.clone(), raw);
        }
    }

    /// Keeps what this reading has asked for, and nothing else.
    pub(crate) fn finish(self) {
        let new = self.new.into_inner().unwrap_or_default();
        let sums = |it: &Answers| -> Vec<(String, Vec<Sum>)> {
            it.iter().map(|(kind, it)| (kind.clone(), it.keys().cloned().collect())).collect()
        };
        if sums(&new) == sums(&self.old) {
            return;
        }
        let stored = serde_json::to_string(&new).map_err(|it| it.to_string()).and_then(|body| {
            let sum = Sum::of([body.as_str()]);
            self.cache.store(format!("{} {}\n{body}", self.head, sum.as_str()).as_bytes())
        });
        if let Err(reason) = stored {
            self.cache.warn(&format!("warning: nothing was kept for later scans: {reason}"));
        }
    }
}

/// The answers in `bytes`; none where another build or catalog has left them, and a reason where they are damaged.
fn understood(bytes: &[u8], head: &str) -> Result<Answers, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is no text".to_owned())?;
    let (first, body) = text.split_once('\n').ok_or_else(|| "it has no first line".to_owned())?;
    if !first.starts_with("ambit-cache/") {
        return Err("it is no cache".to_owned());
    }
    let Some((before, sum)) = first.rsplit_once(' ') else {
        return Err("its first line is cut off".to_owned());
    };
    if before != head {
        return Ok(Answers::new());
    }
    if Sum::of([body]).as_str() != sum {
        return Err("its sum is wrong: it is damaged".to_owned());
    }
    serde_json::from_str(body).map_err(|_| "it cannot be read".to_owned())
}
