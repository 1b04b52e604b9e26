//! The faces, and how wide each character is in them.

use std::fmt::Write as _;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// Which face a text is set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// Running text.
    Sans,
    /// Headings.
    Bold,
    /// Names, paths and ids.
    Mono,
}

/// All faces.
pub(super) struct Faces {
    sans: One,
    bold: One,
    mono: One,
}

struct One {
    font: Font,
    read: FontRef<'static>,
}

impl One {
    fn new(data: &'static [u8]) -> Option<Self> {
        Some(Self { font: Font::new(data.into(), 0)?, read: FontRef::new(data).ok()? })
    }
}

impl Faces {
    /// The faces that come with the program.
    pub(super) fn new() -> Option<Self> {
        Some(Self {
            sans: One::new(dejavu::sans::regular())?,
            bold: One::new(dejavu::sans::bold())?,
            mono: One::new(dejavu::sans_mono::regular())?,
        })
    }

    fn one(&self, face: Face) -> &One {
        match face {
            Face::Sans => &self.sans,
            Face::Bold => &self.bold,
            Face::Mono => &self.mono,
        }
    }

    /// The font of a face.
    pub(super) fn font(&self, face: Face) -> Font {
        self.one(face).font.clone()
    }

    /// `text` with every character that the face has no shape for written out as `\u{…}`.
    pub(super) fn shown(&self, face: Face, text: &str) -> String {
        let map = self.one(face).read.charmap();
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if map.map(c).is_some() {
                out.push(c);
            } else {
                let _infallible = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
        out
    }

    /// How wide `text` is at `size`.
    pub(super) fn width(&self, face: Face, text: &str, size: f32) -> f32 {
        let one = self.one(face);
        let (map, metrics) =
            (one.read.charmap(), one.read.glyph_metrics(Size::new(size), LocationRef::default()));
        let advance = |c: char| map.map(c).and_then(|it| metrics.advance_width(it)).unwrap_or_default();
        text.chars().map(advance).sum()
    }

    /// The shapes of `text`, which has been [`shown`](Self::shown).
    pub(super) fn glyphs(&self, face: Face, text: &str) -> Vec<KrillaGlyph> {
        let one = self.one(face);
        let (map, metrics) =
            (one.read.charmap(), one.read.glyph_metrics(Size::new(1.0), LocationRef::default()));
        let glyph = |(at, c): (usize, char)| {
            let id = map.map(c).unwrap_or_default();
            KrillaGlyph {
                glyph_id: GlyphId::new(id.to_u32()),
                text_range: at..at + c.len_utf8(),
                x_advance: metrics.advance_width(id).unwrap_or_default(),
                x_offset: 0.0,
                y_offset: 0.0,
                y_advance: 0.0,
                location: None,
            }
        };
        text.char_indices().map(glyph).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_shape_is_written_out() {
        let faces = Faces::new().expect("the faces can be read");
        assert_eq!(faces.shown(Face::Sans, "Größe → Ж"), "Größe → Ж");
        assert_eq!(faces.shown(Face::Mono, "名前"), "\\u{540d}\\u{524d}");
        assert!(faces.width(Face::Bold, "wide", 10.0) > faces.width(Face::Sans, "wide", 10.0));
        assert_eq!(faces.glyphs(Face::Sans, "aß").len(), 2);
    }
}
