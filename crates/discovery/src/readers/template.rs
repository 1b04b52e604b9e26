//! Templates of formats that are read: what they will say is known only once they are filled in.

use super::{ALL, Base, Form, Reader, Text};
use crate::fragment::Sink;

pub(super) const READER: Reader = Reader {
    id: "template",
    places: &[],
    form: Form::Plain,
    marks: &["{{"],
    accepts: |text| target(text).is_some(),
    read: |text, sink: &mut Sink| {
        let target = target(text).unwrap_or_default();
        let help = "scan the file that it makes";
        let message = format!("a template of `{target}`: not read, and not guessed at");
        sink.problems.push(ambit_model::Problem::at(&text.start(), message, help));
    },
};

/// The file that a template makes, where a client loads that file. Dotfile managers write `dot_` for the dot, so
/// that the template itself is not hidden.
fn target(text: &Text<'_>) -> Option<&'static str> {
    let made = text.path.strip_suffix(".tmpl")?.replace("dot_", ".").replace("private_", "");
    let spots = ALL.iter().flat_map(|it| it.places).filter(|it| it.base != Base::Machine);
    let mut places = spots.map(|it| it.path);
    let place = places.find(|place| made == **place || made.ends_with(&format!("/{place}")));
    place.or_else(|| text.text.contains("claude-code-settings.json").then_some(".claude/settings.json"))
}
