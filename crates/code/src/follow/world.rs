//! The modules of the repository, and which of them an import means.

use std::sync::Arc;

use super::paths::{Packages, Paths};
use crate::ir::{Language, Module};

/// A module, by its place in the order of paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleNo(pub(super) u32);

/// All modules that were read.
#[derive(Debug, Default)]
pub struct World {
    modules: Vec<Module>,
    paths: Paths,
}

impl World {
    /// The world of `modules`; `packages` are the names and folders of the repository's own packages (`package.json`).
    pub fn new(mut modules: Vec<Module>, packages: Arc<Packages>) -> Self {
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        let paths = Paths::new(modules.iter().map(|it| Arc::clone(&it.path)), packages);
        Self { modules, paths }
    }

    /// The module with this number.
    pub fn module(&self, no: ModuleNo) -> Option<&Module> {
        self.modules.get(no.0 as usize)
    }

    /// All modules, in the order of their paths.
    pub fn modules(&self) -> impl Iterator<Item = (ModuleNo, &Module)> {
        (0..).map(ModuleNo).zip(&self.modules)
    }

    /// The module of the repository that `name` means, imported by the file at `from`.
    pub fn imported(&self, name: &str, from: &str, language: Language) -> Option<ModuleNo> {
        self.paths.imported(name, from, language).map(ModuleNo)
    }
}
