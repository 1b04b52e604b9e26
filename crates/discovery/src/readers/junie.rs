//! Junie of `JetBrains`: servers, agents, guidelines, hooks, and the user's allow list.

use ambit_model::facts::{InstructionKind, Limit, Match, Selector, SettingKind};
use ambit_model::{Gate, Scope};

use super::amazon_q::servers;
use super::record::{add, add_in, body, grouped_hooks, model, note, note_in, rules_file};
use super::{Form, Reader, Text, in_folder, in_home, nowhere_else};
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "junie";

pub(super) const SERVERS: Reader = Reader {
    id: "junie-servers",
    places: &[in_folder(".junie/mcp/mcp.json"), in_home(".junie/mcp/mcp.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        // That it ignores `autoApprove` is taken from its allow list being the user's alone; not verified.
        servers(&text.root, text, &mut fragment, sink);
        sink.fragments.push(fragment);
    },
};

pub(super) const AGENT: Reader = Reader {
    id: "junie-agent",
    places: &[in_folder(".junie/agents/*.md"), in_home(".junie/agents/*.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        let name = text.root.text_of("name").unwrap_or_else(|| text.stem());
        fragment.name = Some(name.to_owned());
        model(text.root.get("model"), &mut fragment);
        // Which names its `tools` key takes is not verified, so it restricts nothing on the map.
        if let Some(tools) = text.root.get("tools") {
            note(SettingKind::Ineffective, "tools: not understood", &tools, &mut fragment);
        }
        body(name, InstructionKind::Prompt, text, &mut fragment);
        sink.fragments.push(fragment);
    },
};

pub(super) const GUIDELINES: Reader = Reader {
    id: "junie-guidelines",
    places: &[in_folder(".junie/guidelines.md"), in_folder(".junie/AGENTS.md")],
    form: Form::Markdown,
    marks: &[],
    accepts: nowhere_else,
    read: |text, sink| rules_file(CLIENT, text, sink),
};

pub(super) const ALLOWLIST: Reader = Reader {
    id: "junie-allowlist",
    places: &[in_home(".junie/allowlist.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["allowReadonlyCommands", "readOutsideProject"],
    accepts: |text| text.root.get("defaultBehavior").is_some() && text.root.get("rules").is_some(),
    read: allowlist,
};

pub(super) const CONFIG: Reader = Reader {
    id: "junie-config",
    places: &[in_folder(".junie/config.json"), in_home(".junie/config.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: nowhere_else,
    read: config,
};

/// Hooks run from the user's file alone, as its documentation says (<https://junie.jetbrains.com/docs/>); a
/// project's are passed over.
fn config(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    model(text.root.get("model"), &mut fragment);
    if let Some(events) = text.root.get("hooks") {
        if text.location.scope == Scope::User {
            grouped_hooks(&events, &[], text, &mut fragment);
        } else {
            note(SettingKind::Ineffective, "hooks", &events, &mut fragment);
        }
    }
    sink.fragments.push(fragment);
}

/// It knows no denial: what it does not allow is asked.
fn allowlist(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    let root = &text.root;
    for (group, view) in root.get("rules").map(|it| it.entries()).unwrap_or_default() {
        for entry in view.get("rules").map(|it| it.items()).unwrap_or_default() {
            let pattern = entry.get("prefix").or_else(|| entry.get("pattern"));
            let (Some(pattern), Some((gate, rank))) = (pattern, entry.get("action").and_then(|it| gate(&it)))
            else {
                let help = "a rule has `prefix` or `pattern`, and `action`: `allow` or `ask`";
                sink.problems.push(text.problem(&entry, format!("an odd rule under `{group}`"), help));
                continue;
            };
            let word = pattern.text().unwrap_or_default();
            let selects = selector(group, Some((word, entry.get("prefix").is_some())));
            add(rank, selects, gate, (&entry, &format!("{group}: {word}")), &mut fragment);
        }
        if let Some(default) = view.get("default")
            && let Some((gate, _)) = gate(&default)
        {
            let raw = format!("{group}.default: {}", default.text().unwrap_or_default());
            let gate = if gate == Gate::Asked { Gate::Prompted } else { gate };
            add(Rank::Mode, selector(group, None), gate, (&default, &raw), &mut fragment);
        }
    }
    if let Some(view) = root.get("allowReadonlyCommands").filter(|it| it.truth() == Some(true)) {
        note(SettingKind::ClassifierApproves, "allowReadonlyCommands: true", &view, &mut fragment);
    }
    default(root, &mut fragment);
    sink.fragments.push(fragment);
}

fn default(root: &View<'_>, fragment: &mut Fragment) {
    let Some(view) = root.get("defaultBehavior") else { return };
    let raw = format!("defaultBehavior: {}", view.text().unwrap_or_default());
    let gate = match view.text() {
        Some("allow") => Gate::Auto,
        Some("ask") => Gate::Prompted,
        _ => return,
    };
    add_in("default", Rank::Mode, (Selector::Any, gate), (&view, &raw), fragment);
    if gate == Gate::Auto {
        note_in("default", SettingKind::ApprovalsOff, raw, &view, fragment);
    }
}

fn gate(view: &View<'_>) -> Option<(Gate, Rank)> {
    match view.text()? {
        "allow" => Some((Gate::Auto, Rank::Allow)),
        "ask" => Some((Gate::Asked, Rank::Ask)),
        _ => None,
    }
}

fn selector(group: &str, pattern: Option<(&str, bool)>) -> Selector {
    let command = |(text, prefix): (&str, bool)| Limit::Command {
        text: text.to_owned(),
        form: if prefix { Match::Prefix } else { Match::Glob },
    };
    let path = |(text, prefix): (&str, bool)| {
        Limit::Path(if prefix { format!("{text}**") } else { text.to_owned() })
    };
    let (tool, limit) = match group {
        "mcpTools" => {
            let tool =
                pattern.map_or(
                    "*".to_owned(),
                    |(text, prefix)| {
                        if prefix { format!("{text}*") } else { text.to_owned() }
                    },
                );
            return Selector::Server { server: "*".to_owned(), tool };
        }
        "executables" => ("Terminal", pattern.map(command)),
        "fileEditing" => ("Edit", pattern.map(path)),
        _ => (group, pattern.map(path)),
    };
    Selector::Builtin { tool: tool.to_owned(), limit }
}
