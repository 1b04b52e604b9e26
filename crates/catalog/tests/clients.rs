//! What the catalog says of clients refers only to what exists, and its edits can be written.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_catalog::schema::{BuiltinKind, EditTemplate};
use ambit_model::effect::Place;
use ambit_model::{AssetId, Effect, Gate};

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

#[test]
fn every_client_that_has_files_is_known() {
    let catalog = catalog();
    for id in [
        "amazon-q",
        "any-client",
        "claude-code",
        "claude-desktop",
        "cline",
        "codex",
        "coding-agent",
        "continue",
        "copilot-agent",
        "copilot-cli",
        "cursor",
        "gemini-cli",
        "goose",
        "junie",
        "kilo",
        "kiro",
        "openclaw",
        "opencode",
        "roo",
        "vscode",
        "windsurf",
        "zed",
    ] {
        assert!(catalog.client(id).is_some(), "{id}");
    }
}

#[test]
fn every_client_says_where_its_facts_come_from() {
    for (id, client) in catalog().clients() {
        assert!(!client.source.is_empty(), "{id}: no source");
        assert!(!client.stock.ends_with('.'), "{id}: `stock` is no sentence with a full stop");
    }
}

#[test]
fn every_effect_is_bound_to_a_place_that_exists() {
    let catalog = catalog();
    for (id, client) in catalog.clients() {
        for (name, tool) in &client.tools {
            for entry in &tool.effects {
                let memory = match &entry.effect {
                    Effect::Remembers { memory } | Effect::Recalls { memory } => {
                        assert!(memory.is_some(), "{id}: {name}: which memory?");
                        memory.as_ref()
                    }
                    _ => None,
                };
                for place in entry.on.iter().chain(memory).map(AssetId::as_str) {
                    assert!(catalog.place(place).is_some(), "{id}: {name}: no place {place}");
                }
            }
        }
    }
}

#[test]
fn every_kind_of_tool_has_the_effects_of_its_kind() {
    for (id, client) in catalog().clients() {
        for (name, tool) in &client.tools {
            let has = |wanted: fn(&Effect) -> bool| tool.effects.iter().any(|it| wanted(&it.effect));
            let fits = match tool.kind {
                BuiltinKind::Shell => has(|it| matches!(it, Effect::Executes { .. })),
                BuiltinKind::Read => has(|it| matches!(it, Effect::Reads { .. })),
                BuiltinKind::Edit => has(|it| matches!(it, Effect::Writes { .. })),
                BuiltinKind::Fetch | BuiltinKind::Browser => {
                    has(|it| matches!(it, Effect::Ingests { .. }))
                        && has(|it| matches!(it, Effect::Sends { .. }))
                }
                BuiltinKind::Search => has(|it| matches!(it, Effect::Ingests { .. })),
                BuiltinKind::Agent => has(|it| matches!(it, Effect::Delegates { .. })),
                BuiltinKind::Memory => {
                    has(|it| matches!(it, Effect::Remembers { .. } | Effect::Recalls { .. }))
                }
                BuiltinKind::Other => true,
            };
            assert!(fits, "{id}: {name}: its effects are not those of {:?}", tool.kind);
        }
    }
}

#[test]
fn a_name_means_one_tool_and_a_group_several() {
    for (id, client) in catalog().clients() {
        let mut synonyms = BTreeSet::new();
        for (name, tool) in &client.tools {
            for alias in &tool.aliases {
                assert!(!client.tools.contains_key(alias), "{id}: {name}: {alias} is a tool of its own");
                let group = alias.starts_with("group:");
                assert!(synonyms.insert(alias.clone()) || group, "{id}: {name}: {alias} is used twice");
            }
        }
    }
}

#[test]
fn tools_that_do_the_same_are_tools_of_their_own() {
    let catalog = catalog();
    let claude = catalog.client("claude-code").expect("it is there");
    let (edit, write) = (&claude.tools["Edit"], &claude.tools["Write"]);
    assert_eq!((write.kind, write.gate), (edit.kind, edit.gate));
    assert!(write.aliases.is_empty() && edit.also.is_empty());
    assert_eq!(write.effects.len(), edit.effects.len());
}

#[test]
fn stock_gates_are_those_of_the_vendors() {
    let catalog = catalog();
    let gate = |client: &str, tool: &str| catalog.client(client).expect("it is there").tools[tool].gate;
    assert_eq!(gate("claude-code", "Bash"), Gate::Prompted);
    assert_eq!(gate("claude-code", "Read"), Gate::Auto);
    assert_eq!(gate("gemini-cli", "google_web_search"), Gate::Auto);
    assert_eq!(gate("gemini-cli", "replace"), Gate::Prompted);
    assert_eq!(gate("goose", "shell"), Gate::Auto);
    let server_gate = |client: &str| catalog.client(client).expect("it is there").server_gate;
    assert_eq!(server_gate("copilot-agent"), Gate::Auto);
    assert_eq!(server_gate("claude-desktop"), Gate::Prompted);
}

#[test]
fn the_shell_of_codex_is_in_a_sandbox() {
    let catalog = catalog();
    let shell = &catalog.client("codex").expect("it is there").tools["shell"];
    let places: Vec<_> = shell
        .effects
        .iter()
        .filter_map(|it| match it.effect {
            Effect::Executes { r#where } => Some(r#where),
            _ => None,
        })
        .collect();
    assert_eq!((places, shell.gate), (vec![Place::Workspace], Gate::Auto));
}

fn filled(text: &str) -> String {
    let text = text.replace("{server}", "files").replace("{tool}", "read").replace("{pattern}", "git status");
    text.replace("{at}", "3")
}

fn check_edit(whose: &str, edit: &EditTemplate) {
    assert!(
        !edit.path.starts_with('/') && !edit.path.contains(".."),
        "{whose}: {} leaves the folder",
        edit.path
    );
    let pointer = filled(&edit.pointer);
    assert!(pointer.starts_with('/') && !pointer.contains(['{', '}']), "{whose}: {pointer}");
    let Some(value) = &edit.value else { return };
    let value: serde_json::Value =
        serde_json::from_str(&filled(value)).unwrap_or_else(|e| panic!("{whose}: {value}: {e}"));
    assert!(!value.to_string().contains(['{', '}']), "{whose}: {value} keeps a placeholder");
}

#[test]
fn every_edit_is_of_a_known_control_and_can_be_filled_in() {
    let catalog = catalog();
    for (id, client) in catalog.clients() {
        for (control, edit) in &client.edits {
            let whose = format!("{id}: {control}");
            assert!(catalog.controls().contains_key(control), "{whose}: no such control");
            check_edit(&whose, edit);
            let wanted = match control.as_str() {
                "deny-tool" | "ask-tool" | "deny-builtin" | "ask-builtin" => "{tool}",
                "deny-server" | "ask-server" => "{server}",
                _ => continue,
            };
            let value = edit.value.as_deref().unwrap_or_default();
            assert!(
                edit.pointer.contains(wanted) || value.contains(wanted),
                "{whose}: {wanted} is not in it"
            );
        }
    }
}

#[test]
fn old_names_are_names_and_what_an_approval_opens_is_known() {
    let catalog = catalog();
    for (client, tool, old) in
        [("gemini-cli", "grep_search", "search_file_content"), ("copilot-cli", "grep", "search")]
    {
        let tools = &catalog.client(client).expect("a client").tools;
        assert!(tools.get(tool).expect("a tool").aliases.contains(&old.to_owned()), "{client}");
        assert!(!tools.contains_key(old), "{client}");
    }
    let tools = &catalog.client("claude-code").expect("a client").tools;
    let opened = |name: &str| tools.get(name).and_then(|it| it.opened_by.as_deref());
    assert_eq!((opened("Write"), opened("NotebookEdit")), (Some("Edit"), Some("Edit")));
    assert_eq!((opened("Edit"), opened("Glob"), opened("PowerShell")), (None, None, None));
}
