//! What the catalog says of calls of libraries: every file decodes, refers only to what exists, and can be found.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::{CallAct, CallKind, CallLanguage, Library, Role};
use ambit_catalog::{Called, Catalog};

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

fn libraries(catalog: &Catalog) -> BTreeMap<&str, &Library> {
    let all = catalog.libraries().map(|(id, it)| (id, it.unwrap_or_else(|| panic!("calls/{id}.toml"))));
    all.collect()
}

fn act<'a>(catalog: &'a Catalog, language: CallLanguage, symbol: &str) -> &'a CallAct {
    match catalog.called(language, symbol) {
        Some(Called::Does { act, .. }) => act,
        other => panic!("{symbol}: {other:?}"),
    }
}

#[test]
fn every_file_decodes_and_says_where_it_was_read() {
    let catalog = catalog();
    let libraries = libraries(&catalog);
    assert!(libraries.len() > 40, "{}", libraries.len());
    for (id, library) in libraries {
        assert!(!library.source.is_empty() && !library.modules.is_empty(), "calls/{id}.toml");
    }
}

#[test]
fn no_module_is_told_of_twice() {
    let catalog = catalog();
    let mut known = BTreeMap::new();
    for (id, library) in libraries(&catalog) {
        for module in &library.modules {
            if let Some(other) = known.insert((library.language, module.as_str()), id) {
                panic!("`{module}` is in {other} and in {id}");
            }
        }
    }
}

/// The words in braces of `text`.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|it| it.split('}').next())
}

#[test]
fn places_and_names_exist_and_kinds_have_what_they_need() {
    let catalog = catalog();
    for (id, library) in libraries(&catalog) {
        let used: BTreeSet<&str> =
            library.acts.values().flat_map(|it| it.symbols.iter().flat_map(|it| words(it))).collect();
        for word in &used {
            assert!(library.names.contains_key(*word), "calls/{id}.toml: no name `{word}`");
        }
        for name in library.names.keys() {
            assert!(used.contains(name.as_str()), "calls/{id}.toml: name `{name}` is unused");
        }
        for (name, act) in &library.acts {
            let at = format!("calls/{id}.toml: {name}");
            let effects = act.effects.iter().filter_map(|it| it.on.as_ref());
            let own = act.on.iter().filter(|_| act.kind == CallKind::Statement);
            for place in effects.chain(own) {
                let base = place.split("/{").next().expect("a text has a beginning");
                let free = base.starts_with("channel:web/") || base.starts_with("agent:remote/");
                assert!(free || catalog.reached(base).is_some(), "{at}: no place {base}");
                for role in words(place) {
                    assert!(["name", "dsn"].contains(&role), "{at}: {role}");
                    let role = if role == "name" { Role::Name } else { Role::Dsn };
                    assert!(act.roles.contains_key(&role), "{at}: no role for {place}");
                }
            }
            for effect in &act.effects {
                let when = effect.when.as_ref();
                assert!(when.is_none_or(|it| act.roles.contains_key(&it.role)), "{at}: a role that is not");
                assert!(effect.on.is_some(), "{at}: an effect on nothing");
            }
            let needs = match act.kind {
                CallKind::Listed | CallKind::Environment => continue,
                CallKind::Request => act.roles.contains_key(&Role::Url),
                CallKind::File => act.roles.contains_key(&Role::Path) && act.access.is_some(),
                CallKind::Resource => act.roles.contains_key(&Role::Path),
                CallKind::Statement => act.roles.contains_key(&Role::Sql) && act.on.is_some(),
                CallKind::Command => act.roles.contains_key(&Role::Command),
                CallKind::Code => act.roles.contains_key(&Role::Code) && !act.effects.is_empty(),
            };
            assert!(needs, "{at}: a role is missing");
        }
    }
}

#[test]
fn each_plain_pattern_finds_the_act_that_it_stands_in() {
    let catalog = catalog();
    let mut count = 0;
    for (id, library) in libraries(&catalog) {
        for (name, expected) in &library.acts {
            for symbol in expected.symbols.iter().filter(|it| !it.contains(['*', '{'])) {
                let found = act(&catalog, library.language, symbol);
                assert!(
                    std::ptr::eq(found, expected),
                    "calls/{id}.toml: {name}: `{symbol}` is `{}`",
                    found.does
                );
                count += 1;
            }
        }
    }
    assert!(count > 1000, "{count}");
}

#[test]
fn what_is_said_of_one_service_wins_over_what_is_said_of_all() {
    let catalog = catalog();
    let python = |symbol: &str| &*act(&catalog, CallLanguage::Python, symbol).does;
    assert_eq!(python("boto3.client(s3).get_object"), "read objects of buckets");
    assert_eq!(python("boto3.client(ec2).describe_instances"), "read the state of the AWS account");
    assert_eq!(python("boto3.client(ec2).terminate_instances"), "delete resources of the AWS account");
    assert_eq!(python("boto3.client().delete_thing"), "delete resources of the AWS account");
    assert_eq!(python("asyncio.create_subprocess_shell"), "run a command in a shell");
    let nothing = |language, symbol| matches!(catalog.called(language, symbol), Some(Called::Nothing));
    assert!(nothing(CallLanguage::Python, "asyncio.gather") && nothing(CallLanguage::Python, "json.dumps"));
    assert!(
        nothing(CallLanguage::TypeScript, "zod.z.object") && nothing(CallLanguage::TypeScript, "global.JSON")
    );
    assert!(catalog.called(CallLanguage::Python, "acme_internal.send").is_none());
    assert!(catalog.called(CallLanguage::TypeScript, "requests.get").is_none());
}

#[test]
fn hosts_are_known_by_the_nearest_name_above_them() {
    let catalog = catalog();
    let known = |name: &str| catalog.host(name).map(|(name, _)| name.to_owned());
    assert_eq!(known("en.wikipedia.org").as_deref(), Some("wikipedia.org"));
    assert_eq!(known("hooks.slack.com").as_deref(), Some("hooks.slack.com"));
    assert_eq!(known("evil-github.com"), None);
    assert!(catalog.is_public_host("hooks.slack.com") && catalog.is_public_host("raw.githubusercontent.com"));
    assert!(!catalog.is_public_host("api.openai.com") && !catalog.is_public_host("evil-github.com"));
    let (_, slack) = catalog.host("hooks.slack.com").expect("the host is listed");
    assert!(!slack.acts.is_empty() && !slack.processor);
    for host in ["github.com", "slack.com", "api.stripe.com"] {
        for place in catalog.host(host).into_iter().flat_map(|it| &it.1.acts).flat_map(|it| &it.effects) {
            assert!(catalog.reached(place.on.as_str()).is_some(), "{host}: no place {}", place.on);
        }
    }
}

#[test]
fn a_file_of_the_user_tells_of_its_own_libraries() {
    let mut catalog = catalog();
    let text = r#"
        [calls.acme]
        name = "Acme"
        language = "python"
        modules = ["acme"]
        source = ["test"]
        otherwise = "unknown"
        [calls.acme.acts.wipe]
        does = "wipe the shelf"
        symbols = ["acme.Shelf().wipe"]
        effects = [{ effect = "writes", reversibility = "irreversible", blast_radius = "organization", on = "store:database" }]
        [hosts."api.acme.example"]
        trust = "organization"
        audience = "organization"
    "#;
    catalog.add("added.toml", text).expect("the file is a catalog");
    assert_eq!(&*act(&catalog, CallLanguage::Python, "acme.Shelf().wipe").does, "wipe the shelf");
    let other = catalog.called(CallLanguage::Python, "acme.Shelf().paint");
    assert!(matches!(other, Some(Called::Unlisted { library: "acme" })), "{other:?}");
    assert!(catalog.host("eu.api.acme.example").is_some());
    assert_eq!(&*act(&catalog, CallLanguage::Python, "os.remove").does, "delete a file");
}
