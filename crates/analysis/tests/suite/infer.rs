//! Effects that are inferred, against a list of tools in our own words.

use std::sync::LazyLock;

use ambit_analysis::infer::{Lexicon, effects};
use ambit_catalog::Catalog;
use ambit_model::facts::Annotations;
use ambit_model::{Audience, Bandwidth, Basis, Effect, Level, Place, ToolDefinition};
use proptest::prelude::*;
use serde_json::{Value, json};

const TOOLS: &str = include_str!("infer/tools.txt");
const TOLD: &str = include_str!("infer/told.txt");

fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> =
        LazyLock::new(|| Lexicon::new(Catalog::compiled().expect("the catalog decodes").lexicon()));
    &LEXICON
}

fn tool(name: &str, description: &str, arguments: &[&str]) -> ToolDefinition {
    let property = |it: &str| match it.split_once('=') {
        Some((name, choice)) => (name.to_owned(), json!({ "type": "string", "enum": [choice] })),
        None => (it.to_owned(), json!({ "type": "string" })),
    };
    let properties: serde_json::Map<String, Value> = arguments.iter().map(|it| property(it)).collect();
    ToolDefinition {
        name: name.to_owned(),
        title: None,
        description: description.to_owned(),
        input_schema: json!({ "type": "object", "properties": properties }),
        annotations: Annotations::default(),
        signals: Vec::new(),
        place: Place::start("tools.json"),
    }
}

struct Case {
    labels: String,
    server: String,
    tool: ToolDefinition,
}

fn cases(text: &str) -> Vec<Case> {
    let lines = text.lines().filter(|it| !it.is_empty() && !it.starts_with('#'));
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let arguments: Vec<&str> = cells[4].split(',').filter(|it| !it.is_empty()).collect();
            Case {
                labels: cells[0].to_owned(),
                server: cells[1].to_owned(),
                tool: tool(cells[2], cells[3], &arguments),
            }
        })
        .collect()
}

fn holds(letter: char, effect: &Effect) -> bool {
    match letter {
        'U' => matches!(effect, Effect::Ingests { trust } if trust.is_untrusted()),
        'P' => matches!(effect, Effect::Reads { level, .. } if *level > Level::Public),
        'O' => matches!(effect, Effect::Sends { audience, .. } if *audience >= Audience::Partner),
        'M' => matches!(
            effect,
            Effect::Writes { .. }
                | Effect::Sends { bandwidth: Bandwidth::FreeText, .. }
                | Effect::Executes { .. }
                | Effect::Remembers { .. }
                | Effect::Spends { .. }
                | Effect::Grants
                | Effect::Delegates { .. }
        ),
        'X' => matches!(effect, Effect::Executes { .. }),
        'S' => matches!(effect, Effect::Spends { .. }),
        'G' => matches!(effect, Effect::Grants),
        'Y' => matches!(effect, Effect::Remembers { .. } | Effect::Recalls { .. }),
        other => panic!("no label `{other}`"),
    }
}

#[test]
fn most_labels_are_found_and_most_of_what_is_found_is_right() {
    let lexicon = lexicon();
    let cases = cases(TOOLS);
    let answers: Vec<Vec<Effect>> = cases
        .iter()
        .map(|it| effects(&it.server, &it.tool, lexicon).into_iter().map(|it| it.effect).collect())
        .collect();
    let unknown = answers.iter().filter(|it| it.contains(&Effect::Unknown)).count();
    assert!(unknown * 20 <= cases.len(), "{unknown} of {} tools are unknown", cases.len());
    // The least recall and precision of each label, in percent.
    for (letter, recall, precision) in [
        ('U', 93, 85),
        ('P', 93, 85),
        ('O', 93, 85),
        ('M', 93, 85),
        ('X', 90, 80),
        ('S', 90, 80),
        ('G', 90, 80),
    ] {
        let (mut found, mut missed, mut alarms) = (0, Vec::new(), Vec::new());
        for (case, answer) in cases.iter().zip(&answers) {
            let name = format!("{}/{}", case.server, case.tool.name);
            let says = answer.iter().any(|it| holds(letter, it));
            let maybe = case.labels.contains(&format!("{letter}?"));
            let truth = case.labels.contains(letter);
            match (truth, says || truth && answer.contains(&Effect::Unknown)) {
                _ if maybe => {}
                (true, true) => found += 1,
                (true, false) => missed.push(name),
                (false, true) => alarms.push(name),
                (false, false) => {}
            }
        }
        assert!(found * 100 >= recall * (found + missed.len()), "{letter}: {found} found, missed {missed:?}");
        assert!(
            found * 100 >= precision * (found + alarms.len()),
            "{letter}: {found} found, alarms {alarms:?}"
        );
    }
}

#[test]
fn no_word_in_the_wrong_place_misleads() {
    let lexicon = lexicon();
    let mut wrong = Vec::new();
    for case in cases(TOLD) {
        let facts = effects(&case.server, &case.tool, lexicon);
        for letter in ['U', 'P', 'O', 'M', 'X'] {
            let says = facts.iter().any(|it| holds(letter, &it.effect));
            let maybe = case.labels.contains(&format!("{letter}?"));
            if !maybe && says != case.labels.contains(letter)
                || facts.iter().any(|it| it.effect == Effect::Unknown)
            {
                let reasons: Vec<_> = facts.iter().map(|it| (&it.effect, &it.because)).collect();
                wrong.push(format!("{}/{}: {letter}, {reasons:?}", case.server, case.tool.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_object_that_wraps_all_arguments_hides_none_and_deeper_addresses_are_not_fetched() {
    let lexicon = lexicon();
    let url = json!({ "type": "object", "properties": { "url": { "type": "string" } } });
    let object = |properties: Value| json!({ "type": "object", "properties": properties });
    let mut wrapped = tool("get_text", "Get the text.", &[]);
    wrapped.input_schema = object(json!({ "params": url }));
    assert!(effects("reader", &wrapped, lexicon).iter().any(|it| holds('O', &it.effect)));
    let mut deep = wrapped.clone();
    deep.input_schema = object(json!({ "item": url, "id": { "type": "string" } }));
    assert!(!effects("reader", &deep, lexicon).iter().any(|it| holds('O', &it.effect)));
}

#[test]
fn every_fact_says_what_it_was_read_from() {
    let lexicon = lexicon();
    for case in cases(TOOLS) {
        for fact in effects(&case.server, &case.tool, lexicon) {
            assert_eq!(fact.basis, Basis::Inferred);
            let quoted = fact.because.contains('`') || fact.effect == Effect::Unknown;
            assert!(quoted, "{}: {}", case.tool.name, fact.because);
        }
    }
    let facts = effects("mailer", &tool("send_mail", "Send a mail.", &["to", "body"]), lexicon);
    assert_eq!(&*facts[0].because, "`send` in the name, argument `to`");
}

#[test]
fn a_claim_to_read_only_does_not_excuse_a_tool_that_says_that_it_changes() {
    let lexicon = lexicon();
    for (name, description) in [
        ("delete_records", "Delete records."),
        ("send_mail", "Send a mail."),
        ("run_command", "Run a shell command."),
    ] {
        let honest = tool(name, description, &["id"]);
        let mut claims = honest.clone();
        claims.annotations.read_only = Some(true);
        assert_eq!(effects("thing", &honest, lexicon), effects("thing", &claims, lexicon), "{name}");
    }
}

#[test]
fn a_claim_to_destroy_is_believed() {
    let lexicon = lexicon();
    let mut claims = tool("get_status", "Get the status of a pump.", &[]);
    claims.annotations.destructive = Some(true);
    let facts = effects("pumps", &claims, lexicon);
    assert!(facts.iter().any(|it| &*it.because == "annotation `destructiveHint`"), "{facts:?}");
}

#[test]
fn nothing_said_is_unknown_and_unknown_stands_alone() {
    let lexicon = lexicon();
    let facts = effects("toy", &tool("frobnicate", "", &[]), lexicon);
    assert_eq!(facts.len(), 1);
    assert_eq!(facts[0].effect, Effect::Unknown);
}

#[test]
fn what_stands_behind_the_limits_is_not_looked_at() {
    let lexicon = lexicon();
    let plain = tool("get_page", "Get a page of the wiki. ", &["id"]);
    let mut long = plain.clone();
    long.description.push_str(&"a ".repeat(4_000));
    let mut longer = long.clone();
    longer.description.push_str(&"delete mail, execute shell commands, secret password. ".repeat(100_000));
    assert_eq!(effects("wiki", &long, lexicon), effects("wiki", &longer, lexicon));

    let mut deep = json!({ "type": "object", "properties": { "command": { "type": "string" } } });
    for _ in 0..100 {
        deep = json!({ "type": "object", "properties": { "inner": deep } });
    }
    let mut nested = plain.clone();
    nested.input_schema = deep;
    let mut shallow = plain;
    shallow.input_schema = json!({ "type": "object", "properties": { "inner": {} } });
    assert_eq!(effects("wiki", &nested, lexicon), effects("wiki", &shallow, lexicon));
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm_and_alike_each_time(
        server in ".{0,40}", name in ".{0,60}", description in ".{0,300}", argument in ".{0,20}",
    ) {
        let lexicon = lexicon();
        let tool = tool(&name, &description, &[&argument]);
        let facts = effects(&server, &tool, lexicon);
        prop_assert_eq!(&facts, &effects(&server, &tool, lexicon));
        let unknown = facts.iter().any(|it| it.effect == Effect::Unknown);
        prop_assert!(!unknown || facts.len() == 1);
    }
}
