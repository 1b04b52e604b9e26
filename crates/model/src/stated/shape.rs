//! The one description of what may stand in `ambit.yaml`: the check, the schema and the page follow it.

use ambit_tree::Pair;

/// What a value may be.
#[derive(Debug)]
pub enum Shape {
    /// Text of a form.
    Text(&'static Form),
    /// One of a few words.
    Words(&'static Words),
    /// A whole number from 0.
    Whole,
    /// `true` or `false`.
    Truth,
    /// A list.
    List(&'static List),
    /// Names that the author chooses, each with a value.
    Named(&'static Named),
    /// Fixed keys.
    Map(&'static Fields),
    /// One of several kinds.
    Choice(&'static Choice),
}

/// A form of text.
#[derive(Debug)]
pub struct Form {
    /// What it is called: `a date`.
    pub noun: &'static str,
    /// How to write it, with an example.
    pub help: &'static str,
    /// The same for machines: a regular expression over the whole text.
    pub pattern: &'static str,
    /// Whether a text has it.
    pub fits: fn(&str) -> bool,
}

/// A few words.
#[derive(Debug)]
pub struct Words {
    /// What they are called: `a trust`.
    pub noun: &'static str,
    /// The words.
    pub words: &'static [&'static str],
}

/// A list.
#[derive(Debug)]
pub struct List {
    /// What its items are.
    pub item: &'static Shape,
    /// Whether one item may stand without the list around it.
    pub single: bool,
    /// Whether it may be empty.
    pub empty: bool,
}

/// Names with values.
#[derive(Debug)]
pub struct Named {
    /// What a name may be.
    pub key: &'static Form,
    /// What each value is.
    pub value: &'static Shape,
}

/// Fixed keys.
#[derive(Debug)]
pub struct Fields {
    /// What the whole is called: `a control`.
    pub noun: &'static str,
    /// What it says, in a sentence.
    pub about: &'static str,
    /// The keys, in the order of the page.
    pub fields: &'static [Field],
    /// Keys of which at least one must be there; empty where that is not asked.
    pub one_of: &'static [&'static str],
}

/// A key.
#[derive(Debug)]
pub struct Field {
    /// How it is written.
    pub key: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What its value is.
    pub shape: &'static Shape,
    /// What it says, in a sentence.
    pub about: &'static str,
}

/// One of several kinds.
#[derive(Debug)]
pub struct Choice {
    /// What the whole is called: `an effect`.
    pub noun: &'static str,
    /// What it says, in a sentence.
    pub about: &'static str,
    /// The kind that is text or a word, if one is.
    pub text: Option<&'static Shape>,
    /// The kinds that are maps. The first key of each tells it from the others, where that key is required.
    pub maps: &'static [&'static Fields],
}

impl Fields {
    /// The field of `key`.
    pub fn field(&self, key: &str) -> Option<&'static Field> {
        self.fields.iter().find(|it| it.key == key)
    }

    /// The key that tells this map from the others of a choice.
    pub fn leading(&self) -> Option<&'static str> {
        self.fields.first().filter(|it| it.required).map(|it| it.key)
    }
}

impl Choice {
    /// The keys that tell the maps from each other.
    pub fn leading(&self) -> impl Iterator<Item = &'static str> {
        self.maps.iter().filter_map(|it| it.leading())
    }

    /// Whether one of these keys tells which map is meant.
    pub fn is_led(&self, pairs: &[Pair]) -> bool {
        self.leading().any(|key| pairs.iter().any(|it| it.key == key))
    }

    /// Which of the maps one with these keys is meant to be: the one whose leading key it has, else the one
    /// that knows most of them.
    pub fn meant(&self, pairs: &[Pair]) -> Option<usize> {
        let score = |map: &Fields| {
            let leads = map.leading().is_some_and(|key| pairs.iter().any(|it| it.key == key));
            (leads, pairs.iter().filter(|it| map.field(&it.key).is_some()).count())
        };
        let mut best: Option<(usize, (bool, usize))> = None;
        for (index, map) in self.maps.iter().enumerate() {
            let score = score(map);
            if best.is_none_or(|(_, it)| score > it) {
                best = Some((index, score));
            }
        }
        best.map(|it| it.0)
    }
}
