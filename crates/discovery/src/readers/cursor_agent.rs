//! Cursor's sub-agents: Markdown with front matter in `.cursor/agents/`.

use ambit_model::Gate;
use ambit_model::facts::InstructionKind;

use super::instructions::loaded;
use super::record::{add, builtin};
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Rank, Sink};

pub(super) const READER: Reader = Reader {
    id: "cursor-agent",
    places: &[in_folder(".cursor/agents/**/*.md"), in_home(".cursor/agents/**/*.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: super::nowhere_else,
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("cursor", text.location.clone(), text.start());
    fragment.name = Some(text.root.text_of("name").unwrap_or_else(|| text.stem()).to_owned());
    fragment.model = text.root.get("model").and_then(|it| match it.text()? {
        "inherit" => None,
        model => Some((model.to_owned(), it.place())),
    });
    if let Some(view) = text.root.get("readonly").filter(|it| it.truth() == Some(true)) {
        add(Rank::Deny, builtin("Write"), Gate::Denied, (&view, "readonly: true"), &mut fragment);
    }
    fragment.instructions.push(loaded(text.path, InstructionKind::Prompt, text));
    sink.fragments.push(fragment);
}
