//! What is protected, what must never happen, and what the system must do well.

use super::{Source, listed, stated};
use crate::document::blocks::Section;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "What is worth protecting, the boundaries that must never be crossed, and whether each holds on the map.";
    let mut section = Section::new("boundaries", "What is protected", about);
    protects(source, &mut section);
    never(source, &mut section);
    objectives(source, &mut section);
    section
}

fn protects(source: &Source<'_>, section: &mut Section) {
    let protects = &source.material.model.protects;
    if protects.is_empty() {
        section.missing("What is protected is not stated: `protects` in `ambit.yaml` says what, how confidential, and for whom.");
        return;
    }
    let rows = protects.iter().map(|(name, entry)| {
        let it = &entry.value;
        vec![
            format!("`{name}`"),
            listed(it.data.iter().map(|it| format!("`{}`", it.value))),
            stated(it.level),
            stated(it.for_whom.as_ref()),
            listed(it.within.iter().map(|it| format!("`{}`", it.value))),
            stated(it.owner.as_ref()),
        ]
    });
    let columns = [("what", 2), ("data", 2), ("level", 2), ("for whom", 2), ("where", 3), ("owner", 2)];
    section.table(
        "protected thing",
        &columns,
        rows.collect::<Vec<_>>().into_iter(),
        "All are in `ambit.yaml`.",
    );
}

fn never(source: &Source<'_>, section: &mut Section) {
    section.head("Never");
    let boundaries = &source.material.assessment.boundaries;
    if boundaries.is_empty() {
        section.missing("No boundary is stated: `never` in `ambit.yaml` says what must never be possible, and every check tries it.");
        return;
    }
    let rows = boundaries.iter().map(|it| {
        let state = if it.broken.is_empty() { "holds" } else { "broken" };
        vec![format!("`{}`", it.name), it.says.clone(), state.to_owned(), format!("`{}`", it.place)]
    });
    let columns = [("boundary", 2), ("says", 5), ("on the map", 1), ("stated in", 2)];
    section.table("boundary", &columns, rows, "All are in `assessment.json`.");
    for it in boundaries {
        for breach in &it.broken {
            section.say(format!(
                "`{}` is broken by `{}`, which can get to `{}` ({}, {}, {}):",
                it.name,
                source.index.name(&breach.agent),
                source.index.name(&breach.end),
                breach.tier,
                breach.exposure,
                breach.confidence,
            ));
            section.list(source.path(&breach.legs));
        }
    }
}

fn objectives(source: &Source<'_>, section: &mut Section) {
    section.head("Objectives");
    let objectives = &source.material.model.objectives;
    if objectives.is_empty() {
        section.missing("No objective is stated: `objectives` in `ambit.yaml` says what the system must do well and safely, and when that counts as met.");
        return;
    }
    let holds = |name: &str| {
        let checked = source.material.assessment.boundaries.iter().find(|it| it.name == name);
        match checked.map(|it| it.broken.is_empty()) {
            Some(true) => format!("`{name}` (holds)"),
            Some(false) => format!("`{name}` (broken)"),
            None => format!("`{name}`"),
        }
    };
    let rows = objectives.iter().map(|(name, entry)| {
        let it = &entry.value;
        vec![
            format!("`{name}`"),
            it.says.clone(),
            listed(it.accept.iter().cloned()),
            listed(it.holds.iter().map(|it| holds(it.value.as_str()))),
            stated(it.owner.as_ref()),
        ]
    });
    let columns = [("objective", 2), ("says", 4), ("met when", 4), ("rests on", 3), ("owner", 2)];
    section.table("objective", &columns, rows.collect::<Vec<_>>().into_iter(), "All are in `ambit.yaml`.");
}
