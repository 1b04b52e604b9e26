//! What edges are there for in an attack: a way in, data, a way on, a way out, an act, or what gets at a credential.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AssetId, Audience, Gate, Level, Tier, Trust, Verb};

use super::inputs::Attacker;
use super::network::Writer;
use crate::index::{Brings, EdgeNo, NodeNo};
use crate::limits::Limits;
use crate::rules::ACTIONS;
use crate::scene::{Open, Scene};

/// What an edge is there for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Entry(NodeNo, AssetId, Writer),
    Read(NodeNo, AssetId, Level),
    Passage(NodeNo, NodeNo, Option<Limits>),
    Out(NodeNo, Audience, Option<Limits>),
    Act(NodeNo, AssetId, Tier, bool, Option<Limits>),
    /// What gets a credential into the context.
    Access(NodeNo, AssetId),
}

/// The roles of all edges.
pub(super) struct Roles<'s, 'a> {
    scene: &'s Scene<'a>,
    pub(super) of: BTreeMap<Role, BTreeSet<EdgeNo>>,
    pub(super) gates: BTreeMap<EdgeNo, Gate>,
    /// Places where attacks arrive, with who makes them.
    pub(super) attackers: BTreeMap<AssetId, Attacker>,
    /// Places where several sorts of them arrive: without some of its edges there may be fewer attacks.
    pub(super) varied: BTreeSet<AssetId>,
}

impl<'s, 'a> Roles<'s, 'a> {
    pub(super) fn of(scene: &'s Scene<'a>, tells_writers: bool) -> Self {
        let (of, gates) = (BTreeMap::new(), BTreeMap::new());
        let mut roles = Self { scene, of, gates, attackers: BTreeMap::new(), varied: BTreeSet::new() };
        let index = &scene.map.index;
        for node in index.all_nodes() {
            for start in index.starts(node) {
                let Some(row) = roles.stands(start.edge) else { continue };
                let from = &row.0.edge.to;
                match start.brings {
                    Brings::Content(trust) => {
                        let best = index.best_trust(start.origin).unwrap_or(trust);
                        let writer = writer(best, tells_writers);
                        roles.attack(from, Attacker::Writer(trust));
                        roles.add(Role::Entry(node, from.clone(), writer), row);
                    }
                    Brings::Data(level) => roles.add(Role::Read(node, from.clone(), level), row),
                }
            }
            for step in index.moves_in(node) {
                let Some(row) = roles.stands(step.edge) else { continue };
                let limits = scene.limits(step.edge).cloned();
                roles.add(Role::Passage(node, step.from, limits), row);
            }
        }
        roles.agents(tells_writers);
        roles
    }

    /// The edge, where it is not closed.
    fn stands(&self, no: EdgeNo) -> Option<Open<'a>> {
        Some((self.scene.map.row(no)?, self.scene.gate(no)?))
    }

    pub(super) fn add(&mut self, role: Role, (row, gate): Open<'a>) {
        self.gates.insert(row.no, gate);
        self.of.entry(role).or_default().insert(row.no);
    }

    /// Of several who can write there those are meant who attack most.
    fn attack(&mut self, at: &AssetId, by: Attacker) {
        let known = self.attackers.entry(at.clone()).or_insert(by);
        if *known != by {
            self.varied.insert(at.clone());
        }
        *known = by.min(*known);
    }

    fn agents(&mut self, tells_writers: bool) {
        let (scene, index) = (self.scene, &self.scene.map.index);
        for (agent, _) in scene.agents() {
            let Some(node) = index.node(agent) else { continue };
            for row in scene.open_by(agent, &[Verb::Loads]) {
                // A supplier has to turn first, which brings no content by itself but an attack of its own.
                if row.0.edge.reached_by == Some(Trust::Partner) {
                    let from = &row.0.edge.to;
                    self.attack(from, Attacker::Supplier);
                    self.add(Role::Entry(node, from.clone(), writer(Trust::Partner, tells_writers)), row);
                }
            }
            for row in scene.open_by(agent, &[Verb::Sends]) {
                if let Some(audience) = row.0.edge.audience {
                    let limits = scene.limits(row.0.no).cloned();
                    self.add(Role::Out(node, audience, limits), row);
                }
            }
            for row in scene.open_by(agent, ACTIONS).chain(scene.open_by(agent, &[Verb::MayReach])) {
                let edge = row.0.edge;
                let limits = scene.limits(row.0.no).cloned();
                let runs = edge.verb == Verb::Executes;
                self.add(Role::Act(node, edge.to.clone(), edge.tier, runs, limits), row);
            }
        }
    }
}

fn writer(best: Trust, tells_writers: bool) -> Writer {
    if tells_writers && best == Trust::Partner { Writer::Partner } else { Writer::Anybody }
}
