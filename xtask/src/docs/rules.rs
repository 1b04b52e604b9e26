//! `docs/rules.md`: every rule by family, with its page.

use std::fmt::Write as _;

use ambit_analysis::rules::{ALL, Rule};

use super::{cell, heading};

/// Families in the order of the page. A rule of none is listed last.
const FAMILIES: [(&str, &[&str]); 5] = [
    (
        "Compositions",
        &[
            "lethal-trifecta",
            "hijackable-action",
            "unguarded-consequence",
            "stored-injection",
            "cross-agent-escalation",
            "metadata-as-instruction",
            "credential-exposure",
        ],
    ),
    (
        "Bounds that are missing or fake",
        &[
            "approval-bypassed",
            "sandbox-off",
            "wildcard-permission",
            "project-starts-servers",
            "hook-runs-project-code",
            "permission-conflict",
            "broad-filesystem",
            "behavioral-only",
        ],
    ),
    (
        "Supply and integrity",
        &[
            "unpinned-package",
            "unpinned-image",
            "lookalike-package",
            "tool-shadowing",
            "hidden-instructions",
            "annotation-contradiction",
        ],
    ),
    ("Secrets and transport", &["inline-secret", "plaintext-transport", "unauthenticated-remote"]),
    ("What is not known", &["unknown-reach"]),
];

pub(super) fn page() -> String {
    let mut out = heading("Rules");
    out.push_str(
        "A rule looks at the reach map, never at a file. Its page says why it matters, shows a configuration in \
         which it fires and the nearest one in which it does not, and where it ends; the examples are tests. \
         `ambit explain <rule>` prints the page.\n\nNo rule has a severity of its own: that follows from what a \
         path ends in and from what stands before it (see [the model](model.md)).\n",
    );
    for (family, ids) in FAMILIES {
        let rules: Vec<&Rule> = ids.iter().filter_map(|id| ambit_analysis::rules::rule(id)).collect();
        section(&mut out, family, &rules);
    }
    let others: Vec<&Rule> =
        ALL.iter().filter(|it| !FAMILIES.iter().any(|(_, ids)| ids.contains(&it.info.id))).collect();
    section(&mut out, "Others", &others);
    out
}

fn section(out: &mut String, family: &str, rules: &[&Rule]) {
    if rules.is_empty() {
        return;
    }
    let _infallible = write!(out, "\n## {family}\n\n| rule | what it finds | categories |\n|---|---|---|\n");
    for rule in rules {
        let (id, title) = (rule.info.id, cell(rule.info.title));
        let file = id.replace('-', "_");
        let categories = rule.info.categories.join(", ");
        let _infallible =
            writeln!(out, "| [`{id}`](../crates/analysis/src/rules/{file}.md) | {title} | {categories} |");
    }
}
