//! What data that moves from one part to another comes to: reach begins at an agent.

use super::{End, Flow, Sheet, kinds, quoted};
use crate::asset::{AssetId, AssetKind};
use crate::label::{Level, Trust};
use crate::place::Place;
use crate::reach::Verb;

/// What is drawn of a flow, in one direction.
pub(super) struct Moved<'a> {
    /// Its id.
    pub(super) id: &'a str,
    /// Classes of the data.
    pub(super) data: &'a [String],
    /// How confidential they are, where something says so.
    pub(super) level: Option<Level>,
    /// Where it is drawn.
    pub(super) place: &'a Place,
}

/// Adds the edges of data that moves from `source` to `destination`; without an agent at an end there are none, and
/// that is noted.
pub(super) fn add(sheet: &mut Sheet<'_>, moved: &Moved<'_>, source: &End, destination: &End) -> bool {
    use AssetKind::Agent;
    let verbs: Vec<Verb> = match (source.kind, destination.kind) {
        (Agent, Agent) => vec![Verb::Delegates],
        (Agent, kind) => out(kind).into_iter().collect(),
        (_, Agent) => into(source, moved),
        _ => Vec::new(),
    };
    let (agent, other) = if source.kind == Agent { (source, destination) } else { (destination, source) };
    for verb in &verbs {
        sheet.drawn.flows.push(flow(moved, agent, *verb, other));
    }
    !verbs.is_empty()
}

/// Notes a flow of which no direction has come to anything.
pub(super) fn nowhere(sheet: &mut Sheet<'_>, moved: &Moved<'_>, source: &End, destination: &End) {
    let message = format!(
        "the flow `{}` from a {} to a {} is no edge of the map",
        quoted(moved.id),
        source.kind,
        destination.kind
    );
    sheet.note(
        moved.place,
        message,
        "reach begins at an agent: draw what an agent does there, or state it in `facts`",
    );
}

/// What an agent does that puts data into something of this kind.
fn out(kind: AssetKind) -> Option<Verb> {
    Some(match kind {
        AssetKind::Channel | AssetKind::Human => Verb::Sends,
        AssetKind::DataStore => Verb::Writes,
        AssetKind::Memory => Verb::Remembers,
        AssetKind::Environment => Verb::Executes,
        // Nobody has drawn what it does with what it is given.
        AssetKind::Server | AssetKind::Tool => Verb::MayReach,
        AssetKind::Agent | AssetKind::Credential | AssetKind::Instruction | AssetKind::Model => return None,
    })
}

/// What an agent does that takes data out of `source`.
fn into(source: &End, moved: &Moved<'_>) -> Vec<Verb> {
    let untrusted = source.trust.is_some_and(Trust::is_untrusted);
    match source.kind {
        AssetKind::Channel | AssetKind::Human => {
            let private = moved.level.is_some_and(|it| it > Level::Public);
            if private { vec![Verb::Ingests, Verb::Reads] } else { vec![Verb::Ingests] }
        }
        AssetKind::DataStore if untrusted => vec![Verb::Reads, Verb::Ingests],
        AssetKind::DataStore => vec![Verb::Reads],
        AssetKind::Memory if untrusted => vec![Verb::Recalls, Verb::Ingests],
        AssetKind::Memory => vec![Verb::Recalls],
        AssetKind::Instruction => vec![Verb::Loads],
        AssetKind::Credential => vec![Verb::Holds],
        AssetKind::Server | AssetKind::Tool => vec![Verb::MayReach],
        AssetKind::Agent | AssetKind::Environment | AssetKind::Model => Vec::new(),
    }
}

fn flow(moved: &Moved<'_>, agent: &End, verb: Verb, other: &End) -> Flow {
    let action = !matches!(verb, Verb::Delegates | Verb::Holds | Verb::Loads);
    let trust = other.trust.filter(|_| matches!(verb, Verb::Ingests | Verb::Loads));
    let audience = other.trust.map(kinds::audience).filter(|_| verb == Verb::Sends);
    Flow {
        from: agent.id.clone(),
        verb,
        to: other.id.clone(),
        via: action.then(|| AssetId::new(AssetKind::Tool, moved.id)),
        data: moved.data.to_vec(),
        level: moved.level,
        audience,
        trust,
        weight: None,
        place: moved.place.clone(),
    }
}
