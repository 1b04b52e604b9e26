//! Addresses of remote servers, and programs that stand before one.

use ambit_model::facts::{CredentialFacts, Holder, Launch, Transport};
use ambit_model::{Place, Scope, Secret};

use super::{Line, Word};
use crate::credential;

impl Line<'_> {
    /// `mcp-remote URL [--header "Name: value"]`: a local program, a remote server.
    pub(super) fn facade(&mut self, words: Vec<Word>) {
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.text.as_str() {
                "--header" => {
                    if let Some(header) = words.next() {
                        self.header(&header);
                    }
                }
                text if text.starts_with("--header=") => {
                    let header = text.trim_start_matches("--header=").to_owned();
                    self.header(&Word { text: header, ..word });
                }
                "--sse" | "--streamableHttp" | "--stdio" => {}
                "--allow-http" => self.launch.loosened.push(word.text),
                text if text.starts_with("http://") || text.starts_with("https://") => {
                    let found = address(text, &mut self.launch, &word.place, self.scope);
                    self.credentials.extend(found);
                }
                _ => self.launch.args.push(word.text),
            }
        }
        self.launch.transport = Transport::Http;
        // These programs run the OAuth flow of the server when it asks for one.
        self.launch.authenticated = true;
    }

    fn header(&mut self, word: &Word) {
        let Some((name, value)) = word.text.split_once(':') else { return };
        self.launch.headers.push(name.trim().to_owned());
        if value.trim().is_empty() {
            return;
        }
        if let Some(kind) = credential::kind(self.catalog, name.trim(), value.trim()) {
            let literal = credential::form(value) == credential::Value::Literal;
            self.credentials.push(CredentialFacts {
                name: name.trim().to_owned(),
                kind,
                holder: Holder::Header,
                value: literal.then(|| Secret::new(value.trim())),
                place: word.place.clone(),
                pointer: word.pointer.clone().unwrap_or_default(),
                scope: self.scope,
            });
        }
    }
}

/// Notes the address without user info, query and fragment, and the credentials in it: user info, secret
/// parameters, and path segments that are secrets themselves (an address that is its own key).
pub fn address(text: &str, launch: &mut Launch, place: &Place, scope: Scope) -> Vec<CredentialFacts> {
    let mut found = Vec::new();
    let mut note = |name: &str, value: &str| {
        let literal = credential::form(value) == credential::Value::Literal && value.len() >= 8;
        found.push(CredentialFacts {
            name: name.to_owned(),
            kind: "address-with-secret".to_owned(),
            holder: Holder::Url,
            value: literal.then(|| Secret::new(value)),
            place: place.clone(),
            pointer: String::new(),
            scope,
        });
    };
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let rest = rest.split('#').next().unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = match host.rsplit_once('@') {
        Some((user, host)) => {
            if !user.is_empty() {
                note("user info", user);
            }
            host
        }
        None => host,
    };
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let lower = name.to_ascii_lowercase();
        if ["key", "token", "secret", "password", "auth"].iter().any(|it| lower.contains(it))
            && !value.is_empty()
        {
            note(name, value);
        }
    }
    let mut shown = Vec::new();
    for segment in path.split('/') {
        if is_capability(segment) {
            note("path of the address", segment);
            shown.push("(masked)");
        } else {
            shown.push(segment);
        }
    }
    launch.authenticated |= !found.is_empty();
    launch.url = Some(format!("{scheme}://{host}/{}", shown.join("/")).trim_end_matches('/').to_owned());
    found
}

/// A long path segment of mixed letters and digits is a key, not a name; a reference to one is none.
fn is_capability(segment: &str) -> bool {
    let mixed =
        segment.bytes().any(|it| it.is_ascii_digit()) && segment.bytes().any(|it| it.is_ascii_alphabetic());
    let plain = segment.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
    segment.len() >= 24 && mixed && plain
}
