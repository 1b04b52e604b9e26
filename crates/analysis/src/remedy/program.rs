//! What might silence a finding about what programs, flows and workflows give their agents. No client has a line for
//! it: the remedy is a change of the program, at its line, or of the people's own file where they state it.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::facts::{Approval, Insert, Kept, OwnTool, Stream, Trigger};
use ambit_model::finding::{ControlKind, Edit, EditAction};
use ambit_model::stated::edit::Value;
use ambit_model::{AgentFacts, AssetId, EdgeId, Finding, Gate, Place, Provenance, ReachEdge, Remedy, Verb};

use super::candidates::Candidate;
use super::edits;
use super::stated::{among, edit, file, is_given, own_file, version};
use crate::connect::program::tool_id;
use crate::harm::own_tool;
use crate::map::ReachMap;
use crate::scene::Overlay;

/// What stands around the loop of an agent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Around<'a> {
    Trigger(&'a Trigger),
    Insert(&'a Insert),
    Kept(&'a Kept),
    Stream(&'a Stream),
    Approval(&'a Approval),
    /// The loop itself, which nothing ends.
    Loop,
}

/// All that stands around the loop of an agent, with its places.
pub(super) fn lines(facts: &AgentFacts) -> impl Iterator<Item = (&Place, Around<'_>)> {
    let program = &facts.program;
    let endless = program.limits.is_empty() && !program.starts.is_empty();
    let whole = facts.places.iter().filter(move |_| endless).map(|it| (it, Around::Loop));
    whole
        .chain(program.starts.iter().map(|it| (&it.place, Around::Trigger(it))))
        .chain(program.prompts.iter().map(|it| (&it.place, Around::Insert(it))))
        .chain(program.keeps.iter().map(|it| (&it.place, Around::Kept(it))))
        .chain(program.streams.iter().map(|it| (&it.place, Around::Stream(it))))
        .chain(program.approvals.iter().map(|it| (&it.place, Around::Approval(it))))
}

/// How something is mended.
struct Mending {
    control: &'static str,
    kind: ControlKind,
    /// What to do, as an order.
    order: String,
    costs: &'static str,
    /// The keys below the agent in the people's own file, with their values.
    keys: Vec<(Vec<String>, Value)>,
}

/// Mending what stands at `place` around the loop of `agent`.
pub(super) fn mend(
    finding: &Finding,
    map: &ReachMap,
    agent: &AssetId,
    (place, what): (&Place, Around<'_>),
) -> Option<Candidate> {
    let Mending { control, kind, order, costs, keys } = mending(what);
    let mut overlay = Overlay { removed: BTreeSet::from([place.clone()]), ..Overlay::default() };
    let mut cuts: Vec<EdgeId> = Vec::new();
    match what {
        Around::Loop => overlay = Overlay { limited: BTreeSet::from([agent.clone()]), ..Overlay::default() },
        Around::Trigger(_) => {
            let brings = |it: &ReachEdge| {
                it.verb == Verb::Ingests && it.provenance.iter().any(|it| it.place() == Some(place))
            };
            overlay.cut = map.edges_of(agent).filter(|it| brings(it.edge)).map(|it| it.no).collect();
            cuts = among(finding, map, |it| it.from == *agent && brings(it));
        }
        _ => {}
    }
    let name = agent.name().split('@').next()?;
    let stated = file(agent, map).filter(|it| *it == *place.path);
    let edits = match &stated {
        Some(file) => {
            let one = |(keys, value): &(Vec<String>, Value)| {
                let below = keys.iter().map(String::as_str);
                let keys: Vec<&str> = ["facts", "agents", name].into_iter().chain(below).collect();
                edit(file, &keys, value)
            };
            keys.iter().map(one).collect()
        }
        None => vec![by_hand(place, &order)],
    };
    let said = if stated.is_some() { ", and say so".to_owned() } else { format!(" (`{place}`)") };
    let remedy = Remedy {
        control: control.to_owned(),
        kind,
        action: format!("{order}{said}"),
        cuts,
        costs: costs.to_owned(),
        edits,
    };
    Some(Candidate { remedy, overlay, is_last_resort: false })
}

fn mending(what: Around<'_>) -> Mending {
    let keys = |path: &[&str], value: Value| (path.iter().map(|it| (*it).to_owned()).collect(), value);
    match what {
        Around::Trigger(it) => Mending {
            control: "restrict-trigger",
            kind: ControlKind::Structural,
            order: format!("let `{}` start it only for people who are known", it.event),
            costs: "runs that outsiders start",
            keys: vec![keys(&["starts", &it.event, "guard"], Value::text("<what checks who it is>"))],
        },
        Around::Insert(it) => Mending {
            control: "separate-message",
            kind: ControlKind::Behavioral,
            order: format!("put `{}` into a message of its own, marked as what others wrote", it.what),
            costs: "nothing; what it says still steers",
            keys: vec![keys(&["prompts", &it.what, "among_instructions"], Value::Truth(false))],
        },
        Around::Kept(it) => Mending {
            control: "separate-memory",
            kind: ControlKind::Structural,
            order: format!("keep `{}` apart for each user", it.on.id),
            costs: "what one user's sessions learn for another",
            keys: vec![keys(&["keeps", it.on.id.name(), "for"], Value::text("user"))],
        },
        Around::Stream(it) => Mending {
            control: "sign-messages",
            kind: ControlKind::Structural,
            order: format!("check the sender and the order of each message of `{}`", it.on.id),
            costs: "a key for each sender, and a number for each message",
            keys: [
                ("signed", &it.signed, "<what checks the sender>"),
                ("ordered", &it.ordered, "<what keeps the order>"),
            ]
            .into_iter()
            .filter(|(_, there, _)| there.is_none())
            .map(|(key, _, value)| keys(&["streams", it.on.id.name(), key], Value::text(value)))
            .collect(),
        },
        Around::Approval(it) => Mending {
            control: "approval-with-evidence",
            kind: ControlKind::Procedural,
            order: format!("show whoever is asked by `{}` the call itself, with its arguments", it.how),
            costs: "a longer question",
            keys: vec![keys(&["approvals", &it.how, "shows"], Value::text("call"))],
        },
        Around::Loop => Mending {
            control: "limit-loop",
            kind: ControlKind::Structural,
            order: "end its loop after so many steps, so long or so much money".to_owned(),
            costs: "tasks that need more",
            keys: vec![keys(&["limits", "steps"], Value::text("<how many at most>"))],
        },
    }
}

fn by_hand(place: &Place, order: &str) -> Edit {
    Edit {
        path: place.path.to_string(),
        pointer: String::new(),
        action: EditAction::Manual,
        value: String::new(),
        lines: format!("{order} (line {})", place.line),
    }
}

/// Whether a program gives the agent the tool and no client could deny it.
pub(super) fn gives(agent: &AssetId, via: &AssetId, map: &ReachMap, catalog: &Catalog) -> bool {
    let Some(facts) = map.agents.get(agent) else { return false };
    let program = &facts.program;
    program.tools.iter().any(|it| tool_id(it) == *via)
        || !program.is_empty() && catalog.client(&facts.client).is_none()
}

/// Where the agent is given the tool.
fn given(agent: &AssetId, via: &AssetId, map: &ReachMap) -> Option<Place> {
    let own = |it: &&OwnTool| tool_id(it) == *via;
    let tool = map.agents.get(agent)?.program.tools.iter().find(own);
    let server = || {
        let server = map.tools.get(via)?.server.as_ref()?;
        Some(map.uses.get(agent)?.iter().find(|(it, _)| it == server)?.1.place.clone())
    };
    tool.map(|it| it.given.clone()).or_else(server)
}

/// Candidates for the edges of `finding` that programs give their agents: asking where that alone is at stake, then
/// what no tool does, such as handing work on. Tools are denied with those of clients.
pub(super) fn of(
    finding: &Finding,
    edges: &[&ReachEdge],
    map: &ReachMap,
    catalog: &Catalog,
) -> Vec<Candidate> {
    let mut all = Vec::new();
    let without_client = |it: &&&ReachEdge| {
        let facts = map.agents.get(&it.from);
        !is_given(it) && facts.is_some_and(|facts| catalog.client(&facts.client).is_none())
    };
    for edge in edges.iter().filter(without_client) {
        match &edge.via {
            Some(via) => {
                if edge.verb == Verb::Executes && edge.to.as_str() == "env:host" {
                    all.extend(contain(finding, edge, via, map));
                }
                if edges.len() == 1 && edge.gate < Gate::Asked {
                    all.extend(ask(finding, edge, map));
                }
            }
            None if edge.verb == Verb::Delegates => all.extend(keep_to_itself(finding, edge, map)),
            None => {}
        }
    }
    all
}

/// Not handing work on.
fn keep_to_itself(finding: &Finding, edge: &ReachEdge, map: &ReachMap) -> Option<Candidate> {
    let place = edge.provenance.iter().find_map(Provenance::place)?;
    let (agent, to) = (map.name(&edge.from), map.name(&edge.to));
    let order = format!("let `{agent}` hand no work to `{to}`");
    let remedy = Remedy {
        control: "narrow-delegation".to_owned(),
        kind: ControlKind::Structural,
        action: format!("{order} (`{place}`)"),
        cuts: among(finding, map, |it| it.id == edge.id),
        costs: format!("whatever `{agent}` needs `{to}` for"),
        edits: vec![by_hand(place, &order)],
    };
    let cut = map.edges_of(&edge.from).filter(|it| it.edge.id == edge.id).map(|it| it.no).collect();
    Some(Candidate { remedy, overlay: Overlay { cut, ..Overlay::default() }, is_last_resort: false })
}

/// Having each call approved: in the program, which a reader of it may not see, so people say so too.
fn ask(finding: &Finding, edge: &ReachEdge, map: &ReachMap) -> Option<Candidate> {
    let via = edge.via.as_ref()?;
    let on = Value::map([("from", Value::text(edge.from.as_str())), ("via", Value::text(via.as_str()))]);
    let control =
        Value::map([("kind", Value::text("procedural")), ("does", Value::text("gates")), ("on", on)]);
    let name: String = format!("ask-{}-{}", edge.from.name(), via.name())
        .chars()
        .map(|it| if it.is_ascii_alphanumeric() { it } else { '-' })
        .collect();
    let at = given(&edge.from, via, map).map(|it| format!(" (`{it}`)")).unwrap_or_default();
    let file = own_file(map);
    let mut edits = version(map);
    edits.push(edit(&file, &["controls", &name], &control));
    let tool = own_tool(map, edge).map_or(via.name(), |it| it.name.as_str());
    let remedy = Remedy {
        control: "ask-tool".to_owned(),
        kind: ControlKind::Procedural,
        action: format!(
            "have each call of `{tool}` by `{}` approved{at}, and say so where no file does",
            map.name(&edge.from)
        ),
        cuts: among(finding, map, |it| it.from == edge.from && it.via.as_ref() == Some(via)),
        costs: "one question per call".to_owned(),
        edits,
    };
    let asked = BTreeSet::from([(edge.from.clone(), via.clone())]);
    Some(Candidate { remedy, overlay: Overlay { asked, ..Overlay::default() }, is_last_resort: false })
}

/// Running what it runs in a container: then it reaches what lies in there and nothing else.
fn contain(finding: &Finding, edge: &ReachEdge, via: &AssetId, map: &ReachMap) -> Option<Candidate> {
    let place = given(&edge.from, via, map)?;
    let order = format!("run what `{}` runs in a container", own_tool(map, edge)?.name);
    let remedy = Remedy {
        control: "sandbox-on".to_owned(),
        kind: ControlKind::Structural,
        action: format!("{order} (`{place}`)"),
        cuts: among(finding, map, |it| it.from == edge.from && it.via.as_ref() == Some(via)),
        costs: "whatever it needs of the machine outside".to_owned(),
        edits: vec![by_hand(&place, &order)],
    };
    let denied = BTreeSet::from([(edge.from.clone(), via.clone())]);
    Some(Candidate { remedy, overlay: Overlay { denied, ..Overlay::default() }, is_last_resort: false })
}

/// Taking tools from an agent, where it is given them.
pub(super) fn deny(
    finding: &Finding,
    agent: &AssetId,
    vias: &[&AssetId],
    map: &ReachMap,
) -> Option<Candidate> {
    let places: Option<Vec<Place>> = vias.iter().map(|it| given(agent, it, map)).collect();
    let own = map.agents.get(agent).map_or(&[][..], |it| it.program.tools.as_slice());
    let names: Vec<String> = vias
        .iter()
        .map(|via| own.iter().find(|it| tool_id(it) == **via).map_or(via.name(), |it| &it.name))
        .map(|it| format!("`{it}`"))
        .collect();
    let order = |name: &str| format!("take {name} from `{}`", map.name(agent));
    let places = places?;
    let at: BTreeSet<String> = places.iter().map(|it| format!("`{it}`")).collect();
    let edits: BTreeSet<Edit> =
        places.iter().zip(&names).map(|(place, name)| by_hand(place, &order(name))).collect();
    let by_tool = |it: &ReachEdge| it.from == *agent && it.via.as_ref().is_some_and(|it| vias.contains(&it));
    let remedy = Remedy {
        control: "deny-tool".to_owned(),
        kind: ControlKind::Structural,
        action: format!("{} ({})", order(&names.join(", ")), at.into_iter().collect::<Vec<_>>().join(", ")),
        cuts: among(finding, map, by_tool),
        costs: edits::cost_of(vias, agent, map),
        edits: edits.into_iter().collect(),
    };
    let denied = vias.iter().map(|via| (agent.clone(), (*via).clone())).collect();
    Some(Candidate { remedy, overlay: Overlay { denied, ..Overlay::default() }, is_last_resort: false })
}
