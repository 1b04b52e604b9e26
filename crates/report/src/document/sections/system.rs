//! What the system is: who answers for it, its agents, and what was read.

use std::collections::BTreeMap;

use ambit_model::{Asset, AssetKind, Gate};

use super::{NONE, Source, listed, stated};
use crate::document::blocks::Section;
use crate::words::{self, HERE, count};

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "What this is about, who answers for it, which agents there are, and which files say so.";
    let mut section = Section::new("system", "The system", about);
    people(source, &mut section);
    agents(source, &mut section);
    inputs(source, &mut section);
    section
}

fn people(source: &Source<'_>, section: &mut Section) {
    let system = &source.material.model.system;
    let review = system.review.as_ref().map(|it| {
        let last =
            it.last.as_ref().map_or_else(|| "never so far as is stated".to_owned(), ToString::to_string);
        format!("every {}, last: {last}", it.every)
    });
    section.terms(vec![
        ("Name", stated(system.name.as_ref().map(|it| format!("`{it}`")))),
        ("Who can get at it", stated(system.exposure)),
        ("Owner", stated(system.owner.as_ref())),
        ("Review", stated(review)),
    ]);
    section.head("Escalation");
    if system.escalation.is_empty() {
        section.missing(
            "Whom to tell when something happens is not stated: `system.escalation` in `ambit.yaml` says it.",
        );
    }
    section.list(system.escalation.iter().map(|it| format!("{}: tell {}", it.when, it.to)));
}

fn agents(source: &Source<'_>, section: &mut Section) {
    section.head("Agents");
    let assessment = source.material.assessment;
    let agents: Vec<&Asset> = source.scenes.agents();
    if agents.is_empty() {
        section.missing("No agent was found. Files of coding agents and MCP servers declare them, or `facts.agents` in `ambit.yaml`.");
        return;
    }
    let mut gates: BTreeMap<&str, BTreeMap<Gate, usize>> = BTreeMap::new();
    for edge in assessment.edges.iter().filter(|it| !it.stock) {
        *gates.entry(edge.from.as_str()).or_default().entry(edge.gate).or_default() += 1;
    }
    let row = |it: &Asset| {
        let fact = |name: &str| it.facts.iter().find_map(|fact| fact.strip_prefix(name)).map(str::to_owned);
        let own = assessment.findings.iter().filter(|f| f.subject == it.id).map(|f| f.severity);
        let found = words::tally(own);
        vec![
            format!("`{}`", it.id),
            stated(fact("client: ")),
            stated(fact("model: ").or_else(|| fact("runs: "))),
            permissions(gates.get(it.id.as_str())),
            stated(it.owner.as_ref()),
            if found.is_empty() { "none".to_owned() } else { found },
        ]
    };
    let columns = [
        ("agent", 3),
        ("client", 2),
        ("model", 2),
        ("permissions beyond the stock client", 4),
        ("owner", 2),
        ("findings", 2),
    ];
    section.table("agent", &columns, agents.into_iter().map(row), "All are in `assessment.json`.");
}

/// What stands before what configuration has added.
fn permissions(gates: Option<&BTreeMap<Gate, usize>>) -> String {
    let Some(gates) = gates else { return "as the client comes".to_owned() };
    let said = |gate: &Gate| match gate {
        Gate::Auto => "without asking",
        Gate::Prompted => "asked until silenced",
        Gate::Asked => "asked by a rule",
        Gate::Denied => "denied",
    };
    listed(gates.iter().map(|(gate, number)| format!("{number} {}", said(gate))))
}

fn inputs(source: &Source<'_>, section: &mut Section) {
    section.head("What was read");
    let inputs = &source.material.assessment.inputs;
    section.say(format!(
        "Of {} in {}, {} read, {} not understood, {} skipped and {} of no interest.",
        count(inputs.seen, "file"),
        if inputs.root == HERE { "this folder".to_owned() } else { format!("`{}`", inputs.root) },
        inputs.read,
        inputs.failed,
        inputs.skipped.len(),
        inputs.ignored,
    ));
    section.list(
        inputs.problems.iter().map(|it| format!("`{}:{}`: {}; {}", it.path, it.line, it.message, it.help)),
    );
    section.list(inputs.skipped.iter().map(|it| format!("`{}` was skipped: {}", it.path, it.reason)));
    let statements = &source.material.model.files;
    if statements.is_empty() {
        section.missing("No `ambit.yaml` states anything. `ambit init` writes a first one.");
    } else {
        section.say(format!(
            "What people state stands in {}.",
            listed(statements.iter().map(|it| format!("`{it}`")))
        ));
    }
    let of = |kind: AssetKind| source.material.assessment.assets.iter().filter(move |it| it.kind == kind);
    let servers = of(AssetKind::Server).map(|it| {
        let facts: Vec<&str> = it.facts.iter().map(String::as_str).collect();
        let facts = if facts.is_empty() { NONE.to_owned() } else { facts.join("; ") };
        vec![format!("`{}`", it.id), facts, stated(it.owner.as_ref())]
    });
    let servers: Vec<_> = servers.collect();
    if !servers.is_empty() {
        section.head("Suppliers of tools");
        section.table(
            "server",
            &[("server", 3), ("facts", 7), ("owner", 2)],
            servers.into_iter(),
            "All are in `assessment.json`.",
        );
    }
}
