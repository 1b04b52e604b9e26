//! A credential stands in a file as it is.

use std::collections::BTreeMap;

use ambit_model::facts::CredentialFacts;
use ambit_model::{
    AgentFacts, AssetId, AssetKind, Exposure, Place, Provenance, RuleInfo, Scope, Secret, Tier, Verb,
};

use super::{Rule, Seen, Sink};
use crate::overlay::Said;
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "inline-secret",
        title: "A credential stands in a file as it is",
        categories: &["ASI03:2026", "LLM02:2025", "MCP01:2025", "AML.T0055", "AML.T0083", "CWE-312", "CWE-798"],
        page: include_str!("inline_secret.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    for held in literal(scene).into_values() {
        let exposures = held.iter().map(|it| (exposure(it.facts.scope), &it.facts.place));
        let Some((exposure, _)) = exposures.min() else { continue };
        let Some(first) = held.iter().min_by_key(|it| &it.facts.place) else { continue };
        let mut places: Vec<Place> = held.iter().map(|it| it.facts.place.clone()).collect();
        places.sort();
        places.dedup();
        let more = match places.len() {
            1 => String::new(),
            many => format!(" and in {} other places", many - 1),
        };
        let message = format!(
            "the {} `{}` of `{}` stands in `{}`{more} as it is",
            first.facts.kind,
            first.facts.name,
            scene.map.name(first.holder),
            first.facts.place.path
        );
        sink.report(Seen::fact(first.holder, &first.id, (Tier::T4, exposure), places).says(message));
    }
}

/// A credential with its holder.
#[derive(Debug, Clone)]
pub(crate) struct Held<'a> {
    /// The agent or server that is given it.
    pub(crate) holder: &'a AssetId,
    /// Its own id.
    pub(crate) id: AssetId,
    /// What is known of it.
    pub(crate) facts: &'a CredentialFacts,
}

/// The credentials of agents and of servers that start, as far as their lines still stand.
pub(crate) fn held<'a>(scene: &Scene<'a>) -> Vec<Held<'a>> {
    let mut all = Vec::new();
    for (holder, facts, _) in scene.started() {
        all.extend(facts.credentials.iter().map(|it| of(holder, &facts.name, it)));
    }
    for (holder, facts) in scene.agents() {
        all.extend(facts.credentials.iter().map(|it| of(holder, holder.name(), it)));
    }
    all.retain(|it| scene.says(&it.facts.place, Said::Secret));
    // What people state has an id of its own, and a control may have taken it from its holder.
    all.into_iter().filter_map(|it| named(scene, it)).collect()
}

/// Those that `holder` itself holds.
pub(crate) fn held_by<'a>(scene: &Scene<'_>, holder: &'a AssetId, facts: &'a AgentFacts) -> Vec<Held<'a>> {
    let all = facts.credentials.iter().map(|it| of(holder, holder.name(), it));
    all.filter(|it| scene.says(&it.facts.place, Said::Secret)).filter_map(|it| named(scene, it)).collect()
}

fn named<'a>(scene: &Scene<'_>, held: Held<'a>) -> Option<Held<'a>> {
    let mut holds = scene.open_by(held.holder, &[Verb::Holds]).map(|(it, _)| it.edge);
    if scene.map.assets.contains_key(&held.id) {
        return holds.any(|it| it.to == held.id).then_some(held);
    }
    let stated = Provenance::Stated(held.facts.place.clone());
    let id = holds.find(|it| it.provenance.contains(&stated))?.to.clone();
    Some(Held { id, ..held })
}

fn of<'a>(holder: &'a AssetId, name: &str, facts: &'a CredentialFacts) -> Held<'a> {
    Held { holder, id: AssetId::within(AssetKind::Credential, name, &facts.name), facts }
}

/// Those whose value is written down, equal values together.
fn literal<'a>(scene: &Scene<'a>) -> BTreeMap<&'a Secret, Vec<Held<'a>>> {
    let mut by_value: BTreeMap<&Secret, Vec<Held<'_>>> = BTreeMap::new();
    for it in held(scene) {
        if let Some(value) = &it.facts.value {
            by_value.entry(value).or_default().push(it);
        }
    }
    by_value
}

/// What version control holds is copied to everybody who clones, and stays in the history. A checkout's own file
/// has one commit to go; a file of the home has to be reached first.
fn exposure(scope: Scope) -> Exposure {
    match scope {
        Scope::Project => Exposure::Open,
        Scope::Local => Exposure::Prompted,
        Scope::Managed | Scope::User | Scope::Session => Exposure::Guarded,
    }
}
