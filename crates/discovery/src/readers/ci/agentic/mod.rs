//! Agentic workflows of GitHub (gh-aw): Markdown whose front matter says when an agent runs, with which tools, and what it
//! may write. A compiler makes the workflow that runs out of it. Facts: github:github/gh-aw (`docs/src/content/docs`),
//! <https://github.github.com/gh-aw/>.

mod events;
mod imports;
mod lock;
mod network;
mod outputs;
mod tools;
mod workflow;

use ambit_model::Place;

use super::Pipeline;
use super::scalar::Scalar;
use super::unit::Reading;
use crate::fragment::{Location, Sink};
use crate::readers::{Form, Reader, Text, in_folder};
use crate::text::front_matter;
use crate::tree::{Node, View};
pub(super) use workflow::read;

pub(in crate::readers) const READER: Reader = Reader {
    id: "github-agentic-workflow",
    places: &[in_folder(".github/workflows/*.md"), in_folder(".github/workflows/**/*.md")],
    form: Form::Markdown,
    marks: &["safe-outputs:", "\nengine:", "\ntools:", "\nnetwork:"],
    accepts: |text| is_workflow(&text.root),
    read: take_in,
};

/// Keys that say more than a page with a date has.
const OWN: &[&str] = &["engine", "safe-outputs", "network", "tools", "mcp-servers", "permissions", "imports"];

/// Whether front matter starts an agent.
fn is_workflow(root: &View<'_>) -> bool {
    root.get("on").is_some_and(|it| it.is_map() || it.is_list() || it.text().is_some())
        && OWN.iter().any(|it| root.get(it).is_some())
}

fn take_in(text: &Text<'_>, sink: &mut Sink) {
    let file = Agentic {
        path: text.path.to_owned(),
        location: text.location.clone(),
        front: text.root.node().clone(),
        text: text.text.to_owned(),
        body: text.body,
    };
    sink.pipelines.push(Pipeline::Agentic(Box::new(file)));
}

/// A file that is an agentic workflow, or part of several.
#[derive(Debug, Clone)]
pub(crate) struct Agentic {
    path: String,
    location: Location,
    front: Node,
    text: String,
    /// Where its body begins, as (byte offset, line).
    body: (usize, u32),
}

impl Agentic {
    /// The file at `path`.
    fn of(path: &str, text: String, location: &Location) -> Self {
        let (front, body) = front_matter(&text, &mut Vec::new());
        Self { path: path.to_owned(), location: location.clone(), front, text, body }
    }

    /// Its path without the ending.
    pub(super) fn stem(&self) -> &str {
        self.path.strip_suffix(".md").unwrap_or(&self.path)
    }

    fn root(&self) -> View<'_> {
        View::root(&self.path, &self.front)
    }

    fn reading(&self) -> Reading<'_> {
        Reading::of(&self.text)
    }

    fn body(&self) -> Scalar {
        let text = self.text.get(self.body.0..).unwrap_or_default();
        Scalar::of_lines(text, Place::new(self.path.as_str(), self.body.1, 1))
    }

    /// Whether it starts an agent by itself, and is no part for others.
    pub(super) fn starts(&self) -> bool {
        self.root().get("on").is_some() && (self.location.placed || is_workflow(&self.root())) && {
            let root = self.root();
            OWN.iter().any(|it| root.get(it).is_some()) || self.path.contains(".github/workflows/")
        }
    }
}
