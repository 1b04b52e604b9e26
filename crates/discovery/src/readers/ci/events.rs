//! What starts a workflow: who can fire each event, and who has written what it brings.

use ambit_model::Place;

/// An event that a workflow listens to.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Its name: `issue_comment`.
    pub(crate) name: String,
    /// The activities that it is restricted to; empty: those that it has unless told otherwise.
    pub(crate) types: Vec<String>,
    /// Workflows whose end it is.
    pub(crate) workflows: Vec<String>,
    /// Where.
    pub(crate) place: Place,
}

/// Activities of issues and pull requests that their own author can cause.
const BY_AUTHORS: &[&str] = &[
    "opened",
    "edited",
    "reopened",
    "closed",
    "synchronize",
    "ready_for_review",
    "converted_to_draft",
    "created",
    "deleted",
    "submitted",
    "completed",
    "requested",
    "in_progress",
    "started",
];

/// Events that anybody can cause in a public repository.
const BY_ANYBODY: &[&str] = &[
    "issues",
    "issue_comment",
    "pull_request",
    "pull_request_target",
    "pull_request_review",
    "pull_request_review_comment",
    "discussion",
    "discussion_comment",
    "commit_comment",
    "workflow_run",
    "fork",
    "watch",
];

/// Events around pull requests.
const OF_PULL_REQUESTS: &[&str] =
    &["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"];

/// Events of which the run gets no secrets, and a token that only reads, where the change comes from a fork.
const WITHOUT_SECRETS: &[&str] = &["pull_request", "pull_request_review", "pull_request_review_comment"];

impl Event {
    /// The activities that may start the workflow: of those that it is not restricted in, one that an author causes
    /// and one that takes a role, where there are both.
    pub(crate) fn activities(&self) -> Vec<&str> {
        if !self.types.is_empty() {
            return self.types.iter().map(String::as_str).collect();
        }
        match self.name.as_str() {
            "pull_request" | "pull_request_target" => vec!["opened", "synchronize", "reopened"],
            "issues" => vec!["opened", "edited", "reopened", "closed", "labeled", "assigned"],
            "issue_comment" | "pull_request_review_comment" | "discussion_comment" | "commit_comment" => {
                vec!["created"]
            }
            "pull_request_review" => vec!["submitted", "edited", "dismissed"],
            "discussion" => vec!["created", "edited", "labeled"],
            "workflow_run" => vec!["completed"],
            "watch" => vec!["started"],
            _ => vec![""],
        }
    }
}

/// Whether somebody without any role in the repository can cause `activity` of `event`.
pub(crate) fn is_open(event: &str, activity: &str) -> bool {
    BY_ANYBODY.contains(&event) && (activity.is_empty() || BY_AUTHORS.contains(&activity))
}

/// Whether the event is about a pull request.
pub(crate) fn is_of_pull_request(event: &str) -> bool {
    OF_PULL_REQUESTS.contains(&event)
}

/// Whether a fork's change gets no secrets with it.
pub(crate) fn keeps_secrets(event: &str) -> bool {
    WITHOUT_SECRETS.contains(&event)
}

/// Who has written what stands under a path of the event's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Author {
    /// Whoever caused the event.
    Actor,
    /// Whoever opened the issue, the discussion or the like: not whoever caused the event.
    Opener,
    /// Whoever opened the pull request or pushed to it.
    Contributor,
}

/// Fields of the payload that hold free text, or a name that a stranger chooses, by the object that they are of.
const FREE: &[(&str, &[&str])] = &[
    ("issue", &["title", "body"]),
    ("pull_request", &["title", "body", "ref", "label", "default_branch", "homepage", "description"]),
    ("comment", &["body", "path", "diff_hunk"]),
    ("review", &["body"]),
    ("review_comment", &["body"]),
    ("discussion", &["title", "body"]),
    ("head_commit", &["message", "email", "name"]),
    ("commits", &["message", "email", "name"]),
    ("pages", &["page_name", "title", "summary"]),
    ("workflow_run", &["head_branch", "message", "email", "name", "display_title", "ref", "description"]),
    ("changes", &["from"]),
    ("forkee", &["name", "full_name", "description", "homepage"]),
    ("client_payload", &[]),
    ("inputs", &[]),
];

/// The author of what stands under `path` of the context `github`, where it is free text; none for numbers, hashes,
/// names of accounts, and what only people with a role write.
pub(crate) fn author(path: &str, event: &str, activity: &str) -> Option<Author> {
    if path == "head_ref" {
        return Some(Author::Contributor);
    }
    let rest = path.strip_prefix("event").filter(|it| it.is_empty() || it.starts_with('.'))?;
    let mut parts = rest.split('.').skip(1);
    let Some(object) = parts.next() else {
        // The whole payload has it all.
        return carries_text(event).then(|| author_of(whole(event), event, activity));
    };
    let (_, fields) = FREE.iter().find(|(it, _)| *it == object)?;
    let last = parts.clone().last();
    let named = last.is_none_or(|it| fields.contains(&it) || it == "*");
    // A head's branch is a stranger's to name; a base's is not.
    let of_base = parts.clone().next() == Some("base");
    let of_account = parts.clone().any(|it| ["user", "sender", "actor", "assignee"].contains(&it));
    (fields.is_empty() || named && !of_base && !of_account).then(|| author_of(object, event, activity))
}

fn author_of(object: &str, event: &str, activity: &str) -> Author {
    match object {
        "pull_request" if ["opened", "synchronize"].contains(&activity) => Author::Actor,
        "pull_request" => Author::Contributor,
        "issue" | "discussion" if event == "issues" && activity == "opened" => Author::Actor,
        "discussion" if event == "discussion" && activity == "created" => Author::Actor,
        "issue" | "discussion" => Author::Opener,
        _ => Author::Actor,
    }
}

fn carries_text(event: &str) -> bool {
    BY_ANYBODY.contains(&event) && !["fork", "watch"].contains(&event)
}

/// What of an event's payload has the least trusted author.
fn whole(event: &str) -> &'static str {
    match event {
        "issue_comment" | "issues" => "issue",
        "discussion" | "discussion_comment" => "discussion",
        it if is_of_pull_request(it) => "pull_request",
        _ => "comment",
    }
}

/// Whether the payload of `event` has what stands under `path` of the context `github` at all.
pub(crate) fn has(path: &str, event: &str) -> bool {
    let object = path.strip_prefix("event.").and_then(|it| it.split('.').next());
    match object {
        None if path == "head_ref" => is_of_pull_request(event),
        None => true,
        Some("issue") => ["issues", "issue_comment"].contains(&event),
        Some("pull_request") => is_of_pull_request(event),
        Some("comment") => event.ends_with("_comment"),
        Some("review") => event == "pull_request_review",
        Some("discussion") => event.starts_with("discussion"),
        Some("workflow_run") => event == "workflow_run",
        Some("head_commit" | "commits") => event == "push",
        Some("client_payload") => event == "repository_dispatch",
        Some("inputs") => event == "workflow_dispatch",
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_text_has_an_author_and_numbers_have_none() {
        let of = |path: &str| author(path, "issues", "opened");
        assert_eq!(of("event.issue.title"), Some(Author::Actor));
        assert_eq!(author("event.issue.body", "issue_comment", "created"), Some(Author::Opener));
        assert_eq!(author("event.comment.body", "issue_comment", "created"), Some(Author::Actor));
        assert_eq!(
            author("event.pull_request.head.ref", "pull_request_target", "labeled"),
            Some(Author::Contributor)
        );
        assert_eq!(author("event.pull_request.title", "pull_request_target", "opened"), Some(Author::Actor));
        assert_eq!(of("event"), Some(Author::Actor));
        assert_eq!(of("event.issue"), Some(Author::Actor));
        for path in [
            "event.issue.number",
            "event.issue.user.login",
            "event.pull_request.base.ref",
            "event.pull_request.head.sha",
            "event_name",
            "actor",
            "repository",
            "event.workflow_run.id",
            "event.workflow_run.actor.login",
        ] {
            assert_eq!(of(path), None, "{path}");
        }
    }

    #[test]
    fn labels_take_a_role() {
        assert!(is_open("issues", "opened") && is_open("issue_comment", "created"));
        assert!(!is_open("issues", "labeled") && !is_open("pull_request_target", "assigned"));
        assert!(!is_open("workflow_dispatch", "") && !is_open("schedule", "") && !is_open("push", ""));
    }
}
