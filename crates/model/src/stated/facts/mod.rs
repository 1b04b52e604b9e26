//! `facts`: what no file declares, and what files declare wrongly.
//!
//! What lives here: places where content lies or passes, tools with their effects, whole agents, and
//! corrections of what the map has.

mod agents;
mod corrections;
mod loops;
mod places;
mod tools;

use super::entry::entry;
use super::problems::{Problems, listed, meant};
use super::take::{Named, Placed};
use super::{Model, Section, nothing};
use crate::asset::{AssetId, AssetKind};

pub use agents::{Agent, Loaded};
pub use corrections::{AssetCorrection, AssetKey, EdgeCorrection};
pub use loops::{Asks, Ends, Inserted, Keeps, PlaceKey, Speaks, Starts};
pub use places::{Channel, Credential, Held, Memory, MemoryScope, Store};
pub use tools::{
    Delegates, Effect, EffectWord, Executes, Grants, Ingests, Reads, Recalls, Remembers, Sends, Spends, Tool,
    Writes,
};

use super::forms::Reference;

pub(super) const SECTION: Section = Section { page: include_str!("facts.md"), rules: nothing, references };

entry! {
    /// What no file declares, and what files declare wrongly.
    group "a set of facts" Facts {
        /// Places where content crosses the boundary: web, mail, tickets, chat.
        "channels" => channels: Named<Channel>,
        /// Files, databases, mailboxes, indexes.
        "stores" => stores: Named<Store>,
        /// What agents write and later read back.
        "memories" => memories: Named<Memory>,
        /// Tokens, keys, cookies, roles.
        "credentials" => credentials: Named<Credential>,
        /// Tools, each with what using it does.
        "tools" => tools: Named<Tool>,
        /// Whole agents.
        "agents" => agents: Named<Agent>,
        /// Corrections of what files declare, by id of the asset.
        "assets" => assets: Named<AssetCorrection, AssetKey>,
        /// Corrections of gates and parameters of edges.
        "edges" => edges: Vec<Placed<EdgeCorrection>>,
    }
}

impl Reference {
    /// The id of what is meant: a bare name is one of the given kind.
    pub fn id(&self, kind: AssetKind) -> AssetId {
        if self.is_id() { AssetId::from_text(self.as_str()) } else { AssetId::new(kind, self.as_str()) }
    }
}

fn references(model: &Model, problems: &mut Problems) {
    tools::references(&model.facts, problems);
    agents::references(&model.facts, problems);
    loops::references(&model.facts, problems);
    places::references(&model.facts, problems);
    corrections::references(&model.facts, problems);
}

/// Tells when a bare name is not declared under `facts`, or an id is of a kind that does not fit.
fn declared(facts: &Facts, name: &Placed<Reference>, kinds: &[AssetKind], problems: &mut Problems) {
    let text = name.value.as_str();
    if name.value.is_id() {
        if !kinds.iter().any(|it| text.split(':').next() == Some(it.prefix())) {
            let wanted = listed(kinds.iter().map(|it| format!("{}:…", it.prefix())));
            let message = format!("`{text}` does not fit here");
            problems.add(&name.place, message, format!("write an id that begins as {wanted}"));
        }
        return;
    }
    let sections: Vec<&str> = kinds.iter().filter_map(|it| section_of(*it)).collect();
    if sections.iter().any(|it| contains(facts, it, text)) {
        return;
    }
    let names = sections.iter().flat_map(|it| names(facts, it));
    let near = problems.nearest(text, names);
    let places = listed(sections.iter().map(|it| format!("facts.{it}")));
    let help =
        near.map_or_else(|| "declare it there, or write the id of an asset of the map".to_owned(), meant);
    problems.add(&name.place, format!("`{text}` is not declared under {places}"), help);
}

fn section_of(kind: AssetKind) -> Option<&'static str> {
    match kind {
        AssetKind::Channel => Some("channels"),
        AssetKind::DataStore => Some("stores"),
        AssetKind::Memory => Some("memories"),
        AssetKind::Credential => Some("credentials"),
        AssetKind::Agent => Some("agents"),
        _ => None,
    }
}

fn contains(facts: &Facts, section: &str, name: &str) -> bool {
    match section {
        "channels" => facts.channels.declares(name),
        "stores" => facts.stores.declares(name),
        "memories" => facts.memories.declares(name),
        "credentials" => facts.credentials.declares(name),
        "agents" => facts.agents.declares(name),
        _ => false,
    }
}

fn names<'a>(facts: &'a Facts, section: &str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    match section {
        "channels" => Box::new(facts.channels.declared()),
        "stores" => Box::new(facts.stores.declared()),
        "memories" => Box::new(facts.memories.declared()),
        "credentials" => Box::new(facts.credentials.declared()),
        "agents" => Box::new(facts.agents.declared()),
        _ => Box::new(std::iter::empty()),
    }
}
