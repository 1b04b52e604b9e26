//! The modules of the repository, and which of them an import means.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ir::{Language, Module};

/// A module, by its place in the order of paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleNo(pub(super) u32);

/// All modules that were read.
#[derive(Debug, Default)]
pub struct World {
    modules: Vec<Module>,
    by_path: BTreeMap<Arc<str>, ModuleNo>,
    /// Folders of packages of the same repository, by the packages' names.
    packages: BTreeMap<String, String>,
}

const ENDINGS: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

impl World {
    /// The world of `modules`; `packages` are the names and folders of the repository's own packages (`package.json`).
    pub fn new(mut modules: Vec<Module>, packages: BTreeMap<String, String>) -> Self {
        modules.sort_by(|a, b| a.path.cmp(&b.path));
        let by_path = (0..).map(ModuleNo).zip(&modules).map(|(no, it)| (Arc::clone(&it.path), no)).collect();
        Self { modules, by_path, packages }
    }

    /// The module with this number.
    pub fn module(&self, no: ModuleNo) -> Option<&Module> {
        self.modules.get(no.0 as usize)
    }

    /// All modules, in the order of their paths.
    pub fn modules(&self) -> impl Iterator<Item = (ModuleNo, &Module)> {
        (0..).map(ModuleNo).zip(&self.modules)
    }

    /// The module at `path`.
    pub fn at(&self, path: &str) -> Option<ModuleNo> {
        self.by_path.get(path).copied()
    }

    /// The module of the repository that `name` means, imported by the file at `from`.
    pub fn imported(&self, name: &str, from: &str, language: Language) -> Option<ModuleNo> {
        candidates(name, from, language, &self.packages).iter().find_map(|it| self.at(it))
    }
}

/// The paths at which the module `name` may lie that the file at `from` imports, the likeliest first.
pub fn candidates(
    name: &str,
    from: &str,
    language: Language,
    packages: &BTreeMap<String, String>,
) -> Vec<String> {
    match language {
        Language::Python => python(name, from),
        Language::TypeScript => typescript(name, from, packages),
    }
}

fn python(name: &str, from: &str) -> Vec<String> {
    let path = name.trim_start_matches('.').replace('.', "/");
    let mut found = Vec::new();
    for start in starts(name, from) {
        let base = joined(&start, &path);
        if !path.is_empty() {
            found.push(format!("{base}.py"));
        }
        found.push(joined(&base, "__init__.py"));
    }
    found
}

/// The folders in which an import of Python may begin: for a relative one its own package's; else every folder above,
/// the nearest first, and `src` in each.
fn starts(name: &str, from: &str) -> Vec<String> {
    const MOST: usize = 12;
    let dots = name.bytes().take_while(|it| *it == b'.').count();
    let mut folder = folder_of(from);
    if dots > 0 {
        for _ in 1..dots {
            folder = folder_of(folder);
        }
        return vec![folder.to_owned()];
    }
    let mut all = Vec::new();
    for _ in 0..MOST {
        all.push(folder.to_owned());
        if folder.is_empty() {
            break;
        }
        folder = folder_of(folder);
    }
    let sources: Vec<String> = all.iter().map(|it| joined(it, "src")).collect();
    all.extend(sources);
    all
}

fn typescript(name: &str, from: &str, packages: &BTreeMap<String, String>) -> Vec<String> {
    let mut bases = Vec::new();
    if name.starts_with("./") || name.starts_with("../") || name == "." || name == ".." {
        bases.extend(resolved(folder_of(from), name));
    } else if let Some(rest) =
        name.strip_prefix("@/").or_else(|| name.strip_prefix("~/")).or_else(|| name.strip_prefix("#/"))
    {
        // What these stand for is configured; by custom it is the source folder of the nearest project.
        for start in starts("", from) {
            bases.push(joined(&start, rest));
        }
    } else {
        let parts = if name.starts_with('@') { 2 } else { 1 };
        let split = name.match_indices('/').nth(parts - 1).map(|(at, _)| at);
        let (package, rest) = split.map_or((name, ""), |at| name.split_at_checked(at).unwrap_or((name, "")));
        if let Some(folder) = packages.get(package) {
            let rest = rest.trim_start_matches('/');
            bases.push(joined(folder, rest));
            bases.push(joined(&joined(folder, "src"), rest));
        }
    }
    let mut found = Vec::new();
    for base in bases {
        let (stem, ending) = base.rsplit_once('.').unwrap_or((&base, ""));
        // What is compiled is imported under the name that it will have.
        if ["js", "mjs", "cjs", "jsx"].contains(&ending) {
            found.extend(ENDINGS.iter().map(|it| format!("{stem}{it}")));
        }
        found.push(base.clone());
        found.extend(ENDINGS.iter().map(|it| format!("{base}{it}")));
        found.extend(ENDINGS.iter().map(|it| joined(&base, &format!("index{it}"))));
    }
    found
}

/// `path` from `folder`; none where it leads out of the root.
fn resolved(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|it| !it.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// The folder that the file or folder at `path` lies in.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn joined(folder: &str, path: &str) -> String {
    match (folder.is_empty(), path.is_empty()) {
        (true, _) => path.to_owned(),
        (_, true) => folder.to_owned(),
        _ => format!("{folder}/{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_python_begin_nearby_and_relative_ones_in_their_package() {
        let found = python("tools.mail", "app/agents/desk.py");
        assert_eq!(found.first().map(String::as_str), Some("app/agents/tools/mail.py"));
        assert!(
            found.contains(&"tools/mail.py".to_owned())
                && found.contains(&"src/tools/mail/__init__.py".to_owned())
        );
        assert_eq!(python("..mail", "app/agents/desk.py"), ["app/mail.py", "app/mail/__init__.py"]);
        assert_eq!(python(".", "app/agents/desk.py"), ["app/agents/__init__.py"]);
    }

    #[test]
    fn imports_of_typescript_name_files_without_their_ending_or_with_that_of_the_output() {
        let none = BTreeMap::new();
        let found = typescript("../tools/mail.js", "src/agents/desk.ts", &none);
        assert_eq!(found.first().map(String::as_str), Some("src/tools/mail.ts"));
        assert!(
            typescript("@/lib/db", "apps/web/app/route.ts", &none)
                .contains(&"apps/web/src/lib/db.ts".to_owned())
        );
        assert!(typescript("../../../x", "a/b.ts", &none).is_empty());
        let packages = BTreeMap::from([("@acme/tools".to_owned(), "packages/tools".to_owned())]);
        assert!(
            typescript("@acme/tools/mail", "a/b.ts", &packages)
                .contains(&"packages/tools/src/mail.ts".to_owned())
        );
    }
}
