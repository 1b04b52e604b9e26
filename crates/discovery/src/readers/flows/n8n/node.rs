//! What single nodes do: services by resource and operation, addresses, code, indexes, other workflows.

use std::sync::Arc;

use ambit_catalog::schema::{Node, NodeKind};
use ambit_model::facts::{
    Annotations, CredentialFacts, Holder, Known, Object, OwnEffect, Shown, ToolDefinition,
};
use ambit_model::{AssetId, Basis, BlastRadius, Confidence, Effect, Level, Reversibility, Scope, Where};

use super::address::{ends_in_host, url_is_whole};
use super::rows::{adds, takes_items};
use super::{Item, Workflow, expression, value};
use crate::fragment::{EmbeddedCode, Sink};
use crate::readers::flows::effects::{self, Address};
use crate::readers::flows::join::FlowRef;
use crate::readers::flows::secret;
use crate::readers::flows::step::{Role, Source, Step, Taken, Waits};
use crate::text::signals;
use crate::tree::View;

/// What a node does, whoever calls it.
pub(super) struct Doing {
    pub(super) known: Known,
    pub(super) effects: Vec<OwnEffect>,
}

impl Workflow<'_> {
    /// The node at `index` as a step of the flow.
    pub(super) fn step(&self, index: usize, sink: &mut Sink) -> Option<Step> {
        let item = self.item(index)?;
        let mut step = Step::new(item.name, item.place.clone());
        if item.off.is_some() {
            return Some(step);
        }
        step.takes = self.takes(item);
        step.credentials = self.credentials(item);
        match item.kind() {
            Some(NodeKind::Trigger) => {
                if let Some(start) = self.start(item) {
                    step.role = Role::Start(start);
                }
            }
            Some(NodeKind::Agent | NodeKind::AgentCall) if !item.is_agent_tool() => {
                self.as_mind(index, &mut step, true, sink);
            }
            Some(NodeKind::Chain) if self.asks_model(item) => self.as_mind(index, &mut step, false, sink),
            Some(NodeKind::Branch) => step.role = Role::Branch { approved: approved(&item.parameters) },
            Some(NodeKind::Guard) => step.role = Role::Guard { how: item.short.to_owned() },
            Some(NodeKind::Wait) => step.waits = waits_for_somebody(item),
            Some(NodeKind::Reply) => {
                step.role = Role::Answers;
                step.waits = self.waits(item);
                step.implicit = item
                    .parameters
                    .get("respondWith")
                    .is_none_or(|it| it.text() == Some("firstIncomingItem"));
            }
            Some(
                NodeKind::Flow
                | NodeKind::Part
                | NodeKind::Model
                | NodeKind::Memory
                | NodeKind::Chain
                | NodeKind::Retriever
                | NodeKind::McpServer
                | NodeKind::Agent
                | NodeKind::AgentCall,
            ) => {}
            Some(NodeKind::VectorStore) if !self.is_filled(item) && !self.is_loaded(item) => {}
            _ => self.acting(item, &mut step, sink),
        }
        Some(step)
    }

    fn as_mind(&self, index: usize, step: &mut Step, loops: bool, sink: &mut Sink) {
        let Some(mind) = self.mind(index, sink) else { return };
        step.implicit = step.takes.is_empty()
            && self.item(index).is_some_and(|it| it.parameters.text_of("promptType") != Some("define"));
        let mind = Box::new(mind);
        step.role = if loops { Role::Agent(mind) } else { Role::Chain(mind) };
    }

    /// Nodes of model providers also make images and transcripts, which follow no instructions.
    fn asks_model(&self, item: &Item<'_>) -> bool {
        let resource = value(&item.parameters, "resource").unwrap_or("text");
        let operation = value(&item.parameters, "operation").unwrap_or("message");
        let makes =
            ["generate", "transcribe", "translate", "edit", "upload", "deleteFile", "list", "textToSpeech"];
        ["text", "chat", "assistant", "document", "prompt", "conversation"].contains(&resource)
            && !makes.contains(&operation)
            || matches!(item.short, "chainLlm" | "chainSummarization" | "chainRetrievalQa")
    }

    fn acting(&self, item: &Item<'_>, step: &mut Step, sink: &mut Sink) {
        if item.kind() == Some(NodeKind::Code) && !code(item).is_some_and(|(_, it)| reaches_out(it)) {
            return;
        }
        step.role = Role::Acts;
        step.implicit = takes_items(item) || step.takes.is_empty() && adds(item, self);
        step.waits = self.waits(item);
        step.runs = self.runs(item);
        step.receivers = self.receivers(item);
        let doing = self.doing(item);
        step.known = doing.known;
        step.effects = doing.effects;
        if matches!(step.known, Known::Definition) {
            step.definition = Some(Arc::new(self.definition(item)));
        }
        self.put_aside(item, sink);
    }

    /// What the node does when it is called.
    pub(super) fn doing(&self, item: &Item<'_>) -> Doing {
        let declared = |effects| Doing { known: Known::Declared, effects };
        match item.kind() {
            Some(NodeKind::Service) => match item.entry.and_then(|it| self.service(item, it)) {
                Some(effects) => Doing { known: Known::Catalog("nodes/n8n".to_owned()), effects },
                None => Doing { known: Known::Nothing, effects: Vec::new() },
            },
            Some(NodeKind::Http) => declared(self.address(item)),
            Some(NodeKind::Code) => {
                if item.short == "toolCode" && code(item).is_some_and(|(_, it)| reaches_out(it)) {
                    return Doing { known: Known::Definition, effects: Vec::new() };
                }
                declared(vec![in_sandbox(item)])
            }
            Some(NodeKind::VectorStore | NodeKind::Retriever) => declared(self.index_effects(item)),
            Some(NodeKind::Workflow) => Doing { known: Known::Definition, effects: Vec::new() },
            Some(NodeKind::Flow | NodeKind::Part | NodeKind::Branch | NodeKind::Guard) => {
                declared(Vec::new())
            }
            _ => Doing { known: Known::Nothing, effects: Vec::new() },
        }
    }

    fn service(&self, item: &Item<'_>, entry: &Node) -> Option<Vec<OwnEffect>> {
        let said = |key: &str| value(&item.parameters, key).map(str::to_owned);
        let operation = self.known.nodes.operation(entry, said("resource"), said("operation"));
        let mut acts = operation.acts?;
        // A statement that is written out does what it says, and no other.
        if let Some(fixed) = value(&item.parameters, "query").and_then(statement)
            && acts.iter().any(|it| it.does.as_ref() == "run any statement")
            && let Some(style) = entry.style.as_ref().and_then(|it| self.known.nodes.styles.get(it))
        {
            acts = style.get(fixed).and_then(|it| self.known.nodes.acts.get(it)).into_iter().collect();
        }
        if let Some(publish) =
            entry.style.as_ref().and_then(|it| self.known.nodes.styles.get(it)?.get("publish"))
            && strings(&item.parameters)
                .iter()
                .any(|(key, it)| key == "status" && it.text() == Some("publish"))
        {
            acts = self.known.nodes.acts.get(publish).into_iter().collect();
        }
        let object =
            entry.style.as_deref().filter(|it| *it == "database").and_then(|_| super::node_credential(item));
        Some(self.known.effects(entry, &acts, object, &item.place))
    }

    fn address(&self, item: &Item<'_>) -> Vec<OwnEffect> {
        let parameters = &item.parameters;
        let url = ["url", "endpoint"].iter().find_map(|it| value(parameters, it)).unwrap_or_default();
        let graph = item.short == "graphql";
        let method = ["method", "requestMethod"].iter().find_map(|it| value(parameters, it));
        let method = method.unwrap_or(if graph { "POST" } else { "GET" });
        let method = if method.starts_with('=') { "POST" } else { method };
        let open = strings(parameters)
            .iter()
            .any(|(_, it)| it.text().is_some_and(|it| expression::read(it).is_open));
        // In a tool, what has no value is for the model to fill in.
        let unfilled = item.short == "toolHttpRequest"
            && (url.contains('{')
                || ["sendQuery", "sendBody", "sendHeaders"].iter().any(|it| parameters.is_true(it)));
        let signed_in = value(parameters, "authentication").is_some_and(|it| it != "none");
        // Where a part of the host is filled in, the address may be any.
        let url = if item.short == "toolHttpRequest" { url.split('{').next().unwrap_or(url) } else { url };
        let url = url.split("{{").next().unwrap_or(url);
        let url = if ends_in_host(url) && (open || unfilled) && !url_is_whole(parameters) { "" } else { url };
        effects::call(
            Address { url, method, chosen: open || unfilled, signed_in },
            &item.place,
            self.text.catalog,
        )
    }

    /// What an index does: one that is filled is written, one that is asked is read.
    pub(super) fn index_effects(&self, item: &Item<'_>) -> Vec<OwnEffect> {
        let Some(on) = self.index(item) else { return Vec::new() };
        let (effect, does) = if self.is_filled(item) {
            let effect = Effect::Writes {
                reversibility: Reversibility::Reversible,
                blast_radius: BlastRadius::Organization,
            };
            (effect, "put documents into an index")
        } else {
            (
                Effect::Reads { data: on.data.clone().into(), level: Level::Internal },
                "ask an index of documents",
            )
        };
        let place = Some(item.place.clone());
        vec![OwnEffect {
            effect,
            on,
            does: does.into(),
            basis: Basis::Declared,
            confidence: Confidence::Certain,
            place,
        }]
    }

    /// The index that a node is about; a tool asks the one that is attached to it.
    pub(super) fn index(&self, item: &Item<'_>) -> Option<Object> {
        let own = self.by_name.get(item.name).copied();
        let below =
            |port| own.and_then(|it| self.attached(it, port).first().copied()).and_then(|it| self.item(it));
        if item.short == "toolVectorStore" || item.short.starts_with("retriever") {
            let inner = below("ai_vectorStore").or_else(|| below("ai_retriever"))?;
            // What retrievers nest in is another retriever, and ends in an index.
            return if inner.short == item.short { None } else { self.index(inner) };
        }
        let sort = item.short.strip_prefix("vectorStore").unwrap_or(item.short).to_lowercase();
        let sort = sort.trim_end_matches("insert").trim_end_matches("load");
        let keys = [
            "qdrantCollection",
            "pineconeIndex",
            "chromaCollection",
            "milvusCollection",
            "mongoCollection",
            "weaviateCollection",
            "redisIndex",
            "tableName",
            "collectionName",
            "indexName",
            "index",
            "memoryKey",
        ];
        let collection = keys
            .iter()
            .find_map(|it| value(&item.parameters, it))
            .map(|it| it.trim_start_matches('='))
            .filter(|it| !it.is_empty());
        let name = match (sort, collection) {
            ("inmemory", key) => format!("in-memory/{}/{}", self.owner, key.unwrap_or("vector_store_key")),
            (sort, Some(collection)) => format!("{sort}/{collection}"),
            (sort, None) => format!("{sort}/{}/{}", self.owner, item.name),
        };
        let mut index = Object::named(
            format!("store:index/{name}"),
            format!("Index {}", collection.unwrap_or(item.name)),
        );
        index.level = Some(Level::Internal);
        index.data = vec!["documents".to_owned()];
        Some(index)
    }

    fn mode(&self, item: &Item<'_>) -> String {
        let usual = || item.entry.and_then(|it| it.operation.get("*")).cloned();
        value(&item.parameters, "mode").map(str::to_owned).or_else(usual).unwrap_or_default()
    }

    fn is_filled(&self, item: &Item<'_>) -> bool {
        ["insert", "update"].contains(&self.mode(item).as_str())
    }

    fn is_loaded(&self, item: &Item<'_>) -> bool {
        self.mode(item) == "load"
    }

    /// The workflow that a node runs.
    pub(super) fn runs(&self, item: &Item<'_>) -> Option<FlowRef> {
        let view = item.parameters.get("workflowId").filter(|_| item.kind() == Some(NodeKind::Workflow))?;
        let id =
            view.text().or_else(|| view.text_of("value")).map(str::to_owned).or_else(|| view.scalar())?;
        if id.contains("$workflow.id") {
            return Some(FlowRef::Itself);
        }
        Some(FlowRef::Other { id, name: view.text_of("cachedResultName").map(str::to_owned) })
    }

    /// Where the receiver of what it sends comes from; none where that is open or nobody is named.
    pub(super) fn receivers(&self, item: &Item<'_>) -> Option<Vec<Source>> {
        let named = self.known.nodes.recipients.iter().filter_map(|it| value(&item.parameters, it));
        let said: Vec<&str> = named.filter(|it| !it.trim().is_empty()).collect();
        if said.is_empty() {
            return None;
        }
        let mut sources = Vec::new();
        for text in said {
            let read = expression::read(text);
            if !read.chosen.is_empty() || (read.is_open && read.takes.is_empty()) {
                return None;
            }
            sources.extend(read.takes.into_iter().filter_map(|it| self.source(it.1.as_deref())));
        }
        Some(sources)
    }

    pub(super) fn source(&self, node: Option<&str>) -> Option<Source> {
        match node {
            None => Some(Source::Before),
            Some(name) => self.by_name.get(name).map(|it| Source::Step(*it)),
        }
    }

    /// What the parameters of a node take from other nodes.
    pub(super) fn takes(&self, item: &Item<'_>) -> Vec<Taken> {
        let mut takes = Vec::new();
        for (key, view) in strings(&item.parameters) {
            let Some(text) = view.text() else { continue };
            let read = if key == "jsCode" || key == "functionCode" {
                expression::scan(text)
            } else {
                expression::read(text)
            };
            for (what, node) in read.takes {
                let Some(from) = self.source(node.as_deref()) else { continue };
                let among_instructions = super::agent::instructs(&key);
                takes.push(Taken { what, from, among_instructions, place: view.place() });
            }
        }
        takes
    }

    /// Its definition as a model sees it.
    pub(super) fn definition(&self, item: &Item<'_>) -> ToolDefinition {
        let keys = ["toolDescription", "description", "descriptionForAI"];
        let description = keys.iter().find_map(|it| item.parameters.get(it)).filter(|it| it.text().is_some());
        let chosen: Vec<_> = strings(&item.parameters)
            .into_iter()
            .filter_map(|(_, it)| Some(expression::read(it.text()?).chosen))
            .flatten()
            .collect();
        let place = description.as_ref().map_or_else(|| item.place.clone(), View::place);
        let text = description.and_then(|it| it.text()).unwrap_or_default();
        ToolDefinition {
            name: value(&item.parameters, "name").filter(|it| !it.is_empty()).unwrap_or(item.name).to_owned(),
            title: None,
            description: text.to_owned(),
            input_schema: expression::schema(&chosen),
            annotations: Annotations::default(),
            signals: signals(text, &place),
            place,
        }
    }

    /// Code is put aside for whoever reads code.
    pub(super) fn put_aside(&self, item: &Item<'_>, sink: &mut Sink) {
        if let Some((view, text)) = code(item) {
            let python = value(&item.parameters, "language").is_some_and(|it| it.starts_with("python"));
            sink.code.push(EmbeddedCode {
                language: if python { "python" } else { "javascript" },
                text: text.to_owned(),
                tool: (self.owner.clone(), item.name.to_owned()),
                place: view.place(),
            });
        }
    }

    /// Its credentials: those that it names, and those that stand in it as they are.
    pub(super) fn credentials(&self, item: &Item<'_>) -> Vec<CredentialFacts> {
        let named = item.view.get("credentials").map(|it| it.entries()).unwrap_or_default();
        let named = named.into_iter().filter(|(_, it)| it.is_map() || it.text().is_some());
        let held = named.map(|(kind, view)| CredentialFacts {
            name: view.text_of("name").or_else(|| view.text()).unwrap_or(kind).to_owned(),
            kind: kind.to_owned(),
            holder: Holder::Environment,
            value: None,
            place: view.place(),
            pointer: view.pointer().to_owned(),
            scope: Scope::Project,
        });
        held.chain(secret::all(&item.parameters, self.text.catalog)).collect()
    }

    /// A message that waits for its answer.
    fn waits(&self, item: &Item<'_>) -> Option<Waits> {
        let parameters = &item.parameters;
        let old = item.short == "chat"
            && !parameters.is_false("waitUserReply")
            && value(parameters, "operation").is_none();
        if value(parameters, "operation") != Some("sendAndWait") || old {
            return None;
        }
        // An answer in words is text, and no yes.
        let kind = value(parameters, "responseType").unwrap_or(if item.short == "chat" {
            "freeTextChat"
        } else {
            "approval"
        });
        if kind != "approval" {
            return None;
        }
        let message = value(parameters, "message").map(expression::read).unwrap_or_default();
        let shows = if message.takes.is_empty() { Shown::Unclear } else { Shown::AgentText };
        Some(Waits { how: "sendAndWait".to_owned(), shows, decides: false })
    }
}

/// A node that waits to be called or for a form to be filled in: nothing goes on before.
fn waits_for_somebody(item: &Item<'_>) -> Option<Waits> {
    let by = value(&item.parameters, "resume").filter(|it| ["webhook", "form"].contains(it))?;
    Some(Waits { how: format!("wait for a {by}"), shows: Shown::Unclear, decides: true })
}

/// The output behind which a branch that looks at an approval goes on with a yes.
fn approved(parameters: &View<'_>) -> Option<usize> {
    let texts = strings(parameters);
    let asks = texts.iter().any(|(_, it)| it.text().is_some_and(|it| it.contains("approved")));
    let turned = texts
        .iter()
        .any(|(key, it)| key == "operation" && matches!(it.text(), Some("false" | "notEquals" | "notTrue")));
    asks.then_some(usize::from(turned))
}

/// All texts of a value with their keys.
pub(super) fn strings<'a>(view: &View<'a>) -> Vec<(String, View<'a>)> {
    let mut all = Vec::new();
    let mut open = vec![(String::new(), view.clone())];
    while let Some((key, view)) = open.pop() {
        if view.text().is_some() {
            all.push((key, view));
        } else if view.is_list() {
            open.extend(view.items().into_iter().rev().map(|it| (key.clone(), it)));
        } else {
            // What a node is called and where it stands is no parameter of it.
            let entries = view.entries().into_iter().rev();
            open.extend(
                entries.filter(|(key, _)| *key != "credentials").map(|(key, it)| (key.to_owned(), it)),
            );
        }
    }
    all
}

/// The code of a node, with where it stands.
pub(super) fn code<'a>(item: &Item<'a>) -> Option<(View<'a>, &'a str)> {
    let keys = ["jsCode", "pythonCode", "functionCode", "code"];
    keys.iter().find_map(|it| item.parameters.get(it)).and_then(|it| Some((it.clone(), it.text()?)))
}

/// Words of code that does more than reckon.
const OUTWARD: &[&str] = &[
    "fetch(",
    "axios",
    "httpRequest",
    "helpers.",
    "require(",
    "import ",
    "XMLHttpRequest",
    "process.env",
    "$env",
    "subprocess",
    "requests.",
    "urllib",
    "open(",
    "sqlite3",
    "eval(",
    "exec(",
    "Function(",
    "os.",
];

fn reaches_out(code: &str) -> bool {
    OUTWARD.iter().any(|it| code.contains(it))
}

fn in_sandbox(item: &Item<'_>) -> OwnEffect {
    OwnEffect {
        effect: Effect::Executes { r#where: Where::Sandbox },
        on: Object::shared("env:sandbox"),
        does: "run the code of the node in the sandbox of n8n".into(),
        basis: Basis::Declared,
        confidence: Confidence::Likely,
        place: Some(item.place.clone()),
    }
}

/// The class of a statement that is written out; none where a part of it is worked out before its values.
fn statement(query: &str) -> Option<&'static str> {
    let query = query.trim_start_matches('=').trim_start();
    let word: String =
        query.chars().take_while(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    match word.as_str() {
        "select" | "show" | "describe" | "explain" => Some("read"),
        "insert" => Some("add"),
        "update" | "alter" | "merge" | "replace" => Some("change"),
        "delete" | "drop" | "truncate" => Some("delete"),
        _ => None,
    }
}

/// The id of a memory or an index that only this flow knows.
pub(super) fn own_id(prefix: &str, owner: &str, name: &str) -> AssetId {
    AssetId::from_text(format!("{prefix}:n8n/{owner}/{name}"))
}
