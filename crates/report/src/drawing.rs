//! What the forms of other threat-modeling tools have in common: zones, flows in the direction of the data, classes of
//! data with their level. They draw a system, and a denied edge is nothing to draw.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::reach::digest;
use ambit_model::{
    Assessment, Asset, AssetId, AssetKind, Exposure, Finding, Gate, Level, Place, Provenance, ReachEdge,
    Remedy, Tier, Trust, Verb,
};

use crate::visible::visible;
use crate::words;

/// The zone of an asset: who can write into it; of what has no such label, where it is.
pub(crate) fn zone(asset: &Asset) -> Trust {
    asset.trust.unwrap_or(match asset.kind {
        AssetKind::Channel => Trust::Public,
        _ => Trust::Operator,
    })
}

/// The zones that assets are in.
pub(crate) fn zones(assessment: &Assessment) -> BTreeSet<Trust> {
    assessment.assets.iter().map(zone).collect()
}

/// The id of a zone.
pub(crate) fn zone_id(zone: Trust) -> String {
    format!("zone-{zone}")
}

/// What a zone is called.
pub(crate) fn zone_name(zone: Trust) -> &'static str {
    match zone {
        Trust::Public => "Written by anybody",
        Trust::Partner => "Written by partners",
        Trust::Organization => "Written by the organization",
        Trust::Operator => "Where the operator's agents run",
    }
}

/// The edges that can be used.
pub(crate) fn flows(assessment: &Assessment) -> impl Iterator<Item = &ReachEdge> {
    assessment.edges.iter().filter(|it| it.gate != Gate::Denied)
}

/// Where the data of an edge comes from, and where it goes.
pub(crate) fn ends(edge: &ReachEdge) -> (&AssetId, &AssetId) {
    if edge.verb.takes_in() { (&edge.to, &edge.from) } else { (&edge.from, &edge.to) }
}

/// The classes of data, each with the highest level that anything of it has where it lies. What is sent is of a whole
/// context, and says nothing of one class.
pub(crate) fn classes(assessment: &Assessment) -> BTreeMap<&str, Level> {
    let mut classes = BTreeMap::new();
    let mut add = |class, level: Option<Level>| {
        let known = classes.entry(class).or_insert(Level::Public);
        *known = level.unwrap_or(Level::Public).max(*known);
    };
    for asset in &assessment.assets {
        asset.data.iter().for_each(|it| add(it.as_str(), asset.level));
    }
    for edge in flows(assessment) {
        let level = edge.level.filter(|_| edge.verb != Verb::Sends);
        edge.touches.iter().for_each(|it| add(it.as_str(), level));
    }
    classes
}

/// The server that supplies each tool.
pub(crate) fn suppliers(assessment: &Assessment) -> BTreeMap<&AssetId, &AssetId> {
    let supplied = assessment.edges.iter().filter(|it| it.verb == Verb::Supplies);
    supplied.map(|it| (&it.to, &it.from)).collect()
}

/// What a finding says, in words.
pub(crate) fn says(finding: &Finding) -> String {
    let text = if finding.message.is_empty() { &finding.title } else { &finding.message };
    visible(text).into_owned()
}

/// What a remedy says, in words.
pub(crate) fn advice(remedy: &Remedy) -> String {
    visible(&format!("{}. Costs: {}.", remedy.action.trim_end_matches('.'), remedy.costs)).into_owned()
}

/// The id of a remedy: the same advice for two findings is one.
pub(crate) fn remedy_id(remedy: &Remedy) -> String {
    digest("m-", &[&remedy.control, &remedy.action])
}

/// The numbers of the weaknesses among the categories of a finding.
pub(crate) fn weaknesses(finding: &Finding) -> BTreeSet<u32> {
    let numbers = finding.categories.iter().filter_map(|it| it.strip_prefix("CWE-")?.split(':').next());
    numbers.filter_map(|it| it.parse().ok()).collect()
}

/// The controls that stand on the paths of a finding.
pub(crate) fn standing<'a>(finding: &Finding, index: &words::Index<'a>) -> BTreeSet<&'a str> {
    let edges = finding.legs.values().flatten().filter_map(|it| index.edge(it));
    edges.flat_map(|it| it.controls.iter().map(String::as_str)).collect()
}

/// How likely it is in hundredths, by how exposed it is: an order, and no measurement.
pub(crate) fn likelihood(exposure: Exposure) -> u8 {
    match exposure {
        Exposure::Open => 90,
        Exposure::Prompted => 50,
        Exposure::Guarded => 20,
    }
}

/// How bad what it ends in is, in hundredths, by its tier.
pub(crate) fn impact(tier: Tier) -> u8 {
    match tier {
        Tier::T0 => 0,
        Tier::T1 => 25,
        Tier::T2 => 50,
        Tier::T3 => 75,
        Tier::T4 => 100,
    }
}

/// The places at which something was read.
pub(crate) fn places(provenance: &[Provenance]) -> impl Iterator<Item = &Place> {
    provenance.iter().filter_map(Provenance::place)
}

/// The name of what was looked at: the last part of the path.
pub(crate) fn system(assessment: &Assessment) -> String {
    let root = assessment.inputs.root.trim_end_matches(['/', '\\']);
    let last = root.rsplit(['/', '\\']).next().filter(|it| !matches!(*it, "" | "." | ".."));
    visible(last.unwrap_or("system")).into_owned()
}
