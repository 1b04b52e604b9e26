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

pub(super) const JSON: Reader = Reader {
    id: "not-yet-json",
    places: &[in_folder(".well-known/agent-card.json"), in_folder(".well-known/agent.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[
        "\"nodes\"",
        "\"bomFormat\"",
        "\"graphs\"",
        "\"iconSrc\"",
        "\"capabilities\"",
        "\"signed_card\"",
    ],
    accepts: |text| of_json(text).is_some(),
    read: |text, sink| report(of_json(text).or_else(|| of_card(&text.root, true)), text, sink),
};

pub(super) const YAML: Reader = Reader {
    id: "not-yet-yaml",
    places: &[],
    form: Form::Tree(Syntax::Yaml),
    marks: &[
        "kind: app",
        "backstory:",
        "agent_class:",
        "kind: Prompt",
        "kind: Workflow",
        "kind: Hosted",
        "copilot-setup-steps:",
    ],
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

fn of_json(text: &Text<'_>) -> Option<Known> {
    let root = &text.root;
    let listed = root.items().into_iter().next();
    // Exports of a workflow may be wrapped.
    let flow = root.get("workflow").filter(View::is_map).or(listed).unwrap_or_else(|| root.clone());
    let list = |view: &View<'_>, key: &str| view.get(key).is_some_and(|it| it.is_list());
    if list(&flow, "nodes") && flow.get("connections").is_some_and(|it| it.is_map()) {
        let ours = |it: &View<'_>| it.text_of("type").is_some_and(|it| it.contains("n8n"));
        if flow.get("nodes").is_some_and(|it| it.items().iter().any(ours)) {
            return Some(Known::new("an n8n workflow", "\"nodes\""));
        }
    }
    if list(root, "nodes") && list(root, "edges") {
        let ours = |it: &View<'_>| {
            it.get("data")
                .is_some_and(|it| it.get("inputParams").is_some() || it.get("inputAnchors").is_some())
        };
        if root.get("nodes").is_some_and(|it| it.items().iter().any(ours)) {
            return Some(Known::new("a Flowise flow", "\"nodes\""));
        }
    }
    if root.get("iconSrc").is_some() && root.text_of("func").is_some() {
        return Some(Known::new("a tool of Flowise, with its code", "\"func\""));
    }
    if let Some(data) = root.get("data")
        && list(&data, "nodes")
        && list(&data, "edges")
    {
        return Some(Known::new("a Langflow flow, with the code of its components", "\"nodes\""));
    }
    if root.text_of("bomFormat") == Some("CycloneDX") {
        return Some(Known::new("a CycloneDX bill of materials", "\"bomFormat\""));
    }
    if root.get("graphs").is_some_and(|it| it.is_map())
        && (list(root, "dependencies") || root.get("env").is_some())
    {
        return Some(Known::new("a LangGraph application, whose agents are code", "\"graphs\""));
    }
    of_card(root, false).or_else(|| of_card(&root.get("signed_card")?, false))
}

/// An A2A agent card, of any version and as loosely as cards are written.
fn of_card(card: &View<'_>, placed: bool) -> Option<Known> {
    let has = |key: &str| card.get(key).is_some();
    let named = card.text_of("name").is_some();
    let reached = ["url", "supportedInterfaces", "endpoints"].into_iter().any(has);
    let says = has("capabilities") && (has("skills") || has("authentication") || has("securitySchemes"));
    (placed || (named && reached && says)).then_some(())?;
    Some(Known::new("an A2A agent card", "\"capabilities\""))
}

fn of_yaml(text: &Text<'_>) -> Option<Known> {
    if text.root.at(&["jobs", "copilot-setup-steps"]).is_some() {
        return Some(Known::elsewhere("the setup steps of Copilot's cloud agent", "copilot-setup-steps:"));
    }
    let root = &text.root;
    if root.text_of("kind") == Some("app") && root.get("app").is_some_and(|it| it.get("mode").is_some()) {
        return Some(Known::new("a Dify app", "kind: app"));
    }
    let crew = |it: &View<'_>| ["role", "goal", "backstory"].iter().all(|key| it.text_of(key).is_some());
    let entries = root.entries();
    if !entries.is_empty() && entries.iter().all(|(_, it)| crew(it)) {
        return Some(Known::new("a list of agents of CrewAI", "backstory:"));
    }
    if root.get("agent_class").is_some() {
        return Some(Known::new("an agent of Google's ADK", "agent_class:"));
    }
    let kind = root.text_of("kind").filter(|it| matches!(*it, "Prompt" | "Workflow" | "Hosted"))?;
    let declared = ["instructions", "model", "tools", "trigger"].iter().any(|it| root.get(it).is_some());
    declared.then_some(())?;
    Some(Known::new(format!("a declarative agent of Microsoft's Agent Framework (`{kind}`)"), "kind:"))
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

/// Imports that only agent frameworks have, with their names. `from agents` alone may be anybody's module.
const FRAMEWORKS: &[(&str, &str)] = &[
    ("from langgraph", "LangGraph"),
    ("import langgraph", "LangGraph"),
    ("from langchain.agents", "LangChain"),
    ("from langchain_mcp_adapters", "LangChain"),
    ("from deepagents", "LangChain's deep agents"),
    ("from crewai", "CrewAI"),
    ("import crewai", "CrewAI"),
    ("from autogen", "AutoGen"),
    ("import autogen", "AutoGen"),
    ("from agent_framework", "Microsoft's Agent Framework"),
    ("from agents import", "OpenAI's Agents SDK"),
    ("from pydantic_ai", "Pydantic AI"),
    ("from google.adk", "Google's ADK"),
    ("from semantic_kernel.agents", "Semantic Kernel"),
    ("from llama_index.core.agent", "LlamaIndex"),
    ("from smolagents", "smolagents"),
    ("import smolagents", "smolagents"),
    ("from strands", "Strands Agents"),
    ("from claude_agent_sdk", "Claude's Agent SDK"),
    ("@openai/agents", "OpenAI's Agents SDK"),
    ("@langchain/langgraph", "LangGraph"),
    ("@langchain/mcp-adapters", "LangChain"),
    ("@mastra/core", "Mastra"),
    ("@anthropic-ai/claude-agent-sdk", "Claude's Agent SDK"),
    ("from 'ai'", "the AI SDK"),
    ("from \"ai\"", "the AI SDK"),
    ("using Microsoft.Agents.AI", "Microsoft's Agent Framework"),
    ("using Microsoft.SemanticKernel.Agents", "Semantic Kernel"),
];

/// The first column of [`FRAMEWORKS`].
#[expect(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler: an index out of range does not compile"
)]
const CODE_MARKS: &[&str] = &{
    let mut marks = [""; FRAMEWORKS.len()];
    let mut index = 0;
    while index < marks.len() {
        marks[index] = FRAMEWORKS[index].0;
        index += 1;
    }
    marks
};

fn of_code(text: &Text<'_>) -> Option<Known> {
    let code = [".py", ".ts", ".tsx", ".js", ".mjs", ".cs"].iter().any(|it| text.path.ends_with(it));
    let (mark, name) = FRAMEWORKS.iter().filter(|_| code).find(|(mark, _)| imports(text, mark))?;
    Some(Known::new(format!("code that builds agents with {name}"), mark))
}

/// Whether a line near the top imports `mark`: a sentence that mentions it is no import.
fn imports(text: &Text<'_>, mark: &str) -> bool {
    const LINES: usize = 400;
    let word_ends = |rest: &str| !rest.starts_with(|it: char| it.is_alphanumeric() || it == '-');
    text.text.lines().take(LINES).any(|line| {
        let line = line.trim_start();
        if mark.starts_with('@') {
            let quoted = |quote: char| {
                let Some((_, rest)) = line.split_once(&format!("{quote}{mark}")) else { return false };
                rest.starts_with([quote, '/'])
            };
            (line.contains("from") || line.contains("import") || line.contains("require"))
                && (quoted('"') || quoted('\''))
        } else if mark.ends_with(['\'', '"']) {
            // Chat pages import it too: an agent has tools.
            line.contains(mark)
                && ["ToolLoopAgent", "tools:", "createMCPClient"].iter().any(|it| text.text.contains(it))
        } else if mark == "from agents import" {
            line.strip_prefix(mark)
                .is_some_and(|it| ["Runner", "function_tool", "handoff"].iter().any(|word| it.contains(word)))
                || line.starts_with("from agents.mcp import")
        } else {
            // `from autogen_agentchat` is one of AutoGen's packages, `from crewai_tools` one of CrewAI's.
            line.strip_prefix(mark).is_some_and(|it| it.starts_with('_') || word_ends(it))
        }
    })
}
