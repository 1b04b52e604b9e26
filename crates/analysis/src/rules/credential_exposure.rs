//! A credential is within reach of an agent that has a way out.

use ambit_model::facts::{CredentialFacts, Holder};
use ambit_model::{
    AgentFacts, AssetId, Audience, Confidence, Exposure, Gate, ReachEdge, RuleInfo, Scope, Severity, Tier, Verb,
};

use super::inline_secret::{Held, held};
use super::{Rule, Seen, Sink, exposure, single};
use crate::scene::{Open, Scene};

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
            if let Some(reach) = reach(scene, (agent, facts), it) {
                report(scene, sink, agent, it, &reach);
            }
        }
    }
}

/// Where processes run with the environment that they are given.
const WITH_ENVIRONMENT: &[&str] = &["env:host", "env:runner"];

/// What gets a credential in, and out.
const STEPS: &[Verb] = &[Verb::Executes, Verb::Reads, Verb::Sends];

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

fn reach<'a>(scene: &Scene<'_>, of: (&AssetId, &AgentFacts), it: &Held<'a>) -> Option<Reach<'a>> {
    if it.holder == of.0 {
        let in_context = it.facts.holder == Holder::Context;
        return Some(if in_context { Reach::Context } else { Reach::Runs(None) });
    }
    let given = matches!(it.facts.holder, Holder::Environment | Holder::Argument);
    let uses = || scene.servers(of.0).any(|(server, _)| server == it.holder);
    let runs = Reach::Runs(Some(it.holder));
    if given && uses() && scene.open_by(of.0, &[Verb::Executes]).any(|(edge, _)| runs.is_step(scene, edge.edge)) {
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
    fn is_step(self, scene: &Scene<'_>, edge: &ReachEdge) -> bool {
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
    fn in_stock(self) -> Self {
        if matches!(self, Reach::Runs(_)) { Reach::Runs(None) } else { self }
    }
}

fn report(scene: &Scene<'_>, sink: &mut Sink<'_>, agent: &AssetId, it: &Held<'_>, reach: &Reach<'_>) {
    let known_to = known_to(it.facts);
    let edges: Vec<Open<'_>> = scene.open_by(agent, STEPS).collect();
    let Some((step, out, open)) = best(scene, *reach, known_to, &edges) else { return };
    let stock: Vec<Open<'_>> = scene.map.stock_by(agent, STEPS).map(|it| (it, it.gate)).collect();
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
    if it.holder == agent && it.facts.value.is_none() {
        // Of a reference it is not known whether the variable is set.
        seen.confidence = Confidence::Possible;
    }
    let holds = scene.map.edges_by(it.holder, &[Verb::Holds]).find(|edge| edge.to == it.id);
    seen.legs.extend(holds.map(|edge| ("credential", single(edge.no, Gate::Auto))));
    seen.legs.extend(step.map(|(edge, gate)| ("access", single(edge.no, gate))));
    seen.legs.push(("outbound", single(out.0.no, out.1)));
    sink.report(seen);
}

/// The weakest gates over which the credential gets in and out.
fn best<'a>(
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
fn known_to(facts: &CredentialFacts) -> Audience {
    match facts.scope {
        Scope::Project if facts.value.is_some() => Audience::Organization,
        _ => Audience::Myself,
    }
}
