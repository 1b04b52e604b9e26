//! The fonts in the file: of each only the shapes that occur, and which character each of them is.

use std::collections::BTreeMap;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::writers::FontDescriptor;
use pdf_writer::{Filter, Finish as _, Name, Pdf, Ref, Str};
use sha2::{Digest as _, Sha256};
use subsetter::GlyphRemapper;

use super::faces::{EM, Face, Faces, Shape};
use super::file::packed;
use crate::Error;

/// Every face that occurs.
#[derive(Debug, Default)]
pub(super) struct Fonts(BTreeMap<Face, Subset>);

/// The shapes of one face that occur, in the order in which they first do.
#[derive(Debug, Default)]
struct Subset {
    glyphs: GlyphRemapper,
    /// The character and its shape, by its code less one: no text has the first code.
    characters: Vec<(char, Shape)>,
}

const IDENTITY: SystemInfo<'_> =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

impl Face {
    /// What a page calls it.
    pub(super) fn short(self) -> &'static [u8] {
        match self {
            Self::Sans => b"sans",
            Self::Bold => b"bold",
            Self::Mono => b"mono",
        }
    }
}

impl Fonts {
    /// The codes of `text`, two bytes each.
    pub(super) fn codes(&mut self, face: Face, text: &str, faces: &Faces) -> Vec<u8> {
        let subset = self.0.entry(face).or_default();
        let shapes = text.chars().filter_map(|c| Some((c, faces.font(face).shape(c)?)));
        shapes.flat_map(|(c, shape)| subset.code(c, shape).to_be_bytes()).collect()
    }

    /// Writes the fonts: where each of them is.
    pub(super) fn write(
        &self,
        pdf: &mut Pdf,
        next: &mut Ref,
        faces: &Faces,
    ) -> Result<Vec<(Face, Ref)>, Error> {
        self.0.iter().map(|(face, subset)| Ok((*face, subset.write(pdf, next, *face, faces)?))).collect()
    }
}

impl Subset {
    fn code(&mut self, c: char, shape: Shape) -> u16 {
        // A code is the number that the shape gets in the subset.
        let code = self.glyphs.remap(shape.glyph);
        if usize::from(code) > self.characters.len() {
            self.characters.push((c, shape));
        }
        code
    }

    /// Each character with its code and its shape.
    fn coded(&self) -> impl Iterator<Item = (u16, (char, Shape))> {
        (1..).zip(self.characters.iter().copied())
    }

    fn write(&self, pdf: &mut Pdf, next: &mut Ref, face: Face, faces: &Faces) -> Result<Ref, Error> {
        let [font, cid, descriptor, map, file] = std::array::from_fn(|_| next.bump());
        let name = self.name(face);
        let name = Name(name.as_bytes());
        pdf.type0_font(font)
            .base_font(name)
            .encoding_predefined(Name(b"Identity-H"))
            .descendant_font(cid)
            .to_unicode(map);
        let mut written = pdf.cid_font(cid);
        written.subtype(CidFontType::Type2).base_font(name).system_info(IDENTITY).font_descriptor(descriptor);
        written.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        written.widths().consecutive(1, self.characters.iter().map(|(_, it)| it.advance * EM));
        written.finish();
        describe(pdf, descriptor, face, faces).name(name).font_file2(file);
        let mut unicode = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
        for (code, (c, _)) in self.coded() {
            unicode.pair(code, c);
        }
        pdf.cmap(map, &packed(unicode.finish().as_slice())?).filter(Filter::FlateDecode);
        let data = subsetter::subset(&faces.font(face).data, 0, &self.glyphs)
            .map_err(|error| Error::Pdf(error.to_string()))?;
        let length = i32::try_from(data.len()).unwrap_or(i32::MAX);
        pdf.stream(file, &packed(&data)?).filter(Filter::FlateDecode).pair(Name(b"Length1"), length);
        Ok(font)
    }

    /// The name of a subset begins with six letters that another subset of the same font does not have.
    fn name(&self, face: Face) -> String {
        let mut digest = Sha256::new();
        for (c, _) in &self.characters {
            digest.update(u32::from(*c).to_be_bytes());
        }
        let tag: String = digest.finalize().iter().take(6).map(|it| char::from(b'A' + it % 26)).collect();
        format!("{tag}+{}", face.name())
    }
}

fn describe<'a>(pdf: &'a mut Pdf, at: Ref, face: Face, faces: &Faces) -> FontDescriptor<'a> {
    let font = faces.font(face);
    let [left, lower, right, upper] = font.bounds();
    let pitch = if face == Face::Mono { FontFlags::FIXED_PITCH } else { FontFlags::empty() };
    let mut written = pdf.font_descriptor(at);
    written
        .flags(FontFlags::SYMBOLIC | pitch)
        .bbox(pdf_writer::Rect::new(left, lower, right, upper))
        .italic_angle(0.0)
        .ascent(font.ascent())
        .descent(font.descent())
        .cap_height(font.ascent())
        // No font says how thick its stems are; this is what other writers make of its weight.
        .stem_v(10.0 + 0.244 * (f32::from(font.weight) - 50.0));
    written
}
