//! The command as a process: streams, exit codes, formats, and what it must never do.
#![expect(clippy::disallowed_methods, reason = "these tests start the command and lay out what it scans")]
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "command/contain.rs"]
mod contain;
#[path = "command/cover.rs"]
mod cover;
#[path = "command/explain.rs"]
mod explain;
#[path = "command/gate.rs"]
mod gate;
#[path = "command/harm.rs"]
mod harm;
#[path = "command/init.rs"]
mod init;
#[path = "command/interchange.rs"]
mod interchange;
#[path = "command/kept.rs"]
mod kept;
#[cfg(all(unix, feature = "live"))]
#[path = "command/live.rs"]
mod live;
#[path = "command/rank.rs"]
mod rank;
#[path = "command/report.rs"]
mod report;
#[path = "command/same.rs"]
mod same;
#[path = "command/secret.rs"]
mod secret;
#[cfg(unix)]
#[path = "command/team.rs"]
mod team;
#[cfg(unix)]
#[path = "command/unreadable.rs"]
mod unreadable;
#[path = "command/usage.rs"]
mod usage;
#[path = "command/whatif.rs"]
mod whatif;

use std::path::Path;
use std::process::{Command, Output};

/// All words for `--format`.
const FORMATS: [&str; 11] =
    ["text", "json", "sarif", "markdown", "mermaid", "svg", "html", "csv", "otm", "tm-bom", "cyclonedx"];

/// An agent that strangers can steer, with data to lose and a way out.
const SETTINGS: &str = r#"{ "permissions": { "allow": ["WebFetch", "Bash(*)", "Read", "mcp__github"] } }"#;
const SERVERS: &str = r#"{ "mcpServers": {
  "github": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-github"], "env": { "GITHUB_PERSONAL_ACCESS_TOKEN": "${TOKEN}" } },
  "files": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/srv"] } } }"#;

/// The command, in an empty surrounding.
fn ambit(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ambit"));
    command.current_dir(folder).env_clear().env("HOME", folder);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    ambit(folder).args(arguments).output().expect("`ambit` starts")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn write(root: &Path, path: &str, text: &str) {
    let full = root.join(path);
    std::fs::create_dir_all(full.parent().expect("a folder")).expect("the folder is made");
    std::fs::write(full, text).expect("the file is written");
}

/// A folder with the agent above.
fn risky() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), ".claude/settings.json", SETTINGS);
    write(root.path(), ".mcp.json", SERVERS);
    root
}
