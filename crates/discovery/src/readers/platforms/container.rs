//! What a container shows of what it runs, whoever declares it: image, command, environment and labels.
//!
//! That something is called an agent says little: machines are full of agents that have no model. A container runs one
//! where its program is known for it, or where its name says so and its environment has a model.

use ambit_catalog::Catalog;
use ambit_model::facts::{CredentialFacts, Holder, Launch, Package, ServerFacts, Transport};
use ambit_model::{Place, Scope, Secret};

use crate::credential;
use crate::launch::{self, Word};
use crate::tree::View;
use crate::workloads::{Runs, is_mcp};

/// A variable of a container's environment.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    /// Its value, where it is written out.
    pub(super) value: Option<String>,
    pub(super) place: Place,
    pub(super) pointer: String,
}

/// What is declared of a container.
#[derive(Debug)]
pub(super) struct Container<'a> {
    pub(super) name: String,
    pub(super) image: Option<View<'a>>,
    pub(super) words: Vec<Word>,
    pub(super) labels: Vec<String>,
    pub(super) environment: Vec<Variable>,
    /// The model that the platform itself gives it.
    pub(super) model: Option<(String, Place)>,
    pub(super) place: Place,
}

/// Marks of files that declare such containers, for the search before a file is parsed.
pub(super) const MARKS: &[&str] = &[
    "mcp",
    "MCP",
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_API_KEY",
    "AZURE_OPENAI",
    "OPENROUTER_API_KEY",
    "claude",
    "openhands",
    "langgraph",
    "openclaw",
    "kagent.dev",
    "toolhive.stacklok.dev",
];

/// Beginnings of variables that only a program with a model has.
const MODELS: &[&str] = &[
    "OPENAI_",
    "ANTHROPIC_",
    "AZURE_OPENAI",
    "GEMINI_",
    "GOOGLE_API_KEY",
    "GOOGLE_GENAI",
    "MISTRAL_",
    "GROQ_",
    "OPENROUTER_",
    "DEEPSEEK_",
    "COHERE_",
    "TOGETHER_",
    "XAI_",
    "BEDROCK_",
    "LITELLM_",
    "OLLAMA_",
    "LLM_",
    "MODEL_",
    "CLAUDE_",
];

/// Programs that are agents themselves, or run one that lies beside them, and what must follow where others have the name.
const PROGRAMS: &[(&str, &[&str])] = &[
    ("claude", &[]),
    ("codex", &["exec", "mcp", "app-server", "proto"]),
    ("gemini", &[]),
    ("opencode", &[]),
    ("aider", &[]),
    ("goose", &["run", "session", "serve", "web", "acp"]),
    ("cursor-agent", &[]),
    ("langgraph", &["up", "dev"]),
    ("crewai", &["run"]),
    ("openclaw", &[]),
    ("adk", &["web", "run", "api_server"]),
];

/// Names of images that hold an agent, without what may follow after a dash.
const IMAGES: &[&str] = &[
    "openhands",
    "openclaw",
    "autogpt",
    "claude-code",
    "codex-cli",
    "langgraph-api",
    "opencode",
    "aider",
    "letta",
];

/// Words by which people call an agent; machines' own agents have them too.
const NAMES: &[&str] =
    &["agent", "agents", "assistant", "copilot", "supervisor", "orchestrator", "crew", "swarm"];

fn words(text: &str) -> impl Iterator<Item = String> + use<'_> {
    text.split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|it| !it.is_empty())
        .map(str::to_ascii_lowercase)
}

/// A name that speaks of MCP and not of somebody who only calls it.
fn is_server_name(text: &str) -> bool {
    const OTHERS: &[&str] = &["client", "inspector", "host", "test", "tests", "ui", "frontend", "dashboard"];
    is_mcp(text) && !words(text).any(|it| OTHERS.contains(&it.as_str()))
}

/// What the container runs, as far as it shows.
pub(super) fn runs(container: &Container<'_>, launch: &Launch, catalog: &Catalog) -> Option<Runs> {
    let image = launch.package.as_ref().map(|it| it.name.as_str()).unwrap_or_default();
    let bare = image.rsplit_once('@').map_or(image, |(it, _)| it);
    let last = bare.rsplit('/').next().unwrap_or(bare);
    let held =
        |it: &&str| last.strip_prefix(*it).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    if is_agent(&container.words) || IMAGES.iter().any(held) {
        return Some(Runs::Agent);
    }
    let model = container.model.is_some()
        || container.environment.iter().any(|it| MODELS.iter().any(|start| it.name.starts_with(start)));
    let named = |of: &str| words(of).any(|it| NAMES.contains(&it.as_str()));
    // An option or an address of another is not what runs.
    let own = |it: &&Word| !it.text.starts_with('-') && !it.text.contains("://") && !it.text.contains('=');
    let file = container.words.iter().filter(own).any(|it| is_server_name(&it.text));
    let known = launch.package.is_some() && catalog.server(&container.name, launch).is_some();
    let server = is_server_name(&container.name)
        || is_server_name(bare)
        || file
        || container.labels.iter().any(|it| is_server_name(it))
        || known;
    let agent = named(&container.name) || named(bare) || container.labels.iter().any(|it| named(it));
    let client = container
        .environment
        .iter()
        .any(|it| is_mcp(&it.name) && it.value.as_deref().is_some_and(is_address));
    match (server, agent) {
        // `mcp-agent` with a model is an agent that uses MCP.
        (true, true) if model => Some(Runs::Agent),
        (true, _) => Some(Runs::Server),
        (false, true) if model || client => Some(Runs::Agent),
        (false, false) if model && client => Some(Runs::Agent),
        (false, _) => None,
    }
}

/// Whether the words start an agent.
fn is_agent(words: &[Word]) -> bool {
    let mut words = words.iter().map(|it| it.text.as_str()).filter(|it| !it.contains('='));
    let Some(first) = words.next() else { return false };
    let program = first.rsplit('/').next().unwrap_or(first);
    let follows = words.find(|it| !it.starts_with('-'));
    let known = PROGRAMS.iter().find(|(name, _)| *name == program);
    known.is_some_and(|(_, verbs)| verbs.is_empty() || follows.is_some_and(|it| verbs.contains(&it)))
}

/// Whether `text` is an address over HTTP.
pub(super) fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// How the container is started: its image, and what its command comes to.
pub(super) fn launch(
    container: &Container<'_>,
    catalog: &Catalog,
    scope: Scope,
) -> (Launch, Vec<CredentialFacts>) {
    let (mut launch, mut credentials) = if container.words.is_empty() {
        (Launch::default(), Vec::new())
    } else {
        launch::understand(container.words.clone(), catalog, scope)
    };
    launch.place = Some(container.place.clone());
    launch.contained = true;
    // What runs within is of the image; a package that is fetched at start is its own affair.
    if let Some(view) = &container.image
        && let Some(text) = view.text()
    {
        let (name, pin) = launch::image(&without_defaults(text));
        "docker".clone_into(&mut launch.runner);
        launch.script = None;
        launch.package_pointer = Some(view.pointer().to_owned());
        launch.package = Some(Package { ecosystem: "oci".to_owned(), name, pin, place: view.place() });
    }
    for it in &container.environment {
        given(it, catalog, scope, &mut launch, &mut credentials);
    }
    (launch, credentials)
}

/// `${TAG:-latest}` as it is where nobody sets it.
#[expect(clippy::format_push_string, reason = "a few words, once")]
pub(super) fn without_defaults(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        filled.push_str(before);
        let Some((inner, after)) = after.split_once('}') else {
            filled.push_str("${");
            rest = after;
            continue;
        };
        match inner.split_once(":-").or_else(|| inner.split_once('-')) {
            Some((_, default)) => filled.push_str(default),
            None => filled.push_str(&format!("${{{inner}}}")),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// Notes a variable with its value.
fn given(
    it: &Variable,
    catalog: &Catalog,
    scope: Scope,
    launch: &mut Launch,
    credentials: &mut Vec<CredentialFacts>,
) {
    launch.environment.push(it.name.clone());
    let value = it.value.as_deref().unwrap_or_default();
    let literal = credential::form(value) == credential::Value::Literal;
    match credential::kind(catalog, &it.name, value) {
        Some(kind) if it.value.is_none() || !value.is_empty() => credentials.push(CredentialFacts {
            name: it.name.clone(),
            kind,
            holder: Holder::Environment,
            value: (literal && value.len() >= 8).then(|| Secret::new(value)),
            place: it.place.clone(),
            pointer: it.pointer.clone(),
            scope,
        }),
        None if literal && !value.is_empty() => {
            launch.variables.insert(it.name.clone(), value.to_owned());
        }
        _ => {}
    }
}

/// Notes the variable `key` with its value at `view`.
#[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
pub(super) fn variable(
    key: &str,
    view: &View<'_>,
    catalog: &Catalog,
    scope: Scope,
    launch: &mut Launch,
    credentials: &mut Vec<CredentialFacts>,
) {
    let it = Variable {
        name: key.to_owned(),
        value: view.scalar(),
        place: view.place(),
        // What stands there is code: an edit of a value would not be one of that code.
        pointer: String::new(),
    };
    given(&it, catalog, scope, launch, credentials);
}

/// Addresses that the environment names.
pub(super) fn named_addresses(environment: &[Variable]) -> Vec<(String, String, Place)> {
    let mut found = Vec::new();
    for it in environment {
        let Some(value) = it.value.as_deref().map(without_defaults) else { continue };
        for part in value.split([',', ' ', '"', '\'']) {
            let beside = format!("http://{part}");
            let part = if is_address(part) {
                part
            } else if it.name.to_ascii_lowercase().contains("mcp") && is_beside(part) {
                beside.as_str()
            } else {
                continue;
            };
            let url = part.split(['?', '#']).next().unwrap_or(part).trim_end_matches('/');
            let url = url.rsplit_once('@').map_or_else(
                || url.to_owned(),
                |(before, host)| format!("{}://{host}", before.split("://").next().unwrap_or("http")),
            );
            found.push((it.name.clone(), url, it.place.clone()));
        }
    }
    found
}

/// Whether `text` is a host and a port, as containers beside each other are named: `mcp-gateway:8811`.
fn is_beside(text: &str) -> bool {
    let Some((host, port)) = text.split('/').next().and_then(|it| it.split_once(':')) else { return false };
    let is_name =
        !host.is_empty() && host.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
    is_name && (2..=5).contains(&port.len()) && port.bytes().all(|it| it.is_ascii_digit())
}

/// The model that the environment names.
pub(super) fn model(environment: &[Variable]) -> Option<(String, Place)> {
    let is_name = |it: &&Variable| {
        it.name.ends_with("_MODEL")
            || ["MODEL", "MODEL_NAME", "MODEL_ID", "LLM_MODEL_NAME"].contains(&it.name.as_str())
    };
    let it = environment.iter().find(is_name)?;
    let value = without_defaults(it.value.as_deref()?);
    (!value.is_empty() && !value.contains('$')).then(|| (value, it.place.clone()))
}

/// A server of which nothing is known yet.
pub(super) fn bare(key: String, name: &str, place: &Place) -> ServerFacts {
    ServerFacts {
        key,
        name: name.to_owned(),
        launch: Launch { transport: Transport::Http, place: Some(place.clone()), ..Launch::default() },
        credentials: Vec::new(),
        tools: Vec::new(),
        signals: Vec::new(),
        places: vec![place.clone()],
    }
}

/// Whether `text`, where a policy names a resource, means the one of this kind and name.
pub(super) fn names(text: &str, kind: &str, name: &str) -> bool {
    let Some((_, inner)) = text.split_once("${") else { return false };
    let inner = inner.split('}').next().unwrap_or(inner);
    inner.starts_with(&format!("{kind}.{name}"))
        && inner
            .get(kind.len() + 1 + name.len()..)
            .is_some_and(|it| it.is_empty() || it.starts_with(['.', '[']))
        || inner == name
        || inner.strip_prefix(name).is_some_and(|it| it.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_stand_for_what_nobody_sets() {
        assert_eq!(without_defaults("a/b:${TAG:-1.2}"), "a/b:1.2");
        assert_eq!(without_defaults("${REGISTRY-ghcr.io}/x:${TAG}"), "ghcr.io/x:${TAG}");
        assert_eq!(without_defaults("${open"), "${open");
    }

    #[test]
    fn a_name_of_mcp_may_be_that_of_a_client() {
        for name in ["github-mcp-server", "mcp/fetch", "my_mcp", "mcp-proxy"] {
            assert!(is_server_name(name), "{name}");
        }
        for name in ["mcp-inspector", "mcp-client", "mcpherson", "compare"] {
            assert!(!is_server_name(name), "{name}");
        }
    }

    #[test]
    fn a_policy_names_a_resource_by_its_whole_name() {
        assert!(names("${aws_x.one.arn}/*", "aws_x", "one") && names("${One.Arn}", "aws_x", "One"));
        assert!(!names("${aws_x.ones.arn}", "aws_x", "one") && !names("arn:aws:one", "aws_x", "one"));
    }
}
