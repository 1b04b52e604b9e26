//! Skills and slash commands: Markdown whose front matter approves tools and whose body may run shell.

use ambit_model::Gate;
use ambit_model::facts::{InstructionKind, SettingKind, SignalKind, TextSignal};

use super::claude_plugin::{of_plugin, plugin_folder};
use super::claude_rules::listed;
use super::claude_settings::MAY_APPROVE;
use super::client_entry::{add, grouped_hooks, note};
use super::instructions::loaded;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Rank, Sink, Yields};
use crate::launch::masked_line;

pub(super) const SKILL: Reader = Reader {
    id: "skill",
    places: &[
        in_folder(".claude/skills/**/SKILL.md"),
        in_home(".claude/skills/**/SKILL.md"),
        in_home(".claude/plugins/cache/**/SKILL.md"),
        in_folder(".agents/skills/**/SKILL.md"),
        in_home(".agents/skills/**/SKILL.md"),
    ],
    form: Form::Markdown,
    marks: &["name:", "description:"],
    accepts: |text| text.path.rsplit('/').next() == Some("SKILL.md") && text.root.text_of("name").is_some(),
    read: skill,
};

pub(super) const COMMAND: Reader = Reader {
    id: "claude-command",
    places: &[
        in_folder(".claude/commands/**/*.md"),
        in_home(".claude/commands/**/*.md"),
        in_home(".claude/plugins/cache/**/commands/**/*.md"),
    ],
    form: Form::Markdown,
    marks: &["allowed-tools:"],
    accepts: |text| {
        text.root.get("allowed-tools").is_some() && text.path.split('/').any(|it| it == "commands")
    },
    read: command,
};

/// Clients that look into `.agents/skills` too.
const SHARED: &[&str] = &["claude-code", "codex", "cursor"];

fn skill(text: &Text<'_>, sink: &mut Sink) {
    let mut folders = text.path.rsplit('/').skip(1);
    let folder = folders.next().unwrap_or(text.path);
    let mut fragment = Fragment::new("claude-code", text.location.clone(), text.start());
    fragment.yields = Yields::ToReaders;
    if !text.path.contains(".claude/") {
        fragment.client = "coding-agent";
        fragment.also = SHARED;
        fragment.yields = Yields::ToAnyone;
    }
    if !text.location.placed {
        fragment.location = of_plugin(plugin_folder(text.path, "skills/").unwrap_or(above(text.path)), text);
    }
    let name = text.root.text_of("name").unwrap_or(folder).to_owned();
    body(&name, InstructionKind::Skill, text, &mut fragment, sink);
    sink.fragments.push(fragment);
}

/// The folder that holds the folder of the skill.
fn above(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(it, _)| it);
    folder.rsplit_once('/').map_or("", |(it, _)| it)
}

fn command(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("claude-code", text.location.clone(), text.start());
    fragment.yields = Yields::ToReaders;
    if let (false, Some(folder)) = (text.location.placed, plugin_folder(text.path, "commands/")) {
        fragment.location = of_plugin(folder, text);
    }
    body(&format!("/{}", text.stem()), InstructionKind::Command, text, &mut fragment, sink);
    sink.fragments.push(fragment);
}

fn body(name: &str, kind: InstructionKind, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    // `allowed-tools` approves while the text is at work; it takes nothing away.
    if let Some(view) = text.root.get("allowed-tools") {
        for (rule, item) in listed(&view, text, fragment, sink) {
            let raw = format!("{name}: allowed-tools: {}", rule.raw);
            add(Rank::Allow, rule.selects, Gate::Auto, (&item, &raw), fragment);
        }
    }
    if let Some(view) = text.root.get("hooks") {
        grouped_hooks(&view, MAY_APPROVE, text, fragment);
    }
    if let Some(view) = text.root.get("permissionMode") {
        note(SettingKind::Ineffective, format!("{name}: permissionMode"), &view, fragment);
    }
    let mut fact = loaded(name, kind, text);
    fact.signals.extend(shell_at_load(text));
    fragment.instructions.push(fact);
}

/// `` !`command` `` and blocks that begin with ```` ```! ```` run when the text is loaded, before the model
/// sees it.
fn shell_at_load(text: &Text<'_>) -> Vec<TextSignal> {
    let mut found = Vec::new();
    let mut block = false;
    for (index, line) in text.body_text().lines().enumerate() {
        let number = text.body.1.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
        let mut signal = |command: &str, column: usize| {
            let mut place = text.start();
            place.line = number;
            place.column = u32::try_from(column + 1).unwrap_or(1);
            let excerpt = masked_line(text.catalog, command).0.chars().take(100).collect();
            found.push(TextSignal { kind: SignalKind::ShellAtLoad, excerpt, place });
        };
        if block {
            block = !line.trim_start().starts_with("```");
            if block && !line.trim().is_empty() {
                signal(line.trim(), 0);
            }
        } else if line.trim_start().starts_with("```!") {
            block = true;
        } else {
            for (before, command) in inline(line) {
                signal(command, before.chars().count());
            }
        }
    }
    found
}

/// Each command of a line with the text before it.
fn inline(line: &str) -> Vec<(&str, &str)> {
    let starts = line.match_indices("!`");
    starts
        .filter_map(|(at, mark)| {
            let (before, rest) = line.split_at_checked(at)?;
            let (command, _) = rest.strip_prefix(mark)?.split_once('`')?;
            // The mark must stand at the start of a word: `` `!` `` is prose about it.
            let free =
                before.chars().next_back().is_none_or(|it| it.is_whitespace() || "([:\"'".contains(it));
            (free && !command.trim().is_empty()).then_some((before, command))
        })
        .collect()
}
