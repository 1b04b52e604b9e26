//! What a function does for one of the values that its caller may choose: with the name of a tool told, conditions that
//! compare with it are decided, and only what happens then is followed. All else is followed as ever.

use std::rc::Rc;

use super::expressions::of_class;
use super::value::{Env, Value};
use super::{Follower, ModuleNo, Outcome};
use crate::ir::{Block, BlockKind, Expr, How, Name, Stmt, StmtKind, Test};

/// What the caller has chosen.
#[derive(Debug)]
pub(super) struct Told {
    /// Which of what it is handed: `name`, `request.params.name`.
    path: Name,
    /// What that is.
    name: Name,
    /// Whether anything hung on it.
    apart: bool,
}

/// Where control is after statements, as far as what was told decides it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// At what follows.
    Goes,
    /// Past the other cases.
    Taken,
    /// Out of the function.
    Left,
}

impl<'w> Follower<'w> {
    /// What comes of calling `function` where the parameter, or part of one, at `path` is `name`; and whether anything hung on
    /// that.
    pub fn outcome_told(&mut self, function: &Value, path: &str, name: &str) -> (Outcome, bool) {
        self.told = Some(Told { path: path.into(), name: name.into(), apart: false });
        let outcome = self.outcome_of(function);
        let apart = self.told.take().is_some_and(|it| it.apart);
        (outcome, apart)
    }

    /// The parameter at `path`, or what is told of it.
    pub(super) fn chosen(&self, path: Name) -> Value {
        match &self.told {
            Some(told) if told.path == path => Value::Text(Name::clone(&told.name)),
            _ => Value::Param(path),
        }
    }

    /// Whether it is what was told. From then on something hangs on it.
    fn is_told(&mut self, value: &Value) -> bool {
        let is_it = matches!((value, &self.told), (Value::Text(text), Some(told)) if *text == told.name);
        if let Some(told) = self.told.as_mut().filter(|_| is_it) {
            told.apart = true;
        }
        is_it
    }

    /// What a test comes to.
    pub(super) fn test(&mut self, no: ModuleNo, test: &'w Test, env: &Rc<Env>) -> Value {
        let parts: Vec<Value> = test.parts.iter().map(|it| self.eval(no, it, env)).collect();
        let decided = if self.told.is_some() { self.decided(test.how, &parts) } else { None };
        match decided {
            Some(it) => Value::Bool(it),
            None if parts.is_empty() => Value::Unknown,
            None => Value::mixed(parts),
        }
    }

    fn decided(&mut self, how: How, parts: &[Value]) -> Option<bool> {
        match (how, parts) {
            (How::Equal, [a, b]) => self.same(a, b),
            (How::Unequal, [a, b]) => self.same(a, b).map(|it| !it),
            (How::Among, [one, all]) => self.among(one, all),
            (How::NotAmong, [one, all]) => self.among(one, all).map(|it| !it),
            (How::Not, [part]) => truth(part).map(|it| !it),
            (How::All, _) if parts.iter().any(|it| truth(it) == Some(false)) => Some(false),
            (How::Any, _) if parts.iter().any(|it| truth(it) == Some(true)) => Some(true),
            (How::All | How::Any, [first, rest @ ..]) => {
                let first = truth(first)?;
                rest.iter().all(|it| truth(it) == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// Whether both are the same text, one of them being what was told; of a choice, whether one of it is.
    fn same(&mut self, a: &Value, b: &Value) -> Option<bool> {
        let other = match (a, b) {
            (Value::Text(_), other) if self.knows(a) => other,
            (other, Value::Text(_)) if self.knows(b) => other,
            _ => return None,
        };
        let all = other.each().iter().map(|it| matches!(it, Value::Text(_)).then(|| self.knows(it)));
        let all: Option<Vec<bool>> = all.collect();
        let is_one = all?.contains(&true);
        self.is_told(if self.knows(a) { a } else { b });
        Some(is_one)
    }

    fn knows(&self, value: &Value) -> bool {
        matches!((value, &self.told), (Value::Text(text), Some(told)) if *text == told.name)
    }

    /// Whether what was told is in a list, or a key of a map.
    pub(super) fn among(&mut self, one: &Value, all: &Value) -> Option<bool> {
        if !self.knows(one) {
            return None;
        }
        let keys = |it: Vec<(Option<Value>, Value)>| {
            it.into_iter().map(|(key, _)| key.unwrap_or(Value::Unknown)).collect::<Vec<Value>>()
        };
        let items = self.items(all).or_else(|| self.pairs(all).map(keys))?;
        let has = items.iter().flat_map(Value::each).any(|it| self.knows(it));
        let is_sure = items.iter().all(|it| matches!(it, Value::Text(_)));
        (has || is_sure).then(|| {
            self.is_told(one);
            has
        })
    }

    /// What stands in a map under what was told: nothing, where each of its keys is known.
    pub(super) fn told_entry(&mut self, of: &Value, key: &Value) -> Option<Value> {
        let pairs = if self.knows(key) { self.pairs(of)? } else { return None };
        let found = pairs.iter().rev().find(|(it, _)| it.as_ref().is_some_and(|it| self.knows(it)));
        let found = found.map(|(_, it)| it.clone());
        let open = pairs.iter().filter(|(it, _)| !matches!(it, Some(Value::Text(_))));
        let open: Vec<Value> = open.map(|(_, it)| it.clone()).collect();
        if found.is_none() && !open.is_empty() {
            return Some(Value::choice(open));
        }
        self.is_told(key);
        Some(found.unwrap_or(Value::Null))
    }

    /// A member of an instance that is called after what was told: `getattr(self, f"do_{name}")`.
    pub(super) fn told_member(&mut self, name: &str) {
        if let Some(told) = self.told.as_mut().filter(|it| name.contains(&*it.name)) {
            told.apart = true;
        }
    }

    /// How what was told begins or ends.
    pub(super) fn told_text(
        &mut self,
        of: &Value,
        method: &str,
        args: &[(Option<Name>, Value)],
    ) -> Option<Value> {
        let part = args.first()?.1.text()?;
        let text = of.text().filter(|_| self.knows(of))?;
        let holds = match method {
            "startswith" | "startsWith" => text.starts_with(part),
            "endswith" | "endsWith" => text.ends_with(part),
            _ => return None,
        };
        self.is_told(of);
        Some(Value::Bool(holds))
    }

    /// A block under a condition, or of cases.
    pub(super) fn branches(&mut self, no: ModuleNo, block: &'w Block, env: &Rc<Env>) -> Flow {
        let mut head = block.head.iter();
        let subject = if block.kind == BlockKind::Match { head.next() } else { None };
        let subject = subject.map(|it| self.eval(no, it, env));
        let verdict = self.holds(no, subject.as_ref(), head.as_slice(), env);
        match verdict {
            Some(true) => self.taken(no, &block.body, env),
            Some(false) => match self.others(no, &block.other, subject.as_ref(), env) {
                Flow::Left => Flow::Left,
                Flow::Goes | Flow::Taken => Flow::Goes,
            },
            None => {
                let before = env.snapshot();
                self.statements(no, &block.body, env);
                let after = env.replace(before);
                self.others(no, &block.other, subject.as_ref(), env);
                env.join(after);
                Flow::Goes
            }
        }
    }

    /// What happens where the first condition does not hold: further cases, then what is left.
    fn others(&mut self, no: ModuleNo, other: &'w [Stmt], subject: Option<&Value>, env: &Rc<Env>) -> Flow {
        for stmt in other {
            if self.fuel == 0 {
                return Flow::Goes;
            }
            let flow = match &stmt.kind {
                StmtKind::Block(block) if block.kind == BlockKind::Case => self.case(no, block, subject, env),
                _ => self.statement(no, stmt, env),
            };
            if flow != Flow::Goes {
                return flow;
            }
        }
        Flow::Goes
    }

    fn case(&mut self, no: ModuleNo, block: &'w Block, subject: Option<&Value>, env: &Rc<Env>) -> Flow {
        match self.holds(no, subject, &block.head, env) {
            Some(true) => match self.taken(no, &block.body, env) {
                Flow::Left => Flow::Left,
                Flow::Goes | Flow::Taken => Flow::Taken,
            },
            Some(false) => Flow::Goes,
            None => {
                let before = env.snapshot();
                self.statements(no, &block.body, env);
                let after = env.replace(before);
                env.join(after);
                Flow::Goes
            }
        }
    }

    /// Whether the condition holds, or the case that compares `subject` with it is the one.
    fn holds(
        &mut self,
        no: ModuleNo,
        subject: Option<&Value>,
        head: &'w [Expr],
        env: &Rc<Env>,
    ) -> Option<bool> {
        let values: Vec<Value> = head.iter().map(|it| self.eval(no, it, env)).collect();
        self.told.as_ref()?;
        match (subject, values.as_slice()) {
            (None, [condition]) => truth(condition),
            // What is left, where it is clear that nothing before it was meant.
            (Some(subject), []) => self.knows(subject).then_some(true),
            (Some(subject), [pattern, rest @ ..]) => match self.same(subject, pattern)? {
                true if !rest.is_empty() => None,
                holds => Some(holds),
            },
            _ => None,
        }
    }

    fn taken(&mut self, no: ModuleNo, body: &'w [Stmt], env: &Rc<Env>) -> Flow {
        let flow = self.statements(no, body, env);
        if flow == Flow::Left || leaves(body) { Flow::Left } else { Flow::Goes }
    }

    /// `try`, and what happens if it fails.
    pub(super) fn attempt(&mut self, no: ModuleNo, block: &'w Block, env: &Rc<Env>) -> Flow {
        let flow = self.statements(no, &block.body, env);
        let caught = self.statements(no, &block.other, env);
        let all_leave = block.kind == BlockKind::With || handlers_leave(&block.other);
        if caught == Flow::Left || flow == Flow::Left && all_leave { Flow::Left } else { Flow::Goes }
    }

    /// What a member gives back when called that is the same thing in another form: `this.handle.bind(this)`, the schema of a
    /// class.
    pub(super) fn rebound(&self, of: &Value, method: &str) -> Option<Value> {
        let is_same = match of {
            Value::Function(_) => method == "bind",
            Value::Class(it) => {
                ["model_json_schema", "schema"].contains(&method) && of_class(it, method).is_none()
            }
            _ => false,
        };
        is_same.then(|| of.clone())
    }
}

/// Whether it is true, where that is decided.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(it) => Some(*it),
        _ => None,
    }
}

/// Whether statements end the function, whatever happens in them.
fn leaves(body: &[Stmt]) -> bool {
    body.iter().any(|it| match &it.kind {
        StmtKind::Return(_) | StmtKind::Raise(_) => true,
        StmtKind::Block(block) => match block.kind {
            BlockKind::With => leaves(&block.body),
            BlockKind::Try => leaves(&block.body) && handlers_leave(&block.other),
            BlockKind::If | BlockKind::Match => {
                let is_case =
                    |it: &&Stmt| matches!(&it.kind, StmtKind::Block(it) if it.kind == BlockKind::Case);
                let cases = block.other.iter().filter(is_case);
                let each_leaves = cases.into_iter().all(|it| match &it.kind {
                    StmtKind::Block(case) => leaves(&case.body),
                    _ => false,
                });
                leaves(&block.body) && each_leaves && leaves(&block.other)
            }
            BlockKind::Case | BlockKind::While | BlockKind::For => false,
        },
        _ => false,
    })
}

/// Whether what catches errors ends the function each time.
fn handlers_leave(other: &[Stmt]) -> bool {
    other.iter().all(|it| match &it.kind {
        StmtKind::Block(block) if block.kind == BlockKind::If && block.head.is_empty() => leaves(&block.body),
        _ => true,
    })
}
