//! Documents inside of a value: settings and lists of servers as JSON or TOML, read by the readers of the files that they
//! would otherwise be.

use ambit_catalog::Catalog;

use super::expression::end_of;
use super::scalar::Scalar;
use crate::fragment::{Fragment, Location, Sink};
use crate::readers::{Reader, Text};
use crate::tree::{self, Fault, Kind, Node, Position, Syntax, View};

/// The document that `value` is, each of its values at its place in the file.
pub(super) fn document(value: &Scalar, syntax: Syntax) -> Result<Node, Fault> {
    let text = neutral(&value.text);
    let moved = |at: Position| {
        let place = value.place_at(at.line, at.column);
        Position { line: place.line, column: place.column }
    };
    match tree::parse(&text, syntax, &mut Vec::new()) {
        Ok(mut root) => {
            each(&mut root, &moved);
            Ok(root)
        }
        Err(fault) => Err(Fault { at: moved(fault.at), ..fault }),
    }
}

fn each(node: &mut Node, moved: &impl Fn(Position) -> Position) {
    node.at = moved(node.at);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|it| each(it, moved)),
        Kind::Map(pairs) => {
            for pair in pairs {
                pair.at = moved(pair.at);
                each(&mut pair.value, moved);
            }
        }
        _ => {}
    }
}

/// The text with expressions that a document can hold: they are filled in before anybody reads it as one. No place moves
/// by it.
fn neutral(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut quoted = false;
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        if rest.starts_with("${{") {
            let length = end_of(rest).unwrap_or(rest.len());
            let expression = rest.get(..length).unwrap_or_default();
            let plain = expression
                .chars()
                .map(|it| if it == '"' || it == '\\' || it.is_control() { ' ' } else { it });
            if quoted {
                out.extend(plain);
            } else {
                // Outside of quotes it stands for a whole value.
                let blanks = expression.chars().count().saturating_sub(4);
                out.push_str("null");
                out.extend(std::iter::repeat_n(' ', blanks));
            }
            rest = rest.get(length..).unwrap_or_default();
            continue;
        }
        let width = char.len_utf8();
        if quoted && char == '\\' {
            let pair = rest.char_indices().nth(2).map_or(rest.len(), |it| it.0);
            out.push_str(rest.get(..pair).unwrap_or_default());
            rest = rest.get(pair..).unwrap_or_default();
            continue;
        }
        quoted ^= char == '"';
        out.push(char);
        rest = rest.get(width..).unwrap_or_default();
    }
    out
}

/// What `reader` says of a document at `path`, without what could only be edited in a file of its own.
pub(super) fn read(
    reader: &Reader,
    (path, root): (&str, &Node),
    location: &Location,
    catalog: &Catalog,
) -> Sink {
    let mut sink = Sink::default();
    with_text((path, root), location, catalog, |text| (reader.read)(text, &mut sink));
    for fragment in &mut sink.fragments {
        unpointed(fragment);
    }
    for server in &mut sink.servers {
        server.launch.package_pointer = None;
        server.credentials.iter_mut().for_each(|it| it.pointer.clear());
    }
    sink
}

/// Whether a document hands over a secret that somebody has put into the repository.
pub(super) fn has_secret(value: &Scalar) -> bool {
    value.text.split("secrets.").skip(1).any(|it| !it.starts_with("GITHUB_TOKEN"))
}

/// Calls `work` with the document as a file.
pub(super) fn with_text<T>(
    (path, root): (&str, &Node),
    location: &Location,
    catalog: &Catalog,
    work: impl FnOnce(&Text<'_>) -> T,
) -> T {
    let location = Location { scope: ambit_model::Scope::Project, ..location.clone() };
    let text = Text { path, text: "", root: View::root(path, root), body: (0, 1), location, catalog };
    work(&text)
}

/// A pointer leads through a document of its own, and this one lies inside of another.
pub(super) fn unpointed(fragment: &mut Fragment) {
    fragment.rules.iter_mut().for_each(|it| it.rule.pointer.clear());
    fragment.servers.iter_mut().for_each(|it| it.pointer.clear());
    fragment.hooks.iter_mut().for_each(|it| it.pointer.clear());
    fragment.credentials.iter_mut().for_each(|it| it.pointer.clear());
    for (_, setting) in &mut fragment.settings {
        setting.pointer.clear();
        // Nobody is asked whether the folder is to be trusted.
        setting.trust_gated = false;
    }
}

impl Fragment {
    /// Takes over what another file says of the same agent, as if it stood in this one.
    pub(super) fn take(&mut self, mut other: Self) {
        self.bars.append(&mut other.bars);
        self.model = self.model.take().or(other.model);
        self.tools = self.tools.take().or(other.tools);
        self.rules.append(&mut other.rules);
        self.defaults.append(&mut other.defaults);
        self.servers.append(&mut other.servers);
        self.states.append(&mut other.states);
        self.own_servers = self.own_servers.take().or(other.own_servers);
        self.starts.append(&mut other.starts);
        self.only_servers = self.only_servers.take().or(other.only_servers);
        self.settings.append(&mut other.settings);
        self.sandbox = self.sandbox.take().or(other.sandbox);
        self.confines = self.confines.take().or(other.confines);
        self.instructions.append(&mut other.instructions);
        self.hooks.append(&mut other.hooks);
        self.credentials.append(&mut other.credentials);
        self.program.append(other.program);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ambit_model::Place;

    #[test]
    fn expressions_leave_a_document_one() {
        let value = Scalar::at(
            "{ \"debug\": ${{ fromJSON(vars.X || false) }}, \"name\": \"a ${{ format(\"{0}\", b) }}\" }",
            Place::new("a.yml", 7, 3),
        );
        let root = document(&value, Syntax::Json).expect("a document");
        let view = View::root("a.yml", &root);
        assert!(view.get("debug").is_some_and(|it| it.scalar().is_none()));
        let name = view.get("name").expect("the name");
        assert_eq!((name.place().line, name.place().column), (7, 48));
        assert!(name.text().is_some_and(|it| it.starts_with("a ${{")));
    }
}
