//! Triggers: what starts a workflow, and who can.

use ambit_model::facts::Object;
use ambit_model::{Place, Trust};

use super::{Item, Workflow};
use crate::readers::flows::step::Start;
use crate::tree::View;

impl Workflow<'_> {
    /// What the trigger `item` is.
    pub(super) fn start(&self, item: &Item<'_>) -> Option<Start> {
        let entry = item.entry?;
        let from = match &entry.on {
            Some(on) => self.own_place(item, on),
            None => Object::named(format!("channel:n8n/{}/{}", self.owner, item.name), item.name),
        };
        let mut start = Start {
            event: item.short.to_owned(),
            trust: entry.trust.unwrap_or(Trust::Public),
            from,
            brings_text: !entry.silent,
            guard: None,
            is_answered: false,
            is_called: item.short == "executeWorkflowTrigger",
        };
        let parameters = &item.parameters;
        match item.short {
            "webhook" | "formTrigger" => signed_in(&mut start, parameters),
            "chatTrigger" => {
                if parameters.is_true("public") {
                    signed_in(&mut start, parameters);
                } else {
                    // Only who may edit the workflow can write to it.
                    start.trust = Trust::Operator;
                }
                start.is_answered = true;
            }
            "manualChatTrigger" => start.is_answered = true,
            "telegramTrigger" => listed(&mut start, parameters, &["chatIds", "userIds"]),
            "slackTrigger" => listed(&mut start, parameters, &["userIds"]),
            "gmailTrigger" => filtered(&mut start, parameters, "sender"),
            "microsoftOutlookTrigger" => filtered(&mut start, parameters, "sender"),
            _ => {}
        }
        if parameters.text_of("responseMode") == Some("lastNode") {
            start.is_answered = true;
        }
        // Messages of others come as often as they like; what comes from ourselves tells nobody anything.
        start.from.trust = start.from.trust.map(|it| it.max(start.trust));
        Some(start)
    }

    /// The place that a trigger hears from. Each webhook, form and chat is one of its own.
    fn own_place(&self, item: &Item<'_>, on: &ambit_model::AssetId) -> Object {
        let mut place = self.known.place(on, None);
        if ["channel:webhook", "channel:form", "channel:chat"].contains(&on.as_str()) {
            place.id = ambit_model::AssetId::from_text(format!("{on}/{}/{}", self.owner, item.name));
            place.name = format!("{} `{}`", place.name, item.name);
        }
        place
    }
}

/// Who signs in is known.
fn signed_in(start: &mut Start, parameters: &View<'_>) {
    let by = parameters.get("authentication").filter(|it| it.text().is_some_and(|it| it != "none"));
    let listed =
        parameters.at(&["options", "ipWhitelist"]).filter(|it| it.text().is_some_and(|it| !it.is_empty()));
    guard(start, by.or(listed).map(|it| it.place()));
}

fn listed(start: &mut Start, parameters: &View<'_>, keys: &[&str]) {
    let fields = ["additionalFields", "options"].iter().filter_map(|it| parameters.get(it));
    let list = fields.flat_map(|it| keys.iter().filter_map(move |key| it.get(key)).collect::<Vec<_>>());
    let mut set =
        list.filter(|it| it.scalar().is_some_and(|it| !it.trim().is_empty()) || !it.texts().is_empty());
    guard(start, set.next().map(|it| it.place()));
}

/// Mail from one sender: its name can be forged, so it is still from outside, and no longer from anybody.
fn filtered(start: &mut Start, parameters: &View<'_>, key: &str) {
    let filters = ["filters", "filtersUI"].iter().filter_map(|it| parameters.get(it));
    let filter = filters.filter_map(|it| it.get(key).or_else(|| it.at(&["values", "filters", key])));
    let set =
        filter.filter(|it| it.scalar().is_some_and(|it| !it.trim().is_empty())).map(|it| it.place()).next();
    if set.is_some() {
        start.guard = set;
        start.trust = start.trust.max(Trust::Partner);
    }
}

fn guard(start: &mut Start, place: Option<Place>) {
    if place.is_some() {
        start.guard = place;
        start.trust = start.trust.max(Trust::Organization);
    }
}
