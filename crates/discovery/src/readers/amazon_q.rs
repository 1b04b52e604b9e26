//! Amazon Q Developer: agents of its command line client, and the older list of servers. Kiro's agents have the
//! same shape and are read here too.

use ambit_model::Gate;
use ambit_model::facts::{InstructionKind, Limit, Match, Selector, SettingKind};

use super::record::{hook, instruction, model, note, pointed};
use super::server_entry::{read_all, rule};
use super::{Form, Reader, Text, in_folder, in_home};
use crate::credential::wild;
use crate::fragment::{Fragment, Rank, Sink};
use crate::tree::{Syntax, View};

const CLIENT: &str = "amazon-q";
/// Names of one tool, those of the two clients and their older ones.
const SAME: &[&[&str]] = &[
    &["execute_bash", "execute_cmd", "shell"],
    &["fs_read", "read"],
    &["fs_write", "write"],
    &["use_aws", "aws"],
];

pub(super) const AGENT: Reader = Reader {
    id: "amazon-q-agent",
    places: &[
        in_folder(".amazonq/cli-agents/*.json"),
        in_folder(".amazonq/agents/*.json"),
        in_home(".aws/amazonq/cli-agents/*.json"),
        in_home(".aws/amazonq/agents/*.json"),
    ],
    form: Form::Tree(Syntax::Json),
    marks: &["allowedTools", "toolsSettings", "useLegacyMcpJson"],
    accepts: |text| {
        let root = &text.root;
        let listed = |key: &str| root.get(key).is_some_and(|it| it.is_list());
        let own =
            ["toolsSettings", "useLegacyMcpJson", "toolAliases"].iter().any(|it| root.get(it).is_some());
        root.text_of("name").is_some() && listed("tools") && (listed("allowedTools") || own)
    },
    read: |text, sink| {
        // The editor's one agent is the client's main agent.
        let name = text.root.text_of("name").unwrap_or_else(|| text.stem());
        let main = text.path.ends_with("/agents/default.json");
        let fragment = agent(CLIENT, (!main).then_some(name), text, sink);
        sink.fragments.push(fragment);
    },
};

pub(super) const SERVERS: Reader = Reader {
    id: "amazon-q-servers",
    places: &[in_folder(".amazonq/mcp.json"), in_home(".aws/amazonq/mcp.json")],
    form: Form::Tree(Syntax::Json),
    marks: &[],
    accepts: super::nowhere_else,
    read: |text, sink| {
        let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
        servers(&text.root, text, &mut fragment, sink);
        sink.fragments.push(fragment);
    },
};

/// Lists approvals beside its servers, which other clients honour and this one does not.
pub(super) fn servers(root: &View<'_>, text: &Text<'_>, fragment: &mut Fragment, sink: &mut Sink) {
    let Some(list) = root.get("mcpServers") else { return };
    read_all(&list, text, fragment, sink);
    for (name, entry) in list.entries() {
        for (tool, item) in entry.get("autoApprove").map(|it| it.texts()).unwrap_or_default() {
            note(SettingKind::Ineffective, format!("{name}.autoApprove: {tool}"), &item, fragment);
        }
    }
}

/// An agent's own file. `name` is absent for the main agent.
pub(super) fn agent(client: &'static str, name: Option<&str>, text: &Text<'_>, sink: &mut Sink) -> Fragment {
    let mut fragment = Fragment::new(client, text.location.clone(), text.start());
    fragment.name = name.map(str::to_owned);
    let root = &text.root;
    model(root.get("model"), &mut fragment);
    servers(root, text, &mut fragment, sink);
    // Left out, the switch is taken for on, which shows too much rather than too little.
    let switch = ["useLegacyMcpJson", "includeMcpJson"].iter().find_map(|it| root.get(it));
    fragment.own_servers = switch.filter(|it| it.truth() == Some(false)).map(|it| it.place());
    fragment.tools = tools(root);
    let allowed = allowed(root, &mut fragment);
    limits(root, &allowed, &mut fragment);
    if let Some(prompt) = root.get("prompt") {
        let said = prompt.text().unwrap_or_default();
        if said.starts_with("file://") {
            pointed(InstructionKind::Prompt, &prompt, text, &mut fragment);
        } else {
            instruction("prompt", InstructionKind::Prompt, said, prompt.place(), &mut fragment);
        }
    }
    for item in root.get("resources").map(|it| it.items()).unwrap_or_default() {
        pointed(InstructionKind::Rules, &item, text, &mut fragment);
    }
    for (event, list) in root.get("hooks").map(|it| it.entries()).unwrap_or_default() {
        for entry in list.items() {
            if let Some(line) = entry.get("command") {
                hook(event, &line, false, text, &mut fragment);
            }
        }
    }
    fragment
}

/// Tools it is restricted to; `*` is all, as is a list that is not there.
fn tools(root: &View<'_>) -> Option<Vec<Selector>> {
    let list = root.get("tools").filter(View::is_list)?;
    let names: Vec<&str> = list.texts().into_iter().map(|(name, _)| name).collect();
    (!names.contains(&"*")).then(|| names.into_iter().map(selector).collect())
}

fn selector(name: &str) -> Selector {
    if name == "@builtin" {
        return Selector::Builtin { tool: "*".to_owned(), limit: None };
    }
    match name.strip_prefix('@') {
        Some(rest) => {
            let (server, tool) = rest.split_once('/').unwrap_or((rest, "*"));
            Selector::Server { server: server.to_owned(), tool: tool.to_owned() }
        }
        None => Selector::Builtin { tool: name.to_owned(), limit: None },
    }
}

/// Tools that run without a question.
fn allowed<'a>(root: &View<'a>, fragment: &mut Fragment) -> Vec<&'a str> {
    let mut names = Vec::new();
    for (name, item) in root.get("allowedTools").map(|it| it.texts()).unwrap_or_default() {
        if name == "*" {
            note(SettingKind::Ineffective, "allowedTools: *", &item, fragment);
            continue;
        }
        let rule = rule(selector(name), Gate::Auto, &item, fragment, &format!("allowedTools: {name}"));
        fragment.rule(Rank::Allow, rule);
        names.push(name);
    }
    names
}

/// Limits of single tools. A tool that is allowed as a whole is not held by its own limits.
fn limits(root: &View<'_>, allowed: &[&str], fragment: &mut Fragment) {
    for (name, view) in root.get("toolsSettings").map(|it| it.entries()).unwrap_or_default() {
        let names = SAME.iter().find(|it| it.contains(&name)).copied().unwrap_or(&[]);
        let whole = allowed
            .iter()
            .any(|glob| wild(glob, name) || *glob == "@builtin" || names.iter().any(|it| wild(glob, it)));
        for (key, gate, rank) in [
            ("deniedCommands", Gate::Denied, Rank::Deny),
            ("deniedPaths", Gate::Denied, Rank::Deny),
            ("deniedServices", Gate::Denied, Rank::Deny),
            ("allowedCommands", Gate::Auto, Rank::Allow),
            ("allowedPaths", Gate::Auto, Rank::Allow),
            ("allowedServices", Gate::Auto, Rank::Allow),
        ] {
            for (pattern, item) in view.get(key).map(|it| it.texts()).unwrap_or_default() {
                let raw = format!("{name}.{key}: {pattern}");
                if whole {
                    note(SettingKind::Ineffective, raw, &item, fragment);
                    continue;
                }
                let selects = Selector::Builtin { tool: name.to_owned(), limit: Some(limit(key, pattern)) };
                let rule = rule(selects, gate, &item, fragment, &raw);
                fragment.rule(rank, rule);
            }
        }
        if let Some(item) = view.get("autoAllowReadonly").filter(|it| it.truth() == Some(true)) {
            note(SettingKind::ClassifierApproves, format!("{name}.autoAllowReadonly: true"), &item, fragment);
        }
        if let Some(item) = view.get("denyByDefault").filter(|it| it.truth() == Some(true) && !whole) {
            let selects = Selector::Builtin { tool: name.to_owned(), limit: None };
            let raw = format!("{name}.denyByDefault: true");
            let rule = rule(selects, Gate::Denied, &item, fragment, &raw);
            fragment.rule(Rank::Mode, rule);
        }
    }
}

/// Commands are regular expressions over the whole line, services words, paths globs.
fn limit(key: &str, pattern: &str) -> Limit {
    if key.ends_with("Paths") {
        Limit::Path(pattern.to_owned())
    } else if key.ends_with("Services") {
        Limit::Command { text: pattern.to_owned(), form: Match::Prefix }
    } else {
        Limit::Command { text: pattern.to_owned(), form: Match::Regex }
    }
}
