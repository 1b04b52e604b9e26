//! Where a tool lives: mail, a database, the web.

use std::collections::BTreeSet;

use ambit_catalog::schema::Topic;

use super::lexicon::Lexicon;
use super::tokens::Token;

const SERVER: &str = "the server's name";

/// How many words of a description say what is acted on; those behind them say where from, what for and how.
const OPENING: usize = 10;

/// What a text weighs: a product's name and an ordinary word of a topic.
struct Weight {
    name: u32,
    word: u32,
    /// The most that all words of one text add to one topic.
    most: u32,
    /// Whether ordinary words count wherever they stand.
    whole: bool,
}

const OF_SERVER: Weight = Weight { name: 8, word: 4, most: 10, whole: true };
const OF_TOOL: Weight = Weight { name: 5, word: 3, most: 8, whole: true };
const OF_SENTENCE: Weight = Weight { name: 3, word: 2, most: 5, whole: false };
const OF_DESCRIPTION: Weight = Weight { name: 1, word: 1, most: 3, whole: true };
const OF_ARGUMENTS: Weight = Weight { name: 1, word: 1, most: 2, whole: true };
/// Only where nothing else speaks.
const OF_NAMESPACE: Weight = Weight { name: 2, word: 0, most: 2, whole: true };

/// The texts that say where a tool lives.
pub(super) struct Texts<'a> {
    pub(super) namespace: &'a [Token],
    pub(super) server: &'a [Token],
    pub(super) tool: &'a [Token],
    /// The first sentence: products in it count wherever they stand, ordinary words only among the first few.
    pub(super) sentence: &'a [Token],
    pub(super) description: &'a [Token],
    pub(super) arguments: &'a [Token],
}

/// Where a tool lives.
pub(super) struct Home<'a> {
    pub(super) topic: &'a Topic,
    /// The heaviest of the words that speak for it.
    pub(super) because: String,
    /// Whether that word is a product's name.
    pub(super) product: bool,
}

/// The topic that most words speak for.
pub(super) fn of<'a>(texts: &Texts<'_>, lexicon: &'a Lexicon) -> Option<Home<'a>> {
    let mut scores = vec![Score::default(); lexicon.topics.len()];
    let parts = [
        (texts.tool, OF_TOOL, "the name"),
        (texts.server, OF_SERVER, SERVER),
        (texts.sentence, OF_SENTENCE, "the description"),
        (texts.description, OF_DESCRIPTION, "the description"),
        (texts.arguments, OF_ARGUMENTS, "the arguments"),
    ];
    for (tokens, weight, place) in parts {
        hear(&mut scores, lexicon, tokens, &weight, place);
    }
    best(&scores, lexicon).or_else(|| {
        hear(&mut scores, lexicon, texts.namespace, &OF_NAMESPACE, SERVER);
        best(&scores, lexicon)
    })
}

/// Adds what one text says to the scores.
fn hear(scores: &mut [Score], lexicon: &Lexicon, tokens: &[Token], weight: &Weight, place: &str) {
    let mut gains = vec![0; scores.len()];
    let mut seen = BTreeSet::new();
    let parts = [(&lexicon.names, weight.name, true), (&lexicon.nouns, weight.word, false)];
    for (vocabulary, gain, product) in parts {
        let end = if product || weight.whole { tokens.len() } else { OPENING.min(tokens.len()) };
        for hit in vocabulary.scan(tokens.get(..end).unwrap_or_default()) {
            for &topic in hit.senses {
                if !seen.insert((topic, hit.text.clone())) {
                    continue;
                }
                // `front` and `box` are products only where a server is called so.
                let everyday =
                    place != SERVER && tokens.get(hit.at..hit.end).is_some_and(|it| lexicon.is_everyday(it));
                if product && everyday {
                    continue;
                }
                if let Some(sum) = gains.get_mut(topic) {
                    *sum += gain;
                }
                if let Some(score) = scores.get_mut(topic) {
                    score.note(gain, &hit.text, place, product);
                }
            }
        }
    }
    for (score, gain) in scores.iter_mut().zip(gains) {
        score.sum += gain.min(weight.most);
    }
}

/// One word of a long description says nothing: it takes two, or one in a better place.
fn best<'a>(scores: &[Score], lexicon: &'a Lexicon) -> Option<Home<'a>> {
    let best = scores.iter().map(|it| it.sum).max().filter(|&it| it > 1)?;
    let (topic, score) = lexicon.topics.iter().zip(scores).find(|(_, score)| score.sum == best)?;
    Some(Home { topic, because: score.because.clone(), product: score.product })
}

#[derive(Clone, Default)]
struct Score {
    sum: u32,
    heaviest: u32,
    because: String,
    product: bool,
}

impl Score {
    fn note(&mut self, gain: u32, word: &str, place: &str, product: bool) {
        if gain > self.heaviest {
            self.heaviest = gain;
            self.product = product;
            self.because = format!("`{word}` in {place}");
        }
    }
}
