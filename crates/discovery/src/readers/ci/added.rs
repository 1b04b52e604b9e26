//! Servers that a script adds before or as it starts an agent.

use ambit_model::Place;

use super::agent::Making;
use super::inline::{self, document};
use super::scalar::Scalar;
use super::shell::{self, Word};
use super::starts::Arguments;
use crate::tree::{Kind, Node, Position, Syntax};

/// `claude mcp add NAME [flags] -- COMMAND…`, and the like of other clients, in a script before the agent.
pub(super) fn by_command(making: &mut Making<'_>, program: &str, script: &Scalar) {
    for command in shell::script(&script.text).commands {
        let texts = command.texts();
        let [name, "mcp", verb @ ("add" | "add-json"), ..] = texts.as_slice() else { continue };
        if *name != program {
            continue;
        }
        let rest = command.words.get(3..).unwrap_or_default();
        let valued = [
            "-s",
            "--scope",
            "-t",
            "--transport",
            "-e",
            "--env",
            "-H",
            "--header",
            "--url",
            "--bearer-token-env-var",
        ];
        let parsed = Arguments::of(rest, &valued, &[]);
        let Some((server, words)) = parsed.free.split_first() else { continue };
        let place = script.place_of(server.offset);
        let node = if *verb == "add-json" {
            let Some(json) = words.first() else { continue };
            match document(&Scalar::at(json.text.clone(), script.place_of(json.offset)), Syntax::Json) {
                Ok(node) => node,
                Err(_) => continue,
            }
        } else {
            entry(&parsed, words, &place)
        };
        bring(making, &server.text, (&script.place.path, &node));
    }
}

fn bring(making: &mut Making<'_>, name: &str, (path, node): (&str, &Node)) {
    let location = making.fragment.location.clone();
    let (fragment, sink) = (&mut making.fragment, &mut making.sink);
    inline::with_text((path, node), &location, making.catalog, |text| {
        crate::readers::server_entry::read(name, &text.root, text, fragment, sink);
    });
    inline::unpointed(&mut making.fragment);
}

/// A server that a flag starts by its command line.
pub(super) fn line(making: &mut Making<'_>, script: &Scalar, word: &Word) {
    let place = script.place_of(word.offset);
    let command = shell::script(&word.text).commands.into_iter().next().unwrap_or_default();
    let mut words = command.words;
    words.iter_mut().for_each(|it| it.offset = word.offset);
    let sets = command.sets.into_iter().map(|(name, value)| (name, value.text)).collect();
    let name = words.iter().map(|it| it.text.as_str()).filter(|it| !it.starts_with('-')).nth(1);
    let name = name.or_else(|| words.first().map(|it| it.text.as_str())).unwrap_or("extension");
    let name = name.rsplit('/').next().unwrap_or(name).to_owned();
    let node = started(&words, sets, &place);
    bring(making, &name, (&place.path, &node));
}

/// A server that a flag names by its address.
pub(super) fn address(making: &mut Making<'_>, script: &Scalar, word: &Word) {
    let place = script.place_of(word.offset);
    let host = word.text.split_once("://").map_or(word.text.as_str(), |it| it.1);
    let name = host.split(['/', '?', ':']).next().unwrap_or(host).to_owned();
    let words = [word.clone()];
    let node = entry(&Arguments::default(), &words, &place);
    bring(making, &name, (&place.path, &node));
}

/// The entry of a server with this command and these variables.
fn started(words: &[Word], sets: Vec<(String, String)>, place: &Place) -> Node {
    let mut node = entry(&Arguments::default(), words, place);
    let at = node.at;
    if let Kind::Map(pairs) = &mut node.kind {
        let text = |it: String| Node { at, kind: Kind::Text(it) };
        let env = sets.into_iter().map(|(key, value)| crate::tree::Pair { key, at, value: text(value) });
        let value = Node { at, kind: Kind::Map(env.collect()) };
        pairs.retain(|it| it.key != "env");
        pairs.push(crate::tree::Pair { key: "env".to_owned(), at, value });
    }
    node
}

/// The entry that `mcp add` writes.
fn entry(parsed: &Arguments, words: &[Word], place: &Place) -> Node {
    let at = Position { line: place.line, column: place.column };
    let text = |it: &str| Node { at, kind: Kind::Text(it.to_owned()) };
    let pair = |key: &str, value: Node| crate::tree::Pair { key: key.to_owned(), at, value };
    let mut pairs = Vec::new();
    let url = parsed.flag(&["--url"]).map(|it| it.text.as_str());
    let url = url.or_else(|| words.first().map(|it| it.text.as_str()).filter(|it| it.contains("://")));
    if let Some(url) = url {
        let transport = parsed.flag(&["-t", "--transport"]).map_or("http", |it| it.text.as_str());
        pairs.push(pair("type", text(transport)));
        pairs.push(pair("url", text(url)));
    } else if let Some((program, rest)) = words.split_first() {
        pairs.push(pair("command", text(&program.text)));
        let args = rest.iter().map(|it| text(&it.text)).collect();
        pairs.push(pair("args", Node { at, kind: Kind::List(args) }));
    }
    let map = |flags: &[&str], mark: char| {
        let values = parsed.values(flags).filter_map(|it| it.text.split_once(mark));
        let pairs: Vec<_> = values.map(|(name, value)| pair(name.trim(), text(value.trim()))).collect();
        Node { at, kind: Kind::Map(pairs) }
    };
    pairs.push(pair("env", map(&["-e", "--env"], '=')));
    pairs.push(pair("headers", map(&["-H", "--header"], ':')));
    Node { at, kind: Kind::Map(pairs) }
}
