//! What could be contained, and how much of the risk would disappear with it.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::risk::Ranking;
use ambit_model::{AssetId, AssetKind, Gate, Verb};

use super::scenarios::Scenarios;
use crate::index::EdgeNo;

/// How many nodes of diagrams may be looked at for all candidates together: whoever wrote the files must not choose how
/// long it takes. What counts is tried first: candidates with the most at stake, and of those the ones with most edges.
const MOST_WORK: usize = 100_000_000;

/// Something that could be contained.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) name: String,
    /// The edges that are cut, or get a gate.
    pub(crate) edges: BTreeSet<EdgeNo>,
    /// The gate that they get.
    pub(crate) gate: Gate,
    /// A credential whose getting out is prevented.
    pub(crate) credential: Option<AssetId>,
}

/// A candidate with what disappears.
#[derive(Debug, Clone)]
pub(crate) struct Weighed {
    pub(crate) candidate: Candidate,
    pub(crate) fall: f64,
    /// How likely events are then.
    pub(crate) changed: BTreeMap<u32, f64>,
    /// Ends whose likelihood falls, by how much they then cost less.
    pub(crate) ends: Vec<(u32, f64)>,
}

/// The candidates of a sort.
pub(crate) fn candidates(scenarios: &Scenarios<'_>, of: Ranking) -> Vec<Candidate> {
    let all = match of {
        Ranking::Nodes => nodes(scenarios),
        Ranking::Edges => edges(scenarios),
        Ranking::Controls => gates(scenarios),
    };
    let active =
        |it: &Candidate| it.credential.is_some() || it.edges.iter().any(|it| !scenarios.is_idle(*it));
    all.into_iter().filter(active).collect()
}

fn nodes(scenarios: &Scenarios<'_>) -> Vec<Candidate> {
    let map = scenarios.map;
    let mut all = Vec::new();
    for (id, asset) in &map.assets {
        let into = || map.index.to.get(id).into_iter().flatten().copied();
        let via = |it: &AssetId| map.index.via.get(it).cloned().unwrap_or_default();
        let edges: BTreeSet<EdgeNo> = match asset.kind {
            AssetKind::Agent => map.edges_of(id).map(|it| it.no).chain(into()).collect(),
            AssetKind::Tool => via(id).into_iter().collect(),
            AssetKind::Server => {
                let tools = map.index.offers.get(id).into_iter().flatten();
                tools.flat_map(via).chain(into()).collect()
            }
            _ => into().collect(),
        };
        let credential = (asset.kind == AssetKind::Credential).then(|| id.clone());
        all.push(Candidate {
            id: id.to_string(),
            kind: asset.kind.prefix().to_owned(),
            name: map.name(id).to_owned(),
            edges,
            gate: Gate::Denied,
            credential,
        });
    }
    all
}

fn edges(scenarios: &Scenarios<'_>) -> Vec<Candidate> {
    let map = scenarios.map;
    let edge = |no: &EdgeNo| {
        let edge = map.row(*no)?.edge;
        let via = edge.via.as_ref().map(|it| format!(" with `{}`", map.name(it))).unwrap_or_default();
        let name = format!("`{}` {} `{}`{via}", map.name(&edge.from), edge.verb, map.name(&edge.to));
        Some(Candidate {
            id: edge.id.to_string(),
            kind: "edge".to_owned(),
            name,
            edges: BTreeSet::from([*no]),
            gate: Gate::Denied,
            credential: None,
        })
    };
    let idle = |no: &EdgeNo| scenarios.is_idle(*no);
    scenarios.core.network.of_edge.keys().filter(|it| !idle(it)).filter_map(edge).collect()
}

/// What `ambit whatif --control` can be given: each tool denied, or asked about.
fn gates(scenarios: &Scenarios<'_>) -> Vec<Candidate> {
    let map = scenarios.map;
    let mut all = Vec::new();
    for (tool, edges) in &map.index.via {
        for (gate, word, kind) in [(Gate::Denied, "deny", "structural"), (Gate::Asked, "ask", "procedural")] {
            let weaker = edges.iter().filter(|it| map.row(**it).is_some_and(|it| it.gate < gate));
            let edges: BTreeSet<EdgeNo> = weaker.copied().collect();
            all.push(Candidate {
                id: format!("{word}:{}", tool.name()),
                kind: kind.to_owned(),
                name: format!("{word} `{}`", map.name(tool)),
                edges,
                gate,
                credential: None,
            });
        }
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// The candidates by what disappears with each, most first, and how many were left out for the work that they would be.
pub(crate) fn weigh(scenarios: &Scenarios<'_>, candidates: Vec<Candidate>) -> (Vec<Weighed>, usize) {
    let core = &scenarios.core;
    let stakes = stakes(scenarios);
    let mut staked: Vec<(f64, Candidate)> =
        candidates.into_iter().map(|it| (stake(scenarios, &stakes, &it), it)).collect();
    staked.sort_by(|(a, x), (b, y)| {
        b.total_cmp(a).then(y.edges.len().cmp(&x.edges.len())).then_with(|| x.id.cmp(&y.id))
    });
    let (mut weighed, mut work, mut left_out) = (Vec::new(), 0_usize, 0);
    for (_, candidate) in staked {
        let changed = changed(scenarios, &candidate);
        work = work.saturating_add(core.work(changed.keys().copied()));
        if work > MOST_WORK {
            left_out += 1;
            continue;
        }
        let mut ends: Vec<(u32, f64)> = Vec::new();
        for (end, fall) in scenarios.state.falls(core, &scenarios.chance, &changed) {
            let adds = core.network.tops.get(end as usize).map_or(0.0, |it| it.adds);
            ends.push((end, adds * fall));
        }
        if let Some(credential) = &candidate.credential {
            ends = exposed(scenarios, credential);
        }
        let fall: f64 = ends.iter().map(|it| it.1).sum();
        ends.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // Nothing falls below nothing, and no more falls than there is: what is beyond is rounding.
        let fall = fall.clamp(0.0, scenarios.total());
        weighed.push(Weighed { candidate, fall, changed, ends });
    }
    weighed.sort_by(|a, b| b.fall.total_cmp(&a.fall).then_with(|| a.candidate.id.cmp(&b.candidate.id)));
    (weighed, left_out)
}

/// What is at stake with each module: what all ends cost that it has to do with.
fn stakes(scenarios: &Scenarios<'_>) -> Vec<f64> {
    let core = &scenarios.core;
    let cost = |(end, top): (u32, &super::ends::Top)| top.adds * scenarios.state.likelihood(end);
    let costs: Vec<f64> = (0..).zip(&core.network.tops).map(cost).collect();
    // Modules of one group have the same ends: what those cost is summed once.
    let mut known: BTreeMap<Vec<usize>, f64> = BTreeMap::new();
    let of =
        |ends: &mut dyn Iterator<Item = u32>| -> f64 { ends.filter_map(|it| costs.get(it as usize)).sum() };
    let modules = (0..).map(super::network::ModuleNo).take(core.network.modules.len());
    let mut stake = |module| {
        let (own, groups) = core.own_and_groups(module);
        let shared = match known.get(groups) {
            Some(known) => *known,
            None => {
                let sum = of(&mut core.drawn_in_groups(groups));
                known.insert(groups.to_vec(), sum);
                sum
            }
        };
        shared + of(&mut own.iter().copied())
    };
    modules.map(&mut stake).collect()
}

/// What is at stake with a candidate, at the most.
fn stake(scenarios: &Scenarios<'_>, stakes: &[f64], candidate: &Candidate) -> f64 {
    let network = &scenarios.core.network;
    let events = candidate.edges.iter().filter_map(|it| network.of_edge.get(it));
    let modules: BTreeSet<_> = events.filter_map(|it| network.of_event.get(*it as usize)).collect();
    let stake: f64 = modules.into_iter().filter_map(|it| stakes.get(it.place())).sum();
    stake.min(scenarios.total())
}

/// How likely events are when `candidate` is contained.
fn changed(scenarios: &Scenarios<'_>, candidate: &Candidate) -> BTreeMap<u32, f64> {
    if candidate.gate == Gate::Denied {
        return scenarios.gone(candidate.edges.iter().copied());
    }
    scenarios.behind(candidate.edges.iter().map(|it| (*it, candidate.gate)))
}

/// The ends of a credential that gets out, with what they cost.
pub(crate) fn exposed(scenarios: &Scenarios<'_>, credential: &AssetId) -> Vec<(u32, f64)> {
    let tops = scenarios.core.network.tops.iter().zip(0..);
    let own =
        tops.filter(|(it, _)| it.kind == ambit_model::risk::EndKind::Exposed && it.asset == *credential);
    own.map(|(it, at)| (at, it.adds * scenarios.state.likelihood(at))).collect()
}

/// What a candidate does in the attacks that it carries, in words.
pub(crate) fn role(scenarios: &Scenarios<'_>, candidate: &Candidate) -> &'static str {
    let map = scenarios.map;
    let active = candidate.edges.iter().filter(|it| !scenarios.is_idle(**it));
    let verbs: BTreeSet<Verb> = active.filter_map(|it| Some(map.row(*it)?.edge.verb)).collect();
    let has = |any: &[Verb]| any.iter().any(|it| verbs.contains(it));
    let takes = has(&[Verb::Ingests, Verb::Loads]);
    let reads = has(&[Verb::Reads, Verb::Recalls]);
    let does = has(&[Verb::Writes, Verb::Executes, Verb::Spends, Verb::Grants, Verb::MayReach]);
    let sends = verbs.contains(&Verb::Sends);
    match candidate.kind.as_str() {
        "credential" => "it can be sent out",
        "agent" => "it is where these meet",
        _ => match (takes, reads, sends, does) {
            (true, _, true, _) => "attacks come in by it and data goes out by it",
            (true, _, _, true) => "attacks come in by it and harm is done by it",
            (true, ..) => "attacks come in by it",
            (_, true, true, _) => "data is read and goes out by it",
            (_, true, _, true) => "its data is read and harm is done by it",
            (_, true, ..) => "data that can leak is read by it",
            (_, _, true, true) => "data goes out by it and harm is done by it",
            (_, _, true, _) => "data goes out by it",
            (_, _, _, true) => "harm is done by it",
            _ => "content and data move on by it",
        },
    }
}
