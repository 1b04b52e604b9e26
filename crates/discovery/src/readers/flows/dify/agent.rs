//! Agent nodes and nodes that ask a model once.

use ambit_model::facts::{
    AgentFacts, InstructionFacts, InstructionKind, KeptFor, LimitKind, LoopLimit, Object, ServerUse,
};
use ambit_model::{AssetId, Trust};

use super::tools::Named;
use super::{App, Graph, Item, node, paths};
use crate::fragment::{Fragment, Sink};
use crate::readers::flows::draw::kept;
use crate::readers::flows::inline;
use crate::readers::flows::step::Mind;
use crate::readers::server_entry;
use crate::text::signals;
use crate::tree::{self, Position, View};

impl Graph<'_, '_> {
    fn facts(&self, item: &Item<'_>) -> AgentFacts {
        let name = format!("{}/{}", self.app.name, item.title);
        let mut facts = AgentFacts::bare("dify", name, self.app.at.clone(), item.place.clone());
        let features = self.app.text.root.at(&["workflow", "features"]);
        facts.program.guards = self.app.guards(features.as_ref());
        self.remembered(item, &mut facts);
        facts
    }

    /// What it takes of the conversation's own variables.
    fn remembered(&self, item: &Item<'_>, facts: &mut AgentFacts) {
        let mut open = vec![item.data.clone()];
        let mut names = std::collections::BTreeMap::new();
        while let Some(view) = open.pop() {
            if let Some(text) = view.text() {
                for path in paths(text) {
                    if let Some(name) = path.strip_prefix("conversation.") {
                        names.entry(name.to_owned()).or_insert_with(|| view.place());
                    }
                }
            }
            let words: Vec<Option<&str>> =
                if view.is_list() { view.items().iter().map(View::text).collect() } else { Vec::new() };
            if let [Some("conversation"), Some(name)] = words.as_slice() {
                names.entry((*name).to_owned()).or_insert_with(|| view.place());
            }
            open.extend(view.entries().into_iter().map(|it| it.1));
            if view.is_list() {
                open.extend(view.items());
            }
        }
        for (name, place) in names {
            facts.program.keeps.push(kept(self.variable(&name), (true, false), KeptFor::Session, place));
        }
    }

    /// A node that asks a model once.
    pub(super) fn chain(&self, item: &Item<'_>) -> Mind {
        let mut facts = self.facts(item);
        facts.model = model(item.data.get("model").as_ref());
        let messages =
            item.data.get("prompt_template").map(|it| if it.is_list() { it.items() } else { vec![it] });
        for message in messages.unwrap_or_default() {
            self.app.instruct(item.title, message.get("text").as_ref(), &mut facts);
        }
        for key in ["instruction", "instructions"] {
            self.app.instruct(item.title, item.data.get(key).as_ref(), &mut facts);
        }
        if let Some(memory) = item.data.get("memory").filter(View::is_map) {
            facts.program.keeps.push(kept(
                self.app.conversation(),
                (true, true),
                KeptFor::Session,
                memory.place(),
            ));
        }
        Mind::new(facts)
    }

    /// An agent node: a plug-in's strategy with its parameters.
    pub(super) fn agent(&self, item: &Item<'_>, sink: &mut Sink) -> Mind {
        let mut facts = self.facts(item);
        let parameters = item.data.get("agent_parameters");
        let of = |key: &str| parameters.as_ref().and_then(|it| it.get(key)).and_then(|it| it.get("value"));
        facts.model = model(of("model").as_ref());
        for key in ["instruction", "system_prompt", "prompt"] {
            self.app.instruct(item.title, of(key).as_ref(), &mut facts);
        }
        for tool in of("tools").map(|it| it.items()).unwrap_or_default() {
            match Named::of(&tool) {
                Some(named) if named.sort() == "mcp" => self.app.kept_server(&named, &mut facts, sink),
                Some(named) => facts.program.tools.push(self.app.own_tool(&named)),
                None => {
                    let help = "name the tool in `tool_name`, or take the entry out";
                    sink.problems.push(self.app.text.problem(&tool, "a tool without a name", help));
                }
            }
        }
        for key in ["mcp_server", "mcp_servers_config", "servers_config", "mcp_servers"] {
            if let Some(view) = of(key) {
                self.app.servers(&view, item.title, &mut facts, sink);
            }
        }
        for key in ["maximum_iterations", "max_iterations", "maximum_iteration"] {
            if let Some((value, place)) = of(key).and_then(|it| Some((it.scalar()?, it.place()))) {
                let raw = format!("{key}: {value}");
                facts.program.limits.push(LoopLimit { kind: LimitKind::Steps, raw, place: Some(place) });
            }
        }
        if let Some(key) = of("storage_key").or_else(|| item.data.get("memory").filter(View::is_map)) {
            facts.program.keeps.push(kept(
                self.app.conversation(),
                (true, true),
                KeptFor::Session,
                key.place(),
            ));
        }
        if let Some(plugin) = item.data.get("plugin_unique_identifier").filter(|it| it.text().is_some()) {
            // The digest at the end says nothing to people.
            let shown = plugin.text().unwrap_or_default().split('@').next().unwrap_or_default();
            let strategy = item.data.text_of("agent_strategy_name").unwrap_or_default();
            facts
                .program
                .said
                .push((format!("its loop is `{strategy}` of the plug-in `{shown}`"), plugin.place()));
        }
        Mind::new(facts)
    }
}

impl App<'_> {
    /// What the app tells the model.
    pub(super) fn instruct(&self, title: &str, view: Option<&View<'_>>, facts: &mut AgentFacts) {
        let Some((view, text)) = view.and_then(|it| Some((it, it.text()?))).filter(|(_, it)| !it.is_empty())
        else {
            return;
        };
        facts.instructions.push(InstructionFacts {
            name: format!("{}: {title}", self.text.path),
            kind: InstructionKind::Prompt,
            trust: Trust::Organization,
            because: "the app's own text".to_owned(),
            pinned: true,
            signals: signals(text, &view.value_place()),
            place: view.place(),
        });
    }

    /// What was said so far.
    pub(super) fn conversation(&self) -> Object {
        let id = AssetId::from_text(format!("memory:dify/{}/conversation", self.owner));
        Object { id, ..Object::named("", format!("Conversation of the app `{}`", self.name)) }
    }

    /// Servers that a parameter names: an address, or a list as JSON in a text.
    pub(super) fn servers(&self, view: &View<'_>, name: &str, facts: &mut AgentFacts, sink: &mut Sink) {
        let mut fragment = Fragment::new("dify", self.text.location.clone(), view.place());
        match inline::json(view) {
            Some(Ok(root)) => {
                let root = View::root(self.text.path, &root);
                let list = ["mcpServers", "servers"].iter().find_map(|it| root.get(it)).unwrap_or(root);
                server_entry::read_all(&list, self.text, &mut fragment, sink);
            }
            Some(Err(fault)) => sink.problems.push(tree::problem(fault, self.text.path)),
            None => {
                let Some(address) = view.text().filter(|it| it.contains("://")) else { return };
                let place = view.value_place();
                let at = Position { line: place.line, column: place.column };
                let entry = inline::map(vec![("url", Some(inline::text(address, at)))], at);
                server_entry::read(
                    host_of(address, name),
                    &View::root(self.text.path, &entry),
                    self.text,
                    &mut fragment,
                    sink,
                );
            }
        }
        facts.servers.extend(fragment.servers);
    }

    /// A server that Dify keeps apart from the app: of it only its name is here.
    pub(super) fn kept_server(&self, tool: &Named<'_>, facts: &mut AgentFacts, sink: &mut Sink) {
        let mut fragment = Fragment::new("dify", self.text.location.clone(), tool.view.place());
        let key = format!("dify|{}|{}", self.at, tool.provider);
        let only = Some(vec![tool.name.to_owned()]);
        let launch = ambit_model::facts::Launch {
            transport: ambit_model::facts::Transport::Http,
            ..Default::default()
        };
        server_entry::bring(tool.provider, (key.clone(), launch), (&tool.view, only), &mut fragment, sink);
        for server in fragment.servers {
            let same = |it: &&mut ServerUse| it.key == server.key;
            match facts.servers.iter_mut().find(same) {
                Some(known) => known.only.get_or_insert_default().extend(server.only.unwrap_or_default()),
                None => facts.servers.push(server),
            }
        }
    }
}

/// What a server is called of which only the address is known.
fn host_of<'t>(address: &'t str, otherwise: &'t str) -> &'t str {
    let rest = address.split_once("://").map_or(address, |it| it.1);
    rest.split(['/', '?', ':']).next().filter(|it| !it.is_empty()).unwrap_or(otherwise)
}

/// The model that `view` names.
pub(super) fn model(view: Option<&View<'_>>) -> Option<(String, ambit_model::Place)> {
    let view = view?;
    let name = view.get("name").or_else(|| view.get("model"))?;
    Some((name.text()?.to_owned(), name.place()))
}

/// A knowledge base that is asked without a node.
pub(super) fn asked(id: &str, name: &str, place: ambit_model::Place) -> ambit_model::facts::Kept {
    kept(node::dataset(id, name), (true, false), KeptFor::Everybody, place)
}
