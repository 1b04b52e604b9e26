//! Conditions, as far as they say who can start what stands behind them. A condition is evaluated for somebody of whom
//! it is known only whether they have a role in the repository; what depends on anything else stays open.

use super::expression::Expression;

/// The situation that a condition is evaluated in.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    /// The event.
    pub(crate) event: &'a str,
    /// Its activity; empty where it has none.
    pub(crate) activity: &'a str,
    /// Whether whoever caused it has no role in the repository.
    pub(crate) outsider: bool,
    /// Whether the pull request comes from a fork, where that is known.
    pub(crate) fork: Option<bool>,
    /// Whether the step or job of this id (`steps.x`, `needs.y`) lets only people with a role pass.
    pub(crate) checks: &'a dyn Fn(&str) -> bool,
}

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    Text(String),
    Truth(bool),
    /// One of these texts.
    Among(&'static [&'static str]),
    List(Vec<String>),
    /// The name of an account that no list in a file has.
    Stranger,
    /// What a check says of somebody who has no role: whatever it is compared with, they do not pass.
    Refused,
    Nothing,
    Open,
}

/// What a person without a role is called by GitHub.
const OUTSIDERS: &[&str] = &["NONE", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR", "FIRST_TIMER", "MANNEQUIN"];
/// What others are called.
const INSIDERS: &[&str] = &["OWNER", "MEMBER", "COLLABORATOR"];
/// Events that a fork's pull request or an outsider's issue causes, as a workflow that follows another sees them.
const UPSTREAM: &[&str] =
    &["pull_request", "pull_request_target", "issue_comment", "issues", "pull_request_review"];

impl Case<'_> {
    /// Whether the condition holds: none where it depends on what is not known.
    pub(crate) fn holds(&self, condition: &Expression) -> Option<bool> {
        truth(&self.value(condition))
    }

    fn value(&self, of: &Expression) -> Known {
        match of {
            Expression::Text(text) => Known::Text(text.clone()),
            Expression::Truth(it) => Known::Truth(*it),
            Expression::Null => Known::Nothing,
            Expression::Path(parts) => self.path(parts),
            Expression::Part(..) | Expression::Less(..) => Known::Open,
            Expression::Not(inner) => match self.value(inner) {
                Known::Refused => Known::Refused,
                value => truth(&value).map_or(Known::Open, |it| Known::Truth(!it)),
            },
            Expression::And(left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                match (truth(&left), truth(&right)) {
                    (Some(false), _) => left,
                    (Some(true), _) => right,
                    (None, Some(false)) => Known::Truth(false),
                    (None, _) => Known::Open,
                }
            }
            Expression::Or(left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                match (truth(&left), truth(&right)) {
                    (Some(true), _) => left,
                    (Some(false), _) => right,
                    (None, Some(true)) => Known::Truth(true),
                    (None, _) => Known::Open,
                }
            }
            Expression::Same(left, right) => same(&self.value(left), &self.value(right)),
            Expression::Call(name, arguments) => self.call(name, arguments),
        }
    }

    fn call(&self, name: &str, arguments: &[Expression]) -> Known {
        let values: Vec<Known> = arguments.iter().map(|it| self.value(it)).collect();
        match (name, values.as_slice()) {
            ("fromjson", [Known::Text(text)]) => {
                serde_json::from_str::<Vec<String>>(text).map_or(Known::Open, Known::List)
            }
            ("contains", [whole, part]) => contains(whole, part),
            ("startswith", [Known::Text(whole), Known::Text(part)]) => {
                Known::Truth(lower(whole).starts_with(&lower(part)))
            }
            ("success", _) => Known::Truth(true),
            _ => Known::Open,
        }
    }

    fn path(&self, parts: &[String]) -> Known {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        match parts.as_slice() {
            ["github", rest @ ..] => self.github(rest),
            [context @ ("steps" | "needs"), id, ..] if (self.checks)(&format!("{context}.{id}")) => {
                if self.outsider { Known::Refused } else { Known::Open }
            }
            _ => Known::Open,
        }
    }

    fn github(&self, parts: &[&str]) -> Known {
        match parts {
            ["event_name"] => Known::Text(self.event.to_owned()),
            ["event", "action"] if !self.activity.is_empty() => Known::Text(self.activity.to_owned()),
            ["actor" | "triggering_actor"] | ["event", "sender", "login"] => self.actor(),
            ["event", object, "author_association"] if self.is_by_actor(object) => {
                Known::Among(if self.outsider { OUTSIDERS } else { INSIDERS })
            }
            ["event", object, "user", "login"] if self.is_by_actor(object) => self.actor(),
            ["event", "workflow_run", "actor" | "triggering_actor", "login"] => self.actor(),
            // A comment on a pull request has an `issue` that says so.
            ["event", "issue", "pull_request", ..]
                if self.event == "issue_comment" && self.fork.is_some() =>
            {
                Known::Truth(true)
            }
            ["event", "pull_request", "head", "repo", rest @ ..]
                if super::events::has("event.pull_request", self.event) =>
            {
                self.head(rest)
            }
            ["event", "workflow_run", "head_repository", rest @ ..] if self.event == "workflow_run" => {
                self.head(rest)
            }
            // Of pull requests from forks the event names none.
            ["event", "workflow_run", "pull_requests", "0", ..]
                if self.outsider || self.fork == Some(true) =>
            {
                Known::Nothing
            }
            ["event", "workflow_run", "event"] if self.outsider => Known::Among(UPSTREAM),
            ["event", object @ ("issue" | "pull_request" | "comment" | "review" | "discussion"), ..]
                if !super::events::has(&format!("event.{object}"), self.event) =>
            {
                Known::Nothing
            }
            _ => Known::Open,
        }
    }

    fn actor(&self) -> Known {
        if self.outsider { Known::Stranger } else { Known::Open }
    }

    /// Whether `object` of the payload was written by whoever caused the event.
    fn is_by_actor(&self, object: &str) -> bool {
        match object {
            "comment" => self.event.ends_with("comment"),
            "review" => self.event == "pull_request_review",
            "issue" => self.event == "issues" && self.activity == "opened",
            "discussion" => self.event == "discussion" && self.activity == "created",
            "pull_request" => {
                self.event.starts_with("pull_request") && ["opened", "synchronize"].contains(&self.activity)
            }
            _ => false,
        }
    }

    /// The repository that a change comes from.
    fn head(&self, parts: &[&str]) -> Known {
        match (parts, self.fork) {
            (["fork"], Some(fork)) => Known::Truth(fork),
            // It is compared with the name or the owner of this one.
            (["full_name" | "id" | "name"] | ["owner", "login"], Some(true)) => Known::Stranger,
            _ => Known::Open,
        }
    }
}

fn truth(value: &Known) -> Option<bool> {
    match value {
        Known::Text(text) => Some(!text.is_empty() && text != "0"),
        Known::Truth(it) => Some(*it),
        Known::List(_) | Known::Among(_) => Some(true),
        Known::Nothing | Known::Refused => Some(false),
        Known::Stranger | Known::Open => None,
    }
}

fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

fn same(one: &Known, other: &Known) -> Known {
    let is = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    match (one, other) {
        (Known::Refused, _) | (_, Known::Refused) => Known::Refused,
        (Known::Text(a), Known::Text(b)) => Known::Truth(is(a, b)),
        (Known::Truth(a), Known::Truth(b)) => Known::Truth(a == b),
        (Known::Truth(a), Known::Text(b)) | (Known::Text(b), Known::Truth(a)) => {
            Known::Truth(*a && b == "true" || !*a && b == "false")
        }
        (Known::Nothing, Known::Nothing) => Known::Truth(true),
        (Known::Nothing, Known::Text(text)) | (Known::Text(text), Known::Nothing) => {
            Known::Truth(text.is_empty())
        }
        (Known::Among(all), Known::Text(it)) | (Known::Text(it), Known::Among(all)) => {
            if all.iter().any(|one| is(one, it)) { Known::Open } else { Known::Truth(false) }
        }
        // A stranger is none of those that a file names, and no fork is the repository itself.
        (Known::Stranger, Known::Open | Known::Text(_)) | (Known::Open | Known::Text(_), Known::Stranger) => {
            Known::Truth(false)
        }
        _ => Known::Open,
    }
}

fn contains(whole: &Known, part: &Known) -> Known {
    match (whole, part) {
        (Known::Refused, _) | (_, Known::Refused) => Known::Refused,
        (Known::List(all), Known::Text(it)) => {
            Known::Truth(all.iter().any(|one| one.eq_ignore_ascii_case(it)))
        }
        (Known::List(all), Known::Among(some)) => {
            let hits = some.iter().filter(|it| all.iter().any(|one| one.eq_ignore_ascii_case(it))).count();
            among(hits, some.len())
        }
        (Known::Text(text), Known::Among(some)) => {
            let hits = some.iter().filter(|it| lower(text).contains(&lower(it))).count();
            among(hits, some.len())
        }
        (Known::Text(text), Known::Text(it)) => Known::Truth(lower(text).contains(&lower(it))),
        (Known::List(_) | Known::Text(_), Known::Stranger) => Known::Truth(false),
        (Known::Nothing, _) => Known::Truth(false),
        _ => Known::Open,
    }
}

fn among(hits: usize, all: usize) -> Known {
    match hits {
        0 => Known::Truth(false),
        it if it == all => Known::Truth(true),
        _ => Known::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, event: &str, activity: &str, outsider: bool) -> Option<bool> {
        let checks = |it: &str| it == "steps.check";
        let fork = outsider.then_some(true).filter(|_| event == "pull_request_target");
        let case = Case { event, activity, outsider, fork, checks: &checks };
        case.holds(&Expression::condition(condition).expect("a condition"))
    }

    #[test]
    fn conditions_keep_outsiders_out_or_do_not() {
        let keeps_out = [
            ("github.event.comment.author_association == 'OWNER'", "issue_comment", "created"),
            (
                "contains(fromJSON('[\"OWNER\",\"MEMBER\"]'), github.event.comment.author_association)",
                "issue_comment",
                "created",
            ),
            (
                "contains('OWNER MEMBER COLLABORATOR', github.event.issue.author_association)",
                "issues",
                "opened",
            ),
            ("github.actor == 'alice' || github.actor == 'bob'", "issues", "opened"),
            (
                "github.event.pull_request.head.repo.full_name == github.repository",
                "pull_request_target",
                "opened",
            ),
            ("!github.event.pull_request.head.repo.fork", "pull_request_target", "opened"),
            ("github.event.pull_request.head.repo.fork == false", "pull_request_target", "opened"),
            ("${{ github.event.workflow_run.pull_requests[0] && x }}", "workflow_run", "completed"),
            ("github.event.workflow_run.event == 'push'", "workflow_run", "completed"),
            ("steps.check.outputs.allowed == 'true'", "issues", "opened"),
            ("steps.check.outputs.skip != 'true'", "issues", "opened"),
            ("github.event_name == 'schedule'", "issues", "opened"),
            ("github.event.action == 'labeled'", "issues", "opened"),
        ];
        for (condition, event, activity) in keeps_out {
            assert_eq!(holds(condition, event, activity, true), Some(false), "{condition}");
        }
        let lets_in = [
            ("contains(github.event.comment.body, '@claude')", "issue_comment", "created"),
            ("github.event.issue.author_association == 'NONE'", "issues", "opened"),
            ("github.event.issue.author_association != 'FIRST_TIMER'", "issues", "opened"),
            ("github.event.issue.author_association == 'MEMBER'", "issue_comment", "created"),
            ("github.event.sender.type == 'User'", "issues", "opened"),
            ("github.repository == 'a/b'", "issues", "opened"),
            ("steps.other.outputs.allowed == 'true'", "issues", "opened"),
            ("github.event_name == 'issues' && github.event.action == 'opened'", "issues", "opened"),
            ("github.actor != 'dependabot[bot]'", "issues", "opened"),
        ];
        for (condition, event, activity) in lets_in {
            assert_ne!(holds(condition, event, activity, true), Some(false), "{condition}");
        }
    }

    #[test]
    fn insiders_pass_what_keeps_outsiders_out() {
        for condition in [
            "github.event.comment.author_association == 'OWNER'",
            "github.actor == 'alice'",
            "steps.check.outputs.x",
        ] {
            assert_ne!(holds(condition, "issue_comment", "created", false), Some(false), "{condition}");
        }
    }
}
