//! The report for a terminal.

use crate::sample;

use ambit_report::visible::is_hidden;
use ambit_report::{Format, Options, render};
use unicode_width::UnicodeWidthStr;

fn text(assessment: &ambit_model::Assessment, options: &Options<'_>) -> String {
    let mut out = Vec::new();
    render(assessment, Format::Text, options, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

#[test]
fn a_person_reads_it_in_ten_seconds() {
    insta::assert_snapshot!(text(&sample::assessment(), &Options::default()));
}

#[test]
fn everything_is_there_when_asked_for() {
    let options = Options { all: true, verbose: 1, width: 100, ..Options::default() };
    insta::assert_snapshot!(text(&sample::assessment(), &options));
}

#[test]
fn quiet_is_a_line_for_each_group() {
    insta::assert_snapshot!(text(&sample::assessment(), &Options { quiet: true, ..Options::default() }));
}

#[test]
fn an_edit_that_another_tells_is_not_told_again() {
    let mut told = sample::assessment();
    for remedy in told.findings.iter_mut().flat_map(|it| &mut it.remedies) {
        let mut other = remedy.edits[0].clone();
        other.value = "\"Other\"".to_owned();
        other.lines = String::new();
        remedy.edits.push(other);
    }
    for format in [Format::Text, Format::Markdown, Format::Html] {
        let page = |assessment: &ambit_model::Assessment| {
            let mut out = Vec::new();
            render(assessment, format, &Options::default(), &mut out).expect("a vector takes all");
            String::from_utf8(out).expect("text")
        };
        let count = |page: String| page.matches("add:").count();
        assert_eq!(count(page(&told)), count(page(&sample::assessment())), "{format:?}");
        assert!(count(page(&told)) > 0, "{format:?}");
    }
}

#[test]
fn only_where_a_rule_asks_the_report_says_so() {
    let mut guarded = sample::assessment();
    for finding in &mut guarded.findings {
        finding.exposure = ambit_model::Exposure::Guarded;
    }
    let remark = |assessment: &ambit_model::Assessment| {
        let page = text(assessment, &Options { all: true, ..Options::default() });
        page.lines().find(|it| it.contains("lethal-trifecta;")).map(str::to_owned).unwrap_or_default()
    };
    let unasked = remark(&guarded);
    assert!(unasked.contains("; somebody else must act first;"), "{unasked}");
    for edge in &mut guarded.edges {
        edge.gate = ambit_model::Gate::Asked;
    }
    let asked = remark(&guarded);
    assert!(asked.contains("; a rule asks first;"), "{asked}");
}

#[test]
fn nothing_found_is_said_with_what_was_looked_at() {
    insta::assert_snapshot!(text(&sample::empty(), &Options::default()));
    let mut sound = sample::assessment();
    sound.findings.clear();
    sound.groups.clear();
    let shown = text(&sound, &Options::default());
    assert!(shown.contains("what 1\nunknown supplier or tool can do"), "{shown}");
    assert!(shown.contains("nothing is known of these"), "{shown}");
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    let shown = text(&sample::hostile(), &Options { all: true, verbose: 2, ..Options::default() });
    assert!(!shown.chars().any(|it| it != '\n' && is_hidden(it)), "{shown}");
    assert!(shown.contains(r"\u{1b}[2J") && shown.contains(r"\u{202e}") && shown.contains(r"\u{e0041}"));
    assert!(!shown.lines().any(|it| it.starts_with("All clear")));
    insta::assert_snapshot!(shown);
}

#[test]
fn colours_are_the_only_escapes_and_change_no_word() {
    for assessment in [sample::assessment(), sample::hostile()] {
        let bare = text(&assessment, &Options::default());
        let mut colored = text(&assessment, &Options { color: true, ..Options::default() });
        for code in ["0", "1", "2", "31", "34", "35", "38;5;208", "90"] {
            colored = colored.replace(&format!("\u{1b}[{code}m"), "");
        }
        assert_eq!(bare, colored);
    }
}

#[test]
fn no_line_is_wider_than_asked_except_lines_to_copy() {
    for assessment in [sample::assessment(), sample::hostile()] {
        for width in 60..140 {
            let shown = text(&assessment, &Options { width, all: true, verbose: 1, ..Options::default() });
            let to_copy = |it: &&str| {
                !assessment
                    .findings
                    .iter()
                    .flat_map(|f| &f.remedies)
                    .flat_map(|r| &r.edits)
                    .any(|edit| edit.lines.lines().any(|line| line.trim() == it.trim()))
            };
            for line in shown.lines().filter(to_copy) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn a_width_below_the_narrowest_counts_as_that() {
    let narrow = text(&sample::assessment(), &Options { width: 1, ..Options::default() });
    assert_eq!(narrow, text(&sample::assessment(), &Options { width: 60, ..Options::default() }));
}

#[test]
fn what_is_known_is_told_though_the_same_cut_stops_what_is_not() {
    let mut mixed = sample::assessment();
    let all: Vec<String> = mixed.groups.iter().flat_map(|it| it.findings.clone()).collect();
    let unknown = mixed.findings.iter().find(|it| it.rule == "unknown-reach").expect("one").id.clone();
    let others = all.into_iter().filter(|it| *it != unknown).collect::<Vec<_>>();
    mixed.groups.truncate(1);
    mixed.groups[0].findings = std::iter::once(unknown).chain(others).collect();
    let page = text(&mixed, &Options { all: true, ..Options::default() });
    let known = page.find("lethal-trifecta;").expect("the harm has its own paragraph");
    assert!(known < page.find("Unknown reach:").expect("a section of what is not known"), "{page}");
}

#[test]
fn what_explains_more_looks_at_the_same() {
    let page = text(&sample::assessment(), &Options { again: " --path 'my folder'", ..Options::default() });
    let more = page.lines().find(|it| it.contains("More: ambit explain f-")).expect("a hint");
    assert!(more.ends_with(" --path 'my folder'"), "{more}");
}
