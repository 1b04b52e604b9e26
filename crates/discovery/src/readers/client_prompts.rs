//! Prompts and skills that a client keeps in folders of its own: text that enters the context when it is called.

use ambit_model::Place;
use ambit_model::facts::InstructionKind;

use super::record::of_workspace;
use super::{Form, Reader, Text, in_folder, in_home, managed, nowhere_else};
use crate::fragment::{Fragment, Sink};

pub(super) const READER: Reader = Reader {
    id: "client-prompts",
    places: &[
        in_folder(".github/prompts/*.prompt.md"),
        in_folder(".github/skills/*/SKILL.md"),
        in_home(".copilot/skills/*/SKILL.md"),
        in_folder(".codex/prompts/*.md"),
        in_home(".codex/prompts/*.md"),
        in_folder(".gemini/skills/*/SKILL.md"),
        in_home(".gemini/skills/*/SKILL.md"),
        in_folder(".windsurf/skills/*/SKILL.md"),
        managed("/etc/windsurf/skills/*/SKILL.md"),
        in_folder(".devin/skills/*/SKILL.md"),
        in_home(".config/devin/skills/*/SKILL.md"),
        in_folder(".cline/skills/*/SKILL.md"),
        in_folder(".clinerules/workflows/*.md"),
        in_folder(".roo/skills/*/SKILL.md"),
        in_folder(".roo/commands/*.md"),
        in_folder(".kilo/skills/*/SKILL.md"),
        in_folder(".kilo/commands/*.md"),
        in_home(".config/kilo/commands/*.md"),
    ],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read,
};

/// The client that each folder belongs to.
const OWNERS: &[(&str, &str)] = &[
    (".github/", "vscode"),
    (".copilot/", "copilot-cli"),
    (".codex/", "codex"),
    (".gemini/", "gemini-cli"),
    (".windsurf/", "windsurf"),
    ("/windsurf/", "windsurf"),
    (".devin/", "windsurf"),
    (".config/devin/", "windsurf"),
    (".cline/", "cline"),
    (".clinerules/", "cline"),
    (".roo/", "roo"),
    (".kilo/", "kilo"),
    (".config/kilo/", "kilo"),
];

fn read(text: &Text<'_>, sink: &mut Sink) {
    let Some((_, client)) = OWNERS.iter().find(|(folder, _)| text.path.contains(folder)) else { return };
    let mut fragment = Fragment::new(client, text.location.clone(), text.start());
    if *client == "vscode" {
        fragment.also = &["copilot-cli", "copilot-agent"];
    }
    let skill = text.path.ends_with("/SKILL.md");
    let kind = if skill { InstructionKind::Skill } else { InstructionKind::Command };
    // The description is in the context from the start, the body once it is called.
    let front = text.text.get(..text.body.0).unwrap_or_default();
    let mut facts = of_workspace(text.path, kind, text.body_text(), Place::new(text.path, text.body.1, 1));
    facts.signals.extend(crate::text::signals(front, &text.start()));
    fragment.instructions.push(facts);
    sink.fragments.push(fragment);
}
