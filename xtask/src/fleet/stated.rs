//! A fleet as people would state it, and as files would declare it: what `rank` and `contain` are measured on.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ambit_model::{Gate, Verb};
use serde_json::{Map, Value, json};

use super::chance::Chance;
use super::grown::Fleet;
use super::shape::{Shape, drawn};

/// The `ambit.yaml` of `fleet`: each agent with the tools that its edges go by, each tool with the effects of its first
/// edge, memories, and hands that work goes through.
pub fn yaml(fleet: &Fleet) -> String {
    let mut tools: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut agents: BTreeMap<u32, (BTreeMap<u32, Gate>, BTreeMap<u32, Gate>)> = BTreeMap::new();
    let (mut channels, mut stores) = (BTreeMap::new(), BTreeMap::new());
    for (edge, via) in fleet.columns.edges.iter().zip(&fleet.via) {
        let facts = edge.facts;
        if !fleet.blocks.agents.contains(&edge.from) {
            continue;
        }
        if facts.verb() == Verb::Delegates {
            agents.entry(edge.from).or_default().1.insert(edge.to, facts.gate());
            // One that has nothing of its own is an agent all the same.
            agents.entry(edge.to).or_default();
        }
        let own = agents.entry(edge.from).or_default();
        let name = format!(
            "{}-{}",
            if facts.verb() == Verb::Ingests || facts.verb() == Verb::Sends { "channel" } else { "store" },
            edge.to
        );
        let does = match facts.verb() {
            Verb::Ingests => format!("ingests: {name}"),
            Verb::Sends => format!("sends: {name}"),
            Verb::Reads => format!("reads: {name}"),
            Verb::Writes => format!("writes: {name}"),
            _ => continue,
        };
        let Some(via) = via else { continue };
        own.0.insert(*via, facts.gate());
        if matches!(facts.verb(), Verb::Ingests | Verb::Sends) {
            let trust = facts.trust().map(|it| it.to_string());
            let known: &mut Option<String> = channels.entry(name).or_default();
            *known = known.take().or(trust);
        } else {
            let level = facts.level().map(|it| it.to_string());
            let known: &mut Option<String> = stores.entry(name).or_default();
            *known = known.take().or(level);
        }
        let effects = tools.entry(*via).or_default();
        if effects.len() < 2 && !effects.contains(&does) {
            effects.push(does);
        }
    }
    written(&tools, &agents, &channels, &stores)
}

type Agents = BTreeMap<u32, (BTreeMap<u32, Gate>, BTreeMap<u32, Gate>)>;
type Ends = BTreeMap<String, Option<String>>;

fn written(tools: &BTreeMap<u32, Vec<String>>, agents: &Agents, channels: &Ends, stores: &Ends) -> String {
    let mut text = String::from("ambit: v1\nsystem: {name: Fleet}\nfacts:\n  channels:\n");
    for (name, trust) in channels {
        let trust = trust.as_deref().unwrap_or("organization");
        let _ = writeln!(text, "    {name}: {{trust: {trust}, audience: public}}");
    }
    text.push_str("  stores:\n");
    for (name, level) in stores {
        let _ = writeln!(text, "    {name}: {{level: {}}}", level.as_deref().unwrap_or("internal"));
    }
    text.push_str("  tools:\n");
    for (tool, effects) in tools {
        let effects: Vec<String> = effects.iter().map(|it| format!("{{{it}}}")).collect();
        let _ = writeln!(text, "    tool-{tool}: {{effects: [{}]}}", effects.join(", "));
    }
    text.push_str("  agents:\n");
    for (agent, (tools, handed)) in agents {
        let list = |prefix: &str, all: &BTreeMap<u32, Gate>| {
            let all: Vec<String> = all.iter().map(|(no, gate)| format!("{prefix}-{no}: {gate}")).collect();
            all.join(", ")
        };
        let _ = write!(text, "    agent-{agent}: {{tools: {{{}}}", list("tool", tools));
        if !handed.is_empty() {
            let _ = write!(text, ", delegates: {{{}}}", list("agent", handed));
        }
        text.push_str("}\n");
    }
    text
}

/// Packages that the catalog knows, and one that it does not.
const PACKAGES: [&str; 5] = [
    "@modelcontextprotocol/server-github",
    "@modelcontextprotocol/server-filesystem",
    "@modelcontextprotocol/server-slack",
    "@playwright/mcp",
    "a-server-that-nobody-described",
];

/// Folders of so many coding agents, each with as many servers as its size says: paths and texts.
pub(super) fn folders(shape: &Shape, agents: usize, chance: &mut Chance) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for agent in 0..agents {
        let count = drawn(&shape.servers, chance).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
        let count = (count as usize).clamp(1, 40);
        let mut servers = Map::new();
        for at in 0..count {
            let package = PACKAGES.get(chance.below(PACKAGES.len())).copied().unwrap_or_default();
            let args = json!(["-y", format!("{package}@1.{at}.0"), format!("/srv/{agent}/{at}")]);
            let token = format!("TOKEN_{}", chance.below(agents / 4 + 1));
            let env = json!({ &token: format!("${{{token}}}") });
            servers.insert(format!("s{at}"), json!({ "command": "npx", "args": args, "env": env }));
        }
        let folder = format!("systems/{agent}");
        files.push((
            format!("{folder}/.mcp.json"),
            Value::from(Map::from_iter([("mcpServers".to_owned(), Value::Object(servers))])).to_string(),
        ));
        let allow: &[&str] = if chance.happens(0.5) { &["Read", "WebFetch", "mcp__s0"] } else { &["Read"] };
        files.push((
            format!("{folder}/.claude/settings.json"),
            json!({ "permissions": { "allow": allow } }).to_string(),
        ));
    }
    files
}
