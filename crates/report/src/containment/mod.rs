//! The cheapest containment, for people and machines: what to do first, and what each step costs and leaves.
//!
//! What lives here: one file per form, and the words that they share.

mod counted;
mod curve;
mod markdown;
mod page;
#[cfg(test)]
mod tests;
mod text;
mod words;

use std::io::Write;

use ambit_model::Containment;

use crate::format::formats;
use crate::{Error, Options, json};

formats! {
    "A form of a containment.":
    /// For a person at a terminal.
    Text => "text",
    /// `ambit.containment/v1`.
    Json => "json",
    /// For a ticket or a pull request.
    Markdown => "markdown",
    /// What is left against what is lost, as a picture.
    Svg => "svg",
    /// All of it as one page.
    Html => "html",
}

/// Writes `containment` to `out` as `format`. Forms for people say with `as_it_comes` how much of the loss that is expected
/// would be there with nothing but what clients do as they come.
pub fn write(
    containment: &Containment,
    as_it_comes: Option<f64>,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(containment, as_it_comes, options, out),
        Format::Json => json::write_value(containment, out),
        Format::Markdown => markdown::write(containment, as_it_comes, out),
        Format::Svg => Ok(out.write_all(curve::picture(containment).as_bytes())?),
        Format::Html => Ok(out.write_all(page::html(containment, as_it_comes).as_bytes())?),
    }
}
