//! What each tier asks for, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{Duty, EdgeId, Gate, Tier, UnmetDuty};

use super::Source;
use crate::document::blocks::Section;
use crate::words::count;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "A tier follows from whether an effect can be taken back and whom it touches; each tier asks for something.";
    let mut section = Section::new("duties", "Tiers and duties", about);
    let assessment = source.material.assessment;
    let unmet: BTreeSet<&EdgeId> = assessment.duties.iter().flat_map(|it| &it.edges).collect();
    let mut edges: BTreeMap<Tier, (usize, usize)> = BTreeMap::new();
    for edge in assessment.edges.iter().filter(|it| it.gate != Gate::Denied) {
        let (all, lacking) = edges.entry(edge.tier).or_default();
        *all += 1;
        *lacking += usize::from(unmet.contains(&edge.id));
    }
    let rows = [Tier::T0, Tier::T1, Tier::T2, Tier::T3, Tier::T4].map(|tier| {
        let (all, lacking) = edges.get(&tier).copied().unwrap_or_default();
        vec![
            tier.to_string(),
            asks(source.material.model.tiers.duty(tier)),
            all.to_string(),
            (all - lacking).to_string(),
            lacking.to_string(),
        ]
    });
    let columns = [("tier", 1), ("asks for", 6), ("edges that are not denied", 2), ("with nothing missing", 2), ("with something missing", 2)];
    section.table("tier", &columns, rows.to_vec(), "");
    section.head("What is missing");
    if assessment.duties.is_empty() {
        section.say("Nothing that a tier asks for was found missing.");
        return section;
    }
    let columns = [("agent", 3), ("tool", 3), ("tier", 1), ("missing", 5), ("edges", 1)];
    let rows = assessment.duties.iter().map(|it| row(source, it)).collect();
    section.table("pair of agent and tool", &columns, rows, "All are in `assessment.json`.");
    section
}

fn asks(duty: Duty) -> String {
    let mut words = Vec::new();
    if duty.logged {
        words.push("each use is logged".to_owned());
    }
    if duty.bounds > 0 {
        words.push(count(duty.bounds as usize, "structural bound"));
    }
    if duty.approval {
        words.push("a human approves each use".to_owned());
    }
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}

fn row(source: &Source<'_>, duty: &UnmetDuty) -> Vec<String> {
    let mut missing = Vec::new();
    if duty.unlogged {
        missing.push("no log of its use".to_owned());
    }
    if duty.bounds > 0 {
        missing.push(count(duty.bounds as usize, "structural bound"));
    }
    if duty.unapproved {
        missing.push("no human's approval".to_owned());
    }
    vec![
        format!("`{}`", source.index.name(&duty.agent)),
        duty.tool.as_ref().map_or_else(|| "none".to_owned(), |it| format!("`{}`", source.index.name(it))),
        duty.tier.to_string(),
        missing.join(", "),
        duty.edges.len().to_string(),
    ]
}
