//! The rest of the same.

use super::*;

#[test]
fn other_workflows_stay_quiet_and_broken_ones_with_agents_do_not() {
    let quiet = [
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: cargo test\n",
        "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: acme/claude-notify@v1\n",
        "on: push\njobs:\n  a:\n   - this is\n  no workflow: [\n",
        "on: push\nname: x\n",
        "",
        "- a\n- b\n",
    ];
    for text in quiet {
        let inventory = workflow(text);
        assert_eq!((agents(&inventory), problems(&inventory)), (vec![], vec![]), "{text}");
    }
    let broken = workflow("on: push\njobs:\n  a: [\n    claude -p\n");
    assert_eq!(problems(&broken).len(), 1);
    assert!(problems(&broken)[0].starts_with("its agents are not on the map"), "{:?}", problems(&broken));
}

#[test]
fn elsewhere_the_same_file_is_an_example() {
    let text = format!("on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n{STEP}");
    let inventory = read(&[("docs/example.yml", text.as_str()), ("CLAUDE.md", "x\n")]);
    let agent = named(&inventory, "example/a");
    assert_eq!((agent.at.as_str(), agent.placed), ("docs/example.yml", false));
    assert!(!agent.instructions.iter().any(|it| it.name == "CLAUDE.md"));
    // Compose files and the like have jobs of other kinds.
    let other = read(&[("x.yml", "jobs:\n  a:\n    script: claude code\n")]);
    assert_eq!(agents(&other), Vec::<String>::new());
}

#[test]
fn agents_of_equal_names_are_told_apart() {
    let text = format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{STEP}");
    let inventory =
        read(&[(".github/workflows/w.yml", text.as_str()), (".github/workflows/w.yaml", text.as_str())]);
    assert_eq!(agents(&inventory), ["claude-code w.yaml/a", "claude-code w.yml/a"]);
}
