//! A picture as shapes: the SVG that the pages show, with its style sheet applied.

use roxmltree::Node;

use super::faces::{Face, Faces};
use super::sheet::{Mark, Paint, Pen, Point, Step};
use super::style::{Given, Sheet};
use crate::picture::{STYLE, TOKENS};

/// Shapes in their own measure.
#[derive(Debug)]
pub(super) struct Drawing {
    pub(super) width: f32,
    pub(super) height: f32,
    marks: Vec<Mark>,
}

/// Properties that elements hand to those within them; custom ones are handed on too.
const INHERITED: [&str; 8] = [
    "fill",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "font-size",
    "font-weight",
    "opacity",
];

/// The drawing of a picture that this program has painted; none where it cannot be read.
pub(super) fn drawing(svg: &str, faces: &Faces) -> Option<Drawing> {
    let tree = roxmltree::Document::parse(svg).ok()?;
    let root = tree.root_element();
    let mut painter = Painter { sheet: Sheet::new(STYLE, TOKENS), faces, marks: Vec::new() };
    painter.element(root, &mut Vec::new(), &Given::new());
    Some(Drawing { width: number(root, "width")?, height: number(root, "height")?, marks: painter.marks })
}

impl Drawing {
    /// Its marks, scaled, with the upper left corner at a place of the page.
    pub(super) fn at(self, x: f32, y: f32, scale: f32) -> Vec<Mark> {
        let place = |(px, py): Point| (x + px * scale, y + py * scale);
        let step = |it: Step| match it {
            Step::Move(it) => Step::Move(place(it)),
            Step::Line(it) => Step::Line(place(it)),
            Step::Quad(points) => Step::Quad(points.map(place)),
            Step::Curve(points) => Step::Curve(points.map(place)),
            Step::Close => Step::Close,
        };
        let mark = |it: Mark| match it {
            Mark::Text { x: px, y: py, size, face, paint, text } => {
                let (x, y) = place((px, py));
                Mark::Text { x, y, size: size * scale, face, paint, text }
            }
            Mark::Shape { steps, fill, pen } => Mark::Shape {
                steps: steps.into_iter().map(step).collect(),
                fill,
                pen: pen.map(|it| Pen {
                    width: it.width * scale,
                    dash: it.dash.iter().map(|it| it * scale).collect(),
                    ..it
                }),
            },
        };
        self.marks.into_iter().map(mark).collect()
    }
}

struct Painter<'a> {
    sheet: Sheet,
    faces: &'a Faces,
    marks: Vec<Mark>,
}

impl Painter<'_> {
    fn element<'t>(&mut self, node: Node<'t, '_>, around: &mut Vec<(&'t str, Vec<&'t str>)>, from: &Given) {
        let tag = node.tag_name().name();
        if !node.is_element() || matches!(tag, "title" | "style") {
            return;
        }
        around.push((tag, node.attribute("class").unwrap_or_default().split_whitespace().collect()));
        let mut own: Given =
            from.iter().filter(|(name, _)| is_inherited(name)).map(|(a, b)| (a.clone(), b.clone())).collect();
        let given = self.sheet.given(around);
        let covers = value(from, "opacity", 1.0) * value(&given, "opacity", 1.0);
        own.extend(given);
        own.insert("opacity".to_owned(), covers.to_string());
        match tag {
            "text" => self.text(node, &own),
            "path" => self.shape(steps(node.attribute("d").unwrap_or_default()), &own),
            "rect" => self.shape(rect(node), &own),
            "circle" => self.shape(circle(node), &own),
            _ => {}
        }
        for child in node.children() {
            self.element(child, around, &own);
        }
        around.pop();
    }

    fn paint(&self, given: &Given, property: &str) -> Option<Paint> {
        let color = given.get(property).map_or("none", |it| self.sheet.resolved(it, given));
        let digits = color.strip_prefix('#').filter(|it| it.len() == 6)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        let [_, red, green, blue] = value.to_be_bytes();
        Some(Paint {
            color: [red, green, blue],
            alpha: super::picture::value(given, "opacity", 1.0).clamp(0.0, 1.0),
        })
    }

    fn shape(&mut self, steps: Vec<Step>, given: &Given) {
        let fill = self.paint(given, "fill");
        let pen = self.paint(given, "stroke").map(|paint| Pen {
            paint,
            width: value(given, "stroke-width", 1.0),
            dash: given
                .get("stroke-dasharray")
                .map(|it| it.split([' ', ',']).filter_map(|it| it.parse().ok()).collect())
                .unwrap_or_default(),
            round: given.get("stroke-linecap").is_some_and(|it| it == "round"),
        });
        if !steps.is_empty() && (fill.is_some() || pen.is_some()) {
            self.marks.push(Mark::Shape { steps, fill, pen });
        }
    }

    fn text(&mut self, node: Node<'_, '_>, given: &Given) {
        let size = value(given, "font-size", 12.0);
        let face =
            if given.get("font-weight").is_some_and(|it| it == "700") { Face::Bold } else { Face::Sans };
        let text = self.faces.shown(face, &node.text().unwrap_or_default().replace('\n', " "));
        let Some(paint) = self.paint(given, "fill").filter(|_| !text.trim().is_empty()) else { return };
        let width = self.faces.width(face, &text, size);
        let before = if node.attribute("text-anchor") == Some("middle") { width / 2.0 } else { 0.0 };
        let (x, y) = (number(node, "x").unwrap_or_default(), number(node, "y").unwrap_or_default());
        self.marks.push(Mark::Text { x: x - before, y, size, face, paint, text });
    }
}

fn is_inherited(name: &str) -> bool {
    name.starts_with("--") || INHERITED.contains(&name)
}

/// A property that is a number, with or without its unit.
fn value(given: &Given, name: &str, usual: f32) -> f32 {
    given.get(name).and_then(|it| it.trim_end_matches("px").parse().ok()).unwrap_or(usual)
}

fn number(node: Node<'_, '_>, name: &str) -> Option<f32> {
    node.attribute(name)?.parse().ok()
}

fn rect(node: Node<'_, '_>) -> Vec<Step> {
    let of = |name: &str| number(node, name).unwrap_or_default();
    let (left, top) = (of("x"), of("y"));
    let (right, bottom) = (left + of("width"), top + of("height"));
    let round = of("rx").min(of("width") / 2.0).min(of("height") / 2.0);
    vec![
        Step::Move((left + round, top)),
        Step::Line((right - round, top)),
        Step::Quad([(right, top), (right, top + round)]),
        Step::Line((right, bottom - round)),
        Step::Quad([(right, bottom), (right - round, bottom)]),
        Step::Line((left + round, bottom)),
        Step::Quad([(left, bottom), (left, bottom - round)]),
        Step::Line((left, top + round)),
        Step::Quad([(left, top), (left + round, top)]),
        Step::Close,
    ]
}

fn circle(node: Node<'_, '_>) -> Vec<Step> {
    let of = |name: &str| number(node, name).unwrap_or_default();
    let (x, y, r) = (of("cx"), of("cy"), of("r"));
    // Four curves that stay within a thousandth of a circle.
    let k = r * 0.5523;
    vec![
        Step::Move((x + r, y)),
        Step::Curve([(x + r, y + k), (x + k, y + r), (x, y + r)]),
        Step::Curve([(x - k, y + r), (x - r, y + k), (x - r, y)]),
        Step::Curve([(x - r, y - k), (x - k, y - r), (x, y - r)]),
        Step::Curve([(x + k, y - r), (x + r, y - k), (x + r, y)]),
        Step::Close,
    ]
}

/// The steps of an outline in the commands that our pictures use: `M L H V h v C Q Z`.
fn steps(data: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = (0.0, 0.0);
    let mut rest = data;
    while let Some(command) = rest.chars().next() {
        let after = rest.strip_prefix(command).unwrap_or_default();
        let end = after.find(|it: char| it.is_ascii_alphabetic()).unwrap_or(after.len());
        let (numbers, next) = after.split_at_checked(end).unwrap_or((after, ""));
        let numbers: Vec<f32> = numbers.split([' ', ',']).filter_map(|it| it.parse().ok()).collect();
        let points: Vec<Point> =
            numbers.chunks_exact(2).filter_map(|it| Some((*it.first()?, *it.last()?))).collect();
        match (command, points.as_slice(), numbers.as_slice()) {
            ('M', &[to], _) => steps.push(Step::Move(to)),
            ('L', lines, _) => steps.extend(lines.iter().map(|it| Step::Line(*it))),
            ('Q', &[pull, to], _) => steps.push(Step::Quad([pull, to])),
            ('C', &[pull, push, to], _) => steps.push(Step::Curve([pull, push, to])),
            ('H', _, &[x]) => steps.push(Step::Line((x, at.1))),
            ('V', _, &[y]) => steps.push(Step::Line((at.0, y))),
            ('h', _, &[x]) => steps.push(Step::Line((at.0 + x, at.1))),
            ('v', _, &[y]) => steps.push(Step::Line((at.0, at.1 + y))),
            ('Z', ..) => steps.push(Step::Close),
            _ => {}
        }
        at = match steps.last() {
            Some(Step::Move(to) | Step::Line(to) | Step::Quad([_, to]) | Step::Curve([_, _, to])) => *to,
            Some(Step::Close) | None => at,
        };
        rest = next;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_are_read_in_absolute_and_relative_steps() {
        assert_eq!(
            steps("M10 20L30 40h5v-2H1Q1 2 3 4C1 2 3 4 5 6Z"),
            [
                Step::Move((10.0, 20.0)),
                Step::Line((30.0, 40.0)),
                Step::Line((35.0, 40.0)),
                Step::Line((35.0, 38.0)),
                Step::Line((1.0, 38.0)),
                Step::Quad([(1.0, 2.0), (3.0, 4.0)]),
                Step::Curve([(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)]),
                Step::Close,
            ]
        );
    }
}
