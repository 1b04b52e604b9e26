//! Names, each kept once.

use std::sync::Arc;

use indexmap::IndexSet;

use crate::ir::Name;

/// Longer texts are rarely equal: looking for them costs more than a copy.
const LONGEST_SHARED: usize = 64;

/// The names and short texts of a module.
#[derive(Debug, Default)]
pub(super) struct Names(IndexSet<Name>);

impl Names {
    pub(super) fn get(&mut self, text: &str) -> Name {
        if text.len() > LONGEST_SHARED {
            return Name::from(text);
        }
        if let Some(name) = self.0.get(text) {
            return Arc::clone(name);
        }
        let name = Name::from(text);
        self.0.insert(Arc::clone(&name));
        name
    }
}
