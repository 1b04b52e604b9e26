//! What the gate says, for people, for pipelines and for machines.
//!
//! What lives here: one file per form.

mod github;
mod junit;
mod markdown;
mod text;

use std::io::Write;

use ambit_model::{Failure, Verdict};

use crate::format::formats;
use crate::visible::visible;
use crate::{Error, Options, json};

formats! {
    "A form of the verdict.":
    /// For a person at a terminal.
    Text => "text",
    /// `ambit.verdict/v1`.
    Json => "json",
    /// The findings as SARIF, with what somebody has decided about suppressed.
    Sarif => "sarif",
    /// A comment on a pull request.
    Markdown => "markdown",
    /// Test results, which most pipelines show.
    Junit => "junit",
    /// Commands that a GitHub workflow turns into annotations.
    Github => "github",
}

/// Writes `verdict` on `assessment` to `out` as `format`.
pub fn write(
    verdict: &Verdict,
    assessment: &ambit_model::Assessment,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(verdict, options, out),
        Format::Json => json::write_value(verdict, out),
        Format::Sarif => crate::render(assessment, crate::Format::Sarif, options, out),
        Format::Markdown => markdown::write(verdict, out),
        Format::Junit => junit::write(verdict, out),
        Format::Github => github::write(verdict, out),
    }
}

/// The sort of a failure, in words that begin a line.
pub(crate) fn sort(failure: &Failure) -> String {
    let sort = failure.kind.word().replace('-', " ");
    let severity = failure.severity.map(|it| format!(" ({it})")).unwrap_or_default();
    let base = if failure.by_base { ", by the gate of the base" } else { "" };
    format!("{sort}{severity}{base}")
}

/// The first line of the report.
pub(crate) fn headline(verdict: &Verdict) -> String {
    let decided = match verdict.decided {
        0 => String::new(),
        1 => "; 1 finding is decided about".to_owned(),
        many => format!("; {many} findings are decided about"),
    };
    let compared = if verdict.locked {
        ""
    } else {
        "; there is no lock, so everything counts as new and edges are not compared"
    };
    match verdict.failures.len() {
        0 => format!("The gate passes{decided}{compared}."),
        1 => format!("The gate fails for 1 reason{decided}{compared}."),
        many => format!("The gate fails for {many} reasons{decided}{compared}."),
    }
}

fn first_place(failure: &Failure) -> Option<(String, u32)> {
    failure.places.first().map(|it| (visible(&it.path).into_owned(), it.line))
}
