//! What has changed between two locks, for people and machines: what got worse first.
//!
//! What lives here: one file per form, and the words that they share.

mod markdown;
mod text;
pub(crate) mod words;

use std::io::Write;

use ambit_model::Difference;

use crate::{Error, Options, json};

/// A form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// For a person at a terminal.
    Text,
    /// `ambit.difference/v1`.
    Json,
    /// A comment on a pull request.
    Markdown,
}

impl Format {
    /// All, in the order that help shows.
    pub const ALL: [Self; 3] = [Self::Text, Self::Json, Self::Markdown];

    /// The word that the command line uses for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
        }
    }

    /// The form of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// Writes `difference` to `out` as `format`.
pub fn write(
    difference: &Difference,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(difference, options, out),
        Format::Json => json::write_value(difference, out),
        Format::Markdown => markdown::write(difference, options, out),
    }
}
