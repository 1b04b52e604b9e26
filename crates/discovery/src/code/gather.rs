//! What has to do with the files that were found: what they import, and what imports them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ambit_code::follow::paths::{Packages, Paths};
use ambit_code::follow::programs::{Outline, Outlined, within};
use ambit_code::ir::{Fault, Language, Module};
use ambit_model::parallel;
use serde::{Deserialize, Serialize};

use super::{Glance, LARGEST, compiled, language, parse};
use crate::cache::{Kept, Sum};
use crate::source::Entry;

/// How many files are looked at altogether.
const MOST_FILES: usize = 20_000;
/// Through how many files a module may be passed on to whoever imports it.
const MOST_PASSES: usize = 3;
/// Of how much text modules are held until they are followed. What is beyond is parsed once more, and needs no room until then.
const HELD: usize = 4 * 1024 * 1024;

/// What is looked at.
pub(crate) struct Tree<'t> {
    /// All files, in the order of their paths.
    pub(crate) files: &'t [Entry],
    /// What a glance has told of them, by their places in the list.
    pub(crate) glances: &'t BTreeMap<usize, Glance>,
    /// Folders of the repository's own packages.
    pub(crate) packages: Arc<Packages>,
    /// The text of the file at a path.
    pub(crate) open: &'t (dyn Fn(&str) -> Option<String> + Sync),
    /// What was kept of an earlier reading.
    pub(crate) kept: Option<&'t Kept>,
}

/// A file of code that is looked at.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(super) outlined: Outlined,
    /// What of it did not parse.
    pub(super) faults: Vec<Fault>,
    /// Whether it is one of the files that were found, and not only near one.
    pub(super) is_found: bool,
    /// How long it is.
    pub(super) size: usize,
    /// The sum of its text and of what says how it is read, where something is kept.
    pub(super) sum: Option<Sum>,
    /// All of it, where there was room.
    pub(super) module: Option<Module>,
}

impl Piece {
    /// Its path.
    pub(crate) fn path(&self) -> &str {
        &self.outlined.path
    }
}

/// The files that have to do with `seeds`, in the order of their paths: what they import, and what imports them.
pub(crate) fn gather(seeds: &[usize], tree: &Tree<'_>) -> Vec<Piece> {
    let openable = |it: &Entry| it.barred.is_none() && it.size <= LARGEST && language(&it.path).is_some();
    let has = |path: &str| tree.files.binary_search_by(|it| it.path.as_str().cmp(path)).is_ok();
    let is_meant = |it: &Entry| openable(it) && !compiled::sources(&it.path).any(|it| has(&it));
    let code: Vec<usize> =
        tree.files.iter().enumerate().filter(|(_, it)| is_meant(it)).map(|(index, _)| index).collect();
    let paths = code.iter().filter_map(|it| tree.files.get(*it)).map(|it| Arc::from(it.path.as_str()));
    let paths = Paths::new(paths, Arc::clone(&tree.packages));
    let held = AtomicUsize::new(0);
    let found: BTreeSet<usize> = seeds.iter().copied().filter(|it| code.binary_search(it).is_ok()).collect();
    let mut seen = found.clone();
    seen.extend(importers(&found, &code, tree));
    let mut todo: Vec<usize> = seen.iter().copied().collect();
    let mut pieces: Vec<Piece> = Vec::new();
    while !todo.is_empty() {
        let one = |index: &usize| {
            let piece = Piece { is_found: found.contains(index), ..piece(*index, tree, &held)? };
            let near = neighbours(&piece.outlined, &paths);
            Some((piece, near))
        };
        let mut near = BTreeSet::new();
        for (piece, around) in parallel::map(&todo, one).into_iter().flatten() {
            let around = around.into_iter().filter_map(|it| code.get(it as usize)).copied();
            near.extend(around.filter(|it| !seen.contains(it)));
            pieces.push(piece);
        }
        todo = near.into_iter().take(MOST_FILES.saturating_sub(pieces.len())).collect();
        seen.extend(&todo);
    }
    pieces.sort_by(|a, b| a.outlined.path.cmp(&b.outlined.path));
    pieces
}

/// What of a file is kept from one reading to the next.
#[derive(Debug, Serialize, Deserialize)]
struct Glimpse {
    outline: Outline,
    faults: Vec<Fault>,
}

fn piece(index: usize, tree: &Tree<'_>, held: &AtomicUsize) -> Option<Piece> {
    const KIND: &str = "outlines";
    let path = &tree.files.get(index)?.path;
    let language = language(path)?;
    let text = (tree.open)(path)?;
    let size = text.len();
    // The ending says in which dialect it is parsed.
    let ending = path.rsplit('.').next().unwrap_or_default();
    let kept = tree.kept.map(|it| (it, Sum::of([ending, text.as_str()])));
    let of = |outline: Outline| Outlined { path: path.as_str().into(), language, outline: Arc::new(outline) };
    if let Some((known, sum)) = &kept
        && let Some(Glimpse { outline, faults }) = known.get(KIND, sum)
    {
        return Some(Piece {
            outlined: of(outline),
            faults,
            size,
            is_found: false,
            sum: Some(sum.clone()),
            module: None,
        });
    }
    let mut module = parse(path, &text, language);
    let glimpse = Glimpse { outline: Outline::of(&module), faults: std::mem::take(&mut module.faults) };
    if let Some((known, sum)) = &kept {
        known.put(KIND, sum, &glimpse);
    }
    let Glimpse { outline, faults } = glimpse;
    let has_room = held.fetch_add(size, Ordering::Relaxed) < HELD;
    let module = has_room.then_some(module);
    Some(Piece { outlined: of(outline), faults, size, is_found: false, sum: kept.map(|it| it.1), module })
}

/// Where what the module imports or passes on may lie.
fn neighbours(module: &Outlined, paths: &Paths) -> BTreeSet<u32> {
    let (path, language) = (&module.path, module.language);
    let mut found = BTreeSet::new();
    for (name, symbol) in &module.outline.imports {
        found.extend(paths.candidates(name, path, language));
        if let (Language::Python, Some(symbol)) = (language, symbol) {
            found.extend(paths.candidates(&within(name, symbol), path, language));
        }
    }
    for name in &module.outline.passes {
        found.extend(paths.candidates(name, path, language));
    }
    found
}

/// Files of `code` that import one of `seeds`, be it from a file that passes on what others hold: they may be what starts it.
fn importers(seeds: &BTreeSet<usize>, code: &[usize], tree: &Tree<'_>) -> BTreeSet<usize> {
    let mut seen = seeds.clone();
    let mut of = seeds.clone();
    for _ in 0..MOST_PASSES {
        let near = importers_of(&of, (&seen, code), tree);
        seen.extend(&near);
        let passes = |it: &usize| tree.files.get(*it).is_some_and(|it| passes_on(&it.path));
        of = near.into_iter().filter(passes).collect();
        if of.is_empty() {
            break;
        }
    }
    seen.difference(seeds).copied().collect()
}

/// Whether the file stands for its folder, whatever else is in that.
fn passes_on(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    ["__init__", "index"].contains(&name.split('.').next().unwrap_or(name))
}

/// The same, in one step, of those that are not `seen` yet.
fn importers_of(
    seeds: &BTreeSet<usize>,
    (seen, code): (&BTreeSet<usize>, &[usize]),
    tree: &Tree<'_>,
) -> Vec<usize> {
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let name = name.split('.').next().unwrap_or(name);
        let folder = path.rsplit('/').nth(1).unwrap_or_default();
        if passes_on(path) { folder.to_owned() } else { name.to_owned() }
    };
    let of_seeds = || seeds.iter().filter_map(|it| Some(tree.files.get(*it)?.path.as_str()));
    let stems: BTreeSet<String> = of_seeds().map(stem).filter(|it| !it.is_empty()).collect();
    let paths = Paths::new(of_seeds().map(Arc::from), Arc::clone(&tree.packages));
    let is_near = |index: &usize| {
        let Some(file) = tree.files.get(*index) else { return false };
        let Some(language) = language(&file.path) else { return false };
        let opened = || Some(Glance::of((tree.open)(&file.path)?.as_bytes()));
        let glanced = tree.glances.get(index);
        let own = if glanced.is_none() { opened() } else { None };
        glanced.or(own.as_ref()).into_iter().flat_map(Glance::imports).any(|name| {
            let last =
                name.rsplit(['.', '/']).find(|it| !["js", "ts", "mjs"].contains(it)).unwrap_or_default();
            let is_near = stems.contains(last)
                || name.split(['.', '/']).any(|it| stems.contains(it))
                || tree.packages.folders.contains_key(name)
                || tree.packages.is_alias(name);
            is_near && paths.imported(name, &file.path, language).is_some() || last.is_empty()
        })
    };
    let others: Vec<usize> = code.iter().copied().filter(|it| !seen.contains(it)).take(MOST_FILES).collect();
    let near = parallel::map(&others, is_near);
    others.into_iter().zip(near).filter(|(_, near)| *near).map(|(it, _)| it).collect()
}
