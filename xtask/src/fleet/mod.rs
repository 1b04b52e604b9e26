//! Fleets of agents, made from a seed with the statistics of real files.
//!
//! What lives here: what is measured of a corpus ([`measure`]), the numbers that are kept of it ([`Shape`]), and fleets
//! with those numbers as columns, as a lock, as an `ambit.yaml`, and as folders ([`write`]). Nothing of the files
//! themselves is kept.

mod chance;
mod grown;
mod measure;
mod named;
mod shape;
mod stated;
mod write;

pub use chance::Chance;
pub use grown::{Fleet, grow};
pub use measure::measure;
pub use named::lock;
pub use shape::{Row, Shape};
pub use stated::yaml;
pub use write::run;
