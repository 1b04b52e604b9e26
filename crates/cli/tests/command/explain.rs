//! `ambit explain` on findings and on controls of `ambit.yaml`.

use super::{code, err, out, run, write};

/// Two tools that do harm, one of them behind a control, and one control that is only planned.
const MODEL: &str = "ambit: v1
facts:
  stores: {crm: {level: secret, data: [customer]}}
  tools: {refund: {effects: [{spends: money}]}, wipe: {effects: [{writes: crm, reversibility: irreversible, blast_radius: organization}]}}
  agents: {desk: {tools: {refund: auto, wipe: auto}}}
controls:
  no-wipe: {kind: structural, does: cuts, on: 'tool:wipe', owner: desk team}
  no-refund: {kind: structural, does: cuts, on: 'tool:refund', state: planned}
";

fn explained(root: &std::path::Path, what: &str) -> String {
    let output = run(root, &["explain", what, "--path", "."]);
    assert_eq!(code(&output), 0, "{}", err(&output));
    out(&output).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_finding_has_the_scores_that_rank_gives_it() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "ambit.yaml", MODEL);
    let ranked = run(root.path(), &["rank", ".", "--format", "json"]);
    let ranked: serde_json::Value = serde_json::from_str(&out(&ranked)).expect("JSON");
    let findings = ranked["findings"].as_array().expect("findings");
    assert!(!findings.is_empty());
    for it in findings {
        let text = explained(root.path(), it["finding"].as_str().expect("an id"));
        let cvss = &it["cvss"];
        let score = format!(
            "CVSS 4.0 {:.1} ({})",
            cvss["score"].as_f64().expect("a score"),
            cvss["severity"].as_str().expect("a word")
        );
        assert!(text.contains(&score) && text.contains(cvss["vector"].as_str().expect("a vector")), "{text}");
        let aivss = format!("AIVSS 0.8 {:.1} (", it["aivss"]["score"].as_f64().expect("a score"));
        assert!(text.contains(&aivss) && text.contains("legacy"), "{text}");
        for factor in it["aivss"]["factors"].as_array().expect("factors") {
            let because = factor["because"].as_str().expect("a reason");
            let because = because.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&because), "{because}\n{text}");
        }
        let field = match &it["matrix"] {
            serde_json::Value::Null => "5 x 5 none".to_owned(),
            it => format!("5 x 5 likelihood {}, impact {}", it["likelihood"], it["impact"]),
        };
        assert!(text.contains(&field), "{field}\n{text}");
        assert!(text.contains("none feeds back"), "{text}");
    }
}

#[test]
fn a_control_of_the_team_is_explained_by_what_hangs_on_it() {
    let root = tempfile::tempdir().expect("a folder");
    write(root.path(), "ambit.yaml", MODEL);
    let built = explained(root.path(), "no-wipe");
    assert!(built.contains("no-wipe: a control of `ambit.yaml`, in place"), "{built}");
    assert!(built.contains("owner desk team") && built.contains("validated never"), "{built}");
    assert!(built.contains("On the map: 1 edge") && built.contains("1 of them closed"), "{built}");
    assert!(built.contains("Without it: 1 finding more, or worse"), "{built}");
    let planned = explained(root.path(), "control:no-refund");
    assert!(planned.contains("planned: it changes nothing yet"), "{planned}");
    assert!(planned.contains("Once it is in place: 1 finding gone, or less bad"), "{planned}");
}

#[test]
fn what_the_team_calls_so_goes_before_the_catalog() {
    let root = tempfile::tempdir().expect("a folder");
    assert!(explained(root.path(), "deny-tool").contains("It is structural"));
    write(root.path(), "ambit.yaml", &MODEL.replace("no-refund", "deny-tool"));
    assert!(explained(root.path(), "deny-tool").contains("a control of `ambit.yaml`"));
}
