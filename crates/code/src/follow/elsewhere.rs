//! What a name of a module or a field of an instance is given in a function that nothing has called yet: `global client`,
//! `self.session = …` in `connect`. Where it is asked for and still is nothing, those functions are followed first.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::expressions::bound;
use super::value::{ClassValue, Env, ObjectKind, ObjectNo, Site, Value};
use super::{Follower, ModuleNo};
use crate::ir::{ClassNo, FunctionNo, Kind, Name, Stmt, StmtKind};

/// How many expressions are looked at for the sake of one name.
const FUEL: u32 = 4_000;
/// How many functions are followed for the sake of one name.
const MOST: usize = 4;

/// Which functions give a value to which name.
pub(super) type Givers = Rc<BTreeMap<Name, Vec<FunctionNo>>>;

/// Whose names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// A module's.
    Module(ModuleNo),
    /// Of instances of a class.
    Class(ModuleNo, ClassNo),
}

impl Follower<'_> {
    /// Gives `value` to a name that the function takes from around it. Who runs first is not known: what it was stays possible,
    /// and nothing hides something.
    pub(super) fn assign_outer(&mut self, name: &Name, value: &Value, env: &Rc<Env>) {
        let function = self.stack.last().and_then(|(no, it)| self.world.module(*no)?.function(*it));
        if !function.is_some_and(|it| it.outer.contains(name)) {
            return;
        }
        let mut around = env.parent();
        while let Some(it) = around {
            around = it.parent();
            let known = it.own(name);
            if known.is_some() || around.is_none() {
                let known = known.map(|it| self.without_earlier(it, value));
                it.set(Name::clone(name), both(known, value));
                return;
            }
        }
    }

    /// What was known without what the same line has made before: a function that is followed again makes it again.
    fn without_earlier(&self, known: Value, value: &Value) -> Value {
        let made_at = |it: &Value| it.object().and_then(|it| Some(self.object(it)?.site));
        let sites: Vec<Site> = value.each().iter().filter_map(made_at).collect();
        let is_new = |it: &&Value| made_at(it).is_none_or(|it| !sites.contains(&it));
        if known.each().iter().all(|it| is_new(&it)) {
            return known;
        }
        let rest: Vec<Value> = known.each().iter().filter(is_new).cloned().collect();
        if rest.is_empty() { Value::Null } else { Value::choice(rest) }
    }

    /// What `name`, at the top of the module, is given by functions that have not been followed; nothing, if none gives it
    /// anything.
    pub(super) fn given_to_name(&mut self, no: ModuleNo, name: &Name) -> Option<Value> {
        let env = Rc::clone(self.modules.get(&no)?);
        if !matches!(env.own(name), Some(Value::Null))
            || !self.looked_up.insert((None, no, Name::clone(name)))
        {
            return None;
        }
        let givers = self.givers(Owner::Module(no));
        for giver in givers.get(name).into_iter().flatten().take(MOST) {
            let known = self.world.module(no).and_then(|it| it.function(*giver)?.name.clone());
            let Some(function) = known.and_then(|it| env.own(&it)) else { continue };
            self.beside(&function);
        }
        env.own(name).filter(|it| *it != Value::Null)
    }

    /// What the field `name` of the instance is given by methods that have not been followed on it.
    pub(super) fn given_to_field(&mut self, no: ObjectNo, name: &Name) -> Option<Value> {
        let object = self.object(no)?;
        let ObjectKind::Instance { class, .. } = &object.kind else { return None };
        if !object.fields.get(name).is_none_or(|it| *it == Value::Null) {
            return None;
        }
        let (class, module) = (Rc::clone(class), object.site.module);
        if !self.looked_up.insert((Some(no), module, Name::clone(name))) {
            return None;
        }
        for method in self.field_givers(&class, name, super::DEEPEST).into_iter().take(MOST) {
            self.beside(&bound(&method, no));
        }
        self.object(no)?.fields.get(name).filter(|it| **it != Value::Null).cloned()
    }

    /// The methods of the class, and of those of the repository that it derives from, that give the field a value.
    fn field_givers(&mut self, class: &Rc<ClassValue>, name: &Name, depth: usize) -> Vec<Value> {
        let givers = self.givers(Owner::Class(class.module, class.no));
        let module = self.world.module(class.module);
        let names =
            givers.get(name).into_iter().flatten().filter_map(|it| module?.function(*it)?.name.clone());
        let members = class.members.borrow();
        let mut found: Vec<Value> =
            names.filter(|it| &**it != "__init__").filter_map(|it| members.get(&it).cloned()).collect();
        if let Some(depth) = depth.checked_sub(1) {
            for base in class.bases.iter().flat_map(Value::each) {
                if let Value::Class(base) = base {
                    found.extend(self.field_givers(base, name, depth));
                }
            }
        }
        found
    }

    fn givers(&mut self, of: Owner) -> Givers {
        if let Some(known) = self.givers.get(&of) {
            return Rc::clone(known);
        }
        let mut found: BTreeMap<Name, Vec<FunctionNo>> = BTreeMap::new();
        let (Owner::Module(no) | Owner::Class(no, _)) = of;
        if let Some(module) = self.world.module(no) {
            for (at, function) in (0..).map(FunctionNo).zip(&module.functions) {
                let mut names = Vec::new();
                match of {
                    Owner::Module(_) if function.class.is_none() => names.clone_from(&function.outer),
                    Owner::Class(_, class) if function.class == Some(class) => {
                        fields(&function.body, &mut names);
                    }
                    _ => {}
                }
                for name in names {
                    let all = found.entry(name).or_default();
                    if !all.contains(&at) {
                        all.push(at);
                    }
                }
            }
        }
        let found = Rc::new(found);
        self.givers.insert(of, Rc::clone(&found));
        found
    }

    /// Follows the function as somebody outside would call it, at some other time: what it does is not part of what happens.
    fn beside(&mut self, function: &Value) {
        let plain = match function {
            Value::Object(no) => self.wrapped(*no).unwrap_or(Value::Unknown),
            other => other.clone(),
        };
        let Value::Function(closure) = &plain else { return };
        if self.stack.contains(&(closure.module, closure.no)) {
            return;
        }
        let first = self.events.len();
        let kept = self.fuel.saturating_sub(FUEL);
        self.fuel -= kept;
        let (stack, told) = (std::mem::take(&mut self.stack), self.told.take());
        let (returned, loops) = (std::mem::take(&mut self.returned), std::mem::take(&mut self.loops));
        let depth = std::mem::take(&mut self.depth);
        // Calls from within are counted on: a circle of such questions ends.
        self.asides += 1;
        if self.asides <= super::DEEPEST {
            self.enter(&plain);
        }
        self.asides -= 1;
        (self.stack, self.told, self.returned, self.loops) = (stack, told, returned, loops);
        self.depth = depth;
        self.fuel += kept;
        if first < self.events.len() {
            self.aside.push(first..self.events.len());
        }
    }
}

/// What is either: nothing is only what it is until it is given something.
fn both(known: Option<Value>, value: &Value) -> Value {
    match known {
        Some(known) if known != Value::Null && known != Value::Unknown => match value {
            Value::Null => known,
            value => Value::choice([value.clone(), known]),
        },
        _ => value.clone(),
    }
}

/// The fields of the instance that the statements give a value.
fn fields(body: &[Stmt], found: &mut Vec<Name>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Assign { target, value: Some(value), .. } if !matches!(value.kind, Kind::Null) => {
                field(&target.kind, found);
            }
            StmtKind::Block(block) => {
                fields(&block.body, found);
                fields(&block.other, found);
            }
            _ => {}
        }
    }
}

fn field(target: &Kind, found: &mut Vec<Name>) {
    match target {
        Kind::Member(of, name) if matches!(&of.kind, Kind::Name(it) if &**it == "self") => {
            found.push(Name::clone(name));
        }
        Kind::List(parts) => parts.iter().for_each(|it| field(&it.kind, found)),
        _ => {}
    }
}
