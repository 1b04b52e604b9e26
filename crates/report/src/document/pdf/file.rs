//! The pages as a file.

use std::collections::BTreeMap;
use std::num::NonZeroU16;

use krilla::Document as File;
use krilla::color::rgb;
use krilla::destination::XyzDestination;
use krilla::geom::{Path, PathBuilder, Point};
use krilla::metadata::Metadata;
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, LineCap, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, SpanTag, TableHeaderScope, Tag, TagGroup,
    TagKind, TagTree,
};

use super::faces::{Face, Faces};
use super::sheet::{Child, Group, HIGH, Mark, Paint, Pen, Role, SIDE, Sheet, Step, WIDE};
use crate::Error;
use crate::document::blocks::{Document, parts};

/// Writes the pages of `document`.
pub(super) fn write(document: &Document, sheet: &Sheet, faces: &Faces) -> Result<Vec<u8>, Error> {
    let mut file = File::new();
    let mut drawn: BTreeMap<(usize, usize), Identifier> = BTreeMap::new();
    let title: String = parts(&document.title).iter().map(|it| it.text().to_owned()).collect();
    let all = sheet.pages.len();
    for (at, groups) in sheet.pages.iter().enumerate() {
        let settings = PageSettings::from_wh(WIDE, HIGH).ok_or_else(|| Error::Pdf("no page".to_owned()))?;
        let mut page = file.start_page_with(settings);
        let mut surface = page.surface();
        for (place, group) in groups.iter().enumerate() {
            if let Some(id) = paint(&mut surface, group, faces) {
                drawn.insert((at, place), id);
            }
        }
        footer(&mut surface, &format!("{title} · page {} of {all}", at + 1), faces);
        surface.finish();
        page.finish();
    }
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    for root in &sheet.roots {
        if let Some(group) = group(sheet, *root, &drawn) {
            tree.push(group);
        }
    }
    file.set_tag_tree(tree);
    file.set_outline(outline(sheet));
    file.set_metadata(Metadata::new().title(title).language("en".to_owned()).creator("ambit".to_owned()));
    file.finish().map_err(|error| Error::Pdf(format!("{error:?}")))
}

fn paint(surface: &mut Surface<'_>, group: &Group, faces: &Faces) -> Option<Identifier> {
    let tag = match group.node {
        Some(_) => ContentTag::Span(SpanTag::empty()),
        None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
    };
    let id = surface.start_tagged(tag);
    group.marks.iter().for_each(|it| mark(surface, it, faces));
    surface.end_tagged();
    group.node.map(|_| id)
}

fn mark(surface: &mut Surface<'_>, mark: &Mark, faces: &Faces) {
    match mark {
        Mark::Text { x, y, size, face, paint, text } => {
            surface.set_fill(Some(fill(*paint)));
            surface.set_stroke(None);
            let glyphs = faces.glyphs(*face, text);
            surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, faces.font(*face), text, *size, false);
        }
        Mark::Shape { steps, fill: inner, pen } => {
            let Some(path) = path(steps) else { return };
            surface.set_fill(inner.map(fill));
            surface.set_stroke(pen.as_ref().map(stroke));
            surface.draw_path(&path);
        }
    }
}

fn path(steps: &[Step]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for step in steps {
        match *step {
            Step::Move((x, y)) => path.move_to(x, y),
            Step::Line((x, y)) => path.line_to(x, y),
            Step::Quad([pull, (x, y)]) => path.quad_to(pull.0, pull.1, x, y),
            Step::Curve([pull, push, (x, y)]) => path.cubic_to(pull.0, pull.1, push.0, push.1, x, y),
            Step::Close => path.close(),
        }
    }
    path.finish()
}

fn fill(Paint { color: [red, green, blue], alpha }: Paint) -> Fill {
    let opacity = NormalizedF32::new(alpha).unwrap_or(NormalizedF32::ONE);
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity, ..Fill::default() }
}

fn stroke(pen: &Pen) -> Stroke {
    let Fill { paint, opacity, .. } = fill(pen.paint);
    Stroke {
        paint,
        opacity,
        width: pen.width,
        line_cap: if pen.round { LineCap::Round } else { LineCap::Butt },
        dash: (!pen.dash.is_empty()).then(|| StrokeDash { array: pen.dash.clone(), offset: 0.0 }),
        ..Stroke::default()
    }
}

fn footer(surface: &mut Surface<'_>, text: &str, faces: &Faces) {
    let text = faces.shown(Face::Sans, text);
    let paint = Paint { color: [98, 95, 90], alpha: 1.0 };
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    mark(surface, &Mark::Text { x: SIDE, y: HIGH - 24.0, size: 7.4, face: Face::Sans, paint, text }, faces);
    surface.end_tagged();
}

/// A part with all that it has; none where it has nothing.
fn group(sheet: &Sheet, at: usize, drawn: &BTreeMap<(usize, usize), Identifier>) -> Option<TagGroup> {
    let node = sheet.nodes.get(at)?;
    let mut tag = TagGroup::new(kind(&node.role));
    for child in &node.children {
        match *child {
            Child::Node(id) => {
                if let Some(inner) = group(sheet, id, drawn) {
                    tag.push(inner);
                }
            }
            Child::Drawn(page, place) => {
                if let Some(id) = drawn.get(&(page, place)) {
                    tag.push(*id);
                }
            }
        }
    }
    (!tag.children.is_empty()).then_some(tag)
}

fn kind(role: &Role) -> TagKind {
    match role {
        Role::Section => Tag::Section.into(),
        Role::Heading(level) => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), None).into(),
        Role::Paragraph => Tag::P.into(),
        Role::List => Tag::L(ListNumbering::None).into(),
        Role::Item => Tag::LI.into(),
        Role::Body => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::HeadCell => Tag::TH(TableHeaderScope::Column).into(),
        Role::Cell => Tag::TD.into(),
        Role::Code => Tag::Code.into(),
        Role::Figure(alt) => Tag::Figure(Some(alt.clone())).into(),
    }
}

/// Bookmarks: sections, and what is within them.
fn outline(sheet: &Sheet) -> Outline {
    let mut outline = Outline::new();
    let mut open: Option<OutlineNode> = None;
    for it in &sheet.bookmarks {
        let node =
            OutlineNode::new(it.text.clone(), XyzDestination::new(it.page, Point::from_xy(SIDE, it.y)));
        match open.as_mut() {
            Some(section) if it.below => section.push_child(node),
            _ => {
                if let Some(done) = open.replace(node) {
                    outline.push_child(done);
                }
            }
        }
    }
    if let Some(done) = open {
        outline.push_child(done);
    }
    outline
}
