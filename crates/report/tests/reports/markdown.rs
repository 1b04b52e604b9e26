//! The comment on a pull request.

use ambit_model::{Assessment, AssetId, AssetKind};
use ambit_report::visible::is_hidden;
use ambit_report::{Format, Options, render};

use crate::sample;

fn markdown(assessment: &Assessment) -> String {
    let mut out = Vec::new();
    render(assessment, Format::Markdown, &Options::default(), &mut out).expect("a vector takes all");
    String::from_utf8(out).expect("text")
}

#[test]
fn it_says_the_harm_and_folds_the_rest() {
    insta::assert_snapshot!(markdown(&sample::assessment()));
}

#[test]
fn an_empty_folder_gets_a_short_comment() {
    insta::assert_snapshot!(markdown(&sample::empty()));
}

/// What is left of a line once its code spans are taken out.
pub(crate) fn outside_code(line: &str) -> String {
    let mut out = String::new();
    let mut fence = 0;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches('`').len();
        let (taken, after) = rest.split_at(run.max(c.len_utf8()));
        match (run, fence) {
            (0, 0) => out.push_str(taken),
            (0, _) => {}
            (_, 0) => fence = run,
            (_, open) if open == run => fence = 0,
            _ => {}
        }
        rest = after;
    }
    assert_eq!(fence, 0, "a code span is not closed: {line}");
    out
}

#[test]
fn hostile_names_stay_names() {
    let text = markdown(&sample::hostile());
    assert!(!text.chars().any(|it| it != '\n' && is_hidden(it)), "{text}");
    let mut fenced = false;
    for line in text.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        let written = outside_code(line);
        for mention in ["@everyone", "#1", "https://", "www.evil"] {
            assert!(!written.replace('\\', "").contains(mention), "{mention} in {line}");
        }
        let markup = ["\\<", "\\[", "\\]", "\\&"].iter().fold(written, |text, it| text.replace(it, ""));
        for sign in ["<script", "<img", "</summary></", "]("] {
            assert!(!markup.contains(sign), "{sign} in {line}");
        }
        if line.starts_with('|') {
            assert_eq!(line.replace("\\|", "").matches('|').count(), 8, "{line}");
        }
    }
    insta::assert_snapshot!(text);
}

#[test]
fn a_mention_in_a_sentence_is_broken() {
    let mut assessment = sample::assessment();
    for finding in &mut assessment.findings {
        finding.message = "ask @octocat <b> #12 https://evil.example www.x.example [x](y) `odd".to_owned();
    }
    let text = markdown(&assessment);
    assert!(
        text.contains(
            r"ask @<!-- -->octocat \<b\> \#<!-- -->12 https:<!-- -->//evil.example www.<!-- -->x.example"
        ),
        "{text}"
    );
    assert!(text.contains(r"\[x\](y)") && !text.contains("`odd"), "{text}");
}

#[test]
fn a_large_system_still_fits_a_comment() {
    let mut assessment = sample::hostile();
    let (edges, groups) = (assessment.edges.clone(), assessment.groups.clone());
    for number in 0..200 {
        assessment.groups.extend(groups.clone());
        let problem = assessment.inputs.problems[0].clone();
        assessment.inputs.problems.push(problem);
        for edge in &edges {
            let mut edge = edge.clone();
            edge.to = AssetId::new(AssetKind::Channel, &format!("{number}{}", "x".repeat(300)));
            assessment.edges.push(edge);
        }
    }
    let text = markdown(&assessment);
    assert!(text.chars().count() < 65_000, "{}", text.chars().count());
    assert!(text.contains("more groups.") && text.contains("more edges."));
    assert_eq!(text.matches("<details>").count(), text.matches("\n</details>").count());
}
