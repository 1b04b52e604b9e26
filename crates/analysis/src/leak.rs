//! How a credential gets into a context, and from there out.

use ambit_model::facts::{CredentialFacts, Holder};
use ambit_model::{AgentFacts, AssetId, Audience, Exposure, ReachEdge, Scope, Verb};

use crate::map::Row;
use crate::rules::{Held, exposure, held_by};
use crate::scene::{Open, Scene};

/// Where processes run with the environment that they are given.
const WITH_ENVIRONMENT: &[&str] = &["env:host", "env:runner"];

/// What gets a credential in, and out.
pub(crate) const STEPS: &[Verb] = &[Verb::Executes, Verb::Reads, Verb::Sends];

/// How an agent gets at a credential.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Reach<'a> {
    /// It is in its context from the start.
    Context,
    /// It runs commands where the credential is, by the tools of this server or by any.
    Runs(Option<&'a AssetId>),
    /// It reads the file that holds the value.
    Reads(&'static str),
}

/// How `of` gets at the credential, if it does.
pub(crate) fn reach<'a>(scene: &Scene<'_>, of: (&AssetId, &AgentFacts), it: &Held<'a>) -> Option<Reach<'a>> {
    if it.holder == of.0 {
        let in_context = it.facts.holder == Holder::Context;
        return Some(if in_context { Reach::Context } else { Reach::Runs(None) });
    }
    let given = matches!(it.facts.holder, Holder::Environment | Holder::Argument);
    let uses = || scene.servers(of.0).any(|(server, _)| server == it.holder);
    let runs = Reach::Runs(Some(it.holder));
    if given
        && uses()
        && scene.open_by(of.0, &[Verb::Executes]).any(|(edge, _)| runs.is_step(scene, edge.edge))
    {
        return Some(runs);
    }
    it.facts.value.as_ref()?;
    let path = &it.facts.place.path;
    if path.starts_with("~/") {
        return Some(Reach::Reads("store:home"));
    }
    let inside = of.1.at.is_empty() || of.1.at == "~" || path.starts_with(&format!("{}/", of.1.at));
    inside.then_some(Reach::Reads("store:workspace"))
}

impl Reach<'_> {
    /// The edges over which the credential gets into the context; none are needed where it is there already.
    pub(crate) fn is_step(self, scene: &Scene<'_>, edge: &ReachEdge) -> bool {
        let tool = || edge.via.as_ref().and_then(|it| scene.map.tools.get(it));
        match self {
            Reach::Context => false,
            Reach::Runs(by) => {
                edge.verb == Verb::Executes
                    && WITH_ENVIRONMENT.contains(&edge.to.as_str())
                    && by.is_none_or(|it| tool().is_some_and(|tool| tool.server.as_ref() == Some(it)))
            }
            Reach::Reads(store) => edge.verb == Verb::Reads && edge.to.as_str() == store,
        }
    }

    /// What the same credential would be within reach of without any configuration.
    pub(crate) fn in_stock(self) -> Self {
        if matches!(self, Reach::Runs(_)) { Reach::Runs(None) } else { self }
    }
}

/// A credential of its own that an agent can send out.
pub(crate) struct Leak<'a> {
    pub(crate) credential: AssetId,
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    pub(crate) holds: Option<Row<'a>>,
    pub(crate) step: Option<Open<'a>>,
    pub(crate) out: Open<'a>,
    pub(crate) exposure: Exposure,
}

/// The credential that `agent` holds itself and can send out most easily.
pub(crate) fn leak<'a>(scene: &Scene<'a>, agent: &'a AssetId, facts: &'a AgentFacts) -> Option<Leak<'a>> {
    let own = held_by(scene, agent, facts);
    if own.is_empty() {
        return None;
    }
    let edges: Vec<Open<'_>> = scene.open_by(agent, STEPS).collect();
    let leaks = own.into_iter().filter_map(|it| {
        let reach = reach(scene, (agent, facts), &it)?;
        let (step, out, exposure) = best(scene, reach, known_to(it.facts), &edges)?;
        let holds = scene.map.edges_by(it.holder, &[Verb::Holds]).find(|edge| edge.to == it.id);
        let (kind, name) = (it.facts.kind.as_str(), it.facts.name.as_str());
        Some(Leak { credential: it.id, kind, name, holds, step, out, exposure })
    });
    leaks.min_by(|a, b| (a.exposure, &a.credential).cmp(&(b.exposure, &b.credential)))
}

/// The weakest gates over which the credential gets in and out.
pub(crate) fn best<'a>(
    scene: &Scene<'_>,
    reach: Reach<'_>,
    known_to: Audience,
    edges: &[Open<'a>],
) -> Option<(Option<Open<'a>>, Open<'a>, Exposure)> {
    let weakest = |(edge, gate): &&Open<'a>| (*gate, std::cmp::Reverse(edge.confidence), edge.id);
    let step = edges.iter().filter(|(it, _)| reach.is_step(scene, it)).min_by_key(weakest).copied();
    if step.is_none() && !matches!(reach, Reach::Context) {
        return None;
    }
    let leads_out = |it: &ReachEdge| it.verb == Verb::Sends && it.audience.is_some_and(|it| it > known_to);
    let out = edges.iter().filter(|(it, _)| leads_out(it)).min_by_key(weakest).copied()?;
    let open = exposure(step.map(|it| it.1).into_iter().chain([out.1]))?;
    Some((step, out, open))
}

/// Who has the credential anyway: a file that the repository shares has told the organization already.
pub(crate) fn known_to(facts: &CredentialFacts) -> Audience {
    match facts.scope {
        Scope::Project if facts.value.is_some() => Audience::Organization,
        _ => Audience::Myself,
    }
}
