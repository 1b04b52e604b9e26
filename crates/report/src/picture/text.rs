//! How wide text is, without a font at hand.

/// Size of names and running text, in pixels.
pub(crate) const NAME: f64 = 14.0;
/// Size of notes, heads and chips, in pixels.
pub(crate) const NOTE: f64 = 12.0;

/// How heavy a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// The width of `text` at `size`, at least: the table holds the widest of the common system faces, so that
/// what fits here fits there.
pub(crate) fn width(text: &str, size: f64, weight: Weight) -> f64 {
    let em: f64 = text.chars().map(advance).sum();
    let heavier = match weight {
        Weight::Regular => 1.0,
        Weight::Bold => 1.12,
    };
    em * size * heavier
}

/// The advance of one character, in ems.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        ' ' | '.' | ',' | ':' | ';' | '/' | '\\' | '!' | 'I' => 0.34,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '·' => 0.41,
        'c' | 'k' | 's' | 'v' | 'x' | 'y' | 'z' | '_' | '"' | '*' | '?' => 0.56,
        'm' | '—' | '…' | '@' | '%' => 1.0,
        'w' => 0.82,
        'M' | 'W' => 0.95,
        'A'..='Z' | '&' => 0.72,
        '+' | '<' | '>' | '=' | '~' => 0.84,
        ' '..='~' => 0.64,
        '\u{300}'..='\u{36f}' => 0.0,
        '\u{80}'..='\u{10ff}' => 0.8,
        _ => 1.05,
    }
}

/// `text`, or its beginning and its end around `…` where it does not fit into `room`: paths and ids differ at
/// both ends.
pub(crate) fn shorten(text: &str, size: f64, weight: Weight, room: f64) -> String {
    if width(text, size, weight) <= room {
        return text.to_owned();
    }
    let budget = room - width("…", size, weight);
    let one = |c: char| width(c.encode_utf8(&mut [0; 4]), size, weight);
    let mut used = 0.0;
    let mut fits = |limit: f64, c: &char| {
        used += one(*c);
        used <= limit
    };
    let head: String = text.chars().take_while(|c| fits(budget * 0.6, c)).collect();
    let mut used = width(&head, size, weight);
    let mut fits = |c: &char| {
        used += one(*c);
        used <= budget
    };
    let tail: Vec<char> = text.chars().rev().take_while(|c| fits(c)).collect();
    let tail: String = tail.into_iter().rev().collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// A coordinate with at most one decimal, the same on every machine.
pub(crate) fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded == 0.0 { "0".to_owned() } else { format!("{rounded}") }
}

/// A count as a length.
pub(crate) fn length(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shortened_keeps_both_ends_and_fits() {
        let name = "mcp__github__create_or_update_a_file_in_a_repository_of_the_organization";
        let short = shorten(name, NAME, Weight::Bold, 200.0);
        assert!(width(&short, NAME, Weight::Bold) <= 200.0);
        assert!(short.starts_with("mcp__git") && short.ends_with("zation") && short.contains('…'), "{short}");
        assert_eq!(shorten("short", NAME, Weight::Bold, 200.0), "short");
        assert!(width(&shorten(&"名".repeat(90), NAME, Weight::Bold, 90.0), NAME, Weight::Bold) <= 90.0);
    }

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(number(-0.01), "0");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(12.0), "12");
    }
}
