//! Gemini CLI's `policies/*.toml`: rules in the order of their priority.

use ambit_model::facts::{Limit, Match, Selector, SettingKind};
use ambit_model::{Gate, Scope};

use super::gemini_settings::{CLIENT, selector};
use super::record::{add, first_decides, note, of_server};
use super::{Form, Reader, Text, in_folder, in_home, managed, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "gemini-policy",
    places: &[
        in_folder(".gemini/policies/*.toml"),
        in_home(".gemini/policies/*.toml"),
        managed("/etc/gemini-cli/policies/*.toml"),
        managed("/Library/Application Support/GeminiCli/policies/*.toml"),
    ],
    form: Form::Tree(Syntax::Toml),
    marks: &[],
    accepts: nowhere_else,
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let mut rules = Vec::new();
    for rule in text.root.get("rule").map(|it| it.items()).unwrap_or_default() {
        let decision = match rule.text_of("decision") {
            Some("allow") => (Gate::Auto, Rank::Allow),
            Some("deny") => (Gate::Denied, Rank::Deny),
            Some("ask_user") => (Gate::Asked, Rank::Ask),
            _ => {
                let help = "`decision` is `allow`, `deny` or `ask_user`";
                sink.problems.push(text.problem(&rule, "a rule decides nothing", help));
                continue;
            }
        };
        rules.push((priority(&rule), decision, rule));
    }
    rules.sort_by_key(|(priority, ..)| std::cmp::Reverse(*priority));
    let ranks = first_decides(&rules.iter().map(|(_, (_, rank), _)| *rank).collect::<Vec<_>>());
    for ((_, (gate, _), rule), rank) in rules.iter().zip(ranks) {
        apply(rule, *gate, rank, &mut fragment);
    }
    sink.fragments.push(fragment);
}

fn priority(rule: &View<'_>) -> i64 {
    rule.get("priority").and_then(|it| it.scalar()).and_then(|it| it.parse().ok()).unwrap_or(0)
}

fn apply(rule: &View<'_>, gate: Gate, rank: Rank, fragment: &mut Fragment) {
    let decision = rule.text_of("decision").unwrap_or_default();
    let modes = rule.get("modes").map(|it| it.texts()).unwrap_or_default();
    let elsewhere = !modes.is_empty() && !modes.iter().any(|(it, _)| *it == "default");
    for selects in selectors(rule) {
        let raw = format!("{}: {decision}", words(rule));
        if fragment.location.scope == Scope::Project {
            // The client reads policies of a workspace and, as documented, does nothing with them.
            note(SettingKind::Ineffective, raw, rule, fragment);
        } else if elsewhere {
            let names: Vec<&str> = modes.iter().map(|(it, _)| *it).collect();
            let raw = format!("{raw} (only in the modes {})", names.join(", "));
            note(SettingKind::Ineffective, raw, rule, fragment);
        } else {
            add(rank, selects, gate, (rule, &raw), fragment);
        }
    }
}

/// What a rule selects: every combination of its tools and patterns.
fn selectors(rule: &View<'_>) -> Vec<Selector> {
    let texts = |key: &str| -> Vec<String> {
        rule.get(key)
            .map(|it| it.texts())
            .unwrap_or_default()
            .into_iter()
            .map(|(it, _)| it.to_owned())
            .collect()
    };
    let mut patterns: Vec<(String, Match)> =
        texts("commandPrefix").into_iter().map(|it| (it, Match::Prefix)).collect();
    patterns.extend(texts("commandRegex").into_iter().map(|it| (it, Match::Regex)));
    if !patterns.is_empty() {
        let shell = |(text, form): (String, Match)| Selector::Builtin {
            tool: "run_shell_command".to_owned(),
            limit: Some(Limit::Command { text, form }),
        };
        return patterns.into_iter().map(shell).collect();
    }
    let tools = texts("toolName");
    if let Some(server) = rule.text_of("mcpName") {
        let tools = if tools.is_empty() { vec!["*".to_owned()] } else { tools };
        return tools.iter().map(|it| of_server(server, it)).collect();
    }
    if tools.is_empty() {
        return vec![Selector::Any];
    }
    let arguments = rule.text_of("argsPattern");
    let limited = |it: &String| match (selector(it), arguments) {
        (Selector::Builtin { tool, limit: None }, Some(pattern)) => Selector::Builtin {
            tool,
            limit: Some(Limit::Command { text: pattern.to_owned(), form: Match::Regex }),
        },
        (other, _) => other,
    };
    tools.iter().map(limited).collect()
}

/// The rule's conditions in short.
fn words(rule: &View<'_>) -> String {
    let keys = ["mcpName", "toolName", "commandPrefix", "commandRegex", "argsPattern"];
    let said = keys.iter().filter_map(|key| {
        let names: Vec<&str> = rule.get(key)?.texts().iter().map(|(it, _)| *it).collect();
        Some(names.join("|"))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { "everything".to_owned() } else { said.join(" ") }
}
