//! Programs: modules that have to do with each other by way of imports. What is followed in one changes nothing in another.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::paths::{Packages, Paths, folder_of};
use crate::ir::{Language, Module, Name};

/// Libraries by which modules that do not import each other hand something to each other.
const SHARED: [&str; 2] = ["streamlit", "chainlit"];

/// What a module takes from others: all that tells which program it is part of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// The modules that it imports, each with the name that it takes of it.
    pub imports: Vec<(Name, Option<Name>)>,
    /// The modules whose names it passes on.
    pub passes: Vec<Name>,
}

impl Outline {
    /// The outline of `module`, each import once.
    pub fn of(module: &Module) -> Self {
        let mut imports: Vec<_> =
            module.imports.iter().map(|it| (Arc::clone(&it.module), it.symbol.clone())).collect();
        imports.sort();
        imports.dedup();
        let mut passes: Vec<_> = module.exports.iter().filter_map(|it| it.from.clone()).collect();
        passes.sort();
        passes.dedup();
        Self { imports, passes }
    }
}

/// A module, of which only the outline is there.
#[derive(Debug, Clone)]
pub struct Outlined {
    /// Its path.
    pub path: Arc<str>,
    /// Its language.
    pub language: Language,
    /// What it takes from others.
    pub outline: Arc<Outline>,
}

impl Outlined {
    /// What is there of `module`.
    pub fn of(module: &Module) -> Self {
        let outline = Arc::new(Outline::of(module));
        Self { path: Arc::clone(&module.path), language: module.language, outline }
    }
}

/// The name of what may be a module within a module: `from a import b`.
pub fn within(module: &str, symbol: &str) -> String {
    let dot = if module.ends_with('.') { "" } else { "." };
    format!("{module}{dot}{symbol}")
}

/// The programs that `modules` make, each as the places of its modules in the list. `modules` are in the order of their
/// paths, and so is what is given back.
pub fn programs(modules: &[Outlined], packages: &Arc<Packages>) -> Vec<Vec<usize>> {
    let paths = Paths::new(modules.iter().map(|it| Arc::clone(&it.path)), Arc::clone(packages));
    let mut sets = Sets::new(modules.len());
    let mut shared: BTreeMap<&str, usize> = BTreeMap::new();
    let mut folders: BTreeMap<&str, usize> = BTreeMap::new();
    for (no, module) in modules.iter().enumerate() {
        let find = |name: &str| {
            let found = paths.imported(name, &module.path, module.language)?;
            Some((found as usize, modules.get(found as usize)?))
        };
        let mut whole = |(found, it): (usize, &'_ Outlined), sets: &mut Sets| {
            sets.join(no, found);
            // A module of Python that is a value has the modules beside it as members, whoever imports them.
            if it.language == Language::Python
                && let Some(it) = modules.get(found)
            {
                let folder = *folders.entry(folder_of(&it.path)).or_insert_with(|| sets.add());
                sets.join(found, folder);
            }
        };
        for (name, symbol) in &module.outline.imports {
            match (find(name), symbol) {
                (Some(found), None) => whole(found, &mut sets),
                (Some((found, _)), Some(_)) => sets.join(no, found),
                (None, _) => {}
            }
            if let Some(found) = symbol.as_ref().and_then(|it| find(&within(name, it))) {
                whole(found, &mut sets);
            }
            let library = name.split('.').next().unwrap_or(name);
            if let Some(library) = SHARED.iter().find(|it| **it == library) {
                let together = *shared.entry(library).or_insert_with(|| sets.add());
                sets.join(no, together);
            }
        }
        for (found, _) in module.outline.passes.iter().filter_map(|it| find(it)) {
            sets.join(no, found);
        }
    }
    members(modules, &mut folders, &mut sets);
    sets.all(modules.len())
}

/// Joins what lies in `folders`, whose modules are members of modules, with each of them; and what lies in packages in there.
fn members<'m>(modules: &'m [Outlined], folders: &mut BTreeMap<&'m str, usize>, sets: &mut Sets) {
    let mut packages: Vec<&str> =
        modules.iter().filter_map(|it| it.path.strip_suffix("/__init__.py")).collect();
    packages.sort_by_key(|it| it.matches('/').count());
    for package in packages {
        if folders.contains_key(folder_of(package)) {
            folders.entry(package).or_insert_with(|| sets.add());
        }
    }
    for (no, module) in modules.iter().enumerate().filter(|(_, it)| it.language == Language::Python) {
        let folder = folder_of(&module.path);
        let around = module.path.ends_with("/__init__.py").then(|| folder_of(folder));
        for folder in [Some(folder), around].into_iter().flatten().filter_map(|it| folders.get(it)) {
            sets.join(no, *folder);
        }
    }
}

/// Sets of numbers that are joined.
#[derive(Debug)]
struct Sets(Vec<usize>);

impl Sets {
    fn new(many: usize) -> Self {
        Self((0..many).collect())
    }

    fn add(&mut self) -> usize {
        self.0.push(self.0.len());
        self.0.len() - 1
    }

    /// The number that stands for the set of `no`.
    fn first(&mut self, no: usize) -> usize {
        let mut at = no;
        while let Some(next) = self.0.get(at).copied().filter(|it| *it != at) {
            // Halves the way for the next one who asks.
            let far = self.0.get(next).copied().unwrap_or(next);
            if let Some(own) = self.0.get_mut(at) {
                *own = far;
            }
            at = far;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        if let Some(own) = self.0.get_mut(a.max(b)) {
            *own = a.min(b);
        }
    }

    /// The sets of the numbers below `many`, in the order of their first ones.
    fn all(&mut self, many: usize) -> Vec<Vec<usize>> {
        let mut found: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for no in 0..many {
            let first = self.first(no);
            found.entry(first).or_default().push(no);
        }
        found.into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python;

    fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let outlined = |(path, text): &(&str, &str)| Outlined {
            path: (*path).into(),
            language: Language::Python,
            outline: Arc::new(Outline::of(&python::parse(path, text))),
        };
        let modules: Vec<Outlined> = files.iter().map(outlined).collect();
        let paths = |it: Vec<usize>| it.into_iter().map(|it| files[it].0.to_owned()).collect();
        programs(&modules, &Arc::default()).into_iter().map(paths).collect()
    }

    #[test]
    fn imports_make_programs_whichever_way_they_point() {
        let files = [
            ("a.py", "from c import x\n"),
            ("b.py", "import os\n"),
            ("c.py", ""),
            ("d.py", "def f():\n    from c import y\n"),
        ];
        assert_eq!(found(&files), [vec!["a.py", "c.py", "d.py"], vec!["b.py"]]);
    }

    #[test]
    fn a_package_that_is_a_value_has_what_lies_in_it_as_members() {
        let whole = [
            ("a.py", "import kit\n"),
            ("kit/__init__.py", ""),
            ("kit/mail.py", ""),
            ("kit/more/__init__.py", ""),
            ("kit/more/deep.py", ""),
        ];
        assert_eq!(found(&whole).len(), 1);
        let name = [("a.py", "from kit import x\n"), ("kit/__init__.py", ""), ("kit/mail.py", "")];
        assert_eq!(found(&name), [vec!["a.py", "kit/__init__.py"], vec!["kit/mail.py"]]);
    }

    #[test]
    fn modules_of_one_session_are_one_program() {
        let files = [("a.py", "import streamlit as st\n"), ("b.py", "from streamlit import session_state\n")];
        assert_eq!(found(&files).len(), 1);
    }
}
