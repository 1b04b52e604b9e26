//! What the action of Claude Code brings along: approvals for what it is told to do, and tools of its own.

use ambit_model::facts::{Known, Object, OwnEffect, OwnTool, Selector};
use ambit_model::{
    Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Gate, Place, Reversibility, Trust,
};

use super::super::agent::{self, Making, talk};
use super::super::events::is_of_pull_request;
use super::super::permissions::REPOSITORY;
use super::super::run::Cause;
use super::{OWNER, allowed};
use crate::fragment::Rank;
use crate::readers::claude_rules::SESSION;
use crate::readers::claude_settings;

/// What it may do unasked to answer to a mention: it edits, commits and pushes to a branch of its own.
pub(in crate::readers::ci) fn reply(making: &mut Making<'_>, old: bool) {
    let line = making.line.clone();
    let signs = making.step.input("use_commit_signing").is_some_and(|it| it.text.trim() == "true");
    let raw = "claude-code-action";
    making.fragment.defaults.push(SESSION);
    making.tool(Rank::Mode, "Edit", Gate::Auto, raw, &line);
    making.tool(Rank::Mode, "Write", Gate::Auto, raw, &line);
    if !signs {
        let commands: &[&str] = if old {
            &[
                "git add:*",
                "git commit:*",
                "git push:*",
                "git status:*",
                "git diff:*",
                "git log:*",
                "git rm:*",
            ]
        } else {
            &["git add:*", "git commit:*", "git rm:*"]
        };
        for command in commands {
            let limit = Some(claude_settings::command(command));
            let selects = Selector::Builtin { tool: "Bash".to_owned(), limit };
            making.rule(Rank::Allow, selects, Gate::Auto, format!("{raw}: Bash({command})"), &line);
        }
    }
    for tool in ["WebSearch", "WebFetch"] {
        if !allowed(making, old).iter().any(|(it, _)| it == tool) {
            making.tool(Rank::Deny, tool, Gate::Denied, raw, &line);
        }
    }
    let weight = (Reversibility::Recoverable, BlastRadius::Workspace);
    let push = Effect::Writes { reversibility: weight.0, blast_radius: weight.1 };
    let on = Object::named(REPOSITORY.0, REPOSITORY.1);
    // The beta pushes with the command of git that is approved above.
    if signs || !old {
        let name = if signs { "commit_files" } else { "git-push.sh" };
        own(making, (name, OWNER), push, on, "push commits to a branch of its own");
    }
    if !old {
        results(making);
    }
    let says = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
    own(
        making,
        ("update_claude_comment", OWNER),
        says,
        talk(),
        "write its comment where everybody who can read the repository reads it",
    );
}

/// On pull requests it may ask what the checks have said, where the token of the job may read that.
fn results(making: &mut Making<'_>) {
    let on_change = |it: &Cause| it.event == "issue_comment" || is_of_pull_request(&it.event);
    if !making.run.causes.iter().any(on_change) || !making.permissions().is_stated("actions") {
        return;
    }
    for tool in ["get_ci_status", "get_workflow_run_details", "download_job_log"] {
        let reads = Effect::Ingests { trust: Trust::Public };
        own(making, (&format!("mcp__{RESULTS}__{tool}"), OWNER), reads, agent::changes(), BUILT);
    }
}

/// The server of the action that tells what builds of a change have said.
const RESULTS: &str = "github_ci";
const BUILT: &str = "read what builds of the change have said";

/// A tool that the action brings along.
pub(in crate::readers::ci) fn own(
    making: &mut Making<'_>,
    (name, owner): (&str, &str),
    effect: Effect,
    on: Object,
    does: &str,
) {
    let line = making.line.clone();
    if let Some(known) = making.fragment.program.tools.iter_mut().find(|it| it.name == name) {
        known.effects.push(effect_of(effect, on, does, &line));
        return;
    }
    making.fragment.program.tools.push(OwnTool {
        name: name.to_owned(),
        owner: owner.to_owned(),
        definition: None,
        known: Known::Catalog(format!("action/{owner}")),
        effects: vec![effect_of(effect, on, does, &line)],
        gate: Gate::Auto,
        gated_by: None,
        place: line.clone(),
        given: line,
    });
}

fn effect_of(effect: Effect, on: Object, does: &str, line: &Place) -> OwnEffect {
    OwnEffect {
        effect,
        on,
        does: does.into(),
        basis: Basis::Catalog,
        confidence: Confidence::Likely,
        place: Some(line.clone()),
    }
}

/// Servers of the action itself, which it starts once one of their tools is approved. What they may do is what its token
/// lets them.
pub(in crate::readers::ci) fn brought(
    making: &mut Making<'_>,
    server: &str,
    tool: &str,
    place: &Place,
) -> bool {
    let whole = making.step.action().is_some_and(|(name, _)| name == "anthropics/claude-code-action");
    let declared = making.fragment.servers.iter().any(|it| it.name == server);
    if !whole
        || declared
        || !["github", "github_comment", "github_ci", "github_inline_comment", "github_file_ops"]
            .contains(&server)
    {
        return false;
    }
    let name = format!("mcp__{server}__{tool}");
    if making.fragment.program.tools.iter().any(|it| it.name == name) {
        return true;
    }
    let acts = acts(server, tool);
    let effects = acts.into_iter().map(|(effect, on, does)| effect_of(effect, on, does, place)).collect();
    making.fragment.program.tools.push(OwnTool {
        name,
        owner: "claude-code-action".to_owned(),
        definition: None,
        known: Known::Catalog("action/claude-code-action".to_owned()),
        effects,
        gate: Gate::Auto,
        gated_by: Some(place.clone()),
        place: making.line.clone(),
        given: place.clone(),
    });
    true
}

type Acts = Vec<(Effect, Object, &'static str)>;

/// What a tool of GitHub's server does on one repository, by its name: the token reaches no other.
fn acts(server: &str, tool: &str) -> Acts {
    let hears = || {
        (
            Effect::Ingests { trust: Trust::Public },
            talk(),
            "read what others have written in issues, pull requests and comments",
        )
    };
    let says = || {
        let effect = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
        (effect, talk(), "leave text where everybody who can read the repository reads it")
    };
    let changes = |weight: (Reversibility, BlastRadius),
                   id: &'static str,
                   name: &'static str,
                   does: &'static str| {
        (Effect::Writes { reversibility: weight.0, blast_radius: weight.1 }, Object::named(id, name), does)
    };
    let light = (Reversibility::Reversible, BlastRadius::Workspace);
    let heavy = (Reversibility::Recoverable, BlastRadius::Organization);
    let issues = || {
        changes(
            light,
            "store:repository/issues",
            "Issues of this repository",
            "open, edit, label and close issues",
        )
    };
    let code = || changes(heavy, REPOSITORY.0, REPOSITORY.1, "push to branches of the repository and merge");
    if server == RESULTS {
        return vec![(Effect::Ingests { trust: Trust::Public }, agent::changes(), BUILT)];
    }
    if tool.contains('*') {
        return vec![hears(), says(), issues(), code()];
    }
    let has = |words: &[&str]| words.iter().any(|it| tool.contains(it));
    let reads = ["get_", "list_", "search_", "download_"].iter().any(|it| tool.starts_with(it))
        || tool.ends_with("_read");
    if reads {
        return vec![hears()];
    }
    if server == "github_file_ops"
        || has(&["file", "push", "merge", "branch", "commit", "release", "fork", "repository"])
    {
        return vec![code()];
    }
    if has(&["comment", "review", "reply"]) {
        return vec![says()];
    }
    vec![issues(), says()]
}
