//! Tools that people state, and effects that they put in the place of those that were known.

use std::collections::BTreeMap;
use std::sync::Arc;

use ambit_model::stated::{self, EffectWord, Entry, Model, Placed, Reference};
use ambit_model::{
    Asset, AssetId, AssetKind, Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, EffectFact, Gate,
    Level, Place, Provenance, ReachEdge, Reversibility, Trust, Verb,
};

use super::Notes;
use super::facts::Added;
use super::places::{All, known};
use crate::connect::builder::{Builder, Row};
use crate::connect::shell::{self, Call};
use crate::grant::Grant;
use crate::map::Tool;

/// The tools of `facts`, and what is needed to add their rows.
pub(super) struct Tools<'m> {
    pub(super) model: &'m Model,
    pub(super) said: &'m All<'m>,
    pub(super) notes: &'m mut Notes,
}

/// One effect on one object.
struct Act {
    effect: Effect,
    object: AssetId,
    /// Whether the effect itself says what it touches, whatever is said of the object.
    explicit: bool,
    /// What happens, where the tool does not say.
    words: String,
}

impl<'m> Tools<'m> {
    pub(super) fn new(model: &'m Model, said: &'m All<'m>, notes: &'m mut Notes) -> Self {
        Self { model, said, notes }
    }

    /// Adds the tools themselves. Their rows begin at the agents that have them.
    pub(super) fn declare(&mut self, builder: &mut Builder<'_>, added: &Added) {
        for (name, entry) in self.model.facts.tools.iter() {
            let id = AssetId::new(AssetKind::Tool, name);
            let effects = self.effect_facts(builder, &id, &entry.value.effects, added);
            let provenance = Provenance::Stated(entry.place.clone());
            let mut asset = Asset::new(id.clone(), AssetKind::Tool, name);
            asset.effects = effects;
            asset.owner.clone_from(&entry.value.owner);
            asset.facts.extend(entry.value.does.iter().map(|it| format!("does: {it}")));
            asset.provenance = vec![provenance.clone()];
            let effects = asset.effects.clone();
            builder.asset(asset);
            if let Some(known) = builder.map.assets.get_mut(&id) {
                known.effects = effects;
                known.owner = entry.value.owner.clone().or(known.owner.take());
            }
            let server = entry.value.server.as_ref().map(|it| AssetId::new(AssetKind::Server, it.as_str()));
            if let Some(server) = &server {
                supply(builder, server, &id, &provenance);
            }
            let tool = Tool { server, name: name.to_owned(), definition: None };
            builder.map.tools.entry(id).or_insert(tool);
        }
    }

    /// Puts stated effects in the place of those of tools that files declare: by name or by correction.
    pub(super) fn correct(&mut self, builder: &mut Builder<'_>, added: &mut Added) {
        let facts = &self.model.facts;
        let stated = facts.tools.iter().map(|(name, it)| {
            let does = it.value.does.as_deref();
            (AssetId::new(AssetKind::Tool, name), &*it.value.effects, &it.place, does, None)
        });
        let corrected = facts.assets.iter().filter(|(_, it)| !it.value.effects.is_empty()).map(|(id, it)| {
            let because = Some(it.value.because.as_str());
            (AssetId::from_text(id), it.value.effects.as_slice(), &it.place, None, because)
        });
        for (id, effects, place, does, because) in stated.chain(corrected).collect::<Vec<_>>() {
            if !builder.map.tools.contains_key(&id) {
                continue;
            }
            let facts = self.effect_facts(builder, &id, effects, added);
            if let Some(asset) = builder.map.assets.get_mut(&id) {
                asset.effects = facts;
            }
            let old = builder.take_via(&id);
            let stock: Vec<_> =
                old.iter().filter(|(it, _)| it.stock).map(|(it, _)| (it.id, it.gate)).collect();
            for mut call in calls(&id, old, place) {
                call.does = does.map_or_else(Arc::default, Into::into);
                self.rows(builder, &call, effects, added);
            }
            for edge in builder.edges().filter(|it| it.via.as_ref() == Some(&id)) {
                added.because.entry(edge.id).or_default().extend(because.map(str::to_owned));
            }
            for (edge, gate) in stock {
                builder.mark_stock(edge, gate);
            }
        }
    }

    /// Adds the rows of all effects of one tool.
    pub(super) fn rows(
        &mut self,
        builder: &mut Builder<'_>,
        call: &Call,
        effects: &[Placed<stated::Effect>],
        added: &mut Added,
    ) {
        for placed in effects {
            let act = self.act(builder, &call.via, placed, added);
            let mut call = call.clone();
            if call.does.is_empty() {
                call.does = act.words.as_str().into();
            }
            row(builder, &call, &act, added);
        }
    }

    fn effect_facts(
        &mut self,
        builder: &mut Builder<'_>,
        tool: &AssetId,
        effects: &[Placed<stated::Effect>],
        added: &Added,
    ) -> Vec<EffectFact> {
        let mut facts: Vec<EffectFact> = effects
            .iter()
            .map(|it| {
                let act = self.act(builder, tool, it, added);
                let (object, because) = (Some(act.object), format!("stated in {}", it.place.path).into());
                EffectFact { effect: act.effect, object, basis: Basis::Stated, because }
            })
            .collect();
        facts.sort();
        facts.dedup();
        facts
    }

    /// The object of an effect, which is on the map afterwards.
    pub(super) fn object(
        &mut self,
        builder: &mut Builder<'_>,
        name: &Placed<Reference>,
        kinds: &[AssetKind],
        added: &Added,
    ) -> AssetId {
        let text = name.value.as_str();
        let facts = &self.model.facts;
        let bare = kinds.iter().find(|kind| match kind {
            AssetKind::Channel => facts.channels.declares(text),
            AssetKind::DataStore => facts.stores.declares(text),
            AssetKind::Memory => facts.memories.declares(text),
            AssetKind::Credential => facts.credentials.declares(text),
            _ => false,
        });
        let agent = added.agents.get(text).filter(|_| kinds.contains(&AssetKind::Agent));
        let kind = bare.or(kinds.first()).copied().unwrap_or(AssetKind::DataStore);
        let id = agent.cloned().unwrap_or_else(|| name.value.id(kind));
        if !builder.map.assets.contains_key(&id) && !added.agents.values().any(|it| *it == id) {
            if builder.catalog.place(id.as_str()).is_none() {
                let ids: Vec<String> = builder.map.assets.keys().map(ToString::to_string).collect();
                let words =
                    ids.iter().map(String::as_str).chain(builder.catalog.places().keys().map(String::as_str));
                let message = format!("`{id}` is not an asset of the map");
                self.notes.add_near(&name.place, message, (id.as_str(), words), "declare it under `facts`");
            }
            builder.shared(id.as_str());
        }
        id
    }

    fn act(
        &mut self,
        builder: &mut Builder<'_>,
        tool: &AssetId,
        placed: &Placed<stated::Effect>,
        added: &Added,
    ) -> Act {
        let effect = &placed.value;
        let bound = effect.object().map(|(name, kinds)| self.object(builder, name, kinds, added));
        let object = bound.unwrap_or_else(|| own_place(builder, tool, effect));
        let of = known(builder, self.said, &object);
        let mut explicit = false;
        let (verb, effect) = match effect {
            stated::Effect::Word(EffectWord::Unknown) => (Verb::MayReach, Effect::Unknown),
            stated::Effect::Ingests(it) => {
                explicit = it.trust.is_some();
                (Verb::Ingests, Effect::Ingests { trust: it.trust.or(of.trust).unwrap_or(Trust::Public) })
            }
            stated::Effect::Reads(it) => {
                explicit = it.level.is_some() || !it.data.is_empty();
                let data: Vec<String> = it.data.iter().map(ToString::to_string).collect();
                let data = if data.is_empty() { of.data } else { data };
                (
                    Verb::Reads,
                    Effect::Reads {
                        data: data.into(),
                        level: it.level.or(of.level).unwrap_or(Level::Internal),
                    },
                )
            }
            stated::Effect::Sends(it) => {
                explicit = it.audience.is_some();
                let is_store = object.as_str().starts_with("store:");
                let usual = if is_store { Audience::Organization } else { Audience::Public };
                let audience = it.audience.or(of.audience).unwrap_or(usual);
                let bandwidth = it.bandwidth.unwrap_or(Bandwidth::FreeText);
                (Verb::Sends, Effect::Sends { audience, bandwidth })
            }
            stated::Effect::Writes(it) => {
                let own = object.as_str() == "store:workspace";
                let usual = if own { BlastRadius::Workspace } else { BlastRadius::Organization };
                let reversibility = it.reversibility.unwrap_or(Reversibility::Recoverable);
                let blast_radius = it.blast_radius.unwrap_or(usual);
                (Verb::Writes, Effect::Writes { reversibility, blast_radius })
            }
            stated::Effect::Executes(it) => (Verb::Executes, Effect::Executes { r#where: it.place }),
            stated::Effect::Spends(it) => (Verb::Spends, Effect::Spends { limit: it.limit.clone() }),
            stated::Effect::Grants(_) => (Verb::Grants, Effect::Grants),
            stated::Effect::Remembers(_) => {
                (Verb::Remembers, Effect::Remembers { memory: Some(object.clone()) })
            }
            stated::Effect::Recalls(_) => (Verb::Recalls, Effect::Recalls { memory: Some(object.clone()) }),
            stated::Effect::Delegates(_) => (Verb::Delegates, Effect::Delegates { to: Some(object.clone()) }),
        };
        let words = words(verb, builder.map.assets.get(&object).map_or(object.name(), |it| &it.name));
        Act { effect, object, explicit, words }
    }
}

/// What happens, in words that follow "it can".
pub(super) fn words(verb: Verb, name: &str) -> String {
    match verb {
        Verb::Ingests => format!("take in what comes from {name}"),
        Verb::Reads => format!("read {name}"),
        Verb::Sends => format!("send to {name}"),
        Verb::Writes => format!("change {name}"),
        Verb::Executes => "run commands".to_owned(),
        Verb::Spends => format!("spend {name}"),
        Verb::Grants => format!("change rights in {name}"),
        Verb::Remembers => format!("write to {name}"),
        Verb::Recalls => format!("read back {name}"),
        Verb::Delegates => format!("hand work to {name}"),
        _ => "do what nobody knows".to_owned(),
    }
}

fn row(builder: &mut Builder<'_>, call: &Call, act: &Act, added: &mut Added) {
    let to = &act.object;
    let id = |verb| ambit_model::EdgeId::of(&call.agent, verb, to, Some(&call.via));
    let explicit = |added: &mut Added, verb| {
        if act.explicit {
            added.explicit.insert(id(verb));
        }
    };
    match &act.effect {
        // What the effect says counts, and not the worse of that and its object.
        Effect::Reads { data, level } => {
            explicit(added, Verb::Reads);
            let (touches, level) = (Arc::clone(data), Some(*level));
            builder.edge(Row { touches, level, ..call.row(Verb::Reads, to) });
        }
        Effect::Unknown => {
            // That nobody knows is certain; what it comes to is not.
            let call = Call { confidence: Confidence::Possible, ..call.clone() };
            shell::effect(builder, &call, &act.effect, to);
        }
        effect => {
            match effect {
                Effect::Ingests { .. } => explicit(added, Verb::Ingests),
                Effect::Sends { .. } => explicit(added, Verb::Sends),
                _ => {}
            }
            shell::effect(builder, call, effect, to);
        }
    }
}

/// The place of an effect that is bound to nothing on the map.
fn own_place(builder: &mut Builder<'_>, tool: &AssetId, effect: &stated::Effect) -> AssetId {
    let name = tool.name();
    let (id, kind, title) = match effect {
        stated::Effect::Spends(it) => {
            (format!("store:{name}/spending"), AssetKind::DataStore, it.what.clone())
        }
        stated::Effect::Grants(it) => (format!("store:{name}/rights"), AssetKind::DataStore, it.what.clone()),
        stated::Effect::Executes(_) => return AssetId::from_text("env:host"),
        _ => {
            let title = format!("Whatever {name} reaches");
            (format!("env:unknown/{name}"), AssetKind::Environment, title)
        }
    };
    builder.asset(Asset::new(AssetId::from_text(id), kind, title))
}

fn supply(builder: &mut Builder<'_>, server: &AssetId, tool: &AssetId, provenance: &Provenance) {
    if !builder.map.assets.contains_key(server) {
        let mut asset = Asset::new(server.clone(), AssetKind::Server, server.name());
        asset.provenance = vec![provenance.clone()];
        builder.asset(asset);
    }
    let (consequence, provenance) = ("offer it".into(), [provenance.clone()].into());
    builder.edge(Row { consequence, provenance, ..Row::new(server, Verb::Supplies, tool) });
}

/// How each agent called the tool: with the weakest gate of all that it did with it.
fn calls(tool: &AssetId, old: Vec<(ReachEdge, Vec<Grant>)>, place: &Place) -> Vec<Call> {
    let mut weakest: BTreeMap<AssetId, (ReachEdge, Vec<Grant>)> = BTreeMap::new();
    for (edge, grants) in old {
        match weakest.get(&edge.from) {
            Some((known, _)) if known.gate <= edge.gate => {}
            _ => _ = weakest.insert(edge.from.clone(), (edge, grants)),
        }
    }
    let stated = Provenance::Stated(place.clone());
    let call = |edge: &ReachEdge, grant: Grant, others| Call {
        agent: edge.from.clone(),
        via: tool.clone(),
        gate: grant.gate,
        without_rule: grant.without,
        decided_by: grant.by,
        others,
        confidence: Confidence::Certain,
        does: Arc::default(),
        provenance: edge.provenance.iter().chain([&stated]).cloned().collect(),
    };
    let calls = weakest.into_values().flat_map(|(edge, grants)| {
        let (others, own): (Vec<_>, Vec<_>) = grants.into_iter().partition(|it| !it.behind.is_empty());
        let others: Arc<[Grant]> = others.into();
        own.into_iter().map(|it| call(&edge, it, Arc::clone(&others))).collect::<Vec<_>>()
    });
    calls.collect()
}

/// The line at which an agent is given a tool with this gate.
pub(super) fn given_at(agent: &Entry<stated::Agent>, tool: &str, gate: Gate) -> Place {
    let tools = &agent.value.tools;
    let by_pattern = || {
        let fits = |name: &str| stated::Tools::new(name).is_some_and(|it| it.matches_name(tool));
        tools.iter().filter(|(name, it)| it.value == gate && fits(name)).map(|(_, it)| &it.place).min()
    };
    tools.get(tool).map(|it| &it.place).or_else(by_pattern).unwrap_or(&agent.place).clone()
}
