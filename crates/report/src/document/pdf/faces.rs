//! The faces, and how wide each character is in them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;

use flate2::read::ZlibDecoder;
use ttf_parser::{Rect, Tag, cmap, head, hhea, hmtx, maxp, os2};

/// Which face a text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Face {
    /// Running text.
    Sans,
    /// Headings.
    Bold,
    /// Names, paths and ids.
    Mono,
}

impl Face {
    /// What the font calls itself.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sans => "DejaVuSans",
            Self::Bold => "DejaVuSans-Bold",
            Self::Mono => "DejaVuSansMono",
        }
    }

    /// The font, deflated.
    fn packed(self) -> &'static [u8] {
        match self {
            Self::Sans => include_bytes!(concat!(env!("OUT_DIR"), "/sans")),
            Self::Bold => include_bytes!(concat!(env!("OUT_DIR"), "/bold")),
            Self::Mono => include_bytes!(concat!(env!("OUT_DIR"), "/mono")),
        }
    }
}

/// All faces.
#[derive(Debug)]
pub(super) struct Faces {
    sans: Font,
    bold: Font,
    mono: Font,
}

/// The shape of a character.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Shape {
    /// Its number in the font.
    pub(super) glyph: u16,
    /// How far the next one is from it, at the size of one.
    pub(super) advance: f32,
}

/// One face as it is read.
#[derive(Debug)]
pub(super) struct Font {
    /// The whole file of it.
    pub(super) data: Vec<u8>,
    shapes: BTreeMap<char, Shape>,
    /// What its measures are parts of.
    unit: f32,
    /// Room for any of its shapes.
    bounds: Rect,
    ascender: i16,
    descender: i16,
    /// How heavy its strokes are: 400 is regular.
    pub(super) weight: u16,
}

impl Font {
    fn new(face: Face) -> Option<Self> {
        let mut data = Vec::new();
        ZlibDecoder::new(face.packed()).read_to_end(&mut data).ok()?;
        let file = ttf_parser::RawFace::parse(&data, 0).ok()?;
        let table = |name| file.table(Tag::from_bytes(name));
        let head = head::Table::parse(table(b"head")?)?;
        let line = hhea::Table::parse(table(b"hhea")?)?;
        let glyphs = maxp::Table::parse(table(b"maxp")?)?.number_of_glyphs;
        let advances = hmtx::Table::parse(line.number_of_metrics, glyphs, table(b"hmtx")?)?;
        let style = os2::Table::parse(table(b"OS/2")?)?;
        let unit = f32::from(head.units_per_em);
        let mut shapes = BTreeMap::new();
        for part in
            cmap::Table::parse(table(b"cmap")?)?.subtables.into_iter().filter(cmap::Subtable::is_unicode)
        {
            part.codepoints(|code| {
                // The first shape is what a font shows for what it lacks.
                let glyph = part.glyph_index(code).filter(|it| it.0 != 0);
                if let Some((c, glyph)) = char::from_u32(code).zip(glyph) {
                    let advance = f32::from(advances.advance(glyph).unwrap_or_default()) / unit;
                    shapes.insert(c, Shape { glyph: glyph.0, advance });
                }
            });
        }
        Some(Self {
            shapes,
            unit,
            bounds: head.global_bbox,
            ascender: style.typographic_ascender(),
            descender: style.typographic_descender(),
            weight: style.weight().to_number(),
            data,
        })
    }

    /// The shape of a character, if it has one.
    pub(super) fn shape(&self, c: char) -> Option<Shape> {
        self.shapes.get(&c).copied()
    }

    /// A measure of the font in what a PDF counts in.
    fn of_em(&self, measure: i16) -> f32 {
        f32::from(measure) / self.unit * EM
    }

    /// How far its letters reach above the line.
    pub(super) fn ascent(&self) -> f32 {
        self.of_em(self.ascender)
    }

    /// How far its letters reach below the line: a negative number.
    pub(super) fn descent(&self) -> f32 {
        self.of_em(self.descender)
    }

    /// Room for any of its shapes: left, lower, right and upper edge.
    pub(super) fn bounds(&self) -> [f32; 4] {
        let Rect { x_min, y_min, x_max, y_max } = self.bounds;
        [x_min, y_min, x_max, y_max].map(|it| self.of_em(it))
    }
}

/// What a PDF counts the measures of a font in.
pub(super) const EM: f32 = 1000.0;

impl Faces {
    /// The faces that come with the program.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            sans: Font::new(Face::Sans)?,
            bold: Font::new(Face::Bold)?,
            mono: Font::new(Face::Mono)?,
        })
    }

    /// The font of a face.
    pub(super) fn font(&self, face: Face) -> &Font {
        match face {
            Face::Sans => &self.sans,
            Face::Bold => &self.bold,
            Face::Mono => &self.mono,
        }
    }

    /// `text` with every character that the face has no shape for written out as `\u{…}`.
    pub(super) fn shown(&self, face: Face, text: &str) -> String {
        let font = self.font(face);
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if font.shape(c).is_some() {
                out.push(c);
            } else {
                let _infallible = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
        out
    }

    /// How wide `text` is at `size`.
    pub(super) fn width(&self, face: Face, text: &str, size: f32) -> f32 {
        let font = self.font(face);
        size * text.chars().filter_map(|it| font.shape(it)).map(|it| it.advance).sum::<f32>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_has_no_shape_is_written_out() {
        let faces = Faces::new().expect("the faces can be read");
        assert_eq!(faces.shown(Face::Sans, "Größe → Ж"), "Größe → Ж");
        assert_eq!(faces.shown(Face::Mono, "名前\0\u{ffff}"), "\\u{540d}\\u{524d}\\u{0}\\u{ffff}");
        assert!(faces.width(Face::Bold, "wide", 10.0) > faces.width(Face::Sans, "wide", 10.0));
        assert!((faces.width(Face::Mono, "aß", 10.0) - 12.041).abs() < 0.001);
    }

    /// What is read back from a file is told by the shape alone.
    #[test]
    fn no_two_characters_have_one_shape() {
        let faces = Faces::new().expect("the faces can be read");
        for face in [Face::Sans, Face::Bold, Face::Mono] {
            let shapes = &faces.font(face).shapes;
            let glyphs: BTreeSet<u16> = shapes.values().map(|it| it.glyph).collect();
            assert!(shapes.len() > 3000 && glyphs.len() == shapes.len(), "{face:?}");
        }
    }

    #[test]
    fn the_fonts_are_carried_deflated() {
        for (face, whole) in [
            (Face::Sans, dejavu::sans::regular()),
            (Face::Bold, dejavu::sans::bold()),
            (Face::Mono, dejavu::sans_mono::regular()),
        ] {
            assert!(Font::new(face).expect("it can be read").data == whole, "{face:?}");
            assert!(face.packed().len() * 3 < whole.len() * 2, "{face:?}");
        }
    }
}
