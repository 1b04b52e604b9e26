//! Tools that calls of an object's members give it: `@agent.tool`, `agent.add_tool(…)`, `server.tool("name", …)`.

use super::definition;
use super::given::{Given, Reader};
use super::options::Options;
use crate::follow::Follower;
use crate::follow::value::{Args, CallEvent, Object, ObjectKind, Value};
use ambit_catalog::schema::AgentMaker;
use ambit_model::facts::OwnTool;

/// Tools that calls of the agent's members give it: `@agent.tool`, `agent.add_tool(…)`.
pub(super) fn attached(reader: &mut Reader<'_, '_, '_>, object: &Object, maker: &AgentMaker) -> Vec<Given> {
    attached_by(reader, object, &maker.attach)
}

/// Tools that calls of these members give an object.
pub(super) fn attached_by(
    reader: &mut Reader<'_, '_, '_>,
    object: &Object,
    members: &[String],
) -> Vec<Given> {
    let mut found = Vec::new();
    for number in &object.events {
        let Some(event) = reader.follower.event(*number).cloned() else { continue };
        let member = event.symbol.rsplit('.').next().unwrap_or_default().to_owned();
        if !members.contains(&member) {
            continue;
        }
        let place = reader.follower.place(event.site);
        let options = Options::of_call(&event.args, None);
        let asks = ["requires_approval", "needs_approval"].map(str::to_owned);
        // `@agent.tool(…)` is a call that makes the decorator, and then the decorator is applied.
        let applied = applied(reader.follower, &event.result);
        let (function, options) = match applied {
            Some(function) => (Some(function), options),
            None => (
                event
                    .args
                    .iter()
                    .map(|(_, it)| it)
                    .find(|it| reader.follower.function(it).is_some())
                    .cloned(),
                options,
            ),
        };
        let asked = options.holds(reader.follower, &asks).is_some();
        let name = options.get(reader.follower, &naming(&event.args));
        // A text with blanks says what it does.
        let name = name.and_then(|it| Some(it.text()?.to_owned())).filter(|it| !it.contains(' '));
        let Some(function) = function else {
            let inner: Vec<Value> = event.args.iter().map(|(_, it)| it.clone()).collect();
            for value in inner.iter().filter(|it| matches!(it, Value::Object(_) | Value::Class(_))) {
                let more = reader.all(value, &place);
                found.extend(more.into_iter().filter(|it| !matches!(it, Given::Unresolved(_))));
            }
            continue;
        };
        let Some(mut tool) = reader.tool_of(Some(&function), name.as_deref(), &place, &place) else {
            continue;
        };
        let said = options.get(reader.follower, &saying(&event.args));
        describe(reader.follower, &mut tool, said.as_ref());
        definition::gate(&mut tool, asked.then_some(&place));
        found.push(Given::Tool(Box::new(tool), Some(function)));
    }
    found
}

/// Where a tool that is registered has its name. A text that comes first is it: a map behind it may say what the tool takes, and
/// that may have a `name` too.
fn naming(args: &Args) -> Vec<String> {
    let mut ways = ["name", "#text"].map(str::to_owned);
    if leads_with_text(args) && !args.iter().any(|(it, _)| it.as_deref() == Some("name")) {
        ways.reverse();
    }
    ways.into()
}

/// Where it says what it does, by the same rule: `tool(name, description, …)`.
fn saying(args: &Args) -> Vec<String> {
    let is_second = matches!(args.get(1), Some((None, Value::Text(_) | Value::Template(_))));
    let mut ways = vec!["description".to_owned()];
    if leads_with_text(args) && is_second {
        ways.insert(0, "#1".to_owned());
    }
    ways
}

fn leads_with_text(args: &Args) -> bool {
    matches!(args.first(), Some((None, Value::Text(_))))
}

fn describe(follower: &Follower<'_>, tool: &mut OwnTool, said: Option<&Value>) {
    if let (Some(said), Some(definition)) = (said, &mut tool.definition) {
        let mut changed = ambit_model::ToolDefinition::clone(definition);
        changed.description = follower.rendered(said);
        *definition = std::sync::Arc::new(changed);
    }
}

/// What a decorator that a call has made is applied to.
pub(super) fn applied(follower: &Follower<'_>, made: &Value) -> Option<Value> {
    let object = follower.object(made.object()?)?;
    if let ObjectKind::Made { wraps: Some(inner), .. } = &object.kind {
        return Some(inner.clone());
    }
    // `server.tool()(function)` applies it by a call.
    let own = follower.path_of(made.object()?);
    let is_applied = |it: &&CallEvent| it.decorates || !own.is_empty() && *it.symbol == *own;
    let event = object.events.iter().filter_map(|it| follower.event(*it)).find(is_applied)?;
    event.args.first().map(|(_, it)| it.clone())
}
