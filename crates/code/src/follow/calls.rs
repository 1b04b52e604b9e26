//! Calls: of functions and classes of the repository, which are followed, and of everything else, which is noted.

use std::rc::Rc;

use super::expressions::{bound, of_class};
use super::value::{Args, ClassValue, Closure, Env, ObjectKind, ObjectNo, Site, Value};
use super::{Follower, ModuleNo, builtins};
use crate::ir::{Call, ClassNo, Kind, Name};

/// How long a path is at the most: calls of what calls give back, again and again, are of nobody's catalog.
const LONGEST_PATH: usize = 256;

impl<'w> Follower<'w> {
    /// What calling `callee` with `args` gives back.
    pub(super) fn call(&mut self, callee: &Value, args: Args, site: Site) -> Value {
        if !self.burn() {
            return Value::Unknown;
        }
        match callee {
            Value::Function(closure) => self.call_function(closure, &args),
            Value::Class(class) => Value::Object(self.instance(class, args, site)),
            Value::Symbol(path) => self.call_symbol(path, args, site),
            Value::Part(no, path) => self.call_part(*no, path, args, site),
            Value::Object(no) => self.call_object(*no, args, site),
            Value::Choice(list) => {
                let each: Vec<Value> = list.iter().map(|it| self.call(it, args.clone(), site)).collect();
                Value::choice(each)
            }
            Value::Param(_) | Value::Mixed(_) | Value::Unknown => {
                // `urls.map(…)`: each element of what the caller chooses.
                let element = match callee {
                    Value::Param(path) => {
                        path.rsplit_once('.').map(|(of, _)| Value::Param(format!("{of}[]").into()))
                    }
                    Value::Mixed(_) => Some(callee.clone()),
                    _ => None,
                };
                self.callbacks(&args, element, site);
                let parts: Vec<Value> =
                    std::iter::once(callee.clone()).chain(args.iter().map(|(_, it)| it.clone())).collect();
                let result = Value::mixed(parts);
                // Who an agent is does not hang on such a call; what a tool does may.
                if self.whole || self.bearing.is_none() {
                    self.note(Name::from(""), None, args, (site, false));
                    if let Some(event) = self.events.last_mut() {
                        event.callee = callee.clone();
                        event.result = result.clone();
                    }
                }
                result
            }
            _ => Value::Unknown,
        }
    }

    fn call_symbol(&mut self, path: &Name, args: Args, site: Site) -> Value {
        if let Some(value) = self.builtin(path, &args, site).or_else(|| builtins::checked(path, &args)) {
            return value;
        }
        if builtins::runs_callbacks(path) {
            let given = self.callbacks(&args, None, site);
            if let Some(given) = given.filter(|_| builtins::gives_back(path)) {
                self.note(Name::clone(path), None, args, (site, false));
                return given;
            }
        } else {
            self.thunks(&args, site);
        }
        self.note(Name::clone(path), None, args, (site, false))
    }

    fn call_part(&mut self, no: ObjectNo, path: &Name, args: Args, site: Site) -> Value {
        if let Some(value) = self.method(no, path, &args, site) {
            return value;
        }
        if let Some((function, args)) = self.runs_wrapped(no, path, &args) {
            return self.call(&function, args, site);
        }
        if let Some(checked) = builtins::checked(path, &args) {
            return checked;
        }
        let owner = self.path_of(no);
        // `stack.enter_async_context(client)` gives what `async with client` gives.
        if builtins::enters(&owner, path)
            && let Some((_, entered)) = args.first()
        {
            return entered.clone();
        }
        let symbol: Name = if owner.is_empty() || owner.len() > LONGEST_PATH {
            Name::from("")
        } else {
            format!("{owner}.{path}").into()
        };
        if builtins::runs_callbacks(path) {
            // `fetch(url).then(response => …)`, `db.transaction(async tx => …)`
            let is_itself = ["then", "ransaction"].iter().any(|it| path.ends_with(it));
            let element = if is_itself { Value::Object(no) } else { Value::mixed([Value::Object(no)]) };
            let given = self.callbacks(&args, Some(element), site);
            if let Some(given) = given.filter(|_| builtins::gives_back(path)) {
                self.note(symbol, Some(no), args, (site, false));
                return given;
            }
        } else {
            self.thunks(&args, site);
        }
        self.note(symbol, Some(no), args, (site, false))
    }

    /// What a call of an object gives back: a decorated function is called itself, an instance by its own method.
    fn call_object(&mut self, no: ObjectNo, args: Args, site: Site) -> Value {
        let Some(object) = self.object(no) else { return Value::Unknown };
        match &object.kind {
            ObjectKind::Made { wraps: Some(inner), .. } => {
                let inner = inner.clone();
                let symbol: Name = self.path_of(no).into();
                self.note(symbol, Some(no), args.clone(), (site, false));
                self.call(&inner, args, site)
            }
            ObjectKind::Made { .. } => {
                let symbol: Name = self.path_of(no).into();
                self.note(symbol, Some(no), args, (site, false))
            }
            ObjectKind::Instance { class, .. } => match of_class(class, "__call__") {
                Some(method) => self.call(&bound(&method, no), args, site),
                None => match self.decorated.get(&no).cloned() {
                    Some(function) => self.call(&function, args, site),
                    None => Value::Unknown,
                },
            },
            ObjectKind::List(_) | ObjectKind::Map(_) => Value::Unknown,
        }
    }

    /// The path of what made the object, as a call: `langgraph.graph.StateGraph()`; empty for what is ours. An instance of a
    /// class that derives from one outside counts as that one's.
    pub fn path_of(&self, no: ObjectNo) -> String {
        match self.object(no).map(|it| &it.kind) {
            Some(ObjectKind::Made { symbol, .. }) if !symbol.is_empty() => format!("{symbol}()"),
            Some(ObjectKind::Instance { class, .. }) => {
                self.outside_bases(class).first().map(|it| format!("{it}()")).unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    /// What is applied to a definition as a decorator.
    pub(super) fn decorate(
        &mut self,
        no: ModuleNo,
        callee: &Value,
        value: Value,
        at: crate::ir::At,
    ) -> Value {
        let site = Site { module: no, at };
        let (symbol, receiver) = match callee {
            Value::Symbol(path) if builtins::is_transparent(path) => return value,
            Value::Symbol(path) => (Name::clone(path), None),
            Value::Part(no, path) => (format!("{}.{path}", self.path_of(*no)).into(), Some(*no)),
            Value::Object(no) => (self.path_of(*no).into(), Some(*no)),
            Value::Function(_) => {
                let result = self.call(callee, vec![(None, value.clone())], site);
                // What is not understood of a wrapper must not hide what it wraps.
                let hides = matches!(result, Value::Unknown | Value::Mixed(_) | Value::Null);
                // `@tool` that is also written `@tool(…)` gives back what it was given, or what takes it.
                let is_among = matches!(&result, Value::Choice(list) if list.contains(&value));
                self.remember_wrapper(&value, &result);
                if hides || is_among || self.passes_on(&result) {
                    return value;
                }
                self.remember_decorated(&result, value);
                return result;
            }
            _ => return value,
        };
        self.note(symbol, receiver, vec![(None, value)], (site, true))
    }

    pub(super) fn is_method(&self, closure: &Closure) -> bool {
        let facts = self.world.module(closure.module).and_then(|it| it.function(closure.no));
        facts.is_some_and(|it| it.class.is_some() && !it.is_static)
    }

    /// Whether the function hands on whatever it is given: `def wrapper(*args, **kwargs)`.
    pub(super) fn passes_on(&self, value: &Value) -> bool {
        let facts = self.function(value).map(|(_, it)| it);
        facts.is_some_and(|it| {
            let own = it.params.iter().filter(|it| !["self", "cls"].contains(&&*it.name));
            it.params.iter().any(|it| it.is_rest) && own.into_iter().all(|it| it.is_rest)
        })
    }

    /// Makes an instance of a class of the repository.
    pub(super) fn instance(&mut self, class: &Rc<ClassValue>, args: Args, site: Site) -> ObjectNo {
        let kind = ObjectKind::Instance {
            class: Rc::clone(class),
            args: Rc::new(args.clone()),
            base_args: Rc::default(),
        };
        let no = self.make(kind, site.module, site.at);
        let constructor = of_class(class, "__init__");
        match constructor {
            Some(method) => {
                self.call(&bound(&method, no), args, site);
            }
            // Without a constructor of its own what it is given goes to that of its base, or to its fields.
            None => {
                self.fill_fields(no, class, &args);
                self.hand_to_base(no, args);
            }
        }
        no
    }

    /// Gives the fields of a class that only lists them what its instance is made with.
    fn fill_fields(&mut self, no: ObjectNo, class: &ClassValue, args: &Args) {
        let facts = self.world.module(class.module).and_then(|it| it.class(class.no));
        let mut unnamed = args.iter().filter(|(name, _)| name.is_none()).map(|(_, it)| it);
        for field in facts.into_iter().flat_map(|it| &it.fields).filter(|it| it.annotation.is_some()) {
            let named = args.iter().find(|(name, _)| name.as_ref() == Some(&field.name)).map(|(_, it)| it);
            let given = named.or_else(|| unnamed.next());
            if let (Some(value), Some(object)) = (given, self.object_mut(no)) {
                object.fields.insert(Name::clone(&field.name), value.clone());
            }
        }
    }

    fn hand_to_base(&mut self, no: ObjectNo, args: Args) {
        if let Some(ObjectKind::Instance { base_args, .. }) = self.object_mut(no).map(|it| &mut it.kind) {
            Rc::make_mut(base_args).extend(args);
        }
    }

    /// `super().__init__(…)`, `super(…)`, `super().run(…)`.
    pub(super) fn of_super(
        &mut self,
        no: ModuleNo,
        call: &'w Call,
        env: &Rc<Env>,
        site: Site,
    ) -> Option<Value> {
        let is_super = |it: &Kind| matches!(it, Kind::Name(name) if &**name == "super");
        let method: Name = match &call.callee.kind {
            Kind::Name(name) if &**name == "super" && self.is_typescript(no) => "__init__".into(),
            Kind::Member(of, name) => match &of.kind {
                Kind::Call(inner) if is_super(&inner.callee.kind) => Name::clone(name),
                kind if is_super(kind) => Name::clone(name),
                _ => return None,
            },
            _ => return None,
        };
        let Some(Value::Object(instance)) = env.get("self") else { return Some(Value::Unknown) };
        let args = self.args(no, &call.args, env);
        let ObjectKind::Instance { class, .. } = &self.object(instance)?.kind else {
            return Some(Value::Unknown);
        };
        let class = Rc::clone(class);
        // The class whose method this is may itself be a base of the instance's.
        let of = self
            .stack
            .last()
            .and_then(|(module, function)| self.world.module(*module)?.function(*function)?.class);
        let defining = class_among(&class, no, of).unwrap_or(class);
        let base = defining.bases.iter().flat_map(Value::each).find_map(|it| match it {
            Value::Class(base) => of_class(base, &method),
            _ => None,
        });
        match base {
            Some(base) => Some(self.call(&bound(&base, instance), args, site)),
            None if &*method == "__init__" => {
                self.hand_to_base(instance, args);
                Some(Value::Null)
            }
            None => Some(Value::Part(instance, method)),
        }
    }

    fn is_typescript(&self, no: ModuleNo) -> bool {
        self.world.module(no).is_some_and(|it| it.language == crate::ir::Language::TypeScript)
    }

    /// Classes outside that the class derives from, by their paths, through those of the repository.
    pub fn outside_bases(&self, class: &Rc<ClassValue>) -> Vec<Name> {
        let mut found = Vec::new();
        let mut todo = vec![Rc::clone(class)];
        for _ in 0..super::DEEPEST * 4 {
            let Some(class) = todo.pop() else { break };
            for base in class.bases.iter().flat_map(Value::each) {
                match base {
                    Value::Symbol(path) => found.push(Name::clone(path)),
                    Value::Class(base) => todo.push(Rc::clone(base)),
                    _ => {}
                }
            }
        }
        found
    }

    /// Follows lambdas without parameters: they say how something is made, later.
    fn thunks(&mut self, args: &Args, site: Site) {
        for (_, value) in args {
            let Value::Function(it) = value else { continue };
            let facts = self.world.module(it.module).and_then(|module| module.function(it.no));
            if facts.is_some_and(|it| it.name.is_none() && it.params.is_empty()) {
                self.call(value, Args::new(), site);
            }
        }
    }

    /// Calls what is outside and handed over to be called with what follows it: `to_thread(requests.get, url)`.
    fn hand_over(&mut self, args: &Args, site: Site) {
        let is_called = |it: &Value| match it {
            Value::Symbol(path) => path.contains('.') && !path.ends_with("Error"),
            Value::Part(_, name) => !name.ends_with("[]"),
            _ => false,
        };
        let at = args.iter().position(|(name, it)| {
            is_called(it) && name.as_deref().is_none_or(|it| ["func", "target", "function"].contains(&it))
        });
        let Some((at, (_, callee))) = at.and_then(|at| Some((at, args.get(at)?))) else { return };
        let given: Args = args.iter().skip(at + 1).cloned().collect();
        if !given.is_empty() {
            self.call(callee, given, site);
        }
    }

    /// Follows functions that are handed to something that calls them, with an `element` of it where that is known.
    fn callbacks(&mut self, args: &Args, element: Option<Value>, site: Site) -> Option<Value> {
        self.hand_over(args, site);
        let mut given_back = None;
        let functions: Vec<Value> =
            args.iter().map(|(_, it)| it).filter(|it| matches!(it, Value::Function(_))).cloned().collect();
        let rest: Vec<Value> =
            args.iter().map(|(_, it)| it).filter(|it| !matches!(it, Value::Function(_))).cloned().collect();
        for function in functions {
            let given = match &function {
                Value::Function(it) => self
                    .world
                    .module(it.module)
                    .and_then(|m| m.function(it.no))
                    .map_or(0, |it| it.params.len()),
                _ => 0,
            };
            let mut args: Args = rest.iter().take(given).map(|it| (None, it.clone())).collect();
            if let Some(element) = element.clone().filter(|_| given > 0) {
                args.insert(0, (None, element));
            }
            args.truncate(given);
            args.resize_with(given, || (None, Value::mixed(rest.clone())));
            given_back = Some(self.call(&function, args, site));
        }
        given_back
    }

    /// Follows `function` as somebody outside would call it: whatever it is handed is their choice.
    pub(super) fn enter(&mut self, function: &Value) -> Value {
        let value = match function {
            Value::Object(no) => self.wrapped(*no).unwrap_or(Value::Unknown),
            other => other.clone(),
        };
        let Value::Function(closure) = &value else { return Value::Unknown };
        let Some(facts) = self.world.module(closure.module).and_then(|it| it.function(closure.no)) else {
            return Value::Unknown;
        };
        let mut args = Args::new();
        for (at, param) in facts.params.iter().enumerate().filter(|(_, it)| !it.is_rest) {
            let handed = self.handed(closure.module, facts, at, &closure.env);
            args.push((Some(Name::clone(&param.name)), handed));
        }
        // `**kwargs`: whatever it is asked for is the caller's choice.
        if let Some(rest) = facts.params.iter().rfind(|it| it.is_rest) {
            args.push((Some("**".into()), Value::Param(Name::clone(&rest.name))));
        }
        let site = Site { module: closure.module, at: facts.at };
        self.call(&value, args, site)
    }

    /// Follows the methods of a class that nothing has called, on an instance whose constructor anybody may call.
    pub(super) fn enter_class(&mut self, class: &Rc<ClassValue>) {
        let methods: Vec<Value> = class
            .members
            .borrow()
            .values()
            .filter(|it| match it {
                Value::Function(it) => !self.entered.contains(&(it.module, it.no)),
                Value::Object(_) => true,
                _ => false,
            })
            .cloned()
            .collect();
        if methods.is_empty() {
            return;
        }
        let Some(facts) = self.world.module(class.module).and_then(|it| it.class(class.no)) else { return };
        let site = Site { module: class.module, at: facts.at };
        let instance = self.instance_of(class, site);
        for method in methods {
            let plain = match &method {
                Value::Object(no) => self.wrapped(*no).unwrap_or(Value::Unknown),
                other => other.clone(),
            };
            if matches!(&plain, Value::Function(it) if !self.entered.contains(&(it.module, it.no))) {
                self.refuel();
                self.enter(&bound(&plain, instance));
            }
        }
    }

    /// Makes an instance of a class that is named where its instances are meant.
    pub fn make_instance(&mut self, class: &Rc<ClassValue>, module: ModuleNo, at: crate::ir::At) -> ObjectNo {
        self.refuel();
        self.instance_of(class, Site { module, at })
    }

    /// An instance of the class of which nothing is known but what its constructor does with whatever it is given.
    pub(super) fn instance_of(&mut self, class: &Rc<ClassValue>, site: Site) -> ObjectNo {
        let mut args = Args::new();
        if let Some(Value::Function(constructor)) = of_class(class, "__init__") {
            let facts = self.world.module(constructor.module).and_then(|it| it.function(constructor.no));
            for (at, param) in facts.into_iter().flat_map(|it| it.params.iter().enumerate()) {
                let has_default = param.default.as_ref().is_some_and(|it| !matches!(it.kind, Kind::Null));
                if param.is_rest || has_default {
                    continue;
                }
                let supplied =
                    facts.and_then(|it| self.supplied(constructor.module, it, at, &constructor.env));
                let value = supplied.unwrap_or_else(|| Value::Param(Name::clone(&param.name)));
                args.push((Some(Name::clone(&param.name)), value));
            }
        }
        self.instance(class, args, site)
    }
}

/// The class with this number among `class` and what it derives from.
fn class_among(class: &Rc<ClassValue>, module: ModuleNo, no: Option<ClassNo>) -> Option<Rc<ClassValue>> {
    let mut todo = vec![Rc::clone(class)];
    for _ in 0..super::DEEPEST {
        let class = todo.pop()?;
        if class.module == module && Some(class.no) == no {
            return Some(class);
        }
        todo.extend(class.bases.iter().flat_map(Value::each).filter_map(|it| match it {
            Value::Class(base) => Some(Rc::clone(base)),
            _ => None,
        }));
    }
    None
}
