//! What is around an agent's loop: what starts it, what is put into its prompts, what it keeps and listens to, what
//! ends it, and who is asked.

use super::agents::has_tool;
use super::{Facts, declared};
use crate::asset::AssetKind;
use crate::facts::{KeptFor, Shown};
use crate::label::Trust;
use crate::stated::entry::entry;
use crate::stated::forms::{self, Name, Reference};
use crate::stated::problems::Problems;
use crate::stated::shape::Form;
use crate::stated::take::{Key, Placed, worded};

/// Names of places of `facts`, or ids of assets of the map.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlaceKey;

impl Key for PlaceKey {
    const FORM: &'static Form = &forms::REFERENCE;
}

entry! {
    /// What starts an agent. Its name is the event: `webhook`, `schedule`.
    "a trigger" Starts {
        /// Who can fire it.
        "trust" => trust: Trust,
        /// Where it comes from: a channel or a store; without the key, a channel of its own.
        "from" => from: Option<Placed<Reference>>,
        /// Whether text of whoever fires it gets into the context; without the key it does.
        "brings_text" => brings_text: Option<bool>,
        /// What keeps everybody else from firing it, in words: a signature that is checked, a list of people.
        "guard" => guard: Option<Placed<String>>,
    }
}

entry! {
    /// What is put into a prompt as the agent starts. Its name is what: `ticket.subject`.
    "a prompt insert" Inserted {
        /// Where it comes from: a channel or a store.
        "from" => from: Placed<Reference>,
        /// Who could have written it; without the key, who can write into that place.
        "trust" => trust: Option<Trust>,
        /// Whether it goes among the instructions; without the key, into a message of its own.
        "among_instructions" => among_instructions: Option<bool>,
    }
}

entry! {
    /// What is kept beside an agent and gets into its context without a tool. Its name is the memory or store.
    "a kept place" Keeps {
        /// Whom it is kept for.
        "for" => kept_for: KeptFor,
        /// Whether what the agent says is written there; without the key it is.
        "writes" => writes: Option<bool>,
        /// Whether what lies there gets into the context; without the key it does.
        "reads" => reads: Option<bool>,
    }
}

entry! {
    /// A queue or event stream. Its name is the channel or store.
    "a stream" Speaks one of ["consumes", "produces"] {
        /// The broker: `kafka`, `nats`, `sqs`, `redis`, `celery`.
        "broker" => broker: Option<String>,
        /// Whether the agent acts on what comes over it.
        "consumes" => consumes: Option<bool>,
        /// Whether it puts something there.
        "produces" => produces: Option<bool>,
        /// What checks who sent a message, in words.
        "signed" => signed: Option<Placed<String>>,
        /// What keeps the order of messages or notices that it was broken, in words.
        "ordered" => ordered: Option<Placed<String>>,
    }
}

entry! {
    /// What ends an agent's loop.
    group "a set of limits" Ends {
        /// How many steps or calls at most.
        "steps" => steps: Option<Placed<String>>,
        /// How long at most.
        "time" => time: Option<Placed<String>>,
        /// How much money or how many tokens at most.
        "cost" => cost: Option<Placed<String>>,
    }
}

entry! {
    /// A human who is asked. Its name is how: `human-input`.
    "an approval" Asks {
        /// What is shown to them.
        "shows" => shows: Shown,
        /// The tools that they are asked about; without the key, all.
        "tools" => tools: Vec<Placed<Name>>,
    }
}

worded! {
    KeptFor, "whom something is kept for";
    Shown, "what an approver sees";
}

const PLACES: &[AssetKind] = &[AssetKind::Channel, AssetKind::DataStore];
const KEPT: &[AssetKind] = &[AssetKind::Memory, AssetKind::DataStore];

pub(super) fn references(facts: &Facts, problems: &mut Problems) {
    for (_, agent) in facts.agents.iter() {
        let agent = &agent.value;
        let starts = agent.starts.iter().filter_map(|(_, it)| it.value.from.as_ref());
        let inserts = agent.prompts.iter().map(|(_, it)| &it.value.from);
        for name in starts.chain(inserts) {
            declared(facts, name, PLACES, problems);
        }
        let kept = agent.keeps.iter().map(|(name, it)| (name, &it.place, KEPT));
        let streams = agent.streams.iter().map(|(name, it)| (name, &it.place, PLACES));
        for (name, place, kinds) in kept.chain(streams) {
            let Some(value) = Reference::new(name) else { continue };
            declared(facts, &Placed { value, place: place.clone() }, kinds, problems);
        }
        // An agent of code has tools that no key of `tools` names.
        let asked = agent.approvals.iter().filter(|_| !agent.tools.is_empty());
        for tool in asked.flat_map(|(_, it)| &it.value.tools) {
            has_tool(facts, tool.value.as_str(), &tool.place, problems);
        }
    }
}
