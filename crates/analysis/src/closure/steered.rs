//! What strangers can steer one agent to.

use std::cmp::Reverse;

use ambit_model::{Audience, Gate, Level, Severity, Tier, Verb};

use super::bits::{self, KINDS};
use super::edge::Facts;
use super::exits::{ANY, Special, exposure, is_action, weaker_than};
use super::fixpoint::Closures;
use super::gather::brings;
use super::graph::Graph;
use super::verdict::{Verdict, worse};

const LEVELS: [Level; 3] = [Level::Secret, Level::Confidential, Level::Internal];

/// A way out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Out {
    audience: Audience,
    gate: Gate,
    limit: usize,
}

impl Out {
    /// The way out that an open edge is.
    pub(super) fn of(facts: Facts) -> Option<Self> {
        let audience = facts.audience().filter(|_| facts.verb() == Verb::Sends)?;
        Some(Self { audience, gate: facts.gate(), limit: facts.limit() })
    }
}

/// The worst data that strangers can have sent out, over any way.
pub(super) fn trifecta(graph: &Graph, closures: &Closures, node: u32) -> Option<Verdict> {
    if closures.flow_of(node) & bits::CONTENT == 0 {
        return None;
    }
    let plain = graph.exits_of(node).sends().map(|(audience, gate)| Out { audience, gate, limit: 0 });
    let limited = graph.special_of(node).iter().filter_map(|it| Out::of(it.facts));
    let held = Private::of(graph, closures, node);
    plain.chain(limited).fold(None, |worst, out| worse(worst, held.worst_over(graph, out).map(|it| it.0)))
}

/// What an agent holds that should not get out, and what its stock client holds of it.
pub(super) struct Private {
    content: u64,
    data: u64,
    /// Kinds that nothing in the stock client bears on, joined as the first.
    plain: u64,
    stock: u64,
    stock_outs: super::exits::Exits,
    told_apart: u8,
}

impl Private {
    pub(super) fn of(graph: &Graph, closures: &Closures, node: u32) -> Self {
        let data = closures.flow_of(node);
        let stock = closures.stock_of(node);
        let steered = stock & bits::CONTENT != 0;
        let is_apart = |kind: u8| kind > 0 && steered && bits::of_kind(stock, kind) != 0;
        let told_apart = (0..KINDS).filter(|it| is_apart(*it)).fold(0, |all, it| all | 1 << it);
        let stock_outs = graph.stock.sends(node);
        Self { content: data & bits::CONTENT, data, plain: 0, stock, stock_outs, told_apart }.joined()
    }

    fn joined(mut self) -> Self {
        self.plain = self.join(self.data);
        self
    }

    /// The kinds of `data` that need not be told apart, as one.
    fn join(&self, data: u64) -> u64 {
        let kinds = (0..KINDS).filter(|it| self.told_apart >> it & 1 == 0);
        kinds.fold(0, |all, kind| all | bits::of_kind(data, kind))
    }

    /// The worst that gets out over `out`, and the bits of the data that it is.
    pub(super) fn worst_over(&self, graph: &Graph, out: Out) -> Option<(Verdict, u64)> {
        let mask = graph.limit_mask(out.limit);
        let most = graph.limits.get(out.limit).and_then(|it| it.tier);
        let steered = bits::weakest(self.content & mask)?.max(out.gate);
        let plain = if out.limit == 0 { self.plain } else { self.join(self.data & mask) };
        let mut worst: Option<(Verdict, u64)> = None;
        let mut take = |data: u64, level: Level, over: Option<Severity>, kinds: u8| {
            let Some(gate) = bits::weakest_at(data, level) else { return };
            let Some(open) = exposure([steered, gate]) else { return };
            let tier = Tier::of_disclosure(level);
            let verdict = Verdict::of(most.map_or(tier, |it| it.min(tier)), open);
            if over.is_none_or(|it| verdict.severity > it)
                && worst.is_none_or(|(known, _)| known.rank() < verdict.rank())
            {
                let of_level = |kind: u8| bits::of_level(kind, level) & bits::exactly(gate);
                let bits = (0..KINDS).filter(|it| kinds >> it & 1 == 1).fold(0, |all, it| all | of_level(it));
                worst = Some((verdict, bits & self.data & mask));
            }
        };
        for level in LEVELS.into_iter().filter(|it| it.is_disclosed_to(out.audience)) {
            take(plain, level, None, !self.told_apart);
            for kind in (0..KINDS).filter(|it| self.told_apart >> it & 1 == 1) {
                take(bits::of_kind(self.data & mask, kind), level, self.floor(kind, out.audience), 1 << kind);
            }
        }
        worst
    }

    /// How bad it is what the stock client does with data of the same origin, over a way out at least as wide.
    fn floor(&self, kind: u8, audience: Audience) -> Option<Severity> {
        let steered = bits::weakest(self.stock & bits::CONTENT)?;
        let held = bits::of_kind(self.stock, kind);
        let (level, gate) = LEVELS.into_iter().find_map(|it| Some((it, bits::weakest_at(held, it)?)))?;
        let wide = self.stock_outs.sends().filter(|(it, _)| *it >= audience && level.is_disclosed_to(*it));
        let tier = Tier::of_disclosure(level);
        wide.filter_map(|(_, out)| Some(Severity::of(tier, exposure([steered, gate, out])?))).max()
    }
}

/// The worst action that strangers can steer the agent to, beyond what they can its stock client.
pub(super) fn hijackable(graph: &Graph, closures: &Closures, node: u32) -> Option<Verdict> {
    let content = closures.flow_of(node) & bits::CONTENT;
    let steered = bits::weakest(content)?;
    let plain = graph.exits_of(node).plain();
    let plain = plain.filter_map(|(tier, gate)| Some(Verdict::of(tier, exposure([steered, gate])?)));
    let worst = plain.fold(None, |worst, it| worse(worst, Some(it)));
    let special = graph.special_of(node).iter().filter(|it| is_action(it.facts.verb()));
    special.fold(worst, |worst, it| worse(worst, hijacked(graph, closures, node, *it)))
}

/// What strangers come to who steer the agent to an action that a limit or a stock action bears on.
pub(super) fn hijacked(graph: &Graph, closures: &Closures, node: u32, action: Special) -> Option<Verdict> {
    let facts = action.facts;
    let content = closures.flow_of(node) & bits::CONTENT & graph.limit_mask(facts.limit());
    let steered = bits::weakest(content).filter(|_| facts.tier() >= Tier::T3)?;
    let verdict = Verdict::of(facts.tier(), exposure([steered, facts.gate()])?);
    let stock = bits::weakest(closures.stock_of(node) & bits::CONTENT);
    let floor = stock.and_then(|it| action.floor.behind(it));
    (Some(verdict.severity) > floor).then_some(verdict)
}

/// How an agent is steered by what comes in at another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steered {
    pub(super) verdict: Verdict,
    /// The gate of the way in.
    pub(super) way: Gate,
    /// The worst action.
    pub(super) action: (Tier, Gate),
}

/// The worst that an agent which can do less can steer this one to.
pub(super) fn escalation(graph: &Graph, closures: &Closures, node: u32) -> Option<Verdict> {
    escalated(graph, closures, node).map(|it| it.verdict)
}

pub(super) fn escalated(graph: &Graph, closures: &Closures, node: u32) -> Option<Steered> {
    let exits = graph.exits_of(node);
    exits.actions().next()?;
    // What it loads itself is not told apart from what another loads and passes on.
    let own = graph.own_of(node);
    let mut foreign = 0;
    for hop in graph.into.of(node) {
        let passing = bits::entries(graph.mask(hop.step) & bits::CONTENT);
        foreign |= closures.entry_of(hop.from) & passing;
    }
    foreign &= !bits::entries(own & bits::LOADED);
    let gates = [Gate::Auto, Gate::Prompted, Gate::Asked];
    let way = gates.into_iter().find(|it| foreign & bits::entry_bits(*it, ANY) != 0)?;
    let weigh = |(tier, gate): (Tier, Gate)| {
        let verdict = exposure([way, gate]).map(|it| Verdict::of(tier, it).severity);
        (verdict, tier, Reverse(gate))
    };
    let (tier, gate) = exits.actions().max_by(|a, b| weigh(*a).cmp(&weigh(*b)))?;
    let strongest = way.max(gate);
    // What strangers can do to it alone is no step up.
    let taken_in = bits::weakest(own & bits::CONTENT & !bits::LOADED);
    let alone = taken_in.is_some_and(|it| it.max(gate) <= strongest);
    let by = foreign & bits::entry_bits(way, weaker_than(tier, strongest));
    if alone || by == 0 {
        return None;
    }
    let verdict = Verdict::of(tier, strongest.exposure()?);
    Some(Steered { verdict, way, action: (tier, gate) })
}

/// What comes in over one of the node's own edges.
pub(super) fn own_edge(graph: &Graph, node: u32, bits: u64) -> Option<u32> {
    graph.edges_of(node).find(|(_, it)| brings(*it, &graph.nodes) & bits != 0).map(|(no, _)| no)
}
