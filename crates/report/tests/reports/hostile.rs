//! Whatever a scanned file calls things, no report does what the name says.

use ambit_model::Assessment;
use ambit_report::visible::is_hidden;
use ambit_report::{Format, Options, render};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use crate::sample;

/// Pieces that mean something to a terminal, a table, a diagram, a page or a reader of JSON.
fn name() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "\u{1b}[31m",
            "\u{9b}2J",
            "\u{202e}",
            "\u{200b}",
            "\u{e0041}",
            "\n",
            "\r",
            "\t",
            "`",
            "```",
            "|",
            "<!--",
            "-->",
            "<b>",
            "\"",
            "]",
            "%%{",
            "#35;",
            "@a",
            "\\",
            "名前",
            "x@y.z",
            " ",
            "  ",
            "~/",
            "://",
        ])
        .prop_map(str::to_owned),
        Just("long".repeat(40)),
    ];
    prop::collection::vec(pieces, 0..6).prop_map(|it| it.concat())
}

fn named(names: &[String; 4]) -> Assessment {
    let mut assessment = sample::assessment();
    let [asset, message, path, other] = names;
    for it in &mut assessment.assets {
        it.name.clone_from(asset);
        it.facts.push(other.clone());
    }
    for it in &mut assessment.findings {
        it.message.clone_from(message);
        it.title.clone_from(other);
        it.categories.push(other.clone());
        it.evidence.iter_mut().for_each(|it| it.path = path.as_str().into());
        for remedy in &mut it.remedies {
            remedy.action.clone_from(other);
            remedy.costs.clone_from(message);
            remedy.edits.clear();
        }
    }
    for it in &mut assessment.inputs.problems {
        it.path.clone_from(path);
        it.message.clone_from(message);
    }
    for it in &mut assessment.closed {
        it.by.iter_mut().for_each(|it| it.path = path.as_str().into());
    }
    assessment.inputs.root.clone_from(path);
    assessment
}

fn written(assessment: &Assessment, format: Format, width: usize) -> String {
    let options = Options { width, all: true, verbose: 1, ..Options::default() };
    let mut out = Vec::new();
    render(assessment, format, &options, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_report_has_a_hidden_character(names in [name(), name(), name(), name()]) {
        let assessment = named(&names);
        for format in Format::ALL.iter().filter(|it| !matches!(it, Format::Svg | Format::Html)) {
            let text = written(&assessment, *format, 80);
            let hidden = text.chars().find(|it| *it != '\n' && is_hidden(*it));
            prop_assert_eq!(hidden, None, "{} {}", format.word(), text);
        }
    }

    #[test]
    fn no_line_is_wider_than_asked(names in [name(), name(), name(), name()], width in 60_usize..160) {
        for line in written(&named(&names), Format::Text, width).lines() {
            prop_assert!(line.width() <= width, "{}: {}", width, line);
        }
    }

    #[test]
    fn json_says_exactly_what_was_there(names in [name(), name(), name(), name()]) {
        let assessment = named(&names);
        let read: Assessment = serde_json::from_str(&written(&assessment, Format::Json, 80)).expect("it reads back");
        prop_assert_eq!(read, assessment);
    }
}
