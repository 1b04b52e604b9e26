//! Changes of lines that remedies know, each with the control that says the same in `ambit.yaml`.

use std::collections::BTreeSet;

use ambit_model::finding::ControlKind;
use ambit_model::stated::edit::Value;
use ambit_model::{AssetId, Remedy};

use super::{Draft, control, pattern};
use crate::map::{ReachMap, Row};
use crate::remedy::Change;
use crate::scene::Overlay;

/// How many edges a control names one by one at the most.
const MOST_EDGES: usize = 6;

pub(super) fn draft(map: &ReachMap, change: Change) -> Option<Draft> {
    let Change { remedy, overlay, against } = change;
    if uncovers(map, &overlay) {
        return None;
    }
    let control = stated(map, &overlay, &remedy);
    // What only people state is said by the control, as planned.
    let own = map.own.as_deref().unwrap_or("ambit.yaml");
    let said = |path: &str| path == own && control.is_some();
    let edits: Vec<_> = remedy.edits.into_iter().filter(|it| !said(&it.path)).collect();
    let remedy = Remedy { edits, ..remedy };
    (control.is_some() || !remedy.edits.is_empty()).then_some(Draft {
        remedy,
        overlay,
        control,
        planned: None,
        against,
    })
}

/// Whether a server is taken out of one file while another one declares it too: clients read several, and the entry
/// that is taken away may be what hid the other.
fn uncovers(map: &ReachMap, overlay: &Overlay) -> bool {
    let entries = overlay.removed.iter().filter_map(|it| map.index.entries.get(it)).flatten();
    let servers: BTreeSet<&AssetId> = entries.map(|(_, server)| server).collect();
    let mut uses = map.uses.values().flatten().filter(|(server, _)| servers.contains(server));
    !servers.is_empty() && uses.any(|(_, it)| !overlay.removed.contains(&it.place))
}

/// The control that says what `overlay` does; none where it is about lines.
fn stated(map: &ReachMap, overlay: &Overlay, remedy: &Remedy) -> Option<Value> {
    let Overlay { denied, asked, cut, removed, otherwise, limited, .. } = overlay;
    if !removed.is_empty() || !otherwise.is_empty() || !limited.is_empty() {
        return None;
    }
    let tools = |list: &BTreeSet<(AssetId, AssetId)>| -> Vec<Value> {
        let tool =
            |(agent, via): &(AssetId, AssetId)| pattern(&[("from", agent.as_str()), ("via", via.as_str())]);
        list.iter().map(tool).collect()
    };
    if !asked.is_empty() {
        return Some(control(ControlKind::Procedural, "gates", tools(asked), Vec::new()));
    }
    if !denied.is_empty() {
        return Some(control(ControlKind::Structural, "cuts", tools(denied), Vec::new()));
    }
    let edges: Vec<_> = cut.iter().filter_map(|it| map.row(*it)).collect();
    let first = edges.first()?;
    let same = |it: &&Row<'_>| it.from == first.edge.from && it.to == first.edge.to;
    let on = if remedy.control == "cut-edge" && edges.iter().all(|it| same(&it)) {
        vec![pattern(&[("from", first.from.as_str()), ("to", first.to.as_str())])]
    } else if edges.len() <= MOST_EDGES {
        edges.iter().map(|it| Value::text(it.id.as_str())).collect()
    } else {
        return None;
    };
    Some(control(ControlKind::Structural, "cuts", on, Vec::new()))
}
