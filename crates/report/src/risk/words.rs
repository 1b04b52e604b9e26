//! Numbers and ends in words: two digits, for nothing here is known better.

use ambit_model::risk::{EndKind, Estimate, Founded, Method, Path, Ranked, Ranking, Risk, Step};
use ambit_model::{Gate, Verb};

use crate::visible::visible;
use crate::words::count;

/// How many inputs are told before the rest is counted.
pub(super) const FEW: usize = 3;

/// A number of two digits, with `k` and `M` as `ambit.yaml` has them.
pub(crate) fn amount(number: f64) -> String {
    let short = two_digits(number);
    match short {
        it if it >= 1e12 => format!("{it:.1e}"),
        it if it >= 1e6 => format!("{}M", plain(it / 1e6)),
        it if it >= 1e3 => format!("{}k", plain(it / 1e3)),
        it => plain(it),
    }
}

/// An amount with what it is counted in.
pub(crate) fn sum(number: f64, unit: &str) -> String {
    let number = amount(number);
    let unit = if number == "1" && unit == "points" { "point" } else { unit };
    format!("{number} {}", visible(unit))
}

/// A likelihood in hundredths.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        it if it <= 0.0 => "0 %".to_owned(),
        it if it < 0.01 => "less than 0.01 %".to_owned(),
        it if it > 99.0 && it < 100.0 => "more than 99 %".to_owned(),
        it => format!("{} %", plain(two_digits(it))),
    }
}

/// A range of amounts; nothing where it is one number.
pub(super) fn between(it: &Estimate, says: fn(f64) -> String) -> String {
    let (low, high) = (says(it.low), says(it.high));
    if low == high { String::new() } else { format!(" ({low} to {high})") }
}

fn two_digits(number: f64) -> f64 {
    format!("{number:.1e}").parse().unwrap_or_default()
}

/// Without digits that say nothing.
fn plain(number: f64) -> String {
    let text = if number >= 10.0 { format!("{number:.0}") } else { format!("{number:.5}") };
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// What an end is.
pub(super) fn end(kind: EndKind, name: &str) -> String {
    let name = visible(name);
    match kind {
        EndKind::Done => format!("harm is done to `{name}`"),
        EndKind::Leaked => format!("data of `{name}` leaks"),
        EndKind::Exposed => format!("`{name}` gets out"),
    }
}

/// A way in words: who writes where, and each step.
pub(super) fn path(path: &Path) -> String {
    let from = match &path.from {
        Some(from) => format!("an attack arrives at `{}`", visible(from)),
        None => "it goes wrong by itself".to_owned(),
    };
    let steps: Vec<String> = path.steps.iter().map(step).collect();
    [from].into_iter().chain(steps).collect::<Vec<_>>().join(", ")
}

fn step(step: &Step) -> String {
    let (from, to) = (visible(&step.from), visible(&step.to));
    let via = step.via.as_ref().map(|it| format!(" with `{}`", visible(it))).unwrap_or_default();
    let does = match step.verb {
        Verb::Ingests => "takes it in from",
        Verb::Loads => "is told by",
        Verb::Reads => "reads",
        Verb::Recalls => "reads back",
        Verb::Sends => "sends to",
        Verb::Writes => "changes",
        Verb::Executes => "runs code in",
        Verb::Spends => "spends from",
        Verb::Grants => "changes rights in",
        Verb::Remembers => "writes into",
        Verb::Delegates => "and `",
        Verb::MayReach => "may do anything to",
        Verb::Holds | Verb::Supplies | Verb::RunsIn => step.verb.word(),
    };
    let asked = match step.gate {
        Gate::Auto | Gate::Denied => "",
        Gate::Prompted => " when its user clicks",
        Gate::Asked => " when somebody approves",
    };
    if step.verb == Verb::Delegates {
        return format!("`{from}` and `{to}` hand work to each other{asked}");
    }
    format!("`{from}` {does} `{to}`{via}{asked}")
}

/// What is said at the top.
pub(super) fn headline(risk: &Risk) -> Vec<(&'static str, String)> {
    let total = &risk.total;
    let mut lines = vec![
        (
            "expected loss",
            format!("{} a year{}", sum(total.loss.expected, &risk.unit), between(&total.loss, amount)),
        ),
        (
            "likelihood",
            format!(
                "{} that anything happens in a year{}{}",
                percent(total.likelihood.expected),
                between(&total.likelihood, percent),
                method(total.method)
            ),
        ),
        ("nine years in ten", format!("cost at most {}", sum(total.p90, &risk.unit))),
    ];
    if total.as_it_comes > 0.0 {
        lines.push((
            "as it comes",
            format!(
                "{} of these are what clients do without any configuration",
                sum(total.as_it_comes, &risk.unit)
            ),
        ));
    }
    lines
}

/// Who attacks.
pub(super) fn profile(risk: &Risk) -> String {
    let who = match risk.profile.exposure.as_str() {
        "research" => "researchers alone can get at it",
        "internal" => "people of the organization can get at it",
        _ => "anybody can get at it",
    };
    if risk.profile.stated {
        format!("{who}, says `system.exposure`")
    } else {
        format!("{who}: `system.exposure` of `ambit.yaml` says nothing else")
    }
}

/// How the numbers came about.
pub(super) fn drawing(risk: &Risk) -> String {
    let it = &risk.drawing;
    let exact = match it.drawn {
        0 => "every end computed exactly".to_owned(),
        drawn => format!("{} computed exactly, {drawn} drawn", count(it.exact, "end")),
    };
    format!(
        "{exact}; ranges over {} of inputs, the curve over {} years each, seed {}",
        count(it.inputs, "set"),
        it.years,
        it.seed
    )
}

/// Where the inputs come from, counted.
pub(super) fn founded(risk: &Risk) -> String {
    let of = |is: fn(&Founded) -> bool| risk.inputs.iter().filter(|it| is(&it.founded)).count();
    let measured = of(|it| matches!(it, Founded::Source(_)));
    let stated = of(|it| matches!(it, Founded::Stated { .. }));
    let assumed = of(|it| matches!(it, Founded::Assumed(_)));
    let many =
        |number: usize, one: &str, more: &str| format!("{number} {}", if number == 1 { one } else { more });
    format!(
        "Of {}, {} measured somewhere, {} stated in `ambit.yaml`, {} assumed",
        count(risk.inputs.len(), "input"),
        many(measured, "was", "were"),
        many(stated, "is", "are"),
        many(assumed, "is", "are")
    )
}

/// Where one input comes from.
pub(super) fn ground(founded: &Founded) -> String {
    match founded {
        Founded::Source(sources) => format!("measured: {}", visible(&sources.join("; "))),
        Founded::Assumed(why) => format!("assumed: {}", visible(why)),
        Founded::Stated { place, because } => {
            format!("stated in {}: {}", crate::words::place(place), visible(because))
        }
    }
}

/// What is ranked, as a heading.
pub(super) fn heading(risk: &Risk) -> String {
    let by = match risk.of {
        Ranking::Nodes => "By how much less a year costs when it is contained",
        Ranking::Edges => "By how much less a year costs when the edge is cut",
        Ranking::Controls => "By how much less a year costs with the control",
    };
    if risk.ranked.iter().any(|it| it.worth.is_some()) {
        return format!(
            "By what each {} of a control's price saves, then by how much less a year costs",
            one(&risk.unit)
        );
    }
    by.to_owned()
}

/// One of what losses are counted in.
fn one(unit: &str) -> String {
    let unit = if unit == "points" { "point" } else { unit };
    visible(unit).into_owned()
}

/// What a control costs, and what it saves for that, where people have said so.
pub(super) fn price(it: &Ranked, unit: &str) -> Option<String> {
    let (price, worth) = (it.price?, it.worth?);
    Some(format!("costs {}: saves {} for each {}", sum(price, unit), sum(worth, unit), one(unit)))
}

/// How a likelihood came about, where that is not exactly.
pub(super) fn method(method: Method) -> String {
    match method {
        Method::Exact => String::new(),
        Method::Drawn { error } => format!(", drawn, give or take {}", percent(error)),
    }
}

/// Why nothing is ranked.
pub(super) fn nothing_ranked(risk: &Risk) -> &'static str {
    if risk.seen == 0 {
        "No agent is defined in what was read, so there was nothing to judge."
    } else if risk.ends.is_empty() {
        "Nothing on the map costs anything that these numbers know of."
    } else {
        "Nothing of what was tried brings it down by itself: what one carries, others carry too. `ambit contain` looks for several at once."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_digits() {
        for (number, text) in [
            (0.0, "0"),
            (0.01234, "0.012"),
            (1.26, "1.3"),
            (9.96, "10"),
            (123.0, "120"),
            (1_260.0, "1.3k"),
            (45_600.0, "46k"),
            (999_999.0, "1M"),
            (2.34e6, "2.3M"),
        ] {
            assert_eq!(amount(number), text);
        }
        for (number, unit, text) in [
            (1.0, "points", "1 point"),
            (1.004, "points", "1 point"),
            (1.2, "points", "1.2 points"),
            (1.0, "EUR", "1 EUR"),
        ] {
            assert_eq!(sum(number, unit), text);
        }
        for (share, text) in [
            (0.0, "0 %"),
            (0.00001, "less than 0.01 %"),
            (0.00123, "0.12 %"),
            (0.456, "46 %"),
            (0.9999, "more than 99 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }
}
