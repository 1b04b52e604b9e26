//! The page: complete, closed to what it shows, the same each time.

mod html_sample;

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::{Assessment, AssetId};
use ambit_report::html::html;
use ambit_report::visible::{is_hidden, visible};
use data_encoding::BASE64;
use sha2::{Digest, Sha256};

fn samples() -> Vec<(&'static str, Assessment)> {
    vec![
        ("team", html_sample::team()),
        ("crowd", html_sample::crowd()),
        ("hostile", html_sample::hostile()),
        ("empty", html_sample::empty()),
    ]
}

/// What stands between `open` and `close`, for each time that it does.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    let parts = text.split(open).skip(1);
    parts.map(|it| it.split(close).next().unwrap_or_default()).collect()
}

#[test]
fn every_edge_has_exactly_one_row_to_sign() {
    for (name, assessment) in samples() {
        let page = html(&assessment, None);
        let rows = between(&page, "<tr id=\"", "\"");
        let unique: BTreeSet<&str> = rows.iter().copied().collect();
        let edges: BTreeSet<&str> = assessment.edges.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(rows.len(), unique.len(), "{name}");
        assert_eq!(unique, edges, "{name}");
    }
}

#[test]
fn a_row_says_all_that_a_reviewer_signs() {
    let assessment = html_sample::team();
    let page = html(&assessment, None);
    let edge = assessment.edges.iter().find(|it| it.owner.is_some()).expect("an edge has an owner");
    let row = between(&page, &format!("<tr id=\"{}\"", edge.id), "</tr>").concat();
    for said in [
        "comments on any issue the token can reach",
        "public content can steer it",
        "irreversible",
        "third-parties",
        "T4",
        "happens without asking",
        ".claude/settings.json:5",
        "(project)",
        "platform",
        "likely",
        "add_issue_comment",
    ] {
        assert!(row.contains(said), "{said} is not in {row}");
    }
}

#[test]
fn sections_stand_in_the_order_of_the_reader() {
    let page = html(&html_sample::team(), None);
    let sections = between(&page, "<section id=\"", "\"");
    let order = [
        "harm", "map", "findings", "built", "closed", "baseline", "unknown", "signoff", "dataflow", "inputs",
    ];
    assert_eq!(sections, order);
}

#[test]
fn every_finding_closing_line_problem_and_edit_is_told() {
    let assessment = html_sample::team();
    let page = html(&assessment, None);
    for finding in &assessment.findings {
        assert!(
            page.contains(&format!("<article class=\"finding\" id=\"{}\"", finding.id)),
            "{}",
            finding.id
        );
    }
    assert!(page.contains("closed by <code>.claude/settings.json:8</code>"));
    assert!(page.contains("`servers`") || page.contains("<code>servers</code> is a list"));
    assert!(page.contains("&quot;deny&quot;: [&quot;mcp__github__add_issue_comment&quot;]"));
    assert!(page.contains("tools/dump.bin") && page.contains("node_modules"));
}

#[test]
fn findings_of_one_title_are_told_apart_by_who_and_where() {
    let assessment = html_sample::team();
    let page = html(&assessment, None);
    let list = between(&page, "<section id=\"findings\"", "</section>").concat();
    let summaries = between(&list, "<summary>", "</summary>");
    assert!(!summaries.is_empty());
    for finding in &assessment.findings {
        let name = |id: &AssetId| {
            let asset = assessment.assets.iter().find(|it| it.id == *id);
            asset.map_or(id.name(), |it| it.name.as_str()).to_owned()
        };
        let (who, end) = (name(&finding.subject), name(&finding.end));
        let is_named = |it: &str| it.contains(&who) && (finding.subject == finding.end || it.contains(&end));
        assert!(summaries.iter().any(|it| is_named(it)), "{who}, {end}: {summaries:#?}");
    }
}

#[test]
fn a_small_screen_has_the_key_of_the_map() {
    let page = html(&html_sample::team(), None);
    let key = between(&page, "<svg class=\"map key\"", "</svg>");
    let [key] = key.as_slice() else { panic!("one key: {key:?}") };
    for meaning in ["happens without asking", "asked first", "denied or bounded", "the path of the finding"] {
        assert!(key.contains(meaning), "{meaning}");
    }
    assert!(!html(&html_sample::empty(), None).contains("map key"));
}

#[test]
fn hostile_names_stay_text() {
    let assessment = html_sample::hostile();
    let page = html(&assessment, None);
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    assert_eq!(page.matches("</script").count(), 2);
    assert!(!page.contains("<img"));
    assert!(!page.contains("<!--"));
    for href in between(&page, " href=\"", "\"") {
        assert!(href.starts_with('#'), "{href}");
    }
    let hidden: Vec<char> = page.chars().filter(|it| *it != '\n' && is_hidden(*it)).collect();
    assert_eq!(hidden, []);
    for name in html_sample::HOSTILE {
        let shown = visible(name).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        assert!(page.contains(&shown.replace('"', "&quot;")), "{name:?} is not shown");
    }
}

#[test]
fn no_attribute_is_made_by_a_name() {
    let page = html(&html_sample::hostile(), None);
    // Quoted values taken out, what is left of each tag is its own attributes.
    for tag in between(&page, "<", ">") {
        let bare: String = tag.split('"').step_by(2).collect();
        assert!(!bare.contains("onmouseover") && !bare.contains("onerror"), "{tag}");
        assert!(!bare.contains(" style="), "a style attribute is not in the policy: {tag}");
    }
}

#[test]
fn the_data_for_the_script_is_json_without_markup() {
    for (name, assessment) in samples() {
        let page = html(&assessment, None);
        let json = between(&page, "<script id=\"data\" type=\"application/json\">", "</script>").concat();
        assert!(!json.contains(['<', '>', '&']), "{name}");
        let data: serde_json::Value = serde_json::from_str(&json).expect("the data is JSON");
        assert_eq!(data["assets"].as_array().map(Vec::len), Some(assessment.assets.len()), "{name}");
        let findings = data["findings"].as_object().expect("findings are an object");
        assert_eq!(findings.len(), assessment.findings.len(), "{name}");
    }
}

#[test]
fn the_policy_lets_only_the_pages_own_style_and_script_run() {
    let page = html(&html_sample::team(), None);
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\"").concat();
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(&Sha256::digest(text.as_bytes())));
    let style = between(&page, "<style>", "</style>");
    let script = between(&page, "<script>", "</script>");
    assert_eq!((style.len(), script.len()), (1, 1));
    assert!(policy.starts_with("default-src 'none'; "), "{policy}");
    assert!(policy.contains(&format!("style-src {};", hash(style[0]))), "{policy}");
    assert!(policy.contains(&format!("script-src {};", hash(script[0]))), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[test]
fn nothing_is_fetched() {
    let page = html(&html_sample::team(), None);
    for loading in ["http:", "https:", "//cdn", "@import", "url(", " src=", "<link", "<iframe", "fetch("] {
        assert!(!page.contains(loading), "{loading}");
    }
}

#[test]
fn the_same_assessment_gives_the_same_bytes() {
    for (name, assessment) in samples() {
        assert!(html(&assessment, None) == html(&assessment, None), "{name}");
    }
}

#[test]
fn nothing_found_is_not_called_safe() {
    let page = html(&html_sample::empty(), None);
    assert!(page.contains("that says nothing about what could not"));
    assert!(page.contains("No agent was found"));
    assert!(!page.to_lowercase().contains("pass:") && !page.contains("all clear"));
}

#[test]
fn a_crowd_gets_a_map_of_each_agent_worst_first() {
    let page = html(&html_sample::crowd(), None);
    let maps = between(&page, "<details class=\"one-map\"", "</summary>");
    assert_eq!(maps.len(), 40);
    assert!(maps[0].contains("<summary>worker-21 ") && maps[0].contains(" open "), "{}", maps[0]);
    assert_eq!(maps.iter().filter(|it| it.contains(" open ")).count(), 1);
}

#[test]
fn the_catalog_names_categories() {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let page = html(&html_sample::team(), Some(&catalog));
    assert!(page.contains("<code>ASI01:2026</code> Agent Goal Hijack"));
    assert!(html(&html_sample::team(), None).contains("<code>ASI01:2026</code>"));
}

#[test]
fn edges_of_assets_that_are_not_listed_are_told_all_the_same() {
    let mut assessment = html_sample::team();
    assessment.assets.clear();
    let page = html(&assessment, None);
    assert_eq!(between(&page, "<tr id=\"", "\"").len(), assessment.edges.len());
    assert!(page.contains("Any web page") && page.contains("add_issue_comment"));
}

#[test]
fn pictures_are_bounded_and_say_so_and_rows_are_not() {
    let page = html(&html_sample::agents(200), None);
    assert_eq!(page.matches("<details class=\"one-map\"").count(), 60);
    assert!(page.contains("Drawn are the worst 60 of 200 agents."));
    assert_eq!(between(&page, "<tr id=\"", "\"").len(), html_sample::agents(200).edges.len());
}
