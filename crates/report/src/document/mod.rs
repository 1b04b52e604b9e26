//! The full report: one document, made once as data, and written as HTML, Markdown and PDF, which so say the same.
//!
//! What lives here: the types of the document, what it is made from, one file per section in `sections`, and one file per
//! form. What is judged comes with the material; nothing is judged here.

mod blocks;
mod markdown;
mod page;
#[cfg(feature = "pdf")]
mod pdf;
mod sections;

use std::io::Write;

use ambit_catalog::Catalog;
use ambit_model::stated::{Date, Model};
use ambit_model::{Assessment, Coverage, Difference, Duties, RuleInfo, Verdict};

use crate::Error;
use crate::format::formats;
use crate::masked::masked;
use crate::picture::index::Index as Scenes;
use crate::words::Index;

pub use blocks::{Block, Document, Part, Picture, Section, Table, parts};

formats! {
    "A form of the document.":
    /// One page, complete in itself.
    Html => "html",
    /// Text for a repository or a wiki.
    Markdown => "markdown",
    /// Pages to print or to send.
    #[cfg(feature = "pdf")]
    Pdf => "pdf",
}

/// What the document is made from: everything that is judged, judged elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// The map, with what people state in effect.
    pub assessment: &'a Assessment,
    /// What people state.
    pub model: &'a Model,
    /// How far the categories of frameworks are answered.
    pub coverage: &'a Coverage,
    /// What the duties of tiers come to.
    pub duties: &'a Duties,
    /// What the gate says.
    pub verdict: &'a Verdict,
    /// What has changed since a lock, and how that lock is called; nothing where there is none.
    pub since: Option<(&'a str, &'a Difference)>,
    /// What is known of controls and categories.
    pub catalog: &'a Catalog,
    /// What is known of the rules.
    pub rules: &'a [&'a RuleInfo],
    /// The day for which decisions were judged.
    pub today: Option<&'a Date>,
}

/// The material with its ids resolved.
struct Source<'a> {
    material: &'a Material<'a>,
    index: Index<'a>,
    scenes: Scenes<'a>,
}

/// Makes the document.
pub fn document(material: &Material<'_>) -> Document {
    let source =
        Source { material, index: Index::of(material.assessment), scenes: Scenes::new(material.assessment) };
    let name = material.model.system.name.as_ref();
    let mut document = Document {
        title: name.map_or_else(|| "Threat model".to_owned(), |it| format!("Threat model of `{it}`")),
        about: sections::opening(&source),
        sections: sections::ALL.iter().map(|it| it(&source)).collect(),
    };
    // People paste into statements what should not stand there.
    document.change(&|text| {
        let (shown, found) = masked(text, material.catalog);
        if found > 0 {
            *text = shown;
        }
    });
    document
}

/// Writes `document` to `out` as `format`.
pub fn write(document: &Document, format: Format, out: &mut dyn Write) -> Result<(), Error> {
    match format {
        Format::Html => out.write_all(page::html(document).as_bytes())?,
        Format::Markdown => out.write_all(markdown::text(document).as_bytes())?,
        #[cfg(feature = "pdf")]
        Format::Pdf => out.write_all(&pdf::bytes(document)?)?,
    }
    Ok(())
}
