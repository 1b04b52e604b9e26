//! Places where content lies or passes, and what opens them.

use super::{Facts, declared};
use crate::asset::AssetKind;
use crate::label::{Audience, Level, Trust, words};
use crate::stated::entry::entry;
use crate::stated::forms::{Name, Reference};
use crate::stated::problems::Problems;
use crate::stated::take::Placed;
use crate::stated::take::worded;

entry! {
    /// A place where content crosses the boundary.
    "a channel" Channel {
        /// Its name for people.
        "name" => name: Option<String>,
        /// Who can write into it.
        "trust" => trust: Option<Trust>,
        /// Who can read what is sent to it.
        "audience" => audience: Option<Audience>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
    }
}

entry! {
    /// A place where data lies.
    "a store" Store {
        /// Its name for people.
        "name" => name: Option<String>,
        /// Data classes that it holds.
        "data" => data: Vec<Name>,
        /// How confidential they are.
        "level" => level: Option<Level>,
        /// Who can write into it.
        "trust" => trust: Option<Trust>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
    }
}

entry! {
    /// What an agent writes and later reads back.
    "a memory" Memory {
        /// Its name for people.
        "name" => name: Option<String>,
        /// How far it reaches.
        "scope" => scope: Option<MemoryScope>,
        /// Who can write into it.
        "trust" => trust: Option<Trust>,
        /// How confidential what it holds is.
        "level" => level: Option<Level>,
    }
}

entry! {
    /// A token, key, cookie or role.
    "a credential" Credential {
        /// Its name for people.
        "name" => name: Option<String>,
        /// What it is: `api-key`, `oauth-token`.
        "kind" => kind: Option<String>,
        /// Where it is held.
        "held" => held: Option<Held>,
        /// What it opens: names of `facts`, or ids.
        "opens" => opens: Vec<Placed<Reference>>,
    }
}

/// How far a memory reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MemoryScope {
    /// One turn.
    Turn,
    /// One session.
    Session,
    /// All sessions of one user.
    User,
    /// All users.
    Shared,
}

/// Where a credential is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Held {
    /// In the context of an agent.
    Context,
    /// In the environment of a process.
    Environment,
    /// In a file.
    File,
    /// In a proxy that uses it in the agent's place.
    Proxy,
}

words! {
    MemoryScope { Turn => "turn", Session => "session", User => "user", Shared => "shared" }
    Held { Context => "context", Environment => "environment", File => "file", Proxy => "proxy" }
}
worded! {
    MemoryScope, "a scope";
    Held, "a place where a credential is held";
}

pub(super) fn references(facts: &Facts, problems: &mut Problems) {
    const OPENED: [AssetKind; 2] = [AssetKind::DataStore, AssetKind::Channel];
    for name in facts.credentials.iter().flat_map(|(_, it)| &it.value.opens) {
        // A server or a tool of the map may be opened too.
        let other = [AssetKind::Server, AssetKind::Tool, AssetKind::Environment];
        declared(facts, name, &[OPENED.as_slice(), &other].concat(), problems);
    }
}
