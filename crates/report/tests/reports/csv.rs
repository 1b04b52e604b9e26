//! The sign-off table as CSV.

use ambit_model::{Assessment, DecidedEdge, DecisionNote, Place, Status};
use ambit_report::{Format, Options, render};

use crate::sample;

fn rows(assessment: &Assessment) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    render(assessment, Format::Csv, &Options::default(), &mut out).expect("a vector takes all");
    let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(out.as_slice());
    table.records().map(|it| it.expect("a line").iter().map(str::to_owned).collect()).collect()
}

fn column(rows: &[Vec<String>], head: &str) -> Vec<String> {
    let at = rows[0].iter().position(|it| it == head).expect("the column");
    rows[1..].iter().map(|it| it[at].clone()).collect()
}

#[test]
fn there_is_one_line_per_edge_the_worst_first_and_what_is_denied_last() {
    let assessment = sample::assessment();
    let rows = rows(&assessment);
    assert_eq!(rows.len(), assessment.edges.len() + 1);
    let tiers = column(&rows, "tier");
    assert_eq!(tiers.first().map(String::as_str), Some("T4"));
    let gates = column(&rows, "gate");
    assert_eq!(gates.iter().filter(|it| *it == "denied").count(), 1);
    assert_eq!(gates.last().map(String::as_str), Some("denied"));
    let ids = column(&rows, "id");
    assert_eq!(ids.len(), ids.iter().collect::<std::collections::BTreeSet<_>>().len());
}

#[test]
fn a_line_names_its_findings_its_deciding_line_and_its_decision() {
    let mut assessment = sample::assessment();
    let trifecta =
        assessment.findings.iter().find(|it| it.rule == "lethal-trifecta").expect("it is there").clone();
    let edge = trifecta.legs["outbound"][0];
    assessment.decided = vec![DecidedEdge {
        edge,
        basis: "b".to_owned(),
        status: Status::Accepted,
        decision: DecisionNote {
            owner: "=team".to_owned(),
            decision: "accept".to_owned(),
            until: "2027-01-31".to_owned(),
            reason: "so".to_owned(),
            place: Place::start("ambit.yaml"),
            note: None,
        },
    }];
    let rows = rows(&assessment);
    let at = column(&rows, "id").iter().position(|it| it == edge.as_str()).expect("its line");
    let cell = |head: &str| column(&rows, head)[at].clone();
    assert!(cell("findings").contains(&trifecta.id));
    assert_eq!(cell("decided by"), ".claude/settings.json:8");
    assert_eq!(
        (cell("status"), cell("decision"), cell("until")),
        ("accepted".into(), "accept".into(), "2027-01-31".into())
    );
    assert_eq!(cell("decided by whom"), "'=team");
}

#[test]
fn no_cell_is_a_formula() {
    let mut assessment = sample::hostile();
    for edge in &mut assessment.edges {
        edge.consequence = "=cmd|' /C calc'!A0\n\"".into();
        edge.owner = Some("@evil".to_owned());
    }
    for cell in rows(&assessment).iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
    }
}
