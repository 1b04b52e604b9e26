//! Flags of Claude Code, wherever they stand: in a script, in an input of its action.

use ambit_model::facts::{CredentialFacts, Holder, LimitKind, Selector, SettingKind, Unresolved};
use ambit_model::{Gate, Place, Scope};

use super::super::agent::{Admits, Making};
use super::super::inline::{self, document};
use super::super::scalar::Scalar;
use super::super::shell::Word;
use super::super::starts::Arguments;
use super::brought::brought;
use crate::fragment::Rank;
use crate::launch::masked_line;
use crate::readers::claude_rules::{SESSION, selector};
use crate::readers::claude_settings;
use crate::readers::server_entry::read_all;
use crate::tree::{Kind, Node, Position, Syntax};

/// Flags of the command line with a value, and with several.
pub(in crate::readers::ci) const VALUED: &[&str] = &[
    "--model",
    "--max-turns",
    "--permission-mode",
    "--settings",
    "--append-system-prompt",
    "--system-prompt",
    "--append-system-prompt-file",
    "--system-prompt-file",
    "--output-format",
    "--input-format",
    "--resume",
    "-r",
    "--session-id",
    "--fallback-model",
    "--json-schema",
    "--agents",
    "--agent",
    "--setting-sources",
    "--max-budget-usd",
    "--permission-prompt-tool",
    "--plugin-dir",
    "--debug-file",
    "--effort",
    "--worktree",
    "-w",
    "--betas",
];

pub(in crate::readers::ci) const MANY: &[&str] = &[
    "--allowedTools",
    "--allowed-tools",
    "--disallowedTools",
    "--disallowed-tools",
    "--tools",
    "--mcp-config",
    "--add-dir",
];

/// Rules of a list with commas or line breaks between them, each with its offset; commas in brackets belong to a pattern.
pub(in crate::readers::ci) fn listed(word: &Word) -> impl Iterator<Item = (String, usize)> {
    let mut depth = 0_u32;
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut start = 0;
    let text = format!("{},", word.text);
    for (at, char) in text.char_indices() {
        match char {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' | '\n' if depth == 0 => {
                let part = text.get(start..at).unwrap_or_default();
                let blank = part.len() - part.trim_start().len();
                let rule = part.trim().trim_matches(['"', '\'']);
                if !rule.is_empty() {
                    found.push((rule.to_owned(), word.offset + start + blank));
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    found.into_iter()
}

/// The words of arguments in one value. Lines that begin with `#` are notes.
pub(in crate::readers::ci) fn arguments(value: &Scalar) -> Vec<Word> {
    // Brackets, pipes and the like are no grammar here; in quotes they are none for a shell either.
    let mut words: Vec<Word> = Vec::new();
    let mut offset = 0;
    for line in value.text.split_inclusive('\n') {
        if !line.trim_start().starts_with('#') {
            words.extend(shell_like(line, offset));
        }
        offset += line.len();
    }
    if words.iter().any(|it| it.text.contains('\u{0}')) {
        // A quote is open at the end of a line: the value is one.
        words = shell_like(&value.text, 0);
    }
    words
}

/// Words with quotes and without any other grammar. A text whose quote stays open is marked.
fn shell_like(text: &str, base: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut current: Option<Word> = None;
    let mut quote = None;
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let begin = || Word { offset: base + at, ..Word::default() };
        match (quote, char) {
            (None, it) if it.is_whitespace() => words.extend(current.take()),
            (None, '\'' | '"') => {
                quote = Some(char);
                let word = current.get_or_insert_with(begin);
                if word.text.is_empty() {
                    word.offset = base + at + 1;
                }
            }
            (Some(open), it) if open == it => quote = None,
            (Some('"') | None, '\\') => {
                if let Some((_, next)) = chars.next().filter(|it| it.1 != '\n') {
                    let word = current.get_or_insert_with(begin);
                    if quote.is_some() && !['"', '\\', '$'].contains(&next) {
                        word.text.push('\\');
                    }
                    word.text.push(next);
                }
            }
            (_, it) => current.get_or_insert_with(begin).text.push(it),
        }
    }
    if quote.is_some() {
        current.get_or_insert_with(Word::default).text.push('\u{0}');
    }
    words.extend(current);
    words
}

/// One approval or refusal.
pub(in crate::readers::ci) fn approve(
    making: &mut Making<'_>,
    raw: &str,
    rank: Rank,
    gate: Gate,
    (key, place): (&str, &Place),
) {
    let (raw, secrets) = match raw.split_once('(') {
        None => (raw.to_owned(), Vec::new()),
        Some((tool, pattern)) => {
            let (pattern, found) = masked_line(making.catalog, pattern);
            (format!("{tool}({pattern}"), found)
        }
    };
    making.fragment.credentials.extend(secrets.into_iter().map(|it| CredentialFacts {
        name: it.name,
        kind: it.kind,
        holder: Holder::File,
        value: it.value,
        place: place.clone(),
        pointer: String::new(),
        scope: Scope::Project,
    }));
    let nothing = Node { at: Position { line: 1, column: 1 }, kind: Kind::Null };
    let location = making.fragment.location.clone();
    let selects =
        inline::with_text((&place.path, &nothing), &location, making.catalog, |text| selector(&raw, text));
    match selects {
        // Servers that the action itself brings along are tools of its own.
        Some(Selector::Server { server, tool })
            if gate == Gate::Auto && brought(making, &server, &tool, place) => {}
        Some(selects) => making.rule(rank, selects, gate, format!("{key}: {raw}"), place),
        None => {
            let help = "write a tool's name, `Tool(pattern)`, or `mcp__server__tool`";
            making.problem(place, format!("`{raw}` selects no tool"), help);
            making.setting(SettingKind::Ineffective, raw, place);
        }
    }
}

/// Flags of the command line, in an action's input or in a script.
pub(in crate::readers::ci) fn flags(making: &mut Making<'_>, value: &Scalar, arguments: &Arguments) {
    let place = |word: &Word| value.place_of(word.offset);
    for (names, rank, gate) in [
        (&["--allowedTools", "--allowed-tools"][..], Rank::Allow, Gate::Auto),
        (&["--disallowedTools", "--disallowed-tools"][..], Rank::Deny, Gate::Denied),
    ] {
        for word in arguments.values(names).filter(|it| !it.text.is_empty()) {
            let key = names.first().copied().unwrap_or_default();
            let inner = Word { offset: value.within(&word.text, word.offset), ..word.clone() };
            for (rule, offset) in listed(&inner).flat_map(|(rule, at)| apart(&rule, at)) {
                approve(making, &rule, rank, gate, (key, &value.place_of(offset)));
            }
        }
    }
    for name in ["--dangerously-skip-permissions", "--allow-dangerously-skip-permissions"] {
        if let Some(word) = arguments.flag(&[name]).filter(|_| name.starts_with("--dangerously")) {
            making.approves_all(name, &place(word));
        }
    }
    if let Some(word) = arguments.flag(&["--permission-mode"]) {
        mode(making, word, &place(word));
    }
    for word in arguments.values(&["--mcp-config"]) {
        servers(making, &value.part(word.text.as_str(), word.offset));
    }
    if let Some(word) = arguments.flag(&["--strict-mcp-config"]) {
        making.fragment.own_servers = Some(place(word));
    }
    if let Some(word) = arguments.flag(&["--settings"]) {
        settings(making, &value.part(word.text.as_str(), word.offset));
    }
    if let Some(word) = arguments.flag(&["--model"]) {
        making.model(Some(&Scalar::at(word.text.clone(), place(word))));
    }
    for (name, kind) in [("--max-turns", LimitKind::Steps), ("--max-budget-usd", LimitKind::Cost)] {
        if let Some(word) = arguments.flag(&[name]) {
            making.limit(kind, format!("{name} {}", word.text), &place(word));
        }
    }
    for word in arguments.values(&["--add-dir"]) {
        making.setting(SettingKind::WidensFiles, word.text.clone(), &place(word));
    }
    for name in ["--append-system-prompt", "--system-prompt"] {
        if let Some(word) = arguments.flag(&[name]) {
            let text = Scalar::at(word.text.clone(), place(word));
            making.told(&text, &Admits::Anybody);
        }
    }
    if let Some(word) = arguments.flag(&["--tools"]) {
        let mut tools = Vec::new();
        for (name, _) in arguments.values(&["--tools"]).flat_map(listed).flat_map(|(it, at)| apart(&it, at)) {
            tools.push(Selector::Builtin { tool: name, limit: None });
        }
        tools.push(Selector::Server { server: "*".to_owned(), tool: "*".to_owned() });
        making.fragment.tools = Some(tools).filter(|_| word.text != "default");
    }
}

/// Rules with blanks between them: `Read Bash(git log:*)`.
fn apart(rule: &str, offset: usize) -> Vec<(String, usize)> {
    let mut depth = 0_u32;
    let mut found = Vec::new();
    let mut start = 0;
    for (at, char) in rule.char_indices().chain([(rule.len(), ' ')]) {
        match char {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            it if it.is_whitespace() && depth == 0 => {
                if let Some(part) = rule.get(start..at).filter(|it| !it.is_empty()) {
                    found.push((part.to_owned(), offset + start));
                }
                start = at + char.len_utf8();
            }
            _ => {}
        }
    }
    found
}

/// The mode of the session: what asks in it is refused, because nobody is there.
fn mode(making: &mut Making<'_>, word: &Word, place: &Place) {
    let raw = format!("--permission-mode {}", word.text);
    match word.text.as_str() {
        "bypassPermissions" => making.approves_all(&raw, place),
        "auto" => {
            making.rule(Rank::Mode, Selector::Any, Gate::Auto, raw.as_str(), place);
            making.setting(SettingKind::ClassifierApproves, raw, place);
        }
        "acceptEdits" => {
            making.tool(Rank::Mode, "Edit", Gate::Auto, &raw, place);
            making.tool(Rank::Mode, "Write", Gate::Auto, &raw, place);
        }
        "dontAsk" => making.rule(Rank::Mode, Selector::Any, Gate::Denied, raw, place),
        "plan" => making.tool(Rank::Deny, "Edit", Gate::Denied, &raw, place),
        "default" | "manual" => {}
        other => {
            let help = "write one of default, acceptEdits, plan, auto, dontAsk, bypassPermissions";
            making.problem(place, format!("no permission mode is called `{other}`"), help);
        }
    }
    making.fragment.defaults.push(SESSION);
}

/// A list of servers, written out or by its file.
pub(in crate::readers::ci) fn servers(making: &mut Making<'_>, value: &Scalar) {
    let Some((document, path)) = written(making, value, "servers") else { return };
    let root = match inline::document(&document, Syntax::Json) {
        Ok(root) => root,
        Err(fault) => {
            return making.problem(
                &document.place_at(1, 1),
                format!("no list of servers: {}", fault.message),
                fault.help,
            );
        }
    };
    let location = making.fragment.location.clone();
    let (fragment, sink) = (&mut making.fragment, &mut making.sink);
    let found = inline::with_text((&path, &root), &location, making.catalog, |text| {
        let list = text.root.get("mcpServers").or_else(|| text.root.get("servers"));
        if let Some(list) = &list {
            read_all(list, text, fragment, sink);
        }
        list.is_some()
    });
    inline::unpointed(&mut making.fragment);
    making.handed(&document);
    if !found {
        making.problem(&value.place, "no servers in it", "servers stand in an object under `mcpServers`");
    }
}

/// The document that a value is, or that its file holds: one that a script of the job writes, or one of the repository.
fn written(making: &mut Making<'_>, value: &Scalar, what: &str) -> Option<(Scalar, String)> {
    let text = value.text.trim();
    if text.is_empty() {
        return None;
    }
    let own = value.place.path.to_string();
    if text.starts_with('{') {
        return Some((value.clone(), own));
    }
    let path = super::super::flow::plain_path(text);
    if let Some(document) = making.flow.documents.get(&path) {
        return Some((document.clone(), own));
    }
    match (making.open)(&path) {
        Some(Ok(text)) => Some((Scalar::of_file(&text, &path), path)),
        Some(Err(reason)) => {
            making.problem(
                &value.place,
                format!("`{path}` cannot be read: {reason}"),
                "let it be read; it is not on the map",
            );
            None
        }
        None => {
            let raw = text.to_owned();
            let what = what.to_owned();
            making.fragment.program.unresolved.push(Unresolved { what, raw, place: value.place.clone() });
            None
        }
    }
}

/// Settings, written out or by their file.
pub(in crate::readers::ci) fn settings(making: &mut Making<'_>, value: &Scalar) {
    let Some((text, path)) = written(making, value, "settings") else { return };
    let root = match document(&text, Syntax::Json) {
        Ok(root) => root,
        Err(fault) => {
            return making.problem(&value.place, format!("no settings: {}", fault.message), fault.help);
        }
    };
    let location = making.fragment.location.clone();
    let mut sink = inline::read(&claude_settings::READER, (&path, &root), &location, making.catalog);
    for fragment in std::mem::take(&mut sink.fragments) {
        making.fragment.take(fragment);
    }
    making.sink.append(sink);
}
