//! Models of other tools that `ambit.yaml` extends.

use std::fmt::Write as _;

use ambit_model::stated::drawn::{Drawn, Flow};
use ambit_model::stated::read_extended;
use ambit_model::{Audience, Level, Problem, Trust};
use proptest::prelude::*;

const OTM: &str = "otmVersion: 0.2.0
project: {name: Desk, id: desk}
trustZones:
  - {id: out, name: Internet, risk: {trustRating: 20}}
  - {id: near, name: Supplier, risk: {trustRating: 40}}
  - {id: in, name: Office, risk: {trustRating: 100}}
assets:
  - {id: orders, name: Orders, risk: {confidentiality: 75, integrity: 0, availability: 0}}
components:
  - {id: mail, name: Mail, type: email, parent: {trustZone: out}}
  - {id: desk, name: Desk, type: ai-agent, parent: {trustZone: in}}
  - {id: crm, name: CRM, type: database, parent: {trustZone: in}, assets: {stored: [orders]}}
  - {id: feed, name: Feed, type: database, parent: {component: crm}}
  - {id: drive, name: Drive, type: thing, tags: ['ambit:data-store'], parent: {trustZone: near}}
  - {id: odd, name: Odd, type: thing, parent: {trustZone: in}}
dataflows:
  - {id: in, name: in, source: mail, destination: desk}
  - {id: both, name: both, source: desk, destination: crm, bidirectional: true, assets: [orders]}
  - {id: out, name: out, source: desk, destination: mail}
  - {id: take, name: take, source: drive, destination: desk}
  - {id: aside, name: aside, source: crm, destination: feed}
threats: [{id: t, name: T, risk: {likelihood: 1, impact: 1}}]
";

const THREAGILE: &str = "threagile_version: 1.0.0
data_assets:
  Payments: {id: payments, confidentiality: strictly-confidential}
  Orders: {id: orders, confidentiality: restricted}
technical_assets:
  Browser: {id: browser, type: external-entity, technology: browser}
  Bot:
    id: bot
    type: process
    technologies: [ai]
    communication_links:
      Looks & asks: {target: ledger, readonly: true, data_assets_sent: [orders], data_assets_received: [payments]}
      Tells: {target: browser, data_assets_sent: [orders]}
  Ledger: {id: ledger, type: datastore, technology: database, data_assets_stored: [payments]}
  API: {id: api, type: process, technology: web-service-rest, internet: true, communication_links: {Calls: {target: bot}}}
trust_boundaries:
  Office: {id: office, technical_assets_inside: [bot, ledger]}
";

fn drawn(text: &str) -> (Drawn, Vec<Problem>) {
    let (document, problems) = read_extended("drawn.yaml", text);
    (document.model.drawn, problems)
}

fn clean(text: &str) -> Drawn {
    let (drawn, problems) = drawn(text);
    assert_eq!(problems, []);
    drawn
}

fn said(flow: &Flow) -> String {
    let via = flow.via.as_ref().map(|it| format!(" with {it}")).unwrap_or_default();
    format!("{}: {} {} {}{via}", flow.place.line, flow.from, flow.verb, flow.to)
}

fn told(text: &str) -> Vec<String> {
    drawn(text).1.iter().map(|it| format!("{}:{} {}; {}", it.line, it.column, it.message, it.help)).collect()
}

#[test]
fn components_become_assets_with_the_labels_of_their_zone() {
    let drawn = clean(OTM);
    let parts: Vec<_> =
        drawn.parts.iter().map(|it| (it.id.as_str(), it.trust, it.level, it.place.line)).collect();
    let inside = Some(Trust::Organization);
    assert_eq!(
        parts,
        [
            ("channel:mail", Some(Trust::Public), None, 10),
            ("agent:desk", None, None, 11),
            ("store:crm", inside, Some(Level::Confidential), 12),
            ("store:feed", inside, None, 13),
            ("store:drive", Some(Trust::Partner), None, 14),
            ("channel:odd", inside, None, 15),
        ]
    );
}

#[test]
fn flows_of_agents_become_edges_and_others_are_notes() {
    let drawn = clean(OTM);
    let flows: Vec<_> = drawn.flows.iter().map(said).collect();
    assert_eq!(
        flows,
        [
            "17: agent:desk ingests channel:mail with tool:in",
            "18: agent:desk writes store:crm with tool:both",
            "18: agent:desk reads store:crm with tool:both",
            "19: agent:desk sends channel:mail with tool:out",
            "20: agent:desk reads store:drive with tool:take",
            "20: agent:desk ingests store:drive with tool:take",
        ]
    );
    assert_eq!(drawn.flows[2].level, Some(Level::Confidential));
    assert_eq!(drawn.flows[3].audience, Some(Audience::Public));
    let notes: Vec<_> = drawn.notes.iter().map(|it| (it.line, it.message.as_str())).collect();
    assert_eq!(
        notes,
        [
            (15, "`odd` is of the type `thing`, which Ambit does not know: taken as a channel"),
            (21, "the flow `aside` from a data-store to a data-store is no edge of the map"),
            (22, "`threats` is not taken over"),
        ]
    );
}

#[test]
fn links_of_threagile_move_what_they_send_and_what_they_receive() {
    let drawn = clean(THREAGILE);
    let parts: Vec<_> = drawn.parts.iter().map(|it| (it.id.as_str(), it.trust, it.level)).collect();
    assert_eq!(
        parts,
        [
            ("channel:browser", Some(Trust::Public), None),
            ("agent:bot", None, None),
            ("store:ledger", Some(Trust::Organization), Some(Level::Secret)),
            ("channel:api", Some(Trust::Public), None),
        ]
    );
    let flows: Vec<_> = drawn.flows.iter().map(said).collect();
    assert_eq!(
        flows,
        [
            "12: agent:bot reads store:ledger with tool:bot>looks-asks",
            "13: agent:bot sends channel:browser with tool:bot>tells",
            "15: agent:bot ingests channel:api with tool:api>calls",
            "15: agent:bot sends channel:api with tool:api>calls",
        ]
    );
}

#[test]
fn what_a_map_merges_in_counts_where_it_says_nothing_itself() {
    let text = THREAGILE.replace("Payments: {id: payments", "Payments: &paid {id: payments").replace(
        "  Orders: {id: orders, confidentiality: restricted}",
        "  Orders: {<<: *paid, id: orders}\n  News: {<<: [*paid], id: news, confidentiality: public}",
    );
    let drawn = clean(&text);
    assert_eq!(drawn.flows[1].level, Some(Level::Secret), "{:?}", drawn.flows[1]);
}

/// A file, and its problems as `line:column message; help`.
const CASES: &[(&str, &[&str])] = &[
    ("otmVersion: 0.3.0\n", &["1:13 a version that Ambit does not read; expected `0.2.0`"]),
    ("otmVersion: 0.2.0\ncomponents: {a: b}\n", &["2:13 `components` is no list; write a list"]),
    (
        "otmVersion: 0.2.0\ncomponents:\n  - {name: x, type: agent}\n",
        &["3:5 a component without `id`; write `id`, as text"],
    ),
    (
        "otmVersion: 0.2.0\ncomponents:\n  - {id: a, name: A, type: agent}\n",
        &[
            "3:10 it lies in no trust zone; give it a `parent` that leads to a trust zone; until then anybody counts as able to write there",
        ],
    ),
    (
        "otmVersion: 0.2.0\ncomponents:\n  - {id: a, name: A, type: agent, parent: {component: a}}\n",
        &[
            "3:10 it lies in too many components, or in itself; give it a `parent` that leads to a trust zone; until then anybody counts as able to write there",
        ],
    ),
    (
        "otmVersion: 0.2.0\ntrustZones: [{id: z, name: Z, risk: {trustRating: high}}]\n",
        &[
            "2:51 a trust zone without `risk.trustRating`; write a number from 0 to 100; until then anybody counts as able to write there",
        ],
    ),
    (
        "otmVersion: 0.2.0\ndataflows: [{id: f, name: F, source: a, destination: b}]\n",
        &["2:38 `a` is not drawn; name a part by its `id`", "2:54 `b` is not drawn; name a part by its `id`"],
    ),
    (
        "threagile_version: 1.0.0\ntechnical_assets: [a]\n",
        &["2:19 `technical_assets` has no names; write names, each with what it is"],
    ),
    (
        "threagile_version: 1.0.0\ntechnical_assets:\n  A: {id: a, type: process}\n  B: {id: a, type: process}\n",
        &["4:3 `a` is drawn twice; give each an id of its own; the first one was read"],
    ),
    (
        "threagile_version: 1.0.0\ndata_assets:\n  D: {id: d, confidentiality: hush}\n",
        &[
            "3:3 a data asset without a known `confidentiality`; write `public`, `internal`, `restricted`, `confidential` or `strictly-confidential`; until then it counts as secret",
        ],
    ),
];

#[test]
fn malformed_models_get_exactly_these_messages() {
    for (text, problems) in CASES {
        assert_eq!(told(text), *problems, "{text}");
    }
}

#[test]
fn a_file_of_ours_stays_one() {
    let (document, problems) =
        read_extended("base.yaml", "ambit: v1\nsystem: {name: Desk}\notmVersion: 0.2.0\n");
    assert_eq!(document.model.system.name.as_deref(), Some("Desk"));
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(document.model.drawn.files.is_empty());
}

#[test]
fn a_drawing_that_is_made_to_hurt_ends() {
    let mut chain = "otmVersion: 0.2.0\ncomponents:\n".to_owned();
    for at in 0..20_000 {
        writeln!(chain, "  - {{id: c{at}, name: c, type: agent, parent: {{component: c{}}}}}", at + 1)
            .expect("a text takes all");
    }
    assert_eq!(told(&chain).len(), 1_001);
    let mut flows = OTM.replace("threats:", "x-threats:").replace("  - {id: aside", "  - {id: aside0");
    let data = vec!["orders"; 10_000].join(", ");
    flows = flows.replace("{stored: [orders]}", &format!("{{stored: [{data}]}}"));
    let mut aside = String::new();
    for at in 1..20_000 {
        writeln!(aside, "  - {{id: aside{at}, name: a, source: crm, destination: feed}}")
            .expect("a text takes all");
    }
    let drawn = clean(&flows.replace("x-threats:", &format!("{aside}x-threats:")));
    assert_eq!(drawn.notes.len(), 1_001);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mangled_model_is_read_without_panic(from in 0_usize..900, length in 0_usize..40, put in ".{0,8}", other in any::<bool>()) {
        let text = if other { OTM } else { THREAGILE };
        let mut chars: Vec<char> = text.chars().collect();
        let from = from.min(chars.len());
        let to = (from + length).min(chars.len());
        chars.splice(from..to, put.chars());
        let (_, problems) = drawn(&chars.into_iter().collect::<String>());
        prop_assert!(problems.iter().all(|it| it.line > 0 && it.column > 0 && !it.message.is_empty()));
    }
}
