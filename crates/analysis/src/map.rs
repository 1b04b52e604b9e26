//! The reach map: assets, edges, and the facts behind them.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::facts::ServerUse;
use ambit_model::{AgentFacts, Asset, AssetId, EdgeId, Gate, ReachEdge, ServerFacts, ToolDefinition};

/// Who can reach what, over what.
#[derive(Debug, Clone, Default)]
pub struct ReachMap {
    /// Nodes.
    pub assets: BTreeMap<AssetId, Asset>,
    /// Rows.
    pub edges: BTreeMap<EdgeId, ReachEdge>,
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
    /// The gate that an edge would have without the line that decided it.
    pub without_rule: BTreeMap<EdgeId, Gate>,
    /// Edges by the asset that they start from, in the order of their ids.
    pub from: BTreeMap<AssetId, Vec<EdgeId>>,
}

/// What is known of a tool beyond its asset.
#[derive(Debug, Clone, Default)]
pub struct Tool {
    /// Its server; absent for a client's own tool.
    pub server: Option<AssetId>,
    /// Its name in the server, or the client's name for it.
    pub name: String,
    /// Its definition, where one was recorded.
    pub definition: Option<ToolDefinition>,
}

impl ReachMap {
    /// The edges that start from `asset`.
    pub fn edges_of<'a>(&'a self, asset: &AssetId) -> impl Iterator<Item = &'a ReachEdge> + use<'a> {
        self.from.get(asset).into_iter().flatten().filter_map(|it| self.edges.get(it))
    }

    /// The name of `asset` for people: its id where it has none.
    pub fn name<'a>(&'a self, asset: &'a AssetId) -> &'a str {
        self.assets.get(asset).map_or(asset.as_str(), |it| it.name.as_str())
    }
}
