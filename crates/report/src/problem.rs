//! A problem of a file that somebody is writing, with the line it is on.

use std::fmt::Write as _;

use ambit_model::Problem;
use unicode_width::UnicodeWidthStr;

use crate::visible::visible;

/// How many characters of a line are shown before and after the place.
const BEFORE: usize = 60;
const AFTER: usize = 40;

/// The problem as people read it: what is wrong and where, the line with a mark below the place, and what to do.
/// `text` is the text of the file; what it holds is shown harmless.
pub fn shown(problem: &Problem, text: &str) -> String {
    let Problem { path, line, column, message, help } = problem;
    let mut out = format!("{}:{line}:{column}: {}\n", visible(path), visible(message));
    let number = usize::try_from(*line).unwrap_or(usize::MAX);
    let row = text.lines().nth(number.saturating_sub(1)).map(|it| it.strip_prefix('\u{feff}').unwrap_or(it));
    if let Some(row) = row.filter(|it| !it.trim().is_empty()) {
        let at = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
        let start = at.saturating_sub(BEFORE);
        let before: String = row.chars().skip(start).take(at - start).collect();
        let after: String = row.chars().skip(at).take(AFTER).collect();
        let cut = if start > 0 { "…" } else { "" };
        let (before, after) = (visible(&before), visible(&after));
        let margin = line.to_string().len();
        let _infallible = writeln!(out, "{line} | {cut}{before}{after}");
        let width = cut.width() + before.width();
        let _infallible = writeln!(out, "{:margin$} | {:width$}^", "", "");
    }
    if !help.is_empty() {
        let _infallible = writeln!(out, "help: {}", visible(help));
    }
    out
}
