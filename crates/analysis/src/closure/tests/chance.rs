//! Small graphs, made by chance.

use ambit_model::{Audience, Gate, Level, Tier, Trust, Verb};

use crate::closure::{Columns, Edge, Facts, Limit, Node};
use crate::dice::Dice;

pub(super) const GATES: [Gate; 4] = [Gate::Auto, Gate::Prompted, Gate::Asked, Gate::Denied];
pub(super) const TRUSTS: [Trust; 3] = [Trust::Public, Trust::Partner, Trust::Organization];
pub(super) const LEVELS: [Level; 4] = [Level::Public, Level::Internal, Level::Confidential, Level::Secret];
pub(super) const AUDIENCES: [Audience; 4] =
    [Audience::Myself, Audience::Organization, Audience::Partner, Audience::Public];
pub(super) const TIERS: [Tier; 5] = [Tier::T0, Tier::T1, Tier::T2, Tier::T3, Tier::T4];

/// Agents first, then two places, then two others.
pub(super) const AGENTS: usize = 4;
pub(super) const NODES: usize = AGENTS + 4;

/// A small graph: agents that hand work on, take in, read, write, send and act.
pub(super) fn columns(chance: &mut Dice) -> Columns {
    let mut nodes: Vec<Node> = (0..AGENTS).map(|_| Node::agent(chance.below(3) as u32)).collect();
    nodes.push(Node { kind: 1, ..Node::place(true) });
    nodes.push(Node { kind: chance.below(3) as u8, ..Node::place(chance.one_in(2)) });
    nodes.push(Node { kind: 3, ..Node::other() });
    nodes.push(Node::other());
    let limits: Vec<Limit> = (0..chance.below(3)).map(|_| limit(chance)).collect();
    let count = 7 + chance.below(12);
    let edges: Vec<Edge> = (0..count).map(|_| edge(chance, limits.len())).collect();
    let stocked = edges.iter().filter(|it| it.facts.is_stock()).copied();
    // What stock clients do as they come is behind a weaker gate, here and there.
    let as_it_comes = |it: Edge, chance: &mut Dice| {
        let facts = it.facts.limited(0);
        Edge { facts: if chance.one_in(4) { facts.behind(Gate::Auto) } else { facts }, ..it }
    };
    let stock = stocked.map(|it| as_it_comes(it, chance)).collect();
    Columns { nodes, edges, limits, stock }
}

fn limit(chance: &mut Dice) -> Limit {
    Limit {
        trust: chance.one_in(2).then(|| chance.of(&TRUSTS)),
        level: chance.one_in(2).then(|| chance.of(&LEVELS)),
        tier: chance.one_in(3).then(|| chance.of(&TIERS)),
        kinds: if chance.one_in(2) { chance.below(16) as u8 } else { 0 },
    }
}

pub(super) fn edge(chance: &mut Dice, limits: usize) -> Edge {
    let from = chance.below(AGENTS);
    let place = AGENTS + chance.below(4);
    let gate = GATES[[0, 0, 0, 1, 1, 2, 3][chance.below(7)]];
    let (to, mut facts) = match chance.below(10) {
        0 | 1 => (place, Facts::new(Verb::Ingests, gate).reached_by(chance.of(&TRUSTS))),
        2 => (place, Facts::new(Verb::Loads, gate).reached_by(chance.of(&TRUSTS))),
        3 => (place, Facts::new(Verb::Reads, gate).of_level(chance.of(&LEVELS))),
        4 => (place, Facts::new(Verb::Recalls, gate).of_level(chance.of(&LEVELS))),
        5 => (place, Facts::new(Verb::Remembers, gate)),
        6 => (place, Facts::new(Verb::Sends, gate).heard_by(chance.of(&AUDIENCES))),
        7 => {
            let verbs = [Verb::Writes, Verb::Executes, Verb::Spends, Verb::Grants, Verb::MayReach];
            (place, Facts::new(chance.of(&verbs), gate).of_tier(chance.of(&TIERS)))
        }
        8 => (place, Facts::new(Verb::Writes, gate).of_tier(chance.of(&TIERS))),
        _ => (chance.below(AGENTS), Facts::new(Verb::Delegates, gate)),
    };
    if chance.one_in(4) {
        facts = facts.in_stock();
    }
    if chance.one_in(3) {
        facts = facts.onward();
    }
    if limits > 0 && chance.one_in(3) {
        facts = facts.limited(1 + chance.below(limits));
    }
    Edge { from: from as u32, to: to as u32, facts }
}
