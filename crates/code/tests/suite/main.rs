//! The parsers, held against small sources.
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod agents;
mod print;
mod python;
mod typescript;
