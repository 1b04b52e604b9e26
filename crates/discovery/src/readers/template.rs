//! Templates of formats that are read: what they will say is known only once they are filled in.

use super::{ALL, Base, Form, Reader};
use crate::fragment::Sink;

pub(super) const READER: Reader = Reader {
    id: "template",
    places: &[],
    form: Form::Plain,
    marks: &["{{"],
    accepts: |text| target(text.path).is_some(),
    read: |text, sink: &mut Sink| {
        let target = target(text.path).unwrap_or_default();
        let help = "scan the file that it makes";
        let message = format!("a template of `{target}`: not read, and not guessed at");
        sink.problems.push(ambit_model::Problem::at(&text.start(), message, help));
    },
};

/// The file that a template at `path` makes, where a client loads that file. Dotfile managers write `dot_` for
/// the dot, so that the template itself is not hidden.
fn target(path: &str) -> Option<&'static str> {
    let made = path.strip_suffix(".tmpl")?.replace("dot_", ".").replace("private_", "");
    let spots = ALL.iter().flat_map(|it| it.places).filter(|it| it.base != Base::Machine);
    spots.map(|it| it.path).find(|place| made == **place || made.ends_with(&format!("/{place}")))
}
