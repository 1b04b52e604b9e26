//! What an agentic workflow may write: the agent asks, and jobs behind it do, each with a token of its own and within the
//! bounds of its entry.

use ambit_model::facts::{Handoff, Known, Object, OwnEffect, OwnTool, Target};
use ambit_model::{Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Gate, Place, Reversibility};

use super::super::agent::{Making, talk};
use super::super::permissions::REPOSITORY;
use crate::tree::View;

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// It leaves text that everybody reads who can read the repository.
    Says,
    /// It changes issues: labels, states, people.
    Issues,
    /// The same of pull requests.
    Pulls,
    /// It pushes to a branch.
    Pushes,
    /// It merges.
    Merges,
    /// It starts other workflows.
    Starts,
    /// It adds security alerts, or mends what they are about.
    Alerts,
    /// It changes a release.
    Releases,
}

/// Entries with what they do.
const ENTRIES: &[(&str, &[Act])] = &[
    ("create-issue", &[Act::Says, Act::Issues]),
    ("update-issue", &[Act::Says, Act::Issues]),
    ("close-issue", &[Act::Says, Act::Issues]),
    ("link-sub-issue", &[Act::Issues]),
    ("create-discussion", &[Act::Says]),
    ("update-discussion", &[Act::Says]),
    ("close-discussion", &[Act::Says]),
    ("create-pull-request", &[Act::Says, Act::Pushes]),
    ("update-pull-request", &[Act::Says, Act::Pulls]),
    ("close-pull-request", &[Act::Says, Act::Pulls]),
    ("create-pull-request-review-comment", &[Act::Says]),
    ("reply-to-pull-request-review-comment", &[Act::Says]),
    ("submit-pull-request-review", &[Act::Says, Act::Pulls]),
    ("resolve-pull-request-review-thread", &[Act::Pulls]),
    ("dismiss-pull-request-review", &[Act::Pulls]),
    ("mark-pull-request-as-ready-for-review", &[Act::Pulls]),
    ("push-to-pull-request-branch", &[Act::Pushes]),
    ("update-branch", &[Act::Pushes]),
    ("merge-pull-request", &[Act::Merges]),
    ("add-comment", &[Act::Says]),
    ("hide-comment", &[Act::Issues]),
    ("comment-memory", &[Act::Says]),
    ("add-labels", &[Act::Issues]),
    ("remove-labels", &[Act::Issues]),
    ("replace-label", &[Act::Issues]),
    ("add-reviewer", &[Act::Pulls]),
    ("assign-milestone", &[Act::Issues]),
    ("assign-to-user", &[Act::Issues]),
    ("unassign-from-user", &[Act::Issues]),
    ("set-issue-type", &[Act::Issues]),
    ("set-issue-field", &[Act::Issues]),
    ("create-project", &[Act::Issues]),
    ("update-project", &[Act::Issues]),
    ("create-project-status-update", &[Act::Says]),
    ("update-release", &[Act::Releases]),
    ("upload-asset", &[Act::Pushes]),
    ("upload-assets", &[Act::Pushes]),
    ("upload-artifact", &[]),
    ("create-check-run", &[Act::Says]),
    ("dispatch-workflow", &[Act::Starts]),
    ("dispatch-repository", &[Act::Starts]),
    ("call-workflow", &[Act::Starts]),
    ("create-code-scanning-alert", &[Act::Alerts]),
    ("autofix-code-scanning-alert", &[Act::Alerts]),
];

/// Entries that hand work to another agent.
const AGENTS: &[&str] = &["assign-to-agent", "create-agent-session", "create-agent-task"];

/// Keys that set something up, and entries that only report to the log.
const SETTINGS: &[&str] = &[
    "noop",
    "missing-tool",
    "missing-data",
    "report-incomplete",
    "report-failure-as-issue",
    "staged",
    "env",
    "github-token",
    "github-app",
    "allowed-domains",
    "allowed-github-references",
    "runs-on",
    "messages",
    "threat-detection",
    "footer",
    "mentions",
    "concurrency-group",
    "max-patch-size",
    "max-patch-files",
    "jobs",
    "scripts",
    "actions",
    "steps",
    "id-token",
    "needs",
    "environment",
    "group-reports",
    "max-bot-mentions",
    "timeout-minutes",
    "failure-issue-repo",
    "url-allowlist",
    "secrets",
    "activation-comments",
    "disclosure",
    "append-only-comments",
    "create-labels",
    "urls",
    "imports",
    "checkout",
    "sanitize",
];

/// Reads the entries of one list. `owner` is what its tools are of.
pub(super) fn read(making: &mut Making<'_>, list: &View<'_>, owner: &str) {
    let staged = list.is_true("staged");
    for (name, entry) in list.entries() {
        if entry.truth() == Some(false) {
            continue;
        }
        let place = entry.place();
        if let Some((_, acts)) = ENTRIES.iter().find(|(it, _)| *it == name) {
            let only_shown = staged || entry.is_true("staged");
            let elsewhere = entry.text_of("target-repo").filter(|it| *it != "*");
            let effects = if only_shown {
                Vec::new()
            } else {
                acts.iter().map(|it| effect(*it, elsewhere, &place)).collect()
            };
            add(making, (name, owner), Known::Declared, effects, place);
        } else if AGENTS.contains(&name) {
            hand(making, &entry, staged);
        } else if !SETTINGS.contains(&name) {
            let help = "check the word; what such an entry writes is not on the map";
            making.problem(&place, format!("no safe output is called `{name}`"), help);
            add(making, (name, owner), Known::Nothing, Vec::new(), place);
        }
    }
    for kind in ["jobs", "scripts", "actions"] {
        for (name, entry) in list.get(kind).map(|it| it.entries()).unwrap_or_default() {
            // Its steps are anybody's: what they do with what the agent says shows in no entry.
            add(making, (name, owner), Known::Nothing, Vec::new(), entry.place());
        }
    }
}

fn add(
    making: &mut Making<'_>,
    (name, owner): (&str, &str),
    known: Known,
    effects: Vec<OwnEffect>,
    place: Place,
) {
    making.fragment.program.tools.push(OwnTool {
        name: name.to_owned(),
        owner: owner.to_owned(),
        definition: None,
        known,
        effects,
        gate: Gate::Auto,
        gated_by: None,
        place: place.clone(),
        given: place,
    });
}

fn hand(making: &mut Making<'_>, entry: &View<'_>, staged: bool) {
    if staged || entry.is_true("staged") {
        return;
    }
    let client = "copilot-agent".to_owned();
    let location = &making.fragment.location;
    let at = if location.placed { location.at.clone() } else { String::new() };
    let to = Target::Agent { name: client.clone(), client, at };
    making.fragment.program.hands.push(Handoff {
        to,
        gate: Gate::Auto,
        returns: false,
        shares_context: false,
        how: "as a task of its own".to_owned(),
        place: entry.place(),
    });
}

fn effect(act: Act, elsewhere: Option<&str>, place: &Place) -> OwnEffect {
    use BlastRadius::{Organization, ThirdParties, Workspace};
    use Reversibility::{Irreversible, Recoverable, Reversible};
    let writes = |reversibility, blast_radius| Effect::Writes { reversibility, blast_radius };
    let here = |(id, name): (&'static str, &str)| Object::named(id, name);
    let (effect, on, does) = match act {
        Act::Says => (
            Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText },
            talk(),
            "leave text where everybody who can read the repository reads it",
        ),
        Act::Issues => (
            writes(Reversible, Workspace),
            here(("store:repository/issues", "Issues of this repository")),
            "edit, label and close issues",
        ),
        Act::Pulls => (
            writes(Reversible, Workspace),
            here(("store:repository/pull-requests", "Pull requests of this repository")),
            "edit, review and close pull requests",
        ),
        Act::Pushes => {
            (writes(Recoverable, Workspace), here(REPOSITORY), "have what it changes pushed to a branch")
        }
        Act::Merges => (writes(Recoverable, Organization), here(REPOSITORY), "merge pull requests"),
        Act::Starts => (
            writes(Recoverable, Organization),
            here(("store:repository/runs", "Workflow runs, caches and artifacts of this repository")),
            "start other workflows",
        ),
        Act::Alerts => (
            writes(Reversible, Organization),
            here(("store:repository/alerts", "Security alerts of this repository")),
            "add security alerts, and changes that mend what they are about",
        ),
        Act::Releases => {
            (writes(Irreversible, ThirdParties), here(("channel:release", "")), "change what a release says")
        }
    };
    let on = match elsewhere {
        Some(repository) if on.id.as_str() != "channel:release" => {
            let mut other = Object::named(
                format!("{}@{repository}", on.id.as_str()),
                format!("{} ({repository})", on.name),
            );
            other.trust = on.trust;
            other
        }
        _ => on,
    };
    OwnEffect {
        effect,
        on,
        does: does.into(),
        basis: Basis::Declared,
        confidence: Confidence::Certain,
        place: Some(place.clone()),
    }
}
