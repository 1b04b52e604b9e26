//! Command lines of clients that have few flags: Cursor, Goose, Amazon Q and Kiro, aider.

use ambit_model::Gate;
use ambit_model::facts::{Holder, LimitKind, Package, SettingKind, Unresolved};

use super::added;
use super::agent::{Admits, Making, pinned};
use super::scalar::Scalar;
use super::shell::{self, Word};
use super::starts::Arguments;
use crate::fragment::{Loads, Rank};
use crate::readers::record::{builtin, of_server};

/// `cursor-agent -p …`: without `--force` it proposes changes and makes none.
pub(super) fn cursor(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let valued =
        ["--model", "--output-format", "--api-key", "-a", "--resume", "--workspace", "-H", "--header"];
    let parsed = Arguments::of(words, &valued, &[]);
    let place = |word: &Word| script.place_of(word.offset);
    let line = making.line.clone();
    if let Some(word) = parsed.flag(&["-f", "--force", "--yolo"]) {
        making.approves_all("--force", &place(word));
    } else {
        let raw = "print mode without --force";
        for tool in ["Write", "Shell"] {
            making.tool(Rank::Mode, tool, Gate::Denied, raw, &line);
        }
        making.rule(Rank::Mode, of_server("*", "*"), Gate::Denied, raw, &line);
    }
    if let Some(word) = parsed.flag(&["--approve-mcps"]) {
        making.setting(SettingKind::StartsServers, "--approve-mcps", &place(word));
    }
    if let Some(word) = parsed.flag(&["--model"]) {
        making.model(Some(&script.part(word.text.as_str(), word.offset)));
    }
    making.surround(Loads::Everything, false);
}

/// `goose run …`: everything runs unasked unless `GOOSE_MODE` says otherwise, and what would ask ends the run.
pub(super) fn goose(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let valued = [
        "-i",
        "--instructions",
        "-t",
        "--text",
        "--recipe",
        "--params",
        "-n",
        "--name",
        "--max-turns",
        "--max-tool-repetitions",
        "--with-extension",
        "--with-remote-extension",
        "--with-streamable-http-extension",
        "--with-builtin",
        "--provider",
        "--model",
        "--system",
        "--output-format",
        "--sub-recipe",
    ];
    let parsed = Arguments::of(words, &valued, &[]);
    let place = |word: &Word| script.place_of(word.offset);
    let mut modes = making.run.env.iter().chain(&making.step.env).filter(|(name, _)| name == "GOOSE_MODE");
    let mode = modes.next_back().map(|it| it.1.clone());
    match mode.as_ref().map(|it| (it.text.trim(), &it.place)) {
        Some((word @ ("approve" | "smart_approve"), at)) => {
            for tool in ["shell", "text_editor", "developer__edit", "developer__write"] {
                making.tool(Rank::Mode, tool, Gate::Asked, &format!("GOOSE_MODE: {word}"), at);
            }
            making.rule(Rank::Mode, of_server("*", "*"), Gate::Asked, format!("GOOSE_MODE: {word}"), at);
        }
        Some(("chat", at)) => {
            making.rule(Rank::Mode, ambit_model::facts::Selector::Any, Gate::Denied, "GOOSE_MODE: chat", at);
        }
        _ => {}
    }
    for word in parsed.values(&["--with-extension"]) {
        added::line(making, script, word);
    }
    for word in parsed.values(&["--with-remote-extension", "--with-streamable-http-extension"]) {
        added::address(making, script, word);
    }
    for word in parsed.values(&["--with-builtin"]) {
        for name in word.text.split(',').map(str::trim).filter(|it| !["developer", ""].contains(it)) {
            let (what, raw) = ("extensions".to_owned(), name.to_owned());
            making.fragment.program.unresolved.push(Unresolved { what, raw, place: place(word) });
        }
    }
    for word in parsed.values(&["--recipe"]) {
        let path = super::flow::plain_path(&word.text);
        if let Some(Ok(text)) = (making.open)(&path) {
            making.prompt(&Scalar::of_file(&text, &path));
        } else {
            let (what, raw) = ("recipe".to_owned(), word.text.clone());
            making.fragment.program.unresolved.push(Unresolved { what, raw, place: place(word) });
        }
    }
    if let Some(word) = parsed.flag(&["--max-turns"]) {
        making.limit(LimitKind::Steps, format!("--max-turns {}", word.text), &place(word));
    }
    if let Some(word) = parsed.flag(&["--model"]) {
        making.model(Some(&script.part(word.text.as_str(), word.offset)));
    }
    making.surround(Loads::Texts, false);
}

/// `q chat --no-interactive …`, `kiro-cli chat …`.
pub(super) fn amazon_q(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let valued = ["--model", "--agent", "--profile", "--trust-tools", "--resume"];
    let parsed = Arguments::of(words, &valued, &[]);
    let place = |word: &Word| script.place_of(word.offset);
    if let Some(word) = parsed.flag(&["--trust-all-tools", "-a"]) {
        making.approves_all("--trust-all-tools", &place(word));
    }
    for word in parsed.values(&["--trust-tools"]) {
        for name in word.text.split(',').map(str::trim).filter(|it| !it.is_empty()) {
            let raw = format!("--trust-tools {name}");
            let server = name.strip_prefix('@').map(|it| it.split_once('/').unwrap_or((it, "*")));
            let selects = server.map_or_else(|| builtin(name), |(server, tool)| of_server(server, tool));
            making.rule(Rank::Allow, selects, Gate::Auto, raw, &place(word));
        }
    }
    if let Some(word) = parsed.flag(&["--model"]) {
        making.model(Some(&script.part(word.text.as_str(), word.offset)));
    }
    making.surround(Loads::Everything, false);
}

/// `aider --message …`: it edits and commits unasked. Commands that the model proposes it never runs unattended, whatever
/// `--yes-always` says; those of its flags it does.
pub(super) fn aider(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let valued = [
        "-m",
        "--message",
        "--msg",
        "-f",
        "--message-file",
        "--model",
        "--weak-model",
        "--editor-model",
        "--read",
        "--file",
        "--test-cmd",
        "--lint-cmd",
        "--env-file",
        "--config",
        "-c",
        "--api-key",
        "--edit-format",
    ];
    let parsed = Arguments::of(words, &valued, &[]);
    let place = |word: &Word| script.place_of(word.offset);
    for (flag, event) in [("--test-cmd", "test"), ("--lint-cmd", "lint")] {
        for word in parsed.values(&[flag]) {
            let scripted = shell::script(&word.text);
            let command = scripted.commands.first().map(|it| it.texts().join(" ")).unwrap_or_default();
            let raw = format!("{flag} {command}");
            let limit = ambit_model::facts::Limit::Command {
                text: word.text.clone(),
                form: ambit_model::facts::Match::Exact,
            };
            let selects =
                ambit_model::facts::Selector::Builtin { tool: "run".to_owned(), limit: Some(limit) };
            making.rule(Rank::Allow, selects, Gate::Auto, format!("{event}: {raw}"), &place(word));
        }
    }
    if let Some(word) = parsed.flag(&["--model"]) {
        making.model(Some(&script.part(word.text.as_str(), word.offset)));
    }
    if let Some(word) = parsed.flag(&["--yes", "--yes-always"]) {
        making.tool(Rank::Mode, "web", Gate::Auto, "--yes-always", &place(word));
    }
    if let Some(word) = parsed.flag(&["--no-detect-urls"]) {
        making.tool(Rank::Deny, "web", Gate::Denied, "--no-detect-urls", &place(word));
    }
    making.surround(Loads::Everything, false);
}

/// An action of which no more is known than that it starts an agent.
pub(super) fn action(making: &mut Making<'_>) {
    asked(making);
    unknown(making);
}

/// A model that is asked once: `actions/ai-inference`, `ai-action/ollama-action`. It has no tools but those of the one server
/// that it may be given; what later steps do with its answer is read with them.
pub(super) fn model(making: &mut Making<'_>) {
    asked(making);
    let model = making.step.input("model").cloned();
    making.model(model.as_ref());
    if let Some(server) = making.step.input("enable-github-mcp").filter(|it| it.text.trim() == "true") {
        let (what, raw) = ("tools".to_owned(), "enable-github-mcp".to_owned());
        let place = server.place.clone();
        making.fragment.program.unresolved.push(Unresolved { what, raw, place });
    }
    making.surround(Loads::Nothing, false);
}

/// What an action that anybody's event may start is given.
fn asked(making: &mut Making<'_>) {
    let line = making.line.clone();
    let step = making.step;
    let admits = Admits::Anybody;
    if let Some((name, version)) = step.action() {
        let (name, pin) = (name.to_owned(), pinned(version));
        making.resolves(Package { ecosystem: "github-action".to_owned(), name, pin, place: line });
    }
    for (name, value) in &step.with {
        making.holds(name, value, Holder::Environment);
        let sources = making.flow.of_value(value);
        making.inserts(sources, true, &admits);
    }
    making.reads_variables(false, &admits);
    making.started(&admits, |_| false);
}

/// A client that the catalog does not know: that it is there is all that is known of what it can do.
pub(super) fn unknown(making: &mut Making<'_>) {
    let (what, raw) = ("tools".to_owned(), making.fragment.client.to_owned());
    let place = making.line.clone();
    making.fragment.program.unresolved.push(Unresolved { what, raw, place });
    making.surround(Loads::Nothing, false);
}
