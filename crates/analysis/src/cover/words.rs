//! A scenario in words: who writes, what is read, where it goes, and what stands before it.

use ambit_model::{AssetId, Gate, Level, ReachEdge, Trust, Verb};

use super::seen::{Seen, Witness};

/// A scenario, step by step.
pub(super) fn scenario<'a>(seen: &Seen<'_>, witnesses: impl Iterator<Item = Witness<'a>>) -> String {
    let mut steps = Vec::new();
    let (mut comes_in, mut steered) = (false, false);
    for Witness { edge, peer } in witnesses {
        let untrusted = edge.reached_by.is_some_and(Trust::is_untrusted);
        comes_in |= untrusted && takes_in(edge.verb);
        steered |= untrusted && !takes_in(edge.verb);
        let mut step = step(seen, edge);
        if let Some(peer) = peer {
            step = format!("{step}, and {}", step_of(seen, peer, "it"));
        }
        steps.push(step);
    }
    if steered && !comes_in {
        steps.push("what outsiders write can steer it to that".to_owned());
    }
    steps.join("; ")
}

fn takes_in(verb: Verb) -> bool {
    matches!(verb, Verb::Ingests | Verb::Recalls | Verb::Loads)
}

/// An edge as a sentence, its author first where it takes content in.
fn step(seen: &Seen<'_>, edge: &ReachEdge) -> String {
    let author = edge.reached_by.filter(|it| it.is_untrusted() && takes_in(edge.verb));
    match author {
        Some(trust) if edge.verb != Verb::Loads => {
            let (to, from) = (seen.name_of(&edge.to), seen.name_of(&edge.from));
            format!("{} can write {to}, which {from} takes in{}", authors(trust), with(edge))
        }
        Some(_) => {
            format!("{}, and its supplier can change that", step_of(seen, edge, &seen.name_of(&edge.to)))
        }
        None => step_of(seen, edge, &seen.name_of(&edge.to)),
    }
}

/// An edge as a sentence that calls what it leads to `to`.
fn step_of(seen: &Seen<'_>, edge: &ReachEdge, to: &str) -> String {
    let from = seen.name_of(&edge.from);
    let what = match edge.verb {
        Verb::Ingests => format!("takes in {to}"),
        Verb::Reads => format!("can read {to}{}", level(edge)),
        Verb::Sends => format!("can send{} to {to}", carried(edge)),
        Verb::Writes => format!("can change {to}"),
        Verb::Executes => format!("can run code in {to}"),
        Verb::Spends => format!("can spend from {to}"),
        Verb::Grants => format!("can change rights in {to}"),
        Verb::Remembers => format!("can write into {to}"),
        Verb::Recalls => format!("reads {to} back"),
        Verb::Delegates => format!("can hand work to {to}"),
        Verb::Loads => format!("is told what {to} says{}", maker(seen, &edge.to)),
        Verb::Holds => format!("holds the credential {to}"),
        Verb::Supplies => format!("supplies {to}"),
        Verb::RunsIn => format!("runs in {to}"),
        Verb::MayReach => format!("may do anything to {to}"),
    };
    format!("{from} {what}{}", with(edge))
}

fn authors(trust: Trust) -> &'static str {
    if trust == Trust::Public { "strangers" } else { "partners" }
}

fn with(edge: &ReachEdge) -> String {
    edge.via.as_ref().map(|it| format!(" with `{}`", it.name())).unwrap_or_default()
}

fn level(edge: &ReachEdge) -> String {
    edge.level.filter(|it| *it > Level::Public).map(|it| format!(" ({it})")).unwrap_or_default()
}

/// What a way out can carry beyond those who may know it.
fn carried(edge: &ReachEdge) -> String {
    let level = edge.level.zip(edge.audience).filter(|(level, to)| level.is_disclosed_to(*to));
    level.map(|(level, _)| format!(" {level} data")).unwrap_or_default()
}

/// Which package or address a server is.
fn maker(seen: &Seen<'_>, server: &AssetId) -> String {
    let made = fact(seen, server, "package: ").or_else(|| fact(seen, server, "address: "));
    made.map(|it| format!(" (`{it}`)")).unwrap_or_default()
}

fn fact<'a>(seen: &Seen<'a>, asset: &AssetId, name: &str) -> Option<&'a str> {
    seen.asset(asset)?.facts.iter().find_map(|it| it.strip_prefix(name))
}

/// That a supplier's package is pinned: what it says of its tools then stays as it was read.
fn pin(seen: &Seen<'_>, edge: &ReachEdge) -> Option<String> {
    let pinned = edge.verb == Verb::Loads && !edge.reached_by.is_some_and(Trust::is_untrusted);
    let package = fact(seen, &edge.to, "package: ").filter(|_| pinned)?;
    Some(format!("`{package}` is pinned"))
}

/// What stands before a path: its strongest gate, pins of its suppliers, and the controls on its edges.
pub(super) fn controls(seen: &Seen<'_>, rows: &[&ReachEdge]) -> Vec<String> {
    let strongest = rows
        .iter()
        .filter(|it| it.gate > Gate::Auto)
        .max_by(|a, b| (a.gate, std::cmp::Reverse(a.id)).cmp(&(b.gate, std::cmp::Reverse(b.id))));
    let mut controls: Vec<String> = strongest.iter().map(|it| gate(seen, it)).collect();
    let named = rows.iter().flat_map(|it| &it.controls).map(|it| format!("the control `{it}`"));
    for control in rows.iter().filter_map(|it| pin(seen, it)).chain(named) {
        if !controls.contains(&control) {
            controls.push(control);
        }
    }
    controls
}

fn gate(seen: &Seen<'_>, edge: &ReachEdge) -> String {
    let what = edge.via.as_ref().map_or_else(|| seen.name_of(&edge.to), |it| format!("`{}`", it.name()));
    let by =
        edge.decided_by.as_ref().map_or_else(|| "the client's default".to_owned(), |it| format!("`{it}`"));
    match edge.gate {
        Gate::Auto => format!("nothing asks before {what} ({by})"),
        Gate::Prompted => format!("{what} asks first, until one click silences it ({by})"),
        Gate::Asked => format!("a rule asks before {what} ({by})"),
        Gate::Denied => format!("{what} is denied ({by})"),
    }
}
