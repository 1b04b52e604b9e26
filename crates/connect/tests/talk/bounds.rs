//! Servers that say nothing, too much, or something else.

use std::time::Duration;

use crate::program::{Program, gone};

fn hasty(added: &str) -> Program {
    let mut program = Program::new(added);
    program.limits.start = Duration::from_millis(400);
    program.limits.request = Duration::from_millis(400);
    program
}

#[test]
fn one_that_says_nothing_is_not_waited_for() {
    let program = hasty("first() { echo $$ > leader; while :; do read -r it; done; }");
    assert_eq!(program.error(), "no answer to `initialize` within 0.4 s");
    gone(program.id("leader"));
    assert_eq!(hasty("tools() { :; }").error(), "no answer to `tools/list` within 0.4 s");
    let mut program = hasty("tools() { :; }");
    program.limits.request = Duration::from_mins(1);
    program.limits.whole = Duration::from_millis(700);
    assert_eq!(program.error(), "no answer to `everything` within 0.7 s");
}

#[test]
fn one_that_writes_no_messages_is_told_so() {
    let program = hasty("greet() { echo 'Listening on port 80'; echo; echo '<html>'; }");
    let error = program.error();
    assert_eq!(error, "no answer to `initialize` within 0.4 s; it wrote 2 lines that are no messages");
}

#[test]
fn one_that_chatters_before_it_talks_is_understood() {
    let record =
        Program::new("first() { echo 'Starting up'; echo 'null'; printf '\\377\\376\\n'; }").record();
    assert_eq!(record["tools"][0]["name"], "cancel");
}

#[test]
fn an_endless_line_a_huge_message_and_a_flood_are_cut_off() {
    let mut program = Program::new("first() { cat /dev/zero | tr '\\0' '{'; }");
    program.limits.message = 256 * 1024;
    assert_eq!(program.error(), "the server wrote a message of more than 256 KiB");
    let mut program = Program::new(
        r#"tools() { printf '{"jsonrpc":"2.0","id":%s,"result":{"tools":[{"name":"' "$id"; head -c 300000 /dev/zero | tr '\0' a; printf '"}]}}\n'; }"#,
    );
    program.limits.message = 256 * 1024;
    assert_eq!(program.error(), "the server wrote a message of more than 256 KiB");
    let mut program = Program::new(
        r#"tools() { while :; do echo '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"x"}}'; done; }"#,
    );
    program.limits.total = 256 * 1024;
    assert_eq!(program.error(), "the server wrote more than 256 KiB");
}

#[test]
fn pages_that_go_round_and_pages_without_end_are_cut_off() {
    let program = Program::new(r#"tools() { reply '{"tools":[],"nextCursor":"again"}'; }"#);
    assert_eq!(
        program.error(),
        "the server does not speak the protocol: its pages of `tools/list` go round in a circle"
    );
    let mut program =
        Program::new(r#"tools() { n=$((n+1)); reply "{\"tools\":[],\"nextCursor\":\"$n\"}"; }"#);
    program.limits.pages = 5;
    assert_eq!(program.error(), "the server wrote more than 5 pages of tools");
    let mut program =
        Program::new(r#"tools() { reply '{"tools":[{"name":"a"},{"name":"b"},{"name":"c"}]}'; }"#);
    program.limits.items = 2;
    assert_eq!(program.error(), "the server wrote more than 2 tools");
}

#[test]
fn one_that_ends_says_how() {
    assert_eq!(
        Program::new("first() { echo 'no token' >&2; exit 3; }").error(),
        "the server ended before it had answered (exit status: 3)"
    );
    let program = Program::new("tools() { echo 'cannot' >&2; kill -9 $$; }");
    let unanswered = program.ask().unwrap_err();
    assert!(unanswered.to_string().contains("signal: 9"), "{unanswered}");
    assert_eq!(unanswered.complaints, "cannot\n");
}

#[test]
fn complaints_are_read_without_end_and_kept_with_one() {
    let mut program = Program::new("first() { head -c 1000000 /dev/zero | tr '\\0' x >&2; echo end >&2; }");
    program.limits.complaints = 100;
    let answer = program.ask().unwrap();
    assert_eq!(answer.complaints().len(), 100);
    assert!(answer.complaints().ends_with("xend\n"));
}

#[test]
fn an_unknown_version_and_an_odd_greeting_are_refused() {
    let greeting = |it: &str| Program::new(&format!("greet() {{ reply '{it}'; }}")).error();
    let unknown = greeting(
        r#"{"protocolVersion":"1999-01-01","capabilities":{},"serverInfo":{"name":"x","version":"1"}}"#,
    );
    assert!(unknown.contains("it speaks version `1999-01-01`"), "{unknown}");
    assert!(greeting("[1,2]").contains("no greeting"), "{}", greeting("[1,2]"));
    let error = Program::new("greet() { fail -32000 'not today'; }").error();
    assert_eq!(error, "the server answered `initialize` with error -32000: not today");
    let error = Program::new("tools() { fail -32603 'broken'; }").error();
    assert_eq!(error, "the server answered `tools/list` with error -32603: broken");
    let error = Program::new("tools() { reply '{\"prompts\":[]}'; }").error();
    assert!(error.contains("no such list"), "{error}");
}

#[test]
fn a_list_that_fails_beside_the_tools_is_left_out_and_told() {
    let program = Program::new(
        r#"greet() { reply '{"protocolVersion":"2025-06-18","capabilities":{"tools":{},"prompts":{}},"serverInfo":{"name":"x","version":"1"}}'; }
           other() { fail -32603 'broken'; }"#,
    );
    let answer = program.ask().unwrap();
    assert_eq!(
        answer.notes(),
        ["`prompts/list` was left out: the server answered `prompts/list` with error -32603: broken"]
    );
}
