//! Agents, and models that are asked something.

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::{
    AgentFacts, InstructionFacts, InstructionKind, KeptFor, Known, LimitKind, LoopLimit, Object, OwnTool,
    Unresolved,
};
use ambit_model::{AssetId, Gate, Place, Trust};

use super::node::at;
use super::{Canvas, Item};
use crate::fragment::Sink;
use crate::readers::flows::draw::kept;
use crate::readers::flows::step::Mind;
use crate::text::signals;
use crate::tree::View;

/// Fields that are told to the model as instructions.
const INSTRUCTIONS: &[&str] = &[
    "system_prompt",
    "system_message",
    "prefix",
    "suffix",
    "instructions",
    "goal",
    "backstory",
    "format_instructions",
];

impl Canvas<'_> {
    pub(super) fn facts(&self, item: &Item<'_>) -> AgentFacts {
        let name = format!("{}/{}", self.name, item.title);
        let mut facts = AgentFacts::bare("langflow", name, self.at.clone(), item.place.clone());
        facts.credentials = self.credentials(item);
        for field in INSTRUCTIONS {
            self.instruct(item, field, &mut facts);
        }
        facts
    }

    fn instruct(&self, item: &Item<'_>, field: &str, facts: &mut AgentFacts) {
        let Some((view, text)) = item.text(&[field]) else { return };
        facts.instructions.push(InstructionFacts {
            name: format!("{}: {}", self.text.path, item.title),
            kind: InstructionKind::Prompt,
            trust: Trust::Organization,
            because: "the flow's own text".to_owned(),
            pinned: true,
            signals: signals(text, &view.value_place()),
            place: view.place(),
        });
    }

    /// The agent or chain at `index`.
    pub(super) fn mind(&self, index: usize, sink: &mut Sink) -> Option<Mind> {
        let item = self.item(index)?;
        let mut mind = Mind::new(self.facts(item));
        mind.facts.model = self.model(index, item);
        let agent = matches!(item.part(), Some(NodeKind::Agent | NodeKind::AgentCall));
        for tool in self.fed(index, &["tools", "toolkit"]) {
            self.give(tool, &mut mind, sink);
        }
        for part in self.fed(index, &["llm", "model", "agent_llm", "language_model"]) {
            mind.facts.credentials.extend(self.item(part).map(|it| self.credentials(it)).unwrap_or_default());
        }
        for prompt in self.fed(index, &["system_prompt", "system_message", "input_value", "prompt"]) {
            if let Some(part) = self.item(prompt).filter(|it| it.part() == Some(NodeKind::Flow)) {
                self.instruct(part, "template", &mut mind.facts);
            }
        }
        self.own(item, &mut mind.facts);
        self.kept(index, item, agent, &mut mind.facts);
        for field in ["max_iterations", "max_iter", "recursion_limit"] {
            if let Some(value) = item.field(field).and_then(|it| it.scalar()).filter(|it| !it.is_empty()) {
                let raw = format!("{field}: {value}");
                mind.facts.program.limits.push(LoopLimit {
                    kind: LimitKind::Steps,
                    raw,
                    place: Some(at(item, field)),
                });
            }
        }
        if item.part() == Some(NodeKind::AgentCall) {
            mind.facts.program.unresolved.push(Unresolved {
                what: "tools".to_owned(),
                raw: "an agent that is kept elsewhere".to_owned(),
                place: item.place.clone(),
            });
        }
        Some(mind)
    }

    /// Tools that an agent brings along: what its type does, and small ones that are switched on.
    fn own(&self, item: &Item<'_>, facts: &mut AgentFacts) {
        let mut tool = |name: &str, known: Known, effects, place: Place| {
            facts.program.tools.push(OwnTool {
                name: name.to_owned(),
                owner: format!("{}/{}", self.owner, item.title),
                definition: None,
                known,
                effects,
                gate: Gate::Auto,
                gated_by: None,
                place: place.clone(),
                given: place,
            });
        };
        if let Some(entry) = item.entry.filter(|it| !it.does.is_empty()) {
            let acts = self.known.nodes.operation(entry, None, None).acts.unwrap_or_default();
            let effects = self.known.effects(entry, &acts, None, &item.place);
            tool(item.kind, Known::Catalog("nodes/langflow".to_owned()), effects, item.place.clone());
        }
        for (field, name) in
            [("add_current_date_tool", "get_current_date"), ("add_calculator_tool", "evaluate_expression")]
        {
            if item.field(field).is_some_and(|it| it.truth() == Some(true)) {
                tool(name, Known::Declared, Vec::new(), at(item, field));
            }
        }
    }

    fn kept(&self, index: usize, item: &Item<'_>, agent: bool, facts: &mut AgentFacts) {
        let memories = self.fed(index, &["memory", "external_memory", "chat_memory"]);
        for memory in memories.iter().filter_map(|it| self.item(*it)) {
            facts.program.keeps.push(kept(
                self.memory(memory.title),
                (true, true),
                KeptFor::Session,
                memory.place.clone(),
            ));
            facts.credentials.extend(self.credentials(memory));
        }
        let remembers = item.field("n_messages").and_then(|it| it.scalar()).is_some_and(|it| it != "0");
        if agent && remembers && memories.is_empty() {
            facts.program.keeps.push(kept(
                self.memory("conversation"),
                (true, true),
                KeptFor::Session,
                at(item, "n_messages"),
            ));
        }
        for store in self.fed(index, &["vectorstores", "vectorstoreinfo", "retriever"]) {
            if let Some(part) = self.item(store) {
                facts.program.keeps.push(kept(
                    self.index_of(part),
                    (true, false),
                    KeptFor::Everybody,
                    part.place.clone(),
                ));
            }
        }
    }

    fn memory(&self, name: &str) -> Object {
        let id = AssetId::from_text(format!("memory:langflow/{}/{name}", self.owner));
        Object { id, ..Object::named("", format!("{name} of the flow `{}`", self.name)) }
    }

    fn model(&self, index: usize, item: &Item<'_>) -> Option<(String, Place)> {
        let keys = ["model_name", "model", "model_id", "azure_deployment"];
        let of = |item: &Item<'_>| {
            if let Some((view, text)) = item.text(&keys) {
                return Some((text.to_owned(), view.place()));
            }
            // Newer fields hold a list of one model with its provider.
            let chosen = item.field("model")?.items().into_iter().next()?;
            let name = chosen.get("name").filter(|it| it.text().is_some())?;
            Some((name.text()?.to_owned(), name.place()))
        };
        let lent = self
            .fed(index, &["llm", "model", "agent_llm", "language_model"])
            .first()
            .and_then(|it| self.item(*it));
        if let Some(part) = lent {
            return of(part).or_else(|| Some((part.title.to_owned(), part.place.clone())));
        }
        of(item).or_else(|| {
            let provider: Option<(View<'_>, &str)> = item.text(&["agent_llm", "provider"]);
            provider.map(|(view, text)| (text.to_owned(), view.place()))
        })
    }
}
