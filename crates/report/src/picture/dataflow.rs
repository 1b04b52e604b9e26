//! The data-flow diagram: processes, stores, external entities and the trust boundaries between them, with
//! threats as numbers on the flows. It stands on the layout of the reach map: what differs is the notation.

use std::collections::{BTreeMap, BTreeSet};

use ambit_model::{AssetKind, EdgeId, Finding, ReachEdge, Verb};
use maud::{Markup, html};

use super::index::{Index, Label};
use super::notes::{line_tip, node_tip};
use super::order::group;
use super::paint::{self, arrow};
use super::place::{Layout, Rect, WIDTH};
use super::route::{Chip, Curve, chips, tier_text};
use super::scene::{Lane, Line, Link, Node, Scene, Way};
use super::text::{NAME, NOTE, Weight, number, shorten};

/// The words of STRIDE, by letter.
pub(crate) const STRIDE: [(char, &str); 6] = [
    ('S', "Spoofing"),
    ('T', "Tampering"),
    ('R', "Repudiation"),
    ('I', "Information disclosure"),
    ('D', "Denial of service"),
    ('E', "Elevation of privilege"),
];

/// A finding as a threat: its number in the diagram, and what it does to each flow that it walks over.
#[derive(Debug)]
pub(crate) struct Threat<'a> {
    pub(crate) number: usize,
    pub(crate) finding: &'a Finding,
    /// STRIDE letters, in the order of the word.
    pub(crate) letters: BTreeSet<char>,
}

/// All findings with a path, numbered, worst first.
pub(crate) fn threats<'a>(index: &Index<'a>) -> Vec<Threat<'a>> {
    let with_path = index.findings().into_iter().filter(|it| it.legs.values().any(|it| !it.is_empty()));
    with_path
        .enumerate()
        .map(|(at, finding)| {
            let edges = finding.legs.values().flatten().filter_map(|it| index.edge(it));
            let letters = edges.filter_map(letter).collect();
            Threat { number: at + 1, finding, letters }
        })
        .collect()
}

/// What an attacker does over a flow of this sort. Nothing on a map of reach denies having acted, so no flow
/// stands for repudiation.
fn letter(edge: &ReachEdge) -> Option<char> {
    match edge.verb {
        Verb::Loads => Some('S'),
        Verb::Ingests | Verb::Writes | Verb::Remembers | Verb::Recalls => Some('T'),
        Verb::Reads | Verb::Holds | Verb::Sends => Some('I'),
        Verb::Spends => Some('D'),
        Verb::Executes | Verb::Grants | Verb::Delegates | Verb::MayReach => Some('E'),
        Verb::Supplies | Verb::RunsIn => None,
    }
}

/// The diagram.
pub(super) fn paint(index: &Index<'_>, scene: &Scene<'_>, layout: &Layout, threats: &[Threat<'_>]) -> Markup {
    let numbers = numbers(threats);
    let marks = chips(scene, &layout.boxes, &layout.curves, |link| mark(link, &numbers));
    let height = layout.bottom + 32.0;
    html! {
        svg class="dataflow" viewBox=(format!("0 0 {} {}", number(WIDTH), number(height))) width=(number(WIDTH))
            height=(number(height)) role="group" aria-label="Data-flow diagram" {
            @for (rect, words) in boundaries(scene, layout) { (boundary(rect, words)) }
            @for (link, curve) in scene.links.iter().zip(&layout.curves) { (flow(index, scene, link, curve)) }
            @for (node, rect) in scene.nodes.iter().zip(&layout.boxes) { (element(index, node, *rect)) }
            @for chip in marks.iter().flatten() {
                g class="threat" {
                    rect x=(number(chip.rect.x)) y=(number(chip.rect.y)) width=(number(chip.rect.w))
                        height=(number(chip.rect.h)) rx="9" {}
                    text x=(number(chip.rect.x + chip.rect.w / 2.0)) y=(number(chip.rect.y + 13.0))
                        text-anchor="middle" { (chip.text) }
                }
            }
        }
    }
}

/// Chips for the reach map: the tier of a line, and the numbers of its threats.
pub(super) fn tiers_and_threats(
    scene: &Scene<'_>,
    layout: &Layout,
    threats: &[Threat<'_>],
) -> Vec<Option<Chip>> {
    let numbers = numbers(threats);
    chips(scene, &layout.boxes, &layout.curves, |link| match (tier_text(link), mark(link, &numbers)) {
        (Some(tier), Some(mark)) => Some(format!("{tier} · {mark}")),
        (tier, mark) => tier.or(mark),
    })
}

fn numbers<'a>(threats: &'a [Threat<'_>]) -> BTreeMap<&'a EdgeId, BTreeSet<usize>> {
    let mut numbers: BTreeMap<&EdgeId, BTreeSet<usize>> = BTreeMap::new();
    for threat in threats {
        for edge in threat.finding.legs.values().flatten() {
            numbers.entry(edge).or_default().insert(threat.number);
        }
    }
    numbers
}

/// The numbers of the threats on a flow, the worst three.
fn mark(link: &Link<'_>, numbers: &BTreeMap<&EdgeId, BTreeSet<usize>>) -> Option<String> {
    let all: BTreeSet<usize> =
        link.edges.iter().filter_map(|it| numbers.get(&it.id)).flatten().copied().collect();
    let shown: Vec<_> = all.iter().take(3).map(ToString::to_string).collect();
    let more = if all.len() > 3 { " …" } else { "" };
    (!all.is_empty()).then(|| format!("{}{more}", shown.join(" ")))
}

/// A dashed frame around the boxes of each side of a boundary.
fn boundaries(scene: &Scene<'_>, layout: &Layout) -> Vec<(Rect, &'static str)> {
    let mut frames: BTreeMap<(Lane, u8), (Rect, &'static str)> = BTreeMap::new();
    for (node, rect) in scene.nodes.iter().zip(&layout.boxes) {
        let words = side(node.lane, node.label);
        let key = (node.lane, group(node.lane, node.label));
        let (frame, _) = frames.entry(key).or_insert((*rect, words));
        let bottom = (frame.y + frame.h).max(rect.y + rect.h);
        frame.y = frame.y.min(rect.y);
        frame.h = bottom - frame.y;
    }
    frames
        .into_values()
        .map(|(it, words)| (Rect { x: it.x - 12.0, y: it.y - 30.0, w: it.w + 24.0, h: it.h + 40.0 }, words))
        .collect()
}

fn side(lane: Lane, label: Label) -> &'static str {
    match (lane, label) {
        (Lane::Agents, _) => "boundary: the agents' contexts",
        (_, Label::Untrusted) => "outside: outsiders write here",
        (Lane::Sources, Label::Plain) => "inside: own instructions",
        (_, Label::Private) => "inside: what must not leave",
        (_, Label::Out) => "outside: what leaves, what is acted on",
        (_, Label::Unknown) => "nobody knows on which side",
        _ => "inside: the rest",
    }
}

fn boundary(Rect { x, y, w, h }: Rect, words: &str) -> Markup {
    html! {
        rect class="boundary" x=(number(x)) y=(number(y)) width=(number(w)) height=(number(h)) rx="2" {}
        text class="note" x=(number(x + 12.0)) y=(number(y + 18.0)) { (words) }
    }
}

fn flow(index: &Index<'_>, scene: &Scene<'_>, link: &Link<'_>, curve: &Curve) -> Markup {
    let name = |at: usize| scene.nodes.get(at).map(|it| it.name.clone()).unwrap_or_default();
    let other = if link.agent == link.from { link.to } else { link.from };
    let inward = link.way == Way::In && link.agent == link.from;
    let closed = if link.line == Line::Closed { " closed" } else { "" };
    html! {
        g class=(format!("flow{closed}")) {
            title { (line_tip(index, link, &name(link.agent), &name(other))) }
            path class="run" d=(curve.path()) {}
            @if inward || link.way == Way::Both { path class="head" d=(arrow(curve.a, curve.arrives_back(), 8.0)) {} }
            @if !inward { path class="head" d=(arrow(curve.d, curve.arrives(), 8.0)) {} }
        }
    }
}

/// The notation: a process is round, a store lies between two lines, an external entity is a plain box.
fn element(index: &Index<'_>, node: &Node<'_>, rect: Rect) -> Markup {
    let Rect { x, y, w, h } = rect;
    let kind = match node.assets.first().map(|it| index.kind(it)) {
        Some(AssetKind::Agent) => "process",
        Some(AssetKind::Memory | AssetKind::DataStore | AssetKind::Credential | AssetKind::Instruction) => {
            "store"
        }
        _ => "entity",
    };
    let rx = if kind == "process" { h.min(52.0) / 2.0 } else { 0.0 };
    let room = w - 40.0;
    let middle = number(x + w / 2.0);
    html! {
        g class=(kind) data-assets=(paint::numbers(index, node)) {
            title { (node_tip(index, node)) }
            rect class="shape" x=(number(x)) y=(number(y)) width=(number(w)) height=(number(h)) rx=(number(rx)) {}
            @if kind == "store" {
                path class="rule" d=(format!("M{0} {1}h{2}M{0} {3}h{2}", number(x), number(y), number(w), number(y + h))) {}
            }
            text class="name" x=(middle) y=(number(rect.middle() - 4.0)) text-anchor="middle" {
                (shorten(&node.name, NAME, Weight::Bold, room))
            }
            text class="note" x=(middle) y=(number(rect.middle() + 14.0)) text-anchor="middle" {
                (shorten(&node.note, NOTE, Weight::Regular, room))
            }
        }
    }
}
