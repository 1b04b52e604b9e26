//! The closures at scale: the same two questions as `flow` asks, answered for millions of edges.
//!
//! What lives here: edges in twelve bytes ([`Edge`]), the columns that they are gathered into ([`Graph`]), both closures
//! as small sets of bits that move over the graph ([`Closures`]), what the compositions come to for each agent
//! ([`Verdicts`]), the way behind each ([`witness()`]), and all of it kept up to date while edges are added ([`Live`]).
//!
//! `flow` keeps the best way with its edges for each context and each origin, which reports need and large fleets do not.
//! Here a context holds which trust of content and which level of data get in, each with the strongest gate on the way,
//! and nothing of where they come from; a way is looked for when somebody asks. What that leaves out is said where
//! it is left out, in [`Columns`] and [`Composition`].
//!
//! No I/O and no clock; the answer depends on neither the order of the edges nor the number of threads.
#![expect(
    clippy::cast_possible_truncation,
    reason = "nodes and edges are numbered in 32 bits, and a graph with more is refused"
)]

mod bits;
mod csr;
mod dominators;
mod edge;
mod exits;
mod fixpoint;
mod gather;
mod graph;
mod live;
mod of_lock;
mod of_map;
mod steered;
mod stored;
mod verdict;
mod witness;

#[cfg(test)]
mod tests;

pub use bits::Limit;
pub use edge::{Edge, Facts};
pub use fixpoint::Closures;
pub use graph::{Columns, Graph, Node, OutOfRange, Role};
pub use live::Live;
pub use of_lock::of_lock;
pub use of_map::of_map;
pub use verdict::{Composition, Verdict, Verdicts};
pub use witness::{Witness, witness};
