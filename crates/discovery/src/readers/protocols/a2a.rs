//! A2A agent cards of versions 0.2, 0.3 and 1.0, as loosely as they are written: the agent that is announced, where it is
//! reached, what others may ask it, and who they may be.
//!
//! A skill says what others may ask; what happens then is the agent's own affair, so it is inferred from the skill's text.
//! A signature is only noted: whether it holds depends on a key that is not here.

use ambit_model::address::{Leads, leads};
use ambit_model::facts::{AgentFacts, InstructionFacts, InstructionKind, Known, Object, OwnTool, Trigger};
use ambit_model::{Gate, Place, Trust};

use super::{address, definition, folder, module, senders, written_secrets};
use crate::fragment::Sink;
use crate::readers::tool_dump::suspicious;
use crate::readers::{Form, Reader, Text, in_folder};
use crate::tree::{Syntax, View};

pub(in crate::readers) const CLIENT: &str = "a2a";

pub(in crate::readers) const READER: Reader = Reader {
    id: "a2a-card",
    places: &[in_folder(".well-known/agent-card.json"), in_folder(".well-known/agent.json")],
    form: Form::Tree(Syntax::Json),
    marks: &["\"capabilities\"", "\"skills\"", "\"signed_card\""],
    accepts: |text| !cards(&text.root).is_empty(),
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let found = cards(&text.root);
    if found.is_empty() {
        let help = "a card has at least `name`, an address and `skills`";
        sink.problems.push(text.problem(
            &text.root,
            "no agent card, though it lies where one is looked for",
            help,
        ));
    }
    for card in found {
        let at = if text.location.placed { text.location.at.as_str() } else { folder(text.path) };
        sink.agents.push(agent(&card, text, at));
    }
}

/// The cards in the file: the whole of it, one in an envelope, or a list.
fn cards<'a>(root: &View<'a>) -> Vec<View<'a>> {
    const ENVELOPES: &[&str] = &["signed_card", "agentCard", "agent_card", "card"];
    if is_card(root) {
        return vec![root.clone()];
    }
    let inner: Vec<View<'a>> = ENVELOPES.iter().filter_map(|it| root.get(it)).filter(is_card).collect();
    let listed =
        if root.is_list() { root.clone() } else { root.get("agents").unwrap_or_else(|| root.clone()) };
    let listed = if listed.is_list() { listed.items() } else { Vec::new() };
    if inner.is_empty() && !listed.is_empty() && listed.iter().all(is_card) { listed } else { inner }
}

/// Whether `card` announces an agent. Manifests of MCP servers have a name, an address and capabilities too.
pub(in crate::readers) fn is_card(card: &View<'_>) -> bool {
    const OTHERS: &[&str] = &["serverInfo", "tools", "mcpServers", "packages", "remotes", "manifest_version"];
    let has = |key: &str| card.get(key).is_some();
    let named = card.text_of("name").is_some();
    let reached = ["url", "supportedInterfaces", "additionalInterfaces", "endpoints"].into_iter().any(has);
    let asked = ["skills", "authentication", "securitySchemes", "security"].into_iter().any(has);
    let modes = ["defaultInputModes", "protocolVersion", "preferredTransport"].into_iter().any(has);
    let skills = card.get("skills").is_some_and(|it| it.items().iter().any(View::is_map));
    named && reached && (has("capabilities") && asked || skills && modes) && !OTHERS.iter().any(|it| has(it))
}

/// The agent that `card` announces.
pub(in crate::readers) fn agent(card: &View<'_>, text: &Text<'_>, at: &str) -> AgentFacts {
    let name = card.text_of("name").map(str::trim).filter(|it| !it.is_empty()).unwrap_or_else(|| text.stem());
    let place = card.get("name").map_or_else(|| card.place(), |it| it.place());
    let mut agent = AgentFacts::bare(CLIENT, name, at, place);
    for view in interfaces(card) {
        if let Some((url, credentials)) = address(&view, text.location.scope) {
            agent.program.addresses.push((url, view.place()));
            agent.credentials.extend(credentials);
        }
    }
    let away = agent.program.addresses.iter().find(|(url, _)| leads(url) != Leads::Here);
    agent.program.elsewhere = away.map(|(_, it)| it.clone());
    skills(card, text, &mut agent);
    callers(card, &mut agent);
    said(card, &mut agent);
    agent.credentials.extend(written_secrets(card, text));
    let signals: Vec<_> = card.get("description").iter().flat_map(suspicious).collect();
    if let (Some(view), false) = (card.get("description"), signals.is_empty()) {
        agent.instructions.push(InstructionFacts {
            name: format!("card of {name}"),
            kind: InstructionKind::Prompt,
            trust: Trust::Organization,
            because: "what the card says of the agent, which other agents are told".to_owned(),
            pinned: true,
            signals,
            place: view.place(),
        });
    }
    agent
}

/// The addresses that the card names, the first it prefers.
fn interfaces<'a>(card: &View<'a>) -> Vec<View<'a>> {
    let url = |it: &View<'a>| it.get("url").or_else(|| it.text().is_some().then(|| it.clone()));
    let mut found: Vec<View<'a>> = card.get("url").into_iter().collect();
    for list in ["supportedInterfaces", "additionalInterfaces"].iter().filter_map(|it| card.get(it)) {
        found.extend(list.items().iter().filter_map(url));
    }
    if let Some(endpoints) = card.get("endpoints") {
        found.extend(endpoints.items().iter().filter_map(url));
        found.extend(endpoints.entries().iter().filter_map(|(_, it)| url(it)));
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|it| it.text().is_some_and(|it| seen.insert(it)));
    found
}

/// What others may ask. Some cards list it under `capabilities`, which is meant for the protocol's own.
fn skills(card: &View<'_>, text: &Text<'_>, agent: &mut AgentFacts) {
    let listed = |key: &str| card.get(key).filter(View::is_list).map(|it| it.items()).unwrap_or_default();
    let mut items = listed("skills");
    if items.iter().all(|it| !it.is_map()) {
        items.extend(listed("capabilities"));
    }
    for skill in items {
        let id = ["id", "name"].iter().find_map(|it| skill.text_of(it)).or_else(|| skill.text());
        let Some(id) = id.map(str::trim).filter(|it| !it.is_empty()) else { continue };
        let texts: Vec<View<'_>> =
            ["description", "name", "id"].iter().filter_map(|it| skill.get(it)).collect();
        let described = skill.get("description").is_some();
        let schema = ["inputSchema", "input_schema", "parameters"].iter().find_map(|it| skill.get(it));
        let schema = schema.map(|it| it.json()).unwrap_or_default();
        let texts = if described { texts.as_slice() } else { &[] };
        let definition = definition(id, skill.text_of("name"), texts, (schema, skill.place()));
        agent.program.tools.push(OwnTool {
            name: id.to_owned(),
            owner: module(text.path).to_owned(),
            definition: Some(definition),
            known: Known::Definition,
            effects: Vec::new(),
            gate: Gate::Auto,
            gated_by: None,
            place: skill.place(),
            given: skill.place(),
        });
    }
}

/// Who may call it, over each address.
fn callers(card: &View<'_>, agent: &mut AgentFacts) {
    let guard = authentication(card);
    let reach = agent.program.addresses.iter().map(|(url, _)| senders(url)).min();
    // A card without an address is found by whoever finds the server that serves it.
    let trust = match (reach.unwrap_or(Trust::Organization), &guard) {
        // Whoever holds a key to a public address is known, not one of us.
        (Trust::Public, Some(_)) => Trust::Partner,
        (trust, _) => trust,
    };
    let place = agent.program.addresses.first().map(|(_, it)| it.clone());
    let place = place.unwrap_or_else(|| card.get("name").map_or_else(|| card.place(), |it| it.place()));
    let from = Object {
        trust: Some(trust),
        ..Object::named(
            format!("channel:a2a/{}", agent.program.addresses.first().map_or(&agent.name, |(url, _)| url)),
            format!("Whoever may send a message to {}", agent.name),
        )
    };
    agent.program.starts.push(Trigger {
        event: "a2a message".to_owned(),
        trust,
        from,
        brings_text: true,
        guard,
        place,
    });
}

/// The line that asks callers who they are.
fn authentication(card: &View<'_>) -> Option<Place> {
    let required = card.get("security").or_else(|| card.get("securityRequirements"));
    if let Some(list) = required.filter(View::is_list) {
        // An empty requirement among others makes all of them optional.
        let items = list.items();
        let named = |it: &View<'_>| {
            let schemes = it.get("schemes").unwrap_or_else(|| it.clone());
            schemes.entries().iter().any(|(name, _)| !is_none(name))
                || schemes.text().is_some_and(|it| !is_none(it))
        };
        return (!items.is_empty() && items.iter().all(named)).then(|| list.place());
    }
    // Some cards only name the schemes; whoever writes them down means them.
    if let Some(schemes) = card.get("securitySchemes").filter(|it| !it.entries().is_empty()) {
        return Some(schemes.place());
    }
    let old = card.get("authentication")?;
    let scheme = |it: &View<'_>| it.text().is_some_and(|it| !is_none(it));
    if old.is_false("required") {
        return None;
    }
    let named = scheme(&old)
        || ["type", "scheme", "method"].iter().filter_map(|it| old.get(it)).any(|it| scheme(&it))
        || old.get("schemes").is_some_and(|it| it.items().iter().any(scheme))
        || old.is_list() && old.items().iter().any(scheme);
    named.then(|| old.place())
}

/// Words for not asking at all; whoever only pays is not asked who they are either.
fn is_none(scheme: &str) -> bool {
    ["", "none", "public", "anonymous", "open", "x402"].contains(&scheme.trim().to_ascii_lowercase().as_str())
}

/// What a reviewer wants to know of it.
fn said(card: &View<'_>, agent: &mut AgentFacts) {
    let version = card.get("protocolVersion").and_then(|it| it.scalar());
    let version = version.map_or(String::new(), |it| format!(" of A2A {it}"));
    let place = agent.places.first().cloned().unwrap_or_else(|| card.place());
    let said = &mut agent.program.said;
    said.push((format!("announced by a card{version}"), place.clone()));
    match card.get("signatures").filter(|it| !it.items().is_empty()) {
        Some(it) => said
            .push(("its card is signed; whether the signature holds was not checked".to_owned(), it.place())),
        None => said.push(("its card is not signed".to_owned(), place)),
    }
    let extended = card.get("supportsAuthenticatedExtendedCard");
    let extended = extended.or_else(|| card.at(&["capabilities", "extendedAgentCard"]));
    if let Some(it) = extended.filter(|it| it.truth() == Some(true)) {
        said.push(("shows more skills to whoever authenticates".to_owned(), it.place()));
    }
    let extensions = card.at(&["capabilities", "extensions"]).map(|it| it.items()).unwrap_or_default();
    for it in extensions {
        let Some(uri) = it.text_of("uri").or_else(|| it.text()) else { continue };
        let needed = if it.is_true("required") { " (required)" } else { "" };
        said.push((format!("extension: {uri}{needed}"), it.place()));
    }
    if let Some(it) = card.at(&["capabilities", "pushNotifications"]).filter(|it| it.truth() == Some(true)) {
        said.push(("sends updates to addresses that its callers choose".to_owned(), it.place()));
    }
    if let Some(it) = card.at(&["provider", "organization"])
        && let Some(name) = it.text()
    {
        said.push((format!("provider: {name}"), it.place()));
    }
}
