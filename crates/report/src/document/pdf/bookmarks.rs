//! Bookmarks: sections, and what is within them.

use pdf_writer::writers::OutlineItem;
use pdf_writer::{Pdf, Ref, TextStr};

use super::file::number;
use super::sheet::{Bookmark, HIGH, SIDE};

/// Where a bookmark is among others.
struct Place {
    at: Ref,
    within: Ref,
    before: Option<Ref>,
    after: Option<Ref>,
}

/// Writes the bookmarks of a document whose pages are `pages`: where they are.
pub(super) fn write(pdf: &mut Pdf, next: &mut Ref, bookmarks: &[Bookmark], pages: &[Ref]) -> Ref {
    let root = next.bump();
    let mut sections: Vec<(&Bookmark, Vec<&Bookmark>)> = Vec::new();
    for it in bookmarks {
        match sections.last_mut() {
            Some((_, inner)) if it.below => inner.push(it),
            _ => sections.push((it, Vec::new())),
        }
    }
    let heads: Vec<Ref> = sections.iter().map(|_| next.bump()).collect();
    let mut written = pdf.outline(root);
    if let (Some(first), Some(last)) = (heads.first(), heads.last()) {
        written.first(*first).last(*last).count(number(heads.len()));
    }
    drop(written);
    for ((head, inner), place) in sections.iter().zip(places(&heads, root)) {
        let below: Vec<Ref> = inner.iter().map(|_| next.bump()).collect();
        let mut written = pdf.outline_item(place.at);
        if let (Some(first), Some(last)) = (below.first(), below.last()) {
            // A negative count: they are shown when somebody opens the section.
            written.first(*first).last(*last).count(-number(below.len()));
        }
        item(written, head, &place, pages);
        for (it, place) in inner.iter().zip(places(&below, place.at)) {
            item(pdf.outline_item(place.at), it, &place, pages);
        }
    }
    root
}

fn places(all: &[Ref], within: Ref) -> impl Iterator<Item = Place> {
    all.iter().enumerate().map(move |(number, at)| Place {
        at: *at,
        within,
        before: number.checked_sub(1).and_then(|it| all.get(it)).copied(),
        after: all.get(number + 1).copied(),
    })
}

fn item(mut written: OutlineItem<'_>, bookmark: &Bookmark, place: &Place, pages: &[Ref]) {
    written.title(TextStr(&bookmark.text)).parent(place.within);
    if let Some(before) = place.before {
        written.prev(before);
    }
    if let Some(after) = place.after {
        written.next(after);
    }
    if let Some(page) = pages.get(bookmark.page) {
        written.dest().page(*page).xyz(SIDE, HIGH - bookmark.y, None);
    }
}
