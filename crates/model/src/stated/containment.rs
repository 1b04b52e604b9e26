//! `containment`: what a team knows of the work of controls and the worth of capabilities, in the place of what the
//! catalog assumes.

use super::entry::entry;
use super::pattern::EdgePattern;
use super::problems::Problems;
use super::risk::Amount;
use super::take::{Named, OneOrMore, Placed};
use super::{Model, Section, nothing};

pub(super) const SECTION: Section =
    Section { page: include_str!("containment.md"), rules, references: nothing };

/// The most points that anything has: sums of a million of them are still numbers.
const MOST: u32 = 10_000;

entry! {
    /// What containment costs here. What is not set is as the catalog has it.
    group "a set of costs" Costs {
        /// What a point is worth in the unit of losses: with it, the prices of planned controls count.
        "point" => point: Option<Placed<Amount>>,
        /// Points of work, by kind of control (`egress-allowlist`) or by the name of one under `controls`.
        "work" => work: Named<Placed<u32>>,
        /// What edges are worth to the agents that have them, in points.
        "worth" => worth: Vec<Placed<EdgeWorth>>,
    }
}

entry! {
    /// What edges are worth to their agents. Where several are about one edge, the last one counts.
    "a worth" EdgeWorth {
        /// The edges: ids, assets that they touch, or what they have.
        "on" => on: OneOrMore<Placed<EdgePattern>>,
        /// In points, for each of them.
        "weight" => weight: Placed<u32>,
        /// Why so much.
        "because" => because: String,
    }
}

fn rules(model: &Model, problems: &mut Problems) {
    let costs = &model.containment;
    let work = costs.work.iter().map(|(_, it)| &it.value);
    let worth = costs.worth.iter().map(|it| &it.value.weight);
    for points in work.chain(worth).filter(|it| it.value > MOST) {
        let message = format!("`{}` is more points than anything can have", points.value);
        problems.add(&points.place, message, format!("write a number up to {MOST}"));
    }
    if let Some(point) = costs.point.as_ref().filter(|it| it.value.range().1 <= 0.0) {
        problems.add(
            &point.place,
            "a point is worth nothing",
            "write what an hour of work costs, or leave it out",
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::stated::{join, read};

    /// Where each problem of a file stands, and what it says.
    fn problems(section: &str) -> Vec<(u32, u32, String)> {
        let (document, problems) = read("ambit.yaml", &format!("ambit: v1\ncontainment:\n{section}"));
        let (_, more) = join([document]);
        problems.into_iter().chain(more).map(|it| (it.line, it.column, it.message)).collect()
    }

    #[test]
    fn what_is_stated_is_read_and_what_is_no_number_of_points_is_told() {
        assert_eq!(
            problems(
                "  point: 400\n  work: {deny-tool: 2}\n  worth: [{on: 'tool:x', weight: 0, because: w}]\n"
            ),
            []
        );
        let told = problems(
            "  point: 0\n  work: {deny-tool: 20000, ask-tool: -1}\n  worth:\n    - {on: 'tool:x', weight: 10001, because: w}\n    \
             - {on: 'tool:y', weight: 3}\n",
        );
        let places: Vec<(u32, u32)> = told.iter().map(|it| (it.0, it.1)).collect();
        assert_eq!(places, [(3, 10), (4, 21), (4, 38), (6, 30), (7, 7)], "{told:#?}");
        let says = |at: usize, what: &str| assert!(told[at].2.contains(what), "{:?}", told[at]);
        says(0, "worth nothing");
        says(1, "more points than anything can have");
        says(2, "whole number");
        says(3, "more points than anything can have");
        says(4, "has no `because`");
    }
}
