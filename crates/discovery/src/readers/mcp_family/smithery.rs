//! `smithery.yaml`: how a host starts a server, part of it as code.

use ambit_code::ir::{Expr, Function, Kind, StmtKind};
use ambit_code::typescript;
use ambit_model::facts::{CredentialFacts, Holder, Launch, Transport};

use super::{described, expected};
use crate::credential;
use crate::fragment::Sink;
use crate::launch::{self, Word};
use crate::readers::{Form, Reader, Text, in_folder};
use crate::tree::Syntax;
use crate::view::View;

pub(in crate::readers) const READER: Reader = Reader {
    id: "smithery",
    places: &[in_folder("smithery.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &["commandFunction"],
    accepts: |text| text.root.at(&["startCommand", "commandFunction"]).is_some(),
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let Some(start) = text.root.get("startCommand") else {
        let help = "scan the configuration of an agent that uses the server";
        sink.problems.push(text.problem(&text.root, "how the server starts is not in this file", help));
        return;
    };
    let folder = text.location.at.rsplit('/').next().filter(|it| !it.is_empty()).unwrap_or("smithery");
    let function = start.get("commandFunction");
    let stated = function.as_ref().and_then(|it| stated(it, text));
    let is_stated = stated.is_some();
    let (launch, credentials) = stated.unwrap_or_default();
    let launch = Launch {
        transport: if start.text_of("type") == Some("http") { Transport::Http } else { Transport::Stdio },
        place: Some(start.place()),
        ..launch
    };
    let mut server = described(format!("smithery:{}", text.path), folder, launch, &start, None);
    server.credentials = credentials;
    let properties = start.at(&["configSchema", "properties"]);
    for (name, property) in properties.map(|it| it.entries()).unwrap_or_default() {
        if credential::kind(text.catalog, &snake(name), "").is_some() {
            server.credentials.push(expected(&snake(name), Holder::Environment, &property, text));
        }
    }
    if let Some(function) = function.filter(|_| !is_stated) {
        let help = "see what the function returns; scan the configuration of an agent that uses the server";
        let message =
            "the command is made by code (`commandFunction`), which is not run: what starts is not known";
        sink.problems.push(text.problem(&function, message, help));
    }
    sink.servers.push(server);
}

/// The command that the function gives back, where it is written out: `(config) => ({ command: 'node', args: ['dist/index.js'] })`.
fn stated(function: &View<'_>, text: &Text<'_>) -> Option<(Launch, Vec<CredentialFacts>)> {
    let module = typescript::parse("command.ts", function.text()?);
    let [Function { body, .. }] = module.functions.as_slice() else { return None };
    let [only] = body.as_slice() else { return None };
    let StmtKind::Return(Some(Expr { kind: Kind::Map(pairs), .. })) = &only.kind else { return None };
    let of = |name: &str| {
        let is_it = |key: &Expr| matches!(&key.kind, Kind::Text(it) if **it == *name);
        pairs.iter().find(|it| it.key.as_ref().is_some_and(is_it)).map(|it| &it.value.kind)
    };
    let written = |kind: &Kind| if let Kind::Text(it) = kind { Some(it.to_string()) } else { None };
    let mut words = vec![written(of("command")?)?];
    match of("args") {
        None => {}
        Some(Kind::List(items)) => {
            words.extend(items.iter().map(|it| written(&it.kind)).collect::<Option<Vec<_>>>()?);
        }
        Some(_) => return None,
    }
    let word = |text: String| Word { text, place: function.place(), pointer: None };
    Some(launch::understand(words.into_iter().map(word).collect(), text.catalog, text.location.scope))
}

/// `githubToken` as `github_token`, as credentials are named in environments.
fn snake(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 4);
    for char in name.chars() {
        if char.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(char.to_ascii_lowercase());
    }
    text
}
