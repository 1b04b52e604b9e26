//! Tools that are written as plain objects: the names of several, a schema as models' interfaces take it, what whoever runs the
//! model brings along, by its type.

use std::rc::Rc;
use std::sync::Arc;

use ambit_model::facts::{Known, OwnTool};
use ambit_model::{Gate, Place};

use super::carried;
use super::definition::{definition, owner_of};
use super::given::{Given, Reader};
use super::options::Options;
use super::roles::Role;
use super::servers;
use crate::follow::value::{ObjectKind, ObjectNo, Value};

/// How the catalog calls what is asked for by an object with a type: `hosted.web_search_preview`.
const HOSTED: &str = "hosted";

/// What the schema of a tool stands under.
const SCHEMAS: [&str; 7] = [
    "input_schema",
    "parameters",
    "inputSchema",
    "schema",
    "parametersJsonSchema",
    "parameters_json_schema",
    "parameter_definitions",
];

impl Reader<'_, '_, '_> {
    /// What a map holds.
    pub(super) fn map(
        &mut self,
        (no, key): (ObjectNo, Option<&str>),
        is_empty: bool,
        given: &Place,
        depth: usize,
    ) -> Vec<Given> {
        if is_empty {
            return Vec::new();
        }
        let value = Value::Object(no);
        let pairs = self.follower.pairs(&value).unwrap_or_default();
        let place = self.follower.object(no).map_or_else(|| given.clone(), |it| self.follower.place(it.site));
        if let Some(found) = self.hosted(no, &pairs, (given, &place)) {
            return found;
        }
        if let Some(found) = self.schema(no, &pairs, (given, &place)) {
            return vec![found];
        }
        if let Some(found) = self.carried_out(&pairs, key, given) {
            return vec![found];
        }
        // The schema of a tool of which the name is not known: what it says of itself is no tool.
        let has = |key: &str| pairs.iter().any(|it| it.0.as_ref().and_then(Value::text) == Some(key));
        if has("name") && SCHEMAS.iter().any(|it| has(it)) {
            return vec![self.unresolved(&value)];
        }
        let mut found = Vec::new();
        for (key, it) in &pairs {
            let key = key.as_ref().and_then(Value::text).map(str::to_owned);
            found.extend(self.within(it, key.as_deref(), given, depth));
        }
        // Texts of an object are what it says of itself, an address or a header: no names of tools.
        let is_more = |it: &Given| !matches!(it, Given::Named(..) | Given::Unresolved(_));
        if found.iter().any(is_more) {
            found.retain(|it| !matches!(it, Given::Named(..)));
            return found;
        }
        // Types of values, and a function of which the name is not known, are nothing that is hosted.
        const PLAIN: [&str; 8] =
            ["function", "object", "string", "array", "integer", "number", "boolean", "null"];
        match text_of(&pairs, "type").filter(|it| !PLAIN.contains(&it.as_str())) {
            Some(kind) => vec![self.foreign(&format!("{HOSTED}.{kind}"), (None, None), (given, &place))],
            None => vec![self.unresolved(&value)],
        }
    }

    /// What whoever runs the model brings along, as the catalog knows it by its type, or by its only key.
    fn hosted(
        &mut self,
        no: ObjectNo,
        pairs: &[(Option<Value>, Value)],
        (given, place): (&Place, &Place),
    ) -> Option<Vec<Given>> {
        let kind = text_of(pairs, "type").or_else(|| match pairs {
            [(Some(Value::Text(key)), _)] => Some(key.to_string()),
            _ => None,
        })?;
        let path = format!("{HOSTED}.{kind}");
        let known = self.roles.of(&path).first().copied()?;
        let options = Options::of_call(&Rc::new(vec![(None, Value::Object(no))]), None);
        match known.role {
            Role::Known(tool) => {
                let found = self.library(tool, (&path, known.framework), &options, (given, place));
                // The program may carry it out itself, as it likes.
                let Given::Tool(mut tool, _) = found else { return Some(vec![found]) };
                if let Some(name) = text_of(pairs, "name") {
                    tool.name = name;
                }
                let function = carried::function(self.follower, &tool.name, place);
                Some(vec![Given::Tool(tool, function)])
            }
            Role::Server(maker) => {
                let server = servers::hosted(self.follower, no, &options, maker);
                Some(server.into_iter().map(Given::Server).collect())
            }
            Role::Kit(_) => Some(Vec::new()),
            _ => None,
        }
    }

    /// A tool as models' interfaces take it: a name and a schema; what carries it out is elsewhere in the program.
    fn schema(
        &mut self,
        no: ObjectNo,
        pairs: &[(Option<Value>, Value)],
        (given, place): (&Place, &Place),
    ) -> Option<Given> {
        let get = |pairs: &[(Option<Value>, Value)], name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key.as_ref().and_then(Value::text) == Some(name))
                .map(|(_, it)| it.clone())
        };
        let is_function = text_of(pairs, "type").as_deref() == Some("function");
        let inner = get(pairs, "function").and_then(|it| Some((it.object()?, self.follower.pairs(&it)?)));
        let (no, pairs) = inner.unwrap_or_else(|| (no, pairs.to_vec()));
        let name = get(&pairs, "name")?.text()?.to_owned();
        let has_schema = SCHEMAS.iter().any(|it| get(&pairs, it).is_some());
        let is_served = is_function || get(&pairs, "type").is_some();
        if !has_schema && !is_served {
            return None;
        }
        let place = &self.written(no, &name).unwrap_or_else(|| place.clone());
        let description =
            get(&pairs, "description").map(|it| self.follower.rendered(&it)).unwrap_or_default();
        let definition = definition(&name, &description, serde_json::Value::Null, place);
        let tool = OwnTool {
            owner: owner_of(place),
            known: Known::Definition,
            definition: Some(Arc::new(definition)),
            effects: Vec::new(),
            gate: Gate::Auto,
            gated_by: None,
            place: place.clone(),
            given: given.clone(),
            name,
        };
        let function = carried::function(self.follower, &tool.name, place);
        Some(Given::Tool(Box::new(tool), function))
    }
}

impl Reader<'_, '_, '_> {
    /// Where the tool of this name is written, if the object is one of several that one expression makes of those: what brings
    /// tools into the form that a provider takes is no place of any of them.
    fn written(&self, no: ObjectNo, name: &str) -> Option<Place> {
        // What stands at the top of a module is written there.
        let made = self.follower.object(no).filter(|it| it.within.is_some())?;
        let site = made.site;
        let mut other = None;
        let mut is_made = false;
        for (at, object) in self.follower.objects() {
            let ObjectKind::Map(pairs) = &object.kind else { continue };
            let named = pairs.iter().find(|(key, _)| key.as_ref().and_then(Value::text) == Some("name"));
            let Some(Value::Text(own)) = named.map(|it| &it.1) else { continue };
            if object.site == site {
                is_made |= **own != *name;
            } else if **own == *name && at < no && pairs.len() > 1 {
                other = other.or(Some(object.site));
            }
        }
        other.filter(|_| is_made).map(|it| self.follower.place(it))
    }
}

/// The text under a key.
fn text_of(pairs: &[(Option<Value>, Value)], name: &str) -> Option<String> {
    let named = pairs.iter().rev().find(|(key, _)| key.as_ref().and_then(Value::text) == Some(name));
    named.and_then(|(_, it)| Some(it.text()?.to_owned()))
}
