//! What the nodes of low-code products do.

use std::collections::BTreeMap;

use ambit_model::{AssetId, Trust};
use serde::Deserialize;

use super::{Act, Place};

/// What the nodes of one product do: `data/nodes/<product>.toml`.
///
/// A product has hundreds of nodes, each with a dozen operations whose names are made of the same few verbs. So the
/// words sort operations into classes, a style says what a class comes to for nodes of one sort, and a node's entry
/// says its style, its place, and where an operation is not what its name says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nodes {
    /// Where the facts were read.
    pub source: Vec<String>,
    /// Parameters that say who receives what is sent.
    #[serde(default)]
    pub recipients: Vec<String>,
    /// First words of operations, by class.
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    /// The act of each class, by style; `otherwise` is that of nodes without operations.
    #[serde(default)]
    pub styles: BTreeMap<String, BTreeMap<String, String>>,
    /// Places that only these nodes know, by asset id.
    #[serde(default)]
    pub places: BTreeMap<String, Place>,
    /// Bundles of effects; `own` is the place of the node that has them.
    #[serde(default)]
    pub acts: BTreeMap<String, Act>,
    /// Nodes by the package that brings them, then by name.
    pub nodes: BTreeMap<String, BTreeMap<String, Node>>,
}

/// A type of node.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// What part it plays.
    pub kind: NodeKind,
    /// What its operations come to.
    #[serde(default)]
    pub style: Option<String>,
    /// Its place: what it reads and writes, or where what fires it comes from.
    #[serde(default)]
    pub on: Option<AssetId>,
    /// Who can fire it (triggers).
    #[serde(default)]
    pub trust: Option<Trust>,
    /// Whether it brings no text of whoever fires it (triggers).
    #[serde(default)]
    pub silent: bool,
    /// The broker whose messages it passes.
    #[serde(default)]
    pub stream: Option<String>,
    /// The package of the MCP server that it brings along, as `ecosystem:name`.
    #[serde(default)]
    pub server: Option<String>,
    /// The resource that it is about unless its parameters say otherwise.
    #[serde(default)]
    pub resource: Option<String>,
    /// The operation unless its parameters say otherwise, by resource; `*` for all others.
    #[serde(default)]
    pub operation: BTreeMap<String, String>,
    /// The acts of operations that are not what their names say: `resource/operation`, `operation` or `*`.
    #[serde(default)]
    pub does: BTreeMap<String, Vec<String>>,
    /// Whether nobody has compared the entry with its source.
    #[serde(default)]
    pub unverified: bool,
}

/// What part a node plays in a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// Passes on what it is given, changed or not, and does nothing outside the flow.
    Flow,
    /// Passes it on to one of several nodes.
    Branch,
    /// Starts the flow.
    Trigger,
    /// A model in a loop with tools.
    Agent,
    /// Calls an agent that is kept elsewhere.
    AgentCall,
    /// A model that is asked once.
    Chain,
    /// The model of others.
    Model,
    /// What is remembered of a conversation.
    Memory,
    /// An index of documents.
    VectorStore,
    /// What asks an index.
    Retriever,
    /// A part of others that does nothing by itself: embeddings, splitters, parsers, loaders.
    Part,
    /// Acts on a service, as its style says.
    Service,
    /// Calls an address.
    Http,
    /// Runs code that is written in the node.
    Code,
    /// Runs another flow.
    Workflow,
    /// Waits, for a time or for somebody.
    Wait,
    /// Answers whoever started the flow.
    Reply,
    /// Uses the tools of an MCP server.
    McpClient,
    /// Serves tools as an MCP server.
    McpServer,
    /// Judges text and bounds nothing.
    Guard,
    /// Asks a person.
    Human,
}

/// What a node's parameters make it do.
#[derive(Debug, Clone)]
pub struct Operation<'a> {
    /// The resource.
    pub resource: Option<String>,
    /// The operation.
    pub name: Option<String>,
    /// What it comes to; none where nothing is known of it.
    pub acts: Option<Vec<&'a Act>>,
}

impl Nodes {
    /// The node of the type `name`, with or without the package before it.
    pub fn node(&self, name: &str) -> Option<&Node> {
        let (package, short) = name.rsplit_once('.').unwrap_or(("", name));
        self.nodes.get(package)?.get(short)
    }

    /// What `node` does where its parameters say `resource` and `operation`.
    pub fn operation<'a>(
        &'a self,
        node: &Node,
        resource: Option<String>,
        operation: Option<String>,
    ) -> Operation<'a> {
        let resource = resource.or_else(|| node.resource.clone());
        let usual = || resource.as_ref().and_then(|it| node.operation.get(it));
        let usual = || usual().or_else(|| node.operation.get("*")).cloned();
        let name = operation.or_else(usual);
        let acts = self.acts_of(node, resource.as_deref(), name.as_deref());
        Operation { resource, name, acts }
    }

    fn acts_of(&self, node: &Node, resource: Option<&str>, name: Option<&str>) -> Option<Vec<&Act>> {
        let act = |it: &String| self.acts.get(it);
        // An operation that is worked out as the flow runs may be any.
        let open = |it: &str| it.starts_with('=') || it.contains("{{");
        let style = node.style.as_ref().and_then(|it| self.styles.get(it));
        if resource.is_some_and(open) || name.is_some_and(open) {
            return self.anything(node);
        }
        let keys = [
            format!("{}/{}", resource.unwrap_or_default(), name.unwrap_or_default()),
            name.unwrap_or_default().to_owned(),
            "*".to_owned(),
        ];
        if let Some(acts) = keys.iter().find_map(|it| node.does.get(it)) {
            return Some(acts.iter().filter_map(act).collect());
        }
        let class = match name {
            Some(name) => self.class(name)?,
            None => "otherwise",
        };
        Some(vec![style?.get(class).and_then(act)?])
    }

    /// All that a node of a style can be told to do.
    pub fn anything(&self, node: &Node) -> Option<Vec<&Act>> {
        let style = node.style.as_ref().and_then(|it| self.styles.get(it))?;
        Some(style.values().filter_map(|it| self.acts.get(it)).collect())
    }

    /// The class of an operation: that of the longest word that it begins with.
    pub fn class(&self, operation: &str) -> Option<&str> {
        let begins = |word: &str| {
            operation.strip_prefix(word).is_some_and(|rest| {
                rest.is_empty()
                    || rest
                        .starts_with(|it: char| it.is_ascii_uppercase() || it.is_ascii_digit() || it == '_')
            })
        };
        let all = self.words.iter().flat_map(|(class, words)| words.iter().map(move |word| (word, class)));
        all.filter(|(word, _)| begins(word))
            .max_by_key(|(word, _)| word.len())
            .map(|(_, class)| class.as_str())
    }
}
