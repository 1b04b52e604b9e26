//! `bench-inputs DIR`: folders to measure `ambit scan` on. Made, not copied, and the same each time.
#![expect(clippy::disallowed_methods, reason = "a chore writes the folder that its user names")]

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

/// Packages that the catalog knows, and one that it does not.
const PACKAGES: [&str; 5] = [
    "@modelcontextprotocol/server-github",
    "@modelcontextprotocol/server-filesystem",
    "@modelcontextprotocol/server-slack",
    "@playwright/mcp",
    "a-server-that-nobody-described",
];

/// Writes all inputs below the folder that is named.
pub(crate) fn inputs(folder: Option<String>) -> anyhow::Result<()> {
    let folder = PathBuf::from(folder.context("`bench-inputs` needs a folder")?);
    repository(&folder.join("servers-10"), 10)?;
    repository(&folder.join("servers-200"), 200)?;
    tree(&folder.join("files-100000"))
}

/// One repository with one agent and this many servers.
fn repository(root: &Path, servers: usize) -> anyhow::Result<()> {
    write(&root.join(".mcp.json"), &json!({ "mcpServers": entries(servers, "s") }).to_string())?;
    let allow = ["Bash(git status:*)", "Read", "WebFetch", "mcp__s0"];
    write(&root.join(".claude/settings.json"), &json!({ "permissions": { "allow": allow } }).to_string())?;
    write(&root.join("CLAUDE.md"), "Write tests first.\n")
}

fn entries(servers: usize, name: &str) -> Value {
    let mut all = Map::new();
    for (number, package) in (0..servers).zip(PACKAGES.iter().cycle()) {
        let args = json!(["-y", format!("{package}@1.{number}.0"), format!("/srv/{number}")]);
        let env = json!({ format!("TOKEN_{number}"): format!("${{TOKEN_{number}}}") });
        all.insert(format!("{name}{number}"), json!({ "command": "npx", "args": args, "env": env }));
    }
    Value::Object(all)
}

/// A hundred thousand files of code, data and prose, of which two hundred define agents.
fn tree(root: &Path) -> anyhow::Result<()> {
    const FOLDERS: usize = 1000;
    let code = "import os\n\n\ndef answer(question):\n    return os.environ.get(question)\n".repeat(20);
    let prose = "# Notes\n\nWhat we learned and what we decided, in a few words.\n".repeat(20);
    let data = json!({ "rows": vec![json!({ "id": 1, "text": "some words" }); 40] }).to_string();
    for number in 0..FOLDERS {
        let folder = root.join(format!("part{}/module{number}", number % 25));
        for file in 0..99 {
            let (ending, text) = match file % 10 {
                0 => ("json", &data),
                1 => ("md", &prose),
                2..6 => ("py", &code),
                6..9 => ("rs", &code),
                _ => ("png", &data),
            };
            write(&folder.join(format!("file{file}.{ending}")), text)?;
        }
        let last = folder.join("CLAUDE.md");
        match number {
            0..100 => {
                write(&folder.join(".mcp.json"), &json!({ "mcpServers": entries(2, "s") }).to_string())?;
            }
            100..200 => write(&last, &prose)?,
            _ => write(&folder.join("file99.txt"), &prose)?,
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a file lies in a folder")?;
    std::fs::create_dir_all(folder).with_context(|| format!("making `{}`", folder.display()))?;
    std::fs::write(path, text).with_context(|| format!("writing `{}`", path.display()))
}
