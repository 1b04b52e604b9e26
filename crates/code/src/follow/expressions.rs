//! Expressions: what they come to.

use std::rc::Rc;

use super::statements::closure;
use super::text::template;
use super::value::{Args, ClassValue, Closure, Env, MOST_ITEMS, ObjectKind, ObjectNo, Site, Value};
use super::{Follower, ModuleNo, builtins};
use crate::ir::{Arg, At, Call, Comprehension, Expr, Kind, Language, Name, Pair};

impl<'w> Follower<'w> {
    /// What `expr` comes to.
    pub(super) fn eval(&mut self, no: ModuleNo, expr: &'w Expr, env: &Rc<Env>) -> Value {
        if !self.burn() || self.depth >= super::DEEPEST_EXPRESSION {
            return Value::Unknown;
        }
        self.depth += 1;
        let value = self.evaluate(no, expr, env);
        self.depth -= 1;
        value
    }

    fn evaluate(&mut self, no: ModuleNo, expr: &'w Expr, env: &Rc<Env>) -> Value {
        match &expr.kind {
            Kind::Null => Value::Null,
            Kind::Bool(it) => Value::Bool(*it),
            Kind::Number(it) => Value::Number(Name::clone(it)),
            Kind::Text(it) => Value::Text(Name::clone(it)),
            Kind::Template(parts) => {
                let parts: Vec<Value> = parts.iter().map(|it| self.eval(no, it, env)).collect();
                template(parts)
            }
            Kind::Name(name) => self.named(no, name, env),
            Kind::Member(of, name) => {
                let of = self.eval(no, of, env);
                self.member_at(&of, name, Site { module: no, at: expr.at })
            }
            Kind::Index(of, key) => {
                let (of, key) = (self.eval(no, of, env), self.eval(no, key, env));
                self.index(&of, &key, Site { module: no, at: expr.at })
            }
            Kind::Call(call) => {
                let site = Site { module: no, at: expr.at };
                if let Some(value) = self.of_super(no, call, env, site) {
                    return value;
                }
                self.called(no, call, env, site)
            }
            Kind::List(items) => {
                let items = self.spread(no, items, env);
                self.list(items, no, expr.at)
            }
            Kind::Map(pairs) => self.map(no, pairs, env, expr.at),
            Kind::Spread(inner) => self.eval(no, inner, env),
            Kind::Function(function) => closure(no, *function, env),
            Kind::Class(class) => self.class(no, *class, env),
            Kind::Choice(parts) => {
                let parts: Vec<Value> = parts.iter().map(|it| self.eval(no, it, env)).collect();
                // `x or y`: what is certainly nothing is not chosen.
                let some = parts.iter().filter(|it| !matches!(it, Value::Null)).cloned();
                let chosen = Value::choice(some);
                if chosen == Value::Unknown { Value::choice(parts) } else { chosen }
            }
            Kind::Element(of) => {
                let of = self.eval(no, of, env);
                self.element(&of)
            }
            Kind::Joined(parts) => {
                let parts = parts.iter().map(|it| self.eval(no, it, env)).collect();
                self.joined(no, parts, expr.at)
            }
            Kind::Mixed(parts) => {
                let parts: Vec<Value> = parts.iter().map(|it| self.eval(no, it, env)).collect();
                self.mixed(parts, Site { module: no, at: expr.at })
            }
            Kind::Test(it) => self.test(no, it, env),
            Kind::Comprehension(it) => self.comprehension(no, it, env, expr.at),
        }
    }

    /// What a call gives back. Text that is trimmed is that text.
    fn called(&mut self, no: ModuleNo, call: &'w Call, env: &Rc<Env>, site: Site) -> Value {
        if let Kind::Member(of, name) = &call.callee.kind
            && builtins::keeps_text(name)
        {
            let of = self.eval(no, of, env);
            let args = self.args(no, &call.args, env);
            let is_text = |it: &Value| matches!(it, Value::Text(_) | Value::Template(_) | Value::Env(_));
            if of.each().iter().all(is_text) {
                let splits = &**name == "split";
                return if splits {
                    self.split_text(&of, &args, site)
                } else {
                    self.with_text(of, name, &args)
                };
            }
            let callee = self.member_at(&of, name, Site { module: no, at: call.callee.at });
            return self.call(&callee, args, site);
        }
        let (callee, of) = match &call.callee.kind {
            Kind::Member(of, name) => {
                let of = self.eval(no, of, env);
                if let Some(same) = self.rebound(&of, name) {
                    return same;
                }
                if let (Value::Class(class), "__subclasses__") = (&of, &**name) {
                    let classes = self.subclasses(class);
                    return self.list(classes, no, site.at);
                }
                let callee = self.member_at(&of, name, Site { module: no, at: call.callee.at });
                (self.method_of(&of, callee), Some((of, name)))
            }
            _ => (self.eval(no, &call.callee, env), None),
        };
        let args = self.args(no, &call.args, env);
        let told = of.and_then(|(of, name)| self.told_text(&of, name, &args));
        told.unwrap_or_else(|| self.call(&callee, args, site))
    }

    /// What is made of `parts`: `Path(a) / b` is a path.
    fn mixed(&mut self, parts: Vec<Value>, site: Site) -> Value {
        let is_path = |it: &Value| match it {
            Value::Object(no) => builtins::is_path(&self.path_of(*no)),
            Value::Part(no, name) => &**name == "parent" && builtins::is_path(&self.path_of(*no)),
            _ => false,
        };
        let is_path = |it: &Value| it.each().iter().any(is_path);
        if parts.is_empty() {
            return Value::Unknown;
        }
        if parts.len() < 2 || !parts.first().is_some_and(is_path) {
            return Value::mixed(parts);
        }
        let args: Rc<Args> = Rc::new(parts.into_iter().map(|it| (None, it)).collect());
        let kind = ObjectKind::Made { symbol: "pathlib.Path".into(), args, receiver: None, wraps: None };
        Value::Object(self.make(kind, site.module, site.at))
    }

    /// The list or map that a comprehension makes: round by round where what it goes over stands in the text.
    fn comprehension(&mut self, no: ModuleNo, it: &'w Comprehension, env: &Rc<Env>, at: At) -> Value {
        const MOST: usize = 64;
        let env = Env::new(Some(Rc::clone(env)));
        let mut made: Vec<Value> = Vec::new();
        self.loops += 1;
        self.round(no, (it, &it.rounds), &env, &mut made);
        self.loops -= 1;
        made.truncate(MOST);
        if !it.is_map {
            return self.list(made, no, at);
        }
        let pairs = made.iter().filter_map(|it| self.pairs(it)).flatten().collect();
        Value::Object(self.make(ObjectKind::Map(pairs), no, at))
    }

    fn round(
        &mut self,
        no: ModuleNo,
        (it, rounds): (&'w Comprehension, &'w [(Expr, Expr)]),
        env: &Rc<Env>,
        made: &mut Vec<Value>,
    ) {
        const MOST: usize = 96;
        let Some(((target, over), rest)) = rounds.split_first() else {
            for condition in &it.conditions {
                if self.eval(no, condition, env) == Value::Bool(false) {
                    return;
                }
            }
            let value = self.eval(no, &it.element, env);
            made.push(value);
            return;
        };
        let over = self.eval(no, over, env);
        let items =
            self.items(&over).filter(|it| it.len() <= MOST).unwrap_or_else(|| vec![self.element(&over)]);
        for item in items {
            if self.fuel == 0 {
                return;
            }
            self.assign(no, target, item, env);
            self.round(no, (it, rest), env, made);
        }
    }

    /// What a name means: what it was given last, else what the language brings along.
    fn named(&mut self, no: ModuleNo, name: &Name, env: &Rc<Env>) -> Value {
        if let Some(value) = env.get(name) {
            let given = if value == Value::Null { self.given_to_name(no, name) } else { None };
            return given.unwrap_or(value);
        }
        match self.world.module(no).map(|it| it.language) {
            Some(Language::Python) if builtins::is_python(name) => {
                Value::Symbol(format!("builtins.{name}").into())
            }
            Some(Language::TypeScript) if builtins::is_global(name) => {
                Value::Symbol(format!("global.{name}").into())
            }
            _ => Value::Unknown,
        }
    }

    /// Items of a list with what is spread in it.
    fn spread(&mut self, no: ModuleNo, items: &'w [Expr], env: &Rc<Env>) -> Vec<Value> {
        let mut all = Vec::new();
        for item in items {
            let value = self.eval(no, item, env);
            match &item.kind {
                Kind::Spread(_) => match self.items(&value) {
                    Some(items) => all.extend(items.into_iter().take(MOST_ITEMS)),
                    None => all.push(Value::mixed([value])),
                },
                _ => all.push(value),
            }
        }
        all
    }

    fn map(&mut self, no: ModuleNo, pairs: &'w [Pair], env: &Rc<Env>, at: At) -> Value {
        let mut all = Vec::new();
        for pair in pairs {
            let value = self.eval(no, &pair.value, env);
            match &pair.key {
                Some(key) => {
                    let key = self.eval(no, key, env);
                    all.push((Some(key), value));
                }
                None => match self.pairs(&value) {
                    Some(pairs) => all.extend(pairs.into_iter().take(MOST_ITEMS)),
                    None => all.push((None, value)),
                },
            }
        }
        Value::Object(self.make(ObjectKind::Map(all), no, at))
    }

    pub(super) fn args(&mut self, no: ModuleNo, args: &'w [Arg], env: &Rc<Env>) -> Args {
        let mut all: Args = Vec::with_capacity(args.len());
        for arg in args {
            let value = self.eval(no, &arg.value, env);
            match (&arg.name, &arg.value.kind) {
                (None, Kind::Spread(_)) => {
                    if let Some(pairs) = self.pairs(&value) {
                        let named =
                            pairs.into_iter().filter_map(|(key, it)| Some((Some(key?.text()?.into()), it)));
                        all.extend(named);
                    } else if let Some(items) = self.items(&value) {
                        all.extend(items.into_iter().map(|it| (None, it)));
                    } else {
                        all.push((Some("**".into()), value));
                    }
                }
                (name, _) => all.push((name.clone(), value)),
            }
        }
        all
    }

    /// Parts put together with `+`: a list where one of them is, else text.
    pub(super) fn joined(&mut self, no: ModuleNo, parts: Vec<Value>, at: At) -> Value {
        let lists: Vec<Option<Vec<Value>>> = parts.iter().map(|it| self.items(it)).collect();
        if lists.iter().any(Option::is_some) {
            let each = parts.into_iter().zip(lists);
            let items = each.flat_map(|(it, list)| list.unwrap_or_else(|| vec![Value::mixed([it])]));
            let items = items.take(MOST_ITEMS).collect();
            return self.list(items, no, at);
        }
        template(parts)
    }

    /// The member `name` of `of`; access to the environment of the process is one.
    pub(super) fn member_at(&mut self, of: &Value, name: &Name, site: Site) -> Value {
        match of {
            Value::Symbol(path) if &**path == "global.process.env" => Value::Env(Name::clone(name)),
            Value::Symbol(path) if self.in_session(path, name).is_some() => {
                self.in_session(path, name).unwrap_or(Value::Unknown)
            }
            Value::Symbol(path) => {
                // `import a.b` has bound `a`; `a.b` may be a module of the repository.
                let inner = format!("{path}.{name}");
                let module = self.world.module(site.module);
                let imported = module.filter(|it| it.imports.iter().any(|it| *it.module == *inner));
                let found = imported.and_then(|it| self.world.imported(&inner, &it.path, it.language));
                found.map_or_else(|| Value::Symbol(inner.into()), Value::Module)
            }
            Value::Module(module) => match self.exported(*module, name) {
                Some(value) => value,
                None => self.submodule(*module, name),
            },
            Value::Choice(list) => Value::choice(list.iter().map(|it| self.member_at(it, name, site))),
            other => {
                let value = self.member(other, name);
                let is_unset = match (other, &value) {
                    (Value::Object(_), Value::Null) => true,
                    (Value::Object(no), Value::Part(of, part)) => no == of && part == name,
                    _ => false,
                };
                let given = other.object().filter(|_| is_unset).and_then(|it| self.given_to_field(it, name));
                let value = given.unwrap_or(value);
                if self.is_property(&value) { self.call(&value, Args::new(), site) } else { value }
            }
        }
    }

    /// Whether `value` is a method that is called by naming it.
    fn is_property(&self, value: &Value) -> bool {
        let Value::Function(it) = value else { return false };
        let facts = self.world.module(it.module).and_then(|module| module.function(it.no));
        let decorators = facts.into_iter().flat_map(|it| &it.decorators);
        it.bound.is_some()
            && decorators.into_iter().any(|it| match &it.kind {
                Kind::Name(name) | Kind::Member(_, name) => {
                    ["property", "cached_property"].contains(&&**name)
                }
                _ => false,
            })
    }

    /// Whether `value` is what a call of something outside has given back.
    fn is_made(&self, value: &Value) -> bool {
        let object = value.object().and_then(|it| self.object(it));
        matches!(object.map(|it| &it.kind), Some(ObjectKind::Made { .. }))
    }

    fn submodule(&mut self, module: ModuleNo, name: &Name) -> Value {
        let Some(facts) = self.world.module(module) else { return Value::Unknown };
        let found = self.world.imported(&format!(".{name}"), &facts.path, facts.language);
        found.map_or(Value::Unknown, Value::Module)
    }

    /// The member `name` of an object, an instance or a class.
    pub fn member(&self, of: &Value, name: &str) -> Value {
        match of {
            Value::Object(no) => self.member_of(*no, name),
            Value::Part(no, path) => Value::Part(*no, format!("{path}.{name}").into()),
            Value::Class(class) => {
                let own = || {
                    let facts = self.world.module(class.module)?.class(class.no)?;
                    facts.name.clone().filter(|_| name == "__name__").map(Value::Text)
                };
                of_class(class, name).or_else(own).unwrap_or(Value::Unknown)
            }
            Value::Param(path) => self.chosen(format!("{path}.{name}").into()),
            Value::Symbol(path) => Value::Symbol(format!("{path}.{name}").into()),
            Value::Choice(list) => Value::choice(list.iter().map(|it| self.member(it, name))),
            Value::Mixed(_) | Value::Template(_) | Value::Env(_) => Value::mixed([of.clone()]),
            // A member of an enum is its text.
            Value::Text(_) if name == "value" => of.clone(),
            // `function.__name__`, under which it is registered.
            Value::Function(_) if ["__name__", "__qualname__", "name"].contains(&name) => {
                let own = self.function(of).and_then(|(_, it)| it.name.clone());
                own.map_or(Value::Unknown, Value::Text)
            }
            _ => Value::Unknown,
        }
    }

    fn member_of(&self, no: ObjectNo, name: &str) -> Value {
        let Some(object) = self.object(no) else { return Value::Unknown };
        if let Some(value) = object.fields.get(name) {
            return value.clone();
        }
        match &object.kind {
            ObjectKind::Map(pairs) => {
                let is_it = |it: &&(Option<Value>, _)| it.0.as_ref().and_then(Value::text) == Some(name);
                let found = pairs.iter().rev().find(is_it);
                found.map_or_else(|| Value::Part(no, name.into()), |(_, it)| it.clone())
            }
            ObjectKind::Instance { class, .. } => match of_class(class, name) {
                Some(value) => bound(&value, no),
                None => Value::Part(no, name.into()),
            },
            ObjectKind::List(_) | ObjectKind::Made { .. } => Value::Part(no, name.into()),
        }
    }

    fn index(&mut self, of: &Value, key: &Value, site: Site) -> Value {
        if let Some(found) = self.told_entry(of, key) {
            return found;
        }
        if let Some(text) = key.text() {
            if matches!(of, Value::Symbol(path) if matches!(&**path, "os.environ" | "global.process.env")) {
                return Value::Env(text.into());
            }
            // The entry of a file that a framework reads by itself: which file and which entry is what matters.
            if matches!(of, Value::Text(_)) {
                return Value::mixed([of.clone(), key.clone()]);
            }
            let text: Name = text.into();
            return self.member_at(of, &text, site);
        }
        if let (Value::Number(at), Some(items)) = (key, self.items(of)) {
            let at: Option<usize> = at.parse().ok();
            if let Some(item) = at.and_then(|it| items.get(it)) {
                return item.clone();
            }
        }
        match of {
            // The module itself: `sys.modules[__name__]`.
            Value::Symbol(path) if &**path == "sys.modules" && *key == Value::Unknown => {
                Value::Module(site.module)
            }
            // A function of a library, by a name that the caller chooses; else what a type is of.
            Value::Symbol(path) if matches!(key, Value::Param(_)) => {
                Value::Symbol(format!("{path}.[]").into())
            }
            Value::Symbol(path) => Value::Symbol(Name::clone(path)),
            // Which one is the caller's choice.
            _ => match self.pairs(of) {
                Some(pairs) if !pairs.is_empty() => Value::choice(pairs.into_iter().map(|(_, it)| it)),
                _ if matches!(of, Value::Part(..)) || self.is_made(of) => self.member(of, "[]"),
                _ => match self.element(of) {
                    Value::Unknown => Value::mixed([of.clone(), key.clone()]),
                    value => value,
                },
            },
        }
    }

    /// One of the elements of `of`.
    pub(super) fn element(&self, of: &Value) -> Value {
        if let Some(items) = self.items(of) {
            return Value::choice(items);
        }
        match of {
            Value::Unknown | Value::Null => Value::Unknown,
            Value::Object(no) if matches!(self.object(*no).map(|it| &it.kind), Some(ObjectKind::Map(_))) => {
                let pairs = self.pairs(of).unwrap_or_default();
                Value::choice(pairs.into_iter().filter_map(|(key, _)| key))
            }
            Value::Param(path) => Value::Param(format!("{path}[]").into()),
            // A row of what was asked for is still of that.
            Value::Part(no, path) => Value::Part(*no, format!("{path}.[]").into()),
            Value::Object(no) if self.is_made(of) => Value::Part(*no, "[]".into()),
            other => Value::mixed([other.clone()]),
        }
    }
}

/// The function as a method of the instance.
pub(super) fn bound(value: &Value, instance: ObjectNo) -> Value {
    match value {
        Value::Function(it) => Value::Function(Rc::new(Closure {
            module: it.module,
            no: it.no,
            env: Rc::clone(&it.env),
            bound: Some(instance),
        })),
        Value::Choice(list) => Value::choice(list.iter().map(|it| bound(it, instance))),
        other => other.clone(),
    }
}

/// The member `name` of the class, or of one of the repository that it derives from.
pub(super) fn of_class(class: &ClassValue, name: &str) -> Option<Value> {
    of_class_within(class, name, super::DEEPEST)
}

fn of_class_within(class: &ClassValue, name: &str, depth: usize) -> Option<Value> {
    if let Some(value) = class.members.borrow().get(name) {
        return Some(value.clone());
    }
    let depth = depth.checked_sub(1)?;
    class.bases.iter().flat_map(Value::each).find_map(|it| match it {
        Value::Class(base) => of_class_within(base, name, depth),
        _ => None,
    })
}
