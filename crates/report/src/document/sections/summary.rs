//! For a reader in a hurry.

use ambit_model::Status;

use super::{Source, is_open, number};
use crate::document::blocks::Section;
use crate::verdict;
use crate::words::{self, count};

/// How many compositions are told.
const WORST: usize = 3;

pub(super) fn section(source: &Source<'_>) -> Section {
    let mut section = Section::new("summary", "In short", "What a reader in a hurry has to know.");
    let it = source.material;
    let sum = &it.assessment.summary;
    section.say(match &it.model.system.description {
        Some(about) => format!("The system: {about}"),
        None => {
            "What the system is for is not stated: `system.description` in `ambit.yaml` says it.".to_owned()
        }
    });
    section.say(format!(
        "It has {}, {} and {}; {} of reach are on the map. {}",
        count(sum.agents, "agent"),
        count(sum.servers, "server"),
        count(sum.tools, "tool"),
        count(sum.edges, "row"),
        unknown(sum.unknown),
    ));
    worst(source, &mut section);
    state(source, &mut section);
    section
}

fn unknown(number_of: usize) -> String {
    if number_of == 0 {
        "Something is known of everything that was found.".to_owned()
    } else {
        format!(
            "Nothing is known of {}, which {} as the worst.",
            count(number_of, "server or tool"),
            if number_of == 1 { "counts" } else { "count" }
        )
    }
}

fn worst(source: &Source<'_>, section: &mut Section) {
    section.head("What can go wrong");
    let broken = source.material.assessment.boundaries.iter().filter(|it| !it.broken.is_empty());
    section.list(broken.map(|it| format!("broken boundary `{}`: {}", it.name, it.says)));
    let open: Vec<_> = source
        .material
        .assessment
        .groups
        .iter()
        .filter_map(|it| it.findings.iter().filter_map(|it| source.index.finding(it)).find(|it| is_open(it)))
        .collect();
    if open.is_empty() {
        section.say(if source.material.assessment.findings.is_empty() {
            "Nothing that was read adds up to a harm that Ambit knows. What runs elsewhere, and what no file says, is not in it."
        } else {
            "Nothing is left that nobody has decided about."
        });
    }
    section.list(open.iter().take(WORST).map(|it| {
        let message = if it.message.is_empty() { &it.title } else { &it.message };
        format!("{}, {}: {message}", it.severity, words::exposure(it, &source.index))
    }));
    if open.len() > WORST {
        section.say(format!(
            "{} below, under compositions.",
            number(open.len() - WORST, "more group", "stands", "stand")
        ));
    }
}

fn state(source: &Source<'_>, section: &mut Section) {
    section.head("Where it stands");
    let assessment = source.material.assessment;
    let of = |status: Status| assessment.findings.iter().filter(|it| it.status == status).count();
    let open = words::tally(assessment.findings.iter().filter(|it| is_open(it)).map(|it| it.severity));
    let broken: Vec<_> = assessment.boundaries.iter().filter(|it| !it.broken.is_empty()).collect();
    let mut terms = vec![
        ("Gate", verdict::headline(source.material.verdict)),
        (
            "Decided",
            format!(
                "{} accepted, {} mitigated",
                count(of(Status::Accepted), "finding"),
                of(Status::Mitigated)
            ),
        ),
        ("Open", if open.is_empty() { "no finding".to_owned() } else { format!("findings: {open}") }),
        (
            "Decisions that do not hold",
            format!("{} re-opened, {} run out", of(Status::Reopened), of(Status::Expired)),
        ),
    ];
    terms.push((
        "Boundaries",
        match (assessment.boundaries.len(), broken.len()) {
            (0, _) => "none is stated".to_owned(),
            (all, 0) => format!("{all} stated, each holds"),
            (all, some) => {
                let names: Vec<String> = broken.iter().map(|it| format!("`{}`", it.name)).collect();
                format!("{all} stated, {some} broken: {}", names.join(", "))
            }
        },
    ));
    let lacking: usize = source.material.duties.tiers.iter().map(|it| it.unmet).sum();
    terms.push((
        "Duties of tiers",
        match lacking {
            0 => "no edge of the configuration lacks what its tier asks for".to_owned(),
            some => format!(
                "{} something that {} for",
                number(some, "edge", "lacks", "lack"),
                if some == 1 { "its tier asks" } else { "their tiers ask" }
            ),
        },
    ));
    if source.material.today.is_none() {
        terms.push(("Run out", "not judged: no day was given with `--today`".to_owned()));
    }
    section.terms(terms);
}
