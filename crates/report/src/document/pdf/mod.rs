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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::blocks::{Block, Section, Table, parts};

    fn document() -> Document {
        let rows: Vec<Vec<String>> =
            (0..80).map(|it| vec![format!("`row-{it}`"), "words ".repeat(it % 40 * 7)]).collect();
        let section = Section {
            id: "one",
            title: "One",
            about: "What `it` shows.".to_owned(),
            blocks: vec![
                Block::Says("A sentence that is long enough to be broken over lines. ".repeat(30)),
                Block::List(vec!["`a`: b".to_owned(), "名前".to_owned()]),
                Block::Terms(vec![("Name", "`a long name without any space`".replace(' ', "_").repeat(20))]),
                Block::Table(Table {
                    caption: "80 rows".to_owned(),
                    columns: vec![("row", 1), ("text", 3)],
                    rows,
                }),
                Block::Lines("write:".to_owned(), vec!["{ \"a\": 1 }".to_owned()]),
            ],
        };
        Document { title: "A `title`".to_owned(), about: "About.".to_owned(), sections: vec![section] }
    }

    /// All that is drawn, without spaces, and without the heads that tables repeat.
    fn drawn(laid: &sheet::Sheet) -> String {
        let marks = laid.pages.iter().flatten().flat_map(|it| &it.marks);
        let texts = marks.filter_map(|it| match it {
            sheet::Mark::Text { text, .. } => Some(text.as_str()),
            sheet::Mark::Shape { .. } => None,
        });
        texts.flat_map(str::chars).filter(|it| !it.is_whitespace()).collect()
    }

    #[test]
    fn every_text_of_the_document_is_on_its_pages() {
        let (document, faces) = (document(), faces::Faces::new().expect("the faces can be read"));
        let laid = flow::lay(&document, &faces);
        assert!(laid.pages.len() > 5);
        let drawn = drawn(&laid);
        for text in document.texts() {
            let plain: String = parts(text).iter().map(|it| it.text().to_owned()).collect();
            // What is cut by the end of a page has the head of the table in between: its beginning is enough.
            let shown: String = faces
                .shown(faces::Face::Sans, &plain)
                .chars()
                .filter(|it| !it.is_whitespace())
                .take(60)
                .collect();
            assert!(drawn.contains(&shown), "{shown}");
        }
        assert!(drawn.contains("\\u{540d}\\u{524d}"));
    }

    #[test]
    fn nothing_is_drawn_beyond_the_page() {
        let faces = faces::Faces::new().expect("the faces can be read");
        for mark in flow::lay(&document(), &faces).pages.iter().flatten().flat_map(|it| &it.marks) {
            if let sheet::Mark::Text { x, y, size, face, text, .. } = mark {
                let right = x + faces.width(*face, text.trim_end(), *size);
                assert!(right <= sheet::WIDE - 20.0 && *y <= sheet::END + 4.0, "{x} {y} {text}");
            }
        }
    }

    #[test]
    fn the_file_has_tags_bookmarks_and_the_same_bytes_each_time() {
        let file = bytes(&document()).expect("it is written");
        assert!(file == bytes(&document()).expect("it is written"));
        let has = |word: &[u8]| file.windows(word.len()).any(|it| it == word);
        assert!(
            file.starts_with(b"%PDF-1.7")
                && has(b"/StructTreeRoot")
                && has(b"/Outlines")
                && has(b"/Marked true")
        );
    }
}
