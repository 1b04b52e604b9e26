//! `bench-inputs DIR`: folders to measure `ambit scan` on. Made, not copied, and the same each time.
#![expect(clippy::disallowed_methods, reason = "a chore writes the folder that its user names")]

use std::fmt::Write as _;
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
    fleet(&folder.join("fleet-1000"), 1000)?;
    tree(&folder.join("files-100000"))
}

/// What tools of a fleet do.
const EFFECTS: [&str; 12] = [
    "{ingests: mail}",
    "{ingests: tickets}",
    "{reads: crm}",
    "{reads: ledger}",
    "{reads: wiki}",
    "{sends: mail}",
    "{sends: tickets}",
    "{writes: ledger, reversibility: irreversible, blast_radius: organization}",
    "{remembers: notes}",
    "{recalls: notes}",
    "{executes: workspace}",
    "{reads: handbook}",
];

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    let _never_fails = text.write_fmt(line);
}

/// A company's agents as people state them, in teams of ten: each team has a memory and a store of its own, some agents
/// hand work to another, and most are harmless. About two compositions an agent are of high or above.
fn fleet(root: &Path, agents: usize) -> anyhow::Result<()> {
    const TEAM: usize = 10;
    let mut channels = String::new();
    let (mut stores, mut memories) = (String::new(), String::new());
    let (mut tools, mut all) = (String::new(), String::new());
    let mut state = 7_u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for team in 0..agents.div_ceil(TEAM) {
        push(&mut channels, format_args!("    mail-{team}: {{trust: public, audience: public}}\n"));
        push(&mut channels, format_args!("    tickets-{team}: {{trust: partner, audience: partner}}\n"));
        push(&mut stores, format_args!("    crm-{team}: {{level: confidential, data: [customer]}}\n"));
        push(&mut stores, format_args!("    ledger-{team}: {{level: secret, data: [financial]}}\n"));
        push(&mut stores, format_args!("    wiki-{team}: {{level: internal, data: [operations]}}\n"));
        push(&mut stores, format_args!("    handbook-{team}: {{level: public}}\n"));
        push(&mut memories, format_args!("    notes-{team}: {{level: internal}}\n"));
        for (number, effect) in EFFECTS.iter().enumerate() {
            let places = ["mail", "tickets", "crm", "ledger", "wiki", "handbook", "notes"];
            let own = places.iter().fold((*effect).to_owned(), |text, it| {
                text.replace(&format!(": {it}"), &format!(": {it}-{team}"))
            });
            push(&mut tools, format_args!("    t{number}-{team}: {{effects: [{own}]}}\n"));
        }
    }
    for agent in 0..agents {
        let team = agent / TEAM;
        let mut own: Vec<u64> = (0..7).map(|_| next(12)).collect();
        own.sort_unstable();
        own.dedup();
        let gate = |it: u64| if it.is_multiple_of(5) { "prompted" } else { "auto" };
        let own: Vec<String> = own.iter().map(|it| format!("t{it}-{team}: {}", gate(next(10)))).collect();
        let to = team * TEAM + usize::try_from(next(10))?;
        let work =
            if to != agent && to < agents && next(4) == 0 { format!("a{to}: auto") } else { String::new() };
        push(
            &mut all,
            format_args!("    a{agent}: {{tools: {{{}}}, delegates: {{{work}}}}}\n", own.join(", ")),
        );
    }
    let text = format!(
        "ambit: v1\nfacts:\n  channels:\n{channels}  stores:\n{stores}  memories:\n{memories}  tools:\n{tools}  agents:\n{all}"
    );
    write(&root.join("ambit.yaml"), &text)
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
