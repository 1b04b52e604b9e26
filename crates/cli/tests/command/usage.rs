//! Arguments, streams and exit codes.

use std::process::Stdio;

use super::{FORMATS, ambit, code, err, out, risky, run, write};

#[test]
fn a_path_that_is_not_there_is_wrong_usage_and_says_what_was_expected() {
    let root = risky();
    let output = run(root.path(), &["scan", "no-such-folder"]);
    assert_eq!(code(&output), 2);
    assert!(
        err(&output).contains("`no-such-folder`") && err(&output).contains("expected a folder"),
        "{}",
        err(&output)
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn unknown_words_are_wrong_usage_and_say_what_there_is() {
    let root = risky();
    for (arguments, expected) in [
        (&["scan", ".", "--nope"][..], "--nope"),
        (&["scna"][..], "scan"),
        (&["scan", ".", "--format", "xml"][..], "sarif"),
        (&["scan", ".", "--fail-on", "severe"][..], "critical"),
        (&["scan", ".", "--color", "pink"][..], "never"),
        (&["scan", ".", "-q", "-v"][..], "--verbose"),
        (&["explain"][..], "<ID>"),
        (&["completions", "tcsh"][..], "zsh"),
        (&[][..], "Usage"),
    ] {
        let output = run(root.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(expected), "{arguments:?}: {}", err(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[test]
fn an_unreadable_catalog_or_output_is_a_failure() {
    let root = risky();
    write(root.path(), "bad.toml", "servers = 1");
    for arguments in [
        ["scan", ".", "--catalog", "missing.toml"],
        ["scan", ".", "--catalog", "bad.toml"],
        ["scan", ".", "--output", "no/such/folder/x"],
    ] {
        let output = run(root.path(), &arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).starts_with("error: "), "{}", err(&output));
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn findings_decide_the_exit_code_only_when_asked() {
    let root = risky();
    assert_eq!(code(&run(root.path(), &["scan", "."])), 0);
    assert_eq!(code(&run(root.path(), &["scan", ".", "--fail-on", "low"])), 1);
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(code(&run(empty.path(), &["scan", ".", "--fail-on", "low"])), 0);
}

#[test]
fn an_empty_folder_is_fine_in_every_format() {
    let root = tempfile::tempdir().expect("a folder");
    for format in FORMATS {
        let output = run(root.path(), &["scan", ".", "--format", format]);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{format}");
        assert!(!output.stdout.is_empty(), "{format}");
    }
}

#[test]
fn results_go_to_one_stream_and_the_rest_to_the_other() {
    let root = risky();
    let output = run(root.path(), &["scan", "--format", "json"]);
    assert!(err(&output).contains("your own agents"), "{}", err(&output));
    serde_json::from_str::<serde_json::Value>(&out(&output)).expect("nothing but JSON");
    let quiet = run(root.path(), &["scan", "-q", "--format", "json"]);
    assert_eq!(err(&quiet), "");
}

#[test]
fn the_output_file_holds_what_would_have_been_printed() {
    let root = risky();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("report");
    for format in FORMATS {
        let printed = run(root.path(), &["scan", ".", "--format", format]);
        let written =
            ambit(root.path()).args(["scan", ".", "--format", format, "--output"]).arg(&file).output();
        let written = written.expect("`ambit` starts");
        assert!(code(&written) == 0 && written.stdout.is_empty(), "{format}");
        assert!(std::fs::read(&file).expect("a file") == printed.stdout, "{format}");
    }
}

#[test]
fn a_scan_writes_nothing() {
    let root = risky();
    let names = || {
        let mut names: Vec<_> = std::fs::read_dir(root.path())
            .expect("a folder")
            .map(|it| it.expect("an entry").file_name())
            .collect();
        names.sort();
        names
    };
    let before = names();
    for format in FORMATS {
        run(root.path(), &["scan", "--format", format]);
    }
    assert_eq!(names(), before);
}

#[test]
fn colours_appear_only_when_wanted() {
    let root = risky();
    let coloured = |arguments: &[&str], no_color: bool| {
        let mut command = ambit(root.path());
        if no_color {
            command.env("NO_COLOR", "1");
        }
        let output = command.args(["scan", "."]).args(arguments).output().expect("`ambit` starts");
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&[], false), "standard output is no terminal");
    assert!(!coloured(&["--color", "never"], false));
    assert!(coloured(&["--color", "always"], false));
    assert!(coloured(&["--color", "always"], true), "what is typed beats what is set");
    assert!(!coloured(&["--color", "auto"], true));
    for format in FORMATS.iter().filter(|it| **it != "text") {
        assert!(!coloured(&["--color", "always", "--format", format], false), "{format}");
    }
}

#[test]
fn quiet_says_less_and_verbose_more() {
    let root = risky();
    let length = |flag: &[&str]| {
        let output = ambit(root.path()).args(["scan", "."]).args(flag).output().expect("`ambit` starts");
        output.stdout.len()
    };
    assert!(length(&["-q"]) < length(&[]) && length(&[]) < length(&["-v", "--all"]));
}

#[test]
fn a_closed_pipe_is_no_failure_and_keeps_the_exit_code() {
    let root = risky();
    for (arguments, expected) in
        [(&["scan", ".", "--format", "html"][..], 0), (&["scan", ".", "--fail-on", "low"][..], 1)]
    {
        let mut child = ambit(root.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("a start");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("an end");
        assert_eq!((code(&output), err(&output).as_str()), (expected, ""), "{arguments:?}");
    }
}

#[test]
fn files_and_folders_outside_the_current_one_are_known_by_their_names() {
    let (one, two, here) = (risky(), risky(), tempfile::tempdir().expect("a folder"));
    let scan = |paths: &[&std::path::Path]| {
        let output =
            ambit(here.path()).args(["scan", "--format", "json"]).args(paths).output().expect("a start");
        let parsed: serde_json::Value = serde_json::from_str(&out(&output)).expect("JSON");
        let inputs = &parsed["inputs"];
        (inputs["read"].as_u64(), parsed["summary"]["agents"].as_u64())
    };
    assert_eq!(scan(&[one.path()]), (Some(2), Some(1)));
    assert_eq!(scan(&[one.path(), two.path()]), (Some(4), Some(2)));
    assert_eq!(scan(&[&one.path().join(".claude/settings.json")]), (Some(1), Some(1)));
}

#[cfg(unix)]
#[test]
fn a_named_pipe_that_the_user_names_is_not_waited_for() {
    let root = tempfile::tempdir().expect("a folder");
    let pipe = root.path().join(".mcp.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("`mkfifo` runs").success());
    let output = run(root.path(), &["scan", ".mcp.json", "--format", "json"]);
    assert_eq!(code(&output), 0);
    assert!(out(&output).contains("not an ordinary file: not opened"), "{}", out(&output));
}

#[test]
fn each_command_has_a_page_of_its_own() {
    let root = tempfile::tempdir().expect("a folder");
    let all = out(&run(root.path(), &["man"]));
    for name in ["rank", "contain", "scan", "man"] {
        assert!(all.contains(&format!("ambit\\-{name}(1)")), "{name}: {all}");
        for asked in [name.to_owned(), format!("ambit-{name}")] {
            let page = run(root.path(), &["man", &asked]);
            assert_eq!(code(&page), 0, "{}", err(&page));
            assert!(out(&page).contains(&format!("ambit\\-{name} \\- ")), "{}", out(&page));
        }
    }
    let unknown = run(root.path(), &["man", "nothing"]);
    assert_eq!(code(&unknown), 2);
    assert!(err(&unknown).contains("no command is called `nothing`"), "{}", err(&unknown));
}
