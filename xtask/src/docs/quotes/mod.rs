//! What pages quote, between `<!-- output: COMMAND -->` or `<!-- file: PATH -->` and `<!-- end -->`: run or read again and
//! put in its place, so that no page promises what the program does not print. Commands are `scan PATH [--catalog FILE]`,
//! `scan PATH with ambit.yaml`,
//! `cover PATH --framework ID [--all]`, `rank PATH [--of controls]`, `check PATH --today DAY`, `diff PATH PATH`
//! and `report PATH --today DAY`, of which a page quotes the section that `section ID` names.

mod gate;
mod report;

use std::fmt::Write as _;

use ambit_analysis::risk::{Asked, measure};
use ambit_catalog::Catalog;
use ambit_discovery::{Disk, Settings};
use ambit_model::risk::Ranking;
use ambit_model::{Assessment, stated};
use ambit_report::{Format, Options};
use anyhow::{Context as _, bail};

const OUTPUT: &str = "<!-- output: ";
const FILE: &str = "<!-- file: ";
const CLOSE: &str = "<!-- end -->";
/// Columns: what fits on a page of a repository without a scroll bar.
const WIDTH: usize = 100;

/// `text` with every quoted output as it is today.
pub(super) fn requote(text: &str) -> anyhow::Result<String> {
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some((open, what)) = [OUTPUT, FILE].iter().find_map(|open| Some((*open, mark(line, open)?)))
        else {
            continue;
        };
        lines.by_ref().find(|it| *it == CLOSE).with_context(|| format!("`{what}` is quoted without end"))?;
        let (language, quoted) = if open == FILE {
            (what.rsplit('.').next().unwrap_or_default(), file(what)?)
        } else {
            (if what.starts_with("report ") { "markdown" } else { "text" }, output(what)?)
        };
        let _infallible = write!(out, "```{language}\n{}\n```\n{CLOSE}\n", quoted.trim_end());
    }
    Ok(out)
}

fn mark<'a>(line: &'a str, open: &str) -> Option<&'a str> {
    line.strip_prefix(open)?.strip_suffix(" -->")
}

fn file(path: &str) -> anyhow::Result<String> {
    std::fs::read_to_string(super::root().join(path)).with_context(|| format!("reading `{path}`"))
}

/// What the command prints, run from the root of the project.
fn output(command: &str) -> anyhow::Result<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words.as_slice() {
        ["scan", folder] => scan(folder, None),
        ["scan", folder, "--catalog", file] => scan(folder, Some(file)),
        ["scan", folder, "with", "ambit.yaml"] => gate::scan(folder),
        ["cover", folder, "--framework", id] => cover(folder, id, false),
        ["cover", folder, "--framework", id, "--all"] => cover(folder, id, true),
        ["rank", folder] => rank(folder, Ranking::Nodes),
        ["rank", folder, "--of", "controls"] => rank(folder, Ranking::Controls),
        ["check", folder, "--today", day] => gate::check(folder, day),
        ["report", folder, "--today", day, "section", id] => report::section(folder, day, id),
        ["diff", before, after] => gate::diff(before, after),
        _ => bail!("`{command}` is not a command that pages quote"),
    }
}

fn assess(folder: &str, catalog: &Catalog) -> Assessment {
    let source = Disk::default().tree(super::root().join(folder), "");
    let settings = Settings { root: folder.to_owned(), home: false, ..Settings::default() };
    ambit_analysis::assess(ambit_discovery::read(&source, catalog, &settings), catalog)
}

fn scan(folder: &str, additions: Option<&str>) -> anyhow::Result<String> {
    let mut catalog = Catalog::compiled()?;
    if let Some(path) = additions {
        catalog.add(path, &file(path)?)?;
    }
    let assessment = assess(folder, &catalog);
    let rules: Vec<_> = ambit_analysis::rules::ALL.iter().map(|it| it.info).collect();
    let again = format!(" --path {folder}");
    let options =
        Options { width: WIDTH, again: &again, rules: &rules, catalog: Some(&catalog), ..Options::default() };
    let mut bytes = Vec::new();
    ambit_report::render(&assessment, Format::Text, &options, &mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

fn cover(folder: &str, framework: &str, all: bool) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let path = format!("{folder}/ambit.yaml");
    let known = super::root().join(&path).is_file();
    let documents = if known { vec![stated::read(&path, &file(&path)?).0] } else { Vec::new() };
    let (model, _) = stated::join(documents);
    let mut coverage = ambit_analysis::cover(&assess(folder, &catalog), &model, &catalog, None);
    coverage.keep(Some(framework), None);
    let options = Options { width: WIDTH, all, ..Options::default() };
    let mut bytes = Vec::new();
    ambit_report::coverage::write(&coverage, ambit_report::coverage::Format::Text, &options, &mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

fn rank(folder: &str, of: Ranking) -> anyhow::Result<String> {
    let catalog = Catalog::compiled()?;
    let text = file(&format!("{folder}/ambit.yaml"))?;
    let (model, _) = stated::join([stated::read("ambit.yaml", &text).0]);
    let source = Disk::default().tree(super::root().join(folder), "");
    let settings = Settings { root: folder.to_owned(), home: false, ..Settings::default() };
    let inventory = ambit_discovery::read(&source, &catalog, &settings);
    let risk = measure(inventory, &model, &catalog, &Asked { of, ..Asked::default() });
    let options = Options { width: WIDTH, ..Options::default() };
    let mut bytes = Vec::new();
    ambit_report::risk::write(&risk, ambit_report::risk::Format::Text, false, &options, &mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stood_between_the_marks_gives_way_to_what_is_printed() {
        let page = "before\n<!-- output: scan examples/benign -->\nlies\n<!-- end -->\nafter\n";
        let found = requote(page).expect("the page has both marks");
        assert!(found.starts_with(
            "before\n<!-- output: scan examples/benign -->\n```text\nLooked at examples/benign"
        ));
        assert!(found.ends_with("```\n<!-- end -->\nafter\n"));
        assert!(!found.contains("lies"));
    }

    #[test]
    fn a_mark_without_end_is_an_error() {
        assert!(requote("<!-- output: scan examples/benign -->\n").is_err());
    }
}
