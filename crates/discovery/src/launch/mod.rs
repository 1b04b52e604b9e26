//! Understanding of command lines that start a server: what in the end runs, from where, with what reach.
//! Wrappers are taken off one after the other; nothing is resolved or looked up.

mod container;
mod masked;
mod package;
mod remote;

use ambit_catalog::Catalog;
use ambit_model::facts::{CredentialFacts, Holder, Launch, Package, Pin, Transport};
use ambit_model::{Place, Scope, Secret};

use crate::credential;

pub use masked::{Found, masked_line};
pub use package::{image, npm, python};
pub use remote::address;

/// How many wrappers are taken off: more are not a launcher but a riddle.
const DEEPEST: usize = 6;

/// A word of a command line with its place.
#[derive(Debug, Clone)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Where it is written.
    pub place: Place,
    /// The JSON pointer of its entry; absent for a part of a longer text.
    pub pointer: Option<String>,
}

/// A command line being understood.
#[derive(Debug)]
pub struct Line<'a> {
    /// What is known so far.
    pub launch: Launch,
    /// Credentials among the arguments.
    pub credentials: Vec<CredentialFacts>,
    catalog: &'a Catalog,
    scope: Scope,
    depth: usize,
}

/// Understands `words`: the program and its arguments.
pub fn understand(words: Vec<Word>, catalog: &Catalog, scope: Scope) -> (Launch, Vec<CredentialFacts>) {
    let mut line = Line { launch: Launch::default(), credentials: Vec::new(), catalog, scope, depth: 0 };
    line.launch.place = words.first().map(|it| it.place.clone());
    line.program(words);
    line.masked_arguments();
    (line.launch, line.credentials)
}

impl Line<'_> {
    fn program(&mut self, mut words: Vec<Word>) {
        self.depth += 1;
        if words.is_empty() || self.depth > DEEPEST {
            return;
        }
        let first = words.remove(0);
        // `NAME=value program`, as shells take it.
        if is_assignment(&first.text) {
            self.variable(&first.text, &first);
            self.depth -= 1;
            return self.program(words);
        }
        // Some files put the whole line into the command.
        if first.text.contains(' ') && !first.text.contains('\\') && words.is_empty() {
            return self.split(&first);
        }
        let name = program_name(&first.text);
        self.launch.runner.clone_from(&name);
        match name.as_str() {
            "npx" | "bunx" | "pnpx" => self.npm_runner(words),
            "pnpm" | "yarn" | "npm" | "bun" => self.npm_manager(words),
            "uvx" => self.python_runner(words),
            "uv" => self.uv(words),
            "pipx" => self.after(words, "run", Self::python_runner),
            "python" | "python3" | "py" => self.python(words),
            "node" | "tsx" | "ts-node" => self.script(words),
            "deno" => self.deno(words),
            "docker" | "podman" | "nerdctl" => self.container(words),
            "sh" | "bash" | "zsh" | "cmd" | "powershell" | "pwsh" => self.shell(words),
            "env" | "nice" | "nohup" | "sudo" | "dotenv" | "dotenvx" | "wsl" | "time" | "op" => {
                self.wrapper(words);
            }
            "ssh" => {
                self.launch.transport = Transport::Stdio;
                self.launch.url = words.first().map(|it| format!("ssh://{}", it.text));
                self.launch.args = words.into_iter().map(|it| it.text).collect();
            }
            _ => self.other(&first, words),
        }
    }

    fn split(&mut self, word: &Word) {
        let Ok(parts) = shell_words::split(&word.text) else {
            self.launch.runner.clone_from(&word.text);
            return;
        };
        let words =
            parts.into_iter().map(|text| Word { text, place: word.place.clone(), pointer: None }).collect();
        self.program(words);
    }

    /// `sh -c LINE`, `cmd /c WORDS…`, `powershell -Command LINE`.
    fn shell(&mut self, words: Vec<Word>) {
        let is_switch = |it: &str| {
            let lower = it.to_ascii_lowercase();
            ["/c", "/k", "-c", "-lc", "-ic", "-command", "-noprofile", "-noexit"].contains(&lower.as_str())
        };
        let rest: Vec<Word> = words.into_iter().skip_while(|it| is_switch(&it.text)).collect();
        match rest.as_slice() {
            [line] if line.text.contains(' ') => {
                // Of several commands the last is the server; the others prepare it.
                self.exports(line);
                let last = line
                    .text
                    .rsplit("&&")
                    .next()
                    .and_then(|it| it.rsplit(';').next())
                    .unwrap_or(&line.text)
                    .trim();
                let text = last.strip_prefix("exec ").unwrap_or(last).to_owned();
                self.split(&Word { text, ..line.clone() });
            }
            [file] if is_script(&file.text) || file.text.contains('/') => {
                self.launch.script = Some(file.text.clone());
            }
            _ => self.program(rest),
        }
    }

    /// Notes the variables that commands before the last one set for it: `export NAME=value && …`.
    fn exports(&mut self, line: &Word) {
        let commands = line.text.split("&&").flat_map(|it| it.split(';'));
        for command in commands.filter_map(|it| it.trim().strip_prefix("export ")) {
            for text in shell_words::split(command).unwrap_or_default() {
                if is_assignment(&text) {
                    self.variable(&text, line);
                }
            }
        }
    }

    /// `env A=b PROGRAM …`, `op run -- PROGRAM …`: options and assignments end where the program begins.
    fn wrapper(&mut self, words: Vec<Word>) {
        let rest = if let Some(end) = words.iter().position(|it| it.text == "--") {
            words.into_iter().skip(end + 1).collect()
        } else {
            // Assignments stay: `program` notes them.
            let is_setting = |it: &Word| {
                let option = it.text.contains('=') && !is_assignment(&it.text);
                it.text.starts_with('-') || option || it.text == "run"
            };
            words.into_iter().skip_while(is_setting).collect()
        };
        self.program(rest);
    }

    fn after(&mut self, words: Vec<Word>, verb: &str, then: fn(&mut Self, Vec<Word>)) {
        let rest: Vec<Word> = words.into_iter().skip_while(|it| it.text != verb).skip(1).collect();
        then(self, rest);
    }

    /// `node FILE ARGS…`: the first word that is no option is the file.
    fn script(&mut self, words: Vec<Word>) {
        let takes_value = ["-r", "--require", "--import", "--loader", "--env-file", "--project", "-p"];
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if takes_value.contains(&word.text.as_str()) {
                let _value_of_the_option = words.next();
            } else if !word.text.starts_with('-') {
                self.launch.script = Some(word.text);
                break;
            }
        }
        self.launch.args.extend(words.map(|it| it.text));
    }

    fn other(&mut self, first: &Word, words: Vec<Word>) {
        if first.text.contains('/') || first.text.contains('\\') || first.text.starts_with('.') {
            self.launch.script = Some(first.text.clone());
        }
        self.launch.args = words.into_iter().map(|it| it.text).collect();
    }

    fn package(&mut self, ecosystem: &str, name: String, pin: Pin, word: &Word) {
        self.launch.package =
            Some(Package { ecosystem: ecosystem.to_owned(), name, pin, place: word.place.clone() });
        self.launch.package_pointer.clone_from(&word.pointer);
    }

    /// Notes credentials among the arguments and masks them: `--token VALUE`, `--token=VALUE`, connection
    /// strings, addresses with user info.
    fn masked_arguments(&mut self) {
        let place = self.launch.place.clone().unwrap_or_else(|| Place::start(""));
        let mut name = String::new();
        for arg in std::mem::take(&mut self.launch.args) {
            let (flag, value) = match arg.split_once('=') {
                Some((flag, value))
                    if flag.starts_with('-')
                        || flag.chars().all(|it| it.is_ascii_uppercase() || it == '_') =>
                {
                    (flag.trim_start_matches('-').to_owned(), Some(value.to_owned()))
                }
                _ if arg.starts_with('-') => (arg.trim_start_matches('-').to_owned(), None),
                _ => (std::mem::take(&mut name), Some(arg.clone())),
            };
            let Some(value) = value else {
                name = flag;
                self.launch.args.push(arg);
                continue;
            };
            let shown = self.argument(&flag, &arg, &value, &place);
            self.launch.args.push(shown);
        }
    }

    fn argument(&mut self, flag: &str, arg: &str, value: &str, place: &Place) -> String {
        if value.is_empty() {
            return arg.to_owned();
        }
        let secret_flag = !flag.is_empty() && credential::kind(self.catalog, flag, "").is_some();
        let kind = if has_password(value) {
            Some("database-url".to_owned())
        } else if secret_flag || !value.contains('/') {
            credential::kind(self.catalog, flag, value)
        } else {
            None
        };
        let Some(kind) = kind else { return arg.to_owned() };
        let literal = credential::form(value) == credential::Value::Literal && value.len() >= 8;
        self.credentials.push(CredentialFacts {
            name: if flag.is_empty() { "argument".to_owned() } else { flag.to_owned() },
            kind,
            holder: Holder::Argument,
            value: literal.then(|| Secret::new(value)),
            place: place.clone(),
            pointer: String::new(),
            scope: self.scope,
        });
        if literal { arg.replace(value, &without_password(value)) } else { arg.to_owned() }
    }
}

/// Whether `text` sets a variable: `NAME=value`.
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && !name.starts_with(|it: char| it.is_ascii_digit())
            && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
    })
}

/// Whether `text` is an address with a password, or a connection string with one.
fn has_password(text: &str) -> bool {
    let userinfo = text.split_once("://").and_then(|(_, rest)| rest.split_once('@')).map(|(user, _)| user);
    userinfo.is_some_and(|it| it.contains(':') && !it.contains('/'))
}

/// An address without its user info; any other secret fully masked.
fn without_password(text: &str) -> String {
    match text.split_once("://").and_then(|(scheme, rest)| Some((scheme, rest.split_once('@')?.1))) {
        Some((scheme, rest)) => format!("{scheme}://(masked)@{rest}"),
        None => "(masked)".to_owned(),
    }
}

/// Whether a file is a script of a shell, by its ending.
fn is_script(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| ending.eq_ignore_ascii_case("sh") || ending.eq_ignore_ascii_case("ps1"))
}

/// The program of a path, without folder and Windows ending.
fn program_name(text: &str) -> String {
    // Gemini CLI writes the separator of the system as a variable.
    let text = &text.replace("${/}", "/");
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let lower = name.to_ascii_lowercase();
    for ending in [".exe", ".cmd", ".bat"] {
        if let Some(stem) = lower.strip_suffix(ending) {
            return stem.to_owned();
        }
    }
    let versioned = lower
        .strip_prefix("python")
        .is_some_and(|it| !it.is_empty() && it.chars().all(|it| it.is_ascii_digit() || it == '.'));
    if versioned { "python".to_owned() } else { name.to_owned() }
}
