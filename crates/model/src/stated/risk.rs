//! `risk`: what a team knows of its own likelihoods and losses, in the place of what the catalog assumes.

use super::entry::{entry, form};
use super::forms::Name;
use super::pattern::{Assets, EdgePattern};
use super::problems::Problems;
use super::shape::Form;
use super::take::{Named, OneOrMore, Placed};
use super::{Model, Section, known};
use crate::label::Level;
use crate::tier::Tier;

pub(super) const SECTION: Section = Section { page: include_str!("risk.md"), rules, references };

entry! {
    /// Likelihoods and losses of this system. What is not set is as the catalog has it.
    group "a set of risk inputs" Risk {
        /// The unit of losses, such as `EUR`; without it they are points.
        "unit" => unit: Option<Placed<Name>>,
        /// What one point is worth in that unit.
        "point" => point: Option<Placed<Amount>>,
        /// How many attacks reach a place that outsiders write into, a year.
        "attempts" => attempts: Vec<Placed<AttemptRate>>,
        /// How often an agent goes wrong by itself in a way that would do harm, a year.
        "accidents" => accidents: Vec<Placed<AccidentRate>>,
        /// How likely an agent follows an attack that it reads.
        "steered" => steered: Vec<Placed<Steering>>,
        /// How likely steps come about, gate and controls included.
        "steps" => steps: Vec<Placed<StepLikelihood>>,
        /// What controls let through and cost, by the names that they have under `controls`.
        "controls" => controls: Named<ControlEffect>,
        /// What an event costs.
        "losses" => losses: Vec<Placed<LossAmount>>,
    }
}

entry! {
    /// How many attacks reach a place, a year.
    "an attempt rate" AttemptRate {
        /// The places: ids of assets, or patterns.
        "on" => on: OneOrMore<Placed<Assets>>,
        /// How many a year.
        "rate" => rate: Rate,
        /// Why this many.
        "because" => because: String,
    }
}

entry! {
    /// How often agents go wrong by themselves, a year.
    "an accident rate" AccidentRate {
        /// The agents: ids, or patterns.
        "on" => on: OneOrMore<Placed<Assets>>,
        /// How often a year.
        "rate" => rate: Rate,
        /// Why this often.
        "because" => because: String,
    }
}

entry! {
    /// How likely agents follow an attack.
    "a steering" Steering {
        /// The agents: ids, or patterns.
        "on" => on: OneOrMore<Placed<Assets>>,
        /// How likely.
        "likelihood" => likelihood: Likelihood,
        /// Why.
        "because" => because: String,
    }
}

entry! {
    /// How likely steps come about, gate and controls included.
    "a step likelihood" StepLikelihood {
        /// The edges: ids, assets that they touch, or what they have.
        "on" => on: OneOrMore<Placed<EdgePattern>>,
        /// How likely.
        "likelihood" => likelihood: Likelihood,
        /// Why.
        "because" => because: String,
    }
}

entry! {
    /// What a control lets through, and what it costs.
    "a control's effect" ControlEffect one of ["leaves", "price"] {
        /// The share of attacks that a behavioral control lets through.
        "leaves" => leaves: Option<Placed<Likelihood>>,
        /// What it costs a year, in the unit of losses.
        "price" => price: Option<Amount>,
        /// Why.
        "because" => because: Option<String>,
    }
}

entry! {
    /// What an event costs. Where several are about one event, the last one counts.
    "a loss" LossAmount one of ["in", "data", "tier", "level"] {
        /// What is hit: ids of assets, or patterns.
        "in" => within: Vec<Placed<Assets>>,
        /// Data of these classes leaks.
        "data" => data: Vec<Placed<Name>>,
        /// It comes to this tier, or a higher one that nothing else is said of.
        "tier" => tier: Option<Tier>,
        /// Data of this level leaks, or of a higher one that nothing else is said of.
        "level" => level: Option<Level>,
        /// How much.
        "loss" => loss: Amount,
        /// Why this much.
        "because" => because: String,
    }
}

form! {
    /// How many times a year: a number, or a range that it lies in nine times in ten.
    Rate, Form {
        noun: "a rate",
        help: "a number a year, such as `4`, or a range that it lies in nine times in ten, such as `0.5..12`",
        pattern: r"^[0-9]{1,12}(\.[0-9]{1,12})?(\.\.[0-9]{1,12}(\.[0-9]{1,12})?)?$",
        fits: |text| range(text, plain).is_some(),
    };
    /// A share from 0 to 1, or a range that it lies in nine times in ten.
    Likelihood, Form {
        noun: "a likelihood",
        help: "a share, such as `0.2` or `20%`, or a range that it lies in nine times in ten, such as `5%..30%`",
        pattern: r"^[0-9]{1,12}(\.[0-9]{1,12})?%?(\.\.[0-9]{1,12}(\.[0-9]{1,12})?%?)?$",
        fits: |text| range(text, share).is_some_and(|(low, high)| high <= 1.0 && (low >= high || high < 1.0)),
    };
    /// How much, or a range that it lies in nine times in ten.
    Amount, Form {
        noun: "an amount",
        help: "a number, such as `5000` or `20k`, or a range that it lies in nine times in ten, such as `20k..1.5M`",
        pattern: r"^[0-9]{1,12}(\.[0-9]{1,12})?[kM]?(\.\.[0-9]{1,12}(\.[0-9]{1,12})?[kM]?)?$",
        fits: |text| range(text, amount).is_some(),
    };
}

impl Rate {
    /// Its ends.
    pub fn range(&self) -> (f64, f64) {
        range(self.as_str(), plain).unwrap_or_default()
    }
}

impl Likelihood {
    /// Its ends.
    pub fn range(&self) -> (f64, f64) {
        range(self.as_str(), share).unwrap_or_default()
    }
}

impl Amount {
    /// Its ends.
    pub fn range(&self) -> (f64, f64) {
        range(self.as_str(), amount).unwrap_or_default()
    }
}

/// The ends of a range, or a number twice. Nothing lies between nothing and something.
fn range(text: &str, number: fn(&str) -> Option<f64>) -> Option<(f64, f64)> {
    let (low, high) = match text.split_once("..") {
        Some((low, high)) => (number(low)?, number(high)?),
        None => (number(text)?, number(text)?),
    };
    (low <= high && (low > 0.0 || high <= 0.0)).then_some((low, high))
}

/// Digits, at most with a point among them.
fn plain(text: &str) -> Option<f64> {
    let digits = |it: &str| (1..=12).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit());
    let fits = match text.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part),
        None => digits(text),
    };
    text.parse().ok().filter(|_| fits)
}

fn share(text: &str) -> Option<f64> {
    match text.strip_suffix('%') {
        Some(percent) => plain(percent).map(|it| it / 100.0),
        None => plain(text),
    }
}

fn amount(text: &str) -> Option<f64> {
    match (text.strip_suffix('k'), text.strip_suffix('M')) {
        (Some(it), _) => plain(it).map(|it| it * 1_000.0),
        (_, Some(it)) => plain(it).map(|it| it * 1_000_000.0),
        _ => plain(text),
    }
}

fn rules(model: &Model, problems: &mut Problems) {
    let Risk { unit, point, losses, .. } = &model.risk;
    match (unit, point) {
        (Some(unit), None) => {
            let message = format!("nothing says what a point is worth in `{}`", unit.value);
            let help = "add `point:` with an amount: what the file says nothing of is in points";
            problems.add(&unit.place, message, help);
        }
        (None, Some(point)) => {
            let help = "add `unit:` with the name of the money, such as `EUR`";
            problems.add(&point.place, "`point` is unused: losses are in points", help);
        }
        _ => {}
    }
    for loss in losses.iter().filter(|it| it.value.tier.is_some()) {
        let says = [("data", !loss.value.data.is_empty()), ("level", loss.value.level.is_some())];
        for (key, _) in says.into_iter().filter(|(_, it)| *it) {
            let message = format!("`tier` and `{key}` cannot both say what it comes to");
            problems.add(
                &loss.place,
                message,
                "write two entries, one for what leaks and one for what is done",
            );
        }
    }
}

fn references(model: &Model, problems: &mut Problems) {
    for (name, entry) in model.risk.controls.iter() {
        let Some(name) = Name::new(name) else { continue };
        let name = Placed { value: name, place: entry.place.clone() };
        known(&name, &model.controls, "a control", "controls", problems);
        let Some(leaves) = &entry.value.leaves else { continue };
        let Some(control) = model.controls.get(name.value.as_str()) else { continue };
        if control.value.does.value != super::Does::Lowers {
            let message =
                format!("`{}` lets nothing through by chance: it {}", name.value, control.value.does.value);
            let help =
                "remove `leaves`: only a control that `lowers` has it; `steps` says how likely a step is";
            problems.add(&leaves.place, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_as_people_write_them() {
        assert_eq!(Rate::new("0.5..12").map(|it| it.range()), Some((0.5, 12.0)));
        assert_eq!(Rate::new("4").map(|it| it.range()), Some((4.0, 4.0)));
        assert_eq!(Likelihood::new("5%..30%").map(|it| it.range()), Some((0.05, 0.3)));
        assert_eq!(Likelihood::new("1").map(|it| it.range()), Some((1.0, 1.0)));
        assert_eq!(Amount::new("20k..1.5M").map(|it| it.range()), Some((20_000.0, 1_500_000.0)));
        for text in [
            "", "..", "1..", "..2", "2..1", "-1", "1e3", "1_000", "0..3", "inf", "nan", "1.", ".5", "1...2",
            "²",
        ] {
            assert!(Rate::new(text).is_none(), "{text}");
        }
        for text in ["1.2", "0.2..1", "20%..100%", "101%", "5%%"] {
            assert!(Likelihood::new(text).is_none(), "{text}");
        }
        assert!(Amount::new("5kM").is_none() && Amount::new("5 k").is_none());
    }

    #[test]
    fn every_form_has_the_pattern_that_it_says() {
        for (form, good, bad) in
            [(&Rate::FORM, "0.5..12", "1e3"), (&Likelihood::FORM, "5%..30%", "x"), (&Amount::FORM, "2k", "k")]
        {
            assert!((form.fits)(good) && !(form.fits)(bad), "{}", form.noun);
        }
    }
}
