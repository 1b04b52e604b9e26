//! Which of the findings in a tally count: what rests on inference alone, and what was decided on, is in every tally,
//! while nothing is done about it unless that is asked for.

use ambit_model::containment::{Counts, Outcome, Point};
use ambit_model::{Containment, Severity};

/// What is to be gone, in words: of which severity, and whether all of it.
pub(super) fn goal(it: &Containment) -> String {
    let severity = it.severity.map_or("any severity", Severity::word);
    let counts = if uncounted(it) > 0 { " that counts" } else { "" };
    format!("{severity} or above{counts}")
}

/// What does not count of what is there in the end, with the reason; of what is there now where that is no more.
pub(super) fn rest(it: &Containment) -> Option<String> {
    let severity = it.severity?;
    let (there, inferred) = (uncounted(it), inferred(it));
    if there == 0 {
        let (rests, counts, it) = if inferred == 1 { ("rests", "is", "it") } else { ("rest", "are", "them") };
        return (inferred > 0).then(|| {
            format!("before, {inferred} of {severity} or above {rests} on inference alone and {counts} not counted; `--count-possible` counts {it}")
        });
    }
    let is_one = there == 1;
    let rests = if is_one { "rests on inference alone" } else { "rest on inference alone" };
    let decided = if is_one { "is decided on" } else { "are decided on" };
    let why = match (it.decided > 0, inferred > 0) {
        (true, true) => format!("{rests} or {decided}"),
        (true, false) => decided.to_owned(),
        (false, _) => rests.to_owned(),
    };
    let does = if is_one { "does" } else { "do" };
    let them = if is_one { "it" } else { "them" };
    let asked = if inferred > 0 { format!(" (`--count-possible` counts {them})") } else { String::new() };
    Some(format!("{there} of {severity} or above {why} and {does} not count{asked}"))
}

/// How many of the findings at `point` no step ends, in words.
pub(super) fn stay(it: &Containment, point: &Point) -> Option<String> {
    let severity = it.severity?;
    let number = at_least(&it.after, Some(severity));
    let are_others = point.remaining.range(..severity).any(|(_, it)| *it > 0);
    match number {
        0 => None,
        _ if are_others => Some(format!(" (no step ends {number} of {severity} or above)")),
        _ if number == at_least(&point.remaining, Some(severity)) => Some(", which no step ends".to_owned()),
        _ => Some(format!(" (no step ends {number} of them)")),
    }
}

/// How many findings that the steps end are still there at `point`.
pub(super) fn to_end(it: &Containment, point: &Point) -> usize {
    at_least(&point.remaining, it.severity).saturating_sub(at_least(&it.after, it.severity))
}

/// How many are as bad as what is to be gone, and are there in the end because they do not count: all that count are
/// gone by then, but for those that no control silences.
fn uncounted(it: &Containment) -> usize {
    let is_answer = matches!(it.outcome, Outcome::Nothing | Outcome::Contained);
    if it.severity.is_none() || !is_answer {
        return 0;
    }
    at_least(&it.after, it.severity).saturating_sub(it.beyond.len())
}

/// How many of those that are there now rest on inference alone: neither wanted nor decided on.
fn inferred(it: &Containment) -> usize {
    let there = it.severity.map_or(0, |severity| at_least(&it.before, Some(severity)));
    if it.count_possible { 0 } else { there.saturating_sub(it.wanted).saturating_sub(it.decided) }
}

/// How many are of that severity or worse.
fn at_least(counts: &Counts, severity: Option<Severity>) -> usize {
    counts.range(severity.unwrap_or(Severity::Low)..).map(|(_, it)| it).sum()
}
