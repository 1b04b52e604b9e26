//! What each tier asks for, and what is missing.

use ambit_model::{Duty, TierCount, UnmetDuty};

use super::Source;
use crate::document::blocks::Section;
use crate::words::count;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "A tier follows from whether an effect can be taken back and whom it touches; each tier asks for something.";
    let mut section = Section::new("duties", "Tiers and duties", about);
    let duties = source.material.duties;
    let row = |it: &TierCount| {
        let asked = it.edges.saturating_sub(it.stock);
        vec![
            it.tier.to_string(),
            asks(source.material.model.tiers.duty(it.tier)),
            it.edges.to_string(),
            it.stock.to_string(),
            asked.saturating_sub(it.unmet).to_string(),
            it.unmet.to_string(),
        ]
    };
    let columns = [
        ("tier", 1),
        ("asks for", 5),
        ("edges that are not denied", 2),
        ("the stock client’s own, not asked", 2),
        ("met", 1),
        ("not met", 1),
    ];
    section.table("tier", &columns, duties.tiers.iter().map(row), "");
    if !duties.asked {
        section.missing(
            "The gate asks for none of this: a section `tiers` or `check` in `ambit.yaml` makes it ask.",
        );
    }
    section.head("What is missing");
    if duties.unmet.is_empty() {
        section.say("No edge that was asked lacks anything.");
        return section;
    }
    let columns = [("agent", 3), ("tool", 3), ("tier", 1), ("missing", 5), ("edges", 1)];
    let rows = duties.unmet.iter().map(|it| lacking(source, it));
    section.table("row", &columns, rows, "");
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

fn lacking(source: &Source<'_>, duty: &UnmetDuty) -> Vec<String> {
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
