//! Follows values through modules: what names mean, what calls make, what is put together where. An interpretation that
//! runs nothing: what is not in the text is a parameter, a choice or unknown.
//!
//! What lives here: the modules and their imports ([`world`]), values ([`value`]), statements (`statements`), expressions
//! (`expressions`), calls (`calls`, `functions`), what the languages bring along (`builtins`, `collections`, `text`), what is
//! made (`pool`), members that are not named (`dynamic`), are given elsewhere (`elsewhere`) or lie in a session (`sessions`),
//! and what happens where the caller's choice is told (`told`). Work is bounded: the text is hostile.

mod ask;
mod bearing;
mod builtins;
mod calls;
mod collections;
mod dynamic;
mod elsewhere;
mod expressions;
mod functions;
pub mod paths;
mod pool;
pub mod programs;
mod sessions;
mod statements;
mod text;
mod told;
mod types;
pub mod value;
pub mod world;
mod wrappers;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use ambit_model::Place;
use indexmap::IndexSet;
use serde::{Deserialize, Serialize};

use crate::ir::{At, ClassNo, Function, FunctionNo, Module, Name};
use bearing::Bearing;
pub use bearing::Sought;
use elsewhere::{Givers, Owner};
use pool::Pool;
use told::Told;
use value::{Args, CallEvent, Env, EventNo, Object, ObjectKind, ObjectNo, Site, Value};
pub use world::{ModuleNo, World};

/// How many expressions are looked at in one module at its top, and in one function that nobody calls.
const FUEL: u32 = 60_000;
/// How many of them in a function that has nothing to do with what is looked for, for the sake of what it gives back.
const FUEL_ASIDE: u32 = 400;
/// The same where the function may put together what others use: a registry that it fills.
const FUEL_WIRING: u32 = 10_000;
/// How many expressions are looked at in one world: so many, and so many more for each module, up to a bound.
const FUEL_OF_ALL: (u64, u64, u64) = (2_000_000, 40_000, STEPS);
/// How many expressions are looked at altogether.
pub const STEPS: u64 = 40_000_000;
/// How deep calls are followed.
const DEEPEST: usize = 12;
/// How deep expressions are followed.
const DEEPEST_EXPRESSION: usize = 200;

/// When something is met: at the top of modules, or in what nothing has called, and from which module on. Of two programs
/// that are followed one after the other it tells the order in which they would be met together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Met {
    later: bool,
    from: Arc<str>,
}

/// What comes of calling a function.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The calls that it makes, those of helpers of the repository included.
    pub calls: Vec<EventNo>,
    /// What it gives back.
    pub returned: Value,
    /// Whether it was followed to its end.
    pub complete: bool,
}

/// How many expressions are looked at in a world of so many modules.
pub fn steps_for(modules: usize) -> u64 {
    let (few, each, most) = FUEL_OF_ALL;
    u64::try_from(modules).unwrap_or(u64::MAX).saturating_mul(each).saturating_add(few).min(most)
}

/// Follows values.
#[derive(Debug)]
pub struct Follower<'w> {
    world: &'w World,
    modules: BTreeMap<ModuleNo, Rc<Env>>,
    objects: Pool<Object>,
    /// Whence objects are made, from which on.
    met: Vec<(usize, bool, ModuleNo)>,
    events: Pool<CallEvent>,
    /// What was called, each once: programs call the same again and again.
    symbols: IndexSet<Name>,
    fuel: u32,
    left: u64,
    /// What there was at first.
    given: u64,
    /// Functions whose bodies are being followed, the innermost last.
    stack: Vec<(ModuleNo, FunctionNo)>,
    /// What the function that is being followed has returned so far.
    returned: Vec<Value>,
    /// How many loops are around.
    loops: u32,
    depth: usize,
    entered: BTreeSet<(ModuleNo, FunctionNo)>,
    /// What stopped before its end.
    cut_short: BTreeSet<ModuleNo>,
    /// What decorators of the repository put around methods: what it does with the instance comes first.
    wrappers: BTreeMap<(ModuleNo, FunctionNo), Value>,
    /// What decorators of the repository have made objects of.
    decorated: BTreeMap<ObjectNo, Value>,
    /// What programs have put under a name where other handlers of the same session find it, by the path of the store
    /// and the name.
    sessions: BTreeMap<Name, Value>,
    /// Classes of which instances are being put together from the types of their fields.
    supplying: Vec<(ModuleNo, ClassNo)>,
    /// What is worth following on its own; everything where nobody has said what is looked for.
    bearing: Option<Bearing>,
    /// Whether all that a function does matters, whoever it calls.
    whole: bool,
    /// What the caller has chosen, where one asks what happens then.
    told: Option<Told>,
    /// Which functions give names of modules and fields of instances a value.
    givers: BTreeMap<Owner, Givers>,
    /// Names and fields for which functions were followed that give them a value.
    looked_up: BTreeSet<(Option<ObjectNo>, ModuleNo, Name)>,
    /// Calls that were met meanwhile, and are not part of what happened.
    aside: Vec<Range<usize>>,
    /// How many such functions are being followed.
    asides: usize,
}

impl<'w> Follower<'w> {
    /// A follower that has seen nothing yet.
    pub fn new(world: &'w World) -> Self {
        let left = steps_for(world.modules().count());
        Self {
            world,
            modules: BTreeMap::new(),
            objects: Pool::new(),
            met: Vec::new(),
            events: Pool::new(),
            symbols: IndexSet::new(),
            fuel: 0,
            left,
            given: left,
            stack: Vec::new(),
            returned: Vec::new(),
            loops: 0,
            depth: 0,
            entered: BTreeSet::new(),
            cut_short: BTreeSet::new(),
            wrappers: BTreeMap::new(),
            decorated: BTreeMap::new(),
            sessions: BTreeMap::new(),
            supplying: Vec::new(),
            bearing: None,
            whole: false,
            told: None,
            givers: BTreeMap::new(),
            looked_up: BTreeSet::new(),
            aside: Vec::new(),
            asides: 0,
        }
    }

    /// A follower that looks for what is `sought`: what leads to none of that is followed only where something asks for it.
    pub fn looking_for(world: &'w World, sought: &Sought<'_>) -> Self {
        Self { bearing: Some(Bearing::of(world, sought)), ..Self::new(world) }
    }

    /// The same, with so many steps at most.
    #[must_use]
    pub fn within(self, most: u64) -> Self {
        let left = self.left.min(most);
        Self { left, given: left, ..self }
    }

    /// How many steps were taken.
    pub fn steps(&self) -> u64 {
        self.given.saturating_sub(self.left)
    }

    /// Follows all modules, then all functions that nothing has called: somebody outside may.
    pub fn run(&mut self) {
        // What tools do is asked for afterwards.
        let kept = self.left / 3;
        self.left -= kept;
        let all: Vec<ModuleNo> = self.world.modules().map(|(no, _)| no).collect();
        for no in &all {
            self.met.push((self.objects.len(), false, *no));
            self.module(*no);
        }
        for no in all {
            self.met.push((self.objects.len(), true, no));
            self.uncalled(no);
        }
        self.handed_over();
        self.left += kept;
    }

    /// When the object was made.
    pub fn met(&self, no: ObjectNo) -> Met {
        let after = self.met.partition_point(|it| it.0 <= no.0 as usize);
        let found = after.checked_sub(1).and_then(|it| self.met.get(it));
        let from =
            found.and_then(|it| self.world.module(it.2)).map_or_else(|| "".into(), |it| Arc::clone(&it.path));
        Met { later: found.is_some_and(|it| it.1), from }
    }

    /// The world that is followed.
    pub fn world(&self) -> &'w World {
        self.world
    }

    /// Modules of which not everything could be followed in bounded time.
    pub fn cut_short(&self) -> impl Iterator<Item = ModuleNo> {
        self.cut_short.iter().copied()
    }

    /// The calls that `function` makes when somebody calls it, those of helpers of the repository included; what its
    /// caller chooses are [`Value::Param`]s. `function` may be decorated.
    pub fn calls_of(&mut self, function: &Value) -> Vec<EventNo> {
        self.outcome_of(function).calls
    }

    /// What comes of calling `function`, as [`Self::calls_of`] does.
    pub fn outcome_of(&mut self, function: &Value) -> Outcome {
        let first = self.events.len();
        self.refuel();
        let whole = std::mem::replace(&mut self.whole, true);
        let returned = self.enter(function);
        self.whole = whole;
        let last = self.aside.iter().rev().take_while(|it| it.start >= first);
        let aside: Vec<Range<usize>> = last.cloned().collect();
        let numbers = (first..self.events.len()).filter(|it| !aside.iter().any(|range| range.contains(it)));
        let calls = numbers.filter_map(|it| u32::try_from(it).ok()).map(EventNo).collect();
        Outcome { calls, returned, complete: self.fuel > 0 }
    }

    /// The names at the top of the module, followed when first asked for.
    fn module(&mut self, no: ModuleNo) -> Rc<Env> {
        if let Some(env) = self.modules.get(&no) {
            return Rc::clone(env);
        }
        let env = Env::new(None);
        // Before it is followed: modules may import each other in a circle.
        self.modules.insert(no, Rc::clone(&env));
        let Some(module) = self.world.module(no) else { return env };
        let (fuel, stack) = (self.fuel, std::mem::take(&mut self.stack));
        let (returned, loops) = (std::mem::take(&mut self.returned), std::mem::take(&mut self.loops));
        self.refuel();
        self.imports(no, module, &env);
        self.hoisted(no, module, &env);
        self.statements(no, &module.body, &env);
        if self.fuel == 0 {
            self.cut_short.insert(no);
        }
        (self.fuel, self.stack, self.returned, self.loops) = (fuel, stack, returned, loops);
        env
    }

    /// What is large costs more: copying it is work too.
    fn pay_for(&mut self, kind: &ObjectKind) {
        let size = match kind {
            ObjectKind::List(items) => items.len(),
            ObjectKind::Map(pairs) => pairs.len(),
            ObjectKind::Made { args, .. } | ObjectKind::Instance { args, .. } => args.len(),
        };
        let price = u32::try_from(size / 8).unwrap_or(u32::MAX);
        self.fuel = self.fuel.saturating_sub(price);
        self.left = self.left.saturating_sub(u64::from(price));
    }

    fn refuel(&mut self) {
        self.fuel = u32::try_from(self.left.min(u64::from(FUEL))).unwrap_or(FUEL);
    }

    /// Whether there is something left to look with.
    fn burn(&mut self) -> bool {
        if self.fuel == 0 || self.left == 0 {
            self.fuel = 0;
            return false;
        }
        self.fuel -= 1;
        self.left -= 1;
        true
    }

    /// Functions of the module that nothing has called.
    fn uncalled(&mut self, no: ModuleNo) {
        let env = self.module(no);
        let mut todo: Vec<Value> = Vec::new();
        for (_, value) in env.snapshot() {
            match &value {
                Value::Function(it) if it.module == no => todo.push(value),
                Value::Class(it) if it.module == no => todo.push(value),
                Value::Object(it) => todo.extend(self.wrapped(*it)),
                _ => {}
            }
        }
        if let Some(bearing) = &self.bearing {
            todo.retain(|it| match it {
                Value::Function(it) => bearing.has_function(it.module, it.no),
                Value::Class(it) => bearing.has_class(it.module, it.no),
                _ => false,
            });
        }
        todo.sort_by_key(|it| match it {
            Value::Function(it) => (it.no.0, 0),
            Value::Class(it) => (it.no.0, 1),
            _ => (0, 2),
        });
        for value in todo {
            self.refuel();
            match &value {
                Value::Function(it) if !self.entered.contains(&(it.module, it.no)) => {
                    self.enter(&value);
                }
                Value::Class(class) => self.enter_class(class),
                _ => {}
            }
            if self.fuel == 0 {
                self.cut_short.insert(no);
            }
        }
    }

    /// The position as a place.
    pub fn place(&self, site: Site) -> Place {
        self.world.module(site.module).map_or_else(|| Place::start(""), |it| it.place(site.at))
    }

    /// All objects, in the order in which they were made.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectNo, &Object)> {
        (0..).map(ObjectNo).zip(self.objects.iter())
    }

    /// The object with this number.
    pub fn object(&self, no: ObjectNo) -> Option<&Object> {
        self.objects.get(no.0 as usize)
    }

    /// All calls, in the order in which they were met.
    pub fn events(&self) -> impl Iterator<Item = (EventNo, &CallEvent)> {
        (0..).map(EventNo).zip(self.events.iter())
    }

    /// The call with this number.
    pub fn event(&self, no: EventNo) -> Option<&CallEvent> {
        self.events.get(no.0 as usize)
    }

    /// The function that `value` is, decorated or not, with its module.
    pub fn function(&self, value: &Value) -> Option<(&'w Module, &'w Function)> {
        let closure = match value {
            Value::Function(it) => Rc::clone(it),
            Value::Object(no) => match self.wrapped(*no)? {
                Value::Function(it) => it,
                _ => return None,
            },
            _ => return None,
        };
        let module = self.world.module(closure.module)?;
        Some((module, module.function(closure.no)?))
    }

    fn wrapped(&self, no: ObjectNo) -> Option<Value> {
        let mut no = no;
        for _ in 0..DEEPEST {
            let value = match &self.object(no)?.kind {
                ObjectKind::Made { wraps: Some(value), .. } => value,
                _ => self.decorated.get(&no)?,
            };
            match value {
                Value::Object(inner) => no = *inner,
                other => return Some(other.clone()),
            }
        }
        None
    }

    fn make(&mut self, mut kind: ObjectKind, module: ModuleNo, at: At) -> ObjectNo {
        self.pay_for(&kind);
        // Most are small, and never grow.
        match &mut kind {
            ObjectKind::List(items) => items.shrink_to_fit(),
            ObjectKind::Map(pairs) => pairs.shrink_to_fit(),
            ObjectKind::Made { .. } | ObjectKind::Instance { .. } => {}
        }
        let no = ObjectNo(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        self.objects.push(Object {
            kind,
            site: Site { module, at },
            name: None,
            within: self.stack.last().copied(),
            entry: self.stack.first().copied(),
            fields: BTreeMap::new(),
            events: Vec::new(),
        });
        no
    }

    fn list(&mut self, items: Vec<Value>, module: ModuleNo, at: At) -> Value {
        Value::Object(self.make(ObjectKind::List(items), module, at))
    }

    fn object_mut(&mut self, no: ObjectNo) -> Option<&mut Object> {
        self.objects.get_mut(no.0 as usize)
    }

    fn shared(&mut self, symbol: Name) -> Name {
        if let Some(known) = self.symbols.get(&symbol) {
            return Name::clone(known);
        }
        self.symbols.insert(Name::clone(&symbol));
        symbol
    }

    /// Notes a call of something outside and what it gives back.
    fn note(
        &mut self,
        symbol: Name,
        receiver: Option<ObjectNo>,
        args: Args,
        (site, decorates): (Site, bool),
    ) -> Value {
        let symbol = self.shared(symbol);
        let args = Rc::new(args);
        let wraps = if decorates { args.first().map(|(_, it)| it.clone()) } else { None };
        let kind = ObjectKind::Made { symbol: Name::clone(&symbol), args: Rc::clone(&args), receiver, wraps };
        let result = Value::Object(self.make(kind, site.module, site.at));
        let number = EventNo(u32::try_from(self.events.len()).unwrap_or(u32::MAX));
        let (within, entry) = (self.stack.last().copied(), self.stack.first().copied());
        let in_loop = self.loops > 0;
        let event = CallEvent {
            symbol,
            receiver,
            callee: Value::Unknown,
            args,
            result: result.clone(),
            site,
            within,
            entry,
            decorates,
            in_loop,
        };
        self.events.push(event);
        if let Some(object) = receiver.and_then(|it| self.object_mut(it)) {
            object.events.push(number);
        }
        result
    }
}
