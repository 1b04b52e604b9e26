//! Each format, read from small files of our own.

mod support;

#[path = "readers/claude.rs"]
mod claude;
#[path = "readers/codex.rs"]
mod codex;
#[path = "readers/copilot.rs"]
mod copilot;
<<<<<<< HEAD
#[path = "readers/cursor.rs"]
mod cursor;
=======
#[path = "readers/editors.rs"]
mod editors;
>>>>>>> rdb
#[path = "readers/gemini.rs"]
mod gemini;
#[path = "readers/instructions.rs"]
mod instructions;
#[path = "readers/rendered.rs"]
mod rendered;
