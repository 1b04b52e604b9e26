//! The order of boxes within their lanes, for few crossings. Sweeps of barycentres, then swaps of neighbours;
//! ties keep the order of importance that the scene gives, so the same model gives the same picture.

use std::collections::BTreeMap;

use super::index::Label;
use super::scene::{Lane, Scene};
use super::text::length;

/// How often the lanes are ordered by each other.
const SWEEPS: usize = 12;

/// Boxes of each lane from top to bottom, as indices into the scene.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) sources: Vec<usize>,
    pub(crate) agents: Vec<usize>,
    pub(crate) reach: Vec<usize>,
}

/// The best order found.
pub(crate) fn order(scene: &Scene<'_>) -> Order {
    let lane = |lane: Lane| -> Vec<usize> {
        scene.nodes.iter().enumerate().filter(|(_, it)| it.lane == lane).map(|(at, _)| at).collect()
    };
    let mut now =
        Order { sources: lane(Lane::Sources), agents: lane(Lane::Agents), reach: lane(Lane::Reach) };
    now.follow(scene);
    let mut best = now.clone();
    let mut least = best.cost(scene);
    for _ in 0..SWEEPS {
        let places = now.places();
        let all = neighbours(scene);
        let centres = centres(&all, &places);
        now.agents.sort_by(|a, b| by_centre(&centres, *a, *b));
        now.follow(scene);
        let cost = now.cost(scene);
        if cost < least {
            (least, best) = (cost, now.clone());
        }
    }
    best.swap(scene, least);
    best
}

impl Order {
    /// Orders the outer lanes by the middle one, within their groups.
    fn follow(&mut self, scene: &Scene<'_>) {
        let places = self.places();
        let centres = centres(&neighbours(scene), &places);
        let group = |at: usize| scene.nodes.get(at).map_or(9, |it| group(it.lane, it.label));
        for lane in [&mut self.sources, &mut self.reach] {
            lane.sort_by(|a, b| group(*a).cmp(&group(*b)).then_with(|| by_centre(&centres, *a, *b)));
        }
    }

    /// Swaps neighbours of the middle lane as long as that helps.
    fn swap(&mut self, scene: &Scene<'_>, mut least: f64) {
        let mut better = true;
        while better {
            better = false;
            for upper in 1..self.agents.len() {
                let mut tried = self.clone();
                tried.agents.swap(upper - 1, upper);
                tried.follow(scene);
                let cost = tried.cost(scene);
                if cost < least {
                    (least, *self, better) = (cost, tried, true);
                }
            }
        }
    }

    /// The place of each box in its lane, from 0 at the top to 1 at the bottom.
    fn places(&self) -> BTreeMap<usize, f64> {
        [&self.sources, &self.agents, &self.reach]
            .into_iter()
            .flat_map(|lane| {
                let count = length(lane.len().max(1));
                lane.iter().enumerate().map(move |(rank, at)| (*at, (length(rank) + 0.5) / count))
            })
            .collect()
    }

    /// Crossings, and how many boxes the lines within the middle lane pass by.
    fn cost(&self, scene: &Scene<'_>) -> f64 {
        let places = self.places();
        let place = |at: usize| places.get(&at).copied().unwrap_or(0.0);
        let lane = |at: usize| scene.nodes.get(at).map(|it| it.lane);
        let mut outer: [Vec<(f64, f64)>; 2] = [Vec::new(), Vec::new()];
        let mut passed = 0.0;
        let [left, right] = &mut outer;
        for link in &scene.links {
            match (lane(link.from), lane(link.to)) {
                (Some(Lane::Sources), _) => left.push((place(link.from), place(link.to))),
                (_, Some(Lane::Reach)) => right.push((place(link.from), place(link.to))),
                _ => passed += (place(link.from) - place(link.to)).abs() * length(self.agents.len()) - 1.0,
            }
        }
        outer.iter().map(|it| crossings(it)).sum::<f64>() + passed * 2.0
    }
}

/// The rank of a group within its lane: what is worst stands on top.
pub(crate) fn group(lane: Lane, label: Label) -> u8 {
    match (lane, label) {
        (Lane::Agents, _) => 0,
        (_, Label::Untrusted | Label::Private) => 1,
        (_, Label::Out) => 2,
        (_, Label::Unknown) => 3,
        _ => 4,
    }
}

fn crossings(lines: &[(f64, f64)]) -> f64 {
    let pairs = lines.iter().enumerate().flat_map(|(at, a)| lines.iter().skip(at + 1).map(move |b| (a, b)));
    length(pairs.filter(|(a, b)| (a.0 - b.0) * (a.1 - b.1) < 0.0).count())
}

fn neighbours(scene: &Scene<'_>) -> BTreeMap<usize, Vec<usize>> {
    let mut all: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for link in &scene.links {
        all.entry(link.from).or_default().push(link.to);
        all.entry(link.to).or_default().push(link.from);
    }
    all
}

fn centres(all: &BTreeMap<usize, Vec<usize>>, places: &BTreeMap<usize, f64>) -> BTreeMap<usize, f64> {
    let centre = |near: &Vec<usize>| {
        near.iter().filter_map(|it| places.get(it)).sum::<f64>() / length(near.len().max(1))
    };
    all.iter().map(|(at, near)| (*at, centre(near))).collect()
}

fn by_centre(centres: &BTreeMap<usize, f64>, a: usize, b: usize) -> std::cmp::Ordering {
    let centre = |at: usize| centres.get(&at).copied().unwrap_or(1.0);
    centre(a).total_cmp(&centre(b))
}
