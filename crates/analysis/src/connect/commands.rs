//! What a command pattern allows: `git status:*` inspects, `npm test:*` runs what the workspace holds,
//! `curl:*` talks to any host, `*` is everything.

use ambit_catalog::Catalog;
use ambit_catalog::schema::CommandClass;
use ambit_model::facts::Match;

/// What the commands that a pattern selects can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reading {
    /// The worst that they do as they are meant.
    pub(super) class: CommandClass,
    /// Whether some option of theirs runs any command: `git grep --open-files-in-pager`. Such doors are known,
    /// but that nobody else closes them is not certain.
    pub(super) has_escape: bool,
}

/// Reads a pattern. A star that may stand for `&& anything` is as good as everything only where the client does
/// not take compound commands apart; those that do are the rule, so each part is judged on its own.
pub(super) fn read(pattern: &str, form: Match, catalog: &Catalog) -> Reading {
    if matches!(form, Match::Regex) {
        return regex(pattern, catalog);
    }
    let parts =
        pattern.split("&&").flat_map(|it| it.split(['|', ';'])).map(str::trim).filter(|it| !it.is_empty());
    parts.map(|it| simple(it, form, catalog)).fold(plain(CommandClass::Inspects), |worst, it| Reading {
        class: worst.class.max(it.class),
        has_escape: worst.has_escape || it.has_escape,
    })
}

fn plain(class: CommandClass) -> Reading {
    Reading { class, has_escape: false }
}

/// Words of the shell's own grammar: they do nothing by themselves.
const GRAMMAR: &[&str] = &[
    "do", "done", "then", "fi", "else", "elif", "if", "for", "while", "case", "esac", "in", "!", ":",
    "break", "continue", "return",
];

fn simple(part: &str, form: Match, catalog: &Catalog) -> Reading {
    let words: Vec<&str> = part.split_whitespace().skip_while(|it| is_assignment(it)).collect();
    let Some((program, arguments)) = words.split_first() else { return plain(CommandClass::Inspects) };
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    if name.contains('*') {
        return plain(CommandClass::Universal);
    }
    if GRAMMAR.contains(&name) {
        return plain(CommandClass::Inspects);
    }
    let Some(entry) = catalog.command(name) else {
        // A program of the workspace runs what the workspace holds; any other unknown one may be anything.
        let of_workspace = program.starts_with("./")
            || program.starts_with("scripts/")
            || program.rsplit('.').next() == Some("sh");
        return plain(if of_workspace { CommandClass::RunsWorkspace } else { CommandClass::Unknown });
    };
    let open = matches!(form, Match::Prefix) || part.contains('*');
    let fixed: Vec<&str> = arguments.iter().copied().take_while(|it| !it.contains('*')).collect();
    let class = entry.class_after(&fixed);
    // An interpreter that is told which file of the workspace to run runs that file.
    let script = fixed.iter().find(|it| !it.starts_with('-'));
    let of_workspace = script.is_some_and(|it| it.contains('.') && !it.starts_with(['/', '~', '$']));
    let class =
        if class == CommandClass::Universal && of_workspace { CommandClass::RunsWorkspace } else { class };
    let class = if entry.output(&fixed, open).is_some() { class.max(CommandClass::Writes) } else { class };
    if entry.escape(&fixed, false).is_some() {
        return plain(CommandClass::Universal);
    }
    Reading { class, has_escape: entry.escape(&fixed, open).is_some() }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
    })
}

/// A regular expression is read only where it begins with plain words; any other may match anything.
fn regex(pattern: &str, catalog: &Catalog) -> Reading {
    let body = pattern.trim_matches('/').trim_start_matches("\\A").trim_start_matches('^');
    let end =
        body.find(|it: char| !(it.is_ascii_alphanumeric() || " -_/".contains(it))).unwrap_or(body.len());
    let (words, rest) = (body.get(..end).unwrap_or_default(), body.get(end..).unwrap_or_default());
    let form = if matches!(rest, "" | "$" | "\\z") { Match::Exact } else { Match::Prefix };
    if words.trim().is_empty() || body.contains('|') {
        return plain(CommandClass::Universal);
    }
    read(words, form, catalog)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_for_what_they_allow() {
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let read = |text: &str| read(text, Match::Prefix, &catalog).class;
        assert_eq!(read("git status"), CommandClass::Inspects);
        assert_eq!(read("npm test"), CommandClass::RunsWorkspace);
        assert_eq!(read("curl"), CommandClass::Network);
        assert_eq!(read("bash"), CommandClass::Universal);
        assert_eq!(read("./scripts/build.sh"), CommandClass::RunsWorkspace);
        assert_eq!(read("no-such-program-anywhere"), CommandClass::Unknown);
        assert_eq!(super::read("*", Match::Glob, &catalog).class, CommandClass::Universal);
    }
}
