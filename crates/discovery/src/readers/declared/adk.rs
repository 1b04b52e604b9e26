//! Agents of Google's ADK as YAML: `root_agent.yaml` and those that it names.

use ambit_model::Gate;
use ambit_model::facts::{AgentFacts, Handoff, LimitKind, LoopLimit, Target, Unresolved};

use super::super::{Form, Reader, Text, in_folder};
use super::{agent, folder, told, tool};
use crate::fragment::Sink;
use crate::tree::{Syntax, View};

const FRAMEWORK: &str = "adk";

pub(in crate::readers) const READER: Reader = Reader {
    id: "adk-agent",
    places: &[in_folder("root_agent.yaml")],
    form: Form::Tree(Syntax::Yaml),
    marks: &["agent_class:", "AgentConfig.json"],
    accepts: |text| {
        text.root.text_of("name").is_some()
            && (text.root.get("agent_class").is_some() || text.root.get("instruction").is_some())
    },
    read,
};

fn read(text: &Text<'_>, sink: &mut Sink) {
    let root = &text.root;
    let Some(name) = root.text_of("name") else {
        let help = "an agent has a `name`";
        sink.problems.push(text.problem(root, "an agent without a name", help));
        return;
    };
    let mut facts = agent(FRAMEWORK, name, &root.get("name").unwrap_or_else(|| root.clone()), text);
    facts.model = root.get("model").and_then(|it| Some((it.text()?.to_owned(), it.place())));
    told(root, &["instruction", "global_instruction"], &mut facts);
    for view in root.get("tools").map(|it| it.items()).unwrap_or_default() {
        let Some(path) = view.text_of("name").or_else(|| view.text()) else { continue };
        // Without a module it is one that the framework brings along.
        let full = if path.contains('.') { path.to_owned() } else { format!("google.adk.tools.{path}") };
        facts.program.tools.push(tool(FRAMEWORK, &full, &view, text));
    }
    for view in root.get("sub_agents").map(|it| it.items()).unwrap_or_default() {
        hands(&view, text, &mut facts);
    }
    if let Some(view) = root.get("max_iterations") {
        let raw = format!("max_iterations: {}", view.scalar().unwrap_or_default());
        facts.program.limits.push(LoopLimit { kind: LimitKind::Steps, raw, place: Some(view.place()) });
    }
    sink.agents.push(facts);
}

/// A sub-agent: a file beside this one, or something in code.
fn hands(view: &View<'_>, text: &Text<'_>, facts: &mut AgentFacts) {
    if let Some(file) = view.text_of("config_path") {
        // Its name stands in that file; by custom it is the file's own.
        let stem = file.rsplit('/').next().and_then(|it| it.split('.').next()).unwrap_or(file);
        let below = file.rsplit_once('/').map_or("", |(folder, _)| folder.trim_start_matches("./"));
        let at =
            [folder(text), below].iter().filter(|it| !it.is_empty()).copied().collect::<Vec<_>>().join("/");
        facts.program.hands.push(Handoff {
            to: Target::Agent { client: FRAMEWORK.to_owned(), name: stem.to_owned(), at },
            gate: Gate::Auto,
            returns: true,
            shares_context: false,
            how: "as a sub-agent".to_owned(),
            place: view.place(),
        });
    } else if let Some(code) = view.text_of("code") {
        let what = "agents".to_owned();
        facts.program.unresolved.push(Unresolved { what, raw: code.to_owned(), place: view.place() });
    }
}
