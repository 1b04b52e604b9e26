//! Blocks laid on pages.

use super::faces::Faces;
use super::picture;
use super::sheet::{Bookmark, Color, END, Look, ROOM, Role, Run, SIDE, Sheet, WIDE, broken, marks};
use crate::document::blocks::{Block, Document, Picture, Section, Table, parts};

/// Colour of running text.
const INK: Color = [28, 27, 26];
/// Colour of remarks.
const SOFT: Color = [98, 95, 90];
/// Colour of hairlines.
const HAIR: Color = [205, 201, 194];

const TITLE: Look = Look { size: 17.0, color: INK, bold: true, mono: false };
const HEAD: Look = Look { size: 12.0, color: INK, bold: true, mono: false };
const SMALL_HEAD: Look = Look { size: 9.5, color: INK, bold: true, mono: false };
const TEXT: Look = Look { size: 9.0, color: INK, bold: false, mono: false };
const REMARK: Look = Look { size: 8.0, color: SOFT, bold: false, mono: false };
const CELL: Look = Look { size: 7.4, color: INK, bold: false, mono: false };
const CELL_HEAD: Look = Look { size: 7.4, color: SOFT, bold: false, mono: false };
const LINES: Look = Look { size: 7.6, color: INK, bold: false, mono: true };

/// How wide running text gets, so that a line can be read.
const MEASURE: f32 = 560.0;
/// How much of a page a section needs to begin on it.
const SECTION: f32 = 150.0;
/// Room between columns.
const GAP: f32 = 9.0;

/// Lays the document on pages.
pub(super) fn lay(document: &Document, faces: &Faces) -> Sheet {
    let mut flow = Flow { sheet: Sheet::new(), faces, parent: None };
    flow.text(&document.title, TITLE, Role::Heading(1), 0.0);
    flow.sheet.space(4.0);
    flow.text(&document.about, REMARK, Role::Paragraph, 0.0);
    let contents = contents(&mut flow, document);
    let mut begins = Vec::new();
    for (at, section) in document.sections.iter().enumerate() {
        begins.push(flow.section(at + 1, section));
    }
    for ((page, y, node), begin) in contents.into_iter().zip(begins) {
        let number = format!("{}", begin + 1);
        let x = SIDE + 300.0 - faces.width(super::faces::Face::Sans, &number, TEXT.size);
        let line = marks(&[(0.0, super::faces::Face::Sans, number)], x, y, TEXT);
        flow.sheet.draw_on(page, Some(node), line);
    }
    flow.sheet
}

/// The contents, whose page numbers come when the pages are known: where each stands, and its part.
fn contents(flow: &mut Flow<'_>, document: &Document) -> Vec<(usize, f32, usize)> {
    flow.sheet.space(14.0);
    let list = flow.sheet.node(None, Role::List);
    let mut places = Vec::new();
    for (at, section) in document.sections.iter().enumerate() {
        let item = flow.sheet.node(Some(list), Role::Item);
        let body = flow.sheet.node(Some(item), Role::Body);
        flow.sheet.need(TEXT.leading());
        let base = flow.sheet.y + TEXT.size;
        let text = format!("{}. {}", at + 1, section.title);
        for line in broken(&text, TEXT, 270.0, flow.faces) {
            flow.sheet.draw(Some(body), marks(&line, SIDE, base, TEXT));
        }
        places.push((flow.sheet.page(), base, body));
        flow.sheet.y += TEXT.leading();
    }
    places
}

struct Flow<'a> {
    sheet: Sheet,
    faces: &'a Faces,
    /// The section that is being laid.
    parent: Option<usize>,
}

impl Flow<'_> {
    /// Lays a section, and says on which page it begins.
    fn section(&mut self, number: usize, section: &Section) -> usize {
        self.sheet.space(22.0);
        let begins_with_picture = matches!(section.blocks.first(), Some(Block::Picture(_)));
        self.sheet.need(if begins_with_picture { END } else { SECTION });
        let page = self.sheet.page();
        let node = self.sheet.node(None, Role::Section);
        self.parent = Some(node);
        let title = format!("{number}. {}", section.title);
        self.bookmark(&title, false);
        self.text(&title, HEAD, Role::Heading(2), 0.0);
        self.text(&section.about, REMARK, Role::Paragraph, 0.0);
        self.sheet.space(4.0);
        for it in &section.blocks {
            self.block(it);
        }
        self.parent = None;
        page
    }

    fn bookmark(&mut self, text: &str, below: bool) {
        let text: String = parts(text).iter().map(|it| it.text().to_owned()).collect();
        self.sheet.bookmarks.push(Bookmark { text, page: self.sheet.page(), y: self.sheet.y, below });
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Says(it) => {
                self.sheet.space(3.0);
                self.text(it, TEXT, Role::Paragraph, 0.0);
            }
            Block::Missing(it) => {
                self.sheet.space(3.0);
                self.text(&format!("Nothing here yet. {it}"), REMARK, Role::Paragraph, 12.0);
            }
            Block::Head(it) => {
                self.sheet.space(10.0);
                // A heading does not stand alone at the foot of a page.
                self.sheet.need(60.0);
                self.bookmark(it, true);
                self.text(it, SMALL_HEAD, Role::Heading(3), 0.0);
            }
            Block::List(lines) => self.list(lines),
            Block::Terms(terms) => self.terms(terms),
            Block::Table(it) => self.table(it),
            Block::Lines(title, lines) => self.lines(title, lines),
            Block::Picture(it) => self.picture(it),
        }
    }

    fn text(&mut self, text: &str, look: Look, role: Role, indent: f32) {
        let node = self.sheet.node(self.parent, role);
        self.set(node, text, look, (SIDE + indent, MEASURE.max(ROOM * 0.8) - indent));
    }

    /// Sets a text line by line from `x` on, over as many pages as it takes.
    fn set(&mut self, node: usize, text: &str, look: Look, (x, room): (f32, f32)) {
        for line in broken(text, look, room, self.faces) {
            self.sheet.need(look.leading());
            let base = self.sheet.y + look.size;
            self.sheet.draw(Some(node), marks(&line, x, base, look));
            self.sheet.y += look.leading();
        }
    }

    fn list(&mut self, lines: &[String]) {
        self.sheet.space(3.0);
        let list = self.sheet.node(self.parent, Role::List);
        for it in lines {
            let item = self.sheet.node(Some(list), Role::Item);
            let body = self.sheet.node(Some(item), Role::Body);
            self.sheet.need(TEXT.leading());
            let base = self.sheet.y + TEXT.size;
            let dot = vec![(0.0, super::faces::Face::Sans, "·".to_owned())];
            self.sheet.draw(None, marks(&dot, SIDE + 4.0, base, TEXT));
            self.set(body, it, TEXT, (SIDE + 14.0, ROOM * 0.85));
            self.sheet.y += 1.5;
        }
    }

    fn terms(&mut self, terms: &[(&str, String)]) {
        self.sheet.space(3.0);
        let list = self.sheet.node(self.parent, Role::List);
        for (name, it) in terms {
            let item = self.sheet.node(Some(list), Role::Item);
            let body = self.sheet.node(Some(item), Role::Body);
            self.sheet.need(TEXT.leading());
            let (page, y) = (self.sheet.page(), self.sheet.y);
            self.set(body, name, REMARK, (SIDE, 130.0));
            if page == self.sheet.page() {
                self.sheet.y = y;
            }
            self.set(body, it, TEXT, (SIDE + 140.0, ROOM - 140.0));
            self.sheet.y += 1.5;
        }
    }

    fn lines(&mut self, title: &str, lines: &[String]) {
        self.sheet.space(2.0);
        self.text(title, REMARK, Role::Paragraph, 12.0);
        let node = self.sheet.node(self.parent, Role::Code);
        for it in lines {
            self.set(node, it, LINES, (SIDE + 12.0, ROOM - 24.0));
        }
        self.sheet.space(3.0);
    }

    fn picture(&mut self, it: &Picture) {
        let Some(drawing) = picture::drawing(&it.svg, self.faces) else { return };
        self.sheet.space(8.0);
        let natural = (ROOM / drawing.width).min((END - 90.0) / drawing.height);
        // A picture that nearly fits is made a little smaller before the page is turned.
        let here = (self.sheet.left() - 34.0) / drawing.height;
        let scale = if here >= natural * 0.7 { natural.min(here) } else { natural };
        let height = drawing.height * scale;
        self.sheet.need(height + 32.0);
        self.bookmark(&it.title, true);
        self.text(&it.title, SMALL_HEAD, Role::Paragraph, 0.0);
        self.text(&it.about, REMARK, Role::Paragraph, 0.0);
        let alt: String =
            parts(&format!("{}. {}", it.title, it.about)).iter().map(|it| it.text().to_owned()).collect();
        let node = self.sheet.node(self.parent, Role::Figure(alt));
        let left = SIDE + (ROOM - drawing.width * scale) / 2.0;
        let y = self.sheet.y + 4.0;
        self.sheet.draw(Some(node), drawing.at(left, y, scale));
        self.sheet.y = y + height + 4.0;
    }

    fn table(&mut self, table: &Table) {
        self.sheet.space(6.0);
        self.sheet.need(80.0);
        self.text(&table.caption, REMARK, Role::Paragraph, 0.0);
        let node = self.sheet.node(self.parent, Role::Table);
        let columns = columns(table);
        let heads: Vec<Vec<Vec<Run>>> = table
            .columns
            .iter()
            .zip(&columns)
            .map(|((head, _), (_, room))| broken(head, CELL_HEAD, *room, self.faces))
            .collect();
        self.row(node, &heads, &columns, true);
        for row in &table.rows {
            let cells: Vec<Vec<Vec<Run>>> =
                row.iter().zip(&columns).map(|(it, (_, room))| broken(it, CELL, *room, self.faces)).collect();
            let height = high(&cells);
            // A row is kept together where a page can hold it; one that no page holds is cut between lines.
            if self.sheet.left() < height.min(END / 2.0) {
                self.sheet.turn();
                self.row(node, &heads, &columns, true);
            }
            self.cut(node, cells, &heads, &columns);
        }
        self.sheet.rule(SIDE, ROOM, HAIR);
        self.sheet.y += 4.0;
    }

    /// Sets a row, in slices where the page ends.
    fn cut(
        &mut self,
        node: usize,
        mut cells: Vec<Vec<Vec<Run>>>,
        heads: &[Vec<Vec<Run>>],
        columns: &[(f32, f32)],
    ) {
        loop {
            let fits = whole(((self.sheet.left() - 6.0) / CELL.leading()).max(1.0));
            let rest: Vec<Vec<Vec<Run>>> =
                cells.iter_mut().map(|it| it.split_off(it.len().min(fits))).collect();
            self.row(node, &cells, columns, false);
            if rest.iter().all(Vec::is_empty) {
                return;
            }
            self.sheet.turn();
            self.row(node, heads, columns, true);
            cells = rest;
        }
    }

    fn row(&mut self, table: usize, cells: &[Vec<Vec<Run>>], columns: &[(f32, f32)], head: bool) {
        let look = if head { CELL_HEAD } else { CELL };
        let row = self.sheet.node(Some(table), Role::Row);
        if !head {
            self.sheet.rule(SIDE, ROOM, HAIR);
        }
        let top = self.sheet.y + 3.0;
        for (lines, (x, _)) in cells.iter().zip(columns) {
            let cell = self.sheet.node(Some(row), if head { Role::HeadCell } else { Role::Cell });
            let mut y = top + look.size;
            let mut drawn = Vec::new();
            for line in lines {
                drawn.extend(marks(line, *x, y, look));
                y += look.leading();
            }
            if !drawn.is_empty() {
                self.sheet.draw(Some(cell), drawn);
            }
        }
        self.sheet.y += high(cells);
    }
}

/// Where each column begins, and how wide it is.
fn columns(table: &Table) -> Vec<(f32, f32)> {
    let all: f32 = table.columns.iter().map(|(_, width)| f32::from(*width)).sum();
    let mut x = SIDE;
    let mut columns = Vec::new();
    for (_, width) in &table.columns {
        let room = (WIDE - 2.0 * SIDE) * f32::from(*width) / all.max(1.0);
        columns.push((x, room - GAP));
        x += room;
    }
    columns
}

fn high(cells: &[Vec<Vec<Run>>]) -> f32 {
    let lines = cells.iter().map(Vec::len).max().unwrap_or_default();
    f32::from(u16::try_from(lines).unwrap_or(u16::MAX)) * CELL.leading() + 5.0
}

/// A number of lines.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of lines on a page is small and positive"
)]
fn whole(number: f32) -> usize {
    number.max(0.0) as usize
}
