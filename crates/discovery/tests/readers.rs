//! Each format, read from small files of our own.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::format_push_string,
    reason = "a test that cannot go on fails"
)]

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

#[path = "readers/flows_code.rs"]
mod flows_code;
#[path = "readers/flows_dify.rs"]
mod flows_dify;
#[path = "readers/flows_flowise.rs"]
mod flows_flowise;
#[path = "readers/flows_hostile.rs"]
mod flows_hostile;
#[path = "readers/flows_langflow.rs"]
mod flows_langflow;
#[path = "readers/flows_n8n.rs"]
mod flows_n8n;
#[path = "support/told.rs"]
mod told;

#[path = "readers/ci_agentic.rs"]
mod ci_agentic;
#[path = "readers/ci_github.rs"]
mod ci_github;
#[path = "readers/ci_gitlab.rs"]
mod ci_gitlab;
#[path = "readers/ci_products.rs"]
mod ci_products;
#[path = "readers/ci_shown.rs"]
mod ci_shown;

#[path = "readers/answers.rs"]
mod answers;
#[path = "readers/aws.rs"]
mod aws;
#[path = "readers/containers.rs"]
mod containers;
#[path = "readers/given.rs"]
mod given;
#[path = "readers/protocols.rs"]
mod protocols;

#[path = "readers/claude.rs"]
mod claude;
#[path = "readers/claude_scopes.rs"]
mod claude_scopes;
#[path = "readers/codex.rs"]
mod codex;
#[path = "readers/copilot.rs"]
mod copilot;
#[path = "readers/cursor.rs"]
mod cursor;
#[path = "readers/editors.rs"]
mod editors;
#[path = "readers/gemini.rs"]
mod gemini;
#[path = "readers/instructions.rs"]
mod instructions;
#[path = "readers/rendered.rs"]
mod rendered;
#[path = "readers/tried.rs"]
mod tried;
