//! What a list of tools, hand-offs or members holds: tools, agents, servers, memories, and what could not be followed.

use std::rc::Rc;
use std::sync::Arc;

use ambit_catalog::schema::{HandMaker, KnownTool};
use ambit_model::facts::{Known, OwnTool, ToolDefinition};
use ambit_model::{Gate, Place};

use super::carried;
use super::definition::{definition, effects, gate, owner_of, signature};
use super::options::Options;
use super::roles::{Role, Roles};
use super::servers::{self, ServerEntry};
use crate::follow::Follower;
use crate::follow::value::{ClassValue, ObjectKind, ObjectNo, Value};

/// One thing that an agent is given.
#[derive(Debug, Clone)]
pub(super) enum Given {
    /// A tool; the function that carries it out, where the repository has it.
    Tool(Box<OwnTool>, Option<Value>),
    /// What a step of a program does itself, by the function that it is.
    Step(Box<OwnTool>, Value),
    /// An agent that was made in code.
    Agent(Hand, ObjectNo),
    /// An agent by its name.
    Named(Hand, String),
    /// An agent at an address.
    Address(Hand, String),
    /// An MCP server.
    Server(ServerEntry),
    /// A memory or store.
    Keep(ObjectNo),
    /// Something that could not be followed, as written.
    Unresolved(String),
}

/// How work is handed over.
#[derive(Debug, Clone, Default)]
pub(super) struct Hand {
    pub(super) returns: Option<bool>,
    pub(super) how: String,
    pub(super) asked: Option<Place>,
    pub(super) place: Option<Place>,
}

/// Reads what is given.
pub(super) struct Reader<'r, 'w, 'c> {
    pub(super) follower: &'r mut Follower<'w>,
    pub(super) roles: &'r mut Roles<'c>,
}

impl Reader<'_, '_, '_> {
    /// Everything that `value` holds; `given` is where it is handed over.
    pub(super) fn all(&mut self, value: &Value, given: &Place) -> Vec<Given> {
        self.within(value, None, given, 8)
    }

    pub(super) fn within(
        &mut self,
        value: &Value,
        key: Option<&str>,
        given: &Place,
        depth: usize,
    ) -> Vec<Given> {
        let Some(depth) = depth.checked_sub(1) else { return vec![self.unresolved(value)] };
        // `found ?? []`: an empty list says nothing of what the others are.
        let is_empty = |it: &Vec<Value>| it.is_empty() && matches!(value, Value::Choice(_));
        if let Some(items) = self.follower.items(value).filter(|it| !is_empty(it)) {
            return items.iter().flat_map(|it| self.within(it, None, given, depth)).collect();
        }
        match value {
            Value::Choice(list) => list.iter().flat_map(|it| self.within(it, key, given, depth)).collect(),
            Value::Null | Value::Bool(_) | Value::Number(_) => Vec::new(),
            Value::Function(_) => self.function(value, key, given).into_iter().collect(),
            Value::Class(class) => self.class(class, given),
            Value::Symbol(path) => vec![self.symbol(path, key, given)],
            Value::Text(name) => vec![Given::Named(Hand::default(), name.to_string())],
            Value::Object(no) => self.object(*no, key, given, depth),
            Value::Part(no, member) => self.part(*no, member, given, depth),
            Value::Module(no) => self.module(*no, given).unwrap_or_else(|| vec![self.unresolved(value)]),
            // Text with something put into it holds no tools, whatever that is.
            Value::Template(parts) if parts.iter().any(|it| matches!(it, Value::Text(_))) => {
                vec![self.unresolved(value)]
            }
            Value::Mixed(parts) | Value::Template(parts) => {
                // `[*x]`, an element of something, a sum of what calls gave: what it is made of, where that tells.
                let found: Vec<Given> =
                    parts.iter().flat_map(|it| self.within(it, key, given, depth)).collect();
                if found.iter().any(|it| !matches!(it, Given::Unresolved(_) | Given::Named(..))) {
                    found
                } else {
                    vec![self.unresolved(value)]
                }
            }
            _ => vec![self.unresolved(value)],
        }
    }

    pub(super) fn unresolved(&self, value: &Value) -> Given {
        Given::Unresolved(self.follower.rendered(value))
    }

    fn object(&mut self, no: ObjectNo, key: Option<&str>, given: &Place, depth: usize) -> Vec<Given> {
        let Some(object) = self.follower.object(no).cloned() else { return Vec::new() };
        match &object.kind {
            ObjectKind::List(_) => Vec::new(),
            ObjectKind::Map(pairs) => self.map((no, key), pairs.is_empty(), given, depth),
            ObjectKind::Instance { class, .. } => self.instance(no, class, given),
            ObjectKind::Made { symbol, receiver, wraps, args } => {
                let symbol = symbol.clone();
                if let Some(found) = self.known_made(no, &symbol, key, given) {
                    return found;
                }
                if let Some(inner) = wraps {
                    return self.within(inner, key, given, depth);
                }
                let found = servers::of_object(self.follower, self.roles, no);
                if !found.is_empty() {
                    return found.into_iter().map(Given::Server).collect();
                }
                // `agent.with_config(…)`, `toolkit.get_tools()`: what it is a member of.
                if let Some(receiver) = receiver {
                    let first = self.chained(*receiver);
                    let found = self.within(&Value::Object(first), key, given, depth);
                    if found.iter().any(|it| !matches!(it, Given::Unresolved(_))) {
                        return found;
                    }
                }
                // A function that is wrapped: `traced(tool)`, `partial(f, x)`.
                let inner: Vec<Value> = if is_of_list(&symbol) {
                    Vec::new()
                } else {
                    args.iter().map(|(_, it)| it.clone()).collect()
                };
                for value in
                    inner.iter().filter(|it| matches!(it, Value::Function(_) | Value::Object(_))).take(2)
                {
                    let found = self.within(value, key, given, depth);
                    if found.iter().any(|it| matches!(it, Given::Tool(_, Some(_)) | Given::Agent(..))) {
                        return found;
                    }
                }
                vec![self.foreign(
                    &symbol,
                    (key, object.name.as_deref()),
                    (given, &self.follower.place(object.site)),
                )]
            }
        }
    }

    /// What the catalog says of what was made.
    pub(super) fn known_made(
        &mut self,
        no: ObjectNo,
        symbol: &str,
        key: Option<&str>,
        given: &Place,
    ) -> Option<Vec<Given>> {
        let known: Vec<_> = self.roles.of(symbol).to_vec();
        let object = self.follower.object(no)?.clone();
        let options = Options::of_object(no, &object);
        let place = self.follower.place(object.site);
        for known in known {
            match known.role {
                Role::Tool(maker) => {
                    let function = options.get(self.follower, &maker.function);
                    let name =
                        options.get(self.follower, &maker.name).and_then(|it| Some(it.text()?.to_owned()));
                    let said = options.get(self.follower, &maker.description);
                    let asked = options.holds(self.follower, &maker.asks).is_some();
                    let own = function.as_ref().and_then(|it| self.follower.function(it)?.1.name.clone());
                    let name = name
                        .or_else(|| key.map(str::to_owned))
                        .or_else(|| own.map(|it| it.to_string()))
                        .or_else(|| object.name.as_ref().map(ToString::to_string));
                    let function = function.filter(|it| self.follower.function(it).is_some());
                    let is_schema = function.is_none() && maker.function.is_empty();
                    let function = function.or_else(|| {
                        carried::function(self.follower, name.as_deref().filter(|_| is_schema)?, &place)
                    });
                    let mut tool = self.tool_of(function.as_ref(), name.as_deref(), given, &place)?;
                    if let (Some(said), Some(definition)) = (said, &mut tool.definition) {
                        let mut changed = ToolDefinition::clone(definition);
                        changed.description = self.follower.rendered(&said);
                        *definition = Arc::new(changed);
                    }
                    gate(&mut tool, asked.then_some(&place));
                    return Some(vec![Given::Tool(Box::new(tool), function)]);
                }
                Role::Known(tool) => {
                    return Some(vec![self.library(
                        tool,
                        (symbol, known.framework),
                        &options,
                        (given, &place),
                    )]);
                }
                Role::Kit(maker) => return Some(self.kit(maker, &object, &options, given)),
                Role::Hand(maker) => return Some(self.hand(maker, &options, &place, given)),
                Role::Agent(_) | Role::Graph(_) | Role::Flow(_) => {
                    let hand = Hand { place: Some(given.clone()), ..Hand::default() };
                    return Some(vec![Given::Agent(hand, no)]);
                }
                Role::Keep(_) => return Some(vec![Given::Keep(no)]),
                Role::Server(_) => {
                    let found = servers::of_object(self.follower, self.roles, no);
                    return Some(found.into_iter().map(Given::Server).collect());
                }
                Role::Base(_) | Role::Serves(_) | Role::Runs(_) => {}
            }
        }
        None
    }

    fn hand(&mut self, maker: &HandMaker, options: &Options, place: &Place, given: &Place) -> Vec<Given> {
        let asked = options.holds(self.follower, &maker.asks).map(|_| place.clone());
        let hand = || Hand {
            returns: Some(maker.returns),
            how: maker.how.clone(),
            asked: asked.clone(),
            place: Some(given.clone()),
        };
        if let Some(address) = options.get(self.follower, &maker.address) {
            return vec![Given::Address(hand(), self.follower.rendered(&address))];
        }
        let Some(agent) = options.get(self.follower, &maker.agent) else {
            return vec![Given::Unresolved(maker.how.clone())];
        };
        let found = self.within(&agent, None, given, 6);
        let renamed = |it: Given| match it {
            Given::Agent(_, no) => Given::Agent(hand(), no),
            Given::Named(_, name) => Given::Named(hand(), name),
            other => other,
        };
        found.into_iter().map(renamed).collect()
    }

    fn part(&mut self, no: ObjectNo, member: &str, given: &Place, depth: usize) -> Vec<Given> {
        let path = format!("{}.{member}", self.follower.path_of(no));
        if let Some((tool, known)) =
            self.roles.find(&path, |it| if let Role::Known(it) = it { Some(it) } else { None })
        {
            let options = Options::of_call(&Rc::default(), Some(no));
            return vec![self.library(tool, (&path, known.framework), &options, (given, given))];
        }
        let found = self.within(&Value::Object(no), None, given, depth);
        if found.iter().any(|it| !matches!(it, Given::Unresolved(_))) {
            return found;
        }
        vec![Given::Unresolved(member.to_owned())]
    }

    fn symbol(&mut self, path: &str, key: Option<&str>, given: &Place) -> Given {
        if let Some((tool, known)) =
            self.roles.find(path, |it| if let Role::Known(it) = it { Some(it) } else { None })
        {
            let options = Options::of_call(&Rc::default(), None);
            return self.library(tool, (path, known.framework), &options, (given, given));
        }
        self.foreign(path, (key, None), (given, given))
    }

    /// A tool from outside that nobody has described.
    pub(super) fn foreign(
        &self,
        symbol: &str,
        (key, name): (Option<&str>, Option<&str>),
        (given, place): (&Place, &Place),
    ) -> Given {
        let (owner, last) = symbol.rsplit_once('.').unwrap_or(("outside", symbol));
        let last = last.trim_end_matches("()");
        let name = key.or(name).unwrap_or(if last.is_empty() { "?" } else { last });
        // What a function of the language gives back is no tool of a library: `(await fetch(url)).json()`.
        let is_of_language = ["global.", "builtins."].iter().any(|it| symbol.starts_with(it));
        if (symbol.is_empty() || is_of_language) && key.is_none() {
            return Given::Unresolved(name.to_owned());
        }
        Given::Tool(Box::new(OwnTool::undescribed(name, owner.trim_end_matches("()"), place, given)), None)
    }

    pub(super) fn library(
        &mut self,
        tool: &KnownTool,
        (path, framework): (&str, &str),
        options: &Options,
        (given, place): (&Place, &Place),
    ) -> Given {
        let made = path.trim_end_matches("()").rsplit('.').next().unwrap_or(path);
        let name = match tool.name.as_deref() {
            Some(named) => match named.strip_prefix('#') {
                Some(key) => {
                    let value = options.get(self.follower, &[key.to_owned()]);
                    value.and_then(|it| Some(it.text()?.to_owned())).unwrap_or_else(|| made.to_owned())
                }
                None => named.to_owned(),
            },
            None => made.to_owned(),
        };
        let asked = options.holds(self.follower, &tool.asks).is_some();
        let mut tool = OwnTool {
            name,
            owner: framework.to_owned(),
            definition: None,
            known: Known::Catalog(format!("framework/{framework}")),
            effects: effects(&tool.effects, &tool.does, place, framework),
            gate: Gate::Auto,
            gated_by: None,
            place: place.clone(),
            given: given.clone(),
        };
        gate(&mut tool, asked.then_some(place));
        Given::Tool(Box::new(tool), None)
    }

    pub(super) fn function(&mut self, value: &Value, key: Option<&str>, given: &Place) -> Option<Given> {
        let (module, function) = self.follower.function(value)?;
        let place = module.place(function.at);
        let tool = self.tool_of(Some(value), key, given, &place)?;
        Some(Given::Tool(Box::new(tool), Some(value.clone())))
    }

    /// The tool that `function` is; without one, of which only the name is known.
    pub(super) fn tool_of(
        &mut self,
        function: Option<&Value>,
        name: Option<&str>,
        given: &Place,
        place: &Place,
    ) -> Option<OwnTool> {
        let facts = function.and_then(|it| self.follower.function(it));
        let own = facts.and_then(|(_, it)| it.name.clone());
        let name = name.map(str::to_owned).or_else(|| own.map(|it| it.to_string()))?;
        let (place, definition) = match facts {
            Some((module, function)) => (module.place(function.at), signature(&name, module, function)),
            None => (place.clone(), definition(&name, "", serde_json::Value::Null, place)),
        };
        Some(OwnTool {
            owner: owner_of(&place),
            definition: Some(Arc::new(definition)),
            known: Known::Definition,
            effects: Vec::new(),
            gate: Gate::Auto,
            gated_by: None,
            place,
            given: given.clone(),
            name,
        })
    }

    /// A class of tools, given without making an instance.
    fn class(&mut self, class: &std::rc::Rc<ClassValue>, given: &Place) -> Vec<Given> {
        let Some(facts) = self.follower.world().module(class.module).and_then(|it| it.class(class.no)) else {
            return Vec::new();
        };
        let module = class.module;
        let no = self.follower.make_instance(class, module, facts.at);
        self.instance(no, class, given)
    }

    /// An instance: of a tool's class, or of one whose methods are tools.
    fn instance(&mut self, no: ObjectNo, class: &std::rc::Rc<ClassValue>, given: &Place) -> Vec<Given> {
        let bases = self.follower.outside_bases(class);
        let value = Value::Object(no);
        for base in &bases {
            let base = self.roles.find(base, |it| if let Role::Base(it) = it { Some(it) } else { None });
            let Some((base, _)) = base else { continue };
            let text = |reader: &Self, keys: &[String]| {
                keys.iter().find_map(|key| {
                    let of_member = reader.follower.member(&value, key);
                    let text = of_member.text().map(str::to_owned);
                    text.or_else(|| reader.annotated_default(&of_member))
                })
            };
            let methods = base.methods.iter().map(|it| self.follower.member(&value, it));
            let method = methods.into_iter().find(|it| self.follower.function(it).is_some());
            let facts = self.follower.world().module(class.module);
            let class_facts = facts.and_then(|it| it.class(class.no));
            let own = class_facts.and_then(|it| it.name.clone()).map(|it| it.to_string());
            let name = text(self, &base.name).or(own);
            let place = match (facts, class_facts) {
                (Some(module), Some(class)) => module.place(class.at),
                _ => given.clone(),
            };
            let Some(mut tool) = self.tool_of(method.as_ref(), name.as_deref(), given, &place) else {
                continue;
            };
            if let (Some(said), Some(definition)) = (text(self, &base.description), &mut tool.definition) {
                let mut changed = ToolDefinition::clone(definition);
                changed.description = said;
                *definition = Arc::new(changed);
            }
            tool.place = place;
            return vec![Given::Tool(Box::new(tool), method)];
        }
        for base in &bases {
            let path = base.to_string();
            if let Some(found) = self.known_made(no, &path, None, given) {
                return found;
            }
        }
        // What a decorator of the repository has made of a function.
        if let Some(found) = self.function(&value, None, given) {
            return vec![found];
        }
        self.methods(no, class, given)
    }

    /// `name: str = Field(default="…")`.
    fn annotated_default(&self, value: &Value) -> Option<String> {
        let ObjectKind::Made { args, .. } = &self.follower.object(value.object()?)?.kind else { return None };
        let default =
            args.iter().find(|(name, _)| name.as_deref() == Some("default")).or_else(|| args.first());
        default.and_then(|(_, it)| Some(it.text()?.to_owned()))
    }

    /// Methods that decorators make tools; whatever else the instance is.
    fn methods(&mut self, no: ObjectNo, class: &std::rc::Rc<ClassValue>, given: &Place) -> Vec<Given> {
        let found = self.decorated_methods(class, given);
        if found.is_empty() {
            let name = self.follower.object(no).and_then(|it| it.name.clone());
            return vec![Given::Unresolved(
                name.map_or_else(|| "an instance".to_owned(), |it| it.to_string()),
            )];
        }
        found
    }

    /// Methods of the class that decorators make tools.
    pub(super) fn decorated_methods(&mut self, class: &std::rc::Rc<ClassValue>, given: &Place) -> Vec<Given> {
        let members: Vec<Value> = class.members.borrow().values().cloned().collect();
        let mut found = Vec::new();
        for member in members {
            let Value::Object(made) = &member else { continue };
            let Some(ObjectKind::Made { symbol, .. }) = self.follower.object(*made).map(|it| it.kind.clone())
            else {
                continue;
            };
            let is_tool = self.roles.of(&symbol).iter().any(|it| matches!(it.role, Role::Tool(_)));
            if is_tool {
                found.extend(self.known_made(*made, &symbol, None, given).unwrap_or_default());
            }
        }
        found
    }
}

/// Whether a list is gone through, by a function that is no part of it: `tools.map(toSchema)`.
fn is_of_list(symbol: &str) -> bool {
    const OF_LISTS: [&str; 8] = ["map", "filter", "flatMap", "forEach", "find", "reduce", "sort", "some"];
    symbol.rsplit_once('.').is_some_and(|(_, last)| OF_LISTS.contains(&last))
}
