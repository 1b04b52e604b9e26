//! Which closures a scene has: those of the map, mended ones, or its own.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use ambit_model::Gate;

use super::{Open, Scene};
use crate::flow::{Change, Closures, Flows, Mended};
use crate::index::EdgeNo;

/// Of how many changed edges on closures of a whole map are made anew rather than mended.
const MANY_CHANGED: usize = 64;

impl Scene<'_> {
    /// The same scene, were `edges` not there.
    #[must_use]
    pub(crate) fn without(&self, edges: &[Open<'_>]) -> Self {
        let mut overlay = self.overlay.clone();
        let cut: BTreeSet<EdgeNo> = edges.iter().map(|it| it.0.no).collect();
        overlay.cut.extend(&cut);
        let scene = self.laid_over(overlay, self.focus.clone());
        // What is whole here is mended there for these edges alone.
        if let Closures::Whole(flows) = self.flows() {
            let (index, was, gate_of) = (&self.map.index, |no| self.gate(no), |no| scene.gate(no));
            let change = Change::of(&cut, index, &was, &gate_of);
            let mended = Mended::of(Arc::clone(flows), index, change, scene.stands_as(&gate_of));
            let _is_new = scene.flows.set(Closures::Mended(Rc::new(mended)));
        }
        scene
    }

    /// Its closures, made when somebody asks first.
    pub(super) fn flows(&self) -> &Closures {
        self.flows.get_or_init(|| {
            let (index, map) = (&self.map.index, self.map);
            let gate_of = |no: EdgeNo| self.gate(no);
            if self.overlay.undenied {
                return Closures::Whole(Arc::new(Flows::of(index, &gate_of)));
            }
            let edges: BTreeSet<EdgeNo> = self.patch.keys().chain(self.limits.keys()).copied().collect();
            if edges.is_empty() {
                return Closures::Whole(Arc::clone(map.flows()));
            }
            if self.focus.is_none() && edges.len() > MANY_CHANGED {
                return Closures::Whole(Arc::new(Flows::under(index, self.stands_as(&gate_of))));
            }
            let was = |no: EdgeNo| map.row(no).map(|it| it.gate).filter(|it| *it != Gate::Denied);
            let (change, stands) = (Change::of(&edges, index, &was, &gate_of), self.stands_as(&gate_of));
            Closures::Mended(Rc::new(Mended::of(Arc::clone(map.flows()), index, change, stands)))
        })
    }
}
