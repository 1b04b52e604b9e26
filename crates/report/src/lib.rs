//! Renders an assessment for people and machines. Judges nothing: what it says is in the assessment.
//!
//! Each format is a file with one `write`. Everything that a scanned file has written passes
//! [`visible::visible`] (reports for people) or is escaped by `json` (reports for machines).

pub mod containment;
pub mod coverage;
mod csv;
mod cyclonedx;
pub mod difference;
pub mod document;
mod draft;
mod drawing;
pub mod evidence;
pub mod explain;
mod format;
pub mod html;
mod json;
mod markdown;
mod masked;
mod mermaid;
mod otm;
pub mod picture;
mod problem;
pub mod risk;
mod sarif;
mod text;
mod tmbom;
pub mod tools;
pub mod verdict;
pub mod visible;
pub mod whatif;
pub mod words;

use std::io::Write;

use ambit_model::Assessment;

pub use draft::draft;
pub use explain::{More, Subject, explain};
pub use format::{Format, Options, UnknownFormat};
pub use problem::shown;

/// What kept a report from being written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stream refused it.
    #[error("writing the report")]
    Write(#[from] std::io::Error),
    /// The data could not be put into JSON.
    #[error("writing the report as JSON")]
    Json(#[from] serde_json::Error),
    /// The data could not be put into a table.
    #[error("writing the report as CSV")]
    Csv(#[from] ::csv::Error),
    /// The archive could not be put together.
    #[error("writing the archive")]
    Archive(#[from] zip::result::ZipError),
    /// The PDF could not be put together.
    #[error("writing the PDF: {0}")]
    Pdf(String),
    /// Nothing is called that.
    #[error("nothing is called `{what}`{}", help_of(nearest))]
    Unknown {
        /// What was asked for.
        what: String,
        /// Ids that look like it.
        nearest: Vec<String>,
    },
    /// More than one thing begins like that.
    #[error("`{what}` is the beginning of more than one id: {}", quoted(matches))]
    Ambiguous {
        /// What was asked for.
        what: String,
        /// Ids that begin like it.
        matches: Vec<String>,
    },
}

fn quoted(ids: &[String]) -> String {
    ids.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

fn help_of(nearest: &[String]) -> String {
    if nearest.is_empty() { String::new() } else { format!("; nearest: {}", quoted(nearest)) }
}

/// Writes `assessment` to `out` as `format`.
pub fn render(
    assessment: &Assessment,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(assessment, options, out),
        Format::Json => json::write(assessment, out),
        Format::Sarif => sarif::write(assessment, options, out),
        Format::Markdown => markdown::write(assessment, options, out),
        Format::Mermaid => mermaid::write(assessment, out),
        Format::Svg => Ok(out.write_all(picture::svg(assessment, &picture::Options::default()).as_bytes())?),
        Format::Html => Ok(out.write_all(html::html(assessment, options.catalog).as_bytes())?),
        Format::Csv => csv::write(assessment, out),
        Format::Otm => otm::write(assessment, out),
        Format::TmBom => tmbom::write(assessment, out),
        Format::CycloneDx => cyclonedx::write(assessment, out),
    }
}
