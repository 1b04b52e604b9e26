//! The reach map: well-formed, complete, readable.
#![expect(clippy::expect_used, clippy::panic, reason = "helpers of tests fail as tests do")]

mod html_sample;

use std::collections::BTreeSet;

use ambit_model::{Assessment, AssetId, AssetKind, Gate, Verb};
use ambit_report::picture::{Options, svg};
use ambit_report::visible::is_hidden;
use roxmltree::{Document, Node};

fn samples() -> Vec<(&'static str, Assessment)> {
    vec![
        ("team", html_sample::team()),
        ("crowd", html_sample::crowd()),
        ("hostile", html_sample::hostile()),
        ("empty", html_sample::empty()),
    ]
}

fn parse(text: &str) -> Document<'_> {
    Document::parse(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// Groups with this word in their class, legend aside.
fn groups<'a, 'i>(picture: &'a Document<'i>, word: &str) -> Vec<Node<'a, 'i>> {
    let has = |it: &Node<'_, '_>, word: &str| {
        it.attribute("class").unwrap_or_default().split(' ').any(|it| it == word)
    };
    let in_legend = |it: &Node<'_, '_>| it.ancestors().any(|it| has(&it, "legend"));
    picture
        .descendants()
        .filter(|it| it.tag_name().name() == "g")
        .filter(|it| has(it, word) && !in_legend(it))
        .collect()
}

fn edges(group: Node<'_, '_>) -> BTreeSet<String> {
    group.attribute("data-edges").unwrap_or_default().split(' ').map(str::to_owned).collect()
}

fn title(group: Node<'_, '_>) -> String {
    let title = group.children().find(|it| it.tag_name().name() == "title");
    title.and_then(|it| it.text()).unwrap_or_default().to_owned()
}

/// x, y, width and height of the rectangle of a group, `inset` on each side.
fn rect(group: Node<'_, '_>, class: Option<&str>, inset: f64) -> [f64; 4] {
    let rect = group
        .children()
        .find(|it| it.tag_name().name() == "rect" && it.attribute("class") == class)
        .expect("the group has a rectangle");
    let number = |name: &str| rect.attribute(name).and_then(|it| it.parse::<f64>().ok()).expect("a number");
    let [x, y, w, h] = ["x", "y", "width", "height"].map(number);
    [x + inset, y + inset, w - 2.0 * inset, h - 2.0 * inset]
}

fn overlap([ax, ay, aw, ah]: [f64; 4], [bx, by, bw, bh]: [f64; 4]) -> bool {
    ax < bx + bw && bx < ax + aw && ay < by + bh && by < ay + ah
}

#[test]
fn pictures_are_well_formed_and_hide_nothing() {
    for (name, assessment) in samples() {
        let text = svg(&assessment, &Options::default());
        let picture = parse(&text);
        assert_eq!(picture.root_element().tag_name().name(), "svg");
        assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{name}");
        let scripts =
            picture.descendants().filter(|it| matches!(it.tag_name().name(), "script" | "img" | "a"));
        assert_eq!(scripts.count(), 0, "{name}");
    }
}

#[test]
fn boxes_and_chips_cover_nothing() {
    for (name, assessment) in samples() {
        let agents =
            assessment.assets.iter().filter(|it| it.kind == AssetKind::Agent).map(|it| Some(it.id.clone()));
        for agent in agents.chain([None]) {
            let text = svg(&assessment, &Options { agent: agent.clone(), focus: None });
            let picture = parse(&text);
            let mut taken: Vec<[f64; 4]> =
                groups(&picture, "node").into_iter().map(|it| rect(it, Some("ring"), 4.0)).collect();
            taken.extend(groups(&picture, "chip").into_iter().map(|it| rect(it, None, 0.0)));
            for (at, a) in taken.iter().enumerate() {
                for b in taken.iter().skip(at + 1) {
                    assert!(!overlap(*a, *b), "{name} {agent:?}: {a:?} and {b:?}");
                }
            }
        }
    }
}

#[test]
fn every_edge_is_on_the_map_but_what_supplies_tools() {
    let assessment = html_sample::team();
    let text = svg(&assessment, &Options::default());
    let drawn: BTreeSet<String> = groups(&parse(&text), "link").into_iter().flat_map(edges).collect();
    let rows = assessment.edges.iter().filter(|it| it.verb != Verb::Supplies);
    let rows: BTreeSet<String> = rows.map(|it| it.id.to_string()).collect();
    assert_eq!(drawn, rows);
}

#[test]
fn tools_are_no_boxes_and_the_rest_is_folded() {
    let assessment = html_sample::crowd();
    let text = svg(&assessment, &Options::default());
    let picture = parse(&text);
    let boxes = groups(&picture, "node");
    assert!((5..40).contains(&boxes.len()), "{}", boxes.len());
    assert!(!boxes.iter().any(|it| title(*it).contains("tool:")));
    assert_eq!(groups(&picture, "folded").len(), 2, "stores and ways out");
    assert!(groups(&picture, "link").iter().any(|it| title(*it).contains("with server-")));
}

#[test]
fn an_asset_that_pushes_and_lets_out_stands_in_both_lanes() {
    let assessment = html_sample::team();
    let text = svg(&assessment, &Options::default());
    let picture = parse(&text);
    let web = assessment.assets.iter().position(|it| it.name == "Any web page").expect("the web is an asset");
    let boxes = groups(&picture, "node").into_iter();
    let classes: BTreeSet<&str> = boxes
        .filter(|it| it.attribute("data-assets") == Some(web.to_string().as_str()))
        .filter_map(|it| it.attribute("class")?.split(' ').nth(1))
        .collect();
    assert_eq!(classes, BTreeSet::from(["out", "untrusted"]));
}

#[test]
fn the_path_in_focus_is_the_chosen_findings() {
    let assessment = html_sample::team();
    for finding in assessment.findings.iter().filter(|it| !it.legs.is_empty()) {
        let text = svg(&assessment, &Options { agent: None, focus: Some(finding.id.clone()) });
        let path: BTreeSet<String> = finding.legs.values().flatten().map(ToString::to_string).collect();
        for link in groups(&parse(&text), "link") {
            let lit = link.attribute("class").unwrap_or_default().split(' ').any(|it| it == "focus");
            assert_eq!(lit, !edges(link).is_disjoint(&path), "{}", title(link));
        }
    }
}

#[test]
fn what_is_denied_is_drawn_as_closed_and_says_what_closes_it() {
    let assessment = html_sample::team();
    let text = svg(&assessment, &Options::default());
    let picture = parse(&text);
    let closed = groups(&picture, "closed");
    let denied: BTreeSet<String> =
        assessment.edges.iter().filter(|it| it.gate == Gate::Denied).map(|it| it.id.to_string()).collect();
    let home = closed.iter().find(|it| title(**it).contains("~/.ssh")).expect("the closed line is drawn");
    assert!(edges(*home).is_subset(&denied));
    assert!(title(*home).contains("closed by .claude/settings.json:8"), "{}", title(*home));
}

#[test]
fn a_bounded_edge_that_a_finding_walks_over_is_not_drawn_as_closed() {
    let assessment = html_sample::team();
    let text = svg(&assessment, &Options::default());
    let picture = parse(&text);
    let links = groups(&picture, "link");
    let bounded = links.iter().find(|it| title(**it).contains("bounded by read-only-token"));
    let class = bounded.and_then(|it| it.attribute("class")).expect("the bounded line is drawn");
    assert!(class.contains("open") && !class.contains("closed"), "{class}");
}

#[test]
fn one_agent_alone_leaves_the_others_out() {
    let assessment = html_sample::team();
    let agent = AssetId::new(AssetKind::Agent, "release-bot");
    let text = svg(&assessment, &Options { agent: Some(agent), focus: None });
    let picture = parse(&text);
    let titles: Vec<String> = groups(&picture, "node").into_iter().map(title).collect();
    assert!(titles.iter().any(|it| it.starts_with("Production deploy")));
    assert!(!titles.iter().any(|it| it.starts_with("Mailbox")), "{titles:?}");
}

#[test]
fn the_same_assessment_gives_the_same_picture() {
    for (name, assessment) in samples() {
        let picture = || svg(&assessment, &Options::default());
        assert!(picture() == picture(), "{name}");
    }
}
