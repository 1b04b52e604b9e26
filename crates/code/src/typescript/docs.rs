//! Comments `/** … */` as documentation of what follows them.

use oxc_ast::ast::Program;
use oxc_span::Span;

use super::lower::Lower;
use crate::ir::Name;

/// All such comments, by where what they document begins.
pub(super) fn all(program: &Program<'_>) -> Vec<(u32, Span)> {
    let comments = program.comments.iter().filter(|it| it.is_jsdoc());
    let mut all: Vec<(u32, Span)> = comments.map(|it| (it.attached_to, it.content_span())).collect();
    all.sort_by_key(|it| it.0);
    all
}

impl Lower<'_> {
    /// The documentation of what begins at `start`: the last of the comments before it.
    pub(super) fn doc(&mut self, start: u32) -> Option<Name> {
        let next = self.docs.partition_point(|it| it.0 <= start);
        let (attached, span) = self.docs.get(next.checked_sub(1)?).copied()?;
        if attached != start {
            return None;
        }
        let text = without_stars(self.written(span));
        (!text.is_empty()).then(|| self.name(&text))
    }
}

/// The text of a comment without the stars at the margin, dedented.
fn without_stars(comment: &str) -> String {
    let lines = comment.trim_start_matches('*').lines().enumerate().map(|(number, line)| {
        let line = line.trim_end();
        let bare = line.trim_start();
        match (number, bare.strip_prefix('*')) {
            (0, _) => bare,
            (_, Some(rest)) => rest,
            (_, None) => line,
        }
    });
    let lines: Vec<&str> = lines.collect();
    let blanks = |line: &str| line.len() - line.trim_start().len();
    let margin =
        lines.iter().skip(1).filter(|it| !it.trim().is_empty()).map(|it| blanks(it)).min().unwrap_or(0);
    let lines = lines.iter().enumerate().map(|(number, line)| match number {
        0 => line,
        _ => line.get(margin..).unwrap_or(line.trim_start()),
    });
    lines.collect::<Vec<_>>().join("\n").trim_matches('\n').trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::without_stars;

    #[test]
    fn stars_and_margins_are_no_text() {
        assert_eq!(without_stars("* Finds mail. "), "Finds mail.");
        assert_eq!(
            without_stars("*\n * Finds mail.\n *\n * - one\n *   - two\n * @param query what\n "),
            "Finds mail.\n\n- one\n  - two\n@param query what"
        );
        assert_eq!(without_stars("* Finds\n   mail.\n     All of it.\n"), "Finds\nmail.\n  All of it.");
    }
}
