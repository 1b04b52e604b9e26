//! GitHub Copilot's command line in a job: `copilot -p …`. Facts:
//! <https://docs.github.com/en/copilot/reference/cli-command-reference>.

use ambit_model::Gate;
use ambit_model::facts::{Limit, Match, Selector, SettingKind};

use super::agent::Making;
use super::agent::talk;
use super::claude::{own, servers};
use super::scalar::Scalar;
use super::shell::Word;
use super::starts::Arguments;
use crate::fragment::{Loads, Rank};
use crate::readers::record::{builtin, of_server};
use ambit_model::{Effect, Trust};

const VALUED: &[&str] = &[
    "-p",
    "--prompt",
    "--model",
    "--agent",
    "--resume",
    "--log-dir",
    "--log-level",
    "--allow-tool",
    "--deny-tool",
    "--available-tools",
    "--excluded-tools",
    "--add-dir",
    "--additional-mcp-config",
    "--disable-mcp-server",
    "--allow-url",
    "--deny-url",
    "--add-github-mcp-tool",
    "--add-github-mcp-toolset",
    "--output-format",
    "--effort",
    "--prompt-file",
];

/// `copilot -p …` in a script.
pub(super) fn command_line(making: &mut Making<'_>, script: &Scalar, words: &[Word]) {
    let parsed = Arguments::of(words, VALUED, &[]);
    let place = |word: &Word| script.place_of(word.offset);
    let mut all = false;
    for name in ["--allow-all", "--yolo", "--allow-all-tools"] {
        if let Some(word) = parsed.flag(&[name]) {
            all = true;
            making.approves_all(name, &place(word));
        }
    }
    for (flag, rank, gate) in
        [("--allow-tool", Rank::Allow, Gate::Auto), ("--deny-tool", Rank::Deny, Gate::Denied)]
    {
        for word in parsed.values(&[flag]) {
            for tool in word.text.split(',').filter(|it| !it.trim().is_empty()) {
                making.rule(
                    rank,
                    selector(tool, making.catalog),
                    gate,
                    format!("{flag} {tool}"),
                    &place(word),
                );
            }
        }
    }
    for (flag, rank, gate) in
        [("--allow-url", Rank::Allow, Gate::Auto), ("--deny-url", Rank::Deny, Gate::Denied)]
    {
        for word in parsed.values(&[flag]) {
            let host = word.text.split_once("://").map_or(word.text.as_str(), |it| it.1);
            let host = host.split('/').next().unwrap_or(host).to_owned();
            let selects = Selector::Builtin { tool: "url".to_owned(), limit: Some(Limit::Domain(host)) };
            making.rule(rank, selects, gate, format!("{flag} {}", word.text), &place(word));
        }
    }
    if let Some(word) = parsed.flag(&["--allow-all-urls"]) {
        making.tool(Rank::Allow, "url", Gate::Auto, "--allow-all-urls", &place(word));
    }
    for word in parsed.values(&["--additional-mcp-config"]) {
        let text = word.text.strip_prefix('@').unwrap_or(&word.text);
        servers(making, &script.part(text, word.offset + (word.text.len() - text.len())));
    }
    for flag in ["--add-dir", "--allow-all-paths"] {
        for word in parsed.values(&[flag]) {
            let raw = if word.text.is_empty() { flag } else { &word.text };
            making.setting(SettingKind::WidensFiles, raw, &place(word));
        }
    }
    if let Some(word) = parsed.flag(&["--model"]) {
        making.model(Some(&script.part(word.text.as_str(), word.offset)));
    }
    // It brings GitHub's own server along, which by default only reads.
    if all && parsed.flag(&["--disable-builtin-mcps"]).is_none() {
        let hears = Effect::Ingests { trust: Trust::Public };
        let does = "read what others have written in issues, pull requests and comments";
        own(making, ("github-mcp-server", "copilot-cli"), hears, talk(), does);
    }
    making.surround(Loads::Everything, false);
}

/// `shell`, `shell(git push)`, `write`, `server`, `server(tool)`.
fn selector(raw: &str, catalog: &ambit_catalog::Catalog) -> Selector {
    let raw = raw.trim().trim_matches(['"', '\'']);
    let (name, spec) = match raw.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (raw, None),
    };
    let known = catalog.client("copilot-cli").is_some_and(|it| {
        it.tools.iter().any(|(own, tool)| own == name || tool.aliases.iter().any(|it| it == name))
    });
    match (known, spec) {
        (true, Some(command)) if !["", "*"].contains(&command) => {
            let (text, form) = match command.strip_suffix(":*") {
                Some(prefix) => (prefix, Match::Prefix),
                None => (command, Match::Exact),
            };
            let limit = Some(Limit::Command { text: text.to_owned(), form });
            Selector::Builtin { tool: name.to_owned(), limit }
        }
        (true, _) => builtin(name),
        (false, spec) => of_server(name, spec.unwrap_or("*")),
    }
}
