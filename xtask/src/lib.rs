//! What chores and the tests of the house share.
//!
//! What lives here: generated pages ([`docs`]), the measurements of noise ([`noise`]), of effects ([`effects`]) and of
//! containment ([`contain`]), and fleets to measure on ([`fleet`]). It may read and write the
//! project's own files, and read a corpus that its user names; it runs nothing that it reads.

pub mod contain;
pub mod docs;
pub mod effects;
pub mod fleet;
pub mod noise;
