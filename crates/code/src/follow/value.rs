//! What expressions come to, as far as the text tells.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::world::ModuleNo;
use crate::ir::{At, ClassNo, FunctionNo, Name};

/// How many items a list or map has at the most that is put together from others: what is put together again and again would
/// double each time.
pub(super) const MOST_ITEMS: usize = 512;

/// What an expression comes to.
#[derive(Debug, Clone)]
pub enum Value {
    /// `None`, `null`, `undefined`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as written.
    Number(Name),
    /// Text.
    Text(Name),
    /// Text put together from these.
    Template(Rc<[Self]>),
    /// Something outside the repository, by its dotted path: `langgraph.prebuilt.create_react_agent`, `fs.promises.readFile`,
    /// `builtins.open`, `global.fetch`.
    Symbol(Name),
    /// A variable of the environment.
    Env(Name),
    /// A module of the repository.
    Module(ModuleNo),
    /// A function of the repository.
    Function(Rc<Closure>),
    /// A class of the repository.
    Class(Rc<ClassValue>),
    /// A list, a map, or what a call has made.
    Object(ObjectNo),
    /// A member of such an object that is not called yet: `agent.tool`, `client.chat.completions`.
    Part(ObjectNo, Name),
    /// What the caller chooses, by the parameter's name, with what is taken of it: `request`, `request.json`.
    Param(Name),
    /// One of these.
    Choice(Rc<[Self]>),
    /// Made of these in a way that is not followed.
    Mixed(Rc<[Self]>),
    /// Nothing is known.
    Unknown,
}

/// Equal as far as a look at so many parts shows: values share their parts, and written out they can be without end.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        const MOST: u32 = 256;
        self.same(other, &mut { MOST })
    }
}

impl Value {
    fn same(&self, other: &Self, left: &mut u32) -> bool {
        let Some(less) = left.checked_sub(1) else { return false };
        *left = less;
        match (self, other) {
            (Self::Template(a), Self::Template(b))
            | (Self::Choice(a), Self::Choice(b))
            | (Self::Mixed(a), Self::Mixed(b)) => {
                Rc::ptr_eq(a, b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b, left))
            }
            (Self::Null, Self::Null) | (Self::Unknown, Self::Unknown) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b))
            | (Self::Text(a), Self::Text(b))
            | (Self::Symbol(a), Self::Symbol(b))
            | (Self::Env(a), Self::Env(b))
            | (Self::Param(a), Self::Param(b)) => a == b,
            (Self::Module(a), Self::Module(b)) => a == b,
            (Self::Function(a), Self::Function(b)) => a == b,
            (Self::Class(a), Self::Class(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            (Self::Part(a, x), Self::Part(b, y)) => a == b && x == y,
            _ => false,
        }
    }

    /// One of `values`: equal ones once.
    pub fn choice(values: impl IntoIterator<Item = Self>) -> Self {
        const MOST: usize = 32;
        let mut distinct: Vec<Self> = Vec::new();
        for value in values {
            let parts: Vec<Self> = match value {
                Self::Choice(list) => list.to_vec(),
                other => vec![other],
            };
            for part in parts {
                if distinct.len() < MOST && !distinct.contains(&part) {
                    distinct.push(part);
                }
            }
        }
        match distinct.len() {
            0 => Self::Unknown,
            1 => distinct.pop().unwrap_or(Self::Unknown),
            _ => Self::Choice(distinct.into()),
        }
    }

    /// Made of `values` in a way that is not followed: what those are made of, each once. It stays flat, since what is used
    /// again and again would grow without end.
    pub fn mixed(values: impl IntoIterator<Item = Self>) -> Self {
        const MOST: usize = 32;
        let mut distinct: Vec<Self> = Vec::new();
        let mut left = MOST * 8;
        for value in values {
            value.leaves(&mut left, &mut |it| {
                if distinct.len() < MOST && !distinct.contains(it) {
                    distinct.push(it.clone());
                }
            });
        }
        Self::Mixed(distinct.into())
    }

    /// Calls `take` for what the value is put together from, for so many at most.
    fn leaves(&self, left: &mut usize, take: &mut impl FnMut(&Self)) {
        let Some(less) = left.checked_sub(1) else { return };
        *left = less;
        match self {
            Self::Mixed(parts) | Self::Choice(parts) | Self::Template(parts) => {
                parts.iter().for_each(|it| it.leaves(left, take));
            }
            leaf => take(leaf),
        }
    }

    /// The values that it may be: itself, or what it is a choice of.
    pub fn each(&self) -> &[Self] {
        match self {
            Self::Choice(list) => list,
            one => std::slice::from_ref(one),
        }
    }

    /// The text that it is, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Choice(list) => list.iter().find_map(Self::text),
            _ => None,
        }
    }

    /// The object that it is.
    pub fn object(&self) -> Option<ObjectNo> {
        match self {
            Self::Object(no) => Some(*no),
            _ => None,
        }
    }
}

/// A function with what it was defined in.
#[derive(Debug)]
pub struct Closure {
    /// Its module.
    pub module: ModuleNo,
    /// Its number there.
    pub no: FunctionNo,
    /// The names around it.
    pub(super) env: Rc<Env>,
    /// The instance that it is a method of.
    pub bound: Option<ObjectNo>,
}

impl PartialEq for Closure {
    fn eq(&self, other: &Self) -> bool {
        (self.module, self.no, self.bound) == (other.module, other.no, other.bound)
    }
}

/// A class with what it was defined in.
#[derive(Debug)]
pub struct ClassValue {
    /// Its module.
    pub module: ModuleNo,
    /// Its number there.
    pub no: ClassNo,
    pub(super) env: Rc<Env>,
    /// What it derives from.
    pub bases: Vec<Value>,
    /// Its fields and methods, decorators applied.
    pub members: RefCell<BTreeMap<Name, Value>>,
}

impl PartialEq for ClassValue {
    fn eq(&self, other: &Self) -> bool {
        (self.module, self.no) == (other.module, other.no)
    }
}

/// Names with their values, and those around them.
#[derive(Debug)]
pub(super) struct Env {
    names: RefCell<BTreeMap<Name, Value>>,
    parent: Option<Rc<Self>>,
}

impl Env {
    pub(super) fn new(parent: Option<Rc<Self>>) -> Rc<Self> {
        Rc::new(Self { names: RefCell::default(), parent })
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let own = self.names.borrow().get(name).cloned();
        own.or_else(|| self.parent.as_ref().and_then(|it| it.get(name)))
    }

    pub(super) fn parent(&self) -> Option<Rc<Self>> {
        self.parent.clone()
    }

    pub(super) fn own(&self, name: &str) -> Option<Value> {
        self.names.borrow().get(name).cloned()
    }

    pub(super) fn set(&self, name: Name, value: Value) {
        self.names.borrow_mut().insert(name, value);
    }

    /// The names as they stand, to go back to before the other arm of a condition.
    pub(super) fn snapshot(&self) -> BTreeMap<Name, Value> {
        self.names.borrow().clone()
    }

    /// Goes back to `names`; gives back what was there.
    pub(super) fn replace(&self, names: BTreeMap<Name, Value>) -> BTreeMap<Name, Value> {
        self.names.replace(names)
    }

    /// Each name is what it is now or what it is in `other`.
    pub(super) fn join(&self, other: BTreeMap<Name, Value>) {
        let mut names = self.names.borrow_mut();
        for (name, value) in other {
            match names.get(&name) {
                Some(known) if *known == value => {}
                Some(known) => {
                    let both = Value::choice([known.clone(), value]);
                    names.insert(name, both);
                }
                None => {
                    names.insert(name, value);
                }
            }
        }
    }
}

/// An object, by its place in the order in which they were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectNo(pub(super) u32);

/// A call, by its place in the order in which they were met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventNo(pub(super) u32);

/// A position in a module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site {
    /// The module.
    pub module: ModuleNo,
    /// Where in it.
    pub at: At,
}

/// A function, by its module and its number there.
pub type FunctionKey = (ModuleNo, FunctionNo);

/// Arguments with their names, in order.
pub type Args = Vec<(Option<Name>, Value)>;

/// Something that an expression has made.
#[derive(Debug, Clone)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Where it was made.
    pub site: Site,
    /// The name that it was first given: `const researcher = new Agent(…)`.
    pub name: Option<Name>,
    /// The function in which it was made.
    pub within: Option<FunctionKey>,
    /// The function that somebody outside calls and in whose course it was made.
    pub entry: Option<FunctionKey>,
    /// What was assigned to its members.
    pub fields: BTreeMap<Name, Value>,
    /// Calls of its members, in order.
    pub events: Vec<EventNo>,
}

/// What an object is.
#[derive(Debug, Clone)]
pub enum ObjectKind {
    /// A list, tuple, set or array.
    List(Vec<Value>),
    /// A dictionary or object; a key that is not known is absent.
    Map(Vec<(Option<Value>, Value)>),
    /// What a call of something outside has given back.
    Made {
        /// What was called, as a path: `langgraph.graph.StateGraph`, `langgraph.graph.StateGraph().compile`.
        symbol: Name,
        /// With what.
        args: Rc<Args>,
        /// The object whose member was called.
        receiver: Option<ObjectNo>,
        /// The function that it stands for: a decorated one.
        wraps: Option<Value>,
    },
    /// An instance of a class of the repository.
    Instance {
        /// The class.
        class: Rc<ClassValue>,
        /// What it was made with.
        args: Rc<Args>,
        /// What was handed to the constructor of a class outside that it derives from.
        base_args: Rc<Args>,
    },
}

/// A call of something outside the repository, or of something that is not known.
#[derive(Debug, Clone)]
pub struct CallEvent {
    /// What is called, as a path; empty where it is not known.
    pub symbol: Name,
    /// The object whose member is called.
    pub receiver: Option<ObjectNo>,
    /// What is called, where it is no path: a member of a parameter, something that is not known.
    pub callee: Value,
    /// With what.
    pub args: Rc<Args>,
    /// What it gives back.
    pub result: Value,
    /// Where.
    pub site: Site,
    /// The function in which it stands.
    pub within: Option<FunctionKey>,
    /// The function that somebody outside calls and in whose course it is met.
    pub entry: Option<FunctionKey>,
    /// Whether it stands above a definition, as a decorator; the definition is then the only argument.
    pub decorates: bool,
    /// Whether it stands in a loop.
    pub in_loop: bool,
}

/// The argument called `name`, or the one at `position` where it was given by position.
pub fn arg<'a>(args: &'a Args, name: &str, position: Option<usize>) -> Option<&'a Value> {
    let by_name = args.iter().find(|(it, _)| it.as_deref() == Some(name)).map(|(_, it)| it);
    by_name.or_else(|| {
        let unnamed = args.iter().filter(|(it, _)| it.is_none()).map(|(_, it)| it);
        position.and_then(|at| unnamed.skip(at).take(1).next())
    })
}
