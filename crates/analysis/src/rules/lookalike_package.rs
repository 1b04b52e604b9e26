//! A package whose name is nearly that of a known one.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::Package;
use ambit_model::{Confidence, Exposure, RuleInfo};

use super::unpinned_package::{lines, tier};
use super::{Rule, Seen, Sink};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "lookalike-package",
        title: "Its name is nearly that of a package people mean",
        categories: &["ASI04:2026", "LLM03:2025", "MCP04:2025", "AML.T0010.005", "AML.T0074"],
        page: include_str!("lookalike_package.md"),
    },
    check,
};

/// Shorter names are too near to each other to say anything.
const SHORTEST: usize = 6;

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    let mut known = BTreeMap::new();
    for (id, facts, places) in scene.started() {
        let Some(package) = &facts.launch.package else { continue };
        let places = lines(package, places);
        let own = Name::of(&package.ecosystem, &package.name);
        let known = known.entry(&package.ecosystem).or_insert_with(|| known_of(scene, &package.ecosystem));
        if known.contains_key(&own.plain) {
            continue;
        }
        let Some(meant) = known.values().find(|it| is_lookalike(&own, it)) else { continue };
        let Package { ecosystem, name, .. } = package;
        let shown = name.escape_default();
        let message = format!(
            "`{}` runs the {ecosystem} package `{shown}`; the known one is `{}`",
            facts.name, meant.raw
        );
        let mut seen = Seen::fact(id, id, (tier(&facts.launch), Exposure::Open), places).says(message);
        seen.confidence = Confidence::Possible;
        sink.report(seen);
    }
}

/// A package's name, and what it is compared by.
struct Name<'a> {
    raw: &'a str,
    plain: String,
    length: usize,
    skeleton: String,
    /// The words that say something.
    words: Vec<String>,
    sorted: BTreeSet<String>,
}

impl<'a> Name<'a> {
    fn of(ecosystem: &str, raw: &'a str) -> Self {
        let plain = plain(ecosystem, raw);
        let words = words(&plain);
        let sorted = words.iter().cloned().collect();
        Self { raw, length: plain.chars().count(), skeleton: skeleton(&plain), words, sorted, plain }
    }
}

/// The known packages of an ecosystem.
fn known_of<'a>(scene: &Scene<'a>, ecosystem: &str) -> BTreeMap<String, Name<'a>> {
    let all = scene.catalog.packages().filter_map(|(it, _)| it.split_once(':'));
    let own = all.filter(|(it, _)| *it == ecosystem).map(|(_, name)| Name::of(ecosystem, name));
    own.map(|it| (it.plain.clone(), it)).collect()
}

/// The name as its registry tells names apart.
fn plain(ecosystem: &str, name: &str) -> String {
    let lower = name.to_lowercase();
    if ecosystem == "pypi" { lower.replace(['_', '.'], "-") } else { lower }
}

fn is_lookalike(name: &Name<'_>, known: &Name<'_>) -> bool {
    if name.length < SHORTEST || known.length < SHORTEST {
        return false;
    }
    name.length.abs_diff(known.length) <= 1 && strsim::osa_distance(&name.plain, &known.plain) == 1
        || name.skeleton == known.skeleton
        || is_reordered(name, known)
}

/// The name with characters that look alike made equal.
fn skeleton(name: &str) -> String {
    let one = |it: char| match it {
        '0' | 'о' | 'ο' => 'o',
        '1' | 'l' | 'і' | 'ı' => 'i',
        'а' | 'α' => 'a',
        'е' | 'ε' => 'e',
        'с' => 'c',
        'р' => 'p',
        'х' => 'x',
        'у' => 'y',
        'ѕ' | '5' => 's',
        other => other,
    };
    let folded: String = name.chars().map(one).collect();
    folded.replace("rn", "m").replace("vv", "w")
}

/// Whether the words that say something stand in another order, the scope among them.
fn is_reordered(name: &Name<'_>, known: &Name<'_>) -> bool {
    let (a, b) = (&name.words, &known.words);
    a.len() == b.len() && a.len() > 1 && a != b && name.sorted == known.sorted || is_unscoped(name, known)
}

/// Whether `name` writes the scope of `known` into its own name.
fn is_unscoped(name: &Name<'_>, known: &Name<'_>) -> bool {
    known.plain.starts_with('@') && !name.plain.starts_with('@') && name.words == known.words
}

/// Half of all packages say `mcp` and `server`, in either order: that makes none of them a copy of another.
fn words(name: &str) -> Vec<String> {
    let all = name.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    all.filter(|it| !["mcp", "server"].contains(it)).map(str::to_owned).collect()
}
