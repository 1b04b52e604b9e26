//! The map as it would become, for people and machines: the harm that a change completes first.
//!
//! What lives here: one file per form, and the words that they share.

mod markdown;
mod text;
mod words;

use std::io::Write;

use ambit_model::Whatif;

pub use crate::difference::Format;
use crate::{Error, Options, json};

/// Writes `whatif` to `out` as `format`; as JSON that is `ambit.whatif/v1`.
pub fn write(
    whatif: &Whatif,
    format: Format,
    options: &Options<'_>,
    out: &mut dyn Write,
) -> Result<(), Error> {
    match format {
        Format::Text => text::write(whatif, options, out),
        Format::Json => json::write_value(whatif, out),
        Format::Markdown => markdown::write(whatif, out),
    }
}
