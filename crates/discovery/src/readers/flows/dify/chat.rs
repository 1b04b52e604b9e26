//! Apps without a workflow: one model with a prompt, and with tools where it is an agent.

use ambit_model::Trust;
use ambit_model::facts::{AgentFacts, KeptFor, LimitKind, LoopLimit};

use super::tools::Named;
use super::{App, agent};
use crate::fragment::Sink;
use crate::readers::flows::draw::kept;
use crate::readers::flows::secret;
use crate::readers::flows::step::{Flow, Link, Mind, Role, Source, Step, Taken};
use crate::tree::View;

impl App<'_> {
    /// The app that `config` describes: its users, the model, the answer.
    pub(super) fn chat(&self, config: &View<'_>, sink: &mut Sink) -> Flow {
        let mut start = Step::new("users", self.place());
        start.role = Role::Start(self.users(self.mode, Trust::Public, true));
        let mut step = Step::new(self.name.clone(), self.place());
        step.takes = self.inserts(config);
        step.implicit = false;
        let is_agent = config.at(&["agent_mode", "enabled"]).and_then(|it| it.truth()) == Some(true)
            || self.mode == "agent-chat";
        let mind = Box::new(self.mind(config, sink));
        step.role = if is_agent { Role::Agent(mind) } else { Role::Chain(mind) };
        let mut answer = Step::new("answer", self.place());
        answer.role = Role::Answers;
        let mut flow = self.empty();
        flow.credentials.extend(secret::all(config, self.text.catalog));
        flow.steps = vec![start, step, answer];
        flow.links = vec![vec![Link { to: 1, output: 0 }], vec![Link { to: 2, output: 0 }], Vec::new()];
        flow
    }

    fn mind(&self, config: &View<'_>, sink: &mut Sink) -> Mind {
        let mut facts = AgentFacts::bare("dify", self.name.clone(), self.at.clone(), self.place());
        facts.model = agent::model(config.get("model").as_ref());
        self.instruct("prompt", config.get("pre_prompt").as_ref(), &mut facts);
        facts.program.guards = self.guards(Some(config));
        let mode = config.get("agent_mode");
        for tool in mode.as_ref().and_then(|it| it.get("tools")).map(|it| it.items()).unwrap_or_default() {
            match Named::of(&tool) {
                Some(named) if named.sort() == "mcp" => self.kept_server(&named, &mut facts, sink),
                Some(named) => facts.program.tools.push(self.own_tool(&named)),
                None => self.old_dataset(&tool, &mut facts, sink),
            }
        }
        if let Some((value, place)) =
            mode.and_then(|it| it.get("max_iteration")).and_then(|it| Some((it.scalar()?, it.place())))
        {
            let raw = format!("max_iteration: {value}");
            facts.program.limits.push(LoopLimit { kind: LimitKind::Steps, raw, place: Some(place) });
        }
        let sets =
            config.at(&["dataset_configs", "datasets", "datasets"]).map(|it| it.items()).unwrap_or_default();
        for set in sets.iter().filter_map(|it| it.get("dataset")) {
            let on = set.get("enabled").is_none_or(|it| it.truth() != Some(false));
            if let Some(id) = set.get("id").and_then(|it| it.scalar()).filter(|_| on) {
                facts.program.keeps.push(agent::asked(&id, &id, set.place()));
            }
        }
        if self.mode != "completion" {
            facts.program.keeps.push(kept(self.conversation(), (true, true), KeptFor::Session, self.place()));
        }
        Mind::new(facts)
    }

    /// Before tools had names of their own, a knowledge base was one of them.
    fn old_dataset(&self, tool: &View<'_>, facts: &mut AgentFacts, sink: &mut Sink) {
        let Some(set) = tool.get("dataset") else {
            let help = "name the tool in `tool_name`, or take the entry out";
            sink.problems.push(self.text.problem(tool, "a tool without a name", help));
            return;
        };
        if let Some(id) = set.get("id").and_then(|it| it.scalar()).filter(|_| !set.is_false("enabled")) {
            facts.program.keeps.push(agent::asked(&id, &id, set.place()));
        }
    }

    /// What users say, and what forms put into the prompt.
    fn inserts(&self, config: &View<'_>) -> Vec<Taken> {
        let mut takes = vec![Taken {
            what: "query".to_owned(),
            from: Source::Step(0),
            among_instructions: false,
            place: self.place(),
        }];
        let Some(prompt) = config.get("pre_prompt").filter(|it| it.text().is_some()) else { return takes };
        let mut rest = prompt.text().unwrap_or_default();
        while let Some((name, after)) = rest.split_once("{{").and_then(|(_, it)| it.split_once("}}")) {
            takes.push(Taken {
                what: name.trim().chars().take(80).collect(),
                from: Source::Step(0),
                among_instructions: true,
                place: prompt.place(),
            });
            rest = after;
            if takes.len() > 64 {
                break;
            }
        }
        takes
    }
}
