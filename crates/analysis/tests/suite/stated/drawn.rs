//! Models of other tools: they add reach, and nothing that is known gets better by them.

use ambit_analysis::{Judging, assess_with};
use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings, statements};
use ambit_model::{Assessment, Gate, Level, Provenance, Trust, Verb};

use super::{asset, edge, finding};

const OTM: &str = "otmVersion: 0.2.0
trustZones:
  - {id: out, name: Internet, risk: {trustRating: 0}}
  - {id: in, name: Office, risk: {trustRating: 100}}
assets: [{id: orders, name: Orders, risk: {confidentiality: 75}}]
components:
  - {id: mail, name: Mail, type: email, parent: {trustZone: out}}
  - {id: desk, name: Desk, type: agent, parent: {trustZone: in}}
  - {id: crm, name: CRM, type: database, parent: {trustZone: in}, assets: {stored: [orders]}}
dataflows:
  - {id: in, name: in, source: mail, destination: desk}
  - {id: ask, name: ask, source: crm, destination: desk, assets: [orders]}
  - {id: out, name: out, source: desk, destination: mail}
";

fn assess(files: &[(&str, &str)]) -> Assessment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let source = Memory::of(files.iter().copied());
    let stated = statements(&source, &|_, _| Err("no repository".to_owned()));
    assert_eq!(stated.problems, []);
    let inventory = ambit_discovery::read(&source, &catalog, &Settings::default());
    assess_with(inventory, &stated.model, &catalog, &Judging::default())
}

fn drawn(own: &str, otm: &str) -> Assessment {
    assess(&[("ambit.yaml", &format!("ambit: v1\nextends: [desk.otm.yaml]\n{own}")), ("desk.otm.yaml", otm)])
}

#[test]
fn a_drawing_completes_compositions_at_its_lines() {
    let it = drawn("", OTM);
    let read = edge(&it, Verb::Reads, "store:crm");
    assert_eq!((read.level, read.gate, read.stock), (Some(Level::Confidential), Gate::Auto, false));
    let [Provenance::Stated(place)] = &*read.provenance else { panic!("{read:?}") };
    assert_eq!((place.path.as_ref(), place.line), ("desk.otm.yaml", 12));
    let found = finding(&it, "lethal-trifecta").expect("strangers, orders, a way out");
    let remedy = found.remedies.first().expect("a remedy");
    assert_eq!((remedy.control.as_str(), remedy.edits[0].path.as_str()), ("cut-edge", "ambit.yaml"));
    assert!(found.remedies.iter().flat_map(|it| &it.edits).all(|it| it.path != "desk.otm.yaml"));
    assert!(it.baseline.is_empty(), "no client stands behind it");
}

#[test]
fn without_its_way_out_there_is_no_composition() {
    let it = drawn(
        "",
        &OTM.replace(
            "{id: out, name: out, source: desk, destination: mail}",
            "{id: out, name: out, source: crm, destination: mail}",
        ),
    );
    assert!(finding(&it, "lethal-trifecta").is_none());
    assert_eq!(it.notes.len(), 1, "{:?}", it.notes);
}

#[test]
fn a_control_of_our_own_cuts_what_is_drawn() {
    let control = "controls:\n  gateway: {kind: structural, does: cuts, on: {from: \"agent:desk\", to: \"channel:mail\"}}\n";
    assert!(finding(&drawn(control, OTM), "lethal-trifecta").is_none());
}

#[test]
fn our_own_facts_correct_what_is_drawn() {
    let it = drawn("facts: {channels: {mail: {trust: organization, audience: organization}}}\n", OTM);
    assert!(finding(&it, "lethal-trifecta").is_none());
}

#[test]
fn nothing_that_is_known_gets_better() {
    let files = [
        (".claude/settings.json", r#"{ "permissions": { "deny": ["Bash"], "ask": ["WebFetch"] } }"#),
        ("ambit.yaml", "ambit: v1\nextends: [kind.otm.yaml]\n"),
        ("kind.otm.yaml", KIND),
    ];
    let without = assess(&files[..1]);
    let with = assess(&files);
    for before in &without.assets {
        let after = with.assets.iter().find(|it| it.id == before.id).expect("it is there");
        assert!(after.trust.or(before.trust) <= before.trust.or(after.trust), "{after:?}");
        assert!(after.level >= before.level, "{after:?}");
    }
    for before in &without.edges {
        let after = with.edges.iter().find(|it| it.id == before.id).expect("it is there");
        assert!(
            after.gate <= before.gate && after.level >= before.level && after.audience >= before.audience
        );
        assert!(after.tier >= before.tier);
        assert!(!after.stock || after.gate >= before.gate, "{after:?}");
    }
    let web = with.assets.iter().find(|it| it.id == asset("channel:web")).expect("the web");
    assert_eq!(web.trust, Some(Trust::Public));
}

/// A drawing that says the best of everything, in the words of Ambit itself.
const KIND: &str = "otmVersion: 0.2.0
trustZones: [{id: in, name: In, risk: {trustRating: 100}}]
components:
  - {id: 'agent:claude-code', name: c, type: agent, parent: {trustZone: in}, attributes: {ambit: {kind: agent}}}
  - {id: 'channel:web', name: w, type: channel, parent: {trustZone: in}, attributes: {ambit: {kind: channel, trust: operator}}}
  - {id: 'store:home', name: h, type: data-store, parent: {trustZone: in}, attributes: {ambit: {kind: data-store, trust: operator, level: public}}}
dataflows:
  - id: e
    name: e
    source: 'agent:claude-code'
    destination: 'channel:web'
    attributes: {ambit: {verb: sends, via: 'tool:claude-code/WebFetch', audience: self, gate: denied}}
  - id: r
    name: r
    source: 'store:home'
    destination: 'agent:claude-code'
    attributes: {ambit: {verb: reads, via: 'tool:claude-code/Read', level: public, gate: denied}}
";
