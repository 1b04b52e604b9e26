//! Chatflows, multi-agent and sequential flows of the first version.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::NodeKind;
use ambit_model::facts::Handoff;
use ambit_model::{Gate, Trust};

use super::{Canvas, Item};
use crate::fragment::Sink;
use crate::readers::flows::step::{Flow, Link, Mind, Role, Source, Step, Taken};

impl Canvas<'_> {
    pub(super) fn chat_flow(&self, sink: &mut Sink) -> Flow {
        let mut flow = self.empty();
        let mut start = Step::new("chat", self.text.start());
        start.role = Role::Start(self.users("chat", Trust::Public, None));
        flow.steps.push(start);
        flow.links.push(Vec::new());
        let mut steps: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, item) in self.nodes.iter().enumerate() {
            if item.name == "worker" {
                continue;
            }
            let Some(step) = self.part_step(index, item, sink) else { continue };
            steps.insert(index, flow.steps.len());
            flow.steps.push(step);
            flow.links.push(Vec::new());
        }
        self.connect(&steps, &mut flow);
        for (index, _) in self.nodes.iter().enumerate().filter(|(_, it)| it.name == "worker") {
            flow.helpers.extend(self.worker(index, sink));
        }
        flow
    }

    /// What a node is in the flow: an agent, a chain, or a step between them.
    fn part_step(&self, index: usize, item: &Item<'_>, sink: &mut Sink) -> Option<Step> {
        let mut step = Step::new(item.label, item.place.clone());
        match item.kind() {
            Some(NodeKind::Agent | NodeKind::AgentCall) => {
                let mind = self.first_version(index, item, sink)?;
                step.role = Role::Agent(Box::new(mind));
            }
            Some(NodeKind::Chain) => {
                let mind = self.first_version(index, item, sink)?;
                let has_tools = !mind.facts.program.tools.is_empty() || !mind.facts.servers.is_empty();
                let mind = Box::new(mind);
                step.role = if has_tools { Role::Agent(mind) } else { Role::Chain(mind) };
            }
            Some(NodeKind::Branch) => step.role = Role::Branch { approved: None },
            Some(NodeKind::Code) if item.category != "Tools" => self.code_step(item, &mut step, sink),
            Some(NodeKind::Trigger | NodeKind::Flow) if item.category == "Sequential Agents" => {}
            _ => return None,
        }
        Some(step)
    }

    fn first_version(&self, index: usize, item: &Item<'_>, sink: &mut Sink) -> Option<Mind> {
        let mut mind = self.mind(index, sink)?;
        if item.category == "Sequential Agents" {
            self.sequential(index, item, &mut mind, sink);
        }
        if item.name == "supervisor" {
            for (to, _) in self.from.get(index).into_iter().flatten() {
                let Some(worker) = self.item(*to).filter(|it| it.name == "worker") else { continue };
                mind.facts.program.hands.push(Handoff {
                    to: self.target(worker),
                    gate: Gate::Auto,
                    returns: true,
                    shares_context: true,
                    how: "as a worker".to_owned(),
                    place: worker.place.clone(),
                });
            }
        }
        Some(mind)
    }

    /// Sequential nodes have the model and the memory of the start, unless they have their own, and the tools of the
    /// tool node behind them.
    fn sequential(&self, index: usize, item: &Item<'_>, mind: &mut Mind, sink: &mut Sink) {
        let start = self.nodes.iter().position(|it| it.name == "seqStart");
        if let Some(common) = start.and_then(|it| self.mind(it, sink)) {
            if mind.facts.model.is_none() {
                mind.facts.model = common.facts.model;
            }
            mind.facts.program.keeps.extend(common.facts.program.keeps);
            mind.facts.program.guards.extend(common.facts.program.guards);
            mind.facts.credentials.extend(common.facts.credentials);
        }
        self.interrupts(item, mind, "interrupt");
        for (to, _) in self.from.get(index).into_iter().flatten() {
            let Some(node) = self.item(*to).filter(|it| it.name == "seqToolNode") else { continue };
            if let Some(mut tools) = self.mind(*to, sink) {
                self.interrupts(node, &mut tools, "interrupt");
                mind.facts.program.tools.append(&mut tools.facts.program.tools);
                mind.facts.program.approvals.append(&mut tools.facts.program.approvals);
                mind.facts.servers.append(&mut tools.facts.servers);
                mind.calls.append(&mut tools.calls);
            }
        }
    }

    fn worker(&self, index: usize, sink: &mut Sink) -> Option<Mind> {
        let mut mind = self.mind(index, sink)?;
        if mind.facts.model.is_none() {
            // The model of the supervisor is that of its workers.
            let supervisor = self.attached(index).find(|(_, it)| it.name == "supervisor").map(|it| it.0);
            mind.facts.model = supervisor.and_then(|it| self.mind(it, sink)).and_then(|it| it.facts.model);
        }
        Some(mind)
    }

    /// Steps follow each other where parts lead from one to the next.
    fn connect(&self, steps: &BTreeMap<usize, usize>, flow: &mut Flow) {
        for (node, step) in steps {
            let mut sources = Vec::new();
            let mut seen = BTreeSet::new();
            let mut open: Vec<usize> = self.into.get(*node).into_iter().flatten().map(|it| it.0).collect();
            while let Some(at) = open.pop() {
                if !seen.insert(at) {
                    continue;
                }
                let Some(item) = self.item(at) else { continue };
                match steps.get(&at) {
                    Some(from) => sources.push((*from, self.output(at, *node))),
                    // Tools lead to what they ask, not to what follows.
                    None if matches!(item.category, "Prompts" | "Output Parsers" | "Utilities") => {
                        open.extend(self.into.get(at).into_iter().flatten().map(|it| it.0));
                    }
                    None => {}
                }
            }
            sources.sort_unstable();
            let is_first = sources.is_empty() || self.item(*node).is_some_and(|it| it.name == "seqStart");
            if is_first {
                sources.push((0, 0));
            }
            // What another step gives comes by itself; the question has an entry of its own below.
            let follows = sources.iter().any(|it| it.0 != 0);
            for (from, output) in sources {
                if let Some(links) = flow.links.get_mut(from) {
                    links.push(Link { to: *step, output });
                }
            }
            // Whatever comes before, the question of the user is in every prompt.
            if let Some(step) = flow.steps.get_mut(*step).filter(|it| it.mind().is_some()) {
                let place = step.place.clone();
                step.implicit = follows;
                step.takes.push(Taken {
                    what: "question".to_owned(),
                    from: Source::Step(0),
                    among_instructions: false,
                    place,
                });
            }
        }
    }

    fn output(&self, from: usize, to: usize) -> usize {
        let mut out = self.from.get(from).into_iter().flatten();
        out.find(|it| it.0 == to).map_or(0, |it| it.1)
    }
}
