//! The tree of every format, and the view that readers walk it with.

use ambit_model::Problem;

pub use ambit_tree::{
    DEEPEST, Fault, Kind, MOST_NODES, Node, Pair, Position, Syntax, Tags, documents, parse, parse_first,
};

pub use crate::view::View;

/// The fault as a problem of the file at `path`.
pub(crate) fn problem(fault: Fault, path: &str) -> Problem {
    let Fault { at, message, help } = fault;
    Problem { path: path.to_owned(), line: at.line, column: at.column, message, help: help.to_owned() }
}
