//! The pages as a file.

use std::io::Write as _;

use data_encoding::HEXLOWER;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Filter, Finish as _, Name, Pdf, Rect, Ref, Settings, TextStr};
use sha2::{Digest as _, Sha256};
use xmp_writer::{LangId, RenditionClass, XmpWriter};

use super::content::{Used, content, cover_name};
use super::faces::{Face, Faces};
use super::sheet::{HIGH, Mark, Paint, SIDE, Sheet, WIDE};
use super::{bookmarks, tags};
use crate::Error;
use crate::document::blocks::{Document, parts};

/// What made the file, as the file says it.
const CREATOR: &str = "ambit";

/// Without the room that only somebody who reads the bytes would want.
pub(super) const TERSE: Settings = Settings { pretty: false };

/// Writes the pages of `document`.
pub(super) fn write(document: &Document, sheet: &Sheet, faces: &Faces) -> Result<Vec<u8>, Error> {
    let title: String = parts(&document.title).iter().map(|it| it.text().to_owned()).collect();
    let mut pdf = Pdf::with_settings(TERSE);
    let mut next = Ref::new(1);
    let [catalog, info, metadata, tree] = std::array::from_fn(|_| next.bump());
    let pages = pages(&mut pdf, &mut next, (sheet, &title, tree), faces)?;
    let bookmarks = bookmarks::write(&mut pdf, &mut next, &sheet.bookmarks, &pages);
    let tags = tags::write(&mut pdf, &mut next, sheet, &pages);
    // A name for the file that only its own bytes make.
    let mut id = Sha256::digest(pdf.as_bytes()).to_vec();
    id.truncate(16);
    let about = about(&title, pages.len(), &HEXLOWER.encode(&id));
    pdf.metadata(metadata, about.as_bytes());
    pdf.document_info(info).title(TextStr(&title)).creator(TextStr(CREATOR));
    let mut written = pdf.catalog(catalog);
    written.pages(tree).outlines(bookmarks).metadata(metadata).lang(TextStr("en"));
    written.pair(Name(b"StructTreeRoot"), tags);
    written.mark_info().marked(true).suspects(false);
    written.finish();
    pdf.set_file_id((id.clone(), id));
    Ok(pdf.finish())
}

/// Writes the pages and all that is drawn on them below `tree`: where each of them is.
fn pages(
    pdf: &mut Pdf,
    next: &mut Ref,
    (sheet, title, tree): (&Sheet, &str, Ref),
    faces: &Faces,
) -> Result<Vec<Ref>, Error> {
    let mut used = Used::default();
    let all = sheet.pages.len();
    let pages: Vec<Ref> = sheet.pages.iter().map(|_| next.bump()).collect();
    for (at, (groups, page)) in sheet.pages.iter().zip(&pages).enumerate() {
        let drawn = next.bump();
        let footer = footer(&format!("{title} · page {} of {all}", at + 1), faces);
        pdf.page(*page).parent(tree).contents(drawn).struct_parents(number(at));
        pdf.stream(drawn, &packed(&content(groups, &footer, &mut used, faces))?).filter(Filter::FlateDecode);
    }
    let fonts = used.fonts.write(pdf, next, faces)?;
    let covers: Vec<Ref> = used.covers.iter().map(|_| next.bump()).collect();
    for (at, (fill, pen)) in covers.iter().zip(&used.covers) {
        pdf.ext_graphics(*at).non_stroking_alpha(*fill).stroking_alpha(*pen);
    }
    // What all pages have in common stands above them.
    let mut written = pdf.pages(tree);
    written.kids(pages.iter().copied()).count(number(all)).media_box(Rect::new(0.0, 0.0, WIDE, HIGH));
    let mut resources = written.resources();
    let mut named = resources.fonts();
    for (face, at) in fonts {
        named.pair(Name(face.short()), at);
    }
    named.finish();
    let mut named = resources.ext_g_states();
    for (place, at) in covers.iter().enumerate() {
        named.pair(Name(cover_name(place).as_bytes()), *at);
    }
    named.finish();
    resources.finish();
    written.finish();
    Ok(pages)
}

fn footer(text: &str, faces: &Faces) -> Mark {
    let text = faces.shown(Face::Sans, text);
    let paint = Paint { color: [98, 95, 90], alpha: 1.0 };
    Mark::Text { x: SIDE, y: HIGH - 24.0, size: 7.4, face: Face::Sans, paint, text }
}

/// What the file says of itself, in the form that catalogues read.
fn about(title: &str, pages: usize, id: &str) -> String {
    let mut written = XmpWriter::new();
    written.title([(None, title)]).creator_tool(CREATOR).language([LangId("en")]);
    written.num_pages(u32::try_from(pages).unwrap_or(u32::MAX)).format("application/pdf");
    written.instance_id(id).document_id(id).rendition_class(RenditionClass::Proof).pdf_version("1.7");
    written.finish(None)
}

/// `bytes`, deflated.
pub(super) fn packed(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).and_then(|()| packed.finish()).map_err(|error| Error::Pdf(error.to_string()))
}

/// A number of things in the file.
pub(super) fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
