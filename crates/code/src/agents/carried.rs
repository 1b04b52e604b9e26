//! What carries a tool out that a model is told of by its schema alone: the program finds it by the tool's name, in a
//! dictionary or under a condition.

use ambit_model::Place;

use crate::follow::value::{ObjectKind, Value};
use crate::follow::{Follower, ModuleNo};
use crate::ir::{Block, BlockKind, Expr, Kind, Module, Stmt, StmtKind};

/// How deep statements and conditions are looked through.
const DEEPEST: usize = 24;

/// The function of the program that is called where a model asks for the tool of this name.
pub(super) fn function(follower: &mut Follower<'_>, name: &str, place: &Place) -> Option<Value> {
    registered(follower, name).or_else(|| held(follower, name)).or_else(|| {
        let world = follower.world();
        let (no, module) = world.modules().find(|(_, it)| it.path == place.path)?;
        dispatched(follower, (no, module), name).or_else(|| {
            follower.members_of(no).get(name).filter(|it| follower.function(it).is_some()).cloned()
        })
    })
}

/// What stands under the name in a dictionary of functions.
fn registered(follower: &Follower<'_>, name: &str) -> Option<Value> {
    follower.objects().find_map(|(_, object)| {
        let ObjectKind::Map(pairs) = &object.kind else { return None };
        let named = pairs.iter().rev().find(|(key, _)| key.as_ref().and_then(Value::text) == Some(name));
        named.map(|it| &it.1).filter(|it| follower.function(it).is_some()).cloned()
    })
}

/// The one function that an object holds beside the name: `Tool(name="shell", handler=run_shell)`, or the same as a dictionary.
fn held(follower: &Follower<'_>, name: &str) -> Option<Value> {
    let is_name = |it: &Value| matches!(it, Value::Text(text) if **text == *name);
    follower.objects().find_map(|(no, object)| {
        let values: Vec<Value> = match &object.kind {
            ObjectKind::Instance { .. } if object.fields.values().any(is_name) => {
                object.fields.values().cloned().collect()
            }
            ObjectKind::Map(pairs) if pairs.iter().any(|(_, it)| is_name(it)) => {
                follower.pairs(&Value::Object(no))?.into_iter().map(|it| it.1).collect()
            }
            _ => return None,
        };
        let is_named = values.iter().any(is_name);
        let mut functions = values.into_iter().filter(|it| follower.function(it).is_some());
        let only = functions.next().filter(|_| is_named)?;
        functions.next().is_none().then_some(only)
    })
}

/// What is called under the condition that the name is this one: `if name == "look_up": return look_up(**given)`.
fn dispatched(follower: &mut Follower<'_>, (no, module): (ModuleNo, &Module), name: &str) -> Option<Value> {
    let bodies = std::iter::once(&module.body).chain(module.functions.iter().map(|it| &it.body));
    let mut called = Vec::new();
    bodies.for_each(|it| under(it, name, DEEPEST, &mut called));
    let members = follower.members_of(no);
    let found = called.iter().filter_map(|it| members.get(*it)).find(|it| follower.function(it).is_some());
    found.cloned()
}

/// Names of what is called in blocks whose condition holds the text.
fn under<'m>(body: &'m [Stmt], name: &str, depth: usize, called: &mut Vec<&'m str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for stmt in body {
        let StmtKind::Block(block) = &stmt.kind else { continue };
        let Block { kind, head, body, other } = &**block;
        if matches!(kind, BlockKind::If | BlockKind::Match | BlockKind::Case)
            && head.iter().any(|it| holds(it, name, depth))
        {
            calls_in(body, depth, called);
        } else {
            under(body, name, depth, called);
        }
        under(other, name, depth, called);
    }
}

/// Whether the condition compares something with the text; a case is the text itself.
fn holds(condition: &Expr, name: &str, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match &condition.kind {
        Kind::Text(text) => **text == *name,
        Kind::Mixed(parts) | Kind::Choice(parts) => parts.iter().any(|it| holds(it, name, depth)),
        Kind::Test(it) => it.parts.iter().any(|it| holds(it, name, depth)),
        _ => false,
    }
}

/// Names of what statements call at once: in what they return, assign or do.
fn calls_in<'m>(body: &'m [Stmt], depth: usize, called: &mut Vec<&'m str>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Return(Some(it)) | StmtKind::Expr(it) | StmtKind::Assign { value: Some(it), .. } => {
                calls_of(it, depth, called);
            }
            StmtKind::Block(block) => {
                let Some(depth) = depth.checked_sub(1) else { continue };
                calls_in(&block.body, depth, called);
            }
            _ => {}
        }
    }
}

fn calls_of<'m>(expr: &'m Expr, depth: usize, called: &mut Vec<&'m str>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match &expr.kind {
        Kind::Call(call) => {
            if let Kind::Name(name) = &call.callee.kind {
                called.push(name);
            }
            call.args.iter().for_each(|it| calls_of(&it.value, depth, called));
        }
        Kind::List(parts) | Kind::Mixed(parts) | Kind::Choice(parts) => {
            parts.iter().for_each(|it| calls_of(it, depth, called));
        }
        _ => {}
    }
}
