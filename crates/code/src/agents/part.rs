//! What one program says of agents, before it is known what agents of other programs are called.

use ambit_model::facts::{Served, Trigger};
use ambit_model::{Gate, Place, Problem};
use serde::{Deserialize, Serialize};

use super::Agent;
use super::draft::{Draft, Shape};
use super::finish::ByObject;
use super::given::{Given, Hand};
use crate::follow::Met;

/// What one program says of agents. [`super::join`] makes one of many.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Part {
    /// Its agents, in the order in which they are met.
    pub agents: Vec<Sketch>,
    /// Tools that it serves.
    pub served: Vec<Served>,
    /// What could not be followed to its end.
    pub problems: Vec<Problem>,
    /// How many steps were taken.
    pub steps: u64,
}

/// An agent before names are joined.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sketch {
    /// When it is met.
    pub(super) met: Met,
    pub(super) framework: String,
    /// What the code calls it.
    pub(super) name: String,
    pub(super) at: String,
    pub(super) place: Place,
    /// Whether it only puts others in a row, and nobody has named it: it is no agent of its own.
    pub(super) is_row: bool,
    /// Whether one leads its members.
    pub(super) is_led: bool,
    /// Whether it hands work to all that are members beside it.
    pub(super) shares: bool,
    /// To whom it hands work.
    pub(super) hands: Vec<Row>,
    /// Whom its tools run.
    pub(super) runs: Vec<Row>,
    pub(super) members: Vec<To>,
    /// Members that the framework fills in itself, where it names none.
    pub(super) gathered: Vec<To>,
    /// What starts a mere row: whoever stands first in it.
    pub(super) starts: Vec<Trigger>,
    /// What else is known of it; absent for a mere row.
    pub agent: Option<Agent>,
}

/// To whom work is handed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum To {
    /// To an agent of the same program, by its place in the list.
    Own(u32),
    /// To whoever is called this.
    Named(String),
    /// To whoever answers there.
    Address(String),
}

/// That work is handed over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) to: To,
    pub(super) gate: Gate,
    pub(super) returns: bool,
    pub(super) shares_context: bool,
    pub(super) how: String,
    pub(super) place: Place,
}

impl Row {
    pub(super) fn of(to: To, hand: &Hand, (returns, how, shares): (bool, &str, bool), place: &Place) -> Self {
        Self {
            to,
            gate: if hand.asked.is_some() { Gate::Asked } else { Gate::Auto },
            returns: hand.returns.unwrap_or(returns),
            shares_context: shares,
            how: if hand.how.is_empty() { how.to_owned() } else { hand.how.clone() },
            place: hand.asked.clone().or_else(|| hand.place.clone()).unwrap_or_else(|| place.clone()),
        }
    }
}

impl Sketch {
    /// What `draft`, one of `drafts`, says of others.
    pub(super) fn of(draft: &Draft, drafts: &[Draft], by_object: &ByObject) -> Self {
        let members = draft.members.iter().filter_map(|it| match it {
            Given::Agent(_, no) => by_object.get(no).copied().map(To::Own),
            Given::Named(_, name) => Some(To::Named(name.clone())),
            _ => None,
        });
        Self {
            met: draft.met.clone(),
            framework: draft.framework.clone(),
            name: draft.name.clone(),
            at: draft.at.clone(),
            place: draft.place.clone(),
            is_row: draft.is_team && !draft.is_named(),
            is_led: draft.among.is_led,
            shares: draft.among.shares,
            hands: hands(draft, by_object),
            runs: Vec::new(),
            members: members.collect(),
            gathered: if draft.all_of.is_some() { gathered(draft, drafts) } else { Vec::new() },
            starts: Vec::new(),
            agent: None,
        }
    }
}

/// The hand-offs that the draft makes itself.
fn hands(draft: &Draft, by_object: &ByObject) -> Vec<Row> {
    let tools = draft.given.iter().filter(|it| {
        matches!(it, Given::Agent(..) | Given::Address(..))
            || matches!(it, Given::Named(hand, _) if hand.returns.is_some())
    });
    let shares = draft.shape == Shape::Graph;
    let how = if draft.shape == Shape::Loop { "as a sub-agent" } else { "as a node" };
    let tools = tools.map(|it| (it, true, "as a tool"));
    let hands = draft.hands.iter().map(|it| (it, false, "as a hand-off"));
    let starts = draft.starts.iter().map(|it| (it, true, how));
    let rows = tools.chain(hands).chain(starts).filter_map(|(given, returns, how)| {
        let (hand, to) = match given {
            Given::Agent(hand, no) => (hand, To::Own(*by_object.get(no)?)),
            Given::Named(hand, name) => (hand, To::Named(name.clone())),
            Given::Address(hand, url) => (hand, To::Address(url.clone())),
            _ => return None,
        };
        Some(Row::of(to, hand, (returns, how, shares), &draft.place))
    });
    rows.collect()
}

/// The framework gathers what methods of one class have made.
fn gathered(draft: &Draft, drafts: &[Draft]) -> Vec<To> {
    let own = |it: &Draft| {
        let is_near = it.place.path == draft.place.path && it.framework == draft.framework;
        is_near && it.class == draft.class && !it.is_team && !it.among.is_led
    };
    let mut found: Vec<(u32, &Draft)> = (0..).zip(drafts).filter(|(_, it)| own(it)).collect();
    found.sort_by(|a, b| a.1.place.cmp(&b.1.place));
    found.into_iter().map(|(index, _)| To::Own(index)).collect()
}
