//! Code of a repository that makes or serves agents: which files are looked at, and what becomes of what they say.
//!
//! A file is looked at because it imports something of a framework that the catalog knows, because such a file imports it, or
//! because it imports such a file. All others are passed over after a glance at their imports.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::Catalog;
use ambit_code::agents::{Agent, Roots, ServerEntry};
use ambit_code::follow::World;
use ambit_code::follow::world::candidates;
use ambit_code::ir::{Language, Module};
use ambit_code::{agents, python, typescript};
use ambit_model::facts::{
    AgentFacts, InstructionKind, Object, PermissionRule, Selector, Trigger, Unresolved,
};
use ambit_model::{Gate, Place, Problem, Scope, Trust, parallel};

use crate::fragment::{Fragment, Location, Sink};
use crate::launch::{self, Word};
use crate::readers::{Text, of_workspace, server_entry};
use crate::source::Entry;
use crate::tree::{Kind, Node, Position, View};

/// The largest file of code that is parsed: what is larger was not written by hand.
pub(crate) const LARGEST: u64 = 2 * 1024 * 1024;
/// The largest that is opened to see whether it has to do with agents at all: bundles are larger than what is parsed.
pub(crate) const LARGEST_SEARCHED: u64 = 64 * 1024 * 1024;
/// How much of a file is searched for imports.
const SEARCHED: usize = 64 * 1024;
/// How many files are looked at altogether.
const MOST_FILES: usize = 20_000;

/// Endings of code, with the language.
const ENDINGS: &[(&str, Language)] = &[
    (".py", Language::Python),
    (".ipynb", Language::Python),
    (".ts", Language::TypeScript),
    (".tsx", Language::TypeScript),
    (".mts", Language::TypeScript),
    (".cts", Language::TypeScript),
    (".js", Language::TypeScript),
    (".jsx", Language::TypeScript),
    (".mjs", Language::TypeScript),
    (".cjs", Language::TypeScript),
];

/// What names of files of code end with.
pub fn code_endings() -> impl Iterator<Item = &'static str> {
    ENDINGS.iter().map(|it| it.0)
}

/// The language of the file at `path`. Declarations without code are none.
pub(crate) fn language(path: &str) -> Option<Language> {
    let declares = [".d.ts", ".d.mts", ".min.js"].iter().any(|it| path.ends_with(it));
    ENDINGS.iter().filter(|_| !declares).find(|(ending, _)| path.ends_with(ending)).map(|(_, it)| *it)
}

/// The module that the file is.
pub(crate) fn parse(path: &str, text: &str, language: Language) -> Module {
    match language {
        Language::Python if path.ends_with(".ipynb") => python::notebook(path, text),
        Language::Python => python::parse(path, text),
        Language::TypeScript => typescript::parse(path, text),
    }
}

/// The problem of a file that imports something of a framework, but is too large to be parsed.
pub(crate) fn too_large(path: &str) -> Problem {
    let message = format!(
        "the file imports an agent framework and is larger than {} MiB, so it was not parsed",
        LARGEST >> 20
    );
    Problem::at(
        &Place::start(path),
        message,
        "agents and tools in it are not on the map; split it, or state them in `ambit.yaml`",
    )
}

/// Whether the file imports something of a framework.
pub(crate) fn has_framework(roots: &Roots<'_>, bytes: &[u8]) -> bool {
    imports(bytes).any(|it| roots.has(&it))
}

/// The modules that the file imports, as far as a glance tells.
fn imports(bytes: &[u8]) -> impl Iterator<Item = String> {
    let is_notebook = bytes.trim_ascii_start().starts_with(b"{");
    let top = if is_notebook { bytes } else { bytes.get(..SEARCHED).unwrap_or(bytes) };
    top.split(|it| *it == b'\n').filter_map(|line| imported(std::str::from_utf8(line).ok()?.trim()))
}

/// The module that a line imports.
fn imported(line: &str) -> Option<String> {
    // A line of a notebook is a text in a list.
    let line = line.trim_start_matches('"').trim_start();
    let starts = ["from ", "import ", "import{", "const ", "let ", "var ", "} from", "export "];
    starts.iter().any(|it| line.starts_with(it)).then_some(())?;
    let is_assigned = ["const ", "let ", "var "].iter().any(|it| line.starts_with(it));
    if is_assigned && !line.contains("require(") && !line.contains("import(") {
        return None;
    }
    if let Some(at) = line.rfind(['\'', '"'])
        && let Some(before) = line.get(..at)
        && let Some(quoted) = before.rsplit(['\'', '"']).next().filter(|_| before.contains(['\'', '"']))
    {
        return Some(quoted.strip_prefix("node:").unwrap_or(quoted).to_owned());
    }
    let rest = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "))?;
    let module: String =
        rest.trim_start().chars().take_while(|it| it.is_alphanumeric() || "._".contains(*it)).collect();
    (!module.is_empty()).then_some(module)
}

/// Gathers the modules that have to do with those that were found: what they import, and what imports them.
pub(crate) fn gather(
    found: Vec<Module>,
    files: &[Entry],
    packages: &BTreeMap<String, String>,
    open: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Vec<Module> {
    let mut modules: BTreeMap<String, Module> =
        found.into_iter().map(|it| (it.path.to_string(), it)).collect();
    let seeds: BTreeSet<String> = modules.keys().cloned().collect();
    let parsed = |paths: &[String]| -> Vec<Module> {
        let one = |path: &String| Some(parse(path, &open(path)?, language(path)?));
        parallel::map(paths, one).into_iter().flatten().collect()
    };
    let near = parsed(&importers(&seeds, files, packages, open));
    modules.extend(near.into_iter().map(|it| (it.path.to_string(), it)));
    let mut todo: Vec<String> = modules.keys().cloned().collect();
    while !todo.is_empty() {
        let mut near = BTreeSet::new();
        for module in todo.iter().filter_map(|it| modules.get(it)) {
            near.extend(
                neighbours(module, packages)
                    .filter(|it| !modules.contains_key(it) && entry(files, it).is_some()),
            );
        }
        let near: Vec<String> = near.into_iter().take(MOST_FILES.saturating_sub(modules.len())).collect();
        let found = parsed(&near);
        todo = found.iter().map(|it| it.path.to_string()).collect();
        modules.extend(found.into_iter().map(|it| (it.path.to_string(), it)));
    }
    modules.into_values().collect()
}

/// Where what the module imports or passes on may lie.
fn neighbours(module: &Module, packages: &BTreeMap<String, String>) -> impl Iterator<Item = String> {
    let imported = module
        .imports
        .iter()
        .flat_map(|it| reached(it.module.as_ref(), it.symbol.as_deref(), module, packages));
    let passed = module.exports.iter().filter_map(|it| it.from.as_deref());
    imported.chain(passed.flat_map(|it| candidates(it, &module.path, module.language, packages)))
}

/// Where what an import names may lie: the module, and a module inside it.
fn reached(
    name: &str,
    symbol: Option<&str>,
    module: &Module,
    packages: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut found = candidates(name, &module.path, module.language, packages);
    if let (Language::Python, Some(symbol)) = (module.language, symbol) {
        let dot = if name.ends_with('.') { "" } else { "." };
        found.extend(candidates(&format!("{name}{dot}{symbol}"), &module.path, module.language, packages));
    }
    found
}

fn entry<'e>(files: &'e [Entry], path: &str) -> Option<&'e Entry> {
    let index = files.binary_search_by(|it| it.path.as_str().cmp(path)).ok()?;
    files.get(index).filter(|it| it.barred.is_none() && it.size <= LARGEST)
}

/// Files that import one of `seeds`: they may be what starts it.
fn importers(
    seeds: &BTreeSet<String>,
    files: &[Entry],
    packages: &BTreeMap<String, String>,
    open: &(dyn Fn(&str) -> Option<String> + Sync),
) -> Vec<String> {
    let stem = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let name = name.split('.').next().unwrap_or(name);
        let folder = path.rsplit('/').nth(1).unwrap_or_default();
        if matches!(name, "__init__" | "index") { folder.to_owned() } else { name.to_owned() }
    };
    let stems: BTreeSet<String> = seeds.iter().map(|it| stem(it)).filter(|it| !it.is_empty()).collect();
    let others = files
        .iter()
        .filter(|it| it.barred.is_none() && it.size <= LARGEST && !seeds.contains(&it.path))
        .filter(|it| language(&it.path).is_some());
    let others: Vec<&Entry> = others.take(MOST_FILES).collect();
    let is_near = |file: &&Entry| {
        let (Some(text), Some(language)) = (open(&file.path), language(&file.path)) else { return false };
        imports(text.as_bytes()).any(|name| {
            let last =
                name.rsplit(['.', '/']).find(|it| !["js", "ts", "mjs"].contains(it)).unwrap_or_default();
            let is_near = stems.contains(last) || name.split(['.', '/']).any(|it| stems.contains(it));
            is_near && candidates(&name, &file.path, language, packages).iter().any(|it| seeds.contains(it))
                || last.is_empty()
        })
    };
    let near = parallel::map(&others, is_near);
    others.iter().zip(near).filter(|(_, near)| *near).map(|(it, _)| it.path.clone()).collect()
}

/// What the modules say of agents, into `sink`.
pub(crate) fn read(
    modules: Vec<Module>,
    packages: BTreeMap<String, String>,
    catalog: &Catalog,
    sink: &mut Sink,
) {
    for module in &modules {
        // What was not understood of a file that has nothing to do with agents concerns nobody.
        let faults = module.faults.iter().take(20).map(|it| {
            let help = "what stands around it was read; mend it, or take the map as incomplete here";
            Problem::at(&module.place(it.at), it.message.clone(), help)
        });
        sink.problems.extend(faults);
    }
    let found = agents::read(&World::new(modules, packages), catalog);
    sink.problems.extend(found.problems);
    sink.served.extend(found.served);
    for agent in found.agents {
        let facts = finished(agent, catalog, sink);
        sink.agents.push(facts);
    }
}

/// The agent with its servers and texts.
fn finished(agent: Agent, catalog: &Catalog, sink: &mut Sink) -> AgentFacts {
    let Agent { mut facts, servers, prompts, config } = agent;
    if let Some((file, key)) = config {
        take_over(&mut facts, &file, &key, sink);
    }
    for (index, (text, place)) in prompts.iter().enumerate() {
        let name = format!("{} of {}", if index == 0 { "instructions" } else { "more" }, facts.name);
        facts.instructions.push(of_workspace(name, InstructionKind::Prompt, text, place.clone()));
    }
    for (index, server) in servers.into_iter().enumerate() {
        connect(&mut facts, server, index, catalog, sink);
    }
    facts
}

/// Joins what files say is served with the agents of the programs that they name; where a program is not there, its
/// agent is one of which nothing else is known.
pub(crate) fn announced(sink: &mut Sink) {
    for it in std::mem::take(&mut sink.announced) {
        let trigger = Trigger {
            event: "http request".to_owned(),
            trust: if it.authenticated.is_some() { Trust::Organization } else { Trust::Public },
            from: Object {
                trust: Some(Trust::Public),
                ..Object::named("channel:http", "Whoever can call its address")
            },
            brings_text: true,
            guard: it.authenticated,
            place: it.place.clone(),
        };
        let own: Vec<usize> = sink
            .agents
            .iter()
            .enumerate()
            .filter(|(_, agent)| {
                agent.client == it.client && agent.places.iter().any(|at| *at.path == *it.path)
            })
            .map(|(index, _)| index)
            .collect();
        let named =
            own.iter().find(|index| sink.agents.get(**index).is_some_and(|agent| agent.name == it.symbol));
        let found =
            named.or(own.first().filter(|_| own.len() == 1)).and_then(|index| sink.agents.get_mut(*index));
        if let Some(agent) = found {
            agent.program.starts.push(trigger);
            agent.places.push(it.place);
            continue;
        }
        let at = it.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut agent = AgentFacts::bare(it.client, it.name, at, it.place.clone());
        agent.program.starts.push(trigger);
        let raw = format!("{}:{}", it.path, it.symbol);
        agent.program.unresolved.push(Unresolved { what: "tools".to_owned(), raw, place: it.place });
        sink.agents.push(agent);
    }
}

/// What an entry of a file says of the agent: the code names the file and the entry.
fn take_over(facts: &mut AgentFacts, file: &str, key: &str, sink: &mut Sink) {
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

/// Adds a server that code connects to.
fn connect(facts: &mut AgentFacts, server: ServerEntry, index: usize, catalog: &Catalog, sink: &mut Sink) {
    let ServerEntry { name, entry, only, asked, file, place } = server;
    let location = Location { at: facts.at.clone(), scope: Scope::Project, placed: true };
    let mut fragment = Fragment::new("code", location.clone(), place.clone());
    if let Some(file) = file {
        facts.program.unresolved.push(Unresolved { what: "servers".to_owned(), raw: file, place });
        return;
    }
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
    server_entry::read(&name, &view, &text, &mut fragment, sink);
    for mut entry in fragment.servers {
        entry.only = only.clone().or(entry.only);
        if asked {
            facts.rules.push(PermissionRule {
                selects: Selector::Server { server: entry.name.clone(), tool: "*".to_owned() },
                gate: Gate::Asked,
                scope: Scope::Project,
                place: place.clone(),
                raw: format!("{}: a human is asked", entry.name),
                pointer: String::new(),
            });
        }
        facts.servers.push(entry);
    }
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

    #[test]
    fn a_glance_tells_what_a_line_imports() {
        for (line, module) in [
            ("from langgraph.prebuilt import create_react_agent", "langgraph.prebuilt"),
            ("import crewai as c", "crewai"),
            ("import { Agent } from '@openai/agents';", "@openai/agents"),
            ("} from \"ai\";", "ai"),
            ("const { Client } = require('@modelcontextprotocol/sdk');", "@modelcontextprotocol/sdk"),
            ("    \"from agents import Agent\\n\",", "agents"),
        ] {
            let found = imported(line.trim());
            assert!(
                found.as_deref().is_some_and(|it| it.starts_with(module) || module.starts_with(it)),
                "{line}: {found:?}"
            );
        }
        assert_eq!(imported("const x = 'langgraph';"), None);
        assert_eq!(imported("print('from langgraph')"), None);
    }
}
