//! Output that pages quote, between `<!-- output: scan PATH [--catalog FILE] -->` and `<!-- end -->`: run again and
//! put in its place, so that no page promises what the program does not print.

use std::fmt::Write as _;

use ambit_catalog::Catalog;
use ambit_discovery::{Disk, Settings};
use ambit_report::{Format, Options};
use anyhow::{Context as _, bail};

const OPEN: &str = "<!-- output: ";
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
        let Some(command) = line.strip_prefix(OPEN).and_then(|it| it.strip_suffix(" -->")) else { continue };
        lines
            .by_ref()
            .find(|it| *it == CLOSE)
            .with_context(|| format!("`{command}` is quoted without end"))?;
        let output = output(command)?;
        let _infallible = write!(out, "```text\n{}\n```\n{CLOSE}\n", output.trim_end());
    }
    Ok(out)
}

/// What the command prints, run from the root of the project.
fn output(command: &str) -> anyhow::Result<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let (folder, additions) = match words.as_slice() {
        ["scan", folder] => (*folder, None),
        ["scan", folder, "--catalog", file] => (*folder, Some(*file)),
        _ => bail!("`{command}` is not a command that pages quote"),
    };
    let root = super::root();
    let mut catalog = Catalog::compiled()?;
    if let Some(file) = additions {
        let text = std::fs::read_to_string(root.join(file)).with_context(|| format!("reading `{file}`"))?;
        catalog.add(file, &text)?;
    }
    let source = Disk::default().tree(root.join(folder), "");
    let settings = Settings { root: folder.to_owned(), home: false };
    let assessment = ambit_analysis::assess(ambit_discovery::read(&source, &catalog, &settings), &catalog);
    let rules: Vec<_> = ambit_analysis::rules::ALL.iter().map(|it| it.info).collect();
    let options = Options { width: WIDTH, rules: &rules, catalog: Some(&catalog), ..Options::default() };
    let mut bytes = Vec::new();
    ambit_report::render(&assessment, Format::Text, &options, &mut bytes)?;
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
