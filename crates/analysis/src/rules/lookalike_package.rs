//! A package whose name is nearly that of a known one.

use std::collections::BTreeSet;

use ambit_model::facts::Package;
use ambit_model::{Confidence, Exposure, RuleInfo};

use super::unpinned_package::tier;
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
    for (id, facts, places) in scene.started() {
        let Some(package) = &facts.launch.package else { continue };
        let own = plain(&package.ecosystem, &package.name);
        let known: BTreeSet<&str> = scene
            .catalog
            .packages()
            .filter_map(|(it, _)| it.split_once(':'))
            .filter_map(|(ecosystem, name)| (ecosystem == package.ecosystem).then_some(name))
            .collect();
        if known.iter().any(|it| plain(&package.ecosystem, it) == own) {
            continue;
        }
        let Some(meant) = known.iter().find(|it| is_lookalike(&own, &plain(&package.ecosystem, it))) else {
            continue;
        };
        let Package { ecosystem, name, .. } = package;
        let shown = name.escape_default();
        let message =
            format!("`{}` runs the {ecosystem} package `{shown}`; the known one is `{meant}`", facts.name);
        let mut seen = Seen::fact(id, id, (tier(&facts.launch), Exposure::Open), places).says(message);
        seen.confidence = Confidence::Possible;
        sink.report(seen);
    }
}

/// The name as its registry tells names apart.
fn plain(ecosystem: &str, name: &str) -> String {
    let lower = name.to_lowercase();
    if ecosystem == "pypi" { lower.replace(['_', '.'], "-") } else { lower }
}

fn is_lookalike(name: &str, known: &str) -> bool {
    let long = name.chars().count() >= SHORTEST && known.chars().count() >= SHORTEST;
    long && (strsim::osa_distance(name, known) == 1
        || skeleton(name) == skeleton(known)
        || is_reordered(name, known))
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
fn is_reordered(name: &str, known: &str) -> bool {
    let (a, b) = (words(name), words(known));
    let sorted = |it: &[String]| it.iter().cloned().collect::<BTreeSet<String>>();
    a.len() == b.len() && a.len() > 1 && a != b && sorted(&a) == sorted(&b) || is_unscoped(name, known)
}

/// Whether `name` writes the scope of `known` into its own name.
fn is_unscoped(name: &str, known: &str) -> bool {
    known.starts_with('@') && !name.starts_with('@') && words(name) == words(known)
}

/// Half of all packages say `mcp` and `server`, in either order: that makes none of them a copy of another.
fn words(name: &str) -> Vec<String> {
    let all = name.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    all.filter(|it| !["mcp", "server"].contains(it)).map(str::to_owned).collect()
}
