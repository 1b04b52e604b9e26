//! The document as PDF: tagged, with bookmarks, page numbers and diagrams as lines, in faces that come with the program.
//!
//! What lives here: the faces and how wide their characters are; pages that lines are laid on (`sheet`), blocks laid on pages
//! (`flow`); pictures as shapes (`picture`), with the colours that the style sheet gives them (`style`); and the writing of all
//! that (`file`). Characters are set one by one in the order of the text, so that no name turns the direction of another.

mod faces;
mod file;
mod flow;
mod picture;
mod sheet;
mod style;

use super::blocks::Document;
use crate::Error;

/// The bytes of the file.
pub(super) fn bytes(document: &Document) -> Result<Vec<u8>, Error> {
    let faces = faces::Faces::new().ok_or_else(|| Error::Pdf("its font cannot be read".to_owned()))?;
    let laid = flow::lay(document, &faces);
    file::write(document, &laid, &faces)
}
