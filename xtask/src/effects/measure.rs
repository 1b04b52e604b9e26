//! Labelled functions, and what is read of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_code::follow::{Follower, World};
use ambit_code::{effects, python, typescript};
use ambit_model::facts::OwnEffect;
use ambit_model::{Confidence, Effect};

/// A function with what a reader says it does.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// The file.
    pub path: String,
    /// Its first line may be this one or any after it.
    pub line: u32,
    /// Its effects, as labels.
    pub effects: BTreeSet<String>,
}

/// What was read of one labelled function.
#[derive(Debug, Clone)]
pub struct Read {
    /// The label.
    pub labelled: Labelled,
    /// Its name, or that it has none.
    pub name: String,
    /// What was read, as labels, with whether it is only possible.
    pub found: BTreeMap<String, bool>,
}

/// The labels in the comments of `text`.
pub fn labels(path: &str, text: &str) -> Vec<Labelled> {
    let mut all: Vec<Labelled> = Vec::new();
    let mut open: Option<BTreeSet<String>> = None;
    for (line, number) in text.lines().zip(1u32..) {
        let line = line.trim();
        match line.strip_prefix("#: ").or_else(|| line.strip_prefix("//: ")) {
            Some("nothing") => {
                open.get_or_insert_with(BTreeSet::new);
            }
            Some(label) => {
                open.get_or_insert_with(BTreeSet::new).insert(label.trim().to_owned());
            }
            None => all.extend(open.take().map(|effects| Labelled {
                path: path.to_owned(),
                line: number,
                effects,
            })),
        }
    }
    all
}

/// Expectations that stand apart from the code: a line `path:line`, and below it, indented, a line for each effect.
pub fn apart(text: &str) -> Vec<Labelled> {
    let mut all: Vec<Labelled> = Vec::new();
    for line in text.lines().filter(|it| !it.starts_with('#') && !it.trim().is_empty()) {
        if let Some(label) = line.strip_prefix("  ") {
            if let Some(last) = all.last_mut().filter(|_| label != "nothing") {
                last.effects.insert(label.to_owned());
            }
        } else if let Some((path, line)) = line.rsplit_once(':') {
            let line = line.parse().unwrap_or(1);
            all.push(Labelled { path: path.to_owned(), line, effects: BTreeSet::new() });
        }
    }
    all
}

/// Whether what was found is what the label says: all of it, or its kind and its place where the label says no more, or its
/// kind alone.
fn fits(label: &str, found: &str) -> bool {
    let label = label.trim_start_matches('?');
    if label == found || found.split(' ').next() == Some(label) {
        return true;
    }
    let Some((kind, place)) = label.split_once(' ') else { return false };
    let short = ["channel:", "store:", "memory:", "env:"].iter().any(|it| place.starts_with(it));
    short && found.starts_with(kind) && found.strip_suffix(place).is_some_and(|it| it.ends_with(' '))
}

/// The same where the reader has only said kinds of effects: kinds are compared, each once.
pub fn by_kind(read: Vec<Read>) -> Vec<Read> {
    let kind = |it: &str| it.split(' ').next().unwrap_or(it).to_owned();
    let only_kinds = |it: &Read| it.found.iter().map(|(it, possible)| (kind(it), *possible)).collect();
    read.into_iter().map(|it| Read { found: only_kinds(&it), ..it }).collect()
}

/// What of a function both say, only the reader, only the program.
fn compared(one: &Read) -> (Vec<&String>, Vec<&String>, Vec<&String>) {
    let labels = || one.labelled.effects.iter();
    let said = |it: &&String| labels().any(|label| fits(label, it));
    let found = |it: &&String| one.found.keys().any(|found| fits(it, found));
    let hits = labels().filter(|it| !it.starts_with('?')).filter(found).collect();
    let misses = labels().filter(|it| !it.starts_with('?')).filter(|it| !found(it)).collect();
    let alarms = one.found.keys().filter(|it| !said(it)).collect();
    (hits, misses, alarms)
}

/// Reads the functions that `labelled` is about. `files` are all files of one repository, by path.
pub fn read(files: &BTreeMap<String, String>, labelled: &[Labelled], catalog: &Catalog) -> Vec<Read> {
    let modules = files.iter().filter_map(|(path, text)| match path.rsplit_once('.')?.1 {
        "py" => Some(python::parse(path, text)),
        "ipynb" => Some(python::notebook(path, text)),
        "ts" | "tsx" | "js" | "mjs" | "jsx" => Some(typescript::parse(path, text)),
        _ => None,
    });
    let world = World::new(modules.collect(), Arc::default());
    let mut follower = Follower::new(&world);
    follower.run();
    let functions = follower.functions();
    let mut all = Vec::new();
    for label in labelled {
        let known = functions.iter().filter_map(|(key, value)| {
            let module = world.module(key.0).filter(|it| *it.path == *label.path)?;
            let facts = module.function(key.1)?;
            (facts.at.line >= label.line).then_some((facts.at, facts.name.clone(), value))
        });
        let first = known.min_by_key(|it| it.0);
        let Some((_, name, value)) = first else {
            all.push(Read { labelled: label.clone(), name: "not found".to_owned(), found: BTreeMap::new() });
            continue;
        };
        let found = effects::of(value, &mut follower, catalog).all();
        let found = found.iter().map(|it| (of(it), it.confidence == Confidence::Possible)).collect();
        let name = name.map_or_else(|| "a function without a name".to_owned(), |it| it.to_string());
        all.push(Read { labelled: label.clone(), name, found });
    }
    all
}

/// The effect as a label.
fn of(effect: &OwnEffect) -> String {
    let on = effect.on.id.as_str();
    match &effect.effect {
        Effect::Ingests { trust } => format!("ingests {trust} {on}"),
        Effect::Reads { level, .. } => format!("reads {level} {on}"),
        Effect::Sends { audience, bandwidth } => format!("sends {audience} {bandwidth} {on}"),
        Effect::Writes { reversibility, blast_radius } => {
            format!("writes {reversibility} {blast_radius} {on}")
        }
        Effect::Executes { r#where } => format!("executes {where}"),
        Effect::Spends { limit: None } => format!("spends {on}"),
        Effect::Spends { limit: Some(_) } => format!("spends bounded {on}"),
        Effect::Grants => format!("grants {on}"),
        Effect::Remembers { .. } => format!("remembers {on}"),
        Effect::Recalls { .. } => format!("recalls {on}"),
        Effect::Delegates { .. } => format!("delegates {on}"),
        Effect::Unknown => format!("unknown {}", on.strip_prefix("env:unknown/").unwrap_or(on)),
    }
}

/// Agreement on one kind of effect.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Effects that both say.
    pub hits: usize,
    /// Effects that only the reader says.
    pub misses: usize,
    /// Effects that only the program says.
    pub alarms: usize,
}

impl Tally {
    /// The share of the reader's effects that were found.
    pub fn recall(self) -> f64 {
        share(self.hits, self.hits + self.misses)
    }

    /// The share of what was found that the reader says too.
    pub fn precision(self) -> f64 {
        share(self.hits, self.hits + self.alarms)
    }
}

fn share(good: usize, all: usize) -> f64 {
    let number = |it: usize| u32::try_from(it).map_or(f64::MAX, f64::from);
    if all == 0 { 1.0 } else { number(good) / number(all) }
}

/// Agreement by kind of effect, and over all, and how many functions are right in every effect.
pub fn tallies(read: &[Read]) -> (BTreeMap<String, Tally>, Tally, usize) {
    let mut by_kind: BTreeMap<String, Tally> = BTreeMap::new();
    let mut all = Tally::default();
    let mut right = 0;
    let kind = |it: &str| it.split(' ').next().unwrap_or(it).to_owned();
    for one in read {
        let (hits, misses, alarms) = compared(one);
        right += usize::from(misses.is_empty() && alarms.is_empty());
        let mut count = |list: Vec<&String>, add: fn(&mut Tally)| {
            for it in list {
                add(by_kind.entry(kind(it)).or_default());
                add(&mut all);
            }
        };
        count(hits, |it| it.hits += 1);
        count(misses, |it| it.misses += 1);
        count(alarms, |it| it.alarms += 1);
    }
    (by_kind, all, right)
}

/// What differs, function by function.
pub fn differences(read: &[Read]) -> String {
    let mut text = String::new();
    for one in read {
        let (_, missed, more) = compared(one);
        if missed.is_empty() && more.is_empty() {
            continue;
        }
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "- `{}:{}` {}", one.labelled.path, one.labelled.line, one.name);
        missed.iter().for_each(|it| {
            let _ = writeln!(text, "  - missed: {it}");
        });
        more.iter().for_each(|it| {
            let _ = writeln!(text, "  - more: {it}");
        });
    }
    text
}
