//! From entries of the catalog and addresses to effects.

use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_catalog::schema::{Act, Node, Nodes};
use ambit_model::facts::{Object, OwnEffect};
use ambit_model::{
    AssetId, Audience, Bandwidth, Basis, BlastRadius, Confidence, Effect, Level, Place, Reversibility, Trust,
};

/// What the catalog knows of one product.
#[derive(Clone, Copy)]
pub(super) struct Known<'c> {
    pub(super) catalog: &'c Catalog,
    pub(super) nodes: &'c Nodes,
}

impl Known<'_> {
    /// The place `id`, or the part of it that `object` names.
    pub(super) fn place(&self, id: &AssetId, object: Option<&str>) -> Object {
        let entry = self.nodes.places.get(id.as_str()).or_else(|| self.catalog.place(id.as_str()));
        let mut place = Object::named(id.as_str(), entry.map_or("", |it| it.name.as_str()));
        if let Some(entry) = entry {
            place.trust = entry.trust;
            place.level = entry.level;
            place.data.clone_from(&entry.data);
        }
        if let Some(object) = object {
            place.id = AssetId::from_text(format!("{id}/{object}"));
            place.name =
                format!("{} ({object})", if place.name.is_empty() { id.name() } else { &place.name });
        }
        place
    }

    /// The effects of `acts` of a node; `object` names the part of its place that it is about.
    pub(super) fn effects(
        &self,
        node: &Node,
        acts: &[&Act],
        object: Option<&str>,
        at: &Place,
    ) -> Vec<OwnEffect> {
        let own = node.on.as_ref().map(|it| self.place(it, object));
        let mut effects = Vec::new();
        for act in acts {
            for entry in &act.effects {
                let is_own = entry.on.as_ref().is_none_or(|it| it.as_str() == "own");
                let on = match (&entry.on, &own) {
                    (_, Some(own)) if is_own => own.clone(),
                    (Some(on), _) if !is_own => self.place(on, None),
                    _ => continue,
                };
                let Some(effect) = of_place(&entry.effect, &on, is_own) else { continue };
                effects.push(OwnEffect {
                    effect,
                    on,
                    does: Arc::clone(&act.does),
                    basis: Basis::Catalog,
                    confidence: Confidence::Likely,
                    place: Some(at.clone()),
                });
            }
        }
        effects.sort();
        effects.dedup();
        effects
    }
}

/// What an act's effect comes to on the node's own place: who writes there and what lies there is known of the place.
fn of_place(effect: &Effect, on: &Object, is_own: bool) -> Option<Effect> {
    Some(match effect {
        Effect::Ingests { .. } if is_own => {
            Effect::Ingests { trust: on.trust.filter(|it| it.is_untrusted())? }
        }
        Effect::Reads { data, level } if data.is_empty() => {
            Effect::Reads { data: on.data.clone().into(), level: on.level.unwrap_or(*level) }
        }
        other => other.clone(),
    })
}

/// An address that something calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address<'a> {
    /// As far as it is written out.
    pub(super) url: &'a str,
    pub(super) method: &'a str,
    /// Whether the caller chooses something of what is sent: a part of the address, the body.
    pub(super) chosen: bool,
    /// Whether it says who it is.
    pub(super) signed_in: bool,
}

/// What calling it does. What a method may do without saying so is no more than possible.
pub(super) fn call(address: Address<'_>, at: &Place, catalog: &Catalog) -> Vec<OwnEffect> {
    let host = host(address.url);
    if host.as_deref().and_then(|it| catalog.host(it)).is_some_and(|(_, it)| it.processor) {
        // Asking a model is what the flow is for, and nobody reads it there.
        return Vec::new();
    }
    let (on, trust, audience) = match host {
        Some(host) => {
            let (trust, audience) = who(&host, catalog);
            let mut on = Object::named(format!("channel:web/{host}"), host);
            on.trust = Some(trust);
            (on, trust, audience)
        }
        None => (Object::shared("channel:web"), Trust::Public, Audience::Public),
    };
    let method = address.method.to_ascii_uppercase();
    let does: Arc<str> =
        format!("call `{method}` on {}", if on.name.is_empty() { "any address" } else { &on.name }).into();
    let effect = |effect: Effect, confidence: Confidence| OwnEffect {
        effect,
        on: on.clone(),
        does: Arc::clone(&does),
        basis: Basis::Declared,
        confidence,
        place: Some(at.clone()),
    };
    let writes = |reversibility| Effect::Writes { reversibility, blast_radius: BlastRadius::Organization };
    let mut effects = Vec::new();
    if trust.is_untrusted() {
        effects.push(effect(Effect::Ingests { trust }, Confidence::Certain));
    }
    let is_read = ["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"].contains(&method.as_str());
    // What an account may read of a service of others is its own; what models and searches answer is not.
    if (address.signed_in && is_read) || !trust.is_untrusted() {
        let read = Effect::Reads { data: Arc::default(), level: Level::Internal };
        let confidence = if trust.is_untrusted() { Confidence::Possible } else { Confidence::Likely };
        effects.push(effect(read, confidence));
    }
    if address.chosen {
        let bandwidth = if is_read { Bandwidth::ChosenUrl } else { Bandwidth::FreeText };
        effects.push(effect(Effect::Sends { audience, bandwidth }, Confidence::Certain));
    }
    match method.as_str() {
        _ if is_read => {}
        "DELETE" => effects.push(effect(writes(Reversibility::Irreversible), Confidence::Likely)),
        "PUT" | "PATCH" | "MOVE" => {
            effects.push(effect(writes(Reversibility::Recoverable), Confidence::Likely));
        }
        // Searches and models are asked by `POST` too, and what it adds can mostly be taken back.
        _ => effects.push(effect(writes(Reversibility::Reversible), Confidence::Possible)),
    }
    effects
}

/// The host of an address, where all of it is written out.
pub(super) fn host(url: &str) -> Option<String> {
    let url = url.trim().trim_start_matches('=').trim();
    let (scheme, rest) = url.split_once("://")?;
    if !["http", "https", "ws", "wss"].contains(&scheme.to_ascii_lowercase().as_str()) {
        return None;
    }
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, it)| it);
    let host = host.split(':').next()?.to_ascii_lowercase();
    let plain = !host.is_empty() && host.chars().all(|it| it.is_alphanumeric() || "-._".contains(it));
    plain.then_some(host)
}

/// Who writes what a host says, and who reads what it is sent.
pub(super) fn who(host: &str, catalog: &Catalog) -> (Trust, Audience) {
    let inside = [".local", ".internal", ".lan", ".corp", ".intranet", ".localhost"];
    let private = host.parse::<std::net::Ipv4Addr>().is_ok_and(|it| it.is_private() || it.is_loopback());
    // A single label resolves inside only.
    if !host.contains('.') || private || inside.iter().any(|it| host.ends_with(it)) {
        return (Trust::Organization, Audience::Organization);
    }
    catalog.host(host).map_or((Trust::Partner, Audience::Partner), |(_, it)| (it.trust, it.audience))
}
