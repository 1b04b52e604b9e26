//! Each format, read from small files of our own.

mod support;

#[path = "readers/claude.rs"]
mod claude;

#[path = "readers/shown.rs"]
mod shown;

#[path = "readers/editors.rs"]
mod editors;

#[path = "readers/terminals.rs"]
mod terminals;

#[path = "readers/openclaw.rs"]
mod openclaw;

#[path = "readers/mcp_family.rs"]
mod mcp_family;

#[path = "readers/not_yet.rs"]
mod not_yet;
