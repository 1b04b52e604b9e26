//! Servers and their tools: what the catalog knows, else what definitions say, else unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_catalog::schema::{EffectEntry, Place as CatalogPlace, Server as Known};
use ambit_model::facts::{Launch, OfferedKind, Pin, Served, ServerFacts, ToolList, Transport};
use ambit_model::{
    Asset, AssetId, AssetKind, Basis, Confidence, Effect, EffectFact, Gate, Inventory, Provenance, Verb,
};

use super::bind::{self, Object};
use super::builder::{Builder, Row};
use super::met::{Definition, Met, Reading, read};
use super::names::Names;
use super::served::{self, Joins, OwnAct};
use super::switches;
use crate::map::Tool;

/// A server's tools, ready to be called.
#[derive(Debug, Clone)]
pub(super) struct Supply {
    pub(super) id: AssetId,
    pub(super) tools: Vec<Offer>,
}

impl Supply {
    /// About as many edges as an agent has that may call all of it.
    pub(super) fn edges(&self) -> usize {
        let of = |it: &Offer| it.acts.iter().map(|it| it.len()).sum::<usize>() + it.own.len();
        self.tools.iter().map(of).sum()
    }
}

/// One tool: what it does to what.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) id: AssetId,
    pub(super) name: String,
    pub(super) confidence: Confidence,
    pub(super) acts: Vec<Arc<[Act]>>,
    /// What it does, where a file of the repository serves it.
    pub(super) own: Vec<OwnAct>,
    /// What stands before a call at the server itself.
    pub(super) gate: Gate,
    /// How it is known what it does.
    pub(super) basis: Vec<Provenance>,
}

/// What a tool does, in words; the effect; on what.
pub(super) type Act = (Arc<str>, Effect, AssetId);

/// The key of a server of which only a record of its tools is there.
pub(super) fn recorded_key(list: &ToolList) -> String {
    format!("recorded|{}", list.server)
}

/// All servers, by key, on the map.
pub(super) fn all(
    builder: &mut Builder<'_>,
    inventory: &Inventory,
    names: &Names,
    joins: &Joins,
) -> BTreeMap<String, Supply> {
    let mut supplies = BTreeMap::new();
    let recorded: Vec<ServerFacts> = inventory
        .tool_lists
        .iter()
        .filter(|list| !inventory.servers.iter().any(|it| is_of(list, it)))
        .map(of_record)
        .collect();
    let mut met = Vec::new();
    for facts in &inventory.servers {
        let id = names.server(&facts.key);
        let served = joins.get(&facts.key).into_iter().flatten();
        let served: Vec<&Served> = served.filter_map(|it| inventory.served.get(*it)).collect();
        if served.iter().all(|it| it.tools.is_empty()) {
            met.push((id, Met::of(facts, inventory, builder.catalog)));
            continue;
        }
        // What its own file says is surer than what a catalog or a record says of a server of that name.
        server_asset(builder, facts, &id, (None, &[]));
        credentials(builder, facts, &id);
        builder.map.servers.insert(id.clone(), facts.clone());
        supplies.insert(facts.key.clone(), served::supply(builder, &id, &served));
    }
    for facts in &recorded {
        let id = AssetId::new(AssetKind::Server, &facts.name);
        met.push((id, Met::of(facts, inventory, builder.catalog)));
    }
    let readings = read(&met, builder);
    for ((id, met), readings) in met.iter().zip(readings) {
        supplies.insert(met.facts.key.clone(), one(builder, met, id, readings));
    }
    supplies
}

/// A server of which only a record of its tools is there.
fn of_record(list: &ToolList) -> ServerFacts {
    ServerFacts {
        key: recorded_key(list),
        name: list.server.clone(),
        launch: Launch::default(),
        credentials: Vec::new(),
        tools: Vec::new(),
        signals: Vec::new(),
        places: vec![list.place.clone()],
    }
}

fn one(builder: &mut Builder<'_>, met: &Met<'_>, id: &AssetId, readings: Vec<Reading>) -> Supply {
    let (facts, lists) = (met.facts, &met.lists);
    server_asset(builder, facts, id, (met.known, lists));
    credentials(builder, facts, id);
    let mut described = met.known.map(|(entry, server)| Described::new(entry, server, facts));
    let (mut tools, mut supplied) = (Vec::new(), Supplied::default());
    for ((name, definition), reading) in met.definitions.iter().zip(readings) {
        let known = (described.as_mut(), &mut supplied);
        tools.push(offer(builder, facts, id, (name, Some((*definition, reading))), known));
    }
    if let Some((_, server)) = met.known.filter(|_| met.definitions.is_empty() && !met.has_answered) {
        for name in switches::offered(server, &facts.launch) {
            tools.push(offer(builder, facts, id, (&name, None), (described.as_mut(), &mut supplied)));
        }
    }
    if tools.is_empty() && !met.has_answered {
        tools.push(unknown(builder, facts, id));
    }
    let mut facts = facts.clone();
    facts.signals.extend(lists.iter().flat_map(|it| &it.texts).flat_map(|it| it.signals.iter().cloned()));
    builder.map.servers.insert(id.clone(), facts);
    Supply { id: id.clone(), tools }
}

/// Whether `list` is of this server: the one that was asked, or the one that a record calls by its name.
pub(super) fn is_of(list: &ToolList, server: &ServerFacts) -> bool {
    match &list.asked {
        Some(key) => *key == server.key,
        None => list.server == server.name,
    }
}

fn server_asset(
    builder: &mut Builder<'_>,
    facts: &ServerFacts,
    id: &AssetId,
    (known, lists): (Option<(&str, &Known)>, &[&ToolList]),
) {
    let mut asset = Asset::new(id.clone(), AssetKind::Server, &facts.name);
    asset.provenance = facts.places.iter().cloned().map(Provenance::Declared).collect();
    let asked = lists.iter().filter(|it| it.asked.is_some());
    asset.provenance.extend(asked.map(|it| Provenance::Observed(it.place.clone())));
    asset.facts = launch_facts(&facts.launch);
    asset.facts.extend(offered_facts(lists));
    if let Some((entry, server)) = known {
        asset.facts.push(format!("known as: {} by {}", server.name, server.publisher));
        asset.provenance.push(Provenance::Assumed { entry: format!("server/{entry}").into() });
    }
    asset.facts.sort();
    builder.asset(asset);
}

fn launch_facts(launch: &Launch) -> Vec<String> {
    let mut facts = Vec::new();
    let transport = match launch.transport {
        Transport::Stdio => "stdio",
        Transport::Sse => "sse",
        Transport::Http => "http",
        Transport::WebSocket => "websocket",
        Transport::Builtin => "builtin",
    };
    facts.push(format!("transport: {transport}"));
    if let Some(package) = &launch.package {
        let pin = match &package.pin {
            Pin::Exact(it) | Pin::Digest(it) => format!("@{it}"),
            Pin::Movable(it) => format!("@{it} (movable)"),
            Pin::Missing => " (no version)".to_owned(),
        };
        facts.push(format!("package: {}:{}{pin}", package.ecosystem, package.name));
    }
    facts.extend(launch.url.iter().map(|it| format!("address: {it}")));
    facts.extend(launch.script.iter().map(|it| format!("runs: {it}")));
    facts.extend(
        launch.mounts.iter().map(|(path, read_only)| {
            format!("mount: {path}{}", if *read_only { " (read-only)" } else { "" })
        }),
    );
    facts.extend(launch.loosened.iter().map(|it| format!("loosened by: {it}")));
    facts.extend(launch.said.iter().cloned());
    facts
}

/// What it offers beside tools, for people.
fn offered_facts(lists: &[&ToolList]) -> Vec<String> {
    const MOST: usize = 10;
    let names = |kind: OfferedKind| -> BTreeSet<&str> {
        let texts = lists.iter().flat_map(|it| &it.texts).filter(|it| it.kind == kind);
        texts.map(|it| it.name.as_str()).collect()
    };
    let (prompts, resources) = (names(OfferedKind::Prompt), names(OfferedKind::Resource).len());
    let mut facts = Vec::new();
    if !names(OfferedKind::Instructions).is_empty() {
        facts.push("instructs every model that uses it".to_owned());
    }
    if let Some(more) = prompts.len().checked_sub(MOST).filter(|it| *it > 0) {
        facts.push(format!("prompts: {more} more"));
    }
    facts.extend(prompts.into_iter().take(MOST).map(|it| format!("prompt: {it}")));
    if resources > 0 {
        facts.push(format!("resources: {resources}"));
    }
    facts
}

fn credentials(builder: &mut Builder<'_>, facts: &ServerFacts, id: &AssetId) {
    for credential in &facts.credentials {
        super::agent::holds(builder, id, &facts.name, credential);
    }
}

fn offer(
    builder: &mut Builder<'_>,
    facts: &ServerFacts,
    server: &AssetId,
    (name, definition): (&str, Option<(Definition<'_>, Reading)>),
    (described, supplied): (Option<&mut Described<'_>>, &mut Supplied),
) -> Offer {
    let (definition, reading) = definition.unzip();
    let id = AssetId::within(AssetKind::Tool, server.name(), name);
    let acts = described.and_then(|it| Some((it.known.tools.get(name)?, it)));
    let (acts, confidence, basis) = match (acts, &reading) {
        (Some((acts, described)), _) => {
            let provenance = described.known_by.clone();
            let acts = acts.iter().filter_map(|it| described.act(builder, facts, server, it)).collect();
            (acts, Confidence::Likely, provenance)
        }
        (None, Some(reading)) => {
            let provenance = Provenance::Assumed { entry: "inference".into() };
            let acts = inferred(builder, facts, server, &reading.effects);
            (vec![acts.into()], Confidence::Possible, provenance)
        }
        (None, None) => {
            let provenance = Provenance::Assumed { entry: "nothing is known".into() };
            (vec![[unknown_act(builder, server)].into()], Confidence::Possible, provenance)
        }
    };
    let mut asset = Asset::new(id.clone(), AssetKind::Tool, name);
    let kind = if confidence == Confidence::Likely { Basis::Catalog } else { Basis::Inferred };
    let all = acts.iter().flat_map(|it: &Arc<[Act]>| it.iter());
    asset.effects = all
        .map(|(does, effect, object)| EffectFact {
            effect: effect.clone(),
            object: Some(object.clone()),
            basis: kind,
            because: Arc::clone(does),
        })
        .collect();
    asset.effects.sort();
    asset.effects.dedup();
    if let Some(reading) = reading {
        (asset.digest, asset.arguments) = (Some(reading.digest), reading.arguments);
    }
    let mut basis = vec![basis];
    basis.extend(definition.map(|it| it.provenance()));
    let provenance = supplied.provenance(facts, &basis);
    asset.provenance = provenance.to_vec();
    builder.asset(asset);
    let consequence = Arc::clone(&supplied.word);
    builder.edge(Row { consequence, confidence, provenance, ..Row::new(server, Verb::Supplies, &id) });
    let tool = Tool {
        server: Some(server.clone()),
        name: name.to_owned(),
        definition: definition.map(|it| Arc::clone(it.of)),
    };
    builder.map.tools.insert(id.clone(), tool);
    let name = name.to_owned();
    Offer { id, name, confidence, acts, own: Vec::new(), gate: Gate::Auto, basis }
}

/// What is said of each tool that a server supplies; most of it is the same for all.
struct Supplied {
    word: Arc<str>,
    /// How the last tool was known, and what is told of it.
    last: Option<(Vec<Provenance>, Arc<[Provenance]>)>,
}

impl Default for Supplied {
    fn default() -> Self {
        Self { word: "offer it".into(), last: None }
    }
}

impl Supplied {
    /// How a tool is known: by `basis`, and where its server stands.
    fn provenance(&mut self, facts: &ServerFacts, basis: &[Provenance]) -> Arc<[Provenance]> {
        if let Some((_, told)) = self.last.as_ref().filter(|(known, _)| known == basis) {
            return Arc::clone(told);
        }
        let places = facts.places.iter().cloned().map(Provenance::Declared);
        let mut told: Vec<Provenance> = basis.iter().cloned().chain(places).collect();
        told.sort();
        told.dedup();
        let told: Arc<[Provenance]> = told.into();
        self.last = Some((basis.to_vec(), Arc::clone(&told)));
        told
    }
}

/// What the catalog says of a server that is launched like this.
struct Described<'a> {
    /// How it is known.
    known_by: Provenance,
    known: &'a Known,
    /// Effects that an argument or a variable switches off.
    dropped: BTreeSet<&'a str>,
    /// Acts with what they are on: many tools do the same.
    acts: BTreeMap<&'a str, Arc<[Act]>>,
}

impl<'a> Described<'a> {
    fn new(entry: &str, known: &'a Known, facts: &ServerFacts) -> Self {
        let off = known.switches.iter().filter(|it| !it.drops.is_empty());
        let off = off.filter(|it| switches::is_on(it, &facts.launch, false));
        let dropped = off.flat_map(|it| it.drops.iter().map(String::as_str)).collect();
        let known_by = Provenance::Assumed { entry: format!("server/{entry}").into() };
        Self { known_by, known, dropped, acts: BTreeMap::new() }
    }

    fn act(
        &mut self,
        builder: &mut Builder<'_>,
        facts: &ServerFacts,
        server: &AssetId,
        name: &str,
    ) -> Option<Arc<[Act]>> {
        if let Some(known) = self.acts.get(name) {
            return Some(Arc::clone(known));
        }
        let (name, act) = self.known.acts.get_key_value(name)?;
        let mut all = Vec::new();
        for entry in act.effects.iter().filter(|it| !self.dropped.contains(effect_name(&it.effect))) {
            for object in objects(builder, facts, server, self.known, entry) {
                all.push((Arc::clone(&act.does), entry.effect.clone(), object));
            }
        }
        let all: Arc<[Act]> = all.into();
        self.acts.insert(name, Arc::clone(&all));
        Some(all)
    }
}

/// The word that data files use for an effect.
fn effect_name(effect: &Effect) -> &'static str {
    match effect {
        Effect::Ingests { .. } => "ingests",
        Effect::Reads { .. } => "reads",
        Effect::Sends { .. } => "sends",
        Effect::Writes { .. } => "writes",
        Effect::Executes { .. } => "executes",
        Effect::Spends { .. } => "spends",
        Effect::Grants => "grants",
        Effect::Remembers { .. } => "remembers",
        Effect::Recalls { .. } => "recalls",
        Effect::Delegates { .. } => "delegates",
        Effect::Unknown => "unknown",
    }
}

fn objects(
    builder: &mut Builder<'_>,
    facts: &ServerFacts,
    server: &AssetId,
    known: &Known,
    entry: &EffectEntry,
) -> Vec<AssetId> {
    let Some(on) = &entry.on else { return vec![own_place(builder, facts, server, &entry.effect)] };
    let own: Option<&CatalogPlace> = known.places.get(on.as_str());
    let Some(place) = own.filter(|it| !it.bind.is_empty()) else {
        let place = own.or_else(|| builder.catalog.place(on.as_str()));
        return vec![builder.place(on, place, None)];
    };
    bind::objects(place, on, facts, server)
        .into_iter()
        .map(|it| match it {
            Object::Itself => builder.place(on, Some(place), None),
            Object::Shared(id) => builder.shared(id),
            Object::Named(name) => builder.place(on, Some(place), Some(&name)),
        })
        .collect()
}

/// The place of an effect that is bound to nothing in particular: one of the server's own.
fn own_place(builder: &mut Builder<'_>, facts: &ServerFacts, server: &AssetId, effect: &Effect) -> AssetId {
    let name = server.name();
    let (id, said) = match effect {
        Effect::Ingests { .. } | Effect::Sends { .. } => (format!("channel:{name}"), "What passes through"),
        Effect::Remembers { .. } | Effect::Recalls { .. } => (format!("memory:{name}"), "Memory of"),
        Effect::Executes { .. } => (format!("env:{name}"), "Where commands run of"),
        Effect::Spends { .. } => (format!("store:{name}/spending"), "Money or quota of"),
        Effect::Grants => (format!("store:{name}/rights"), "Rights in"),
        _ => (format!("store:{name}"), "Data of"),
    };
    let id = AssetId::from_text(id);
    let kind = match effect {
        Effect::Ingests { .. } | Effect::Sends { .. } => AssetKind::Channel,
        Effect::Remembers { .. } | Effect::Recalls { .. } => AssetKind::Memory,
        Effect::Executes { .. } => AssetKind::Environment,
        _ => AssetKind::DataStore,
    };
    let mut asset = Asset::new(id, kind, format!("{said} {}", facts.name));
    if let Effect::Reads { level, data } = effect {
        asset.level = Some(*level);
        asset.data = data.to_vec();
    }
    if let Effect::Ingests { trust } = effect {
        asset.trust = Some(*trust);
    }
    asset.provenance = facts.places.iter().cloned().map(Provenance::Declared).collect();
    builder.asset(asset)
}

fn inferred(
    builder: &mut Builder<'_>,
    facts: &ServerFacts,
    server: &AssetId,
    effects: &[EffectFact],
) -> Vec<Act> {
    effects
        .iter()
        .map(|it| {
            let object = if it.effect == Effect::Unknown {
                unknown_place(builder, server)
            } else {
                own_place(builder, facts, server, &it.effect)
            };
            (Arc::clone(&it.because), it.effect.clone(), object)
        })
        .collect()
}

/// Nothing is known of the server: it may do anything.
fn unknown(builder: &mut Builder<'_>, facts: &ServerFacts, server: &AssetId) -> Offer {
    let id = AssetId::within(AssetKind::Tool, server.name(), "*");
    let acts = vec![[unknown_act(builder, server)].into()];
    let mut asset = Asset::new(id.clone(), AssetKind::Tool, format!("any tool of {}", facts.name));
    let provenance: Vec<Provenance> = facts.places.iter().cloned().map(Provenance::Declared).collect();
    asset.effects = vec![EffectFact {
        effect: Effect::Unknown,
        object: Some(unknown_place(builder, server)),
        basis: Basis::Inferred,
        because: "no catalog entry and no recorded tools".into(),
    }];
    asset.provenance.clone_from(&provenance);
    builder.asset(asset);
    let row = Row::new(server, Verb::Supplies, &id);
    builder.edge(Row { provenance: provenance.into(), confidence: Confidence::Possible, ..row });
    let tool = Tool { server: Some(server.clone()), name: "*".to_owned(), definition: None };
    builder.map.tools.insert(id.clone(), tool);
    Offer {
        id,
        name: "*".to_owned(),
        confidence: Confidence::Possible,
        acts,
        own: Vec::new(),
        gate: Gate::Auto,
        basis: Vec::new(),
    }
}

fn unknown_act(builder: &mut Builder<'_>, server: &AssetId) -> Act {
    ("do what nobody knows".into(), Effect::Unknown, unknown_place(builder, server))
}

fn unknown_place(builder: &mut Builder<'_>, server: &AssetId) -> AssetId {
    let id = AssetId::from_text(format!("env:unknown/{}", server.name()));
    builder.asset(Asset::new(id, AssetKind::Environment, format!("Whatever {} reaches", server.name())))
}
