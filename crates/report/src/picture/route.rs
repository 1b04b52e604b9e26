//! The run of lines: ports spread over the sides, curves that leave and arrive level, chips where they cover
//! nothing.

use std::collections::BTreeMap;

use super::index::Label;
use super::order::Order;
use super::place::Rect;
use super::scene::{Lane, Line, Link, Scene};
use super::text::{NOTE, Weight, length, number, width};
use ambit_model::Tier;

/// How far the tip of a pointed box reaches beyond its corners.
pub(crate) const TIP: f64 = 12.0;
/// The height of a tier chip.
const CHIP_HEIGHT: f64 = 18.0;

/// A cubic curve from `a` over the handles `b` and `c` to `d`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Curve {
    pub(crate) a: (f64, f64),
    b: (f64, f64),
    c: (f64, f64),
    pub(crate) d: (f64, f64),
}

impl Curve {
    /// The point at `t` between 0 and 1.
    fn at(&self, t: f64) -> (f64, f64) {
        let s = 1.0 - t;
        let mix = |a: f64, b: f64, c: f64, d: f64| {
            s * s * s * a + 3.0 * s * s * t * b + 3.0 * s * t * t * c + t * t * t * d
        };
        (mix(self.a.0, self.b.0, self.c.0, self.d.0), mix(self.a.1, self.b.1, self.c.1, self.d.1))
    }

    /// Its path data.
    pub(crate) fn path(&self) -> String {
        let point = |(x, y): (f64, f64)| format!("{} {}", number(x), number(y));
        format!("M{}C{} {} {}", point(self.a), point(self.b), point(self.c), point(self.d))
    }

    /// The same curve with its ends pulled in, each along its own direction.
    pub(crate) fn cut(&self, first: f64, last: f64) -> Self {
        let pull = |(x, y): (f64, f64), (dx, dy): (f64, f64), by: f64| (x - dx * by, y - dy * by);
        Self { a: pull(self.a, self.arrives_back(), first), d: pull(self.d, self.arrives(), last), ..*self }
    }

    /// The direction in which it arrives, as a step of length one along one axis.
    pub(crate) fn arrives(&self) -> (f64, f64) {
        toward(self.c, self.d)
    }

    /// The direction in which it would arrive when walked backwards.
    pub(crate) fn arrives_back(&self) -> (f64, f64) {
        toward(self.b, self.a)
    }
}

fn toward(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    if dx.abs() >= dy.abs() { (1f64.copysign(dx), 0.0) } else { (0.0, 1f64.copysign(dy)) }
}

/// A word on a line.
#[derive(Debug, Clone)]
pub(crate) struct Chip {
    pub(crate) rect: Rect,
    pub(crate) text: String,
}

/// Whether both ends stand in the middle lane.
pub(crate) fn is_inner(scene: &Scene<'_>, link: &Link<'_>) -> bool {
    [link.from, link.to].iter().all(|it| scene.nodes.get(*it).is_some_and(|it| it.lane == Lane::Agents))
}

/// Whether two boxes of the middle lane stand right above each other, so that a straight line joins them.
pub(crate) fn is_between_neighbours(order: &Order, a: usize, b: usize) -> bool {
    order.agents.windows(2).any(|pair| pair == [a, b] || pair == [b, a])
}

/// One end of a line at a side of a box.
#[derive(Debug, Clone, Copy)]
struct End {
    link: usize,
    first: bool,
    /// Where the other end is, for the order along the side.
    toward: f64,
}

/// The curve of each line.
pub(crate) fn route(scene: &Scene<'_>, boxes: &[Rect], order: &Order) -> Vec<Curve> {
    let ports = ports(scene, boxes, order);
    let port = |link: usize, first: bool| ports.get(&(link, first)).copied().unwrap_or_default();
    let mut bulges = 0;
    scene
        .links
        .iter()
        .enumerate()
        .map(|(at, link)| {
            if is_inner(scene, link) && is_between_neighbours(order, link.from, link.to) {
                return straight(boxes, link);
            }
            let (a, d) = (port(at, true), port(at, false));
            if is_inner(scene, link) {
                bulges += 1;
                let reach = 54.0 + 12.0 * length(bulges % 5);
                return Curve { a, b: (a.0 - reach, a.1), c: (d.0 - reach, d.1), d };
            }
            let middle = f64::midpoint(a.0, d.0);
            Curve { a, b: (middle, a.1), c: (middle, d.1), d }
        })
        .collect()
}

/// The line between two boxes that stand right above each other.
fn straight(boxes: &[Rect], link: &Link<'_>) -> Curve {
    let rect = |at: usize| boxes.get(at).copied().unwrap_or_default();
    let (from, to) = (rect(link.from), rect(link.to));
    let x = from.x + from.w / 2.0;
    let (a, d) =
        if from.y < to.y { ((x, from.y + from.h), (x, to.y)) } else { ((x, from.y), (x, to.y + to.h)) };
    let third = (d.1 - a.1) / 3.0;
    Curve { a, b: (x, a.1 + third), c: (x, d.1 - third), d }
}

/// Where each line leaves and arrives.
fn ports(scene: &Scene<'_>, boxes: &[Rect], order: &Order) -> BTreeMap<(usize, bool), (f64, f64)> {
    let mut sides: BTreeMap<(usize, bool), Vec<End>> = BTreeMap::new();
    let middle = |at: usize| boxes.get(at).map_or(0.0, |it| it.middle());
    for (at, link) in scene.links.iter().enumerate() {
        let inner = is_inner(scene, link);
        if inner && is_between_neighbours(order, link.from, link.to) {
            continue;
        }
        let end = |first: bool, toward: f64| End { link: at, first, toward };
        sides.entry((link.from, !inner)).or_default().push(end(true, middle(link.to)));
        sides.entry((link.to, false)).or_default().push(end(false, middle(link.from)));
    }
    let mut ports = BTreeMap::new();
    for ((at, right), mut ends) in sides {
        let (Some(rect), Some(node)) = (boxes.get(at), scene.nodes.get(at)) else { continue };
        ends.sort_by(|a, b| a.toward.total_cmp(&b.toward).then(a.link.cmp(&b.link)));
        let step = (rect.h - 12.0) / length(ends.len() + 1);
        // Few lines meet at the middle, where a reader expects them.
        let step = step.min(16.0);
        let top = rect.middle() - step * (length(ends.len()) - 1.0) / 2.0;
        let tip =
            if right && node.lane == Lane::Sources && node.label == Label::Untrusted { TIP } else { 0.0 };
        for (rank, end) in ends.iter().enumerate() {
            let y = top + step * length(rank);
            let inset = tip * (y - rect.middle()).abs() / (rect.h / 2.0);
            let x = if right { rect.x + rect.w - inset } else { rect.x };
            ports.insert((end.link, end.first), (x, y));
        }
    }
    ports
}

/// Chips with the given texts. Each tries the spots of its own line, nearest to the end that names the harm
/// first; where all are taken, what it says stays in the tooltip.
pub(crate) fn chips(
    scene: &Scene<'_>,
    boxes: &[Rect],
    curves: &[Curve],
    text: impl Fn(&Link<'_>) -> Option<String>,
) -> Vec<Option<Chip>> {
    const SPOTS: [f64; 9] = [0.84, 0.78, 0.7, 0.62, 0.54, 0.46, 0.38, 0.3, 0.22];
    let mut taken: Vec<Rect> = boxes.to_vec();
    let mut by_weight: Vec<usize> = (0..scene.links.len()).collect();
    by_weight.sort_by_key(|at| scene.links.get(*at).map(|it| std::cmp::Reverse((it.focus, it.tier))));
    let mut chips: Vec<Option<Chip>> = scene.links.iter().map(|_| None).collect();
    for at in by_weight {
        let (Some(link), Some(curve)) = (scene.links.get(at), curves.get(at)) else { continue };
        let Some(text) = text(link) else { continue };
        let source = scene.nodes.get(link.from).is_some_and(|it| it.lane == Lane::Sources);
        let w = width(&text, NOTE, Weight::Bold) + 8.0;
        let rect = SPOTS.iter().find_map(|spot| {
            let (x, y) = curve.at(if source { 1.0 - spot } else { *spot });
            let rect = Rect { x: x - w / 2.0, y: y - CHIP_HEIGHT / 2.0, w, h: CHIP_HEIGHT };
            (!taken.iter().any(|it| it.overlaps(rect))).then_some(rect)
        });
        if let (Some(rect), Some(slot)) = (rect, chips.get_mut(at)) {
            taken.push(rect);
            *slot = Some(Chip { rect, text });
        }
    }
    chips
}

/// The tier of a line, from T2 up: below, and where nothing passes, it does not matter.
pub(crate) fn tier_text(link: &Link<'_>) -> Option<String> {
    (link.tier >= Tier::T2 && link.line != Line::Closed).then(|| link.tier.word().to_owned())
}
