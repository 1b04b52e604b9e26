//! How far the categories of frameworks are answered: by the map, by people, or not.
//!
//! What lives here: the order in which an answer is looked for. What an agent has on the map is in `seen`, its index
//! in `index`, what people answered in `said`, and sentences in `words`. A category counts as answered only by a
//! scenario on this map or by a person, never because a rule exists; an unknown tool leaves open what it could do.

mod index;
mod said;
mod seen;
mod words;

use std::collections::BTreeSet;
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_catalog::schema::Condition;
use ambit_model::assessment::ToolVersion;
use ambit_model::coverage::{Answer, Category, Counts, Coverage, Framework, SCHEMA, Source, State};
use ambit_model::facts::Inputs;
use ambit_model::stated::{Date, Model};
use ambit_model::{Assessment, AssetKind, Closed, Confidence, Exposure, Finding, Gate, ReachEdge};

use index::Index;
use seen::{Seen, Witness};

/// Answers every category of every framework for each agent of `assessment`. Answers of people stand before those of
/// the map until they run out; without `today` none does.
pub fn cover(assessment: &Assessment, stated: &Model, catalog: &Catalog, today: Option<&Date>) -> Coverage {
    let index = Index::of(assessment);
    let agents: Vec<Seen<'_>> = index.agents().map(|it| Seen::of(&index, it, catalog)).collect();
    let mut frameworks = Vec::new();
    for (id, framework) in catalog.coverage() {
        let mut categories = Vec::new();
        for (key, condition) in &framework.categories {
            let known = catalog.categories().get(said::category(key));
            let answer =
                |agent: &Seen<'_>| said::after(of_map(agent, condition), key, agent.agent, stated, today);
            categories.push(Category {
                id: key.clone(),
                name: known.map(|it| it.name.clone()).unwrap_or_default(),
                part: condition.part.clone().or_else(|| condition.element.map(|it| it.word().to_owned())),
                verified: known.is_some_and(|it| it.verified),
                question: catalog.questions().get(&condition.ask).cloned().unwrap_or_default(),
                answers: agents.iter().map(answer).collect(),
            });
        }
        let (name, source) = (framework.framework.clone(), framework.source.clone());
        let mut framework = Framework { id: id.clone(), name, source, counts: Counts::default(), categories };
        framework.count();
        frameworks.push(framework);
    }
    Coverage {
        schema: SCHEMA.to_owned(),
        tool: ToolVersion { name: "ambit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        root: assessment.inputs.root.clone(),
        today: today.map(ToString::to_string),
        limits: limits(&assessment.inputs),
        agents: agents.iter().map(|it| it.agent.clone()).collect(),
        frameworks,
        problems: said::problems(stated, catalog, &agents),
    }
}

/// What the map does not hold.
fn limits(inputs: &Inputs) -> Vec<String> {
    let mut limits = vec!["what runs elsewhere, and what no file says, is not on the map".to_owned()];
    if !inputs.home {
        limits.push("settings of users and machines were not looked at".to_owned());
    }
    for (count, what) in [
        (inputs.problems.len(), "places in files were not understood"),
        (inputs.skipped.len(), "files were not opened"),
    ] {
        if count > 0 {
            limits.push(format!("{what}: {count}"));
        }
    }
    limits
}

/// The answer that the map gives: a finding, a missing fact, a path, what is closed, or none.
fn of_map(seen: &Seen<'_>, condition: &Condition) -> Answer {
    if let Some(absent) = condition.element.and_then(|it| absent_element(seen, it)) {
        return absent;
    }
    if let Some(finding) = finding(seen, condition) {
        return finding;
    }
    if let Some(absent) = absent(seen, condition) {
        return absent;
    }
    if let Some(path) = path(seen, condition, &condition.path) {
        return path;
    }
    let closed = condition.findings.iter().find_map(|it| seen.closed(it));
    if let Some(closed) = closed.filter(|_| condition.element.is_none() && !condition.crosses_layers) {
        return closed_answer(seen, closed);
    }
    let mut missing = condition.path.iter().filter(|it| seen.witness(it).is_none());
    let because = missing.find_map(|it| seen.unknown_fact(it)).map(Into::into);
    Answer { because, ..empty(seen, State::Open) }
}

/// An answer that says nothing yet.
fn empty(seen: &Seen<'_>, state: State) -> Answer {
    Answer {
        agent: seen.agent.clone(),
        state,
        by: Source::Map,
        scenario: None,
        condition: None,
        exposure: None,
        controls: Vec::new(),
        because: None,
        findings: Vec::new(),
        edges: Vec::new(),
        confidence: None,
        owner: None,
        until: None,
        expired: None,
        against: None,
    }
}

/// Not applicable, where the agent has nothing of the kind; open, where it could have it unknown. Every agent has a
/// model, people, instructions, credentials and a machine: that no file names them says nothing.
fn absent_element(seen: &Seen<'_>, kind: AssetKind) -> Option<Answer> {
    use AssetKind::{Channel, DataStore, Memory, Server};
    if seen.touches(kind) || !matches!(kind, Channel | DataStore | Memory | Server) {
        return None;
    }
    let unknown = seen.unknown().filter(|_| kind != Server);
    let state = if unknown.is_some() { State::Open } else { State::NotApplicable };
    let because = unknown.unwrap_or_else(|| {
        format!("{} touches no {} on this map", seen.name(), kind.word().replace('-', " "))
    });
    Some(Answer { because: Some(because.into()), ..empty(seen, state) })
}

/// The worst finding of the rules that answer the category.
fn finding(seen: &Seen<'_>, condition: &Condition) -> Option<Answer> {
    let rank = |it: &&Finding| condition.findings.iter().position(|rule| *rule == it.rule);
    let found = condition.findings.iter().flat_map(|it| seen.findings(it));
    let mut found: Vec<&Finding> =
        found.filter(|it| counts(seen, condition, &seen.rows(it), Some(it))).collect();
    found.sort_by(|a, b| {
        (b.severity, b.confidence, rank(a), &a.id).cmp(&(a.severity, a.confidence, rank(b), &b.id))
    });
    let first = found.first()?;
    let rows = seen.rows(first);
    let scenario = if first.message.is_empty() { &first.title } else { &first.message };
    let facts = if condition.path.is_empty() { &condition.needs } else { &condition.path };
    Some(Answer {
        scenario: Some(scenario.as_str().into()),
        condition: when(seen, facts.iter(), Some(first.exposure)),
        exposure: Some(first.exposure),
        controls: words::controls(seen, &rows),
        findings: found.iter().map(|it| it.id.clone()).collect(),
        edges: rows.iter().map(|it| it.id).collect(),
        confidence: Some(first.confidence),
        ..empty(seen, State::Answered)
    })
}

/// Whether a scenario is one of the category: it touches the kind of asset, or goes over layers, where that is asked.
fn counts(seen: &Seen<'_>, condition: &Condition, rows: &[&ReachEdge], finding: Option<&Finding>) -> bool {
    let ends = finding.into_iter().flat_map(|it| [&it.subject, &it.end]);
    let touched = rows.iter().flat_map(|it| [Some(&it.from), Some(&it.to), it.via.as_ref()]).flatten();
    let assets: Vec<_> = touched.chain(ends).filter_map(|it| seen.asset(it)).collect();
    let layers = assets.iter().filter(|it| it.kind != AssetKind::Agent).map(|it| it.layer);
    condition.element.is_none_or(|kind| assets.iter().any(|it| it.kind == kind))
        && (!condition.crosses_layers || layers.collect::<BTreeSet<_>>().len() > 1)
}

/// What the first missing fact makes of the category: open where an unknown tool could have it, closed where a line
/// denies it, else not applicable.
fn absent(seen: &Seen<'_>, condition: &Condition) -> Option<Answer> {
    let missing: Vec<&String> = condition.needs.iter().filter(|it| seen.witness(it).is_none()).collect();
    let first = missing.first()?;
    // One fact that nothing could bring about is enough; else one that is unknown leaves all open.
    let surely = missing.iter().find(|it| seen.unknown_fact(it).is_none() && seen.denied(it).is_none());
    if let Some(fact) = surely {
        let because = seen.absence(fact);
        return Some(Answer { because: Some(because.into()), ..empty(seen, State::NotApplicable) });
    }
    if let Some(unknown) = missing.iter().find_map(|it| seen.unknown_fact(it)) {
        return Some(Answer { because: Some(unknown.into()), ..empty(seen, State::Open) });
    }
    let denied: Vec<&ReachEdge> = missing.iter().filter_map(|it| seen.denied(it)).collect();
    let scenario = words::scenario(seen, denied.iter().map(|it| Witness::alone(it)));
    let because = seen.absence(first);
    Some(Answer {
        scenario: Some(format!("{scenario}, were it not denied").into()),
        condition: Some("the line that denies it is taken away".into()),
        controls: words::controls(seen, &denied),
        because: Some(because.into()),
        edges: denied.iter().map(|it| it.id).collect(),
        confidence: denied.iter().map(|it| it.confidence).min(),
        ..empty(seen, State::Answered)
    })
}

/// The scenario that the facts of a path make together.
fn path(seen: &Seen<'_>, condition: &Condition, facts: &[String]) -> Option<Answer> {
    let mut witnesses: Vec<Witness<'_>> = Vec::new();
    for fact in facts {
        let witness = seen.witness(fact)?;
        if !witnesses.iter().any(|it| it.edge.id == witness.edge.id) {
            witnesses.push(witness);
        }
    }
    let rows: Vec<&ReachEdge> = witnesses.iter().flat_map(|it| [Some(it.edge), it.peer]).flatten().collect();
    let gate = rows.iter().map(|it| it.gate).max()?;
    if !counts(seen, condition, &rows, None) {
        return None;
    }
    let exposure = gate.exposure();
    Some(Answer {
        scenario: Some(words::scenario(seen, witnesses.iter().copied()).into()),
        condition: when(seen, facts.iter(), exposure),
        exposure,
        controls: words::controls(seen, &rows),
        edges: rows.iter().map(|it| it.id).collect(),
        confidence: rows.iter().map(|it| it.confidence).min(),
        ..empty(seen, State::Answered)
    })
}

/// A composition that a line of configuration has closed: its scenario, and the line that stands before it.
fn closed_answer(seen: &Seen<'_>, closed: &Closed) -> Answer {
    let rows: Vec<&ReachEdge> = closed.cut.iter().filter_map(|it| seen.edge(it)).collect();
    let lines: BTreeSet<String> = closed.by.iter().map(|it| format!("denied by `{it}`")).collect();
    let controls: Vec<String> = lines.into_iter().collect();
    let (who, end) = (seen.name(), seen.name_of(&closed.end));
    let scenario = format!("{who} would have a `{}` that ends in {end}, were it not denied", closed.rule);
    Answer {
        scenario: Some(scenario.into()),
        condition: Some("the line that denies it is taken away".into()),
        controls: if controls.is_empty() { words::controls(seen, &rows) } else { controls },
        edges: closed.cut.clone(),
        confidence: rows.iter().map(|it| it.confidence).min().or(Some(Confidence::Likely)),
        ..empty(seen, State::Answered)
    }
}

/// What has to happen before a scenario of these facts turns into harm.
fn when<'f>(
    seen: &Seen<'_>,
    facts: impl Iterator<Item = &'f String>,
    exposure: Option<Exposure>,
) -> Option<Arc<str>> {
    let mut parts: Vec<&str> = Vec::new();
    for fact in facts.filter(|it| seen.witness(it).is_some()) {
        let when = seen.fact(fact).map(|it| it.when.as_str());
        parts.extend(when.filter(|it| !parts.contains(it)));
    }
    parts.extend(match exposure {
        Some(Exposure::Prompted) => Some("its user approves, once or for good"),
        Some(Exposure::Guarded) => Some("whoever is asked approves, or somebody else acts first"),
        Some(Exposure::Open) | None => None,
    });
    (!parts.is_empty()).then(|| parts.join("; ").into())
}

/// Whether an edge carries anything.
fn is_open(edge: &ReachEdge) -> bool {
    edge.gate != Gate::Denied
}
