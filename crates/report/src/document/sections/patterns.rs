//! How it is built: the architectures that were recognised, and the questions that each raises.

use ambit_model::Architecture;

use super::{Source, listed};
use crate::document::blocks::Section;
use crate::words;

pub(super) fn section(source: &Source<'_>) -> Section {
    let about = "Architectures that were recognised on the map, and what each raises. The map answers what it tells; what is open is for a person to answer.";
    let mut section = Section::new("built", "How it is built", about);
    let patterns = &source.material.assessment.patterns;
    if patterns.is_empty() {
        section.say("No architecture that Ambit knows was recognised.");
    }
    for pattern in patterns {
        told(source, pattern, &mut section);
    }
    section
}

fn told(source: &Source<'_>, pattern: &Architecture, section: &mut Section) {
    section.head(pattern.title.clone());
    let about = source.material.catalog.patterns().get(&pattern.id).map(|it| it.about.clone());
    if let Some(about) = about {
        section.say(about);
    }
    section.say(format!("Recognised by this: {}; {}.", pattern.because, words::answered(pattern)));
    section.terms(vec![
        ("Agents", listed(pattern.agents.iter().map(|it| format!("`{}`", source.index.name(it))))),
        ("Evidence", listed(pattern.evidence.iter().map(|it| format!("`{}`", words::place(it))))),
    ]);
    let rows = pattern.questions.iter().map(|it| {
        let findings = it.findings.iter().map(|it| format!("`{it}`"));
        let answer = it.answer.clone().unwrap_or_else(|| "open".to_owned());
        let findings = if it.findings.is_empty() { "none".to_owned() } else { listed(findings) };
        vec![it.asks.clone(), answer, findings]
    });
    let columns = [("question", 4), ("what the map answers", 5), ("findings that bear on it", 3)];
    section.table(
        "question",
        &columns,
        rows.collect::<Vec<_>>().into_iter(),
        "All are in `assessment.json`.",
    );
}
