//! What single components do between others.

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::{Known, Object, OwnEffect, Shown};
use ambit_model::{Basis, BlastRadius, Confidence, Effect, Level, Place, Reversibility, Trust};

use super::{Canvas, Item};
use crate::fragment::Sink;
use crate::readers::flows::effects::{self, Address};
use crate::readers::flows::step::{Role, Step, Waits};

impl Canvas<'_> {
    /// The component at `index` as a step of the flow.
    pub(super) fn step(&self, index: usize, sink: &mut Sink) -> Option<Step> {
        let item = self.item(index)?;
        let mut step = Step::new(item.title, item.place.clone());
        step.implicit = false;
        step.credentials = self.credentials(item);
        if self.is_tool(index) {
            // It does something when its agent wants it to.
            return Some(step);
        }
        match item.part() {
            Some(NodeKind::Trigger) => {
                let trust = item.entry.and_then(|it| it.trust).unwrap_or(Trust::Organization);
                let mut start = self.users(item.kind, trust);
                start.brings_text = !item.entry.is_some_and(|it| it.silent);
                start.is_answered = false;
                step.role = Role::Start(start);
            }
            Some(NodeKind::Agent | NodeKind::AgentCall) => {
                let mind = self.mind(index, sink)?;
                step.role = Role::Agent(Box::new(mind));
            }
            Some(NodeKind::Chain) => step.role = Role::Chain(Box::new(self.mind(index, sink)?)),
            Some(NodeKind::Model) if self.is_asked(index) => {
                step.role = Role::Chain(Box::new(self.mind(index, sink)?));
            }
            Some(NodeKind::Reply) => step.role = Role::Answers,
            Some(NodeKind::Branch) => step.role = Role::Branch { approved: None },
            Some(NodeKind::Guard) => step.role = Role::Guard { how: item.kind.to_owned() },
            Some(NodeKind::Human) => {
                step.role = Role::Branch { approved: Some(0) };
                step.waits =
                    Some(Waits { how: "human input".to_owned(), shows: Shown::AgentText, decides: true });
            }
            Some(
                NodeKind::Flow | NodeKind::Part | NodeKind::Model | NodeKind::Memory | NodeKind::McpClient,
            ) => {}
            Some(NodeKind::VectorStore) => {
                step.role = Role::Acts;
                step.effects = self.index_effects(index, item);
            }
            Some(NodeKind::Code) => self.code_step(item, &mut step, sink),
            None if item.template.get("code").is_none() && item.node.get("template").is_none() => {}
            _ => {
                step.role = Role::Acts;
                let (known, effects) = self.doing(index, item, false);
                step.known = known;
                step.effects = effects;
                if step.known == Known::Definition {
                    step.definition = Some(std::sync::Arc::new(self.definition(item)));
                }
                step.runs = self.runs(item);
                self.put_aside(item, item.title, sink);
            }
        }
        Some(step)
    }

    fn code_step(&self, item: &Item<'_>, step: &mut Step, sink: &mut Sink) {
        step.role = Role::Acts;
        step.known = Known::Definition;
        step.definition = Some(std::sync::Arc::new(self.definition(item)));
        self.put_aside(item, item.title, sink);
    }

    /// Whether it is a tool of an agent and nothing else.
    pub(super) fn is_tool(&self, index: usize) -> bool {
        let mut is_tool = false;
        for into in &self.into {
            for (_, field) in into.iter().filter(|it| it.0 == index) {
                if field != "tools" {
                    return false;
                }
                is_tool = true;
            }
        }
        is_tool
    }

    /// Whether a model is asked something itself, and not only lent to others.
    fn is_asked(&self, index: usize) -> bool {
        !self.fed(index, &["input_value", "system_message", "prompt"]).is_empty()
    }

    /// What a component does when it is called.
    pub(super) fn doing(&self, index: usize, item: &Item<'_>, by_model: bool) -> (Known, Vec<OwnEffect>) {
        let Some(entry) = item.entry.filter(|_| !item.is_changed()) else {
            return (Known::Definition, Vec::new());
        };
        match entry.kind {
            NodeKind::Service => match self.known.nodes.operation(entry, None, None).acts {
                Some(acts) => {
                    let mut effects = self.known.effects(entry, &acts, None, &item.place);
                    if item.kind.starts_with("URL") && !by_model {
                        effects = fixed(item, effects);
                    }
                    (Known::Catalog("nodes/langflow".to_owned()), effects)
                }
                None => (Known::Nothing, Vec::new()),
            },
            NodeKind::Http => {
                let url = item.text(&["url_input", "urls", "url"]).map_or("", |it| it.1);
                let method = item.text(&["method"]).map_or("GET", |it| it.1);
                // The address is an argument of the tool, unless it is filled in.
                let open = by_model && url.is_empty();
                let fed = !self.fed(index, &["url_input", "urls", "body", "query_params"]).is_empty();
                let url = if open { "" } else { url };
                let signed_in = false;
                let chosen = by_model || fed;
                (
                    Known::Declared,
                    effects::call(Address { url, method, chosen, signed_in }, &item.place, self.text.catalog),
                )
            }
            NodeKind::VectorStore => (Known::Declared, self.index_effects(index, item)),
            NodeKind::Memory => (Known::Declared, vec![recalls(item, &self.owner)]),
            NodeKind::Code | NodeKind::Workflow => (Known::Definition, Vec::new()),
            NodeKind::Flow | NodeKind::Part | NodeKind::Branch => (Known::Declared, Vec::new()),
            _ => (Known::Nothing, Vec::new()),
        }
    }

    /// An index is filled by what is fed into it, and asked otherwise.
    pub(super) fn index_effects(&self, index: usize, item: &Item<'_>) -> Vec<OwnEffect> {
        let on = self.index_of(item);
        let ingests = !self
            .fed(index, &["ingest_data", "input_df", "documents", "inputs", "vector_store_inputs"])
            .is_empty();
        let asked = !self.fed(index, &["search_query", "search_input", "query"]).is_empty();
        let effect = |effect: Effect, does: &str| OwnEffect {
            effect,
            on: on.clone(),
            does: does.into(),
            basis: Basis::Declared,
            confidence: Confidence::Certain,
            place: Some(item.place.clone()),
        };
        let mut effects = Vec::new();
        if ingests {
            let writes = Effect::Writes {
                reversibility: Reversibility::Reversible,
                blast_radius: BlastRadius::Organization,
            };
            effects.push(effect(writes, "put documents into an index"));
        }
        if asked || !ingests {
            let reads = Effect::Reads { data: on.data.clone().into(), level: Level::Internal };
            effects.push(effect(reads, "ask an index of documents"));
        }
        effects
    }

    pub(super) fn index_of(&self, item: &Item<'_>) -> Object {
        let keys = ["collection_name", "index_name", "knowledge_base", "table_name", "collection"];
        let collection = item.text(&keys).map(|it| it.1);
        let sort = item.kind.to_lowercase();
        let id = match collection {
            Some(collection) => format!("store:index/{sort}/{collection}"),
            None => format!("store:index/{sort}/{}", self.owner),
        };
        let mut on = Object::named(id, format!("Index {}", collection.unwrap_or(item.title)));
        on.level = Some(Level::Internal);
        on.data = vec!["documents".to_owned()];
        on
    }
}

/// Pages that the flow itself names carry nothing out.
fn fixed(item: &Item<'_>, effects: Vec<OwnEffect>) -> Vec<OwnEffect> {
    let named = item.field("urls").is_some_and(|it| !it.items().is_empty());
    effects.into_iter().filter(|it| !named || !matches!(it.effect, Effect::Sends { .. })).collect()
}

fn recalls(item: &Item<'_>, owner: &str) -> OwnEffect {
    let id = ambit_model::AssetId::from_text(format!("memory:langflow/{owner}/{}", item.title));
    OwnEffect {
        effect: Effect::Recalls { memory: None },
        on: Object { id, ..Object::named("", item.title) },
        does: "recall what was said before".into(),
        basis: Basis::Declared,
        confidence: Confidence::Likely,
        place: Some(item.place.clone()),
    }
}

/// The place of a field, or of the component.
pub(super) fn at(item: &Item<'_>, field: &str) -> Place {
    item.field(field).map_or_else(|| item.place.clone(), |it| it.place())
}
