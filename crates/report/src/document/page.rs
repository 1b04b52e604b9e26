//! The document as one page of HTML.

use super::blocks::Document;

/// The page.
pub(super) fn html(document: &Document) -> String {
    document.title.clone()
}
