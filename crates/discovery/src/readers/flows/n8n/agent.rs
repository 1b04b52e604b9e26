//! Agents and chains: their model, prompts, tools, memory and limits.

use std::sync::Arc;

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::{
    AgentFacts, Handoff, InstructionFacts, InstructionKind, Kept, KeptFor, Known, Launch, LimitKind,
    LoopLimit, Object, OwnEffect, OwnTool, Served, ServerUse, Shown, Target, ToolDefinition, Transport,
    Unresolved,
};
use ambit_model::{AssetId, Basis, Confidence, Effect, Gate, Place, Trust, Where};

use super::node::{own_id, strings};
use super::{Item, Workflow, expression, value};
use crate::fragment::{Fragment, Sink};
use crate::readers::flows::draw::{approval, bound, kept};
use crate::readers::flows::inline;
use crate::readers::flows::step::Mind;
use crate::readers::server_entry;
use crate::text::signals;
use crate::tree::{Node, Position, View};

/// How many retrievers and models are gone through for what stands behind them.
const DEEPEST: usize = 8;

/// Whether a parameter of this name is told to the model as instructions.
pub(super) fn instructs(key: &str) -> bool {
    let keys = [
        "systemMessage",
        "systemPromptTemplate",
        "instructions",
        "prefix",
        "system",
        "systemPrompt",
        "prefixPrompt",
    ];
    keys.contains(&key)
}

/// What stands before a tool.
#[derive(Debug, Clone, Default)]
struct Behind {
    gate: Option<(Gate, Place)>,
}

impl Workflow<'_> {
    /// The agent that the node at `index` is.
    pub(super) fn mind(&self, index: usize, sink: &mut Sink) -> Option<Mind> {
        let item = self.item(index)?;
        let name = format!("{}/{}", self.name, item.name);
        let mut facts = AgentFacts::bare("n8n", name, self.at.clone(), item.place.clone());
        facts.model = self.model(index, item);
        self.prompts(item, &mut facts);
        facts.credentials = self.credentials(item);
        for port in ["ai_languageModel", "ai_embedding", "ai_reranker"] {
            for part in self.attached(index, port).into_iter().filter_map(|it| self.item(it)) {
                facts.credentials.extend(self.credentials(part));
            }
        }
        let mut mind = Mind::new(facts);
        for tool in self.attached(index, "ai_tool") {
            self.tool(tool, &Behind::default(), &mut mind, sink, 0);
        }
        self.built_in(index, item, &mut mind);
        self.kept(index, &mut mind);
        limits(item, &mut mind.facts);
        if item.kind() == Some(NodeKind::AgentCall)
            || item.parameters.text_of("assistantId").is_some()
            || item.parameters.at(&["assistantId", "value"]).is_some()
        {
            mind.facts.program.unresolved.push(Unresolved {
                what: "tools".to_owned(),
                raw: "an agent that is kept elsewhere".to_owned(),
                place: item.place.clone(),
            });
        }
        let mut credentials = std::mem::take(&mut mind.facts.credentials);
        credentials.sort_by(|a, b| (&a.name, &a.kind, &a.place).cmp(&(&b.name, &b.kind, &b.place)));
        credentials.dedup_by(|a, b| a.value.is_none() && (&a.name, &a.kind) == (&b.name, &b.kind));
        mind.facts.credentials = credentials;
        Some(mind)
    }

    fn model(&self, index: usize, item: &Item<'_>) -> Option<(String, Place)> {
        let keys = ["model", "modelId", "modelName"];
        let of = |item: &Item<'_>| {
            let view = keys.iter().find_map(|it| item.parameters.get(it));
            let name = keys.iter().find_map(|it| value(&item.parameters, it)).filter(|it| !it.is_empty());
            let usual = item.short.trim_start_matches("lmChat").trim_start_matches("lm");
            let place = view.map_or_else(|| item.place.clone(), |it| it.place());
            (name.unwrap_or(usual).trim_start_matches('=').to_owned(), place)
        };
        let mut at = self.attached(index, "ai_languageModel").first().copied();
        for _ in 0..DEEPEST {
            let model = at.and_then(|it| self.item(it))?;
            if model.kind() == Some(NodeKind::Model) {
                return Some(of(model));
            }
            at = at.and_then(|it| self.attached(it, "ai_languageModel").first().copied());
        }
        keys.iter().any(|it| item.parameters.get(it).is_some()).then(|| of(item))
    }

    /// What the flow tells the model.
    fn prompts(&self, item: &Item<'_>, facts: &mut AgentFacts) {
        for (key, view) in strings(&item.parameters) {
            let Some(text) = view.text().filter(|_| instructs(&key) || is_message(&key)) else { continue };
            facts.instructions.push(InstructionFacts {
                name: format!("{}: {}", self.text.path, item.name),
                kind: InstructionKind::Prompt,
                trust: Trust::Organization,
                because: "the flow's own text".to_owned(),
                pinned: true,
                signals: signals(text, &view.value_place()),
                place: view.place(),
            });
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
    fn tool(&self, index: usize, behind: &Behind, mind: &mut Mind, sink: &mut Sink, depth: usize) {
        let Some(item) = self.item(index).filter(|_| depth < DEEPEST) else { return };
        let mut behind = behind.clone();
        if let Some(off) = &item.off {
            behind.gate = Some((Gate::Denied, off.clone()));
        }
        let inner = self.attached(index, "ai_tool");
        if item.asks && !inner.is_empty() {
            return self.asked(item, &inner, behind, mind, sink, depth);
        }
        match item.kind() {
            Some(NodeKind::Agent | NodeKind::Chain) => return self.hands(item, &behind, mind),
            Some(NodeKind::McpClient) => return self.server(item, &behind, mind, sink),
            _ => {}
        }
        let doing = self.doing(item);
        let definition = self.definition(item);
        let chooses = strings(&item.parameters)
            .iter()
            .any(|(_, it)| it.text().is_some_and(|it| !expression::read(it).chosen.is_empty()));
        let mut tool = self.own_tool(item, definition, &behind);
        tool.known = doing.known;
        tool.effects = doing.effects;
        if let Some(receivers) = self.receivers(item) {
            mind.receivers.push((tool.name.clone(), receivers));
        }
        if !chooses && tool.known == Known::Catalog("nodes/n8n".to_owned()) {
            // Nothing is left to the model but whether it is called.
            bound_template(&mut tool);
        }
        if let Some(flow) = self.runs(item) {
            mind.calls.push((tool.name.clone(), flow));
        }
        mind.facts.credentials.extend(self.credentials(item));
        self.put_aside(item, sink);
        mind.facts.program.tools.push(tool);
    }

    fn own_tool(&self, item: &Item<'_>, definition: ToolDefinition, behind: &Behind) -> OwnTool {
        OwnTool {
            name: item.name.to_owned(),
            owner: self.owner.clone(),
            definition: Some(Arc::new(definition)),
            known: Known::Nothing,
            effects: Vec::new(),
            gate: behind.gate.as_ref().map_or(Gate::Auto, |it| it.0),
            gated_by: behind.gate.as_ref().map(|it| it.1.clone()),
            place: item.place.clone(),
            given: item.place.clone(),
        }
    }

    /// Tools that a person is asked about before each call.
    #[expect(clippy::too_many_arguments, reason = "each is another thing that it needs to know")]
    fn asked(
        &self,
        item: &Item<'_>,
        inner: &[usize],
        mut behind: Behind,
        mind: &mut Mind,
        sink: &mut Sink,
        depth: usize,
    ) {
        if behind.gate.is_none() {
            behind.gate = Some((Gate::Asked, item.place.clone()));
        }
        let before = mind.facts.program.tools.len();
        for tool in inner {
            self.tool(*tool, &behind, mind, sink, depth + 1);
        }
        let names = mind.facts.program.tools.iter().skip(before).map(|it| it.name.clone()).collect();
        // Unless told otherwise the message has the call in it.
        let message = value(&item.parameters, "message").map(expression::read).unwrap_or_default();
        let shows = if message.chosen.is_empty() { Shown::Call } else { Shown::AgentText };
        mind.facts.program.approvals.push(approval("human review", shows, names, item.place.clone()));
        mind.facts.credentials.extend(self.credentials(item));
    }

    fn hands(&self, item: &Item<'_>, behind: &Behind, mind: &mut Mind) {
        let handoff = Handoff {
            to: Target::Agent {
                client: "n8n".to_owned(),
                name: format!("{}/{}", self.name, item.name),
                at: self.at.clone(),
            },
            gate: behind.gate.as_ref().map_or(Gate::Auto, |it| it.0),
            returns: true,
            shares_context: false,
            how: "as a tool".to_owned(),
            place: item.place.clone(),
        };
        mind.facts.program.hands.push(handoff);
    }

    fn server(&self, item: &Item<'_>, behind: &Behind, mind: &mut Mind, sink: &mut Sink) {
        let mut fragment = Fragment::new("n8n", self.text.location.clone(), item.place.clone());
        let address = ["endpointUrl", "sseEndpoint"].iter().find_map(|it| item.parameters.get(it));
        if let Some(address) = address.filter(|it| it.text().is_some()) {
            let entry = remote(item, &address);
            let view = View::root(self.text.path, &entry);
            server_entry::read(item.name, &view, self.text, &mut fragment, sink);
        } else {
            // The command or the address is kept with the credential.
            let name = super::node_credential(item).unwrap_or(item.name);
            let key = format!("n8n|{}|{name}", self.at);
            let launch = Launch { transport: Transport::Stdio, ..Launch::default() };
            let fixed =
                value(&item.parameters, "toolName").filter(|it| !it.starts_with('=') && !it.is_empty());
            let only = fixed.map(|it| vec![it.to_owned()]);
            let calls = value(&item.parameters, "operation") == Some("executeTool");
            if calls {
                server_entry::bring(name, (key, launch), (&item.view, only), &mut fragment, sink);
            }
            let mut tool = self.own_tool(item, self.definition(item), behind);
            tool.known = Known::Declared;
            mind.facts.program.tools.push(tool);
        }
        for mut server in fragment.servers {
            server.place = item.place.clone();
            if let Some((Gate::Denied, place)) = &behind.gate {
                server.state = ambit_model::facts::ServerState::Disabled(place.clone());
            }
            let same = |it: &ServerUse| it.key == server.key && it.only == server.only;
            if !mind.facts.servers.iter().any(same) {
                mind.facts.servers.push(server);
            }
        }
        mind.facts.credentials.extend(self.credentials(item));
    }

    /// Tools that the model's provider runs.
    fn built_in(&self, index: usize, item: &Item<'_>, mind: &mut Mind) {
        let models = self.attached(index, "ai_languageModel");
        for model in models.into_iter().filter_map(|it| self.item(it)).chain([item]) {
            let Some(list) = model.parameters.get("builtInTools") else { continue };
            for (name, view) in list.entries() {
                let effects = match name {
                    "webSearch" => vec![hosted(
                        "channel:search",
                        Effect::Ingests { trust: Trust::Public },
                        "search the web",
                        &view,
                    )],
                    "codeInterpreter" => {
                        vec![hosted(
                            "env:sandbox",
                            Effect::Executes { r#where: Where::Sandbox },
                            "run code at the model's provider",
                            &view,
                        )]
                    }
                    _ => Vec::new(),
                };
                let known = if effects.is_empty() { Known::Nothing } else { Known::Declared };
                mind.facts.program.tools.push(OwnTool {
                    name: name.to_owned(),
                    owner: format!("{}/{}", self.owner, model.name),
                    definition: None,
                    known,
                    effects,
                    gate: Gate::Auto,
                    gated_by: None,
                    place: view.place(),
                    given: view.place(),
                });
            }
        }
    }

    /// Memories, and indexes that are asked without a tool.
    fn kept(&self, index: usize, mind: &mut Mind) {
        for memory in self.attached(index, "ai_memory").into_iter().filter_map(|it| self.item(it)) {
            if memory.off.is_none() {
                mind.facts.program.keeps.push(self.memory(memory));
                mind.facts.credentials.extend(self.credentials(memory));
            }
        }
        for port in ["ai_retriever", "ai_vectorStore"] {
            for item in self.attached(index, port).into_iter().filter_map(|it| self.item(it)) {
                mind.facts.credentials.extend(self.credentials(item));
                match self.index(item) {
                    Some(on) => {
                        mind.facts.program.keeps.push(kept(
                            on,
                            (true, false),
                            KeptFor::Everybody,
                            item.place.clone(),
                        ));
                    }
                    None => mind.facts.program.unresolved.push(Unresolved {
                        what: "documents".to_owned(),
                        raw: item.name.to_owned(),
                        place: item.place.clone(),
                    }),
                }
            }
        }
    }

    fn memory(&self, item: &Item<'_>) -> Kept {
        let key = item.parameters.get("sessionKey").and_then(|it| it.text());
        let custom = value(&item.parameters, "sessionIdType") == Some("customKey") || key.is_some();
        let kept_for = match key.filter(|_| custom) {
            None => KeptFor::Session,
            Some(key) if !key.starts_with('=') => KeptFor::Everybody,
            // A window of the last messages, in the memory of the process, is no memory of a person.
            Some(_) if item.short == "memoryBufferWindow" => KeptFor::Session,
            Some(key) => of_key(key),
        };
        let table =
            ["tableName", "collectionName", "databaseName"].iter().find_map(|it| value(&item.parameters, it));
        let sort = item.short.trim_start_matches("memory");
        let on = match super::node_credential(item) {
            Some(credential) => {
                let table = table.unwrap_or("n8n_chat_histories");
                let id =
                    AssetId::from_text(format!("memory:n8n/{}/{credential}/{table}", sort.to_lowercase()));
                Object { id, ..Object::named("", format!("{} of `{credential}`", item.name)) }
            }
            None => Object { id: own_id("memory", &self.owner, item.name), ..Object::named("", item.name) },
        };
        kept(on, (true, true), kept_for, item.place.clone())
    }

    /// The tools that the workflow itself serves.
    pub(super) fn serve(&self, sink: &mut Sink) {
        let served: Vec<usize> = (0..self.nodes.len())
            .filter(|it| {
                self.item(*it).is_some_and(|it| it.kind() == Some(NodeKind::McpServer) && it.off.is_none())
            })
            .collect();
        for index in served {
            let Some(item) = self.item(index) else { continue };
            let mut mind = Mind::new(AgentFacts::bare("n8n", item.name, self.at.clone(), item.place.clone()));
            for tool in self.attached(index, "ai_tool") {
                self.tool(tool, &Behind::default(), &mut mind, sink, 0);
            }
            for (name, _) in mind.receivers {
                for tool in mind.facts.program.tools.iter_mut().filter(|it| it.name == name) {
                    bound(tool, ambit_model::Audience::Organization);
                }
            }
            let by =
                item.parameters.get("authentication").filter(|it| it.text().is_some_and(|it| it != "none"));
            sink.served.push(Served {
                name: value(&item.parameters, "path")
                    .filter(|it| !it.is_empty())
                    .unwrap_or(item.name)
                    .to_owned(),
                path: self.text.path.to_owned(),
                protocol: ambit_model::facts::Protocol::Mcp,
                tools: mind.facts.program.tools,
                addresses: Vec::new(),
                authenticated: Some((by.is_some(), by.map_or_else(|| item.place.clone(), |it| it.place()))),
                place: item.place.clone(),
            });
        }
    }
}

fn is_message(key: &str) -> bool {
    ["text", "prompt", "content", "message", "humanMessage"].contains(&key)
}

/// Whom a memory is kept for, by what its key is made of.
fn of_key(key: &str) -> KeptFor {
    let key = key.to_ascii_lowercase();
    let user = ["from.id", "user", "phone", "email", "sender", "from.number", "author", "customer"];
    if user.iter().any(|it| key.contains(it)) && !key.contains("chat.id") {
        KeptFor::User
    } else {
        KeptFor::Session
    }
}

/// The entry of a server that is reached at an address.
fn remote(item: &Item<'_>, address: &View<'_>) -> Node {
    let place = address.value_place();
    let at = Position { line: place.line, column: place.column };
    let url = address.text().unwrap_or_default().trim_start_matches('=');
    let sse = value(&item.parameters, "serverTransport") == Some("sse")
        || item.parameters.get("sseEndpoint").is_some();
    let signed_in = value(&item.parameters, "authentication").filter(|it| *it != "none");
    let pick = |key: &str| item.parameters.get(key).map(|it| it.node().clone());
    let include = value(&item.parameters, "include");
    inline::map(
        vec![
            ("url", Some(inline::text(url, at))),
            ("type", Some(inline::text(if sse { "sse" } else { "http" }, at))),
            ("auth", signed_in.map(|it| inline::text(it, at))),
            ("includeTools", pick("includeTools").filter(|_| include == Some("selected"))),
            ("excludeTools", pick("excludeTools").filter(|_| include == Some("except"))),
        ],
        at,
    )
}

fn hosted(on: &'static str, effect: Effect, does: &str, view: &View<'_>) -> OwnEffect {
    OwnEffect {
        effect,
        on: Object::shared(on),
        does: does.into(),
        basis: Basis::Declared,
        confidence: Confidence::Certain,
        place: Some(view.place()),
    }
}

fn bound_template(tool: &mut OwnTool) {
    for effect in &mut tool.effects {
        if let Effect::Sends { bandwidth, .. } = &mut effect.effect {
            *bandwidth = ambit_model::Bandwidth::FixedTemplate;
        }
    }
}

fn limits(item: &Item<'_>, facts: &mut AgentFacts) {
    if item.kind() != Some(NodeKind::Agent) || item.short == "openAiAssistant" {
        return;
    }
    let set = item.parameters.at(&["options", "maxIterations"]);
    let limit = match set.and_then(|it| Some((it.scalar()?, it.place()))) {
        Some((value, place)) => (format!("maxIterations: {value}"), Some(place)),
        None => ("maxIterations: 10, unless told otherwise".to_owned(), None),
    };
    facts.program.limits.push(LoopLimit { kind: LimitKind::Steps, raw: limit.0, place: limit.1 });
}
