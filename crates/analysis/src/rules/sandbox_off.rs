//! A sandbox that would be there and is switched off, left or loosened.

use ambit_catalog::schema::BuiltinKind;
use ambit_model::facts::{Known, Launch, SettingKind};
use ambit_model::{
    AgentFacts, AssetId, BlastRadius, Effect, Exposure, Place, ReachEdge, Reversibility, RuleInfo, Tier,
    Verb, Where,
};

use super::approval_bypassed::is_inherited;
use super::{Rule, Seen, Sink, single};
use crate::harm::own_tool;
use crate::infer::words_of;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "sandbox-off",
        title: "A sandbox is switched off or has a hole",
        categories: &["ASI05:2026", "LLM06:2025", "MCP05:2025", "T11:1.1"],
        page: include_str!("sandbox_off.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        let holes = scene
            .settings(facts)
            .filter(|it| matches!(it.kind, SettingKind::SandboxOff | SettingKind::SandboxEscape))
            .map(|it| (&it.place, it.raw.as_str()));
        for (place, raw) in holes.chain(switched_off(scene, facts)) {
            if !is_inherited(scene, facts, place) {
                commands(scene, sink, agent, (place, raw));
            }
        }
        executors(scene, sink, agent);
        for (server, entry) in scene.servers(agent) {
            if let Some(facts) = scene.map.servers.get(server).filter(|it| it.launch.contained) {
                container(scene, sink, server, (&entry.place, &facts.launch));
            }
        }
    }
}

/// The line that says the sandbox is off, for a client whose commands run in one as it comes.
fn switched_off<'a>(scene: &Scene<'a>, facts: &'a AgentFacts) -> Option<(&'a Place, &'static str)> {
    let sandbox = facts.sandbox.as_ref().filter(|it| !it.enabled && scene.stands(&it.place))?;
    let mut tools = scene.catalog.client(&facts.client)?.tools.values();
    let boxed = tools.any(|it| {
        let inside = |it: &Effect| matches!(it, Effect::Executes { r#where: Where::Sandbox | Where::Workspace });
        it.kind == BuiltinKind::Shell && it.effects.iter().any(|it| inside(&it.effect))
    });
    boxed.then_some((&sandbox.place, "sandbox: off"))
}

/// What commands can do through the hole at `place`: what it decides itself, else whatever runs on the machine.
fn commands(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, (place, raw): (&Place, &str)) {
    let own = |it: &ReachEdge| {
        let tool = it.via.as_ref().and_then(|it| scene.map.tools.get(it));
        !it.stock && tool.is_some_and(|it| it.server.is_none())
    };
    let runs = |it: &ReachEdge| it.to.as_str() == "env:host";
    let decided = |it: &ReachEdge| it.decided_by.as_ref() == Some(place);
    let running = scene.open_by(agent, &[Verb::Executes]).filter(|(it, _)| runs(it));
    let worst = scene
        .open_decided(agent, place)
        .chain(running)
        .filter(|(it, _)| own(it))
        .max_by(|(a, x), (b, y)| (decided(a), a.tier, *y, &b.id).cmp(&(decided(b), b.tier, *x, &a.id)));
    let Some((worst, gate)) = worst else { return };
    let Some(exposure) = gate.exposure() else { return };
    let message = format!(
        "`{raw}` lets `{}` {} outside a sandbox ({}, `{}`)",
        scene.map.name(agent),
        worst.consequence,
        worst.tier,
        scene.map.name(&worst.to),
    );
    let mut seen = Seen::fact(agent, &worst.to, (worst.tier, exposure), vec![place.clone()]).says(message);
    seen.legs = vec![("outside", single(worst.no, gate))];
    sink.report(seen);
}

/// Words of names that executors of code have. A shell is one as it comes: nobody has chosen it over a container.
const RUNS_CODE: &[&str] = &["code", "executor", "interpreter", "python", "repl", "notebook", "jupyter"];

/// What a framework runs the model's code with, where it is the one without a container around it.
fn executors(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId) {
    for (edge, gate) in scene.open_by(agent, &[Verb::Executes]).filter(|(it, _)| it.to.as_str() == "env:host") {
        let tool = own_tool(scene.map, edge.edge).filter(|it| matches!(it.known, Known::Catalog(_)));
        let Some(tool) = tool.filter(|it| words_of(&it.name).iter().any(|it| RUNS_CODE.contains(&it.as_str()))) else {
            continue;
        };
        let Some(exposure) = gate.exposure() else { continue };
        let message = format!(
            "`{}` runs the code that `{}` writes outside a sandbox ({}, `{}`)",
            tool.name,
            scene.map.name(agent),
            edge.tier,
            scene.map.name(&edge.to),
        );
        let weight = (edge.tier, exposure);
        let mut seen = Seen::fact(agent, &edge.edge.to, weight, vec![tool.given.clone()]).says(message);
        seen.legs = vec![("outside", single(edge.no, gate))];
        sink.report(seen);
    }
}

/// Containment counts once the server misbehaves: somebody must turn it first.
fn container(scene: &Scene<'_>, sink: &mut Sink<'_>, server: &AssetId, (place, launch): (&Place, &Launch)) {
    let tightens = |it: &str| it.contains("no-new-privileges");
    let holes: Vec<&str> = launch.loosened.iter().map(String::as_str).filter(|it| !tightens(it)).collect();
    if holes.is_empty() {
        return;
    }
    let network_only = holes.iter().all(|it| it.starts_with("--net"));
    let effort = if network_only { Reversibility::Recoverable } else { Reversibility::Irreversible };
    let tier = Tier::of(effort, BlastRadius::Organization);
    let message = format!("the container of `{}` is opened by `{}`", scene.map.name(server), holes.join("`, `"));
    let host = AssetId::from_text("env:host");
    sink.report(Seen::fact(server, &host, (tier, Exposure::Guarded), vec![place.clone()]).says(message));
}

