//! Orders that a text gives about other tools.

use std::collections::BTreeSet;

/// A name of several words is hardly in a text by chance.
pub(crate) fn is_telling(name: &str) -> bool {
    name.len() >= 6 && (name.contains(['_', '-']) || name.chars().skip(1).any(char::is_uppercase))
}

const ORDERS: &[&str] = &[
    "must",
    "always",
    "never",
    "before",
    "after",
    "instead of",
    "do not",
    "don't",
    "whenever",
    "when using",
];

/// The words of those sentences of `text` that give an order.
pub(crate) fn ordered(text: &str) -> BTreeSet<&str> {
    let is_word = |it: char| it.is_alphanumeric() || it == '_' || it == '-';
    let sentences = text.split(['\n', '!', ';']).flat_map(|it| it.split(". "));
    let orders = sentences.filter(|sentence| {
        let lower = sentence.to_lowercase();
        ORDERS.iter().any(|it| lower.contains(it))
    });
    orders.flat_map(|it| it.split(move |c| !is_word(c))).collect()
}

/// Names that differ in case and separators only are one name for a model.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
