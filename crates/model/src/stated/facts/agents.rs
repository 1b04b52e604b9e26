//! Whole agents that no file declares.

use std::collections::BTreeMap;

use super::loops::{Asks, Ends, Inserted, Keeps, PlaceKey, Speaks, Starts};
use super::{Facts, declared};
use crate::asset::AssetKind;
use crate::gate::Gate;
use crate::label::Trust;
use crate::stated::entry::entry;
use crate::stated::forms::{self, Reference};
use crate::stated::pattern::Tools;
use crate::stated::problems::{Problems, meant};
use crate::stated::shape::Form;
use crate::stated::take::{Key, Named, Placed};

/// Names that are tools of `facts`, or patterns over them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ToolKey;

impl Key for ToolKey {
    const FORM: &'static Form = &forms::TOOLS;
}

entry! {
    /// A model in a loop, with one context.
    "an agent" Agent {
        /// Its name for people.
        "name" => name: Option<String>,
        /// What it is for, in words.
        "description" => description: Option<String>,
        /// The model that it runs.
        "model" => model: Option<String>,
        /// The folder that it belongs to; without the key, the root.
        "at" => at: Option<String>,
        /// How far it goes on its own, in words.
        "autonomy" => autonomy: Option<String>,
        /// The tools that it has, by name or pattern, each with what stands before a call; a name goes before a
        /// pattern, and of several patterns the strictest counts.
        "tools" => tools: Named<Gate, ToolKey>,
        /// The agents that it hands work to, each with what stands before that.
        "delegates" => delegates: Named<Gate>,
        /// Texts that it loads as instructions.
        "loads" => loads: Vec<Placed<Loaded>>,
        /// Credentials that it holds.
        "holds" => holds: Vec<Placed<Reference>>,
        /// What starts it, by event.
        "starts" => starts: Named<Starts>,
        /// What is put into its prompts as it starts, by what it is.
        "prompts" => prompts: Named<Inserted>,
        /// Memories and stores that are kept beside it, other than by a tool.
        "keeps" => keeps: Named<Keeps, PlaceKey>,
        /// Queues and event streams over which it is spoken to or speaks.
        "streams" => streams: Named<Speaks, PlaceKey>,
        /// What ends its loop.
        "limits" => limits: Ends,
        /// Humans who are asked, by how.
        "approvals" => approvals: Named<Asks>,
        /// Detectors, classifiers and other guards that only lower a likelihood: each in words, by its name.
        "guards" => guards: Named<String>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
    }
}

entry! {
    /// A text that an agent loads as instructions.
    "a loaded text" Loaded {
        /// What it is, in words or as a path.
        "text" => text: String,
        /// Who could have written it.
        "trust" => trust: Trust,
    }
}

impl Agent {
    /// The tools of `facts` that the agent has, each with what stands before a call.
    pub fn gates<'f>(&self, facts: &'f Facts) -> BTreeMap<&'f str, Gate> {
        let mut gates = BTreeMap::new();
        for (pattern, entry) in self.tools.iter().filter(|(name, _)| !facts.tools.declares(name)) {
            let Some(pattern) = Tools::new(pattern) else { continue };
            for name in facts.tools.names().filter(|it| pattern.matches_name(it)) {
                let gate = gates.entry(name).or_insert(entry.value);
                *gate = entry.value.max(*gate);
            }
        }
        // An agent has few of the tools that there are.
        let named = self.tools.iter().filter_map(|(it, entry)| Some((facts.tools.name(it)?, entry.value)));
        gates.extend(named);
        gates
    }
}

pub(super) fn references(facts: &Facts, problems: &mut Problems) {
    for (_, agent) in facts.agents.iter() {
        let Agent { tools, delegates, holds, .. } = &agent.value;
        for (name, entry) in tools.iter() {
            has_tool(facts, name, &entry.place, problems);
        }
        for (name, entry) in delegates.iter() {
            if let Some(value) = Reference::new(name) {
                let name = Placed { value, place: entry.place.clone() };
                declared(facts, &name, &[AssetKind::Agent], problems);
            }
        }
        for name in holds {
            declared(facts, name, &[AssetKind::Credential], problems);
        }
    }
}

pub(super) fn has_tool(facts: &Facts, name: &str, place: &crate::place::Place, problems: &mut Problems) {
    if facts.tools.declares(name) {
        return;
    }
    let wild = name.contains(['*', '?']);
    if wild && !problems.may_match(facts.tools.len()) {
        problems.add(
            place,
            format!("`{name}` was not looked up: too many patterns"),
            "name the tools themselves",
        );
        return;
    }
    if wild && Tools::new(name).is_some_and(|it| facts.tools.declared().any(|tool| it.matches_name(tool))) {
        return;
    }
    let near = problems.nearest(name, facts.tools.declared());
    let help = near.map_or_else(|| "declare it there, with its effects".to_owned(), meant);
    let message = if wild {
        format!("`{name}` fits no tool of `facts.tools`")
    } else {
        format!("`{name}` is not declared under `facts.tools`")
    };
    problems.add(place, message, help);
}
