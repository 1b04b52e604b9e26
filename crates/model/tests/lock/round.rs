//! What is written is read back, and fits the schema.

use std::sync::LazyLock;

use ambit_model::Lock;
use ambit_model::hidden::is_hidden;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{locks, small};

const SCHEMA: &str = include_str!("../../../../schemas/lock.schema.json");

const SMALL: &str = r#"{"kind":"header","schema":"ambit.lock/v1"}
{"kind":"asset","id":"server:fetch","type":"server","name":"fetch","package":"pypi:mcp-server-fetch","pin":"2025.4.7","facts":["transport: stdio"]}
{"kind":"tool","id":"tool:fetch/fetch","name":"fetch","effects":[{"effect":"ingests","trust":"public","object":"channel:web","basis":"catalog"}],"arguments":{"url":["url"]},"digest":"d-aaaa"}
{"kind":"edge","id":"EDGE","from":"agent:claude-code","verb":"sends","to":"channel:web","via":"tool:fetch/fetch","audience":"public","reached_by":"public","gate":"auto","decided_by":".claude/settings.json","scope":"project","reversibility":"irreversible","blast_radius":"third-parties","tier":"T3","confidence":"likely"}
{"kind":"finding","id":"f-5kq2m7w3h4t6z2nc","rule":"hijackable-action","subject":"agent:claude-code","end":"channel:web","tier":"T3","exposure":"open","severity":"high","confidence":"likely","basis":"b-2kq2m7w3h4t6z2nc","legs":{"action":["EDGE"]}}
"#;

#[test]
fn a_lock_has_a_line_for_each_fact_and_no_line_numbers() {
    let lock = small();
    let edge = lock.edges.keys().next().expect("an edge").to_string();
    assert_eq!(lock.write(), SMALL.replace("EDGE", &edge));
}

#[test]
fn an_empty_lock_is_its_header() {
    let text = Lock::default().write();
    assert_eq!(text, "{\"kind\":\"header\",\"schema\":\"ambit.lock/v1\"}\n");
    assert_eq!(Lock::read("ambit.lock", &text), (Lock::default(), Vec::new()));
}

#[test]
fn order_line_ends_and_empty_lines_do_not_matter() {
    let text = small().write();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    let turned = format!("\u{feff}\r\n{}\r\n\r\n", lines.join("\r\n"));
    assert_eq!(Lock::read("ambit.lock", &turned), (small(), Vec::new()));
}

#[test]
fn keys_of_a_later_version_are_passed_over() {
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let later = small().write().replace("{\"kind\"", &format!("{{\"later\":{deep},\"kind\""));
    let (lock, problems) = Lock::read("ambit.lock", &later);
    assert_eq!((lock, problems), (small(), Vec::new()));
}

fn fits(text: &str) -> Vec<String> {
    static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        jsonschema::validator_for(&schema).expect("the schema is one")
    });
    let lines = text.lines().map(|it| serde_json::from_str::<Value>(it).expect("a line is JSON"));
    lines.flat_map(|it| VALIDATOR.iter_errors(&it).map(|it| it.to_string()).collect::<Vec<_>>()).collect()
}

#[test]
fn lines_fit_the_checked_in_schema() {
    assert_eq!(fits(&small().write()), Vec::<String>::new());
    assert!(!fits("{\"kind\":\"edge\"}").is_empty());
    assert!(!fits("{\"kind\":\"row\"}").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(lock in locks()) {
        let text = lock.write();
        let (read, problems) = Lock::read("ambit.lock", &text);
        prop_assert_eq!(&problems, &Vec::new());
        prop_assert_eq!(read.write(), text);
        prop_assert_eq!(read, lock);
    }

    #[test]
    fn a_written_lock_is_harmless_to_look_at(lock in locks()) {
        let text = lock.write();
        prop_assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{}", text);
        prop_assert_eq!(text.lines().count(), text.matches('\n').count());
    }

    #[test]
    fn whatever_is_written_fits_the_schema(lock in locks()) {
        prop_assert_eq!(fits(&lock.write()), Vec::<String>::new());
    }
}
