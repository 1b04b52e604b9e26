//! A flow of whatever product, as far as following it needs: steps, what leads from one to the next, and what each takes.

use std::sync::Arc;

use ambit_model::facts::{
    AgentFacts, CredentialFacts, Known, Object, OwnEffect, OwnTool, Shown, ToolDefinition,
};
use ambit_model::{Effect, Gate, Place, Trust};

use super::join::FlowRef;

/// A flow.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) client: &'static str,
    /// Ids by which other flows may run it.
    pub(super) ids: Vec<String>,
    pub(super) name: String,
    /// What its tools are of: the path of the file without its ending.
    pub(super) owner: String,
    pub(super) place: Place,
    pub(super) steps: Vec<Step>,
    /// What leads on from each step.
    pub(super) links: Vec<Vec<Link>>,
    /// Agents that no step is: tools of others.
    pub(super) helpers: Vec<Mind>,
    pub(super) notes: Vec<(String, Place)>,
    /// Credentials of the flow as a whole.
    pub(super) credentials: Vec<CredentialFacts>,
    /// Whether its agents share one conversation.
    pub(super) shares_context: bool,
}

/// From one step to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) to: usize,
    /// Which of the step's outputs it leaves by.
    pub(super) output: usize,
}

/// A step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) role: Role,
    /// What of other steps stands in its parameters.
    pub(super) takes: Vec<Taken>,
    /// Whether it takes what leads to it although no parameter says so.
    pub(super) implicit: bool,
    pub(super) known: Known,
    pub(super) effects: Vec<OwnEffect>,
    pub(super) definition: Option<Arc<ToolDefinition>>,
    /// Whoever receives what it sends is named by these; absent where that is fixed or open.
    pub(super) receivers: Option<Vec<Source>>,
    pub(super) waits: Option<Waits>,
    /// The flow that it runs.
    pub(super) runs: Option<FlowRef>,
    pub(super) credentials: Vec<CredentialFacts>,
}

/// What part a step plays.
#[derive(Debug)]
pub(super) enum Role {
    /// Passes on what it is given.
    Pass,
    /// Passes it on to one of several; the output behind which something was approved, where it asks for that.
    Branch { approved: Option<usize> },
    /// Does something.
    Acts,
    /// Answers whoever started the flow.
    Answers,
    /// A model with tools.
    Agent(Box<Mind>),
    /// A model that is asked once: an agent where strangers reach it and its answer has consequences.
    Chain(Box<Mind>),
    /// Starts the flow.
    Start(Start),
    /// Judges what passes and bounds nothing.
    Guard { how: String },
}

/// What starts a flow.
#[derive(Debug, Clone)]
pub(super) struct Start {
    /// In the format's own word.
    pub(super) event: String,
    pub(super) trust: Trust,
    pub(super) from: Object,
    pub(super) brings_text: bool,
    pub(super) guard: Option<Place>,
    /// Whether what the last step gives goes back to whoever fired it.
    pub(super) is_answered: bool,
    /// Whether it is another flow that fires it.
    pub(super) is_called: bool,
}

/// A person who is waited for.
#[derive(Debug, Clone)]
pub(super) struct Waits {
    pub(super) how: String,
    pub(super) shows: Shown,
    /// Whether nothing goes on without an answer that says yes; otherwise a branch after it decides.
    pub(super) decides: bool,
}

/// Where something that a step takes comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Source {
    /// Whatever leads to the step.
    Before,
    /// This step.
    Step(usize),
}

/// Something that a step takes.
#[derive(Debug, Clone)]
pub(super) struct Taken {
    /// As written.
    pub(super) what: String,
    pub(super) from: Source,
    /// Whether it goes among the instructions of a model.
    pub(super) among_instructions: bool,
    pub(super) place: Place,
}

/// An agent, with what it is given besides the flow around it.
#[derive(Debug)]
pub(super) struct Mind {
    pub(super) facts: AgentFacts,
    /// Flows that its tools run, by the names of the tools.
    pub(super) calls: Vec<(String, FlowRef)>,
    /// Of tools that send: where the receiver comes from.
    pub(super) receivers: Vec<(String, Vec<Source>)>,
}

impl Mind {
    pub(super) fn new(facts: AgentFacts) -> Self {
        Self { facts, calls: Vec::new(), receivers: Vec::new() }
    }
}

impl Step {
    /// A step that passes on what it is given.
    pub(super) fn new(name: impl Into<String>, place: Place) -> Self {
        Self {
            name: name.into(),
            place,
            role: Role::Pass,
            takes: Vec::new(),
            implicit: true,
            known: Known::Declared,
            effects: Vec::new(),
            definition: None,
            receivers: None,
            waits: None,
            runs: None,
            credentials: Vec::new(),
        }
    }

    /// The agent that it is or may be.
    pub(super) fn mind(&self) -> Option<&Mind> {
        match &self.role {
            Role::Agent(mind) | Role::Chain(mind) => Some(mind),
            _ => None,
        }
    }

    /// Whether what comes out of it is not what went in.
    pub(super) fn brings(&self) -> bool {
        matches!(self.role, Role::Acts)
            && (self.is_open() || self.effects.iter().any(|it| is_inward(&it.effect)))
    }

    /// Whether it changes anything outside the flow.
    pub(super) fn acts(&self) -> bool {
        matches!(self.role, Role::Acts)
            && (self.is_open() || self.effects.iter().any(|it| !is_inward(&it.effect)))
    }

    /// Whether what it does is inferred later, or never known.
    fn is_open(&self) -> bool {
        self.is_unknown() || self.known == Known::Definition
    }

    /// Whether nobody knows what it does.
    pub(super) fn is_unknown(&self) -> bool {
        match self.known {
            Known::Nothing => true,
            Known::Definition => self.definition.is_none(),
            Known::Body | Known::Catalog(_) | Known::Declared => false,
        }
    }

    /// Whether it takes what leads to it.
    pub(super) fn takes_before(&self) -> bool {
        self.implicit || self.takes.iter().any(|it| it.from == Source::Before)
    }

    /// The step as a tool of an agent, with those of its effects that `counts` is true of.
    pub(super) fn tool(&self, owner: &str, counts: impl Fn(&Effect) -> bool) -> OwnTool {
        OwnTool {
            name: self.name.clone(),
            owner: owner.to_owned(),
            definition: self.definition.clone(),
            known: self.known.clone(),
            effects: self.effects.iter().filter(|it| counts(&it.effect)).cloned().collect(),
            gate: Gate::Auto,
            gated_by: None,
            place: self.place.clone(),
            given: self.place.clone(),
        }
    }
}

/// Whether an effect brings something in and changes nothing.
pub(super) fn is_inward(effect: &Effect) -> bool {
    matches!(effect, Effect::Ingests { .. } | Effect::Reads { .. } | Effect::Recalls { .. })
}
