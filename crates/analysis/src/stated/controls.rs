//! Controls that are in place, on the edges that they are bound to. Structural ones cut or bound, procedural ones
//! gate, behavioral ones leave their name. What several do to one edge adds up, whatever their order.

use std::collections::BTreeSet;

use ambit_model::stated::{Control, Does, Entry, Labels, Model};
use ambit_model::{Gate, ReachEdge, Tier, Trust, Verb};

use crate::index::EdgeNo;
use crate::index::numbered;
use crate::limits::Limits;
use crate::map::ReachMap;

/// Which controls stand on which edge, by the edges' places in the map.
type Bound<'m> = Vec<(usize, Vec<(&'m str, &'m Entry<Control>)>)>;

/// Whether any control changes anything.
pub(super) fn any(model: &Model) -> bool {
    model.controls.iter().any(|(_, it)| it.value.is_in_place())
}

/// Applies all controls that are in place to the edges as they stand.
pub(super) fn apply(map: &mut ReachMap, model: &Model) {
    let bound = bound(map, model);
    map.marks_before = map.marks.clone();
    let stock = numbered(&map.edges).filter(|(_, it)| it.stock);
    let stock: Vec<_> = stock
        .filter(|(no, _)| bound.binary_search_by_key(&no.place(), |it| it.0).is_ok())
        .map(|(no, it)| (no, it.clone()))
        .collect();
    map.as_it_comes.extend(stock);
    for (no, controls) in bound {
        let known = map.edges.get(no).and_then(|it| map.assets.get(&it.to)).map(|it| it.data.clone());
        let (Some(edge), Some(without)) = (map.edges.get_mut(no), map.without_rule.get_mut(no)) else {
            continue;
        };
        let (was, data) = (edge.clone(), known.unwrap_or_default());
        let mut limits = Limits::default();
        for (name, control) in controls {
            if let Err(at) = edge.controls.binary_search_by(|it| it.as_str().cmp(name)) {
                edge.controls.insert(at, name.to_owned());
            }
            let mut change = Change { was: &was, data: &data, edge, without, limits: &mut limits };
            change.by(control);
        }
        if edge.decided_by != was.decided_by {
            map.grants.remove(&EdgeNo::at(no));
        }
        if limits != Limits::default() {
            map.marks.limits.entry(was.id).or_default().join(limits);
        }
    }
}

fn bound<'m>(map: &ReachMap, model: &'m Model) -> Bound<'m> {
    let controls: Vec<_> = model.controls.iter().filter(|(_, it)| it.value.is_in_place()).collect();
    let mut bound = Bound::new();
    for (no, edge) in map.edges.iter().enumerate() {
        let on = controls.iter().filter(|(_, it)| it.value.on.iter().any(|it| it.value.matches_edge(edge)));
        let on: Vec<_> = on.copied().collect();
        if !on.is_empty() {
            bound.push((no, on));
        }
    }
    bound
}

/// What controls do to one edge.
struct Change<'a> {
    /// The edge before any of them.
    was: &'a ReachEdge,
    /// The classes of what it leads to.
    data: &'a [String],
    edge: &'a mut ReachEdge,
    without: &'a mut Option<Gate>,
    limits: &'a mut Limits,
}

impl Change<'_> {
    fn by(&mut self, control: &Entry<Control>) {
        let it = &control.value;
        match (it.does.value, &it.labels) {
            (Does::Cuts, None) => self.close(control),
            (Does::Cuts, Some(labels)) => self.cut(control, labels),
            (Does::Bounds, labels) if self.holds_for_all(labels.as_ref()) => self.bound(it),
            (Does::Gates, labels) if self.holds_for_all(labels.as_ref()) => {
                if self.edge.gate < Gate::Asked {
                    self.gate(Gate::Asked, control);
                }
            }
            (Does::Bounds | Does::Gates | Does::Lowers, _) => {}
        }
    }

    fn close(&mut self, control: &Entry<Control>) {
        // Of several that close it the first by name is told; a file that denies goes before all.
        if self.edge.gate != Gate::Denied {
            self.gate(Gate::Denied, control);
        }
    }

    fn gate(&mut self, gate: Gate, control: &Entry<Control>) {
        *self.without = Some(self.was.gate);
        self.edge.gate = gate;
        self.edge.decided_by = Some(control.place.clone());
        self.edge.scope = None;
    }

    /// Cuts the edge for some labels alone. Nothing left closes it.
    fn cut(&mut self, control: &Entry<Control>, labels: &Labels) {
        let cut: BTreeSet<String> = labels.data.iter().map(ToString::to_string).collect();
        if matches!(self.edge.verb, Verb::Reads | Verb::Recalls | Verb::Holds) && !cut.is_empty() {
            // What an edge does not say of its data, the place it leads to does.
            let known = if self.was.touches.is_empty() { self.data } else { &self.was.touches };
            let touched = if self.edge.touches.is_empty() { known } else { &self.edge.touches };
            let left: Vec<String> = touched.iter().filter(|it| !cut.contains(*it)).cloned().collect();
            match (known.is_empty(), left.is_empty()) {
                (false, true) => self.close(control),
                (false, false) => self.edge.touches = left.into(),
                (true, _) => {}
            }
        }
        let brings = matches!(self.edge.verb, Verb::Ingests | Verb::Loads);
        if let Some(trust) = labels.trust.filter(|_| brings) {
            match (self.edge.reached_by.filter(|it| *it <= trust), above(trust)) {
                (Some(_), Some(above)) => self.edge.reached_by = Some(above),
                (Some(_), None) => self.close(control),
                (None, _) => {}
            }
        }
        self.limits.join(Limits { classes: cut, trust: labels.trust, ..Limits::default() });
    }

    /// Whether a control that is limited to labels stands before everything that the edge touches.
    fn holds_for_all(&self, labels: Option<&Labels>) -> bool {
        let Some(labels) = labels else { return true };
        let named = |it: &String| labels.data.iter().any(|name| name.as_str() == it);
        let data =
            labels.data.is_empty() || !self.was.touches.is_empty() && self.was.touches.iter().all(named);
        // Who reaches an edge at most says nothing of content that is trusted more.
        data && labels.trust.is_none_or(|it| it == Trust::Operator)
    }

    fn bound(&mut self, control: &Control) {
        if let Some(most) = control.audience.as_ref().map(|it| it.value) {
            self.edge.audience = self.edge.audience.map(|it| it.min(most));
        }
        if let Some(most) = control.level.as_ref().map(|it| it.value) {
            if matches!(self.edge.verb, Verb::Reads | Verb::Recalls) {
                self.edge.level = self.edge.level.map(|it| it.min(most));
            }
            self.limits.join(Limits { level: Some(most), ..Limits::default() });
        }
        let limited = control.limit.as_ref().filter(|_| self.edge.verb == Verb::Spends).map(|_| Tier::T2);
        for most in control.tier.as_ref().map(|it| it.value).into_iter().chain(limited) {
            self.edge.tier = self.edge.tier.min(most);
            self.limits.join(Limits { tier: Some(most), ..Limits::default() });
        }
    }
}

/// The next trust above.
fn above(trust: Trust) -> Option<Trust> {
    match trust {
        Trust::Public => Some(Trust::Partner),
        Trust::Partner => Some(Trust::Organization),
        Trust::Organization => Some(Trust::Operator),
        Trust::Operator => None,
    }
}
