//! Asks one server that the user named for its tools, prompts and resources.
//!
//! This is the only room that starts or dials anything for discovery, and it does so for a [`Plan`] that its caller
//! has shown to a person. What comes back is hostile text with bounds on time, size and number; it becomes a record
//! that `discovery` reads like any other. No tool is called, no prompt and no resource is fetched, and whatever the
//! server asks of us is refused.

mod answer;
mod error;
mod limits;
mod lists;
mod options;
mod patient;
mod plan;
mod process;
mod refuse;
mod remote;
mod sandbox;
mod session;
mod stdio;

pub use answer::Answer;
pub use error::{Error, Unanswered};
pub use limits::Limits;
pub use options::{Oauth, Options, Surroundings};
pub use plan::Plan;
pub use sandbox::Wish;
pub use session::ask;
