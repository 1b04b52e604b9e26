//! Descriptions of HTTP interfaces, `OpenAPI` 3 and Swagger 2: each operation is a tool for an agent that is given the
//! description. What an operation does is what its method says; its summary is only its definition.
//!
//! A description makes no agent: most of them are there for programs.

use std::collections::BTreeSet;
use std::sync::Arc;

use ambit_model::address::{Leads, host, leads};
use ambit_model::facts::{Known, Object, OwnEffect, OwnTool, Protocol, Served};
use ambit_model::{
    Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Gate, Level, Place, Problem, Reversibility,
    Trust,
};
use serde_json::{Map, Value, json};

use super::{address, definition, module};
use crate::fragment::Sink;
use crate::readers::{Form, Reader, Text};
use crate::tree::{Syntax, View};

pub(in crate::readers) const JSON: Reader = Reader {
    id: "openapi-json",
    places: &[],
    form: Form::Tree(Syntax::Json),
    marks: &["\"openapi\"", "\"swagger\""],
    accepts: |text| is_description(&text.root),
    read,
};

pub(in crate::readers) const YAML: Reader = Reader {
    id: "openapi-yaml",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: &["openapi: 3", "openapi: \"3", "openapi: '3", "swagger: 2", "swagger: \"2", "swagger: '2"],
    accepts: |text| is_description(&text.root),
    read,
};

/// How many operations are looked at: no model is given as many tools.
const MOST: usize = 2_000;
/// How many references may follow each other.
const DEEPEST: usize = 8;

/// Whether `root` describes an interface.
pub(in crate::readers) fn is_description(root: &View<'_>) -> bool {
    let version = |key: &str, major: &str| {
        root.get(key).and_then(|it| it.scalar()).is_some_and(|it| it.trim().starts_with(major))
    };
    (version("openapi", "3") || version("swagger", "2")) && root.get("paths").is_some_and(|it| it.is_map())
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    let described = describe(&text.root, module(text.path), text.location.scope);
    sink.problems.extend(described.problems);
    let name = described.name.unwrap_or_else(|| text.stem().to_owned());
    sink.served.push(Served {
        name,
        path: text.path.to_owned(),
        protocol: Protocol::Http,
        tools: described.tools,
        addresses: described.addresses,
        authenticated: described.authenticated,
        place: text.start(),
    });
}

/// What a description says.
#[derive(Debug, Default)]
pub(in crate::readers) struct Described {
    /// Its title.
    pub(in crate::readers) name: Option<String>,
    /// Its operations.
    pub(in crate::readers) tools: Vec<OwnTool>,
    /// Where it is served.
    pub(in crate::readers) addresses: Vec<(String, Place)>,
    /// Whether it asks who calls.
    pub(in crate::readers) authenticated: Option<(bool, Place)>,
    /// What was not understood.
    pub(in crate::readers) problems: Vec<Problem>,
}

/// Reads the description at `root`, whose tools are of `owner`.
pub(in crate::readers) fn describe(root: &View<'_>, owner: &str, scope: ambit_model::Scope) -> Described {
    let title =
        root.at(&["info", "title"]).and_then(|it| it.text()).map(str::trim).filter(|it| !it.is_empty());
    let mut described = Described {
        name: title.map(str::to_owned),
        addresses: servers(root, scope),
        authenticated: authenticated(root),
        ..Described::default()
    };
    let interface = Interface { root, owner, title: title.unwrap_or(owner), scope };
    let mut names = BTreeSet::new();
    for (path, item) in root.get("paths").map(|it| it.entries()).unwrap_or_default() {
        // Extensions stand beside paths.
        if path.starts_with("x-") {
            continue;
        }
        let Some(item) = interface.follow(&item) else {
            described.tools.push(interface.elsewhere(path, &item));
            continue;
        };
        for (method, operation) in item.entries().iter().filter_map(|(key, it)| Some((Method::of(key)?, it)))
        {
            if described.tools.len() >= MOST {
                let help = "give an agent fewer operations: the others are not on the map";
                let message = format!("describes more than {MOST} operations");
                described.problems.push(Problem::at(&operation.place(), message, help));
                return described;
            }
            let place = described.addresses.first().map(|(url, _)| url.as_str());
            let mut tool =
                interface.operation((method, path), &item, operation, place, &described.authenticated);
            if !names.insert(tool.name.clone()) {
                tool.name = format!("{} {path}", method.word());
                names.insert(tool.name.clone());
            }
            described.tools.push(tool);
        }
    }
    described
}

/// A method that makes an operation a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    fn of(key: &str) -> Option<Self> {
        Some(match key {
            "get" => Self::Get,
            "head" => Self::Head,
            "post" => Self::Post,
            "put" => Self::Put,
            "patch" => Self::Patch,
            "delete" => Self::Delete,
            _ => return None,
        })
    }

    fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

struct Interface<'a> {
    root: &'a View<'a>,
    owner: &'a str,
    title: &'a str,
    scope: ambit_model::Scope,
}

impl<'a> Interface<'a> {
    /// `view`, or what its reference leads to within the file.
    fn follow(&self, view: &View<'a>) -> Option<View<'a>> {
        let mut view = view.clone();
        for _ in 0..DEEPEST {
            let Some(reference) = view.text_of("$ref") else { return Some(view) };
            let keys = reference.strip_prefix("#/")?.split('/');
            let mut at = self.root.clone();
            for key in keys {
                at = at.get(&key.replace("~1", "/").replace("~0", "~"))?;
            }
            view = at;
        }
        None
    }

    fn tool(&self, name: &str, place: &Place) -> OwnTool {
        OwnTool::undescribed(name, self.owner, place, place)
    }

    /// A path of which another file says what there is.
    fn elsewhere(&self, path: &str, item: &View<'_>) -> OwnTool {
        self.tool(&format!("any method of {path}"), &item.place())
    }

    #[expect(
        clippy::too_many_arguments,
        clippy::ref_option,
        reason = "each is another thing that it needs to know; it is handed on as it is kept"
    )]
    fn operation(
        &self,
        (method, path): (Method, &str),
        item: &View<'a>,
        operation: &View<'a>,
        server: Option<&str>,
        authenticated: &Option<(bool, Place)>,
    ) -> OwnTool {
        let name = operation.text_of("operationId").map(str::trim).filter(|it| !it.is_empty());
        let name = name.map_or_else(|| format!("{} {path}", method.word()), str::to_owned);
        let own = servers(operation, self.scope).into_iter().next().map(|(url, _)| url);
        let server = own.as_deref().or(server);
        let (schema, has_arguments) = self.arguments(item, operation);
        let texts: Vec<View<'a>> =
            ["description", "summary"].iter().filter_map(|it| operation.get(it)).collect();
        let mut tool = self.tool(&name, &operation.place());
        tool.definition =
            Some(definition(&name, operation.text_of("summary"), &texts, (schema, operation.place())));
        tool.known = Known::Declared;
        let asks = |it: &View<'a>| it.truth() == Some(true) || it.text().is_some_and(|it| it == "ENABLED");
        let asked = ["x-requireConfirmation", "x-openai-isConsequential"];
        if let Some(line) = asked.iter().filter_map(|it| operation.get(it)).find(asks) {
            tool.gate = Gate::Asked;
            tool.gated_by = Some(line.place());
        }
        let call = Called {
            what: format!("`{} {path}` of {}", method.word(), self.title),
            place: operation.place(),
            has_arguments,
            public: operation_is_open(operation, authenticated),
        };
        tool.effects = self.effects(method, server, &call);
        tool
    }

    fn effects(&self, method: Method, server: Option<&str>, call: &Called) -> Vec<OwnEffect> {
        // An address that is relative, or none, is the description's own server: the organization's.
        let outside = server.filter(|it| it.contains("://") && leads(it) == Leads::Outside).map(host);
        let data = Object::named(
            format!("store:api/{}", outside.unwrap_or(self.owner)),
            format!("Data behind {}", self.title),
        );
        let radius = if outside.is_some() { BlastRadius::ThirdParties } else { BlastRadius::Organization };
        let writes = |reversibility| Effect::Writes { reversibility, blast_radius: radius };
        let what = &call.what;
        let mut effects = vec![match method {
            Method::Get | Method::Head => {
                let level = if call.public && outside.is_some() { Level::Public } else { Level::Internal };
                let reads = Effect::Reads { data: Arc::default(), level };
                call.effect(reads, &data, format!("read what {what} answers"))
            }
            Method::Post | Method::Put | Method::Patch => {
                call.effect(writes(Reversibility::Recoverable), &data, format!("change what {what} is about"))
            }
            Method::Delete => call.effect(
                writes(Reversibility::Irreversible),
                &data,
                format!("delete what {what} is about"),
            ),
        }];
        if let Some(host) = outside {
            let there = Object::named(format!("channel:web/{}", host.to_ascii_lowercase()), host);
            let ingests = Effect::Ingests { trust: Trust::Partner };
            effects.push(call.effect(ingests, &there, format!("take in what {what} answers")));
            if call.has_arguments {
                let sends = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
                effects.push(call.effect(sends, &there, format!("send text to whoever serves {what}")));
            }
        }
        effects
    }

    /// The arguments as a schema, and whether there are any.
    fn arguments(&self, item: &View<'a>, operation: &View<'a>) -> (Value, bool) {
        let mut properties = Map::new();
        let mut required = Vec::new();
        for list in [item, operation].into_iter().filter_map(|it| it.get("parameters")) {
            for parameter in list.items().iter().filter_map(|it| self.follow(it)) {
                let Some(name) = parameter.text_of("name") else { continue };
                let schema = parameter.get("schema").and_then(|it| self.follow(&it));
                if parameter.text_of("in") == Some("body") {
                    self.body(schema.as_ref(), &mut properties);
                    continue;
                }
                let kind = schema.as_ref().unwrap_or(&parameter).text_of("type").unwrap_or("string");
                let said = parameter.text_of("description").unwrap_or_default();
                properties.insert(name.to_owned(), json!({ "type": kind, "description": said }));
                if parameter.is_true("required") {
                    required.push(name.to_owned());
                }
            }
        }
        if let Some(body) = operation.get("requestBody").and_then(|it| self.follow(&it)) {
            let content = body.get("content").map(|it| it.entries()).unwrap_or_default();
            let schema = content.first().and_then(|(_, it)| it.get("schema")).and_then(|it| self.follow(&it));
            self.body(schema.as_ref(), &mut properties);
        }
        let any = !properties.is_empty();
        (json!({ "type": "object", "properties": properties, "required": required }), any)
    }

    /// The properties of a body, or the body as one.
    fn body(&self, schema: Option<&View<'a>>, properties: &mut Map<String, Value>) {
        let own = schema.and_then(|it| it.get("properties")).map(|it| it.entries()).unwrap_or_default();
        if own.is_empty() {
            let kind = schema.and_then(|it| it.text_of("type")).unwrap_or("object");
            properties.insert("body".to_owned(), json!({ "type": kind }));
        }
        for (name, view) in own {
            let view = self.follow(&view).unwrap_or(view);
            let kind = view.text_of("type").unwrap_or("object");
            let said = view.text_of("description").unwrap_or_default();
            properties.insert(name.to_owned(), json!({ "type": kind, "description": said }));
        }
    }
}

/// What is the same for all effects of one operation.
struct Called {
    what: String,
    place: Place,
    has_arguments: bool,
    public: bool,
}

impl Called {
    fn effect(&self, effect: Effect, on: &Object, does: String) -> OwnEffect {
        OwnEffect {
            effect,
            on: on.clone(),
            does: does.into(),
            basis: Basis::Declared,
            confidence: Confidence::Certain,
            place: Some(self.place.clone()),
        }
    }
}

/// Whether nothing asks who calls this operation.
#[expect(clippy::ref_option, reason = "it is handed on as it is kept")]
fn operation_is_open(operation: &View<'_>, all: &Option<(bool, Place)>) -> bool {
    match operation.get("security") {
        Some(own) => !requires(&own),
        None => all.as_ref().is_some_and(|(asks, _)| !asks),
    }
}

/// Whether every alternative of a list of requirements names a scheme.
fn requires(list: &View<'_>) -> bool {
    let items = list.items();
    !items.is_empty() && items.iter().all(|it| !it.entries().is_empty())
}

fn authenticated(root: &View<'_>) -> Option<(bool, Place)> {
    if let Some(list) = root.get("security") {
        return Some((requires(&list), list.place()));
    }
    let paths = root.get("paths").map(|it| it.entries()).unwrap_or_default();
    let operations =
        paths.iter().flat_map(|(_, it)| it.entries()).filter(|(key, _)| Method::of(key).is_some());
    let asking = operations.filter_map(|(_, it)| it.get("security")).find(requires);
    asking.map(|it| (true, it.place()))
}

/// Addresses at which it is served: those of `servers` with the defaults of their variables, or host and base path.
fn servers(view: &View<'_>, scope: ambit_model::Scope) -> Vec<(String, Place)> {
    if let Some(host) = view.get("host").filter(|it| it.text().is_some()) {
        let schemes = view.get("schemes").map(|it| it.texts()).unwrap_or_default();
        let scheme =
            schemes.iter().map(|it| it.0).find(|it| *it == "https").or(schemes.first().map(|it| it.0));
        let path = view.text_of("basePath").unwrap_or_default().trim_end_matches('/');
        let url = format!("{}://{}{path}", scheme.unwrap_or("https"), host.text().unwrap_or_default());
        return vec![(url, host.place())];
    }
    let mut found = Vec::new();
    for server in view.get("servers").map(|it| it.items()).unwrap_or_default() {
        let Some(view) = server.get("url") else { continue };
        let Some((mut url, _)) = address(&view, scope) else { continue };
        for (name, variable) in server.get("variables").map(|it| it.entries()).unwrap_or_default() {
            if let Some(value) = variable.get("default").and_then(|it| it.scalar()) {
                url = url.replace(&format!("{{{name}}}"), &value);
            }
        }
        found.push((url, view.place()));
    }
    found
}
