//! The verdicts over a map against what the rules find in it, agent by agent.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ambit_catalog::Catalog;
use ambit_model::{
    AgentFacts, Asset, AssetId, AssetKind, Confidence, EdgeId, Finding, Gate, Level, Place, ReachEdge,
    Severity, Trust, Verb,
};

use super::chance::{AUDIENCES, GATES, LEVELS, TIERS, TRUSTS};
use crate::closure::{Closures, Composition, Graph, Verdict, Verdicts, of_map};
use crate::dice::Dice;
use crate::index::EdgeNo;
use crate::kept::family;
use crate::limits::Limits;
use crate::map::ReachMap;
use crate::rules;
use crate::scene::Scene;

const CASES: u64 = 1_200;
const AGENTS: usize = 4;
const CLASSES: [&str; 3] = ["customer", "health", "personal"];

/// What agents reach: content, data, both kept and not.
const ENDS: [(AssetKind, &str); 7] = [
    (AssetKind::Channel, "web"),
    (AssetKind::Channel, "mail"),
    (AssetKind::Memory, "notes"),
    (AssetKind::DataStore, "db/customers"),
    (AssetKind::DataStore, "workspace"),
    (AssetKind::Environment, "host"),
    (AssetKind::Instruction, "skill"),
];

fn end(at: usize) -> AssetId {
    AssetId::new(ENDS[at].0, ENDS[at].1)
}

fn agent(at: usize) -> AssetId {
    AssetId::new(AssetKind::Agent, &format!("a{at}"))
}

/// What of a case makes the rules know less than the closures, or more.
#[derive(Default)]
struct Told {
    capped: bool,
    loads: bool,
}

/// Stores have one level each and channels one trust, as on the maps that files come to.
struct Made {
    levels: [Level; 7],
    trusts: [Trust; 7],
}

fn row(chance: &mut Dice, made: &Made) -> ReachEdge {
    let from = agent(chance.below(AGENTS));
    let other = agent(chance.below(AGENTS));
    let (verb, to) = match chance.below(10) {
        0 | 1 => (Verb::Ingests, chance.below(4)),
        2 => (Verb::Reads, 3 + chance.below(2)),
        3 => (Verb::Recalls, 2),
        4 => (Verb::Remembers, 2),
        5 => (Verb::Sends, chance.below(2)),
        6 => (chance.of(&[Verb::Writes, Verb::Executes, Verb::Spends, Verb::Grants]), 2 + chance.below(4)),
        7 => (chance.of(&[Verb::MayReach, Verb::Writes]), 3 + chance.below(3)),
        8 if chance.one_in(3) => (Verb::Loads, 6),
        _ => (Verb::Delegates, 0),
    };
    let to_id = if verb == Verb::Delegates { other } else { end(to) };
    let via = AssetId::new(AssetKind::Tool, &format!("t{}", chance.below(3)));
    let classes: Vec<String> = CLASSES.iter().take(to % 3).map(|it| (*it).to_owned()).collect();
    ReachEdge {
        id: EdgeId::of(&from, verb, &to_id, Some(&via)),
        from,
        verb,
        to: to_id,
        via: Some(via),
        touches: classes.into(),
        level: matches!(verb, Verb::Reads | Verb::Recalls).then(|| made.levels[to]),
        audience: (verb == Verb::Sends).then(|| chance.of(&AUDIENCES)),
        reached_by: matches!(verb, Verb::Ingests | Verb::Loads).then(|| made.trusts[to]),
        gate: GATES[[0, 0, 0, 1, 1, 2, 3][chance.below(7)]],
        decided_by: None,
        scope: None,
        consequence: Arc::from("do something"),
        reversibility: None,
        blast_radius: None,
        tier: chance.of(&TIERS),
        controls: Vec::new(),
        owner: None,
        confidence: Confidence::Certain,
        stock: chance.one_in(4),
        provenance: Vec::new().into(),
        because: Vec::new(),
    }
}

fn limits(chance: &mut Dice) -> Limits {
    Limits {
        classes: CLASSES.iter().take(chance.below(3)).map(|it| (*it).to_owned()).collect(),
        trust: chance.one_in(2).then(|| chance.of(&TRUSTS)),
        level: chance.one_in(4).then(|| chance.of(&LEVELS)),
        tier: chance.one_in(3).then(|| chance.of(&TIERS)),
    }
}

fn case(seed: u64) -> (ReachMap, Told) {
    let mut chance = Dice(seed);
    let mut map = ReachMap::default();
    let mut told = Told::default();
    for (at, (kind, name)) in ENDS.into_iter().enumerate() {
        map.assets.insert(end(at), Asset::new(end(at), kind, name));
    }
    for at in 0..AGENTS {
        let id = agent(at);
        let place = Place::new("agents.md", 1, 1);
        let facts = AgentFacts::bare(format!("client-{}", chance.below(3)), format!("a{at}"), "", place);
        map.assets.insert(id.clone(), Asset::new(id.clone(), AssetKind::Agent, format!("a{at}")));
        map.agents.insert(id, facts);
    }
    let made = Made {
        levels: std::array::from_fn(|_| chance.of(&LEVELS)),
        trusts: std::array::from_fn(|_| chance.of(&TRUSTS)),
    };
    let rows = (0..6 + chance.below(16)).map(|_| row(&mut chance, &made));
    let rows: BTreeMap<EdgeId, ReachEdge> = rows.map(|it| (it.id, it)).collect();
    for (no, edge) in EdgeNo::all().zip(rows.values()) {
        told.loads |= edge.verb == Verb::Loads;
        if chance.one_in(8) && edge.verb != Verb::Delegates {
            let limits = limits(&mut chance);
            told.capped |= limits.level.is_some();
            map.marks.limits.insert(edge.id, limits);
        }
        if edge.stock && chance.one_in(4) {
            map.as_it_comes.insert(no, ReachEdge { gate: Gate::Auto, ..edge.clone() });
        }
        if edge.verb == Verb::Delegates && chance.one_in(3) {
            map.marks.onward.insert((edge.from.clone(), edge.to.clone()));
            map.marks_before.onward.insert((edge.from.clone(), edge.to.clone()));
        }
        map.made.push(no);
        map.without_rule.push(Some(edge.gate));
    }
    map.edges = rows.into_values().collect();
    map.reindex();
    (map, told)
}

fn worst<'f>(found: impl Iterator<Item = &'f Finding>) -> Option<Verdict> {
    let verdicts = found.map(|it| Verdict { severity: it.severity, tier: it.tier, exposure: it.exposure });
    verdicts.max_by_key(|it| (it.severity, it.tier, Reverse(it.exposure)))
}

/// At low, the rule tells of the shortest way, whatever is open beside it.
fn agree(known: Option<Verdict>, found: Option<Verdict>) -> bool {
    match (known, found) {
        (Some(a), Some(b)) => {
            (a.severity, a.tier) == (b.severity, b.tier)
                && if a.severity == Severity::Low {
                    a.exposure <= b.exposure
                } else {
                    a.exposure == b.exposure
                }
        }
        (a, b) => a == b,
    }
}

#[test]
fn verdicts_are_those_of_the_rules() {
    let catalog = Catalog::compiled().unwrap();
    let (mut fired, mut beyond) = ([0; 6], 0);
    for seed in 0..CASES {
        let (map, told) = case(seed);
        let (columns, ids) = of_map(&map);
        let graph = Graph::of(columns).unwrap();
        let verdicts = Verdicts::of(&graph, &Closures::of(&graph));
        let scene = Scene::new(&map, &catalog);
        let takes_in: BTreeSet<&AssetId> =
            map.edges.iter().filter(|it| it.verb == Verb::Ingests).map(|it| &it.from).collect();
        for composition in Composition::ALL {
            let findings = rules::rule(composition.rule()).unwrap().run(&scene);
            fired[composition as usize] += findings.len();
            let of = |id: &AssetId| -> Option<Verdict> {
                verdicts.of_agent(ids.iter().position(|it| it == id)? as u32, composition)
            };
            for (id, facts) in &map.agents {
                let own = |it: &&Finding| it.subject == *id;
                let (known, found) = (of(id), worst(findings.iter().filter(own)));
                let case = || format!("seed {seed}, {id}, {composition:?}: {known:?}, rules {found:?}");
                match composition {
                    // Of one origin a rule keeps the data of the highest level alone, however it gets in.
                    Composition::LethalTrifecta if told.capped => {
                        assert!(found.map(|it| it.severity) <= known.map(|it| it.severity), "{}", case());
                    }
                    Composition::StoredInjection => {
                        let relatives = map.agents.iter().filter(|(_, it)| family(it) == family(facts));
                        let relatives: BTreeSet<&AssetId> = relatives.map(|it| it.0).collect();
                        let found = findings.iter().filter(|it| relatives.contains(&it.subject));
                        let known = relatives.iter().filter_map(|it| of(it)).map(|it| it.severity).max();
                        assert_eq!(known, found.map(|it| it.severity).max(), "{}", case());
                    }
                    // What several load is one origin for the rule and one label for the closures.
                    Composition::CrossAgentEscalation if told.loads => {}
                    Composition::CrossAgentEscalation if found.is_none() && known.is_some() => {
                        assert!(takes_in.iter().filter(|it| **it != id).count() > 1, "{}", case());
                        beyond += 1;
                    }
                    _ => assert!(
                        agree(known, found),
                        "{}\n{:#?}",
                        case(),
                        map.edges
                            .iter()
                            .map(|it| format!("{} {} {} {:?} {}", it.from, it.verb, it.to, it.gate, it.tier))
                            .collect::<Vec<_>>()
                    ),
                }
            }
        }
    }
    assert!(fired.iter().all(|it| *it > 60), "each rule fires often enough to tell: {fired:?}");
    assert!(beyond < fired[Composition::CrossAgentEscalation as usize], "{beyond} beyond {fired:?}");
}
