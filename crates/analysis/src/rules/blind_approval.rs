//! A human approves what the agent says it will do, and not what it does.

use ambit_model::facts::{Approval, Shown};
use ambit_model::{AssetId, Gate, ReachEdge, RuleInfo, Tier};

use super::{Rule, Seen, Sink, single};
use crate::harm::{own_tool, says, worst_action};
use crate::map::Row;
use crate::scene::{Open, Scene};

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "blind-approval",
        title: "Whoever approves is shown only what the agent wrote",
        categories: &["ASI09:2026", "T10:1.1", "T15:1.1", "MSFM1-14", "AML.T0067", "CWE-451"],
        page: include_str!("blind_approval.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let blind = facts.program.approvals.iter();
        for approval in blind.filter(|it| it.shows == Shown::AgentText && scene.stands(&it.place)) {
            let about = |it: &ReachEdge| is_about(scene, approval, it);
            // What shows the call is asked about by another approval too.
            let shown = |it: &ReachEdge| {
                let others = facts.program.approvals.iter().filter(|other| other.shows == Shown::Call);
                others.filter(|other| scene.stands(&other.place)).any(|other| is_about(scene, other, it))
            };
            let counts = |it: Row<'_>, _: Gate| about(it.edge) && !shown(it.edge);
            if let Some(action) = worst_action(scene, agent, (Tier::T3, Gate::Auto), &counts) {
                report(scene, sink, agent, approval, action);
            }
        }
    }
}

/// Whether the approval is asked for before that edge.
fn is_about(scene: &Scene<'_>, approval: &Approval, edge: &ReachEdge) -> bool {
    let Some(via) = &edge.via else { return false };
    let name = own_tool(scene.map, edge).map(|it| it.name.as_str());
    let name = name.or_else(|| scene.map.tools.get(via).map(|it| it.name.as_str()));
    approval.tools.is_empty() || approval.tools.iter().any(|it| Some(it.as_str()) == name)
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, approval: &Approval, action: Open<'_>) {
    let (action, gate) = action;
    // A question that does not show the call asks about nothing that is certain to happen: it is worth a click.
    let Some(open) = gate.min(Gate::Prompted).exposure() else { return };
    let message = format!(
        "before `{}` may {} ({}, `{}`), whoever is asked by `{}` sees what it wrote and not the call",
        scene.map.name(agent),
        says(scene.map, action.edge),
        action.tier,
        scene.map.name(&action.edge.to),
        approval.how,
    );
    let weight = (action.tier, open);
    let mut seen = Seen::fact(agent, &action.edge.to, weight, vec![approval.place.clone()]).says(message);
    seen.legs = vec![("action", single(action.no, gate))];
    sink.report(seen);
}
