//! Commands that a client runs: on events, and of its own accord.

use ambit_model::facts::{CredentialFacts, Holder, HookFacts, Package, SettingKind};

use super::note;
use crate::fragment::Fragment;
use crate::launch::{self, Word, masked_line};
use crate::readers::Text;
use crate::readers::claude_settings::project_script;
use crate::tree::View;

/// Notes that the client runs the line of `view`, which `event` names; secrets in it are masked and noted.
pub(in crate::readers) fn hook(
    event: &str,
    view: &View<'_>,
    may_approve: bool,
    text: &Text<'_>,
    fragment: &mut Fragment,
) {
    let command = line(view, text, fragment);
    let fact = fact(event, command, view, text, fragment);
    fragment.hooks.push(HookFacts { may_approve, ..fact });
}

/// Hooks of the shape `{Event: [{matcher, hooks: [{type, command}]}]}`.
pub(in crate::readers) fn grouped_hooks(
    events: &View<'_>,
    approving: &[&str],
    text: &Text<'_>,
    fragment: &mut Fragment,
) {
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
pub(in crate::readers) fn runs(key: &str, view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) {
    let command = line(view, text, fragment);
    note(SettingKind::RunsCommand, format!("{key}: {command}"), view, fragment);
    let fact = fact(key, command, view, text, fragment);
    // What it runs may be changed by the agent, or by whoever publishes it: that is told as of a hook.
    if fact.script.is_some() || fact.package.is_some() {
        fragment.hooks.push(fact);
    }
}

/// The command line of `view`, a text or its words, as it may be shown; secrets in it are noted.
pub(in crate::readers) fn line(view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) -> String {
    let (shown, secrets) = masked_line(text.catalog, &joined(view));
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
    shown
}

fn fact(event: &str, command: String, view: &View<'_>, text: &Text<'_>, fragment: &Fragment) -> HookFacts {
    HookFacts {
        event: event.to_owned(),
        script: project_script(&command),
        package: package(&joined(view), view, text),
        command,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: fragment.location.scope,
        may_approve: false,
    }
}

fn joined(view: &View<'_>) -> String {
    match view.text() {
        Some(text) => text.to_owned(),
        None => view.items().iter().filter_map(View::scalar).collect::<Vec<_>>().join(" "),
    }
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
