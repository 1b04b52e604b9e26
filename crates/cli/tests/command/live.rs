//! `ambit tools` and `ambit scan --connect`: what is shown, who is asked, what is kept, and what never goes on.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::{ambit, code, err, out, run, write};

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A folder with an agent that has the shipped server, which leaves a file when it is started.
fn orders() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    let server = std::fs::read_to_string(project().join("examples/live/orders.sh")).unwrap();
    write(root.path(), "orders.sh", &server.replacen("reply()", "echo started > started\nreply()", 1));
    let servers = r#"{"mcpServers": {"orders": {"command": "sh", "args": ["orders.sh"], "env": {"KEY": "hunter2hunter2"}}}}"#;
    write(root.path(), ".mcp.json", servers);
    root
}

const ASK: [&str; 6] = ["scan", ".", "--connect", "orders", "--sandbox", "off"];

fn wait<T>(look: impl Fn() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::yield_now();
    }
}

#[test]
fn nothing_starts_that_nobody_agreed_to() {
    let root = orders();
    let output = run(root.path(), &ASK);
    assert_eq!((code(&output), out(&output).as_str()), (2, ""));
    let said = err(&output);
    assert!(
        said.starts_with("would start: sh orders.sh\n") && said.contains("variables it is given: KEY\n"),
        "{said}"
    );
    assert!(
        said.ends_with("(`--yes` agrees to what is shown above)\n") && !said.contains("hunter2"),
        "{said}"
    );
    assert!(!root.path().join("started").exists());
    let output = run(root.path(), &["tools", "--sandbox", "off", "sh", "orders.sh"]);
    assert_eq!(code(&output), 2);
    assert!(!root.path().join("started").exists());
}

#[test]
fn a_person_on_a_terminal_is_asked() {
    for (answer, starts) in [("y\n", true), ("\n", false), ("no\n", false), ("yesterday\n", false)] {
        let root = orders();
        let pty = nix::pty::openpty(None, None).unwrap();
        let terminal = File::from(pty.slave);
        let child = ambit(root.path())
            .args(ASK)
            .stdin(terminal.try_clone().unwrap())
            .stderr(terminal.try_clone().unwrap())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        drop(terminal);
        let mut person = File::from(pty.master);
        let mut seen = Vec::new();
        let mut byte = [0; 1];
        while !String::from_utf8_lossy(&seen).contains("Start it? [y/N] ") {
            assert_eq!(person.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&seen));
            seen.extend(byte);
        }
        person.write_all(answer.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), if starts { 0 } else { 2 }, "{answer:?}");
        assert_eq!(root.path().join("started").exists(), starts, "{answer:?}");
    }
}

#[test]
fn the_answer_is_on_the_map_as_observed_and_its_record_later_as_declared() {
    let root = orders();
    let ask = [&ASK[..], &["--yes", "--format", "json", "--save", "orders.json"]].concat();
    let provenance = |output: &std::process::Output| -> Vec<String> {
        let found: serde_json::Value = serde_json::from_str(&out(output)).expect("JSON");
        let assets = found["assets"].as_array().unwrap();
        let tool = assets.iter().find(|it| it["id"] == "tool:orders/cancel_order").expect("its tool");
        let known = tool["provenance"].as_array().unwrap().iter();
        known
            .map(|it| format!("{} {}", it["kind"].as_str().unwrap(), it["path"].as_str().unwrap_or("-")))
            .collect()
    };
    let output = run(root.path(), &ask);
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert_eq!(provenance(&output), ["declared .mcp.json", "observed --connect:orders", "assumed -"]);
    std::fs::remove_file(root.path().join("started")).unwrap();
    let output = run(root.path(), &["scan", ".", "--format", "json"]);
    assert_eq!(provenance(&output), ["declared .mcp.json", "declared orders.json", "assumed -"]);
    assert!(!root.path().join("started").exists(), "later scans start nothing");
    let kept = std::fs::read_to_string(root.path().join("orders.json")).unwrap();
    assert!(!kept.contains("hunter2"));
}

#[test]
fn a_file_that_is_there_stays_and_links_are_not_written_through() {
    let root = orders();
    let ask = [&ASK[..], &["--yes", "--save", "kept.json"]].concat();
    write(root.path(), "kept.json", "mine");
    let output = run(root.path(), &ask);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("`kept.json` is there already") && !root.path().join("started").exists());
    assert_eq!(std::fs::read_to_string(root.path().join("kept.json")).unwrap(), "mine");
    let output = run(root.path(), &[&ask[..], &["--force"]].concat());
    assert_eq!(code(&output), 0, "{}", err(&output));
    assert!(std::fs::read_to_string(root.path().join("kept.json")).unwrap().contains("cancel_order"));
    write(root.path(), "target", "mine");
    std::os::unix::fs::symlink("target", root.path().join("link.json")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.path().join("dangling.json")).unwrap();
    for name in ["link.json", "dangling.json"] {
        for force in [&[][..], &["--force"]] {
            let output = run(root.path(), &[&ASK[..], &["--yes", "--save", name], force].concat());
            assert_eq!(code(&output), 2, "{name} {force:?}: {}", err(&output));
        }
    }
    assert_eq!(std::fs::read_to_string(root.path().join("target")).unwrap(), "mine");
    assert!(!root.path().join("nowhere").exists());
}

#[test]
fn what_a_server_says_reaches_no_terminal_as_it_is() {
    let root = orders();
    let script = "printf 'a\\033[2Jb\\n' >&2; echo '{\"jsonrpc\":\"2.0\",\"id\":0,\"error\":{\"code\":1,\"message\":\"\\u001b[31mred\"}}'; \
                  read -r it; echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"\\u001b[31mred\"}}'; read -r it";
    let output =
        run(root.path(), &["tools", "--yes", "--sandbox", "off", "--show-stderr", "sh", "-c", script]);
    let said = err(&output);
    assert_eq!(code(&output), 2, "{said}");
    assert!(
        said.contains("a\\u{1b}[2Jb") && said.contains("\\u{1b}[31mred") && !said.contains('\u{1b}'),
        "{said}"
    );
    assert!(said.contains("\nhelp: "), "{said}");
}

#[test]
fn an_interrupt_ends_the_server_first() {
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        let root = orders();
        let hang = "trap '' TERM INT HUP; sh -c 'echo $$ > child; exec sleep 1000' & echo $$ > leader; while :; do sleep 1; done";
        let mut child = ambit(root.path())
            .args(["tools", "--yes", "--sandbox", "off", "sh", "-c", hang])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let id = |file: &str| {
            let path = root.path().join(file);
            wait(|| std::fs::read_to_string(&path).ok()?.trim().parse::<i32>().ok())
        };
        let (leader, descendant) = (id("leader"), id("child"));
        kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), signal).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal as i32));
        for id in [leader, descendant] {
            let path = PathBuf::from(format!("/proc/{id}/stat"));
            wait(|| {
                let line = std::fs::read_to_string(&path).unwrap_or_else(|_| ") Z".to_owned());
                line.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('Z')).then_some(())
            });
        }
    }
}

#[test]
fn wrong_usage_is_told() {
    let root = orders();
    let says = |arguments: &[&str], text: &str| {
        let output = run(root.path(), arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(err(&output).contains(text), "{arguments:?}: {}", err(&output));
    };
    says(&["tools"], "COMMAND|URL");
    says(&["scan", ".", "--connect", "order", "--yes"], "there are: `orders`");
    says(&["scan", ".", "--save", "x.json"], "there is no answer to save");
    says(&["scan", ".", "--connect", "orders", "--connect", "orders", "--save", "x.json"], "one file holds");
    says(&["tools", "--yes", "--env", "=x", "sh"], "is no variable");
    says(&["tools", "--yes", "--env", "ABSENT", "sh"], "the variable `ABSENT` is not set");
    says(&["tools", "--yes", "--time-limit", "0", "sh"], "time-limit");
    says(&["tools", "--yes", "http://mcp.example.test/"], "readable on the way");
    assert!(!root.path().join("started").exists());
}

const OPEN: &str = "<!-- printed: ";

/// The page quotes what is printed for a person: what is shown first, then the result.
#[test]
fn the_page_quotes_what_it_prints() {
    let page = std::fs::read_to_string(project().join("docs/live.md")).expect("the page");
    let mut quotes = 0;
    for part in page.split(OPEN).skip(1) {
        let (command, rest) = part.split_once(" -->\n```text\n").expect("a mark and a block");
        let (text, _) = rest.split_once("```\n<!-- end -->").expect("an end");
        let words: Vec<&str> = command.split_whitespace().collect();
        let output = Command::new(env!("CARGO_BIN_EXE_ambit"))
            .current_dir(project())
            .env_clear()
            .env("HOME", "/home/you")
            .args(&words)
            .output()
            .expect("`ambit` starts");
        assert_eq!(code(&output), 0, "{}", err(&output));
        let shown = err(&output).replace(project().to_str().unwrap(), "/home/you/shop");
        let program = |it: &str| {
            if it.starts_with("  program: ") { "  program: /usr/bin/sh" } else { it }.to_owned() + "\n"
        };
        let shown: String = shown.lines().map(program).collect();
        assert_eq!(format!("{shown}\n{}", out(&output)), text, "docs/live.md quotes `{command}` otherwise");
        quotes += 1;
    }
    assert_eq!(quotes, 2);
}
