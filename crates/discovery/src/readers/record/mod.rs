//! What readers record alike, with its place and without any secret: settings and rules here, commands that a
//! client runs and texts that it loads in files of their own.

mod command;
mod text;

use ambit_catalog::Catalog;
use ambit_model::facts::{Holder, Launch, Limit, Selector, Setting, SettingKind};
use ambit_model::{Gate, Scope};

use super::Text;
use super::server_entry::rule;
use crate::credential;
use crate::fragment::{Fragment, Rank};
use crate::launch;
use crate::tree::View;

pub(in crate::readers) use command::{grouped_hooks, hook, line, runs};
pub(crate) use text::of_workspace;
pub(in crate::readers) use text::{body, instruction, outside, pointed, rules_file};

/// The setting that `view` is.
pub(in crate::readers) fn setting(
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

/// Adds the setting that `view` is.
pub(in crate::readers) fn note(
    kind: SettingKind,
    raw: impl Into<String>,
    view: &View<'_>,
    fragment: &mut Fragment,
) {
    let setting = setting(kind, raw, view, fragment);
    fragment.setting(setting);
}

/// Notes a setting of which only the strongest scope's counts.
pub(in crate::readers) fn note_in(
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
pub(in crate::readers) fn add(
    rank: Rank,
    selects: Selector,
    gate: Gate,
    entry: (&View<'_>, &str),
    to: &mut Fragment,
) {
    let rule = rule(selects, gate, entry.0, to, entry.1);
    to.rule(rank, rule);
}

/// Adds a rule that a single setting makes: of equal slots only the strongest scope's counts.
pub(in crate::readers) fn add_in(
    slot: &'static str,
    rank: Rank,
    (selects, gate): (Selector, Gate),
    entry: (&View<'_>, &str),
    to: &mut Fragment,
) {
    let rule = rule(selects, gate, entry.0, to, entry.1);
    to.mode_rule(slot, rank, rule);
}

/// Adds a rule for each text in the lists of `view` that `keys` name.
pub(in crate::readers) fn listed(
    view: &View<'_>,
    keys: &[(&str, Gate, Rank)],
    selects: impl Fn(&str) -> Selector,
    to: &mut Fragment,
) {
    for (key, gate, rank) in keys {
        for (raw, item) in view.get(key).map(|it| it.texts()).unwrap_or_default() {
            add(*rank, selects(raw), *gate, (&item, &format!("{key}: {raw}")), to);
        }
    }
}

/// Notes the model that `view` names.
pub(in crate::readers) fn model(view: Option<View<'_>>, fragment: &mut Fragment) {
    if let Some(view) = view {
        fragment.model = view.text().map(|it| (it.to_owned(), view.place()));
    }
}

/// A built-in tool, whatever its arguments.
pub(in crate::readers) fn builtin(tool: &str) -> Selector {
    Selector::Builtin { tool: tool.to_owned(), limit: None }
}

/// All tools of a server, or one.
pub(in crate::readers) fn of_server(server: &str, tool: &str) -> Selector {
    Selector::Server { server: server.to_owned(), tool: tool.to_owned() }
}

/// The tool that a rule of `client` names: one of its own, or one of any server where the client is known
/// and has none of that name.
pub(in crate::readers) fn tool(
    client: &str,
    name: &str,
    limit: Option<Limit>,
    catalog: &Catalog,
) -> Selector {
    let foreign = catalog.client(client).is_some_and(|it| {
        !name.contains('*')
            && !it.tools.iter().any(|(own, it)| own == name || it.aliases.iter().any(|it| it == name))
    });
    if foreign {
        Selector::Server { server: "*".to_owned(), tool: name.to_owned() }
    } else {
        Selector::Builtin { tool: name.to_owned(), limit }
    }
}

/// Names of a list, or of a text with commas between them.
pub(in crate::readers) fn names<'a>(view: &View<'a>) -> Vec<(&'a str, View<'a>)> {
    let texts = view.texts();
    texts
        .into_iter()
        .flat_map(|(text, view)| text.split(',').map(move |it| (it.trim(), view.clone())))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// Whether the client brings a tool of this name along.
pub(in crate::readers) fn brings(client: &str, name: &str, text: &Text<'_>) -> bool {
    text.catalog.client(client).is_some_and(|it| {
        it.tools.iter().any(|(tool, it)| tool == name || it.aliases.iter().any(|it| it == name))
    })
}

/// Ranks for rules of which the first decides, whatever it says: one that stands before a stricter one goes
/// with it.
pub(in crate::readers) fn first_decides(ranks: &[Rank]) -> Vec<Rank> {
    let mut strictest = Rank::Mode;
    let mut from_last: Vec<Rank> = Vec::with_capacity(ranks.len());
    for rank in ranks.iter().rev() {
        strictest = strictest.min(*rank);
        from_last.push(strictest);
    }
    from_last.reverse();
    from_last
}

/// Adds the credentials among the entries of `map`.
pub(in crate::readers) fn credentials(
    map: Option<View<'_>>,
    holder: Holder,
    text: &Text<'_>,
    fragment: &mut Fragment,
) {
    for (name, value) in map.map(|it| it.entries()).unwrap_or_default() {
        let held = credential::of_entry(text.catalog, name, &value, holder, fragment.location.scope);
        fragment.credentials.extend(held);
    }
}

/// Adds that model traffic goes to the address at `view`.
pub(in crate::readers) fn redirects_model(
    key: &str,
    view: Option<View<'_>>,
    text: &Text<'_>,
    fragment: &mut Fragment,
) {
    let Some(view) = view else { return };
    let Some(address) = view.text().filter(|it| !it.is_empty()) else { return };
    let mut launch = Launch::default();
    fragment.credentials.extend(launch::address(address, &mut launch, &view.place(), text.location.scope));
    let shown = launch.url.unwrap_or_default();
    note(SettingKind::RedirectsModel, format!("{key}: {shown}"), &view, fragment);
}
