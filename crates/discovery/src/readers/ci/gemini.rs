//! Gemini CLI in a job: `google-github-actions/run-gemini-cli` and its command line. Facts:
//! github:google-github-actions/run-gemini-cli (`action.yml`), github:google-gemini/gemini-cli (`docs/cli`).

use ambit_model::facts::{
    CredentialFacts, Holder, InstructionFacts, InstructionKind, LimitKind, Package, Selector, SettingKind,
    Unresolved,
};
use ambit_model::{Gate, Scope, Trust};

use super::agent::{Admits, Making, pinned};
use super::inline::{self, document};
use super::scalar::Scalar;
use super::shell::Word;
use super::starts::Arguments;
use crate::fragment::{Fragment, Loads, Rank};
use crate::launch;
use crate::readers::gemini_settings;
use crate::tree::{Syntax, View};

pub(super) const CLIENT: &str = "gemini-cli";

const VALUED: &[&str] = &[
    "-m",
    "--model",
    "-p",
    "--prompt",
    "-i",
    "--prompt-interactive",
    "--approval-mode",
    "-o",
    "--output-format",
    "--include-directories",
    "-e",
    "--extensions",
    "--allowed-mcp-server-names",
    "--allowed-tools",
    "--policy",
    "-r",
    "--resume",
];

/// Reads the step of the action.
pub(super) fn action(making: &mut Making<'_>) {
    let step = making.step;
    let line = making.line.clone();
    let admits = Admits::Anybody;
    if let Some((name, version)) = step.action() {
        let (name, pin) = (name.to_owned(), pinned(version));
        making.resolves(Package { ecosystem: "github-action".to_owned(), name, pin, place: line.clone() });
    }
    version(making);
    for (key, variable) in [("gemini_api_key", "GEMINI_API_KEY"), ("google_api_key", "GOOGLE_API_KEY")] {
        if let Some(value) = step.input(key) {
            making.holds(variable, value, Holder::Environment);
        }
    }
    cloud(making);
    making.approves_all("run-gemini-cli: --yolo", &line);
    let prompt = step.input("prompt").filter(|it| !it.text.trim().is_empty());
    let is_command = prompt.is_some_and(|it| it.text.trim_start().starts_with('/'));
    if let Some(prompt) = prompt {
        making.told(prompt, &admits);
    }
    // A command of the client puts the output of commands into its text: variables that it echoes.
    making.reads_variables(is_command, &admits);
    making.model(step.input("gemini_model"));
    extensions(making);
    let mut loads = Loads::Everything;
    if let Some(settings) = step.input("settings").filter(|it| !it.text.trim().is_empty()) {
        // They are written in the place of the repository's own.
        loads = Loads::Texts;
        self::settings(making, settings);
    }
    making.started(&admits, |_| false);
    making.surround(loads, false);
}

/// `gemini …` in a script.
pub(super) fn command_line(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let parsed = Arguments::of(words, VALUED, &[]);
    let place = |word: &Word| script.place_of(word.offset);
    if let Some(word) = parsed.flag(&["-y", "--yolo"]) {
        making.approves_all("--yolo", &place(word));
    }
    if let Some(word) = parsed.flag(&["--approval-mode"]) {
        match word.text.as_str() {
            "yolo" => making.approves_all("--approval-mode yolo", &place(word)),
            "auto_edit" => {
                for tool in ["write_file", "replace"] {
                    making.tool(Rank::Mode, tool, Gate::Auto, "--approval-mode auto_edit", &place(word));
                }
            }
            _ => {}
        }
    }
    for word in parsed.values(&["--allowed-tools"]) {
        for name in word.text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let raw = format!("--allowed-tools {name}");
            making.rule(Rank::Allow, gemini_settings::selector(name), Gate::Auto, raw, &place(word));
        }
    }
    let servers: Vec<String> = parsed
        .values(&["--allowed-mcp-server-names"])
        .flat_map(|it| it.text.split(','))
        .map(|it| it.trim().to_owned())
        .collect();
    if let Some(word) = parsed.flag(&["--allowed-mcp-server-names"]) {
        making.fragment.only_servers = Some((servers, place(word)));
    }
    for word in parsed.values(&["--include-directories"]) {
        making.setting(SettingKind::WidensFiles, word.text.clone(), &place(word));
    }
    if let Some(word) = parsed.flag(&["-m", "--model"]) {
        making.model(Some(&script.part(word.text.as_str(), word.offset)));
    }
    let mut loads = Loads::Everything;
    let written = making.flow.documents.iter().find(|(it, _)| it.ends_with(".gemini/settings.json"));
    if let Some(written) = written.map(|it| it.1.clone()) {
        loads = Loads::Texts;
        settings(making, &written);
    }
    making.surround(loads, false);
}

/// The version of the client that the action installs.
fn version(making: &mut Making<'_>) {
    let stated = making.step.input("gemini_cli_version").filter(|it| !it.text.trim().is_empty());
    let place = stated.map_or_else(|| making.line.clone(), |it| it.place.clone());
    // A variable of the repository is not written here: whoever sets it fixes it, or not.
    let wanted = stated.map_or("latest", |it| it.text.trim());
    if wanted.contains("${{") {
        return;
    }
    let (_, name, pin) = launch::npm(&format!("@google/gemini-cli@{wanted}"));
    making.resolves(Package { ecosystem: "npm".to_owned(), name, pin, place });
}

/// A cloud that the action logs in to: the token lies in a file that every process of the job finds.
fn cloud(making: &mut Making<'_>) {
    let provider =
        making.step.input("gcp_workload_identity_provider").filter(|it| !it.text.trim().is_empty());
    let Some(place) = provider.map(|it| it.place.clone()) else { return };
    making.fragment.credentials.push(CredentialFacts {
        name: "GOOGLE_APPLICATION_CREDENTIALS".to_owned(),
        kind: "gcp-credentials".to_owned(),
        holder: Holder::Environment,
        value: None,
        place,
        pointer: String::new(),
        scope: Scope::Project,
    });
}

/// Settings, written out.
fn settings(making: &mut Making<'_>, value: &Scalar) {
    let path = value.place.path.to_string();
    let root = match document(value, Syntax::Json) {
        Ok(root) => root,
        Err(fault) => {
            let message = format!("no settings: {}", fault.message);
            return making.problem(&value.place, message, fault.help);
        }
    };
    let location = making.fragment.location.clone();
    let mut sink = inline::read(&gemini_settings::READER, (&path, &root), &location, making.catalog);
    for mut fragment in std::mem::take(&mut sink.fragments) {
        limited(&mut fragment, &View::root(&path, &root));
        making.fragment.take(fragment);
    }
    making.sink.append(sink);
    making.handed(value);
    let view = View::root(&path, &root);
    let turns = view.at(&["model", "maxSessionTurns"]).or_else(|| view.get("maxSessionTurns"));
    if let Some(turns) = turns.filter(|it| it.scalar().is_some()) {
        let raw = format!("maxSessionTurns: {}", turns.scalar().unwrap_or_default());
        making.limit(LimitKind::Steps, raw, &turns.place());
    }
}

/// A list of tools with commands in it leaves no others: whatever approves, it approves those.
fn limited(fragment: &mut Fragment, root: &View<'_>) {
    let list = root.at(&["tools", "core"]).or_else(|| root.get("coreTools"));
    let Some(list) = list.filter(View::is_list) else { return };
    let chosen: Vec<(Selector, &str, View<'_>)> =
        list.texts().into_iter().map(|(raw, item)| (gemini_settings::selector(raw), raw, item)).collect();
    let mut tools: Vec<&str> = Vec::new();
    for (selects, raw, item) in &chosen {
        let Selector::Builtin { tool, limit: Some(_) } = selects else { continue };
        let whole = |it: &Selector| matches!(it, Selector::Builtin { tool: own, limit: None } if own == tool);
        if chosen.iter().any(|it| whole(&it.0)) {
            continue;
        }
        let rule = |selects: Selector, gate: Gate, raw: String| ambit_model::facts::PermissionRule {
            selects,
            gate,
            scope: Scope::Project,
            place: item.place(),
            raw,
            pointer: String::new(),
        };
        fragment.rule(Rank::Deny, rule(selects.clone(), Gate::Auto, format!("tools.core: {raw}")));
        if !tools.contains(&tool.as_str()) {
            tools.push(tool);
        }
    }
    for tool in tools {
        fragment.rule(
            Rank::Deny,
            ambit_model::facts::PermissionRule {
                selects: Selector::Builtin { tool: tool.to_owned(), limit: None },
                gate: Gate::Denied,
                scope: Scope::Project,
                place: list.place(),
                raw: format!("tools.core: no other `{tool}`"),
                pointer: String::new(),
            },
        );
    }
}

/// Extensions are fetched at each run: their servers and texts are whatever stands there then.
fn extensions(making: &mut Making<'_>) {
    let Some(list) = making.step.input("extensions").filter(|it| !it.text.trim().is_empty()) else { return };
    let Ok(root) = document(list, Syntax::Json) else { return };
    let path = list.place.path.to_string();
    for (address, item) in View::root(&path, &root).texts() {
        making.fragment.instructions.push(InstructionFacts {
            name: address.to_owned(),
            kind: InstructionKind::Skill,
            trust: Trust::Partner,
            because: "an extension, fetched at each run".to_owned(),
            pinned: false,
            signals: Vec::new(),
            place: item.place(),
        });
        let (what, raw) = ("extensions".to_owned(), address.to_owned());
        making.fragment.program.unresolved.push(Unresolved { what, raw, place: item.place() });
    }
}
