//! What chores and the tests of the house share.
//!
//! What lives here: generated pages ([`docs`]), the measurement of noise ([`noise`]) and of effects ([`effects`]), and fleets to
//! measure on ([`fleet`]). It may read and write the
//! project's own files, and read a corpus that its user names; it runs nothing that it reads.

pub mod docs;
pub mod effects;
pub mod fleet;
pub mod noise;
