//! Each format, read from small files of our own.

mod support;

#[path = "readers/continue_zed_junie.rs"]
mod continue_zed_junie;
#[path = "readers/goose_opencode_kiro.rs"]
mod goose_opencode_kiro;
#[path = "readers/mcp_family.rs"]
mod mcp_family;
#[path = "readers/not_yet.rs"]
mod not_yet;
#[path = "readers/openclaw.rs"]
mod openclaw;
#[path = "readers/shown.rs"]
mod shown;

#[path = "readers/claude.rs"]
mod claude;
