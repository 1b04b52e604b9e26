//! Claude Code's permission rules and modes, wherever they are written: settings, agents, skills, commands.

use ambit_catalog::schema::BuiltinKind;
use ambit_model::Gate;
use ambit_model::facts::{CredentialFacts, Holder, Limit, Match, Selector, SettingKind};

use super::Text;
use super::record::{add, add_in, builtin, note, note_in, of_server};
use crate::fragment::{Fragment, Rank, Sink};
use crate::launch::masked_line;
use crate::tree::View;

/// A rule as it is written, and what it selects.
pub(super) struct Written {
    /// Its text, secrets masked.
    pub(super) raw: String,
    /// What it selects.
    pub(super) selects: Selector,
}

/// Reads one rule. None when it selects nothing: that is a problem, and a setting without effect.
pub(super) fn written(
    raw: &str,
    view: &View<'_>,
    text: &Text<'_>,
    fragment: &mut Fragment,
    sink: &mut Sink,
) -> Option<Written> {
    let raw = shown(raw, view, text, fragment);
    if let Some(selects) = selector(&raw, text) {
        return Some(Written { raw, selects });
    }
    let help = "write a tool's name, `Tool(pattern)`, or `mcp__server__tool`";
    sink.problems.push(text.problem(view, format!("`{raw}` selects no tool"), help));
    note(SettingKind::Ineffective, raw, view, fragment);
    None
}

/// Reads the rules of a list in `view`.
pub(super) fn rules(
    view: &View<'_>,
    (rank, gate): (Rank, Gate),
    text: &Text<'_>,
    fragment: &mut Fragment,
    sink: &mut Sink,
) {
    for item in view.items() {
        let Some(raw) = item.text() else {
            sink.problems.push(text.problem(&item, "a rule is a text", "write `Tool` or `Tool(pattern)`"));
            continue;
        };
        if let Some(Written { raw, selects }) = written(raw, &item, text, fragment, sink) {
            add(rank, selects, gate, (&item, &raw), fragment);
        }
    }
}

/// Reads the rules of a list, or of one text with commas or spaces between them: the front matter of agents,
/// skills and commands.
pub(super) fn listed<'a>(
    view: &View<'a>,
    text: &Text<'_>,
    fragment: &mut Fragment,
    sink: &mut Sink,
) -> Vec<(Written, View<'a>)> {
    let mut found = Vec::new();
    for (line, item) in view.texts() {
        for raw in apart(line) {
            if let Some(it) = written(raw, &item, text, fragment, sink) {
                found.push((it, item.clone()));
            }
        }
    }
    found
}

/// Whether `view` lists tools, and each of them is this client's.
pub(super) fn only_known(view: &View<'_>, text: &Text<'_>) -> bool {
    let texts = view.texts();
    let mut names = texts.iter().flat_map(|(line, _)| apart(line)).peekable();
    names.peek().is_some() && names.all(|it| selector(it, text).is_some())
}

/// `A, B(x, y) C` in its three parts: commas and spaces within parentheses belong to a pattern.
fn apart(line: &str) -> Vec<&str> {
    let mut depth = 0_u32;
    line.split(|it: char| {
        match it {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && (it == ',' || it.is_whitespace())
    })
    .filter(|it| !it.is_empty())
    .collect()
}

/// A rule may hold a whole command line, secrets included, because the client offers to allow that very call.
fn shown(raw: &str, view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment) -> String {
    let Some((tool, pattern)) = raw.split_once('(') else { return raw.to_owned() };
    let (pattern, secrets) = masked_line(text.catalog, pattern);
    let scope = fragment.location.scope;
    fragment.credentials.extend(secrets.into_iter().map(|it| CredentialFacts {
        name: it.name,
        kind: it.kind,
        holder: Holder::File,
        value: it.value,
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope,
    }));
    format!("{tool}({pattern}")
}

/// What one rule selects; none when no tool has that name.
pub(in crate::readers) fn selector(raw: &str, text: &Text<'_>) -> Option<Selector> {
    let raw = raw.trim();
    let (name, spec) = match raw.split_once('(') {
        Some((name, rest)) => (name, Some(rest.strip_suffix(')').unwrap_or(rest))),
        None => (raw, None),
    };
    if let Some(rest) = name.strip_prefix("mcp__") {
        // Rules for servers take no pattern in parentheses; such a rule does nothing.
        let (server, tool) = rest.split_once("__").unwrap_or((rest, "*"));
        return spec.is_none().then(|| of_server(server, tool));
    }
    if name == "*" {
        return Some(Selector::Any);
    }
    let client = text.catalog.client("claude-code")?;
    let (_, tool) =
        client.tools.iter().find(|(tool, it)| *tool == name || it.aliases.iter().any(|it| it == name))?;
    let limit = spec
        .map(str::trim)
        .filter(|it| !matches!(*it, "" | "*" | ":*" | "**"))
        .map(|spec| limit(tool.kind, spec));
    Some(Selector::Builtin { tool: name.to_owned(), limit })
}

fn limit(kind: BuiltinKind, spec: &str) -> Limit {
    match kind {
        BuiltinKind::Fetch => Limit::Domain(spec.strip_prefix("domain:").unwrap_or(spec).to_owned()),
        BuiltinKind::Read | BuiltinKind::Edit => Limit::Path(spec.to_owned()),
        _ => command(spec),
    }
}

/// `git status:*` and `git status *` allow anything to follow; a star elsewhere stands for anything.
pub(in crate::readers) fn command(spec: &str) -> Limit {
    let prefix = spec.strip_suffix(":*").or_else(|| spec.strip_suffix(" *"));
    match prefix {
        Some(text) if !text.contains('*') => Limit::Command { text: text.to_owned(), form: Match::Prefix },
        _ if spec.contains('*') => Limit::Command { text: spec.to_owned(), form: Match::Glob },
        _ => Limit::Command { text: spec.to_owned(), form: Match::Exact },
    }
}

/// The slot of a session's mode.
pub(in crate::readers) const SESSION: &str = "mode";
/// The slot of a sub-agent's own mode: it does not take the place of the session's, because a session without
/// questions has none for its sub-agents either.
pub(super) const OWN: &str = "mode of the sub-agent";

/// The mode in `view` says what every call meets that no rule selects; of equal slots the strongest scope's
/// counts.
pub(super) fn mode(
    slot: &'static str,
    view: &View<'_>,
    text: &Text<'_>,
    fragment: &mut Fragment,
    sink: &mut Sink,
) {
    let key = if slot == SESSION { "defaultMode" } else { "permissionMode" };
    let word = view.text().unwrap_or_default();
    let raw = format!("{key}: {word}");
    let (selects, gate, rank) = match word {
        "bypassPermissions" => (Selector::Any, Gate::Auto, Rank::Bypass),
        "auto" => (Selector::Any, Gate::Auto, Rank::Mode),
        "acceptEdits" => (builtin("Edit"), Gate::Auto, Rank::Mode),
        "dontAsk" => (Selector::Any, Gate::Denied, Rank::Mode),
        "plan" => (builtin("Edit"), Gate::Denied, Rank::Mode),
        "default" | "manual" | "delegate" => return fragment.defaults.push(slot),
        _ => {
            let help = "write one of default, acceptEdits, plan, auto, dontAsk, bypassPermissions";
            sink.problems.push(text.problem(view, format!("no permission mode is called `{word}`"), help));
            return note(SettingKind::Ineffective, raw, view, fragment);
        }
    };
    fragment.defaults.push(slot);
    add_in(slot, rank, (selects, gate), (view, &raw), fragment);
    let kind = match word {
        "bypassPermissions" => SettingKind::ApprovalsOff,
        "auto" => SettingKind::ClassifierApproves,
        _ => return,
    };
    note_in(slot, kind, raw, view, fragment);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_keep_their_commas_and_spaces() {
        assert_eq!(
            apart("Read, Bash(git add:*) Bash(a, b),Grep"),
            ["Read", "Bash(git add:*)", "Bash(a, b)", "Grep"]
        );
        assert_eq!(apart("Bash(echo )x"), ["Bash(echo )x"]);
    }
}
