//! What a decision was taken on: the state of a finding or an edge. Its digest is the basis that a decision names;
//! its content, which a lock file keeps, tells whether what is there now is any wider.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::reach::digest;
use ambit_model::{Audience, EdgeId, Exposure, Finding, Gate, Legs, Level, Lock, ReachEdge, Tier, Trust};
use serde::{Deserialize, Serialize};

/// The state that a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum BasisContent {
    /// Of a finding.
    Finding {
        /// Which one.
        of: String,
        /// Its legs, by name.
        legs: BTreeMap<String, Leg>,
        /// The tier that it ends in.
        tier: Tier,
        /// How exposed it is.
        exposure: Exposure,
    },
    /// Of an edge.
    Edge {
        /// Which one.
        of: EdgeId,
        /// What stands before it.
        gate: Gate,
        /// How much it matters.
        tier: Tier,
        /// Data classes it touches.
        touches: BTreeSet<String>,
        /// How confidential what it touches is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Level>,
        /// Who can receive what it sends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        audience: Option<Audience>,
        /// Who can steer it, or write what it brings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reached_by: Option<Trust>,
    },
}

/// A leg of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Its edges, in order.
    pub edges: Vec<EdgeId>,
    /// The strongest gate of any of them.
    pub gate: Gate,
}

/// The content of the basis of an edge.
pub fn of_edge(edge: &ReachEdge) -> BasisContent {
    BasisContent::Edge {
        of: edge.id,
        gate: edge.gate,
        tier: edge.tier,
        touches: edge.touches.iter().cloned().collect(),
        level: edge.level,
        audience: edge.audience,
        reached_by: edge.reached_by,
    }
}

/// The content of the basis of `finding` in a map whose edges stand as `gate_of` says.
pub fn of_finding(finding: &Finding, gate_of: impl Fn(&EdgeId) -> Option<Gate>) -> BasisContent {
    of_legs(&finding.id, &finding.legs, (finding.tier, finding.exposure), gate_of)
}

/// What the rows of a lock come to, by their bases.
pub fn of_lock(lock: &Lock) -> BTreeMap<String, BasisContent> {
    let gate_of = |it: &EdgeId| lock.edges.get(it).map(|it| it.gate);
    let findings =
        lock.findings.values().map(|it| of_legs(&it.id, &it.legs, (it.tier, it.exposure), gate_of));
    let edges = lock.edges.values().map(|it| BasisContent::Edge {
        of: it.id,
        gate: it.gate,
        tier: it.tier,
        touches: it.touches.iter().cloned().collect(),
        level: it.level,
        audience: it.audience,
        reached_by: it.reached_by,
    });
    findings.chain(edges).map(|it| (it.id(), it)).collect()
}

/// The same, of what a finding is made of.
pub(crate) fn of_legs(
    id: &str,
    legs: &Legs,
    (tier, exposure): (Tier, Exposure),
    gate_of: impl Fn(&EdgeId) -> Option<Gate>,
) -> BasisContent {
    let leg = |edges: &Vec<EdgeId>| Leg {
        gate: edges.iter().filter_map(&gate_of).max().unwrap_or(Gate::Auto),
        edges: edges.clone(),
    };
    let legs = legs.iter().map(|(name, edges)| (name.clone(), leg(edges))).collect();
    BasisContent::Finding { of: id.to_owned(), legs, tier, exposure }
}

impl BasisContent {
    /// The basis: a digest over all of it.
    pub fn id(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        match self {
            Self::Finding { of, legs, tier, exposure } => {
                parts.extend(["finding", of.as_str()].map(str::to_owned));
                for (name, leg) in legs {
                    parts.push(format!("leg {name} {}", leg.gate));
                    parts.extend(leg.edges.iter().map(|it| it.as_str().to_owned()));
                }
                parts.extend([tier.word().to_owned(), exposure.word().to_owned()]);
            }
            Self::Edge { of, gate, tier, touches, level, audience, reached_by } => {
                parts.extend(["edge", of.as_str(), gate.word(), tier.word()].map(str::to_owned));
                parts.extend(touches.iter().map(|it| format!("touches {it}")));
                parts.extend(level.map(|it| format!("level {it}")));
                parts.extend(audience.map(|it| format!("audience {it}")));
                parts.extend(reached_by.map(|it| format!("reached by {it}")));
            }
        }
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        digest("b-", &parts)
    }

    /// Whether this is the same finding or edge as `old`, and no wider: no weaker gate, no higher tier or exposure, no edge on a leg that was not
    /// on it, no leg fewer to take; of an edge, nothing more that it touches, no wider audience, nobody less trusted.
    pub fn is_within(&self, old: &Self) -> bool {
        match (self, old) {
            (
                Self::Finding { of, legs, tier, exposure },
                Self::Finding { of: old_of, legs: old_legs, tier: old_tier, exposure: old_exposure },
            ) => {
                let within = |(leg, old): (&Leg, &Leg)| {
                    leg.gate >= old.gate && leg.edges.iter().all(|it| old.edges.contains(it))
                };
                // A more exposed path is the smaller one in the order of exposure.
                of == old_of
                    && tier <= old_tier
                    && exposure >= old_exposure
                    && legs.keys().eq(old_legs.keys())
                    && legs.values().zip(old_legs.values()).all(within)
            }
            (
                Self::Edge { of, gate, tier, touches, level, audience, reached_by },
                Self::Edge {
                    of: old_of,
                    gate: old_gate,
                    tier: old_tier,
                    touches: old_touches,
                    level: old_level,
                    audience: old_audience,
                    reached_by: old_reached,
                },
            ) => {
                of == old_of
                    && gate >= old_gate
                    && tier <= old_tier
                    && touches.is_subset(old_touches)
                    && level <= old_level
                    && audience <= old_audience
                    && reached_by.is_none_or(|it| old_reached.is_some_and(|old| it >= old))
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use ambit_model::{AssetId, Verb};

    use super::*;

    fn edge(name: &str) -> EdgeId {
        let [from, to] = ["agent:a", name].map(AssetId::from_text);
        EdgeId::of(&from, Verb::Sends, &to, None)
    }

    fn finding(ends: &[&str], gate: Gate, tier: Tier, exposure: Exposure) -> BasisContent {
        let leg = Leg { edges: ends.iter().map(|it| edge(it)).collect(), gate };
        let of = "f-one".to_owned();
        BasisContent::Finding { of, legs: [("outbound".to_owned(), leg)].into(), tier, exposure }
    }

    #[test]
    fn narrower_is_within_and_wider_is_not() {
        let old = finding(&["channel:a", "channel:b"], Gate::Prompted, Tier::T3, Exposure::Prompted);
        let within =
            |ends: &[&str], gate, tier, exposure| finding(ends, gate, tier, exposure).is_within(&old);
        assert!(old.is_within(&old));
        assert!(within(&["channel:a"], Gate::Asked, Tier::T2, Exposure::Guarded));
        assert!(!within(&["channel:c"], Gate::Asked, Tier::T2, Exposure::Guarded));
        assert!(!within(&["channel:a"], Gate::Auto, Tier::T2, Exposure::Guarded));
        assert!(!within(&["channel:a"], Gate::Asked, Tier::T4, Exposure::Guarded));
        assert!(!within(&["channel:a"], Gate::Asked, Tier::T2, Exposure::Open));
    }

    #[test]
    fn an_edge_that_touches_or_tells_more_is_not_within() {
        let id = edge("channel:a");
        let edge = |touches: &[&str], audience, reached_by| BasisContent::Edge {
            of: id,
            gate: Gate::Auto,
            tier: Tier::T2,
            touches: touches.iter().map(|it| (*it).to_owned()).collect(),
            level: Some(Level::Internal),
            audience: Some(audience),
            reached_by,
        };
        let old = edge(&["customer"], Audience::Partner, Some(Trust::Partner));
        assert!(edge(&[], Audience::Organization, None).is_within(&old));
        assert!(!edge(&["health"], Audience::Partner, Some(Trust::Partner)).is_within(&old));
        assert!(!edge(&["customer"], Audience::Public, Some(Trust::Partner)).is_within(&old));
        assert!(!edge(&["customer"], Audience::Partner, Some(Trust::Public)).is_within(&old));
        assert!(!finding(&[], Gate::Denied, Tier::T0, Exposure::Guarded).is_within(&old));
    }

    #[test]
    fn what_was_decided_of_one_says_nothing_of_another_that_looks_the_same() {
        let leg = || BTreeMap::<String, Leg>::new();
        let of = |of: &str| BasisContent::Finding {
            of: of.to_owned(),
            legs: leg(),
            tier: Tier::T4,
            exposure: Exposure::Guarded,
        };
        assert_ne!(of("f-one").id(), of("f-two").id());
        assert!(of("f-one").is_within(&of("f-one")) && !of("f-two").is_within(&of("f-one")));
    }

    #[test]
    fn the_digest_depends_on_every_part_and_survives_being_written() {
        let one = finding(&["channel:a"], Gate::Auto, Tier::T3, Exposure::Open);
        for other in [
            finding(&["channel:b"], Gate::Auto, Tier::T3, Exposure::Open),
            finding(&["channel:a"], Gate::Asked, Tier::T3, Exposure::Open),
            finding(&["channel:a"], Gate::Auto, Tier::T4, Exposure::Open),
            finding(&["channel:a"], Gate::Auto, Tier::T3, Exposure::Guarded),
        ] {
            assert_ne!(one.id(), other.id());
        }
        let text = serde_json::to_string(&one).expect("it is data");
        let back: BasisContent = serde_json::from_str(&text).expect("it reads back");
        assert_eq!(back.id(), one.id());
    }
}
