//! Secrets inside a shell line that is shown as a whole.

use ambit_catalog::Catalog;
use ambit_model::facts::Launch;
use ambit_model::{Place, Scope, Secret};

use crate::credential::{self, Value};

/// How many quoted lines within lines are looked into.
const DEEPEST: usize = 4;
/// How many secrets are masked one by one; of a line with more nothing is shown.
const MOST: usize = 100;

/// A secret in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The variable, flag or header before it.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// The value.
    pub value: Option<Secret>,
}

/// What of the line is replaced by what.
struct Mask {
    text: String,
    shown: String,
}

/// `line` with every secret masked, and the secrets.
pub fn masked_line(catalog: &Catalog, line: &str) -> (String, Vec<Found>) {
    let mut search = Search { catalog, found: Vec::new(), masks: Vec::new() };
    search.line(line, 0);
    // Quotes and escapes inside a secret: where it stands cannot be told. Each of very many would be looked for
    // in the whole line.
    if search.masks.len() > MOST || search.masks.iter().any(|it| !line.contains(&it.text)) {
        return ("(masked)".to_owned(), search.found);
    }
    // A long secret may contain a short one.
    search.masks.sort_by_key(|it| std::cmp::Reverse(it.text.len()));
    let shown = search.masks.iter().fold(line.to_owned(), |line, it| line.replace(&it.text, &it.shown));
    (shown, search.found)
}

struct Search<'a> {
    catalog: &'a Catalog,
    found: Vec<Found>,
    masks: Vec<Mask>,
}

impl Search<'_> {
    fn line(&mut self, line: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let words = shell_words::split(line).unwrap_or_else(|_| {
            line.split_whitespace().map(|it| it.trim_matches(['"', '\'', '`', ';']).to_owned()).collect()
        });
        let mut name = String::new();
        for word in words {
            if word.contains(char::is_whitespace) && word != line {
                self.line(&word, depth + 1);
                name.clear();
            } else if word.contains("://") {
                self.address(&word);
                name.clear();
            } else if let Some((flag, value)) = word.split_once('=') {
                self.value(flag.trim_start_matches('-'), value);
                name.clear();
            } else if let Some(header) = word.strip_suffix(':') {
                header.clone_into(&mut name);
            } else if word.starts_with('-') {
                word.trim_start_matches('-').clone_into(&mut name);
            } else if !["Bearer", "Basic", "token"].contains(&word.as_str()) {
                self.value(&std::mem::take(&mut name), &word);
            }
        }
    }

    fn value(&mut self, name: &str, value: &str) {
        // A line inside a rule, such as `Bash(curl …)`, leaves the rule's own marks at the end of a word.
        let value = value.trim_end_matches([')', '"', '\'', ';', ',']);
        let digits = value.chars().all(|it| it.is_ascii_digit());
        let computed = value.starts_with("$(") || value.starts_with('`');
        if value.len() < 8 || digits || computed || credential::form(value) != Value::Literal {
            return;
        }
        if let Some(kind) = credential::kind(self.catalog, name, value) {
            let name = if name.is_empty() { "argument" } else { name }.to_owned();
            self.found.push(Found { name, kind, value: Some(Secret::new(value)) });
            self.masks.push(Mask { text: value.to_owned(), shown: "(masked)".to_owned() });
        }
    }

    /// User info, secret parameters and secret path segments go from an address.
    fn address(&mut self, word: &str) {
        let start = word.find("http").filter(|it| word.get(*it..).is_some_and(|it| it.contains("://")));
        let address = word.get(start.unwrap_or(0)..).unwrap_or(word);
        let mut launch = Launch::default();
        let found = super::address(address, &mut launch, &Place::start(""), Scope::Project);
        if found.is_empty() {
            return;
        }
        let shown = launch.url.unwrap_or_else(|| "(masked)".to_owned());
        self.masks.push(Mask { text: address.to_owned(), shown });
        self.found.extend(found.into_iter().map(|it| Found {
            name: it.name,
            kind: it.kind,
            value: it.value,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_a_line_are_masked_wherever_they_stand() {
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let shown = |line: &str| masked_line(&catalog, line).0;
        assert_eq!(
            shown("curl -H 'Authorization: Bearer abcDEF123456' https://x.test"),
            "curl -H 'Authorization: Bearer (masked)' https://x.test"
        );
        assert_eq!(shown("GH_TOKEN=abcdef123456 gh pr list"), "GH_TOKEN=(masked) gh pr list");
        assert_eq!(shown("x --api-key 0123456789ab"), "x --api-key (masked)");
        assert_eq!(shown("psql postgres://me:hunter22pass@db/x"), "psql postgres://db/x");
        assert_eq!(shown("bash -c \"export MY_TOKEN=abcdef123456\""), "bash -c \"export MY_TOKEN=(masked)\"");
        assert_eq!(
            shown("Bash(curl -H \"Authorization: Bearer abcDEF123456\")"),
            "Bash(curl -H \"Authorization: Bearer (masked)\")"
        );
        assert_eq!(shown("npm test -- --token $TOKEN"), "npm test -- --token $TOKEN");
        assert_eq!(shown("TOKEN='abc'def123456 x"), "(masked)");
        assert_eq!(shown("npx prettier --write \"$FILE\""), "npx prettier --write \"$FILE\"");
        assert_eq!(shown("tool --token ${TOKEN}"), "tool --token ${TOKEN}");
        assert_eq!(shown(&"TOKEN=abcdef123456 ".repeat(MOST + 1)), "(masked)");
        assert_eq!(shown("it's broken TOKEN=abcdef123456"), "it's broken TOKEN=(masked)");
    }
}
