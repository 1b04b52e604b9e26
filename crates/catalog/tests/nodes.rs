//! What the nodes of low-code products do.

#![expect(clippy::expect_used, clippy::panic, reason = "without its data there is nothing to test")]

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_catalog::schema::{NodeKind, Nodes};
use ambit_model::Effect;

const PRODUCTS: [&str; 4] = ["n8n", "dify", "flowise", "langflow"];

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

fn does(nodes: &Nodes, name: &str, said: [Option<&str>; 2]) -> Option<Vec<String>> {
    let node = nodes.node(name).unwrap_or_else(|| panic!("no {name}"));
    let [resource, operation] = said.map(|it| it.map(str::to_owned));
    let acts = nodes.operation(node, resource, operation).acts?;
    let effects = acts.iter().flat_map(|it| &it.effects).map(|it| match &it.effect {
        Effect::Reads { .. } => "reads".to_owned(),
        Effect::Ingests { .. } => "ingests".to_owned(),
        Effect::Sends { audience, .. } => format!("sends {audience}"),
        Effect::Writes { reversibility, .. } => format!("writes {reversibility}"),
        Effect::Executes { r#where } => format!("executes {}", r#where.word()),
        Effect::Spends { .. } => "spends".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    });
    Some(effects.collect())
}

#[test]
fn every_entry_refers_only_to_what_exists() {
    let catalog = catalog();
    for product in PRODUCTS {
        let nodes = catalog.nodes(product).unwrap_or_else(|| panic!("no {product}"));
        assert!(!nodes.source.is_empty(), "{product}: no source");
        let place = |id: &str| nodes.places.contains_key(id) || catalog.place(id).is_some();
        for (name, act) in &nodes.acts {
            for on in act.effects.iter().filter_map(|it| it.on.as_ref()) {
                assert!(on.as_str() == "own" || place(on.as_str()), "{product}: {name}: no place {on}");
            }
        }
        for (style, acts) in &nodes.styles {
            for act in acts.values() {
                assert!(nodes.acts.contains_key(act), "{product}: {style}: no act {act}");
            }
        }
        let mut class_of: BTreeMap<&str, &str> = BTreeMap::new();
        for (class, words) in &nodes.words {
            for word in words {
                let other = class_of.insert(word, class);
                assert_eq!(other, None, "{product}: `{word}` is a word of two classes");
            }
        }
        for (name, node) in nodes.nodes.values().flatten() {
            let known = node.style.as_ref().is_none_or(|it| nodes.styles.contains_key(it));
            assert!(known, "{product}: {name}: no style");
            assert!(node.on.as_ref().is_none_or(|it| place(it.as_str())), "{product}: {name}: no place");
            for act in node.does.values().flatten() {
                assert!(nodes.acts.contains_key(act), "{product}: {name}: no act {act}");
            }
            if node.kind == NodeKind::Trigger {
                assert!(node.trust.is_some(), "{product}: {name}: who fires it?");
            }
        }
    }
}

#[test]
fn what_is_listed_is_enough() {
    let catalog = catalog();
    let n8n = catalog.nodes("n8n").expect("n8n");
    let types = n8n.nodes.values().map(BTreeMap::len).sum::<usize>();
    assert!(types >= 150, "{types} types of nodes");
    let services = n8n.nodes.values().flatten().filter(|(_, it)| it.kind == NodeKind::Service).count();
    assert!(services >= 150, "{services} services");
}

#[test]
fn operations_differ_in_what_they_do() {
    let catalog = catalog();
    let n8n = catalog.nodes("n8n").expect("n8n");
    let base = |name: &str, resource: Option<&str>, operation: Option<&str>| {
        does(n8n, &format!("n8n-nodes-base.{name}"), [resource, operation])
    };
    let some = |it: &[&str]| Some(it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
    assert_eq!(base("gmail", None, None), some(&["sends public"]), "a new node sends");
    assert_eq!(
        base("gmail", Some("thread"), None),
        some(&["ingests", "reads"]),
        "and one about threads lists them"
    );
    assert_eq!(base("gmail", None, Some("delete")), some(&["writes recoverable"]));
    assert_eq!(base("slack", None, Some("post")), some(&["sends partner"]));
    assert_eq!(base("slack", Some("channel"), Some("history")), some(&["ingests", "reads"]));
    assert_eq!(base("googleSheets", None, Some("read")), some(&["ingests", "reads"]));
    assert_eq!(base("googleSheets", None, Some("appendOrUpdate")), some(&["writes reversible"]));
    assert_eq!(base("googleSheets", None, Some("delete")), some(&["writes irreversible"]));
    assert_eq!(base("postgres", None, Some("select")), some(&["ingests", "reads"]));
    assert_eq!(base("postgres", None, None), some(&["writes reversible"]), "a new node inserts");
    assert_eq!(base("postgres", None, Some("deleteTable")), some(&["writes irreversible"]));
    assert_eq!(base("stripe", Some("charge"), Some("create")), some(&["spends"]));
    assert_eq!(base("ssh", None, None), some(&["executes remote"]));
    assert_eq!(base("executeCommand", None, None), some(&["executes host"]));
    assert_eq!(base("emailSend", None, None), some(&["sends public"]));
    assert_eq!(base("okta", None, Some("create")), some(&["grants", "writes recoverable"]));
    assert_eq!(base("deepL", None, Some("translate")), some(&[]), "a translation does nothing outside");
    assert_eq!(base("hubspot", None, Some("frobnicate")), None, "no word fits: unknown");
    let open = base("postgres", None, Some("={{ $fromAI('operation') }}")).expect("any of them");
    assert!(open.contains(&"writes irreversible".to_owned()) && open.contains(&"reads".to_owned()));
}

#[test]
fn other_products_know_their_tools_too() {
    let catalog = catalog();
    let dify = catalog.nodes("dify").expect("Dify");
    assert_eq!(does(dify, "tool.time/current_time", [None, None]), Some(Vec::new()));
    assert_eq!(does(dify, "tool.webscraper/webscraper", [None, None]).map(|it| it.len()), Some(2));
    let flowise = catalog.nodes("flowise").expect("Flowise");
    let send = does(flowise, "flowise.gmail", [None, Some("sendMessage")]);
    assert_eq!(send, Some(vec!["sends public".to_owned()]));
    assert_eq!(does(flowise, "flowise.gmail", [None, Some("listMessages")]).map(|it| it.len()), Some(2));
    let langflow = catalog.nodes("langflow").expect("Langflow");
    let python = does(langflow, "langflow.PythonREPLTool", [None, None]);
    assert_eq!(python, Some(vec!["executes host".to_owned()]));
}
