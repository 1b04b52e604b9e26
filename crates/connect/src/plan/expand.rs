//! Fills in what an entry leaves open, as the client would whose file it stands in. What is left open in the end is an
//! error: a server that is started with a placeholder for a name or a token answers for something else.

use std::path::Path;

use crate::error::Error;
use crate::options::{Options, Surroundings};

/// What a client fills in.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each form stands for itself; clients combine them freely")]
struct Dialect {
    /// `${NAME}` and `${NAME:-default}`.
    braces: bool,
    /// `$NAME`.
    bare: bool,
    /// `${env:NAME}`.
    prefixed: bool,
    /// `{env:NAME}`.
    curly: bool,
    /// `${workspaceFolder}` and its like.
    folders: bool,
    /// `${input:ID}`.
    inputs: bool,
}

fn dialect(client: &str) -> Dialect {
    let none = Dialect::default();
    match client {
        "claude-code" | "kiro" | "copilot-cli" | "copilot-agent" | "junie" => {
            Dialect { braces: true, ..none }
        }
        "gemini-cli" => Dialect { braces: true, bare: true, ..none },
        "cursor" | "roo" => Dialect { prefixed: true, folders: true, ..none },
        "vscode" => Dialect { prefixed: true, folders: true, inputs: true, ..none },
        "windsurf" | "cline" | "amazon-q" => Dialect { prefixed: true, ..none },
        "opencode" => Dialect { curly: true, ..none },
        "kilo" => Dialect { curly: true, prefixed: true, ..none },
        "codex" | "zed" | "goose" | "claude-desktop" | "continue" => none,
        // Of other files nobody knows who reads them: the forms that most do.
        _ => Dialect { braces: true, prefixed: true, folders: true, ..none },
    }
}

/// A text with everything filled in, and as it may be shown: what came out of the environment stays as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filled {
    pub(super) value: String,
    pub(super) shown: String,
}

/// Fills in the texts of one entry.
pub(super) struct Expander<'a> {
    pub(super) server: &'a str,
    pub(super) client: &'a str,
    /// The folder that the client works in.
    pub(super) project: &'a Path,
    /// The folder of the plug-in or extension whose file it may be; nothing where that is not known.
    pub(super) package: Option<&'a Path>,
    pub(super) surroundings: &'a Surroundings,
    pub(super) options: &'a Options,
}

/// What stands for a placeholder.
enum Found {
    /// It may be shown.
    Known(String),
    /// It may be secret.
    Hidden(String),
    /// Nothing, and why.
    Missing(String),
}

impl Expander<'_> {
    /// Fills in `text`, which stands in `field`. A shell's own variables are left to it.
    pub(super) fn fill(&self, text: &str, field: &str, in_shell: bool) -> Result<Filled, Error> {
        let mut filled = Filled { value: String::new(), shown: String::new() };
        let mut rest = text;
        while let Some(at) = rest.find(['$', '{']) {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            filled.both(before);
            let Some((placeholder, found)) = self.placeholder(from) else {
                // No placeholder begins here.
                let mut characters = from.chars();
                filled.both(characters.next().map(String::from).as_deref().unwrap_or_default());
                rest = characters.as_str();
                continue;
            };
            match found {
                Found::Known(value) => filled.both(&value),
                Found::Hidden(value) => {
                    filled.value.push_str(&value);
                    filled.shown.push_str(placeholder);
                }
                Found::Missing(_) if in_shell && is_shell_variable(placeholder) => filled.both(placeholder),
                Found::Missing(why) => {
                    return Err(Error::Placeholder {
                        server: self.server.to_owned(),
                        placeholder: placeholder.to_owned(),
                        field: field.to_owned(),
                        why,
                    });
                }
            }
            rest = from.get(placeholder.len()..).unwrap_or_default();
        }
        filled.both(rest);
        Ok(filled)
    }

    /// The placeholder at the start of `text`, and what stands for it.
    fn placeholder<'t>(&self, text: &'t str) -> Option<(&'t str, Found)> {
        let dialect = dialect(self.client);
        let upto = |end: usize| text.get(..end);
        if text.starts_with("${{") {
            let end = text.find("}}")? + 2;
            let why = "the service that runs it would put it in".to_owned();
            return Some((upto(end)?, Found::Missing(why)));
        }
        if let Some(inner) = text.strip_prefix("${") {
            let end = inner.find('}')?;
            return Some((upto(end + 3)?, self.braced(inner.get(..end)?, dialect)));
        }
        if let Some(name) = text.strip_prefix("$input:") {
            let end = "$input:".len() + word(name);
            return Some((upto(end)?, Found::Missing(self.not_filled_in())));
        }
        if let Some(name) = text.strip_prefix('$').filter(|_| dialect.bare) {
            let length = word(name);
            let starts = name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_');
            return if starts { Some((upto(length + 1)?, self.variable(name.get(..length)?))) } else { None };
        }
        if dialect.curly && (text.starts_with("{env:") || text.starts_with("{file:")) {
            let end = text.find('}')?;
            let found = match text.get(5..end).filter(|_| text.starts_with("{env:")) {
                Some(name) => self.variable(name),
                None => Found::Missing("it would be the text of a file, and no file is handed on".to_owned()),
            };
            return Some((upto(end + 1)?, found));
        }
        None
    }

    fn braced(&self, inner: &str, dialect: Dialect) -> Found {
        if let Some(name) = inner.strip_prefix("env:").filter(|_| dialect.prefixed) {
            return self.variable(name);
        }
        if let Some(id) = inner.strip_prefix("input:").filter(|_| dialect.inputs) {
            return match self.options.inputs.get(id) {
                Some(name) => self.variable(name),
                None => Found::Missing("the editor would ask for it".to_owned()),
            };
        }
        if let Some(folder) = self.folder(inner, dialect) {
            return Found::Known(folder);
        }
        if dialect.braces {
            let (name, default) = inner.split_once(":-").map_or((inner, None), |(name, it)| (name, Some(it)));
            if !name.is_empty() && word(name) == name.len() {
                return match (self.surroundings.variable(name), default) {
                    (None, Some(default)) => Found::Known(default.to_owned()),
                    _ => self.variable(name),
                };
            }
        }
        Found::Missing(self.not_filled_in())
    }

    fn not_filled_in(&self) -> String {
        format!("`{}` fills in nothing of that form", self.client)
    }

    fn variable(&self, name: &str) -> Found {
        let given = self.options.environment.iter().find(|(it, value)| it == name && value.is_some());
        match (given, self.surroundings.variable(name)) {
            (Some((_, Some(value))), _) => Found::Hidden(value.clone()),
            (_, Some(value)) => Found::Hidden(value.to_owned()),
            _ => Found::Missing(format!("the variable `{name}` is not set")),
        }
    }

    /// Folders that editors and plug-ins have names for.
    fn folder(&self, name: &str, dialect: Dialect) -> Option<String> {
        let text = |it: &Path| it.to_string_lossy().into_owned();
        match (self.client, name) {
            ("claude-code", "CLAUDE_PLUGIN_ROOT") | ("gemini-cli", "extensionPath") => {
                return self.package.map(text);
            }
            ("claude-code", "CLAUDE_PROJECT_DIR") | ("gemini-cli", "workspacePath") => {
                return Some(text(self.project));
            }
            ("gemini-cli", "/") => return Some(std::path::MAIN_SEPARATOR.to_string()),
            _ => {}
        }
        match name {
            _ if !dialect.folders => None,
            "workspaceFolder" | "workspaceRoot" => Some(text(self.project)),
            "workspaceFolderBasename" => Some(text(self.project.file_name()?.as_ref())),
            "userHome" => self.surroundings.home.as_deref().map(text),
            "pathSeparator" | "/" => Some(std::path::MAIN_SEPARATOR.to_string()),
            _ => None,
        }
    }
}

impl Filled {
    /// A text that leaves nothing open.
    pub(super) fn plain(text: &str) -> Self {
        Self { value: text.to_owned(), shown: text.to_owned() }
    }

    fn both(&mut self, text: &str) {
        self.value.push_str(text);
        self.shown.push_str(text);
    }
}

/// How long the name of a variable is that `text` begins with.
fn word(text: &str) -> usize {
    text.bytes().take_while(|it| it.is_ascii_alphanumeric() || *it == b'_').count()
}

/// `${NAME}`, `${NAME:-…}` and the like, which a shell fills in itself.
fn is_shell_variable(placeholder: &str) -> bool {
    let inner = placeholder.trim_start_matches(['$', '{']);
    !placeholder.starts_with("${{")
        && word(inner) > 0
        && !inner.starts_with("env:")
        && !inner.starts_with("input:")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use super::*;

    fn filled(client: &str, text: &str, in_shell: bool) -> Result<Filled, Error> {
        let variables = [("TOKEN", "s3cret"), ("EMPTY", ""), ("PORT", "80")];
        let surroundings = Surroundings {
            environment: variables.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            home: Some(PathBuf::from("/home/me")),
            folder: PathBuf::from("/here"),
        };
        let options = Options {
            inputs: BTreeMap::from([("token".to_owned(), "TOKEN".to_owned())]),
            environment: vec![("GIVEN".to_owned(), Some("given".to_owned()))],
            ..Options::default()
        };
        let project = Path::new("/srv/shop");
        let (package, surroundings, options) = (Some(project), &surroundings, &options);
        let expander = Expander { server: "x", client, project, package, surroundings, options };
        expander.fill(text, "args", in_shell)
    }

    fn value(client: &str, text: &str) -> String {
        filled(client, text, false).map_or_else(|e| format!("error: {e}"), |it| it.value)
    }

    #[test]
    fn each_client_fills_in_its_own_forms() {
        assert_eq!(value("claude-code", "a-${TOKEN}-${NONE:-def}-$TOKEN"), "a-s3cret-def-$TOKEN");
        assert_eq!(value("claude-code", "${CLAUDE_PLUGIN_ROOT}/s.js ${EMPTY:-d}"), "/srv/shop/s.js d");
        assert_eq!(value("gemini-cli", "$TOKEN ${PORT} $5 a$"), "s3cret 80 $5 a$");
        assert_eq!(value("gemini-cli", "${extensionPath}${/}x"), "/srv/shop/x");
        assert_eq!(
            value("cursor", "${env:TOKEN} ${workspaceFolder} ${userHome}"),
            "s3cret /srv/shop /home/me"
        );
        assert_eq!(value("vscode", "Bearer ${input:token} ${workspaceFolderBasename}"), "Bearer s3cret shop");
        assert_eq!(value("opencode", "{env:TOKEN} {plain} ${"), "s3cret {plain} ${");
        assert_eq!(value("some-other", "${GIVEN} ${env:PORT}"), "given 80");
        assert_eq!(value("codex", "costs $5 {a: 1} größe"), "costs $5 {a: 1} größe");
    }

    #[test]
    fn what_stays_open_is_an_error_that_names_it() {
        for (client, text, named) in [
            ("claude-code", "x ${NONE} y", "`${NONE}`"),
            ("claude-code", "${env:TOKEN}", "`${env:TOKEN}`"),
            ("claude-code", "${EMPTY}", "`${EMPTY}`"),
            ("codex", "${TOKEN}", "`${TOKEN}`"),
            ("vscode", "${input:other}", "`${input:other}`"),
            ("vscode", "${command:x.y}", "`${command:x.y}`"),
            ("cursor", "$input:KEY", "`$input:KEY`"),
            ("continue", "${{ secrets.KEY }}", "`${{ secrets.KEY }}`"),
            ("opencode", "{file:~/.ssh/id}", "`{file:~/.ssh/id}`"),
        ] {
            let error = filled(client, text, false).expect_err(text).to_string();
            assert!(error.contains(named) && error.contains("args"), "{client} {text}: {error}");
        }
    }

    #[test]
    fn values_of_the_environment_do_not_show() {
        let it = filled("claude-code", "--key=${TOKEN} ${CLAUDE_PROJECT_DIR}", false).expect("filled");
        assert_eq!(it.value, "--key=s3cret /srv/shop");
        assert_eq!(it.shown, "--key=${TOKEN} /srv/shop");
    }

    #[test]
    fn a_shell_keeps_its_own_variables() {
        let it = filled("codex", "exec x ${NONE} ${A:-b}", true).expect("filled");
        assert_eq!(it.value, "exec x ${NONE} ${A:-b}");
        assert!(filled("vscode", "${input:other}", true).is_err());
    }
}
