//! Reach edges: one row per thing that an agent can do to something.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::asset::AssetId;
use crate::finding::Confidence;
use crate::gate::{Gate, Scope};
use crate::label::{Audience, Level, Trust, words};
use crate::place::{Place, Provenance};
use crate::tier::{BlastRadius, Reversibility, Tier};

/// What `from` does to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Takes content in.
    Ingests,
    /// Takes data in.
    Reads,
    /// Sends out.
    Sends,
    /// Changes state.
    Writes,
    /// Runs code in.
    Executes,
    /// Spends from.
    Spends,
    /// Changes rights in.
    Grants,
    /// Writes a memory.
    Remembers,
    /// Reads a memory back.
    Recalls,
    /// Hands work to.
    Delegates,
    /// Loads as instructions.
    Loads,
    /// Holds a credential.
    Holds,
    /// Supplies a tool.
    Supplies,
    /// Runs in an environment.
    RunsIn,
    /// May do anything to: nothing is known.
    MayReach,
}

/// The id of an edge: `e-` and 16 base32 characters of a hash over from, verb, to and via.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct EdgeId(String);

impl EdgeId {
    /// The id of the edge from `from` over `verb` to `to`, by way of the tool `via`.
    pub fn of(from: &AssetId, verb: Verb, to: &AssetId, via: Option<&AssetId>) -> Self {
        Self(digest("e-", &[from.as_str(), verb.word(), to.as_str(), via.map_or("", AssetId::as_str)]))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for EdgeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// `prefix` and 16 lower-case base32 characters of the SHA-256 over `parts`, each ended by a zero byte so
/// that no two lists of parts run together.
pub fn digest(prefix: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut text = data_encoding::BASE32_NOPAD.encode(&hash.finalize());
    text.truncate(16);
    format!("{prefix}{}", text.to_ascii_lowercase())
}

/// One row of the reach map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReachEdge {
    /// Stable id.
    pub id: EdgeId,
    /// Who acts.
    pub from: AssetId,
    /// What it does.
    pub verb: Verb,
    /// To what.
    pub to: AssetId,
    /// With which tool.
    pub via: Option<AssetId>,
    /// Data classes it touches.
    pub touches: Vec<String>,
    /// How confidential what it touches is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Who can receive what it sends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The least trusted author whose content comes in over this edge (`ingests`, `loads`, `recalls`), or
    /// who can steer the agent to use it (all others); absent when no untrusted content gets there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached_by: Option<Trust>,
    /// What stands before it.
    pub gate: Gate,
    /// The line that decided the gate; absent when the client's own default did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<Place>,
    /// The scope of that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What happens, in words.
    pub consequence: String,
    /// Whether it can be taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reversibility: Option<Reversibility>,
    /// Whom it touches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blast_radius: Option<BlastRadius>,
    /// How much it matters.
    pub tier: Tier,
    /// Names of the controls bound to it.
    pub controls: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How sure it is that the edge exists.
    pub confidence: Confidence,
    /// Whether the stock client has this edge with this gate or a weaker one, before any configuration.
    pub stock: bool,
    /// How it is known; sorted.
    pub provenance: Vec<Provenance>,
}

words! {
    Verb {
        Ingests => "ingests", Reads => "reads", Sends => "sends", Writes => "writes",
        Executes => "executes", Spends => "spends", Grants => "grants", Remembers => "remembers",
        Recalls => "recalls", Delegates => "delegates", Loads => "loads", Holds => "holds",
        Supplies => "supplies", RunsIn => "runs-in", MayReach => "may-reach",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::AssetKind;

    #[test]
    fn an_edge_id_is_sixteen_base32_characters_and_depends_on_every_part() {
        let (a, b) = (AssetId::new(AssetKind::Agent, "a"), AssetId::new(AssetKind::Channel, "b"));
        let id = EdgeId::of(&a, Verb::Sends, &b, None);
        assert_eq!(id.as_str().len(), 18);
        assert_ne!(id, EdgeId::of(&a, Verb::Ingests, &b, None));
        assert_ne!(id, EdgeId::of(&b, Verb::Sends, &a, None));
        assert_ne!(id, EdgeId::of(&a, Verb::Sends, &b, Some(&b)));
    }
}
