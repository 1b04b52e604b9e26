//! What Python and TypeScript have in common, as far as it matters to what agents are made of: calls with their arguments,
//! names and where they come from, functions, classes. One small tree for both, so that frameworks, tools and effects
//! are described once. What a language has beyond that is lowered to the nearest thing here, or to [`Kind::Mixed`].

use std::sync::Arc;

use ambit_model::Place;
use serde::{Deserialize, Serialize};

/// A name. Shared: the same few stand everywhere.
pub type Name = Arc<str>;

/// Line and column, both from 1; a column counts characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct At {
    /// Line.
    pub line: u32,
    /// Column.
    pub column: u32,
}

/// What a module is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Language {
    /// Python, notebooks included.
    Python,
    /// TypeScript and JavaScript, with JSX or without.
    TypeScript,
}

/// One file of code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// Its path, relative to the scanned root.
    pub path: Arc<str>,
    /// Its language.
    pub language: Language,
    /// What it imports, wherever in the file.
    pub imports: Vec<Import>,
    /// Its statements, in order.
    pub body: Vec<Stmt>,
    /// All functions, methods and lambdas of the file, nested ones included.
    pub functions: Vec<Function>,
    /// All classes of the file.
    pub classes: Vec<Class>,
    /// Names that it gives to importers under other names, or passes on from other modules (TypeScript); in Python
    /// everything at the top is exported.
    pub exports: Vec<Export>,
    /// What could not be parsed; what surrounds it is here.
    pub faults: Vec<Fault>,
}

impl Module {
    /// The position as a place in this file.
    pub fn place(&self, at: At) -> Place {
        Place::new(Arc::clone(&self.path), at.line, at.column)
    }

    /// The function with this number.
    pub fn function(&self, no: FunctionNo) -> Option<&Function> {
        self.functions.get(no.0 as usize)
    }

    /// The class with this number.
    pub fn class(&self, no: ClassNo) -> Option<&Class> {
        self.classes.get(no.0 as usize)
    }
}

/// A place at which the parser gave up on something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Where.
    pub at: At,
    /// What is wrong, lower case.
    pub message: String,
}

/// A function of a module, by its place in [`Module::functions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FunctionNo(pub u32);

/// A class of a module, by its place in [`Module::classes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClassNo(pub u32);

/// One imported name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// The name that it has in this file; `*` for all names of the module.
    pub local: Name,
    /// The module, as written: `langgraph.prebuilt`, `..tools.mail`, `./tools/mail`, `@langchain/langgraph`. In Python, leading
    /// dots say how many packages up.
    pub module: Name,
    /// The name in that module; absent when the module itself is meant (`import os`, `import * as z`); `default` for a
    /// default import. `import a.b` binds `a` to the module `a`, and `a.b` is reached by members.
    pub symbol: Option<Name>,
    /// Where.
    pub at: At,
}

/// One exported name (TypeScript).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    /// The name for importers; `default`; `*` for all names of `from`.
    pub name: Name,
    /// The name in this file, or in `from`.
    pub local: Name,
    /// The module that it is passed on from.
    pub from: Option<Name>,
}

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stmt {
    /// Where it begins.
    pub at: At,
    /// What it is.
    pub kind: StmtKind,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StmtKind {
    /// Gives a value to a name, a member or an index. `a, b = f()` has two targets by way of a [`Kind::List`] target; each
    /// declaration of `const` and each of `with … as x` and `for x in xs` ([`Kind::Element`] of `xs`) is one of these too.
    Assign {
        /// To what: a name, a member, an index, or a list of these.
        target: Expr,
        /// The value. Absent for a mere annotation.
        value: Option<Expr>,
        /// The type, where one is stated.
        annotation: Option<Expr>,
        /// Whether it adds to what is there (`+=`).
        adds: bool,
    },
    /// Evaluates an expression.
    Expr(Expr),
    /// Returns from the function; `yield` too.
    Return(Option<Expr>),
    /// Defines a function.
    Function(FunctionNo),
    /// Defines a class.
    Class(ClassNo),
    /// Statements under a condition, in a loop, in `try`, in `with`.
    Block(Box<Block>),
    /// Raises or throws.
    Raise(Option<Expr>),
}

/// Statements that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What kind of block.
    pub kind: BlockKind,
    /// The condition, what is looped over, what is entered.
    pub head: Vec<Expr>,
    /// The statements.
    pub body: Vec<Stmt>,
    /// What happens otherwise: `else`, `except`, `finally`, further `case`s.
    pub other: Vec<Stmt>,
}

/// What kind of block it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// `if`.
    If,
    /// `match`, `switch`: the head is what is looked at, then what the first case compares it with, then its condition. Further
    /// cases are in `other`.
    Match,
    /// In `other` of these: `elif`, a further case. It is looked at where nothing before it has held; a case without a head
    /// takes whatever is left.
    Case,
    /// `while`.
    While,
    /// `for`.
    For,
    /// `try`.
    Try,
    /// `with`.
    With,
}

/// An expression.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expr {
    /// Where it begins.
    pub at: At,
    /// What it is.
    pub kind: Kind,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// `None`, `null`, `undefined`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as written.
    Number(Name),
    /// Text; adjacent literals are joined.
    Text(Name),
    /// Text with values put into it: an f-string, a template literal, `"…".format(…)` and `"…" % …` too. Literal parts are
    /// [`Kind::Text`]. A tagged template is a [`Kind::Call`] of its tag with one of these.
    Template(Vec<Expr>),
    /// A name: `x`, `self`, `this` (as `self`), `super`.
    Name(Name),
    /// `a.b`, `a?.b`, `a!.b`.
    Member(Box<Expr>, Name),
    /// `a[b]`.
    Index(Box<Expr>, Box<Expr>),
    /// A call. `new X()` is a call of `X`; `await f()` is the call itself.
    Call(Box<Call>),
    /// A list, tuple, set or array; `...xs` is a [`Kind::Spread`] in it.
    List(Vec<Expr>),
    /// A dictionary or object.
    Map(Vec<Pair>),
    /// A comprehension of a list, set or dictionary, or a generator expression.
    Comprehension(Box<Comprehension>),
    /// `*xs`, `**xs`, `...xs`.
    Spread(Box<Expr>),
    /// A lambda, arrow function or function expression.
    Function(FunctionNo),
    /// A class expression.
    Class(ClassNo),
    /// One of these: both arms of a conditional, both sides of `or`, `??`, `||`.
    Choice(Vec<Expr>),
    /// An element of it: what a loop variable is.
    Element(Box<Expr>),
    /// Text or lists put together with `+`.
    Joined(Vec<Expr>),
    /// A comparison or a condition of conditions: true or false.
    Test(Box<Test>),
    /// Whatever else is made of these: arithmetic, JSX.
    Mixed(Vec<Expr>),
}

/// What is true or false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Test {
    /// How its parts decide it.
    pub how: How,
    /// What is looked at: two sides of a comparison, one part of a negation, all conditions.
    pub parts: Vec<Expr>,
}

/// How a test is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum How {
    /// Both sides are the same.
    Equal,
    /// They are not.
    Unequal,
    /// The first is among the second.
    Among,
    /// It is not.
    NotAmong,
    /// In a way that is not told: greater, several comparisons in one.
    Otherwise,
    /// The part does not hold.
    Not,
    /// All hold.
    All,
    /// One holds.
    Any,
}

/// A pair of a dictionary or object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The key: text for a plain name. Absent for a spread value.
    pub key: Option<Expr>,
    /// The value. Methods of object literals are [`Kind::Function`].
    pub value: Expr,
}

/// `[element for target in over if condition]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comprehension {
    /// What is made in each round; a [`Kind::Map`] of one pair for a dictionary.
    pub element: Expr,
    /// What is gone through, the outermost first: (target, over).
    pub rounds: Vec<(Expr, Expr)>,
    /// The conditions of all rounds.
    pub conditions: Vec<Expr>,
    /// Whether a dictionary is made.
    pub is_map: bool,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// What is called.
    pub callee: Expr,
    /// With what.
    pub args: Vec<Arg>,
}

/// An argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arg {
    /// Its name, where one is written (Python).
    pub name: Option<Name>,
    /// Its value; `*xs` and `**xs` are [`Kind::Spread`], without a name.
    pub value: Expr,
}

/// A function, method or lambda.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Its name; absent for a lambda. `const f = () => …` keeps its lambda nameless: the assignment names it.
    pub name: Option<Name>,
    /// Where its name, or the whole, begins.
    pub at: At,
    /// Parameters, `self` of methods left out.
    pub params: Vec<Param>,
    /// What is written above it.
    pub decorators: Vec<Expr>,
    /// Its documentation, dedented: the docstring, the comment `/** … */` before it.
    pub doc: Option<Name>,
    /// Its statements. A lambda's expression is returned.
    pub body: Vec<Stmt>,
    /// The type that it returns.
    pub returns: Option<Expr>,
    /// The class that it is a method of.
    pub class: Option<ClassNo>,
    /// Whether it is a class or static method, called without an instance.
    pub is_static: bool,
    /// Names that it assigns in the scope around it, or in the module (`global`, `nonlocal`): what they are outside is
    /// also what they get here.
    pub outer: Vec<Name>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Param {
    /// Its name. A destructured one has none that can be used: its parts are in `parts`.
    pub name: Name,
    /// Its parts, where it is destructured: (key, local name).
    pub parts: Vec<(Name, Name)>,
    /// Its type.
    pub annotation: Option<Expr>,
    /// What it is unless given.
    pub default: Option<Expr>,
    /// Whether it takes all that is left: `*args`, `**kwargs`, `...rest`.
    pub is_rest: bool,
}

/// A class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub name: Option<Name>,
    /// Where its name begins.
    pub at: At,
    /// What it derives from, keyword arguments left out.
    pub bases: Vec<Expr>,
    /// What is written above it.
    pub decorators: Vec<Expr>,
    /// Its documentation.
    pub doc: Option<Name>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// Its methods, `__init__` and `constructor` among them (both under the name `__init__`).
    pub methods: Vec<FunctionNo>,
}

/// A field of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub annotation: Option<Expr>,
    /// Its value.
    pub value: Option<Expr>,
    /// Where.
    pub at: At,
}
