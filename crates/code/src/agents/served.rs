//! Programs that serve tools: each tool that they are given, and those of servers that answer for all their tools in two
//! functions, one that lists them and one that is called for any of them.

use std::sync::Arc;

use ambit_catalog::schema::{Answer, Serves};
use ambit_model::facts::{Known, OwnEffect, OwnTool, Protocol, Served};
use ambit_model::{Confidence, Place};

use super::attached::attached_by;
use super::definition::{definition, owner_of};
use super::finish::Bodies;
use super::given::{Given, Reader};
use super::mounted;
use super::options::Options;
use super::roles::{Role, Roles};
use super::schema;
use crate::effects;
use crate::follow::Follower;
use crate::follow::value::{CallEvent, Object, ObjectKind, ObjectNo, Value};
use crate::ir::Name;

/// How deep what a list gives back is looked through.
const DEEPEST: usize = 6;

/// Programs that serve tools.
pub(super) fn all(
    follower: &mut Follower<'_>,
    roles: &mut Roles<'_>,
    bodies: &mut Bodies<'_>,
) -> Vec<Served> {
    let numbers: Vec<ObjectNo> = follower.objects().map(|(no, _)| no).collect();
    let mut all: Vec<Served> = Vec::new();
    let mut made = mounted::Numbers::new();
    for no in numbers {
        let Some(object) = follower.object(no).cloned() else { continue };
        let paths = match &object.kind {
            ObjectKind::Made { symbol, wraps: None, .. } => vec![Name::clone(symbol)],
            ObjectKind::Instance { class, .. } => follower.outside_bases(class),
            _ => continue,
        };
        let found = paths
            .iter()
            .find_map(|it| roles.find(it, |it| if let Role::Serves(it) = it { Some(it) } else { None }));
        let Some((maker, _)) = found.filter(|(it, _)| mounted::is_started(follower, no, it)) else {
            continue;
        };
        let options = Options::of_object(no, &object);
        let place = follower.place(object.site);
        let name = options.get(follower, &maker.name).and_then(|it| named(follower, &it));
        let name =
            name.or_else(|| object.name.as_ref().map(Name::to_string)).unwrap_or_else(|| "server".to_owned());
        let lists: Vec<Value> = options.all(follower, &maker.tools).into_iter().map(|(_, it)| it).collect();
        let mut reader = Reader { follower, roles };
        let mut given = attached_by(&mut reader, &object, &maker.attach);
        given.extend(lists.iter().flat_map(|it| reader.all(it, &place)));
        given.extend(mounted::near(&mut reader, &object, maker));
        let mut tools: Vec<OwnTool> = Vec::new();
        for given in given {
            let Given::Tool(tool, function) = given else { continue };
            if !tools.iter().any(|it| it.name == tool.name) {
                tools.push(bodies.of(follower, *tool, function.as_ref()));
            }
        }
        let answers = Answers::of(follower, &object, &options, maker);
        for tool in answers.tools(follower, bodies, &place) {
            if !tools.iter().any(|it| it.name == tool.name) {
                tools.push(tool);
            }
        }
        let path = place.path.to_string();
        let known = all.iter().position(|it| it.path == path && it.name == name);
        made.insert(no, (known.unwrap_or(all.len()), maker));
        match known.and_then(|it| all.get_mut(it)) {
            // The same server, made where it is given its tools in another way.
            Some(known) if known.tools.is_empty() => known.tools = tools,
            Some(_) => {}
            None => {
                let addresses = mounted::addresses(follower, &object, &options, maker);
                let authenticated = None;
                all.push(Served {
                    name,
                    path,
                    protocol: Protocol::Mcp,
                    tools,
                    addresses,
                    authenticated,
                    place,
                });
            }
        }
    }
    mounted::mounted(follower, all, &made)
}

/// A name, or that in what says who the server is.
fn named(follower: &Follower<'_>, value: &Value) -> Option<String> {
    let inner = || follower.member(value, "name").text().map(str::to_owned);
    value.text().map(str::to_owned).or_else(inner)
}

/// The functions that answer for all tools of a server.
struct Answers {
    lists: Vec<Value>,
    /// Each with where the name of the tool is among what it is handed.
    calls: Vec<(Value, String)>,
}

impl Answers {
    fn of(follower: &Follower<'_>, object: &Object, options: &Options, maker: &Serves) -> Self {
        let mut found = Self { lists: Vec::new(), calls: Vec::new() };
        for answer in &maker.lists {
            found.lists.extend(functions(follower, object, options, answer));
        }
        for answer in &maker.calls {
            for function in functions(follower, object, options, answer) {
                let path = answer.named.as_deref().and_then(|it| path_of(follower, &function, it));
                found.calls.push((function, path.unwrap_or_default()));
            }
        }
        found
    }

    /// The tools that are listed, each with what is done where it is the one that is called.
    fn tools(&self, follower: &mut Follower<'_>, bodies: &Bodies<'_>, given: &Place) -> Vec<OwnTool> {
        let mut listed = Listed::default();
        for function in &self.lists {
            let returned = follower.outcome_of(function).returned;
            listed.read(follower, &returned, DEEPEST);
        }
        let mut tools: Vec<OwnTool> = Vec::new();
        for (name, value) in listed.named {
            let place = value.object().and_then(|it| follower.object(it)).map(|it| it.site);
            let place = place.map_or_else(|| given.clone(), |it| follower.place(it));
            let get = |keys: &[&str]| keys.iter().find_map(|it| part(follower, &value, it));
            let said = get(&["description"]).map(|it| follower.rendered(&it)).filter(|it| it != "?");
            let takes = get(&["inputSchema", "input_schema", "parameters"]);
            let takes = takes.and_then(|it| schema::of(follower, &it)).unwrap_or(serde_json::Value::Null);
            let definition = definition(&name, &said.unwrap_or_default(), takes, &place);
            let effects = self.effects(follower, bodies, &name);
            let known = if self.calls.is_empty() { Known::Definition } else { Known::Body };
            let tool = OwnTool {
                known,
                effects,
                definition: Some(Arc::new(definition)),
                ..OwnTool::undescribed(&name, &owner_of(&place), &place, given)
            };
            tools.push(tool);
        }
        // Some are listed of which nobody knows the name, or none although they are called.
        if !listed.is_whole || tools.is_empty() && !self.calls.is_empty() {
            tools.extend(self.rest(follower, bodies, given));
        }
        tools
    }

    /// What is done where the tool of this name is called.
    fn effects(&self, follower: &mut Follower<'_>, bodies: &Bodies<'_>, name: &str) -> Vec<OwnEffect> {
        let mut all = Vec::new();
        for (function, path) in &self.calls {
            let (found, apart) = effects::of_told(function, (path, name), follower, bodies.catalog);
            all.extend(if apart { found.all() } else { shared(found.all()) });
        }
        all
    }

    /// Tools of which the names are not known.
    fn rest(&self, follower: &mut Follower<'_>, bodies: &Bodies<'_>, given: &Place) -> Option<OwnTool> {
        let function = self.calls.first().map(|it| &it.0).or(self.lists.first())?;
        let (module, facts) = follower.function(function)?;
        let place = module.place(facts.at);
        let name = facts.name.as_ref().map_or("?", |it| &**it).to_owned();
        let mut effects = Vec::new();
        for (function, _) in &self.calls {
            effects.extend(shared(effects::of(function, follower, bodies.catalog).all()));
        }
        Some(OwnTool { effects, ..OwnTool::undescribed(&name, &owner_of(&place), &place, given) })
    }
}

/// Of what a function does for some tool nobody can say for which: each may do it.
fn shared(effects: Vec<OwnEffect>) -> Vec<OwnEffect> {
    let may = |it: OwnEffect| OwnEffect {
        does: format!("{}, as some tool of the same handler does", it.does).into(),
        confidence: Confidence::Possible,
        ..it
    };
    effects.into_iter().map(may).collect()
}

/// Tools as a function lists them.
#[derive(Debug)]
struct Listed {
    named: Vec<(String, Value)>,
    /// Whether the names of all are known.
    is_whole: bool,
}

impl Default for Listed {
    fn default() -> Self {
        Self { named: Vec::new(), is_whole: true }
    }
}

impl Listed {
    fn read(&mut self, follower: &Follower<'_>, value: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            self.is_whole = false;
            return;
        };
        for one in value.each() {
            if let Some(items) = follower.items(one) {
                items.iter().for_each(|it| self.read(follower, it, depth));
            } else if let Some(name) = part(follower, one, "name") {
                self.take(one, &name);
            } else if let Some(tools) = part(follower, one, "tools") {
                self.read(follower, &tools, depth);
            } else if *one != Value::Null {
                self.is_whole = false;
            }
        }
    }

    fn take(&mut self, tool: &Value, name: &Value) {
        for one in name.each() {
            let Value::Text(name) = one else {
                self.is_whole = false;
                continue;
            };
            if !self.named.iter().any(|it| it.0 == **name) {
                self.named.push((name.to_string(), tool.clone()));
            }
        }
    }
}

/// The part of this name of an object, of a map, or among what something was made with.
fn part(follower: &Follower<'_>, value: &Value, name: &str) -> Option<Value> {
    let no = value.object()?;
    let object = follower.object(no)?;
    if let ObjectKind::Map(_) = object.kind {
        return super::options::pair(follower, value, name);
    }
    Options::of_object(no, object).get(follower, &[name.to_owned()])
}

/// The functions that the server is handed for this question.
fn functions(follower: &Follower<'_>, object: &Object, options: &Options, answer: &Answer) -> Vec<Value> {
    let is_function = |it: &Value| follower.function(it).is_some();
    let mut found: Vec<Value> = Vec::new();
    let given = answer.argument.iter().filter_map(|it| options.get(follower, std::slice::from_ref(it)));
    found.extend(given.filter(is_function));
    let Some(member) = &answer.member else { return found };
    let events = object.events.iter().filter_map(|it| follower.event(*it));
    for event in events.filter(|it| it.symbol.rsplit('.').next() == Some(member)) {
        if !answer.of.is_empty() && !answer.of.iter().any(|it| is_about(event, it)) {
            continue;
        }
        let inner = event.args.iter().map(|(_, it)| it.clone());
        let applied = super::attached::applied(follower, &event.result);
        found.extend(applied.into_iter().chain(inner).find(is_function));
    }
    found
}

/// Whether the call is told first that it is about this.
fn is_about(event: &CallEvent, word: &str) -> bool {
    let Some((_, first)) = event.args.first() else { return false };
    first.each().iter().any(|it| match it {
        Value::Symbol(path) => path.rsplit('.').next() == Some(word),
        Value::Text(text) => **text == *word,
        _ => false,
    })
}

/// `1.name` as what the second parameter is called, with its member.
fn path_of(follower: &Follower<'_>, function: &Value, named: &str) -> Option<String> {
    let (number, member) = named.split_once('.').map_or((named, None), |it| (it.0, Some(it.1)));
    let (_, facts) = follower.function(function)?;
    let params = facts.params.iter().filter(|it| !["self", "cls"].contains(&&*it.name));
    let param = params.into_iter().nth(number.parse().ok()?)?;
    Some(member.map_or_else(|| param.name.to_string(), |it| format!("{}.{it}", param.name)))
}
