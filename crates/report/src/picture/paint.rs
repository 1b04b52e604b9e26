//! The reach map as markup: colour and shape are the label, the line is the control, thick is the path in
//! focus.

use ambit_model::Finding;
use maud::{Markup, PreEscaped, html};

use super::index::{Index, Label};
use super::notes::{line_tip, node_tip};
use super::place::{Layout, Rect, WIDTH, column};
use super::route::{Chip, Curve, TIP};
use super::scene::{Lane, Line, Link, Node, Scene, Way};
use super::text::{NAME, NOTE, Weight, number, shorten};
use super::{STYLE, TOKENS};
use crate::visible::visible;

/// Room between the edge of a box and its words.
const PAD: f64 = 16.0;
/// Room below the boxes for the legend.
const LEGEND: f64 = 64.0;
/// Room below the legend for the finding in focus.
const CAPTION: f64 = 64.0;

/// The map as a file of its own.
pub(super) fn file(index: &Index<'_>, scene: &Scene<'_>, layout: &Layout, focus: Option<&Finding>) -> Markup {
    let legend = layout.bottom + LEGEND;
    let height = legend + if focus.is_some() { CAPTION } else { 0.0 };
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class=(class(focus)) viewBox=(format!("0 0 {} {}", number(WIDTH), number(height)))
            width=(number(WIDTH)) height=(number(height)) role="img" {
            title { "Reach map" }
            style { (PreEscaped(TOKENS)) (PreEscaped(STYLE)) }
            rect class="ground" width=(number(WIDTH)) height=(number(height)) {}
            (body(index, scene, layout))
            @if let Some(focus) = focus {
                (caption(focus, legend))
            }
        }
    }
}

/// The map as a part of a page, which brings the style and says the finding itself.
pub(super) fn part(index: &Index<'_>, scene: &Scene<'_>, layout: &Layout, focus: Option<&Finding>) -> Markup {
    let height = layout.bottom + LEGEND;
    html! {
        svg class=(class(focus)) viewBox=(format!("0 0 {} {}", number(WIDTH), number(height)))
            width=(number(WIDTH)) height=(number(height)) role="group" aria-label="Reach map" {
            (body(index, scene, layout))
        }
    }
}

fn class(focus: Option<&Finding>) -> &'static str {
    if focus.is_some() { "map lit" } else { "map" }
}

fn body(index: &Index<'_>, scene: &Scene<'_>, layout: &Layout) -> Markup {
    // What is in focus is painted last, above everything else.
    let mut rank: Vec<_> = scene.links.iter().zip(&layout.curves).collect();
    rank.sort_by_key(|(it, _)| (it.focus, it.line != Line::Closed, !it.stock));
    html! {
        @for lane in [Lane::Sources, Lane::Agents, Lane::Reach] {
            text class="lane" x=(number(column(lane).0)) y="34" { (lane_title(lane)) }
        }
        @for head in &layout.heads {
            text class="note" x=(number(head.x)) y=(number(head.y)) { (head.text) }
        }
        @for (link, curve) in rank { (line(index, scene, link, curve)) }
        @for (node, rect) in scene.nodes.iter().zip(&layout.boxes) { (node_box(index, node, *rect)) }
        @for (link, chip) in scene.links.iter().zip(&layout.chips) {
            @if let Some(chip) = chip { (tier_chip(link, chip)) }
        }
        (legend(layout.bottom + 40.0))
    }
}

fn lane_title(lane: Lane) -> &'static str {
    match lane {
        Lane::Sources => "WHAT CAN REACH IT",
        Lane::Agents => "AGENTS AND MEMORIES",
        Lane::Reach => "WHAT IT CAN REACH",
    }
}

fn line(index: &Index<'_>, scene: &Scene<'_>, link: &Link<'_>, curve: &Curve) -> Markup {
    let asset = |at: usize| scene.nodes.get(at);
    let ends_at = |at: usize| asset(at).map(|it| numbers(index, it)).unwrap_or_default();
    let name = |at: usize| asset(at).map(|it| it.name.clone()).unwrap_or_default();
    let other = if link.agent == link.from { link.to } else { link.from };
    let state = match link.line {
        Line::Open => "open",
        Line::Asked => "asked",
        Line::Closed => "closed",
    };
    let class = format!(
        "link {} {state}{}{}",
        link.label.word(),
        if link.stock { " stock" } else { "" },
        if link.focus { " focus" } else { "" }
    );
    let edges: Vec<_> = link.edges.iter().map(|it| it.id.as_str()).collect();
    html! {
        g class=(class) data-edges=(visible(&edges.join(" "))) data-from=(ends_at(link.from)) data-to=(ends_at(link.to)) {
            title { (line_tip(index, link, &name(link.agent), &name(other))) }
            path class="hit" d=(curve.path()) {}
            (ends(scene, link, curve))
        }
    }
}

/// The line, with arrowheads where content goes and a dot where data is taken from. The line stops short of
/// the point of an arrowhead, or a thick one would blunt it.
fn ends(scene: &Scene<'_>, link: &Link<'_>, curve: &Curve) -> Markup {
    let source = scene.nodes.get(link.from).is_some_and(|it| it.lane == Lane::Sources);
    let (first, last) = match link.way {
        Way::In if source => (false, true),
        Way::In if link.label == Label::Memory => (true, false),
        Way::In => (false, false),
        Way::Out => (false, true),
        Way::Both => (true, true),
    };
    let size = 8.0;
    let back = |on: bool| if on { size - 1.0 } else { 0.0 };
    html! {
        path class="run" d=(curve.cut(back(first), back(last)).path()) {}
        @if first { path class="head" d=(arrow(curve.a, curve.arrives_back(), size)) {} }
        @if last { path class="head" d=(arrow(curve.d, curve.arrives(), size)) {} }
        @if !first && !last {
            circle class="head" cx=(number(curve.d.0 - size / 2.0)) cy=(number(curve.d.1)) r=(number(size / 2.0)) {}
        }
    }
}

/// An arrowhead with its point at `at`.
pub(super) fn arrow((x, y): (f64, f64), (dx, dy): (f64, f64), size: f64) -> String {
    let (bx, by) = (x - dx * size, y - dy * size);
    let wide = size / 2.0;
    let corner = |side: f64| format!("{} {}", number(bx - dy * wide * side), number(by + dx * wide * side));
    format!("M{} {}L{}L{}Z", number(x), number(y), corner(1.0), corner(-1.0))
}

/// The numbers of what a box stands for: ids may hold anything, spaces included.
pub(super) fn numbers(index: &Index<'_>, node: &Node<'_>) -> String {
    let numbers: Vec<_> =
        node.assets.iter().filter_map(|it| index.number(it)).map(|it| it.to_string()).collect();
    numbers.join(" ")
}

fn node_box(index: &Index<'_>, node: &Node<'_>, rect: Rect) -> Markup {
    let folded = node.assets.len() > 1;
    let class = format!(
        "node {}{}{}",
        node.label.word(),
        if node.focus { " focus" } else { "" },
        if folded { " folded" } else { "" }
    );
    let pointed = matches!(node.label, Label::Untrusted | Label::Out);
    let room = rect.w - 2.0 * PAD - if pointed { TIP / 2.0 } else { 0.0 };
    let x = number(rect.x + PAD);
    let base = rect.middle();
    html! {
        g class=(class) data-assets=(numbers(index, node)) {
            title { (node_tip(index, node)) }
            (shape(node, rect))
            text class="name" x=(x) y=(number(base - 4.0)) { (shorten(&node.name, NAME, Weight::Bold, room)) }
            text class="note" x=(x) y=(number(base + 14.0)) { (shorten(&node.note, NOTE, Weight::Regular, room)) }
            rect class="ring" x=(number(rect.x - 4.0)) y=(number(rect.y - 4.0)) width=(number(rect.w + 8.0))
                height=(number(rect.h + 8.0)) rx="10" {}
        }
    }
}

/// The shape says what the colour says: outsiders and ways out point the way harm travels, a store has a
/// spine, a memory has two, an agent a heavy outline, and what is unknown is dashed.
fn shape(node: &Node<'_>, rect: Rect) -> Markup {
    let Rect { x, y, w, h } = rect;
    let spine =
        |x: f64| html! { path class="spine" d=(format!("M{} {}v{}", number(x), number(y), number(h))) {} };
    html! {
        @match node.label {
            Label::Untrusted | Label::Out => path class="shape" d=(pointed(rect)) {},
            _ => rect class="shape" x=(number(x)) y=(number(y)) width=(number(w)) height=(number(h)) rx=(corner(node.label)) {},
        }
        @match node.label {
            Label::Private => (spine(x + 6.0)),
            Label::Memory => { (spine(x + 6.0)) (spine(x + w - 6.0)) }
            _ => {}
        }
    }
}

fn corner(label: Label) -> &'static str {
    match label {
        Label::Private | Label::Memory => "2",
        _ => "8",
    }
}

fn pointed(Rect { x, y, w, h }: Rect) -> String {
    let r = 8.0;
    let shoulder = x + w - TIP;
    [
        format!("M{} {}H{}", number(x + r), number(y), number(shoulder)),
        format!("L{} {}L{} {}", number(x + w), number(y + h / 2.0), number(shoulder), number(y + h)),
        format!("H{}Q{} {} {} {}", number(x + r), number(x), number(y + h), number(x), number(y + h - r)),
        format!("V{}Q{} {} {} {}Z", number(y + r), number(x), number(y), number(x + r), number(y)),
    ]
    .concat()
}

fn tier_chip(link: &Link<'_>, chip: &Chip) -> Markup {
    let Rect { x, y, w, h } = chip.rect;
    let edges: Vec<_> = link.edges.iter().map(|it| it.id.as_str()).collect();
    let focus = if link.focus { " focus" } else { "" };
    html! {
        g class=(format!("chip {}{focus}", link.tier.word().to_ascii_lowercase())) data-edges=(visible(&edges.join(" "))) {
            rect x=(number(x)) y=(number(y)) width=(number(w)) height=(number(h)) rx="4" {}
            text x=(number(x + w / 2.0)) y=(number(y + 13.0)) text-anchor="middle" { (chip.text) }
        }
    }
}

/// What each sort of line means, and where that stands below a map.
const MEANINGS: [(f64, &str, &str); 5] = [
    (24.0, "open", "happens without asking"),
    (260.0, "open asked", "asked first"),
    (426.0, "open closed", "denied or bounded"),
    (630.0, "open stock", "the client’s own, before any configuration"),
    (980.0, "open focus", "the path of the finding"),
];

/// How far the entries of a key stand apart that has them below each other.
const KEY_LINE: f64 = 22.0;

/// What the lines mean, drawn with the lines themselves.
fn legend(y: f64) -> Markup {
    meanings(MEANINGS.map(|(x, class, words)| ((x, y), class, words)))
}

/// The same by itself, each below the other: for screens on which only a part of a map is to be seen at once.
pub(super) fn key() -> Markup {
    let mut y = 0.0;
    let below = MEANINGS.map(|(_, class, words)| {
        y += KEY_LINE;
        ((2.0, y - 6.0), class, words)
    });
    html! {
        svg class="map key" viewBox=(format!("0 0 343 {}", number(y))) width="343" height=(number(y))
            role="img" aria-label="What the lines of a map mean" { (meanings(below)) }
    }
}

fn meanings(entries: [((f64, f64), &str, &str); 5]) -> Markup {
    let sample = |(x, y): (f64, f64)| format!("M{} {}h36", number(x), number(y - 4.0));
    html! {
        g class="legend" {
            @for ((x, y), class, words) in entries {
                g class=(format!("link plain {class}")) { path class="run" d=(sample((x, y))) {} }
                text class="note" x=(number(x + 44.0)) y=(number(y)) { (words) }
            }
        }
    }
}

/// The finding in focus, and what cuts it.
fn caption(focus: &Finding, y: f64) -> Markup {
    let x = column(Lane::Sources).0;
    let room = WIDTH - 2.0 * x;
    let title = format!("{}: {}", focus.severity, visible(&focus.title));
    let cut = focus
        .remedies
        .first()
        .map(|it| format!("Cut it: {} Costs: {}", visible(&it.action), visible(&it.costs)));
    html! {
        text class="name" x=(number(x)) y=(number(y + 8.0)) { (shorten(&title, NAME, Weight::Bold, room)) }
        @if let Some(cut) = cut {
            text class="note" x=(number(x)) y=(number(y + 30.0)) { (shorten(&cut, NOTE, Weight::Regular, room)) }
        }
    }
}
