//! Where the gate lives in a team: the scripts of the integrations, run as their hosts would, and the signed example.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::{code, err, out, risky, run, write};

/// What git allows as the name of a branch, and a careless script runs.
const HOSTILE: &str = "$(touch${IFS}pwned);`touch${IFS}pwned`;\"'|touch${IFS}pwned&--output=pwned";
/// Stands for a program: keeps its arguments, one a line, and ends as it is told.
const RECORDER: &str = "#!/bin/sh\nprintf '%s\\n' \"$@\" >>\"${0}.said\"\nexit \"${RECORDED_CODE:-0}\"\n";

fn project_file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the file is there")
}

/// A shell in `folder` with nothing of our own surrounding but where programs lie.
fn shell(program: &str, folder: &Path) -> Command {
    let mut command = Command::new(program);
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", folder.join("bin").display());
    command.current_dir(folder).env_clear().env("HOME", folder).env("PATH", path);
    command
}

fn recorder(folder: &Path, name: &str) {
    let path = format!("bin/{name}");
    write(folder, &path, RECORDER);
    std::fs::set_permissions(folder.join(path), std::fs::Permissions::from_mode(0o755)).expect("it may run");
}

/// The step of the action, in a folder in which `runner` is the runner's own.
fn github(folder: &Path, variables: &[(&str, &str)]) -> Output {
    std::fs::create_dir_all(folder.join("runner")).expect("the folder is made");
    let mut command = shell("bash", folder);
    command.arg(project_file("integrations/github/check.sh"));
    command.env("RUNNER_TEMP", folder.join("runner"));
    command.env("GITHUB_OUTPUT", folder.join("runner/output"));
    command.env("GITHUB_STEP_SUMMARY", folder.join("runner/summary"));
    command.env("AMBIT_BINARY", env!("CARGO_BIN_EXE_ambit")).envs(variables.iter().copied());
    command.output().expect("`bash` starts")
}

/// The job of the template: its block of script, taken out as a runner does.
fn gitlab(folder: &Path, variables: &[(&str, &str)]) -> Output {
    let template = read(&project_file("integrations/gitlab/ambit.gitlab-ci.yml"));
    let (_, block) = template.split_once("    - |\n").expect("the template has one block of script");
    let script: Vec<&str> = block.lines().map_while(|it| it.strip_prefix("      ")).collect();
    assert_eq!(script.last(), Some(&"exit \"$worst\""), "the block is whole");
    let mut command = shell("sh", folder);
    command.args(["-c", &script.join("\n")]);
    command.env("AMBIT_BINARY", env!("CARGO_BIN_EXE_ambit")).env("AMBIT_PATH", ".");
    command.envs(variables.iter().copied()).output().expect("`sh` starts")
}

/// The path that the step hands on as its SARIF file.
fn sarif(folder: &Path) -> PathBuf {
    let said = read(&folder.join("runner/output"));
    PathBuf::from(said.trim_end().strip_prefix("sarif=").expect("one output, `sarif`"))
}

#[test]
fn the_action_fails_with_annotations_a_summary_and_sarif_and_passes_what_is_locked() {
    let root = risky();
    let fails = github(root.path(), &[]);
    assert_eq!(code(&fails), 1, "{}{}", out(&fails), err(&fails));
    assert!(out(&fails).contains("::error file=.claude/settings.json,line=1,"), "{}", out(&fails));
    assert!(read(&root.path().join("runner/summary")).contains("`ambit check` fails"));
    let results: serde_json::Value = serde_json::from_str(&read(&sarif(root.path()))).unwrap();
    assert_eq!(results["version"], "2.1.0");
    assert!(!results["runs"][0]["results"].as_array().unwrap().is_empty());
    assert_eq!(code(&run(root.path(), &["lock"])), 0);
    let passes = github(root.path(), &[("AMBIT_FAIL_ON", "low")]);
    assert_eq!(code(&passes), 0, "{}{}", out(&passes), err(&passes));
}

#[test]
fn the_action_shows_nothing_of_the_project_as_a_command() {
    let root = risky();
    write(root.path(), "ambit.yaml", "ambit: v1\n'##[set-output name=sarif;]x': 1\n");
    let broken = github(root.path(), &[]);
    assert_eq!(code(&broken), 2);
    let text = out(&broken);
    let (before, shown) = text.split_once("::stop-commands::").expect("the excerpt is quoted");
    let (mark, shown) = shown.split_once('\n').expect("a line");
    let (shown, after) = shown.split_once(&format!("\n::{mark}::\n")).expect("the quote ends");
    assert!(shown.contains("##[set-output"), "{text}");
    assert!(mark.len() == 32 && !before.contains("##[") && after.is_empty(), "{text}");
    assert!(err(&broken).is_empty() && !root.path().join("runner/output").exists());
    let again = github(root.path(), &[]);
    assert!(!out(&again).contains(mark), "the mark cannot be known beforehand");
}

#[test]
fn the_action_says_that_the_program_is_missing_and_keeps_the_code_of_failures() {
    let root = risky();
    for binary in ["no-such-program", "--help", "-v"] {
        let missing = github(root.path(), &[("AMBIT_BINARY", binary)]);
        assert_eq!(code(&missing), 2, "{binary}");
        assert!(out(&missing).starts_with("::error "), "{binary}: {}", out(&missing));
    }
    for wrong in [("AMBIT_BASE", "no-such-revision"), ("AMBIT_FAIL_ON", "--all"), ("AMBIT_PATH", "--all")] {
        assert_eq!(code(&github(root.path(), &[wrong])), 2, "{wrong:?}");
    }
    recorder(root.path(), "other");
    let killed = github(root.path(), &[("AMBIT_BINARY", "other"), ("RECORDED_CODE", "139")]);
    assert_eq!(code(&killed), 139);
}

#[test]
fn hostile_names_stay_one_word_in_the_action() {
    let root = risky();
    recorder(root.path(), "ambit");
    // What is typed into a workflow can have spaces too.
    let base = format!("{HOSTILE} * --all");
    let variables = [
        ("AMBIT_BINARY", "ambit"),
        ("AMBIT_BASE", &base),
        ("AMBIT_PATH", "-a b; touch pwned"),
        ("AMBIT_FAIL_ON", "high low"),
        ("AMBIT_FORMAT", "text $(touch pwned)"),
    ];
    assert_eq!(code(&github(root.path(), &variables)), 0);
    let said = read(&root.path().join("bin/ambit.said"));
    let first: Vec<&str> = said.lines().take(7).filter(|it| !it.starts_with("--today=")).collect();
    let base = format!("--base={base}");
    let expected =
        ["check", &base, "--fail-on=high low", "--format=text $(touch pwned)", "--", "-a b; touch pwned"];
    assert_eq!(first, expected);
    assert!(!root.path().join("pwned").exists());
}

#[test]
fn the_action_puts_no_expression_into_a_script() {
    let action = read(&project_file("integrations/github/action.yml"));
    let (before, environment) = action.split_once("      env:\n").expect("inputs go through variables");
    let steps = before.split_once("  steps:\n").expect("it has steps").1;
    assert!(!steps.contains("${{"), "{steps}");
    for input in ["binary", "path", "base", "fail-on", "format"] {
        assert!(environment.contains(&format!("inputs.{input} ")), "{input}");
    }
}

#[test]
fn the_template_fails_with_test_results_and_passes_what_is_locked() {
    let root = risky();
    // A link that the change brought must not lead the report elsewhere.
    write(root.path(), "kept", "as it was");
    std::os::unix::fs::symlink("kept", root.path().join("ambit-junit.xml")).unwrap();
    let fails = gitlab(root.path(), &[]);
    assert_eq!(code(&fails), 1, "{}{}", out(&fails), err(&fails));
    assert!(out(&fails).contains("The gate fails"), "{}", out(&fails));
    assert!(read(&root.path().join("ambit-junit.xml")).contains("<failure"));
    assert!(read(&root.path().join("ambit.md")).contains("`ambit check` fails"));
    assert_eq!(read(&root.path().join("kept")), "as it was");
    assert_eq!(code(&run(root.path(), &["lock"])), 0);
    assert_eq!(code(&gitlab(root.path(), &[])), 0);
    assert_eq!(code(&gitlab(root.path(), &[("AMBIT_BASE", "no-such-revision")])), 2);
    assert_eq!(code(&gitlab(root.path(), &[("AMBIT_BINARY", "no-such-program")])), 2);
}

#[test]
fn the_template_judges_by_the_branch_that_a_merge_request_goes_to_whatever_its_name() {
    let root = risky();
    recorder(root.path(), "ambit");
    recorder(root.path(), "git");
    let variables = [("AMBIT_BINARY", "ambit"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", HOSTILE)];
    let done = gitlab(root.path(), &variables);
    assert_eq!(code(&done), 0, "{}", err(&done));
    let fetched = read(&root.path().join("bin/git.said"));
    assert!(
        fetched.ends_with(&format!("+refs/heads/{HOSTILE}:refs/remotes/origin/{HOSTILE}\n")),
        "{fetched}"
    );
    let said = read(&root.path().join("bin/ambit.said"));
    let base = format!("--base=refs/remotes/origin/{HOSTILE}");
    assert_eq!(said.lines().filter(|it| **it == base).count(), 3, "{said}");
    assert!(!root.path().join("pwned").exists());
}

#[test]
fn the_signed_example_is_what_lock_makes_of_the_stated_one() {
    let root = tempfile::tempdir().unwrap();
    let example = |name: &str, file: &str| read(&project_file(&format!("examples/first-hour/{name}/{file}")));
    for file in [".mcp.json", ".claude/settings.json", "ambit.yaml"] {
        write(root.path(), file, &example("stated", file));
    }
    assert_eq!(code(&run(root.path(), &["lock"])), 0);
    for file in ["ambit.yaml", "ambit.lock"] {
        let made = read(&root.path().join(file));
        for name in ["signed", "changed"] {
            assert!(
                made == example(name, file),
                "examples/first-hour/{name}/{file} is stale: copy `stated/ambit.yaml` to `signed`, run `ambit lock` \
                 there, and copy both files to `changed`"
            );
        }
    }
}
