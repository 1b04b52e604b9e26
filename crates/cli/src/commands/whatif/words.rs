//! What the words of `--add`, `--remove` and `--control` ask for.

use ambit_analysis::whatif::{ADDED, Change, System, agent};
use ambit_catalog::Catalog;
use ambit_discovery::additions::{Start, approval, server};
use ambit_model::facts::ServerUse;
use ambit_model::{AssetId, AssetKind, Gate, Place, Scope, ServerFacts};
use anyhow::bail;

use crate::arguments::Whatif;

/// What `--add` understands.
const ADDS: &str = "`server:NAME`, a command line such as `npx -y PACKAGE`, an address, `tool:NAME`, `grant:RULE` \
                    or `agent:CLIENT`";
/// What `--remove` understands.
const REMOVES: &str = "`server:NAME`, `tool:ID`, `agent:ID` or `PATH:LINE`";

/// One word of the command line.
#[derive(Clone)]
pub(super) enum Wish<'a> {
    Add(&'a str, Place),
    Remove(&'a str, Place),
    Control(&'a str, Place),
}

/// A change, and how to say it.
type Understood = (Change, String);

/// All wishes: agents first, for others may be about them; what is taken away makes room for what is added; controls
/// stand before what is there in the end.
pub(super) fn wishes(arguments: &Whatif) -> Vec<Wish<'_>> {
    let placed = |option: &'static str| (1_u32..).map(move |line| Place::new(option, line, 1));
    let adds = || arguments.add.iter().zip(placed(ADDED)).map(|(it, place)| Wish::Add(it, place));
    let is_agent = |it: &Wish<'_>| matches!(it, Wish::Add(it, _) if it.starts_with("agent:"));
    let removes = arguments.remove.iter().zip(placed("--remove")).map(|(it, place)| Wish::Remove(it, place));
    let controls = arguments.control.iter().zip(placed("--control"));
    let controls = controls.map(|(it, place)| Wish::Control(it, place));
    let agents = adds().filter(is_agent);
    agents.chain(removes).chain(adds().filter(|it| !is_agent(it))).chain(controls).collect()
}

/// The change that `wish` asks for, in `system`.
pub(super) fn change(
    wish: &Wish<'_>,
    system: &System,
    wanted: Option<&str>,
    catalog: &Catalog,
) -> anyhow::Result<Understood> {
    match wish {
        Wish::Add(text, place) => add(text, place, (system, wanted), catalog),
        Wish::Remove(text, place) => remove(text, place, system, wanted),
        Wish::Control(text, place) => control(text, place, system, wanted),
    }
}

fn add(
    text: &str,
    place: &Place,
    (system, wanted): (&System, Option<&str>),
    catalog: &Catalog,
) -> anyhow::Result<Understood> {
    if let Some(client) = text.strip_prefix("agent:") {
        let says = format!("the agent `{client}` is added");
        return Ok((Change::AddAgent { client: client.to_owned(), place: place.clone() }, says));
    }
    let agent = agent(system, wanted)?;
    if let Some(raw) = text.strip_prefix("grant:") {
        let facts = system.inventory.agents.iter().find(|it| ambit_analysis::whatif::id(it) == agent);
        let client = facts.map_or(agent.name(), |it| it.client.as_str());
        let rule = Box::new(approval(client, raw, place, catalog)?);
        let says = format!("`{}` is granted to `{}`", rule.raw, agent.name());
        return Ok((Change::AddRule { agent, rule }, says));
    }
    if let Some(tool) = text.strip_prefix("tool:") {
        let says = format!("the tool `{tool}` is added to `{}`", agent.name());
        let supplied = tool.split_once('/').filter(|_| !system.model.facts.tools.declares(tool));
        let Some((brand, name)) = supplied else {
            return Ok((Change::AddTool { agent, tool: tool.to_owned(), place: place.clone() }, says));
        };
        let known = catalog.server_named(brand).filter(|(_, it)| it.tools.contains_key(name));
        let Some((id, known)) = known else {
            bail!(
                "no tool is called `{tool}` (expected `SERVER/TOOL` of the catalog, or a tool of `facts.tools`)"
            );
        };
        let (server, mut used) = server(Start::Known(id, known), at(system, &agent), place, catalog)?;
        used.only = Some(vec![name.to_owned()]);
        return Ok((Change::AddServer { agent, server: Box::new(server), used: Box::new(used) }, says));
    }
    let (server, used) = supplier(text, place, (system, &agent), catalog)?;
    let says = format!("the server `{}` is added to `{}`", used.name, agent.name());
    Ok((Change::AddServer { agent, server: Box::new(server), used: Box::new(used) }, says))
}

/// The folder of an agent.
fn at<'a>(system: &'a System, agent: &AssetId) -> &'a str {
    let facts = system.inventory.agents.iter().find(|it| ambit_analysis::whatif::id(it) == *agent);
    facts.map_or("", |it| it.at.as_str())
}

fn supplier(
    text: &str,
    place: &Place,
    (system, agent): (&System, &AssetId),
    catalog: &Catalog,
) -> anyhow::Result<(ServerFacts, ServerUse)> {
    let at = at(system, agent);
    let is_url = ["http://", "https://", "ws://", "wss://"].iter().any(|it| text.starts_with(it));
    if is_url {
        return Ok(server(Start::Url(text), at, place, catalog)?);
    }
    if text.contains(char::is_whitespace) && !text.starts_with("server:") {
        return Ok(server(Start::Command(text), at, place, catalog)?);
    }
    let name = text.strip_prefix("server:").unwrap_or(text);
    // A server that another agent has already is the same one.
    if let Some(known) = system.inventory.servers.iter().find(|it| it.name == name) {
        let used = ServerUse::whole(name.to_owned(), known.key.clone(), place.clone(), Scope::Project);
        return Ok((known.clone(), used));
    }
    if let Some((id, known)) = catalog.server_named(name) {
        return Ok(server(Start::Known(id, known), at, place, catalog)?);
    }
    let near: Vec<&str> = catalog.servers().map(|it| it.0).filter(|it| it.contains(name)).collect();
    let near = if near.is_empty() { String::new() } else { format!("; the catalog has {}", near.join(", ")) };
    bail!("no server is called `{name}` (expected {ADDS}{near})")
}

fn remove(text: &str, place: &Place, system: &System, wanted: Option<&str>) -> anyhow::Result<Understood> {
    let whose = wanted.map(|it| agent(system, Some(it))).transpose()?;
    let from = whose.as_ref().map(|it| format!(" for `{}`", it.name())).unwrap_or_default();
    if let Some(name) = text.strip_prefix("server:") {
        let says = format!("the server `{name}` is taken away{from}");
        return Ok((Change::RemoveServer { agent: whose, server: name.to_owned() }, says));
    }
    if let Some(name) = text.strip_prefix("tool:") {
        let tool = AssetId::new(AssetKind::Tool, name);
        let says = format!("the tool `{name}` is taken away{from}");
        return Ok((Change::Gate { agent: whose, tool, gate: Gate::Denied, place: place.clone() }, says));
    }
    if let Some(name) = text.strip_prefix("agent:") {
        let says = format!("the agent `{name}` is taken away");
        return Ok((Change::RemoveAgent(AssetId::new(AssetKind::Agent, name)), says));
    }
    let line = text.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<u32>().ok()?)));
    let Some((path, line)) = line else { bail!("`{text}` cannot be taken away (expected {REMOVES})") };
    let path = path.trim_start_matches("./");
    Ok((Change::RemoveLine(Place::new(path, line, 1)), format!("`{path}:{line}` is taken away")))
}

fn control(text: &str, place: &Place, system: &System, wanted: Option<&str>) -> anyhow::Result<Understood> {
    let Some((word, name)) = text.split_once(':') else {
        return Ok((Change::Control(text.to_owned()), format!("the control `{text}` is in place")));
    };
    let whose = wanted.map(|it| agent(system, Some(it))).transpose()?;
    let from = whose.as_ref().map(|it| format!(" for `{}`", it.name())).unwrap_or_default();
    let name = name.strip_prefix("tool:").unwrap_or(name);
    let tool = AssetId::new(AssetKind::Tool, name);
    let (gate, says) = match word {
        "deny" | "deny-tool" | "deny-builtin" => (Gate::Denied, format!("`{name}` is denied{from}")),
        "ask" | "ask-tool" | "ask-builtin" => (Gate::Asked, format!("`{name}` is asked for{from}")),
        "remove-server" | "disable-server" => {
            let says = format!("the server `{name}` is taken away{from}");
            return Ok((Change::RemoveServer { agent: whose, server: name.to_owned() }, says));
        }
        _ => bail!(
            "no control is called `{word}` (expected `deny-tool:TOOL`, `ask-tool:TOOL`, `remove-server:NAME`, or a \
             planned control of `ambit.yaml`)"
        ),
    };
    Ok((Change::Gate { agent: whose, tool, gate, place: place.clone() }, says))
}
