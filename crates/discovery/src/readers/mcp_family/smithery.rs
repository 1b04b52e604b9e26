//! `smithery.yaml`: how a host starts a server, part of it as code.

use ambit_model::facts::{Holder, Launch, Transport};

use super::{described, expected};
use crate::credential;
use crate::fragment::Sink;
use crate::readers::{Form, Reader, Text, in_folder};
use crate::tree::Syntax;

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
    let launch = Launch {
        transport: if start.text_of("type") == Some("http") { Transport::Http } else { Transport::Stdio },
        place: Some(start.place()),
        ..Launch::default()
    };
    let mut server = described(format!("smithery:{}", text.path), folder, launch, &start, None);
    let properties = start.at(&["configSchema", "properties"]);
    for (name, property) in properties.map(|it| it.entries()).unwrap_or_default() {
        if credential::kind(text.catalog, &snake(name), "").is_some() {
            server.credentials.push(expected(&snake(name), Holder::Environment, &property, text));
        }
    }
    if let Some(function) = start.get("commandFunction") {
        let help = "see what the function returns; scan the configuration of an agent that uses the server";
        let message =
            "the command is made by code (`commandFunction`), which is not run: what starts is not known";
        sink.problems.push(text.problem(&function, message, help));
    }
    sink.servers.push(server);
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
