//! Agents with their names joined: drafts become facts.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_model::facts::{
    AgentFacts, Handoff, Kept, KeptFor, Known, Object, OwnEffect, OwnTool, Protocol, Served, Target,
    Unresolved,
};
use ambit_model::{Gate, Place, Trust};

use super::definition::gate;
use super::draft::{self, Draft};
use super::given::{Given, Hand, Reader};
use super::options::Options;
use super::roles::{Role, Roles};
use super::runs::{Runs, started};
use super::starts::Entries;
use super::{Agent, Found, ServerEntry};
use crate::effects;
use crate::follow::Follower;
use crate::follow::value::{FunctionKey, ObjectKind, ObjectNo, Site, Value};
use crate::ir::Name;

/// Which agent is made where.
type BySite = BTreeMap<Site, usize>;
/// Which agent an object is.
pub(super) type ByObject = BTreeMap<ObjectNo, usize>;

/// Agents and served tools.
pub(super) fn all(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    mut drafts: Vec<Draft>,
    catalog: &Catalog,
) -> Found {
    tell_apart(&mut drafts);
    let by_object: ByObject =
        (0..).zip(&drafts).flat_map(|(index, it)| it.objects.iter().map(move |no| (*no, index))).collect();
    let entries = Entries::of(follower, catalog);
    let runs = Runs::of(follower, roles, &by_object);
    let mut bodies = Bodies { catalog, known: BTreeMap::new() };
    let mut found = Found::default();
    let mut rows: Vec<(usize, Handoff)> = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let joined = Joined { drafts: &drafts, by_object: &by_object };
        rows.extend(joined.hands(index, draft));
        if draft.is_team && !draft.is_named {
            continue;
        }
        found.agents.push(agent(follower, roles, draft, (&entries, &runs, &mut bodies)));
    }
    let sites: BySite = (0..)
        .zip(&drafts)
        .flat_map(|(index, it)| it.objects.iter().map(move |no| (index, *no)))
        .filter_map(|(index, no)| Some((follower.object(no)?.site, index)))
        .collect();
    for (index, draft) in drafts.iter().enumerate() {
        for given in &draft.given {
            let Given::Tool(_, Some(function)) = given else { continue };
            for (to, place) in run_by(follower, roles, function, &sites) {
                let Some(to) = drafts.get(to) else { continue };
                let hand = Hand { place: Some(place), ..Hand::default() };
                rows.push((index, handoff(target(to), &hand, (true, "in a tool", false), &draft.place)));
            }
        }
    }
    let shown: BTreeMap<usize, usize> = shown(&drafts).zip(0..).collect();
    for (index, row) in rows {
        let agent = shown.get(&index).and_then(|it| found.agents.get_mut(*it));
        if let Some(hands) = agent.map(|it| &mut it.facts.program.hands)
            && !hands.contains(&row)
        {
            hands.push(row);
        }
    }
    found.served = served(follower, roles, &mut bodies);
    found
}

/// The agents that a function runs, by their numbers, with where it does.
fn run_by(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    function: &Value,
    sites: &BySite,
) -> Vec<(usize, Place)> {
    let mut found = Vec::new();
    for number in follower.calls_of(function) {
        let Some(event) = follower.event(number) else { continue };
        let runs = roles.find(&event.symbol, |it| if let Role::Runs(it) = it { Some(it) } else { None });
        let Some((runs, _)) = runs else { continue };
        let options = Options::of_call(&event.args, event.receiver);
        let Some(agent) = options.get(follower, &runs.agent) else { continue };
        let place = follower.place(event.site);
        let objects = agent.each().iter().filter_map(Value::object).filter_map(|it| follower.object(it));
        found.extend(objects.filter_map(|it| Some((*sites.get(&it.site)?, place.clone()))));
    }
    found
}

/// The drafts that become agents, by their numbers.
fn shown(drafts: &[Draft]) -> impl Iterator<Item = usize> {
    drafts.iter().enumerate().filter(|(_, it)| !it.is_team || it.is_named).map(|(index, _)| index)
}

/// Of several agents of one name in one folder all but the first are called after their file or line too.
fn tell_apart(drafts: &mut [Draft]) {
    let mut taken: BTreeMap<(String, String, String), usize> = BTreeMap::new();
    for draft in drafts.iter_mut() {
        let stem =
            draft.place.path.rsplit('/').next().and_then(|it| it.split('.').next()).unwrap_or_default();
        let candidates = [
            draft.name.clone(),
            format!("{}~{stem}", draft.name),
            format!("{}~{stem}:{}", draft.name, draft.place.line),
        ];
        for candidate in candidates {
            let key = (draft.framework.clone(), draft.at.clone(), candidate.clone());
            if taken.insert(key, 0).is_none() {
                draft.name = candidate;
                break;
            }
        }
    }
}

struct Joined<'d> {
    drafts: &'d [Draft],
    by_object: &'d ByObject,
}

impl Joined<'_> {
    /// The hand-offs that the draft makes, with the draft that each starts from.
    fn hands(&self, index: usize, draft: &Draft) -> Vec<(usize, Handoff)> {
        let mut rows = Vec::new();
        let tools = draft.given.iter().filter(|it| {
            matches!(it, Given::Agent(..) | Given::Address(..))
                || matches!(it, Given::Named(hand, _) if hand.returns.is_some())
        });
        let groups: [(Box<dyn Iterator<Item = &Given> + '_>, bool, &str); 3] = [
            (Box::new(tools), true, "as a tool"),
            (Box::new(draft.hands.iter()), false, "as a hand-off"),
            (
                Box::new(draft.starts.iter()),
                true,
                if draft.is_graph { "as a node" } else { "as a sub-agent" },
            ),
        ];
        for (list, returns, how) in groups {
            for given in list {
                if let Some(row) = self.row(draft, given, (returns, how, draft.is_graph)) {
                    rows.push((index, row));
                }
            }
        }
        let members = self.members(draft);
        if draft.is_team && !draft.is_named {
            let next = members.iter().zip(members.iter().skip(1));
            for (from, to) in next.filter(|(from, to)| from != to) {
                let Some(to) = self.drafts.get(*to) else { continue };
                let hand = Hand::default();
                rows.push((
                    *from,
                    handoff(target(to), &hand, (false, "as the next member", true), &draft.place),
                ));
            }
        } else {
            let targets = members.iter().filter_map(|it| self.drafts.get(*it));
            let hand = Hand::default();
            rows.extend(
                targets
                    .map(|it| (index, handoff(target(it), &hand, (true, "as a member", true), &draft.place))),
            );
        }
        rows
    }

    /// Members of a team, by their numbers.
    fn members(&self, draft: &Draft) -> Vec<usize> {
        let mut members: Vec<usize> = Vec::new();
        for given in &draft.members {
            let found = match given {
                Given::Agent(_, no) => self.by_object.get(no).copied(),
                Given::Named(_, name) => self.named(draft, name),
                _ => None,
            };
            members.extend(found.filter(|it| !members.contains(it)));
        }
        if members.is_empty() && draft.all_of.is_some() {
            // The framework gathers what methods of one class have made.
            let file = &draft.place.path;
            let own = |it: &Draft| it.place.path == *file && it.framework == draft.framework && !it.is_team;
            members.extend(self.drafts.iter().enumerate().filter(|(_, it)| own(it)).map(|(index, _)| index));
            members.sort_by_key(|it| self.drafts.get(*it).map(|it| it.place.clone()));
        }
        members
    }

    fn named(&self, draft: &Draft, name: &str) -> Option<usize> {
        let fits = |it: &Draft| {
            it.framework == draft.framework && (it.name == name || it.name.split('~').next() == Some(name))
        };
        let here = self.drafts.iter().position(|it| fits(it) && it.place.path == draft.place.path);
        here.or_else(|| self.drafts.iter().position(|it| fits(it) && it.at == draft.at))
            .or_else(|| self.drafts.iter().position(fits))
    }

    fn row(&self, draft: &Draft, given: &Given, how: (bool, &str, bool)) -> Option<Handoff> {
        let (hand, target) = match given {
            Given::Agent(hand, no) => {
                let to = self.drafts.get(*self.by_object.get(no)?)?;
                (hand, target(to))
            }
            Given::Named(hand, name) => {
                let target = match self.named(draft, name).and_then(|it| self.drafts.get(it)) {
                    Some(to) => target(to),
                    None => Target::Named(name.clone()),
                };
                (hand, target)
            }
            Given::Address(hand, url) => (hand, Target::Address(url.clone())),
            _ => return None,
        };
        Some(handoff(target, hand, how, &draft.place))
    }
}

fn target(draft: &Draft) -> Target {
    Target::Agent { client: draft.framework.clone(), name: draft.name.clone(), at: draft.at.clone() }
}

fn handoff(to: Target, hand: &Hand, (returns, how, shares): (bool, &str, bool), place: &Place) -> Handoff {
    Handoff {
        to,
        gate: if hand.asked.is_some() { Gate::Asked } else { Gate::Auto },
        returns: hand.returns.unwrap_or(returns),
        shares_context: shares,
        how: if hand.how.is_empty() { how.to_owned() } else { hand.how.clone() },
        place: hand.asked.clone().or_else(|| hand.place.clone()).unwrap_or_else(|| place.clone()),
    }
}

fn agent(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    draft: &Draft,
    (entries, runs, bodies): (&Entries<'_>, &Runs, &mut Bodies<'_>),
) -> Agent {
    let mut facts = AgentFacts::bare(
        draft.framework.as_str(),
        draft.name.as_str(),
        draft.at.as_str(),
        draft.place.clone(),
    );
    facts.model = draft.model.clone().map(|it| (it, draft.place.clone()));
    facts.program.guards.clone_from(&draft.guards);
    facts.program.limits.clone_from(&draft.limits);
    facts.program.approvals.clone_from(&draft.approvals);
    let mut servers: Vec<ServerEntry> = Vec::new();
    let mut kept: Vec<ObjectNo> = draft.keeps.clone();
    for given in &draft.given {
        match given {
            Given::Tool(tool, function) => {
                let tool = bodies.of(follower, (**tool).clone(), function.as_ref());
                // A step of a graph that does nothing outside is no tool; what is decorated is more than a step.
                let plain = function.as_ref().and_then(|it| follower.function(it));
                let is_plain = plain.is_some_and(|(_, it)| it.decorators.is_empty());
                let is_step =
                    draft.is_graph && is_plain && tool.known == Known::Body && tool.effects.is_empty();
                if !is_step
                    && !facts
                        .program
                        .tools
                        .iter()
                        .any(|it| (&it.name, &it.owner) == (&tool.name, &tool.owner))
                {
                    facts.program.tools.push(tool);
                }
            }
            Given::Server(entry) if !servers.contains(entry) => servers.push(entry.clone()),
            Given::Server(_) | Given::Agent(..) | Given::Address(..) => {}
            Given::Named(hand, _) if hand.returns.is_some() => {}
            Given::Named(_, name) => facts.program.tools.push(named_tool(name, draft)),
            Given::Keep(no) => kept.push(*no),
            Given::Unresolved(raw) => facts.program.unresolved.push(Unresolved {
                what: "tools".to_owned(),
                raw: raw.clone(),
                place: draft.place.clone(),
            }),
        }
    }
    let unresolved = draft.hands.iter().chain(&draft.starts).filter_map(|it| match it {
        Given::Unresolved(raw) => Some(raw.clone()),
        _ => None,
    });
    facts.program.unresolved.extend(unresolved.map(|raw| Unresolved {
        what: "agents".to_owned(),
        raw,
        place: draft.place.clone(),
    }));
    facts.program.keeps = kept.iter().filter_map(|it| keep(follower, roles, *it)).collect();
    facts.program.keeps.dedup();
    asked(&mut facts);
    let prompts = told(follower, draft, entries, &mut facts);
    started(follower, roles, draft, (entries, runs), &mut facts);
    Agent { facts, servers, prompts, config: draft.config.clone() }
}

/// A tool of which only the name is there.
fn named_tool(name: &str, draft: &Draft) -> OwnTool {
    OwnTool {
        name: name.to_owned(),
        owner: draft.framework.clone(),
        definition: None,
        known: Known::Nothing,
        effects: Vec::new(),
        gate: Gate::Auto,
        gated_by: None,
        place: draft.place.clone(),
        given: draft.place.clone(),
    }
}

/// Who is asked about which tools.
fn asked(facts: &mut AgentFacts) {
    let approvals = facts.program.approvals.clone();
    for approval in &approvals {
        let named = |it: &OwnTool| approval.tools.contains(&it.name);
        // Names of nodes stand for all that those nodes call.
        let of_nodes = !facts.program.tools.iter().any(named);
        let all =
            approval.tools.is_empty() || of_nodes && approval.tools.iter().any(|it| it.contains("tool"));
        for tool in facts.program.tools.iter_mut().filter(|it| all || approval.tools.contains(&it.name)) {
            gate(tool, Some(&approval.place));
        }
    }
}

/// What it is told, and what is put into that.
fn told(
    follower: &Follower<'_>,
    draft: &Draft,
    entries: &Entries<'_>,
    facts: &mut AgentFacts,
) -> Vec<(String, Place)> {
    let entry = draft.objects.first().and_then(|it| follower.object(*it)).and_then(|it| it.entry);
    let mut texts = Vec::new();
    for (value, place) in &draft.prompts {
        let text = follower.rendered(value);
        if text != "?" && !text.is_empty() {
            texts.push((text, place.clone()));
        }
        let origins = entries.origins(follower, value, entry);
        let untrusted = origins.iter().filter(|it| it.point.trust < Trust::Operator);
        facts.program.prompts.extend(untrusted.map(|it| it.insert(place)));
    }
    texts
}

/// The memory or store that the object is.
pub(super) fn keep(follower: &Follower<'_>, roles: &mut Roles<'_>, no: ObjectNo) -> Option<Kept> {
    let object = follower.object(no)?;
    let ObjectKind::Made { symbol, receiver, .. } = &object.kind else { return None };
    let found = roles.find(symbol, |it| if let Role::Keep(it) = it { Some(it) } else { None });
    let Some((maker, _)) = found else { return keep(follower, roles, (*receiver)?) };
    let options = Options::of_object(no, object);
    let place = follower.place(object.site);
    let which = options.get(follower, &maker.which).map(|it| follower.rendered(&it)).filter(|it| it != "?");
    let own = || format!("{}:{}", place.path, place.line);
    let id = format!("{}:{}", maker.kind, which.clone().unwrap_or_else(own));
    let name = which.map_or_else(|| maker.name.clone(), |it| format!("{} {it}", maker.name));
    let kept_for = match maker.kept_for.as_str() {
        "run" => KeptFor::Run,
        "session" => KeptFor::Session,
        "user" => KeptFor::User,
        _ => KeptFor::Everybody,
    };
    Some(Kept { on: Object::named(id, name), writes: maker.writes, reads: true, kept_for, place })
}

/// What bodies of functions do, each read once, however many agents have it as a tool.
struct Bodies<'c> {
    catalog: &'c Catalog,
    known: BTreeMap<(FunctionKey, Option<ObjectNo>), Vec<OwnEffect>>,
}

impl Bodies<'_> {
    /// The tool with what its body does.
    fn of(&mut self, follower: &mut Follower<'_>, tool: OwnTool, function: Option<&Value>) -> OwnTool {
        let Some(function) = function else { return tool };
        let key = match function {
            Value::Function(it) => Some(((it.module, it.no), it.bound)),
            _ => None,
        };
        if let Some(effects) = key.and_then(|it| self.known.get(&it)) {
            return OwnTool { effects: effects.clone(), known: Known::Body, ..tool };
        }
        let effects = effects::of(function, follower, self.catalog).all();
        if let Some(key) = key {
            self.known.insert(key, effects.clone());
        }
        OwnTool { effects, known: Known::Body, ..tool }
    }
}

/// Programs that serve tools.
fn served(follower: &mut Follower<'_>, roles: &mut Roles<'_>, bodies: &mut Bodies<'_>) -> Vec<Served> {
    let numbers: Vec<ObjectNo> = follower.objects().map(|(no, _)| no).collect();
    let mut all: Vec<Served> = Vec::new();
    for no in numbers {
        let Some(object) = follower.object(no).cloned() else { continue };
        let ObjectKind::Made { symbol, wraps: None, .. } = &object.kind else { continue };
        let found = roles.find(symbol, |it| if let Role::Serves(it) = it { Some(it) } else { None });
        let Some((maker, _)) = found else { continue };
        let options = Options::of_object(no, &object);
        let place = follower.place(object.site);
        let name = options.get(follower, &maker.name).and_then(|it| Some(it.text()?.to_owned()));
        let name =
            name.or_else(|| object.name.as_ref().map(Name::to_string)).unwrap_or_else(|| "server".to_owned());
        let lists: Vec<Value> = options.all(follower, &maker.tools).into_iter().map(|(_, it)| it).collect();
        let mut reader = Reader { follower, roles };
        let mut given = draft::attached_by(&mut reader, &object, &maker.attach);
        given.extend(lists.iter().flat_map(|it| reader.all(it, &place)));
        let mut tools: Vec<OwnTool> = Vec::new();
        for given in given {
            let Given::Tool(tool, function) = given else { continue };
            if !tools.iter().any(|it| it.name == tool.name) {
                tools.push(bodies.of(follower, *tool, function.as_ref()));
            }
        }
        let path = place.path.to_string();
        if !all.iter().any(|it| it.path == path && it.name == name) {
            let (addresses, authenticated) = (Vec::new(), None);
            all.push(Served { name, path, protocol: Protocol::Mcp, tools, addresses, authenticated, place });
        }
    }
    all
}
