//! Stores, channels, memories and credentials that people state, and what is known of an asset once they have spoken.

use std::collections::BTreeMap;

use ambit_model::stated::{Credential, Entry, Held, MemoryScope, Model};
use ambit_model::{Asset, AssetId, AssetKind, Audience, Level, Place, Provenance, Trust};

use super::facts::Added;
use crate::connect::builder::Builder;

/// What people say of one asset, in whatever section.
#[derive(Debug, Clone)]
pub(super) struct Said<'m> {
    pub(super) place: &'m Place,
    pub(super) because: Option<&'m str>,
    pub(super) name: Option<&'m str>,
    pub(super) trust: Option<Trust>,
    pub(super) level: Option<Level>,
    pub(super) data: Vec<String>,
    pub(super) audience: Option<Audience>,
    pub(super) owner: Option<&'m str>,
    pub(super) scope: Option<MemoryScope>,
}

impl<'m> Said<'m> {
    fn at(place: &'m Place) -> Self {
        Self {
            place,
            because: None,
            name: None,
            trust: None,
            level: None,
            data: Vec::new(),
            audience: None,
            owner: None,
            scope: None,
        }
    }
}

/// All that people say of assets that are places, by their ids: of each what declares it first, then what corrects it.
pub(super) type All<'m> = BTreeMap<AssetId, Vec<Said<'m>>>;

/// Gathers it.
pub(super) fn all(model: &Model) -> All<'_> {
    let facts = &model.facts;
    let mut all = All::new();
    let mut put = |id: AssetId, said| all.entry(id).or_default().push(said);
    for (name, Entry { value, place, .. }) in facts.channels.iter() {
        let (trust, audience, owner) = (value.trust, value.audience, value.owner.as_deref());
        let said = Said { name: value.name.as_deref(), trust, audience, owner, ..Said::at(place) };
        put(AssetId::new(AssetKind::Channel, name), said);
    }
    for (name, Entry { value, place, .. }) in facts.stores.iter() {
        let said = Said {
            name: value.name.as_deref(),
            trust: value.trust,
            level: value.level,
            data: value.data.iter().map(ToString::to_string).collect(),
            owner: value.owner.as_deref(),
            ..Said::at(place)
        };
        put(AssetId::new(AssetKind::DataStore, name), said);
    }
    for (name, Entry { value, place, .. }) in facts.memories.iter() {
        let (trust, level, scope) = (value.trust, value.level, value.scope);
        let said = Said { name: value.name.as_deref(), trust, level, scope, ..Said::at(place) };
        put(AssetId::new(AssetKind::Memory, name), said);
    }
    for (id, Entry { value, place, .. }) in facts.assets.iter() {
        let said = Said {
            because: Some(&value.because),
            name: value.name.as_deref(),
            trust: value.trust,
            level: value.level,
            data: value.data.iter().map(ToString::to_string).collect(),
            owner: value.owner.as_deref(),
            ..Said::at(place)
        };
        put(AssetId::from_text(id), said);
    }
    all
}

/// Adds what no file declares; what one does stays, and is corrected later.
pub(super) fn add(builder: &mut Builder<'_>, model: &Model, added: &mut Added) {
    let facts = &model.facts;
    for (name, entry) in facts.channels.iter() {
        place(builder, AssetKind::Channel, name, &entry.place);
    }
    for (name, entry) in facts.stores.iter() {
        if let Some(id) = place(builder, AssetKind::DataStore, name, &entry.place) {
            added.named.insert(id);
        }
    }
    for (name, entry) in facts.memories.iter() {
        place(builder, AssetKind::Memory, name, &entry.place);
    }
    for (name, entry) in facts.credentials.iter() {
        credential(builder, name, entry);
    }
}

/// The id of the place, where it is a new one.
fn place(builder: &mut Builder<'_>, kind: AssetKind, name: &str, at: &Place) -> Option<AssetId> {
    let id = AssetId::new(kind, name);
    if builder.map.assets.contains_key(&id) {
        return None;
    }
    if builder.catalog.place(id.as_str()).is_some() {
        builder.shared(id.as_str());
        return None;
    }
    let mut asset = Asset::new(id.clone(), kind, name);
    let (trust, level) = match kind {
        AssetKind::Channel => (Trust::Public, None),
        _ => (Trust::Organization, Some(Level::Internal)),
    };
    (asset.trust, asset.level) = (Some(trust), level);
    asset.provenance = vec![Provenance::Stated(at.clone())];
    Some(builder.asset(asset))
}

fn credential(builder: &mut Builder<'_>, name: &str, entry: &Entry<Credential>) {
    let Credential { name: title, kind, held, opens } = &entry.value;
    let id = AssetId::new(AssetKind::Credential, name);
    let mut asset = Asset::new(id, AssetKind::Credential, title.as_deref().unwrap_or(name));
    asset.level = Some(Level::Secret);
    asset.data = vec!["credential".to_owned()];
    asset.facts.extend(kind.iter().map(|it| format!("kind: {it}")));
    asset.facts.push(format!("held: {}", held.unwrap_or(Held::Environment)));
    asset.facts.extend(opens.iter().map(|it| format!("opens: {}", it.value)));
    asset.facts.sort();
    asset.provenance = vec![Provenance::Stated(entry.place.clone())];
    builder.asset(asset);
}

/// What is known of an asset that an effect is bound to.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    pub(super) trust: Option<Trust>,
    pub(super) level: Option<Level>,
    pub(super) data: Vec<String>,
    pub(super) audience: Option<Audience>,
}

/// What is known of `id`: what people say last, else what files and the catalog say.
pub(super) fn known(builder: &Builder<'_>, said: &All<'_>, id: &AssetId) -> Known {
    let mut known = Known::default();
    if let Some(asset) = builder.map.assets.get(id) {
        (known.trust, known.level) = (asset.trust, asset.level);
        known.data.clone_from(&asset.data);
    }
    for it in said.get(id).into_iter().flatten() {
        known.trust = it.trust.or(known.trust);
        known.level = it.level.or(known.level);
        known.audience = it.audience.or(known.audience);
        if !it.data.is_empty() {
            known.data.clone_from(&it.data);
        }
    }
    known
}
