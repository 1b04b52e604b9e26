//! Agents that programs define, as their readers hand them over: what is said of them names tools and lines, and what
//! to do about it is a change of the program.

use std::sync::Arc;

use ambit_analysis::{Judging, assess_with};
use ambit_catalog::Catalog;
use ambit_model::facts::{
    Guard, Handoff, Known, LimitKind, LoopLimit, Object, OwnEffect, OwnTool, Target, Trigger, Unresolved,
};
use ambit_model::finding::EditAction;
use ambit_model::stated::{self, Model};
use ambit_model::{
    AgentFacts, Assessment, Basis, BlastRadius, Confidence, Effect, Finding, Gate, Inventory, Place,
    Reversibility, Trust,
};

const FILE: &str = "src/desk.py";

fn at(line: u32) -> Place {
    Place::new(FILE, line, 1)
}

fn agent(name: &str, line: u32) -> AgentFacts {
    AgentFacts::bare("langgraph", name, "src", at(line))
}

fn tool(name: &str, line: u32, effects: &[(Effect, &'static str)]) -> OwnTool {
    let effect = |(effect, on): &(Effect, &'static str)| OwnEffect {
        effect: effect.clone(),
        on: Object::shared(on),
        does: Arc::from("call `client.do`"),
        basis: Basis::Declared,
        confidence: Confidence::Certain,
        place: Some(at(line + 1)),
    };
    OwnTool {
        name: name.to_owned(),
        owner: "src/tools".to_owned(),
        definition: None,
        known: if effects.is_empty() { Known::Nothing } else { Known::Body },
        effects: effects.iter().map(effect).collect(),
        gate: Gate::Auto,
        gated_by: None,
        place: at(line),
        given: at(90),
    }
}

fn hard() -> Effect {
    Effect::Writes { reversibility: Reversibility::Irreversible, blast_radius: BlastRadius::Organization }
}

fn trigger(event: &str, line: u32) -> Trigger {
    Trigger {
        event: event.to_owned(),
        trust: Trust::Public,
        from: Object::shared("channel:github"),
        brings_text: true,
        guard: None,
        place: at(line),
    }
}

fn stated_as(agents: Vec<AgentFacts>, text: &str) -> Assessment {
    let model = if text.is_empty() {
        Model::default()
    } else {
        let (document, problems) = stated::read("ambit.yaml", &format!("ambit: v1\n{text}"));
        assert!(problems.is_empty(), "{problems:?}");
        let (model, problems) = stated::join([document]);
        assert!(problems.is_empty(), "{problems:?}");
        model
    };
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let inventory = Inventory { agents, ..Inventory::default() };
    assess_with(inventory, &model, &catalog, &Judging::default())
}

fn assess(agents: Vec<AgentFacts>) -> Assessment {
    stated_as(agents, "")
}

fn of<'a>(assessment: &'a Assessment, rule: &str) -> Vec<&'a Finding> {
    assessment.findings.iter().filter(|it| it.rule == rule).collect()
}

fn one<'a>(assessment: &'a Assessment, rule: &str) -> &'a Finding {
    let found = of(assessment, rule);
    assert_eq!(found.len(), 1, "{rule}: {:?}", found.iter().map(|it| &it.message).collect::<Vec<_>>());
    found[0]
}

#[test]
fn tools_of_which_nothing_is_known_are_one_finding_for_each_owner() {
    let mut desk = agent("desk", 3);
    desk.program.tools = ["one", "two", "three", "four"].map(|it| tool(it, 10, &[])).to_vec();
    desk.program.tools.push(OwnTool { owner: "vendor/kit".to_owned(), ..tool("five", 20, &[]) });
    let before = assess(vec![desk.clone()]);
    let found = of(&before, "unknown-reach");
    let messages: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(found.len(), 2, "{messages:?}");
    let first = messages.iter().find(|it| it.contains("`src/tools`")).expect("the owner is named");
    assert!(first.contains("4 tools of `src/tools`") && first.contains("`facts.assets`"), "{first}");
    // The line that the message names settles that tool.
    let line = "{effects: [{reads: \"store:workspace\"}], because: looked at}";
    let text: String =
        ["one", "two", "three", "four"].map(|it| format!("    \"tool:src/tools/{it}\": {line}\n")).concat();
    let after = stated_as(vec![desk], &format!("facts:\n  assets:\n{text}"));
    assert!(one(&after, "unknown-reach").message.contains("`vendor/kit`"));
    assert!(after.notes.is_empty(), "{:?}", after.notes);
}

#[test]
fn what_could_not_be_followed_is_settled_by_the_lines_that_are_named() {
    let mut desk = agent("desk", 3);
    desk.program.unresolved =
        vec![Unresolved { what: "tools".to_owned(), raw: "load_tools(settings)".to_owned(), place: at(7) }];
    let before = assess(vec![desk.clone()]);
    let found = one(&before, "unknown-reach");
    assert!(found.message.contains("`load_tools(settings)`"), "{}", found.message);
    let named = found.message.split('`').find(|it| it.starts_with("{on:")).expect("a line is named");
    let line = named.replace('…', "all of them are stated");
    let after = stated_as(vec![desk], &format!("facts:\n  edges:\n    - {line}\n"));
    assert!(of(&after, "unknown-reach").is_empty() && after.notes.is_empty(), "{line}: {:?}", after.notes);
}

#[test]
fn a_tool_is_named_and_taken_away_where_it_is_given() {
    let mut desk = agent("desk", 3);
    desk.program.tools = vec![tool("refund", 10, &[(hard(), "store:github")])];
    let assessment = assess(vec![desk]);
    let found = one(&assessment, "unguarded-consequence");
    assert!(found.message.contains("with its tool `refund`"), "{}", found.message);
    let controls: Vec<&str> = found.remedies.iter().map(|it| it.control.as_str()).collect();
    assert!(controls.contains(&"ask-tool") && controls.contains(&"deny-tool"), "{controls:?}");
    let deny = found.remedies.iter().find(|it| it.control == "deny-tool").expect("it is there");
    let edit = &deny.edits[0];
    assert_eq!((edit.path.as_str(), edit.action), (FILE, EditAction::Manual));
    assert!(edit.lines.contains("(line 90)") && !deny.cuts.is_empty(), "{edit:?}");
    // No client stands behind it, so there is nothing that it would do as it comes.
    assert!(assessment.baseline.is_empty(), "{:?}", assessment.baseline);
}

#[test]
fn asking_is_said_where_no_file_of_people_is_yet() {
    let mut desk = agent("desk", 3);
    desk.program.tools = vec![tool("refund", 10, &[(hard(), "store:github")])];
    let assessment = assess(vec![desk.clone()]);
    let found = one(&assessment, "unguarded-consequence");
    let ask = found.remedies.iter().find(|it| it.control == "ask-tool").expect("it is there");
    let written: Vec<(&str, &str)> =
        ask.edits.iter().map(|it| (it.path.as_str(), it.pointer.as_str())).collect();
    assert_eq!(written[0], ("ambit.yaml", "/ambit"));
    let text = ask.edits[1].lines.clone();
    let after = stated_as(vec![desk], &text);
    assert!(of(&after, "unguarded-consequence").is_empty() && after.notes.is_empty(), "{text}");
}

#[test]
fn guards_that_only_judge_are_told_where_nothing_else_stands() {
    let mut desk = agent("desk", 3);
    desk.program.tools = vec![tool("refund", 10, &[(hard(), "store:github")])];
    assert!(of(&assess(vec![desk.clone()]), "behavioral-only").is_empty());
    desk.program.guards =
        vec![Guard { how: "input_guardrails".to_owned(), name: "pii".to_owned(), place: at(40) }];
    let assessment = assess(vec![desk.clone()]);
    let found = one(&assessment, "behavioral-only");
    assert!(found.message.contains("`pii` (input_guardrails)"), "{}", found.message);
    assert!(found.evidence.contains(&at(40)));
    desk.program.tools[0].gate = Gate::Asked;
    assert!(of(&assess(vec![desk]), "behavioral-only").is_empty());
}

#[test]
fn an_executor_without_a_container_is_a_sandbox_that_is_off() {
    let runs = Effect::Executes { r#where: ambit_model::Where::Host };
    let with = |name: &str, known: Known| {
        let mut desk = agent("desk", 3);
        desk.program.tools = vec![OwnTool { known, ..tool(name, 10, &[(runs.clone(), "env:host")]) }];
        assess(vec![desk])
    };
    let entry = || Known::Catalog("framework/autogen".to_owned());
    let assessment = with("LocalCommandLineCodeExecutor", entry());
    let found = one(&assessment, "sandbox-off");
    assert_eq!(found.remedies.first().map(|it| it.control.as_str()), Some("sandbox-on"));
    // A shell, and a function of one's own, never had one.
    assert!(of(&with("ShellTool", entry()), "sandbox-off").is_empty());
    assert!(of(&with("run_code", Known::Body), "sandbox-off").is_empty());
}

#[test]
fn a_trigger_without_text_is_a_trigger_and_a_check_is_a_check() {
    let mut desk = agent("desk", 3);
    desk.program.tools = vec![tool("release", 10, &[(hard(), "channel:release")])];
    desk.program.starts = vec![Trigger { brings_text: false, ..trigger("pull_request_target", 5) }];
    let assessment = assess(vec![desk.clone()]);
    let found = one(&assessment, "untrusted-trigger");
    assert_eq!(found.evidence.first(), Some(&at(5)));
    assert_eq!(found.remedies.first().map(|it| it.control.as_str()), Some("restrict-trigger"));
    assert!(found.remedies[0].edits[0].lines.contains("(line 5)"), "{:?}", found.remedies[0]);
    desk.program.starts[0].guard = Some(at(6));
    assert!(of(&assess(vec![desk]), "untrusted-trigger").is_empty());
}

#[test]
fn checking_who_starts_it_settles_what_follows_from_it_too() {
    let mut desk = agent("desk", 3);
    desk.program.tools = vec![tool("release", 10, &[(hard(), "channel:release")])];
    desk.program.starts = vec![trigger("issue_comment", 5)];
    let assessment = assess(vec![desk]);
    let (by_trigger, hijacked) =
        (one(&assessment, "untrusted-trigger"), one(&assessment, "hijackable-action"));
    assert_eq!(by_trigger.group, hijacked.group, "{:?}", hijacked.remedies);
}

#[test]
fn what_a_framework_limits_by_itself_is_a_limit() {
    let mut desk = agent("desk", 3);
    desk.program.starts = vec![trigger("webhook", 5)];
    let assessment = assess(vec![desk.clone()]);
    let found = one(&assessment, "unbounded-loop");
    assert_eq!(found.confidence, Confidence::Likely);
    assert_eq!(found.remedies.first().map(|it| it.control.as_str()), Some("limit-loop"));
    desk.program.limits =
        vec![LoopLimit { kind: LimitKind::Steps, raw: "recursion_limit=25".to_owned(), place: None }];
    assert!(of(&assess(vec![desk]), "unbounded-loop").is_empty());
}

#[test]
fn work_that_is_handed_on_is_kept_back_where_it_is_handed() {
    let mut planner = agent("planner", 3);
    planner.program.tools =
        vec![OwnTool { gate: Gate::Asked, ..tool("refund", 10, &[(hard(), "store:github")]) }];
    let hand = |to: &str, line: u32| Handoff {
        to: Target::Agent { client: "langgraph".to_owned(), name: to.to_owned(), at: "src".to_owned() },
        gate: Gate::Auto,
        returns: true,
        shares_context: false,
        how: "as a node".to_owned(),
        place: at(line),
    };
    let mut cashier = agent("cashier", 4);
    cashier.program.tools = vec![tool("wire", 12, &[(hard(), "channel:service")])];
    planner.program.hands = vec![hand("middle", 30)];
    let mut middle = agent("middle", 5);
    middle.program.hands = vec![hand("cashier", 31)];
    let assessment = assess(vec![planner.clone(), middle.clone(), cashier.clone()]);
    let found = one(&assessment, "delegation-widens");
    assert!(found.message.contains("must ask before all"), "{}", found.message);
    assert_eq!(found.legs["delegation"].len(), 2, "over the one in the middle");
    assert!(!found.remedies.is_empty());
    // Nobody has bounded a planner that does nothing itself.
    planner.program.tools.clear();
    assert!(of(&assess(vec![planner, middle, cashier]), "delegation-widens").is_empty());
}
