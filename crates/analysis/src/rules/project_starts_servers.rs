//! A checkout starts programs: servers, hooks and helpers that run because somebody opened a folder.

use ambit_model::facts::{HookFacts, Launch, ServerState, ServerUse, Setting, SettingKind, Transport};
use ambit_model::{
    AgentFacts, AssetId, AssetKind, BlastRadius, Confidence, Exposure, Reversibility, RuleInfo, Scope, Tier,
};

use super::{Rule, Seen, Sink};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "project-starts-servers",
        title: "Opening the folder runs programs that the repository chose",
        categories: &["ASI04:2026", "ASI05:2026", "LLM03:2025", "MCP04:2025"],
        page: include_str!("project_starts_servers.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents().filter(|(_, it)| it.placed && it.parent.is_none()) {
        let started: Vec<_> = scene.servers(agent).filter_map(|it| Some((it, starts(scene, it)?))).collect();
        let switches = scene.settings(facts).filter(|it| it.kind == SettingKind::StartsServers);
        let switches: Vec<&Setting> = switches.filter(|it| travels(it)).collect();
        for setting in &switches {
            switch(scene, sink, agent, (setting, &started));
        }
        if scene.settings(facts).all(|it| it.kind != SettingKind::StartsServers) {
            for ((server, entry), tier) in &started {
                unasked(scene, sink, agent, (server, entry, *tier));
            }
        }
        commands(scene, sink, agent, facts);
    }
}

/// The tier of what a server of the repository can do once it runs: less in a container that is whole.
fn starts(scene: &Scene<'_>, (server, entry): &(AssetId, ServerUse)) -> Option<Tier> {
    let launch: &Launch = &scene.map.servers.get(server)?.launch;
    let program = launch.transport == Transport::Stdio && !launch.runner.is_empty();
    let held = launch.contained && launch.loosened.is_empty();
    let effort = if held { Reversibility::Recoverable } else { Reversibility::Irreversible };
    (program && entry.scope == Scope::Project).then(|| Tier::of(effort, BlastRadius::Organization))
}

/// Whether a switch is about what others put into a repository. That a developer has approved one server by
/// its name in this checkout is the answer to the question, not a way around it.
fn travels(setting: &Setting) -> bool {
    setting.scope == Scope::Project || is_blanket(setting)
}

/// `key: true` is about all servers, `key: name` about one.
fn is_blanket(setting: &Setting) -> bool {
    setting.raw.ends_with(": true")
}

type Started<'a> = (&'a (AssetId, ServerUse), Tier);

/// A line that answers the client's question beforehand.
fn switch(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, (setting, all): (&Setting, &[Started<'_>])) {
    let named = setting.raw.rsplit_once(": ").map(|(_, it)| it);
    let started = || all.iter().filter(|((_, it), _)| is_blanket(setting) || named == Some(it.name.as_str()));
    let Some(tier) = started().map(|(_, tier)| *tier).max() else { return };
    // A client that honours the line only in a trusted folder has asked once; and who wrote it into the
    // settings of one checkout has looked at that checkout.
    let asked = setting.trust_gated || setting.scope == Scope::Local;
    let exposure = if asked { Exposure::Guarded } else { Exposure::Open };
    let programs: Vec<&str> = started().map(|((_, it), _)| it.name.as_str()).collect();
    let message = format!(
        "`{}` makes `{}` start `{}` from this repository without asking",
        setting.raw,
        scene.map.name(agent),
        programs.join("`, `"),
    );
    let mut evidence = vec![setting.place.clone()];
    evidence.extend(started().map(|((_, it), _)| it.place.clone()));
    let end = AssetId::new(AssetKind::Server, named.filter(|_| !is_blanket(setting)).unwrap_or("*"));
    sink.report(Seen::fact(agent, &end, (tier, exposure), evidence).says(message));
}

/// A server for which no line asks. Whether the client does, nothing here says: hence no more than possible.
fn unasked(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (server, entry, tier): (&AssetId, &ServerUse, Tier),
) {
    if entry.state != ServerState::Enabled {
        return;
    }
    let message = format!(
        "opening this folder in `{}` starts `{}`; no file says that it asks first",
        scene.map.name(agent),
        entry.name,
    );
    let evidence = vec![entry.place.clone()];
    let mut seen = Seen::fact(agent, server, (tier, Exposure::Guarded), evidence).says(message);
    seen.confidence = Confidence::Possible;
    sink.report(seen);
}

/// Hooks and helpers of the repository, one finding for each program that they run.
fn commands(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, facts: &AgentFacts) {
    let tier = Tier::of(Reversibility::Irreversible, BlastRadius::Organization);
    let hooks = scene.hooks(facts).filter(|it| it.scope == Scope::Project);
    let hooks = hooks.filter_map(|it| Some((program(it)?, format!("{}: {}", it.event, it.command), &it.place)));
    let helpers = scene
        .settings(facts)
        .filter(|it| it.kind == SettingKind::RunsCommand && it.scope == Scope::Project)
        .filter_map(|it| Some((it.raw.split_once(": ")?.0.to_owned(), it.raw.clone(), &it.place)));
    for (program, line, place) in hooks.chain(helpers) {
        let message = format!("opening this folder in `{}` makes it run `{line}`", scene.map.name(agent));
        let end = AssetId::new(AssetKind::Environment, &format!("host/{program}"));
        // Clients run what a repository brings along once its folder is trusted.
        let seen = Seen::fact(agent, &end, (tier, Exposure::Guarded), vec![place.clone()]).says(message);
        sink.report(seen);
    }
}

/// What a hook runs; none for one that only calls an address.
fn program(hook: &HookFacts) -> Option<String> {
    let package = hook.package.as_ref().map(|it| it.name.clone());
    let first = || hook.command.split_whitespace().next().filter(|it| !it.contains("://")).map(str::to_owned);
    hook.script.clone().or(package).or_else(first)
}
