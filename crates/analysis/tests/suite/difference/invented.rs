//! The laws of differences, over locks that nobody has written.

use ambit_analysis::{apply, difference};
use ambit_model::difference::{Change, Rows};
use ambit_model::lock::{LockedAsset, LockedEdge, LockedFinding, LockedTool};
use ambit_model::reach::digest;
use ambit_model::{
    AssetId, AssetKind, Audience, Confidence, EdgeId, Exposure, Gate, Level, Lock, Severity, Tier, Verb,
};
use proptest::prelude::*;
use proptest::sample::select;

/// So few names that two locks share many of them.
const AGENTS: [&str; 7] =
    ["agent:a", "agent:a@x", "agent:a@y", "agent:a@x/y", "agent:b@x", "agent:b@y", "agent:b/sub@z/y"];
const PLACES: [&str; 6] = [
    "store:s",
    "channel:c",
    "instruction:x/CLAUDE.md",
    "instruction:y/CLAUDE.md",
    "credential:a@x/K",
    "server:m",
];

fn name(names: &'static [&'static str]) -> impl Strategy<Value = AssetId> {
    select(names).prop_map(AssetId::from_text)
}

fn asset() -> impl Strategy<Value = LockedAsset> {
    let id = prop_oneof![name(&AGENTS), name(&PLACES)];
    (id, select(vec![None, Some(Level::Secret)]), select(vec![None, Some("1.0")])).prop_map(
        |(id, level, pin)| {
            let agent = id.as_str().starts_with("agent:");
            LockedAsset {
                r#type: if agent { AssetKind::Agent } else { AssetKind::DataStore },
                name: if agent { id.name().to_owned() } else { "it".to_owned() },
                id,
                trust: None,
                level,
                data: Vec::new(),
                owner: None,
                package: None,
                pin: pin.map(str::to_owned),
                range: None,
                facts: Vec::new(),
            }
        },
    )
}

fn tool() -> impl Strategy<Value = LockedTool> {
    (0..4_u32, select(vec![None, Some("d-a"), Some("d-b")])).prop_map(|(number, digest)| LockedTool {
        id: AssetId::from_text(format!("tool:m/{number}")),
        name: number.to_string(),
        effects: Vec::new(),
        arguments: std::collections::BTreeMap::new(),
        digest: digest.map(str::to_owned),
        owner: None,
    })
}

fn edge() -> impl Strategy<Value = LockedEdge> {
    let tools = (0..4).prop_map(|it| AssetId::from_text(format!("tool:m/{it}")));
    let to = prop_oneof![name(&AGENTS), name(&PLACES), tools];
    let from = prop_oneof![4 => name(&AGENTS), 1 => name(&PLACES)];
    let verb = select(vec![Verb::Sends, Verb::Reads, Verb::Supplies]);
    let gate = select(vec![Gate::Auto, Gate::Prompted, Gate::Denied]);
    let by = select(vec![None, Some("x/settings.json"), Some("y/settings.json"), Some("settings.json")]);
    let audience = select(vec![None, Some(Audience::Public)]);
    (from, verb, to, gate, by, audience).prop_map(|(from, verb, to, gate, by, audience)| LockedEdge {
        id: EdgeId::of(&from, verb, &to, None),
        from,
        verb,
        to,
        via: None,
        touches: Vec::new(),
        level: None,
        audience,
        reached_by: None,
        gate,
        decided_by: by.map(Into::into),
        scope: None,
        reversibility: None,
        blast_radius: None,
        tier: Tier::T2,
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Likely,
        stock: false,
    })
}

fn finding() -> impl Strategy<Value = LockedFinding> {
    let legs = prop::collection::vec(edge(), 0..3);
    let rule = select(vec!["lethal-trifecta", "hijackable-action", "no-rule"]);
    let severity = select(vec![Severity::Low, Severity::High]);
    (rule, name(&AGENTS), name(&PLACES), severity, legs).prop_map(|(rule, subject, end, severity, legs)| {
        let legs: Vec<EdgeId> = legs.iter().map(|it| it.id).collect();
        let words: Vec<&str> = legs.iter().map(EdgeId::as_str).collect();
        LockedFinding {
            id: digest("f-", &[rule, subject.as_str(), end.as_str()]),
            basis: digest("b-", &words),
            rule: rule.to_owned(),
            subject,
            end,
            tier: Tier::T3,
            exposure: Exposure::Open,
            severity,
            confidence: Confidence::Likely,
            legs: [("action".to_owned(), legs)].into(),
        }
    })
}

/// Locks in which every name has its asset and every leg its edges, as in those that are written.
fn locks() -> impl Strategy<Value = Lock> {
    (
        prop::collection::vec(asset(), 0..10),
        prop::collection::vec(tool(), 0..3),
        prop::collection::vec(edge(), 0..30),
        prop::collection::vec(finding(), 0..8),
    )
        .prop_map(|(assets, tools, edges, findings)| {
            let mut lock = Lock {
                assets: assets.into_iter().map(|it| (it.id.clone(), it)).collect(),
                tools: tools.into_iter().map(|it| (it.id.clone(), it)).collect(),
                ..Lock::default()
            };
            let edges = edges.into_iter().filter(|it| {
                lock.assets.contains_key(&it.from)
                    && (lock.assets.contains_key(&it.to) || lock.tools.contains_key(&it.to))
            });
            lock.edges = edges.map(|it| (it.id, it)).collect();
            let findings = findings
                .into_iter()
                .filter(|it| lock.assets.contains_key(&it.subject) && lock.assets.contains_key(&it.end));
            lock.findings = findings
                .map(|mut it| {
                    it.legs.values_mut().for_each(|leg| leg.retain(|it| lock.edges.contains_key(it)));
                    (it.id.clone(), it)
                })
                .collect();
            lock
        })
}

/// The same lock with another name for the folder `x`: what a move leaves.
fn moved(lock: &Lock, to: &str) -> Lock {
    let text = ["@x\"", "@x/", "\"x/", ":x/"]
        .iter()
        .fold(lock.write(), |text, old| text.replace(old, &old.replace('x', to)));
    let (mut moved, problems) = Lock::read("ambit.lock", &text);
    assert!(problems.is_empty(), "{problems:?}");
    moved.edges = std::mem::take(&mut moved.edges)
        .into_values()
        .map(|it| LockedEdge { id: EdgeId::of(&it.from, it.verb, &it.to, None), ..it })
        .map(|it| (it.id, it))
        .collect();
    moved.findings.clear();
    moved
}

fn turned(rows: Rows) -> Rows {
    Rows { added: rows.removed, removed: rows.added, ..rows }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_lock_does_not_differ_from_itself(lock in locks()) {
        let found = difference(&lock, &lock);
        prop_assert!(found.is_empty());
        prop_assert_eq!(apply(&found, &lock), lock);
    }

    #[test]
    fn a_difference_leads_from_the_one_to_the_other(before in locks(), after in locks()) {
        let found = difference(&before, &after);
        prop_assert_eq!(found.is_empty(), before == after);
        prop_assert_eq!(apply(&found, &before), after);
        let text = serde_json::to_string(&found).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<ambit_model::Difference>(&text).expect("JSON"), found);
    }

    #[test]
    fn what_one_way_adds_the_other_way_removes(before in locks(), after in locks()) {
        let (there, back) = (difference(&before, &after).summary, difference(&after, &before).summary);
        prop_assert_eq!(there.moved, back.moved);
        prop_assert_eq!((there.opened, there.closed), (back.closed, back.opened));
        prop_assert_eq!((there.worsened, there.eased), (back.eased, back.worsened));
        prop_assert_eq!((there.shifted, there.redefined), (back.shifted, back.redefined));
        prop_assert_eq!(there.assets, turned(back.assets));
        prop_assert_eq!(there.tools, turned(back.tools));
        prop_assert_eq!(there.edges, turned(back.edges));
    }

    /// Agents of a folder that is called something else have moved, and no edge of theirs is told.
    #[test]
    fn edges_of_agents_that_moved_are_not_told(lock in locks()) {
        let lock = Lock { findings: std::collections::BTreeMap::new(), ..lock };
        let after = moved(&lock, "new/place");
        let found = difference(&lock, &after);
        let agents = lock.assets.keys().filter(|it| it.as_str().contains("@x") && it.as_str().starts_with("agent:")).count();
        prop_assert_eq!(found.summary.moved, agents);
        let follows = |it: &&Change<LockedEdge>| it.fields().iter().all(|it| it.field == "decided_by");
        for row in found.edges.iter().filter(|it| it.fields().is_empty() || !follows(it)).map(Change::row) {
            let name = row.from.as_str();
            prop_assert!(!name.starts_with("agent:") || !name.contains("@new/place"), "{:?}", row);
        }
    }
}
