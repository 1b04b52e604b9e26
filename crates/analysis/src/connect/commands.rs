//! What a command pattern allows: `git status:*` inspects, `npm test:*` runs what the workspace holds,
//! `curl:*` talks to any host, `*` is everything.

use ambit_catalog::Catalog;
use ambit_catalog::schema::CommandClass;
use ambit_model::facts::Match;

/// The worst that commands which the pattern selects can do.
pub(super) fn class(pattern: &str, form: Match, catalog: &Catalog) -> CommandClass {
    if matches!(form, Match::Regex) {
        return regex_class(pattern, catalog);
    }
    // A star that may stand for `&& anything` is as good as everything only where the client does not take
    // compound commands apart; those that do are the rule, so each part is judged on its own.
    let mut worst = CommandClass::Inspects;
    for part in parts(pattern) {
        worst = worst.max(simple(part, form, catalog));
    }
    worst
}

fn parts(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split("&&").flat_map(|it| it.split(['|', ';'])).map(str::trim).filter(|it| !it.is_empty())
}

fn simple(part: &str, form: Match, catalog: &Catalog) -> CommandClass {
    let words: Vec<&str> = part.split_whitespace().skip_while(|it| is_assignment(it)).collect();
    let Some((program, arguments)) = words.split_first() else { return CommandClass::Inspects };
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    let name = name.strip_suffix(".exe").unwrap_or(name);
    if name.contains('*') {
        return CommandClass::Universal;
    }
    // Words of the shell's own grammar do nothing by themselves.
    if ["do", "done", "then", "fi", "else", "elif", "if", "for", "while", "case", "esac", "in", "!", ":", "break", "continue", "return"].contains(&name) {
        return CommandClass::Inspects;
    }
    let Some(entry) = catalog.command(name) else {
        // A program of the workspace runs what the workspace holds; any other unknown one may be anything.
        let of_workspace = program.starts_with("./") || program.starts_with("scripts/") || program.ends_with(".sh");
        return if of_workspace { CommandClass::RunsWorkspace } else { CommandClass::Unknown };
    };
    let open = matches!(form, Match::Prefix) || part.contains('*');
    let fixed: Vec<&str> = arguments.iter().copied().take_while(|it| !it.contains('*')).collect();
    let of_verb = (1..=fixed.len().min(3)).rev().find_map(|n| {
        let words: Vec<&str> = fixed.iter().copied().filter(|it| !it.starts_with('-')).take(n).collect();
        entry.with.get(&words.join(" ")).copied()
    });
    let class = of_verb.unwrap_or(entry.class);
    let escapes = arguments.iter().any(|it| entry.escapes.iter().any(|escape| it.starts_with(escape.as_str())));
    // With an open end and no verb fixed yet the caller may pick the worst verb and any escape.
    let worst_verb = entry.with.values().copied().max().unwrap_or(class).max(class);
    match (escapes, open && of_verb.is_none(), open) {
        (true, ..) => CommandClass::Universal,
        (false, true, _) if !entry.escapes.is_empty() => CommandClass::Universal,
        (false, true, _) => worst_verb,
        // After a fixed verb the known escapes of most programs no longer apply (`git status -c` is no escape).
        (false, false, _) => class,
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_'))
}

/// A regular expression is read only where it begins with plain words; any other may match anything.
fn regex_class(pattern: &str, catalog: &Catalog) -> CommandClass {
    let body = pattern.trim_matches('/').trim_start_matches("\\A").trim_start_matches('^');
    let end = body.find(|it: char| !(it.is_ascii_alphanumeric() || " -_/".contains(it))).unwrap_or(body.len());
    let (plain, rest) = (body.get(..end).unwrap_or_default(), body.get(end..).unwrap_or_default());
    let form = if matches!(rest, "" | "$" | "\\z") { Match::Exact } else { Match::Prefix };
    if plain.trim().is_empty() || body.contains('|') { CommandClass::Universal } else { class(plain, form, catalog) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_for_what_they_allow() {
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let read = |text: &str| class(text, Match::Prefix, &catalog);
        assert_eq!(read("git status"), CommandClass::Inspects);
        assert_eq!(read("npm test"), CommandClass::RunsWorkspace);
        assert_eq!(read("curl"), CommandClass::Network);
        assert_eq!(read("bash"), CommandClass::Universal);
        assert_eq!(read("./scripts/build.sh"), CommandClass::RunsWorkspace);
        assert_eq!(read("no-such-program-anywhere"), CommandClass::Unknown);
        assert_eq!(class("*", Match::Glob, &catalog), CommandClass::Universal);
    }
}
