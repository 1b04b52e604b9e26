//! The compiled-in data: that it decodes and refers only to what exists.

use ambit_model::facts::Pin;

use super::*;

#[test]
fn what_is_decoded_late_decodes() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    catalog.commands.decoded().expect("commands");
    catalog.categories.decoded().expect("categories");
    catalog.coverage.decoded().expect("coverage");
    catalog.frameworks.decoded().expect("agent frameworks");
    catalog.entries.decoded().expect("entry points");
    catalog.facts.decoded().expect("facts");
    catalog.questions.decoded().expect("questions");
    catalog.controls.decoded().expect("controls");
    catalog.containment.decoded().expect("containment");
    catalog.lexicon.decoded().expect("the lexicon");
    catalog.regulatory.decoded().expect("items of regulations");
    catalog.risk.decoded().expect("risk");
    catalog.hosts.decoded().expect("hosts");
    catalog.reached.decoded().expect("places that calls reach");
    catalog.sequences.decoded().expect("sequences");
    for (product, nodes) in &catalog.nodes {
        nodes.decoded().unwrap_or_else(|e| panic!("nodes/{product}.toml: {e}"));
    }
    catalog.patterns.decoded().expect("architectures");
}

#[test]
fn every_server_decodes_and_refers_only_to_what_exists() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    for entry in &catalog.servers {
        let server: Option<Box<Server>> =
            entry.server.decoded().unwrap_or_else(|e| panic!("servers/{}.toml: {e}", entry.id));
        let server = server.expect("a compiled server has a body");
        assert!(!server.source.is_empty(), "servers/{}.toml: no source", entry.id);
        for (tool, acts) in &server.tools {
            for act in acts {
                assert!(server.acts.contains_key(act), "servers/{}.toml: {tool}: no act {act}", entry.id);
            }
        }
        for (name, act) in &server.acts {
            assert!(
                server.tools.values().flatten().any(|it| it == name),
                "servers/{}.toml: act {name} is unused",
                entry.id
            );
            for effect in &act.effects {
                let Some(place) = &effect.on else { continue };
                let known =
                    server.places.contains_key(place.as_str()) || catalog.places.contains_key(place.as_str());
                assert!(known, "servers/{}.toml: {name}: no place {place}", entry.id);
            }
        }
    }
}

#[test]
fn a_program_before_an_address_is_known_by_the_address() {
    let mut catalog = Catalog::compiled().expect("the catalog decodes").without_servers();
    let text = r#"
        [servers.far]
        name = "Far"
        publisher = "far"
        source = ["test"]
        matches = { urls = ["mcp.far.example/**"] }
        tools = {}
        [servers.near]
        name = "Near"
        publisher = "near"
        source = ["test"]
        matches = { packages = ["npm:near"] }
        tools = {}
    "#;
    catalog.add("added.toml", text).expect("the file is a catalog");
    let known = |package: &str, url: &str| {
        let package = Package {
            ecosystem: "npm".to_owned(),
            name: package.to_owned(),
            pin: Pin::Missing,
            place: ambit_model::Place::start(".mcp.json"),
        };
        let launch = Launch { package: Some(package), url: Some(url.to_owned()), ..Launch::default() };
        catalog.server("far", &launch).map(|(id, _)| id.to_owned())
    };
    assert_eq!(known("mcp-remote", "https://mcp.far.example/mcp").as_deref(), Some("far"));
    assert_eq!(known("near", "https://mcp.far.example/mcp").as_deref(), Some("near"));
    assert_eq!(known("mcp-remote", "https://other.example/mcp"), None);
}

#[test]
fn everyday_words_are_names_of_products_and_no_word_list_is_empty() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let lexicon = catalog.lexicon();
    let names: Vec<&String> = lexicon.topics.iter().flat_map(|it| &it.names).collect();
    for word in &lexicon.words[&schema::WordClass::Everyday] {
        assert!(names.contains(&word), "lexicon.toml: `{word}` is no product");
    }
    let lists = lexicon.verbs.values().chain(lexicon.words.values()).chain(lexicon.heads.values());
    assert!(lists.chain(lexicon.topics.iter().map(|it| &it.words)).all(|it| !it.is_empty()));
}

#[test]
fn every_client_refers_only_to_places_that_exist() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    for (id, client) in &catalog.clients {
        for (name, tool) in &client.tools {
            for effect in &tool.effects {
                let Some(place) = &effect.on else { continue };
                assert!(catalog.places.contains_key(place.as_str()), "{id}: {name}: no place {place}");
            }
        }
    }
}

#[test]
fn every_number_of_risk_is_a_range_that_says_where_it_comes_from() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let risk = catalog.risk();
    let profiles = [&risk.attempts.internet, &risk.attempts.internal, &risk.attempts.research];
    let rates: Vec<&schema::Estimate> = profiles
        .iter()
        .flat_map(|it| [&it.public, &it.partner, &it.supply])
        .chain([&risk.accidents])
        .collect();
    let shares: Vec<&schema::Estimate> = risk
        .steps
        .values()
        .chain(risk.gates.values())
        .chain(risk.edges.values())
        .chain([&risk.steered, &risk.behavioral])
        .collect();
    let amounts: Vec<&schema::Estimate> = risk.losses.values().chain(risk.data.values()).collect();
    for it in rates.iter().chain(&shares).chain(&amounts) {
        assert!(it.is_founded(), "{it:?}: a source, or why it is assumed");
        assert!(it.low >= 0.0 && it.low <= it.high && it.high.is_finite(), "{it:?}");
        assert!(it.low > 0.0 || it.high == 0.0, "{it:?}: nothing lies between nothing and something");
    }
    for it in shares {
        assert!(
            it.high < 1.0 || (it.low - 1.0).abs() < f64::EPSILON,
            "{it:?}: certain, or a share below one"
        );
    }
    // Whoever can write less freely attacks more rarely, and a system that fewer can get at is attacked more rarely.
    for it in profiles {
        assert!(it.public.high >= it.partner.high && it.partner.high >= it.supply.high);
    }
    assert!(
        profiles
            .windows(2)
            .all(|it| it[0].public.high >= it[1].public.high && it[0].partner.high >= it[1].partner.high)
    );
}

#[test]
fn risk_knows_every_verb_gate_and_tier_and_stronger_is_never_more_likely() {
    use ambit_model::{Confidence, Gate, Tier, Verb};
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let risk = catalog.risk();
    // What holds, supplies and runs is no step of anybody.
    let silent = [Verb::Holds, Verb::Supplies, Verb::RunsIn];
    for verb in Verb::WORDS.iter().filter_map(|it| Verb::from_word(it)).filter(|it| !silent.contains(it)) {
        assert!(risk.steps.contains_key(&verb), "steps: {verb}");
    }
    let falls = |list: &[&schema::Estimate]| {
        list.windows(2).all(|it| it[0].low >= it[1].low && it[0].high >= it[1].high)
    };
    assert!(falls(&[Gate::Auto, Gate::Prompted, Gate::Asked].map(|it| &risk.gates[&it])));
    assert!(falls(
        &[Confidence::Certain, Confidence::Likely, Confidence::Possible].map(|it| &risk.edges[&it])
    ));
    assert!(falls(&[Tier::T4, Tier::T3, Tier::T2, Tier::T1, Tier::T0].map(|it| &risk.losses[&it])));
    for bands in [risk.matrix.likelihood, risk.matrix.impact] {
        assert!(bands.windows(2).all(|it| it[0] < it[1]));
    }
}
