//! Each format, read from small files of our own.

mod support;

#[path = "readers/claude.rs"]
mod claude;
