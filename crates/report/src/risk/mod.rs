//! Risk in numbers: what carries most of it, what can come of it, and how likely a year costs how much.
//!
//! What lives here: the choice of form, the words that the forms share, and the drawing of the curve. Each form is a file.

mod curve;
mod html;
mod markdown;
mod text;
pub(crate) mod words;

use std::io::Write;

use ambit_model::risk::Risk;

use crate::format::formats;
use crate::{Error, Options, json};

formats! {
    "A form of the risk.":
    /// For a person at a terminal.
    Text => "text",
    /// `ambit.risk/v1`.
    Json => "json",
    /// Tables for a page or a pull request.
    Markdown => "markdown",
    /// The loss exceedance curve as a picture.
    Svg => "svg",
    /// The curve and all tables as one page.
    Html => "html",
}

/// Writes `risk` to `out` as `format`; with `consequences`, text and Markdown tell what each agent can do to the world too.
pub fn write(
    risk: &Risk,
    format: Format,
    consequences: bool,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(risk, consequences, options, out),
        Format::Json => json::write_value(risk, out),
        Format::Markdown => markdown::write(risk, consequences, out),
        Format::Svg => Ok(out.write_all(curve::file(risk).into_string().as_bytes())?),
        Format::Html => Ok(out.write_all(html::page(risk).as_bytes())?),
    }
}
