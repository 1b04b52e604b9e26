//! The document as PDF: tagged, with bookmarks, page numbers and diagrams as lines, in faces that come with the program.
//!
//! What lives here: the faces and how wide their characters are; pages that lines are laid on (`sheet`), blocks laid on pages
//! (`flow`); pictures as shapes (`picture`), with the colours that the style sheet gives them (`style`); and the writing of all
//! that (`file`): what is drawn (`content`), the shapes of the letters (`fonts`), what it means (`tags`), where to go (`bookmarks`). Characters are set one by one in the order of the text, so that no name turns the direction of another.

mod bookmarks;
mod content;
mod faces;
mod file;
mod flow;
mod fonts;
mod picture;
#[cfg(test)]
mod read;
mod sheet;
mod style;
mod tags;

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

    /// A document of names that somebody else wrote.
    fn hostile() -> Document {
        let names = [
            "a\u{202e}b\0c\u{7}",
            "名前 العربية ไทย",
            "()\\\\)(",
            "\u{10ffff}\u{e0041}🦀 <&> \r\n\t",
            "`",
            "``",
            "",
        ];
        let mut document = document();
        let long = |it: &&str| it.repeat(200);
        let section = &mut document.sections[0];
        section.blocks.push(Block::List(names.iter().map(|it| format!("`{it}` and {it}")).collect()));
        section.blocks.push(Block::Lines("lines:".to_owned(), names.iter().map(long).collect()));
        section.blocks.push(Block::Terms(names.iter().map(|it| ("Name", long(it))).collect()));
        document
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
    fn the_same_document_makes_the_same_bytes() {
        let file = bytes(&document()).expect("it is written");
        assert!(file == bytes(&document()).expect("it is written"));
        let other = bytes(&Document { title: "Another".to_owned(), ..document() }).expect("it is written");
        let id = |file: &[u8]| read::File::new(file).trailer.get("ID").cloned();
        assert!(id(&file).is_some() && id(&file) != id(&other));
    }

    #[test]
    fn what_is_drawn_can_be_read_back_from_the_file() {
        let (document, faces) = (hostile(), faces::Faces::new().expect("the faces can be read"));
        let laid = flow::lay(&document, &faces);
        let file = read::File::new(&file::write(&document, &laid, &faces).expect("it is written"));
        let all = laid.pages.len();
        assert_eq!(file.pages().len(), all);
        for (at, (page, groups)) in file.pages().into_iter().zip(&laid.pages).enumerate() {
            let mut drawn: Vec<String> = groups
                .iter()
                .flat_map(|it| &it.marks)
                .filter_map(|it| match it {
                    sheet::Mark::Text { text, .. } => Some(text.clone()),
                    sheet::Mark::Shape { .. } => None,
                })
                .collect();
            drawn.push(format!("A title · page {} of {all}", at + 1));
            let read: Vec<String> = file.texts(page).into_iter().map(|(_, it)| it).collect();
            assert_eq!(read, drawn);
        }
    }

    /// The parts of the document in the order of the tags: the role of each, and what it says.
    fn tagged(file: &read::File, element: &read::Value, out: &mut Vec<(String, String)>) {
        let element = file.of(element);
        let mut said = String::new();
        let place = out.len();
        out.push((element.get("S").expect("a role").name().to_owned(), String::new()));
        for child in element.get("K").expect("children").list() {
            let (page, number) = match child {
                read::Value::Ref(_) => {
                    assert_eq!(file.of(file.at(child, &["P"])), element, "it is in the one that has it");
                    tagged(file, child, out);
                    continue;
                }
                read::Value::Dict(_) => (child.get("Pg"), child.get("MCID")),
                _ => (element.get("Pg"), Some(child)),
            };
            let (page, number) = (page.expect("a page").number(), number.expect("a number").number());
            let of_page = file.at(file.catalog(), &["StructTreeRoot", "ParentTree", "Nums"]).list();
            let key = file.objects[&page].0.get("StructParents").expect("a key").number();
            let above = &file.of(&of_page[key * 2 + 1]).list()[number];
            assert_eq!(file.of(above), element, "the page knows the part");
            for (_, text) in file.texts(page).into_iter().filter(|(at, _)| *at == Some(number)) {
                said.push_str(&text);
            }
        }
        out[place].1 = said;
    }

    #[test]
    fn the_tags_give_the_document_in_its_order() {
        let (document, faces) = (document(), faces::Faces::new().expect("the faces can be read"));
        let laid = flow::lay(&document, &faces);
        let file = read::File::new(&file::write(&document, &laid, &faces).expect("it is written"));
        let root = file.at(file.catalog(), &["StructTreeRoot", "K"]);
        let mut out = Vec::new();
        tagged(&file, root, &mut out);
        let with = |role: &str| -> Vec<&str> {
            out.iter().filter(|(it, _)| it == role).map(|(_, said)| said.trim_end()).collect()
        };
        assert_eq!((with("Document"), with("H1"), with("H2")), (vec![""], vec!["A title"], vec!["1. One"]));
        assert_eq!(with("LBody")[1..3], ["a: b", "\\u{540d}\\u{524d}"]);
        assert_eq!(with("Code"), ["{ \"a\": 1 }"]);
        let cells: Vec<&str> = with("TD").into_iter().filter(|it| it.starts_with("row-")).collect();
        assert_eq!(cells, (0..80).map(|it| format!("row-{it}")).collect::<Vec<_>>());
        // The head of a table stands on every page that it reaches.
        let heads = with("TH");
        assert!(heads.len() > 4 && heads.chunks(2).all(|it| it == ["row", "text"]), "{heads:?}");
        assert!(with("P").iter().any(|it| it.matches("A sentence that is long").count() == 30));
        let marked = file.at(file.catalog(), &["MarkInfo", "Marked"]);
        assert_eq!(*marked, read::Value::Word("true".to_owned()));
    }

    /// Titles of the bookmarks at `first` and those after it, each with its page and those below it.
    fn bookmarks(file: &read::File, within: &read::Value, depth: usize, out: &mut Vec<String>) {
        let mut next = file.of(within).get("First");
        let mut before = None;
        while let Some(it) = next {
            let item = file.of(it);
            assert!(
                item.get("Prev") == before
                    && file.of(item.get("Parent").expect("a parent")) == file.of(within)
            );
            let read::Value::Text(title) = &item.get("Title").expect("a title") else { panic!("{item:?}") };
            let page = item.get("Dest").expect("a place").list()[0].number();
            let page = file.pages().iter().position(|it| *it == page).expect("a page");
            out.push(format!("{}{} {page}", " ".repeat(depth), String::from_utf8_lossy(title)));
            bookmarks(file, it, depth + 1, out);
            (before, next) = (Some(it), item.get("Next"));
        }
        assert_eq!(file.of(within).get("Last"), before);
    }

    #[test]
    fn bookmarks_lead_to_the_pages_of_sections_and_of_what_is_within() {
        let says = |it: &str| Block::Says(format!("{it}. ").repeat(900));
        let section = |title, blocks| Section { id: "one", title, about: "About.".to_owned(), blocks };
        let sections = vec![
            section(
                "One",
                vec![Block::Head("within".to_owned()), says("words"), Block::Head("more".to_owned())],
            ),
            section("Two", vec![says("more words")]),
            section("Three", vec![Block::Head("last".to_owned())]),
        ];
        let file = Document { sections, ..document() };
        let file = read::File::new(&bytes(&file).expect("it is written"));
        let mut out = Vec::new();
        bookmarks(&file, file.at(file.catalog(), &["Outlines"]), 0, &mut out);
        assert_eq!(out, ["1. One 0", " within 0", " more 1", "2. Two 2", "3. Three 4", " last 4"]);
    }

    #[test]
    fn the_file_says_what_it_is() {
        let title = "A `title` <&> größer";
        let file = Document { title: title.to_owned(), ..document() };
        let file = read::File::new(&bytes(&file).expect("it is written"));
        let metadata = file.catalog().get("Metadata").expect("metadata").number();
        let text = String::from_utf8(file.objects[&metadata].1.clone()).expect("text");
        let said = roxmltree::Document::parse(&text).expect("well-formed");
        let has = |name: &str, text: &str| {
            said.descendants()
                .any(|it| it.has_tag_name(name) && it.descendants().any(|it| it.text() == Some(text)))
        };
        assert!(
            has("title", "A title <&> größer") && has("CreatorTool", "ambit") && has("language", "en"),
            "{text}"
        );
        let read::Value::Text(title) = file.at(&file.trailer, &["Info", "Title"]) else { panic!("no title") };
        let utf16: Vec<u8> = "\u{feff}A title <&> größer".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(*title, utf16);
        assert_eq!(*file.at(file.catalog(), &["Lang"]), read::Value::Text(b"en".to_vec()));
    }

    #[test]
    fn fonts_hold_no_more_than_what_occurs() {
        let file = read::File::new(&bytes(&document()).expect("it is written"));
        let read::Value::Dict(fonts) = file.at(file.catalog(), &["Pages", "Resources", "Font"]) else {
            panic!("no fonts")
        };
        assert_eq!(fonts.keys().collect::<Vec<_>>(), ["bold", "mono", "sans"]);
        for font in fonts.values() {
            let [below] = file.at(font, &["DescendantFonts"]).list() else { panic!("one font: {font:?}") };
            let stream = file.of(below).get("FontDescriptor").expect("it is described");
            let data = &file.objects[&file.of(stream).get("FontFile2").expect("it is there").number()].1;
            assert!((4_000..60_000).contains(&data.len()), "{}", data.len());
            let widths = file.at(below, &["W"]).list();
            let read = ttf_parser::RawFace::parse(data, 0).expect("a font");
            let glyphs = read.table(ttf_parser::Tag::from_bytes(b"maxp")).expect("a table");
            let glyphs = ttf_parser::maxp::Table::parse(glyphs).expect("a table").number_of_glyphs;
            // Beside the shapes that have a width, the one for what is missing.
            assert!(usize::from(glyphs.get()) > widths[1].list().len(), "{glyphs}");
        }
    }
}
