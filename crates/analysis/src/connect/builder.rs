//! The map under construction: adds assets and edges, and joins those that are the same.

use std::cell::OnceCell;

use ambit_catalog::Catalog;
use ambit_catalog::schema::Place as CatalogPlace;
use ambit_model::{
    Asset, AssetId, AssetKind, Audience, Confidence, EdgeId, Gate, Level, Place, Provenance, ReachEdge,
    Scope, Tier, Trust, Verb,
};
use ambit_model::{BlastRadius, Reversibility};

use crate::infer::Lexicon;
use crate::map::ReachMap;

/// The map under construction.
pub(super) struct Builder<'a> {
    pub(super) map: ReachMap,
    pub(super) catalog: &'a Catalog,
    lexicon: OnceCell<Lexicon>,
}

/// An edge about to be added, with everything that is the same for all edges of one tool call.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) from: AssetId,
    pub(super) verb: Verb,
    pub(super) to: AssetId,
    pub(super) via: Option<AssetId>,
    pub(super) gate: Gate,
    pub(super) without_rule: Gate,
    pub(super) decided_by: Option<(Place, Scope)>,
    pub(super) touches: Vec<String>,
    pub(super) level: Option<Level>,
    pub(super) audience: Option<Audience>,
    pub(super) trust: Option<Trust>,
    pub(super) weight: Option<(Reversibility, BlastRadius)>,
    pub(super) tier: Tier,
    pub(super) consequence: String,
    pub(super) confidence: Confidence,
    pub(super) provenance: Vec<Provenance>,
}

impl Row {
    /// A row of which nothing but its ends is known.
    pub(super) fn new(from: &AssetId, verb: Verb, to: &AssetId) -> Self {
        Self {
            from: from.clone(),
            verb,
            to: to.clone(),
            via: None,
            gate: Gate::Auto,
            without_rule: Gate::Auto,
            decided_by: None,
            touches: Vec::new(),
            level: None,
            audience: None,
            trust: None,
            weight: None,
            tier: Tier::T0,
            consequence: String::new(),
            confidence: Confidence::Certain,
            provenance: Vec::new(),
        }
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Self { map: ReachMap::default(), catalog, lexicon: OnceCell::new() }
    }

    /// The words that inference reads by: built when the first unknown tool is met.
    pub(super) fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(|| Lexicon::new(self.catalog.lexicon()))
    }

    /// Adds an asset, or joins it with the one of the same id.
    pub(super) fn asset(&mut self, asset: Asset) -> AssetId {
        let id = asset.id.clone();
        match self.map.assets.get_mut(&id) {
            None => {
                self.map.assets.insert(id.clone(), asset);
            }
            Some(known) => {
                known.trust = join(known.trust, asset.trust, Trust::join);
                known.level = join(known.level, asset.level, Level::join);
                extend(&mut known.data, asset.data);
                extend(&mut known.facts, asset.facts);
                extend(&mut known.effects, asset.effects);
                extend(&mut known.provenance, asset.provenance);
            }
        }
        id
    }

    /// Adds a place that the catalog describes under `id`, with the name of the object where it is bound.
    pub(super) fn place(
        &mut self,
        id: &AssetId,
        entry: Option<&CatalogPlace>,
        object: Option<&str>,
    ) -> AssetId {
        let kind = kind_of(id);
        let name = match (entry, object) {
            (Some(entry), Some(object)) => format!("{} {object}", entry.name),
            (Some(entry), None) => entry.name.clone(),
            (None, _) => id.name().to_owned(),
        };
        let full = match object {
            Some(object) => AssetId::from_text(format!("{id}/{object}")),
            None => id.clone(),
        };
        let mut asset = Asset::new(full, kind, name);
        if let Some(entry) = entry {
            asset.trust = entry.trust;
            asset.level = entry.level;
            asset.data.clone_from(&entry.data);
        }
        asset.provenance.push(Provenance::Assumed { entry: format!("place/{id}") });
        self.asset(asset)
    }

    /// Adds a shared place of the catalog.
    pub(super) fn shared(&mut self, id: &str) -> AssetId {
        let id = AssetId::from_text(id);
        let entry = self.catalog.place(id.as_str());
        self.place(&id, entry, None)
    }

    /// Adds an edge. Of two edges with the same id the weaker gate decides: whoever can go through the open
    /// door need not knock at the other.
    pub(super) fn edge(&mut self, row: Row) {
        let id = EdgeId::of(&row.from, row.verb, &row.to, row.via.as_ref());
        let Some(known) = self.map.edges.get_mut(&id) else {
            self.insert(id, row);
            return;
        };
        // Of two ways with the same gate the surer one is told.
        if (row.gate, std::cmp::Reverse(row.confidence)) < (known.gate, std::cmp::Reverse(known.confidence)) {
            known.gate = row.gate;
            known.scope = row.decided_by.as_ref().map(|it| it.1);
            known.decided_by = row.decided_by.map(|it| it.0);
            known.consequence = row.consequence;
            known.confidence = row.confidence;
        }
        let without = self.map.without_rule.entry(id).or_insert(row.without_rule);
        *without = (*without).min(row.without_rule);
        extend(&mut known.touches, row.touches);
        known.level = join(known.level, row.level, Level::join);
        known.audience = join(known.audience, row.audience, Audience::max);
        known.reached_by = join(known.reached_by, row.trust, Trust::join);
        if row.tier > known.tier {
            known.tier = row.tier;
            known.reversibility = row.weight.map(|it| it.0);
            known.blast_radius = row.weight.map(|it| it.1);
        }
        extend(&mut known.provenance, row.provenance);
    }

    fn insert(&mut self, id: EdgeId, row: Row) {
        let mut edge = ReachEdge {
            id: id.clone(),
            from: row.from.clone(),
            verb: row.verb,
            to: row.to,
            via: row.via,
            touches: Vec::new(),
            level: row.level,
            audience: row.audience,
            reached_by: row.trust,
            gate: row.gate,
            scope: row.decided_by.as_ref().map(|it| it.1),
            decided_by: row.decided_by.map(|it| it.0),
            consequence: row.consequence,
            reversibility: row.weight.map(|it| it.0),
            blast_radius: row.weight.map(|it| it.1),
            tier: row.tier,
            controls: Vec::new(),
            owner: None,
            confidence: row.confidence,
            stock: false,
            provenance: Vec::new(),
        };
        extend(&mut edge.touches, row.touches);
        extend(&mut edge.provenance, row.provenance);
        self.map.without_rule.insert(id.clone(), row.without_rule);
        let list = self.map.from.entry(row.from).or_default();
        if let Err(at) = list.binary_search(&id) {
            list.insert(at, id.clone());
        }
        self.map.edges.insert(id, edge);
    }
}

/// The kind that the prefix of a place's id says.
fn kind_of(id: &AssetId) -> AssetKind {
    match id.as_str().split(':').next() {
        Some("channel") => AssetKind::Channel,
        Some("memory") => AssetKind::Memory,
        Some("env") => AssetKind::Environment,
        Some("credential") => AssetKind::Credential,
        Some("agent") => AssetKind::Agent,
        _ => AssetKind::DataStore,
    }
}

fn join<T>(a: Option<T>, b: Option<T>, both: impl Fn(T, T) -> T) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(both(a, b)),
        (a, b) => a.or(b),
    }
}

/// Adds what is not there yet and keeps the list sorted.
fn extend<T: Ord>(list: &mut Vec<T>, more: impl IntoIterator<Item = T>) {
    for item in more {
        if let Err(at) = list.binary_search(&item) {
            list.insert(at, item);
        }
    }
}
