//! Risk in numbers: how likely each end is in a year, what it costs, and what carries it.
//!
//! What lives here: the ranges that are put in ([`inputs`]), the map as independent events ([`network`]) and what can
//! come of them ([`ends`]), the exact computation over decision diagrams ([`exact`]), drawn years where those would be
//! too large and for distributions ([`worlds`]), and what is asked of both ([`scenarios`]).

mod bdd;
mod ends;
mod exact;
mod inputs;
mod network;
mod order;
mod range;
mod scenarios;
mod worlds;

pub use scenarios::{Change, Drawing, Scenarios};

#[cfg(test)]
mod tests;
