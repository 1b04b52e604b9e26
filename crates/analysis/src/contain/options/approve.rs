//! A person's approval before each call of a tool: only where approvals were asked for, and told as what they are.

use std::collections::BTreeSet;

use ambit_catalog::Catalog;
use ambit_model::finding::ControlKind;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, Gate, Remedy};

use super::{Draft, control, pattern};
use crate::map::ReachMap;
use crate::remedy;
use crate::scene::Overlay;

/// Asking for each call of one tool of `agent`.
pub(super) fn of(map: &ReachMap, agent: &AssetId, catalog: &Catalog) -> Vec<Draft> {
    let unasked = map.edges_of(agent).filter(|it| it.gate < Gate::Asked);
    let vias: BTreeSet<&AssetId> = unasked.filter_map(|it| it.edge.via.as_ref()).collect();
    let draft = |via: &AssetId| {
        let on = pattern(&[("from", agent.as_str()), ("via", via.as_str())]);
        let costs = "one question per call".to_owned();
        let value =
            control(ControlKind::Procedural, "gates", vec![on], vec![("costs", Value::text(costs.as_str()))]);
        let remedy = Remedy {
            control: "ask-tool".to_owned(),
            kind: ControlKind::Procedural,
            action: format!("have a person approve each call of `{}` by `{}`", via.name(), map.name(agent)),
            cuts: Vec::new(),
            costs,
            edits: remedy::asking(map, catalog, agent, via),
        };
        let overlay = Overlay { asked: BTreeSet::from([(agent.clone(), via.clone())]), ..Overlay::default() };
        Draft { remedy, overlay, control: Some(value), planned: None, against: BTreeSet::new() }
    };
    vias.into_iter().map(draft).collect()
}
