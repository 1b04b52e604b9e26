//! Flows: classes whose methods are steps, and objects that are handed theirs, each with what it comes after. Where a model is asked the flow is the agent, and what
//! its steps do is what it does. Agents that a step runs have contexts of their own: what they answer is the flow's, for whoever comes next.

use std::collections::BTreeSet;
use std::rc::Rc;

use ambit_catalog::schema::FlowMaker;
use ambit_catalog::wild;
use ambit_model::facts::{Approval, LoopLimit, Shown};

use super::around::{limit, limit_kind};
use super::draft::{Draft, Naming, Shape, around, bare, hand};
use super::given::{Given, Reader};
use super::graph::{Node, step};
use super::handled;
use super::options::Options;
use super::roles::{Known, Roles};
use crate::effects::names_in;
use crate::follow::Follower;
use crate::follow::paths::folder_of;
use crate::follow::value::{ClassValue, ObjectKind, ObjectNo, Site, Value};
use crate::ir::Name;

/// How deep conditions and decorators are followed.
const DEEPEST: usize = 8;

/// One method of a flow.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: Name,
    /// The method, of the flow's instance, or whatever else carries it out.
    pub(super) function: Value,
    pub(super) site: Site,
    /// What it comes after, as written: names of steps, words that steps answer, types of events.
    pub(super) follows: BTreeSet<Name>,
    /// What can be said of its end in the same words, beside its name.
    pub(super) leads: BTreeSet<Name>,
    /// Whether a human sees what it has made before anything follows it.
    pub(super) is_asked: bool,
    /// Whether it chooses what follows it, with a word that the program puts together.
    pub(super) is_open: bool,
}

/// Where the class of a flow stands, all its instances being one, or where the flow is made.
pub(super) fn site(follower: &Follower<'_>, no: ObjectNo) -> Option<Site> {
    let object = follower.object(no)?;
    let ObjectKind::Instance { class, .. } = &object.kind else { return Some(object.site) };
    let facts = follower.world().module(class.module)?.class(class.no)?;
    Some(Site { module: class.module, at: facts.at })
}

/// The flow that the object is.
pub(super) fn draft(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    no: ObjectNo,
    (known, maker): (&Known<'_>, &FlowMaker),
) -> Option<Draft> {
    let object = follower.object(no)?.clone();
    let (name, steps) = match &object.kind {
        ObjectKind::Instance { class, .. } => {
            let name = follower.world().module(class.module)?.class(class.no)?.name.clone()?;
            (name.to_string(), steps(follower, maker, class, no))
        }
        _ => (around(follower, &object, false)?, handled::steps(follower, maker, &object)),
    };
    if steps.is_empty() {
        return None;
    }
    let mut draft = bare(follower, no, known.framework, name)?;
    draft.place = follower.place(site(follower, no)?);
    folder_of(&draft.place.path).clone_into(&mut draft.at);
    (draft.shape, draft.named) = (Shape::Flow, Naming::Given);
    let options = Options::of_object(no, &object);
    let limits = options.all(follower, &maker.limits);
    // `timeout=None`: it has none.
    for (name, value) in limits.iter().filter(|(_, it)| *it != Value::Null) {
        draft.limits.push(limit(follower, name, value, Some(draft.place.clone())));
    }
    if limits.is_empty() {
        let default = maker.limit.iter().cloned();
        draft.limits.extend(default.map(|raw| LoopLimit { kind: limit_kind(&raw), raw, place: None }));
    }
    let before: Vec<Vec<usize>> = steps.iter().map(|it| before(it, &steps)).collect();
    for (it, before) in steps.iter().zip(&before) {
        let how = how(it, before, &steps);
        let place = follower.place(it.site);
        let node = Node { name: Some(&it.name), place: &place, how: &how, gives: &maker.gives };
        let mut reader = Reader { follower, roles };
        if reader.follower.function(&it.function).is_some() {
            step(&mut reader, &it.function, &node, &mut draft);
        } else {
            let agents = reader.all(&it.function, &place).into_iter().filter_map(|it| match it {
                Given::Agent(_, no) => Some(Given::Agent(hand(&how, true, &place), no)),
                _ => None,
            });
            draft.starts.extend(agents);
        }
    }
    draft.approvals.extend(asked(follower, &steps, &before));
    // Without a model it is a program like any other.
    let has_model = draft.asks_model || !draft.starts.is_empty() || draft.model.is_some();
    has_model.then_some(draft)
}

/// The steps before which a human has seen what came before, whichever way leads to them.
fn asked(follower: &Follower<'_>, steps: &[Step], before: &[Vec<usize>]) -> Vec<Approval> {
    let is_asked = |it: &usize| steps.get(*it).is_some_and(|it| it.is_asked);
    let mut found = Vec::new();
    for (no, asking) in steps.iter().enumerate().filter(|(_, it)| it.is_asked) {
        let behind = steps.iter().zip(before).filter(|(_, it)| it.contains(&no) && it.iter().all(is_asked));
        let tools: Vec<String> = behind.map(|(it, _)| it.name.to_string()).collect();
        if !tools.is_empty() {
            let (how, place) = ("human_feedback".to_owned(), follower.place(asking.site));
            found.push(Approval { shows: Shown::AgentText, tools, how, place });
        }
    }
    found
}

/// The steps after which `step` comes, by their places in the list.
fn before(step: &Step, steps: &[Step]) -> Vec<usize> {
    let says = |it: &Step, word: &Name| it.name == *word || it.leads.contains(word);
    // A word that nobody says is one of those that are put together.
    let is_unsaid =
        step.follows.iter().any(|word| !steps.iter().any(|it| it.site != step.site && says(it, word)));
    // A step may be called like the word that it waits for.
    let is_other = |it: &Step| it.site != step.site;
    let leads = |it: &Step| {
        let is_said =
            step.follows.iter().any(|word| it.leads.contains(word) || is_other(it) && says(it, word));
        is_said || is_unsaid && it.is_open
    };
    steps.iter().enumerate().filter(|(_, it)| leads(it)).map(|(no, _)| no).collect()
}

/// How an agent comes to be run by the step, in words.
fn how(step: &Step, before: &[usize], steps: &[Step]) -> String {
    const MOST: usize = 4;
    let names: Vec<String> =
        before.iter().filter_map(|it| steps.get(*it)).take(MOST).map(|it| format!("`{}`", it.name)).collect();
    let more = if before.len() > MOST { " and others" } else { "" };
    match names.as_slice() {
        [] => format!("in the step `{}`", step.name),
        names => format!("in the step `{}`, after {}{more}", step.name, names.join(", ")),
    }
}

/// The methods that decorators make steps, in the order of the file.
fn steps(follower: &mut Follower<'_>, maker: &FlowMaker, class: &Rc<ClassValue>, no: ObjectNo) -> Vec<Step> {
    let mut found = Vec::new();
    for (name, value) in follower.methods_of(class) {
        let Some(function) = follower.bound_to(&value, no) else { continue };
        let Some((module, facts)) = follower.function(&function) else { continue };
        let Value::Function(closure) = &function else { continue };
        let site = Site { module: closure.module, at: facts.at };
        let mut step = Step {
            name,
            function: function.clone(),
            site,
            follows: BTreeSet::new(),
            leads: BTreeSet::new(),
            is_asked: false,
            is_open: false,
        };
        let mut is_step = false;
        let mut emitted: Vec<Value> = Vec::new();
        for (path, receiver) in decorators(follower, &value) {
            let is = |list: &[String]| list.iter().any(|it| wild(it, path.trim_end_matches("()")));
            is_step |= is(&maker.steps) || is(&maker.events);
            step.is_asked |= is(&maker.asks);
            step.is_open |= is(&maker.routers);
            if is(&maker.steps) || is(&maker.asks) {
                let (after, emits) = conditions(follower, maker, receiver);
                step.follows.extend(after.into_iter().filter(|_| is(&maker.steps)));
                emitted.extend(emits);
            }
            if is(&maker.events) {
                let params = facts.params.iter().filter_map(|it| it.annotation.as_ref());
                step.follows.extend(params.flat_map(names_in).filter(is_event));
                step.leads.extend(facts.returns.iter().flat_map(names_in).filter(is_event));
            }
        }
        if !is_step {
            continue;
        }
        let returned = follower.outcome_of(&function).returned;
        step.is_open &= !returned.each().iter().all(|it| matches!(it, Value::Text(_) | Value::Null));
        emitted.push(returned);
        for value in &emitted {
            follower.collect(value, &mut |it| {
                if let Value::Text(word) = it {
                    step.leads.insert(Name::clone(word));
                }
            });
        }
        found.push((module.path.clone(), step));
    }
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.site.at.cmp(&b.1.site.at)));
    found.into_iter().map(|it| it.1).collect()
}

/// Whether a type that a step names may be an event: what holds others and what is handed along are none.
fn is_event(name: &Name) -> bool {
    const OTHERS: [&str; 9] =
        ["Context", "Optional", "Union", "Annotated", "list", "List", "Resource", "StopEvent", "None"];
    !OTHERS.contains(&&**name)
}

/// What is written above the method, the outermost first: what was called, and what that had been made by.
fn decorators(follower: &Follower<'_>, value: &Value) -> Vec<(Name, Option<ObjectNo>)> {
    let mut found = Vec::new();
    let mut value = value.clone();
    for _ in 0..DEEPEST {
        let Some(object) = value.object().and_then(|it| follower.object(it)) else { break };
        let ObjectKind::Made { symbol, receiver, wraps: Some(inner), .. } = &object.kind else { break };
        found.push((Name::clone(symbol), *receiver));
        value = inner.clone();
    }
    found
}

/// What a decorator was given: what the step comes after, and the words that it says it may answer.
fn conditions(
    follower: &Follower<'_>,
    maker: &FlowMaker,
    receiver: Option<ObjectNo>,
) -> (BTreeSet<Name>, Vec<Value>) {
    let mut after = BTreeSet::new();
    let mut emits = Vec::new();
    let object = receiver.and_then(|it| follower.object(it));
    let Some(ObjectKind::Made { args, .. }) = object.map(|it| &it.kind) else { return (after, emits) };
    for (name, value) in args.iter() {
        match name.as_deref() {
            None | Some("condition") => triggers(follower, maker, value, DEEPEST, &mut after),
            Some("emit") => emits.push(value.clone()),
            Some(_) => {}
        }
    }
    (after, emits)
}

/// The names that a condition is made of: steps, words, and several of them put together.
fn triggers(
    follower: &Follower<'_>,
    maker: &FlowMaker,
    value: &Value,
    depth: usize,
    found: &mut BTreeSet<Name>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    if let Value::Text(word) = value {
        found.insert(Name::clone(word));
        return;
    }
    if let Some((_, facts)) = follower.function(value) {
        found.extend(facts.name.clone());
        return;
    }
    let object = value.object().and_then(|it| follower.object(it));
    if let Some(ObjectKind::Made { symbol, args, .. }) = object.map(|it| &it.kind)
        && maker.joins.iter().any(|it| wild(it, symbol))
    {
        args.iter().for_each(|(_, it)| triggers(follower, maker, it, depth, found));
    }
}
