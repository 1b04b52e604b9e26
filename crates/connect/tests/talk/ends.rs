//! Nothing that was started goes on.

use crate::program::{Program, gone};

/// Starts a second process that ignores what it is asked.
const STUBBORN: &str = "(trap '' TERM HUP; echo $$ > /dev/null; sh -c 'echo $$ > child; exec sleep 1000') &";

#[test]
fn a_server_that_goes_on_when_nobody_listens_is_ended() {
    let program = Program::new(
        "tools() { reply '{\"tools\":[]}'; echo $$ > leader; trap '' TERM; while :; do sleep 1; done; }",
    );
    program.record();
    gone(program.id("leader"));
}

#[test]
fn what_a_server_started_is_ended_with_it() {
    let program = Program::new(&format!(
        "first() {{ echo $$ > leader; {STUBBORN} while ! [ -s child ]; do :; done; }}"
    ));
    program.record();
    gone(program.id("leader"));
    gone(program.id("child"));
}

#[test]
fn what_a_server_left_behind_is_ended_when_it_died_early() {
    let program =
        Program::new(&format!("first() {{ {STUBBORN} while ! [ -s child ]; do :; done; exit 1; }}"));
    assert!(program.error().contains("exit status: 1"));
    gone(program.id("child"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_left_the_group_is_ended_too() {
    let program = Program::new(
        "first() { setsid sh -c 'trap \"\" TERM HUP; (setsid sh -c \"echo \\$\\$ > second; exec sleep 1000\") & echo $$ > first; exec sleep 1000' & \
         while ! [ -s first ] || ! [ -s second ]; do :; done; }",
    );
    program.record();
    gone(program.id("first"));
    gone(program.id("second"));
}

#[test]
fn one_that_ends_when_nobody_listens_is_left_to_it() {
    let program = Program::new("trap 'echo ended > ended' EXIT");
    program.record();
    assert!(program.folder.path().join("ended").exists());
}
