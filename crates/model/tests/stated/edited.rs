//! Edits keep comments and order, say exactly what was intended, or change nothing.

use ambit_model::stated::edit::{EditError, Step, Value, add, added, append, set, set_basis};
use ambit_model::stated::{BasisId, SECTIONS, read};
use proptest::prelude::*;

use super::examples::whole;

const FILE: &str = "# The desk.
ambit: v1   # the version

system:
  name: Desk  # short
  owner:      # who?
decisions:
  # The first one we took.
  - on: f-abc
    decision: accept
    owner: me   # and nobody else
    reason: it's fine
    until: 2027-01-31
  - {on: f-xyz, decision: accept, owner: 'o''x', reason: \"a # b\", until: 2027-01-31, basis: [b-aaaaaaaaaaaaaaaa]}

# What stands before it.
controls:
  proxy: {kind: structural, does: cuts, on: e-abc}
";

fn basis(letters: &[&str]) -> Vec<BasisId> {
    letters.iter().filter_map(|it| BasisId::new(&format!("b-{}", it.repeat(16)))).collect()
}

fn decision() -> Value {
    Value::map([
        ("on", Value::map([("rule", Value::text("lethal-trifecta")), ("subject", Value::text("agent:a"))])),
        ("decision", Value::text("accept")),
        ("owner", Value::text("team: desk")),
        ("reason", Value::text("nobody # reads it\nyet")),
        ("until", Value::text("2027-01-31")),
    ])
}

#[test]
fn a_basis_is_added_or_replaced() {
    let first = set_basis(FILE, 0, &basis(&["c"])).expect("it is possible");
    let line = "    until: 2027-01-31\n    basis: b-cccccccccccccccc\n";
    assert_eq!(first, FILE.replacen("    until: 2027-01-31\n", line, 1));
    let second = set_basis(FILE, 1, &basis(&["c", "d"])).expect("it is possible");
    let list = "[b-cccccccccccccccc, b-dddddddddddddddd]";
    assert_eq!(second, FILE.replace("[b-aaaaaaaaaaaaaaaa]", list));
    assert_eq!(set_basis(FILE, 2, &basis(&["c"])), Err(EditError::Missing("decisions.2.basis".to_owned())));
}

#[test]
fn a_key_is_filled_in_set_or_added() {
    let set = |path: &[&str], value: &str| {
        let path: Vec<Step<'_>> = path.iter().map(|it| Step::Key(it)).collect();
        set(FILE, &path, &Value::text(value)).expect("it is possible")
    };
    assert_eq!(set(&["system", "owner"], "team"), FILE.replace("owner:      #", "owner: team      #"));
    assert_eq!(set(&["system", "name"], "Front: desk"), FILE.replace("Desk  #", "\"Front: desk\"  #"));
    let line = "  name: Desk  # short\n  description: answers mail\n";
    assert_eq!(
        set(&["system", "description"], "answers mail"),
        FILE.replace("  name: Desk  # short\n", line)
    );
    assert_eq!(
        set(&["controls", "proxy", "owner"], "platform"),
        FILE.replace("on: e-abc}", "on: e-abc, owner: platform}")
    );
}

#[test]
fn an_entry_is_added_at_the_end_of_its_section() {
    let text = append(FILE, "decisions", &decision()).expect("it is possible");
    let lines = "
  - on: {rule: lethal-trifecta, subject: \"agent:a\"}
    decision: accept
    owner: \"team: desk\"
    reason: \"nobody # reads it\\nyet\"
    until: 2027-01-31

# What stands";
    assert_eq!(text, FILE.replace("\n\n# What stands", lines));
    let control = Value::map([
        ("kind", Value::text("structural")),
        ("does", Value::text("cuts")),
        ("on", Value::List(vec![Value::text("tool:web/*")])),
    ]);
    let text = add(FILE, "controls", "no-web", &control).expect("it is possible");
    let lines = "  no-web:\n    kind: structural\n    does: cuts\n    on: [\"tool:web/*\"]\n";
    assert_eq!(text, format!("{FILE}{lines}"));
}

#[test]
fn a_section_is_made_where_there_is_none_or_an_empty_one() {
    let made = append("ambit: v1", "decisions", &decision()).expect("it is possible");
    assert!(made.starts_with("ambit: v1\ndecisions:\n  - on: {rule:"), "{made}");
    let filled = append("ambit: v1\r\ndecisions:  # none\r\nmodels:\r\n", "decisions", &decision());
    let filled = filled.expect("it is possible");
    assert!(filled.starts_with("ambit: v1\r\ndecisions:  # none\r\n  - on: {rule:"), "{filled}");
    assert!(filled.ends_with("    until: 2027-01-31\r\nmodels:\r\n"), "{filled}");
    let margin =
        "ambit: v1\ndecisions:\n- {on: f-abc, decision: accept, owner: o, reason: r, until: 2027-01-31}\n";
    let more = append(margin, "decisions", &decision()).expect("it is possible");
    assert!(more.starts_with(&format!("{margin}- on: {{rule:")), "{more}");
}

#[test]
fn empty_brackets_are_filled_and_others_are_added_to() {
    let control = Value::map([
        ("kind", Value::text("structural")),
        ("does", Value::text("cuts")),
        ("on", Value::text("tool:pay")),
    ]);
    let lines = "  no-pay:\n    kind: structural\n    does: cuts\n    on: \"tool:pay\"\n";
    for (from, to) in [
        ("ambit: v1\ncontrols: {}\n", format!("ambit: v1\ncontrols:\n{lines}")),
        ("ambit: v1\ncontrols: {}", format!("ambit: v1\ncontrols:\n{lines}")),
        ("controls: { }  # none yet\nambit: v1\n", format!("controls: # none yet\n{lines}ambit: v1\n")),
        (
            "controls: {a: {kind: structural, does: cuts, on: e-abc}} # keep\nambit: v1\n",
            "controls: {a: {kind: structural, does: cuts, on: e-abc}, no-pay: {kind: structural, does: cuts, on: \"tool:pay\"}} # keep\nambit: v1\n".to_owned(),
        ),
    ] {
        assert_eq!(add(from, "controls", "no-pay", &control), Ok(to), "{from}");
    }
    let text = append("ambit: v1\ndecisions: []\n", "decisions", &decision()).expect("it is possible");
    assert!(text.starts_with("ambit: v1\ndecisions:\n  - on: {rule:"), "{text}");
    assert_eq!(added("controls", "no-pay", &control).join("\n") + "\n", format!("controls:\n{lines}"));
}

#[test]
fn what_cannot_be_done_safely_changes_nothing() {
    let owner = [Step::Key("system"), Step::Key("owner")];
    let text = Value::text("x");
    let folded = "ambit: v1\nsystem:\n  owner: >\n    many\n    words\n";
    let unusual = |line| Err(EditError::Unusual { place: "system.owner".to_owned(), line });
    assert_eq!(set(folded, &owner, &text), unusual(3));
    let anchored = "ambit: v1\nsystem: {name: &a desk, owner: *a}\n";
    assert_eq!(set(anchored, &owner, &text), unusual(2));
    let flow = "{ambit: v1, controls: {}}";
    assert!(matches!(append(flow, "decisions", &decision()), Err(EditError::Unusual { line: 1, .. })));
    assert!(matches!(add(FILE, "controls", "proxy", &text), Err(EditError::Taken(_))));
    assert!(matches!(append("a: [", "decisions", &decision()), Err(EditError::Unread { .. })));
    let until = [Step::Key("decisions"), Step::Item(0), Step::Key("until")];
    assert!(matches!(set(FILE, &until, &Value::text("soon")), Err(EditError::Invalid(_))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the value: it is read back, and every line that was there is there.
    #[test]
    fn any_text_survives(value in any::<String>().prop_filter("a text", |it| !it.trim().is_empty())) {
        let file = whole();
        let path = [Step::Key("system"), Step::Key("owner")];
        if let Ok(text) = set(&file, &path, &Value::text(value.clone())) {
            prop_assert_eq!(read("", &text).0.model.system.owner, Some(value));
            prop_assert_eq!(text.lines().count(), file.lines().count());
        } else {
            // Characters that YAML does not allow.
            prop_assert!(value.chars().any(|it| it.is_control() || u32::from(it) > 0xfffd || it == '\u{feff}'), "{:?}", value);
        }
    }

    /// Whatever the file: an edit is right or not made, and never panics.
    #[test]
    fn any_file_is_edited_rightly_or_not_at_all(
        text in any::<String>(), start in 0..2_000_usize, section in 0..SECTIONS.len()
    ) {
        let mut file = whole();
        if file.is_char_boundary(start) && start < file.len() {
            file.insert_str(start, &text);
        }
        let edits = [
            append(&file, "decisions", &decision()),
            add(&file, SECTIONS[section].0, "new-one", &decision()),
            set_basis(&file, 0, &basis(&["c"])),
        ];
        for edited in edits.into_iter().flatten() {
            prop_assert!(read("", &edited).1.len() <= read("", &file).1.len());
        }
    }
}
