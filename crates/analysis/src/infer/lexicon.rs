//! The lexicon, indexed by stems.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::{self, ArgumentClass, HeadClass, Saying, Topic, VerbClass, WordClass};

use super::tokens::{self, Token};

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
    /// How many words the longest phrase has that begins with this one: most words begin none.
    longest: BTreeMap<String, usize>,
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
        let mut longest: BTreeMap<String, usize> = BTreeMap::new();
        for (class, words) in classes {
            for word in words {
                let tokens = tokens::of_prose(word);
                senses.entry(key(&tokens, " ")).or_default().insert(class);
                if let Some(first) = tokens.first() {
                    let most = longest.entry(first.stem.clone()).or_default();
                    *most = tokens.len().max(*most);
                }
            }
        }
        Self { senses, longest }
    }

    /// What these words mean together.
    pub(super) fn get(&self, tokens: &[Token]) -> Option<&BTreeSet<T>> {
        match tokens {
            [only] => self.senses.get(&only.stem),
            // `GitHub` in a camel-case name falls into two words that the lexicon knows as one.
            [_, second] if second.joined => {
                self.senses.get(&key(tokens, "")).or_else(|| self.senses.get(&key(tokens, " ")))
            }
            _ => self.senses.get(&key(tokens, " ")),
        }
    }

    /// Whether the word means this.
    pub(super) fn is(&self, token: &Token, sense: T) -> bool {
        self.senses.get(&token.stem).is_some_and(|it| it.contains(&sense))
    }

    /// All words and phrases met, the longest at each position, without overlaps.
    pub(super) fn scan(&self, tokens: &[Token]) -> Vec<Hit<'_, T>> {
        let mut hits = Vec::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let most = self.longest.get(&token.stem).copied().unwrap_or_default();
            let most = if tokens.get(at + 1).is_some_and(|it| it.joined) { most.max(2) } else { most };
            let hit = (1..=most).rev().find_map(|length| {
                let window = tokens.get(at..at + length)?;
                let senses = self.get(window)?;
                let text = tokens::written(window);
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
