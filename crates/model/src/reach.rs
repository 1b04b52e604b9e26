//! Reach edges: one row per thing that an agent can do to something.

use std::sync::Arc;

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

impl Verb {
    /// Whether what moves over such an edge moves to the one who acts.
    pub fn takes_in(self) -> bool {
        matches!(self, Self::Ingests | Self::Reads | Self::Recalls | Self::Loads | Self::Holds)
    }
}

/// The id of an edge: `e-` and 16 base32 characters of a hash over from, verb, to and via.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EdgeId([u8; LENGTH]);

/// How long the text of an edge id is.
const LENGTH: usize = 18;

impl EdgeId {
    /// The id of the edge from `from` over `verb` to `to`, by way of the tool `via`.
    pub fn of(from: &AssetId, verb: Verb, to: &AssetId, via: Option<&AssetId>) -> Self {
        let mut id = [0; LENGTH];
        let (prefix, rest) = id.split_at_mut(2);
        prefix.copy_from_slice(b"e-");
        write_digest(&[from.as_str(), verb.word(), to.as_str(), via.map_or("", AssetId::as_str)], rest);
        Self(id)
    }

    /// The id that `text` writes out; none where it is no id of an edge.
    pub fn from_text(text: &str) -> Option<Self> {
        let id: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
        let digits = text.strip_prefix("e-")?;
        digits.bytes().all(|it| matches!(it, b'a'..=b'z' | b'2'..=b'7')).then_some(Self(id))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever written.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Ord for EdgeId {
    /// The order of the texts. All begin alike, and the rest is one number: maps of edges compare little else.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let number = |Self([_, _, digits @ ..]): &Self| u128::from_be_bytes(*digits);
        number(self).cmp(&number(other))
    }
}

impl PartialOrd for EdgeId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for EdgeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::fmt::Debug for EdgeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for EdgeId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for EdgeId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let odd = |text| serde::de::Error::custom(format!("`{text}` is no id of an edge"));
        deserializer.deserialize_str(IdText)?.map_err(odd)
    }
}

/// What takes the text of an edge id, and copies it only where it is none.
struct IdText;

impl serde::de::Visitor<'_> for IdText {
    type Value = Result<EdgeId, String>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(EdgeId::from_text(text).ok_or_else(|| text.to_owned()))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for EdgeId {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EdgeId".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "pattern": "^e-[a-z2-7]{16}$",
            "description": "The id of an edge: `e-` and 16 base32 characters of a hash over from, verb, to and via."
        })
    }
}

/// `prefix` and 16 lower-case base32 characters of the SHA-256 over `parts`, each ended by a zero byte so
/// that no two lists of parts run together.
pub fn digest(prefix: &str, parts: &[&str]) -> String {
    let mut digits = [0; 16];
    write_digest(parts, &mut digits);
    prefix.chars().chain(digits.map(char::from)).collect()
}

/// Fills the 16 `digits` with base32 characters of the hash over `parts`: its first 80 bits.
fn write_digest(parts: &[&str], digits: &mut [u8]) {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hash = hash.finalize();
    let (bits, _) = hash.split_at(10);
    data_encoding::BASE32_NOPAD.encode_mut(bits, digits);
    digits.make_ascii_lowercase();
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
    pub touches: Arc<[String]>,
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
    /// What happens, in words that follow "can".
    pub consequence: Arc<str>,
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
    pub provenance: Arc<[Provenance]>,
    /// Why people have corrected what files declare of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<String>,
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
