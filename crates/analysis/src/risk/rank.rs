//! What could be contained, and how much of the risk would disappear with it.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::parallel;
use ambit_model::risk::{EndKind, Ranking};
use ambit_model::{AssetId, AssetKind, Gate, Verb};

use super::network::ModuleNo;
use super::scenarios::Scenarios;
use super::state::{Core, State};
use super::trial::{Trial, Trials};
use crate::index::EdgeNo;

/// How many candidates are tried before it is asked anew which others can be told.
const AT_ONCE: usize = 64;

/// How many steps over diagrams and words of years may be taken for all candidates together: whoever wrote the files must
/// not choose how long it takes. What may take most away is tried first, and of that what has most edges.
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
            name: scenarios.name(id).to_owned(),
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
        let via = edge.via.as_ref().map(|it| format!(" with `{}`", scenarios.name(it))).unwrap_or_default();
        let name =
            format!("`{}` {} `{}`{via}", scenarios.name(&edge.from), edge.verb, scenarios.name(&edge.to));
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
                name: format!("{word} `{}`", scenarios.name(tool)),
                edges,
                gate,
                credential: None,
            });
        }
    }
    all.sort_by(|a, b| a.id.cmp(&b.id));
    all
}

/// The candidates by what disappears with each, most first: `top` of them at least, as far as there are so many that take
/// anything away. Those of which it is known that they take less away than these are not tried. And how many were left
/// out for the work that they would be.
pub(crate) fn weigh(
    scenarios: &Scenarios<'_>,
    candidates: Vec<Candidate>,
    top: usize,
) -> (Vec<Weighed>, usize) {
    let trials = Trials::of(&scenarios.core, &scenarios.state, &scenarios.chance);
    let mut bounded = bounded(scenarios, candidates, &trials);
    bounded.sort_by(|x, y| {
        let order = y.most.total_cmp(&x.most).then(y.candidate.edges.len().cmp(&x.candidate.edges.len()));
        order.then_with(|| x.candidate.id.cmp(&y.candidate.id))
    });
    let words = scenarios.chance.words();
    let (mut weighed, mut work, mut left_out): (Vec<Weighed>, usize, usize) = (Vec::new(), 0, 0);
    let mut rest = bounded.as_slice();
    while let Some((some, others)) =
        rest.split_at_checked(AT_ONCE.min(rest.len())).filter(|it| !it.0.is_empty())
    {
        rest = others;
        // What the last of those that are told takes away, others have to take away too; but for rounding.
        let least = weighed.get(top.saturating_sub(1)).map_or(0.0, |it| it.fall * (1.0 - 1e-9));
        let is_told = |it: &&Bounded| it.most > 0.0 && (top > weighed.len() || it.most >= least);
        let mut tried = Vec::new();
        for it in some.iter().filter(is_told) {
            work = work.saturating_add(scenarios.core.work(&it.modules, words));
            if work > MOST_WORK {
                left_out += 1;
            } else {
                tried.push(it);
            }
        }
        let more = parallel::parts(tried.len(), |range| -> Vec<Weighed> {
            let own = tried.get(range).unwrap_or_default();
            trials.with(|trial| own.iter().map(|it| weighed_by(scenarios, trial, it)).collect())
        });
        weighed.extend(more.into_iter().flatten());
        weighed.sort_by(|a, b| b.fall.total_cmp(&a.fall).then_with(|| a.candidate.id.cmp(&b.candidate.id)));
        weighed.truncate(top);
    }
    (weighed, left_out)
}

/// A candidate, and more than which does not disappear with it.
struct Bounded {
    candidate: Candidate,
    changed: BTreeMap<u32, f64>,
    modules: BTreeSet<ModuleNo>,
    most: f64,
}

/// Bounds cost about as much as tries, and have as much work of their own: beyond it anything may disappear.
fn bounded(scenarios: &Scenarios<'_>, candidates: Vec<Candidate>, trials: &Trials<'_>) -> Vec<Bounded> {
    let words = scenarios.chance.words();
    let asked: Vec<(Bounded, usize)> = parallel::map(&candidates, |it| {
        let changed = changed(scenarios, it);
        let modules = scenarios.core.modules(changed.keys().copied());
        let work = scenarios.core.work(&modules, words);
        (Bounded { candidate: it.clone(), changed, modules, most: scenarios.total() }, work)
    });
    let mut left = MOST_WORK;
    let mut is_affordable = |work: usize| {
        let rest = left.checked_sub(work);
        left = rest.unwrap_or(left);
        rest.is_some()
    };
    let (mut all, mut unbounded): (Vec<Bounded>, Vec<Bounded>) = (Vec::new(), Vec::new());
    for (it, work) in asked {
        if is_affordable(work) { all.push(it) } else { unbounded.push(it) }
    }
    let most = parallel::parts(all.len(), |range| -> Vec<f64> {
        let own = all.get(range).unwrap_or_default();
        trials.with(|trial| own.iter().map(|it| bound(scenarios, trial, it)).collect())
    });
    for (it, most) in all.iter_mut().zip(most.into_iter().flatten()) {
        it.most = most.min(it.most);
    }
    all.extend(unbounded);
    all
}

/// More than which does not disappear with the candidate.
fn bound(scenarios: &Scenarios<'_>, trial: &mut Trial<'_>, it: &Bounded) -> f64 {
    match &it.candidate.credential {
        Some(credential) => {
            exposed(&scenarios.core, &scenarios.state, credential).iter().map(|it| it.1).sum()
        }
        None => trial.most(&it.changed),
    }
}

fn weighed_by(scenarios: &Scenarios<'_>, trial: &mut Trial<'_>, it: &Bounded) -> Weighed {
    let adds = |end: u32| scenarios.core.network.tops.get(end as usize).map_or(0.0, |it| it.adds);
    let mut ends: Vec<(u32, f64)> = match &it.candidate.credential {
        Some(credential) => exposed(&scenarios.core, &scenarios.state, credential),
        None => trial.falls(&it.changed).into_iter().map(|(end, fall)| (end, adds(end) * fall)).collect(),
    };
    let fall: f64 = ends.iter().map(|it| it.1).sum();
    ends.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    // Nothing falls below nothing, and no more falls than there is: what is beyond is rounding.
    let fall = fall.clamp(0.0, scenarios.total());
    Weighed { candidate: it.candidate.clone(), fall, changed: it.changed.clone(), ends }
}

/// How likely events are when `candidate` is contained.
pub(crate) fn changed(scenarios: &Scenarios<'_>, candidate: &Candidate) -> BTreeMap<u32, f64> {
    if candidate.gate == Gate::Denied {
        return scenarios.gone(candidate.edges.iter().copied());
    }
    scenarios.behind(candidate.edges.iter().map(|it| (*it, candidate.gate)))
}

/// The ends of a credential that gets out, with what they cost in `state`.
pub(crate) fn exposed(core: &Core, state: &State, credential: &AssetId) -> Vec<(u32, f64)> {
    let key = (EndKind::Exposed, credential);
    // They stand in order.
    let first = core.network.tops.partition_point(|it| (it.kind, &it.asset) < key);
    let tops = (0_u32..).zip(&core.network.tops).skip(first);
    let own = tops.take_while(|(_, it)| (it.kind, &it.asset) == key);
    own.map(|(at, it)| (at, it.adds * state.likelihood(at))).collect()
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
