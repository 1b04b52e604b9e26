//! Statements: what they bind, in which order, under which condition.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::told::Flow;
use super::value::{ClassValue, Closure, Env, MOST_ITEMS, ObjectKind, Site, Value};
use super::{Follower, ModuleNo};
use crate::ir::{
    Block, BlockKind, Class, ClassNo, Expr, FunctionNo, Import, Kind, Language, Module, Name, Stmt, StmtKind,
};

/// How many elements of a list that stands in the text are gone through one by one.
const MOST_ROUNDS: usize = 24;

impl<'w> Follower<'w> {
    /// Binds what the module imports.
    pub(super) fn imports(&mut self, no: ModuleNo, module: &'w Module, env: &Rc<Env>) {
        for import in &module.imports {
            self.import(no, module, import, env);
        }
    }

    fn import(&mut self, no: ModuleNo, module: &'w Module, import: &'w Import, env: &Rc<Env>) {
        let found = self.world.imported(&import.module, &module.path, module.language).filter(|it| *it != no);
        if &*import.local == "*" {
            if let Some(found) = found {
                for (name, value) in self.module(found).snapshot() {
                    env.set(name, value);
                }
            }
            return;
        }
        let value = match &import.symbol {
            Some(symbol) => self.imported(found, import, symbol, module),
            // `import a.b` binds `a`; that it is a module of the repository shows when `a.b` is asked for.
            None => match found {
                Some(found)
                    if *import.local != *first_part(&import.module) || !import.module.contains('.') =>
                {
                    Value::Module(found)
                }
                _ => Value::Symbol(outside(&import.module, module.language, &import.local)),
            },
        };
        env.set(Name::clone(&import.local), value);
    }

    /// The name `symbol` of the module that `import` is about. A module of the repository that has no such name is not
    /// the one that is meant: folders are called like libraries.
    fn imported(
        &mut self,
        found: Option<ModuleNo>,
        import: &Import,
        symbol: &Name,
        module: &Module,
    ) -> Value {
        if let Some(value) = found.and_then(|it| self.exported(it, symbol)) {
            return value;
        }
        if module.language == Language::Python {
            let dot = if import.module.ends_with('.') { "" } else { "." };
            let inner = format!("{}{dot}{symbol}", import.module);
            if let Some(inner) = self.world.imported(&inner, &module.path, module.language) {
                return Value::Module(inner);
            }
        }
        // A file that is not here has the path that it is imported by.
        let path = outside(&import.module, module.language, "");
        match &**symbol {
            "default" => Value::Symbol(path),
            name => Value::Symbol(format!("{path}.{name}").into()),
        }
    }

    /// What the module gives its importers under `name`.
    pub(super) fn exported(&mut self, no: ModuleNo, name: &str) -> Option<Value> {
        let env = self.module(no);
        let module = self.world.module(no)?;
        let export = module.exports.iter().find(|it| *it.name == *name);
        if let Some(export) = export.filter(|_| module.language == Language::TypeScript) {
            let Some(from) = &export.from else { return env.get(&export.local) };
            return match self.world.imported(from, &module.path, module.language) {
                Some(from) if &*export.local == "*" => Some(Value::Module(from)),
                Some(from) if from != no => self.exported(from, &export.local),
                Some(_) => None,
                None => {
                    let path = outside(from, module.language, "");
                    Some(Value::Symbol(format!("{path}.{}", export.local).into()))
                }
            };
        }
        if let Some(value) = env.own(name).or_else(|| self.ahead(no, module, name, &env)) {
            return Some(value);
        }
        let all = module.exports.iter().filter(|it| &*it.name == "*").filter_map(|it| it.from.as_ref());
        let mut passed = all.filter_map(|it| self.world.imported(it, &module.path, module.language));
        if self.depth > super::DEEPEST_EXPRESSION {
            return None;
        }
        self.depth += 1;
        let found = passed.find_map(|it| if it == no { None } else { self.exported(it, name) });
        self.depth -= 1;
        found
    }

    /// What a module defines further down than it has been followed: modules that import each other in a circle are asked
    /// for their names before they are at their end.
    fn ahead(&mut self, no: ModuleNo, module: &'w Module, name: &str, env: &Rc<Env>) -> Option<Value> {
        for stmt in &module.body {
            match stmt.kind {
                StmtKind::Function(it) if module.function(it)?.name.as_deref() == Some(name) => {
                    self.define(no, it, env);
                }
                StmtKind::Class(it) if module.class(it)?.name.as_deref() == Some(name) => {
                    let value = self.class(no, it, env);
                    env.set(name.into(), value);
                }
                _ => continue,
            }
            return env.own(name);
        }
        None
    }

    /// Functions that stand below what uses them.
    pub(super) fn hoisted(&mut self, no: ModuleNo, module: &'w Module, env: &Rc<Env>) {
        if module.language == Language::TypeScript {
            self.hoist(no, &module.body, env);
        }
    }

    fn hoist(&mut self, no: ModuleNo, body: &'w [Stmt], env: &Rc<Env>) {
        for stmt in body {
            if let StmtKind::Function(function) = stmt.kind {
                self.define(no, function, env);
            }
        }
    }

    /// Follows a function's body: hoists, then in order.
    pub(super) fn body(&mut self, no: ModuleNo, body: &'w [Stmt], env: &Rc<Env>) {
        if self.world.module(no).is_some_and(|it| it.language == Language::TypeScript) {
            self.hoist(no, body, env);
        }
        self.statements(no, body, env);
    }

    pub(super) fn statements(&mut self, no: ModuleNo, body: &'w [Stmt], env: &Rc<Env>) -> Flow {
        for stmt in body {
            if self.fuel == 0 {
                break;
            }
            let flow = self.statement(no, stmt, env);
            if flow != Flow::Goes {
                return flow;
            }
        }
        Flow::Goes
    }

    pub(super) fn statement(&mut self, no: ModuleNo, stmt: &'w Stmt, env: &Rc<Env>) -> Flow {
        match &stmt.kind {
            StmtKind::Assign { target, value, adds, annotation } => {
                let is_given = value.is_some();
                let value = value.as_ref().map_or(Value::Unknown, |it| self.eval(no, it, env));
                let value = self.typed(no, value, annotation.as_ref(), env);
                if !is_given && value == Value::Unknown {
                    return Flow::Goes;
                }
                if *adds { self.add(no, target, value, env) } else { self.assign(no, target, value, env) }
            }
            StmtKind::Expr(expr) => {
                self.eval(no, expr, env);
            }
            StmtKind::Return(value) => {
                let value = value.as_ref().map_or(Value::Null, |it| self.eval(no, it, env));
                self.returned.push(value);
            }
            StmtKind::Raise(value) => {
                if let Some(value) = value {
                    self.eval(no, value, env);
                }
            }
            StmtKind::Function(function) => self.define(no, *function, env),
            StmtKind::Class(class) => {
                let value = self.class(no, *class, env);
                if let Some(name) = self.world.module(no).and_then(|it| it.class(*class)?.name.clone()) {
                    env.set(name, value);
                }
            }
            StmtKind::Block(block) => return self.block(no, block, env),
        }
        Flow::Goes
    }

    /// Binds a function to its name, decorators applied.
    fn define(&mut self, no: ModuleNo, function: FunctionNo, env: &Rc<Env>) {
        let Some(facts) = self.world.module(no).and_then(|it| it.function(function)) else { return };
        let plain = closure(no, function, env);
        let value = self.decorated(no, plain, &facts.decorators, env);
        if let Some(name) = &facts.name {
            // In TypeScript of two with one name the second has the body: the first is a signature.
            env.set(Name::clone(name), value);
        }
    }

    fn decorated(&mut self, no: ModuleNo, value: Value, decorators: &'w [Expr], env: &Rc<Env>) -> Value {
        decorators.iter().rev().fold(value, |value, decorator| {
            let callee = self.eval(no, decorator, env);
            self.decorate(no, &callee, value, decorator.at)
        })
    }

    /// The class as a value, with its members.
    pub(super) fn class(&mut self, no: ModuleNo, class: ClassNo, env: &Rc<Env>) -> Value {
        let Some(facts) = self.world.module(no).and_then(|it| it.class(class)) else { return Value::Unknown };
        let bases = facts.bases.iter().map(|it| self.eval(no, it, env)).collect();
        let inner = Env::new(Some(Rc::clone(env)));
        let value =
            Rc::new(ClassValue { module: no, no: class, env: inner, bases, members: BTreeMap::new().into() });
        // Its methods may name it.
        if let Some(name) = &facts.name {
            env.set(Name::clone(name), Value::Class(Rc::clone(&value)));
        }
        self.members(no, facts, &value);
        self.tell_bases(&value, Site { module: no, at: facts.at });
        self.decorated(no, Value::Class(value), &facts.decorators, env)
    }

    fn members(&mut self, no: ModuleNo, facts: &'w Class, class: &Rc<ClassValue>) {
        for field in &facts.fields {
            let value = field.value.as_ref().map_or(Value::Unknown, |it| self.eval(no, it, &class.env));
            let value = self.typed(no, value, field.annotation.as_ref(), &class.env);
            class.env.set(Name::clone(&field.name), value.clone());
            class.members.borrow_mut().insert(Name::clone(&field.name), value);
        }
        for method in &facts.methods {
            let Some(function) = self.world.module(no).and_then(|it| it.function(*method)) else { continue };
            let Some(name) = &function.name else { continue };
            // Names of a class are not in the scope of its methods.
            let scope = class.env.parent().unwrap_or_else(|| Rc::clone(&class.env));
            let plain = closure(no, *method, &scope);
            let value = self.decorated(no, plain, &function.decorators, &class.env);
            class.env.set(Name::clone(name), value.clone());
            class.members.borrow_mut().insert(Name::clone(name), value);
        }
    }

    fn block(&mut self, no: ModuleNo, block: &'w Block, env: &Rc<Env>) -> Flow {
        match block.kind {
            BlockKind::If | BlockKind::Match | BlockKind::Case => self.branches(no, block, env),
            BlockKind::While | BlockKind::For => {
                self.loops += 1;
                let flow = self.rounds(no, block, env);
                self.loops -= 1;
                if flow == Flow::Goes { self.statements(no, &block.other, env) } else { flow }
            }
            BlockKind::Try | BlockKind::With => {
                for head in &block.head {
                    self.eval(no, head, env);
                }
                self.attempt(no, block, env)
            }
        }
    }

    /// A loop: for each element where they stand in the text, else once.
    fn rounds(&mut self, no: ModuleNo, block: &'w Block, env: &Rc<Env>) -> Flow {
        let Some((first, rest)) = block.body.split_first() else { return Flow::Goes };
        let StmtKind::Assign { target, value: Some(Expr { kind: Kind::Element(over), .. }), .. } =
            &first.kind
        else {
            for head in &block.head {
                self.eval(no, head, env);
            }
            self.statements(no, &block.body, env);
            return Flow::Goes;
        };
        let over = self.eval(no, over, env);
        match self.items(&over) {
            Some(items) if items.len() <= MOST_ROUNDS => {
                for item in items {
                    self.assign(no, target, item, env);
                    if self.statements(no, rest, env) == Flow::Left {
                        return Flow::Left;
                    }
                }
            }
            _ => {
                let element = self.element(&over);
                self.assign(no, target, element, env);
                self.statements(no, rest, env);
            }
        }
        Flow::Goes
    }

    /// Gives `value` to `target`.
    pub(super) fn assign(&mut self, no: ModuleNo, target: &'w Expr, value: Value, env: &Rc<Env>) {
        match &target.kind {
            Kind::Name(name) => {
                self.name_object(&value, name);
                self.assign_outer(name, &value, env);
                env.set(Name::clone(name), value);
            }
            Kind::Member(of, name) => {
                let of = self.eval(no, of, env);
                self.name_object(&value, name);
                for part in of.each().to_vec() {
                    self.set_member(&part, name, value.clone());
                }
            }
            Kind::Index(of, key) => {
                let (of, key) = (self.eval(no, of, env), self.eval(no, key, env));
                if let (Value::Symbol(path), Some(key)) = (&of, key.text()) {
                    return self.set_in_session(path, key, value);
                }
                let Some(object) = of.object().and_then(|it| self.object_mut(it)) else { return };
                match (&mut object.kind, key.text()) {
                    (ObjectKind::Map(pairs), _) => pairs.push((Some(key), value)),
                    // `message["To"] = …`
                    (ObjectKind::Made { .. }, Some(key)) => {
                        object.fields.insert(key.into(), value);
                    }
                    _ => {}
                }
            }
            Kind::List(targets) => {
                let items = self.items(&value);
                for (at, target) in targets.iter().enumerate() {
                    let part = match &items {
                        Some(items) => items.get(at).cloned().unwrap_or(Value::Unknown),
                        None => self.element(&value),
                    };
                    self.assign(no, target, part, env);
                }
            }
            Kind::Map(pairs) => {
                for pair in pairs {
                    let key = pair.key.as_ref().map(|it| self.eval(no, it, env));
                    let part = match key.as_ref().and_then(Value::text) {
                        Some(key) => self.member(&value, key),
                        None => Value::mixed([value.clone()]),
                    };
                    self.assign(no, &pair.value, part, env);
                }
            }
            Kind::Spread(inner) | Kind::Element(inner) => self.assign(no, inner, value, env),
            _ => {}
        }
    }

    /// An object is called after the first name that it is given.
    fn name_object(&mut self, value: &Value, name: &Name) {
        let object = value.object().and_then(|it| self.object_mut(it));
        if let Some(known) = object.map(|it| &mut it.name).filter(|it| it.is_none()) {
            *known = Some(Name::clone(name));
        }
    }

    fn set_member(&mut self, of: &Value, name: &Name, value: Value) {
        match of {
            Value::Object(no) => {
                let Some(object) = self.object_mut(*no) else { return };
                match &mut object.kind {
                    ObjectKind::Map(pairs) => pairs.push((Some(Value::Text(Name::clone(name))), value)),
                    // What is closed and let go was there before.
                    ObjectKind::Instance { .. }
                        if value == Value::Null
                            && object.fields.get(name).is_some_and(|it| *it != Value::Null) => {}
                    _ => {
                        object.fields.insert(Name::clone(name), value);
                    }
                }
            }
            Value::Class(class) => {
                class.members.borrow_mut().insert(Name::clone(name), value);
            }
            Value::Symbol(path) => self.set_in_session(path, name, value),
            _ => {}
        }
    }

    /// `target += value`.
    fn add(&mut self, no: ModuleNo, target: &'w Expr, value: Value, env: &Rc<Env>) {
        let known = self.eval(no, target, env);
        let items = self.items(&value);
        if let Some(ObjectKind::List(list)) =
            known.object().and_then(|it| self.object_mut(it)).map(|it| &mut it.kind)
        {
            let room = MOST_ITEMS.saturating_sub(list.len());
            list.extend(items.unwrap_or_else(|| vec![Value::mixed([value])]).into_iter().take(room));
            return;
        }
        let both = self.joined(no, vec![known, value], target.at);
        self.assign(no, target, both, env);
    }
}

/// The function as a value.
pub(super) fn closure(module: ModuleNo, no: FunctionNo, env: &Rc<Env>) -> Value {
    Value::Function(Rc::new(Closure { module, no, env: Rc::clone(env), bound: None }))
}

fn first_part(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

/// The path of a module outside.
fn outside(module: &Name, language: Language, local: &str) -> Name {
    match language {
        // `import a.b` gives `a`, `import a.b as c` gives `a.b`.
        Language::Python if local == first_part(module) => local.into(),
        Language::Python => Name::clone(module),
        Language::TypeScript => module.strip_prefix("node:").map_or_else(
            || module.replace('/', if module.starts_with('@') { "/" } else { "." }).into(),
            |it| it.replace('/', ".").into(),
        ),
    }
}
