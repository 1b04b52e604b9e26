//! How people settle what nobody knows: in words, with the line to write.

use std::collections::BTreeSet;

use ambit_model::facts::{Known, Limit, PermissionRule, Selector, ServerFacts};
use ambit_model::{AssetId, Gate, Place, ReachEdge};

use crate::harm::own_tool;
use crate::map::Row;
use crate::scene::Scene;

/// What is said of a server.
pub(crate) fn of_server(scene: &Scene<'_>, facts: &ServerFacts, edges: &[(Row<'_>, Gate)]) -> String {
    let tools = edges.iter().filter_map(|(it, _)| scene.map.tools.get(it.via.as_ref()?));
    let named: Vec<String> =
        tools.filter(|it| it.name != "*").map(|it| format!("`{}`", it.name)).take(3).collect();
    let what = match (named.len(), edges.len()) {
        (0, _) => format!("nobody knows what `{}` does", facts.name),
        (few, all) if few == all => {
            format!("nobody knows what {} of `{}` does", named.join(", "), facts.name)
        }
        (_, all) => {
            format!("nobody knows what {all} tools of `{}` do, {} among them", facts.name, named.join(", "))
        }
    };
    format!(
        "{what}; to settle it, save its `tools/list` answer as JSON with `\"server\": \"{}\"` in it, or {}",
        facts.name,
        matches_line(facts)
    )
}

/// The lines by which a catalog file would know it. What is reached through a go-between is the address.
fn matches_line(facts: &ServerFacts) -> String {
    let by = match (&facts.launch.url, &facts.launch.package) {
        (Some(url), _) => {
            format!("matches.urls = [\"{}\"]", url.split_once("://").map_or(url.as_str(), |(_, it)| it))
        }
        (None, Some(package)) => format!("matches.packages = [\"{}:{}\"]", package.ecosystem, package.name),
        (None, None) => format!("matches.names = [\"{}\"]", facts.name),
    };
    format!("describe it in a `--catalog` file under `[servers.{}]` with `{by}`", key(&facts.name))
}

/// The name as a key of a TOML file.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || "-_".contains(it));
    if bare { name.to_owned() } else { format!("\"{}\"", name.escape_default()) }
}

/// What is said of commands that rules let through.
pub(crate) fn of_commands(scene: &Scene<'_>, agent: &AssetId, edges: &[(Row<'_>, Gate)]) -> String {
    let places: Vec<&Place> = edges.iter().flat_map(|(it, _)| scene.map.granted_by(it.no)).collect();
    let rules = scene.map.agents.get(agent).into_iter().flat_map(|it| scene.rules(it));
    let rules: Vec<&PermissionRule> = rules.filter(|it| places.contains(&&it.place)).collect();
    let name = scene.map.name(agent);
    let Some(first) = rules.first() else {
        return format!("`{name}` may run commands that nobody has looked at");
    };
    let named: BTreeSet<String> = rules.iter().map(|it| format!("`{}`", it.raw)).collect();
    let named: Vec<String> = named.into_iter().collect();
    format!(
        "`{name}` may run {}, and nobody knows what that does; to settle it, say so in a `--catalog` file: \
         `commands.{}.class = \"inspects\"`, or what is true of it",
        named.join(", "),
        key(program(first).unwrap_or("NAME"))
    )
}

/// The program that a rule about commands names.
fn program(rule: &PermissionRule) -> Option<&str> {
    match &rule.selects {
        Selector::Builtin { limit: Some(Limit::Command { text, .. }), .. } => text.split_whitespace().next(),
        _ => None,
    }
}

/// What is said of tools that no server supplies: those of one owner, or one that people have stated.
pub(crate) fn of_tools(scene: &Scene<'_>, agent: &AssetId, edges: &[(Row<'_>, Gate)]) -> String {
    let vias: BTreeSet<&AssetId> = edges.iter().filter_map(|(it, _)| it.edge.via.as_ref()).collect();
    let bare =
        |via: &AssetId| scene.map.tools.get(via).map_or_else(|| via.name().to_owned(), |it| it.name.clone());
    let named: Vec<String> = vias.iter().take(3).map(|it| format!("`{}`", bare(it))).collect();
    let owner = edges.iter().find_map(|(it, _)| own_tool(scene.map, it.edge)).map(|it| it.owner.as_str());
    let of = owner.map(|it| format!(" of `{it}`")).unwrap_or_default();
    let what = match vias.len() {
        all if all == named.len() => format!("what {}{of} may do", named.join(", ")),
        all => format!("what {all} tools{of} may do, {} among them", named.join(", ")),
    };
    // What a file declares is corrected; what people state themselves they state in full.
    let line = vias.first().map(|it| match owner {
        Some(_) => format!("under `facts.assets`: `{}: {{effects: […], because: …}}`", quoted(it.as_str())),
        None => format!("under `facts.tools`: `{}: {{effects: […]}}`", quoted(it.name())),
    });
    let agent = scene.map.name(agent);
    let unknown = match (vias.len(), calls(scene, edges).as_slice()) {
        (1, [call, more @ ..]) => {
            let more = if more.is_empty() { String::new() } else { format!(", and {} more", more.len()) };
            format!("{} of `{agent}` can {call}{more}", named.join(", "))
        }
        _ => format!("nobody knows {what} for `{agent}`"),
    };
    format!("{unknown}; to settle it, say in `ambit.yaml` what each does, {}", line.unwrap_or_default())
}

/// What tools whose bodies were read do there of which nobody knows what it does.
fn calls<'m>(scene: &Scene<'m>, edges: &[(Row<'m>, Gate)]) -> Vec<&'m str> {
    let is_read = |it: &Row<'m>| own_tool(scene.map, it.edge).is_some_and(|it| it.known == Known::Body);
    let calls: BTreeSet<&str> =
        edges.iter().filter(|(it, _)| is_read(it)).map(|(it, _)| &*it.edge.consequence).collect();
    calls.into_iter().collect()
}

/// What is said of something that a reader could not follow.
pub(crate) fn of_unresolved(scene: &Scene<'_>, agent: &AssetId, edge: &ReachEdge) -> String {
    let known = scene.map.agents.get(agent).into_iter().flat_map(|it| &it.program.unresolved);
    let place = edge.provenance.iter().find_map(|it| it.place());
    let left = known.into_iter().find(|it| Some(&it.place) == place);
    let (what, raw) = left.map_or(("something", ""), |it| (it.what.as_str(), it.raw.as_str()));
    let raw = if raw.is_empty() { String::new() } else { format!(" (`{raw}`)") };
    format!(
        "`{name}` has {what} that could not be followed{raw}; to settle it, state them in `ambit.yaml` under \
         `facts.agents.{key}`, and that there is no more under `facts.edges`: `{{on: {to}, gate: denied, because: …}}`",
        name = scene.map.name(agent),
        key = quoted(agent.name().split('@').next().unwrap_or_default()),
        to = quoted(edge.to.as_str()),
    )
}

/// The text as a key or value of YAML.
fn quoted(text: &str) -> String {
    ambit_model::stated::edit::Value::text(text).to_string()
}
