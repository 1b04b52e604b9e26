//! Skills and slash commands: Markdown whose front matter approves tools and whose body may run shell.

use ambit_model::Gate;
use ambit_model::facts::{InstructionFacts, InstructionKind, SignalKind, TextSignal};

use super::claude_plugin::{of_plugin, plugin_folder};
use super::claude_rules::listed;
use super::claude_settings::MAY_APPROVE;
use super::instructions::loaded;
use super::record::{add, grouped_hooks};
use super::{Form, Reader, Text, in_folder, in_home, managed};
use crate::fragment::{Fragment, Rank, Sink, Yields};
use crate::launch::masked_line;
use crate::tree::View;

pub(super) const SKILL: Reader = Reader {
    id: "skill",
    places: &[
        in_folder(".claude/skills/**/SKILL.md"),
        in_home(".claude/skills/**/SKILL.md"),
        in_home(".claude/plugins/cache/**/SKILL.md"),
        in_folder(".agents/skills/**/SKILL.md"),
        in_home(".agents/skills/**/SKILL.md"),
        in_folder(".codex/skills/**/SKILL.md"),
        in_home(".codex/skills/**/SKILL.md"),
        managed("/etc/codex/skills/**/SKILL.md"),
        in_folder(".cursor/skills/**/SKILL.md"),
        in_home(".cursor/skills/**/SKILL.md"),
    ],
    form: Form::Markdown,
    marks: &["name:", "description:"],
    accepts: |text| {
        let renamed = text.root.get("allowed-tools").is_some() || has_only_skill_keys(&text.root);
        text.root.text_of("name").is_some() && (is_skill_file(text.path) || renamed)
    },
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
    accepts: |text| text.root.get("allowed-tools").is_some(),
    read: command,
};

/// Clients that look into `.agents/skills`.
const SHARED: &[&str] = &["claude-code", "codex", "cursor"];
/// Whose folder a skill lies in.
const FOLDERS: &[(&str, &str)] =
    &[(".claude/", "claude-code"), (".codex/", "codex"), ("/etc/codex/", "codex"), (".cursor/", "cursor")];

/// Front matter of the skill format and of nothing else: a page of a site has a title, and no licence of its own.
fn has_only_skill_keys(root: &View<'_>) -> bool {
    let own = ["license", "compatibility", "metadata"];
    root.text_of("description").is_some()
        && own.iter().any(|it| root.get(it).is_some())
        && root.entries().iter().all(|(key, _)| own.contains(key) || ["name", "description"].contains(key))
}

fn is_skill_file(path: &str) -> bool {
    path == "SKILL.md" || path.ends_with("/SKILL.md")
}

fn skill(text: &Text<'_>, sink: &mut Sink) {
    let folder = text.path.rsplit('/').nth(1).unwrap_or(text.path);
    let name = text.root.text_of("name").unwrap_or(folder).to_owned();
    let mut fragment = Fragment::new("claude-code", text.location.clone(), text.start());
    let owner = FOLDERS.iter().find(|(folder, _)| text.path.contains(folder));
    if !text.location.placed && is_skill_file(text.path) {
        fragment.location = of_plugin(plugin_folder(text.path, "skills/").unwrap_or(above(text.path)), text);
    }
    fragment.client = "coding-agent";
    fragment.also = SHARED;
    fragment.yields = Yields::ToAnyone;
    if let Some((_, client)) = owner.filter(|_| text.location.placed) {
        fragment.client = client;
        fragment.also = &[];
        fragment.yields = Yields::ToReaders;
    }
    fragment.instructions.push(fact(&name, InstructionKind::Skill, text));
    if text.location.placed {
        // What a skill approves is written in the words of Claude Code, and honoured by it alone.
        let mut own = Fragment::new("claude-code", fragment.location.clone(), text.start());
        own.yields = Yields::ToReaders;
        own.makes_agent = false;
        approvals(&name, text, &mut own, sink);
        sink.fragments.push(own);
    } else {
        approvals(&name, text, &mut fragment, sink);
    }
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
    let name = format!("/{}", text.stem());
    approvals(&name, text, &mut fragment, sink);
    fragment.instructions.push(fact(&name, InstructionKind::Command, text));
    sink.fragments.push(fragment);
}

/// `allowed-tools` approves while the text is at work; it takes nothing away.
fn approvals(name: &str, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    if let Some(view) = text.root.get("allowed-tools") {
        for (rule, item) in listed(&view, text, fragment, sink) {
            let raw = format!("{name}: allowed-tools: {}", rule.raw);
            add(Rank::Allow, rule.selects, Gate::Auto, (&item, &raw), fragment);
        }
    }
    if let Some(view) = text.root.get("hooks") {
        grouped_hooks(&view, MAY_APPROVE, text, fragment);
    }
}

fn fact(name: &str, kind: InstructionKind, text: &Text<'_>) -> InstructionFacts {
    let mut fact = loaded(name, kind, text);
    fact.signals.extend(shell_at_load(text));
    fact
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
