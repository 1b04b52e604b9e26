//! Agent flows of the second version: steps with their settings inside.

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::{AgentFacts, KeptFor, Known, Object, OwnEffect, OwnTool, Shown};
use ambit_model::{AssetId, Basis, Confidence, Effect, Gate, Place, Trust, Where};

use super::tool::{Named, asks};
use super::{Canvas, Item, inserted, template};
use crate::fragment::Sink;
use crate::readers::flows::draw::{approval, kept};
use crate::readers::flows::inline;
use crate::readers::flows::join::FlowRef;
use crate::readers::flows::step::{Flow, Link, Mind, Role, Source, Start, Step, Taken, Waits};
use crate::tree::{Node, View};

impl Canvas<'_> {
    pub(super) fn agent_flow(&self, sink: &mut Sink) -> Flow {
        let mut flow = self.empty();
        flow.steps = (0..self.nodes.len()).filter_map(|it| self.step(it, sink)).collect();
        flow.links = vec![Vec::new(); self.nodes.len()];
        let mut links = Vec::new();
        for (from, out) in self.from.iter().enumerate() {
            links.extend(out.iter().map(|(to, output)| (from, Link { to: *to, output: *output })));
        }
        for (index, item) in self.nodes.iter().enumerate() {
            // `<id>-<label>` of the node that is gone back to.
            let back = item
                .set("loopBackToNode")
                .and_then(|it| it.split('-').next())
                .and_then(|it| self.by_id.get(it));
            links.extend(back.map(|to| (index, Link { to: *to, output: 0 })));
            let parent = item.parent.as_ref().and_then(|it| self.by_id.get(it));
            if let Some(parent) = parent {
                // What is repeated stands inside; what it gives is what the whole gives.
                if self.into.get(index).is_none_or(Vec::is_empty) {
                    links.push((*parent, Link { to: index, output: 0 }));
                }
                if self.from.get(index).is_none_or(Vec::is_empty) {
                    links.push((index, Link { to: *parent, output: 0 }));
                }
            }
        }
        for (from, link) in links {
            if let Some(list) = flow.links.get_mut(from) {
                list.push(link);
            }
        }
        flow
    }

    fn step(&self, index: usize, sink: &mut Sink) -> Option<Step> {
        let item = self.item(index)?;
        let mut step = Step::new(item.label, item.place.clone());
        step.implicit = false;
        step.takes = self.takes(&item.inputs);
        step.credentials = self.credentials(&item.data);
        match item.kind() {
            Some(NodeKind::Trigger) => {
                step.role = Role::Start(self.start(item));
                step.takes.clear();
            }
            Some(NodeKind::Agent) => {
                self.talked_to(item, &mut step);
                step.role = Role::Agent(Box::new(self.inline_mind(item, sink)));
            }
            Some(NodeKind::Chain) => {
                self.talked_to(item, &mut step);
                step.role = Role::Chain(Box::new(self.inline_mind(item, sink)));
            }
            Some(NodeKind::Branch) => step.role = Role::Branch { approved: None },
            Some(NodeKind::Human) => {
                let dynamic = item.set("humanInputDescriptionType") == Some("dynamic");
                let shows = if dynamic || !step.takes.is_empty() { Shown::AgentText } else { Shown::Unclear };
                step.role = Role::Branch { approved: Some(0) };
                step.implicit = true;
                step.waits = Some(Waits { how: "human input".to_owned(), shows, decides: false });
            }
            Some(NodeKind::Reply) => step.role = Role::Answers,
            Some(NodeKind::Code) => self.code_step(item, &mut step, sink),
            Some(NodeKind::Service | NodeKind::Http | NodeKind::Retriever) => {
                self.acting(index, item, &mut step);
            }
            Some(NodeKind::Workflow) => {
                step.role = Role::Acts;
                step.known = Known::Definition;
                step.runs = item
                    .inputs
                    .get("executeFlowSelectedFlow")
                    .and_then(|it| it.scalar())
                    .map(|id| FlowRef::Other { name: Some(id.clone()), id });
            }
            Some(NodeKind::Flow | NodeKind::Part | NodeKind::Model | NodeKind::Memory) => {
                step.implicit = true;
            }
            _ => {
                step.role = Role::Acts;
                step.known = Known::Nothing;
                step.implicit = true;
            }
        }
        Some(step)
    }

    fn start(&self, item: &Item<'_>) -> Start {
        let event = item.set("startInputType").unwrap_or("chatInput");
        let mut start = match event {
            "scheduleInput" => self.users(event, Trust::Operator, None),
            "webhookTrigger" => {
                let by = item
                    .inputs
                    .get("webhookEnableAuth")
                    .filter(|it| it.truth() == Some(true))
                    .map(|it| it.place());
                let trust = if by.is_some() { Trust::Organization } else { Trust::Public };
                self.users(event, trust, by)
            }
            _ => self.users(event, Trust::Public, None),
        };
        start.brings_text = event != "scheduleInput";
        start
    }

    /// Unless it is given something else, a model hears what was said so far, the user's question first.
    fn talked_to(&self, item: &Item<'_>, step: &mut Step) {
        let remembers = ["agentEnableMemory", "llmEnableMemory"]
            .iter()
            .any(|it| item.inputs.get(it).is_some_and(|it| it.truth() == Some(true)));
        if !(remembers || step.takes.is_empty()) {
            return;
        }
        step.implicit = true;
        if let Some(at) = self.nodes.iter().position(|it| it.kind() == Some(NodeKind::Trigger)) {
            let place = step.place.clone();
            step.takes.push(Taken {
                what: "question".to_owned(),
                from: Source::Step(at),
                among_instructions: false,
                place,
            });
        }
    }

    fn inline_mind(&self, item: &Item<'_>, sink: &mut Sink) -> Mind {
        let mut mind = Mind::new(self.facts(item));
        let config = ["agentModelConfig", "llmModelConfig", "conditionAgentModelConfig"]
            .iter()
            .find_map(|it| item.inputs.get(it));
        mind.facts.model = model(item, config.as_ref());
        if let Some(config) = &config {
            mind.facts.credentials.extend(self.credentials(config));
        }
        for message in ["agentMessages", "llmMessages"]
            .iter()
            .filter_map(|it| item.inputs.get(it))
            .flat_map(|it| it.items())
        {
            self.instruct(item, message.get("content").as_ref(), &mut mind.facts);
        }
        for tool in item.inputs.get("agentTools").map(|it| it.items()).unwrap_or_default() {
            self.inline_tool(&tool, &mut mind, sink);
        }
        for (key, view) in
            item.inputs.entries().into_iter().filter(|(key, _)| key.starts_with("agentToolsBuiltIn"))
        {
            self.built_in(key, &view, &mut mind.facts);
        }
        self.knowledge(item, &mut mind.facts);
        if ["agentEnableMemory", "llmEnableMemory"].iter().any(|it| item.inputs.is_true(it)) {
            let id = AssetId::from_text(format!("memory:flowise/{}/conversation", self.owner));
            let on = Object { id, ..Object::named("", format!("Conversation of the flow `{}`", self.name)) };
            mind.facts.program.keeps.push(kept(on, (true, true), KeptFor::Session, item.place.clone()));
        }
        self.limits(item, &mut mind.facts);
        mind
    }

    fn inline_tool(&self, tool: &View<'_>, mind: &mut Mind, sink: &mut Sink) {
        let Some(name) = tool.text_of("agentSelectedTool").filter(|it| !it.is_empty()) else { return };
        let asks = tool.get("agentSelectedToolRequiresHumanInput").filter(|it| it.truth() == Some(true));
        let gate = asks.map(|it| (Gate::Asked, it.place()));
        let place = tool.get("agentSelectedTool").map_or_else(|| tool.place(), |it| it.place());
        let named = Named {
            name,
            entry: self.known.nodes.node(&format!("flowise.{name}")),
            inputs: tool.get("agentSelectedToolConfig").filter(View::is_map).unwrap_or_else(|| tool.clone()),
            place,
            node: None,
            gate: gate.clone(),
        };
        let before = mind.facts.program.tools.len();
        self.give(&named, mind, sink);
        mind.facts.credentials.extend(self.credentials(&named.inputs));
        if let Some((_, place)) = gate {
            let names = mind.facts.program.tools.iter().skip(before).map(|it| it.name.clone()).collect();
            mind.facts.program.approvals.push(approval("require human input", Shown::Call, names, place));
        }
    }

    /// Tools that the model's provider runs.
    fn built_in(&self, key: &str, view: &View<'_>, facts: &mut AgentFacts) {
        let parsed: Option<Node> = inline::json(view).and_then(Result::ok);
        let names: Vec<String> = match &parsed {
            Some(root) => View::root(self.text.path, root).items().iter().filter_map(View::scalar).collect(),
            None => view.items().iter().filter_map(View::scalar).filter(|it| !it.is_empty()).collect(),
        };
        for name in names {
            let lower = name.to_ascii_lowercase();
            let effect = if lower.contains("search") {
                Some(("channel:search", Effect::Ingests { trust: Trust::Public }, "search the web"))
            } else if lower.contains("fetch") || lower.contains("url") {
                Some(("channel:web", Effect::Ingests { trust: Trust::Public }, "read a page"))
            } else if lower.contains("code") {
                Some((
                    "env:sandbox",
                    Effect::Executes { r#where: Where::Sandbox },
                    "run code at the model's provider",
                ))
            } else {
                None
            };
            let known =
                if effect.is_some() || lower.contains("image") { Known::Declared } else { Known::Nothing };
            let place = view.place();
            facts.program.tools.push(OwnTool {
                name,
                owner: format!("{}/{key}", self.owner),
                definition: None,
                known,
                effects: effect
                    .into_iter()
                    .map(|(on, effect, does)| told(Object::shared(on), effect, does, &place))
                    .collect(),
                gate: Gate::Auto,
                gated_by: None,
                place: place.clone(),
                given: place,
            });
        }
    }

    fn knowledge(&self, item: &Item<'_>, facts: &mut AgentFacts) {
        for entry in item.inputs.get("agentKnowledgeDocumentStores").map(|it| it.items()).unwrap_or_default()
        {
            let Some(store) =
                entry.get("documentStore").filter(|it| it.text().is_some_and(|it| !it.is_empty()))
            else {
                continue;
            };
            let on = self.document_store(store.text().unwrap_or_default());
            facts.program.keeps.push(kept(on, (true, false), KeptFor::Everybody, store.place()));
        }
        for entry in item.inputs.get("agentKnowledgeVSEmbeddings").map(|it| it.items()).unwrap_or_default() {
            let Some(store) =
                entry.get("vectorStore").filter(|it| it.text().is_some_and(|it| !it.is_empty()))
            else {
                continue;
            };
            let settings =
                entry.get("vectorStoreConfig").filter(View::is_map).unwrap_or_else(|| entry.clone());
            let on = self.index_of(store.text().unwrap_or_default(), &settings);
            facts.program.keeps.push(kept(on, (true, false), KeptFor::Everybody, store.place()));
        }
    }

    /// `<id>:<name>`.
    fn document_store(&self, named: &str) -> Object {
        let (id, name) = named.split_once(':').unwrap_or((named, named));
        let mut on = Object::named(format!("store:index/flowise/{id}"), format!("Document store `{name}`"));
        on.level = Some(ambit_model::Level::Internal);
        on.data = vec!["documents".to_owned()];
        on
    }

    fn acting(&self, index: usize, item: &Item<'_>, step: &mut Step) {
        step.role = Role::Acts;
        if item.kind() == Some(NodeKind::Retriever) {
            let stores =
                item.inputs.get("retrieverKnowledgeDocumentStores").map(|it| it.items()).unwrap_or_default();
            let named = stores.iter().filter_map(|it| it.get("documentStore"));
            let mut effects: Vec<OwnEffect> =
                named.filter_map(|it| Some(asks(self.document_store(it.text()?), &it.place()))).collect();
            if effects.is_empty() {
                effects.push(asks(self.index_of(item.name, &item.inputs), &item.place));
            }
            step.effects = effects;
            return;
        }
        let picked = item.set("toolAgentflowSelectedTool");
        let settings = item.inputs.get("toolAgentflowSelectedToolConfig").filter(View::is_map);
        let tool = Named {
            name: picked.unwrap_or(item.name),
            entry: picked.map_or(item.entry, |it| self.known.nodes.node(&format!("flowise.{it}"))),
            inputs: settings.unwrap_or_else(|| item.inputs.clone()),
            place: item.place.clone(),
            node: Some(index),
            gate: None,
        };
        let (known, effects) = self.doing(&tool);
        if known == Known::Definition {
            step.definition = Some(std::sync::Arc::new(self.definition(&tool)));
        }
        step.known = known;
        step.effects = effects;
        step.receivers = self.receivers(item);
        if item.kind() == Some(NodeKind::Http) && step.takes.is_empty() {
            step.effects.retain(|it| !matches!(it.effect, Effect::Sends { .. }));
        }
    }

    /// Who gets what a tool sends, where an argument says so.
    fn receivers(&self, item: &Item<'_>) -> Option<Vec<Source>> {
        let arguments = item.inputs.get("toolInputArgs").map(|it| it.items())?;
        let names = &self.known.nodes.recipients;
        let mut named = arguments
            .iter()
            .filter(|it| it.text_of("inputArgName").is_some_and(|it| names.iter().any(|name| name == it)))
            .peekable();
        named.peek()?;
        let values = named.filter_map(|it| it.get("inputArgValue"));
        Some(values.flat_map(|it| self.takes(&it)).map(|it| it.from).collect())
    }

    /// Code in a sandbox of the process; it may use the libraries that Flowise lets in.
    pub(super) fn code_step(&self, item: &Item<'_>, step: &mut Step, sink: &mut Sink) {
        let code = ["customFunctionJavascriptFunction", "javascriptFunction", "customFunction", "ifFunction"]
            .iter()
            .find_map(|it| item.inputs.get(it));
        let Some(code) = code.filter(|it| it.text().is_some()) else { return };
        let text = code.text().unwrap_or_default();
        template::put_aside(text, (&self.owner, item.label), code.place(), sink);
        if ["require(", "fetch(", "import(", "axios", "process."].iter().any(|it| text.contains(it)) {
            step.role = Role::Acts;
            step.effects = vec![told(
                Object::shared("env:sandbox"),
                Effect::Executes { r#where: Where::Sandbox },
                "run the code of the node in the sandbox of Flowise",
                &item.place,
            )];
        }
    }

    /// What the settings of a step take from others.
    fn takes(&self, view: &View<'_>) -> Vec<Taken> {
        let mut takes = Vec::new();
        let mut open = vec![(view.clone(), false)];
        while let Some((view, instructs)) = open.pop() {
            if let Some(text) = view.text() {
                for what in inserted(text) {
                    for from in self.sources(what) {
                        let what = what.chars().take(80).collect();
                        takes.push(Taken { what, from, among_instructions: instructs, place: view.place() });
                    }
                }
                continue;
            }
            if view.is_list() {
                open.extend(view.items().into_iter().rev().map(|it| (it, instructs)));
                continue;
            }
            let system = view.text_of("role").map(|it| it == "system" || it == "developer");
            for (key, value) in view.entries().into_iter().rev() {
                open.push((value, system.unwrap_or(instructs) || key == "conditionAgentInstructions"));
            }
        }
        takes
    }

    /// Where an insert comes from: the question, a form, the state of the flow, another step.
    fn sources(&self, what: &str) -> Vec<Source> {
        let start =
            || self.nodes.iter().position(|it| it.kind() == Some(NodeKind::Trigger)).map(Source::Step);
        let word = what.split(['.', '[', ' ']).next().unwrap_or(what);
        match word {
            "question" | "$form" | "$webhook" | "chat_history" | "file_attachment" => {
                start().into_iter().collect()
            }
            "$flow" => {
                let Some(key) = what.split("state.").nth(1) else { return Vec::new() };
                let writes = |it: &Item<'_>| {
                    let lists =
                        it.inputs.entries().into_iter().filter(|(key, _)| key.ends_with("UpdateState"));
                    lists.flat_map(|(_, it)| it.items()).any(|it| it.text_of("key") == Some(key))
                };
                let writers = self.nodes.iter().enumerate().filter(|(_, it)| writes(it));
                writers.map(|(at, _)| Source::Step(at)).chain(start()).collect()
            }
            "$iteration" => self
                .nodes
                .iter()
                .position(|it| it.name == "iterationAgentflow")
                .map(Source::Step)
                .into_iter()
                .collect(),
            id => self.by_id.get(id).map(|it| Source::Step(*it)).into_iter().collect(),
        }
    }
}

fn model(item: &Item<'_>, config: Option<&View<'_>>) -> Option<(String, Place)> {
    let keys = ["customModelName", "modelName", "model"];
    let named = config.and_then(|config| {
        keys.iter().filter_map(|it| config.get(it)).find(|it| it.text().is_some_and(|it| !it.is_empty()))
    });
    let provider =
        ["agentModel", "llmModel", "conditionAgentModel"].iter().find_map(|it| item.inputs.get(it));
    let view = named.or(provider)?;
    Some((view.text()?.to_owned(), view.place()))
}

fn told(on: Object, effect: Effect, does: &str, place: &Place) -> OwnEffect {
    OwnEffect {
        effect,
        on,
        does: does.into(),
        basis: Basis::Declared,
        confidence: Confidence::Likely,
        place: Some(place.clone()),
    }
}
