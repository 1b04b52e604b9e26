//! What the tokens of a job let commands do: the permissions of GitHub's own token, and of those of applications.

use ambit_model::facts::{Allowance, Object, OwnEffect, Token};
use ambit_model::{
    Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Level, Place, Reversibility, Trust,
};

use super::unit::{Access, Permissions};

/// One effect of a permission that writes.
struct Writes {
    permission: &'static str,
    /// What is changed: an id and a name.
    on: (&'static str, &'static str),
    weight: (Reversibility, BlastRadius),
    does: &'static str,
    by: &'static [&'static str],
}

const fn writes(
    permission: &'static str,
    on: (&'static str, &'static str),
    weight: (Reversibility, BlastRadius),
    does: &'static str,
    by: &'static [&'static str],
) -> Writes {
    Writes { permission, on, weight, does, by }
}

/// The repository that the workflow belongs to.
pub(super) const REPOSITORY: (&str, &str) = ("store:repository", "This repository on its host");
/// What people write to each other around it.
pub(super) const TALK: (&str, &str) =
    ("channel:repository", "Issues, pull requests and comments of this repository");

use BlastRadius::{Organization, ThirdParties, Workspace};
use Reversibility::{Irreversible, Recoverable, Reversible};

/// What each permission lets its holder change. A change of code reaches everybody who builds on it; what is said in an
/// issue is taken back by whoever reads it.
const WRITES: &[Writes] = &[
    writes(
        "contents",
        REPOSITORY,
        (Recoverable, Organization),
        "push to branches and tags of the repository, merge, and publish releases",
        &[
            "git push",
            "gh api",
            "gh pr merge",
            "gh release create",
            "gh release upload",
            "gh release delete",
            "gh release edit",
            "gh repo edit",
        ],
    ),
    writes(
        "issues",
        ("store:repository/issues", "Issues of this repository"),
        (Reversible, Workspace),
        "open, edit, label and close issues",
        ISSUES,
    ),
    writes(
        "pull-requests",
        ("store:repository/pull-requests", "Pull requests of this repository"),
        (Reversible, Workspace),
        "open, edit, review and close pull requests",
        PULLS,
    ),
    writes(
        "discussions",
        ("store:repository/discussions", "Discussions of this repository"),
        (Reversible, Workspace),
        "open, edit and close discussions",
        &["gh api", "gh discussion"],
    ),
    writes(
        "actions",
        ("store:repository/runs", "Workflow runs, caches and artifacts of this repository"),
        (Recoverable, Organization),
        "start and cancel workflow runs, and delete caches and artifacts",
        &[
            "gh api",
            "gh workflow run",
            "gh workflow enable",
            "gh workflow disable",
            "gh run rerun",
            "gh run cancel",
            "gh run delete",
            "gh cache delete",
        ],
    ),
    writes(
        "packages",
        ("channel:release", ""),
        (Irreversible, ThirdParties),
        "publish packages that others install",
        &[
            "gh api",
            "docker push",
            "npm publish",
            "mvn deploy",
            "gem push",
            "nuget push",
            "dotnet nuget push",
            "gradle publish",
        ],
    ),
    writes(
        "pages",
        ("channel:release", ""),
        (Recoverable, ThirdParties),
        "publish the repository's site",
        &["gh api"],
    ),
    writes(
        "deployments",
        ("store:repository/deployments", "Deployments of this repository"),
        (Reversible, Organization),
        "create deployments and say that they are done",
        &["gh api"],
    ),
    writes("checks", GATES, (Reversible, Organization), "say that checks have passed", &["gh api"]),
    writes("statuses", GATES, (Reversible, Organization), "say that commits are in order", &["gh api"]),
    writes(
        "security-events",
        ("store:repository/alerts", "Security alerts of this repository"),
        (Reversible, Organization),
        "add and dismiss security alerts",
        &["gh api"],
    ),
    writes(
        "attestations",
        ("channel:release", ""),
        (Recoverable, ThirdParties),
        "attest where artifacts come from",
        &["gh api", "gh attestation", "cosign"],
    ),
];

const GATES: (&str, &str) = ("store:repository/checks", "Checks that changes of this repository must pass");

const ISSUES: &[&str] = &[
    "gh api",
    "gh issue comment",
    "gh issue create",
    "gh issue edit",
    "gh issue close",
    "gh issue reopen",
    "gh issue delete",
    "gh issue lock",
    "gh issue pin",
    "gh issue transfer",
    "gh issue develop",
    "gh label create",
    "gh label edit",
    "gh label delete",
    "gh label clone",
];
const PULLS: &[&str] = &[
    "gh api",
    "gh pr comment",
    "gh pr create",
    "gh pr edit",
    "gh pr close",
    "gh pr reopen",
    "gh pr review",
    "gh pr ready",
    "gh pr lock",
    "gh pr update-branch",
];

/// Permissions with which text can be left where everybody who may read the repository reads it.
const TALKS: &[(&str, &[&str])] =
    &[("issues", ISSUES), ("pull-requests", PULLS), ("discussions", &["gh api", "gh discussion"])];

/// Permissions with which what strangers have written is read.
const LISTENS: &[(&str, &[&str])] = &[
    ("issues", &["gh api", "gh issue view", "gh issue list", "gh issue status", "gh search"]),
    (
        "pull-requests",
        &["gh api", "gh pr view", "gh pr diff", "gh pr list", "gh pr checks", "gh pr status", "gh search"],
    ),
    ("discussions", &["gh api", "gh discussion"]),
];

/// The permissions that are in effect: those of the job, else of the file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Effective<'a> {
    /// They are written down.
    Stated(&'a Permissions),
    /// Nothing says: the repository's own default holds, which may let it write.
    Default(&'a Place),
    /// An application's, which is given these whatever the job's token may do; a line says so.
    Granted(&'a [&'static str], &'a Place),
    /// Those of a token that somebody has put into a secret.
    Unknown(&'a Place),
}

impl Effective<'_> {
    /// How far `permission` goes, where that is known, and how sure that is.
    fn access(&self, permission: &str) -> (Access, Confidence, Place, Option<String>) {
        match self {
            Self::Stated(stated) => {
                let (access, place) = stated.of(permission);
                (access, Confidence::Certain, place.clone(), stated.said(permission))
            }
            Self::Granted(list, place) => {
                let access = if list.contains(&permission) { Access::Write } else { Access::None };
                (access, Confidence::Likely, (*place).clone(), None)
            }
            Self::Default(place) | Self::Unknown(place) => {
                let usual = ["contents", "issues", "pull-requests"].contains(&permission);
                let access = if usual { Access::Write } else { Access::None };
                (access, Confidence::Possible, (*place).clone(), None)
            }
        }
    }

    /// Whether the file says that `permission` may at least be read.
    pub(super) fn is_stated(&self, permission: &str) -> bool {
        matches!(self, Self::Stated(stated) if stated.of(permission).0 > Access::None)
    }

    /// Whether the job may ask for an identity that clouds take.
    pub(super) fn identifies(&self) -> Option<Place> {
        let Self::Stated(stated) = self else { return None };
        let (access, place) = stated.of("id-token");
        (access == Access::Write).then(|| place.clone())
    }
}

/// What a token with these permissions lets commands do.
pub(super) fn token(name: &str, effective: Effective<'_>, place: &Place) -> Token {
    let mut lets = Vec::new();
    for entry in WRITES {
        let (access, confidence, line, said) = effective.access(entry.permission);
        if access == Access::Write {
            let (reversibility, blast_radius) = entry.weight;
            let effect = Effect::Writes { reversibility, blast_radius };
            lets.push(allowance(effect, entry.on, entry.does, (confidence, line, said), entry.by));
        }
    }
    for (permission, by) in TALKS {
        let (access, confidence, line, said) = effective.access(permission);
        if access == Access::Write {
            // Whoever may read the repository reads it: more than the organization, and no more than know its files.
            let effect = Effect::Sends { audience: Audience::Partner, bandwidth: Bandwidth::FreeText };
            let does = "leave text where everybody who can read the repository reads it";
            lets.push(allowance(effect, TALK, does, (confidence, line, said), by));
        }
    }
    for (permission, by) in LISTENS {
        let (access, confidence, line, said) = effective.access(permission);
        if access > Access::None {
            let effect = Effect::Ingests { trust: Trust::Public };
            let does = "read what others have written in issues, pull requests and comments";
            lets.push(allowance(effect, TALK, does, (confidence, line, said), by));
        }
    }
    let (alerts, confidence, line, said) = effective.access("security-events");
    if alerts > Access::None {
        let effect = Effect::Reads { data: ["operations".to_owned()].into(), level: Level::Confidential };
        let on = ("store:repository/alerts", "Security alerts of this repository");
        lets.push(allowance(effect, on, "read security alerts", (confidence, line, said), &["gh api"]));
    }
    let only_here = !matches!(effective, Effective::Unknown(_));
    Token { name: name.to_owned(), lets, only_here, place: place.clone() }
}

/// The variable with which a job asks for its identity.
pub(super) const IDENTITY: &str = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

/// The identity that a job with `id-token: write` can ask for. What it opens is written in the clouds that trust it.
pub(super) fn identity(place: &Place) -> Token {
    let on = ("store:cloud-identity", "Identity of this workflow for clouds and registries");
    let does = "ask for an identity that clouds and registries take in place of a password";
    let effect = Effect::Reads { data: ["credential".to_owned()].into(), level: Level::Confidential };
    let said = Some("id-token: write".to_owned());
    let lets = vec![allowance(effect, on, does, (Confidence::Possible, place.clone(), said), &[])];
    Token { name: IDENTITY.to_owned(), lets, only_here: true, place: place.clone() }
}

/// The same token where it lies in the settings of git: commands of git use it, others must be told to.
pub(super) fn of_git(token: Token) -> Token {
    let lets = token.lets.into_iter().map(|it| {
        let by = it.by.into_iter().filter(|it| it == "git push").take(1).collect();
        Allowance { by, ..it }
    });
    Token { lets: lets.collect(), ..token }
}

fn allowance(
    effect: Effect,
    (id, name): (&'static str, &str),
    does: &str,
    (confidence, place, said): (Confidence, Place, Option<String>),
    by: &[&str],
) -> Allowance {
    let mut on = Object::named(id, name);
    if id == TALK.0 {
        on.trust = Some(Trust::Public);
    }
    let effect =
        OwnEffect { effect, on, does: does.into(), basis: Basis::Declared, confidence, place: Some(place) };
    Allowance { effect, said, by: by.iter().map(|it| (*it).to_owned()).collect() }
}
