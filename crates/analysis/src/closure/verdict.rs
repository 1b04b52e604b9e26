//! What the compositions come to for each agent.

use std::cmp::Reverse;

use ambit_model::{Exposure, Severity, Tier};

use super::fixpoint::Closures;
use super::gather::is_agent;
use super::graph::{Graph, in_two};
use super::steered;
use super::stored;

/// As of how many nodes a second thread pays.
const WORTH_A_THREAD: usize = 1 << 15;

/// A composition that is a function of what gets into a context and what can be done from there. The other rules look at
/// facts that columns do not hold: pins, lines, names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Composition {
    /// Untrusted content, private data and a way out meet. Of one kind of data only the worst is known, not whose it is.
    LethalTrifecta,
    /// Untrusted content steers an action of T3 or more.
    HijackableAction,
    /// An action of T3 or more that nothing asks about.
    UnguardedConsequence,
    /// Untrusted content gets into a place and is read back. Each agent that writes there is judged, where the rule tells of one
    /// of each family.
    StoredInjection,
    /// Content that comes in at an agent that can do less steers this one. Any such agent counts, where the rule asks about the
    /// nearest alone: this fires wherever the rule does.
    CrossAgentEscalation,
    /// Nobody knows what it can do.
    UnknownReach,
}

impl Composition {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::LethalTrifecta,
        Self::HijackableAction,
        Self::UnguardedConsequence,
        Self::StoredInjection,
        Self::CrossAgentEscalation,
        Self::UnknownReach,
    ];

    /// The id of the rule that finds it.
    pub fn rule(self) -> &'static str {
        match self {
            Self::LethalTrifecta => "lethal-trifecta",
            Self::HijackableAction => "hijackable-action",
            Self::UnguardedConsequence => "unguarded-consequence",
            Self::StoredInjection => "stored-injection",
            Self::CrossAgentEscalation => "cross-agent-escalation",
            Self::UnknownReach => "unknown-reach",
        }
    }
}

/// The worst that a composition comes to for one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// How bad.
    pub severity: Severity,
    /// The tier of what it ends in.
    pub tier: Tier,
    /// How exposed.
    pub exposure: Exposure,
}

impl Verdict {
    /// What ends in `tier` and is so exposed.
    pub fn of(tier: Tier, exposure: Exposure) -> Self {
        Self { severity: Severity::of(tier, exposure), tier, exposure }
    }

    /// By how bad, then by tier, then by how exposed.
    pub fn rank(self) -> impl Ord + use<> {
        (self.severity, self.tier, Reverse(self.exposure))
    }
}

/// The worse of both.
pub(super) fn worse(a: Option<Verdict>, b: Option<Verdict>) -> Option<Verdict> {
    [a, b].into_iter().flatten().max_by(|a, b| a.rank().cmp(&b.rank()))
}

/// A verdict in one byte; 0 is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Code(u8);

const TIERS: [Tier; 5] = [Tier::T0, Tier::T1, Tier::T2, Tier::T3, Tier::T4];
const EXPOSURES: [Exposure; 3] = [Exposure::Open, Exposure::Prompted, Exposure::Guarded];

impl From<Option<Verdict>> for Code {
    fn from(verdict: Option<Verdict>) -> Self {
        Self(verdict.map_or(0, |it| 1 + it.tier as u8 * 3 + it.exposure as u8))
    }
}

impl From<Code> for Option<Verdict> {
    fn from(Code(code): Code) -> Self {
        let code = usize::from(code.checked_sub(1)?);
        Some(Verdict::of(*TIERS.get(code / 3)?, *EXPOSURES.get(code % 3)?))
    }
}

pub(super) type Codes = [Code; Composition::ALL.len()];

/// What the compositions come to, agent by agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdicts {
    pub(super) codes: Vec<Codes>,
}

impl Verdicts {
    /// The verdicts over `graph` and its closures.
    pub fn of(graph: &Graph, closures: &Closures) -> Self {
        let mut codes = vec![Codes::default(); graph.nodes.len()];
        let judge = |part: &mut [Codes], first: u32| {
            for (node, codes) in (first..).zip(part) {
                *codes = of_agent(graph, closures, node);
            }
        };
        if codes.len() < WORTH_A_THREAD {
            judge(&mut codes, 0);
        } else {
            // Agents stand together in most columns, so that halves of the nodes are no halves of the work.
            let half = half_of_agents(graph);
            let (low, high) = codes.split_at_mut(half);
            in_two(|| judge(low, 0), || judge(high, half as u32));
        }
        let mut verdicts = Self { codes };
        verdicts.set_stored(&stored::of(graph, closures));
        verdicts
    }

    /// Puts the verdicts on what is stored in the place of the known ones.
    pub(super) fn set_stored(&mut self, stored: &[(u32, Verdict)]) {
        let at = Composition::StoredInjection as usize;
        for codes in &mut self.codes {
            if let Some(code) = codes.get_mut(at) {
                *code = Code::default();
            }
        }
        for (agent, verdict) in stored {
            let code = self.codes.get_mut(*agent as usize).and_then(|it| it.get_mut(at));
            if let Some(code) = code {
                *code = worse((*code).into(), Some(*verdict)).into();
            }
        }
    }

    /// What `composition` comes to for the agent of that number; none where it does not fire.
    pub fn of_agent(&self, agent: u32, composition: Composition) -> Option<Verdict> {
        (*self.codes.get(agent as usize)?.get(composition as usize)?).into()
    }

    /// Every composition that fires, by the number of the agent.
    pub fn all(&self) -> impl Iterator<Item = (u32, Composition, Verdict)> {
        (0_u32..).zip(&self.codes).flat_map(|(agent, codes)| {
            let each = Composition::ALL.into_iter().zip(codes);
            each.filter_map(move |(it, code)| Some((agent, it, Option::<Verdict>::from(*code)?)))
        })
    }
}

/// The node before which there are as many agents as after it.
fn half_of_agents(graph: &Graph) -> usize {
    let agents = |it: &[super::graph::Node]| it.iter().filter(|it| it.role == super::Role::Agent).count();
    let half = agents(&graph.nodes) / 2;
    let mut seen = 0;
    let at = graph.nodes.iter().position(|it| {
        seen += usize::from(it.role == super::Role::Agent);
        seen > half
    });
    at.unwrap_or_default()
}

/// The verdicts on one agent, but for what is stored.
pub(super) fn of_agent(graph: &Graph, closures: &Closures, node: u32) -> Codes {
    let mut codes = Codes::default();
    if !is_agent(&graph.nodes, node) {
        return codes;
    }
    let exits = graph.exits_of(node);
    let unasked = exits.unasked().map(|tier| Verdict::of(tier, Exposure::Open));
    let unknown = exits.least_unknown().and_then(ambit_model::Gate::exposure);
    let found = [
        (Composition::LethalTrifecta, steered::trifecta(graph, closures, node)),
        (Composition::HijackableAction, steered::hijackable(graph, closures, node)),
        (Composition::UnguardedConsequence, unasked),
        (Composition::CrossAgentEscalation, steered::escalation(graph, closures, node)),
        (Composition::UnknownReach, unknown.map(|it| Verdict::of(Tier::T4, it))),
    ];
    for (composition, verdict) in found {
        if let Some(code) = codes.get_mut(composition as usize) {
            *code = verdict.into();
        }
    }
    codes
}
