//! `CrewAI`'s lists of agents: `config/agents.yaml`.

use ambit_model::facts::{LimitKind, LoopLimit};

use super::super::{Form, Reader, Text, in_folder};
use super::{agent, told, tool};
use crate::fragment::Sink;
use crate::tree::{Syntax, View};

const FRAMEWORK: &str = "crewai";

pub(in crate::readers) const READER: Reader = Reader {
    id: "crewai-agents",
    places: &[in_folder("config/agents.yaml"), in_folder("config/agents.yml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &["backstory:"],
    accepts: |text| {
        let entries = text.root.entries();
        !entries.is_empty() && entries.iter().all(|(_, it)| is_agent(it))
    },
    read,
};

fn is_agent(view: &View<'_>) -> bool {
    ["role", "goal", "backstory"].iter().all(|key| view.text_of(key).is_some())
}

fn read(text: &Text<'_>, sink: &mut Sink) {
    for (name, entry) in text.root.entries().into_iter().filter(|(_, it)| is_agent(it)) {
        let mut facts = agent(FRAMEWORK, name, &entry, text);
        facts.model = entry.get("llm").and_then(|it| Some((it.text()?.to_owned(), it.place())));
        told(&entry, &["role", "goal", "backstory"], &mut facts);
        for (name, view) in entry.get("tools").map(|it| it.texts()).unwrap_or_default() {
            facts.program.tools.push(tool(FRAMEWORK, &format!("crewai_tools.{name}"), &view, text));
        }
        let runs_code = entry.is_true("allow_code_execution");
        let unsafely = entry.text_of("code_execution_mode") == Some("unsafe");
        if runs_code && let Some(view) = entry.get("allow_code_execution") {
            let path = if unsafely { "code_interpreter_unsafe" } else { "crewai_tools.CodeInterpreterTool" };
            facts.program.tools.push(tool(FRAMEWORK, path, &view, text));
        }
        for (key, kind) in [("max_iter", LimitKind::Steps), ("max_execution_time", LimitKind::Time)] {
            let Some(view) = entry.get(key) else { continue };
            let raw = format!("{key}: {}", view.scalar().unwrap_or_default());
            facts.program.limits.push(LoopLimit { kind, raw, place: Some(view.place()) });
        }
        sink.agents.push(facts);
    }
}
