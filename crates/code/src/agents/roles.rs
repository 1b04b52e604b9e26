//! What a path means to the frameworks that the catalog knows.

use std::collections::{BTreeMap, BTreeSet};

use ambit_catalog::schema::{
    AgentFramework, AgentMaker, CallLanguage, FlowMaker, GraphMaker, HandMaker, KeepMaker, KitMaker,
    KnownTool, Over, Runs, ServerMaker, Serves, ToolBase, ToolMaker,
};
use ambit_catalog::{Catalog, wild};

use crate::ir::Name;

/// What something that is called by a path makes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Role<'c> {
    Agent(&'c AgentMaker),
    Tool(&'c ToolMaker),
    Base(&'c ToolBase),
    Known(&'c KnownTool),
    Kit(&'c KitMaker),
    Hand(&'c HandMaker),
    Server(&'c ServerMaker),
    Keep(&'c KeepMaker),
    Serves(&'c Serves),
    Runs(&'c Runs),
    Graph(&'c GraphMaker),
    Flow(&'c FlowMaker),
}

/// A role with the framework that it is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'c> {
    pub(super) framework: &'c str,
    pub(super) facts: &'c AgentFramework,
    pub(super) role: Role<'c>,
}

/// All patterns of all frameworks, and what was looked up.
#[derive(Debug)]
pub(super) struct Roles<'c> {
    patterns: Vec<(&'c str, Known<'c>)>,
    /// What patterns begin with, up to the first dot; nothing where one may begin with anything.
    heads: Option<BTreeSet<&'c str>>,
    looked_up: BTreeMap<Name, Vec<Known<'c>>>,
    /// What requests without a client make.
    over: Vec<(&'c AgentMaker, &'c Over, Known<'c>)>,
    pub(super) catalog: &'c Catalog,
}

impl<'c> Roles<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> Self {
        let mut patterns = Vec::new();
        for (id, facts) in catalog.agent_frameworks() {
            let mut add = |of: &'c [String], role: Role<'c>| {
                let known = Known { framework: id.as_str(), facts, role };
                patterns.extend(of.iter().map(|it| (it.as_str(), known)));
            };
            facts.agents.iter().for_each(|it| add(&it.of, Role::Agent(it)));
            facts.tools.iter().for_each(|it| add(&it.of, Role::Tool(it)));
            facts.bases.iter().for_each(|it| add(&it.of, Role::Base(it)));
            facts.known.iter().for_each(|it| add(&it.of, Role::Known(it)));
            facts.kits.iter().for_each(|it| add(&it.of, Role::Kit(it)));
            facts.hands.iter().for_each(|it| add(&it.of, Role::Hand(it)));
            facts.servers.iter().for_each(|it| add(&it.of, Role::Server(it)));
            facts.keeps.iter().for_each(|it| add(&it.of, Role::Keep(it)));
            facts.serves.iter().for_each(|it| add(&it.of, Role::Serves(it)));
            facts.runs.iter().for_each(|it| add(&it.of, Role::Runs(it)));
            facts.graphs.iter().for_each(|it| add(&it.of, Role::Graph(it)));
            facts.flows.iter().for_each(|it| add(&it.of, Role::Flow(it)));
        }
        let over = patterns_over(catalog);
        let heads = patterns.iter().map(|(it, _)| head(it)).collect::<BTreeSet<_>>();
        let heads = (!heads.iter().any(|it| it.contains('*'))).then_some(heads);
        Self { patterns, heads, looked_up: BTreeMap::new(), over, catalog }
    }

    /// What `path` means, in the order of the catalog.
    pub(super) fn of(&mut self, path: &str) -> &[Known<'c>] {
        if path.is_empty() || self.heads.as_ref().is_some_and(|it| !it.contains(head(path))) {
            return &[];
        }
        let patterns = &self.patterns;
        self.looked_up.entry(path.into()).or_insert_with(|| {
            patterns.iter().filter(|(pattern, _)| wild(pattern, path)).map(|(_, known)| *known).collect()
        })
    }

    /// What requests make that go to a model without a client of its.
    pub(super) fn over(&self) -> &[(&'c AgentMaker, &'c Over, Known<'c>)] {
        &self.over
    }

    /// Whether calls that run agents of the framework may bring tools along.
    pub(super) fn brings_at_runs(&self, framework: &str) -> bool {
        let facts = self.catalog.agent_frameworks().get(framework);
        facts.is_some_and(|it| it.runs.iter().any(|it| !it.tools.is_empty()))
    }

    /// Whether the call is of a client of a model: a call of a model that makes no agent is one too.
    pub(super) fn is_of_model(&mut self, language: CallLanguage, path: &str) -> bool {
        let is_call = |it: &Known<'_>| matches!(it.role, Role::Agent(it) if it.name.is_empty());
        let is_client =
            self.catalog.library_of(language, path).is_some_and(|it| it.name.starts_with("Model clients"));
        is_client && path.contains("().") || self.of(path).iter().any(is_call)
    }

    /// The first role that `pick` takes.
    pub(super) fn find<T>(
        &mut self,
        path: &str,
        pick: impl Fn(Role<'c>) -> Option<T>,
    ) -> Option<(T, Known<'c>)> {
        self.of(path).iter().find_map(|it| Some((pick(it.role)?, *it)))
    }
}

fn patterns_over(catalog: &Catalog) -> Vec<(&AgentMaker, &Over, Known<'_>)> {
    let of = |(framework, facts)| -> Vec<(&AgentMaker, &Over, Known<'_>)> {
        let facts: &AgentFramework = facts;
        let framework: &String = framework;
        let makers = facts.agents.iter().filter_map(|it| Some((it, it.over.as_ref()?)));
        let known = |maker| Known { framework: framework.as_str(), facts, role: Role::Agent(maker) };
        makers.map(|(maker, over)| (maker, over, known(maker))).collect()
    };
    catalog.agent_frameworks().iter().flat_map(of).collect()
}

/// What a path begins with.
fn head(path: &str) -> &str {
    path.split(['.', '(']).next().unwrap_or(path)
}
