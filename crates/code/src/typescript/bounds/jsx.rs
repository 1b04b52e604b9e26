//! Tags, and what stands between them.

use super::Pass;
use super::reading::{Before, Mode, Open, Reading};
use super::words;

impl Pass<'_> {
    /// One part of a tag.
    pub(super) fn tag(&mut self, reading: &mut Reading) -> bool {
        if self.blank(reading).is_none() {
            return false;
        }
        let at = reading.offset;
        match self.text.byte(at) {
            b'>' => self.end_tag(reading),
            b'/' if reading.before == Before::TagStart => {
                self.pop(reading);
                self.push(reading, Open::ClosingTag);
                self.after(reading, 1, Before::TagPart)
            }
            b'/' => self.after(reading, 1, Before::Slash),
            b'{' => {
                self.push(reading, Open::Attribute);
                reading.mode = Mode::Code;
                self.after(reading, 1, Before::OpenBrace)
            }
            b'=' => self.after(reading, 1, Before::Equals),
            quote @ (b'"' | b'\'') if reading.before == Before::Equals => {
                let Some(length) = memchr::memchr(quote, self.text.rest(at + 1)) else { return false };
                self.after(reading, length + 2, Before::TagPart)
            }
            b'<' if reading.before == Before::Equals => {
                self.push(reading, Open::Tag);
                self.after(reading, 1, Before::TagStart)
            }
            b'<' if self.syntax.has_types => {
                self.push(reading, Open::Types);
                reading.mode = Mode::Code;
                self.after(reading, 1, Before::Leading)
            }
            b'-' | b':' | b'.' => self.after(reading, 1, Before::TagPart),
            byte if words::is_part(byte) || byte >= 0x80 || byte == b'\\' => {
                self.after(reading, self.text.next(at) - at, Before::TagPart)
            }
            _ => false,
        }
    }

    /// `>`: the children follow, or what stands after the element.
    fn end_tag(&mut self, reading: &mut Reading) -> bool {
        let open = self.open(reading);
        let ends_itself = reading.before == Before::Slash;
        reading.offset += 1;
        match open {
            Some(Open::Tag) if ends_itself => self.pop(reading),
            Some(Open::Tag) => {
                self.pop(reading);
                self.push(reading, Open::Element);
                return self.to(reading, Mode::Children, Before::Operand);
            }
            Some(Open::ClosingTag) => {
                self.pop(reading);
                if self.open(reading) != Some(Open::Element) {
                    return false;
                }
                self.pop(reading);
            }
            _ => return false,
        }
        match self.open(reading) {
            Some(Open::Element) => self.to(reading, Mode::Children, Before::Operand),
            Some(Open::Tag | Open::ClosingTag) => self.to(reading, Mode::Tag, Before::TagPart),
            _ => self.to(reading, Mode::Code, Before::Operand),
        }
    }

    /// Text to the next tag or value.
    pub(super) fn children(&mut self, reading: &mut Reading) -> bool {
        let rest = self.text.rest(reading.offset);
        let Some(found) = rest.iter().position(|it| matches!(it, b'<' | b'{' | b'>' | b'}')) else {
            return false;
        };
        reading.offset += found;
        match self.text.byte(reading.offset) {
            b'<' => {
                self.push(reading, Open::Tag);
                reading.mode = Mode::Tag;
                self.after(reading, 1, Before::TagStart)
            }
            b'{' => {
                self.push(reading, Open::Child);
                reading.mode = Mode::Code;
                self.after(reading, 1, Before::OpenBrace)
            }
            _ => false,
        }
    }
}
