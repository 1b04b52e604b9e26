//! Launchers that resolve a package: npm's, Python's, and Deno's.

use ambit_model::facts::Pin;

use super::{Line, Word};

impl Line<'_> {
    /// `npx [-y] [-p PACKAGE] PACKAGE[@VERSION] ARGS…`.
    pub(super) fn npm_runner(&mut self, words: Vec<Word>) {
        let mut words = words.into_iter();
        let mut chosen = None;
        while let Some(word) = words.next() {
            match word.text.as_str() {
                "-p" | "--package" => chosen = words.next(),
                "--" => {}
                "-c" | "--call" => {
                    if let Some(line) = words.next() {
                        self.split(&line);
                    }
                    return;
                }
                text if text.starts_with("--package=") => {
                    let text = text.trim_start_matches("--package=").to_owned();
                    chosen = Some(Word { text, pointer: None, ..word });
                }
                text if text.starts_with('-') => {}
                _ => {
                    let rest: Vec<Word> = words.collect();
                    return self.npm_package(&chosen.unwrap_or(word), rest);
                }
            }
        }
        if let Some(word) = chosen {
            self.npm_package(&word, Vec::new());
        }
    }

    /// `pnpm dlx …`, `yarn dlx …`, `npm exec …`, `bun x …`; `npm run …` and `bun run …` run the workspace.
    pub(super) fn npm_manager(&mut self, words: Vec<Word>) {
        // Options with a value may stand before the verb: `pnpm --dir x dlx y`.
        let verb = words.iter().position(|it| ["dlx", "exec", "x", "create"].contains(&it.text.as_str()));
        if let Some(at) = verb {
            self.npm_runner(words.into_iter().skip(at + 1).collect());
        } else {
            self.launch.script = Some("package.json".to_owned());
            self.launch.args = words.into_iter().map(|it| it.text).collect();
        }
    }

    fn npm_package(&mut self, word: &Word, rest: Vec<Word>) {
        let (ecosystem, name, pin) = npm(&word.text);
        let facade = matches!(
            name.as_str(),
            "mcp-remote" | "supergateway" | "@pyroprompts/mcp-stdio-to-streamable-http-adapter"
        );
        self.package(ecosystem, name, pin, word);
        if facade {
            self.facade(rest);
        } else {
            self.launch.args = rest.into_iter().map(|it| it.text).collect();
        }
    }

    /// `uvx [--from SOURCE] [--python X] ENTRY ARGS…`.
    pub(super) fn python_runner(&mut self, words: Vec<Word>) {
        let mut words = words.into_iter();
        let mut source = None;
        while let Some(word) = words.next() {
            match word.text.as_str() {
                "--from" | "--spec" => source = words.next(),
                "--with" | "--python" | "-p" | "--index-url" | "--extra-index-url" | "--index"
                | "--directory" => {
                    let _value_of_the_option = words.next();
                }
                text if text.starts_with("--from=") => {
                    let text = text.trim_start_matches("--from=").to_owned();
                    source = Some(Word { text, pointer: None, ..word });
                }
                text if text.starts_with('-') => {}
                _ => {
                    let named = source.unwrap_or(word);
                    let (ecosystem, name, pin) = python(&named.text);
                    if ecosystem == "path" {
                        self.launch.script = Some(named.text);
                    } else {
                        self.package(ecosystem, name, pin, &named);
                    }
                    break;
                }
            }
        }
        self.launch.args = words.map(|it| it.text).collect();
    }

    /// `uv run [--with X] [--directory D] SCRIPT|MODULE`, `uv tool run PACKAGE`.
    pub(super) fn uv(&mut self, words: Vec<Word>) {
        let texts: Vec<&str> = words.iter().map(|it| it.text.as_str()).collect();
        if texts.starts_with(&["tool", "run"]) {
            return self.python_runner(words.into_iter().skip(2).collect());
        }
        let takes_value = ["--directory", "--project", "--python", "-p", "--extra", "--group", "--env-file"];
        let mut with = None;
        let mut words = words.into_iter().skip_while(|it| it.text != "run" && !it.text.starts_with("--"));
        while let Some(word) = words.next() {
            match word.text.as_str() {
                "run" => {}
                "--with" => with = words.next(),
                "-m" | "--module" => {
                    let module = words.next();
                    self.launch.script = module.map(|it| it.text);
                    break;
                }
                text if takes_value.contains(&text) => {
                    let value = words.next();
                    if text == "--directory" || text == "--project" {
                        self.launch.script = value.map(|it| it.text);
                    }
                }
                text if text.starts_with('-') => {}
                _ => {
                    if let Some(package) = with.take() {
                        let (ecosystem, name, pin) = python(&package.text);
                        self.package(ecosystem, name, pin, &package);
                    } else {
                        // A file lies in the folder that was named before it; anything else is a name of its project.
                        let file = std::path::Path::new(&word.text).extension().is_some_and(|it| it == "py");
                        self.launch.script = match self.launch.script.take() {
                            None => Some(word.text),
                            Some(folder) if file => {
                                Some(format!("{}/{}", folder.trim_end_matches('/'), word.text))
                            }
                            named => named,
                        };
                    }
                    break;
                }
            }
        }
        self.launch.args = words.map(|it| it.text).collect();
    }

    /// `python -m MODULE ARGS…` runs what is installed; `python FILE` runs a file.
    pub(super) fn python(&mut self, words: Vec<Word>) {
        let module = words.iter().position(|it| it.text == "-m");
        match module.and_then(|at| words.get(at + 1)).cloned() {
            Some(module) if module.text != "uv" => {
                let name = module.text.replace('_', "-");
                // What is installed was resolved by somebody else, at a version that this line does not say.
                self.package("pypi", name, Pin::Missing, &module);
                let skipped = module_arguments(&words);
                self.launch.args = skipped;
            }
            _ => self.script(words),
        }
    }

    /// `deno run [--allow-…] SOURCE ARGS…`.
    pub(super) fn deno(&mut self, words: Vec<Word>) {
        self.launch.contained = true;
        self.launch.no_network = true;
        let mut words = words.into_iter().filter(|it| it.text != "run");
        for word in words.by_ref() {
            match word.text.as_str() {
                "-A" | "--allow-all" | "--allow-run" | "--allow-ffi" => {
                    self.launch.loosened.push(word.text);
                    self.launch.no_network = false;
                }
                text if text.starts_with("--allow-net") => self.launch.no_network = false,
                text if text.starts_with("--allow-read") || text.starts_with("--allow-write") => {
                    let folders = text.split_once('=').map_or("/", |(_, it)| it).to_owned();
                    let read_only = text.starts_with("--allow-read");
                    self.launch.mounts.extend(folders.split(',').map(|it| (it.to_owned(), read_only)));
                }
                text if text.starts_with('-') => {}
                text => {
                    match text.split_once(':').filter(|(scheme, _)| ["npm", "jsr"].contains(scheme)) {
                        Some((scheme, rest)) => {
                            let (_, name, pin) = npm(rest);
                            let scheme = scheme.to_owned();
                            self.package(&scheme, name, pin, &word);
                        }
                        None => self.launch.script = Some(word.text),
                    }
                    break;
                }
            }
        }
        self.launch.args = words.map(|it| it.text).collect();
    }
}

fn module_arguments(words: &[Word]) -> Vec<String> {
    words.iter().skip_while(|it| it.text != "-m").skip(2).map(|it| it.text.clone()).collect()
}

/// `@scope/name@1.2.3`, `name`, `github:owner/name#sha`, `git+https://…`: (ecosystem, name, pin).
pub fn npm(text: &str) -> (&'static str, String, Pin) {
    if let Some(git) = git(text) {
        return git;
    }
    if let Some(rest) = text.strip_prefix("github:") {
        let (name, revision) = rest.split_once('#').map_or((rest, None), |(a, b)| (a, Some(b)));
        return ("git", format!("github.com/{name}"), revision.map_or(Pin::Missing, git_pin));
    }
    let at = text.rfind('@').filter(|it| *it > 0);
    match at.and_then(|it| Some((text.get(..it)?, text.get(it + 1..)?))) {
        Some((name, version)) => ("npm", name.to_owned(), npm_pin(version)),
        None => ("npm", text.to_owned(), Pin::Missing),
    }
}

fn npm_pin(version: &str) -> Pin {
    let core = version.split(['-', '+']).next().unwrap_or(version);
    let parts: Vec<&str> = core.split('.').collect();
    let number = |it: &&str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    if parts.len() == 3 && parts.iter().all(number) {
        Pin::Exact(version.to_owned())
    } else {
        Pin::Movable(version.to_owned())
    }
}

/// `name==1.2`, `name@1.2`, `name[extra]>=1`, `git+https://…`, `./path`: (ecosystem, name, pin).
pub fn python(text: &str) -> (&'static str, String, Pin) {
    if let Some(git) = git(text) {
        return git;
    }
    if text.starts_with(['.', '/', '~']) || text.contains('\\') {
        return ("path", text.to_owned(), Pin::Missing);
    }
    let end = text.find(|it: char| "=<>!~@[; ".contains(it)).unwrap_or(text.len());
    let (name, mut rest) = (text.get(..end).unwrap_or(text), text.get(end..).unwrap_or_default());
    if rest.starts_with('[') {
        rest = rest.split_once(']').map_or("", |(_, it)| it);
    }
    let exact =
        rest.strip_prefix("===").or_else(|| rest.strip_prefix("==")).or_else(|| rest.strip_prefix('@'));
    let pin = match exact {
        Some(version) if version.starts_with(|it: char| it.is_ascii_digit()) && !version.contains('*') => {
            Pin::Exact(version.to_owned())
        }
        Some(version) => Pin::Movable(version.to_owned()),
        None if rest.is_empty() => Pin::Missing,
        None => Pin::Movable(rest.to_owned()),
    };
    ("pypi", name.to_owned(), pin)
}

/// `git+https://host/owner/name(.git)@revision`.
fn git(text: &str) -> Option<(&'static str, String, Pin)> {
    let rest = text.strip_prefix("git+")?;
    let (_, rest) = rest.split_once("://").unwrap_or(("", rest));
    let rest = rest.split_once('@').filter(|(user, _)| !user.contains('/')).map_or(rest, |(_, it)| it);
    let rest = rest.split('#').next().unwrap_or(rest);
    let (name, revision) = rest.split_once('@').map_or((rest, None), |(a, b)| (a, Some(b)));
    let name = name.trim_end_matches('/').trim_end_matches(".git");
    Some(("git", name.to_owned(), revision.map_or(Pin::Missing, git_pin)))
}

fn git_pin(revision: &str) -> Pin {
    if revision.len() >= 40 && revision.bytes().all(|it| it.is_ascii_hexdigit()) {
        Pin::Digest(revision.to_owned())
    } else {
        Pin::Movable(revision.to_owned())
    }
}

/// `registry/name:tag@sha256:…`: (name, pin).
pub fn image(text: &str) -> (String, Pin) {
    if let Some((name, digest)) = text.split_once("@sha256:") {
        let name = name.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(name, |(it, _)| it);
        return (name.to_owned(), Pin::Digest(format!("sha256:{digest}")));
    }
    match text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')) {
        Some((name, tag)) => (name.to_owned(), Pin::Movable(tag.to_owned())),
        None => (text.to_owned(), Pin::Missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn npm_packages() {
        assert_eq!(npm("@a/b@1.2.3"), ("npm", "@a/b".to_owned(), Pin::Exact("1.2.3".to_owned())));
        assert_eq!(npm("@a/b"), ("npm", "@a/b".to_owned(), Pin::Missing));
        assert_eq!(npm("b@latest").2, Pin::Movable("latest".to_owned()));
        assert_eq!(npm("b@^1.0.0").2, Pin::Movable("^1.0.0".to_owned()));
        assert_eq!(
            npm("github:o/n#main"),
            ("git", "github.com/o/n".to_owned(), Pin::Movable("main".to_owned()))
        );
    }

    #[test]
    fn python_packages() {
        assert_eq!(python("a==1.2"), ("pypi", "a".to_owned(), Pin::Exact("1.2".to_owned())));
        assert_eq!(python("a[x]@latest"), ("pypi", "a".to_owned(), Pin::Movable("latest".to_owned())));
        assert_eq!(python("a"), ("pypi", "a".to_owned(), Pin::Missing));
        let (ecosystem, name, pin) = python("git+https://github.com/o/n.git@main");
        assert_eq!(
            (ecosystem, name.as_str(), pin),
            ("git", "github.com/o/n", Pin::Movable("main".to_owned()))
        );
    }

    #[test]
    fn images() {
        assert_eq!(image("host:5000/a/b:1.2"), ("host:5000/a/b".to_owned(), Pin::Movable("1.2".to_owned())));
        assert_eq!(image("host:5000/a/b").1, Pin::Missing);
        assert_eq!(image("a:1@sha256:00"), ("a".to_owned(), Pin::Digest("sha256:00".to_owned())));
    }
}
