//! Paths of modules, and which of them an import means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_model::place::below;

use crate::ir::Language;

const ENDINGS: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/// What names mean that are no paths.
#[derive(Debug, Clone, Default)]
pub struct Packages {
    /// Folders of packages of the same repository, by the packages' names (`package.json`).
    pub folders: BTreeMap<String, String>,
    /// What else names may stand for, as configurations of compilers say (`tsconfig.json`).
    pub aliases: Vec<Alias>,
    /// First parts of names that mean what is known of them, even where the repository holds it: a framework and what is
    /// made with it may lie in one.
    pub outside: BTreeSet<String>,
    /// Those of them that are folders of their own in many a repository of Python: what lies there comes first.
    pub homonyms: BTreeSet<String>,
    /// Whether the whole repository is a package of Python, under a name that only whoever keeps it knows.
    pub is_package: bool,
}

/// Names that stand for a path, wherever they are imported within a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alias {
    /// The folder.
    pub within: String,
    /// What such names begin with: nothing, where any may be a path from `to`.
    pub starts: String,
    /// Whether more follows, and is a path from there; else the name is meant as a whole.
    pub is_open: bool,
    /// The path.
    pub to: String,
}

impl Alias {
    /// What the name stands for, where a file in `folder` imports it.
    fn meant(&self, name: &str, folder: &str) -> Option<String> {
        let rest = name.strip_prefix(self.starts.as_str()).filter(|it| self.is_open || it.is_empty())?;
        let is_around = self.within.is_empty()
            || folder
                .strip_prefix(self.within.as_str())
                .is_some_and(|it| it.is_empty() || it.starts_with('/'));
        is_around.then(|| joined(&self.to, rest))
    }
}

impl Packages {
    /// Whether the name is one that a configuration gives a meaning of its own.
    pub fn is_alias(&self, name: &str) -> bool {
        self.aliases.iter().any(|it| !it.starts.is_empty() && name.starts_with(it.starts.as_str()))
    }

    /// All that tells what names mean in modules of this language, but for what a catalog says of frameworks anyway.
    pub fn told(&self, language: Language) -> Vec<&str> {
        match language {
            Language::Python => {
                let own = self.homonyms.iter().map(String::as_str);
                own.chain(self.is_package.then_some("__init__")).collect()
            }
            Language::TypeScript => {
                let own = self.folders.iter().flat_map(|(name, folder)| [name.as_str(), folder.as_str()]);
                let of = self.aliases.iter().flat_map(|it| {
                    let end = if it.is_open { "*" } else { "" };
                    [it.within.as_str(), it.starts.as_str(), end, it.to.as_str()]
                });
                own.chain(of).collect()
            }
        }
    }

    fn is_outside(&self, name: &str, language: Language) -> bool {
        // In TypeScript no folder is imported by a bare name.
        let may_be_here = |it: &str| language == Language::Python && self.homonyms.contains(it);
        heads(name).any(|it| self.outside.contains(it) && !may_be_here(it))
    }
}

/// The name and its first parts: a framework may be a package of a package, `google.adk`.
pub(crate) fn heads(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.match_indices(['.', '/']).map(|(at, _)| at).chain([name.len()]);
    parts.take(3).filter_map(|at| name.get(..at))
}

/// Paths of modules.
#[derive(Debug, Default)]
pub struct Paths {
    /// Their numbers, by path.
    numbers: BTreeMap<Arc<str>, u32>,
    /// The folders in which something of a name lies, by the name up to its first dot: most imports name nothing that is
    /// here, and most places where it could be need no look.
    homes: BTreeMap<Box<str>, BTreeSet<Box<str>>>,
    packages: Arc<Packages>,
}

impl Paths {
    /// The paths, each with its place in `all` as its number.
    pub fn new(all: impl IntoIterator<Item = Arc<str>>, packages: Arc<Packages>) -> Self {
        let mut paths = Self { packages, ..Self::default() };
        let mut folders: BTreeSet<Box<str>> = BTreeSet::new();
        for (no, path) in (0..).zip(all) {
            let mut rest = &*path;
            loop {
                let (folder, name) = rest.rsplit_once('/').unwrap_or(("", rest));
                paths.homes.entry(stem(name).into()).or_default().insert(folder.into());
                // A folder that is known has known folders around it.
                if folder.is_empty() || !folders.insert(folder.into()) {
                    break;
                }
                rest = folder;
            }
            paths.numbers.insert(path, no);
        }
        paths
    }

    /// The number of `path`.
    pub fn number(&self, path: &str) -> Option<u32> {
        self.numbers.get(path).copied()
    }

    /// The path that `name` means, imported by the file at `from`: the likeliest of those that are here.
    pub fn imported(&self, name: &str, from: &str, language: Language) -> Option<u32> {
        let mut found = None;
        self.each(name, from, language, &mut |it| {
            found = self.number(it);
            found.is_some()
        });
        found
    }

    /// All paths that `name` may mean, the likeliest first.
    pub fn candidates(&self, name: &str, from: &str, language: Language) -> Vec<u32> {
        let mut found = Vec::new();
        self.each(name, from, language, &mut |it| {
            found.extend(self.number(it));
            false
        });
        found
    }

    /// Calls `take` for where the module `name` may lie that the file at `from` imports, the likeliest first, until it has
    /// what it wants.
    fn each(&self, name: &str, from: &str, language: Language, take: &mut dyn FnMut(&str) -> bool) {
        if self.packages.is_outside(name, language) {
            return;
        }
        let mut text = String::new();
        let mut take = |parts: &[&str]| {
            text.clear();
            parts.iter().for_each(|it| text.push_str(it));
            take(&text)
        };
        match language {
            Language::Python => self.python(name, from, &mut take),
            Language::TypeScript => self.typescript(name, from, &mut take),
        }
    }

    fn python(&self, name: &str, from: &str, take: &mut dyn FnMut(&[&str]) -> bool) {
        let plain = name.trim_start_matches('.');
        if plain.is_empty() {
            for start in starts(name, from) {
                take(&[&start, between(&start, "_"), "__init__.py"]);
            }
            return;
        }
        let first = plain.split('.').next().unwrap_or(plain);
        let is_relative = plain.len() < name.len();
        let homes = self.homes.get(stem(first));
        let homes = homes.filter(|it| is_relative || it.iter().any(|it| begins(it, folder_of(from))));
        let Some(homes) = homes else {
            if !is_relative
                && self.packages.is_package
                && let Some((_, within)) = plain.split_once('.')
            {
                let path = within.replace('.', "/");
                let _ = take(&[&path, ".py"]) || take(&[&path, "/__init__.py"]);
            }
            return;
        };
        let path = plain.replace('.', "/");
        for start in starts(name, from).iter().filter(|it| homes.contains(it.as_str())) {
            let between = between(start, &path);
            if take(&[start, between, &path, ".py"]) || take(&[start, between, &path, "/__init__.py"]) {
                return;
            }
        }
    }

    fn typescript(&self, name: &str, from: &str, take: &mut dyn FnMut(&[&str]) -> bool) {
        for base in self.bases(name, from) {
            let (folder, last) = base.rsplit_once('/').unwrap_or(("", &base));
            let is_here = self.homes.get(stem(last)).is_some_and(|it| it.contains(folder));
            if !is_here && !base.is_empty() {
                continue;
            }
            let (stem, ending) = base.rsplit_once('.').unwrap_or((&base, ""));
            // What is compiled is imported under the name that it will have.
            let is_compiled = ["js", "mjs", "cjs", "jsx"].contains(&ending);
            let between = between(&base, "index");
            if is_compiled && ENDINGS.iter().any(|it| take(&[stem, it]))
                || take(&[&base])
                || ENDINGS.iter().any(|it| take(&[&base, it]))
                || ENDINGS.iter().any(|it| take(&[&base, between, "index", it]))
            {
                return;
            }
        }
    }

    /// What a module of TypeScript may be called, without its ending.
    fn bases(&self, name: &str, from: &str) -> Vec<String> {
        if name.starts_with("./") || name.starts_with("../") || name == "." || name == ".." {
            return below(folder_of(from), name).into_iter().collect();
        }
        let aliases = self.packages.aliases.iter();
        let mut bases: Vec<String> = aliases.filter_map(|it| it.meant(name, folder_of(from))).collect();
        let alias = ["@/", "~/", "#/"].iter().find_map(|it| name.strip_prefix(it));
        if let Some(rest) = alias {
            // What these stand for is configured; by custom it is the source folder of the nearest project.
            bases.extend(starts("", from).iter().map(|it| joined(it, rest)));
            return bases;
        }
        let parts = if name.starts_with('@') { 2 } else { 1 };
        let split = name.match_indices('/').nth(parts - 1).map(|(at, _)| at);
        let (package, rest) = split.and_then(|at| name.split_at_checked(at)).unwrap_or((name, ""));
        if let Some(folder) = self.packages.folders.get(package) {
            let rest = rest.trim_start_matches('/');
            bases.extend([joined(folder, rest), joined(&joined(folder, "src"), rest)]);
        }
        bases
    }
}

/// The name of a file or folder up to its first dot.
fn stem(name: &str) -> &str {
    name.trim_start_matches('.').split('.').next().unwrap_or_default()
}

/// What stands between two parts of a path.
fn between(folder: &str, path: &str) -> &'static str {
    if folder.is_empty() || path.is_empty() { "" } else { "/" }
}

/// Whether an import of Python may begin in `start` that a file in `folder` has.
fn begins(start: &str, folder: &str) -> bool {
    let is_around = |it: &str| {
        it.is_empty() || folder.strip_prefix(it).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    is_around(start) || start == "src" || start.strip_suffix("/src").is_some_and(is_around)
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

/// The folder that the file or folder at `path` lies in.
pub(crate) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn joined(folder: &str, path: &str) -> String {
    [folder, between(folder, path), path].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[&str], (name, from): (&str, &str), language: Language) -> Vec<String> {
        let packages = Packages {
            folders: BTreeMap::from([("@acme/tools".to_owned(), "packages/tools".to_owned())]),
            aliases: vec![
                alias("apps/desk", ("@lib/", true), "apps/desk/source/lib"),
                alias("apps/desk", ("$mail", false), "apps/desk/source/lib/mail.ts"),
                alias("apps/desk", ("", true), "apps/desk/source"),
            ],
            outside: BTreeSet::from(["google.adk".to_owned(), "google".to_owned()]),
            homonyms: BTreeSet::from(["google".to_owned()]),
            is_package: files.contains(&"__init__.py"),
        };
        let paths = Paths::new(files.iter().map(|it| Arc::from(*it)), Arc::new(packages));
        let all = paths.candidates(name, from, language);
        assert_eq!(paths.imported(name, from, language), all.first().copied());
        all.into_iter().map(|it| files[it as usize].to_owned()).collect()
    }

    fn alias(within: &str, (starts, is_open): (&str, bool), to: &str) -> Alias {
        Alias { within: within.to_owned(), starts: starts.to_owned(), is_open, to: to.to_owned() }
    }

    #[test]
    fn names_of_typescript_may_stand_for_paths() {
        let files = ["apps/desk/source/lib/mail.ts", "packages/tools/src/mail.ts"];
        let of = |name: &str, from: &str| found(&files, (name, from), Language::TypeScript);
        for name in ["@lib/mail", "@lib/mail.js", "$mail", "lib/mail"] {
            assert_eq!(of(name, "apps/desk/source/a/b.ts"), ["apps/desk/source/lib/mail.ts"], "{name}");
            assert_eq!(of(name, "apps/desktop/b.ts"), [""; 0], "{name}");
        }
        assert_eq!(of("$mail/x", "apps/desk/b.ts"), [""; 0]);
        assert_eq!(of("@acme/tools/mail", "apps/desk/b.ts"), ["packages/tools/src/mail.ts"]);
    }

    #[test]
    fn imports_of_python_begin_nearby_and_relative_ones_in_their_package() {
        let files = [
            "src/tools/mail/__init__.py",
            "tools/mail.py",
            "app/mail.py",
            "app/agents/tools/mail.py",
            "app/agents/__init__.py",
            "other/tools/mail.py",
            "app/mail/__init__.py",
        ];
        let of = |name: &str| found(&files, (name, "app/agents/desk.py"), Language::Python);
        assert_eq!(
            of("tools.mail"),
            ["app/agents/tools/mail.py", "tools/mail.py", "src/tools/mail/__init__.py"]
        );
        assert_eq!(of("..mail"), ["app/mail.py", "app/mail/__init__.py"]);
        assert_eq!(of("."), ["app/agents/__init__.py"]);
        assert_eq!(of("os"), [""; 0]);
        let whole = ["__init__.py", "tools/mail.py", "desk.py", "requests/__init__.py"];
        let of = |name: &str| found(&whole, (name, "desk.py"), Language::Python);
        assert_eq!(of("acme.tools.mail"), ["tools/mail.py"]);
        assert_eq!((of("acme"), of("acme.os"), of("requests.desk")), (vec![], vec![], vec![]));
        let whole = &whole[1..];
        assert_eq!(found(whole, ("acme.tools.mail", "desk.py"), Language::Python), [""; 0]);
        let own = ["google/adk/agents.py", "google/own.py", "adk/agents.py"];
        let of = |name: &str| found(&own, (name, "google/app.py"), Language::Python);
        assert_eq!(
            (of("google.adk.agents"), of("google.own")),
            (Vec::new(), vec!["google/own.py".to_owned()])
        );
    }

    #[test]
    fn imports_of_typescript_name_files_without_their_ending_or_with_that_of_the_output() {
        let files = [
            "src/tools/mail.js",
            "src/tools/mail.ts",
            "apps/web/src/lib/db.ts",
            "packages/tools/src/mail.ts",
            "src/tools/index.ts",
            "b.ts",
        ];
        let of = |name: &str, from: &str| found(&files, (name, from), Language::TypeScript);
        assert_eq!(
            of("../tools/mail.js", "src/agents/desk.ts"),
            ["src/tools/mail.ts", "src/tools/mail.js", "src/tools/mail.js"]
        );
        assert_eq!(of("../tools", "src/agents/desk.ts"), ["src/tools/index.ts"]);
        assert_eq!(of("@/lib/db", "apps/web/app/route.ts"), ["apps/web/src/lib/db.ts"]);
        assert_eq!(of("@acme/tools/mail", "a/b.ts"), ["packages/tools/src/mail.ts"]);
        assert_eq!(of("../../../x", "a/b.ts"), [""; 0]);
        assert_eq!(of("./b", "a.ts"), ["b.ts"]);
    }
}
