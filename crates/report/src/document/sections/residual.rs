//! What stays dangerous, and who watches it.

use ambit_model::Finding;

use super::{Source, stated};
use crate::document::blocks::Section;
use crate::words::{self, count};

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "What is left after controls and decisions, and what shows when it happens.";
    let mut section = Section::new("residual", "Residual risk and monitoring", about);
    let monitors = &source.material.model.monitors;
    let findings = source.findings();
    if findings.is_empty() {
        section.say("No finding is left on this map. What Ambit cannot see is listed at the end.");
    } else {
        let watched = |finding: &Finding| -> Vec<String> {
            let fits =
                |it: &ambit_model::stated::Monitor| it.on.iter().any(|it| it.value.matches_finding(finding));
            monitors.iter().filter(|(_, it)| fits(&it.value)).map(|(name, _)| format!("`{name}`")).collect()
        };
        let row = |it: &&Finding| {
            let watchers = watched(it);
            vec![
                format!("{}, `{}`", it.title, it.id),
                it.severity.to_string(),
                words::exposure(it, &source.index).to_owned(),
                it.status.to_string(),
                if watchers.is_empty() { "nobody".to_owned() } else { watchers.join(", ") },
            ]
        };
        let columns = [("what stays", 6), ("severity", 1), ("exposure", 3), ("status", 1), ("watched by", 2)];
        section.table("finding", &columns, findings.iter().map(row), "All are in `assessment.json`.");
        let alone = findings.iter().filter(|it| watched(it).is_empty()).count();
        if alone > 0 {
            section.say(format!("Nobody watches {}.", count(alone, "finding")));
        }
    }
    section.head("What is watched");
    if monitors.is_empty() {
        section.missing("No monitor is stated: `monitors` in `ambit.yaml` says which signal shows that a danger that stays has happened, and who watches it.");
        return section;
    }
    let row = |(name, entry): (&str, &ambit_model::stated::Entry<ambit_model::stated::Monitor>)| {
        let it = &entry.value;
        let on = source
            .findings()
            .into_iter()
            .filter(|f| it.on.iter().any(|on| on.value.matches_finding(f)))
            .count();
        vec![
            format!("`{name}`"),
            it.signal.clone(),
            stated(it.seen.as_ref()),
            it.owner.clone(),
            on.to_string(),
        ]
    };
    let columns = [("monitor", 2), ("signal", 5), ("seen in", 3), ("owner", 2), ("findings", 1)];
    section.table(
        "monitor",
        &columns,
        monitors.iter().map(row).collect::<Vec<_>>().into_iter(),
        "All are in `ambit.yaml`.",
    );
    section
}
