//! Each format, read from small files of our own.

mod support;

#[path = "readers/claude.rs"]
mod claude;
#[path = "readers/codex.rs"]
mod codex;
#[path = "readers/copilot.rs"]
mod copilot;
#[path = "readers/gemini.rs"]
mod gemini;
#[path = "readers/rendered.rs"]
mod rendered;
