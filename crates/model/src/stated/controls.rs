//! `controls`: what stands between a danger and its harm, bound to edges.

use super::entry::entry;
use super::forms::{Date, Name};
use super::pattern::EdgePattern;
use super::problems::{Problems, listed};
use super::take::{OneOrMore, Placed, worded};
use super::{Model, Section, nothing};
use crate::finding::ControlKind;
use crate::label::{Audience, Level, Trust, words};
use crate::tier::Tier;

pub(super) const SECTION: Section = Section { page: include_str!("controls.md"), rules, references: nothing };

entry! {
    /// What stands between a danger and its harm.
    "a control" Control {
        /// What sort of control it is: structural ones cut or bound, procedural ones gate, behavioral ones lower.
        "kind" => kind: ControlKind,
        /// What it does to its edges.
        "does" => does: Placed<Does>,
        /// The edges: ids, assets that they touch, or what they have.
        "on" => on: OneOrMore<Placed<EdgePattern>>,
        /// Who at most receives what is sent (`bounds`).
        "audience" => audience: Option<Placed<Audience>>,
        /// The tier that is left at most (`bounds`).
        "tier" => tier: Option<Placed<Tier>>,
        /// The level of data that is left at most (`bounds`).
        "level" => level: Option<Placed<Level>>,
        /// The limit that is set, in words (`bounds`).
        "limit" => limit: Option<Placed<String>>,
        /// Only for content or data with these labels.
        "labels" => labels: Option<Labels>,
        /// Whether it also writes each use down; without the key it does not.
        "logged" => logged: Option<bool>,
        /// Whether it is there yet; without the key it is.
        "state" => state: Option<State>,
        /// Who answers for it.
        "owner" => owner: Option<String>,
        /// What shows that it works: a text or a path.
        "evidence" => evidence: Option<String>,
        /// When that was last tried.
        "validated" => validated: Option<Date>,
        /// What it takes away, in words.
        "costs" => costs: Option<String>,
    }
}

entry! {
    /// Labels that a control is limited to.
    "a set of labels" Labels one of ["data", "trust"] {
        /// Data of these classes.
        "data" => data: Vec<Name>,
        /// Content of this trust or a lower one.
        "trust" => trust: Option<Trust>,
    }
}

/// What a control does to an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Does {
    /// Removes it.
    Cuts,
    /// Sets its parameters.
    Bounds,
    /// A human approves each use.
    Gates,
    /// Makes its misuse less likely, and nothing more.
    Lowers,
}

/// Whether a control is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Somebody intends it; it changes nothing yet.
    Planned,
    /// It works.
    InPlace,
}

words! {
    Does { Cuts => "cuts", Bounds => "bounds", Gates => "gates", Lowers => "lowers" }
    State { Planned => "planned", InPlace => "in-place" }
}
worded! {
    Does, "what a control does";
    State, "a state of a control";
}

impl Control {
    /// Whether it changes anything yet.
    pub fn is_in_place(&self) -> bool {
        self.state != Some(State::Planned)
    }

    /// The parameters that only a bound has: their keys, and the first one's entry.
    fn bounds(&self) -> Vec<(&'static str, &crate::place::Place)> {
        [
            ("audience", self.audience.as_ref().map(|it| &it.place)),
            ("tier", self.tier.as_ref().map(|it| &it.place)),
            ("level", self.level.as_ref().map(|it| &it.place)),
            ("limit", self.limit.as_ref().map(|it| &it.place)),
        ]
        .into_iter()
        .filter_map(|(key, place)| Some((key, place?)))
        .collect()
    }
}

/// What controls of a kind can do.
fn fitting(kind: ControlKind) -> &'static [Does] {
    match kind {
        ControlKind::Structural => &[Does::Cuts, Does::Bounds],
        ControlKind::Procedural => &[Does::Gates],
        ControlKind::Behavioral => &[Does::Lowers],
    }
}

/// The kind of control that can do this.
fn kind_of(does: Does) -> ControlKind {
    match does {
        Does::Cuts | Does::Bounds => ControlKind::Structural,
        Does::Gates => ControlKind::Procedural,
        Does::Lowers => ControlKind::Behavioral,
    }
}

fn rules(model: &Model, problems: &mut Problems) {
    for (name, entry) in model.controls.iter() {
        let control = &entry.value;
        let (kind, does) = (control.kind, control.does.value);
        let bounds = control.bounds();
        if !fitting(kind).contains(&does) {
            let can = listed(fitting(kind).iter().map(|it| it.word()));
            let help = format!("write one of {can}, or `kind: {}`", kind_of(does));
            problems.add(&control.does.place, format!("a {kind} control never {does}"), help);
        } else if does == Does::Bounds && bounds.is_empty() {
            let message = format!("the control `{name}` bounds nothing");
            let help = "add what is left at most: `audience`, `tier`, `level` or `limit`";
            problems.add(&control.does.place, message, help);
        }
        if does != Does::Bounds {
            for (key, place) in bounds {
                let help = "remove it, or write `does: bounds`";
                problems.add(
                    place,
                    format!("`{key}` is unused: a control that {does} sets no parameters"),
                    help,
                );
            }
        }
    }
}
