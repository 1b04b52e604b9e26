//! `ambit rank`: its forms, its seeds, and what it refuses.

use super::{code, err, out, risky, run, write};

const DESK: &str = include_str!("../../../../examples/risk/ambit.yaml");

fn desk() -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "ambit.yaml", DESK);
    root
}

fn ranked(root: &std::path::Path, arguments: &[&str]) -> serde_json::Value {
    let output = run(root, &[&["rank", ".", "--format", "json", "--trials", "64"], arguments].concat());
    assert_eq!((code(&output), err(&output).as_str()), (0, ""));
    serde_json::from_str(&out(&output)).expect("JSON")
}

#[test]
fn nodes_edges_and_controls_are_ranked_by_what_falls() {
    let root = desk();
    for of in ["nodes", "edges", "controls"] {
        let risk = ranked(root.path(), &["--of", of]);
        assert_eq!(
            (&risk["schema"], &risk["of"], &risk["unit"]),
            (&"ambit.risk/v1".into(), &of.into(), &"EUR".into())
        );
        let list = risk["ranked"].as_array().expect("a list");
        assert!(!list.is_empty(), "{of}");
        let falls: Vec<f64> =
            list.iter().map(|it| it["fall"]["expected"].as_f64().expect("a number")).collect();
        let worth = |it: &serde_json::Value| it["worth"].is_number();
        let plain: Vec<f64> = list.iter().zip(&falls).filter(|(it, _)| !worth(it)).map(|it| *it.1).collect();
        assert!(plain.windows(2).all(|it| it[0] >= it[1]), "{of}: {falls:?}");
    }
    let controls = ranked(root.path(), &["--of", "controls"]);
    let filter = controls["ranked"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|it| it["id"] == "mail-filter")
        .expect("it is there");
    assert_eq!(filter["price"], 9000.0);
    assert!(filter["worth"].as_f64().is_some_and(|it| it > 0.0));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let root = desk();
    let bytes = |arguments: &[&str]| {
        run(root.path(), &[&["rank", ".", "--trials", "256", "--format", "json"], arguments].concat()).stdout
    };
    assert_eq!(bytes(&["--seed", "3"]), bytes(&["--seed", "3"]));
    assert_ne!(bytes(&["--seed", "3"]), bytes(&["--seed", "4"]));
}

#[test]
fn every_form_says_what_it_is_in() {
    let root = desk();
    for (form, mark) in [
        ("text", "expected loss"),
        ("markdown", "| Input |"),
        ("svg", "<svg xmlns"),
        ("html", "Content-Security-Policy"),
    ] {
        let output = run(root.path(), &["rank", ".", "--trials", "64", "--format", form]);
        assert_eq!((code(&output), err(&output).as_str()), (0, ""), "{form}");
        assert!(out(&output).contains(mark), "{form}: {}", out(&output));
    }
    let done = out(&run(root.path(), &["rank", ".", "--trials", "64", "--consequences"]));
    assert!(done.contains("What desk can do to the world") && done.contains("T4"), "{done}");
}

#[test]
fn what_nobody_has_stated_is_told_as_assumed() {
    let root = risky();
    let risk = ranked(root.path(), &[]);
    assert_eq!((&risk["unit"], &risk["profile"]["stated"]), (&"points".into(), &false.into()));
    assert!(
        risk["inputs"].as_array().expect("a list").iter().all(|it| it["founded"].get("stated").is_none())
    );
    assert!(risk["findings"].as_array().expect("a list").iter().all(|it| {
        it["cvss"]["vector"].as_str().is_some_and(|it| it.starts_with("CVSS:4.0/"))
            && it["aivss"]["version"] == "0.8"
            && it["aivss"]["legacy"] == true
    }));
}

#[test]
fn wrong_words_and_numbers_are_wrong_usage_and_wrong_entries_are_told() {
    let root = desk();
    for arguments in
        [["--of", "people"], ["--top", "0"], ["--trials", "1"], ["--seed", "-1"], ["--format", "pdf"]]
    {
        assert_eq!(code(&run(root.path(), &[&["rank", "."], &arguments[..]].concat())), 2, "{arguments:?}");
    }
    write(
        root.path(),
        "ambit.yaml",
        "ambit: v1\nrisk:\n  attempts: [{on: \"channel:mail\", rate: 9..3, becuase: x}]\n",
    );
    let output = run(root.path(), &["rank", ".", "--trials", "64"]);
    assert_eq!((code(&output), out(&output).as_str()), (2, ""));
    assert!(
        err(&output).contains("`9..3` is not a rate") && err(&output).contains("did you mean `because`"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_model_that_cannot_be_read_gives_no_numbers() {
    let root = desk();
    write(root.path(), "ambit.yaml", "ambit: v1\nfacts: [\n");
    let output = run(root.path(), &["rank", ".", "--trials", "64"]);
    assert_eq!((code(&output), out(&output).as_str()), (2, ""));
    assert!(err(&output).contains("ambit.yaml"), "{}", err(&output));
}

#[test]
fn where_there_is_no_agent_that_is_said_and_nothing_is_below_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    for form in ["text", "markdown", "html"] {
        let output = run(root.path(), &["rank", ".", "--trials", "64", "--format", form]);
        let text = out(&output);
        assert!(text.contains("No agent is defined"), "{form}: {text}");
        assert!(!text.contains("-0"), "{form}: {text}");
    }
    let risk = ranked(root.path(), &[]);
    assert_eq!(risk["seen"], 0);
    assert!(risk["total"]["loss"]["expected"].as_f64().is_some_and(f64::is_sign_positive), "{risk}");
    let output = run(root.path(), &["contain", "."]);
    assert!(err(&output).contains("no agent is defined"), "{}", err(&output));
}

#[test]
fn what_is_protected_by_one_end_is_as_likely_as_that_end() {
    let root = desk();
    for seed in ["1", "2"] {
        let risk = ranked(root.path(), &["--seed", seed]);
        let ends = risk["ends"].as_array().expect("a list");
        let leak = ends.iter().find(|it| it["kind"] == "leaked").expect("it leaks");
        let protected = &risk["protected"][0];
        assert_eq!(protected["likelihood"], leak["likelihood"]["expected"], "{seed}");
        assert_eq!((&protected["p90"], &protected["method"]), (&leak["p90"], &leak["method"]), "{seed}");
        assert_eq!(risk["agents"][0]["likelihood"], risk["total"]["likelihood"]["expected"], "{seed}");
    }
}

#[test]
fn cells_of_the_page_say_what_they_are_and_controls_what_they_save() {
    let root = desk();
    let page =
        out(&run(root.path(), &["rank", ".", "--trials", "64", "--of", "controls", "--format", "html"]));
    let cells = page.matches("<td").count();
    assert!(cells > 50 && cells == page.matches("<td data-head=\"").count(), "{cells}");
    assert!(page.contains("data-head=\"Likely in a year\""));
    let text = out(&run(root.path(), &["rank", ".", "--trials", "64", "--of", "controls"]));
    assert!(text.contains("By what each EUR of a control's price saves"), "{text}");
    assert!(text.contains("costs 2k EUR: saves 14 EUR for each EUR"), "{text}");
    assert!(text.contains("7 are assumed"), "{text}");
}

#[test]
fn tools_of_one_name_are_told_with_their_servers() {
    let root = tempfile::tempdir().expect("a folder");
    let server = |base: &str| {
        format!(
            "{{\"command\": \"npx\", \"args\": [\"-y\", \"@modelcontextprotocol/server-postgres@0.6.2\", \"postgresql://db.example.com/{base}\"]}}"
        )
    };
    let fetch = "{\"command\": \"uvx\", \"args\": [\"mcp-server-fetch==2025.4.7\"]}";
    let (left, right) = (server("left"), server("right"));
    let servers = format!("{{\"mcpServers\": {{\"left\": {left}, \"right\": {right}, \"fetch\": {fetch}}}}}");
    write(root.path(), ".mcp.json", &servers);
    let allow = "{\"permissions\": {\"allow\": [\"mcp__fetch\", \"mcp__left\", \"mcp__right\"]}}";
    write(root.path(), ".claude/settings.json", allow);
    let text = out(&run(root.path(), &["rank", ".", "--trials", "64", "--of", "controls", "--all"]));
    assert!(text.contains("deny `left/query`") && text.contains("deny `right/query`"), "{text}");
}
