//! Agents and chains as nodes: their model, prompts, tools, memory and guards.

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::{
    AgentFacts, Guard, Handoff, InstructionFacts, InstructionKind, Kept, KeptFor, Known, LimitKind,
    LoopLimit, Object, OwnTool, Shown, Target, Unresolved,
};
use ambit_model::{AssetId, Gate, Place, Trust};

use super::{Canvas, Item};
use crate::fragment::Sink;
use crate::readers::flows::draw::{approval, kept};
use crate::readers::flows::step::Mind;
use crate::text::signals;
use crate::tree::View;

/// How deep parts of parts are gone through.
const DEEPEST: usize = 8;

/// Inputs that are told to the model as instructions.
const INSTRUCTIONS: &[&str] = &[
    "systemMessage",
    "systemMessagePrompt",
    "supervisorPrompt",
    "workerPrompt",
    "systemPrompt",
    "prefix",
    "conditionAgentInstructions",
    "responsePrompt",
    "rephrasePrompt",
    "qaPrompt",
    "customPrompt",
];

impl Canvas<'_> {
    pub(super) fn facts(&self, item: &Item<'_>) -> AgentFacts {
        let shown =
            ["agentName", "supervisorName", "workerName", "llmNodeName", "conditionAgentName", "chainName"];
        let shown = shown.iter().find_map(|it| item.set(it)).unwrap_or(item.label);
        let mut facts = AgentFacts::bare(
            "flowise",
            format!("{}/{shown}", self.name),
            self.at.clone(),
            item.place.clone(),
        );
        facts.credentials = self.credentials(&item.data);
        for key in INSTRUCTIONS {
            self.instruct(item, item.inputs.get(key).as_ref(), &mut facts);
        }
        facts
    }

    pub(super) fn instruct(&self, item: &Item<'_>, view: Option<&View<'_>>, facts: &mut AgentFacts) {
        let Some((view, text)) =
            view.and_then(|it| Some((it, it.text()?))).filter(|(_, it)| !it.trim().is_empty())
        else {
            return;
        };
        facts.instructions.push(InstructionFacts {
            name: format!("{}: {}", self.text.path, item.label),
            kind: InstructionKind::Prompt,
            trust: Trust::Organization,
            because: "the flow's own text".to_owned(),
            pinned: true,
            signals: signals(text, &view.value_place()),
            place: view.place(),
        });
    }

    /// The agent or chain at `index`, with what is attached to it.
    pub(super) fn mind(&self, index: usize, sink: &mut Sink) -> Option<Mind> {
        let item = self.item(index)?;
        let mut mind = Mind::new(self.facts(item));
        self.parts(index, &mut mind, sink, 0);
        if let Some(entry) = item.entry.filter(|it| !it.does.is_empty()) {
            let acts = self.known.nodes.operation(entry, None, None).acts.unwrap_or_default();
            mind.facts.program.tools.push(OwnTool {
                name: item.name.to_owned(),
                owner: self.owner.clone(),
                definition: None,
                known: Known::Catalog("nodes/flowise".to_owned()),
                effects: self.known.effects(entry, &acts, None, &item.place),
                gate: Gate::Auto,
                gated_by: None,
                place: item.place.clone(),
                given: item.place.clone(),
            });
        }
        if item.kind() == Some(NodeKind::AgentCall) {
            mind.facts.program.unresolved.push(Unresolved {
                what: "tools".to_owned(),
                raw: "an assistant that is kept elsewhere".to_owned(),
                place: item.place.clone(),
            });
        }
        self.limits(item, &mut mind.facts);
        Some(mind)
    }

    /// What is attached to the node at `index`, and to prompts between.
    fn parts(&self, index: usize, mind: &mut Mind, sink: &mut Sink, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let parts: Vec<usize> = self.attached(index).map(|it| it.0).collect();
        for at in parts {
            let Some(part) = self.item(at) else { continue };
            match part.kind() {
                Some(NodeKind::Model) => {
                    mind.facts.model.get_or_insert_with(|| model(part));
                    mind.facts.credentials.extend(self.credentials(&part.data));
                }
                Some(NodeKind::Memory) => {
                    mind.facts.program.keeps.push(self.memory(part));
                    mind.facts.credentials.extend(self.credentials(&part.data));
                }
                Some(NodeKind::Guard) => mind.facts.program.guards.push(Guard {
                    how: part.category.to_owned(),
                    name: part.label.to_owned(),
                    place: part.place.clone(),
                }),
                Some(NodeKind::VectorStore) => self.asked(at, part, mind),
                Some(NodeKind::Retriever) if part.category != "Tools" => self.asked(at, part, mind),
                Some(NodeKind::Part) => {
                    self.prompt(part, &mut mind.facts);
                    self.parts(at, mind, sink, depth + 1);
                }
                Some(NodeKind::Agent | NodeKind::Chain | NodeKind::AgentCall | NodeKind::Trigger) => {}
                Some(NodeKind::Flow | NodeKind::Branch) => {}
                Some(NodeKind::Code) if part.category == "Utilities" => {}
                _ => {
                    self.give(&self.tool_node(at, part), mind, sink);
                    mind.facts.credentials.extend(self.credentials(&part.data));
                    self.behind(at, mind);
                }
            }
        }
    }

    /// A tool that asks a chain asks whatever that chain is.
    fn behind(&self, tool: usize, mind: &mut Mind) {
        let chains: Vec<usize> =
            self.attached(tool).filter(|(_, it)| it.kind() == Some(NodeKind::Chain)).map(|it| it.0).collect();
        for chain in chains.into_iter().filter_map(|it| self.item(it)) {
            mind.facts.program.hands.push(Handoff {
                to: self.target(chain),
                gate: Gate::Auto,
                returns: true,
                shares_context: false,
                how: "as a tool".to_owned(),
                place: chain.place.clone(),
            });
        }
    }

    pub(super) fn target(&self, item: &Item<'_>) -> Target {
        let facts = self.facts(item);
        Target::Agent { client: facts.client, name: facts.name, at: facts.at }
    }

    fn asked(&self, at: usize, part: &Item<'_>, mind: &mut Mind) {
        if let Some(on) = self.index(at, 0) {
            mind.facts.program.keeps.push(kept(on, (true, false), KeptFor::Everybody, part.place.clone()));
        }
        mind.facts.credentials.extend(self.credentials(&part.data));
    }

    fn prompt(&self, part: &Item<'_>, facts: &mut AgentFacts) {
        for key in ["systemMessagePrompt", "template", "humanMessagePrompt"] {
            self.instruct(part, part.inputs.get(key).as_ref(), facts);
        }
    }

    pub(super) fn memory(&self, item: &Item<'_>) -> Kept {
        // Without a session of its own it is that of the conversation.
        let fixed =
            ["sessionId", "sessionKey"].iter().find_map(|it| item.set(it)).filter(|it| !it.contains("{{"));
        let kept_for = if fixed.is_some() { KeptFor::Everybody } else { KeptFor::Session };
        let id = AssetId::from_text(format!("memory:flowise/{}/{}", self.owner, item.id));
        kept(Object { id, ..Object::named("", item.label) }, (true, true), kept_for, item.place.clone())
    }

    pub(super) fn limits(&self, item: &Item<'_>, facts: &mut AgentFacts) {
        for key in ["maxIterations", "recursionLimit", "maxLoopCount"] {
            let Some(view) = item.inputs.get(key) else { continue };
            if let Some(value) = view.scalar().filter(|it| !it.trim().is_empty()) {
                let raw = format!("{key}: {value}");
                facts.program.limits.push(LoopLimit {
                    kind: LimitKind::Steps,
                    raw,
                    place: Some(view.place()),
                });
            }
        }
    }

    /// A node that asks before its tools are called.
    pub(super) fn interrupts(&self, item: &Item<'_>, mind: &mut Mind, how: &str) {
        let Some(view) = item.inputs.get("interrupt").filter(|it| it.truth() == Some(true)) else { return };
        let mut names = Vec::new();
        for tool in &mut mind.facts.program.tools {
            tool.gate = tool.gate.max(Gate::Asked);
            tool.gated_by.get_or_insert_with(|| view.place());
            names.push(tool.name.clone());
        }
        mind.facts.program.approvals.push(approval(how, Shown::Call, names, view.place()));
    }
}

/// The model that a node is.
pub(super) fn model(item: &Item<'_>) -> (String, Place) {
    let keys = ["customModelName", "modelName", "model", "azureOpenAIApiDeploymentName"];
    let view = keys
        .iter()
        .filter_map(|it| item.inputs.get(it))
        .find(|it| it.text().is_some_and(|it| !it.is_empty()));
    let name = view.as_ref().and_then(View::text).unwrap_or(item.name).to_owned();
    (name, view.map_or_else(|| item.place.clone(), |it| it.place()))
}
