//! The parsers, held against small sources.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod print;
mod python;
