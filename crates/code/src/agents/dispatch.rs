//! Functions that carry out whichever tool they are told: `switch (name) { case "read": … }`, `if name == "read": …`.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_model::facts::{Known, OwnEffect, OwnTool};

use crate::effects;
use crate::follow::value::Value;
use crate::follow::{Follower, ModuleNo};
use crate::ir::{Block, BlockKind, Expr, Function, FunctionNo, How, Kind, Name, Stmt, StmtKind};

/// How deep statements and conditions are looked through.
const DEEPEST: usize = 24;
/// How long the path to what is compared is at the most.
const LONGEST: usize = 128;
/// How many functions are followed for one tool.
const MOST: usize = 3;
/// What the names of such functions say that they do; any other may only tell how the tool is shown.
const CARRIES: [&str; 10] =
    ["exec", "run", "call", "handle", "dispatch", "invoke", "perform", "process", "do_", "use"];

/// The functions of a program that tell tools apart by their names.
#[derive(Debug)]
pub(super) struct Dispatch {
    by_name: BTreeMap<Name, Vec<Case>>,
}

/// A function, and which part of what it is handed it compares with names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    module: ModuleNo,
    function: FunctionNo,
    path: String,
    /// How many of the tools it knows.
    known: usize,
}

impl Dispatch {
    /// The functions that compare something that they are handed with `names` of tools.
    pub(super) fn of(follower: &Follower<'_>, names: &BTreeSet<String>) -> Self {
        let mut by_name: BTreeMap<Name, Vec<Case>> = BTreeMap::new();
        if names.is_empty() {
            return Self { by_name };
        }
        for (no, module) in follower.world().modules() {
            for (at, function) in (0..).map(FunctionNo).zip(&module.functions) {
                let mut compared = Compared::of(function);
                compared.statements(&function.body, DEEPEST);
                for (path, texts) in compared.found {
                    let texts: BTreeSet<Name> =
                        texts.into_iter().filter(|it| names.contains(&**it)).collect();
                    let known = texts.len();
                    for text in texts {
                        let case = Case { module: no, function: at, path: path.clone(), known };
                        by_name.entry(text).or_default().push(case);
                    }
                }
            }
        }
        Self { by_name }
    }

    /// The tool with what is done where a function is told its name; as it is where none is told.
    pub(super) fn carried_out(
        &self,
        follower: &mut Follower<'_>,
        catalog: &Catalog,
        tool: OwnTool,
    ) -> OwnTool {
        let cases = self.by_name.get(tool.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let module = follower.world().modules().find(|(_, it)| it.path == tool.place.path).map(|it| it.0);
        let most = cases.iter().map(|it| it.known).max().unwrap_or_default();
        // One name alone is a word like any other, but for where the tool itself is written.
        let is_meant = |it: &&Case| it.known == most && (most > 1 || Some(it.module) == module);
        let mut found: Vec<OwnEffect> = Vec::new();
        let mut is_carried = false;
        let cases: Vec<Case> = cases.iter().filter(is_meant).take(MOST).cloned().collect();
        for case in cases {
            let Some((function, carries)) = function_of(follower, &case) else { continue };
            let (done, apart) = effects::of_told(&function, (&case.path, &tool.name), follower, catalog);
            let done = done.all();
            is_carried |= apart && (carries || !done.is_empty());
            if apart {
                found.extend(done.into_iter().filter(|it| !found.contains(it)).collect::<Vec<_>>());
            }
        }
        if is_carried { OwnTool { effects: found, known: Known::Body, ..tool } } else { tool }
    }
}

/// The function as something that can be called, and whether its name says that it does what it is told.
fn function_of(follower: &mut Follower<'_>, case: &Case) -> Option<(Value, bool)> {
    let module = follower.world().module(case.module)?;
    let facts = module.function(case.function)?;
    let name = facts.name.clone()?;
    let lower = name.to_ascii_lowercase();
    let carries = CARRIES.iter().any(|it| lower.contains(it));
    let members = follower.members_of(case.module);
    let is_it =
        |it: &Value| matches!(it, Value::Function(it) if (it.module, it.no) == (case.module, case.function));
    if let Some(found) = members.get(&name).filter(|it| is_it(it)) {
        return Some((found.clone(), carries));
    }
    let class = facts.class.and_then(|it| module.class(it))?;
    let Some(Value::Class(value)) = class.name.as_ref().and_then(|it| members.get(it)) else { return None };
    let instance = follower.make_instance(value, case.module, class.at);
    let method = follower.member(&Value::Object(instance), &name);
    is_it(&method).then_some((method, carries))
}

/// What a function compares with texts, of what it is handed.
struct Compared {
    /// Names in it, and which part of what it is handed they are.
    names: BTreeMap<Name, String>,
    found: BTreeMap<String, BTreeSet<Name>>,
}

impl Compared {
    fn of(function: &Function) -> Self {
        let mut names = BTreeMap::new();
        for param in function.params.iter().filter(|it| !["self", "cls"].contains(&&*it.name)) {
            names.insert(Name::clone(&param.name), param.name.to_string());
            for (key, local) in &param.parts {
                names.insert(Name::clone(local), format!("{}.{key}", param.name));
            }
        }
        Self { names, found: BTreeMap::new() }
    }

    fn statements(&mut self, body: &[Stmt], depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for stmt in body {
            match &stmt.kind {
                StmtKind::Assign { target, value: Some(value), .. } => self.assigned(target, value),
                StmtKind::Block(block) => self.block(block, None, depth),
                _ => {}
            }
        }
    }

    fn block(&mut self, block: &Block, subject: Option<&str>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let mut head = block.head.iter();
        let own =
            if block.kind == BlockKind::Match { head.next().and_then(|it| self.path(it)) } else { None };
        let subject = own.as_deref().or(subject);
        for one in head {
            match (block.kind, subject) {
                (BlockKind::Match | BlockKind::Case, Some(subject)) => self.pattern(subject, one),
                _ => self.condition(one, depth),
            }
        }
        self.statements(&block.body, depth);
        for stmt in &block.other {
            match &stmt.kind {
                StmtKind::Block(inner) if inner.kind == BlockKind::Case => self.block(inner, subject, depth),
                _ => self.statements(std::slice::from_ref(stmt), depth),
            }
        }
    }

    fn pattern(&mut self, subject: &str, pattern: &Expr) {
        match &pattern.kind {
            Kind::Text(text) => {
                self.found.entry(subject.to_owned()).or_default().insert(Name::clone(text));
            }
            Kind::Choice(parts) | Kind::List(parts) => parts.iter().for_each(|it| self.pattern(subject, it)),
            _ => {}
        }
    }

    fn condition(&mut self, condition: &Expr, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let Kind::Test(test) = &condition.kind else { return };
        match (test.how, test.parts.as_slice()) {
            (How::Equal, [a, b]) => {
                for (of, text) in [(a, b), (b, a)] {
                    if let Some(path) = self.path(of) {
                        self.pattern(&path, text);
                    }
                }
            }
            (How::Any | How::All, parts) => parts.iter().for_each(|it| self.condition(it, depth)),
            _ => {}
        }
    }

    /// `const { name } = call.function`, `name = call["name"]`.
    fn assigned(&mut self, target: &Expr, value: &Expr) {
        let Some(path) = self.path(value) else { return };
        match &target.kind {
            Kind::Name(name) => {
                self.names.insert(Name::clone(name), path);
            }
            Kind::Map(pairs) => {
                for pair in pairs {
                    let key = pair.key.as_ref().and_then(text);
                    if let (Some(key), Kind::Name(local)) = (key, &pair.value.kind) {
                        self.names.insert(Name::clone(local), format!("{path}.{key}"));
                    }
                }
            }
            _ => {}
        }
    }

    /// Which part of what the function is handed the expression is.
    fn path(&self, expr: &Expr) -> Option<String> {
        let found = match &expr.kind {
            Kind::Name(name) => self.names.get(name).cloned(),
            Kind::Member(of, name) => Some(format!("{}.{name}", self.path(of)?)),
            Kind::Index(of, key) => Some(format!("{}.{}", self.path(of)?, text(key)?)),
            _ => None,
        };
        found.filter(|it| it.len() <= LONGEST)
    }
}

fn text(expr: &Expr) -> Option<&Name> {
    match &expr.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}
