//! The difference of two locks, in all its forms.

use ambit_model::difference::{
    Change, Counts, FindingChange, Move, Redefinition, Renamed, SCHEMA as NAME, Turn,
};
use ambit_model::lock::LockedFinding;
use ambit_model::{Assessment, AssetId, Confidence, Difference, Gate, Level, Lock, Severity};
use ambit_report::Options;
use ambit_report::difference::{Format, write};
use ambit_report::visible::is_hidden;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::markdown::outside_code;
use crate::sample;

const SCHEMA: &str = include_str!("../../../../schemas/difference.schema.json");

fn shown(difference: &Difference, format: Format, options: &Options<'_>) -> String {
    let mut out = Vec::new();
    write(difference, format, options, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

fn empty() -> Difference {
    Difference {
        schema: NAME.to_owned(),
        summary: Counts::default(),
        moved: Vec::new(),
        findings: Vec::new(),
        redefined: Vec::new(),
        assets: Vec::new(),
        tools: Vec::new(),
        edges: Vec::new(),
        rebased: std::collections::BTreeMap::new(),
    }
}

fn turned(turn: Turn, after: &LockedFinding) -> FindingChange {
    let mut before = after.clone();
    match turn {
        Turn::Worsened => (before.severity, before.confidence) = (Severity::Low, Confidence::Possible),
        Turn::Eased => before.severity = Severity::Critical,
        _ => before.basis.push('x'),
    }
    let edges: Vec<_> = after.legs.values().flatten().take(2).copied().collect();
    FindingChange {
        turn,
        before: (turn != Turn::Opened).then_some(before),
        after: (turn != Turn::Closed).then(|| after.clone()),
        edges: if turn == Turn::Shifted { Vec::new() } else { edges },
        assets: Vec::new(),
    }
}

/// A difference with one of everything, with the names of `assessment`.
fn of(assessment: &Assessment) -> Difference {
    let lock = Lock::of(assessment);
    let mut found = empty();
    for (number, after) in lock.edges.values().cloned().enumerate() {
        let mut before = after.clone();
        found.edges.push(match number % 4 {
            0 => Change::Added { after },
            1 => Change::Removed { before: after },
            2 => {
                before.decided_by = Some("settings\u{202e}.json".into());
                Change::between(&before, &after).expect("they differ")
            }
            _ => {
                (before.gate, before.level) = (Gate::Asked, Some(Level::Secret));
                Change::between(&before, &after).expect("they differ")
            }
        });
    }
    let turns = [Turn::Opened, Turn::Worsened, Turn::Shifted, Turn::Eased, Turn::Closed];
    found.findings = turns.iter().zip(lock.findings.values()).map(|(turn, it)| turned(*turn, it)).collect();
    for (number, after) in lock.assets.values().take(3).cloned().enumerate() {
        let mut before = after.clone();
        (before.level, before.facts) = (Some(Level::Secret), vec!["model: x".to_owned()]);
        found.assets.push(match number {
            0 => Change::Added { after },
            1 => Change::Removed { before },
            _ => Change::between(&before, &after).expect("they differ"),
        });
    }
    let tool = lock.tools.values().next().expect("a tool").clone();
    let mut before = tool.clone();
    before.digest = Some("d-old".to_owned());
    found.tools = Change::between(&before, &tool).into_iter().collect();
    let id = |text: &str| AssetId::from_text(text);
    let names: Vec<_> = assessment.assets.iter().map(|it| it.name.clone()).collect();
    let redefined = |package: Option<&str>, pin: Option<&str>| Redefinition {
        tool: tool.id.clone(),
        server: id(&format!("server:{}", names[3])),
        package: package.map(str::to_owned),
        pin: pin.map(str::to_owned),
        before: "d-old".to_owned(),
        after: "d-new".to_owned(),
    };
    found.redefined = vec![
        redefined(Some("npm:@acme/x"), Some("1.4.2")),
        redefined(Some("npm:y"), None),
        redefined(None, None),
    ];
    found.moved = vec![Move {
        from: "services/api".to_owned(),
        to: format!("apps/{}", names[4]),
        agents: 2,
        edges: 156,
        renamed: vec![Renamed { from: id("agent:a@services/api"), to: id("agent:a@apps/api") }],
    }];
    found.count();
    found
}

fn options() -> Options<'static> {
    Options { rules: sample::RULES, ..Options::default() }
}

#[test]
fn a_person_sees_what_got_worse_first() {
    insta::assert_snapshot!(shown(&of(&sample::assessment()), Format::Text, &options()));
}

#[test]
fn quiet_is_what_got_worse() {
    insta::assert_snapshot!(shown(
        &of(&sample::assessment()),
        Format::Text,
        &Options { quiet: true, ..options() }
    ));
}

#[test]
fn a_comment_folds_what_did_not_get_worse() {
    insta::assert_snapshot!(shown(&of(&sample::assessment()), Format::Markdown, &options()));
}

#[test]
fn where_nothing_has_changed_that_is_said() {
    let text = shown(&empty(), Format::Text, &options());
    assert_eq!(text, "Nothing has changed in what agents can reach.\n");
    let comment = shown(&empty(), Format::Markdown, &options());
    assert_eq!(comment, "## Changes of reach\n\nNothing has changed in what agents can reach.\n");
}

#[test]
fn json_fits_the_checked_in_schema_and_reads_back() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    for difference in [empty(), of(&sample::assessment()), of(&sample::hostile())] {
        let text = shown(&difference, Format::Json, &options());
        assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{text}");
        let value: Value = serde_json::from_str(&text).expect("the report is JSON");
        let errors: Vec<_> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        assert_eq!(serde_json::from_str::<Difference>(&text).expect("it reads back"), difference);
    }
}

#[test]
fn hostile_names_stay_names() {
    let difference = of(&sample::hostile());
    for format in [Format::Text, Format::Markdown] {
        let text = shown(&difference, format, &Options { all: true, ..options() });
        assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{text}");
        assert!(text.contains(r"\u{202e}"), "{text}");
    }
    let comment = shown(&difference, Format::Markdown, &options());
    assert_eq!(comment.matches("<details>").count(), comment.matches("\n</details>").count());
    for line in comment.lines().filter(|it| it.starts_with("- ") || it.starts_with("  - ")) {
        let written = outside_code(line);
        for mention in ["@everyone", "#1", "https://", "www.evil"] {
            assert!(!written.replace('\\', "").contains(mention), "{mention} in {line}");
        }
        let markup = ["\\<", "\\[", "\\]"].iter().fold(written, |text, it| text.replace(it, ""));
        assert!(!["<script", "<img", "</summary", "]("].iter().any(|it| markup.contains(it)), "{line}");
    }
}

#[test]
fn no_line_is_wider_than_asked() {
    for assessment in [sample::assessment(), sample::hostile()] {
        let difference = of(&assessment);
        for width in 60..120 {
            let text = shown(&difference, Format::Text, &Options { width, all: true, ..options() });
            assert!(text.lines().all(|it| it.width() <= width), "{width}: {text}");
        }
    }
}

#[test]
fn colours_change_no_word() {
    let difference = of(&sample::assessment());
    let bare = shown(&difference, Format::Text, &options());
    let mut colored = shown(&difference, Format::Text, &Options { color: true, ..options() });
    for code in ["0", "1", "2", "31", "38;5;208"] {
        colored = colored.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(bare, colored);
}

#[test]
fn a_large_difference_still_fits_a_comment() {
    let mut difference = of(&sample::hostile());
    let name = AssetId::from_text(format!("channel:{}", "x".repeat(300)));
    for _ in 0..6 {
        difference.findings.extend(difference.findings.clone());
        difference.edges.extend(difference.edges.clone());
        difference.tools.extend(difference.tools.clone());
        difference.assets.extend(difference.assets.clone());
        difference.moved.extend(difference.moved.clone());
        difference.redefined.extend(difference.redefined.clone());
    }
    for edge in &mut difference.edges {
        if let Change::Added { after } = edge {
            after.to = name.clone();
        }
    }
    let text = shown(&difference, Format::Markdown, &options());
    assert!(text.chars().count() < 65_000, "{}", text.chars().count());
    assert!(text.contains("more findings.") && text.contains("more lines."));
    assert_eq!(text.matches("<details>").count(), text.matches("\n</details>").count());
}

#[test]
fn formats_have_words() {
    for format in Format::ALL {
        assert_eq!(format.word().parse(), Ok(*format));
    }
    assert!("svg".parse::<Format>().is_err());
}
