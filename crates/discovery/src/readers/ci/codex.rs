//! Codex in a job: `openai/codex-action` and `codex exec`. Facts: github:openai/codex-action (`action.yml`,
//! `src/runCodexExec.ts`, `src/checkActorPermissions.ts`), <https://developers.openai.com/codex/noninteractive>.

use ambit_model::facts::{Guard, Holder, Package, SettingKind};
use ambit_model::{Gate, Place};

use super::agent::{Admits, Making, pinned};
use super::claude::arguments;
use super::flow::plain_path;
use super::inline::{self, document};
use super::scalar::Scalar;
use super::shell::Word;
use super::starts::Arguments;
use super::unit::Step;
use crate::fragment::{Loads, Rank};
use crate::launch;
use crate::readers::{codex_config, record};
use crate::tree::{self, Kind, Node, Pair, Position, Syntax};

pub(super) const CLIENT: &str = "codex";

const VALUED: &[&str] = &[
    "-m",
    "--model",
    "-s",
    "--sandbox",
    "-c",
    "--config",
    "-p",
    "--profile",
    "-C",
    "--cd",
    "-a",
    "--ask-for-approval",
    "-o",
    "--output-last-message",
    "--output-schema",
    "--color",
    "-i",
    "--image",
    "--add-dir",
    "--enable",
    "--disable",
    "--local-provider",
];

/// Whether the action is given work. Without, it installs the client and starts the proxy that holds the key, and no agent.
pub(super) fn has_prompt(step: &Step) -> bool {
    ["prompt", "prompt-file"].iter().filter_map(|it| step.input(it)).any(|it| !it.text.trim().is_empty())
}

/// Reads the step of the action.
pub(super) fn action(making: &mut Making<'_>) {
    let step = making.step;
    let line = making.line.clone();
    let admits = admits(making);
    if let Some((name, version)) = step.action() {
        let (name, pin) = (name.to_owned(), pinned(version));
        making.resolves(Package { ecosystem: "github-action".to_owned(), name, pin, place: line.clone() });
    }
    let version = step.input("codex-version").filter(|it| !it.text.trim().is_empty());
    let place = version.map_or_else(|| line.clone(), |it| it.place.clone());
    let wanted = version.map_or_else(|| "latest".to_owned(), |it| it.text.trim().to_owned());
    let (_, name, pin) = launch::npm(&format!("@openai/codex@{wanted}"));
    making.resolves(Package { ecosystem: "npm".to_owned(), name, pin, place });
    if let Some(prompt) = step.input("prompt").filter(|it| !it.text.trim().is_empty()) {
        making.told(prompt, &admits);
    }
    if let Some(file) = step.input("prompt-file").filter(|it| !it.text.trim().is_empty()) {
        from_file(making, file, &admits);
    }
    making.reads_variables(false, &admits);
    making.model(step.input("model"));
    let mut config = Config::home(making, step.input("codex-home"));
    if let Some(args) = step.input("codex-args").filter(|it| !it.text.trim().is_empty()) {
        let words = words(args);
        let parsed = Arguments::of(&words, VALUED, &[]);
        config.flags(making, args, &parsed);
    }
    strategy(making, &mut config);
    config.read(making);
    making.started(&admits, |_| false);
    making.surround(Loads::Texts, false);
}

/// `codex exec` in a script.
pub(super) fn command_line(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let parsed = Arguments::of(words, VALUED, &[]);
    let mut config = Config::home(making, None);
    config.set("sandbox_mode", text("read-only", &making.line), true);
    config.flags(making, script, &parsed);
    config.read(making);
    making.surround(Loads::Texts, false);
}

/// Arguments as a list of JSON or as words.
fn words(args: &Scalar) -> Vec<Word> {
    if args.text.trim_start().starts_with('[')
        && let Ok(list) = serde_json::from_str::<Vec<String>>(args.text.trim())
    {
        let offset = |it: &str| args.text.find(it).unwrap_or(0);
        return list
            .into_iter()
            .map(|text| Word { offset: offset(&text), text, ..Word::default() })
            .collect();
    }
    arguments(args)
}

/// Whom the action lets start it: people with write access, and those that are listed.
fn admits(making: &mut Making<'_>) -> Admits {
    let users = making.step.input("allow-users").cloned();
    if let Some(users) = users.filter(|it| it.text.split(',').any(|it| it.trim() == "*")) {
        making.setting(SettingKind::OpenToStrangers, "allow-users: *", &users.place);
        return Admits::Anybody;
    }
    Admits::Writers(making.line.clone())
}

fn from_file(making: &mut Making<'_>, file: &Scalar, admits: &Admits) {
    let path = plain_path(&file.text);
    let sources = making.flow.of_file(&path, &file.place);
    making.inserts(sources, true, admits);
    if let Some(document) = making.flow.documents.get(&path).cloned() {
        making.prompt(&document);
    } else if let Some(Ok(text)) = (making.open)(&path) {
        making.prompt(&Scalar::of_file(&text, &path));
    }
}

/// The values that an input may have: one, or those of the job's matrix that it names.
fn values(making: &Making<'_>, key: &str) -> Vec<String> {
    let Some(input) = making.step.input(key) else { return Vec::new() };
    let text = input.text.trim();
    let name = text.strip_prefix("${{").and_then(|it| it.strip_suffix("}}")).map(str::trim);
    let Some(name) = name else {
        return vec![text.to_owned()].into_iter().filter(|it| !it.is_empty()).collect();
    };
    let listed = name.strip_prefix("matrix.").map(|it| it.split('.').next().unwrap_or(it));
    let found = making.run.job.matrix.iter().find(|(it, _)| Some(it.as_str()) == listed);
    found.map(|(_, values)| values.clone()).unwrap_or_default()
}

/// How the action keeps its key from the agent, and with it the sandbox.
fn strategy(making: &mut Making<'_>, config: &mut Config) {
    const ORDER: &[&str] = &["unprivileged-user", "drop-sudo", "read-only", "unsafe"];
    let line = making.line.clone();
    let place = |key: &str| making.step.input(key).map_or_else(|| line.clone(), |it| it.place.clone());
    let rank = |it: &String| ORDER.iter().position(|known| known == it);
    let (at, sandbox_at) = (place("safety-strategy"), place("sandbox"));
    let chosen = values(making, "safety-strategy").into_iter().max_by_key(rank);
    let chosen = chosen.unwrap_or_else(|| "drop-sudo".to_owned());
    let modes = ["read-only", "workspace-write", "danger-full-access"];
    let sandbox =
        values(making, "sandbox").into_iter().max_by_key(|it| modes.iter().position(|known| known == it));
    let sandbox = if chosen == "read-only" {
        ("read-only".to_owned(), at.clone())
    } else {
        (sandbox.unwrap_or_else(|| "workspace-write".to_owned()), sandbox_at)
    };
    match making.step.input("permission-profile").filter(|it| !it.text.trim().is_empty()) {
        Some(profile) => config.set("default_permissions", text(profile.text.trim(), &profile.place), true),
        None => config.set("sandbox_mode", text(&sandbox.0, &sandbox.1), true),
    }
    if chosen == "unsafe" {
        let raw = "safety-strategy: unsafe, which leaves the agent's user with sudo";
        making.setting(SettingKind::SandboxEscape, raw, &at);
    } else {
        let guard = Guard { how: "safety-strategy".to_owned(), name: chosen.clone(), place: at };
        making.fragment.program.guards.push(guard);
    }
    // What may become root reads the key out of the proxy that holds it.
    let reads = ["unsafe", "read-only"].contains(&chosen.as_str());
    if let Some(key) = making.step.input("openai-api-key").filter(|it| reads && !it.text.trim().is_empty()) {
        making.holds("OPENAI_API_KEY", key, Holder::Environment);
    }
}

fn text(value: &str, place: &Place) -> Node {
    let at = Position { line: place.line, column: place.column };
    Node { at, kind: Kind::Text(value.to_owned()) }
}

/// What a configuration file and flags say together, in the shape of the file.
struct Config {
    root: Node,
    /// The file that its places are in.
    path: String,
}

impl Config {
    /// The configuration that a script of the job writes, or that a folder of the repository holds.
    fn home(making: &mut Making<'_>, home: Option<&Scalar>) -> Self {
        let own = making.line.path.to_string();
        let empty = Node {
            at: Position { line: making.line.line, column: making.line.column },
            kind: Kind::Map(Vec::new()),
        };
        let written = making.flow.documents.iter().find(|(it, _)| it.ends_with(".codex/config.toml"));
        let written = written.map(|(_, it)| it.clone());
        let folder = home.map(|it| plain_path(&it.text)).filter(|it| !it.is_empty());
        let stored = folder.as_ref().and_then(|it| {
            let path = format!("{}/config.toml", it.trim_end_matches('/'));
            Some((path.clone(), (making.open)(&path)?.ok()?))
        });
        if let (Some(home), Some(folder), None) = (home, &folder, &stored) {
            let help = "scan the folder with the workflow, if it is one of the repository";
            making.problem(&home.place, format!("no `config.toml` in `{folder}` was read"), help);
        }
        let parsed = match (stored, written) {
            (Some((path, text)), _) => {
                document(&Scalar::of_file(&text, &path), Syntax::Toml).map(|it| (it, path))
            }
            (None, Some(text)) => document(&text, Syntax::Toml).map(|it| (it, own.clone())),
            (None, None) => return Self { root: empty, path: own },
        };
        match parsed {
            Ok((root, path)) => Self { root, path },
            Err(fault) => {
                let message = format!("no configuration of Codex: {}", fault.message);
                making.problem(&making.line.clone(), message, fault.help);
                Self { root: empty, path: own }
            }
        }
    }

    /// Sets the value under a key of dots; `over` replaces one that is there.
    fn set(&mut self, key: &str, value: Node, over: bool) {
        const DEEPEST: usize = 8;
        let parts: Vec<&str> = key.split('.').map(|it| it.trim().trim_matches(['"', '\''])).collect();
        let Some((last, above)) = parts.split_last().filter(|(_, above)| above.len() < DEEPEST) else {
            return;
        };
        let mut node = &mut self.root;
        for part in above {
            node = match child(node, part, value.at) {
                Some(it) => it,
                None => return,
            };
        }
        let Kind::Map(pairs) = &mut node.kind else { return };
        match pairs.iter_mut().find(|it| it.key == *last) {
            Some(known) if over => known.value = value,
            Some(_) => {}
            None => pairs.push(Pair { key: (*last).to_owned(), at: value.at, value }),
        }
    }

    fn flags(&mut self, making: &mut Making<'_>, value: &Scalar, arguments: &Arguments) {
        let place = |word: &Word| value.place_of(word.offset);
        for word in arguments.values(&["-c", "--config"]) {
            let Some((key, raw)) = word.text.split_once('=') else { continue };
            let at = place(word);
            self.set(key.trim(), literal(raw, &at), true);
        }
        if let Some(word) = arguments.flag(&["-m", "--model"]) {
            self.set("model", text(&word.text, &place(word)), true);
        }
        if let Some(word) = arguments.flag(&["--full-auto"]) {
            self.set("sandbox_mode", text("workspace-write", &place(word)), true);
        }
        if let Some(word) = arguments.flag(&["-s", "--sandbox"]) {
            self.set("sandbox_mode", text(&word.text, &place(word)), true);
        }
        for name in ["--yolo", "--dangerously-bypass-approvals-and-sandbox"] {
            if let Some(word) = arguments.flag(&[name]) {
                self.set("sandbox_mode", text("danger-full-access", &place(word)), true);
                making.approves_all(name, &place(word));
            }
        }
        if let Some(word) = arguments.flag(&["--search"]) {
            self.set("web_search", text("live", &place(word)), true);
        }
        if let Some(word) = arguments.flag(&["-p", "--profile"]) {
            self.set("profile", text(&word.text, &place(word)), true);
        }
        for word in arguments.values(&["--add-dir"]) {
            making.setting(SettingKind::WidensFiles, word.text.clone(), &place(word));
        }
    }

    /// Lets the reader of the file read it.
    fn read(self, making: &mut Making<'_>) {
        let view = tree::View::root(&self.path, &self.root);
        let open = view.text_of("sandbox_mode") == Some("danger-full-access");
        let place = view.get("sandbox_mode").map(|it| it.place());
        let location = making.fragment.location.clone();
        let mut sink =
            inline::read(&codex_config::READER, (&self.path, &self.root), &location, making.catalog);
        for fragment in std::mem::take(&mut sink.fragments) {
            making.fragment.take(fragment);
        }
        making.sink.append(sink);
        if let (true, Some(place)) = (open, place) {
            // Without a sandbox, tools of servers run unasked too; inside of one, what would ask is refused.
            let selects = record::of_server("*", "*");
            making.rule(Rank::Mode, selects, Gate::Auto, "sandbox_mode: danger-full-access", &place);
        }
    }
}

fn child<'n>(node: &'n mut Node, key: &str, at: Position) -> Option<&'n mut Node> {
    let Kind::Map(pairs) = &mut node.kind else { return None };
    if !pairs.iter().any(|it| it.key == key) {
        pairs.push(Pair { key: key.to_owned(), at, value: Node { at, kind: Kind::Map(Vec::new()) } });
    }
    pairs.iter_mut().find(|it| it.key == key).map(|it| &mut it.value)
}

/// A value of a flag: one of TOML, or a text.
fn literal(raw: &str, place: &Place) -> Node {
    let source = Scalar::at(format!("it = {raw}"), place.clone());
    let parsed = document(&source, Syntax::Toml).ok();
    let value = parsed.and_then(|it| match it.kind {
        Kind::Map(pairs) => pairs.into_iter().next().map(|it| it.value),
        _ => None,
    });
    value.map_or_else(|| text(raw.trim(), place), |it| moved(it, place))
}

/// Everything at one place: a flag is one word.
fn moved(mut node: Node, place: &Place) -> Node {
    node.at = Position { line: place.line, column: place.column };
    match &mut node.kind {
        Kind::List(items) => {
            let all = std::mem::take(items).into_iter().map(|it| moved(it, place)).collect();
            *items = all;
        }
        Kind::Map(pairs) => {
            for pair in pairs {
                pair.at = node.at;
                let value = std::mem::replace(&mut pair.value, Node { at: node.at, kind: Kind::Null });
                pair.value = moved(value, place);
            }
        }
        _ => {}
    }
    node
}
