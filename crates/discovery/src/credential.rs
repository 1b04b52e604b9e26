//! Telling credentials from other values, and references and placeholders from values.

use ambit_catalog::Catalog;
pub use ambit_catalog::wild;
use ambit_model::facts::{CredentialFacts, Holder};
use ambit_model::{Scope, Secret};

use crate::tree::View;

/// What a configuration value is, as far as secrecy goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A reference to a variable, an input or a vault.
    Reference,
    /// A word that stands for a value to be filled in.
    Placeholder,
    /// The value itself.
    Literal,
}

/// Says what `value` is by its form alone.
pub fn form(value: &str) -> Value {
    let value = value.trim();
    let bare = value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("Basic ")).unwrap_or(value).trim();
    if bare.starts_with("${")
        || bare.starts_with("{env:")
        || bare.starts_with("{file:")
        || bare.starts_with("op://")
    {
        return Value::Reference;
    }
    let variable = |it: &str| {
        !it.is_empty() && it.chars().all(|it| it.is_ascii_alphanumeric() || it == '_' || it == ':')
    };
    if bare.strip_prefix('$').is_some_and(variable) || bare.contains("${") || bare.contains("{{") {
        return Value::Reference;
    }
    if is_placeholder(bare) { Value::Placeholder } else { Value::Literal }
}

fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let words = [
        "your",
        "my-",
        "example",
        "placeholder",
        "changeme",
        "change-me",
        "change_me",
        "replace",
        "todo",
        "insert",
        "redacted",
        "dummy",
        "fill-in",
        "xxxx",
        "****",
        "...",
        "…",
        "secret_here",
        "token_here",
        "key_here",
        "goes_here",
    ];
    // One `0` switches something off.
    let few_kinds = value != "0" && value.chars().all(|it| "xX*.-_0?<>#".contains(it));
    // The name of a variable in the place of its value; keys in capitals have digits in them.
    let is_name = value.contains('_') && value.chars().all(|it| it.is_ascii_uppercase() || it == '_');
    let framed = lower.starts_with("xxx") && lower.ends_with("xxx");
    let shown_off = ["demo-", "demo_"].iter().any(|it| lower.starts_with(it));
    let bracketed = [('<', '>'), ('{', '}'), ('[', ']')]
        .iter()
        .any(|(a, b)| value.starts_with(*a) && value.ends_with(*b));
    value.is_empty()
        || few_kinds
        || is_name
        || framed
        || shown_off
        || bracketed
        || words.iter().any(|it| lower.contains(it) && !lower.contains("sk_live"))
}

/// The kind of credential that `name` holds, or that `value` shows itself to be by its prefix. A specific
/// name beats a general one: the longest glob decides.
pub fn kind(catalog: &Catalog, name: &str, value: &str) -> Option<String> {
    let bare = value.trim().strip_prefix("Bearer ").unwrap_or(value.trim());
    let by_prefix = catalog
        .credentials()
        .iter()
        .filter_map(|(kind, it)| {
            let longest =
                it.prefixes.iter().filter(|p| bare.starts_with(p.as_str())).map(String::len).max()?;
            Some((longest, kind))
        })
        .max();
    if let Some((_, kind)) = by_prefix {
        return Some(kind.clone());
    }
    if name.is_empty() {
        return None;
    }
    catalog.credential_named(name).map(str::to_owned)
}

/// The credential that the entry `view`, called `name`, holds; none when it holds something else.
pub fn of_entry(
    catalog: &Catalog,
    name: &str,
    view: &View<'_>,
    holder: Holder,
    scope: Scope,
) -> Option<CredentialFacts> {
    let value = view.scalar().filter(|it| !it.trim().is_empty())?;
    let kind = kind(catalog, name, &value)?;
    let literal = form(&value) == Value::Literal && long_enough(&value);
    Some(CredentialFacts {
        name: name.to_owned(),
        kind,
        holder,
        value: literal.then(|| Secret::new(value.trim())),
        place: view.place(),
        pointer: view.pointer().to_owned(),
        scope,
    })
}

/// A flag such as `true` or a port under a secret-sounding name is no secret.
fn long_enough(value: &str) -> bool {
    value.trim().len() >= 8 && !value.chars().all(|it| it.is_ascii_digit())
}

/// `value` with everything masked that could be secret, for showing.
pub fn masked(catalog: &Catalog, name: &str, value: &str) -> String {
    match form(value) {
        Value::Literal if kind(catalog, name, value).is_some() && long_enough(value) => "(masked)".to_owned(),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_and_placeholders_are_no_secrets() {
        for value in
            ["${TOKEN}", "Bearer ${TOKEN:-x}", "$TOKEN", "{env:TOKEN}", "${{ secrets.X }}", "$input:token"]
        {
            assert_eq!(form(value), Value::Reference, "{value}");
        }
        for value in [
            "",
            "YOUR_KEY",
            "<token>",
            "xxxxxxxx",
            "sk-your-key-here",
            "{secret}",
            "xxx_GATEWAY_TOKEN_xxx",
            "demo-secret",
            "SLACK_BOT_TOKEN",
            "00000000",
        ] {
            assert_eq!(form(value), Value::Placeholder, "{value}");
        }
        let masked = format!("86000x00x000xxx{}", "0a".repeat(12));
        for value in ["ghp_A1b2C3d4E5f6G7h8", &masked, "AKIA2E0A8F3B244C9986", "SECRET_K3Y_9F", "0", "false"]
        {
            assert_eq!(form(value), Value::Literal, "{value}");
        }
    }

    #[test]
    fn stars_match_anything() {
        assert!(wild("*TOKEN", "GITHUB_TOKEN") && wild("A*C*E", "ABCDE") && wild("*", ""));
        assert!(!wild("*TOKEN", "TOKENS") && !wild("A*C", "AB"));
    }
}
