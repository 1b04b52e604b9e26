//! Command lines of coding agents in scripts: what all have alike, and which file knows the rest.

use ambit_model::facts::Package;

use super::agent::{Admits, Making};
use super::scalar::Scalar;
use super::shell::{self, Script};
use super::starts::{PACKAGES, Start};
use super::{added, claude, codex, copilot, gemini, opencode, others};
use crate::launch;

/// Reads an agent that a command of `script` starts.
pub(super) fn read(making: &mut Making<'_>, text: &Scalar, script: &Script, start: &Start) {
    let admits = Admits::Anybody;
    told(making, text, script, start);
    making.reads_variables(false, &admits);
    making.started(&admits, |_| false);
    packages(making, text, start);
    if let Some(program) = PROGRAMS.iter().find(|(client, _)| *client == start.client).map(|it| it.1) {
        let scripts: Vec<Scalar> =
            making.run.steps.iter().take(making.number + 1).filter_map(|it| it.run.clone()).collect();
        for it in &scripts {
            added::by_command(making, program, it);
        }
    }
    match start.client {
        claude::CLIENT => claude::command_line(making, text, &start.arguments),
        codex::CLIENT => codex::command_line(making, text, &start.arguments),
        gemini::CLIENT => gemini::command_line(making, text, &start.arguments),
        "copilot-cli" => copilot::command_line(making, text, &start.arguments),
        opencode::CLIENT => opencode::command_line(making, text, &start.arguments),
        "cursor" => others::cursor(making, text, &start.arguments),
        "goose" => others::goose(making, text, &start.arguments),
        "amazon-q" | "kiro" => others::amazon_q(making, text, &start.arguments),
        "aider" => others::aider(making, text, &start.arguments),
        _ => others::unknown(making),
    }
}

/// What the clients are called as programs.
const PROGRAMS: &[(&str, &str)] = &[("claude-code", "claude"), ("codex", "codex"), ("gemini-cli", "gemini")];

/// What it is told: by its words, by what is piped into it, and by a document that it is given.
fn told(making: &mut Making<'_>, text: &Scalar, script: &Script, start: &Start) {
    let admits = Admits::Anybody;
    let until = start.command.unwrap_or(script.commands.len());
    let told = making.flow.told_by(text, script, until);
    for word in &start.arguments {
        let sources = making.flow.of_word(text, word, &told);
        making.inserts(sources, true, &admits);
    }
    let prompt = start.arguments.iter().filter(|it| it.text.contains(' ')).max_by_key(|it| it.text.len());
    if let Some(prompt) = prompt {
        making.prompt(&text.part(prompt.text.as_str(), prompt.offset));
    }
    let Some(command) = start.command.and_then(|it| script.commands.get(it)) else { return };
    if let Some(sources) = command.reads.and_then(|it| told.output.get(it)) {
        making.inserts(sources.clone(), true, &admits);
    }
    if let Some(input) = &command.input {
        let sources = making.flow.of_word(text, input, &told);
        making.inserts(sources, true, &admits);
        making.prompt(&text.part(input.text.as_str(), input.offset));
    }
}

/// The package that it is: fetched by its launcher, or installed by a step before it.
fn packages(making: &mut Making<'_>, text: &Scalar, start: &Start) {
    if let Some((ecosystem, name, pin)) = &start.package {
        let place = text.place_of(start.program.offset);
        let package =
            Package { ecosystem: (*ecosystem).to_owned(), name: name.clone(), pin: pin.clone(), place };
        making.resolves(package);
        return;
    }
    let steps = making.run.steps.iter().take(making.number + 1);
    let scripts: Vec<Scalar> = steps.filter_map(|it| it.run.clone()).collect();
    let found = scripts.iter().rev().find_map(|it| installed(it, start.client));
    if let Some(package) = found {
        making.resolves(package);
    }
}

/// The package of `client` that a script installs.
fn installed(script: &Scalar, client: &str) -> Option<Package> {
    let commands = shell::script(&script.text).commands;
    commands.iter().find_map(|command| {
        let texts = command.texts();
        let words = command.words.iter().skip_while(|it| ["sudo", "-E", "-H"].contains(&it.text.as_str()));
        let mut words = words.map(|it| (it.text.as_str(), it));
        let ecosystem = match (words.next()?.0, words.next()?.0) {
            ("npm" | "pnpm" | "bun" | "yarn", "install" | "i" | "add" | "global") => "npm",
            ("pip" | "pip3" | "pipx", "install") | ("uv", "tool" | "pip") => "pypi",
            ("python" | "python3", "-m") if texts.contains(&"install") => "pypi",
            _ => return None,
        };
        words.find_map(|(text, word)| {
            let (_, name, pin) = if ecosystem == "npm" { launch::npm(text) } else { launch::python(text) };
            let known = PACKAGES.iter().any(|(it, _, of)| *it == name && *of == client);
            let place = script.place_of(word.offset);
            known.then(|| Package { ecosystem: ecosystem.to_owned(), name, pin, place })
        })
    })
}
