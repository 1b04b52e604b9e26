//! Command lines that start an agent without anybody at its keyboard: `claude -p`, `codex exec`, `gemini --yolo`, and
//! what stands before and around them.

use std::collections::BTreeMap;

use ambit_model::facts::Pin;

use super::shell::{Command, Script, Word, script};
use crate::launch;

/// How many lines within lines are looked into.
const DEEPEST: usize = 4;

/// An agent that a command starts.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    /// The client.
    pub(crate) client: &'static str,
    /// Its arguments.
    pub(crate) arguments: Vec<Word>,
    /// The package that is fetched to run it: ecosystem, name, version.
    pub(crate) package: Option<(&'static str, String, Pin)>,
    /// What it is called: the program's word.
    pub(crate) program: Word,
    /// The command in its script; none where it stands inside of a quoted line.
    pub(crate) command: Option<usize>,
}

/// Words before a program that change nothing about what it is.
const BEFORE: &[&str] = &[
    "if",
    "then",
    "do",
    "else",
    "elif",
    "while",
    "until",
    "!",
    "{",
    "time",
    "exec",
    "command",
    "builtin",
    "nohup",
    "setsid",
    "unbuffer",
    "caffeinate",
    "eval",
    "run",
];
/// The same, with options and values of their own.
const WRAPPERS: &[(&str, &[&str])] = &[
    ("sudo", &["-u", "-g", "-h", "-C", "--user", "--group"]),
    ("env", &["-u", "-C", "--unset", "--chdir"]),
    ("timeout", &["-k", "-s", "--kill-after", "--signal"]),
    ("gtimeout", &["-k", "-s", "--kill-after", "--signal"]),
    ("nice", &["-n"]),
    ("ionice", &["-c", "-n"]),
    ("stdbuf", &["-o", "-e", "-i"]),
    ("xvfb-run", &["-s", "-e", "--server-args"]),
    ("xargs", &["-I", "-n", "-P", "-L", "-d", "-a", "--max-args", "--max-procs", "--delimiter"]),
    ("dotenvx", &["-f"]),
    ("doppler", &["--project", "--config"]),
    ("op", &["--env-file", "--account"]),
    ("mise", &[]),
];

/// Packages whose program is an agent: package, program, client.
pub(super) const PACKAGES: &[(&str, &str, &str)] = &[
    ("@anthropic-ai/claude-code", "claude", "claude-code"),
    ("@openai/codex", "codex", "codex"),
    ("@google/gemini-cli", "gemini", "gemini-cli"),
    ("@github/copilot", "copilot", "copilot-cli"),
    ("opencode-ai", "opencode", "opencode"),
    ("@qwen-code/qwen-code", "qwen", "qwen-code"),
    ("@sourcegraph/amp", "amp", "amp"),
    ("@augmentcode/auggie", "auggie", "auggie"),
    ("@charmland/crush", "crush", "crush"),
    ("aider-chat", "aider", "aider"),
    ("aider", "aider", "aider"),
    ("goose", "goose", "goose"),
];

/// The agents that the commands of `of` start, in their order.
pub(crate) fn starts(of: &Script) -> Vec<Start> {
    let mut found = Vec::new();
    let mut set: BTreeMap<&str, &Word> = BTreeMap::new();
    for (number, command) in of.commands.iter().enumerate() {
        let literal = command.sets.iter().filter(|(_, it)| it.literal);
        set.extend(literal.map(|(name, value)| (name.as_str(), value)));
        let expanded = expanded(command, &set);
        if let Some(start) = start(expanded.as_ref().unwrap_or(command), DEEPEST) {
            let inner = start.command.is_some();
            found.push(Start { command: (!inner).then_some(number), ..start });
        }
    }
    found
}

/// A command whose program stands in a variable that the script has set: `$RUN "do it"`.
fn expanded(command: &Command, set: &BTreeMap<&str, &Word>) -> Option<Command> {
    let (first, rest) = unwrapped(&command.words).split_first()?;
    let name = first.text.strip_prefix('$')?;
    let name = name.strip_prefix('{').and_then(|it| it.strip_suffix('}')).unwrap_or(name);
    let value = script(&set.get(name)?.text).commands.into_iter().next()?;
    let own = value.words.into_iter().map(|it| Word { offset: first.offset, ..it });
    Some(Command { words: own.chain(rest.iter().cloned()).collect(), ..command.clone() })
}

/// The agent that one command starts. `command` is set where it stands inside of a quoted line.
fn start(command: &Command, depth: usize) -> Option<Start> {
    let words = unwrapped(&command.words);
    let (program, rest) = words.split_first()?;
    let name = base(&program.text);
    if depth > 0 && SHELLS.contains(&name) {
        return quoted(rest, depth).or_else(|| within(command.input.as_ref()?, 0, depth));
    }
    if ELSEWHERE.contains(&name) {
        return elsewhere(rest).or_else(|| {
            let input = command.input.as_ref().filter(|_| depth > 0 && name == "ssh")?;
            within(input, 0, depth)
        });
    }
    let (name, rest, package) = fetched(name, rest).unwrap_or((name.to_owned(), rest.to_vec(), None));
    let fed = command.reads.is_some() || command.input.is_some();
    let client = client(&name, &rest, fed)?;
    Some(Start { client, arguments: rest, package, program: program.clone(), command: None })
}

const SHELLS: &[&str] = &["bash", "sh", "zsh", "dash", "script", "su"];
/// Programs that run another on a machine or in a container of its own.
const ELSEWHERE: &[&str] =
    &["docker", "podman", "nerdctl", "kubectl", "ssh", "nix", "nix-shell", "devcontainer"];

/// A program at the end of a line that runs it elsewhere. Only what says that nobody sits there is taken for one.
fn elsewhere(words: &[Word]) -> Option<Start> {
    let alone = ["-p", "--print", "exec", "--yolo", "--dangerously-skip-permissions", "--prompt"];
    words.iter().enumerate().find_map(|(at, program)| {
        let rest = words.get(at + 1..)?;
        rest.iter().any(|it| alone.contains(&it.text.as_str())).then_some(())?;
        let client = client(base(&program.text), rest, false)?;
        Some(Start {
            client,
            arguments: rest.to_vec(),
            package: None,
            program: program.clone(),
            command: None,
        })
    })
}

/// A line that another shell is given: `bash -c "claude -p …"`.
fn quoted(words: &[Word], depth: usize) -> Option<Start> {
    let at = words
        .iter()
        .position(|it| it.text.starts_with('-') && !it.text.starts_with("--") && it.text.ends_with('c'))?;
    // One character for the quote; escapes inside of it are few.
    within(words.get(at + 1)?, 1, depth)
}

/// The agent that a script inside of a word starts, which begins `before` characters after it.
fn within(line: &Word, before: usize, depth: usize) -> Option<Start> {
    let inner = script(&line.text);
    let start = inner.commands.iter().find_map(|it| start(it, depth.saturating_sub(1)))?;
    let moved = |it: Word| Word { offset: it.offset + line.offset + before, within: Vec::new(), ..it };
    Some(Start {
        arguments: start.arguments.into_iter().map(moved).collect(),
        program: moved(start.program),
        command: Some(0),
        ..start
    })
}

/// What is left when wrappers are taken off.
fn unwrapped(words: &[Word]) -> &[Word] {
    let mut words = words;
    for _ in 0..16 {
        let Some((first, rest)) = words.split_first() else { return words };
        let name = base(&first.text);
        if BEFORE.contains(&name) || is_setting(&first.text) {
            words = rest;
        } else if let Some((_, valued)) = WRAPPERS.iter().find(|(it, _)| *it == name) {
            words = after_options(rest, valued);
            let takes_time = ["timeout", "gtimeout"].contains(&name);
            let verb = words.first().is_some_and(|it| {
                takes_time && it.text.starts_with(|it: char| it.is_ascii_digit() || it == '$')
                    || ["run", "exec", "--", "x"].contains(&it.text.as_str())
            });
            if verb {
                words = words.get(1..).unwrap_or_default();
            }
        } else {
            return words;
        }
    }
    words
}

fn is_setting(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
    })
}

fn after_options<'a>(words: &'a [Word], valued: &[&str]) -> &'a [Word] {
    let mut words = words;
    while let Some((first, rest)) = words.split_first() {
        if first.text == "--" {
            return rest;
        }
        if !first.text.starts_with('-') && !is_setting(&first.text) {
            return words;
        }
        let skipped = usize::from(valued.contains(&first.text.as_str()));
        words = rest.get(skipped..).unwrap_or_default();
    }
    words
}

fn base(text: &str) -> &str {
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name)
}

type Fetched = (String, Vec<Word>, Option<(&'static str, String, Pin)>);

/// The program of a package that a launcher fetches.
fn fetched(name: &str, words: &[Word]) -> Option<Fetched> {
    let (ecosystem, words) = match name {
        "npx" | "bunx" | "pnpx" => ("npm", words),
        "npm" | "pnpm" | "yarn" | "bun" => {
            let (verb, rest) = words.split_first()?;
            ["exec", "dlx", "x"].contains(&verb.text.as_str()).then_some(("npm", rest))?
        }
        "uvx" | "pipx" => ("pypi", words),
        "uv" => ("pypi", words.strip_prefix_words(&["tool", "run"])?),
        "python" | "python3" | "py" => {
            let (module, rest) = words.strip_prefix_words(&["-m"])?.split_first()?;
            return (module.text == "aider").then(|| ("aider".to_owned(), rest.to_vec(), None));
        }
        _ => return None,
    };
    let mut chosen = None;
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.text.as_str() {
            "-p" | "--package" | "--from" | "--spec" | "--with" | "--python" => {
                let value = words.next();
                if !["--with", "--python"].contains(&word.text.as_str()) {
                    chosen = value;
                }
            }
            "run" if name == "pipx" => {}
            text if text.starts_with("--package=") || text.starts_with("--from=") => chosen = Some(word),
            text if text.starts_with('-') => {}
            _ => {
                let named = chosen.unwrap_or(word);
                let text = named
                    .text
                    .split_once('=')
                    .filter(|(it, _)| it.starts_with("--"))
                    .map_or(named.text.as_str(), |it| it.1);
                let (_, package, pin) =
                    if ecosystem == "npm" { launch::npm(text) } else { launch::python(text) };
                let program = PACKAGES.iter().find(|(it, ..)| *it == package)?.1;
                return Some((program.to_owned(), words.cloned().collect(), Some((ecosystem, package, pin))));
            }
        }
    }
    None
}

trait Leading {
    fn strip_prefix_words(&self, prefix: &[&str]) -> Option<&[Word]>;
}

impl Leading for [Word] {
    fn strip_prefix_words(&self, prefix: &[&str]) -> Option<&[Word]> {
        let (start, rest) = self.split_at_checked(prefix.len())?;
        start.iter().map(|it| it.text.as_str()).eq(prefix.iter().copied()).then_some(rest)
    }
}

/// The client that `name` starts with these words, where they are work for an agent and no errand about the program
/// itself. `fed` says that something is piped into it.
fn client(name: &str, words: &[Word], fed: bool) -> Option<&'static str> {
    let has = |flags: &[&str]| {
        words.iter().any(|it| {
            let bare = it.text.split_once('=').map_or(it.text.as_str(), |(it, _)| it);
            flags.contains(&bare)
        })
    };
    let free = || words.iter().find(|it| !it.text.starts_with('-')).map(|it| it.text.as_str());
    let verb = words.first().map_or("", |it| it.text.as_str());
    let helps =
        ["--version", "-v", "-V", "--help", "-h", "help", "version", "update", "upgrade", "login", "logout"];
    if helps.contains(&verb) {
        return None;
    }
    match name {
        "claude" => {
            let errands =
                ["mcp", "config", "doctor", "install", "setup-token", "plugin", "plugins", "auth", "agents"];
            let works = fed || free().is_some() || has(&["-p", "--print", "--dangerously-skip-permissions"]);
            (works && !errands.contains(&verb)).then_some("claude-code")
        }
        "codex" => {
            let old = has(&[
                "-q",
                "--quiet",
                "--full-auto",
                "--yolo",
                "--dangerously-bypass-approvals-and-sandbox",
            ]);
            let runs = words.iter().any(|it| ["exec", "e", "review"].contains(&it.text.as_str()));
            (runs || old && !["mcp", "login", "features"].contains(&verb)).then_some("codex")
        }
        "gemini" => {
            let errands = ["mcp", "extensions", "extension", "skills", "hooks", "auth"];
            let flags = ["-p", "--prompt", "-y", "--yolo", "--approval-mode", "-i", "--prompt-interactive"];
            let works = fed || free().is_some() || has(&flags);
            (works && !errands.contains(&verb)).then_some("gemini-cli")
        }
        "copilot" => {
            let flags = ["-p", "--prompt", "--prompt-file", "--allow-all-tools", "--allow-all", "--yolo"];
            has(&flags).then_some("copilot-cli")
        }
        "opencode" => {
            let by_event = verb == "github" && words.get(1).is_some_and(|it| it.text == "run");
            (verb == "run" || by_event).then_some("opencode")
        }
        "cursor-agent" => {
            let errands = ["mcp", "status", "whoami", "ls", "resume", "models", "about"];
            let works = fed || free().is_some() || has(&["-p", "--print"]);
            (works && !errands.contains(&verb)).then_some("cursor")
        }
        "goose" => (verb == "run").then_some("goose"),
        "q" => (verb == "chat").then_some("amazon-q"),
        "kiro-cli" => (verb == "chat").then_some("kiro"),
        "aider" => {
            let works =
                has(&["-m", "--message", "--msg", "-f", "--message-file", "--yes", "--yes-always"]) || fed;
            works.then_some("aider")
        }
        "qwen" => has(&["-p", "--prompt", "-y", "--yolo"]).then_some("qwen-code"),
        "droid" => (verb == "exec").then_some("factory-droid"),
        "amp" => has(&["-x", "--execute", "--dangerously-allow-all"]).then_some("amp"),
        "auggie" => has(&["-p", "--print"]).then_some("auggie"),
        "crush" => (verb == "run").then_some("crush"),
        _ => None,
    }
}

/// Arguments of a client.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    /// Flags with their values, in their order.
    pub(crate) flags: Vec<(String, Vec<Word>)>,
    /// Words that belong to no flag.
    pub(crate) free: Vec<Word>,
}

impl Arguments {
    /// Tells flags from other words: `valued` take one value, `many` all words up to the next flag.
    pub(crate) fn of(words: &[Word], valued: &[&str], many: &[&str]) -> Self {
        let mut arguments = Self::default();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            if !word.text.starts_with('-') || word.text == "-" {
                arguments.free.push(word.clone());
                continue;
            }
            if word.text == "--" {
                arguments.free.extend(words.by_ref().cloned());
                break;
            }
            let (name, own) = match word.text.split_once('=') {
                Some((name, value)) => {
                    (name.to_owned(), Some(Word { text: value.to_owned(), ..word.clone() }))
                }
                None => (word.text.clone(), None),
            };
            let mut values: Vec<Word> = own.into_iter().collect();
            if values.is_empty() && many.contains(&name.as_str()) {
                while let Some(value) = words.next_if(|it| !it.text.starts_with('-')) {
                    values.push(value.clone());
                }
            } else if values.is_empty() && valued.contains(&name.as_str()) {
                values.extend(words.next().cloned());
            }
            // Of a flag without a value the word itself is the evidence.
            let values =
                if values.is_empty() { vec![Word { text: String::new(), ..word.clone() }] } else { values };
            arguments.flags.push((name, values));
        }
        arguments
    }

    /// The values of a flag under any of its names.
    pub(crate) fn values<'s>(&'s self, names: &'s [&str]) -> impl Iterator<Item = &'s Word> {
        self.flags.iter().filter(|(it, _)| names.contains(&it.as_str())).flat_map(|(_, it)| it)
    }

    /// The word of a flag, where it is there.
    pub(crate) fn flag(&self, names: &[&str]) -> Option<&Word> {
        self.flags.iter().find(|(it, _)| names.contains(&it.as_str())).and_then(|(_, it)| it.first())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(text: &str) -> Vec<(&'static str, usize)> {
        starts(&script(text)).iter().map(|it| (it.client, it.program.offset)).collect()
    }

    #[test]
    fn agents_are_found_behind_wrappers_pipes_and_launchers() {
        let one = [
            ("claude -p 'x'", "claude-code"),
            ("cat a | claude -p", "claude-code"),
            ("FOO=1 timeout 300 claude --print x", "claude-code"),
            ("timeout --kill-after=10 5m claude -p x", "claude-code"),
            ("sudo -E -u runner env A=b claude -p x", "claude-code"),
            ("R=$(claude -p \"x\")", "claude-code"),
            ("if ! claude -p x; then exit 1; fi", "claude-code"),
            ("npx -y @anthropic-ai/claude-code@1.2.3 -p x", "claude-code"),
            ("bash -lc \"claude -p 'x y'\"", "claude-code"),
            ("pnpm dlx @openai/codex exec 'x'", "codex"),
            ("codex exec --full-auto x", "codex"),
            ("codex -c a=b exec x", "codex"),
            ("gemini --yolo -p x", "gemini-cli"),
            ("echo x | gemini", "gemini-cli"),
            ("copilot -p x --allow-all-tools", "copilot-cli"),
            ("opencode run x", "opencode"),
            ("cursor-agent -p --force x", "cursor"),
            ("goose run -t x", "goose"),
            ("q chat --no-interactive x", "amazon-q"),
            ("aider --yes-always -m x", "aider"),
            ("uvx --from aider-chat aider --message x", "aider"),
            ("~/.local/bin/claude -p x", "claude-code"),
            ("RUN='claude -p --verbose'\n$RUN 'do it'", "claude-code"),
            ("bash <<'EOF'\nclaude -p x\nEOF", "claude-code"),
            ("docker run --rm -e A=b image claude -p x", "claude-code"),
            ("ask() { claude -p \"$1\"; }", "claude-code"),
        ];
        for (text, client) in one {
            let found: Vec<_> = started(text).into_iter().map(|it| it.0).collect();
            assert_eq!(found, [client], "{text}");
        }
    }

    #[test]
    fn errands_and_words_are_no_agents() {
        for text in [
            "claude --version",
            "claude mcp add x -- y",
            "npm install -g @anthropic-ai/claude-code",
            "echo claude -p x",
            "codex login",
            "codex --version",
            "gemini extensions install x",
            "which claude",
            "claude",
            "# claude -p x",
            "cat <<EOF\nclaude -p x\nEOF",
            "goose configure",
            "git commit -m 'claude -p'",
            "copilot --version",
            "docker build -t claude -f Dockerfile .",
            "docker run image",
            "command -v claude",
        ] {
            assert_eq!(started(text), [], "{text}");
        }
    }

    #[test]
    fn arguments_know_their_flags() {
        let words = script("claude -p 'do it' --allowedTools Read 'Bash(git log:*)' --model=x --yes")
            .commands
            .remove(0)
            .words;
        let it = Arguments::of(words.get(1..).unwrap_or_default(), &["--model"], &["--allowedTools"]);
        let values: Vec<_> = it.values(&["--allowedTools"]).map(|it| it.text.as_str()).collect();
        assert_eq!(values, ["Read", "Bash(git log:*)"]);
        assert_eq!(it.flag(&["--model"]).map(|it| it.text.as_str()), Some("x"));
        assert!(it.flag(&["--yes"]).is_some() && it.flag(&["--no"]).is_none());
        assert_eq!(it.free.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["do it"]);
    }
}
