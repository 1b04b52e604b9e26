//! Tools as stacks of AWS describe them: functions with parameters, tools with a schema, descriptions of interfaces. And the
//! function that runs when one is called, with what its role lets it do.

use ambit_model::facts::{Known, OwnEffect, OwnTool};
use ambit_model::{Confidence, Gate, Place};
use serde_json::{Map, Value, json};

use super::iam;
use super::stack::{Refers, Stack, at, block, blocks, decoded, get};
use crate::readers::protocols::openapi::{describe, is_description};
use crate::readers::protocols::{definition, module};
use crate::tree::{self, Syntax, View};

/// How many tools of one list are looked at.
const MOST: usize = 1_000;

/// What runs when a tool is called.
#[derive(Debug, Default)]
pub(super) struct Executor {
    /// What its role lets it do.
    pub(super) effects: Vec<OwnEffect>,
    /// What a reviewer wants to know of it.
    pub(super) said: Vec<(String, Place)>,
}

/// The function at `view`, which runs when a tool is called.
pub(super) fn executor<'a>(stack: &Stack<'a>, view: &View<'a>) -> Executor {
    let place = view.place();
    let Some(lambda) = stack.resource(view, "aws_lambda_function") else {
        let raw = stack.shown(view);
        let said = (format!("what runs at a call is not in these files: {raw}"), place);
        return Executor { said: vec![said], ..Executor::default() };
    };
    let name = stack.name(lambda, "function_name");
    let mut executor =
        Executor { said: vec![(format!("calls run the function {name}"), place)], ..Executor::default() };
    match iam::of_function(stack, lambda) {
        Some((role, granted)) => {
            executor.effects = iam::effects(&role, &granted, Confidence::Likely);
            let unread = granted.unread.into_iter();
            executor.said.extend(
                unread.map(|(it, at)| (format!("the role {role} has a policy that was not read: {it}"), at)),
            );
        }
        None => executor
            .said
            .push((format!("the role of the function {name} is not in these files"), lambda.place.clone())),
    }
    executor
}

/// A tool of which nothing but its name is known.
pub(super) fn unknown(name: &str, owner: &str, place: &Place) -> OwnTool {
    OwnTool::undescribed(name, owner, place, place)
}

/// The functions of a function schema. A call that has to be confirmed is asked for outside of the agent.
pub(super) fn functions<'a>(stack: &Stack<'a>, schema: &View<'a>, owner: &str) -> Vec<OwnTool> {
    // The provider knows one layer more than the service.
    let inner = block(schema, "member_functions").unwrap_or_else(|| schema.clone());
    let mut tools = Vec::new();
    for function in blocks(&inner, "functions").iter().take(MOST) {
        let Some(name) = get(function, "name") else { continue };
        let mut properties = Map::new();
        let listed = blocks(function, "parameters").into_iter();
        for parameter in listed {
            match get(&parameter, "map_block_key") {
                Some(key) => insert(stack, key.text().unwrap_or_default(), &parameter, &mut properties),
                None => {
                    parameter.entries().iter().for_each(|(key, it)| insert(stack, key, it, &mut properties));
                }
            }
        }
        let shown = stack.shown(&name);
        let texts: Vec<View<'_>> = get(function, "description").into_iter().collect();
        let schema = json!({ "type": "object", "properties": properties });
        let mut tool = unknown(&shown, owner, &name.place());
        tool.known = Known::Definition;
        tool.definition = Some(definition(&shown, None, &texts, (schema, name.place())));
        let asked = get(function, "require_confirmation");
        if let Some(line) = asked.filter(|it| it.text() == Some("ENABLED") || it.truth() == Some(true)) {
            tool.gate = Gate::Asked;
            tool.gated_by = Some(line.place());
        }
        tools.push(tool);
    }
    // What a loop over variables makes is not written out.
    if let Some(dynamic) = block(&inner, "dynamic").filter(|it| it.get("functions").is_some()) {
        tools.push(unknown("functions made by a loop", owner, &dynamic.place()));
    }
    tools
}

fn insert<'a>(stack: &Stack<'a>, name: &str, view: &View<'a>, properties: &mut Map<String, Value>) {
    let text = |key: &str| get(view, key).map(|it| stack.shown(&it));
    let kind = text("type").unwrap_or_else(|| "string".to_owned());
    let said = text("description").unwrap_or_default();
    properties.insert(name.to_owned(), json!({ "type": kind, "description": said }));
}

/// The tools of an inline schema for a function: `inline_payload` blocks, or a list.
pub(super) fn inline<'a>(stack: &Stack<'a>, schema: &View<'a>, owner: &str) -> Vec<OwnTool> {
    let mut tools = Vec::new();
    for tool in blocks(schema, "inline_payload").iter().take(MOST) {
        let Some(name) = get(tool, "name") else { continue };
        let shown = stack.shown(&name);
        let mut properties = Map::new();
        if let Some(input) = block(tool, "input_schema") {
            for property in blocks(&input, "property") {
                let key = get(&property, "name").map(|it| stack.shown(&it)).unwrap_or_default();
                insert(stack, &key, &property, &mut properties);
            }
            let plain = get(&input, "properties").map(|it| it.entries()).unwrap_or_default();
            plain.iter().for_each(|(key, it)| insert(stack, key, it, &mut properties));
        }
        let texts: Vec<View<'_>> = get(tool, "description").into_iter().collect();
        let schema = json!({ "type": "object", "properties": properties });
        let mut own = unknown(&shown, owner, &name.place());
        own.known = Known::Definition;
        own.definition = Some(definition(&shown, None, &texts, (schema, name.place())));
        tools.push(own);
    }
    tools
}

/// The operations of an interface that is described in a text, encoded, in a file that was read, or in a bucket.
pub(super) fn interface<'a>(stack: &Stack<'a>, schema: &View<'a>, owner: &str) -> Vec<OwnTool> {
    let payload = get(schema, "payload").or_else(|| at(schema, &["inline_payload", "payload"]));
    let payload = payload.or_else(|| get(schema, "inline_payload"));
    let Some(payload) = payload else {
        let bucket = get(schema, "s3").unwrap_or_else(|| schema.clone());
        let bucket =
            if bucket.is_list() { bucket.items().into_iter().next().unwrap_or(bucket) } else { bucket };
        let key = ["s3_object_key", "uri"].iter().find_map(|it| get(&bucket, it));
        let key = key.map_or_else(|| "a bucket".to_owned(), |it| stack.shown(&it));
        return vec![unknown(&format!("any operation of {key}"), owner, &schema.place())];
    };
    let plain = decoded(&payload);
    if is_description(&plain) {
        return describe(&plain, owner, stack.scope).tools;
    }
    let Some(text) = stack.text(&payload).or_else(|| payload.text().map(str::to_owned)) else {
        let name = format!("any operation of {}", stack.shown(&payload));
        return vec![unknown(&name, owner, &payload.place())];
    };
    let syntax = if text.trim_start().starts_with('{') { Syntax::Json } else { Syntax::Yaml };
    let file = stack.file(&payload);
    let path = file.as_deref().unwrap_or(payload.path());
    let parsed = tree::parse(&text, syntax, &mut Vec::new());
    let described = parsed.ok().and_then(|root| {
        let root = View::root(path, &root);
        let owner = file.as_deref().map_or(owner, module);
        is_description(&root).then(|| describe(&root, owner, stack.scope).tools)
    });
    let mut tools = described.unwrap_or_else(|| {
        vec![unknown("any operation of a schema that could not be read", owner, &payload.place())]
    });
    for tool in &mut tools {
        tool.given = payload.place();
        // Lines of a text within a file are not lines of that file.
        if file.is_none() {
            move_to(tool, &payload.place());
        }
    }
    tools
}

fn move_to(tool: &mut OwnTool, place: &Place) {
    tool.place = place.clone();
    tool.gated_by = tool.gated_by.take().map(|_| place.clone());
    for effect in &mut tool.effects {
        effect.place = effect.place.take().map(|_| place.clone());
    }
    if let Some(definition) = &tool.definition {
        let mut moved = ambit_model::ToolDefinition::clone(definition);
        moved.place = place.clone();
        for signal in &mut moved.signals {
            signal.place = place.clone();
        }
        tool.definition = Some(moved.into());
    }
}

/// The name of what `view` refers to, for people.
pub(super) fn called<'a>(stack: &Stack<'a>, view: &View<'a>, key: &str) -> String {
    match stack.refers(view) {
        Refers::To(resource) => stack.name(resource, key),
        Refers::Text(text) | Refers::Elsewhere(text) => text,
    }
}
