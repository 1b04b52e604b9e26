//! Open Threat Model 0.2: components in zones of trust, data flows, data assets. What Ambit itself has written under
//! `attributes.ambit` says exactly what a component or a flow was.

use std::collections::BTreeMap;

use super::flows::{self, Moved};
use super::{End, Flow, Part, Sheet, asset_id, kinds, quoted};
use crate::asset::{AssetId, AssetKind};
use crate::label::{Audience, Level, Trust};
use crate::place::Place;
use crate::reach::Verb;
use crate::stated::take::Spot;
use crate::tier::{BlastRadius, Reversibility};

/// How deep components may lie in each other.
const DEEPEST: usize = 64;

/// What a component lies in.
enum Within<'a> {
    Zone(&'a str),
    Component(&'a str),
}

/// What components refer to.
struct Frame<'a> {
    zones: BTreeMap<&'a str, Trust>,
    within: BTreeMap<&'a str, Within<'a>>,
    levels: BTreeMap<&'a str, Level>,
}

pub(super) fn read(root: &Spot<'_>, sheet: &mut Sheet<'_>) {
    let version = root.get("otmVersion");
    let is_known = version.and_then(|it| it.text()).is_some_and(|it| it == "0.2" || it.starts_with("0.2."));
    if let Some(version) = version.filter(|_| !is_known) {
        sheet.problems.add(&version.place(), "a version that Ambit does not read", "expected `0.2.0`");
        return;
    }
    let components = sheet.items(root, "components");
    let frame = Frame {
        zones: zones(root, sheet),
        within: components.iter().filter_map(|it| Some((it.get("id")?.text()?, within(it)?))).collect(),
        levels: levels(root, sheet),
    };
    for component in &components {
        part(component, &frame, sheet);
    }
    for flow in sheet.items(root, "dataflows") {
        dataflow(&flow, &frame, sheet);
    }
    let own = "Ambit finds its own; decide about those under `decisions`";
    let controls = "state what stands under `controls`";
    sheet.passed_over(root, &[("threats", own), ("mitigations", controls)]);
}

fn zones<'a>(root: &Spot<'a>, sheet: &mut Sheet<'_>) -> BTreeMap<&'a str, Trust> {
    let mut zones = BTreeMap::new();
    for zone in sheet.items(root, "trustZones") {
        let Some((id, place)) = sheet.id(&zone, "a trust zone") else { continue };
        let rating = zone.get("risk").and_then(|it| it.get("trustRating"));
        let number = rating.and_then(|it| it.text()?.parse::<f64>().ok());
        if number.is_none() {
            let place = rating.map_or(place, |it| it.place());
            let help = "write a number from 0 to 100; until then anybody counts as able to write there";
            sheet.problems.add(&place, "a trust zone without `risk.trustRating`", help);
        }
        zones.insert(id, trust(number.unwrap_or(0.0)));
    }
    zones
}

/// Who can write into what lies in a zone of this rating. No drawing makes anybody the operator.
fn trust(rating: f64) -> Trust {
    match rating {
        it if it >= 55.0 => Trust::Organization,
        it if it >= 25.0 => Trust::Partner,
        _ => Trust::Public,
    }
}

fn levels<'a>(root: &Spot<'a>, sheet: &mut Sheet<'_>) -> BTreeMap<&'a str, Level> {
    let mut levels = BTreeMap::new();
    for asset in sheet.items(root, "assets") {
        let Some((id, place)) = sheet.id(&asset, "a data asset") else { continue };
        let said = asset.get("attributes").and_then(|it| it.get("ambit")?.get("level")?.text());
        let rating = asset.get("risk").and_then(|it| it.get("confidentiality"));
        let number = rating.and_then(|it| it.text()?.parse::<f64>().ok());
        if number.is_none() {
            let place = rating.map_or(place, |it| it.place());
            let help = "write a number from 0 to 100; until then it counts as secret";
            sheet.problems.add(&place, "a data asset without `risk.confidentiality`", help);
        }
        let level = said.and_then(Level::from_word).unwrap_or_else(|| level(number.unwrap_or(100.0)));
        levels.insert(id, level);
    }
    levels
}

/// How confidential data of this rating is.
fn level(rating: f64) -> Level {
    match rating {
        it if it <= 10.0 => Level::Public,
        it if it <= 50.0 => Level::Internal,
        it if it <= 90.0 => Level::Confidential,
        _ => Level::Secret,
    }
}

fn within<'a>(component: &Spot<'a>) -> Option<Within<'a>> {
    let parent = component.get("parent")?;
    let zone = parent.get("trustZone").and_then(|it| it.text()).map(Within::Zone);
    zone.or_else(|| parent.get("component").and_then(|it| it.text()).map(Within::Component))
}

impl Frame<'_> {
    /// The trust of the zone in which a component lies, through the components around it.
    fn trust(&self, id: &str) -> Result<Trust, &'static str> {
        let mut at = id;
        for _ in 0..DEEPEST {
            match self.within.get(at) {
                Some(Within::Zone(zone)) => {
                    return self.zones.get(zone).copied().ok_or("it lies in a trust zone that is not drawn");
                }
                Some(Within::Component(outer)) => at = outer,
                None => return Err("it lies in no trust zone"),
            }
        }
        Err("it lies in too many components, or in itself")
    }

    /// The highest level of these data assets.
    fn level<S: AsRef<str>>(&self, data: &[S]) -> Option<Level> {
        data.iter().filter_map(|it| self.levels.get(it.as_ref()).copied()).max()
    }
}

fn part(component: &Spot<'_>, frame: &Frame<'_>, sheet: &mut Sheet<'_>) {
    let Some((id, place)) = sheet.id(component, "a component") else { return };
    let name = sheet.text(component, "name", "a component").unwrap_or(id);
    let own = component.get("attributes").and_then(|it| it.get("ambit"));
    let written = own.and_then(|it| AssetKind::from_word(it.get("kind")?.text()?));
    let zone = frame.trust(id);
    if let Err(why) = zone {
        let help =
            "give it a `parent` that leads to a trust zone; until then anybody counts as able to write there";
        sheet.problems.add(&place, why, help);
    }
    let tags = sheet.words(component, "tags");
    let kind = written.or_else(|| kinds::tagged(&tags)).unwrap_or_else(|| {
        let text = component.get("type").and_then(|it| it.text()).unwrap_or_default();
        kinds::kind(text).unwrap_or_else(|| kinds::unknown(sheet, id, text, &place))
    });
    let word = |key: &str| own.and_then(|it| it.get(key)?.text());
    let held = component.get("assets");
    let lists = |key, sheet: &mut Sheet<'_>| held.map(|it| sheet.words(&it, key)).unwrap_or_default();
    let stored = lists("stored", sheet);
    let mut data: Vec<String> = stored.iter().map(|it| (*it).to_owned()).collect();
    let drawn = zone.unwrap_or(Trust::Public);
    let (trust, level) = if written.is_some() {
        (word("trust").and_then(Trust::from_word), word("level").and_then(Level::from_word))
    } else {
        data.extend(lists("processed", sheet).iter().map(|it| (*it).to_owned()));
        (Some(drawn).filter(|_| kinds::is_place(kind)), frame.level(&data))
    };
    data.sort();
    data.dedup();
    let facts = own.map(|it| sheet.words(&it, "facts")).unwrap_or_default();
    sheet.part(
        id,
        Part {
            id: asset_id(kind, id),
            kind,
            name: name.to_owned(),
            trust,
            level,
            data,
            owner: word("owner").map(str::to_owned),
            facts: facts.into_iter().map(str::to_owned).collect(),
            place,
        },
    );
}

fn dataflow(flow: &Spot<'_>, frame: &Frame<'_>, sheet: &mut Sheet<'_>) {
    let Some((id, place)) = sheet.id(flow, "a data flow") else { return };
    let mut end = |key| {
        let text = sheet.text(flow, key, "a data flow")?;
        let place = flow.get(key).map_or_else(|| flow.place(), |it| it.place());
        sheet.end(text, &place)
    };
    let (Some(source), Some(destination)) = (end("source"), end("destination")) else { return };
    let data: Vec<String> = sheet.words(flow, "assets").iter().map(|it| (*it).to_owned()).collect();
    if let Some(written) = written(flow, (&source, &destination), &data, &place) {
        sheet.drawn.flows.push(written);
        return;
    }
    let moved = Moved { id, data: &data, level: frame.level(&data), place: &place };
    let both =
        flow.get("bidirectional").is_some_and(|it| matches!(it.node.kind, ambit_tree::Kind::Bool(true)));
    let there = flows::add(sheet, &moved, &source, &destination);
    let back = both && flows::add(sheet, &moved, &destination, &source);
    if !there && !back {
        flows::nowhere(sheet, &moved, &source, &destination);
    }
    for unknown in data.iter().filter(|it| !frame.levels.contains_key(it.as_str())) {
        let message = format!("`{}` is no data asset of the drawing", quoted(unknown));
        sheet.problems.add(&place, message, "declare it under `assets`, with its `risk`");
    }
}

/// The edge that Ambit has written the flow from.
fn written(
    flow: &Spot<'_>,
    (source, destination): (&End, &End),
    data: &[String],
    place: &Place,
) -> Option<Flow> {
    let own = flow.get("attributes")?.get("ambit")?;
    let word = |key: &str| own.get(key).and_then(|it| it.text());
    let verb = Verb::from_word(word("verb")?)?;
    let (from, to) = if verb.takes_in() { (destination, source) } else { (source, destination) };
    let reversibility = word("reversibility").and_then(Reversibility::from_word);
    let blast_radius = word("blast_radius").and_then(BlastRadius::from_word);
    let brings = matches!(verb, Verb::Ingests | Verb::Loads | Verb::Recalls);
    let tool = |it: &&str| it.starts_with("tool:") && !it.chars().any(char::is_control);
    Some(Flow {
        from: from.id.clone(),
        verb,
        to: to.id.clone(),
        via: word("via").filter(tool).map(AssetId::from_text),
        data: data.to_vec(),
        level: word("level").and_then(Level::from_word),
        audience: word("audience").and_then(Audience::from_word),
        trust: word("reached_by").and_then(Trust::from_word).filter(|_| brings),
        weight: reversibility.zip(blast_radius),
        place: place.clone(),
    })
}
