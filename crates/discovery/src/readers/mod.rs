//! One file per format, one line in the list below. A reader turns a parsed file into fragments and nothing
//! else: it opens no file, follows no reference, judges nothing.

mod amazon_q;
pub(crate) mod ci;
mod claude_agent;
mod claude_desktop;
mod claude_mcp;
mod claude_plugin;
mod claude_rules;
mod claude_sandbox;
mod claude_settings;
mod claude_skill;
mod claude_state;
mod client_prompts;
mod cline;
mod codex_config;
mod codex_requirements;
mod codex_rules;
mod codex_sandbox;
mod continue_dev;
mod copilot_agent;
mod copilot_cli;
mod copilot_hooks;
mod copilot_setup;
mod cursor_agent;
mod cursor_hooks;
mod cursor_mcp;
mod cursor_permissions;
mod cursor_sandbox;
mod declared;
pub(crate) mod flows;
mod gemini_agent;
mod gemini_extension;
mod gemini_policy;
mod gemini_settings;
mod goose;
mod goose_plugin;
mod instructions;
mod junie;
mod kilo;
mod kiro;
mod kiro_permissions;
mod mcp_family;
mod not_yet;
mod openclaw;
mod opencode;
mod plain_servers;
pub(crate) mod platforms;
mod protocols;
pub(crate) mod record;
mod roo;
pub(crate) mod server_entry;
mod template;
mod tool_dump;
mod vscode_mcp;
mod vscode_settings;
mod windsurf;
mod zed;

use ambit_catalog::Catalog;
use ambit_model::{Place, Problem};

use crate::fragment::{Location, Sink};
use crate::tree::{Syntax, View};
pub(crate) use record::of_workspace;

/// A format.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    /// Id, for people and tests.
    pub id: &'static str,
    /// Where clients load the file from: paths with `*` within a segment and `**` for any folders.
    pub places: &'static [Spot],
    /// How it is written.
    pub form: Form,
    /// Texts of which one must occur in a file that lies elsewhere before it is looked at more closely.
    pub marks: &'static [&'static str],
    /// Whether a parsed file that lies elsewhere is of this format.
    pub accepts: fn(&Text<'_>) -> bool,
    /// Reads it.
    pub read: fn(&Text<'_>, &mut Sink),
}

/// A place that a client loads a file from.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// The path below the folder of the agent: `.claude/settings.json`; for homes below `~/`.
    pub path: &'static str,
    /// The scope of what it says there.
    pub scope: ambit_model::Scope,
    /// Whether it is looked for in the home folder (`~/`), on the machine (an absolute path), or in any folder.
    pub base: Base,
}

/// What a place is relative to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base {
    /// Any folder of the tree.
    Folder,
    /// The user's home.
    Home,
    /// The file system.
    Machine,
}

/// How a format is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A tree.
    Tree(Syntax),
    /// Markdown, with YAML front matter or without.
    Markdown,
    /// Plain text.
    Plain,
}

/// A file under a reader's eyes.
#[derive(Debug, Clone)]
pub struct Text<'a> {
    /// Path.
    pub path: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// The parsed tree, or the front matter of Markdown; null where there is none.
    pub root: View<'a>,
    /// Where the body of Markdown begins, as (byte offset, line).
    pub body: (usize, u32),
    /// Where the file stands.
    pub location: Location,
    /// The knowledge base.
    pub catalog: &'a Catalog,
}

impl Text<'_> {
    /// The first character of the file.
    pub fn start(&self) -> Place {
        Place::start(self.path)
    }

    /// The body of Markdown, or the whole text.
    pub fn body_text(&self) -> &str {
        self.text.get(self.body.0..).unwrap_or_default()
    }

    /// The last part of the path without its extensions.
    pub fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        name.split('.').find(|it| !it.is_empty()).unwrap_or(name)
    }

    /// A problem at `view`.
    pub fn problem(&self, view: &View<'_>, message: impl Into<String>, help: impl Into<String>) -> Problem {
        Problem::at(&view.place(), message, help)
    }
}

/// A place in any folder of the tree, of project scope.
pub const fn in_folder(path: &'static str) -> Spot {
    Spot { path, scope: ambit_model::Scope::Project, base: Base::Folder }
}

/// A place in any folder of the tree, of local scope.
pub const fn local(path: &'static str) -> Spot {
    Spot { path, scope: ambit_model::Scope::Local, base: Base::Folder }
}

/// A place in the user's home.
pub const fn in_home(path: &'static str) -> Spot {
    Spot { path, scope: ambit_model::Scope::User, base: Base::Home }
}

/// A place on the machine, written by its administrator.
pub const fn managed(path: &'static str) -> Spot {
    Spot { path, scope: ambit_model::Scope::Managed, base: Base::Machine }
}

/// For formats that are known by their path alone.
pub fn nowhere_else(_: &Text<'_>) -> bool {
    false
}

/// Every reader. Of several that accept a file that lies elsewhere, the first takes it.
pub static ALL: &[Reader] = &[
    claude_settings::READER,
    plain_servers::READER,
    continue_dev::YAML,
    continue_dev::JSON,
    continue_dev::PERMISSIONS,
    continue_dev::RULES,
    mcp_family::bundle::READER,
    mcp_family::registry::READER,
    mcp_family::docker::CATALOG,
    mcp_family::docker::ENABLED,
    mcp_family::docker::CONFIG,
    mcp_family::smithery::READER,
    goose::CONFIG,
    goose::PERMISSION,
    goose::SECRETS,
    goose::HINTS,
    goose::RECIPE,
    goose_plugin::SERVERS,
    goose_plugin::HOOKS,
    openclaw::READER,
    opencode::CONFIG,
    opencode::AGENT,
    opencode::COMMAND,
    opencode::PLUGIN,
    zed::READER,
    kiro::AGENT,
    kiro::AGENT_PAGE,
    kiro::SERVERS,
    kiro::STEERING,
    kiro::HOOK,
    kiro_permissions::READER,
    amazon_q::AGENT,
    amazon_q::SERVERS,
    junie::SERVERS,
    junie::AGENT,
    junie::GUIDELINES,
    junie::ALLOWLIST,
    junie::CONFIG,
    codex_config::READER,
    codex_config::ROLE,
    codex_config::PROFILE,
    codex_config::HOOKS,
    codex_config::TEMPLATE,
    codex_requirements::READER,
    codex_rules::READER,
    claude_desktop::READER,
    claude_plugin::MANIFEST,
    claude_plugin::MARKETPLACE,
    claude_plugin::HOOKS,
    claude_agent::READER,
    claude_skill::SKILL,
    claude_skill::COMMAND,
    claude_state::READER,
    cursor_agent::READER,
    cursor_hooks::READER,
    cursor_mcp::READER,
    cursor_permissions::CLI,
    cursor_permissions::EDITOR,
    cursor_sandbox::READER,
    instructions::CLAUDE,
    instructions::GEMINI,
    instructions::CODEX,
    instructions::CURSOR,
    instructions::COPILOT,
    instructions::WINDSURF,
    instructions::CLINE,
    instructions::ROO,
    instructions::AMAZON_Q,
    instructions::AGENTS,
    copilot_agent::READER,
    copilot_cli::SERVERS,
    copilot_cli::SETTINGS,
    copilot_hooks::READER,
    copilot_setup::READER,
    ci::WORKFLOW,
    ci::ACTION,
    ci::ELSEWHERE,
    ci::AGENTIC,
    ci::GITLAB,
    ci::GITLAB_ELSEWHERE,
    gemini_agent::READER,
    gemini_agent::COMMAND,
    gemini_extension::READER,
    gemini_policy::READER,
    gemini_settings::READER,
    client_prompts::READER,
    cline::SERVERS,
    cline::HOOKS,
    kilo::CONFIG,
    kilo::AGENT,
    roo::SERVERS,
    roo::MODES,
    windsurf::SERVERS,
    windsurf::CONFIG,
    windsurf::HOOKS,
    windsurf::AGENT,
    vscode_mcp::READER,
    vscode_settings::READER,
    template::READER,
    claude_mcp::READER,
    tool_dump::READER,
    declared::crewai::READER,
    declared::adk::READER,
    declared::agent_framework::READER,
    declared::langgraph::READER,
    protocols::a2a::READER,
    protocols::openapi::JSON,
    protocols::openapi::YAML,
    protocols::cyclonedx::READER,
    protocols::oasf::READER,
    platforms::terraform::NATIVE,
    platforms::terraform::JSON,
    platforms::cloudformation::YAML,
    platforms::cloudformation::JSON,
    platforms::compose::READER,
    platforms::kubernetes::READER,
    flows::N8N,
    flows::DIFY,
    flows::FLOWISE,
    flows::FLOWISE_TOOL,
    flows::LANGFLOW,
    not_yet::YAML,
    not_yet::MARKDOWN,
    not_yet::CODE,
    not_yet::TEMPLATE,
    plain_servers::FLAT,
];
