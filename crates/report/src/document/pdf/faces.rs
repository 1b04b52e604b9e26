//! The faces, and how wide each character is in them.

use std::fmt::Write as _;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::FontRef;
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;

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
    map: Charmap<'static>,
    /// At the size of one.
    metrics: GlyphMetrics<'static>,
}

impl One {
    fn new(data: &'static [u8]) -> Option<Self> {
        let read = FontRef::new(data).ok()?;
        let metrics = GlyphMetrics::new(&read, Size::new(1.0), LocationRef::default());
        Some(Self { font: Font::new(data.into(), 0)?, map: Charmap::new(&read), metrics })
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
        let map = &self.one(face).map;
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
        let One { map, metrics, .. } = self.one(face);
        let advance = |c: char| map.map(c).and_then(|it| metrics.advance_width(it)).unwrap_or_default();
        size * text.chars().map(advance).sum::<f32>()
    }

    /// The shapes of `text`, which has been [`shown`](Self::shown).
    pub(super) fn glyphs(&self, face: Face, text: &str) -> Vec<KrillaGlyph> {
        let One { map, metrics, .. } = self.one(face);
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
