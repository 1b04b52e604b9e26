//! A hook runs a file that the agent may change more easily than it may run commands.

use ambit_model::facts::{Limit, Selector, SettingKind};
use ambit_model::{
    AgentFacts, AssetId, BlastRadius, Gate, Place, Reversibility, RuleInfo, Tier, Verb,
};
use globset::GlobBuilder;

use super::{Rule, Seen, Sink, single};
use crate::map::Row;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "hook-runs-project-code",
        title: "The agent can change what a hook runs",
        categories: &["ASI05:2026", "ASI02:2026", "LLM06:2025", "MCP05:2025", "T11:1.1"],
        page: include_str!("hook_runs_project_code.md"),
    },
    check,
};

/// Folders in which a client is said to ask about, or forbid, its agent's own edits in every mode but a bypass. Taken
/// from what others write about the clients, not checked in them.
const KEPT: &[(&str, &str)] = &[("claude-code", ".claude/"), ("codex", ".codex/")];

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for (agent, facts) in scene.agents().filter(|(_, it)| it.placed) {
        let hooks = scene.hooks(facts).filter_map(|it| Some((it.script.as_deref()?, &it.place)));
        let helpers = scene.settings(facts).filter(|it| it.kind == SettingKind::RunsCommand);
        let helpers = helpers.filter_map(|it| Some((script_of(&it.raw)?, &it.place)));
        for (script, place) in hooks.chain(helpers) {
            let script = in_workspace(script);
            let kept = KEPT.iter().any(|(client, at)| facts.client == *client && script.starts_with(at));
            if let Some((write, gate)) = weakest_write(scene, agent, facts, script).filter(|_| !kept) {
                let runs = weakest_run(scene, agent);
                if runs.is_none_or(|it| gate < it) {
                    report(scene, sink, agent, (script, place), (write, gate));
                }
            }
        }
    }
}

/// The easiest way for `agent` to change `script`.
fn weakest_write<'a>(
    scene: &Scene<'a>,
    agent: &AssetId,
    facts: &AgentFacts,
    script: &str,
) -> Option<(Row<'a>, Gate)> {
    scene
        .open_edges(agent)
        .filter(|(it, _)| it.verb == Verb::Writes && it.to.as_str() == "store:workspace")
        .filter(|(it, _)| it.decided_by.as_ref().is_none_or(|it| covers(facts, it, script)))
        .min_by(|(a, x), (b, y)| (x, &a.id).cmp(&(y, &b.id)))
}

/// Whether the rule at `place`, where it is about some paths only, is about this one.
fn covers(facts: &AgentFacts, place: &Place, script: &str) -> bool {
    let path = facts.rules.iter().filter(|it| it.place == *place).find_map(|it| match &it.selects {
        Selector::Builtin { limit: Some(Limit::Path(path)), .. } => Some(path),
        _ => None,
    });
    path.is_none_or(|it| {
        let glob = GlobBuilder::new(in_workspace(it.trim_start_matches('/'))).build();
        glob.is_ok_and(|it| it.compile_matcher().is_match(script))
    })
}

/// The least that stands before a command on this machine.
fn weakest_run(scene: &Scene<'_>, agent: &AssetId) -> Option<Gate> {
    let runs = scene.open_by(agent, &[Verb::Executes]);
    runs.filter(|(it, _)| it.to.as_str() == "env:host").map(|(_, gate)| gate).min()
}

fn in_workspace(path: &str) -> &str {
    let path = path.trim_matches(['"', '\'']);
    let roots = ["$CLAUDE_PROJECT_DIR", "${CLAUDE_PROJECT_DIR}", "${workspaceFolder}", "."];
    let rest = roots.iter().find_map(|it| path.strip_prefix(it)?.trim_start_matches('"').strip_prefix('/'));
    rest.unwrap_or(path)
}

/// The file of the workspace that a helper's command line names.
fn script_of(line: &str) -> Option<&str> {
    let ends = [".sh", ".py", ".js", ".mjs", ".ts", ".rb", ".ps1"];
    line.split_whitespace().find(|word| {
        let word = in_workspace(word);
        ends.iter().any(|it| word.ends_with(it)) && !word.starts_with(['/', '~', '$'])
    })
}

fn report(
    scene: &Scene<'_>,
    sink: &mut Sink<'_>,
    agent: &AssetId,
    (script, place): (&str, &Place),
    (write, gate): (Row<'_>, Gate),
) {
    let Some(exposure) = gate.exposure() else { return };
    let tier = Tier::of(Reversibility::Irreversible, BlastRadius::Organization);
    let message = format!(
        "`{}` may change `{script}` more easily than run a command, and a hook runs that file",
        scene.map.name(agent),
    );
    let end = AssetId::from_text(format!("env:host/{script}"));
    let mut seen = Seen::fact(agent, &end, (tier, exposure), vec![place.clone()]).says(message);
    seen.legs = vec![("write", single(write.no, gate))];
    sink.report(seen);
}
