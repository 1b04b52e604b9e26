//! Text that is made to hurt: reading ends, says why, and never panics.

use std::fmt::Write as _;

use ambit_model::stated::{join, read};
use proptest::prelude::*;

use super::examples::whole;
use super::support::problems;

/// One line for each number.
fn lines(numbers: std::ops::Range<usize>, line: impl Fn(usize) -> String) -> String {
    numbers.map(line).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn aliases_that_explode_end_as_a_problem() {
    let mut text = "ambit: v1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let above = format!("*a{}, ", level - 1).repeat(10);
        writeln!(text, "a{level}: &a{level} [{above}]").expect("a text takes all");
    }
    let problems = problems(&text);
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].contains("values once its aliases are expanded; mend this place"), "{problems:?}");
}

#[test]
fn depth_and_size_are_bounded() {
    let deep = |levels| problems(&format!("ambit: v1\nsystem: {}", "[".repeat(levels)));
    assert!(deep(200)[0].contains("nested deeper than 128 levels"), "{:?}", deep(200));
    assert_eq!(deep(100_000).len(), 1);
    let large = format!("ambit: v1\n# {}\n", "x".repeat(9 * 1024 * 1024));
    assert_eq!(problems(&large), ["1:1 larger than 8 MiB; split it; `extends` joins files"]);
}

#[test]
fn no_more_problems_are_told_than_anybody_reads() {
    let keys = lines(0..5_000, |it| format!("  k{it}: {{}}"));
    let problems = problems(&format!("ambit: v1\nsystem:\n{keys}"));
    assert_eq!(problems.len(), 1_001);
    assert!(problems[1_000].ends_with("4000 more problems; mend what is told of first"));
}

#[test]
fn a_long_word_is_quoted_short() {
    let problems = problems(&format!("ambit: v1\nsystem: {{exposure: {}}}\n", "x".repeat(100_000)));
    assert!(problems[0].len() < 300, "{}", problems[0].len());
}

#[test]
fn names_that_are_nearly_right_are_not_compared_without_end() {
    let controls = lines(0..4_000, |it| format!("  c{it:05}: {{kind: structural, does: cuts, on: e-abc}}"));
    let coverage = lines(0..900, |it| format!("  \"x{it}\": {{answer: covered, control: x{it:05}}}"));
    let told = problems(&format!("ambit: v1\ncontrols:\n{controls}coverage:\n{coverage}"));
    assert_eq!(told.len(), 900);
}

#[test]
fn patterns_and_names_are_not_held_against_each_other_without_end() {
    let tools = lines(0..2_000, |it| format!("    t{it}: {{effects: unknown}}"));
    let uses = lines(0..3_000, |it| format!("        \"*x{it}?y\": auto"));
    let text = format!("ambit: v1\nfacts:\n  tools:\n{tools}  agents:\n    a:\n      tools:\n{uses}");
    let told = problems(&text);
    assert_eq!(told.len(), 1_001);
    assert!(told.iter().any(|it| it.contains("was not looked up: too many patterns")));
}

/// Pieces of a file, put together anyhow.
fn pieces() -> impl Strategy<Value = String> {
    let pieces: Vec<String> = whole()
        .split_inclusive([' ', '\n', ',', '{', '}', '[', ']', ':'])
        .map(str::to_owned)
        .chain(
            ["&a ", "*a", "- ", "? ", "| ", "\n", "'", "\"", "#", "---\n", "\t", "\u{202e}", "\0"]
                .map(str::to_owned),
        )
        .collect();
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|it| it.concat())
}

/// The whole example with one piece of it replaced, repeated or taken away.
fn damaged() -> impl Strategy<Value = String> {
    let text = whole();
    let length = text.len();
    (0..length, 0..40_usize, pieces()).prop_map(move |(start, removed, piece)| {
        let end = (start + removed).min(length);
        let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else { return text.clone() };
        format!("{before}{piece}{after}")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic_and_every_problem_has_a_place(
        text in prop_oneof![any::<String>(), pieces(), damaged()]
    ) {
        let (document, problems) = read("ambit.yaml", &text);
        let (_, more) = join([document]);
        for problem in problems.iter().chain(&more) {
            prop_assert!(problem.line > 0 && problem.column > 0, "{:?}", problem);
            prop_assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{:?}", problem);
        }
    }

    /// What the reader takes without a problem, an editor with the schema takes too.
    #[test]
    fn the_schema_takes_what_the_reader_takes(text in damaged()) {
        if read("ambit.yaml", &text).1.is_empty() {
            let validator = jsonschema::validator_for(&ambit_model::stated::schema()).expect("the schema is one");
            prop_assert!(validator.is_valid(&super::examples::json(&text)), "{}", text);
        }
    }
}
