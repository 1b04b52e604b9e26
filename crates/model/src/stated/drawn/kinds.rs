//! What the words that other tools have for parts mean here.

use super::{Sheet, quoted};
use crate::asset::AssetKind;
use crate::label::Audience;
use crate::label::Trust;
use crate::place::Place;

/// The words for each kind; the first kind that has one of them is meant.
const WORDS: [(AssetKind, &[&str]); 8] = [
    (AssetKind::Agent, &["agent", "agents", "assistant", "chatbot", "copilot"]),
    (AssetKind::Server, &["mcp"]),
    (AssetKind::Tool, &["tool", "tools", "plugin"]),
    (AssetKind::Memory, &["memory"]),
    (AssetKind::Credential, &["credential", "credentials", "token"]),
    (AssetKind::Model, &["llm", "model"]),
    (
        AssetKind::DataStore,
        &[
            "blob",
            "bucket",
            "cache",
            "database",
            "datastore",
            "db",
            "disk",
            "dynamodb",
            "file",
            "files",
            "filesystem",
            "index",
            "lake",
            "mongodb",
            "mysql",
            "nosql",
            "postgres",
            "postgresql",
            "rds",
            "redis",
            "repository",
            "s3",
            "secrets",
            "sql",
            "storage",
            "store",
            "vault",
            "volume",
            "warehouse",
        ],
    ),
    (
        AssetKind::Channel,
        &[
            "actor",
            "api",
            "app",
            "application",
            "backend",
            "browser",
            "chat",
            "client",
            "customer",
            "email",
            "external",
            "frontend",
            "function",
            "gateway",
            "human",
            "internet",
            "lambda",
            "mail",
            "mobile",
            "person",
            "process",
            "proxy",
            "queue",
            "saas",
            "server",
            "service",
            "ticket",
            "ui",
            "user",
            "web",
        ],
    ),
];

/// What a type is, by its words: `web-client`, `mongo db`.
pub(super) fn kind(text: &str) -> Option<AssetKind> {
    let text = text.to_ascii_lowercase();
    if let Some(kind) = AssetKind::from_word(&text) {
        return Some(kind);
    }
    let words: Vec<&str> = text.split(|it: char| !it.is_ascii_alphanumeric()).collect();
    let fits = |of: &&(AssetKind, &[&str])| of.1.iter().any(|it| words.contains(it));
    WORDS.iter().find(fits).map(|it| it.0)
}

/// What a tag says that a part is: `ambit:agent`.
pub(super) fn tagged(tags: &[&str]) -> Option<AssetKind> {
    tags.iter().find_map(|it| AssetKind::from_word(it.strip_prefix("ambit:")?))
}

/// What a part is of which no word says it: a place where content crosses, and a note.
pub(super) fn unknown(sheet: &mut Sheet<'_>, id: &str, text: &str, place: &Place) -> AssetKind {
    let (id, text) = (quoted(id), quoted(text));
    let message = format!("`{id}` is of the type `{text}`, which Ambit does not know: taken as a channel");
    sheet.note(place, message, "tag it with what it is, such as `ambit:agent` or `ambit:data-store`");
    AssetKind::Channel
}

/// Whether somebody may have written what lies there: other kinds have no such label.
pub(super) fn is_place(kind: AssetKind) -> bool {
    matches!(kind, AssetKind::Channel | AssetKind::Human | AssetKind::DataStore | AssetKind::Memory)
}

/// Who can read what is sent to a part.
pub(super) fn audience(trust: Trust) -> Audience {
    match trust {
        Trust::Public => Audience::Public,
        Trust::Partner => Audience::Partner,
        Trust::Organization => Audience::Organization,
        Trust::Operator => Audience::Myself,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_their_words() {
        let cases = [
            ("web-client", Some(AssetKind::Channel)),
            ("AI Agent", Some(AssetKind::Agent)),
            ("data-store", Some(AssetKind::DataStore)),
            ("postgres database", Some(AssetKind::DataStore)),
            ("mcp-server", Some(AssetKind::Server)),
            ("shared memory", Some(AssetKind::Memory)),
            ("environment", Some(AssetKind::Environment)),
            ("code-class", None),
            ("", None),
        ];
        for (text, kind) in cases {
            assert_eq!(super::kind(text), kind, "{text}");
        }
        assert_eq!(tagged(&["x", "ambit:memory"]), Some(AssetKind::Memory));
        assert_eq!(tagged(&["ambit:nonsense"]), None);
    }
}
