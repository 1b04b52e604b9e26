//! Lines that do not fit: each is told, and the others are read.

use ambit_model::Lock;
use proptest::prelude::*;

use crate::support::small;

/// What is told of `text`.
fn told(text: &str) -> Vec<String> {
    let (_, problems) = Lock::read("ambit.lock", text);
    assert!(problems.iter().all(|it| it.path == "ambit.lock" && !it.help.is_empty()));
    problems.iter().map(|it| format!("{}:{} {}", it.line, it.column, it.message)).collect()
}

const HEADER: &str = "{\"kind\":\"header\",\"schema\":\"ambit.lock/v1\"}";

#[test]
fn a_line_that_does_not_fit_is_told_with_its_place() {
    let cases = [
        ("x", "2:1 not a JSON object"),
        ("[\"edge\"]", "2:1 not a JSON object"),
        ("{\"kind\":\"edge\"", "2:14 not JSON: EOF while parsing an object"),
        ("{}", "2:2 missing field `kind`"),
        (
            "{\"kind\":\"row\"}",
            "2:13 unknown variant `row`, expected one of `header`, `asset`, `tool`, `edge`, `finding`",
        ),
        ("{\"kind\":\"asset\",\"id\":\"a:b\",\"type\":\"agent\"}", "2:42 missing field `name`"),
        ("{\"kind\":\"asset\",\"id\":\"é\",\"name\":3}", "2:33 invalid type: integer `3`, expected a string"),
        ("{\"kind\":\"edge\",\"id\":\"e-1\"}", "2:26 `e-1` is no id of an edge"),
        ("{\"kind\":\"tool\",\"id\":\"a\",\"id\":\"b\"}", "2:28 duplicate field `id`"),
    ];
    for (line, problem) in cases {
        assert_eq!(told(&format!("{HEADER}\n{line}\n")), [problem], "{line}");
    }
}

#[test]
fn a_file_says_what_it_is_once() {
    assert_eq!(told(""), ["1:1 no line states the format `ambit.lock/v1`"]);
    assert_eq!(
        told(&format!("{HEADER}\n{HEADER}\n")),
        ["2:1 the format is stated a second time, after line 1"]
    );
    let other = format!("{}\nx\n", HEADER.replace("v1", "v2"));
    assert_eq!(told(&other), ["1:1 the format is `ambit.lock/v2`; nothing below was read"]);
}

#[test]
fn of_two_lines_with_one_id_the_first_is_read_and_the_other_is_told() {
    let text = small().write();
    let tool = text.lines().find(|it| it.contains("\"tool\"")).expect("a tool");
    let twice = format!("{text}{tool}\n{}\n", tool.replace("d-aaaa", "d-bbbb"));
    assert_eq!(
        told(&twice),
        [
            "6:1 `tool:fetch/fetch` has the same line already; the first was read",
            "7:1 `tool:fetch/fetch` has another line already; the first was read",
        ]
    );
    assert_eq!(Lock::read("ambit.lock", &twice).0, small());
}

#[test]
fn a_conflict_is_told_once_where_it_begins() {
    let text = small().write();
    let tool = text.lines().find(|it| it.contains("\"tool\"")).expect("a tool");
    let other = tool.replace("d-aaaa", "d-bbbb");
    let both = format!("<<<<<<< HEAD\n{tool}\n||||||| base\n{tool}\n=======\n{other}\n>>>>>>> topic\n");
    let merged = text.replace(&format!("{tool}\n"), &both);
    assert_eq!(told(&merged), ["3:1 a merge conflict was left here: `<<<<<<<`"]);
    assert_eq!(Lock::read("ambit.lock", &merged).0, small());
    assert_eq!(
        told(&format!("{HEADER}\n=======\n>>>>>>> topic\n")),
        ["2:1 a merge conflict was left here: `=======`", "3:1 a merge conflict was left here: `>>>>>>>`"]
    );
}

#[test]
fn size_depth_and_number_are_bounded() {
    let long = format!("{HEADER}\n{{\"kind\":\"tool\",\"id\":\"{}\"}}\n", "x".repeat(2 * 1024 * 1024));
    assert_eq!(told(&long), ["2:1 a line longer than 1024 KiB"]);
    let lines = format!("{HEADER}\n{}", "\n".repeat(4_100_000));
    assert_eq!(told(&lines), ["4000001:1 more than 4000000 lines"]);
    let deep = format!("{HEADER}\n{{\"kind\":\"edge\",\"id\":{}\n", "[".repeat(100_000));
    assert_eq!(told(&deep).len(), 1);
    let many = told(&format!("{HEADER}\n{}", "x\n".repeat(5_000)));
    assert_eq!((many.len(), many.last().map(String::as_str)), (1_001, Some("1001:1 4000 more problems")));
    let quoted = told(&format!("{HEADER}\n{{\"kind\":\"{}\"}}\n", "y".repeat(10_000)));
    assert!(quoted[0].len() < 400, "{quoted:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in prop_oneof![any::<String>(), damaged()]) {
        let (lock, problems) = Lock::read("ambit.lock", &text);
        for problem in &problems {
            prop_assert!(problem.line > 0 && problem.column > 0 && !problem.message.is_empty());
        }
        let (again, none) = Lock::read("ambit.lock", &lock.write());
        prop_assert_eq!((again, none), (lock, Vec::new()));
    }
}

/// A lock with one piece of it replaced.
fn damaged() -> impl Strategy<Value = String> {
    let text = small().write();
    let length = text.len();
    let pieces = ["", "\n", "{", "}", "\"", ",", "null", "<<<<<<< x\n", "\u{202e}", "9e999", "\\ud800", "T4"];
    (0..length, 0..60_usize, prop::sample::select(pieces.to_vec())).prop_map(
        move |(start, removed, piece)| {
            let end = (start + removed).min(length);
            let (Some(before), Some(after)) = (text.get(..start), text.get(end..)) else {
                return text.clone();
            };
            format!("{before}{piece}{after}")
        },
    )
}
