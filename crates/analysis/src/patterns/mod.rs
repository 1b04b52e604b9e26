//! Architectures on the map: one file for each, one line in the list. What lives here tells whether the agents of a map
//! are built like one, and answers the questions of the catalog about it where the map tells; what it does not tell
//! stays open. Nothing here judges: that is what rules do, whose findings are named beside the questions that they
//! bear on.

mod fabric;
mod human;
mod planner;
mod plugins;
mod policy_memory;

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_catalog::schema::PatternQuestion;
use ambit_model::{Architecture, AssetId, EdgeId, Finding, Gate, Place, Question, Tier};

use crate::harm::says;
use crate::index::EdgeNo;
use crate::map::{ReachMap, Row};
use crate::rules::ACTIONS;
use crate::scene::{Open, Scene};

/// How one architecture is told, and what the map answers about it.
struct Pattern {
    id: &'static str,
    recognise: fn(&Scene<'_>) -> Option<Seen>,
    /// The answer to the question of that id; none where the map does not tell.
    answer: fn(&Scene<'_>, &Seen, &str) -> Option<Answer>,
}

/// Every architecture.
const ALL: &[&Pattern] =
    &[&planner::PATTERN, &fabric::PATTERN, &policy_memory::PATTERN, &human::PATTERN, &plugins::PATTERN];

/// How many edges and lines show one thing at the most: a reader looks at a few.
const MOST: usize = 12;

/// An architecture, as it was seen.
#[derive(Debug, Default)]
struct Seen {
    agents: BTreeSet<AssetId>,
    edges: Vec<EdgeNo>,
    evidence: BTreeSet<Place>,
    because: String,
}

/// What the map answers.
#[derive(Debug, Default)]
struct Answer {
    text: String,
    edges: Vec<EdgeNo>,
    evidence: Vec<Place>,
}

impl Answer {
    fn says(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    fn by(mut self, edges: impl IntoIterator<Item = EdgeNo>) -> Self {
        self.edges.extend(edges);
        self
    }

    fn at<'p>(mut self, places: impl IntoIterator<Item = &'p Place>) -> Self {
        self.evidence.extend(places.into_iter().cloned());
        self
    }
}

/// The architectures of `map`, each with its questions and with those of `findings` that bear on them.
pub(crate) fn recognise(map: &ReachMap, catalog: &Catalog, findings: &[Finding]) -> Vec<Architecture> {
    let scene = Scene::new(map, catalog);
    let mut all = Vec::new();
    for pattern in ALL {
        let (Some(entry), Some(seen)) = (catalog.patterns().get(pattern.id), (pattern.recognise)(&scene))
        else {
            continue;
        };
        let asked = |it: &PatternQuestion| question(&scene, &seen, (pattern, it), findings);
        all.push(Architecture {
            id: pattern.id.to_owned(),
            title: entry.title.clone(),
            because: seen.because.clone(),
            agents: seen.agents.iter().cloned().collect(),
            edges: ids(map, &seen.edges),
            evidence: seen.evidence.iter().take(MOST).cloned().collect(),
            questions: entry.questions.iter().map(asked).collect(),
        });
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

fn question(
    scene: &Scene<'_>,
    seen: &Seen,
    (pattern, entry): (&Pattern, &PatternQuestion),
    findings: &[Finding],
) -> Question {
    let answer = (pattern.answer)(scene, seen, &entry.id);
    let mut bears: Vec<&Finding> =
        findings.iter().filter(|it| entry.findings.contains(&it.rule) && concerns(scene, seen, it)).collect();
    bears.sort_by(|a, b| (b.severity, b.confidence, &a.id).cmp(&(a.severity, a.confidence, &b.id)));
    let (edges, evidence) = answer.as_ref().map_or((Vec::new(), Vec::new()), |it| {
        let evidence: BTreeSet<Place> = it.evidence.iter().cloned().collect();
        (ids(scene.map, &it.edges), evidence.into_iter().take(MOST).collect())
    });
    Question {
        id: entry.id.clone(),
        asks: entry.asks.clone(),
        answer: answer.map(|it| it.text),
        findings: bears.into_iter().take(MOST).map(|it| it.id.clone()).collect(),
        edges,
        evidence,
    }
}

/// Whether the finding is about one of the agents, or about what one of them uses.
fn concerns(scene: &Scene<'_>, seen: &Seen, finding: &Finding) -> bool {
    let users = scene.map.users.get(&finding.subject);
    seen.agents.contains(&finding.subject)
        || users.is_some_and(|it| it.iter().any(|it| seen.agents.contains(it)))
}

fn ids(map: &ReachMap, edges: &[EdgeNo]) -> Vec<EdgeId> {
    let edges: BTreeSet<EdgeNo> = edges.iter().copied().collect();
    edges.into_iter().take(MOST).filter_map(|it| map.row(it)).map(|it| it.edge.id).collect()
}

/// Whether no client of the catalog stands behind the agent.
fn is_program(scene: &Scene<'_>, agent: &AssetId) -> bool {
    let facts = scene.map.agents.get(agent);
    facts.is_some_and(|it| scene.catalog.client(&it.client).is_none())
}

/// `a`, `b` and 3 more.
fn listed(names: impl IntoIterator<Item = String>) -> String {
    let names: BTreeSet<String> = names.into_iter().collect();
    let mut shown: Vec<String> = names.iter().take(3).map(|it| format!("`{it}`")).collect();
    match names.len() - shown.len() {
        0 => {}
        more => shown.push(format!("{more} more")),
    }
    match shown.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => "none".to_owned(),
    }
}

fn names(scene: &Scene<'_>, agents: &BTreeSet<AssetId>) -> String {
    listed(agents.iter().map(|it| scene.map.name(it).to_owned()))
}

/// `1 tool`, `3 tools`.
fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// What these agents can do of T3 or more beyond what their clients do as they come, each thing once.
fn weighty<'a>(scene: &Scene<'a>, agents: &BTreeSet<AssetId>) -> Vec<Open<'a>> {
    let open = agents.iter().flat_map(|it| scene.open_distinct(it, ACTIONS));
    open.filter(|(it, _)| it.edge.tier >= Tier::T3 && !it.edge.stock).collect()
}

/// How many of them happen unasked, and the worst of those.
fn unasked(scene: &Scene<'_>, agents: &BTreeSet<AssetId>) -> Answer {
    let all = weighty(scene, agents);
    let mut free: Vec<&Open<'_>> = all.iter().filter(|(_, gate)| *gate == Gate::Auto).collect();
    free.sort_by_key(|(it, _)| (std::cmp::Reverse(it.edge.tier), &it.edge.to, it.edge.via.as_ref()));
    let text = match (all.len(), free.first()) {
        (0, _) => "nothing that they can do is of T3 or more, as far as the map tells".to_owned(),
        (all, None) => format!("{} of T3 or more, and somebody is asked before each", count(all, "action")),
        (all, Some((worst, _))) => format!(
            "{} of T3 or more, {} of them unasked; `{}` can {} ({})",
            count(all, "action"),
            free.len(),
            scene.map.name(&worst.edge.from),
            says(scene.map, worst.edge),
            worst.edge.tier,
        ),
    };
    let shown = if free.is_empty() { all.iter().collect() } else { free };
    Answer::says(text).by(shown.into_iter().map(|(it, _)| it.no))
}

/// The lines that show an edge.
fn lines(row: Row<'_>) -> impl Iterator<Item = &Place> {
    row.edge.decided_by.iter().chain(row.edge.provenance.iter().filter_map(|it| it.place()))
}
