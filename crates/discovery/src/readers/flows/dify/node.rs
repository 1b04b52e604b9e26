//! What single nodes of a workflow do.

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::{Known, Object, OwnEffect, Shown};
use ambit_model::{AssetId, Basis, Confidence, Effect, Level, Trust, Where};

use super::{Graph, Item};
use crate::fragment::{EmbeddedCode, Sink};
use crate::readers::flows::effects::{self, Address};
use crate::readers::flows::secret;
use crate::readers::flows::step::{Role, Step, Waits};
use crate::tree::View;

impl Graph<'_, '_> {
    /// The node at `index` as a step of the flow.
    pub(super) fn step(&self, index: usize, sink: &mut Sink) -> Option<Step> {
        let item = self.item(index)?;
        let mut step = Step::new(item.title, item.place.clone());
        step.implicit = false;
        step.takes = self.takes(&item.data, false);
        step.credentials = secret::all(&item.data, self.app.text.catalog);
        match item.entry.map(|it| it.kind) {
            Some(NodeKind::Trigger) => self.trigger(item, &mut step),
            Some(NodeKind::Agent) => {
                let mind = self.agent(item, sink);
                step.role = Role::Agent(Box::new(mind));
            }
            Some(NodeKind::Chain) => {
                let mind = self.chain(item);
                step.role = Role::Chain(Box::new(mind));
            }
            Some(NodeKind::Branch) => step.role = Role::Branch { approved: None },
            Some(NodeKind::Reply) => step.role = Role::Answers,
            Some(NodeKind::Human) => {
                let shows = if step.takes.is_empty() { Shown::Unclear } else { Shown::AgentText };
                step.waits = Some(Waits { how: item.kind.to_owned(), shows, decides: true });
            }
            Some(NodeKind::Http) => {
                step.role = Role::Acts;
                step.effects = address(item, !step.takes.is_empty(), self.app.text.catalog);
            }
            Some(NodeKind::Code) => self.code(item, &mut step, sink),
            Some(NodeKind::Retriever) => {
                step.role = Role::Acts;
                step.effects = knowledge(&item.data, item);
            }
            Some(NodeKind::Memory) => {
                step.role = Role::Acts;
                step.effects = self.assigned(item);
            }
            Some(NodeKind::Service) => self.tool_step(item, &mut step),
            Some(NodeKind::Flow | NodeKind::Part | NodeKind::Model) => {}
            _ => {
                step.role = Role::Acts;
                step.known = Known::Nothing;
                step.implicit = true;
            }
        }
        Some(step)
    }

    fn trigger(&self, item: &Item<'_>, step: &mut Step) {
        let trust = item.entry.and_then(|it| it.trust).unwrap_or(Trust::Public);
        let silent = item.entry.is_some_and(|it| it.silent);
        let asks = self.app.mode == "advanced-chat"
            || item.data.get("variables").is_some_and(|it| !it.items().is_empty())
            || item.kind != "start";
        step.role = Role::Start(self.app.users(item.kind, trust, asks && !silent));
        step.takes.clear();
    }

    fn code(&self, item: &Item<'_>, step: &mut Step, sink: &mut Sink) {
        let Some(view) = item.data.get("code").filter(|it| it.text().is_some()) else { return };
        let python = item.data.text_of("code_language").is_none_or(|it| it.starts_with("python"));
        let text = view.text().unwrap_or_default();
        sink.code.push(EmbeddedCode {
            language: if python { "python" } else { "javascript" },
            text: text.to_owned(),
            tool: (self.app.owner.clone(), item.title.to_owned()),
            place: view.place(),
        });
        let outward = ["requests", "urllib", "http", "socket", "fetch(", "axios", "subprocess", "open("];
        if outward.iter().any(|it| text.contains(it)) {
            step.role = Role::Acts;
            step.effects = vec![OwnEffect {
                effect: Effect::Executes { r#where: Where::Sandbox },
                on: Object::shared("env:sandbox"),
                does: "run the code of the node in the sandbox of Dify".into(),
                basis: Basis::Declared,
                confidence: Confidence::Likely,
                place: Some(item.place.clone()),
            }];
        }
    }

    /// Variables of the conversation that are written.
    fn assigned(&self, item: &Item<'_>) -> Vec<OwnEffect> {
        let of = |view: View<'_>| {
            let words: Vec<String> = view.items().iter().filter_map(View::scalar).collect();
            match words.as_slice() {
                [scope, name] if scope == "conversation" => Some(name.clone()),
                _ => None,
            }
        };
        let old = item.data.get("assigned_variable_selector").and_then(of);
        let items = item.data.get("items").map(|it| it.items()).unwrap_or_default();
        let new = items.iter().filter_map(|it| of(it.get("variable_selector")?));
        let all = old.into_iter().chain(new);
        all.map(|name| OwnEffect {
            effect: Effect::Remembers { memory: None },
            on: self.variable(&name),
            does: format!("keep `{name}` for the rest of the conversation").into(),
            basis: Basis::Declared,
            confidence: Confidence::Certain,
            place: Some(item.place.clone()),
        })
        .collect()
    }

    /// A variable of the conversation.
    pub(super) fn variable(&self, name: &str) -> Object {
        let id = AssetId::from_text(format!("memory:dify/{}/{name}", self.app.owner));
        Object { id, ..Object::named("", format!("Conversation variable `{name}`")) }
    }
}

/// What a request does.
fn address(item: &Item<'_>, chosen: bool, catalog: &ambit_catalog::Catalog) -> Vec<OwnEffect> {
    let url = item.data.text_of("url").unwrap_or_default();
    let method = item.data.text_of("method").unwrap_or("get");
    let signed_in = item.data.at(&["authorization", "type"]).is_some_and(|it| it.text() != Some("no-auth"));
    let plain = url.split("{{").next().unwrap_or(url);
    // A host that is filled in may be any.
    let whole = plain.len() == url.len() || plain.split_once("://").is_some_and(|(_, it)| it.contains('/'));
    let url = if whole { plain } else { "" };
    effects::call(Address { url, method, chosen, signed_in }, &item.place, catalog)
}

/// What a knowledge base says.
pub(super) fn knowledge(data: &View<'_>, item: &Item<'_>) -> Vec<OwnEffect> {
    let ids = data.get("dataset_ids").map(|it| it.items()).unwrap_or_default();
    let ids = ids.iter().take(20).filter_map(|it| Some((it.scalar()?, it.place())));
    ids.map(|(id, place)| {
        let on = dataset(&id, item.title);
        OwnEffect {
            effect: Effect::Reads { data: on.data.clone().into(), level: Level::Internal },
            on,
            does: "look something up in the knowledge base".into(),
            basis: Basis::Declared,
            confidence: Confidence::Certain,
            place: Some(place),
        }
    })
    .collect()
}

/// A knowledge base.
pub(super) fn dataset(id: &str, name: &str) -> Object {
    let mut on = Object::named(format!("store:index/dify/{id}"), format!("Knowledge base `{name}`"));
    on.level = Some(Level::Internal);
    on.data = vec!["documents".to_owned()];
    on
}
