//! What a path means to the frameworks that the catalog knows.

use std::collections::BTreeMap;

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

/// A pattern with its place among all, and what it means.
type Pattern<'c> = (usize, &'c str, Known<'c>);

/// All patterns of all frameworks, and what was looked up.
#[derive(Debug)]
pub(super) struct Roles<'c> {
    /// By what they begin with, up to the first dot, each with its place among all.
    patterns: BTreeMap<&'c str, Vec<Pattern<'c>>>,
    /// Those that may begin with anything.
    anywhere: Vec<Pattern<'c>>,
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
        let mut begun: BTreeMap<&str, Vec<Pattern<'_>>> = BTreeMap::new();
        let mut anywhere = Vec::new();
        for (at, (pattern, known)) in patterns.into_iter().enumerate() {
            match head(pattern) {
                it if it.contains('*') => anywhere.push((at, pattern, known)),
                it => begun.entry(it).or_default().push((at, pattern, known)),
            }
        }
        Self { patterns: begun, anywhere, looked_up: BTreeMap::new(), over, catalog }
    }

    /// What `path` means, in the order of the catalog.
    pub(super) fn of(&mut self, path: &str) -> &[Known<'c>] {
        let begun = self.patterns.get(head(path)).map(Vec::as_slice).unwrap_or_default();
        if path.is_empty() || begun.is_empty() && self.anywhere.is_empty() {
            return &[];
        }
        let anywhere = &self.anywhere;
        self.looked_up.entry(path.into()).or_insert_with(|| {
            let near = begun.iter().chain(anywhere).filter(|(_, pattern, _)| wild(pattern, path));
            let mut near: Vec<_> = near.collect();
            near.sort_by_key(|(at, _, _)| *at);
            near.into_iter().map(|(_, _, known)| *known).collect()
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
