//! CVSS 4.0: a vector that follows from the finding's legs, gates and tiers, and its base score.

use std::str::FromStr;

use ambit_model::risk::Cvss;
use ambit_model::{Exposure, Finding, Reversibility, Tier, Trust, Verb};

use super::rows;
use crate::map::ReachMap;
use crate::map::Row;

/// The vector and the score of a finding.
pub(crate) fn cvss(map: &ReachMap, finding: &Finding) -> Cvss {
    scored(vector(finding, &rows(map, finding)))
}

/// The score of a vector.
pub(crate) fn scored(vector: String) -> Cvss {
    let score = ::cvss::v4::Vector::from_str(&vector).map(|it| it.score().value()).unwrap_or_default();
    Cvss { vector, score, severity: word(score).to_owned() }
}

/// The word of a score, as the specification has it.
fn word(score: f64) -> &'static str {
    match score {
        it if it >= 9.0 => "critical",
        it if it >= 7.0 => "high",
        it if it >= 4.0 => "medium",
        it if it > 0.0 => "low",
        _ => "none",
    }
}

fn vector(finding: &Finding, rows: &[Row<'_>]) -> String {
    let enters = rows.iter().filter(|it| matches!(it.edge.verb, Verb::Ingests | Verb::Loads));
    let writer = enters.filter_map(|it| it.edge.reached_by.filter(|it| it.is_untrusted())).min();
    // Without anybody outside who writes what it takes in, whoever attacks is inside already.
    let (reach, rights) = match writer {
        Some(Trust::Public) => ("N", "N"),
        Some(_) => ("N", "L"),
        None => ("L", "L"),
    };
    // Over other agents and memories more has to come together.
    let moves =
        rows.iter().any(|it| matches!(it.edge.verb, Verb::Delegates | Verb::Remembers | Verb::Recalls));
    let requirements = if moves { "P" } else { "N" };
    let user = match finding.exposure {
        Exposure::Open => "N",
        Exposure::Prompted => "P",
        Exposure::Guarded => "A",
    };
    let own = impacts(finding, rows, true);
    let other = impacts(finding, rows, false);
    format!(
        "CVSS:4.0/AV:{reach}/AC:L/AT:{requirements}/PR:{rights}/UI:{user}/VC:{}/VI:{}/VA:{}/SC:{}/SI:{}/SA:{}",
        own[0], own[1], own[2], other[0], other[1], other[2]
    )
}

/// Confidentiality, integrity and availability of what is attacked itself, or of what lies behind it.
fn impacts(finding: &Finding, rows: &[Row<'_>], own: bool) -> [&'static str; 3] {
    let degree = match finding.tier {
        Tier::T0 => "N",
        Tier::T1 | Tier::T2 => "L",
        Tier::T3 | Tier::T4 => "H",
    };
    let mut impacts = ["N"; 3];
    let leaks = rows.iter().any(|it| it.edge.verb == Verb::Sends);
    let done: Vec<&Row<'_>> = rows
        .iter()
        .filter(|it| {
            matches!(
                it.edge.verb,
                Verb::Writes | Verb::Executes | Verb::Spends | Verb::Grants | Verb::MayReach
            )
        })
        .collect();
    let here = |it: &&&Row<'_>| {
        it.edge.to.as_str().starts_with("env:") || it.edge.to.as_str().starts_with("store:workspace")
    };
    let of_here = done.iter().any(|it| here(&it));
    let touched = if done.is_empty() { own } else { of_here == own };
    if leaks && own {
        impacts[0] = degree;
    }
    if touched && !done.is_empty() {
        impacts[1] = degree;
        let gone = done.iter().any(|it| it.edge.reversibility == Some(Reversibility::Irreversible));
        let runs = done.iter().any(|it| matches!(it.edge.verb, Verb::Executes | Verb::MayReach));
        if gone || runs {
            impacts[2] = degree;
        }
        // Whoever runs code reads what is there.
        if runs {
            impacts[0] = degree;
        }
    }
    // What is stored, loaded or held without being sent or done: the instructions are no longer whole.
    if own && !leaks && done.is_empty() {
        impacts[1] = degree;
    }
    impacts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors with the scores that FIRST's calculator gives them: the examples of FIRST, and those that OWASP's AIVSS
    /// 0.5 and its candidate have printed.
    const PUBLISHED: &[(&str, f64)] = &[
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 10.0),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 9.3),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 8.7),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:N/SC:N/SI:N/SA:N", 0.0),
        ("AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.3),
        ("AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 7.7),
        ("AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 8.3),
        ("AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 4.6),
        ("AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 5.1),
        ("AV:N/AC:L/AT:N/PR:N/UI:A/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 9.4),
        ("AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 8.7),
        ("AV:A/AC:L/AT:N/PR:H/UI:N/VC:L/VI:H/VA:L/SC:N/SI:H/SA:H", 8.3),
        ("AV:N/AC:H/AT:N/PR:N/UI:A/VC:H/VI:H/VA:N/SC:N/SI:N/SA:N", 7.4),
        ("AV:A/AC:H/AT:N/PR:H/UI:N/VC:L/VI:H/VA:L/SC:N/SI:N/SA:N", 5.8),
        ("AV:A/AC:L/AT:N/PR:H/UI:N/VC:N/VI:H/VA:H/SC:N/SI:N/SA:N", 6.9),
        ("AV:N/AC:L/AT:N/PR:L/UI:N/VC:N/VI:L/VA:N/SC:N/SI:N/SA:N", 5.3),
        ("AV:N/AC:H/AT:N/PR:N/UI:A/VC:L/VI:L/VA:N/SC:N/SI:N/SA:N", 2.1),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:H/SI:L/SA:N/E:P", 9.2),
        ("AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:N/SC:H/SI:N/SA:N/E:P", 8.3),
        ("AV:N/AC:L/AT:N/PR:H/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P", 8.5),
        ("AV:N/AC:H/AT:N/PR:N/UI:N/VC:H/VI:H/VA:N/SC:H/SI:L/SA:N/E:P", 8.8),
        ("AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P", 8.9),
        ("AV:N/AC:H/AT:N/PR:N/UI:N/VC:H/VI:L/VA:L/SC:H/SI:N/SA:N/E:P", 7.8),
        ("AV:A/AC:L/AT:N/PR:N/UI:N/VC:L/VI:H/VA:N/SC:H/SI:L/SA:N/E:P", 7.1),
        ("AV:N/AC:L/AT:P/PR:N/UI:N/VC:N/VI:H/VA:H/SC:H/SI:H/SA:L/E:P", 7.9),
        ("AV:N/AC:L/AT:N/PR:N/UI:P/VC:L/VI:H/VA:N/SC:H/SI:N/SA:N/E:P", 7.0),
        ("AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:P", 8.6),
    ];

    #[test]
    fn the_library_scores_as_was_published() {
        for (vector, score) in PUBLISHED {
            let found = scored(format!("CVSS:4.0/{vector}")).score;
            assert!((found - score).abs() < 1e-9, "{vector}: {found}, published {score}");
        }
    }
}
