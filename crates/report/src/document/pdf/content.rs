//! What is drawn on a page, as the operators of its content.

use pdf_writer::types::{ArtifactAttachment, ArtifactSubtype, ArtifactType, LineCapStyle};
use pdf_writer::{Content, Name, Str};

use super::faces::{Face, Faces};
use super::file::TERSE;
use super::fonts::Fonts;
use super::sheet::{Group, HIGH, Mark, Paint, Pen, Point, Step};

/// What the marks of all pages need beside themselves.
#[derive(Debug, Default)]
pub(super) struct Used {
    /// The fonts, with the shapes of them that occur.
    pub(super) fonts: Fonts,
    /// How much fills and lines cover, where they do not cover all; a page calls each by its place.
    pub(super) covers: Vec<(f32, f32)>,
}

/// The content of a page: its groups, and `footer`. The groups that mean something are numbered in their order.
pub(super) fn content(groups: &[Group], footer: &Mark, used: &mut Used, faces: &Faces) -> Vec<u8> {
    let mut content = Content::with_settings(TERSE);
    let mut number = 0;
    for group in groups {
        if group.node.is_some() {
            content.begin_marked_content_with_properties(Name(b"Span")).properties().identify(number);
            number += 1;
        } else {
            let mut marked = content.begin_marked_content_with_properties(Name(b"Artifact"));
            marked.properties().artifact().kind(ArtifactType::Layout);
        }
        for it in &group.marks {
            mark(&mut content, it, used, faces);
        }
        content.end_marked_content();
    }
    content
        .begin_marked_content_with_properties(Name(b"Artifact"))
        .properties()
        .artifact()
        .kind(ArtifactType::Pagination)
        .subtype(ArtifactSubtype::Footer)
        .attached([ArtifactAttachment::Bottom]);
    mark(&mut content, footer, used, faces);
    content.end_marked_content();
    content.finish().into_vec()
}

/// What a page calls the cover at a place.
pub(super) fn cover_name(place: usize) -> String {
    format!("c{place}")
}

/// A place as a PDF counts it: from the lower left corner.
fn place((x, y): Point) -> Point {
    (x, HIGH - y)
}

fn mark(content: &mut Content, mark: &Mark, used: &mut Used, faces: &Faces) {
    match mark {
        Mark::Text { x, y, size, face, paint, text } => {
            content.save_state();
            covers(content, used, paint.alpha, 1.0);
            fill(content, *paint);
            show(content, (*x, *y), (*size, *face), &used.fonts.codes(*face, text, faces));
            content.restore_state();
        }
        Mark::Shape { steps, fill: inner, pen } => {
            if steps.iter().any(|it| !it.is_finite()) {
                return;
            }
            content.save_state();
            let covered = |paint: Option<Paint>| paint.map_or(1.0, |it| it.alpha);
            covers(content, used, covered(*inner), covered(pen.as_ref().map(|it| it.paint)));
            if let Some(paint) = inner {
                fill(content, *paint);
            }
            if let Some(pen) = pen {
                stroke(content, pen);
            }
            outline(content, steps);
            match (inner, pen) {
                (Some(_), Some(_)) => content.fill_nonzero_and_stroke(),
                (Some(_), None) => content.fill_nonzero(),
                (None, Some(_)) => content.stroke(),
                (None, None) => content.end_path(),
            };
            content.restore_state();
        }
    }
}

fn show(content: &mut Content, at: Point, (size, face): (f32, Face), codes: &[u8]) {
    let (x, y) = place(at);
    content.begin_text().set_font(Name(face.short()), size).next_line(x, y).show(Str(codes)).end_text();
}

fn covers(content: &mut Content, used: &mut Used, fill: f32, pen: f32) {
    if fill >= 1.0 && pen >= 1.0 {
        return;
    }
    let same = |(a, b): &(f32, f32)| a.total_cmp(&fill).is_eq() && b.total_cmp(&pen).is_eq();
    let place = used.covers.iter().position(same).unwrap_or_else(|| {
        used.covers.push((fill, pen));
        used.covers.len() - 1
    });
    content.set_parameters(Name(cover_name(place).as_bytes()));
}

fn fill(content: &mut Content, paint: Paint) {
    let [red, green, blue] = shares(paint);
    content.set_fill_rgb(red, green, blue);
}

fn stroke(content: &mut Content, pen: &Pen) {
    let [red, green, blue] = shares(pen.paint);
    content.set_stroke_rgb(red, green, blue).set_line_width(pen.width);
    if pen.round {
        content.set_line_cap(LineCapStyle::RoundCap);
    }
    if !pen.dash.is_empty() {
        content.set_dash_pattern(pen.dash.iter().copied(), 0.0);
    }
}

fn shares(paint: Paint) -> [f32; 3] {
    paint.color.map(|it| f32::from(it) / 255.0)
}

fn outline(content: &mut Content, steps: &[Step]) {
    let mut at = (0.0, 0.0);
    for step in steps {
        match *step {
            Step::Move(to) => {
                let (x, y) = place(to);
                content.move_to(x, y);
                at = to;
            }
            Step::Line(to) => {
                let (x, y) = place(to);
                content.line_to(x, y);
                at = to;
            }
            Step::Quad([pull, to]) => {
                curve(content, two_thirds(at, pull), two_thirds(to, pull), to);
                at = to;
            }
            Step::Curve([pull, push, to]) => {
                curve(content, pull, push, to);
                at = to;
            }
            Step::Close => {
                content.close_path();
            }
        }
    }
}

fn curve(content: &mut Content, pull: Point, push: Point, to: Point) {
    let ((x1, y1), (x2, y2), (x3, y3)) = (place(pull), place(push), place(to));
    content.cubic_to(x1, y1, x2, y2, x3, y3);
}

/// Where a curve with two handles has one of them, to be the same as the curve with the one handle `pull`.
fn two_thirds(from: Point, pull: Point) -> Point {
    let part = |from: f32, pull: f32| from + (pull - from) * 2.0 / 3.0;
    (part(from.0, pull.0), part(from.1, pull.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(steps: Vec<Step>, fill: Option<Paint>, pen: Option<Pen>, used: &mut Used) -> String {
        let faces = Faces::new().expect("the faces can be read");
        let mut content = Content::new();
        mark(&mut content, &Mark::Shape { steps, fill, pen }, used, &faces);
        String::from_utf8(content.finish().into_vec()).expect("text")
    }

    #[test]
    fn a_shape_has_its_colours_its_line_and_what_it_covers() {
        let steps = || {
            vec![
                Step::Move((10.0, 20.0)),
                Step::Quad([(13.0, 20.0), (13.0, 23.0)]),
                Step::Curve([(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)]),
                Step::Line((0.0, 595.0)),
                Step::Close,
            ]
        };
        let path = "10 575 m\n12 575 13 574 13 572 c\n1 593 3 591 5 589 c\n0 0 l\nh\n";
        let red = |alpha| Paint { color: [255, 0, 0], alpha };
        let pen = |alpha| Pen { paint: red(alpha), width: 2.0, dash: vec![3.0, 1.0], round: true };
        let line = "1 0 0 RG\n2 w\n1 J\n[3 1] 0 d\n";
        let used = &mut Used::default();
        assert_eq!(drawn(steps(), Some(red(1.0)), None, used), format!("q\n1 0 0 rg\n{path}f\nQ"));
        assert_eq!(drawn(steps(), None, Some(pen(1.0)), used), format!("q\n{line}{path}S\nQ"));
        assert!(used.covers.is_empty());
        let both = drawn(steps(), Some(red(0.5)), Some(pen(0.25)), used);
        assert_eq!(both, format!("q\n/c0 gs\n1 0 0 rg\n{line}{path}B\nQ"));
        assert!(drawn(steps(), Some(red(0.25)), None, used).contains("/c1 gs"));
        assert!(drawn(steps(), Some(red(0.5)), Some(pen(0.25)), used).contains("/c0 gs"));
        assert_eq!(used.covers, [(0.5, 0.25), (0.25, 1.0)]);
    }

    #[test]
    fn what_is_at_no_place_is_not_drawn() {
        let steps = vec![Step::Move((10.0, 20.0)), Step::Line((f32::NAN, 1.0))];
        let fill = Some(Paint { color: [0; 3], alpha: 1.0 });
        assert_eq!(drawn(steps, fill, None, &mut Used::default()), "");
    }
}
