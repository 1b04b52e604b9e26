//! Code read as what it says of agents.
//!
//! What lives here: parsers of Python ([`python`]) and of TypeScript and JavaScript ([`typescript`]) that lower both to one
//! small tree ([`ir`]); code that stands in other files is read too ([`embedded`]). What is read is never run, imported or resolved outside the files that are handed in; no I/O.
//! Nesting and size are bounded: the text is hostile.

pub mod agents;
pub mod effects;
pub mod embedded;
pub mod follow;
pub mod ir;
pub mod python;
pub mod typescript;
