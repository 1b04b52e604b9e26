//! Files in memory: for tests and for what-if maps.

use std::collections::BTreeMap;

use super::{Entry, Listing, Source, Unread};

/// Path to content.
#[derive(Debug, Clone, Default)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Memory {
    /// One file after the other.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect())
    }
}

impl Source for Memory {
    fn list(&self) -> Listing {
        let files = self.0.iter().map(|(path, bytes)| Entry::file(path, bytes.len() as u64)).collect();
        Listing { files, pruned: Vec::new() }
    }

    fn read_up_to(&self, path: &str, largest: u64) -> Result<Vec<u8>, Unread> {
        let bytes = self.0.get(path).ok_or(Unread::Missing)?;
        if bytes.len() as u64 > largest { Err(Unread::TooLarge(largest)) } else { Ok(bytes.clone()) }
    }
}
