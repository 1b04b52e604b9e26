//! One file, read.

use ambit_model::Problem;
use ambit_model::stated::{Document, join, read};

/// The problems of one file, its references included, as lines.
pub(crate) fn problems(text: &str) -> Vec<String> {
    let (document, mut problems) = read("ambit.yaml", text);
    problems.extend(join([document]).1);
    problems.iter().map(line).collect()
}

fn line(problem: &Problem) -> String {
    let Problem { line, column, message, help, .. } = problem;
    format!("{line}:{column} {message}; {help}")
}

/// One file that has no problem.
pub(crate) fn clean(text: &str) -> Document {
    let (document, problems) = read("ambit.yaml", text);
    assert_eq!(problems, [], "{text}");
    document
}
