//! What might silence a finding about an agent that a build system starts: less for its token to do, one of its tools
//! less, a version that stays.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::facts::{Allowance, HookFacts, Runner};
use ambit_model::finding::{ControlKind, Edit, EditAction};
use ambit_model::{AgentFacts, Finding, Place, ReachEdge, Remedy};

use super::candidates::Candidate;
use super::edits::{quoted, remedy, remove};
use crate::index::numbered;
use crate::map::{ReachMap, Tool};
use crate::scene::Overlay;

/// The event of what is resolved as an agent starts.
pub(super) const START: &str = "start";

/// Taking permissions from the tokens that edges of `finding` work with.
pub(super) fn of(finding: &Finding, edges: &[&ReachEdge], map: &ReachMap) -> Vec<Candidate> {
    let mut seen: BTreeSet<(&Place, &str)> = BTreeSet::new();
    let mut all = by_variable(finding, map);
    for edge in edges {
        let Some(facts) = map.agents.get(&edge.from) else { continue };
        for allowance in facts.program.tokens.iter().flat_map(|it| &it.lets).filter(|it| draws(it, edge)) {
            let (Some(place), Some(said)) = (&allowance.effect.place, &allowance.said) else { continue };
            if seen.insert((place, said)) {
                all.push(without(finding, facts, (place, said), map));
            }
        }
    }
    all
}

/// Passing what a script takes in by a variable.
fn by_variable(finding: &Finding, map: &ReachMap) -> Vec<Candidate> {
    let facts = map.agents.get(&finding.subject).filter(|_| finding.rule == "script-injection");
    let inserts = facts.into_iter().flat_map(|it| &it.program.scripts);
    let inserts = inserts.filter(|it| finding.evidence.contains(&it.place));
    let candidate = |it: &ambit_model::facts::Insert| {
        let action = format!("pass `{}` to the script at `{}` by a variable", it.what, it.place);
        let edit = Edit {
            path: it.place.path.to_string(),
            pointer: String::new(),
            action: EditAction::Manual,
            value: String::new(),
            lines: format!("env: {{ TEXT: \"${{{{ {} }}}}\" }}", it.what),
        };
        let remedy = remedy("quote-input", ControlKind::Structural, action, "nothing", vec![edit]);
        let overlay = Overlay { removed: BTreeSet::from([it.place.clone()]), ..Overlay::default() };
        Candidate { remedy, overlay, is_last_resort: false }
    };
    inserts.map(candidate).collect()
}

/// Whether the edge is there because of what the allowance says.
fn draws(allowance: &Allowance, edge: &ReachEdge) -> bool {
    let by = |place: &Place| edge.provenance.iter().any(|it| it.place() == Some(place));
    edge.to == allowance.effect.on.id && allowance.effect.place.as_ref().is_some_and(by)
}

fn without(
    finding: &Finding,
    facts: &AgentFacts,
    (place, said): (&Place, &str),
    map: &ReachMap,
) -> Candidate {
    let lets: Vec<&Allowance> = facts.program.tokens.iter().flat_map(|it| &it.lets).collect();
    let gone = |it: &ReachEdge| {
        lets.iter().any(|allowance| allowance.effect.place.as_ref() == Some(place) && draws(allowance, it))
    };
    let cut = numbered(&map.edges).filter(|(_, it)| gone(it)).map(|(no, _)| no).collect();
    let cuts = finding.legs.values().flatten().filter(|it| map.edge(it).is_some_and(gone)).copied().collect();
    let does =
        lets.iter().find(|it| it.effect.place.as_ref() == Some(place)).map(|it| it.effect.does.as_ref());
    let action = format!("take `{said}` from the token at `{place}`, or give the agent another");
    let costs = format!("it can no longer {}", does.unwrap_or("use it"));
    let edit = remove(place, "", &quoted(said));
    let remedy =
        Remedy { cuts, ..remedy("narrow-token", ControlKind::Structural, action, &costs, vec![edit]) };
    Candidate { remedy, overlay: Overlay { cut, ..Overlay::default() }, is_last_resort: false }
}

/// The line that denies a tool to an agent whose settings are arguments and inputs; none where its product has no such
/// list.
pub(super) fn deny(facts: &AgentFacts, runner: &Runner, tool: &Tool, catalog: &Catalog) -> Option<Edit> {
    let client = catalog.client(&facts.client)?;
    let path = runner.place.path.to_string();
    let lines = if path.ends_with(".md") {
        agentic(tool)?
    } else {
        let own = tool.server.is_none() && client.tools.contains_key(&tool.name);
        let name = match (&tool.server, facts.client.as_str()) {
            (None, _) if own || tool.name.starts_with("mcp__") => tool.name.clone(),
            (Some(server), "claude-code") => format!("mcp__{}__{}", server.name(), tool.name),
            _ => return None,
        };
        match facts.client.as_str() {
            "claude-code" => format!("--disallowedTools {}", quoted(&name)),
            "gemini-cli" => format!("{{ \"tools\": {{ \"exclude\": [{}] }} }}", quoted(&name)),
            "copilot-cli" => format!("--deny-tool {}", quoted(&name)),
            _ => return None,
        }
    };
    Some(Edit { path, pointer: String::new(), action: EditAction::Manual, value: String::new(), lines })
}

/// The words of an agentic workflow: a tool that it does not speak of is switched off, an output is taken out.
fn agentic(tool: &Tool) -> Option<String> {
    if tool.server.is_some() {
        return None;
    }
    Some(match tool.name.as_str() {
        "Bash" | "shell" | "run_shell_command" => "tools: { bash: false }".to_owned(),
        "WebFetch" | "url" | "web_fetch" => "tools: { web-fetch: false }".to_owned(),
        "WebSearch" | "web_search" | "google_web_search" => "tools: { web-search: false }".to_owned(),
        "Edit" | "Write" | "NotebookEdit" | "write" | "apply_patch" | "write_file" | "replace" => {
            "tools: { edit: false }".to_owned()
        }
        "github" | "playwright" | "web-fetch" => format!("tools: {{ {}: false }}", tool.name),
        // Monitor and the like come with commands.
        name if name.starts_with(|it: char| it.is_ascii_uppercase()) => return None,
        name => format!("safe-outputs without `{name}`"),
    })
}

/// Which version of what starts the agent is to stay is for a person to say.
pub(super) fn pin(finding: &Finding, facts: &AgentFacts, hook: &HookFacts) -> Option<Remedy> {
    let package = hook.package.as_ref()?;
    if finding.end.as_str() != format!("package:{}/{}", package.ecosystem, package.name) {
        return None;
    }
    let is_action = |it: &HookFacts| it.package.as_ref().is_some_and(|it| it.ecosystem == "github-action");
    let lines = match package.name.as_str() {
        name if package.ecosystem == "github-action" => format!("{name}@<commit>"),
        // An action installs what one of its inputs says.
        "@openai/codex" if facts.hooks.iter().any(is_action) => "codex-version: \"<version>\"".to_owned(),
        "@google/gemini-cli" if facts.hooks.iter().any(is_action) => {
            "gemini_cli_version: \"<version>\"".to_owned()
        }
        name => format!("{name}@<version>"),
    };
    let edit = Edit {
        path: package.place.path.to_string(),
        pointer: String::new(),
        action: EditAction::Manual,
        value: String::new(),
        lines,
    };
    let action =
        format!("write the version of `{}` that you have looked at, at `{}`", package.name, package.place);
    Some(remedy("pin-version", ControlKind::Structural, action, "updates by hand", vec![edit]))
}
