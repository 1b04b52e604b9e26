//! Formats that are recognised and not read: each gives a problem that says so, instead of silence. A map that
//! leaves an agent out must say that it does.

use ambit_model::{Place, Problem};

use super::{Form, Reader, Text, in_folder};
use crate::fragment::Sink;
use crate::tree::{Syntax, View};

/// A recognised format: what the file is, the text in it that shows it, and why it is not on the map.
struct Known {
    what: String,
    shown_by: &'static str,
    why: Why,
}

/// Why a recognised file is not on the map.
enum Why {
    /// No reader understands it.
    NotRead,
    /// A reader understands it, but no client loads it from where it lies, and alone it says too little.
    NotLoaded,
}

impl Known {
    fn new(what: impl Into<String>, shown_by: &'static str) -> Self {
        Self { what: what.into(), shown_by, why: Why::NotRead }
    }

    fn elsewhere(what: impl Into<String>, shown_by: &'static str) -> Self {
        Self { what: what.into(), shown_by, why: Why::NotLoaded }
    }
}

pub(super) const YAML: Reader = Reader {
    id: "not-yet-yaml",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: &["copilot-setup-steps:"],
    accepts: |text| of_yaml(text).is_some(),
    read: |text, sink| report(of_yaml(text), text, sink),
};

pub(super) const MARKDOWN: Reader = Reader {
    id: "not-yet-markdown",
    places: &[],
    form: Form::Markdown,
    marks: &["\nname:"],
    accepts: |text| of_markdown(text).is_some(),
    read: |text, sink| report(of_markdown(text), text, sink),
};

pub(super) const CODE: Reader = Reader {
    id: "not-yet-code",
    places: &[in_folder(".continue/config.ts")],
    form: Form::Plain,
    marks: CODE_MARKS,
    accepts: |text| of_code(text).is_some(),
    read: |text, sink| {
        let other = || Some(Known::new("a configuration of Continue in code", ""));
        report(of_code(text).or_else(other), text, sink);
    },
};

/// What a template makes is known once it is filled in; that it makes an agent's configuration shows before.
pub(super) const TEMPLATE: Reader = Reader {
    id: "not-yet-template",
    places: &[],
    form: Form::Plain,
    marks: TEMPLATE_MARKS,
    accepts: |text| of_template(text).is_some(),
    read: |text, sink| report(of_template(text), text, sink),
};

const TEMPLATE_MARKS: &[&str] =
    &["claude-code-settings.json", "\"mcpServers\"", "[mcp_servers", ".codex/config.toml"];

fn of_template(text: &Text<'_>) -> Option<Known> {
    let marks = || TEMPLATE_MARKS.iter().find(|it| text.text.contains(**it));
    let mark =
        marks().filter(|_| text.path.rsplit('.').next() == Some("tmpl") && text.text.contains("{{"))?;
    Some(Known::new("a template of an agent's configuration", mark))
}

fn report(known: Option<Known>, text: &Text<'_>, sink: &mut Sink) {
    let Some(Known { what, shown_by, why }) = known else { return };
    let place = position(text, shown_by);
    let (message, help) = match why {
        Why::NotRead => (
            format!("this is {what}; its agents are not on the map: the format is not read yet"),
            "state these agents in `ambit.yaml`, or take the map as incomplete",
        ),
        Why::NotLoaded => (
            format!("this has the shape of {what}, and no client loads it from here; it is not on the map"),
            "scan it where it is installed to see what it adds",
        ),
    };
    sink.problems.push(Problem::at(&place, message, help));
}

/// Where a line begins with `mark`, or where it first stands.
fn position(text: &Text<'_>, mark: &str) -> Place {
    let leading = text.text.lines().zip(1..).find(|(line, _)| line.trim_start().starts_with(mark));
    let anywhere = || text.text.lines().zip(1..).find(|(line, _)| line.contains(mark));
    let Some((line, number)) = leading.or_else(anywhere) else { return text.start() };
    let column = line.find(mark).and_then(|it| line.get(..it)).map_or(0, |it| it.chars().count());
    Place::new(text.path, number, u32::try_from(column + 1).unwrap_or(1))
}

fn of_yaml(text: &Text<'_>) -> Option<Known> {
    text.root.at(&["jobs", "copilot-setup-steps"])?;
    Some(Known::elsewhere("the setup steps of Copilot's cloud agent", "copilot-setup-steps:"))
}

/// Keys of agents and skills; a page of a web site has others.
const OF_AGENTS: &[&str] = &[
    "name",
    "description",
    "tools",
    "disallowedTools",
    "model",
    "color",
    "license",
    "compatibility",
    "metadata",
    "mcp-servers",
    "argument-hint",
];

/// The front matter of an agent or a skill whose file lies where no client looks.
fn of_front_matter(root: &View<'_>) -> Option<Known> {
    root.text_of("description")?;
    let has = |key: &str| root.get(key).is_some();
    let name = root.text_of("name")?;
    if has("tools") || has("mcp-servers") {
        return Some(Known::elsewhere("an agent", "name:"));
    }
    let plain = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    let ours = root.entries().iter().all(|(key, _)| OF_AGENTS.contains(key));
    (name.chars().all(plain) && ours).then(|| Known::elsewhere("an agent or a skill", "name:"))
}

fn of_markdown(text: &Text<'_>) -> Option<Known> {
    of_front_matter(&text.root)
}

/// Imports that only agent frameworks have, with their names.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("using Microsoft.Agents.AI", "Microsoft's Agent Framework"),
    ("using Microsoft.SemanticKernel.Agents", "Semantic Kernel"),
];

/// The first column of [`FRAMEWORKS`].
const CODE_MARKS: &[&str] = &["using Microsoft.Agents.AI", "using Microsoft.SemanticKernel.Agents"];

fn of_code(text: &Text<'_>) -> Option<Known> {
    let lines = || text.text.lines().take(400).map(str::trim_start);
    let known = FRAMEWORKS.iter().filter(|_| text.path.ends_with(".cs"));
    let (mark, name) = known.into_iter().find(|(mark, _)| lines().any(|it| it.starts_with(mark)))?;
    Some(Known::new(format!("code in C# that builds agents with {name}"), mark))
}
