//! Talks with real servers: programs of a shell that are started, and servers on this machine that are dialled.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests fail as tests do")]
#![expect(clippy::panic, clippy::indexing_slicing, reason = "helpers of tests fail as tests do")]
#![expect(clippy::disallowed_methods, reason = "tests look at what was started")]

mod bounds;
mod dialled;
mod ends;
mod http;
mod plans;
mod program;
mod sandboxed;
mod signing_in;
mod started;
