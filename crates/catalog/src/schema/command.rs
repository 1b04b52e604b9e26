//! What commands do.

use std::collections::BTreeMap;

use serde::Deserialize;

/// What commands do: `data/commands.toml`, program name to entry.
///
/// Words are matched from the start of the arguments; the longest key of `with` that fits decides, else
/// `class`. An entry of `escapes` or `outputs` is an argument, with the leading words after which it counts:
/// `grep -O` counts after `grep`. One without leading words counts where no key of `with` fits: `git -c x
/// status` can run anything, `git status -c x` cannot.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// What it does with any arguments.
    pub class: CommandClass,
    /// What it does with these first arguments, whatever follows: `status`, `run build`.
    #[serde(default)]
    pub with: BTreeMap<String, CommandClass>,
    /// Arguments that make it run any command: `-exec`, `grep --open-files-in-pager`.
    #[serde(default)]
    pub escapes: Vec<String>,
    /// Arguments that make it write a file of the caller's choice: `-o`, `log --output`.
    #[serde(default)]
    pub outputs: Vec<String>,
}

impl Command {
    /// What it does when its arguments begin with `words`.
    pub fn class_after(&self, words: &[&str]) -> CommandClass {
        self.known_words(words).map_or(self.class, |(_, class)| class)
    }

    /// The argument through which it runs any command: one that is among `words`, or one that can still
    /// follow them when the arguments are `open`.
    pub fn escape(&self, words: &[&str], open: bool) -> Option<&str> {
        self.reachable(&self.escapes, words, open)
    }

    /// The argument through which it writes any file, as [`Self::escape`].
    pub fn output(&self, words: &[&str], open: bool) -> Option<&str> {
        self.reachable(&self.outputs, words, open)
    }

    /// The longest key of `with` that `words` begin with, as its number of words and class.
    fn known_words(&self, words: &[&str]) -> Option<(usize, CommandClass)> {
        let fits = self.with.iter().filter_map(|(key, class)| {
            let length = key.split(' ').count();
            let begins = key.split(' ').eq(words.iter().copied().take(length));
            begins.then_some((length, *class))
        });
        fits.max_by_key(|(length, _)| *length)
    }

    fn reachable<'a>(&'a self, arguments: &'a [String], words: &[&str], open: bool) -> Option<&'a str> {
        let known = self.known_words(words).is_some();
        arguments.iter().map(String::as_str).find(|it| {
            let (leading, argument) = it.rsplit_once(' ').unwrap_or(("", it));
            let leading: Vec<&str> = leading.split_whitespace().collect();
            let after = words.get(leading.len()..).unwrap_or_default();
            let counts = if leading.is_empty() { !known } else { words.starts_with(&leading) };
            let there = after.iter().any(|word| {
                word.strip_prefix(argument).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with('=') || argument.ends_with(['=', '!'])
                })
            });
            let can_follow = open && (counts || leading.starts_with(words));
            (counts && there) || can_follow
        })
    }
}

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandClass {
    /// Shows state and nothing else; reads files that are named.
    Inspects,
    /// Reads any file that is named.
    Reads,
    /// Changes files of the workspace.
    Writes,
    /// Runs code of the workspace: tests, builds, scripts, hooks.
    RunsWorkspace,
    /// Fetches packages from outside and runs what they bring.
    Installs,
    /// Talks to an address of the caller's choice.
    Network,
    /// Talks to one service with the user's own credentials: `git push`, `gh`, `aws`.
    Service,
    /// Publishes or deploys.
    Publishes,
    /// Destroys what cannot be brought back.
    Destroys,
    /// Nobody has looked at it: it may do anything.
    Unknown,
    /// Runs anything: interpreters, shells, `env`, `xargs`.
    Universal,
}
