//! What stands before an edge, and how exposed a path is for it.

use serde::{Deserialize, Serialize};

use crate::label::words;

/// What happens before an edge is used. The order is by strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// Nothing: it happens without asking.
    Auto,
    /// The client asks by default, and its user can silence that for good with one click.
    Prompted,
    /// A rule asks for this call, and the user at the keyboard cannot silence it.
    Asked,
    /// It cannot happen.
    Denied,
}

/// How exposed a path is: its strongest gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Exposure {
    /// Nothing asks.
    Open,
    /// Something asks that one click silences for good.
    Prompted,
    /// A rule asks that the user cannot silence.
    Guarded,
}

impl Gate {
    /// The exposure of a path whose strongest gate this is; `None` when it closes the path.
    pub fn exposure(self) -> Option<Exposure> {
        match self {
            Self::Auto => Some(Exposure::Open),
            Self::Prompted => Some(Exposure::Prompted),
            Self::Asked => Some(Exposure::Guarded),
            Self::Denied => None,
        }
    }
}

/// Where a setting comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// The machine's administrator.
    Managed,
    /// This user, for all projects.
    User,
    /// The repository, for everybody.
    Project,
    /// This user, for this checkout.
    Local,
    /// One run.
    Session,
}

words! {
    Gate { Auto => "auto", Prompted => "prompted", Asked => "asked", Denied => "denied" }
    Exposure { Open => "open", Prompted => "prompted", Guarded => "guarded" }
    Scope { Managed => "managed", User => "user", Project => "project", Local => "local", Session => "session" }
}
