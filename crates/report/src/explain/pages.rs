//! Markdown of a rule's page on a terminal: headings, paragraphs, lists, tables as they are, code as it is.

use crate::Error;
use crate::text::page::{Page, Piece, Tone, plain, toned};
use crate::visible::visible;

/// Stands before each place of an example that must be found: for tests, and nobody could copy the example with it.
const MARK: char = '«';

/// Writes `markdown` below its `title`, which is not told again. What it does not know it shows as it is written.
pub(super) fn write(markdown: &str, title: &str, page: &mut Page<'_>) -> Result<(), Error> {
    let first = markdown.lines().next().filter(|it| it.trim_start_matches('#').trim() == title);
    let markdown = first.map_or(markdown, |it| markdown.get(it.len()..).unwrap_or_default().trim_start());
    let mut paragraph = String::new();
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        let line = line.trim_end();
        if let Some(mark) = fence {
            if line.trim_start().starts_with(mark) {
                fence = None;
            } else {
                page.verbatim(4, &visible(&line.replace(MARK, "")))?;
            }
            continue;
        }
        fence = ["```", "~~~"].into_iter().find(|it| line.trim_start().starts_with(it));
        if fence.is_some() || !continues(line) {
            flush(&mut paragraph, page)?;
        }
        if fence.is_some() {
            continue;
        }
        if line.is_empty() {
            page.blank()?;
        } else if line.starts_with('#') {
            page.heading(&visible(line.trim_start_matches('#').trim()))?;
        } else if line.starts_with('|') {
            page.verbatim(0, &visible(line))?;
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(if item(line).is_some() { line } else { line.trim() });
        }
    }
    flush(&mut paragraph, page)
}

/// Whether a line goes on with the paragraph before it.
fn continues(line: &str) -> bool {
    !line.is_empty() && !line.starts_with(['#', '|']) && item(line).is_none()
}

/// The indentation and the text of a list item.
fn item(line: &str) -> Option<(usize, &str)> {
    let text = line.trim_start();
    let rest = text.strip_prefix("- ").or_else(|| text.strip_prefix("* "))?;
    Some((line.len() - text.len(), rest))
}

fn flush(paragraph: &mut String, page: &mut Page<'_>) -> Result<(), Error> {
    let text = std::mem::take(paragraph);
    match item(&text) {
        None => page.flow(0, 0, &inline(&text)),
        Some((indent, rest)) => {
            let mut pieces = vec![plain("- ")];
            pieces.extend(inline(rest));
            page.flow(indent, indent + 2, &pieces)
        }
    }
}

/// Code spans and emphasis; code keeps its backticks, so that it is told from words without colour.
fn inline(text: &str) -> Vec<Piece> {
    let text = visible(text);
    let mut pieces = Vec::new();
    for (position, part) in text.split('`').enumerate() {
        if position % 2 == 1 {
            pieces.push(toned(Tone::Strong, format!("`{part}`")));
            continue;
        }
        for (position, part) in part.split("**").enumerate() {
            let tone = if position % 2 == 1 { Tone::Strong } else { Tone::Plain };
            pieces.push(toned(tone, part));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use crate::Options;
    use crate::text::page::Page;

    fn shown(markdown: &str, title: &str) -> String {
        let (mut out, options) = (Vec::new(), Options::default());
        super::write(markdown, title, &mut Page::new(&options, &mut out)).expect("a vector takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_title_is_not_told_again_and_examples_can_be_copied() {
        let page = "# It leaks\n\nA way out.\n\n```json\n{ «\"a\": [«\"b\"] }\n```\n";
        assert_eq!(shown(page, "It leaks"), "A way out.\n\n    { \"a\": [\"b\"] }\n");
        assert!(shown(page, "Another title").starts_with("It leaks\n\nA way out."));
    }
}
