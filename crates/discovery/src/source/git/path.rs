//! Paths in trees and in the index: bytes that anybody may have written.

use std::borrow::Cow;

use ambit_model::place::below;

/// The longest path that is looked at: the bound of most systems.
pub(super) const LONGEST: usize = 4096;

/// Whether no file can have this name: git takes none of these into a tree.
pub(super) fn is_odd(name: &[u8]) -> bool {
    matches!(name, b"" | b"." | b"..") || name.contains(&b'/') || name.eq_ignore_ascii_case(b".git")
}

/// The path of `name` in `folder` as text, as the disk shows it.
pub(super) fn shown(folder: &str, name: &[u8]) -> String {
    let text = match std::str::from_utf8(name) {
        Ok(text) if !is_odd(name) => Cow::Borrowed(text),
        _ => Cow::Owned(escaped(name)),
    };
    match (folder, &*text) {
        // A folder of that name in a repository must not pass for the user's home.
        ("", "~") => "./~".to_owned(),
        ("", text) => text.to_owned(),
        (folder, text) => format!("{folder}/{text}"),
    }
}

/// Two names that are not Unicode stay two, and none passes for a path.
fn escaped(name: &[u8]) -> String {
    let dots = matches!(name, b"" | b"." | b"..");
    let text = name.escape_ascii().to_string().replace('/', "\\x2f");
    match dots {
        true if text.is_empty() => "(no name)".to_owned(),
        true => text.replace('.', "\\x2e"),
        false => text,
    }
}

/// The path that the link in `folder` with this `target` leads to, as far as the text says; none when it leads
/// out of the tree.
pub(super) fn target(folder: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    below(folder, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_apart_and_pass_for_nothing_else() {
        let cases: [(&str, &[u8], &str); 8] = [
            ("", b"a", "a"),
            ("a/b", b"c", "a/b/c"),
            ("", b"~", "./~"),
            ("a", b"~", "a/~"),
            ("a", b"\xff", "a/\\xff"),
            ("a", b"..", "a/\\x2e\\x2e"),
            ("a", b"b/c", "a/b\\x2fc"),
            ("a", b"", "a/(no name)"),
        ];
        for (folder, name, expected) in cases {
            assert_eq!(shown(folder, name), expected);
        }
    }

    #[test]
    fn targets_of_links_are_read_as_text() {
        let cases = [
            ("", "a", Some("a")),
            ("a/b", "../c/./d", Some("a/c/d")),
            ("a", "../..", None),
            ("a", "/etc/passwd", None),
            ("a", "..", Some("")),
        ];
        for (folder, to, expected) in cases {
            assert_eq!(target(folder, to).as_deref(), expected, "{folder} {to}");
        }
    }
}
