//! How to say what would become. Names are in backticks, and have passed [`visible`].

use ambit_model::whatif::{Reach, ReachTurn};
use ambit_model::{Finding, Whatif};

use crate::visible::visible;
use crate::words::{Index, can, count, gate, list};

/// Findings that one cut silences, the worst first; groups come as their worst one does.
pub(super) fn grouped(findings: &[Finding]) -> Vec<Vec<&Finding>> {
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        match groups.iter_mut().find(|it| it.first().is_some_and(|it| it.group == finding.group)) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups
}

/// What is changed, and how much comes of it.
pub(super) fn headline(whatif: &Whatif) -> String {
    let changes: Vec<String> = whatif.changes.iter().map(|it| visible(it).into_owned()).collect();
    let turned = |turn: ReachTurn| whatif.reach.iter().filter(move |it| it.turn == turn).count();
    let (new, looser) = (turned(ReachTurn::Added), turned(ReachTurn::Loosened));
    let (gone, tighter) = (turned(ReachTurn::Removed), turned(ReachTurn::Tightened));
    let parts = [
        (
            whatif.completed.len(),
            format!("{} completed or made worse", count(whatif.completed.len(), "composition")),
        ),
        (whatif.closed.len(), format!("{} closed or eased", count(whatif.closed.len(), "composition"))),
        (new, format!("{} more in reach", count(new, "thing"))),
        (looser, format!("{looser} with less before it")),
        (tighter, format!("{tighter} with more before it")),
        (gone, format!("{} out of reach", count(gone, "thing"))),
    ];
    let told: Vec<String> = parts.into_iter().filter(|it| it.0 > 0).map(|it| it.1).collect();
    let told =
        if told.is_empty() { "nothing changes in what agents can reach".to_owned() } else { told.join(", ") };
    format!("If {}: {told}.", list(&changes))
}

/// The harm of a finding in a sentence.
pub(super) fn harm(finding: &Finding) -> String {
    visible(if finding.message.is_empty() { &finding.title } else { &finding.message }).into_owned()
}

/// What becomes of a reach, in a line with its mark.
pub(super) fn reach(it: &Reach, now: &Index<'_>, then: &Index<'_>) -> String {
    let index = if it.turn == ReachTurn::Removed { now } else { then };
    let via = match it.via.as_slice() {
        [] => String::new(),
        [only] => format!(" with `{}`", visible(only.name())),
        [first, rest @ ..] => format!(" with `{}` and {} more", visible(first.name()), rest.len()),
    };
    let mark = match it.turn {
        ReachTurn::Added => "+",
        ReachTurn::Loosened | ReachTurn::Tightened => "~",
        ReachTurn::Removed => "-",
    };
    let (from, to) = (index.name(&it.from), index.name(&it.to));
    format!("{mark} {} `{from}` {} `{to}`{via}, {}", it.tier, can(it.verb), gate(it.gate))
}
