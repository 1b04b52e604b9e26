//! Threagile: technical assets in trust boundaries, their communication links, data assets.

use std::collections::{BTreeMap, BTreeSet};

use super::flows::{self, Moved};
use super::{Part, Sheet, asset_id, kinds, quoted};
use crate::asset::AssetKind;
use crate::label::{Level, Trust};
use crate::place::Place;
use crate::stated::take::Spot;

/// Technologies of processes that are stores all the same.
const STORES: [&str; 12] = [
    "artifact-registry",
    "block-storage",
    "data-lake",
    "database",
    "file-server",
    "identity-store-database",
    "identity-store-ldap",
    "ldap-server",
    "local-file-system",
    "search-index",
    "sourcecode-repository",
    "vault",
];

/// What other tools of the format make of a model, and Ambit does not.
const PASSED_OVER: [(&str, &str); 7] = [
    ("includes", "name each of the files under `extends`"),
    ("questions", "ask them under `objectives` or in a review"),
    ("abuse_cases", "state what must never happen under `never`"),
    ("security_requirements", "state them under `never` or `objectives`"),
    ("shared_runtimes", "state what runs in it under `facts`"),
    ("individual_risk_categories", "Ambit finds its own; decide about those under `decisions`"),
    ("risk_tracking", "Ambit finds its own; decide about those under `decisions`"),
];

pub(super) fn read(root: &Spot<'_>, sheet: &mut Sheet<'_>) {
    let levels = levels(root, sheet);
    let inside = inside(root, sheet);
    let assets = sheet.entries(root, "technical_assets");
    for (title, place, asset) in &assets {
        part(title, place, asset, (&levels, &inside), sheet);
    }
    for (_, _, asset) in &assets {
        let Some(source) = asset.get("id").and_then(|it| it.text()).map(str::to_owned) else { continue };
        for (title, place, spot) in sheet.entries(asset, "communication_links") {
            let link = Link { id: link_id(&source, title), place, spot };
            communication(&source, &link, &levels, sheet);
        }
    }
    sheet.passed_over(root, &PASSED_OVER);
}

fn levels<'a>(root: &Spot<'a>, sheet: &mut Sheet<'_>) -> BTreeMap<&'a str, Level> {
    let mut levels = BTreeMap::new();
    for (_, place, asset) in sheet.entries(root, "data_assets") {
        let Some((id, _)) = sheet.id(&asset, "a data asset") else { continue };
        let word = asset.get("confidentiality").and_then(|it| it.text());
        let level = word.and_then(level);
        if level.is_none() {
            let help = "write `public`, `internal`, `restricted`, `confidential` or `strictly-confidential`; until then \
                        it counts as secret";
            sheet.problems.add(&place, "a data asset without a known `confidentiality`", help);
        }
        levels.insert(id, level.unwrap_or(Level::Secret));
    }
    levels
}

fn level(word: &str) -> Option<Level> {
    Some(match word {
        "public" => Level::Public,
        "internal" => Level::Internal,
        "restricted" | "confidential" => Level::Confidential,
        "strictly-confidential" => Level::Secret,
        _ => return None,
    })
}

/// The technical assets that lie in a trust boundary.
fn inside<'a>(root: &Spot<'a>, sheet: &mut Sheet<'_>) -> BTreeSet<&'a str> {
    let boundaries = sheet.entries(root, "trust_boundaries");
    boundaries.iter().flat_map(|(_, _, it)| sheet.words(it, "technical_assets_inside")).collect()
}

fn part(
    title: &str,
    place: &Place,
    asset: &Spot<'_>,
    (levels, inside): (&BTreeMap<&str, Level>, &BTreeSet<&str>),
    sheet: &mut Sheet<'_>,
) {
    let Some((id, _)) = sheet.id(asset, "a technical asset") else { return };
    let kind = kind(id, asset, place, sheet);
    let internet =
        asset.get("internet").is_some_and(|it| matches!(it.node.kind, ambit_tree::Kind::Bool(true)));
    let external = asset.get("type").and_then(|it| it.text()) == Some("external-entity");
    let trust = match (internet, inside.contains(id), external) {
        (true, _, _) | (_, false, true) => Trust::Public,
        (_, false, false) => Trust::Partner,
        (_, true, _) => Trust::Organization,
    };
    let mut data: Vec<String> = Vec::new();
    for key in ["data_assets_stored", "data_assets_processed"] {
        data.extend(sheet.words(asset, key).iter().map(|it| (*it).to_owned()));
    }
    data.sort();
    data.dedup();
    undeclared(&data, levels, place, sheet);
    let rated = asset.get("confidentiality").and_then(|it| level(it.text()?));
    let held = data.iter().filter_map(|it| levels.get(it.as_str()).copied()).max();
    let is_place = kinds::is_place(kind);
    sheet.part(
        id,
        Part {
            id: asset_id(kind, id),
            kind,
            name: title.to_owned(),
            trust: Some(trust).filter(|_| is_place),
            level: held.max(rated).filter(|_| matches!(kind, AssetKind::DataStore | AssetKind::Memory)),
            data,
            owner: asset.get("owner").and_then(|it| it.text()).map(str::to_owned),
            facts: Vec::new(),
            place: place.clone(),
        },
    );
}

fn kind(id: &str, asset: &Spot<'_>, place: &Place, sheet: &mut Sheet<'_>) -> AssetKind {
    let tags = sheet.words(asset, "tags");
    if let Some(kind) = kinds::tagged(&tags) {
        return kind;
    }
    let mut technologies = sheet.words(asset, "technologies");
    technologies.extend(asset.get("technology").and_then(|it| it.text()));
    let text = asset.get("type").and_then(|it| it.text()).unwrap_or_default();
    match text {
        "datastore" => AssetKind::DataStore,
        "process" if technologies.contains(&"ai") => AssetKind::Agent,
        "process" if technologies.iter().any(|it| STORES.contains(it)) => AssetKind::DataStore,
        "process" | "external-entity" => AssetKind::Channel,
        _ => kinds::unknown(sheet, id, text, place),
    }
}

fn undeclared(data: &[String], levels: &BTreeMap<&str, Level>, place: &Place, sheet: &mut Sheet<'_>) {
    for unknown in data.iter().filter(|it| !levels.contains_key(it.as_str())) {
        let message = format!("`{}` is no data asset of the drawing", quoted(unknown));
        sheet.problems.add(place, message, "declare it under `data_assets`");
    }
}

/// A communication link.
struct Link<'a> {
    id: String,
    place: Place,
    spot: Spot<'a>,
}

/// A link is called by its source; what it sends and what it receives move in opposite directions, and where nothing
/// is said of either, data moves in both.
fn communication(source: &str, link: &Link<'_>, levels: &BTreeMap<&str, Level>, sheet: &mut Sheet<'_>) {
    let Link { id, place, spot } = link;
    let Some(target) = sheet.text(spot, "target", "a communication link") else { return };
    let (Some(source), Some(target)) = (sheet.known(source), sheet.end(target, place)) else { return };
    let mut data =
        |key| -> Vec<String> { sheet.words(spot, key).iter().map(|it| (*it).to_owned()).collect() };
    let (sent, received) = (data("data_assets_sent"), data("data_assets_received"));
    let silent = sent.is_empty() && received.is_empty();
    let readonly =
        spot.get("readonly").is_some_and(|it| matches!(it.node.kind, ambit_tree::Kind::Bool(true)));
    // Who hands work on takes the answer.
    let hands_on = [source.kind, target.kind] == [AssetKind::Agent; 2];
    // A question to a store changes nothing in it.
    let asks = readonly && target.kind == AssetKind::DataStore;
    let mut any = false;
    for (data, is_drawn, (from, to)) in [
        (&sent, hands_on || (silent || !sent.is_empty()) && !asks, (&source, &target)),
        (&received, !hands_on && (silent || !received.is_empty() || asks), (&target, &source)),
    ] {
        undeclared(data, levels, place, sheet);
        let level = data.iter().filter_map(|it| levels.get(it.as_str()).copied()).max();
        let moved = Moved { id, data, level, place };
        any |= is_drawn && flows::add(sheet, &moved, from, to);
    }
    if !any {
        let moved = Moved { id, data: &sent, level: None, place };
        flows::nowhere(sheet, &moved, &source, &target);
    }
}

/// The id that the tool itself gives a link: the id of its source and the words of its title.
fn link_id(source: &str, title: &str) -> String {
    let words = title.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    format!("{source}>{}", words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-"))
}
