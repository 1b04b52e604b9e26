//! The map under construction: adds assets and edges, and joins those that are the same.

use std::cell::OnceCell;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_catalog::schema::Place as CatalogPlace;
use ambit_model::{
    Asset, AssetId, AssetKind, Audience, Confidence, EdgeId, Gate, Level, Place, Provenance, ReachEdge,
    Scope, Tier, Trust, Verb,
};
use ambit_model::{BlastRadius, Reversibility};
use indexmap::IndexMap;

use crate::grant::Grant;
use crate::index::EdgeNo;
use crate::infer::Lexicon;
use crate::map::ReachMap;

/// The map under construction.
pub(crate) struct Builder<'a> {
    /// Everything but the edges.
    pub(crate) map: ReachMap,
    pub(crate) catalog: &'a Catalog,
    /// The edges in the order in which they are made. They are most of what a map takes in memory, so they lie in one
    /// list that is put in order where it lies.
    edges: Vec<ReachEdge>,
    /// What grants each of them.
    grants: Vec<Grants>,
    /// Edges by their ids, in no order that matters: it is asked for every edge. What was taken away is not in it.
    by_id: IndexMap<EdgeId, usize>,
    /// Edges that write, by who does.
    writing: BTreeMap<AssetId, Vec<usize>>,
    /// Places that are on the map, by where the catalog has their entry and by their object: thousands of effects
    /// are on a few dozen places.
    placed: BTreeMap<(usize, Option<String>), AssetId>,
    lexicon: OnceCell<Lexicon>,
}

/// Most edges have one grant, and only that of few is worth an allocation.
enum Grants {
    /// That one says nothing but the edge's own gate and line, and what the gate would be without.
    One(Option<Gate>),
    Several(Vec<Grant>),
}

impl Grants {
    /// The gate that the edge would have without the line that decided it.
    fn without(&self, edge: &ReachEdge) -> Option<Gate> {
        match self {
            Self::One(without) => *without,
            Self::Several(all) => Grant::weakest(all, &edge.decided_by.iter().cloned().collect()),
        }
    }

    fn all(&self, edge: &ReachEdge) -> Vec<Grant> {
        match self {
            Self::One(without) => vec![Grant::of(edge, *without)],
            Self::Several(all) => all.clone(),
        }
    }

    /// Takes one more grant of `edge` in.
    fn add(&mut self, edge: &ReachEdge, grant: Grant) {
        match self {
            Self::One(without) => {
                let first = Grant::of(edge, *without);
                if first != grant {
                    *self = Self::Several(vec![first, grant]);
                }
            }
            Self::Several(all) if all.contains(&grant) => {}
            Self::Several(all) => all.push(grant),
        }
    }
}

/// An edge about to be added, with everything that is the same for all edges of one tool call.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) from: AssetId,
    pub(crate) verb: Verb,
    pub(crate) to: AssetId,
    pub(crate) via: Option<AssetId>,
    pub(crate) gate: Gate,
    pub(crate) without_rule: Option<Gate>,
    pub(crate) decided_by: Option<(Place, Scope)>,
    /// What else grants it, behind the line that decides.
    pub(crate) others: Arc<[Grant]>,
    pub(crate) touches: Arc<[String]>,
    pub(crate) level: Option<Level>,
    pub(crate) audience: Option<Audience>,
    pub(crate) trust: Option<Trust>,
    pub(crate) weight: Option<(Reversibility, BlastRadius)>,
    pub(crate) tier: Tier,
    pub(crate) consequence: Arc<str>,
    pub(crate) confidence: Confidence,
    pub(crate) provenance: Arc<[Provenance]>,
}

impl Row {
    /// A row of which nothing but its ends is known.
    pub(crate) fn new(from: &AssetId, verb: Verb, to: &AssetId) -> Self {
        Self {
            from: from.clone(),
            verb,
            to: to.clone(),
            via: None,
            gate: Gate::Auto,
            without_rule: Some(Gate::Auto),
            decided_by: None,
            others: Arc::default(),
            touches: Arc::default(),
            level: None,
            audience: None,
            trust: None,
            weight: None,
            tier: Tier::T0,
            consequence: Arc::default(),
            confidence: Confidence::Certain,
            provenance: Arc::default(),
        }
    }
}

impl<'a> Builder<'a> {
    pub(crate) fn new(catalog: &'a Catalog) -> Self {
        let (map, edges, grants, by_id, writing, placed) = Default::default();
        Self { map, catalog, edges, grants, by_id, writing, placed, lexicon: OnceCell::new() }
    }

    /// Makes room for so many edges: a list that grows step by step is copied at each.
    pub(crate) fn make_room(&mut self, edges: usize) {
        self.edges.reserve(edges);
        self.grants.reserve(edges);
        self.by_id.reserve(edges);
    }

    /// The words that inference reads by: built when the first unknown tool is met.
    pub(crate) fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(|| Lexicon::new(self.catalog.lexicon()))
    }

    /// Adds an asset, or joins it with the one of the same id.
    pub(crate) fn asset(&mut self, asset: Asset) -> AssetId {
        let id = asset.id.clone();
        match self.map.assets.entry(id.clone()) {
            Entry::Vacant(place) => {
                place.insert(asset);
            }
            Entry::Occupied(place) => {
                let known = place.into_mut();
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
    pub(crate) fn place(
        &mut self,
        id: &AssetId,
        entry: Option<&CatalogPlace>,
        object: Option<&str>,
    ) -> AssetId {
        let key = entry.map(|it| (std::ptr::from_ref(it).addr(), object.map(str::to_owned)));
        if let Some(known) = key.as_ref().and_then(|it| self.placed.get(it)) {
            return known.clone();
        }
        let placed = self.new_place(id, entry, object);
        if let Some(key) = key {
            self.placed.insert(key, placed.clone());
        }
        placed
    }

    fn new_place(&mut self, id: &AssetId, entry: Option<&CatalogPlace>, object: Option<&str>) -> AssetId {
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
        asset.provenance.push(Provenance::Assumed { entry: format!("place/{id}").into() });
        self.asset(asset)
    }

    /// Adds a shared place of the catalog.
    pub(crate) fn shared(&mut self, id: &str) -> AssetId {
        let id = AssetId::from_text(id);
        let entry = self.catalog.place(id.as_str());
        self.place(&id, entry, None)
    }

    /// Adds an edge. Of two edges with the same id the weaker gate decides: whoever can go through the open
    /// door need not knock at the other.
    pub(crate) fn edge(&mut self, row: Row) {
        let id = EdgeId::of(&row.from, row.verb, &row.to, row.via.as_ref());
        let place = self.by_id.entry(id);
        let known = match &place {
            indexmap::map::Entry::Occupied(place) => {
                self.edges.get_mut(*place.get()).zip(self.grants.get_mut(*place.get()))
            }
            indexmap::map::Entry::Vacant(_) => None,
        };
        let Some((known, grants)) = known else {
            place.insert_entry(self.edges.len());
            self.insert(id, row);
            return;
        };
        let (by, behind) = (row.decided_by.clone(), Vec::new());
        let grant = Grant { by, gate: row.gate, without: row.without_rule, behind };
        grants.add(known, grant);
        row.others.iter().for_each(|it| grants.add(known, it.clone()));
        // Of two ways with the same gate the surer one is told.
        if (row.gate, std::cmp::Reverse(row.confidence)) < (known.gate, std::cmp::Reverse(known.confidence)) {
            known.gate = row.gate;
            known.scope = row.decided_by.as_ref().map(|it| it.1);
            known.decided_by = row.decided_by.map(|it| it.0);
            known.consequence = row.consequence;
            known.confidence = row.confidence;
        }
        known.touches = both(&known.touches, &row.touches);
        known.level = join(known.level, row.level, Level::join);
        known.audience = join(known.audience, row.audience, Audience::max);
        known.reached_by = join(known.reached_by, row.trust, Trust::join);
        if row.tier > known.tier {
            known.tier = row.tier;
            known.reversibility = row.weight.map(|it| it.0);
            known.blast_radius = row.weight.map(|it| it.1);
        }
        known.provenance = both(&known.provenance, &row.provenance);
    }

    fn insert(&mut self, id: EdgeId, row: Row) {
        if row.verb == Verb::Writes {
            self.writing.entry(row.from.clone()).or_default().push(self.edges.len());
        }
        let edge = ReachEdge {
            id,
            from: row.from,
            verb: row.verb,
            to: row.to,
            via: row.via,
            touches: sorted(row.touches),
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
            provenance: sorted(row.provenance),
            because: Vec::new(),
        };
        let mut grants = Grants::One(row.without_rule);
        row.others.iter().for_each(|it| grants.add(&edge, it.clone()));
        self.edges.push(edge);
        self.grants.push(grants);
    }

    /// What `agent` writes.
    pub(crate) fn writes(&self, agent: &AssetId) -> impl Iterator<Item = &ReachEdge> {
        self.writing.get(agent).into_iter().flatten().filter_map(|it| self.edges.get(*it))
    }

    /// All edges so far.
    pub(crate) fn edges(&self) -> impl Iterator<Item = &ReachEdge> {
        self.by_id.values().filter_map(|it| self.edges.get(*it))
    }

    /// Takes in what `others` grants behind these lines, as far as the edges are there already.
    pub(crate) fn grant_behind(&mut self, others: Builder<'_>, behind: &[Place]) {
        for (edge, granted) in others.edges.iter().zip(&others.grants) {
            let place = self.by_id.get(&edge.id).copied();
            let Some((known, grants)) = place.and_then(|it| self.edges.get(it).zip(self.grants.get_mut(it)))
            else {
                continue;
            };
            for grant in granted.all(edge) {
                grants.add(known, Grant { behind: behind.to_vec(), ..grant });
            }
        }
    }

    /// What grants the edge.
    pub(crate) fn grants(&self, edge: &ReachEdge) -> Vec<Grant> {
        let known = self.by_id.get(&edge.id).and_then(|it| self.edges.get(*it).zip(self.grants.get(*it)));
        known.map(|(edge, grants)| grants.all(edge)).unwrap_or_default()
    }

    /// Takes away all edges that go by way of `tool`, each with what grants it.
    pub(crate) fn take_via(&mut self, tool: &AssetId) -> Vec<(ReachEdge, Vec<Grant>)> {
        let mut taken: Vec<ReachEdge> =
            self.edges().filter(|it| it.via.as_ref() == Some(tool)).cloned().collect();
        taken.sort_unstable_by_key(|it| it.id);
        let with_grants = taken.into_iter().map(|edge| {
            let grants = self.grants(&edge);
            self.by_id.swap_remove(&edge.id);
            (edge, grants)
        });
        with_grants.collect()
    }

    /// The gates of all edges so far.
    pub(crate) fn gates(&self) -> impl Iterator<Item = (EdgeId, Gate)> {
        self.edges.iter().map(|it| (it.id, it.gate))
    }

    /// The gate of an edge that the stock client has too.
    pub(crate) fn stock_gate(&self, id: EdgeId) -> Option<Gate> {
        let edge = self.edges.get(*self.by_id.get(&id)?)?;
        edge.stock.then_some(edge.gate)
    }

    /// Marks the edge as one that the stock client has with `gate`, unless its own gate is weaker.
    pub(crate) fn mark_stock(&mut self, id: EdgeId, gate: Gate) {
        if let Some(edge) = self.by_id.get(&id).and_then(|it| self.edges.get_mut(*it)) {
            edge.stock = gate <= edge.gate;
        }
    }

    /// The map, with all edges in the order of their ids; nothing is indexed yet.
    pub(crate) fn finish(self) -> ReachMap {
        let Self { mut map, mut edges, mut grants, by_id, .. } = self;
        let mut by_id: Vec<(EdgeId, usize)> = by_id.into_iter().collect();
        by_id.sort_unstable();
        let left = by_id.len();
        // Where each edge goes; what was taken away goes behind the rest.
        let mut goes: Vec<Option<usize>> = vec![None; edges.len()];
        for (to, (_, at)) in by_id.into_iter().enumerate() {
            if let Some(goes) = goes.get_mut(at) {
                *goes = Some(to);
            }
        }
        map.made = goes.iter().filter_map(|it| it.map(EdgeNo::at)).collect();
        let mut behind = left..;
        let mut goes: Vec<usize> = goes.into_iter().filter_map(|it| it.or_else(|| behind.next())).collect();
        for at in 0..goes.len() {
            while let Some(to) = goes.get(at).copied().filter(|it| *it != at) {
                edges.swap(at, to);
                grants.swap(at, to);
                goes.swap(at, to);
            }
        }
        edges.truncate(left);
        map.without_rule = edges.iter().zip(&grants).map(|(edge, it)| it.without(edge)).collect();
        for (no, grants) in EdgeNo::all().zip(grants.into_iter().take(left)) {
            if let Grants::Several(all) = grants {
                map.grants.insert(no, all);
            }
        }
        map.edges = edges;
        map
    }
}

/// The kind that the prefix of a place's id says.
pub(crate) fn kind_of(id: &AssetId) -> AssetKind {
    match id.as_str().split(':').next() {
        Some("channel") => AssetKind::Channel,
        Some("memory") => AssetKind::Memory,
        Some("env") => AssetKind::Environment,
        Some("credential") => AssetKind::Credential,
        Some("agent") => AssetKind::Agent,
        Some("model") => AssetKind::Model,
        Some("server") => AssetKind::Server,
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

/// The list without repetitions, sorted: as it is, where it is that already.
fn sorted<T: Ord + Clone>(list: Arc<[T]>) -> Arc<[T]> {
    if list.is_sorted_by(|a, b| a < b) { list } else { both(&[], &list) }
}

/// What is in either list, sorted.
fn both<T: Ord + Clone>(a: &[T], b: &[T]) -> Arc<[T]> {
    a.iter().chain(b).collect::<BTreeSet<_>>().into_iter().cloned().collect()
}
