//! What starts an agentic workflow: the events of GitHub, commands in comments, labels that are commands, and who may.

use ambit_model::Place;

use super::super::events::Event;
use super::super::unit;
use crate::tree::View;

/// Events that GitHub has. Other keys of `on` are settings of the compiler.
const EVENTS: &[&str] = &[
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "create",
    "delete",
    "deployment",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "fork",
    "gollum",
    "issue_comment",
    "issues",
    "label",
    "merge_group",
    "milestone",
    "page_build",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_target",
    "push",
    "registry_package",
    "release",
    "repository_dispatch",
    "schedule",
    "status",
    "watch",
    "workflow_call",
    "workflow_dispatch",
    "workflow_run",
];

/// What a command is written in, unless it is restricted.
const SPOKEN: &[(&str, &[&str])] = &[
    ("issues", &["opened", "edited", "reopened"]),
    ("issue_comment", &["created", "edited"]),
    ("pull_request", &["opened", "edited", "reopened"]),
    ("pull_request_review_comment", &["created", "edited"]),
    ("discussion", &["created", "edited"]),
    ("discussion_comment", &["created", "edited"]),
];

/// What starts it.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// The events.
    pub(super) events: Vec<Event>,
    /// Events of pull requests that forks may cause.
    pub(super) with_forks: Vec<String>,
    /// Whether it is started by a command or a label that is one.
    pub(super) by_command: bool,
}

/// What `on` says.
pub(super) fn starts(on: &View<'_>) -> Starts {
    let mut starts = Starts::default();
    if let Some(word) = on.text() {
        starts.events.push(of_word(word, on.place()));
        starts.by_command = word.starts_with('/');
        return starts;
    }
    for event in unit::events(on) {
        match event.name.as_str() {
            "slash_command" | "command" => starts.commands(on, &event, false),
            "label_command" => starts.commands(on, &event, true),
            name if EVENTS.contains(&name) => {
                if on.at(&[name, "forks"]).is_some() {
                    starts.with_forks.push(name.to_owned());
                }
                starts.events.push(event);
            }
            _ => {}
        }
    }
    starts
}

/// `on: issues`, `on: daily`, `on: /command`.
fn of_word(word: &str, place: Place) -> Event {
    let first = word.split_whitespace().next().unwrap_or(word);
    let name = match first {
        it if it.starts_with('/') => "issue_comment",
        it if EVENTS.contains(&it) => it,
        "issue" => "issues",
        "daily" | "weekly" | "hourly" | "monthly" | "every" => "schedule",
        it => it,
    };
    Event { name: name.to_owned(), types: Vec::new(), workflows: Vec::new(), place }
}

impl Starts {
    fn commands(&mut self, on: &View<'_>, event: &Event, by_label: bool) {
        self.by_command = true;
        let only = on.at(&[event.name.as_str(), "events"]).map(|it| it.texts()).unwrap_or_default();
        let only: Vec<&str> = only.into_iter().map(|it| it.0).filter(|it| *it != "*").collect();
        for (name, types) in SPOKEN {
            let labelled = ["issues", "pull_request", "discussion"].contains(name);
            let wanted = only.is_empty()
                || only.contains(name)
                || only.contains(&"pull_request_comment") && *name == "issue_comment";
            if !wanted || by_label && !labelled {
                continue;
            }
            let types = if by_label {
                vec!["labeled".to_owned()]
            } else {
                types.iter().map(|it| (*it).to_owned()).collect()
            };
            let place = event.place.clone();
            self.events.push(Event { name: (*name).to_owned(), types, workflows: Vec::new(), place });
        }
    }
}

/// The line that opens it to everybody.
pub(super) fn open_to_all(root: &View<'_>) -> Option<Place> {
    let roles = root.at(&["on", "roles"]).or_else(|| root.get("roles"))?;
    let all = roles.text() == Some("all") || roles.texts().iter().any(|it| it.0 == "all");
    all.then(|| roles.place())
}

/// The line that says who may, or that starts it at all: roles have a default.
pub(super) fn who(root: &View<'_>) -> Option<Place> {
    let roles = root.at(&["on", "roles"]).or_else(|| root.get("roles")).or_else(|| root.get("on"))?;
    Some(roles.place())
}
