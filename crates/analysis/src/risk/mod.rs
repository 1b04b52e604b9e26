//! Risk in numbers: how likely each end is in a year, what it costs, and what carries it.
//!
//! What lives here: the ranges that are put in (`inputs`), the map as independent events (`network`) and what can
//! come of them (`ends`), the exact computation over decision diagrams (`exact`) for one end and for any of several
//! (`unions`), drawn years where those would be too large and for distributions (`worlds`, `losses`), what is asked of
//! both (`scenarios`), what could be contained (`rank`, `controls`), the scores of others (`scores`), and the telling of
//! it (`measure`). No I/O, no clock, and no random number that does not follow from a seed.

mod bdd;
mod chance;
mod consequences;
mod controls;
mod draws;
mod ends;
mod exact;
mod exits;
mod inputs;
mod layout;
mod leaks;
mod links;
mod losses;
mod measure;
mod names;
mod network;
mod order;
mod paths;
mod range;
mod rank;
mod roles;
mod scenarios;
mod scores;
mod state;
mod tell;
mod trial;
mod unions;
mod worlds;

pub use measure::{Asked, as_it_comes, measure};
pub(crate) use scenarios::{Arrivals, End, EndLoss};
pub use scenarios::{Change, Drawing, Scenarios};
pub use scores::scored;

#[cfg(test)]
mod tests;
