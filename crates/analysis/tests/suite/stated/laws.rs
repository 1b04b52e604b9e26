//! What holds of every model: more reach closes nothing, a structural control opens nothing, order says nothing.

use std::collections::BTreeSet;
use std::fmt::Write;

use ambit_model::Assessment;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::assess;

/// What tools do, over three stores, two channels and a memory.
const EFFECTS: &[&str] = &[
    "{ingests: mail}",
    "{ingests: chat}",
    "{reads: crm}",
    "{reads: wiki}",
    "{writes: wiki, reversibility: reversible, blast_radius: workspace}",
    "{writes: crm, reversibility: irreversible, blast_radius: organization}",
    "{sends: mail}",
    "{sends: chat}",
    "{remembers: notes}",
    "{recalls: notes}",
    "{spends: money}",
    "{executes: workspace}",
    "unknown",
];

const PLACES: &[&str] = &[
    "  channels: {mail: {trust: public, audience: public}, chat: {trust: partner, audience: partner}}\n",
    "  stores: {crm: {data: [customer, health], level: secret}, wiki: {level: internal, data: [operations]}}\n",
    "  memories: {notes: {level: internal}}\n",
];

const GATES: &[&str] = &["auto", "prompted", "asked", "denied"];

/// Tools by their one effect, and agents by the tools that they have, each behind a gate.
#[derive(Debug, Clone)]
struct System {
    agents: Vec<Vec<(usize, usize)>>,
    delegates: Vec<(usize, usize)>,
}

impl System {
    fn tools() -> Vec<String> {
        EFFECTS.iter().enumerate().map(|(no, it)| format!("    t{no}: {{effects: [{it}]}}\n")).collect()
    }

    fn agents(&self) -> Vec<String> {
        let agent = |(no, tools): (usize, &Vec<(usize, usize)>)| {
            let mut text = format!("    a{no}: {{tools: {{");
            for (tool, gate) in tools {
                let _ = write!(text, "t{tool}: {}, ", GATES[*gate]);
            }
            text.push_str("}, delegates: {");
            let to: BTreeSet<usize> =
                self.delegates.iter().filter(|it| it.0 == no && it.1 != no).map(|it| it.1).collect();
            for to in to.iter().filter(|it| **it < self.agents.len()) {
                let _ = write!(text, "a{to}: auto, ");
            }
            text + "}}\n"
        };
        self.agents.iter().enumerate().map(agent).collect()
    }

    fn text(&self, more: &str) -> String {
        let (tools, agents) = (Self::tools().concat(), self.agents().concat());
        format!("facts:\n{}  tools:\n{tools}  agents:\n{agents}{more}", PLACES.concat())
    }
}

fn systems() -> impl Strategy<Value = System> {
    let tools = subsequence((0..EFFECTS.len()).collect::<Vec<_>>(), 1..7).prop_flat_map(|tools| {
        let gates = proptest::collection::vec(0..GATES.len(), tools.len());
        (Just(tools), gates).prop_map(|(tools, gates)| tools.into_iter().zip(gates).collect::<Vec<_>>())
    });
    let agents = proptest::collection::vec(tools, 1..4);
    let delegates = proptest::collection::vec((0..3_usize, 0..3_usize), 0..3);
    (agents, delegates).prop_map(|(agents, delegates)| System { agents, delegates })
}

/// Rules that are compositions over reach.
const COMPOSITIONS: &[&str] =
    &["lethal-trifecta", "hijackable-action", "unguarded-consequence", "unknown-reach", "stored-injection"];

fn compositions(it: &Assessment) -> BTreeSet<String> {
    it.findings.iter().filter(|it| COMPOSITIONS.contains(&it.rule.as_str())).map(|it| it.id.clone()).collect()
}

fn breaches(it: &Assessment) -> usize {
    it.boundaries.iter().map(|it| it.broken.len()).sum()
}

const NEVER: &str = "never:
  a: {says: s, data: [customer], audience: public}
  b: {says: s, trust: partner, tier: T3}
  c: {says: s, level: internal, audience: partner}
";

const CONTROLS: &[&str] = &[
    "kind: structural, does: cuts, on: {verb: sends}",
    "kind: structural, does: cuts, on: \"store:crm\"",
    "kind: structural, does: cuts, on: {verb: ingests}, labels: {trust: public}",
    "kind: structural, does: cuts, on: {verb: [reads, sends]}, labels: {data: [customer]}",
    "kind: structural, does: cuts, on: {verb: [delegates, remembers]}, labels: {data: [customer, health], trust: public}",
    "kind: structural, does: cuts, on: {verb: writes}, labels: {trust: partner}",
    "kind: structural, does: bounds, on: {verb: sends}, audience: organization",
    "kind: structural, does: bounds, on: {verb: [reads, recalls, sends]}, level: internal",
    "kind: structural, does: bounds, on: \"tool:*\", tier: T2",
    "kind: structural, does: bounds, on: {verb: spends}, limit: ten",
];

/// The JSON of an assessment, without lines and columns.
fn bytes(it: &Assessment) -> String {
    fn flatten(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(map) => {
                for (key, value) in map.iter_mut() {
                    if ["line", "column"].contains(&key.as_str()) {
                        *value = 0.into();
                    } else {
                        flatten(value);
                    }
                }
            }
            serde_json::Value::Array(list) => {
                list.iter_mut().for_each(flatten);
                // Lists of places are in the order of lines; several of one file fall together.
                if list.iter().any(|it| it.get("line").is_some() || it.get("kind").is_some()) {
                    list.sort_by_key(ToString::to_string);
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(it).expect("it is data");
    flatten(&mut value);
    value.to_string()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn one_more_tool_or_a_weaker_gate_closes_nothing(
        system in systems(),
        (tool, gate) in (0..EFFECTS.len(), 0..3_usize),
    ) {
        let mut more = system.clone();
        match more.agents[0].iter_mut().find(|it| it.0 == tool) {
            Some(known) => known.1 = known.1.min(gate),
            None => more.agents[0].push((tool, gate)),
        }
        let [before, after] = [&system, &more].map(|it| assess(&it.text(NEVER)));
        prop_assert!(compositions(&before).is_subset(&compositions(&after)));
        prop_assert!(breaches(&before) <= breaches(&after));
    }

    #[test]
    fn a_structural_control_opens_nothing(system in systems(), control in select(CONTROLS)) {
        let before = assess(&system.text(NEVER));
        let after = assess(&system.text(&format!("{NEVER}controls: {{c: {{{control}}}}}\n")));
        let (before_ids, after_ids) = (compositions(&before), compositions(&after));
        prop_assert!(after_ids.is_subset(&before_ids), "{control}");
        prop_assert!(breaches(&after) <= breaches(&before), "{control}");
    }

    #[test]
    fn the_order_of_entries_changes_no_byte(
        system in systems(),
        (tools, agents) in (Just(System::tools()).prop_shuffle(), any::<prop::sample::Index>()),
        controls in Just(CONTROLS.to_vec()).prop_shuffle(),
    ) {
        let named = |list: &[&str]| -> String {
            let no = |it: &&str| CONTROLS.iter().position(|known| known == it).expect("it is one");
            list.iter().map(|it| format!("  c{}: {{{it}}}\n", no(it))).collect::<Vec<_>>().concat()
        };
        let corrections = [
            "    - {on: {verb: sends}, gate: asked, because: a}\n",
            "    - {on: {verb: sends}, gate: prompted, because: b}\n",
            "    - {on: \"store:crm\", level: secret, because: c}\n",
        ];
        let write = |tools: &[String], agents: &[String], edges: &[&str], controls: &[&str]| {
            let (tools, agents) = (tools.concat(), agents.concat());
            format!(
                "facts:\n{}  tools:\n{tools}  agents:\n{agents}  edges:\n{}controls:\n{}{NEVER}",
                PLACES.concat(), edges.concat(), named(controls)
            )
        };
        let written = system.agents();
        let mut turned = written.clone();
        turned.rotate_left(agents.index(written.len()));
        let mut back = corrections;
        back.reverse();
        let one = write(&System::tools(), &written, &corrections, CONTROLS);
        let other = write(&tools, &turned, &back, &controls);
        prop_assert_eq!(bytes(&assess(&one)), bytes(&assess(&other)));
    }
}

/// The easiest way into the writer leads through the memory itself, and a harder one beside it: both are told.
#[test]
fn a_way_through_the_memory_hides_no_way_beside_it() {
    let mail = |gate: &str| {
        let agents = format!(
            "a0: {{tools: {{t0: auto, t8: auto}}}}, a1: {{tools: {{t0: {gate}, t8: auto, t9: auto}}}}"
        );
        format!("facts:\n{}  tools:\n{}  agents: {{{agents}}}\n", PLACES.concat(), System::tools().concat())
    };
    let subjects = |it: &Assessment| -> Vec<String> {
        let stored = it.findings.iter().filter(|it| it.rule == "stored-injection");
        stored.map(|it| it.subject.to_string()).collect()
    };
    for gate in ["auto", "prompted", "asked"] {
        let mut told = subjects(&assess(&mail(gate)));
        told.sort();
        assert_eq!(told, ["agent:a0", "agent:a1"], "{gate}");
    }
    assert_eq!(subjects(&assess(&mail("denied"))), ["agent:a0"]);
}
