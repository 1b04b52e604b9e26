//! The reach map: assets, edges, and the facts behind them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use ambit_model::facts::ServerUse;
use ambit_model::{
    AgentFacts, Asset, AssetId, EdgeId, Gate, Place, ReachEdge, ServerFacts, ToolDefinition, Verb,
};

use crate::flow::Flows;
use crate::grant::Grant;
use crate::index::{EdgeNo, Index, Marks, numbered};

/// Who can reach what, over what.
#[derive(Debug, Clone, Default)]
pub struct ReachMap {
    /// Nodes.
    pub assets: BTreeMap<AssetId, Asset>,
    /// Rows, in the order of their ids.
    pub edges: Vec<ReachEdge>,
    /// The facts behind each agent.
    pub agents: BTreeMap<AssetId, AgentFacts>,
    /// The facts behind each server.
    pub servers: BTreeMap<AssetId, ServerFacts>,
    /// Each tool's supplier and definition.
    pub tools: BTreeMap<AssetId, Tool>,
    /// The servers that each agent uses, with its own entry for each.
    pub uses: BTreeMap<AssetId, Vec<(AssetId, ServerUse)>>,
    /// The agents that use each server.
    pub users: BTreeMap<AssetId, BTreeSet<AssetId>>,
    /// The gate that each row would have without the line that decided it; none where it would not be there.
    pub(crate) without_rule: Vec<Option<Gate>>,
    /// All grants of rows that have several.
    pub(crate) grants: BTreeMap<EdgeNo, Vec<Grant>>,
    /// Rows of stock clients as they are without controls, where those change them.
    pub(crate) as_it_comes: BTreeMap<EdgeNo, ReachEdge>,
    /// What people have stated that the index depends on.
    pub(crate) marks: Marks,
    /// The same, without controls.
    pub(crate) marks_before: Marks,
    /// Agents that only people have stated: no client stands behind them.
    pub(crate) clientless: BTreeSet<AssetId>,
    /// Files that other tools have drawn: nothing is written there.
    pub(crate) drawn: BTreeSet<String>,
    /// The file in which people state what counts last.
    pub(crate) own: Option<String>,
    pub(crate) index: Index,
    /// What gets into each context, once somebody has asked.
    flows: OnceLock<Arc<Flows>>,
    /// The numbers of the rows in the order in which they were made.
    pub(crate) made: Vec<EdgeNo>,
    /// The index without what controls do, where they do something.
    before: Option<Box<Index>>,
}

/// What is known of a tool beyond its asset.
#[derive(Debug, Clone, Default)]
pub struct Tool {
    /// Its server; absent for a client's own tool.
    pub server: Option<AssetId>,
    /// Its name in the server, or the client's name for it.
    pub name: String,
    /// Its definition, where one was recorded.
    pub definition: Option<Arc<ToolDefinition>>,
}

/// An edge with its number.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Its place in the order of ids.
    pub no: EdgeNo,
    /// The edge.
    pub edge: &'a ReachEdge,
}

impl Deref for Row<'_> {
    type Target = ReachEdge;

    fn deref(&self) -> &ReachEdge {
        self.edge
    }
}

impl ReachMap {
    /// Both closures over the edges that are not closed.
    pub(crate) fn flows(&self) -> &Arc<Flows> {
        let open = |no: EdgeNo| self.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied);
        self.flows.get_or_init(|| Arc::new(Flows::of(&self.index, &open)))
    }

    /// The edge with this number.
    pub fn row(&self, no: EdgeNo) -> Option<Row<'_>> {
        self.edges.get(no.place()).map(|edge| Row { no, edge })
    }

    /// The edge with this id.
    pub fn edge(&self, id: &EdgeId) -> Option<&ReachEdge> {
        let at = self.edges.binary_search_by(|it| it.id.cmp(id)).ok()?;
        self.edges.get(at)
    }

    /// The gate of a row without these lines, of which at least one grants it.
    pub(crate) fn gate_without(&self, no: EdgeNo, removed: &BTreeSet<Place>) -> Option<Gate> {
        match self.grants.get(&no) {
            Some(grants) => Grant::weakest(grants, removed),
            None => self.without_rule.get(no.place()).copied().flatten(),
        }
    }

    /// All lines that grant a row, were others not there.
    pub(crate) fn granted_at_all(&self, no: EdgeNo) -> impl Iterator<Item = &Place> {
        self.grants.get(&no).into_iter().flatten().filter_map(Grant::place)
    }

    /// All lines that grant a row as much as anything does, without these.
    pub(crate) fn granted_without<'s>(
        &'s self,
        no: EdgeNo,
        removed: &'s BTreeSet<Place>,
    ) -> impl Iterator<Item = &'s Place> {
        let gate = self.gate_without(no, removed);
        let left = self.grants.get(&no).into_iter().flatten().filter(move |it| it.left(removed) == gate);
        left.filter_map(Grant::place).filter(|it| !removed.contains(*it))
    }

    /// All lines that grant a row as much as the one that decided it, that one included.
    pub(crate) fn granted_by(&self, no: EdgeNo) -> impl Iterator<Item = &Place> {
        let (row, grants) = (self.row(no), self.grants.get(&no));
        let gate = row.map(|it| it.gate);
        let others = grants.into_iter().flatten();
        let others = others.filter(move |it| it.behind.is_empty() && Some(it.gate) == gate);
        let decided = row.and_then(|it| it.edge.decided_by.as_ref());
        decided.into_iter().chain(others.filter_map(Grant::place).filter(move |it| Some(*it) != decided))
    }

    /// The edge with this id, with its number.
    pub(crate) fn row_of(&self, id: &EdgeId) -> Option<Row<'_>> {
        let at = self.edges.binary_search_by(|it| it.id.cmp(id)).ok()?;
        self.row(EdgeNo::at(at))
    }

    /// The edges that start from `asset`.
    pub fn edges_of<'a>(&'a self, asset: &AssetId) -> impl Iterator<Item = Row<'a>> + use<'a> {
        self.rows(self.index.from.get(asset).map_or(&[], |it| it.all.as_slice()))
    }

    /// The edges that start from `asset` with one of these verbs.
    pub(crate) fn edges_by<'a>(
        &'a self,
        asset: &AssetId,
        verbs: &'static [Verb],
    ) -> impl Iterator<Item = Row<'a>> + use<'a> {
        let from = self.index.from.get(asset);
        let lists = verbs.iter().filter_map(move |it| from?.by_verb.get(it));
        lists.flat_map(|it| self.rows(it))
    }

    /// The edges of `asset` with one of these verbs that its stock client has, as they are without controls: one on
    /// what a client does anyway makes nothing else worse.
    pub(crate) fn stock_by<'a>(
        &'a self,
        asset: &AssetId,
        verbs: &'static [Verb],
    ) -> impl Iterator<Item = Row<'a>> + use<'a> {
        self.edges_by(asset, verbs).filter(|it| it.stock).map(|it| self.stock_row(it))
    }

    /// The edge of a stock client as it is without controls.
    pub(crate) fn stock_row<'a>(&'a self, row: Row<'a>) -> Row<'a> {
        Row { edge: self.as_it_comes.get(&row.no).unwrap_or(row.edge), ..row }
    }

    /// Gathers the index anew.
    pub(crate) fn reindex(&mut self) {
        self.flows = OnceLock::new();
        self.index = Index::of(self, &self.edges, &self.marks);
        self.before = (!self.as_it_comes.is_empty()).then(|| {
            let was = |(no, edge): (EdgeNo, &ReachEdge)| self.as_it_comes.get(&no).unwrap_or(edge).clone();
            let edges: Vec<ReachEdge> = numbered(&self.edges).map(was).collect();
            Box::new(Index::of(self, &edges, &self.marks_before))
        });
    }

    /// The index of what stock clients do: without what controls do.
    pub(crate) fn stock_index(&self) -> &Index {
        self.before.as_deref().unwrap_or(&self.index)
    }

    /// The edges that start from `asset` by way of `tool`: thousands of agents have some of the same tools, and an agent may
    /// have thousands.
    pub(crate) fn edges_via<'a, 's>(
        &'a self,
        asset: &'s AssetId,
        tool: &'s AssetId,
    ) -> impl Iterator<Item = Row<'a>> + use<'a, 's> {
        let all = self.index.via.get(tool).map_or(&[][..], Vec::as_slice);
        let own = self.index.from.get(asset).map_or(&[][..], |it| it.all.as_slice());
        let rows = self.rows(if own.len() < all.len() { own } else { all });
        rows.filter(move |it| it.from == *asset && it.via.as_ref() == Some(tool))
    }

    /// The edges that start from `asset` and that the line at `place` decides.
    pub(crate) fn edges_decided<'a, 's>(
        &'a self,
        asset: &'s AssetId,
        place: &Place,
    ) -> impl Iterator<Item = Row<'a>> + use<'a, 's> {
        let rows = self.rows(self.index.decided.get(place).map_or(&[], Vec::as_slice));
        rows.filter(move |it| it.from == *asset)
    }

    fn rows<'a>(&'a self, numbers: &'a [EdgeNo]) -> impl Iterator<Item = Row<'a>> + use<'a> {
        numbers.iter().filter_map(|it| self.row(*it))
    }

    /// The name of `asset` for people: its id where it has none.
    pub fn name<'a>(&'a self, asset: &'a AssetId) -> &'a str {
        self.assets.get(asset).map_or(asset.as_str(), |it| it.name.as_str())
    }
}
