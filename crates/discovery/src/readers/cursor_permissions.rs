//! What Cursor runs without asking: the command line's configuration, and the editor's `permissions.json`.

use ambit_model::facts::{FileLimit, Limit, Match, Network, Sandbox, Selector, SettingKind};
use ambit_model::{Gate, Scope};

use super::record::{add, add_in, builtin, note, note_in, of_server};
use super::{Form, Reader, Text, in_folder, in_home};
use crate::fragment::{Fragment, Rank, Sink};
use crate::launch::masked_line;
use crate::tree::{Syntax, View};

pub(super) const CLI: Reader = Reader {
    id: "cursor-cli",
    places: &[
        in_folder(".cursor/cli.json"),
        in_home(".cursor/cli-config.json"),
        in_home(".config/cursor/cli-config.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["\"Shell(", "\"Mcp(", "approvalMode"],
    accepts: |text| {
        let lists = ["allow", "deny"].iter().filter_map(|it| text.root.at(&["permissions", it]));
        let rules: Vec<_> = lists.flat_map(|it| it.texts()).collect();
        rules.iter().any(|(rule, _)| rule.starts_with("Shell(") || rule.starts_with("Mcp("))
            || (text.root.get("permissions").is_some() && text.root.get("approvalMode").is_some())
    },
    read: cli,
};

pub(super) const EDITOR: Reader = Reader {
    id: "cursor-permissions",
    places: &[in_folder(".cursor/permissions.json"), in_home(".cursor/permissions.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["terminalAllowlist", "mcpAllowlist"],
    accepts: |text| ["terminalAllowlist", "mcpAllowlist"].iter().any(|it| text.root.get(it).is_some()),
    read: editor,
};

fn cli(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("cursor", text.location.clone(), text.start());
    let lists = [("deny", Rank::Deny, Gate::Denied), ("allow", Rank::Allow, Gate::Auto)];
    for (key, rank, gate) in lists {
        let Some(list) = text.root.at(&["permissions", key]) else { continue };
        for (raw, item) in list.texts() {
            let (raw, _) = masked_line(text.catalog, raw);
            let Some(selects) = selector(&raw) else {
                let help = "write Shell(…), Read(…), Write(…), WebFetch(…) or Mcp(server:tool)";
                sink.problems.push(text.problem(&item, format!("`{raw}` selects no tool"), help));
                note(SettingKind::Ineffective, raw, &item, &mut fragment);
                continue;
            };
            add(rank, selects, gate, (&item, &raw), &mut fragment);
        }
    }
    if let Some(list) = text.root.at(&["permissions", "ask"]) {
        note(SettingKind::Ineffective, "permissions.ask", &list, &mut fragment);
    }
    if text.location.placed && text.location.scope == Scope::Project {
        // Of a repository's file only the permissions count.
        for key in ["approvalMode", "sandbox"] {
            if let Some(view) = text.root.get(key) {
                note(SettingKind::Ineffective, key, &view, &mut fragment);
            }
        }
    } else {
        approval_mode(text, &mut fragment, sink);
        sandbox(&text.root, &mut fragment);
    }
    sink.fragments.push(fragment);
}

/// What one token of the command line's permissions selects.
fn selector(raw: &str) -> Option<Selector> {
    let (kind, rest) = raw.trim().split_once('(')?;
    let spec = rest.strip_suffix(')')?.trim();
    let all = matches!(spec, "" | "*" | "**");
    let of = |tool: &str, limit: Limit| {
        Some(Selector::Builtin { tool: tool.to_owned(), limit: (!all).then_some(limit) })
    };
    match kind {
        "Shell" => of("Shell", command(spec)),
        "Read" | "Write" => of(kind, Limit::Path(spec.to_owned())),
        "WebFetch" => of(kind, Limit::Domain(spec.to_owned())),
        "Mcp" => {
            let (server, tool) = spec.split_once([':', ',']).unwrap_or((spec, "*"));
            Some(of_server(server.trim(), tool.trim()))
        }
        _ => None,
    }
}

/// `git` selects git with any arguments, `npm:install *` those of its arguments.
fn command(spec: &str) -> Limit {
    let (program, arguments) = spec.split_once(':').unwrap_or((spec, "*"));
    match arguments.trim_end_matches('*').trim_end() {
        "" if !program.contains('*') => Limit::Command { text: program.to_owned(), form: Match::Prefix },
        start if arguments.ends_with('*') && !start.contains('*') && !program.contains('*') => {
            Limit::Command { text: format!("{program} {start}"), form: Match::Prefix }
        }
        _ => Limit::Command { text: format!("{program} {arguments}"), form: Match::Glob },
    }
}

fn approval_mode(text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let Some(view) = text.root.get("approvalMode") else { return };
    let word = view.text().unwrap_or_default();
    let raw = format!("approvalMode: {word}");
    match word {
        "unrestricted" => {
            add_in("mode", Rank::Bypass, (Selector::Any, Gate::Auto), (&view, &raw), fragment);
            note_in("mode", SettingKind::ApprovalsOff, raw, &view, fragment);
        }
        "auto-review" => {
            add_in("mode", Rank::Mode, (Selector::Any, Gate::Auto), (&view, &raw), fragment);
            note_in("mode", SettingKind::ClassifierApproves, raw, &view, fragment);
        }
        "allowlist" => {
            for selects in [builtin("Shell"), builtin("WebFetch"), of_server("*", "*")] {
                add_in("mode", Rank::Mode, (selects, Gate::Prompted), (&view, &raw), fragment);
            }
        }
        _ => {
            let help = "write allowlist, auto-review or unrestricted";
            sink.problems.push(text.problem(&view, format!("no approval mode is called `{word}`"), help));
        }
    }
}

/// The command line's own switch for the sandbox; `sandbox.json` has the details.
fn sandbox(root: &View<'_>, fragment: &mut Fragment) {
    let Some(view) = root.get("sandbox").filter(View::is_map) else { return };
    let Some(mode) = view.text_of("mode") else { return };
    let hosts = view.get("networkAllowlist").map(|it| it.texts()).unwrap_or_default();
    let hosts: Vec<String> = hosts.into_iter().map(|(host, _)| host.to_owned()).collect();
    let network = match view.text_of("networkAccess") {
        Some("allow_all") => Network::Open,
        // `…_with_defaults` adds hosts that Cursor chooses; which ones, no file says.
        _ if hosts.is_empty() => Network::Closed,
        _ => Network::Hosts(hosts),
    };
    fragment.sandbox = Some(Sandbox {
        hides_home: false,
        enabled: mode == "enabled",
        network,
        files: FileLimit::Workspace,
        // A command that fails inside may be run again outside, after a question.
        escape: Some(view.place()),
        place: view.place(),
        scope: fragment.location.scope,
    });
}

fn editor(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new("cursor", text.location.clone(), text.start());
    for (raw, item) in text.root.get("terminalAllowlist").map(|it| it.texts()).unwrap_or_default() {
        let (raw, _) = masked_line(text.catalog, raw);
        let limit = (!matches!(raw.as_str(), "*" | "**")).then(|| command(&raw));
        let selects = Selector::Builtin { tool: "Shell".to_owned(), limit };
        add(Rank::Allow, selects, Gate::Auto, (&item, &raw), &mut fragment);
    }
    for (raw, item) in text.root.get("mcpAllowlist").map(|it| it.texts()).unwrap_or_default() {
        let (server, tool) = raw.split_once(':').unwrap_or((raw, "*"));
        add(Rank::Allow, of_server(server, tool), Gate::Auto, (&item, raw), &mut fragment);
    }
    if let Some(view) = text.root.get("autoRun").filter(View::is_map) {
        // Guidance for the classifier: it lets more or less through, and promises nothing.
        note(SettingKind::Detector, "autoRun", &view, &mut fragment);
    }
    sink.fragments.push(fragment);
}
