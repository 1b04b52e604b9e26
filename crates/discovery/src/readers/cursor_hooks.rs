//! Cursor's `hooks.json`: `{version, hooks: {event: [{command, matcher?}]}}`.

use super::record::hook;
use super::{Form, Reader, Text, in_folder, in_home, managed};
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "cursor-hooks",
    places: &[
        in_folder(".cursor/hooks.json"),
        in_home(".cursor/hooks.json"),
        managed("/etc/cursor/hooks.json"),
        managed("/Library/Application Support/Cursor/hooks.json"),
        managed("/ProgramData/Cursor/hooks.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: OWN,
    accepts: |text| {
        let events = text.root.get("hooks").map(|it| it.entries()).unwrap_or_default();
        events.iter().any(|(event, _)| OWN.contains(event))
    },
    read,
};

/// Events that no other client has.
const OWN: &[&str] =
    &["beforeShellExecution", "beforeMCPExecution", "afterFileEdit", "beforeReadFile", "beforeSubmitPrompt"];

/// Events whose hook may answer that a call is approved.
const MAY_APPROVE: &[&str] = &["beforeShellExecution", "beforeMCPExecution", "preToolUse"];

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("cursor", text.location.clone(), text.start());
    let Some(events) = text.root.get("hooks").filter(View::is_map) else {
        let help = "hooks stand in an object under `hooks`, by event";
        sink.problems.push(text.problem(&text.root, "no hooks in it", help));
        return;
    };
    for (event, entries) in events.entries() {
        for entry in entries.items() {
            let Some(line) = entry.get("command").or_else(|| entry.get("prompt")) else {
                let help = "a hook is an object with a `command`";
                sink.problems.push(text.problem(&entry, format!("a hook of `{event}` runs nothing"), help));
                continue;
            };
            hook(event, &line, MAY_APPROVE.contains(&event), text, &mut fragment);
        }
    }
    sink.fragments.push(fragment);
}
