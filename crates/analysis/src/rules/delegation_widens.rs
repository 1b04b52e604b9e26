//! An agent hands work to one that may do what it may not do itself.

use std::collections::BTreeMap;

use ambit_model::{AgentFacts, AssetId, Gate, Place, RuleInfo, Severity, Tier, Verb};

use super::cross_agent_escalation::line_of;
use super::{ACTIONS, Rule, Seen, Sink, exposure, single};
use crate::flow::Way;
use crate::handed::handed;
use crate::harm::says;
use crate::scene::{Open, Scene};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "delegation-widens",
        title: "It hands over more than it has been given",
        categories: &["ASI03:2026", "T3:1.1", "MSFM2-03", "AG-GV.2", "CWE-269", "CWE-441"],
        page: include_str!("delegation_widens.md"),
    },
    check,
};

/// What stands before an agent's own calls.
struct Bounds<'a> {
    /// The weakest gate before what it does to what, with the line that decides; none where it is denied.
    own: BTreeMap<(Verb, &'a AssetId), (Option<Gate>, Option<&'a Place>)>,
    /// What stands before all else that it does of T3 or more, where somebody has put something there.
    others: Option<Gate>,
    /// Whether somebody has listed its tools: what is not among them was kept from it.
    listed: bool,
}

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let reached = handed(scene, agent);
        if reached.is_empty() {
            continue;
        }
        let bounds = Bounds::of(scene, agent, facts);
        let mut worst: BTreeMap<&AssetId, (Severity, &AssetId, &Way, Open<'_>)> = BTreeMap::new();
        for (other, way) in &reached {
            for (action, gate) in scene.open_distinct(other, ACTIONS).into_iter().filter(|it| it.0.tier >= Tier::T3) {
                let through = gate.max(way.gate);
                let Some(open) = exposure([through]).filter(|_| bounds.are_walked_round(action.edge, through)) else {
                    continue;
                };
                let severity = Severity::of(action.tier, open);
                let known = worst.get(&action.edge.to).map(|it| it.0);
                if known.is_none_or(|it| it < severity) {
                    worst.insert(&action.edge.to, (severity, other, way, (action, gate)));
                }
            }
        }
        // An agent that works behind several others is told of once for each thing that it does.
        for (_, other, way, action) in worst.into_values() {
            report(scene, sink, (agent, &bounds), (other, way), action);
        }
    }
}

impl<'a> Bounds<'a> {
    fn of(scene: &Scene<'a>, agent: &AssetId, facts: &AgentFacts) -> Self {
        let mut own: BTreeMap<_, (Option<Gate>, Option<&Place>)> = BTreeMap::new();
        let open: BTreeMap<_, (Tier, Gate)> =
            scene.open_by(agent, ACTIONS).map(|(it, gate)| (it.no, (it.tier, gate))).collect();
        let mut asked: Option<Gate> = None;
        let mut said = false;
        for row in scene.map.edges_by(agent, ACTIONS) {
            // What is left of it may weigh less than the map says.
            let (edge, left) = (row.edge, open.get(&row.no));
            let gate = left.map(|it| it.1);
            let entry = own.entry((edge.verb, &edge.to)).or_insert((gate, edge.decided_by.as_ref()));
            // None is what cannot happen, and so the strongest of all.
            if gate.is_some_and(|it| entry.0.is_none_or(|known| it < known)) {
                *entry = (gate, edge.decided_by.as_ref());
            }
            if let Some((_, gate)) = left.copied().filter(|it| it.0 >= Tier::T3) {
                asked = Some(asked.map_or(gate, |it| it.min(gate)));
                said |= edge.decided_by.is_some() || !edge.stock;
            }
        }
        let others = asked.filter(|it| *it >= Gate::Prompted && said);
        Self { own, others, listed: facts.tools.is_some() }
    }

    /// Whether the same through another agent meets less than it would here.
    fn are_walked_round(&self, action: &ambit_model::ReachEdge, through: Gate) -> bool {
        match self.own.get(&(action.verb, &action.to)) {
            Some((None, _)) => true,
            Some((Some(own), _)) => through < *own,
            None => self.listed || self.others.is_some_and(|it| through < it),
        }
    }

    /// What it may do itself, in words that follow its name.
    fn says(&self, action: &ambit_model::ReachEdge) -> &'static str {
        match self.own.get(&(action.verb, &action.to)) {
            Some((None, _)) => "is denied that",
            Some((Some(_), _)) => "must ask before that",
            None if self.listed => "has a list of tools without that",
            None => "must ask before all it does of that weight",
        }
    }
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    (agent, bounds): (&AssetId, &Bounds<'_>),
    (other, way): (&AssetId, &Way),
    (action, gate): Open<'_>,
) {
    let Some(open) = exposure([way.gate, gate]) else { return };
    let unasked = if way.gate.max(gate) == Gate::Auto { " unasked" } else { "" };
    let message = format!(
        "`{}` {}, yet it hands work to `{}`, which can {}{unasked} ({}, `{}`)",
        scene.map.name(agent),
        bounds.says(action.edge),
        scene.map.name(other),
        says(scene.map, action.edge),
        action.tier,
        scene.map.name(&action.edge.to),
    );
    let own = bounds.own.get(&(action.edge.verb, &action.edge.to)).and_then(|it| it.1);
    let evidence = line_of(scene, action.edge).into_iter().chain(own.cloned()).collect();
    let mut seen = Seen::fact(agent, &action.edge.to, (action.tier, open), evidence).says(message);
    seen.legs = vec![("delegation", way.clone()), ("action", single(action.no, gate))];
    sink.report(seen);
}
