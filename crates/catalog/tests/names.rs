//! Credentials, controls and framework categories: every name is usable, and means one thing.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_catalog::schema::Credential;
use ambit_model::finding::ControlKind;
use globset::{Glob, GlobMatcher};

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

/// Kinds of credentials with their globs, compiled once.
struct Kinds(Vec<(String, bool, Vec<GlobMatcher>)>);

impl Kinds {
    fn of(catalog: &Catalog) -> Self {
        let compile = |it: &String| match Glob::new(it) {
            Ok(glob) => glob.compile_matcher(),
            Err(e) => panic!("{it}: {e}"),
        };
        let globs = |it: &Credential| it.names.iter().map(compile).collect();
        Self(catalog.credentials().iter().map(|(kind, it)| (kind.clone(), it.generic, globs(it))).collect())
    }

    /// The kinds that fit a name, of the specific or of the generic ones.
    fn fitting(&self, name: &str, generic: bool) -> Vec<&str> {
        let fits = |globs: &[GlobMatcher]| globs.iter().any(|it| it.is_match(name));
        let all = self.0.iter().filter(|(_, it, globs)| *it == generic && fits(globs));
        all.map(|(kind, ..)| kind.as_str()).collect()
    }
}

#[test]
fn names_of_credentials_are_in_upper_case() {
    for (kind, credential) in catalog().credentials() {
        assert!(!credential.names.is_empty(), "{kind}: no names");
        for name in &credential.names {
            assert_eq!(*name, name.to_uppercase(), "{kind}");
        }
    }
}

#[test]
fn a_written_out_name_is_of_one_kind() {
    let catalog = catalog();
    let kinds = Kinds::of(&catalog);
    for (kind, credential) in catalog.credentials().iter().filter(|(_, it)| !it.generic) {
        for name in credential.names.iter().filter(|it| !it.contains('*')) {
            assert_eq!(kinds.fitting(name, false), [kind.as_str()], "{name}");
        }
    }
}

#[test]
fn generic_kinds_take_what_no_other_takes() {
    let kinds = Kinds::of(&catalog());
    for (name, expected) in [
        ("ACME_API_KEY", "api-key"),
        ("X-API-KEY", "api-key"),
        ("ACME_TOKEN", "token"),
        ("AUTHORIZATION", "token"),
        ("ACME_CLIENT_SECRET", "token"),
        ("ACME_PASSWORD", "password"),
        ("COOKIE", "cookie"),
        ("DEPLOY_PRIVATE_KEY", "private-key"),
        ("DATABASE_URL", "database-url"),
        ("ACME_CONNECTION_STRING", "database-url"),
    ] {
        assert_eq!(kinds.fitting(name, false), Vec::<&str>::new(), "{name}");
        assert_eq!(kinds.fitting(name, true), [expected], "{name}");
    }
    for name in ["PATH", "HOME", "NODE_ENV", "PORT", "LOG_LEVEL", "AWS_REGION", "GITHUB_REPOSITORY", "MONKEY"]
    {
        let all = [kinds.fitting(name, false), kinds.fitting(name, true)].concat();
        assert_eq!(all, Vec::<&str>::new(), "{name} is no credential");
    }
}

#[test]
fn no_prefix_is_of_two_kinds() {
    let catalog = catalog();
    let mut owners = BTreeMap::new();
    for (kind, credential) in catalog.credentials() {
        for prefix in &credential.prefixes {
            assert!(prefix.len() >= 3, "{kind}: {prefix} says too little");
            let earlier = owners.insert(prefix.clone(), kind.clone());
            assert_eq!(earlier, None, "{prefix} is also of {kind}");
        }
    }
    let longest = |value: &str| {
        let fits = owners.iter().filter(|(prefix, _)| value.starts_with(prefix.as_str()));
        fits.max_by_key(|(prefix, _)| prefix.len()).map(|(_, kind)| kind.as_str())
    };
    assert_eq!(longest("sk-ant-x"), Some("anthropic-key"));
    assert_eq!(longest("sk-or-x"), Some("openrouter-key"));
    assert_eq!(longest("sk-x"), Some("model-key"));
    assert_eq!(longest("sk_live_x"), Some("stripe-key"));
    assert_eq!(longest("github_pat_x"), Some("github-token"));
    assert_eq!(longest("hello"), None);
}

#[test]
fn controls_are_said_as_orders_and_promise_no_more_than_they_hold() {
    let catalog = catalog();
    for (id, control) in catalog.controls() {
        assert!(!control.title.ends_with('.'), "{id}: a full stop");
        assert!(control.title.starts_with(char::is_uppercase), "{id}: {}", control.title);
        assert!(!control.costs.is_empty(), "{id}: costs nothing?");
    }
    for id in ["detector", "prompt", "approving-classifier"] {
        assert_eq!(catalog.controls()[id].kind, ControlKind::Behavioral, "{id}");
    }
    for id in ["ask-tool", "ask-builtin", "ask-server", "approvals-on"] {
        assert_eq!(catalog.controls()[id].kind, ControlKind::Procedural, "{id}");
    }
}

#[test]
fn categories_keep_their_editions_apart() {
    let catalog = catalog();
    let name = |id: &str| catalog.categories().get(id).map(|it| it.name.as_str());
    assert_eq!(name("ASI01:2026"), Some("Agent Goal Hijack"));
    assert_eq!(name("LLM06:2025"), Some("Excessive Agency"));
    assert_eq!(name("LLM06:2026"), Some("Unbounded Consumption"));
    assert_eq!(name("MCP03:2025"), Some("Tool Poisoning"));
    assert_eq!(name("T17:1.1"), Some("Supply Chain Compromise"));
    for id in ["AST01", "AML.T0051", "AML.T0051.001", "MAESTRO-L3-02", "MAESTRO-X-01", "S", "CWE-1427"] {
        assert!(name(id).is_some(), "{id}");
    }
    for id in ["ASI01", "LLM06", "T1", "MCP03"] {
        assert_eq!(name(id), None, "{id} without its edition");
    }
    assert!(!catalog.categories()["CWE-1427"].verified, "not confirmed against its source");
}
