//! The generator of the chores, without the chores: those read files, which takes minutes to compile.

#[path = "../../../xtask/src/fleet/chance.rs"]
pub mod chance;
#[path = "../../../xtask/src/fleet/grown.rs"]
pub mod grown;
#[path = "../../../xtask/src/fleet/named.rs"]
pub mod named;
#[path = "../../../xtask/src/fleet/shape.rs"]
pub mod shape;
