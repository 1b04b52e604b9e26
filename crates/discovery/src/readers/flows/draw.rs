//! Turns a flow into agents: each with what it is given, what feeds it, and what acts on what it writes.

use std::collections::BTreeSet;

use ambit_model::facts::{
    Answer, Approval, Guard, Handoff, Insert, Kept, Known, Object, OwnEffect, OwnTool, Program, Shown,
    Target, Trigger,
};
use ambit_model::{Audience, Effect, Gate, Place, Problem, Trust};

use super::join::{FlowCall, FlowFacts};
use super::step::{Flow, Mind, Role, Source, Step, is_inward};
use super::trace::{Before, Trace};
use crate::fragment::Sink;

/// Adds the agents of `flow` to `sink`, and what other flows need to know of it.
pub(super) fn draw(flow: &Flow, sink: &mut Sink) {
    let trace = Trace::new(flow);
    let mut agents = Vec::new();
    for (index, step) in trace.agents() {
        let Some(mind) = step.mind() else { continue };
        let mut facts = mind.facts.clone();
        facts.credentials.extend(flow.credentials.iter().cloned());
        facts.program.said.extend(flow.notes.iter().cloned());
        let mut told = Agent { trace: &trace, index, step, facts, calls: calls(mind) };
        told.receivers(mind);
        told.started();
        told.fed();
        told.acting();
        agents.push((told.facts, told.calls));
    }
    for helper in &flow.helpers {
        let mut facts = helper.facts.clone();
        facts.credentials.extend(flow.credentials.iter().cloned());
        agents.push((facts, calls(helper)));
    }
    for (facts, calls) in agents {
        let key = (facts.client.clone(), facts.name.clone(), facts.at.clone());
        let call = |(tool, to)| FlowCall { agent: key.clone(), tool, to, path: flow.place.path.clone() };
        sink.calls.extend(calls.into_iter().map(call));
        sink.agents.push(facts);
    }
    sink.flows.push(as_called(&trace));
    if trace.is_exhausted() {
        let help = "split the flow: what feeds and follows its agents is not all on the map";
        sink.problems.push(Problem::at(&flow.place, "the flow is too large to be followed everywhere", help));
    }
}

fn calls(mind: &Mind) -> Vec<(String, super::join::FlowRef)> {
    mind.calls.clone()
}

/// What a run of the flow comes to for whoever runs it from elsewhere.
fn as_called(trace: &Trace<'_>) -> FlowFacts {
    let flow = trace.flow;
    let is_start = |step: &Step, called: bool| match &step.role {
        Role::Start(start) => !called || start.is_called,
        _ => false,
    };
    let has_own = flow.steps.iter().any(|it| is_start(it, true));
    let mut facts = FlowFacts {
        client: flow.client,
        ids: flow.ids.clone(),
        name: flow.name.clone(),
        path: flow.place.path.clone(),
        effects: Vec::new(),
        agents: Vec::new(),
        is_unknown: false,
        filled: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    for (index, _) in flow.steps.iter().enumerate().filter(|(_, it)| is_start(it, has_own)) {
        for at in trace.after(index).into_keys().filter(|it| seen.insert(*it)) {
            let Some(step) = trace.step(at) else { continue };
            if let (true, Some(mind)) = (trace.is_mind(at), step.mind()) {
                let to = &mind.facts;
                facts.agents.push((to.client.clone(), to.name.clone(), to.at.clone()));
            } else if matches!(step.role, Role::Acts) {
                // What only a definition tells of is inferred later, for whoever has it as a tool.
                facts.is_unknown |= step.is_unknown() || step.known == Known::Definition;
                facts.effects.extend(step.effects.iter().cloned());
            }
        }
    }
    facts.effects.sort();
    facts.effects.dedup();
    for (index, step) in flow.steps.iter().enumerate() {
        for effect in &step.effects {
            if matches!(effect.effect, Effect::Writes { .. } | Effect::Remembers { .. })
                && effect.on.id.as_str().starts_with("store:index/")
            {
                let trust = trace.taken(index, step).into_iter().filter_map(|it| trust_of(trace, it)).min();
                facts.filled.extend(trust.map(|it| (effect.on.id.clone(), it)));
            }
        }
    }
    facts
}

/// Who could have written what the step at `index` brings in.
fn trust_of(trace: &Trace<'_>, index: usize) -> Option<Trust> {
    let step = trace.step(index)?;
    if let Role::Start(start) = &step.role {
        return Some(start.trust);
    }
    let of = |it: &OwnEffect| match it.effect {
        Effect::Ingests { trust } => Some(trust),
        _ => None,
    };
    step.effects.iter().filter_map(of).min()
}

/// An agent under way.
struct Agent<'t, 'f> {
    trace: &'t Trace<'f>,
    index: usize,
    step: &'f Step,
    facts: ambit_model::AgentFacts,
    calls: Vec<(String, super::join::FlowRef)>,
}

impl Agent<'_, '_> {
    fn program(&mut self) -> &mut Program {
        &mut self.facts.program
    }

    /// Whoever the flow itself names as the receiver of what tools send is no choice of the agent's.
    fn receivers(&mut self, mind: &Mind) {
        for (name, sources) in &mind.receivers {
            let audience = self.audience(self.index, sources);
            for tool in self.facts.program.tools.iter_mut().filter(|it| it.name == *name) {
                bound(tool, audience);
            }
        }
    }

    /// Who is meant by an address that comes from `sources`.
    fn audience(&self, index: usize, sources: &[Source]) -> Audience {
        let of = |at: usize| match self.trace.step(at).map(|it| &it.role) {
            Some(Role::Start(start)) => audience_of(start.trust),
            // An address that an agent wrote, or that was read somewhere, may be anybody's.
            _ => Audience::Public,
        };
        self.trace.origins(index, sources).into_iter().map(of).max().unwrap_or(Audience::Organization)
    }

    fn started(&mut self) {
        let taken = self.trace.taken(self.index, self.step);
        for at in self.trace.all_starts(self.index) {
            let Some(step) = self.trace.step(at) else { continue };
            match &step.role {
                Role::Start(start) => {
                    let trigger = Trigger {
                        event: start.event.clone(),
                        trust: start.trust,
                        from: start.from.clone(),
                        brings_text: start.brings_text && taken.contains(&at),
                        guard: start.guard.clone(),
                        place: step.place.clone(),
                    };
                    self.program().starts.push(trigger);
                    self.facts.credentials.extend(step.credentials.iter().cloned());
                }
                Role::Guard { how } => {
                    let guard =
                        Guard { how: how.clone(), name: step.name.clone(), place: step.place.clone() };
                    self.program().guards.push(guard);
                }
                _ => {}
            }
        }
    }

    /// What is put into its prompts, and the steps that bring it in.
    fn fed(&mut self) {
        let mut feeding = BTreeSet::new();
        let implicit = super::step::Taken {
            what: "what comes before it".to_owned(),
            from: Source::Before,
            among_instructions: false,
            place: self.step.place.clone(),
        };
        let takes = self.step.takes.iter().chain(self.step.implicit.then_some(&implicit));
        let mut inserts = Vec::new();
        for taken in takes {
            for at in self.trace.origins(self.index, &[taken.from]) {
                let Some(step) = self.trace.step(at).filter(|_| !self.trace.is_mind(at)) else { continue };
                let insert = |trust: Trust, from: &Object| Insert {
                    what: taken.what.clone(),
                    trust,
                    from: from.clone(),
                    among_instructions: taken.among_instructions,
                    place: taken.place.clone(),
                };
                match &step.role {
                    Role::Start(start) if start.brings_text => {
                        inserts.push(insert(start.trust, &start.from));
                    }
                    Role::Start(_) => {}
                    _ => {
                        feeding.insert(at);
                        inserts.extend(step.effects.iter().filter_map(|it| match it.effect {
                            Effect::Ingests { trust } => Some(insert(trust, &it.on)),
                            _ => None,
                        }));
                    }
                }
            }
        }
        inserts.sort();
        inserts.dedup();
        self.program().prompts.extend(inserts);
        for at in feeding {
            let Some(step) = self.trace.step(at) else { continue };
            let tool = step.tool(&self.trace.flow.owner, is_inward);
            self.give(tool, step);
        }
    }

    fn give(&mut self, tool: OwnTool, step: &Step) {
        self.calls.extend(step.runs.clone().map(|it| (tool.name.clone(), it)));
        self.facts.credentials.extend(step.credentials.iter().cloned());
        self.program().tools.push(tool);
    }

    /// What acts on what it writes.
    fn acting(&mut self) {
        let given = self.trace.given(self.index);
        let mut approvals: Vec<Approval> = Vec::new();
        let mut answered = BTreeSet::new();
        for (at, before) in self.trace.after(self.index) {
            let Some(step) = self.trace.step(at) else { continue };
            if !given.contains(&at) {
                continue;
            }
            let gate = match before {
                Before::Approved(by) => self.trace.step(by).map(|it| it.place.clone()),
                _ => None,
            };
            if self.trace.is_mind(at) {
                self.hand_on(step, gate);
                continue;
            }
            let name = step.name.clone();
            if step.acts() {
                let mut tool = step.tool(&self.trace.flow.owner, |it| !is_inward(it));
                if let Some(sources) = &step.receivers {
                    bound(&mut tool, self.audience(at, sources));
                }
                gated(&mut tool, gate.as_ref());
                self.give(tool, step);
            } else if matches!(step.role, Role::Answers) {
                answered.insert(at);
            } else {
                if let Role::Guard { how } = &step.role {
                    let guard = Guard { how: how.clone(), name, place: step.place.clone() };
                    self.program().guards.push(guard);
                }
                continue;
            }
            if let Before::Approved(by) = before {
                note_approval(&mut approvals, self.trace, by, &name);
            }
        }
        self.answer(&answered, &given);
        self.program().approvals.extend(approvals);
    }

    fn hand_on(&mut self, to: &Step, gate: Option<Place>) {
        let Some(mind) = to.mind() else { return };
        let target = Target::Agent {
            client: mind.facts.client.clone(),
            name: mind.facts.name.clone(),
            at: mind.facts.at.clone(),
        };
        let handoff = Handoff {
            to: target,
            gate: if gate.is_some() { Gate::Asked } else { Gate::Auto },
            returns: false,
            shares_context: self.trace.flow.shares_context,
            how: format!("as a step after `{}`", self.step.name),
            place: to.place.clone(),
        };
        self.program().hands.push(handoff);
    }

    /// What it writes goes back to whoever fired the flow.
    fn answer(&mut self, answers: &BTreeSet<usize>, given: &BTreeSet<usize>) {
        for at in self.trace.all_starts(self.index) {
            let Some(step) = self.trace.step(at) else { continue };
            let Role::Start(start) = &step.role else { continue };
            if start.trust == Trust::Operator {
                continue;
            }
            let places = answers.iter().filter_map(|it| self.trace.step(*it)).map(|it| it.place.clone());
            let mut places: Vec<Place> = places.collect();
            if answers.is_empty() && self.trace.answers(at, given, self.index) {
                places.push(step.place.clone());
            }
            let answer = |place| Answer { audience: audience_of(start.trust), to: start.from.clone(), place };
            self.facts.program.answers.extend(places.into_iter().map(answer));
        }
    }
}

fn note_approval(approvals: &mut Vec<Approval>, trace: &Trace<'_>, by: usize, tool: &str) {
    let Some(step) = trace.step(by) else { return };
    let Some(waits) = &step.waits else { return };
    match approvals.iter_mut().find(|it| it.place == step.place) {
        Some(known) => known.tools.push(tool.to_owned()),
        None => approvals.push(Approval {
            shows: waits.shows,
            tools: vec![tool.to_owned()],
            how: waits.how.clone(),
            place: step.place.clone(),
        }),
    }
}

fn gated(tool: &mut OwnTool, by: Option<&Place>) {
    if let Some(place) = by {
        tool.gate = Gate::Asked;
        tool.gated_by = Some(place.clone());
    }
}

/// What is sent reaches no more than `audience`.
pub(super) fn bound(tool: &mut OwnTool, audience: Audience) {
    for effect in &mut tool.effects {
        if let Effect::Sends { audience: all, .. } = &mut effect.effect {
            *all = (*all).min(audience);
        }
    }
}

fn audience_of(trust: Trust) -> Audience {
    match trust {
        Trust::Public => Audience::Public,
        Trust::Partner => Audience::Partner,
        Trust::Organization => Audience::Organization,
        Trust::Operator => Audience::Myself,
    }
}

/// A memory of an agent.
pub(super) fn kept(
    on: Object,
    (reads, writes): (bool, bool),
    kept_for: ambit_model::facts::KeptFor,
    place: Place,
) -> Kept {
    Kept { on, writes, reads, kept_for, place }
}

/// An approval of calls.
pub(super) fn approval(how: &str, shows: Shown, tools: Vec<String>, place: Place) -> Approval {
    Approval { shows, tools, how: how.to_owned(), place }
}
