//! `docs/formats.md`: every format that is read, and where its files lie.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ambit_discovery::code_endings;
use ambit_discovery::readers::{ALL, Base, Form, Reader, Spot};
use ambit_discovery::tree::Syntax;

use super::{code, heading};

/// Whose format it is, by the beginning of the reader's id: the first that fits. A format of none is shared.
const CLIENTS: [(&str, &str); 30] = [
    ("claude-desktop", "Claude Desktop"),
    ("claude", "Claude Code"),
    ("cursor", "Cursor"),
    ("copilot-cli", "GitHub Copilot CLI"),
    ("copilot", "GitHub Copilot"),
    ("vscode", "VS Code"),
    ("codex", "Codex"),
    ("gemini", "Gemini CLI"),
    ("windsurf", "Windsurf"),
    ("cline", "Cline"),
    ("roo", "Roo Code"),
    ("kilo", "Kilo Code"),
    ("continue", "Continue"),
    ("zed", "Zed"),
    ("goose", "Goose"),
    ("opencode", "OpenCode"),
    ("openclaw", "OpenClaw"),
    ("amazon-q", "Amazon Q Developer"),
    ("kiro", "Kiro"),
    ("junie", "JetBrains Junie"),
    ("docker", "Docker"),
    ("github", "GitHub workflows"),
    ("gitlab", "GitLab pipelines"),
    ("mcpb", "MCPB bundles"),
    ("server-json", "MCP registry"),
    ("n8n", "n8n"),
    ("dify", "Dify"),
    ("flowise", "Flowise"),
    ("langflow", "Langflow"),
    ("not-yet", "Recognised, and not read yet: a problem says so"),
];

const SHARED: &str = "Shared by several clients";

pub(super) fn page() -> String {
    let mut out = heading("Formats");
    out.push_str(
        "What Ambit reads, by client. A path counts in any folder of the scanned tree; one that begins with `~/` \
         is looked for in your home folder, one that begins with `/` on the machine (both with `--home`, or when \
         no path is given). `*` stands for one name, `**` for any folders. The scope says whose word it is when \
         several files speak of one agent.\n\nA format that is *recognised elsewhere* is also read where no client \
         would load it, such as an example in a document folder: told by its content.\n",
    );
    let mut families: BTreeMap<&str, Vec<&Reader>> = BTreeMap::new();
    for reader in ALL {
        let client = CLIENTS.iter().find(|(prefix, _)| reader.id.starts_with(prefix));
        families.entry(client.map_or(SHARED, |(_, name)| name)).or_default().push(reader);
    }
    let shared = families.remove(SHARED);
    for (client, readers) in families.into_iter().chain(shared.map(|it| (SHARED, it))) {
        let _infallible = write!(
            out,
            "\n## {client}\n\n| format | written as | where (scope) | recognised elsewhere |\n|---|---|---|---|\n"
        );
        for reader in readers {
            out.push_str(&row(reader));
        }
    }
    let endings: Vec<String> =
        code_endings().map(|it| format!("{} (project)", code(&format!("*{it}")))).collect();
    let _infallible = write!(
        out,
        "\n## Code\n\nFiles that import a framework, and what they import: [agents in code](code.md) says which, and what of them is read.\n\n\
         | format | written as | where (scope) | recognised elsewhere |\n|---|---|---|---|\n| {} | Python, TypeScript, JavaScript | {} | no |\n",
        code("code"),
        endings.join("<br>"),
    );
    out
}

fn row(reader: &Reader) -> String {
    let places: Vec<String> = reader.places.iter().map(place).collect();
    let places = if places.is_empty() { "anywhere".to_owned() } else { places.join("<br>") };
    // A format that looks for no text in foreign files is known by its path alone.
    let elsewhere = if reader.marks.is_empty() { "no" } else { "yes" };
    // Some readers take a file apart themselves.
    let is_yaml = reader.places.iter().any(|it| it.path.ends_with(".yml"));
    let written = if reader.form == Form::Plain && is_yaml { "YAML" } else { form(reader.form) };
    format!("| {} | {written} | {places} | {elsewhere} |\n", code(reader.id))
}

fn place(spot: &Spot) -> String {
    let home = if spot.base == Base::Home { "~/" } else { "" };
    format!("{} ({})", code(&format!("{home}{}", spot.path)), spot.scope.word())
}

fn form(form: Form) -> &'static str {
    match form {
        Form::Tree(Syntax::Json) => "JSON",
        Form::Tree(Syntax::Yaml) => "YAML",
        Form::Tree(Syntax::Toml) => "TOML",
        Form::Tree(Syntax::Hcl) => "HCL",
        Form::Markdown => "Markdown",
        Form::Plain => "text",
    }
}
