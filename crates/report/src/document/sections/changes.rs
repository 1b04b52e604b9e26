//! What has changed since the last review.

use ambit_model::difference::Turn;

use super::Source;
use crate::Options;
use crate::difference::words;
use crate::document::blocks::Section;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "What agents can reach now and could not before, and the other way round.";
    let mut section = Section::new("changes", "Changes since the last review", about);
    let Some((name, difference)) = source.material.since else {
        section.missing("There is no lock to compare with: `ambit lock` writes `ambit.lock`, and `--since` names another state.");
        return section;
    };
    section.say(format!("Compared with `{name}`."));
    if difference.is_empty() {
        section.say(words::NOTHING);
        return section;
    }
    section.say(format!("{}.", words::headline(difference)));
    let options = Options { rules: source.material.rules, ..Options::default() };
    let of = |title: &str, wanted: fn(Turn) -> bool, section: &mut Section| {
        let changes: Vec<_> = difference.findings.iter().filter(|it| wanted(it.turn)).collect();
        if !changes.is_empty() {
            section.head(title);
        }
        section.list(changes.iter().filter_map(|it| {
            let row = it.row()?;
            Some(format!("{} {}: {}", row.severity, words::turn(it), words::finding(row, &options)))
        }));
    };
    of("Worse", |it| it <= Turn::Worsened, &mut section);
    of("Better, or on another path", |it| it > Turn::Worsened, &mut section);
    let rows: Vec<(&str, Vec<String>)> = vec![
        (
            "Definitions that changed under the same package",
            difference.redefined.iter().map(words::redefined).collect(),
        ),
        ("Moved, with the same reach", difference.moved.iter().map(words::moved).collect()),
        (
            "Edges",
            words::weighed(difference)
                .into_iter()
                .map(words::edge)
                .chain(words::elsewhere(difference))
                .collect(),
        ),
        ("Tools", difference.tools.iter().map(words::tool).collect()),
        ("Assets", difference.assets.iter().map(words::asset).collect()),
    ];
    for (title, lines) in rows.into_iter().filter(|(_, it)| !it.is_empty()) {
        section.head(title);
        section.list(lines.iter().map(|it| marked(it)));
    }
    section
}

/// A line of a difference with its mark as a word.
fn marked(line: &str) -> String {
    let words = [("+ ", "new"), ("- ", "gone"), ("~ ", "changed")];
    let found = words.iter().find_map(|(mark, word)| Some((word, line.strip_prefix(mark)?)));
    found.map_or_else(|| line.to_owned(), |(word, rest)| format!("{word}: {rest}"))
}
