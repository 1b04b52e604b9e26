//! The same closures in Datalog: `ascent`, with a lattice for the weakest gate.
#![allow(clippy::all)]

use ascent::{Dual, ascent};

ascent! {
    pub struct Flow;
    /// A label comes in at a node over a gate.
    relation start(u32, u8, u8);
    /// Content moves on over a gate.
    relation hop(u32, u32, u8);
    /// A label gets into a node over at most that gate.
    lattice held(u32, u8, Dual<u8>);
    held(*node, *label, Dual(*gate)) <-- start(node, label, gate);
    held(*to, *label, Dual((*over).max(gate.0))) <-- held(from, label, gate), hop(from, to, over);
}
