//! Every simple way, one by one, and what the compositions come to over them. Slow, and told in the words of the model.

use std::cmp::Reverse;

use ambit_model::{Exposure, Gate, Level, Severity, Tier, Trust, Verb};

use crate::closure::{Columns, Composition, Edge, Limit, Role, Verdict};

/// What has come in at some node.
#[derive(Debug, Clone)]
pub(super) struct Arrival {
    pub(super) what: What,
    pub(super) gate: Gate,
    /// The contexts and places on the way, from where it came in.
    pub(super) nodes: Vec<u32>,
    /// Its edges.
    pub(super) edges: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum What {
    Content { trust: Trust, loaded: bool },
    Data { origin: u32, kind: u8, level: Level },
}

impl Arrival {
    pub(super) fn is_content(&self) -> bool {
        matches!(self.what, What::Content { .. })
    }
}

/// The columns with all ways in them.
pub(super) struct Ways<'a> {
    pub(super) columns: &'a Columns,
    edges: &'a [Edge],
}

impl<'a> Ways<'a> {
    pub(super) fn of(columns: &'a Columns) -> Self {
        Self { columns, edges: &columns.edges }
    }

    /// The same, over what stock clients do as they come.
    pub(super) fn of_stock(columns: &'a Columns) -> Self {
        Self { columns, edges: &columns.stock }
    }

    fn limit(&self, edge: Edge) -> Limit {
        edge.facts.limit().checked_sub(1).map(|it| self.columns.limits[it]).unwrap_or_default()
    }

    fn is_place(&self, node: u32) -> bool {
        matches!(self.columns.nodes[node as usize].role, Role::Place { .. })
    }

    fn is_agent(&self, node: u32) -> bool {
        self.columns.nodes[node as usize].role == Role::Agent
    }

    /// What is left of it behind that limit.
    fn passed(what: What, limit: Limit) -> Option<What> {
        match what {
            What::Content { trust, .. } => limit.trust.is_none_or(|it| trust > it).then_some(what),
            What::Data { origin, kind, level } => {
                let level = limit.level.map_or(level, |it| it.min(level));
                let cut = limit.kinds >> kind & 1 == 1 || level == Level::Public;
                (!cut).then_some(What::Data { origin, kind, level })
            }
        }
    }

    fn starts(&self) -> Vec<(u32, Arrival)> {
        let open = self.edges.iter().enumerate().filter(|(_, it)| it.facts.gate() != Gate::Denied);
        let starts = open.filter_map(|(no, it)| {
            let what = match (it.facts.verb(), it.facts.trust(), it.facts.level()) {
                (Verb::Ingests, Some(trust), _) if trust.is_untrusted() => {
                    What::Content { trust, loaded: false }
                }
                (Verb::Loads, Some(Trust::Public), _) => What::Content { trust: Trust::Public, loaded: true },
                (Verb::Reads | Verb::Recalls, _, Some(level)) if level > Level::Public => {
                    What::Data { origin: it.to, kind: self.columns.nodes[it.to as usize].kind, level }
                }
                _ => return None,
            };
            let (nodes, edges) = (vec![it.from], vec![no]);
            Some((it.from, Arrival { what, gate: it.facts.gate(), nodes, edges }))
        });
        starts.collect()
    }

    fn steps(&self, node: u32) -> Vec<(u32, usize)> {
        let mut steps = Vec::new();
        for (no, edge) in self.edges.iter().enumerate().filter(|(_, it)| it.facts.gate() != Gate::Denied) {
            let pairs = match edge.facts.verb() {
                Verb::Delegates if edge.facts.is_onward() => vec![(edge.from, edge.to)],
                Verb::Delegates => vec![(edge.from, edge.to), (edge.to, edge.from)],
                Verb::Writes | Verb::Remembers if self.is_place(edge.to) => vec![(edge.from, edge.to)],
                Verb::Reads | Verb::Recalls if self.is_place(edge.to) => vec![(edge.to, edge.from)],
                _ => vec![],
            };
            steps.extend(pairs.into_iter().filter(|it| it.0 == node).map(|it| (it.1, no)));
        }
        steps
    }

    /// All that gets in anywhere, by node.
    pub(super) fn arrivals(&self) -> Vec<Vec<Arrival>> {
        let mut all = vec![Vec::new(); self.columns.nodes.len()];
        let mut open = self.starts();
        while let Some((node, it)) = open.pop() {
            for (to, no) in self.steps(node).into_iter().filter(|(to, _)| !it.nodes.contains(to)) {
                let edge = self.edges[no];
                let Some(what) = Self::passed(it.what, self.limit(edge)) else { continue };
                let mut further = Arrival { what, gate: it.gate.max(edge.facts.gate()), ..it.clone() };
                further.nodes.push(to);
                further.edges.push(no);
                open.push((to, further));
            }
            all[node as usize].push(it);
        }
        all
    }

    fn edges_of(&self, agent: u32) -> impl Iterator<Item = Edge> + use<'a> {
        self.edges.iter().copied().filter(move |it| it.from == agent && it.facts.gate() != Gate::Denied)
    }
}

/// The slow verdicts.
pub(super) struct Slow<'a> {
    pub(super) ways: Ways<'a>,
    stock_ways: Ways<'a>,
    pub(super) arrivals: Vec<Vec<Arrival>>,
    stock: Vec<Vec<Arrival>>,
}

fn worst(all: impl Iterator<Item = Verdict>) -> Option<Verdict> {
    all.max_by(|a, b| a.rank().cmp(&b.rank()))
}

fn verdict(tier: Tier, gates: &[Gate]) -> Option<Verdict> {
    gates.iter().max()?.exposure().map(|it| Verdict::of(tier, it))
}

pub(super) fn acts(edge: &Edge) -> bool {
    matches!(edge.facts.verb(), Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants)
}

impl<'a> Slow<'a> {
    pub(super) fn of(columns: &'a Columns) -> Self {
        let (ways, stock_ways) = (Ways::of(columns), Ways::of_stock(columns));
        let (arrivals, stock) = (ways.arrivals(), stock_ways.arrivals());
        Self { ways, stock_ways, arrivals, stock }
    }

    pub(super) fn content(&self, agent: u32, limit: Limit) -> impl Iterator<Item = &Arrival> {
        let content = self.arrivals[agent as usize].iter().filter(|it| it.is_content());
        content.filter(move |it| Ways::passed(it.what, limit).is_some())
    }

    fn stock_steered(&self, agent: u32) -> Option<Gate> {
        self.stock[agent as usize].iter().filter(|it| it.is_content()).map(|it| it.gate).min()
    }

    pub(super) fn verdict(&self, agent: u32, composition: Composition) -> Option<Verdict> {
        if !self.ways.is_agent(agent) {
            return None;
        }
        let edges = self.ways.edges_of(agent);
        match composition {
            Composition::LethalTrifecta => worst(edges.filter_map(|it| self.sent(agent, it))),
            Composition::HijackableAction => worst(edges.filter_map(|it| self.hijacked(agent, it))),
            Composition::UnguardedConsequence => worst(
                edges
                    .filter(|it| acts(it) && it.facts.gate() == Gate::Auto && !it.facts.is_stock())
                    .filter(|it| it.facts.tier() >= Tier::T3)
                    .map(|it| Verdict::of(it.facts.tier(), Exposure::Open)),
            ),
            Composition::StoredInjection => worst(edges.filter_map(|it| self.stored(agent, it))),
            Composition::CrossAgentEscalation => self.escalated(agent),
            Composition::UnknownReach => worst(
                edges
                    .filter(|it| it.facts.verb() == Verb::MayReach && !it.facts.is_stock())
                    .filter_map(|it| verdict(Tier::T4, &[it.facts.gate()])),
            ),
        }
    }

    /// The worst data that gets out over `out`.
    fn sent(&self, agent: u32, out: Edge) -> Option<Verdict> {
        let audience = out.facts.audience().filter(|_| out.facts.verb() == Verb::Sends)?;
        let limit = self.ways.limit(out);
        let steered = self.content(agent, limit).map(|it| it.gate).min()?;
        let held = self.arrivals[agent as usize].iter().filter_map(|it| {
            let What::Data { origin, kind, level } = Ways::passed(it.what, limit)? else { return None };
            let tier = Tier::of_disclosure(level);
            let tier = limit.tier.map_or(tier, |it| it.min(tier));
            let verdict = verdict(tier, &[steered, it.gate, out.facts.gate()])?;
            let floor = (kind > 0).then(|| self.stock_sent(agent, origin, audience)).flatten();
            (level.is_disclosed_to(audience) && floor.is_none_or(|it| verdict.severity > it))
                .then_some(verdict)
        });
        worst(held)
    }

    /// How bad it is what the stock client does with the same data over a way out at least as wide.
    fn stock_sent(&self, agent: u32, of: u32, audience: ambit_model::Audience) -> Option<Severity> {
        let steered = self.stock_steered(agent)?;
        let held = self.stock[agent as usize].iter().filter_map(|it| match it.what {
            What::Data { origin, level, .. } if origin == of => Some((level, Reverse(it.gate))),
            _ => None,
        });
        let (level, Reverse(gate)) = held.max()?;
        let outs = self.stock_ways.edges_of(agent).filter(|it| it.facts.verb() == Verb::Sends);
        let wide = outs
            .filter(|it| it.facts.audience().is_some_and(|it| it >= audience && level.is_disclosed_to(it)));
        wide.filter_map(|it| verdict(Tier::of_disclosure(level), &[steered, gate, it.facts.gate()]))
            .map(|it| it.severity)
            .max()
    }

    fn hijacked(&self, agent: u32, action: Edge) -> Option<Verdict> {
        if !acts(&action) || action.facts.tier() < Tier::T3 {
            return None;
        }
        let steered = self.content(agent, self.ways.limit(action)).map(|it| it.gate).min()?;
        let found = verdict(action.facts.tier(), &[steered, action.facts.gate()])?;
        let same = self.stock_ways.edges_of(agent).filter(|it| acts(it) && it.to == action.to);
        let floor = self.stock_steered(agent).and_then(|steered| {
            same.filter_map(|it| verdict(it.facts.tier(), &[steered, it.facts.gate()]))
                .map(|it| it.severity)
                .max()
        });
        (Some(found.severity) > floor).then_some(found)
    }

    fn stored(&self, writer: u32, write: Edge) -> Option<Verdict> {
        let place = self.ways.columns.nodes[write.to as usize];
        let Role::Place { later } = place.role else { return None };
        if !matches!(write.facts.verb(), Verb::Writes | Verb::Remembers) {
            return None;
        }
        let beside = self.content(writer, self.ways.limit(write)).filter(|it| !it.nodes.contains(&write.to));
        let steered = beside.map(|it| it.gate).min()?;
        let family = |it: u32| self.ways.columns.nodes[it as usize].family;
        let reads = self.ways.edges.iter().filter(|it| {
            let reads = matches!(it.facts.verb(), Verb::Reads | Verb::Recalls);
            reads && it.to == write.to && self.ways.is_agent(it.from) && it.facts.gate() != Gate::Denied
        });
        worst(reads.filter_map(|read| {
            let own = family(read.from) == family(writer);
            let tier = if own { Tier::T2 } else { Tier::T3 };
            let with = |it: Gate| verdict(tier, &[it, write.facts.gate(), read.facts.gate()]);
            let found = with(steered).filter(|_| later || !own)?;
            let both = write.facts.is_stock() && read.facts.is_stock();
            let floor = self.stock_steered(writer).filter(|_| both).and_then(with);
            floor.is_none_or(|it| found.severity > it.severity).then_some(found)
        }))
    }

    /// The ways over which another agent steers this one.
    pub(super) fn foreign(&self, agent: u32) -> impl Iterator<Item = &Arrival> {
        let loads = self
            .ways
            .edges_of(agent)
            .filter(|it| it.facts.verb() == Verb::Loads && it.facts.trust() == Some(Trust::Public));
        let loaded_itself = loads.map(|it| it.facts.gate()).min();
        self.content(agent, Limit::default()).filter(move |it| {
            let own = matches!(it.what, What::Content { loaded: true, .. })
                && loaded_itself.is_some_and(|own| own <= it.gate);
            it.nodes[0] != agent && self.ways.is_agent(it.nodes[0]) && !own
        })
    }

    pub(super) fn actions(&self, agent: u32) -> impl Iterator<Item = (Tier, Gate)> {
        let acting = self.ways.edges_of(agent).filter(|it| acts(it) && it.facts.tier() >= Tier::T3);
        acting.map(|it| (it.facts.tier(), it.facts.gate()))
    }

    fn escalated(&self, agent: u32) -> Option<Verdict> {
        let way = self.foreign(agent).map(|it| it.gate).min()?;
        let rank =
            |it: &(Tier, Gate)| (verdict(it.0, &[way, it.1]).map(|it| it.severity), it.0, Reverse(it.1));
        let (tier, gate) = self.actions(agent).max_by(|a, b| rank(a).cmp(&rank(b)))?;
        let strongest = way.max(gate);
        let takes_in = self.ways.edges_of(agent).filter(|it| {
            it.facts.verb() == Verb::Ingests && it.facts.trust().is_some_and(Trust::is_untrusted)
        });
        let alone = takes_in.map(|it| it.facts.gate()).min().is_some_and(|it| it.max(gate) <= strongest);
        let stronger = |it: u32| self.actions(it).any(|(t, g)| t >= tier && g <= strongest);
        let steps_up = self.foreign(agent).any(|it| it.gate == way && !stronger(it.nodes[0]));
        (!alone && steps_up).then(|| verdict(tier, &[strongest])).flatten()
    }
}
