//! From findings to an assessment: remedies, groups, baseline, what configuration has closed, counts.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::assessment::{Group, SCHEMA, ToolVersion};
use ambit_model::facts::Inputs;
use ambit_model::reach::digest;
use ambit_model::{
    AgentFacts, Assessment, AssetKind, Baseline, Closed, Finding, Gate, Place, ReachEdge, Remedy, Severity,
    Summary, Verb,
};

use crate::map::ReachMap;
use crate::patterns;
use crate::rules;
use crate::scene::Overlay;

/// Weighs `findings` into the assessment of `map`.
pub fn weigh(map: ReachMap, mut findings: Vec<Finding>, inputs: Inputs, catalog: &Catalog) -> Assessment {
    let groups = groups(&mut findings);
    findings.sort_by(|a, b| a.id.cmp(&b.id));
    let closed = closed(&map, catalog, &findings);
    let baseline = baseline(&map, catalog);
    let patterns = patterns::recognise(&map, catalog, &findings);
    let summary = summary(&map, &findings);
    Assessment {
        schema: SCHEMA.to_owned(),
        tool: ToolVersion { name: "ambit".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
        inputs,
        assets: map.assets.into_values().collect(),
        edges: map.edges,
        findings,
        groups,
        baseline,
        closed,
        patterns,
        summary,
        boundaries: Vec::new(),
        duties: Vec::new(),
        decided: Vec::new(),
        notes: Vec::new(),
    }
}

/// Findings whose smallest cut is the same are one group; one without a cut stands alone.
fn groups(findings: &mut [Finding]) -> Vec<Group> {
    let mut by_cut: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter_mut().enumerate() {
        let cut = finding.remedies.first().map(cut_key);
        let key = cut.unwrap_or_else(|| finding.id.clone());
        finding.group = digest("g-", &[&key]);
        by_cut.entry(finding.group.clone()).or_default().push(index);
    }
    let mut groups: Vec<(Group, bool)> = Vec::new();
    for (id, members) in by_cut {
        let mut members: Vec<&Finding> = members.into_iter().filter_map(|it| findings.get(it)).collect();
        members.sort_by(|a, b| (b.severity, b.confidence, &a.id).cmp(&(a.severity, a.confidence, &b.id)));
        let Some(first) = members.first() else { continue };
        let sure = first.confidence > ambit_model::Confidence::Possible;
        groups.push((
            Group {
                id,
                severity: first.severity,
                findings: members.iter().map(|it| it.id.clone()).collect(),
                cut: first.remedies.first().cloned(),
            },
            sure,
        ));
    }
    groups.sort_by(|(a, a_sure), (b, b_sure)| {
        (b_sure, b.severity, b.findings.len(), &a.id).cmp(&(a_sure, a.severity, a.findings.len(), &b.id))
    });
    groups.into_iter().map(|(it, _)| it).collect()
}

/// What makes two cuts the same: what they write where.
fn cut_key(remedy: &Remedy) -> String {
    let edits = remedy.edits.iter().map(|it| format!("{}|{}|{}", it.path, it.pointer, it.value));
    let edits: Vec<String> = edits.collect();
    if edits.is_empty() { format!("{}|{}", remedy.control, remedy.action) } else { edits.join("\n") }
}

/// Compositions that would be there without the lines that deny something.
fn closed(map: &ReachMap, catalog: &Catalog, findings: &[Finding]) -> Vec<Closed> {
    if map.edges.iter().all(|it| it.gate != Gate::Denied) {
        return Vec::new();
    }
    let open: BTreeSet<&str> = findings.iter().map(|it| it.id.as_str()).collect();
    let without = rules::find_with(map, catalog, &Overlay { undenied: true, ..Overlay::default() });
    let mut closed = Vec::new();
    for finding in without.into_iter().filter(|it| !open.contains(it.id.as_str())) {
        let edges = finding.legs.values().flatten().filter_map(|it| map.edge(it));
        let denied: Vec<&ReachEdge> = edges.filter(|it| it.gate == Gate::Denied).collect();
        let by: BTreeSet<Place> = denied.iter().filter_map(|it| it.decided_by.clone()).collect();
        if denied.is_empty() {
            continue;
        }
        closed.push(Closed {
            rule: finding.rule,
            subject: finding.subject,
            end: finding.end,
            cut: denied.iter().map(|it| it.id).collect(),
            by: by.into_iter().collect(),
        });
    }
    closed.sort_by(|a, b| (&a.subject, &a.rule, &a.end).cmp(&(&b.subject, &b.rule, &b.end)));
    closed
}

/// One line per agent about what its client can do before any configuration.
fn baseline(map: &ReachMap, catalog: &Catalog) -> Vec<Baseline> {
    let mut lines = Vec::new();
    // What a program gives its agents comes with no client.
    let comes = |facts: &AgentFacts| catalog.client(&facts.client).is_some() || facts.program.is_empty();
    let of_clients = map.agents.iter().filter(|(id, it)| !map.clientless.contains(*id) && comes(it));
    for (id, facts) in of_clients {
        let stock = || map.edges_of(id).filter(|it| it.stock);
        let steered = stock().any(|it| {
            it.verb == Verb::Ingests && it.reached_by.is_some_and(ambit_model::Trust::is_untrusted)
        });
        let ends: Vec<_> = stock().filter(|it| steered && ends_badly(it)).collect();
        let worst = ends.iter().filter_map(|it| Some(Severity::of(it.tier, it.gate.exposure()?))).max();
        // A program has no client that comes with defaults.
        let Some(client) = catalog.client(&facts.client) else { continue };
        lines.push(Baseline {
            agent: id.clone(),
            compositions: ends.len(),
            severity: worst,
            message: format!("{}, as it comes: {}", client.name, client.stock),
        });
    }
    lines
}

fn ends_badly(edge: &ReachEdge) -> bool {
    let acts = matches!(edge.verb, Verb::Sends | Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants);
    acts && edge.tier >= ambit_model::Tier::T2 && edge.gate != Gate::Denied
}

fn summary(map: &ReachMap, findings: &[Finding]) -> Summary {
    let count = |kind: AssetKind| map.assets.values().filter(|it| it.kind == kind).count();
    let mut counts: BTreeMap<Severity, usize> =
        [Severity::Low, Severity::Medium, Severity::High, Severity::Critical].map(|it| (it, 0)).into();
    for finding in findings {
        *counts.entry(finding.severity).or_default() += 1;
    }
    let unknown = map.edges.iter().filter(|it| it.verb == Verb::MayReach);
    Summary {
        agents: count(AssetKind::Agent),
        servers: count(AssetKind::Server),
        tools: count(AssetKind::Tool),
        edges: map.edges.len(),
        unknown: unknown.map(|it| it.via.as_ref()).collect::<BTreeSet<_>>().len(),
        findings: counts,
    }
}
