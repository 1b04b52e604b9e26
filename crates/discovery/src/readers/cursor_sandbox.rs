//! Cursor's `sandbox.json`: what commands that run in its sandbox can reach.

use ambit_model::facts::{FileLimit, Network, Sandbox, SettingKind};

use super::record::note;
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "cursor-sandbox",
    places: &[in_folder(".cursor/sandbox.json"), in_home(".cursor/sandbox.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["workspace_readwrite", "workspace_readonly", "insecure_none"],
    accepts: |text| {
        matches!(
            text.root.text_of("type"),
            Some("workspace_readwrite" | "workspace_readonly" | "insecure_none")
        )
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("cursor", text.location.clone(), text.start());
    let root = &text.root;
    let kind = root.get("type");
    let files = match kind.as_ref().and_then(View::text) {
        Some("workspace_readonly") => FileLimit::ReadOnly,
        Some("insecure_none") => FileLimit::Everything,
        _ => FileLimit::Workspace,
    };
    if let (Some(view), FileLimit::Everything) = (&kind, files) {
        note(SettingKind::SandboxOff, "type: insecure_none", view, &mut fragment);
    }
    for (path, item) in root.get("additionalReadwritePaths").map(|it| it.texts()).unwrap_or_default() {
        note(SettingKind::WidensFiles, format!("additionalReadwritePaths: {path}"), &item, &mut fragment);
    }
    fragment.sandbox = Some(Sandbox {
        hides_home: false,
        enabled: files != FileLimit::Everything,
        network: network(root),
        files,
        // A command that fails inside may be run again outside, after a question.
        escape: Some(text.start()),
        place: kind.map_or_else(|| text.start(), |it| it.place()),
        scope: text.location.scope,
    });
    sink.fragments.push(fragment);
}

/// Hosts are denied unless they are listed, or unless the default is turned round.
fn network(root: &View<'_>) -> Network {
    let Some(policy) = root.get("networkPolicy") else { return Network::Closed };
    let hosts = policy.get("allow").map(|it| it.texts()).unwrap_or_default();
    let hosts: Vec<String> = hosts.into_iter().map(|(host, _)| host.to_owned()).collect();
    if policy.text_of("default") == Some("allow") || hosts.iter().any(|it| it == "*") {
        Network::Open
    } else if hosts.is_empty() {
        Network::Closed
    } else {
        Network::Hosts(hosts)
    }
}
