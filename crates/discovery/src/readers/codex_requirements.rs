//! Codex's `requirements.toml`: what an administrator lets the settings of a machine's users be.

use ambit_model::facts::{FileLimit, Network, Sandbox};

use super::codex_config::CLIENT;
use super::codex_rules::decide;
use super::codex_sandbox::{MODE, POLICY, REVIEWER};
use super::{Form, Reader, Text, managed, nowhere_else};
use crate::fragment::{Fragment, Sink};
use crate::tree::{Syntax, View};

pub(super) const READER: Reader = Reader {
    id: "codex-requirements",
    places: &[managed("/etc/codex/requirements.toml")],
    form: Form::Tree(Syntax::Toml),
    marks: &[],
    accepts: nowhere_else,
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let mut fragment = Fragment::new(CLIENT, text.location.clone(), text.start());
    // What is not in the list falls back to what the client does anyway.
    for (key, loosest, slot) in [
        ("allowed_approval_policies", "never", POLICY),
        ("allowed_approvals_reviewers", "auto_review", REVIEWER),
        ("allowed_sandbox_modes", "danger-full-access", MODE),
    ] {
        let Some(list) = text.root.get(key).filter(View::is_list) else { continue };
        if list.texts().iter().any(|(it, _)| *it == loosest) {
            continue;
        }
        fragment.defaults.push(slot);
        if slot == MODE {
            fragment.sandbox = Some(Sandbox {
                hides_home: false,
                enabled: true,
                network: Network::Closed,
                files: FileLimit::Workspace,
                escape: None,
                place: list.place(),
                scope: text.location.scope,
            });
        }
    }
    if let Some(servers) = text.root.get("mcp_servers") {
        let names = servers.entries().into_iter().map(|(name, _)| name.to_owned());
        fragment.only_servers = Some((names.collect(), servers.place()));
    }
    for rule in text.root.at(&["rules", "prefix_rules"]).map(|it| it.items()).unwrap_or_default() {
        let decided = prefix(&rule).is_some_and(|prefix| {
            decide(&prefix, rule.text_of("decision").unwrap_or_default(), &rule.place(), &mut fragment)
        });
        if !decided {
            let help = "a rule has a `pattern` of `token`s and a `decision`";
            sink.problems.push(text.problem(&rule, "this rule is not read", help));
        }
    }
    sink.fragments.push(fragment);
}

/// The plain tokens that a pattern begins with; where the first is one of several, none.
fn prefix(rule: &View<'_>) -> Option<String> {
    let items = rule.get("pattern")?.items();
    let tokens: Vec<&str> = items.iter().map_while(|it| it.text_of("token")).collect();
    // A shortened prefix takes more than the rule does, which is right for no decision but a question.
    let whole = tokens.len() == items.len() || rule.text_of("decision") == Some("prompt");
    (whole && !tokens.is_empty()).then(|| tokens.join(" "))
}
