//! What one program says of its agents: drafts become facts.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::facts::{AgentFacts, Kept, KeptFor, Known, Object, OwnEffect, OwnTool, Unresolved};
use ambit_model::{Place, Trust};

use super::Agent;
use super::definition::gate;
use super::dispatch::Dispatch;
use super::draft::{CallOf, Draft, Shape};
use super::given::{Given, Hand};
use super::options::Options;
use super::part::{Part, Row, Sketch, To};
use super::roles::{Role, Roles};
use super::runs::{Runs, started};
use super::served;
use super::servers::ServerEntry;
use super::starts::Entries;
use crate::effects;
use crate::follow::Follower;
use crate::follow::value::{FunctionKey, ObjectKind, ObjectNo, Site, Value};

/// Which agent is made where.
type BySite = BTreeMap<Site, u32>;
/// Which agent an object is.
pub(super) type ByObject = BTreeMap<ObjectNo, u32>;

/// What one program says: agents as far as it knows them, and what it serves.
pub(super) fn all(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    drafts: &[Draft],
    catalog: &Catalog,
) -> Part {
    let sites: BySite = (0..)
        .zip(drafts)
        .flat_map(|(index, it)| it.objects.iter().map(move |no| (index, *no)))
        .filter_map(|(index, no)| Some((follower.object(no)?.site, index)))
        .collect();
    let by_object = by_object(follower, drafts, &sites);
    let entries = Entries::of(follower, catalog);
    let runs = Runs::of(follower, roles, &by_object);
    let mut bodies = Bodies { catalog, known: BTreeMap::new(), dispatch: dispatch(follower, drafts) };
    let mut part = Part::default();
    for draft in drafts {
        let is_shown = !draft.is_team || draft.is_named();
        let agent = is_shown.then(|| agent(follower, roles, draft, (&entries, &runs, &mut bodies)));
        let mut of_row = bare(draft);
        if !is_shown {
            started(follower, roles, draft, (&entries, &runs), &mut of_row);
        }
        let starts = of_row.program.starts;
        part.agents.push(Sketch { starts, agent, ..Sketch::of(draft, drafts, &by_object) });
    }
    // What asks a model with tools runs the agent that it makes.
    let is_call = |index: u32| {
        let draft = usize::try_from(index).ok().and_then(|it| drafts.get(it));
        draft.is_some_and(|it| it.call != CallOf::None)
    };
    for (own, (draft, sketch)) in (0..).zip(drafts.iter().zip(&mut part.agents)) {
        for given in &draft.given {
            let (Given::Tool(_, Some(function)) | Given::Step(_, function)) = given else { continue };
            let is_other_call = |it: u32| it != own && is_call(it);
            for (to, place) in run_by(follower, roles, function, (&sites, &is_other_call)) {
                // What a step runs is known of the step.
                if draft.shape == Shape::Flow && sketch.hands.iter().any(|it| it.to == To::Own(to)) {
                    continue;
                }
                let hand = Hand { place: Some(place), ..Hand::default() };
                sketch.runs.push(Row::of(To::Own(to), &hand, (true, "in a tool", false), &draft.place));
            }
        }
    }
    part.served = served::all(follower, roles, &mut bodies);
    part
}

/// Which agent each object is. What was made while steps were followed, after all agents had been gathered, is the agent of
/// its line.
fn by_object(follower: &Follower<'_>, drafts: &[Draft], sites: &BySite) -> ByObject {
    let mut found: ByObject =
        (0..).zip(drafts).flat_map(|(index, it)| it.objects.iter().map(move |no| (*no, index))).collect();
    let given = drafts.iter().flat_map(|it| it.given.iter().chain(&it.hands).chain(&it.starts));
    for no in given.filter_map(|it| if let Given::Agent(_, no) = it { Some(*no) } else { None }) {
        let of_line = follower.object(no).and_then(|it| sites.get(&it.site));
        if let Some(index) = of_line {
            found.entry(no).or_insert(*index);
        }
    }
    found
}

/// The agents that a function runs, by their numbers, with where it does: also those that its calls make, of which `is_call`
/// says that they are run where they are made.
fn run_by(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    function: &Value,
    (sites, is_call): (&BySite, &dyn Fn(u32) -> bool),
) -> Vec<(u32, Place)> {
    let mut found = Vec::new();
    for number in follower.calls_of(function) {
        let Some(event) = follower.event(number) else { continue };
        let made = event.result.object().and_then(|it| follower.object(it));
        if let Some(to) = made.and_then(|it| sites.get(&it.site)).filter(|it| is_call(**it)) {
            found.push((*to, follower.place(event.site)));
            continue;
        }
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

fn agent(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    draft: &Draft,
    (entries, runs, bodies): (&Entries<'_>, &Runs, &mut Bodies<'_>),
) -> Agent {
    let mut facts = bare(draft);
    facts.model = draft.model.clone().map(|it| (it, draft.place.clone()));
    facts.program.guards.clone_from(&draft.guards);
    facts.program.limits.clone_from(&draft.limits);
    facts.program.approvals.clone_from(&draft.approvals);
    let mut servers: Vec<ServerEntry> = Vec::new();
    let mut kept: Vec<ObjectNo> = draft.keeps.clone();
    for given in &draft.given {
        match given {
            Given::Tool(tool, function) => {
                let tool = match function {
                    Some(_) => bodies.of(follower, (**tool).clone(), function.as_ref()),
                    None => bodies.told(follower, (**tool).clone()),
                };
                shown(&mut facts.program.tools, tool);
            }
            Given::Step(tool, function) => {
                let tool = bodies.of(follower, (**tool).clone(), Some(function));
                // A step that does nothing outside is no tool; what is decorated is more than a step.
                let is_decorated = follower.function(function).is_some_and(|it| !it.1.decorators.is_empty());
                let is_more = draft.shape != Shape::Flow && is_decorated;
                if is_more || tool.known != Known::Body || !tool.effects.is_empty() {
                    shown(&mut facts.program.tools, tool);
                }
            }
            Given::Server(entry) if !servers.contains(entry) => servers.push(entry.clone()),
            Given::Server(_) | Given::Agent(..) | Given::Address(..) => {}
            Given::Named(hand, _) if hand.returns.is_some() => {}
            Given::Named(_, name) => {
                facts.program.tools.push(OwnTool::undescribed(
                    name,
                    &draft.framework,
                    &draft.place,
                    &draft.place,
                ));
            }
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

/// Adds a tool that is not there yet.
fn shown(tools: &mut Vec<OwnTool>, tool: OwnTool) {
    if !tools.iter().any(|it| (&it.name, &it.owner) == (&tool.name, &tool.owner)) {
        tools.push(tool);
    }
}

/// The agent of which nothing is known but who it is.
fn bare(draft: &Draft) -> AgentFacts {
    AgentFacts::bare(draft.framework.as_str(), draft.name.as_str(), draft.at.as_str(), draft.place.clone())
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
pub(super) struct Bodies<'c> {
    pub(super) catalog: &'c Catalog,
    known: BTreeMap<(FunctionKey, Option<ObjectNo>), Vec<OwnEffect>>,
    /// What tells tools apart of which models know the schema alone.
    dispatch: Dispatch,
}

/// What tells the tools apart of which only a schema is known.
fn dispatch(follower: &Follower<'_>, drafts: &[Draft]) -> Dispatch {
    let named = |it: &Given| match it {
        Given::Tool(tool, None) if tool.known == Known::Definition => Some(tool.name.clone()),
        _ => None,
    };
    let names: BTreeSet<String> = drafts.iter().flat_map(|it| it.given.iter().filter_map(named)).collect();
    Dispatch::of(follower, &names)
}

impl Bodies<'_> {
    /// The tool with what the program does when it is told its name.
    fn told(&mut self, follower: &mut Follower<'_>, tool: OwnTool) -> OwnTool {
        if tool.known == Known::Definition {
            self.dispatch.carried_out(follower, self.catalog, tool)
        } else {
            tool
        }
    }

    /// The tool with what its body does.
    pub(super) fn of(
        &mut self,
        follower: &mut Follower<'_>,
        tool: OwnTool,
        function: Option<&Value>,
    ) -> OwnTool {
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
