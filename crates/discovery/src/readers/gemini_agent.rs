//! Gemini CLI's sub-agents, local and remote, and its custom commands.

use ambit_model::facts::{
    InstructionKind, Launch, ServerFacts, ServerUse, SignalKind, TextSignal, Transport,
};
use ambit_model::{Place, Trust};

use super::gemini_settings::{CLIENT, selector, trusted};
use super::record::{names, of_server, of_workspace};
use super::server_entry::read_all;
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Sink};
use crate::launch::address;
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "gemini-agent",
    places: &[in_folder(".gemini/agents/*.md"), in_home(".gemini/agents/*.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read,
};

pub(super) const COMMAND: Reader = Reader {
    id: "gemini-command",
    places: &[in_folder(".gemini/commands/**/*.toml"), in_home(".gemini/commands/**/*.toml")],
    form: Form::Tree(Syntax::Toml),
    marks: &[],
    accepts: nowhere_else,
    read: command,
};

/// One agent, or a list of remote ones.
fn read(text: &Text<'_>, sink: &mut Sink) {
    let agents = if text.root.is_list() { text.root.items() } else { vec![text.root.clone()] };
    for front in agents {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        let name = front.text_of("name").unwrap_or_else(|| text.stem());
        fragment.name = Some(name.to_owned());
        if front.text_of("kind") == Some("remote") {
            remote(name, &front, text, &mut fragment, sink);
        } else {
            local(&front, text, &mut fragment, sink);
        }
        sink.fragments.push(fragment);
    }
}

fn local(front: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    fragment.model = front
        .get("model")
        .filter(|it| it.text() != Some("inherit"))
        .and_then(|it| Some((it.text()?.to_owned(), it.place())));
    fragment.tools =
        front.get("tools").map(|it| names(&it).into_iter().map(|(name, _)| selector(name)).collect());
    if let Some(list) = front.get("mcpServers") {
        read_all(&list, text, fragment, sink);
        trusted(&list, fragment);
    }
    let line = Place::new(text.path, text.body.1, 1);
    fragment.instructions.push(of_workspace(text.path, InstructionKind::Prompt, text.body_text(), line));
}

/// An agent at an address is a supplier that nothing is known of: what it can do there, and what it tells.
fn remote(name: &str, front: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    fragment.tools = Some(vec![of_server(name, "*")]);
    let Some(card) = front.get("agent_card_url").or_else(|| front.get("agent_card_json")) else {
        let help = "a remote agent has `agent_card_url` or `agent_card_json`";
        sink.problems.push(text.problem(front, format!("the remote agent `{name}` has no address"), help));
        return;
    };
    let scope = text.location.scope;
    let place = card.place();
    let mut launch = Launch { transport: Transport::Http, place: Some(place.clone()), ..Launch::default() };
    launch.authenticated = front.get("auth").is_some();
    let written = card.text().unwrap_or_default();
    let url = url_of(written);
    let credentials = address(&url, &mut launch, &place, scope);
    let key = launch.url.clone().unwrap_or_default();
    fragment.servers.push(ServerUse {
        pointer: card.pointer().to_owned(),
        ..ServerUse::whole(name.to_owned(), key.clone(), place.clone(), scope)
    });
    sink.servers.push(ServerFacts {
        key,
        name: name.to_owned(),
        launch,
        credentials,
        tools: Vec::new(),
        signals: Vec::new(),
        places: vec![place],
    });
}

/// The address itself, or the one that a card written out names.
fn url_of(card: &str) -> String {
    let inside = serde_json::from_str::<serde_json::Value>(card).ok();
    let inside = inside.and_then(|it| it.get("url").and_then(|it| it.as_str().map(str::to_owned)));
    inside.unwrap_or_else(|| card.to_owned())
}

/// A custom command is a prompt; `!{…}` in it runs when it is loaded.
fn command(text: &Text<'_>, sink: &mut Sink) {
    let Some(prompt) = text.root.get("prompt") else {
        let help = "a command has its text under `prompt`";
        sink.problems.push(text.problem(&text.root, "a command without a prompt", help));
        return;
    };
    let body = prompt.text().unwrap_or_default();
    let mut facts = of_workspace(text.path, InstructionKind::Command, body, prompt.place());
    facts.trust = Trust::Organization;
    if body.contains("!{") {
        facts.signals.push(TextSignal {
            kind: SignalKind::ShellAtLoad,
            excerpt: "!{…}".to_owned(),
            place: prompt.place(),
        });
    }
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    fragment.instructions.push(facts);
    sink.fragments.push(fragment);
}
