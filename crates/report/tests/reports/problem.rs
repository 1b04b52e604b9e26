//! A problem with its line.

use ambit_model::Problem;
use ambit_report::shown;

fn problem(line: u32, column: u32) -> Problem {
    Problem {
        path: "ambit.yaml".to_owned(),
        line,
        column,
        message: "`interent` is not an exposure".to_owned(),
        help: "did you mean `internet`?".to_owned(),
    }
}

#[test]
fn the_mark_is_below_the_place() {
    let text = "ambit: v1\nsystem: {exposure: interent}\n";
    assert_eq!(
        shown(&problem(2, 20), text),
        "ambit.yaml:2:20: `interent` is not an exposure\n\
         2 | system: {exposure: interent}\n  \
         |                    ^\n\
         help: did you mean `internet`?\n"
    );
}

#[test]
fn a_long_or_hostile_line_is_shown_short_and_harmless() {
    let text = format!("a: [{}\u{202e}x, y]\n", "日本, ".repeat(5_000));
    let out = shown(&problem(1, 20_005), &text);
    let lines: Vec<&str> = out.lines().collect();
    assert!(lines[1].starts_with("1 | …") && lines[1].contains("\\u{202e}x, y]"), "{out}");
    assert!(out.len() < 800, "{out}");
    // Each of the characters before the mark is as wide as a terminal draws it.
    assert_eq!(lines[2].find('^'), Some(4 + 1 + 15 * 6));
}

#[test]
fn a_place_that_is_not_there_shows_no_line() {
    assert_eq!(shown(&problem(9, 1), "ambit: v1\n").lines().count(), 2);
}
