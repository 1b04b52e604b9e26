//! The sections of the document, in their order: one file each. A section that has nothing to show says what would fill it.

mod boundaries;
mod changes;
mod compositions;
mod controls;
mod coverage;
mod decisions;
mod diagrams;
mod duties;
mod method;
mod models;
mod patterns;
mod residual;
mod signoff;
mod summary;
mod system;

use ambit_model::{Finding, Legs, ReachEdge};

use super::Source;
use super::blocks::Section;
use crate::words::{self, count};

/// All sections, in their order.
pub(super) const ALL: [fn(&Source<'_>) -> Section; 15] = [
    summary::section,
    system::section,
    boundaries::section,
    diagrams::section,
    patterns::section,
    signoff::section,
    compositions::section,
    duties::section,
    controls::section,
    coverage::section,
    decisions::section,
    residual::section,
    changes::section,
    models::section,
    method::section,
];

/// What stands where a cell has nothing.
const NONE: &str = "not stated";

/// The sentences below the title.
pub(super) fn opening(source: &Source<'_>) -> String {
    let it = source.material;
    let day = match it.today {
        Some(day) => format!("Decisions, answers and boundaries are judged for {day}."),
        None => "No day was given: whether decisions and answers have run out was not judged.".to_owned(),
    };
    format!("Written by {} {}. {day}", it.assessment.tool.name, it.assessment.tool.version)
}

fn stated(text: Option<impl ToString>) -> String {
    text.map_or_else(|| NONE.to_owned(), |it| it.to_string())
}

fn listed(words: impl IntoIterator<Item = String>) -> String {
    let words: Vec<String> = words.into_iter().collect();
    if words.is_empty() { NONE.to_owned() } else { words.join(", ") }
}

/// Nobody has decided about it, or a decision about it does not hold.
fn is_open(finding: &Finding) -> bool {
    !words::is_settled(finding.status)
}

impl Source<'_> {
    /// The findings, those of the worst groups first.
    fn findings(&self) -> Vec<&Finding> {
        let assessment = self.material.assessment;
        let ordered = assessment.groups.iter().flat_map(|it| &it.findings);
        ordered.filter_map(|it| self.index.finding(it)).collect()
    }

    /// The path of a finding or a breach, an edge a line, in the order in which harm travels.
    fn path(&self, legs: &Legs) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, edges) in words::legs(legs) {
            for edge in edges.iter().filter_map(|it| self.index.edge(it)) {
                lines.push(format!("{}: {}{}", words::leg(name), self.index.sentence(edge), place(edge)));
            }
        }
        lines
    }
}

/// Where a reader can check an edge.
fn place(edge: &ReachEdge) -> String {
    words::source(edge).map_or_else(String::new, |it| {
        if it.contains('`') { format!(" ({it})") } else { format!(" (`{it}`)") }
    })
}

/// `1 agent has`, `2 agents have`.
fn number(count_of: usize, noun: &str, one: &str, many: &str) -> String {
    format!("{} {}", count(count_of, noun), if count_of == 1 { one } else { many })
}
