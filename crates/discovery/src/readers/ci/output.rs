//! What steps after an agent do with its answer and with what it has changed: they post the one and push the other, and
//! nobody looks at it before.

use ambit_model::facts::{Known, Object, OwnEffect, OwnTool};
use ambit_model::{Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Gate, Place, Reversibility};

use super::agent::{Making, talk};
use super::permissions::REPOSITORY;
use super::unit::{Job, Step};

/// Actions that post what they are given.
const POSTERS: &[&str] = &[
    "peter-evans/create-or-update-comment",
    "peter-evans/create-issue-from-file",
    "marocchino/sticky-pull-request-comment",
    "thollander/actions-comment-pull-request",
    "mshick/add-pr-comment",
    "int128/comment-action",
];
/// Scripts that do.
const POSTS: &[&str] = &[
    "createComment",
    "updateComment",
    "createReview",
    "createReply",
    "issues.create(",
    "issues.update(",
    "gh issue comment",
    "gh pr comment",
    "gh pr review",
    "gh issue create",
    "gh issue edit",
    "gh pr edit",
    "GITHUB_STEP_SUMMARY",
];
/// Actions that push what is left in the workspace.
const PUSHERS: &[&str] = &[
    "peter-evans/create-pull-request",
    "stefanzweifel/git-auto-commit-action",
    "EndBug/add-and-commit",
    "ad-m/github-push-action",
];

/// Reads what the steps after the agent do.
pub(super) fn read(making: &mut Making<'_>) {
    let later: Vec<&Step> = making.run.steps.iter().skip(making.number + 1).collect();
    let answer = making.step.id.as_ref().map(|it| format!("steps.{it}.outputs"));
    if let Some(answer) = &answer {
        let own = later.iter().find(|it| posts(it) && mentions(it, answer)).map(|it| it.place.clone());
        if let Some(place) = own.or_else(|| by_other_job(making, answer)) {
            let says = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
            tool(making, "answer", (says, talk()), "have its answer posted by a step after it", place);
        }
    }
    let pushed = later.iter().find_map(|it| Some((pushes(it)?, it.place.clone())));
    if let Some((blast_radius, place)) = pushed {
        let writes = Effect::Writes { reversibility: Reversibility::Recoverable, blast_radius };
        let on = Object::named(REPOSITORY.0, REPOSITORY.1);
        tool(making, "changes", (writes, on), "have what it changes pushed by a step after it", place);
    }
}

fn tool(making: &mut Making<'_>, name: &str, (effect, on): (Effect, Object), does: &str, place: Place) {
    let owner = format!("{}/{}", super::stem(making.run.unit), making.run.job.id);
    let effect = OwnEffect {
        effect,
        on,
        does: does.into(),
        basis: Basis::Declared,
        confidence: Confidence::Likely,
        place: Some(place.clone()),
    };
    making.fragment.program.tools.push(OwnTool {
        name: name.to_owned(),
        owner,
        definition: None,
        known: Known::Declared,
        effects: vec![effect],
        gate: Gate::Auto,
        gated_by: None,
        place: place.clone(),
        given: place,
    });
}

fn mentions(step: &Step, text: &str) -> bool {
    let all = step.with.iter().chain(&step.env).map(|it| &it.1).chain(&step.run);
    all.into_iter().any(|it| it.text.contains(text))
}

fn posts(step: &Step) -> bool {
    if step.action().is_some_and(|(name, _)| POSTERS.iter().any(|it| it.eq_ignore_ascii_case(name))) {
        return true;
    }
    let script = step.run.as_ref().or_else(|| step.input("script"));
    script.is_some_and(|it| POSTS.iter().any(|mark| it.text.contains(mark)))
}

/// The place where a job that takes the answer over posts it.
fn by_other_job(making: &Making<'_>, answer: &str) -> Option<Place> {
    let run = making.run;
    let handed = run.job.outputs.iter().filter(|(_, it)| it.text.contains(answer));
    let names: Vec<String> = handed.map(|(name, _)| format!("needs.{}.outputs.{name}", run.job.id)).collect();
    let posted = |job: &Job| {
        let step = job.steps.iter().find(|it| posts(it) && names.iter().any(|name| mentions(it, name)));
        let by_env = names.iter().any(|name| job.env.iter().any(|(_, it)| it.text.contains(name)));
        let step = step.or_else(|| job.steps.iter().find(|it| by_env && posts(it)));
        step.map(|it| it.place.clone())
    };
    run.unit.jobs.iter().filter(|_| !names.is_empty()).find_map(posted)
}

/// How far it goes where a step pushes what it finds: to a branch that others look at, or anywhere.
fn pushes(step: &Step) -> Option<BlastRadius> {
    if let Some((name, _)) = step.action() {
        let known = PUSHERS.iter().find(|it| it.eq_ignore_ascii_case(name))?;
        let proposes = *known == "peter-evans/create-pull-request" || step.input("branch").is_some();
        return Some(if proposes { BlastRadius::Workspace } else { BlastRadius::Organization });
    }
    let script = &step.run.as_ref()?.text;
    script.contains("git push").then_some(())?;
    let proposes =
        ["checkout -b", "switch -c", "checkout -B", "gh pr create"].iter().any(|it| script.contains(it));
    Some(if proposes { BlastRadius::Workspace } else { BlastRadius::Organization })
}
