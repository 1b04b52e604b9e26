//! Secrets that stand in a node's parameters as they are. Products keep credentials apart and export only their names;
//! what is typed into a header, an address or code leaves with the flow.

use ambit_catalog::Catalog;
use ambit_model::facts::{CredentialFacts, Holder, Launch};
use ambit_model::{Scope, Secret};

use crate::credential::{self, Value};
use crate::launch;
use crate::tree::View;

/// How many secrets one node can give.
const MOST: usize = 20;
/// How much of one text is searched.
const LOOKED_AT: usize = 64 * 1024;

/// The secrets in `view`, whatever is nested in it.
pub(super) fn all(view: &View<'_>, catalog: &Catalog) -> Vec<CredentialFacts> {
    let mut found = Vec::new();
    search(view, "", catalog, &mut found);
    found.truncate(MOST);
    found
}

/// Keys of ids and of what the editor remembers: long, mixed, and no secrets.
fn is_id(key: &str) -> bool {
    let ids =
        ["sessionId", "webhookId", "versionId", "instanceId", "id", "workflowId", "tool_name", "dataset_ids"];
    ids.contains(&key) || key.starts_with("cached")
}

fn search(view: &View<'_>, key: &str, catalog: &Catalog, found: &mut Vec<CredentialFacts>) {
    if found.len() >= MOST || is_id(key) {
        return;
    }
    if let Some(text) = view.text() {
        return in_text(view, key, text, catalog, found);
    }
    // A pair of a name and its value, as headers and variables are listed.
    let pair = ["name", "key", "parameter"].iter().find_map(|it| view.text_of(it));
    if let (Some(name), Some(value)) = (pair, view.get("value")) {
        if let Some(text) = value.text() {
            in_text(&value, name, text, catalog, found);
        }
        return;
    }
    for (key, value) in view.entries() {
        search(&value, key, catalog, found);
    }
    if view.is_list() {
        for item in view.items() {
            search(&item, key, catalog, found);
        }
    }
}

fn in_text(view: &View<'_>, key: &str, text: &str, catalog: &Catalog, found: &mut Vec<CredentialFacts>) {
    let text = text.get(..text.floor_char_boundary(LOOKED_AT)).unwrap_or(text);
    let bare = text.trim().trim_start_matches('=');
    let held = |name: &str, kind: String, holder: Holder, value: &str| CredentialFacts {
        name: name.to_owned(),
        kind,
        holder,
        value: Some(Secret::new(value)),
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope: Scope::Project,
    };
    if bare.starts_with("http://") || bare.starts_with("https://") {
        let mut launch = Launch::default();
        let secrets = launch::address(bare, &mut launch, &view.place(), Scope::Project);
        // Documents and pictures have long names too; the addresses of hooks are their own keys.
        let is_hook = bare.contains("hook");
        let counts =
            |it: &CredentialFacts| it.value.is_some() && (it.name != "path of the address" || is_hook);
        return found.extend(secrets.into_iter().filter(counts));
    }
    let single =
        !bare.contains(char::is_whitespace) || bare.starts_with("Bearer ") || bare.starts_with("Basic ");
    if single {
        if let Some(kind) = literal(catalog, key, bare) {
            found.push(held(key, kind, Holder::Header, bare));
        }
        return;
    }
    for (name, value) in assigned(text) {
        if let Some(kind) = literal(catalog, name, value)
            && !found.iter().any(|it| it.value == Some(Secret::new(value)))
        {
            found.push(held(if name.is_empty() { key } else { name }, kind, Holder::File, value));
        }
    }
}

/// The kind of the credential that `value` is, called `name`; none where it is a reference or no credential.
fn literal(catalog: &Catalog, name: &str, value: &str) -> Option<String> {
    let words = value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Basic ")).unwrap_or(value);
    let long = words.len() >= 8 && !words.chars().all(|it| it.is_ascii_digit());
    let mixed =
        words.chars().any(|it| it.is_ascii_digit()) && words.chars().any(|it| it.is_ascii_alphabetic());
    // Settings have names like secrets: `maxTokens`, `authType`. Their values are words and numbers.
    (long && mixed && credential::form(value) == Value::Literal)
        .then(|| credential::kind(catalog, name, value))?
}

/// The quoted texts of a piece of code or JSON, each with the name that stands before it.
fn assigned(text: &str) -> Vec<(&str, &str)> {
    let mut all = Vec::new();
    let mut rest = text;
    let mut before = "";
    while let Some(open) = rest.find(['"', '\'', '`']) {
        let Some(quote) = rest.get(open..).and_then(|it| it.chars().next()) else { break };
        let gap = rest.get(..open).unwrap_or_default();
        let body = rest.get(open + 1..).unwrap_or_default();
        let Some(close) = body.find(quote) else { break };
        let value = body.get(..close).unwrap_or_default();
        let word = gap.trim_end().trim_end_matches(['=', ':', '(', '{', '[', ',']).trim_end();
        let named =
            word.rsplit(|it: char| !(it.is_alphanumeric() || "_-".contains(it))).next().unwrap_or_default();
        // `"name": "value"`: the name is the quoted text before.
        let name = if named.is_empty() && gap.trim().starts_with([':', ',', '=']) { before } else { named };
        if value.len() <= 4096 && !value.contains(char::is_whitespace) || value.starts_with("Bearer ") {
            all.push((name, value));
        }
        before = value;
        rest = body.get(close + 1..).unwrap_or_default();
        if all.len() >= 500 {
            break;
        }
    }
    all
}
