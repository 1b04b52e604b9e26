//! Working copies that a job makes, and whose code lies in them.

use ambit_model::Place;

use super::flow::Who;
use super::run::Run;
use super::scalar::Scalar;
use super::shell;
use super::unit::Step;

/// A working copy.
#[derive(Debug, Clone)]
#[expect(clippy::option_option, reason = "not said, said to be none, and said are three things")]
pub(crate) struct Checkout {
    /// Its folder below the workspace; empty for the workspace itself.
    pub(crate) folder: String,
    /// Whether somebody without a role may have written what is in it.
    pub(crate) foreign: bool,
    /// Whether it is of another repository.
    pub(crate) elsewhere: bool,
    /// The token that stays in the settings of git; none where none does.
    pub(crate) keeps: Option<Option<Scalar>>,
    /// Where.
    pub(crate) place: Place,
}

impl Checkout {
    /// Whether `path` lies in it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        let path = super::flow::plain_path(path);
        !path.starts_with(['/', '~', '$'])
            && (self.folder.is_empty()
                || path == self.folder
                || path.starts_with(&format!("{}/", self.folder)))
    }
}

/// The working copy that `step` makes.
pub(crate) fn checkout(step: &Step, run: &Run<'_>, who: Who) -> Option<Checkout> {
    match step.action() {
        Some(("actions/checkout", _)) => Some(by_action(step, run, who)),
        Some(_) => None,
        None => by_script(step.run.as_ref()?, run, who),
    }
}

fn by_action(step: &Step, run: &Run<'_>, who: Who) -> Checkout {
    let text = |key: &str| step.input(key).map_or("", |it| it.text.trim());
    let repository = text("repository");
    let of_head =
        ["pull_request.head.repo", "head_repository", "head_repo"].iter().any(|it| repository.contains(it));
    let own = repository.is_empty() || repository.contains("github.repository") || of_head;
    let keeps = (text("persist-credentials") != "false").then(|| step.input("token").cloned());
    let place = step.input("ref").map_or_else(|| step.place.clone(), |it| it.place.clone());
    Checkout {
        folder: super::flow::plain_path(text("path")).trim_end_matches('/').to_owned(),
        foreign: own && is_foreign(text("ref"), of_head, run, who),
        elsewhere: !own,
        keeps,
        place,
    }
}

/// `gh pr checkout`, and a pull request's head that git fetches.
fn by_script(script: &Scalar, run: &Run<'_>, who: Who) -> Option<Checkout> {
    let commands = shell::script(&script.text).commands;
    let fetches = |it: &[&str]| match it {
        ["gh", "pr", "checkout", ..] => true,
        ["git", "fetch" | "pull" | "checkout", rest @ ..] => {
            rest.iter().any(|it| it.contains("pull/") && (it.contains("/head") || it.contains("/merge")))
        }
        _ => false,
    };
    let command = commands.iter().find(|it| fetches(&it.texts()))?;
    let place = script.place_of(command.words.first().map_or(0, |it| it.offset));
    let foreign = may_be_foreign(run, who);
    foreign.then_some(Checkout { folder: String::new(), foreign, elsewhere: false, keeps: None, place })
}

/// Whether what `reference` names may be a stranger's.
fn is_foreign(reference: &str, of_head: bool, run: &Run<'_>, who: Who) -> bool {
    if reference.is_empty() && !of_head {
        // Of a pull request's own event it is the change merged into its base.
        let is_change =
            |it: &str| ["pull_request", "pull_request_review", "pull_request_review_comment"].contains(&it);
        return run.causes.iter().any(|it| is_change(&it.event) && who.is_foreign(it));
    }
    let of_change =
        ["head.sha", "head_sha", "refs/pull/", "merge_commit_sha", "headRefOid", "head-sha", "head_commit"];
    let by_commit =
        of_change.iter().any(|it| reference.contains(it)) || reference.contains("format('refs/pull");
    // The name of a branch is looked up in this repository, where strangers have none.
    let by_branch = ["head.ref", "head_ref", "head_branch"].iter().any(|it| reference.contains(it));
    (by_commit || by_branch && of_head) && may_be_foreign(run, who)
}

/// Whether the change that the job is about may come from a fork: where the event does not say which change it is, nothing
/// keeps forks out.
fn may_be_foreign(run: &Run<'_>, who: Who) -> bool {
    let of_change = |it: &str| it.starts_with("pull_request") || it == "workflow_run";
    run.causes.is_empty()
        || run
            .causes
            .iter()
            .any(|it| if of_change(&it.event) { who.is_foreign(it) } else { it.event != "push" })
}
