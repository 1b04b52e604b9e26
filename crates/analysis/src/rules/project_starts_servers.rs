//! A checkout starts programs: servers, hooks and helpers that run because somebody opened a folder.

use ambit_model::facts::{Launch, ServerState, ServerUse, Setting, SettingKind, Transport};
use ambit_model::{
    AgentFacts, AssetId, AssetKind, BlastRadius, Confidence, Exposure, Place, Reversibility, RuleInfo, Scope, Tier,
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

/// How much of a command line a message shows.
const SHOWN: usize = 80;

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    // On a machine of its own an agent opens no folder of anybody, and a program is started by whoever runs it.
    let is_client = |it: &AgentFacts| scene.catalog.client(&it.client).is_some();
    let opens = |it: &AgentFacts| it.placed && it.parent.is_none() && it.runner.is_none() && is_client(it);
    for (agent, facts) in scene.agents().filter(|(_, it)| opens(it)) {
        let started: Vec<_> = scene.servers(agent).filter_map(|it| Some((it, starts(scene, it)?))).collect();
        let switches = scene.settings(facts).filter(|it| it.kind == SettingKind::StartsServers);
        let switches: Vec<&Setting> = switches.filter(|it| travels(it)).collect();
        for setting in &switches {
            switch(scene, sink, agent, (setting, &started));
        }
        if scene.settings(facts).all(|it| it.kind != SettingKind::StartsServers) {
            unasked(scene, sink, agent, &started);
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

/// Servers for which no line asks. Whether the client does, nothing here says: hence no more than possible.
fn unasked(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, all: &[Started<'_>]) {
    let enabled = || all.iter().filter(|((_, it), _)| it.state == ServerState::Enabled);
    let Some(tier) = enabled().map(|(_, tier)| *tier).max() else { return };
    let names: Vec<&str> = enabled().map(|((_, it), _)| it.name.as_str()).collect();
    let message = format!(
        "opening this folder in `{}` starts `{}`; no file says that it asks first",
        scene.map.name(agent),
        names.join("`, `"),
    );
    let evidence = enabled().map(|((_, it), _)| it.place.clone()).collect();
    let end = AssetId::new(AssetKind::Server, "?");
    let mut seen = Seen::fact(agent, &end, (tier, Exposure::Guarded), evidence).says(message);
    seen.confidence = Confidence::Possible;
    sink.report(seen);
}

/// Hooks and helpers of the repository. Clients run those once the folder is trusted.
fn commands(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, facts: &AgentFacts) {
    let tier = Tier::of(Reversibility::Irreversible, BlastRadius::Organization);
    let hooks = scene.hooks(facts).filter(|it| it.scope == Scope::Project && !it.command.contains("://"));
    let hooks = hooks.map(|it| (it.script.as_deref().unwrap_or(&it.command), &it.place));
    let helpers = scene
        .settings(facts)
        .filter(|it| it.kind == SettingKind::RunsCommand && it.scope == Scope::Project)
        .map(|it| (it.raw.as_str(), &it.place));
    let all: Vec<(&str, &Place)> = hooks.chain(helpers).collect();
    let Some((first, _)) = all.first() else { return };
    let shown: String = first.chars().take(SHOWN).collect();
    let more = match all.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!("once this folder is trusted, `{}` runs `{shown}`{more}", scene.map.name(agent));
    let evidence = all.iter().map(|(_, it)| (*it).clone()).collect();
    let end = AssetId::from_text("env:host");
    let mut seen = Seen::fact(agent, &end, (tier, Exposure::Guarded), evidence).says(message);
    seen.confidence = Confidence::Likely;
    sink.report(seen);
}
