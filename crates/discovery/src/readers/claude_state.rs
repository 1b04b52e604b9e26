//! `~/.claude.json`: the user's servers, and what the client keeps for each folder that it was used in. Most
//! of the file is history and is not looked at.

use ambit_model::{Gate, Scope};

use super::claude_rules::rules;
use super::claude_settings::approved_servers;
use super::server_entry::{ignored_keys, read_all};
use super::{Form, Reader, Text, in_home};
use crate::fragment::{Fragment, Location, Rank, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "claude-state",
    places: &[in_home(".claude.json"), in_home(".claude/.claude.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["hasTrustDialogAccepted"],
    accepts: |text| {
        let folders = text.root.get("projects").map(|it| it.entries()).unwrap_or_default();
        folders.iter().any(|(_, it)| it.get("hasTrustDialogAccepted").is_some())
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut user = Fragment::new("claude-code", text.location.clone(), text.start());
    servers(&text.root, text, &mut user, sink);
    sink.fragments.push(user);
    for (folder, view) in text.root.get("projects").map(|it| it.entries()).unwrap_or_default() {
        of_folder(folder, &view, text, sink);
    }
}

/// What holds in one folder only. Its path is the machine's own.
fn of_folder(folder: &str, view: &View<'_>, text: &Text<'_>, sink: &mut Sink) {
    let location = Location { at: folder.to_owned(), scope: Scope::Local, placed: text.location.placed };
    // Only the folder knows its scope: what the shared parts read here is local.
    let inner = Text { location: location.clone(), root: view.clone(), ..text.clone() };
    let mut fragment = Fragment::new("claude-code", location, view.place());
    servers(view, &inner, &mut fragment, sink);
    if let Some(list) = view.get("allowedTools") {
        rules(&list, (Rank::Allow, Gate::Auto), &inner, &mut fragment, sink);
    }
    approved_servers(view, &mut fragment);
    let silent = fragment.servers.is_empty()
        && fragment.rules.is_empty()
        && fragment.states.is_empty()
        && fragment.settings.is_empty();
    if !silent {
        sink.fragments.push(fragment);
    }
}

fn servers(view: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let Some(list) = view.get("mcpServers") else { return };
    read_all(&list, text, fragment, sink);
    ignored_keys(&list, fragment);
}
