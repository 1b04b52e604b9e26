//! The pages of the sections are examples, and examples are read.

use ambit_model::stated::{FILE, Model, SECTIONS, join, schema};
use ambit_tree::{Kind, Node, Syntax};
use serde_json::Value;

use super::support::{clean, problems};

/// The example of a page.
pub(crate) fn example(page: &str) -> &str {
    page.split("```yaml\n").nth(1).and_then(|it| it.split("```").next()).expect("a page has an example")
}

/// All examples as one file.
pub(crate) fn whole() -> String {
    let sections: String = SECTIONS.iter().map(|(_, it)| example(it.page)).collect();
    format!("ambit: v1\n{sections}")
}

/// A file as JSON, for its schema.
pub(crate) fn json(text: &str) -> Value {
    fn value(node: &Node) -> Value {
        match &node.kind {
            Kind::Null => Value::Null,
            Kind::Bool(it) => Value::Bool(*it),
            Kind::Number(it) => serde_json::from_str(it).unwrap_or_else(|_| Value::String(it.clone())),
            Kind::Text(it) => Value::String(it.clone()),
            Kind::List(items) => items.iter().map(value).collect(),
            Kind::Map(pairs) => pairs.iter().map(|it| (it.key.clone(), value(&it.value))).collect(),
        }
    }
    value(&ambit_tree::parse(text, Syntax::Yaml, &mut Vec::new()).expect("it is YAML"))
}

#[test]
fn the_example_of_each_section_is_read() {
    for (key, section) in SECTIONS {
        let text = example(section.page);
        assert!(text.starts_with(&format!("{key}:\n")), "{key}");
        let document = clean(&format!("ambit: v1\n{text}"));
        let empty = Model { files: document.model.files.clone(), ..Model::default() };
        assert_ne!(document.model, empty, "{key}");
    }
}

#[test]
fn all_examples_are_one_model_in_which_every_name_is_known() {
    assert_eq!(problems(&whole()), [""; 0]);
}

#[test]
fn every_key_that_can_be_written_is_in_an_example() {
    let text = whole();
    for field in FILE.fields.iter().filter(|it| it.key != "extends") {
        assert!(text.contains(&format!("{}:", field.key)), "{}", field.key);
    }
}

#[test]
fn the_schema_accepts_every_example() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is one");
    for (key, section) in SECTIONS {
        let value = json(&format!("ambit: v1\n{}", example(section.page)));
        let errors: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
        assert!(errors.is_empty(), "{key}: {errors:#?}");
    }
    assert!(validator.is_valid(&json("ambit: v1\nextends: ../org/base.yaml\nsystem:\n  owner:  # who?\n")));
}

#[test]
fn what_is_typed_is_what_was_written() {
    let (model, _) = join([clean(&whole())]);
    let control = &model.controls.get("egress-proxy").expect("it is there").value;
    assert_eq!(control.on.len(), 2);
    assert_eq!(control.audience.as_ref().map(|it| it.value.word()), Some("organization"));
    assert!(control.is_in_place());
    assert!(!model.controls.get("refund-approval").expect("it is there").value.is_in_place());
    let decision = &model.decisions[0];
    let line =
        whole().lines().position(|it| it.contains("rule: hijackable-action")).expect("it is there") + 1;
    assert_eq!(decision.place.line as usize, line);
    assert_eq!(decision.value.until.value.as_str(), "2027-01-31");
    assert_eq!(model.facts.tools.get("crm/refund").expect("it is there").value.effects.len(), 3);
    let bot = &model.facts.agents.get("support-bot").expect("it is there").value;
    let gates = bot.gates(&model.facts);
    let gates: Vec<String> = gates.iter().map(|(tool, gate)| format!("{tool}: {gate}")).collect();
    assert_eq!(
        gates,
        [
            "crm/find: prompted",
            "crm/refund: asked",
            "desk/plugin: denied",
            "mail/read: auto",
            "mail/send: auto"
        ]
    );
    assert_eq!(model.coverage.get("ASI06:2026").expect("it is there").value.len(), 2);
    assert_eq!(model.system.review.as_ref().map(|it| it.every.days()), Some(90));
}
