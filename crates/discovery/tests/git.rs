//! Git repositories, made by hand so that no git is needed: what is read of them, and what hostile ones cannot do.

#[path = "git/fixture.rs"]
mod fixture;
#[path = "git/hostile.rs"]
mod hostile;
#[path = "git/index.rs"]
mod index;
#[path = "git/packs.rs"]
mod packs;
#[path = "git/places.rs"]
mod places;
#[path = "git/revisions.rs"]
mod revisions;
#[path = "git/trees.rs"]
mod trees;
