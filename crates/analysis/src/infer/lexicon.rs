//! The lexicon, indexed by stems.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::{
    self, ArgumentClass, HeadClass, Saying, Topic, VerbClass, WordClass,
};

use super::tokens::{self, Token};

/// The longest phrase of a lexicon, in words.
const LONGEST: usize = 3;

/// The words of a catalog's lexicon, ready for look-up. Build it once per run.
#[derive(Debug, Clone)]
pub struct Lexicon {
    pub(super) verbs: Vocabulary<VerbClass>,
    pub(super) words: Vocabulary<WordClass>,
    pub(super) heads: Vocabulary<HeadClass>,
    pub(super) arguments: Vocabulary<ArgumentClass>,
    pub(super) sayings: Vocabulary<Saying>,
    /// Product names, by position in `topics`.
    pub(super) names: Vocabulary<usize>,
    /// Ordinary words, by position in `topics`.
    pub(super) nouns: Vocabulary<usize>,
    pub(super) topics: Vec<Topic>,
}

impl Lexicon {
    /// Indexes the words of a catalog.
    pub fn new(source: &schema::Lexicon) -> Self {
        let topics = || source.topics.iter().enumerate();
        Self {
            verbs: Vocabulary::new(source.verbs.iter().map(|(class, words)| (*class, words))),
            words: Vocabulary::new(source.words.iter().map(|(class, words)| (*class, words))),
            heads: Vocabulary::new(source.heads.iter().map(|(class, words)| (*class, words))),
            arguments: Vocabulary::new(source.arguments.iter().map(|(class, words)| (*class, words))),
            sayings: Vocabulary::new(source.sayings.iter().map(|(class, words)| (*class, words))),
            names: Vocabulary::new(topics().map(|(at, topic)| (at, &topic.names))),
            nouns: Vocabulary::new(topics().map(|(at, topic)| (at, &topic.words))),
            topics: source.topics.clone(),
        }
    }

    /// Whether a product is named like something of every day.
    pub(super) fn is_everyday(&self, name: &[Token]) -> bool {
        self.words.get(name).is_some_and(|it| it.contains(&WordClass::Everyday))
    }
}

/// Words and phrases with what each may mean.
#[derive(Debug, Clone)]
pub(super) struct Vocabulary<T> {
    senses: BTreeMap<String, BTreeSet<T>>,
}

/// A word or phrase that was met.
#[derive(Debug, Clone)]
pub(super) struct Hit<'a, T> {
    /// Position of its first word.
    pub(super) at: usize,
    /// Position after its last word.
    pub(super) end: usize,
    /// As it was written.
    pub(super) text: String,
    /// What it may mean.
    pub(super) senses: &'a BTreeSet<T>,
}

impl<T: Copy + Ord> Vocabulary<T> {
    fn new<'a>(classes: impl Iterator<Item = (T, &'a Vec<String>)>) -> Self {
        let mut senses: BTreeMap<String, BTreeSet<T>> = BTreeMap::new();
        for (class, words) in classes {
            for word in words {
                senses.entry(key(&tokens::of_prose(word), " ")).or_default().insert(class);
            }
        }
        Self { senses }
    }

    /// What these words mean together.
    pub(super) fn get(&self, tokens: &[Token]) -> Option<&BTreeSet<T>> {
        // `GitHub` in a camel-case name falls into two words that the lexicon knows as one.
        self.senses.get(&key(tokens, " ")).or_else(|| {
            (tokens.len() == 2).then(|| self.senses.get(&key(tokens, ""))).flatten()
        })
    }

    /// Whether the word means this.
    pub(super) fn is(&self, token: &Token, sense: T) -> bool {
        self.senses.get(&token.stem).is_some_and(|it| it.contains(&sense))
    }

    /// All words and phrases met, the longest at each position, without overlaps.
    pub(super) fn scan(&self, tokens: &[Token]) -> Vec<Hit<'_, T>> {
        let mut hits = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let hit = (1..=LONGEST).rev().find_map(|length| {
                let window = tokens.get(at..at + length)?;
                let senses = self.get(window)?;
                let text = window.iter().map(|it| it.word.as_str()).collect::<Vec<_>>().join(" ");
                Some(Hit { at, end: at + length, text, senses })
            });
            at = hit.as_ref().map_or(at + 1, |it| it.end);
            hits.extend(hit);
        }
        hits
    }
}

fn key(tokens: &[Token], separator: &str) -> String {
    tokens.iter().map(|it| it.stem.as_str()).collect::<Vec<_>>().join(separator)
}
