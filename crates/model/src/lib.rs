//! The nouns of Ambit and the lattice they live in.
//!
//! What lives here: assets, labels, effects, reach edges, findings, the facts that readers hand to the
//! analysis, `ambit.yaml`, in which people state theirs, and `ambit.lock`, what is resolved from both; and the one way in which
//! all crates work on several threads (`parallel`). No I/O, no clock, no async: every other crate may use this one, and it uses
//! the tree of text alone.

pub mod address;
pub mod architecture;
pub mod assessment;
pub mod asset;
pub mod containment;
pub mod coverage;
pub mod difference;
pub mod effect;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod gate;
pub mod hidden;
pub mod judged;
pub mod label;
pub mod lock;
pub mod parallel;
pub mod place;
pub mod reach;
pub mod risk;
pub mod secret;
pub mod stated;
pub mod tier;
pub mod verdict;
pub mod whatif;

pub use architecture::{Architecture, Question};
pub use assessment::{Assessment, Baseline, Closed, Summary};
pub use asset::{ArgumentRole, Asset, AssetId, AssetKind, Layer};
pub use containment::Containment;
pub use coverage::Coverage;
pub use difference::Difference;
pub use effect::{Bandwidth, Basis, Effect, EffectFact, Place as Where};
pub use facts::{AgentFacts, Inventory, ServerFacts, ToolDefinition};
pub use finding::{Confidence, Finding, Legs, Remedy, RuleInfo, Severity, Status};
pub use gate::{Exposure, Gate, Scope};
pub use judged::{BoundaryCheck, Breach, DecidedEdge, DecisionNote, Duties, TierCount, UnmetDuty};
pub use label::{Audience, Level, Trust};
pub use lock::Lock;
pub use place::{Place, Problem, Provenance};
pub use reach::{EdgeId, ReachEdge, Verb};
pub use secret::Secret;
pub use tier::{BlastRadius, Duty, Reversibility, Tier};
pub use verdict::{Failure, FailureKind, Verdict};
pub use whatif::Whatif;
