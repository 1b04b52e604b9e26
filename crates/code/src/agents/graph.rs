//! Graphs of steps that share one state: the graph is the agent, and what its nodes do is what it does.

use ambit_catalog::schema::{CallLanguage, GraphMaker};
use ambit_model::Place;
use ambit_model::facts::{Approval, LimitKind, LoopLimit, Shown};

use super::chains::links;
use super::draft::{Draft, Naming, Shape, around, bare, hand, model};
use super::given::{Given, Reader};
use super::options::Options;
use super::roles::{Known, Role, Roles};
use crate::follow::Follower;
use crate::follow::value::{CallEvent, ObjectKind, ObjectNo, Value, arg};
use crate::ir::Language;

/// The graph that the object is.
pub(super) fn draft(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    no: ObjectNo,
    (known, maker): (&Known<'_>, &GraphMaker),
) -> Option<Draft> {
    let links = links(follower, no, maker);
    let events: Vec<CallEvent> = links
        .iter()
        .filter_map(|it| follower.object(*it))
        .flat_map(|it| it.events.clone())
        .filter_map(|it| follower.event(it).cloned())
        .collect();
    let called = |event: &CallEvent, members: &[String]| {
        event.symbol.rsplit('.').next().is_some_and(|it| members.iter().any(|member| member == it))
    };
    let compiled: Vec<&CallEvent> = events.iter().filter(|it| called(it, &maker.compile)).collect();
    let named = compiled.iter().find_map(|it| {
        let name = Options::of_call(&it.args, None).get(follower, &["name".to_owned()])?;
        Some(name.text()?.to_owned())
    });
    let variable =
        compiled.iter().find_map(|it| around(follower, follower.object(it.result.object()?)?, false));
    let own = follower.object(no).and_then(|it| around(follower, it, false));
    let is_named = named.is_some();
    let name = named.or(variable).or(own).unwrap_or_else(|| "graph".to_owned());
    let mut draft = bare(follower, no, known.framework, name)?;
    draft.shape = Shape::Graph;
    draft.named = if is_named { Naming::Given } else { Naming::Nobody };
    draft.objects = links.into_iter().collect();
    for event in &compiled {
        finished(follower, &Options::of_call(&event.args, None), maker, &mut draft, event);
    }
    if draft.limits.is_empty() {
        let default = known.facts.limit.iter();
        draft.limits.extend(default.map(|it| LoopLimit {
            kind: LimitKind::Steps,
            raw: it.clone(),
            place: None,
        }));
    }
    for event in events.iter().filter(|it| called(it, &maker.nodes)) {
        let place = follower.place(event.site);
        let mut reader = Reader { follower, roles };
        for (name, value) in nodes(reader.follower, event) {
            node(&mut reader, &value, (name.as_deref(), &place), &mut draft);
        }
    }
    Some(draft)
}

/// What a call that adds nodes adds, by their names: `("name", step, options)`, `(step)`, `({name: step})`,
/// `([step, ("name", step)])`.
fn nodes(follower: &Follower<'_>, event: &CallEvent) -> Vec<(Option<String>, Value)> {
    let text = |it: &Value| it.text().map(str::to_owned);
    let keyed = |keys: &[&str]| {
        let found = event.args.iter().find(|(key, _)| key.as_deref().is_some_and(|it| keys.contains(&it)));
        found.map(|it| &it.1)
    };
    let mut plain = event.args.iter().filter(|(key, _)| key.is_none()).map(|it| &it.1);
    let first = plain.next();
    let name = first.or_else(|| keyed(&["node", "key"])).and_then(text);
    if name.is_some() {
        let step = plain.next().or_else(|| keyed(&["action"]));
        return step.map(|it| (name, it.clone())).into_iter().collect();
    }
    let Some(first) = first.or_else(|| keyed(&["node", "action", "nodes"])) else { return Vec::new() };
    if let Some(pairs) = follower.pairs(first) {
        return pairs.iter().map(|(key, it)| (key.as_ref().and_then(text), it.clone())).collect();
    }
    let Some(items) = follower.items(first) else { return vec![(None, first.clone())] };
    let pair = |it: &Value| match follower.items(it).as_deref() {
        Some([name, step, ..]) => (text(name), step.clone()),
        _ => (None, it.clone()),
    };
    items.iter().map(pair).collect()
}

/// What compiling says: what is kept, and before which nodes a human is asked.
fn finished(
    follower: &Follower<'_>,
    options: &Options,
    maker: &GraphMaker,
    draft: &mut Draft,
    event: &CallEvent,
) {
    for (_, value) in options.all(follower, &maker.keeps) {
        draft.keeps.extend(value.each().iter().filter_map(Value::object));
    }
    let place = follower.place(event.site);
    for (how, value) in options.all(follower, &maker.asks) {
        let tools = super::servers::texts(follower, &value).unwrap_or_default();
        if !tools.is_empty() {
            // State is shown as it stands; which of it depends on the program.
            draft.approvals.push(Approval { shows: Shown::Unclear, tools, how, place: place.clone() });
        }
    }
}

/// A node: an agent, a list of tools that is called, or a function.
fn node(
    reader: &mut Reader<'_, '_, '_>,
    value: &Value,
    (name, place): (Option<&str>, &Place),
    draft: &mut Draft,
) {
    if reader.follower.function(value).is_some() {
        let node = Node { name, place, how: "in a node", gives: &[] };
        return step(reader, value, &node, draft);
    }
    if let Some(tools) = tool_node(reader.follower, value) {
        draft.given.extend(reader.all(&tools, place));
        return;
    }
    for given in reader.all(value, place) {
        match given {
            Given::Agent(_, no) => draft.starts.push(Given::Agent(hand("as a node", true, place), no)),
            Given::Tool(..) | Given::Step(..) | Given::Server(_) => draft.given.push(given),
            Given::Named(..) | Given::Address(..) | Given::Keep(_) | Given::Unresolved(_) => {}
        }
    }
}

/// The tools of `ToolNode(tools)`.
fn tool_node(follower: &Follower<'_>, value: &Value) -> Option<Value> {
    let object = follower.object(value.object()?)?;
    let ObjectKind::Made { symbol, args, .. } = &object.kind else { return None };
    (symbol.ends_with(".ToolNode")).then(|| args.first().map(|(_, it)| it.clone()))?
}

/// What a function is the step of.
#[derive(Debug)]
pub(super) struct Node<'n> {
    pub(super) name: Option<&'n str>,
    pub(super) place: &'n Place,
    /// How an agent comes to be run by it.
    pub(super) how: &'n str,
    /// Members of models that take tools.
    pub(super) gives: &'n [String],
}

/// A function as a node: the tools that its model may call, the agents that it runs, the human that it asks.
pub(super) fn step(reader: &mut Reader<'_, '_, '_>, value: &Value, node: &Node<'_>, draft: &mut Draft) {
    let numbers = reader.follower.calls_of(value);
    let events: Vec<CallEvent> =
        numbers.iter().filter_map(|it| reader.follower.event(*it).cloned()).collect();
    let mut acts = false;
    for event in &events {
        let at = reader.follower.place(event.site);
        if event.symbol.ends_with(".interrupt") {
            let of = node.name.map(str::to_owned).into_iter().collect();
            draft.approvals.push(Approval {
                shows: Shown::Unclear,
                tools: of,
                how: "interrupt".to_owned(),
                place: at,
            });
            continue;
        }
        if draft.model.is_none() {
            draft.model = asked_model(reader, event);
        }
        draft.asks_model |= reader.roles.is_of_model(language(reader.follower, event), &event.symbol);
        if let Some(tools) = bound_tools(reader.follower, event, node.gives) {
            draft.asks_model = true;
            let asked = event.receiver.and_then(|it| model(reader.follower, &Value::Object(it)));
            draft.model = draft.model.take().or(asked);
            draft.given.extend(reader.all(&tools, &at));
            continue;
        }
        let runs =
            reader.roles.find(&event.symbol, |it| if let Role::Runs(it) = it { Some(it) } else { None });
        let Some((runs, _)) = runs else {
            acts = true;
            continue;
        };
        let options = Options::of_call(&event.args, event.receiver);
        if let Some(agent) = options.get(reader.follower, &runs.agent) {
            let found = reader.all(&agent, &at);
            let agents = found.into_iter().filter_map(|it| match it {
                Given::Agent(_, no) => Some(Given::Agent(hand(node.how, true, &at), no)),
                _ => None,
            });
            draft.starts.extend(agents);
        }
    }
    // What the function itself does is done without a model's asking.
    if acts && let Some(tool) = reader.tool_of(Some(value), node.name, node.place, node.place) {
        draft.given.push(Given::Step(Box::new(tool), value.clone()));
    }
}

/// What the call stands in.
fn language(follower: &Follower<'_>, event: &CallEvent) -> CallLanguage {
    match follower.world().module(event.site.module).map(|it| it.language) {
        Some(Language::TypeScript) => CallLanguage::TypeScript,
        _ => CallLanguage::Python,
    }
}

/// The model that the call asks, where it is one of a model and of no agent.
fn asked_model(reader: &mut Reader<'_, '_, '_>, event: &CallEvent) -> Option<String> {
    let makes = |it| if let Role::Agent(it) = it { Some(it) } else { None };
    let (maker, _) = reader.roles.find(&event.symbol, makes).filter(|(it, _)| it.name.is_empty())?;
    let options = Options::of_call(&event.args, event.receiver);
    options.get(reader.follower, &maker.model).and_then(|it| model(reader.follower, &it))
}

/// The tools of the model that the call goes to: `llm.bind_tools(tools).invoke(…)`.
fn bound_tools(follower: &Follower<'_>, event: &CallEvent, gives: &[String]) -> Option<Value> {
    let called = match &event.callee {
        Value::Param(path) => path,
        _ => &event.symbol,
    };
    let member = called.rsplit('.').next().unwrap_or_default();
    if matches!(member, "bind_tools" | "bindTools") {
        return event.args.first().map(|(_, it)| it.clone());
    }
    if gives.iter().any(|it| it == member) {
        let given = arg(&event.args, "tools", Some(0))?;
        // An object of options has them under that name, or has none.
        return match follower.pairs(given) {
            Some(_) => super::options::pair(follower, given, "tools"),
            None => Some(given.clone()),
        };
    }
    let mut receiver = event.receiver;
    for _ in 0..6 {
        let object = follower.object(receiver?)?;
        let ObjectKind::Made { symbol, args, receiver: next, .. } = &object.kind else { return None };
        if symbol.ends_with(".bind_tools") || symbol.ends_with(".bindTools") {
            return args.first().map(|(_, it)| it.clone());
        }
        receiver = *next;
    }
    None
}
