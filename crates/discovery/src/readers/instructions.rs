//! Rules files of all clients: text that enters the context of every session in its folder.

use ambit_model::facts::{InstructionFacts, InstructionKind};
use ambit_model::{Place, Scope, Trust};

use super::record::of_workspace;
use super::{Form, Reader, Spot, Text, in_folder, in_home, local, managed};
use crate::fragment::{Fragment, Sink, Yields};
use crate::imports;

/// One entry per group of clients that read the same files. Clients whose rules say more than their text have
/// them read beside their other files.
pub(super) const CLAUDE: Reader = rules(
    "claude-rules",
    &[
        in_folder(".claude/rules/**/*.md"),
        in_folder(".claude/CLAUDE.md"),
        in_folder("CLAUDE.md"),
        local("CLAUDE.local.md"),
        in_home(".claude/CLAUDE.md"),
        in_home(".claude/rules/**/*.md"),
        managed("/etc/claude-code/CLAUDE.md"),
        managed("/Library/Application Support/ClaudeCode/CLAUDE.md"),
        managed("/Program Files/ClaudeCode/CLAUDE.md"),
    ],
    |text, sink| {
        named("claude-code", &["copilot-agent"], text, sink);
        if let Some(fragment) = sink.fragments.last_mut() {
            fragment.imports = imports::written(text.body_text(), &Place::new(text.path, text.body.1, 1));
        }
    },
);

pub(super) const GEMINI: Reader =
    rules("gemini-rules", &[in_folder("GEMINI.md"), in_home(".gemini/GEMINI.md")], |text, sink| {
        named("gemini-cli", &["copilot-agent"], text, sink);
    });

pub(super) const CODEX: Reader = rules(
    "codex-rules",
    &[in_folder("AGENTS.override.md"), in_home(".codex/AGENTS.md"), in_home(".codex/AGENTS.override.md")],
    |text, sink| named("codex", &[], text, sink),
);

pub(super) const CURSOR: Reader = rules(
    "cursor-rules",
    &[in_folder(".cursorrules"), in_folder(".cursor/rules/**/*.mdc"), in_folder(".cursor/rules/**/*.md")],
    |text, sink| named("cursor", &[], text, sink),
);

pub(super) const COPILOT: Reader = rules(
    "copilot-rules",
    &[in_folder(".github/copilot-instructions.md"), in_folder(".github/instructions/**/*.instructions.md")],
    |text, sink| named("vscode", &["copilot-agent", "copilot-cli"], text, sink),
);

pub(super) const WINDSURF: Reader = rules(
    "windsurf-rules",
    &[
        in_folder(".windsurfrules"),
        in_folder(".windsurf/rules/**/*.md"),
        in_home(".codeium/windsurf/memories/global_rules.md"),
    ],
    |text, sink| named("windsurf", &[], text, sink),
);

pub(super) const CLINE: Reader =
    rules("cline-rules", &[in_folder(".clinerules"), in_folder(".clinerules/**/*.md")], |text, sink| {
        named("cline", &[], text, sink);
    });

pub(super) const ROO: Reader = rules(
    "roo-rules",
    &[in_folder(".roorules"), in_folder(".roo/rules*/**/*.md"), in_home(".roo/rules*/**/*.md")],
    |text, sink| named("roo", &[], text, sink),
);

pub(super) const AMAZON_Q: Reader =
    rules("amazon-q-rules", &[in_folder(".amazonq/rules/**/*.md")], |text, sink| {
        named("amazon-q", &[], text, sink);
    });

pub(super) const AGENTS: Reader = rules("agents-md", &[in_folder("AGENTS.md")], |text, sink| {
    let mut fragment = fragment("coding-agent", text);
    fragment.also = READ_AGENTS;
    fragment.yields = Yields::ToAnyone;
    sink.fragments.push(fragment);
});

/// Clients that read `AGENTS.md` without being told to. Claude Code is not among them.
const READ_AGENTS: &[&str] = &[
    "codex",
    "copilot-agent",
    "copilot-cli",
    "cursor",
    "goose",
    "junie",
    "kilo",
    "opencode",
    "roo",
    "vscode",
    "windsurf",
    "zed",
];

const fn rules(id: &'static str, places: &'static [Spot], read: fn(&Text<'_>, &mut Sink)) -> Reader {
    Reader { id, places, form: Form::Markdown, marks: &[], accepts: super::nowhere_else, read }
}

fn named(client: &'static str, also: &'static [&'static str], text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = fragment(client, text);
    fragment.also = also;
    fragment.yields = Yields::ToReaders;
    sink.fragments.push(fragment);
}

fn fragment(client: &'static str, text: &Text<'_>) -> Fragment {
    let mut fragment = Fragment::new(client, text.location.clone(), text.start());
    fragment.instructions.push(loaded(text.path, InstructionKind::Rules, text));
    fragment
}

/// The text of a Markdown file as an instruction: who could have written it follows from where it lies.
pub(super) fn loaded(name: &str, kind: InstructionKind, text: &Text<'_>) -> InstructionFacts {
    let start = Place::new(text.path, text.body.1, 1);
    let fact = of_workspace(name, kind, text.body_text(), start);
    let installed = text.path.starts_with("~/.claude/plugins/");
    let (trust, because) = match text.location.scope {
        _ if installed => (Trust::Partner, "a plug-in that was installed from a marketplace"),
        Scope::Managed => (Trust::Operator, "a file of the administrator"),
        Scope::User => (Trust::Operator, "a file of the user's home"),
        Scope::Project | Scope::Local | Scope::Session => return fact,
    };
    // A plug-in's files change when its marketplace does.
    InstructionFacts { trust, because: because.to_owned(), pinned: !installed, ..fact }
}
