//! Coverage in each of its forms.

use ambit_model::assessment::ToolVersion;
use ambit_model::coverage::{Answer, Category, Counts, Coverage, Framework, SCHEMA, Source, State};
use ambit_model::{AssetId, Confidence, Exposure};
use ambit_report::Options;
use ambit_report::coverage::{Format, write};
use ambit_report::visible::is_hidden;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const CHECKED_IN: &str = include_str!("../../../../schemas/coverage.schema.json");

fn answer(agent: &str, state: State, by: Source) -> Answer {
    Answer {
        agent: AssetId::from_text(agent),
        state,
        by,
        scenario: None,
        condition: None,
        exposure: None,
        controls: Vec::new(),
        because: None,
        findings: Vec::new(),
        edges: Vec::new(),
        confidence: None,
        owner: None,
        until: None,
        expired: None,
        against: None,
    }
}

fn scenario(agent: &str, text: &str) -> Answer {
    Answer {
        scenario: Some(text.into()),
        condition: Some("it follows what it reads".into()),
        exposure: Some(Exposure::Open),
        findings: ["f-1", "f-2", "f-3", "f-4"].map(str::to_owned).to_vec(),
        confidence: Some(Confidence::Likely),
        ..answer(agent, State::Answered, Source::Map)
    }
}

fn category(id: &str, name: &str, verified: bool, answers: &[Answer; 2]) -> Category {
    Category {
        id: id.to_owned(),
        name: name.to_owned(),
        part: (id != "X02").then(|| "L1".to_owned()),
        verified,
        question: "Who looks at it?".to_owned(),
        answers: answers.to_vec(),
    }
}

/// One of each sort of answer, for two agents with these names.
fn sample(one: &str, other: &str) -> Coverage {
    let (one, other) = (format!("agent:{one}"), format!("agent:{other}"));
    let (one, other) = (one.as_str(), other.as_str());
    let said = Answer {
        because: Some("nothing is kept".into()),
        owner: Some("security".to_owned()),
        until: Some("2027-01-31".to_owned()),
        against: Some(format!("`{one}` keeps notes").into()),
        ..answer(one, State::NotApplicable, Source::Person)
    };
    let unknown = Answer {
        because: Some(format!("nobody knows what `{other}` does").into()),
        ..answer(other, State::Open, Source::Map)
    };
    let guarded =
        Answer { controls: vec!["a rule asks".to_owned()], ..scenario(other, "strangers can write `mail`") };
    let expired = Answer { expired: Some("2026-01-01".to_owned()), ..answer(one, State::Open, Source::Map) };
    let mut framework = Framework {
        id: "list".to_owned(),
        name: "A list of 2026".to_owned(),
        source: vec!["https://example.com/list".to_owned()],
        counts: Counts::default(),
        categories: vec![
            category("X01", "First", true, &[scenario(one, "strangers can write `mail`"), guarded]),
            category("X02", "Second", false, &[said, unknown]),
            category("X03", "Third", true, &[expired, answer(other, State::Open, Source::Map)]),
        ],
    };
    framework.count();
    Coverage {
        schema: SCHEMA.to_owned(),
        tool: ToolVersion { name: "ambit".to_owned(), version: "0.1.0".to_owned() },
        root: ".".to_owned(),
        today: None,
        limits: vec!["what runs elsewhere is not on the map".to_owned()],
        agents: [one, other].map(AssetId::from_text).to_vec(),
        frameworks: vec![framework],
        problems: Vec::new(),
    }
}

fn written(coverage: &Coverage, format: Format, options: &Options<'_>) -> String {
    let mut out = Vec::new();
    write(coverage, format, options, &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

#[test]
fn text_counts_and_asks() {
    insta::assert_snapshot!(written(&sample("desk", "triage"), Format::Text, &Options::default()));
}

#[test]
fn text_tells_every_answer_when_asked() {
    let options = Options { all: true, ..Options::default() };
    insta::assert_snapshot!(written(&sample("desk", "triage"), Format::Text, &options));
}

#[test]
fn markdown_folds_every_answer() {
    let options = Options { all: true, ..Options::default() };
    insta::assert_snapshot!(written(&sample("desk", "triage"), Format::Markdown, &options));
}

#[test]
fn json_fits_the_checked_in_schema_and_reads_back() {
    let schema: Value = serde_json::from_str(CHECKED_IN).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let coverage = sample("desk", "\u{202e}x");
    let text = written(&coverage, Format::Json, &Options::default());
    let value: Value = serde_json::from_str(&text).expect("the report is JSON");
    let errors: Vec<_> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    assert_eq!(serde_json::from_str::<Coverage>(&text).expect("it reads back"), coverage);
    assert!(!validator.is_valid(&serde_json::json!({"schema": "ambit.coverage/v1"})));
}

#[test]
fn hostile_names_are_shown_and_do_nothing() {
    let coverage = sample("\u{1b}[31m`@x` <b>| [a](b)", "\u{202e}\u{e0041}名名");
    let options = Options { all: true, width: 60, ..Options::default() };
    for format in Format::ALL {
        let text = written(&coverage, *format, &options);
        assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{}", format.word());
    }
    let markdown = written(&coverage, Format::Markdown, &options);
    for row in markdown.lines().filter(|it| it.starts_with("| `X0")) {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 4, "{row}");
    }
    let text = written(&coverage, Format::Text, &options);
    assert!(text.lines().all(|it| it.width() <= 60), "{text}");
}

#[test]
fn words_of_forms_are_those_that_are_read() {
    for format in Format::ALL {
        assert_eq!(format.word().parse(), Ok(*format));
    }
    assert!("sarif".parse::<Format>().is_err());
}
