//! How the document was made, and what it cannot say.

use super::Source;
use crate::document::blocks::Section;
use crate::words::count;

/// What no reading of files can tell.
const BLIND: [&str; 4] = [
    "Ambit reads files and statements. It runs, resolves and connects to nothing: what a server really does may differ from what its definition or the catalog says.",
    "It does not ask whether a model obeys: whatever enters an agent's context is taken to be able to steer it.",
    "Controls, owners, validation dates and answers of people are repeated as they are stated; nobody has tried them here.",
    "Tiers and severities follow from rules that are written down, not from what has happened.",
];

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "So that another person can make the same document again, and knows where it ends.";
    let mut section = Section::new("method", "How this was made", about);
    let it = source.material;
    let catalog = it.catalog;
    section.terms(vec![
        ("Made by", format!("{} {}", it.assessment.tool.name, it.assessment.tool.version)),
        ("Day", it.today.map_or_else(|| "none given".to_owned(), ToString::to_string)),
        (
            "Catalog",
            format!(
                "the one of this version: {}, {}, {} and {}",
                count(catalog.servers().count(), "server"),
                count(catalog.clients().len(), "client"),
                count(catalog.controls().len(), "control"),
                count(catalog.categories().len(), "category"),
            ),
        ),
        ("Rules", it.rules.len().to_string()),
        (
            "Frameworks",
            it.coverage.frameworks.iter().map(|it| it.name.clone()).collect::<Vec<_>>().join("; "),
        ),
        ("Files", format!("{} seen, {} read", it.assessment.inputs.seen, it.assessment.inputs.read)),
    ]);
    section.say("The same files, statements, lock and day give the same bytes.");
    section.head("What Ambit cannot see");
    section.list(
        BLIND
            .map(str::to_owned)
            .into_iter()
            .chain(it.coverage.limits.iter().map(|it| format!("Of this map: {it}."))),
    );
    let notes = &it.assessment.notes;
    if !notes.is_empty() {
        section.head("Statements that fit nothing");
        section
            .list(notes.iter().map(|it| format!("`{}:{}`: {}; {}", it.path, it.line, it.message, it.help)));
    }
    section
}
