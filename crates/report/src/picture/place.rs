//! Where boxes stand and lines run.

use std::collections::BTreeMap;

use super::index::Label;
use super::order::{Order, group};
use super::route::{self, Chip, Curve};
use super::scene::{Lane, Scene};
use super::text::length;

/// The width of the picture.
pub(crate) const WIDTH: f64 = 1200.0;
/// The top of the first box, below the heads of the lanes.
const TOP: f64 = 92.0;
const BOX_HEIGHT: f64 = 52.0;
/// Room between two boxes of one group.
const GAP: f64 = 18.0;
/// Room before a group, with its head.
const GROUP_GAP: f64 = 52.0;
/// Room between two boxes of the middle lane, for the line between them.
const AGENT_GAP: f64 = 44.0;
/// Room between two ports of one side.
const PORT: f64 = 13.0;

/// A rectangle.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) w: f64,
    pub(crate) h: f64,
}

impl Rect {
    pub(crate) fn middle(self) -> f64 {
        self.y + self.h / 2.0
    }

    pub(crate) fn overlaps(self, other: Self) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }
}

/// The head of a group of boxes.
#[derive(Debug)]
pub(crate) struct Head {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) text: &'static str,
}

/// A scene with its geometry; rectangles and curves stand in the order of its boxes and lines.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) boxes: Vec<Rect>,
    pub(crate) curves: Vec<Curve>,
    pub(crate) chips: Vec<Option<Chip>>,
    pub(crate) heads: Vec<Head>,
    pub(crate) bottom: f64,
}

/// The x and the width of a lane.
pub(crate) fn column(lane: Lane) -> (f64, f64) {
    match lane {
        Lane::Sources => (24.0, 258.0),
        Lane::Agents => (466.0, 250.0),
        Lane::Reach => (900.0, 276.0),
    }
}

/// Places everything.
pub(crate) fn layout(scene: &Scene<'_>, order: &Order) -> Layout {
    let heights = heights(scene, order);
    let height = |at: &usize| heights.get(at).copied().unwrap_or(BOX_HEIGHT);
    let gaps = |lane: &[usize]| gaps(scene, lane);
    let tall = |lane: &[usize]| lane.iter().map(height).sum::<f64>() + gaps(lane).iter().sum::<f64>();
    let mut tops: BTreeMap<usize, f64> = BTreeMap::new();
    // The tallest of the outer lanes is stacked without slack; the others stand level with what they touch.
    let (first, last) = if tall(&order.sources) > tall(&order.reach) {
        (&order.sources, &order.reach)
    } else {
        (&order.reach, &order.sources)
    };
    let room = TOP + tall(first).max(tall(&order.agents)).max(tall(last));
    let mut top = TOP;
    for (at, gap) in first.iter().zip(gaps(first)) {
        top += gap;
        tops.insert(*at, top);
        top += height(at);
    }
    for lane in [&order.agents, last] {
        let wanted = wanted(scene, lane, &tops, &heights);
        let sizes: Vec<f64> = lane.iter().map(height).collect();
        for (at, top) in lane.iter().zip(spread(&wanted, &sizes, &gaps(lane), (TOP, room))) {
            tops.insert(*at, top);
        }
    }
    let boxes: Vec<Rect> = (0..scene.nodes.len())
        .map(|at| {
            let (x, w) = scene.nodes.get(at).map_or((0.0, 0.0), |it| column(it.lane));
            Rect { x, w, y: tops.get(&at).copied().unwrap_or(TOP), h: height(&at) }
        })
        .collect();
    let curves = route::route(scene, &boxes, order);
    let chips = route::chips(scene, &boxes, &curves, route::tier_text);
    let bottom = boxes.iter().map(|it| it.y + it.h).fold(TOP + BOX_HEIGHT, f64::max);
    Layout { heads: heads(scene, order, &boxes), boxes, curves, chips, bottom }
}

/// Boxes grow with the lines that end at one of their sides.
fn heights(scene: &Scene<'_>, order: &Order) -> BTreeMap<usize, f64> {
    let mut sides: BTreeMap<(usize, bool), usize> = BTreeMap::new();
    for link in &scene.links {
        if route::is_between_neighbours(order, link.from, link.to) {
            continue;
        }
        let inner = route::is_inner(scene, link);
        // A line within the middle lane leaves and ends on the left.
        *sides.entry((link.from, !inner)).or_default() += 1;
        *sides.entry((link.to, false)).or_default() += 1;
    }
    (0..scene.nodes.len())
        .map(|at| {
            let side = |right: bool| sides.get(&(at, right)).copied().unwrap_or(0);
            (at, (length(side(true).max(side(false))) * PORT + 14.0).max(BOX_HEIGHT))
        })
        .collect()
}

/// The room before each box of a lane.
fn gaps(scene: &Scene<'_>, lane: &[usize]) -> Vec<f64> {
    let sort = |at: &usize| scene.nodes.get(*at).map(|it| (it.lane, group(it.lane, it.label)));
    let mut before: Option<(Lane, u8)> = None;
    lane.iter()
        .map(|at| {
            let now = sort(at);
            let gap = match (before, now) {
                (None, _) => 0.0,
                (_, Some((Lane::Agents, _))) => AGENT_GAP,
                (before, now) if before == now => GAP,
                _ => GROUP_GAP,
            };
            before = now;
            gap
        })
        .collect()
}

/// The top that each box of a lane would have, level with what it is tied to and is placed already; the path
/// in focus goes first, so that it runs straight.
fn wanted(
    scene: &Scene<'_>,
    lane: &[usize],
    tops: &BTreeMap<usize, f64>,
    heights: &BTreeMap<usize, f64>,
) -> Vec<f64> {
    let height = |at: usize| heights.get(&at).copied().unwrap_or(BOX_HEIGHT);
    let middle = |at: usize| tops.get(&at).map(|it| it + height(at) / 2.0);
    lane.iter()
        .map(|at| {
            let near: Vec<(bool, f64)> = scene
                .links
                .iter()
                .filter_map(|it| match (it.from == *at, it.to == *at) {
                    (true, _) => middle(it.to).map(|y| (it.focus, y)),
                    (_, true) => middle(it.from).map(|y| (it.focus, y)),
                    _ => None,
                })
                .collect();
            let lit = near.iter().any(|(focus, _)| *focus);
            let near: Vec<f64> =
                near.into_iter().filter(|(focus, _)| *focus || !lit).map(|(_, y)| y).collect();
            if near.is_empty() {
                f64::NAN
            } else {
                near.iter().sum::<f64>() / length(near.len()) - height(*at) / 2.0
            }
        })
        .collect()
}

/// Tops as near as possible to the wanted ones, in the given order, without overlap: neighbours that collide
/// are joined into a block that stands at their common mean.
fn spread(wanted: &[f64], sizes: &[f64], gaps: &[f64], (from, to): (f64, f64)) -> Vec<f64> {
    // With everything above taken off, "no overlap" becomes "not falling".
    let mut above = 0.0;
    let mut offsets = Vec::with_capacity(wanted.len());
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    // What is tied to nothing stands with its neighbour above; with the one below where there is none above.
    let mut last = first_wanted(wanted, sizes, gaps).unwrap_or(from);
    for ((wanted, size), gap) in wanted.iter().zip(sizes).zip(gaps) {
        above += gap;
        offsets.push(above);
        let mean = if wanted.is_nan() { last } else { wanted - above };
        last = mean;
        let mut block = (mean, 1.0);
        while let Some(upper) = blocks.pop() {
            if upper.0 <= block.0 {
                blocks.push(upper);
                break;
            }
            let count = upper.1 + block.1;
            block = ((upper.0 * upper.1 + block.0 * block.1) / count, count);
        }
        blocks.push(block);
        above += size;
    }
    let lowest = (to - above).max(from);
    let means = blocks.into_iter().flat_map(|(mean, count)| {
        std::iter::successors(Some(1.0), move |it| (it + 1.0 <= count).then_some(it + 1.0)).map(move |_| mean)
    });
    offsets.iter().zip(means).map(|(above, mean)| mean.clamp(from, lowest) + above).collect()
}

/// Where the first box that is tied to something wants to stand, with everything above it taken off.
fn first_wanted(wanted: &[f64], sizes: &[f64], gaps: &[f64]) -> Option<f64> {
    let at = wanted.iter().position(|it| !it.is_nan())?;
    let above = sizes.iter().take(at).sum::<f64>() + gaps.iter().take(at + 1).sum::<f64>();
    wanted.get(at).map(|it| it - above)
}

fn heads(scene: &Scene<'_>, order: &Order, boxes: &[Rect]) -> Vec<Head> {
    let mut heads = Vec::new();
    for lane in [&order.sources, &order.reach] {
        let mut before = None;
        for at in lane {
            let (Some(node), Some(rect)) = (scene.nodes.get(*at), boxes.get(*at)) else { continue };
            let now = Some(group(node.lane, node.label));
            if now != before {
                heads.push(Head { x: rect.x, y: rect.y - 12.0, text: head(node.lane, node.label) });
            }
            before = now;
        }
    }
    heads
}

fn head(lane: Lane, label: Label) -> &'static str {
    match (lane, label) {
        (_, Label::Untrusted) => "Outsiders can write it",
        (_, Label::Private) => "Private data it can read",
        (_, Label::Out) => "Where it comes out: ways out and actions",
        (_, Label::Unknown) => "Nothing is known of it",
        (Lane::Sources, _) => "Own instructions",
        _ => "Also within reach",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spreading_keeps_order_and_distance_and_stays_near() {
        let tops = spread(&[100.0, 90.0, 300.0], &[50.0, 50.0, 50.0], &[0.0, 10.0, 10.0], (0.0, 500.0));
        assert_eq!(tops, [65.0, 125.0, 300.0]);
        let tops = spread(&[-50.0, 900.0], &[50.0, 50.0], &[0.0, 10.0], (0.0, 200.0));
        assert_eq!(tops, [0.0, 150.0]);
        let tops = spread(&[f64::NAN], &[50.0], &[0.0], (20.0, 200.0));
        assert_eq!(tops, [20.0]);
        let tops = spread(&[f64::NAN, 300.0], &[50.0, 50.0], &[0.0, 10.0], (0.0, 500.0));
        assert_eq!(tops, [240.0, 300.0]);
    }
}
