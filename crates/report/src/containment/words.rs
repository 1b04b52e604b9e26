//! How to say what contains a system. Names are in backticks, and have passed [`visible`].

use ambit_model::Containment;
use ambit_model::containment::{Contained, Counts, Kept, Outcome, Step};
use ambit_model::finding::ControlKind;
use ambit_model::risk::Founded;
use ambit_model::stated::edit::added;

use super::counted;
use crate::risk::words::{amount, percent, sum};
use crate::visible::visible;
use crate::words::{count, place, tally_of};

/// What is to be done and at what cost, in a sentence or two.
pub(super) fn headline(it: &Containment) -> String {
    let (steps, points) = (count(it.steps.len(), "step"), count(it.cost as usize, "point"));
    match it.outcome {
        Outcome::Nothing => {
            let gone = it.severity.map(|_| format!("nothing of {} is to be contained", counted::goal(it)));
            let cheap = budget(it).map(|it| format!("a year costs no more than {it} as it is"));
            format!("{}.", start(&joined([gone, cheap], ", and ")))
        }
        Outcome::Contained if it.steps.is_empty() => {
            format!("No control that Ambit knows contains anything of {}.", counted::goal(it))
        }
        Outcome::Contained => {
            let all = if it.beyond.is_empty() { "" } else { " that any control can contain" };
            let leave = if it.steps.len() == 1 { "leaves" } else { "leave" };
            let gone = it.severity.map(|_| format!("nothing of {}{all}", counted::goal(it)));
            let cheap = budget(it).map(|it| format!("no more than {it} a year expected"));
            format!("{steps} for {points} {leave} {}: {}.", joined([gone, cheap], " and "), proof(it))
        }
        Outcome::Impossible => {
            let gone = it.severity.map(|it| format!("contains all of {it} or above"));
            let cheap = budget(it).map(|it| format!("brings a year down to {it}"));
            let goal = joined([gone, cheap], " and ");
            format!("Nothing {goal} while everything under `needs` stays possible.")
        }
        Outcome::Beyond => {
            let least = it.budget.map(|it| amount(it.least)).unwrap_or_default();
            let (all, most) = (count(it.options, "change"), budget(it).unwrap_or_default());
            format!(
                "Nothing brings a year down to {most}: all of {all} that were weighed together leave about {least}."
            )
        }
        Outcome::Unfinished => {
            let gone = it.severity.map(|it| format!("leaves nothing of {it} or above"));
            let cheap = budget(it).map(|it| format!("brings a year down to {it}"));
            let (goal, least) = (joined([gone, cheap], " and "), count(it.at_least as usize, "point"));
            format!("The time was over before a set was found that {goal}; any costs {least} or more.")
        }
    }
}

/// What a year may cost, in its unit.
pub(super) fn budget(it: &Containment) -> Option<String> {
    let most = it.budget?.most;
    Some(it.unit.as_deref().map_or_else(|| amount(most), |unit| sum(most, unit)))
}

/// What needs force beside findings: more risk than a year may cost.
pub(super) fn forced(it: &Containment) -> Option<String> {
    let conflict = it.conflict.as_ref().filter(|it| it.findings.is_empty())?;
    let (most, many) = (budget(it)?, conflict.needs.len());
    let these = if many == 1 { "it" } else { "them" };
    Some(format!("With {these}, a year is expected to cost more than {most} whatever else is done"))
}

fn joined(parts: [Option<String>; 2], by: &str) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(by)
}

fn start(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// Why it is not said what each step ends, where it is not.
pub(super) fn untold(it: &Containment) -> Option<&'static str> {
    let is_untold = it.steps.iter().any(|it| it.remaining.is_none());
    is_untold.then_some("The time was over before it was known what each step ends by itself.")
}

/// How sure it is that nothing is cheaper.
pub(super) fn proof(it: &Containment) -> String {
    if it.optimal {
        return format!(
            "optimal, no set of the {} that were weighed does it for less",
            count(it.options, "change")
        );
    }
    format!("not proven optimal, another set may cost as little as {} (gap {} %)", it.at_least, it.gap)
}

/// What there is and what will be left, and how much of the loss that is expected is there as clients come.
pub(super) fn fall(it: &Containment, as_it_comes: Option<f64>) -> String {
    let (now, then) = (tally(&it.before), tally(&it.after));
    let now = if it.steps.is_empty() { format!("Now {now}") } else { format!("Now {now}; then {then}") };
    let mut said = match counted::rest(it) {
        Some(rest) => format!("{now}: {rest}."),
        None => format!("{now}."),
    };
    let first = it.curve.first().and_then(|it| it.residual).or(it.budget.map(|it| it.before));
    let last = it.curve.last().and_then(|it| it.residual).or(it.budget.map(|it| it.after));
    if let (Some(first), Some(last), Some(unit)) = (first, last, &it.unit) {
        let (now, then, unit) = (amount(first), amount(last), visible(unit));
        let then = if it.steps.is_empty() { String::new() } else { format!("; then {then}") };
        let stock = as_it_comes.filter(|it| *it > 0.0 && it.min(first) > 0.0).map(|it| {
            let stock = amount(it.min(first));
            format!(", of which {stock} is what clients do without any configuration")
        });
        let stock = stock.unwrap_or_default();
        said = format!(
            "{said} Expected loss in a year, in {unit}: about {now}{stock}{then} (see docs/risk.md)."
        );
    }
    if let Some(why) = untold(it) {
        said = format!("{said} {why}");
    }
    if let (Some(kept), Some(unit)) = (it.budget.and_then(|it| it.kept), &it.unit) {
        let kept = sum(kept, unit);
        said = format!("{said} One set that leaves about {kept} a year was found that keeps all of `needs`.");
    }
    if it.decided > 0 {
        said = format!("{said} {} decided on and left alone.", are(it.decided));
    }
    said
}

fn are(number: usize) -> String {
    if number == 1 { "1 is".to_owned() } else { format!("{number} are") }
}

/// What is left after that many steps: findings, and the loss that is expected where it is known.
pub(super) fn left(it: &Containment, steps: usize) -> Option<String> {
    let point = it.curve.iter().find(|it| it.steps == steps)?;
    let mut said = tally(&point.remaining);
    if let Some(stay) = counted::stay(it, point) {
        said.push_str(&stay);
    }
    Some(match (point.residual, &it.unit) {
        (Some(loss), Some(unit)) => {
            format!("{said}; about {} a year expected", sum(loss, unit))
        }
        _ => said,
    })
}

/// Counts in words.
pub(super) fn tally(counts: &Counts) -> String {
    let tally = tally_of(counts);
    if tally.is_empty() { "nothing".to_owned() } else { tally }
}

/// How much of what the agents can do all steps together lose.
pub(super) fn loses(it: &Containment) -> Option<String> {
    let last = it.curve.last().filter(|_| !it.steps.is_empty())?;
    Some(format!("All of it together loses about {} of what the agents can do.", percent(last.loses / 100.0)))
}

/// What the step does, as a sentence.
pub(super) fn action(step: &Step) -> String {
    format!("{}.", start(visible(&step.action).trim_end_matches('.')))
}

/// What the points are.
pub(super) fn points(it: &Containment) -> String {
    let works = it.steps.iter().filter(|it| matches!(it.founded, Founded::Stated { .. })).count();
    match (works, it.weights_stated) {
        (0, 0) => "Points are assumptions, not measured: see docs/contain.md.".to_owned(),
        (_, 0) => "Points are assumptions but for the work that `ambit.yaml` states: see docs/contain.md."
            .to_owned(),
        (_, worth) => format!(
            "Points are assumptions but for what `ambit.yaml` states, of {} for one: see docs/contain.md.",
            count(worth, "edge")
        ),
    }
}

/// What the step takes: points, capability, and what sort of control it is.
pub(super) fn price(step: &Step) -> String {
    let kind = match (step.kind, step.control.as_str()) {
        (ControlKind::Structural, "remove-rule") => {
            "permission: its user can silence the question that is left"
        }
        (ControlKind::Structural, _) => "structural",
        (ControlKind::Procedural, _) => "procedural: it holds as long as people read what they approve",
        (ControlKind::Behavioral, _) => "behavioral",
    };
    let loses: Vec<String> =
        step.loses.iter().take(3).map(|(agent, it)| format!("`{}` {it} %", visible(agent.name()))).collect();
    let more = step.loses.len().saturating_sub(3);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let lost = if loses.is_empty() { String::new() } else { format!("; lost: {}{more}", loses.join(", ")) };
    let said = match &step.founded {
        Founded::Stated { place: at, because } if because.is_empty() => format!(", as `{}` says", place(at)),
        Founded::Stated { place: at, because } => format!(", as `{}` says: {}", place(at), visible(because)),
        Founded::Source(_) | Founded::Assumed(_) => String::new(),
    };
    format!("{} ({} of work{said}{lost}); {kind}.", count(step.cost as usize, "point"), step.effort)
}

/// The lines of `ambit.yaml` that plan the step, as `--apply` writes them.
pub(super) fn lines(step: &Step) -> Option<Vec<String>> {
    Some(added("controls", step.name.as_deref()?, step.stated.as_ref()?))
}

/// Why a step is there that ends no finding by itself.
pub(super) fn ends_nothing(it: &Containment, number: usize) -> Option<String> {
    it.steps.get(number.checked_sub(1)?).filter(|it| it.silences.is_empty())?;
    let later: Vec<usize> =
        (1..).zip(&it.steps).skip(number).filter(|(_, it)| !it.silences.is_empty()).map(|it| it.0).collect();
    let loss = |at: usize| it.curve.iter().find(|it| it.steps == at).and_then(|it| it.residual);
    let falls = loss(number - 1).zip(loss(number)).is_some_and(|(before, after)| after < before);
    match later.as_slice() {
        _ if it.budget.is_some() && falls => {
            Some("Ends no finding by itself: it is there for the loss that is expected.".to_owned())
        }
        [] => None,
        [one] => Some(format!("Ends something only together with step {one}.")),
        many => {
            let many: Vec<String> = many.iter().map(usize::to_string).collect();
            Some(format!("Ends something only together with a later step ({}).", many.join(", ")))
        }
    }
}

/// What it costs in capability.
pub(super) fn costs(step: &Step) -> String {
    format!("Costs: {}.", visible(&step.costs).trim_end_matches('.'))
}

/// A finding in a sentence.
pub(super) fn harm(it: &Contained) -> String {
    visible(&it.message).into_owned()
}

/// How many more there are.
pub(super) fn more(number: usize, noun: &str) -> Option<String> {
    (number > 0).then(|| format!("and {number} more {noun}{}", if number == 1 { "" } else { "s" }))
}

/// A need with its reason and place.
pub(super) fn need(it: &Kept) -> String {
    let said = format!("{} ({}; `{}`)", visible(&it.keep), visible(&it.why), place(&it.place));
    if it.holds { said } else { format!("{said}: not possible today, so it cannot be kept") }
}

/// What the needs in conflict have to do with each other.
pub(super) fn clash(it: &Containment, needs: usize) -> String {
    let what = if it.severity.is_some() { "what is to be contained" } else { "the budget" };
    match needs {
        1 => format!("This need rules out {what}"),
        _ => format!("These needs together rule out {what}"),
    }
}

/// What else could be done about a conflict.
pub(super) fn way_out(it: &Containment) -> String {
    let given_up: Vec<String> =
        it.conflict.iter().flat_map(|it| &it.give_up).map(|it| visible(&it.keep).into_owned()).collect();
    let first = match given_up.as_slice() {
        [] => "Give up one of them, and see again. Or".to_owned(),
        [only] => format!("It is enough to give up {only}. Else"),
        [all @ .., last] => format!("It is enough to give up {} and {last}. Else", all.join(", ")),
    };
    let approvals = if it.approvals { "" } else { ", or let people approve: `--approvals`" };
    format!("{first} record a decision on what is left{approvals}.")
}
