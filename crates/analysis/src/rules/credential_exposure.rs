//! A credential is within reach of an agent that has a way out.

use ambit_model::facts::{CredentialFacts, Holder};
use ambit_model::{
    AgentFacts, AssetId, Audience, Exposure, Gate, ReachEdge, RuleInfo, Scope, Severity, Tier, Verb,
};

use super::inline_secret::{Held, held};
use super::{Rule, Seen, Sink, exposure, single};
use crate::scene::Scene;

pub(super) const RULE: Rule = Rule {
    info: &RuleInfo {
        id: "credential-exposure",
        title: "It can send a credential out",
        categories: &["ASI03:2026", "LLM02:2025", "MCP01:2025", "AML.T0055", "AML.T0083", "AML.T0098", "CWE-522"],
        page: include_str!("credential_exposure.md"),
    },
    check,
};

fn check(scene: &Scene<'_>, sink: &mut Sink<'_>) {
    let held = held(scene);
    for (agent, facts) in scene.agents() {
        for it in &held {
            let Some(reach) = reach(scene, agent, facts, it) else { continue };
            report(scene, sink, agent, it, &reach);
        }
    }
}

/// How an agent gets at a credential.
#[derive(Debug, Clone, Copy)]
enum Reach<'a> {
    /// It is in its context from the start.
    Context,
    /// It runs commands where the credential is, by the tools of this server or by any.
    Runs(Option<&'a AssetId>),
    /// It reads the file that holds the value.
    Reads(&'static str),
}

fn reach<'a>(
    scene: &Scene<'_>,
    agent: &AssetId,
    facts: &AgentFacts,
    it: &Held<'a>,
) -> Option<Reach<'a>> {
    if it.holder == agent {
        return Some(match it.facts.holder {
            Holder::Context => Reach::Context,
            _ => Reach::Runs(None),
        });
    }
    let given = matches!(it.facts.holder, Holder::Environment | Holder::Argument);
    let uses = || scene.servers(agent).any(|(server, _)| server == it.holder);
    let runs = |it: &&ReachEdge| it.verb == Verb::Executes && is_local(&it.to);
    let by_it = |edge: &ReachEdge| supplier(scene, edge) == Some(it.holder);
    if given && uses() && scene.open_edges(agent).any(|(edge, _)| runs(&edge) && by_it(edge)) {
        return Some(Reach::Runs(Some(it.holder)));
    }
    it.facts.value.as_ref()?;
    let path = &it.facts.place.path;
    let inside = facts.at.is_empty() || facts.at == "~" || path.starts_with(&format!("{}/", facts.at));
    if path.starts_with("~/") { Some(Reach::Reads("store:home")) } else { inside.then_some(Reach::Reads("store:workspace")) }
}

fn supplier<'a>(scene: &Scene<'a>, edge: &ReachEdge) -> Option<&'a AssetId> {
    edge.via.as_ref().and_then(|it| scene.map.tools.get(it)).and_then(|it| it.server.as_ref())
}

/// Where processes of this machine run with the environment that they are given.
fn is_local(environment: &AssetId) -> bool {
    environment.as_str() == "env:host"
}

impl Reach<'_> {
    /// The edges over which the credential gets into the context; none are needed where it is there already.
    fn is_step(self, scene: &Scene<'_>, edge: &ReachEdge) -> bool {
        match self {
            Reach::Context => false,
            Reach::Runs(by) => {
                edge.verb == Verb::Executes
                    && is_local(&edge.to)
                    && by.is_none_or(|it| supplier(scene, edge) == Some(it))
            }
            Reach::Reads(store) => edge.verb == Verb::Reads && edge.to.as_str() == store,
        }
    }

    /// What the same credential would be within reach of without any configuration.
    fn in_stock(self) -> Self {
        match self {
            Reach::Runs(_) => Reach::Runs(None),
            other => other,
        }
    }
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, it: &Held<'_>, reach: &Reach<'_>) {
    let known_to = known_to(it.facts);
    let edges: Vec<(&ReachEdge, Gate)> = scene.open_edges(agent).collect();
    let Some((step, out, open)) = best(scene, *reach, known_to, &edges) else { return };
    let stock: Vec<(&ReachEdge, Gate)> =
        scene.map.edges_of(agent).filter(|it| it.stock).map(|it| (it, it.gate)).collect();
    let as_it_comes = best(scene, reach.in_stock(), known_to, &stock).map(|(.., open)| open);
    if as_it_comes.is_some_and(|it| Severity::of(Tier::T4, it) >= Severity::of(Tier::T4, open)) {
        return;
    }
    let how = match reach {
        Reach::Context => "has it in its context",
        Reach::Runs(_) => "runs commands where it is",
        Reach::Reads(_) => "reads the file that holds it",
    };
    let message = format!(
        "`{}` {how} and can send the {} `{}` of `{}` to `{}`",
        scene.map.name(agent),
        it.facts.kind,
        it.facts.name,
        scene.map.name(it.holder),
        scene.map.name(&out.0.to)
    );
    let mut seen = Seen::fact(agent, &it.id, (Tier::T4, open), vec![it.facts.place.clone()]).says(message);
    let holds = scene.map.edges_of(it.holder).find(|edge| edge.verb == Verb::Holds && edge.to == it.id);
    seen.legs.extend(holds.map(|edge| ("credential", single(&edge.id, Gate::Auto))));
    seen.legs.extend(step.map(|(edge, gate)| ("access", single(&edge.id, gate))));
    seen.legs.push(("outbound", single(&out.0.id, out.1)));
    sink.report(seen);
}

type Open<'a> = (&'a ReachEdge, Gate);

/// The weakest gates over which the credential gets in and out.
fn best<'a>(
    scene: &Scene<'_>,
    reach: Reach<'_>,
    known_to: Audience,
    edges: &[Open<'a>],
) -> Option<(Option<Open<'a>>, Open<'a>, Exposure)> {
    let weakest = |(edge, gate): &&Open<'a>| (*gate, std::cmp::Reverse(edge.confidence), edge.id.clone());
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
fn known_to(facts: &CredentialFacts) -> Audience {
    match facts.scope {
        Scope::Project if facts.value.is_some() => Audience::Organization,
        _ => Audience::Myself,
    }
}
