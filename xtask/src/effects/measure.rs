//! Labelled functions, and what is read of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

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

/// Reads the functions that `labelled` is about. `files` are all files of one repository, by path.
pub fn read(files: &BTreeMap<String, String>, labelled: &[Labelled], catalog: &Catalog) -> Vec<Read> {
    let modules = files.iter().filter_map(|(path, text)| match path.rsplit_once('.')?.1 {
        "py" => Some(python::parse(path, text)),
        "ipynb" => Some(python::notebook(path, text)),
        "ts" | "tsx" | "js" | "mjs" | "jsx" => Some(typescript::parse(path, text)),
        _ => None,
    });
    let world = World::new(modules.collect(), BTreeMap::new());
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
pub fn of(effect: &OwnEffect) -> String {
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
        let found: BTreeSet<&String> = one.found.keys().collect();
        let truth: BTreeSet<&String> = one.labelled.effects.iter().collect();
        right += usize::from(found == truth);
        for it in truth.union(&found) {
            let tally = by_kind.entry(kind(it)).or_default();
            match (truth.contains(*it), found.contains(*it)) {
                (true, true) => (tally.hits, all.hits) = (tally.hits + 1, all.hits + 1),
                (true, false) => (tally.misses, all.misses) = (tally.misses + 1, all.misses + 1),
                _ => (tally.alarms, all.alarms) = (tally.alarms + 1, all.alarms + 1),
            }
        }
    }
    (by_kind, all, right)
}

/// What differs, function by function.
pub fn differences(read: &[Read]) -> String {
    let mut text = String::new();
    for one in read {
        let missed: Vec<&String> =
            one.labelled.effects.iter().filter(|it| !one.found.contains_key(*it)).collect();
        let more: Vec<&String> = one.found.keys().filter(|it| !one.labelled.effects.contains(*it)).collect();
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
