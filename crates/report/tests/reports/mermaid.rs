//! The flow chart.

use ambit_model::{Assessment, AssetId, AssetKind};
use ambit_report::visible::is_hidden;
use ambit_report::{Format, Options, render};

use crate::sample;

fn mermaid(assessment: &Assessment) -> String {
    let mut out = Vec::new();
    render(assessment, Format::Mermaid, &Options::default(), &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

#[test]
fn three_lanes_with_colour_shape_and_line() {
    insta::assert_snapshot!(mermaid(&sample::assessment()));
}

#[test]
fn hostile_names_are_labels_and_nothing_else() {
    let (plain, hostile) = (mermaid(&sample::assessment()), mermaid(&sample::hostile()));
    assert!(!hostile.chars().any(|it| it != '\n' && is_hidden(it)), "{hostile}");
    assert_eq!(plain.lines().count(), hostile.lines().count());
    for line in hostile.lines() {
        assert_eq!(line.matches('"').count() % 2, 0, "{line}");
        let label = line.split('"').nth(1).unwrap_or("");
        assert!(!label.contains(['<', '>', '`', '%', '\\', '[', ']', '(', ')', '{', '}', '&']), "{line}");
    }
    insta::assert_snapshot!(hostile);
}

#[test]
fn a_large_system_is_cut_and_says_so() {
    let mut assessment = sample::assessment();
    for number in 0..500 {
        let mut edge = assessment.edges[0].clone();
        edge.to = AssetId::new(AssetKind::Channel, &format!("channel-{number}"));
        edge.id = ambit_model::EdgeId::of(&edge.from, edge.verb, &edge.to, None);
        assessment.edges.push(edge);
    }
    let text = mermaid(&assessment);
    assert!(text.lines().count() < 400 && text.len() < 50_000);
    let drawn = text.lines().filter(|it| it.contains("|\"")).count();
    assert_eq!(drawn, 100);
    assert!(text.contains(&format!("{} more edges are not drawn", assessment.edges.len() - drawn)), "{text}");
}
