//! From a tree that was checked to types: what a section may hold, and the macros that describe an entry once.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

use ambit_tree::{Kind, Node, Pair, Position};

use super::forms;
use super::shape::{self, Form, List, Shape, Words};
use crate::place::Place;

/// A value of `ambit.yaml`: how it is described, and how it is taken from a tree. What does not fit its shape
/// is left out; the check has told of it.
pub(crate) trait Stated: Sized {
    /// Its description.
    const SHAPE: &'static Shape;
    /// Whether a key with such a value must be there.
    const REQUIRED: bool = true;
    /// Whether one may stand where a list of them is expected.
    const SINGLE: bool = false;

    /// The value at `spot`.
    fn take(spot: &Spot<'_>) -> Option<Self>;

    /// What a key that is not there means.
    fn absent() -> Option<Self> {
        None
    }
}

/// How a later file adds to what an earlier one said.
pub(crate) trait Join {
    /// Takes over what `later` says.
    fn join(&mut self, later: Self);
}

/// A value in a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spot<'a> {
    pub(crate) path: &'a str,
    pub(crate) node: &'a Node,
}

impl<'a> Spot<'a> {
    pub(crate) fn place(&self) -> Place {
        self.place_of(self.node.at)
    }

    fn place_of(&self, at: Position) -> Place {
        Place::new(self.path, at.line, at.column)
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        match &self.node.kind {
            Kind::Text(text) | Kind::Number(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn pairs(&self) -> Option<&'a [Pair]> {
        match &self.node.kind {
            Kind::Map(pairs) => Some(pairs),
            _ => None,
        }
    }

    /// The value of `key` in a map; the last one where it appears twice.
    pub(crate) fn field<T: Stated>(&self, key: &str) -> Option<T> {
        let pair = self.pairs()?.iter().rev().find(|it| it.key == key);
        match pair.filter(|it| !matches!(it.value.kind, Kind::Null)) {
            None => T::absent(),
            Some(pair) => self.to(&pair.value).take().or_else(T::absent),
        }
    }

    /// What stands under `key`, whatever it is; the last one where it appears twice, else what the map merges in.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        if let Some(pair) = self.pairs()?.iter().rev().find(|it| it.key == key) {
            return (!matches!(pair.value.kind, Kind::Null)).then(|| self.to(&pair.value));
        }
        self.merged().find_map(|it| it.get(key))
    }

    /// The maps that YAML's merge key names, the one that counts most first.
    fn merged(&self) -> impl Iterator<Item = Self> + use<'a> {
        let keys = self.pairs().unwrap_or_default().iter().filter(|it| it.key == "<<");
        let maps = keys.flat_map(|it| match &it.value.kind {
            Kind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&it.value),
        });
        let path = self.path;
        maps.map(move |node| Self { path, node })
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Option<impl Iterator<Item = Self> + use<'a>> {
        let Kind::List(items) = &self.node.kind else { return None };
        let path = self.path;
        Some(items.iter().map(move |node| Self { path, node }))
    }

    /// The names of a map, each with its place and what stands under it.
    pub(crate) fn entries(&self) -> Option<impl Iterator<Item = (&'a str, Place, Self)> + use<'a>> {
        let path = self.path;
        let entry = move |it: &'a Pair| {
            let place = Place::new(path, it.at.line, it.at.column);
            (it.key.as_str(), place, Self { path, node: &it.value })
        };
        Some(self.pairs()?.iter().map(entry))
    }

    fn take<T: Stated>(&self) -> Option<T> {
        T::take(self)
    }

    fn to(&self, node: &'a Node) -> Self {
        Self { path: self.path, node }
    }
}

/// A value, and where it is stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Where.
    pub place: Place,
}

/// What an author has given a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<T> {
    /// What it is.
    pub value: T,
    /// Where the name is.
    pub place: Place,
    /// Where files that this one extends had said something else under the name; the first file first.
    pub overrides: Vec<Place>,
}

/// What authors have given names, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named<T, K = Plain> {
    entries: BTreeMap<String, Entry<T>>,
    /// Names whose entries could not be understood: told of once, and not again where others use them.
    unread: BTreeSet<String>,
    key: PhantomData<K>,
}

impl<T, K> Named<T, K> {
    /// The entry of that name.
    pub fn get(&self, name: &str) -> Option<&Entry<T>> {
        self.entries.get(name)
    }

    /// That name as it stands here, where it does.
    pub(crate) fn name(&self, name: &str) -> Option<&str> {
        self.entries.get_key_value(name).map(|it| it.0.as_str())
    }

    /// The entry of that name, to change it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Entry<T>> {
        self.entries.get_mut(name)
    }

    /// Puts an entry under that name, in the place of what was there.
    pub fn insert(&mut self, name: String, entry: Entry<T>) {
        self.entries.insert(name, entry);
    }

    /// Takes the entry of that name away.
    pub fn remove(&mut self, name: &str) -> Option<Entry<T>> {
        self.entries.remove(name)
    }

    /// Whether a file gives something that name, be it understood or not.
    pub fn declares(&self, name: &str) -> bool {
        self.entries.contains_key(name) || self.unread.contains(name)
    }

    /// Every name that a file gives.
    pub(crate) fn declared(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries.keys().chain(&self.unread).map(String::as_str)
    }

    /// Names with their entries, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry<T>)> {
        self.entries.iter().map(|(name, it)| (name.as_str(), it))
    }

    /// The names.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.entries.keys().map(String::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl<T, K> Default for Named<T, K> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), unread: BTreeSet::new(), key: PhantomData }
    }
}

/// What names of a map look like.
pub(crate) trait Key {
    const FORM: &'static Form;
}

/// Names that authors make up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Plain;

impl Key for Plain {
    const FORM: &'static Form = &forms::NAME;
}

impl<T: Stated, K: Key> Stated for Named<T, K> {
    const SHAPE: &'static Shape = &Shape::Named(&shape::Named { key: K::FORM, value: T::SHAPE });
    const REQUIRED: bool = false;

    fn take(spot: &Spot<'_>) -> Option<Self> {
        let mut all = Self::default();
        for pair in spot.pairs()?.iter().filter(|it| (K::FORM.fits)(&it.key)) {
            match T::take(&spot.to(&pair.value)) {
                Some(value) => {
                    let entry = Entry { value, place: spot.place_of(pair.at), overrides: Vec::new() };
                    all.entries.insert(pair.key.clone(), entry);
                }
                None => _ = all.unread.insert(pair.key.clone()),
            }
        }
        Some(all)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

impl<T, K> Join for Named<T, K> {
    fn join(&mut self, mut later: Self) {
        self.unread.append(&mut later.unread);
        for (name, mut entry) in later.entries {
            if let Some(mut earlier) = self.entries.remove(&name) {
                earlier.overrides.push(earlier.place);
                earlier.overrides.append(&mut entry.overrides);
                entry.overrides = earlier.overrides;
            }
            self.entries.insert(name, entry);
        }
    }
}

impl<T: Stated> Stated for Option<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const REQUIRED: bool = false;
    const SINGLE: bool = T::SINGLE;

    fn take(spot: &Spot<'_>) -> Option<Self> {
        Some(T::take(spot))
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T> Join for Option<T> {
    fn join(&mut self, later: Self) {
        if later.is_some() {
            *self = later;
        }
    }
}

impl<T: Stated> Stated for Placed<T> {
    const SHAPE: &'static Shape = T::SHAPE;
    const SINGLE: bool = T::SINGLE;

    fn take(spot: &Spot<'_>) -> Option<Self> {
        Some(Self { value: T::take(spot)?, place: spot.place() })
    }
}

impl<T: Stated> Stated for Vec<T> {
    const SHAPE: &'static Shape = &Shape::List(&List { item: T::SHAPE, single: T::SINGLE, empty: true });
    const REQUIRED: bool = false;

    fn take(spot: &Spot<'_>) -> Option<Self> {
        match &spot.node.kind {
            Kind::List(items) => Some(items.iter().filter_map(|it| T::take(&spot.to(it))).collect()),
            _ if T::SINGLE => Some(T::take(spot).into_iter().collect()),
            _ => None,
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

impl<T> Join for Vec<T> {
    fn join(&mut self, later: Self) {
        self.extend(later);
    }
}

/// One thing, or a list that holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OneOrMore<T>(Vec<T>);

impl<T> std::ops::Deref for OneOrMore<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: Stated> Stated for OneOrMore<T> {
    const SHAPE: &'static Shape = &Shape::List(&List { item: T::SHAPE, single: true, empty: false });

    fn take(spot: &Spot<'_>) -> Option<Self> {
        let all = match &spot.node.kind {
            Kind::List(items) => items.iter().filter_map(|it| T::take(&spot.to(it))).collect(),
            _ => vec![T::take(spot)?],
        };
        Some(Self(all)).filter(|it| !it.is_empty())
    }
}

impl Stated for bool {
    const SHAPE: &'static Shape = &Shape::Truth;

    fn take(spot: &Spot<'_>) -> Option<Self> {
        let Kind::Bool(it) = spot.node.kind else { return None };
        Some(it)
    }
}

impl Stated for u32 {
    const SHAPE: &'static Shape = &Shape::Whole;

    fn take(spot: &Spot<'_>) -> Option<Self> {
        let Kind::Number(text) = &spot.node.kind else { return None };
        text.parse().ok()
    }
}

impl Stated for String {
    const SHAPE: &'static Shape = &Shape::Text(&forms::TEXT);
    const SINGLE: bool = true;

    fn take(spot: &Spot<'_>) -> Option<Self> {
        spot.text().filter(|it| (forms::TEXT.fits)(it)).map(str::to_owned)
    }
}

/// Types that are words of a scale.
macro_rules! worded {
    ($($type:ty, $noun:literal;)*) => {$(
        impl $crate::stated::take::Stated for $type {
            const SHAPE: &'static $crate::stated::shape::Shape = &$crate::stated::shape::Shape::Words(
                &$crate::stated::shape::Words { noun: $noun, words: <$type>::WORDS },
            );
            const SINGLE: bool = true;

            fn take(spot: &$crate::stated::take::Spot<'_>) -> Option<Self> {
                spot.text().and_then(Self::from_word)
            }
        }
    )*};
}
pub(crate) use worded;

worded! {
    crate::label::Trust, "a trust";
    crate::label::Level, "a level";
    crate::label::Audience, "an audience";
    crate::effect::Bandwidth, "a bandwidth";
    crate::effect::Place, "a place where code runs";
    crate::gate::Gate, "a gate";
    crate::tier::Tier, "a tier";
    crate::tier::Reversibility, "a reversibility";
    crate::tier::BlastRadius, "a blast radius";
    crate::reach::Verb, "a verb";
    crate::finding::Severity, "a severity";
    crate::finding::ControlKind, "a kind of control";
}

/// The version of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version;

impl Stated for Version {
    const SHAPE: &'static Shape =
        &Shape::Words(&Words { noun: "a version that this Ambit reads", words: &["v1"] });

    fn take(_: &Spot<'_>) -> Option<Self> {
        Some(Self)
    }
}
