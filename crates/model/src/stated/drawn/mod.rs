//! Models that other tools have drawn, as far as a map has a place for them: a file that `extends` names is told by its
//! first keys to be one.
//!
//! What lives here: one file per format, what the words for a part mean, and what a flow between two parts comes to.
//! A drawing adds reach and takes none away: nothing in it is a gate or a control, what is on the map already keeps the
//! worse label, and what has no place on a map is a note.

mod flows;
mod kinds;
mod otm;
mod threagile;

use std::collections::{BTreeMap, BTreeSet};

use super::problems::{Problems, quoted};
use super::take::Spot;
use crate::asset::{AssetId, AssetKind};
use crate::label::{Audience, Level, Trust};
use crate::place::{Place, Problem};
use crate::reach::Verb;
use crate::tier::{BlastRadius, Reversibility};

/// How long an id may be, in characters.
const LONGEST: usize = 512;

/// What other tools have drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The files.
    pub files: BTreeSet<String>,
    /// The parts, in the order of the files.
    pub parts: Vec<Part>,
    /// What moves between them.
    pub flows: Vec<Flow>,
    /// What has no place on a map.
    pub notes: Vec<Problem>,
}

/// A part of a drawing that is an asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its id: the one in the drawing, behind the prefix of its kind.
    pub id: AssetId,
    /// What it is.
    pub kind: AssetKind,
    /// Its name for people.
    pub name: String,
    /// Who can write into it.
    pub trust: Option<Trust>,
    /// How confidential what it holds is.
    pub level: Option<Level>,
    /// Data classes that it holds.
    pub data: Vec<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Facts for people.
    pub facts: Vec<String>,
    /// Where it is drawn.
    pub place: Place,
}

/// What a flow has to know of a part at its end.
#[derive(Debug, Clone)]
struct End {
    id: AssetId,
    kind: AssetKind,
    trust: Option<Trust>,
}

/// A flow of a drawing that is an edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Who acts.
    pub from: AssetId,
    /// What it does.
    pub verb: Verb,
    /// To what.
    pub to: AssetId,
    /// The action by which it happens: the flow itself, where it is one that an agent takes.
    pub via: Option<AssetId>,
    /// Data classes that move.
    pub data: Vec<String>,
    /// How confidential they are.
    pub level: Option<Level>,
    /// Who can receive what is sent.
    pub audience: Option<Audience>,
    /// Who could have written what comes in.
    pub trust: Option<Trust>,
    /// How much a change matters.
    pub weight: Option<(Reversibility, BlastRadius)>,
    /// Where it is drawn.
    pub place: Place,
}

impl Drawn {
    pub(super) fn join(&mut self, later: Self) {
        self.files.extend(later.files);
        self.parts.extend(later.parts);
        self.flows.extend(later.flows);
        self.notes.extend(later.notes);
    }
}

/// What is drawn in a file; none where no other tool has drawn it.
pub(super) fn read(root: &Spot<'_>, problems: &mut Problems) -> Option<Drawn> {
    // A file of ours says so in its first key, and stays one whatever else stands in it.
    if root.get("ambit").is_some() {
        return None;
    }
    let reader: fn(&Spot<'_>, &mut Sheet<'_>) = match () {
        () if root.get("otmVersion").is_some() => otm::read,
        () if root.get("threagile_version").is_some() => threagile::read,
        () => return None,
    };
    let mut sheet =
        Sheet { problems, notes: Problems::default(), drawn: Drawn::default(), known: BTreeMap::new() };
    sheet.drawn.files.insert(root.path.to_owned());
    reader(root, &mut sheet);
    let Sheet { notes, mut drawn, .. } = sheet;
    drawn.notes = notes.into_sorted();
    Some(drawn)
}

/// A drawing while it is read.
struct Sheet<'p> {
    /// What is malformed.
    problems: &'p mut Problems,
    /// What has no place.
    notes: Problems,
    drawn: Drawn,
    /// Parts by their id in the drawing.
    known: BTreeMap<String, usize>,
}

impl Sheet<'_> {
    /// The text under `key`, which must be there.
    fn text<'s>(&mut self, spot: &Spot<'s>, key: &str, noun: &str) -> Option<&'s str> {
        let value = spot.get(key);
        let text = value.and_then(|it| it.text()).filter(|it| !it.trim().is_empty());
        if text.is_none() {
            let place = value.map_or_else(|| spot.place(), |it| it.place());
            self.problems.add(&place, format!("{noun} without `{key}`"), format!("write `{key}`, as text"));
        }
        text
    }

    /// The id of something, with its place.
    fn id<'s>(&mut self, spot: &Spot<'s>, noun: &str) -> Option<(&'s str, Place)> {
        let id = self.text(spot, "id", noun)?;
        let place = spot.get("id").map_or_else(|| spot.place(), |it| it.place());
        if id.chars().count() > LONGEST || id.trim() != id || id.chars().any(char::is_control) {
            let help = format!("at most {LONGEST} characters, all of them visible");
            self.problems.add(&place, format!("`{}` is no id", quoted(id)), help);
            return None;
        }
        Some((id, place))
    }

    /// The items under `key`; nothing where it is missing.
    fn items<'s>(&mut self, spot: &Spot<'s>, key: &str) -> Vec<Spot<'s>> {
        let Some(list) = spot.get(key) else { return Vec::new() };
        let Some(items) = list.items() else {
            self.problems.add(&list.place(), format!("`{key}` is no list"), "write a list");
            return Vec::new();
        };
        items.collect()
    }

    /// The names under `key`, each with its place and value; nothing where it is missing.
    fn entries<'s>(&mut self, spot: &Spot<'s>, key: &str) -> Vec<(&'s str, Place, Spot<'s>)> {
        let Some(map) = spot.get(key) else { return Vec::new() };
        let Some(entries) = map.entries() else {
            self.problems.add(
                &map.place(),
                format!("`{key}` has no names"),
                "write names, each with what it is",
            );
            return Vec::new();
        };
        entries.collect()
    }

    /// The words in the list under `key`.
    fn words<'s>(&mut self, spot: &Spot<'s>, key: &str) -> Vec<&'s str> {
        self.items(spot, key).iter().filter_map(Spot::text).collect()
    }

    /// Notes what has no place on a map.
    fn note(&mut self, place: &Place, message: impl Into<String>, help: impl Into<String>) {
        self.notes.add(place, message, help);
    }

    /// Notes sections that are not taken over.
    fn passed_over(&mut self, root: &Spot<'_>, sections: &[(&str, &str)]) {
        for (key, help) in sections {
            let Some(found) = root.get(key) else { continue };
            let holds = found.items().is_some_and(|mut it| it.next().is_some())
                || found.pairs().is_some_and(|it| !it.is_empty());
            if holds {
                self.note(&found.place(), format!("`{key}` is not taken over"), *help);
            }
        }
    }

    /// Adds a part under its id in the drawing.
    fn part(&mut self, id: &str, part: Part) {
        if self.known.contains_key(id) {
            let message = format!("`{}` is drawn twice", quoted(id));
            self.problems.add(&part.place, message, "give each an id of its own; the first one was read");
            return;
        }
        self.known.insert(id.to_owned(), self.drawn.parts.len());
        self.drawn.parts.push(part);
    }

    /// The part with this id in the drawing, as the end of a flow.
    fn known(&self, id: &str) -> Option<End> {
        let part = self.drawn.parts.get(*self.known.get(id)?)?;
        Some(End { id: part.id.clone(), kind: part.kind, trust: part.trust })
    }

    /// The same; one that is nowhere is a problem at `place`.
    fn end(&mut self, id: &str, place: &Place) -> Option<End> {
        let found = self.known(id);
        if found.is_none() {
            let message = format!("`{}` is not drawn", quoted(id));
            self.problems.add(place, message, "name a part by its `id`");
        }
        found
    }
}

/// The id of an asset that a drawing calls `id`; one that has the prefix of its kind already stays as it is.
fn asset_id(kind: AssetKind, id: &str) -> AssetId {
    let prefix = id.split_once(':').map(|it| it.0);
    let shared = kind == AssetKind::Environment && prefix == Some("env");
    if shared || prefix == Some(kind.prefix()) { AssetId::from_text(id) } else { AssetId::new(kind, id) }
}
