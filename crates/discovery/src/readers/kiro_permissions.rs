//! Kiro's permissions by capability: the user's file, and rules in agents (<https://kiro.dev/docs/permissions/>).

use ambit_model::Gate;
use ambit_model::facts::{Limit, Selector, SettingKind};

use super::claude_settings::command;
use super::record::{add, builtin, note, of_server};
use super::{Form, Reader, Text, in_home};
use crate::fragment::{Fragment, Rank};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "kiro-permissions",
    // Those of single workspaces lie in folders named by a digest of a path that no file tells.
    places: &[in_home(".kiro/settings/permissions.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &["capability:"],
    accepts: |text| {
        let rules = text.root.get("rules").map(|it| it.items()).unwrap_or_default();
        let whole =
            |it: &View<'_>| it.text_of("capability").is_some() && effect(it.text_of("effect")).is_some();
        !rules.is_empty() && rules.iter().all(whole)
    },
    read: |text, sink| {
        let mut fragment = Fragment::new("kiro", text.location.clone(), text.start());
        if let Some(list) = text.root.get("rules") {
            rules(&list, &mut fragment);
        }
        sink.fragments.push(fragment);
    },
};

/// The rules of an agent: a list, or a map with a list of that name.
pub(super) fn of_agent(text: &Text<'_>, fragment: &mut Fragment) {
    let Some(view) = text.root.get("permissions") else { return };
    rules(&view.get("rules").unwrap_or(view), fragment);
}

fn effect(word: Option<&str>) -> Option<(Gate, Rank)> {
    match word? {
        "deny" => Some((Gate::Denied, Rank::Deny)),
        "ask" => Some((Gate::Asked, Rank::Ask)),
        "allow" => Some((Gate::Auto, Rank::Allow)),
        _ => None,
    }
}

fn rules(list: &View<'_>, fragment: &mut Fragment) {
    for entry in list.items() {
        let capability = entry.text_of("capability").unwrap_or_default();
        let stated = effect(entry.text_of("effect"));
        let raw = format!("{capability}: {}", entry.text_of("effect").unwrap_or_default());
        let whole = selectors(capability, None);
        let Some((gate, rank)) = stated.filter(|_| !whole.is_empty()) else {
            // The client passes over a rule that it does not understand.
            note(SettingKind::Ineffective, raw, &entry, fragment);
            continue;
        };
        let exempt = patterns(&entry, "exclude");
        // What a denial exempts is asked for. As no rule lets others decide, both come last, which shows too
        // much rather than too little; what an approval exempts is left in for the same reason.
        let rank = if exempt.is_empty() || gate == Gate::Auto { rank } else { Rank::Mode };
        for (pattern, view) in exempt.iter().filter(|_| gate != Gate::Auto) {
            for selects in selectors(capability, Some(pattern)) {
                add(rank, selects, Gate::Asked, (view, &format!("{raw}: not {pattern}")), fragment);
            }
        }
        let chosen = patterns(&entry, "match");
        for (pattern, view) in &chosen {
            for selects in selectors(capability, Some(pattern)) {
                add(rank, selects, gate, (view, &format!("{raw}: {pattern}")), fragment);
            }
        }
        if chosen.is_empty() {
            if capability == "all" && gate == Gate::Auto {
                note(SettingKind::ApprovalsOff, raw.clone(), &entry, fragment);
            }
            for selects in whole {
                add(rank, selects, gate, (&entry, &raw), fragment);
            }
        }
    }
}

fn patterns<'a>(entry: &View<'a>, key: &str) -> Vec<(&'a str, View<'a>)> {
    entry.get(key).map(|it| it.texts()).unwrap_or_default()
}

/// What a capability is about, or the part of it that `pattern` names; nothing for one that is not known.
fn selectors(capability: &str, pattern: Option<&str>) -> Vec<Selector> {
    let pattern = pattern.filter(|it| !matches!(*it, "*" | "**" | "*/*" | "./**"));
    let limited = |tool: &str, limit: fn(&str) -> Limit| Selector::Builtin {
        tool: tool.to_owned(),
        limit: pattern.map(limit),
    };
    let path = |it: &str| Limit::Path(it.to_owned());
    match capability {
        "all" => vec![Selector::Any],
        "builtin" => vec![builtin("*")],
        "shell" => vec![limited("shell", command)],
        "fs_read" => vec![limited("read", path)],
        "fs_write" => vec![limited("write", path)],
        "filesystem" => vec![limited("read", path), limited("write", path)],
        "web_fetch" => vec![limited("web_fetch", host)],
        "web_search" => vec![builtin("web_search")],
        "subagent" => vec![builtin("use_subagent")],
        "mcp" => {
            let (server, tool) = pattern.map_or(("*", "*"), |it| it.split_once('/').unwrap_or((it, "*")));
            vec![of_server(server.trim_start_matches('@'), tool)]
        }
        _ => Vec::new(),
    }
}

fn host(pattern: &str) -> Limit {
    let rest = pattern.split_once("://").map_or(pattern, |(_, it)| it);
    Limit::Domain(rest.split('/').next().unwrap_or(rest).to_owned())
}
