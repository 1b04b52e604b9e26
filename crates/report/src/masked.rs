//! Values that look like credentials, masked: people paste into statements what should not stand there.

use ambit_catalog::Catalog;

/// What stands in the place of a value.
const MASK: &str = "(masked)";
/// How many characters a key has beyond its prefix, at least.
const KEY: usize = 12;

/// `text` with every value masked that looks like a credential, and how many there were.
pub(crate) fn masked(text: &str, catalog: &Catalog) -> (String, usize) {
    let prefixes: Vec<&str> =
        catalog.credentials().values().flat_map(|it| &it.prefixes).map(String::as_str).collect();
    let mut out = String::with_capacity(text.len());
    let mut found = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|it| !of_key(it)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        if is_key(word, &prefixes) || is_password(&out, word, after) {
            out.push_str(MASK);
            found += 1;
        } else {
            out.push_str(word);
        }
        let gap = after.find(of_key).unwrap_or(after.len());
        let (between, next) = after.split_at_checked(gap).unwrap_or((after, ""));
        out.push_str(between);
        rest = next;
    }
    (out, found)
}

fn of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '~' | '%')
}

/// Whether a word begins like a key of a known kind, and goes on like one.
fn is_key(word: &str, prefixes: &[&str]) -> bool {
    prefixes.iter().any(|it| {
        word.strip_prefix(it)
            .is_some_and(|rest| rest.len() >= KEY && rest.bytes().any(|it| it.is_ascii_digit()))
    })
}

/// Whether a word is the password of an address: `scheme://user:word@`.
fn is_password(before: &str, word: &str, after: &str) -> bool {
    let Some(user) = before.strip_suffix(':') else { return false };
    let user = user.trim_end_matches(of_key);
    !word.is_empty() && after.starts_with('@') && user.ends_with("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_passwords_are_masked_and_the_rest_stays() {
        let catalog = Catalog::compiled().expect("the catalog decodes");
        let text = "evidence: ghp_A1b2C3d4E5f6G7h8I9j0 and postgres://bob:Zq7Lw2Xk@db.internal/x, see f-yxnh3tbyqd4tikpb\n";
        let (shown, found) = masked(text, &catalog);
        assert_eq!(
            shown,
            "evidence: (masked) and postgres://bob:(masked)@db.internal/x, see f-yxnh3tbyqd4tikpb\n"
        );
        assert_eq!(found, 2);
        let plain = "sk-learn, mail bob@example.com, 10:30@noon, Größe\n";
        assert_eq!(masked(plain, &catalog), (plain.to_owned(), 0));
    }
}
