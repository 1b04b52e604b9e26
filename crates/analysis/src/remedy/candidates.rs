//! What might silence a finding, cheapest first: taking back a line that opened something, denying a tool,
//! removing a server.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::facts::{
    CredentialFacts, HookFacts, InstructionFacts, PermissionRule, ServerFacts, ServerUse, Setting,
};
use ambit_model::{AgentFacts, AssetId, EdgeId, Finding, Place, ReachEdge, Remedy};

use super::program::{self, Around};
use super::{edits, stated, unattended};
use crate::map::ReachMap;
use crate::overlay::Said;
use crate::scene::Overlay;

/// A remedy and what it means for the map.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) remedy: Remedy,
    pub(super) overlay: Overlay,
    /// Whether it is tried only when nothing else silences the finding.
    pub(super) is_last_resort: bool,
}

/// What stands at a line of a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Line<'a> {
    Rule(&'a AgentFacts, &'a PermissionRule),
    Setting(&'a Setting),
    Hook(&'a AgentFacts, &'a HookFacts),
    Use,
    Package(&'a ServerFacts),
    Credential(&'a CredentialFacts),
    Instruction(&'a InstructionFacts),
    Around(&'a AssetId, Around<'a>),
}

/// What stands where, for the whole map.
#[derive(Debug)]
pub(super) struct Lines<'a>(BTreeMap<&'a Place, Vec<Line<'a>>>);

impl<'a> Lines<'a> {
    pub(super) fn of(map: &'a ReachMap) -> Self {
        let mut lines: BTreeMap<&Place, Vec<Line<'_>>> = BTreeMap::new();
        for (agent, facts) in &map.agents {
            for (place, what) in program::lines(facts) {
                lines.entry(place).or_default().push(Line::Around(agent, what));
            }
        }
        // What people state of an agent without a client is no line of a client's file.
        for (_, facts) in map.agents.iter().filter(|(id, _)| !map.clientless.contains(*id)) {
            // What follows from the line that starts an agent is none of its words.
            let stated = |it: &Place| facts.runner.as_ref().is_none_or(|run| run.place != *it);
            let rules = facts.rules.iter().filter(|it| stated(&it.place));
            rules.for_each(|it| lines.entry(&it.place).or_default().push(Line::Rule(facts, it)));
            let settings = facts.settings.iter().filter(|it| stated(&it.place));
            settings.for_each(|it| lines.entry(&it.place).or_default().push(Line::Setting(it)));
            facts.hooks.iter().for_each(|it| lines.entry(&it.place).or_default().push(Line::Hook(facts, it)));
            let written = facts.credentials.iter().filter(|it| is_written(it));
            written.for_each(|it| lines.entry(&it.place).or_default().push(Line::Credential(it)));
            // A text that a workflow brings in from elsewhere has no hidden text in the workflow.
            let hides = |it: &&InstructionFacts| facts.runner.is_none() || !it.signals.is_empty();
            facts
                .instructions
                .iter()
                .filter(hides)
                .for_each(|it| lines.entry(&it.place).or_default().push(Line::Instruction(it)));
        }
        for (_, entry) in map.uses.values().flatten() {
            lines.entry(&entry.place).or_default().push(Line::Use);
        }
        for server in map.servers.values() {
            server
                .launch
                .package
                .iter()
                .for_each(|it| lines.entry(&it.place).or_default().push(Line::Package(server)));
            let written = server.credentials.iter().filter(|it| is_written(it));
            written.for_each(|it| lines.entry(&it.place).or_default().push(Line::Credential(it)));
        }
        Self(lines)
    }

    pub(super) fn at(&self, place: &Place) -> &[Line<'a>] {
        self.0.get(place).map_or(&[], Vec::as_slice)
    }
}

/// The lines of all settings of the agents that `edges` start from.
fn settings<'a>(edges: &[&ReachEdge], map: &'a ReachMap) -> impl Iterator<Item = &'a Place> + use<'a> {
    let agents: BTreeSet<&AssetId> = edges.iter().map(|it| &it.from).collect();
    let facts: Vec<&AgentFacts> = agents.into_iter().filter_map(|it| map.agents.get(it)).collect();
    facts.into_iter().flat_map(|it| it.settings.iter().map(|it| &it.place))
}

/// Whether the secret itself stands there: what is passed by its name is moved already.
fn is_written(credential: &CredentialFacts) -> bool {
    credential.value.is_some()
}

/// Candidates for `finding`, in the order in which they are tried.
pub(super) fn of(finding: &Finding, map: &ReachMap, catalog: &Catalog, lines: &Lines<'_>) -> Vec<Candidate> {
    let mut all = Vec::new();
    let edges: Vec<&ReachEdge> = finding.legs.values().flatten().filter_map(|it| map.edge(it)).collect();
    // What is around a loop is mended before anything is taken away.
    let at = |place| lines.at(place).iter().map(move |it| (place, *it));
    let (around, own): (Vec<_>, Vec<_>) =
        finding.evidence.iter().flat_map(at).partition(|(_, it)| matches!(it, Line::Around(..)));
    all.extend(around.into_iter().filter_map(|(place, line)| take_back(finding, map, place, line)));
    all.extend(stated::of(finding, &edges, map));
    all.extend(program::of(finding, &edges, map, catalog));
    all.extend(unattended::of(finding, &edges, map));
    all.extend(own.into_iter().filter_map(|(place, line)| take_back(finding, map, place, line)));
    // A setting decides what its client asks about, whether an edge names its line or not.
    let others = settings(&edges, map).filter(|it| !finding.evidence.contains(it));
    let others = others.flat_map(at).filter(|(_, it)| matches!(it, Line::Setting(_)));
    all.extend(others.filter_map(|(place, line)| take_back(finding, map, place, line)));
    all.extend(denials(finding, &edges, map, catalog));
    all.extend(removals(finding, &edges, map));
    all
}

/// Taking back what stands at `place`.
pub(super) fn take_back(
    finding: &Finding,
    map: &ReachMap,
    place: &Place,
    line: Line<'_>,
) -> Option<Candidate> {
    let cuts = || decided_by(finding, map, place);
    let remedy = match line {
        Line::Rule(facts, rule) => edits::remove_rule(facts, rule, cuts()),
        Line::Setting(setting) => edits::remove_setting(setting, cuts()),
        Line::Hook(facts, hook) if hook.event == unattended::START => unattended::pin(finding, facts, hook)?,
        Line::Hook(_, hook) => edits::remove_hook(hook),
        Line::Package(server) => edits::pin(server)?,
        Line::Credential(credential) => edits::move_secret(credential),
        Line::Instruction(instruction) => edits::mend_text(instruction),
        Line::Around(agent, what) => return program::mend(finding, map, agent, (place, what)),
        // Removing a server is the last resort; it has its own place in the order.
        Line::Use => return None,
    };
    // What else the line says stays, such as the server that it starts.
    let otherwise = match line {
        Line::Package(_) => Some(Said::Version),
        Line::Credential(_) => Some(Said::Secret),
        Line::Instruction(_) => Some(Said::Text),
        _ => None,
    };
    let overlay = match otherwise {
        Some(what) => Overlay { otherwise: [(place.clone(), what)].into(), ..Overlay::default() },
        None => Overlay { removed: [place.clone()].into(), ..Overlay::default() },
    };
    Some(Candidate { remedy, overlay, is_last_resort: false })
}

/// Taking back all of these lines, where each is a rule.
pub(super) fn take_back_all(
    places: &BTreeSet<Place>,
    lines: &Lines<'_>,
    cuts: Vec<EdgeId>,
) -> Option<Candidate> {
    let mut said = Vec::new();
    let mut of: Option<&AgentFacts> = None;
    for place in places {
        let rule = lines.at(place).iter().find_map(|it| match it {
            Line::Rule(facts, rule) => Some((*facts, *rule)),
            _ => None,
        });
        let (facts, rule) = rule?;
        said.push((&rule.place, rule.pointer.as_str(), rule.raw.as_str()));
        of = of.or(Some(facts));
    }
    let remedy = edits::remove_lines(of?, &said, cuts);
    let overlay = Overlay { removed: places.clone(), ..Overlay::default() };
    Some(Candidate { remedy, overlay, is_last_resort: false })
}

pub(super) fn decided_by(finding: &Finding, map: &ReachMap, place: &Place) -> Vec<EdgeId> {
    let edges = finding
        .legs
        .values()
        .flatten()
        .filter(|it| map.edge(it).is_some_and(|it| it.decided_by.as_ref() == Some(place)));
    edges.copied().collect()
}

/// Denying one tool on the path, by the names of the legs from the last: what takes untrusted content in before what acts on it, for
/// without it nothing is steered at all.
fn denials(finding: &Finding, edges: &[&ReachEdge], map: &ReachMap, catalog: &Catalog) -> Vec<Candidate> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for edge in edges.iter().rev().filter(|it| !stated::is_given(it)) {
        let Some(via) = &edge.via else { continue };
        if seen.insert((&edge.from, via)) {
            all.extend(deny(finding, &edge.from, &[via], map, catalog));
        }
    }
    all
}

pub(super) fn deny(
    finding: &Finding,
    agent: &AssetId,
    vias: &[&AssetId],
    map: &ReachMap,
    catalog: &Catalog,
) -> Option<Candidate> {
    let given = |via: &&AssetId| map.edges_via(agent, via).any(|it| stated::is_given(it.edge));
    if vias.iter().all(given) {
        return stated::deny(finding, agent, vias, map);
    }
    if vias.iter().any(|it| program::gives(agent, it, map, catalog)) {
        return program::deny(finding, agent, vias, map);
    }
    let facts = map.agents.get(agent)?;
    let edits: Option<Vec<_>> = vias.iter().map(|via| edits::deny(facts, agent, via, map, catalog)).collect();
    let cut = finding.legs.values().flatten().filter(|it| {
        map.edge(it)
            .is_some_and(|it| it.from == *agent && it.via.as_ref().is_some_and(|via| vias.contains(&via)))
    });
    let names: Vec<String> = vias.iter().map(|it| format!("`{}`", it.name())).collect();
    let remedy = Remedy {
        control: "deny-tool".to_owned(),
        kind: ambit_model::finding::ControlKind::Structural,
        action: format!("deny {} for `{}`", names.join(", "), map.name(agent)),
        cuts: cut.copied().collect(),
        costs: edits::cost_of(vias, agent, map),
        edits: edits::together(edits?.into_iter().flatten().collect()),
    };
    let denied = vias.iter().map(|via| (agent.clone(), (*via).clone())).collect();
    Some(Candidate { remedy, overlay: Overlay { denied, ..Overlay::default() }, is_last_resort: false })
}

/// Removing a server that is on the path, or that the finding is about, from every agent that uses it.
fn removals(finding: &Finding, edges: &[&ReachEdge], map: &ReachMap) -> Vec<Candidate> {
    let on_path = edges.iter().filter_map(|it| map.tools.get(it.via.as_ref()?)?.server.as_ref());
    let servers: BTreeSet<&AssetId> =
        on_path.chain([&finding.subject, &finding.end]).filter(|it| map.servers.contains_key(*it)).collect();
    let mut all = Vec::new();
    for server in servers {
        let uses: Vec<&ServerUse> = map
            .uses
            .iter()
            .filter(|(agent, _)| !map.agents.contains_key(&finding.subject) || **agent == finding.subject)
            .flat_map(|(_, uses)| uses.iter().filter(|(id, _)| id == server).map(|(_, it)| it))
            .collect();
        if uses.is_empty() {
            continue;
        }
        let removed = uses.iter().map(|it| it.place.clone()).collect();
        let remedy = edits::remove_server(server, &uses, map);
        let overlay = Overlay { removed, ..Overlay::default() };
        all.push(Candidate { remedy, overlay, is_last_resort: true });
    }
    all
}
