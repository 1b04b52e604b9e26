//! Tools, and what using them does.

use super::{Facts, declared};
use crate::asset::AssetKind;
use crate::effect::{Bandwidth, Place as Where};
use crate::label::{Audience, Level, Trust, words};
use crate::stated::entry::{choice, entry};
use crate::stated::forms::{Name, Reference};
use crate::stated::problems::Problems;
use crate::stated::take::worded;
use crate::stated::take::{OneOrMore, Placed};
use crate::tier::{BlastRadius, Reversibility};

entry! {
    /// One action that agents can invoke.
    "a tool" Tool {
        /// What using it does.
        "effects" => effects: OneOrMore<Placed<Effect>>,
        /// What it is for, in words.
        "does" => does: Option<String>,
        /// The server that supplies it.
        "server" => server: Option<Name>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
    }
}

choice! {
    /// What using a tool does. The object is a name of `facts` of the fitting kind, or the id of an asset of the map;
    /// what is not said of it here is as there.
    "an effect" Effect {
        text
        /// Nobody knows: an effect of the worst tier until it is settled.
        Word(EffectWord),
        /// Content comes back that somebody wrote.
        Ingests(Ingests),
        /// Data comes back.
        Reads(Reads),
        /// What the agent chooses goes out.
        Sends(Sends),
        /// State changes.
        Writes(Writes),
        /// Code or commands run.
        Executes(Executes),
        /// Money or quota is consumed.
        Spends(Spends),
        /// Changes who may do what.
        Grants(Grants),
        /// Writes what a later session reads back.
        Remembers(Remembers),
        /// Reads back what an earlier session wrote.
        Recalls(Recalls),
        /// Hands work to another agent.
        Delegates(Delegates),
    }
}

/// An effect that is one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectWord {
    /// Nobody knows.
    Unknown,
}

words! { EffectWord { Unknown => "unknown" } }
worded! { EffectWord, "an effect"; }

entry! {
    /// Content comes back that somebody wrote.
    "an effect" Ingests {
        /// Where it comes from: a channel or a store.
        "ingests" => from: Placed<Reference>,
        /// Who could have written it.
        "trust" => trust: Option<Trust>,
    }
}

entry! {
    /// Data comes back.
    "an effect" Reads {
        /// Where it lies: a store or a channel.
        "reads" => from: Placed<Reference>,
        /// Data classes.
        "data" => data: Vec<Name>,
        /// How confidential.
        "level" => level: Option<Level>,
    }
}

entry! {
    /// What the agent chooses goes out.
    "an effect" Sends {
        /// Where it goes: a channel or a store.
        "sends" => to: Placed<Reference>,
        /// Who can receive it.
        "audience" => audience: Option<Audience>,
        /// How much fits; without the key, any text.
        "bandwidth" => bandwidth: Option<Bandwidth>,
    }
}

entry! {
    /// State changes.
    "an effect" Writes {
        /// What is changed: a store or a channel.
        "writes" => to: Placed<Reference>,
        /// Whether it can be taken back.
        "reversibility" => reversibility: Option<Reversibility>,
        /// Whom it touches.
        "blast_radius" => blast_radius: Option<BlastRadius>,
    }
}

entry! {
    /// Code or commands run.
    "an effect" Executes {
        /// Where.
        "executes" => place: Where,
    }
}

entry! {
    /// Money or quota is consumed.
    "an effect" Spends {
        /// What is spent, in words.
        "spends" => what: String,
        /// The limit, where one is set.
        "limit" => limit: Option<String>,
    }
}

entry! {
    /// Changes who may do what.
    "an effect" Grants {
        /// In what, in words.
        "grants" => what: String,
    }
}

entry! {
    /// Writes what a later session reads back.
    "an effect" Remembers {
        /// The memory.
        "remembers" => memory: Placed<Reference>,
    }
}

entry! {
    /// Reads back what an earlier session wrote.
    "an effect" Recalls {
        /// The memory.
        "recalls" => memory: Placed<Reference>,
    }
}

entry! {
    /// Hands work to another agent.
    "an effect" Delegates {
        /// The agent.
        "delegates" => to: Placed<Reference>,
    }
}

impl Effect {
    /// What it is bound to, and the kinds that may be; none for those that say it in words.
    pub fn object(&self) -> Option<(&Placed<Reference>, &'static [AssetKind])> {
        use AssetKind::{Agent, Channel, DataStore, Memory};
        Some(match self {
            Self::Ingests(it) => (&it.from, &[Channel, DataStore]),
            Self::Reads(it) => (&it.from, &[DataStore, Channel]),
            Self::Sends(it) => (&it.to, &[Channel, DataStore]),
            Self::Writes(it) => (&it.to, &[DataStore, Channel]),
            Self::Remembers(it) => (&it.memory, &[Memory]),
            Self::Recalls(it) => (&it.memory, &[Memory]),
            Self::Delegates(it) => (&it.to, &[Agent]),
            Self::Word(_) | Self::Executes(_) | Self::Spends(_) | Self::Grants(_) => return None,
        })
    }
}

pub(super) fn references(facts: &Facts, problems: &mut Problems) {
    for (_, tool) in facts.tools.iter() {
        objects(facts, &tool.value.effects, problems);
    }
}

pub(super) fn objects(facts: &Facts, effects: &[Placed<Effect>], problems: &mut Problems) {
    for (name, kinds) in effects.iter().filter_map(|it| it.value.object()) {
        declared(facts, name, kinds, problems);
    }
}
