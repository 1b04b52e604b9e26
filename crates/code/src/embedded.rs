//! Code that stands as text in a file of another format: a code node of a flow, the function of a tool. What it does is read by
//! the same follower as what a file of code does.

use std::collections::BTreeSet;
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::Place;
use ambit_model::facts::OwnEffect;

use crate::follow::value::Value;
use crate::follow::{Follower, World};
use crate::ir::{Language, Module};
use crate::{effects, python, typescript};

/// How many expressions of one text are looked at: such code is small, and there may be much of it.
const STEPS: u64 = 100_000;
/// How many of all of it together.
pub const STEPS_OF_ALL: u64 = 2_000_000;
/// How long it is at most.
const LONGEST: usize = 256 * 1024;
/// The name of the function that the code becomes.
const NAME: &str = "ambit_code";
/// What products call the function that they run, where the code has one.
const MAIN: &str = "main";
/// What the products hand to code that is the body of a function, by the names that it has there.
const JAVASCRIPT: [&str; 5] = ["query", "items", "item", "input", "inputs"];
/// The same in Python.
const PYTHON: [&str; 6] = ["_query", "_input", "_items", "_item", "_json", "_node"];
/// What begins like something that is handed over, and is the product's own.
const OWN: [&str; 9] =
    ["$helpers", "$env", "$now", "$today", "$execution", "$workflow", "$vars", "$credentials", "$secrets"];

/// What the code does.
#[derive(Debug)]
pub struct Does {
    /// Its effects.
    pub effects: Vec<OwnEffect>,
    /// Whether it is known which function is called: else each may be, and what they are handed is the product's affair.
    pub is_whole: bool,
}

/// What the code at `place` does where `method` of it is called, if it has one; with that place for each effect. None where it
/// does not parse, or has nothing that could be called. Takes what it looks at from `left`.
pub fn effects(
    text: &str,
    (language, method): (Language, &str),
    place: &Place,
    (catalog, left): (&Catalog, &mut u64),
) -> Option<Does> {
    if text.len() > LONGEST {
        return None;
    }
    let world = World::new(vec![module(text, language, place)?], Arc::default());
    let mut follower = Follower::new(&world).within(STEPS.min(*left));
    follower.run();
    let functions: Vec<Value> = follower.functions().into_values().collect();
    let named = |name: &str| {
        let is_named =
            |it: &&Value| follower.function(it).is_some_and(|it| it.1.name.as_deref() == Some(name));
        functions.iter().find(is_named).cloned()
    };
    // What has no function of a known name is a component, whose methods the product calls.
    let one = named(NAME).or_else(|| named(method)).or_else(|| named(MAIN));
    let is_whole = one.as_ref().and_then(|it| follower.function(it)).is_some_and(|it| it.1.class.is_none());
    let called = one.map_or_else(|| functions.clone(), |it| vec![it]);
    let mut found: Vec<OwnEffect> = Vec::new();
    for function in &called {
        for effect in effects::of(function, &mut follower, catalog).all() {
            let effect = OwnEffect { place: Some(place.clone()), ..effect };
            if !found.iter().any(|it| (&it.effect, &it.on) == (&effect.effect, &effect.on)) {
                found.push(effect);
            }
        }
    }
    *left = left.saturating_sub(follower.steps());
    (!called.is_empty()).then_some(Does { effects: found, is_whole })
}

/// The code as a module: as it is where it defines what is run, else as the body of a function.
fn module(text: &str, language: Language, place: &Place) -> Option<Module> {
    let parse = |text: &str| {
        let module = match language {
            Language::Python => python::parse(&place.path, text),
            Language::TypeScript => typescript::parse(&place.path, text),
        };
        module.faults.is_empty().then_some(module)
    };
    let defines = |it: &Module| {
        let main = it.functions.iter().any(|it| it.name.as_deref() == Some(MAIN) && it.class.is_none());
        main || !it.classes.is_empty() && language == Language::Python
    };
    let plain = parse(text).filter(defines);
    let is_body =
        language == Language::TypeScript || words(text).any(|it| it == "return" || PYTHON.contains(&it));
    let body = || is_body.then(|| as_function(text, language)).and_then(|it| parse(&it));
    plain.or_else(body).or_else(|| parse(text))
}

/// The code as the body of a function that is handed what the product hands over.
fn as_function(text: &str, language: Language) -> String {
    match language {
        Language::TypeScript => {
            let mut names: BTreeSet<&str> = words(text).filter(|it| it.starts_with('$')).collect();
            names.extend(JAVASCRIPT);
            names.retain(|it| !OWN.contains(it));
            let names: Vec<&str> = names.into_iter().collect();
            // What `this` has in such code: https://docs.n8n.io/code/cookbook/http-node.
            let text = text.replace("this.helpers.", "$helpers.");
            let before = "const $helpers = require(\"n8n.helpers\"); const $env = process.env;";
            format!("async function {NAME}({}) {{ {before} {text}\n}}", names.join(", "))
        }
        Language::Python => {
            let body: Vec<String> = text.lines().map(|it| format!("    {it}")).collect();
            format!("def {NAME}({}):\n{}\n    pass\n", PYTHON.join(", "), body.join("\n"))
        }
    }
}

/// The words of the text that may be names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |it: char| it.is_alphanumeric() || it == '_' || it == '$';
    text.split(move |it| !is_part(it)).filter(|it| !it.is_empty())
}
