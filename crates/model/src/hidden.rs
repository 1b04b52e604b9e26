//! Characters that are not seen as themselves. Names come from files that somebody else wrote, and a reader must
//! see what is there, not what it makes a terminal or a browser do.

use std::io::{self, Write};

/// Whether `c` is drawn as nothing, as blank space other than the ordinary one, or changes how its
/// neighbours are drawn. Ranges follow Unicode's `Default_Ignorable_Code_Point` and `White_Space`
/// properties and the categories `Cc`, `Cf`, `Zl`, `Zp`, `Co`.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ')
        || matches!(c,
            '\u{ad}'
            | '\u{34f}'
            | '\u{600}'..='\u{605}'
            | '\u{61c}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}'..='\u{ffff}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1345f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{10ffff}')
}

/// Writes a piece of a JSON string with its hidden characters as `\u` escapes: harmless to look at, and read
/// back as what it was. What is below 32 has been escaped by the serializer already.
pub fn write_escaped<W: ?Sized + Write>(writer: &mut W, fragment: &str) -> io::Result<()> {
    // Strings are mostly plain.
    let mut rest = fragment;
    while let Some((at, c)) = rest.char_indices().find(|(_, it)| (*it > '~') && is_hidden(*it)) {
        let (plain, hidden) = rest.split_at(at);
        writer.write_all(plain.as_bytes())?;
        for unit in c.encode_utf16(&mut [0; 2]) {
            write!(writer, "\\u{unit:04x}")?;
        }
        rest = hidden.get(c.len_utf8()..).unwrap_or_default();
    }
    writer.write_all(rest.as_bytes())
}
