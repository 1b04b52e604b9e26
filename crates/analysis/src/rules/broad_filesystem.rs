//! Files far beyond the workspace: the home, the root, a drive, a folder of secrets.

use std::collections::BTreeMap;

use ambit_model::facts::{Limit, Selector, SettingKind};
use ambit_model::{AgentFacts, AssetId, BlastRadius, Gate, Place, ReachEdge, Reversibility, RuleInfo, Tier, Verb};

use super::approval_bypassed::is_inherited;
use super::{Rule, Seen, Sink, single};
use crate::connect::{is_home, is_secret};
use crate::map::Row;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "broad-filesystem",
        title: "It may read files far beyond the workspace",
        categories: &["ASI02:2026", "ASI03:2026", "LLM02:2025", "LLM06:2025", "MCP02:2025"],
        page: include_str!("broad_filesystem.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents() {
        for (place, (what, edge, gate)) in through_servers(scene, agent) {
            report(scene, sink, agent, (&place, &what), (edge, gate));
        }
        let lines = scene.settings(facts).filter(|it| it.kind == SettingKind::WidensFiles);
        let lines = lines.filter_map(|it| Some((&it.place, broad_folder(&it.raw)?)));
        let rules = scene.rules(facts).filter_map(|it| Some((&it.place, broad_path(&it.selects, it.gate)?)));
        for (place, folder) in lines.chain(rules).filter(|(it, _)| !is_inherited(scene, facts, it)) {
            let folder = format!("`{folder}`");
            if let Some((edge, gate)) = own_reading(scene, agent, facts, place) {
                report(scene, sink, agent, (place, &folder), (edge, gate));
            }
        }
    }
}

type Reading<'a> = (String, Row<'a>, Gate);

/// The easiest reading edge through each server that was given such a folder, by the server's entry.
fn through_servers<'a>(scene: &Scene<'a>, agent: &AssetId) -> BTreeMap<Place, Reading<'a>> {
    let mut found: BTreeMap<Place, Reading<'a>> = BTreeMap::new();
    for (server, entry) in scene.servers(agent) {
        let Some(launch) = scene.map.servers.get(server).map(|it| &it.launch) else { continue };
        let mount = launch.mounts.iter().map(|(path, _)| path).find(|it| is_root(it));
        let of_server = |it: &Row<'_>| {
            it.via.as_ref().and_then(|it| scene.map.tools.get(it)?.server.as_ref()) == Some(server)
        };
        let rooted = launch.args.iter().any(|it| is_root(it));
        if mount.is_none() && !rooted {
            continue;
        }
        // Whoever runs commands on the machine reaches its files by that: other rules weigh it.
        let runs = |it: &ReachEdge| it.verb == Verb::Executes && it.to.as_str() == "env:host";
        if scene.open_edges(agent).any(|(it, _)| of_server(&it) && runs(&it)) {
            continue;
        }
        let reads = scene.open_edges(agent).filter(|(it, _)| of_server(it) && (mount.is_some() || rooted && is_broad(it)));
        if let Some((edge, gate)) = reads.min_by(|(a, x), (b, y)| (x, &a.id).cmp(&(y, &b.id))) {
            let what = mount.map_or_else(|| scene.map.name(&edge.to).to_owned(), |it| format!("`{it}`"));
            found.insert(entry.place.clone(), (format!("{what} through `{}`", entry.name), edge, gate));
        }
    }
    found
}

/// Whether an argument or a setting names such a folder: `/`, `C:\Users`, `--root=/Users/dev`.
fn is_root(text: &str) -> bool {
    let path = text.split_once('=').map_or(text, |(_, it)| it).trim_end_matches("/**").replace('\\', "/");
    let leads_out = path.starts_with(['/', '~', '$', '%']) || path.get(1..3) == Some(":/");
    leads_out && (is_home(&path) || is_secret(&path))
}

fn is_broad(edge: &ReachEdge) -> bool {
    let store = edge.to.as_str();
    matches!(edge.verb, Verb::Reads | Verb::Writes)
        && (store == "store:home" || store.starts_with("store:") && is_secret(store))
}

/// The folder that a setting names, where it is such a one.
fn broad_folder(raw: &str) -> Option<&str> {
    let folder = raw.rsplit_once(": ").map_or(raw, |(_, it)| it);
    is_root(folder).then_some(folder)
}

/// The folder that an approval of paths is about, where it is such a one. `//x` is absolute, `/x` is not.
fn broad_path(selects: &Selector, gate: Gate) -> Option<&str> {
    let Selector::Builtin { limit: Some(Limit::Path(path)), .. } = selects else { return None };
    let broad = (path.starts_with("//") || path.starts_with('~')) && is_root(path) || is_secret(path);
    (gate == Gate::Auto && broad).then_some(path)
}

/// How the agent's own tools read there: as the line at `place` says, else as they read the workspace.
fn own_reading<'a>(
    scene: &Scene<'a>,
    agent: &AssetId,
    facts: &AgentFacts,
    place: &Place,
) -> Option<(Row<'a>, Gate)> {
    let of_rule = facts.rules.iter().any(|it| it.place == *place);
    let own = |it: &ReachEdge| {
        let tool = it.via.as_ref().and_then(|it| scene.map.tools.get(it));
        let decided = it.decided_by.as_ref() == Some(place) && is_broad(it);
        let same = it.verb == Verb::Reads && it.to.as_str() == "store:workspace";
        tool.is_some_and(|it| it.server.is_none()) && if of_rule { decided } else { same }
    };
    let edges = scene.open_edges(agent).filter(|(it, _)| own(it));
    edges.min_by(|(a, x), (b, y)| (x, &a.id).cmp(&(y, &b.id)))
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (place, what): (&Place, &str),
    (edge, gate): (Row<'_>, Gate),
) {
    let Some(exposure) = gate.exposure() else { return };
    // What lies there is not of one workspace, and it cannot be unread.
    let tier = Tier::of(Reversibility::Recoverable, BlastRadius::Organization);
    let message = format!("`{}` reaches {what}: far more than a workspace", scene.map.name(agent));
    let end = AssetId::from_text(format!("store:home/{}", edge.via.as_ref().map_or("", AssetId::name)));
    let mut seen = Seen::fact(agent, &end, (tier, exposure), vec![place.clone()]).says(message);
    seen.legs = vec![("reading", single(edge.no, gate))];
    sink.report(seen);
}
