//! What frameworks are imported by: whatever has nothing to do with any of it has nothing to do with agents.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;

use crate::follow::paths::heads;

/// The first parts of what frameworks are imported by.
#[derive(Debug)]
pub struct Roots<'c>(BTreeSet<&'c str>);

impl<'c> Roots<'c> {
    /// Those of all frameworks of the catalog.
    pub fn of(catalog: &'c Catalog) -> Self {
        Self(catalog.agent_frameworks().values().flat_map(|it| it.roots.iter().map(String::as_str)).collect())
    }

    /// The same, with what files import for much else too.
    pub(super) fn and_clients(catalog: &'c Catalog) -> Self {
        let all = catalog.agent_frameworks().values().flat_map(|it| it.roots.iter().chain(&it.clients));
        Self(all.map(String::as_str).collect())
    }

    /// Whether `module` is of a framework.
    pub fn has(&self, module: &str) -> bool {
        heads(module).any(|it| self.0.contains(it))
    }
}
