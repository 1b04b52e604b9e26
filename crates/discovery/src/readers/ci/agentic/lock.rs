//! The workflow that was compiled out of an agentic one: what runs is that, whatever the Markdown says today.

use std::collections::BTreeSet;

use ambit_model::Problem;

use super::super::unit::{Access, Unit};
use super::Agentic;
use super::events::Starts;
use crate::fragment::Sink;

const HELP: &str = "run `gh aw compile`; until then the compiled workflow runs, not what is written here";

/// What the compiled workflow says otherwise than its source.
pub(super) fn compare(file: &Agentic, starts: &Starts, engine: &str, units: &[Unit], sink: &mut Sink) {
    let path = format!("{}.lock.yml", file.stem());
    let root = file.root();
    let Some(lock) = units.iter().find(|it| it.path == path) else {
        if file.location.placed {
            let place = root.get("on").map_or_else(|| root.place(), |it| it.place());
            let message = format!("no `{path}`: the workflow does not run before it is compiled");
            let help = "run `gh aw compile` and keep what it makes; the map shows what will run then";
            sink.problems.push(Problem::at(&place, message, help));
        }
        return;
    };
    let mut differs = |place: ambit_model::Place, message: String| {
        sink.problems.push(Problem::at(&place, format!("`{path}` differs: {message}"), HELP));
    };
    if let Some(known) = lock.compiled.as_deref().and_then(agent_id).filter(|it| it != engine) {
        let place = root.get("engine").map_or_else(|| root.place(), |it| it.place());
        differs(place, format!("it was compiled for the engine `{known}`, and here it is `{engine}`"));
    }
    let own: BTreeSet<&str> = starts.events.iter().map(|it| it.name.as_str()).collect();
    let compiled: BTreeSet<&str> = lock.events.iter().map(|it| it.name.as_str()).collect();
    // The compiler adds ways to start it by hand, and may route commands over one workflow for all.
    let added = ["workflow_dispatch", "workflow_call"];
    let more: Vec<&str> = compiled.difference(&own).copied().filter(|it| !added.contains(it)).collect();
    let less: Vec<&str> = own.difference(&compiled).copied().filter(|_| !starts.by_command).collect();
    let on = root.get("on").map_or_else(|| root.place(), |it| it.place());
    if !more.is_empty() && !starts.by_command {
        differs(on.clone(), format!("it is also started by {}", listed(&more)));
    }
    if !less.is_empty() {
        differs(on, format!("it is not started by {}", listed(&less)));
    }
    let own = root.get("permissions").map(|it| super::super::unit::permissions(&it));
    let job = lock.jobs.iter().find(|it| it.id == "agent");
    if let Some(stated) = job.and_then(|it| it.permissions.as_ref()) {
        let wider = |key: &str| {
            let here = own.as_ref().map_or(Access::None, |it| it.of(key).0);
            stated.of(key).0 == Access::Write && here < Access::Write && !key.starts_with("copilot")
        };
        let keys: Vec<&str> = stated.each.iter().map(|it| it.0.as_str()).filter(|it| wider(it)).collect();
        if !keys.is_empty() {
            let place = root.get("permissions").map_or_else(|| root.place(), |it| it.place());
            differs(place, format!("its agent may write {}", listed(&keys)));
        }
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

/// The engine that the first line of a compiled workflow names.
fn agent_id(header: &str) -> Option<String> {
    let json = header.split_once("gh-aw-metadata:")?.1.trim();
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    value.get("agent_id")?.as_str().map(str::to_owned)
}
