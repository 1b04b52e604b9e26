//! What the files of several clients share beside servers: settings, hooks, commands that the client runs,
//! and patterns of permission rules.

use ambit_model::facts::{CredentialFacts, Holder, HookFacts, Package, Selector, Setting, SettingKind};
use ambit_model::{Gate, Scope};

use super::Text;
use super::claude_settings::project_script;
use super::server_entry::rule;
use crate::fragment::{Fragment, Rank};
use crate::launch::{self, Word, masked_line};
use crate::tree::View;

/// A setting read from `view`.
pub(super) fn setting(
    kind: SettingKind,
    raw: impl Into<String>,
    view: &View<'_>,
    fragment: &Fragment,
) -> Setting {
    let scope = fragment.location.scope;
    Setting {
        kind,
        raw: raw.into(),
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope,
        // What a repository brings along counts only in a folder that the user has trusted.
        trust_gated: matches!(scope, Scope::Project | Scope::Local),
    }
}

/// Notes a setting that stands beside others.
pub(super) fn note(kind: SettingKind, raw: impl Into<String>, view: &View<'_>, fragment: &mut Fragment) {
    let setting = setting(kind, raw, view, fragment);
    fragment.setting(setting);
}

/// Notes a setting of which only the strongest scope's counts.
pub(super) fn note_in(
    slot: &'static str,
    kind: SettingKind,
    raw: impl Into<String>,
    view: &View<'_>,
    fragment: &mut Fragment,
) {
    let setting = setting(kind, raw, view, fragment);
    fragment.settings.push((Some(slot), setting));
}

/// Adds a rule that one of several entries makes.
pub(super) fn add(rank: Rank, selects: Selector, gate: Gate, entry: (&View<'_>, &str), to: &mut Fragment) {
    let rule = rule(selects, gate, entry.0, to, entry.1);
    to.rule(rank, rule);
}

/// Adds a rule that a single setting makes: of equal slots only the strongest scope's counts.
pub(super) fn add_in(
    slot: &'static str,
    rank: Rank,
    (selects, gate): (Selector, Gate),
    entry: (&View<'_>, &str),
    to: &mut Fragment,
) {
    let rule = rule(selects, gate, entry.0, to, entry.1);
    to.mode_rule(slot, rank, rule);
}

/// A built-in tool, whatever its arguments.
pub(super) fn builtin(tool: &str) -> Selector {
    Selector::Builtin { tool: tool.to_owned(), limit: None }
}

/// All tools of a server, or one.
pub(super) fn of_server(server: &str, tool: &str) -> Selector {
    Selector::Server { server: server.to_owned(), tool: tool.to_owned() }
}

/// Notes that the client runs the line of `view`, which `event` names; secrets in it are masked and noted.
pub(super) fn hook(
    event: &str,
    line: &View<'_>,
    may_approve: bool,
    text: &Text<'_>,
    fragment: &mut Fragment,
) {
    let written = joined(line);
    let (command, secrets) = masked_line(text.catalog, &written);
    held(secrets, line, fragment);
    fragment.hooks.push(HookFacts {
        event: event.to_owned(),
        script: project_script(&command),
        package: package(&written, line, text),
        command,
        place: line.place(),
        pointer: line.pointer().to_owned(),
        scope: fragment.location.scope,
        may_approve,
    });
}

/// Hooks of the shape `{Event: [{matcher, hooks: [{type, command}]}]}`.
pub(super) fn grouped_hooks(events: &View<'_>, approving: &[&str], text: &Text<'_>, fragment: &mut Fragment) {
    for (event, groups) in events.entries() {
        for entry in groups.items().iter().filter_map(|it| it.get("hooks")).flat_map(|it| it.items()) {
            let Some(line) = ["command", "url", "prompt"].iter().find_map(|it| entry.get(it)) else {
                continue;
            };
            hook(event, &line, approving.contains(&event), text, fragment);
        }
    }
}

/// Notes that the client runs the command of the setting `key` of its own accord.
pub(super) fn runs(key: &str, view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let written = joined(view);
    let (command, secrets) = masked_line(text.catalog, &written);
    held(secrets, view, fragment);
    note(SettingKind::RunsCommand, format!("{key}: {command}"), view, fragment);
    let (script, package) = (project_script(&command), package(&written, view, text));
    // What it runs may be changed by the agent, or by whoever publishes it: that is told as of a hook.
    if script.is_some() || package.is_some() {
        fragment.hooks.push(HookFacts {
            event: key.to_owned(),
            command,
            script,
            package,
            place: view.place(),
            pointer: view.pointer().to_owned(),
            scope: fragment.location.scope,
            may_approve: false,
        });
    }
}

/// A command line, or its words.
fn joined(view: &View<'_>) -> String {
    match view.text() {
        Some(text) => text.to_owned(),
        None => view.items().iter().filter_map(View::scalar).collect::<Vec<_>>().join(" "),
    }
}

fn held(secrets: Vec<launch::Found>, view: &View<'_>, fragment: &mut Fragment) {
    let scope = fragment.location.scope;
    fragment.credentials.extend(secrets.into_iter().map(|it| CredentialFacts {
        name: it.name,
        kind: it.kind,
        holder: Holder::Argument,
        value: it.value,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope,
    }));
}

/// Programs that fetch a package before they run it.
const FETCHERS: &[&str] = &["npx", "bunx", "pnpx", "uvx", "pipx"];

/// The first package that a line of one or several commands resolves; `xargs` and the like may stand before
/// the program that does.
fn package(line: &str, view: &View<'_>, text: &Text<'_>) -> Option<Package> {
    line.split(['\n', ';', '|', '&']).find_map(|command| {
        let words = shell_words::split(command.trim()).ok()?;
        let start = words.iter().position(|it| FETCHERS.contains(&it.as_str())).unwrap_or(0);
        let words = words.into_iter().skip(start);
        let words = words.map(|text| Word { text, place: view.place(), pointer: None });
        launch::understand(words.collect(), text.catalog, text.location.scope).0.package
    })
}

/// Names of a list, or of a text with commas between them.
pub(super) fn names<'a>(view: &View<'a>) -> Vec<(&'a str, View<'a>)> {
    let texts = view.texts();
    texts
        .into_iter()
        .flat_map(|(text, view)| text.split(',').map(move |it| (it.trim(), view.clone())))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// Whether the client brings a tool of this name along.
pub(super) fn brings(client: &str, name: &str, text: &Text<'_>) -> bool {
    text.catalog.client(client).is_some_and(|it| {
        it.tools.iter().any(|(tool, it)| tool == name || it.aliases.iter().any(|it| it == name))
    })
}

/// Ranks for rules of which the first decides, whatever it says: one that stands before a stricter one goes
/// with it.
pub(super) fn first_decides(ranks: &[Rank]) -> Vec<Rank> {
    let mut strictest = Rank::Mode;
    let mut from_last: Vec<Rank> = Vec::with_capacity(ranks.len());
    for rank in ranks.iter().rev() {
        strictest = strictest.min(*rank);
        from_last.push(strictest);
    }
    from_last.reverse();
    from_last
}
