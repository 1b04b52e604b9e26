//! The search against every subset of what can be done, on small random systems; needs, conflicts and order.

mod budget;
mod planned;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use ambit_catalog::Catalog;
use ambit_model::containment::{Counts, Outcome};
use ambit_model::stated::{self, Model};
use ambit_model::{Containment, Finding, Inventory, Severity};
use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::test_runner::TestRunner;

use super::budget::Risks;
use super::choice::Choice;
use super::judge::{Judge, together};
use super::search::{Found, Search};
use super::{Asked, Means, about, contain, needs, options};
use crate::connect::connect_with;
use crate::map::ReachMap;
use crate::scene::Scene;
use crate::stated::Notes;
use crate::whatif::System;

/// What tools do, over two stores, two channels and a memory.
const EFFECTS: &[&str] = &[
    "{ingests: mail}",
    "{ingests: chat}",
    "{reads: crm}",
    "{reads: wiki}",
    "{writes: crm, reversibility: irreversible, blast_radius: organization}",
    "{sends: mail}",
    "{sends: chat}",
    "{remembers: notes}",
    "{recalls: notes}",
    "{spends: money}",
    "{executes: workspace}",
];

const PLACES: &str = "facts:
  channels: {mail: {trust: public, audience: public}, chat: {trust: partner, audience: partner}}
  stores: {crm: {data: [customer], level: secret}, wiki: {level: confidential, data: [operations]}}
  memories: {notes: {level: internal}}
";

const NEEDS: &[&str] = &[
    "{keep: {from: 'agent:a0', verb: sends}, why: w0}",
    "{keep: {agent: 'agent:a*', may: sends, to: 'channel:*', with: [customer]}, why: w1}",
    "{keep: {agent: 'agent:*', may: ingests, to: 'channel:*'}, why: w2}",
    "{keep: {agent: 'agent:a0', may: reads, to: 'store:*'}, why: w3}",
    "{keep: 'tool:t9', why: w4}",
    "{keep: {agent: 'agent:*', may: sends, to: 'channel:mail'}, why: w5}",
];

const GATES: &[&str] = &["auto", "auto", "prompted", "asked"];

/// Agents by their tools, each behind a gate; who hands work to whom; and what must stay.
#[derive(Debug, Clone)]
struct Random {
    agents: Vec<Vec<(usize, usize)>>,
    delegates: Vec<(usize, usize)>,
    needs: Vec<usize>,
    /// What is drawn from what can be done.
    drawn: Vec<prop::sample::Index>,
}

impl Random {
    fn sections(&self) -> [Vec<String>; 3] {
        let tools = EFFECTS.iter().enumerate().map(|(no, it)| format!("    t{no}: {{effects: [{it}]}}\n"));
        let agent = |(no, tools): (usize, &Vec<(usize, usize)>)| {
            let mut text = format!("    a{no}: {{tools: {{");
            for (tool, gate) in tools {
                let _ = write!(text, "t{tool}: {}, ", GATES[*gate]);
            }
            text.push_str("}, delegates: {");
            let to = self.delegates.iter().filter(|it| it.0 == no && it.1 != no).map(|it| it.1);
            for to in to.collect::<BTreeSet<_>>().iter().filter(|it| **it < self.agents.len()) {
                let _ = write!(text, "a{to}: auto, ");
            }
            text + "}}\n"
        };
        let needs = self.needs.iter().map(|it| format!("  - {}\n", NEEDS[*it]));
        [tools.collect(), self.agents.iter().enumerate().map(agent).collect(), needs.collect()]
    }

    fn text(&self) -> String {
        text(&self.sections())
    }

    fn model(&self) -> Model {
        model(&self.sections())
    }
}

fn text([tools, agents, needs]: &[Vec<String>; 3]) -> String {
    let needs = if needs.is_empty() { String::new() } else { format!("needs:\n{}", needs.concat()) };
    format!("ambit: v1\n{PLACES}  tools:\n{}  agents:\n{}{needs}", tools.concat(), agents.concat())
}

fn model(sections: &[Vec<String>; 3]) -> Model {
    read(&text(sections))
}

fn read(text: &str) -> Model {
    let (document, problems) = stated::read("ambit.yaml", text);
    assert!(problems.is_empty(), "{problems:#?}\n{text}");
    let (model, problems) = stated::join([document]);
    assert!(problems.is_empty(), "{problems:#?}");
    model
}

fn systems() -> impl Strategy<Value = Random> {
    let tools = subsequence((0..EFFECTS.len()).collect::<Vec<_>>(), 2..6).prop_flat_map(|tools| {
        let gates = proptest::collection::vec(0..GATES.len(), tools.len());
        (Just(tools), gates).prop_map(|(tools, gates)| tools.into_iter().zip(gates).collect::<Vec<_>>())
    });
    let agents = proptest::collection::vec(tools, 1..3);
    let delegates = proptest::collection::vec((0..2_usize, 0..2_usize), 0..2);
    let needs = subsequence((0..NEEDS.len()).collect::<Vec<_>>(), 0..3);
    let drawn = proptest::collection::vec(any::<prop::sample::Index>(), 7);
    (agents, delegates, needs, drawn).prop_map(|(agents, delegates, needs, drawn)| Random {
        agents,
        delegates,
        needs,
        drawn,
    })
}

fn asked(severity: Severity, approvals: bool) -> Asked {
    Asked { severity: Some(severity), budget: None, approvals, count_possible: true }
}

fn map_of(model: &Model, catalog: &Catalog) -> ReachMap {
    connect_with(Inventory::default(), model, catalog, &mut Notes::default())
}

/// Everything below, once for one system.
struct Bench<'a> {
    judge: Judge<'a>,
    choices: Vec<Choice>,
    wanted: Vec<Finding>,
}

impl Bench<'_> {
    /// What counts and is left under those of the choices that `bits` says.
    fn left(&self, bits: usize) -> BTreeSet<String> {
        let left =
            self.judge.all(together(self.subset(bits).into_iter().filter_map(|it| self.choices.get(it))));
        left.into_iter().filter(|it| self.judge.counts(it)).map(|it| it.id).collect()
    }

    fn subset(&self, bits: usize) -> BTreeSet<usize> {
        (0..self.choices.len()).filter(|it| bits >> it & 1 == 1).collect()
    }

    fn cost(&self, bits: usize) -> u64 {
        self.subset(bits).iter().map(|it| u64::from(self.choices[*it].price.cost)).sum()
    }
}

fn with_bench(system: &Random, asked: Asked, test: impl for<'b> FnOnce(&Bench<'b>, &'b Model)) {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let model = system.model();
    let map = map_of(&model, &catalog);
    let bounds = options::bounds(&map, &model);
    let judge =
        Judge { scene: Scene::new(&map, &catalog).bounded_by(&bounds), asked, decided: BTreeSet::new() };
    let wanted: Vec<Finding> = judge.all(crate::scene::Overlay::default());
    let wanted: Vec<Finding> = wanted.into_iter().filter(|it| judge.counts(it)).collect();
    let all = judge.all(crate::scene::Overlay::default());
    let (about, agents) = about(&judge, &Risks::of(&judge.scene, &model), &wanted, &all);
    let mut choices = options::all((&map, &model), &catalog, (&about, &agents), (&bounds, asked.approvals));
    // Few enough that every subset can be tried: those that are drawn.
    let drawn: BTreeSet<usize> =
        system.drawn.iter().filter(|_| !choices.is_empty()).map(|it| it.index(choices.len())).collect();
    choices = choices.into_iter().enumerate().filter(|(no, _)| drawn.contains(no)).map(|it| it.1).collect();
    test(&Bench { judge, choices, wanted }, &model);
}

/// Whether every need in `kept` that is possible today still is.
fn keeps(bench: &Bench<'_>, model: &Model, kept: &BTreeSet<usize>, bits: usize) -> bool {
    let overlay = together(bench.subset(bits).into_iter().filter_map(|it| bench.choices.get(it)));
    let needs = needs::of(&bench.judge.scene, model);
    needs
        .iter()
        .enumerate()
        .filter(|(no, it)| kept.contains(no) && it.holds)
        .all(|(_, it)| it.is_kept(&bench.judge.scene, &overlay))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn no_subset_of_what_can_be_done_is_cheaper(
        system in systems(),
        (severity, approvals, tried) in
            (prop::sample::select(vec![Severity::Medium, Severity::High]), any::<bool>(), any::<bool>()),
    ) {
        with_bench(&system, asked(severity, approvals), |bench, model| {
            let needs = needs::of(&bench.judge.scene, model);
            let kept: BTreeSet<usize> = (0..needs.len()).collect();
            let mut search = Search::new(&bench.judge, &bench.choices, &needs, (None, Means::UNBOUNDED));
            if !tried {
                search.most_tried = 0;
            }
            bench.wanted.iter().for_each(|it| search.add(it.clone()));
            let found = search.run(&kept);
            let every = (1 << bench.choices.len()) - 1;
            // What is left whatever is done is no matter of choice.
            let beyond = bench.left(every);
            let answers = |bits: usize| keeps(bench, model, &kept, bits) && bench.left(bits).is_subset(&beyond);
            match found {
                Found::Set { chosen, at_least } => {
                    let bits = chosen.iter().map(|it| 1 << it).sum();
                    assert!(answers(bits), "{chosen:?}");
                    assert_eq!(at_least, bench.cost(bits));
                    let cheaper = (0..=every).filter(|it| bench.cost(*it) < at_least);
                    cheaper.for_each(|it| assert!(!answers(it), "{:?} costs less", bench.subset(it)));
                }
                Found::Impossible => {
                    (0..=every).for_each(|it| assert!(!answers(it), "{:?} does it", bench.subset(it)));
                    minimal_conflict(bench, model, &mut search, &kept);
                }
                Found::Beyond | Found::Unfinished { .. } => panic!("there was time, and no budget"),
            }
        });
    }

    #[test]
    fn the_order_of_entries_changes_no_byte(system in systems(), turn in any::<prop::sample::Index>()) {
        let one = system.sections();
        let mut other = one.clone();
        other[0].reverse();
        let by = turn.index(other[1].len());
        other[1].rotate_left(by);
        let [one, other] = [one, other].map(|it| bytes(&told(&model(&it), asked(Severity::Medium, false))));
        prop_assert_eq!(one, other);
    }
}

#[test]
fn of_all_that_can_be_done_nothing_needless_is_left() {
    let pruned = Cell::new(0);
    let test = |system: Random| {
        with_bench(&system, asked(Severity::High, true), |bench, _| {
            let mut search = Search::new(&bench.judge, &bench.choices, &[], (None, Means::UNBOUNDED));
            bench.wanted.iter().for_each(|it| search.add(it.clone()));
            let every = (1 << bench.choices.len()) - 1;
            let beyond = bench.left(every);
            let left = search.pruned(bench.subset(every));
            let bits: usize = left.iter().map(|it| 1 << it).sum();
            assert!(bench.left(bits).is_subset(&beyond), "{left:?}");
            // Where less shows an end that nobody has asked about, all of it stays.
            if bits != every {
                pruned.set(pruned.get() + 1);
                for it in left {
                    assert!(!bench.left(bits & !(1 << it)).is_subset(&beyond), "{it} is needless");
                }
            }
        });
        Ok(())
    };
    let config = ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new(config);
    runner.run(&systems(), test).expect("nothing needless is left");
    assert!(pruned.get() > 20, "only in {} of 100 something was needless", pruned.get());
}

/// Without any one of the needs it is possible, and with all of them it is not.
fn minimal_conflict(
    bench: &Bench<'_>,
    model: &Model,
    search: &mut Search<'_, '_, '_>,
    kept: &BTreeSet<usize>,
) {
    let every = (1 << bench.choices.len()) - 1;
    let beyond = bench.left(every);
    let possible = |kept: &BTreeSet<usize>| {
        (0..=every).any(|it| keeps(bench, model, kept, it) && bench.left(it).is_subset(&beyond))
    };
    let few = super::minimal(search, kept);
    assert!(!few.is_empty() && !possible(&few));
    for need in &few {
        let mut fewer = few.clone();
        fewer.remove(need);
        assert!(possible(&fewer), "{few:?} is not minimal");
    }
    assert!(!search.forced(&few).is_empty());
    let give_up = super::excluded(search, kept).give_up;
    let left: BTreeSet<usize> = kept.difference(&give_up).copied().collect();
    assert!(!give_up.is_empty() && possible(&left), "{give_up:?} is not enough");
    for need in &give_up {
        let mut more = left.clone();
        more.insert(*need);
        assert!(!possible(&more), "{need} could stay beside {left:?}");
    }
}

fn told(model: &Model, asked: Asked) -> Containment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let system = System { inventory: Inventory::default(), model: model.clone() };
    contain(system, &catalog, asked, Means::UNBOUNDED)
}

/// The JSON, without lines and columns.
fn bytes(it: &Containment) -> String {
    fn flatten(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                map.retain(|key, _| !["line", "column"].contains(&key.as_str()));
                map.values_mut().for_each(flatten);
            }
            serde_json::Value::Array(list) => list.iter_mut().for_each(flatten),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(it).expect("it is data");
    flatten(&mut value);
    value.to_string()
}

#[test]
fn without_time_it_still_contains() {
    let system = Random {
        agents: vec![vec![(0, 0), (2, 0), (5, 0), (10, 0)]],
        delegates: Vec::new(),
        needs: Vec::new(),
        drawn: Vec::new(),
    };
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let system = System { inventory: Inventory::default(), model: system.model() };
    let means = Means { today: None, go_on: &|| false, wrap_up: &|| true };
    let it = contain(system, &catalog, asked(Severity::High, false), means);
    assert_eq!(it.outcome, Outcome::Contained);
    assert!(it.at_least <= it.cost && !it.steps.is_empty());
    assert_eq!(it.after[&Severity::High] + it.after[&Severity::Critical], it.beyond.len());
}

/// What each step ends takes as long as it takes, and nothing is said of it that was not found out.
#[test]
fn where_no_time_is_left_at_all_it_contains_and_says_less() {
    let (contained, catalog) = (Cell::new(0), Catalog::compiled().expect("the catalog decodes"));
    let test = |system: Random| {
        let model = system.model();
        let whole = told(&model, asked(Severity::High, false));
        let system = System { inventory: Inventory::default(), model };
        let means = Means { today: None, go_on: &|| false, wrap_up: &|| false };
        let less = contain(system, &catalog, asked(Severity::High, false), means);
        if less.outcome != Outcome::Contained {
            assert!(less.outcome == whole.outcome || less.outcome == Outcome::Unfinished);
            return Ok(());
        }
        let severe = |it: &Counts| it.range(Severity::High..).map(|it| it.1).sum::<usize>();
        assert_eq!(severe(&less.after), severe(&whole.after));
        assert!(less.cost >= whole.cost && less.at_least <= whole.cost);
        let told: Vec<_> = less.steps.iter().map(|it| it.remaining.clone()).collect();
        let (last, before) = told.split_last().expect("there are steps");
        assert_eq!(last.as_ref(), Some(&less.after));
        assert!(before.iter().all(Option::is_none));
        assert!(less.steps.iter().all(|it| it.silences.is_empty()));
        let points: Vec<usize> = less.curve.iter().map(|it| it.steps).collect();
        assert_eq!(points, [0, less.steps.len()]);
        contained.set(contained.get() + 1);
        Ok(())
    };
    let config = ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config).run(&systems(), test).expect("less time says less, and nothing else");
    assert!(contained.get() > 20, "only {} of 100 were contained", contained.get());
}

/// A list of who may be sent to leaves nothing to be fetched from anybody else.
#[test]
fn what_must_be_fetched_may_be_asked_for() {
    const FETCHES: &str = "ambit: v1
facts:
  channels: {web: {trust: public, audience: public}}
  stores: {crm: {level: confidential, data: [customer]}}
  tools:
    fetch: {effects: [{ingests: web}, {sends: web}]}
    lookup: {effects: [{reads: crm}]}
  agents: {r: {tools: {fetch: auto, lookup: auto}}}
containment: {work: {quarantined-reader: 500, split-agent: 500}}
";
    const NEEDS: &str = "needs:
  - {keep: {agent: \"agent:r\", may: ingests, to: \"channel:web\"}, why: it reads pages}
  - {keep: {agent: \"agent:r\", may: reads, to: \"store:crm\"}, why: it looks customers up}
";
    let it = told(&read(&format!("{FETCHES}{NEEDS}")), asked(Severity::High, false));
    assert!(it.outcome == Outcome::Contained && !it.steps.is_empty());
    for lines in it.steps.iter().filter_map(|it| it.lines.as_ref()) {
        assert!(!lines.contains("audience:"), "{lines}");
    }
}

/// One need that nothing can be contained beside, and three that exclude each other.
#[test]
fn what_it_is_enough_to_give_up_is_told() {
    let text = "ambit: v1
facts:
  channels: {mail: {trust: public, audience: public}}
  stores: {crm: {level: confidential, data: [customer]}}
  tools:
    box: {effects: [{ingests: mail}, {executes: sandbox}]}
    lookup: {effects: [{reads: crm}]}
    answer: {effects: [{sends: mail}]}
    pay: {effects: [{spends: money}]}
  agents: {desk: {tools: {box: auto, lookup: auto, answer: auto, pay: auto}}}
needs:
  - {keep: \"tool:pay\", why: refunds}
  - {keep: \"tool:box\", why: mail}
  - {keep: \"tool:lookup\", why: customers}
  - {keep: \"tool:answer\", why: answers}
";
    let it = told(&read(text), asked(Severity::High, false));
    assert_eq!(it.outcome, Outcome::Impossible);
    let conflict = it.conflict.expect("needs rule it out");
    let lines = |kept: &[ambit_model::containment::Kept]| -> Vec<u32> {
        kept.iter().map(|it| it.place.line - 10).collect()
    };
    assert_eq!(lines(&conflict.needs), [3, 4, 5]);
    assert_eq!(lines(&conflict.give_up), [2, 5]);
}
