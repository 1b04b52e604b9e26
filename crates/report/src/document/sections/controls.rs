//! What stands between dangers and harm, and what shows that it works.

use ambit_model::finding::ControlKind;
use ambit_model::stated::{Control, EdgePattern};

use super::{Source, stated};
use crate::document::blocks::Section;
use crate::words::count;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "Structural controls cut or bound edges, procedural ones ask a human. Behavioral ones make misuse less likely and \
                 contain nothing.";
    let mut section = Section::new("controls", "Controls", about);
    let controls = &source.material.model.controls;
    if controls.is_empty() {
        section.missing("No control is stated: `controls` in `ambit.yaml` says what cuts, bounds or gates which edges, who answers for it, and what shows that it works.");
        return section;
    }
    let rows = controls.iter().map(|(name, entry)| row(source, name, &entry.value));
    let columns = [
        ("control", 2),
        ("what it does", 3),
        ("edges", 1),
        ("state", 1),
        ("owner", 2),
        ("evidence", 3),
        ("last tried", 2),
    ];
    section.table("control", &columns, rows.collect::<Vec<_>>().into_iter(), "All are in `ambit.yaml`.");
    let untried = controls.iter().filter(|(_, it)| it.value.validated.is_none()).count();
    if untried > 0 {
        section.say(format!(
            "{} without a day on which it was last tried: `validated` says it, `evidence` what shows it.",
            count(untried, "control")
        ));
    }
    section
}

fn row(source: &Source<'_>, name: &str, control: &Control) -> Vec<String> {
    let contains = match control.kind {
        ControlKind::Behavioral => "behavioral: contains nothing, lowers a likelihood".to_owned(),
        kind => format!("{kind}: {}", control.does.value),
    };
    let most = [
        control.audience.as_ref().map(|it| format!("audience {}", it.value)),
        control.tier.as_ref().map(|it| format!("tier {}", it.value)),
        control.level.as_ref().map(|it| format!("level {}", it.value)),
        control.limit.as_ref().map(|it| it.value.clone()),
    ];
    let most: Vec<String> = most.into_iter().flatten().collect();
    let limit = if most.is_empty() { String::new() } else { format!(" to at most {}", most.join(", ")) };
    let edges = &source.material.assessment.edges;
    let meant =
        edges.iter().filter(|edge| control.on.iter().any(|it| EdgePattern::matches_edge(&it.value, edge)));
    vec![
        format!("`{name}`"),
        format!("{contains}{limit}"),
        meant.count().to_string(),
        if control.is_in_place() { "in place" } else { "planned" }.to_owned(),
        stated(control.owner.as_ref()),
        stated(control.evidence.as_ref()),
        stated(control.validated.as_ref()),
    ]
}
