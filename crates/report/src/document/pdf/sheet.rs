//! Pages, what is drawn on them, and the tree of what it means.

use super::faces::{Face, Faces};
use crate::document::{Part, parts};
use crate::visible::visible;

/// Width of a page, in points: A4, lying.
pub(super) const WIDE: f32 = 842.0;
/// Height of a page.
pub(super) const HIGH: f32 = 595.0;
/// Room at the sides.
pub(super) const SIDE: f32 = 48.0;
/// Room above.
const TOP: f32 = 44.0;
/// Where content ends, above the number of the page.
pub(super) const END: f32 = HIGH - 48.0;
/// Room for content, from side to side.
pub(super) const ROOM: f32 = WIDE - 2.0 * SIDE;

/// A colour: red, green, blue.
pub(super) type Color = [u8; 3];

/// A fill or the colour of a line, and how much it covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Paint {
    pub(super) color: Color,
    pub(super) alpha: f32,
}

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pen {
    pub(super) paint: Paint,
    pub(super) width: f32,
    pub(super) dash: Vec<f32>,
    pub(super) round: bool,
}

/// A place on a page, from its upper left corner.
pub(super) type Point = (f32, f32);

/// A step of an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    Move(Point),
    Line(Point),
    Quad([Point; 2]),
    Curve([Point; 3]),
    Close,
}

impl Step {
    /// Whether it is at a place at all.
    pub(super) fn is_finite(&self) -> bool {
        let points: &[Point] = match self {
            Self::Move(to) | Self::Line(to) => std::slice::from_ref(to),
            Self::Quad(points) => points,
            Self::Curve(points) => points,
            Self::Close => &[],
        };
        points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
    }
}

/// Something that is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    Text { x: f32, y: f32, size: f32, face: Face, paint: Paint, text: String },
    Shape { steps: Vec<Step>, fill: Option<Paint>, pen: Option<Pen> },
}

/// What a part of the document means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    Section,
    Heading(u16),
    Paragraph,
    List,
    Item,
    Body,
    Table,
    Row,
    HeadCell,
    Cell,
    Code,
    /// A picture, with what it shows in words.
    Figure(String),
}

/// A part of the document: its role, and what it has in order.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) role: Role,
    pub(super) children: Vec<Child>,
}

/// What a part has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Child {
    Node(usize),
    /// What is drawn together: page and place on it.
    Drawn(usize, usize),
}

/// Marks of one part, or of none where they mean nothing.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) node: Option<usize>,
    pub(super) marks: Vec<Mark>,
}

/// A bookmark.
#[derive(Debug)]
pub(super) struct Bookmark {
    pub(super) text: String,
    pub(super) page: usize,
    pub(super) y: f32,
    pub(super) below: bool,
}

/// Pages as they fill.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) pages: Vec<Vec<Group>>,
    pub(super) nodes: Vec<Node>,
    pub(super) roots: Vec<usize>,
    pub(super) bookmarks: Vec<Bookmark>,
    pub(super) y: f32,
}

impl Sheet {
    pub(super) fn new() -> Self {
        Self { pages: vec![Vec::new()], nodes: Vec::new(), roots: Vec::new(), bookmarks: Vec::new(), y: TOP }
    }

    /// The page that is being filled.
    pub(super) fn page(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    /// How much room is left on the page.
    pub(super) fn left(&self) -> f32 {
        END - self.y
    }

    /// Begins a new page.
    pub(super) fn turn(&mut self) {
        self.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Turns the page when `height` does not fit on it, unless the page is fresh.
    pub(super) fn need(&mut self, height: f32) -> bool {
        let turns = self.left() < height && self.y > TOP;
        if turns {
            self.turn();
        }
        turns
    }

    /// Leaves room, but not at the top of a page.
    pub(super) fn space(&mut self, height: f32) {
        if self.y > TOP {
            self.y += height;
        }
    }

    /// A new part below `parent`.
    pub(super) fn node(&mut self, parent: Option<usize>, role: Role) -> usize {
        let id = self.nodes.len();
        self.nodes.push(Node { role, children: Vec::new() });
        match parent.and_then(|it| self.nodes.get_mut(it)) {
            Some(parent) => parent.children.push(Child::Node(id)),
            None => self.roots.push(id),
        }
        id
    }

    /// Draws `marks` on the page that is being filled, as part `node`.
    pub(super) fn draw(&mut self, node: Option<usize>, marks: Vec<Mark>) {
        self.draw_on(self.page(), node, marks);
    }

    /// Draws `marks` on any page.
    pub(super) fn draw_on(&mut self, page: usize, node: Option<usize>, marks: Vec<Mark>) {
        let Some(groups) = self.pages.get_mut(page) else { return };
        if let Some(node) = node.and_then(|it| self.nodes.get_mut(it)) {
            node.children.push(Child::Drawn(page, groups.len()));
        }
        groups.push(Group { node, marks });
    }

    /// A line from side to side of what it is under.
    pub(super) fn rule(&mut self, x: f32, width: f32, color: Color) {
        let steps = vec![Step::Move((x, self.y)), Step::Line((x + width, self.y))];
        let paint = Paint { color, alpha: 1.0 };
        let pen = Some(Pen { paint, width: 0.6, dash: Vec::new(), round: false });
        self.draw(None, vec![Mark::Shape { steps, fill: None, pen }]);
    }
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) size: f32,
    pub(super) color: Color,
    pub(super) bold: bool,
    pub(super) mono: bool,
}

impl Look {
    /// From one line to the next.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.42
    }
}

/// A piece of a line: where it begins, its face, its text.
pub(super) type Run = (f32, Face, String);

/// Breaks a text into lines that fit into `room`, at spaces: a name and the mark behind it stay together.
pub(super) fn broken(text: &str, look: Look, room: f32, faces: &Faces) -> Vec<Vec<Run>> {
    let mut lines: Vec<Vec<Run>> = vec![Vec::new()];
    let mut x = 0.0;
    for word in words(text, look, faces) {
        let whole: f32 =
            word.iter().map(|(face, it)| faces.width(*face, it.trim_end(), sized(look, *face))).sum();
        if x > 0.0 && x + whole > room {
            lines.push(Vec::new());
            x = 0.0;
        }
        for (face, text) in word {
            for piece in pieces(&text, face, look, room, faces) {
                let width = faces.width(face, piece.trim_end(), sized(look, face));
                if x > 0.0 && x + width > room {
                    lines.push(Vec::new());
                    x = 0.0;
                }
                let advance = faces.width(face, &piece, sized(look, face));
                if let Some(line) = lines.last_mut() {
                    match line.last_mut() {
                        Some((_, last, text)) if *last == face => text.push_str(&piece),
                        _ => line.push((x, face, piece)),
                    }
                }
                x += advance;
            }
        }
    }
    lines
}

/// The words of a text, each with the space behind it, in pieces of one face.
fn words(text: &str, look: Look, faces: &Faces) -> Vec<Vec<(Face, String)>> {
    let mut words: Vec<Vec<(Face, String)>> = vec![Vec::new()];
    // A line to write into a file is set as it is: backticks in it mark nothing.
    let parts = if look.mono { vec![Part::Name(visible(text).into_owned())] } else { parts(text) };
    for part in parts {
        let named = matches!(part, Part::Name(_));
        let face = match (look.bold, named) {
            (true, _) => Face::Bold,
            (false, true) => Face::Mono,
            (false, false) => Face::Sans,
        };
        for piece in faces.shown(face, part.text()).split_inclusive(' ') {
            if let Some(word) = words.last_mut() {
                word.push((face, piece.to_owned()));
            }
            if piece.ends_with(' ') {
                words.push(Vec::new());
            }
        }
    }
    words
}

/// The size of a face: names within running text are a little smaller, because their face is wider.
fn sized(look: Look, face: Face) -> f32 {
    if face == Face::Mono && !look.mono { look.size * 0.92 } else { look.size }
}

/// A word, cut where it is wider than the line.
fn pieces(word: &str, face: Face, look: Look, room: f32, faces: &Faces) -> Vec<String> {
    let size = sized(look, face);
    if faces.width(face, word.trim_end(), size) <= room {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    let mut x = 0.0;
    for c in word.chars() {
        let width = faces.width(face, c.encode_utf8(&mut [0; 4]), size);
        if x + width > room {
            pieces.push(String::new());
            x = 0.0;
        }
        x += width;
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    pieces
}

/// The marks of a line whose base is at `y`. A space ends it, so that text that is copied keeps its words apart.
pub(super) fn marks(line: &[Run], x: f32, y: f32, look: Look) -> Vec<Mark> {
    let count = line.len();
    let mark = |(at, (dx, face, text)): (usize, &Run)| {
        let size = sized(look, *face);
        let ended = at + 1 == count && !text.ends_with(' ');
        let text = if ended { format!("{text} ") } else { text.clone() };
        let paint = Paint { color: look.color, alpha: 1.0 };
        Mark::Text { x: x + dx, y, size, face: *face, paint, text }
    };
    line.iter().enumerate().map(mark).collect()
}
