//! Hooks of GitHub Copilot: `.github/hooks/*.json`, for its command line, the editor and the cloud agent.

use ambit_model::facts::Holder;

use super::record::hook;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::credential;
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "copilot-hooks",
    places: &[in_folder(".github/hooks/*.json"), in_home(".copilot/hooks/*.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["\"bash\"", "\"powershell\""],
    accepts: |text| {
        let events = text.root.get("hooks").map(|it| it.entries()).unwrap_or_default();
        text.root.get("version").is_some()
            && !events.is_empty()
            && events
                .iter()
                .flat_map(|(_, it)| it.items())
                .any(|it| SHELLS.iter().any(|key| it.get(key).is_some()))
    },
    read,
};

/// One hook may have a line for each shell; the portable one comes last.
const SHELLS: &[&str] = &["bash", "powershell", "command"];

/// Events whose hook may answer that a call is approved.
pub(super) const MAY_APPROVE: &[&str] = &["preToolUse", "PreToolUse", "permissionRequest"];

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("copilot-cli", text.location.clone(), text.start());
    fragment.also = &["vscode", "copilot-agent"];
    if let Some(events) = text.root.get("hooks").filter(View::is_map) {
        hooks(&events, text, &mut fragment, sink);
    } else {
        let help = "hooks stand in an object under `hooks`, by event";
        sink.problems.push(text.problem(&text.root, "no hooks in it", help));
    }
    sink.fragments.push(fragment);
}

/// Hooks of the shape `{event: [{type, bash, powershell, command, env}]}`.
pub(super) fn hooks(events: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    for (event, entries) in events.entries() {
        for entry in entries.items() {
            let lines: Vec<View<'_>> =
                SHELLS.iter().chain(&["url", "prompt"]).filter_map(|it| entry.get(it)).collect();
            if lines.is_empty() {
                let help = "a hook has a line under `bash`, `powershell` or `command`";
                sink.problems.push(text.problem(&entry, format!("a hook of `{event}` runs nothing"), help));
            }
            for line in &lines {
                hook(event, line, MAY_APPROVE.contains(&event), text, fragment);
            }
            for (name, value) in entry.get("env").map(|it| it.entries()).unwrap_or_default() {
                let scope = text.location.scope;
                let held = credential::of_entry(text.catalog, name, &value, Holder::Environment, scope);
                fragment.credentials.extend(held);
            }
        }
    }
}
