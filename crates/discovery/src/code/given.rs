//! What an agent in code is given beside its tools: texts and servers, read as configuration files are. Here their values end.

use ambit_catalog::Catalog;
use ambit_code::agents::{Agent, ServerEntry};
use ambit_model::facts::{
    AgentFacts, InstructionFacts, InstructionKind, PermissionRule, Selector, ServerFacts, ServerUse,
    Unresolved,
};
use ambit_model::{Gate, Place, Problem, Scope};
use serde::{Deserialize, Serialize};

use crate::fragment::{Fragment, Location, Sink};
use crate::launch::{self, Word};
use crate::readers::{Text, of_workspace, server_entry};
use crate::tree::{Kind, Node, Position, View};

/// What an agent is given.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Given {
    /// Texts that it is told: its instructions first.
    instructions: Vec<InstructionFacts>,
    servers: Vec<ServerUse>,
    rules: Vec<PermissionRule>,
    unresolved: Vec<Unresolved>,
    suppliers: Vec<ServerFacts>,
    problems: Vec<Problem>,
}

impl Given {
    /// Takes it from the agent.
    pub(super) fn of(agent: &mut Agent, catalog: &Catalog) -> Self {
        let mut given = Self::default();
        for (text, place) in std::mem::take(&mut agent.prompts) {
            given.instructions.push(of_workspace("", InstructionKind::Prompt, &text, place));
        }
        for (index, server) in std::mem::take(&mut agent.servers).into_iter().enumerate() {
            given.connect(&agent.facts.at, server, index, catalog);
        }
        given
    }

    /// Adds it to what is known of the agent.
    pub(super) fn give(self, facts: &mut AgentFacts, sink: &mut Sink) {
        for (index, text) in self.instructions.into_iter().enumerate() {
            let name = format!("{} of {}", if index == 0 { "instructions" } else { "more" }, facts.name);
            facts.instructions.push(InstructionFacts { name, ..text });
        }
        facts.servers.extend(self.servers);
        facts.rules.extend(self.rules);
        facts.program.unresolved.extend(self.unresolved);
        sink.servers.extend(self.suppliers);
        sink.problems.extend(self.problems);
    }

    /// Adds a server that code of the folder `at` connects to.
    fn connect(&mut self, at: &str, server: ServerEntry, index: usize, catalog: &Catalog) {
        let ServerEntry { name, entry, only, asked, file, place } = server;
        if let Some(file) = file {
            self.unresolved.push(Unresolved { what: "servers".to_owned(), raw: file, place });
            return;
        }
        let location = Location { at: at.to_owned(), scope: Scope::Project, placed: true };
        let mut fragment = Fragment::new("code", location.clone(), place.clone());
        let null = Node { at: Position { line: 1, column: 1 }, kind: Kind::Null };
        let text = Text {
            path: &place.path,
            text: "",
            root: View::root(&place.path, &null),
            body: (0, 1),
            location,
            catalog,
        };
        let view = View::root(&place.path, &entry);
        let name = name.unwrap_or_else(|| {
            named_by(&entry, catalog, &place).unwrap_or_else(|| format!("server-{}", index + 1))
        });
        let mut sink = Sink::default();
        server_entry::read(&name, &view, &text, &mut fragment, &mut sink);
        self.suppliers.append(&mut sink.servers);
        self.problems.append(&mut sink.problems);
        for mut entry in fragment.servers {
            entry.only = only.clone().or(entry.only);
            if asked {
                self.rules.push(PermissionRule {
                    selects: Selector::Server { server: entry.name.clone(), tool: "*".to_owned() },
                    gate: Gate::Asked,
                    scope: Scope::Project,
                    place: place.clone(),
                    raw: format!("{}: a human is asked", entry.name),
                    pointer: String::new(),
                });
            }
            self.servers.push(entry);
        }
    }
}

/// What an entry of a file says of the agent: the code names the file and the entry.
pub(super) fn take_over(facts: &mut AgentFacts, file: &str, key: &str, sink: &mut Sink) {
    let folder = facts.at.clone();
    let path = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
    let Some(at) = sink.agents.iter().position(|it| {
        it.client == facts.client && it.name == key && it.places.iter().any(|it| *it.path == *path)
    }) else {
        return;
    };
    let declared = sink.agents.remove(at);
    facts.places.extend(declared.places);
    facts.model = facts.model.take().or(declared.model);
    facts.instructions.extend(declared.instructions);
    facts.program.append(declared.program);
}

/// A name for a server without one: its host, its package or its script, however it is launched.
fn named_by(entry: &Node, catalog: &Catalog, place: &Place) -> Option<String> {
    let Kind::Map(pairs) = &entry.kind else { return None };
    let value = |key: &str| pairs.iter().find(|it| it.key == key).map(|it| &it.value.kind);
    let text = |of: &Kind| if let Kind::Text(text) = of { Some(text.clone()) } else { None };
    if let Some(url) = value("url").and_then(text) {
        let host = url.split_once("://").map_or(url.as_str(), |(_, it)| it).split(['/', '?', ':']).next()?;
        return Some(host.to_owned()).filter(|it| !it.is_empty());
    }
    let args = if let Some(Kind::List(items)) = value("args") { items.as_slice() } else { &[] };
    let args = || args.iter().filter_map(|it| text(&it.kind));
    let word = |text: String| Word { text, place: place.clone(), pointer: None };
    let words = value("command").and_then(text).into_iter().chain(args()).map(word).collect();
    let (launch, _) = launch::understand(words, catalog, Scope::Project);
    let known = launch.package.map(|it| it.name).or(launch.script);
    let said = args().find(|it| !it.starts_with('-')).or_else(|| value("command").and_then(text));
    known.or(said).map(|it| last_part(&it))
}

/// `@scope/server-files@1.0` as `server-files`, `tools/math_server.py` as `math_server`.
fn last_part(word: &str) -> String {
    let word = word.rsplit('/').next().unwrap_or(word);
    let word = word.split('@').find(|it| !it.is_empty()).unwrap_or(word);
    let endings = [".py", ".js", ".ts", ".mjs"];
    endings.iter().find_map(|it| word.strip_suffix(it)).unwrap_or(word).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_by_what_is_launched() {
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let place = Place::start("a.py");
        let at = Position { line: 1, column: 1 };
        let node = |kind| Node { at, kind };
        let texts = |it: &[&str]| it.iter().map(|it| node(Kind::Text((*it).to_owned()))).collect();
        for (command, args, name) in [
            ("docker", &["run", "-i", "--rm", "-e", "KEY", "mcp/perplexity-ask"][..], "perplexity-ask"),
            ("uv", &["run", "--directory", "x", "weather.py"], "weather"),
            ("npx", &["-y", "@scope/server-files@1.0", "/tmp"], "server-files"),
            ("python", &["tools/math_server.py"], "math_server"),
            ("own-server", &[], "own-server"),
        ] {
            let pairs = vec![
                pair_of("command", node(Kind::Text(command.to_owned()))),
                pair_of("args", node(Kind::List(texts(args)))),
            ];
            let entry = node(Kind::Map(pairs));
            assert_eq!(named_by(&entry, &catalog, &place).as_deref(), Some(name), "{command} {args:?}");
        }
    }

    fn pair_of(key: &str, value: Node) -> crate::tree::Pair {
        crate::tree::Pair { key: key.to_owned(), at: value.at, value }
    }
}
