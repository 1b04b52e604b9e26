//! The label lattice: trust of content, confidentiality of data, audience of a way out.

use serde::{Deserialize, Serialize};

/// Who could have authored content. Joining takes the minimum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// Anybody.
    Public,
    /// Another organization that has an agreement with ours.
    Partner,
    /// Somebody of our organization.
    Organization,
    /// The person who runs the agent.
    Operator,
}

impl Trust {
    /// Whether an outsider may have written it.
    pub fn is_untrusted(self) -> bool {
        self < Self::Organization
    }

    /// The trust of content made of both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.min(other)
    }
}

/// How confidential data is. Joining takes the maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Anybody may know.
    Public,
    /// Known inside, and to partners who need it.
    Internal,
    /// Known inside only.
    Confidential,
    /// Known to nobody but its holder.
    Secret,
}

impl Level {
    /// The level of data made of both.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        self.max(other)
    }

    /// The widest audience that may receive data of this level.
    pub fn allows(self) -> Audience {
        match self {
            Self::Public => Audience::Public,
            Self::Internal => Audience::Partner,
            Self::Confidential => Audience::Organization,
            Self::Secret => Audience::Myself,
        }
    }

    /// Whether sending data of this level to `audience` discloses it.
    pub fn is_disclosed_to(self, audience: Audience) -> bool {
        audience > self.allows()
    }
}

/// Who can read what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// The operator.
    #[serde(rename = "self")]
    Myself,
    /// The organization.
    Organization,
    /// Partners.
    Partner,
    /// Anybody, an attacker included.
    Public,
}

macro_rules! words {
    ($($type:ty { $($variant:ident => $word:literal),* $(,)? })*) => {$(
        impl $type {
            /// Every word, in the order of the scale.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// What `word` means.
            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }

            /// The word that files and outputs use for it.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }
    )*};
}
pub(crate) use words;

words! {
    Trust { Public => "public", Partner => "partner", Organization => "organization", Operator => "operator" }
    Level { Public => "public", Internal => "internal", Confidential => "confidential", Secret => "secret" }
    Audience { Myself => "self", Organization => "organization", Partner => "partner", Public => "public" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_allows_exactly_the_audiences_of_the_model() {
        assert!(!Level::Public.is_disclosed_to(Audience::Public));
        assert!(!Level::Internal.is_disclosed_to(Audience::Partner));
        assert!(Level::Internal.is_disclosed_to(Audience::Public));
        assert!(Level::Confidential.is_disclosed_to(Audience::Partner));
        assert!(!Level::Confidential.is_disclosed_to(Audience::Organization));
        assert!(Level::Secret.is_disclosed_to(Audience::Organization));
        assert!(!Level::Secret.is_disclosed_to(Audience::Myself));
    }

    #[test]
    fn only_public_and_partner_are_untrusted() {
        assert!(Trust::Public.is_untrusted() && Trust::Partner.is_untrusted());
        assert!(!Trust::Organization.is_untrusted() && !Trust::Operator.is_untrusted());
    }
}
