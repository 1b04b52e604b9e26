//! Servers as they are met: what the catalog knows of each, and what each says of its tools, read on all cores.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_catalog::schema::Server as Known;
use ambit_model::facts::{Launch, ServerFacts, ToolList};
use ambit_model::{ArgumentRole, AssetId, EffectFact, Inventory, Provenance, ToolDefinition, parallel};

use super::builder::Builder;
use super::server::is_of;
use crate::infer;

/// A server as it was met: what is known of it, and what it says of its tools.
pub(super) struct Met<'a> {
    pub(super) facts: &'a ServerFacts,
    pub(super) known: Option<(&'a str, &'a Known)>,
    pub(super) lists: Vec<&'a ToolList>,
    pub(super) definitions: BTreeMap<&'a str, Definition<'a>>,
    pub(super) has_answered: bool,
}

impl<'a> Met<'a> {
    pub(super) fn of(facts: &'a ServerFacts, inventory: &'a Inventory, catalog: &'a Catalog) -> Self {
        let known = catalog.server(&facts.name, &facts.launch);
        let known = known.or_else(|| recorded(&facts.launch, &facts.name, catalog));
        let mut lists: Vec<&ToolList> = inventory.tool_lists.iter().filter(|it| is_of(it, facts)).collect();
        // What the server has just said itself is newer than any record.
        lists.sort_by_key(|it| it.asked.is_some());
        let has_answered = lists.iter().any(|it| it.asked.is_some());
        let recorded = lists.iter().flat_map(|list| list.tools.iter().map(|it| (it, list.asked.is_some())));
        let definitions = facts
            .tools
            .iter()
            .map(|it| (it, false))
            .chain(recorded)
            .map(|(it, observed)| (it.name.as_str(), Definition { of: it, observed }))
            .collect();
        Self { facts, known, lists, definitions, has_answered }
    }

    fn describes(&self, tool: &str) -> bool {
        self.known.is_some_and(|(_, it)| it.tools.contains_key(tool))
    }
}

/// What a definition says.
pub(super) struct Reading {
    pub(super) digest: String,
    pub(super) arguments: BTreeMap<String, BTreeSet<ArgumentRole>>,
    /// What the tool does by its words, where nobody has described it.
    pub(super) effects: Vec<EffectFact>,
}

/// The readings of all definitions, server by server in the order of their names: texts without end may be among them.
pub(super) fn read(met: &[(AssetId, Met<'_>)], builder: &Builder<'_>) -> Vec<Vec<Reading>> {
    let all: Vec<(&Met<'_>, &ToolDefinition)> =
        met.iter().flat_map(|(_, it)| it.definitions.values().map(move |tool| (it, &**tool.of))).collect();
    if all.is_empty() {
        return met.iter().map(|_| Vec::new()).collect();
    }
    let lexicon = builder.lexicon();
    let mut readings = parallel::map(&all, |(met, tool)| Reading {
        digest: tool.digest(),
        arguments: infer::roles(tool, lexicon),
        effects: if met.describes(&tool.name) {
            Vec::new()
        } else {
            infer::effects(&met.facts.name, tool, lexicon)
        },
    })
    .into_iter();
    met.iter().map(|(_, it)| readings.by_ref().take(it.definitions.len()).collect()).collect()
}

/// What a server says of a tool, and whether it has just said so itself.
#[derive(Clone, Copy)]
pub(super) struct Definition<'a> {
    pub(super) of: &'a Arc<ToolDefinition>,
    observed: bool,
}

impl Definition<'_> {
    pub(super) fn provenance(&self) -> Provenance {
        let place = self.of.place.clone();
        if self.observed { Provenance::Observed(place) } else { Provenance::Declared(place) }
    }
}

/// Only a record without any launch may be known by its name alone.
fn recorded<'a>(launch: &Launch, name: &str, catalog: &'a Catalog) -> Option<(&'a str, &'a Known)> {
    let bare = launch.runner.is_empty() && launch.package.is_none() && launch.url.is_none();
    catalog.server_named(name).filter(|_| bare)
}
