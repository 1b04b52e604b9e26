//! Agents as they are met: each with its identity and what it is given, before names are joined.

use std::collections::BTreeMap;

use ambit_catalog::schema::{AgentMaker, FlowMaker, GraphMaker};
use ambit_model::Place;
use ambit_model::facts::{Approval, Guard, LoopLimit, OwnTool};

use super::around;
use super::asked;
use super::attached::attached;
use super::definition;
use super::doubles;
use super::flow;
use super::given::{Given, Hand, Reader};
use super::graph;
use super::handed;
use super::options::Options;
use super::roles::{Known, Role, Roles};
use crate::follow::paths::folder_of;
use crate::follow::value::{Object, ObjectKind, ObjectNo, Site, Value};
use crate::follow::{Follower, Met, ModuleNo};
use crate::ir::ClassNo;

/// An agent before names are joined.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// When its line was followed first.
    pub(super) met: Met,
    pub(super) framework: String,
    pub(super) name: String,
    pub(super) at: String,
    pub(super) place: Place,
    /// The class in whose method it is made.
    pub(super) class: Option<(ModuleNo, ClassNo)>,
    /// The objects that are this agent: one for each time that its line was followed.
    pub(super) objects: Vec<ObjectNo>,
    pub(super) model: Option<String>,
    pub(super) prompts: Vec<(Value, Place)>,
    pub(super) given: Vec<Given>,
    pub(super) hands: Vec<Given>,
    pub(super) starts: Vec<Given>,
    pub(super) members: Vec<Given>,
    /// A list of members that the framework fills in itself.
    pub(super) all_of: Option<ObjectNo>,
    pub(super) keeps: Vec<ObjectNo>,
    pub(super) guards: Vec<Guard>,
    pub(super) limits: Vec<LoopLimit>,
    pub(super) approvals: Vec<Approval>,
    pub(super) config: Option<(String, String)>,
    /// Whether it only puts others in a row.
    pub(super) is_team: bool,
    /// How it stands to whoever works with it.
    pub(super) among: Among,
    /// Who has named it.
    pub(super) named: Naming,
    /// Whether its steps ask a model.
    pub(super) asks_model: bool,
    /// What the agents that it runs see.
    pub(super) shape: Shape,
    /// Whether it is a call of a model, and which.
    pub(super) call: CallOf,
}

impl Draft {
    /// Whether somebody has named it.
    pub(super) fn is_named(&self) -> bool {
        self.named == Naming::Given
    }
}

/// Whether an agent is a call of a model with tools, around which the program has its own loop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum CallOf {
    /// Something that is made, and run elsewhere.
    #[default]
    None,
    /// Of a member of a client.
    Client,
    /// A plain request.
    Request,
}

/// How an agent comes by its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Naming {
    /// Nobody gives it one: that of what it is given to, or of the function around.
    #[default]
    Nobody,
    /// It is given one that is not known, and has what is around for a name.
    Veiled,
    /// It is given one.
    Given,
}

/// How an agent stands to those that work with it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Among {
    /// Whether one of its members, or whoever it starts, leads the others.
    pub(super) is_led: bool,
    /// Whether it hands work to all that are members beside it.
    pub(super) shares: bool,
}

/// What an agent is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A model in a loop.
    Loop,
    /// Nodes that share one state.
    Graph,
    /// Steps, which hand the agents that they run only what those need.
    Flow,
}

/// All agents, in the order in which they are made.
pub(super) fn all(follower: &mut Follower<'_>, roles: &mut Roles<'_>) -> Vec<Draft> {
    let numbers: Vec<ObjectNo> = follower.objects().map(|(no, _)| no).collect();
    let doubles = doubles::all(follower);
    let mut drafts: Vec<Draft> = Vec::new();
    let mut by_key: BTreeMap<(Site, String), usize> = BTreeMap::new();
    for no in numbers {
        let Some((known, maker)) = maker_of(follower, roles, no) else { continue };
        let draft = match &maker {
            Maker::Agent(..) if doubles.contains(&no) => None,
            Maker::Agent(maker, sent) => agent(follower, roles, no, (&known, maker, sent.as_ref())),
            Maker::Graph(maker) => graph::draft(follower, roles, no, (&known, maker)),
            Maker::Flow(maker) => flow::draft(follower, roles, no, (&known, maker)),
        };
        let Some(draft) = draft else { continue };
        let own = || follower.object(no).map(|it| it.site);
        let site = if draft.shape == Shape::Flow { flow::site(follower, no) } else { own() };
        let Some(site) = site else { continue };
        // What nobody has named is one agent, whatever variable it is given to.
        let (unnamed, named) = ((site, String::new()), (site, draft.name.clone()));
        let (key, other) = if draft.is_named() { (named, unnamed) } else { (unnamed, named) };
        // Followed twice, a name may be seen once only; the function around is then called the same.
        let same_name = |it: &&usize| drafts.get(**it).is_some_and(|it| it.name == draft.name);
        let known = by_key.get(&key).or_else(|| by_key.get(&other).filter(same_name)).copied();
        let known = known.or_else(|| drafts.iter().position(|it| doubles::goes_on(follower, it, &draft)));
        if let Some(known) = known.and_then(|it| drafts.get_mut(it)) {
            join(known, draft);
        } else {
            by_key.insert(key, drafts.len());
            drafts.push(draft);
        }
    }
    let mut drafts = doubles::unveiled(drafts);
    handed::give(follower, roles, &mut drafts);
    drafts
}

/// The same line, followed once more: what it is given may differ.
pub(super) fn join(known: &mut Draft, more: Draft) {
    if more.is_named() {
        known.named = Naming::Given;
    }
    known.objects.extend(more.objects);
    known.config = known.config.take().or(more.config);
    known.model = known.model.take().or(more.model);
    let is_known = |tool: &OwnTool, known: &OwnTool| (&tool.name, &tool.owner) == (&known.name, &known.owner);
    let is_new = |it: &Given| match it {
        Given::Tool(tool, _) => {
            !known.given.iter().any(|it| matches!(it, Given::Tool(it, _) if is_known(tool, it)))
        }
        Given::Step(tool, _) => {
            !known.given.iter().any(|it| matches!(it, Given::Step(it, _) if is_known(tool, it)))
        }
        Given::Unresolved(_) => known.given.is_empty(),
        _ => true,
    };
    let new: Vec<Given> = more.given.into_iter().filter(|it| is_new(it)).collect();
    known.given.extend(new);
    known.hands.extend(more.hands);
    known.starts.extend(more.starts);
    known.members.extend(more.members);
    if known.limits.iter().all(|it| it.place.is_none()) && !more.limits.is_empty() {
        known.limits = more.limits;
    }
    known.keeps.extend(more.keeps);
}

enum Maker<'c> {
    /// What makes it, with what is sent where that is a request.
    Agent(&'c AgentMaker, Option<Options>),
    Graph(&'c GraphMaker),
    Flow(&'c FlowMaker),
}

/// What makes the object an agent: what was called, or the class that its own derives from.
fn maker_of<'c>(
    follower: &Follower<'_>,
    roles: &mut Roles<'c>,
    no: ObjectNo,
) -> Option<(Known<'c>, Maker<'c>)> {
    let paths = match &follower.object(no)?.kind {
        ObjectKind::Made { symbol, wraps: None, .. } => vec![symbol.clone()],
        ObjectKind::Instance { class, .. } => follower.outside_bases(class),
        ObjectKind::Made { .. } | ObjectKind::List(_) | ObjectKind::Map(_) => return None,
    };
    let by_path = paths.iter().find_map(|path| {
        let (maker, known) = roles.find(path, |it| match it {
            Role::Agent(it) => Some(Maker::Agent(it, None)),
            Role::Graph(it) => Some(Maker::Graph(it)),
            Role::Flow(it) => Some(Maker::Flow(it)),
            _ => None,
        })?;
        Some((known, maker))
    });
    by_path.or_else(|| {
        let asked = asked::of(follower, roles, follower.object(no)?)?;
        Some((asked.known, Maker::Agent(asked.maker, Some(asked.options))))
    })
}

/// The draft of which only its identity is known.
pub(super) fn bare(follower: &Follower<'_>, no: ObjectNo, framework: &str, name: String) -> Option<Draft> {
    let object = follower.object(no)?;
    let place = follower.place(object.site);
    Some(Draft {
        met: follower.met(no),
        framework: framework.to_owned(),
        name,
        at: folder_of(&place.path).to_owned(),
        class: class_around(follower, object),
        objects: vec![no],
        model: None,
        prompts: Vec::new(),
        given: Vec::new(),
        hands: Vec::new(),
        starts: Vec::new(),
        members: Vec::new(),
        all_of: None,
        keeps: Vec::new(),
        guards: Vec::new(),
        limits: Vec::new(),
        approvals: Vec::new(),
        config: None,
        is_team: false,
        among: Among::default(),
        named: Naming::Nobody,
        asks_model: false,
        shape: Shape::Loop,
        call: CallOf::None,
        place,
    })
}

fn agent(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    no: ObjectNo,
    (known, maker, sent): (&Known<'_>, &AgentMaker, Option<&Options>),
) -> Option<Draft> {
    let object = follower.object(no)?.clone();
    let options = sent.cloned().unwrap_or_else(|| Options::of_object(no, &object));
    let (name, config, is_named) = name_of(follower, &options, &object, maker);
    let mut draft = bare(follower, no, known.framework, name)?;
    (draft.config, draft.is_team) = (config, maker.is_team);
    let is_veiled = || options.get(follower, &maker.name).is_some_and(|it| it != Value::Null);
    draft.named = match is_named {
        true => Naming::Given,
        false if is_veiled() => Naming::Veiled,
        false => Naming::Nobody,
    };
    let place = draft.place.clone();
    draft.model = options.get(follower, &maker.model).and_then(|it| model(follower, &it));
    for (_, value) in options.all(follower, &maker.instructions) {
        draft.prompts.push((value, place.clone()));
    }
    let tools = options.all(follower, &maker.tools);
    let servers = options.all(follower, &maker.servers);
    // A call of a model without tools is no agent: it says something and does nothing.
    let is_call = maker.name.is_empty();
    if is_call
        && tools.is_empty()
        && servers.is_empty()
        && maker.brings.is_empty()
        && known.framework != "claude-agent-sdk"
    {
        return None;
    }
    draft.call = match (is_call, sent) {
        (false, _) => CallOf::None,
        (true, None) => CallOf::Client,
        (true, Some(_)) => CallOf::Request,
    };
    let mut reader = Reader { follower, roles };
    draft.given = tools.iter().flat_map(|(_, it)| reader.all(it, &place)).collect();
    draft.given.extend(servers.iter().flat_map(|(_, it)| servers_of(&mut reader, it, &place)));
    draft.given.extend(attached(&mut reader, &object, maker));
    draft.given.extend(reader.of_guards(&options, maker, &place));
    if let ObjectKind::Instance { class, .. } = &object.kind {
        draft.given.extend(reader.decorated_methods(class, &place));
    }
    draft.given.extend(brought(reader.follower, &options, maker, known.framework, &place));
    for (names, to) in [
        (&maker.hands, &mut draft.hands),
        (&maker.starts, &mut draft.starts),
        (&maker.members, &mut draft.members),
    ] {
        let values: Vec<Value> = options.all(reader.follower, names).into_iter().map(|(_, it)| it).collect();
        for value in values {
            if let Value::Part(of, _) = value {
                draft.all_of = Some(of);
            }
            to.extend(reader.all(&value, &place));
        }
    }
    draft.hands.extend(later(&mut reader, &object, &maker.hands));
    let follower = reader.follower;
    let holds = |it: &[String]| options.holds(follower, it).is_some();
    draft.among = Among { is_led: holds(&maker.led), shares: holds(&maker.shares) };
    if draft.among.is_led && draft.starts.is_empty() {
        // The framework makes who leads: the team is an agent itself.
        draft.is_team = false;
        let class = draft.class.filter(|_| !is_named);
        let class = class.and_then(|(module, no)| follower.world().module(module)?.class(no)?.name.clone());
        draft.name = class.map_or(draft.name, |it| it.to_string());
    }
    around::keeps(follower, &options, maker, &mut draft);
    around::rest(follower, &options, (maker, known), &mut draft);
    Some(draft)
}

/// What was added to a list of the agent later: `agent.handoffs.append(other)`.
fn later(reader: &mut Reader<'_, '_, '_>, object: &Object, names: &[String]) -> Vec<Given> {
    let mut found = Vec::new();
    for event in &object.events {
        let Some(event) = reader.follower.event(*event).cloned() else { continue };
        let adds = |name: &String| {
            ["append", "extend", "push"].iter().any(|it| event.symbol.ends_with(&format!(".{name}.{it}")))
        };
        if names.iter().any(adds) {
            let place = reader.follower.place(event.site);
            for (_, value) in event.args.iter() {
                found.extend(reader.all(value, &place));
            }
        }
    }
    found
}

/// The name: as given, else that of its entry in a file, of its variable, of the function that makes it.
fn name_of(
    follower: &Follower<'_>,
    options: &Options,
    object: &Object,
    maker: &AgentMaker,
) -> (String, Option<(String, String)>, bool) {
    let given = options.get(follower, &maker.name);
    let config = given.as_ref().and_then(entry_in_file);
    let text = given.as_ref().and_then(|it| match it {
        Value::Text(_) => it.text().map(str::to_owned),
        Value::Template(_) => Some(follower.rendered(it).replace(['{', '}'], "")),
        _ => None,
    });
    let is_named = text.is_some() || config.is_some();
    let by_text = text.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    let name = by_text
        .or_else(|| config.as_ref().map(|(_, key)| key.clone()))
        .or_else(|| definition::class_of(follower, object).filter(|_| object.name.is_none()))
        .or_else(|| around(follower, object, maker.name.is_empty()))
        .unwrap_or_else(|| "agent".to_owned());
    (name, config.filter(|(file, _)| !file.is_empty()), is_named)
}

/// The variable or the function around.
pub(super) fn around(follower: &Follower<'_>, object: &Object, function_first: bool) -> Option<String> {
    let variable = object.name.as_ref().map(ToString::to_string);
    let function = object.within.and_then(|(module, function)| {
        let function = follower.world().module(module)?.function(function)?;
        function.name.as_ref().map(ToString::to_string)
    });
    if function_first { function.or(variable) } else { variable.or(function) }
}

/// The class in whose method the object is made.
fn class_around(follower: &Follower<'_>, object: &Object) -> Option<(ModuleNo, ClassNo)> {
    let (no, function) = object.within?;
    Some((no, follower.world().module(no)?.function(function)?.class?))
}

/// `config=self.agents_config['researcher']`: the file, and the entry in it.
fn entry_in_file(value: &Value) -> Option<(String, String)> {
    match value {
        Value::Mixed(parts) => match parts.as_ref() {
            [Value::Text(file), Value::Text(key)] => Some((file.to_string(), key.to_string())),
            _ => None,
        },
        Value::Part(_, path) => {
            let (_, key) = path.rsplit_once('.')?;
            Some((String::new(), key.to_owned()))
        }
        _ => None,
    }
}

/// The model: its name, wherever in what makes it.
pub(super) fn model(follower: &Follower<'_>, value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.to_string()),
        Value::Env(name) => Some(format!("${{{name}}}")),
        Value::Choice(list) => list.iter().find_map(|it| model(follower, it)),
        Value::Object(no) => {
            let object = follower.object(*no)?;
            let options = Options::of_object(*no, object);
            let names = [
                "model",
                "model_name",
                "modelName",
                "model_id",
                "id",
                "deployment_name",
                "azure_deployment",
                "ai_model_id",
                "#0",
                "self",
            ];
            let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
            options.get(follower, &names).and_then(|it| model(follower, &it))
        }
        _ => None,
    }
}

/// Servers, where a list of them is given by name or by object.
fn servers_of(reader: &mut Reader<'_, '_, '_>, value: &Value, place: &Place) -> Vec<Given> {
    if let Some(pairs) = reader.follower.pairs(value) {
        let mut found = Vec::new();
        for (key, it) in pairs {
            let name = key.as_ref().and_then(Value::text).map(str::to_owned);
            found.extend(
                super::servers::entry(reader.follower, reader.roles, name, &it, place)
                    .into_iter()
                    .map(Given::Server),
            );
        }
        return found;
    }
    let all = reader.all(value, place);
    let kept = |it: Given| match it {
        // A name or an address of a server.
        Given::Named(_, text) => super::servers::named(&text, place).map(Given::Server),
        other => Some(other),
    };
    all.into_iter().filter_map(kept).collect()
}

/// Tools that it has by what it is.
fn brought(
    follower: &Follower<'_>,
    options: &Options,
    maker: &AgentMaker,
    framework: &str,
    place: &Place,
) -> Vec<Given> {
    let there =
        maker.brings.iter().filter(|it| it.when.is_empty() || options.holds(follower, &it.when).is_some());
    there
        .map(|it| {
            let tool = OwnTool {
                name: it.name.clone(),
                owner: framework.to_owned(),
                definition: None,
                known: ambit_model::facts::Known::Catalog(format!("framework/{framework}")),
                effects: definition::effects(&it.effects, &it.does, place, framework),
                gate: ambit_model::Gate::Auto,
                gated_by: None,
                place: place.clone(),
                given: place.clone(),
            };
            Given::Tool(Box::new(tool), None)
        })
        .collect()
}

/// A hand-over without anything particular.
pub(super) fn hand(how: &str, returns: bool, place: &Place) -> Hand {
    Hand { returns: Some(returns), how: how.to_owned(), asked: None, place: Some(place.clone()) }
}
