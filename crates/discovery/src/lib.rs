//! Reads the files that define agents into an [`Inventory`].
//!
//! What lives here: the door to the files ([`Source`]), parsers that keep positions ([`tree`], by the crate of that name), one reader
//! per format ([`readers`]), and the merging of what several files say of one agent. Reading cannot fail:
//! what was not understood is a problem in the inventory. Nothing read here is run, imported, resolved or
//! connected to.

pub mod additions;
mod alone;
mod bars;
mod bytes;
pub mod cache;
mod cards;
mod code;
mod confine;
pub mod credential;
pub mod declared;
mod fragment;
mod imports;
pub mod launch;
mod merge;
mod pass;
mod patterns;
mod plugins;
mod policy;
mod progress;
pub mod readers;
mod settle;
pub mod source;
mod statements;
pub mod text;
mod together;
pub mod tree;
mod view;
mod workloads;

use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::Inventory;

pub use cache::Cache;
pub use code::code_endings;
pub use pass::{home_places, machine_places};
pub use progress::Progress;
pub use source::{Disk, Memory, Source, Tracked, git};
pub use statements::{Elsewhere, LOCKED, STATED, Statements, statements};

/// What to look at beyond the tree itself.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The root, as the user named it; only shown.
    pub root: String,
    /// Whether the source includes the user's own files; only shown.
    pub home: bool,
    /// What servers have answered that the user had asked.
    pub answers: Vec<Answer>,
    /// Where it is told how far the reading is.
    pub progress: Option<Arc<Progress>>,
    /// What is kept of one reading for the next. What is read is the same with it and without.
    pub cache: Option<Arc<dyn Cache>>,
}

/// What a server has answered, read as if a file held it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// [`ambit_model::ServerFacts::key`] of the server.
    pub key: String,
    /// Where it is shown to come from, such as `--connect:orders`: no file of the source.
    pub path: String,
    /// The record, in the form of a dump.
    pub text: String,
}

/// Reads everything `source` holds. Cannot fail: what was not understood is a problem in the inventory.
pub fn read(source: &dyn Source, catalog: &Catalog, settings: &Settings) -> Inventory {
    let mut pass = pass::run(source, catalog, settings);
    settings.answers.iter().for_each(|it| pass.add(it, catalog));
    let mut inventory = merge::merge(pass.sink, catalog);
    inventory.inputs = pass.inputs;
    inventory.inputs.root.clone_from(&settings.root);
    inventory.inputs.home = settings.home;
    inventory
}
