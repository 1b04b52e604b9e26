//! Data that is decoded when it is first asked for: most runs need little of what is compiled in.

use std::sync::OnceLock;

use serde::de::DeserializeOwned;

/// A part of the compiled-in data.
#[derive(Debug, Clone)]
pub(crate) struct Late<T> {
    packed: &'static str,
    value: OnceLock<T>,
}

impl<T: DeserializeOwned + Default> Late<T> {
    pub(crate) fn of(packed: &'static str) -> Self {
        Self { packed, value: OnceLock::new() }
    }

    pub(crate) fn ready(value: T) -> Self {
        Self { packed: "", value: OnceLock::from(value) }
    }

    /// The value. That all of it decodes is what a test asserts: a default stands for nothing in a build that passed.
    pub(crate) fn get(&self) -> &T {
        self.value.get_or_init(|| serde_json::from_str(self.packed).unwrap_or_default())
    }

    /// What is packed, for the test.
    #[cfg(test)]
    pub(crate) fn decoded(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.packed)
    }
}

impl<T: DeserializeOwned + Default + Extend<V>, V> Late<T>
where
    T: IntoIterator<Item = V>,
{
    /// Adds to what is there.
    pub(crate) fn extend(&mut self, more: T) {
        self.get();
        if let Some(value) = self.value.get_mut() {
            value.extend(more);
        }
    }
}
