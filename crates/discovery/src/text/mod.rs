//! Reading of free text: front matter, and signs that a text hides orders to a model.

mod front;
mod signals;

pub(crate) use front::front_matter;
pub use signals::signals;
