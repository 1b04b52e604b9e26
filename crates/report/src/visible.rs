//! Hostile names made harmless to look at.

use std::borrow::Cow;
use std::fmt::Write as _;

pub use ambit_model::hidden::is_hidden;

/// `text` with every character that is not seen as itself written out as `\u{…}`: control characters,
/// bidirectional controls, zero-width and other invisible characters, tags, variation selectors, private use.
///
/// Names come from files that somebody else wrote. A reader must see what is there, not what it makes a
/// terminal or a browser do.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_is_borrowed_as_it_is() {
        for text in ["claude-code", "Größe · 名前 — naïve", "<script>\"'&", "a b"] {
            assert!(matches!(visible(text), Cow::Borrowed(it) if it == text));
        }
    }

    #[test]
    fn what_is_not_seen_is_written_out() {
        let cases = [
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("a\nb\tc", "a\\u{a}b\\u{9}c"),
            ("safe\u{202e}gnp.exe", "safe\\u{202e}gnp.exe"),
            ("zero\u{200b}width", "zero\\u{200b}width"),
            ("tag\u{e0041}\u{e007f}", "tag\\u{e0041}\\u{e007f}"),
            ("\u{feff}bom\u{a0}nbsp", "\\u{feff}bom\\u{a0}nbsp"),
            ("\u{2066}isolate\u{2069}", "\\u{2066}isolate\\u{2069}"),
            ("sel\u{fe0f}\u{e0101}", "sel\\u{fe0f}\\u{e0101}"),
            ("del\u{7f}\u{85}", "del\\u{7f}\\u{85}"),
        ];
        for (text, shown) in cases {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn what_is_shown_hides_nothing() {
        for code in 0..=0x0010_ffff {
            let Some(c) = char::from_u32(code) else { continue };
            let text = c.to_string();
            assert!(!visible(&text).chars().any(is_hidden), "{code:x}");
        }
    }
}
