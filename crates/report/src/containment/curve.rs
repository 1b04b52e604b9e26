//! What is left of the danger against what is lost, as a picture: each corner is a step.

use std::fmt::Write as _;

use ambit_model::Containment;
use ambit_model::containment::Point;
use maud::{Markup, PreEscaped, html};

use super::counted;
use crate::picture::TOKENS;
use crate::risk::words::amount;

/// How lines and words of the picture look.
pub(super) const STYLE: &str = include_str!("curve.css");

/// How wide the picture is: as a file and in a page, and in a page on a small screen, where letters must not shrink with it.
const WIDE: f64 = 800.0;
const NARROW: f64 = 343.0;

/// Its height, and the ground of its axes within it.
const HIGH: f64 = 320.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 24.0;
const ABOVE: f64 = 32.0;
const BELOW: f64 = 264.0;

/// How far what is drawn stays from the axes, so that it does not lie on them.
const CLEAR: f64 = 6.0;

/// How much room the number of a corner takes, from where it begins.
const NUMBER: (f64, f64) = (18.0, 14.0);

/// The picture as a file of its own.
pub(super) fn picture(it: &Containment) -> String {
    let drawn = curve(it, (WIDE, ""), html! { style { (PreEscaped(TOKENS)) (PreEscaped(STYLE)) } });
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", drawn.into_string())
}

/// The picture within a page that has the style.
pub(super) fn within(it: &Containment) -> Markup {
    html! { (curve(it, (WIDE, " wide"), html! {})) (curve(it, (NARROW, " narrow"), html! {})) }
}

fn curve(it: &Containment, (width, class): (f64, &str), style: Markup) -> Markup {
    let (left, right, floor) = (LEFT + CLEAR, width - RIGHT, BELOW - CLEAR);
    let known = !it.curve.is_empty() && it.curve.iter().all(|it| it.residual.is_some());
    let height = |point: &Point| -> f64 {
        let left = counted::to_end(it, point);
        point.residual.filter(|_| known).unwrap_or_else(|| f64::from(u32::try_from(left).unwrap_or(u32::MAX)))
    };
    let budget = it.budget.map(|it| it.most).filter(|_| known);
    let most = it.curve.iter().map(height).chain(budget).fold(1.0, f64::max);
    let wide = it.curve.iter().map(|it| it.loses).fold(1.0, f64::max);
    let up = |height: f64| floor - (floor - ABOVE) * height / most;
    let at = |point: &Point| (left + (right - left) * point.loses / wide, up(height(point)));
    let corners: Vec<(f64, f64)> = it.curve.iter().map(at).collect();
    let title = if known { "expected loss in a year" } else { "findings for the steps to end" };
    let title = match it.severity.filter(|_| !known) {
        Some(severity) => format!("{title}, {severity} or above"),
        None => title.to_owned(),
    };
    let says = format!("{title}, against capability lost");
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class=(format!("curve{class}")) viewBox=(format!("0 0 {width} {HIGH}")) role="img" aria-label=(says) {
            (style)
            title { (says) }
            line class="axis" x1=(LEFT) y1=(BELOW) x2=(right) y2=(BELOW) {}
            line class="axis" x1=(LEFT) y1=(ABOVE) x2=(LEFT) y2=(BELOW) {}
            @if let Some(budget) = budget {
                line class="budget" x1=(LEFT) y1=(round(up(budget))) x2=(right) y2=(round(up(budget))) {}
                text class="word" x=(right) y=(round(up(budget) - 6.0)) text-anchor="end" { "budget " (amount(budget)) }
            }
            path class="left" d=(path(&corners)) {}
            @for (x, y) in &corners {
                circle class="step" cx=(round(*x)) cy=(round(*y)) r="3" {}
            }
            @for (no, x, y) in numbers(&corners, width) {
                text class="number" x=(round(x)) y=(round(y)) { (no) }
            }
            text class="word" x=(LEFT - 8.0) y=(ABOVE + 4.0) text-anchor="end" { (amount(most)) }
            text class="word" x=(LEFT - 8.0) y=(floor + 4.0) text-anchor="end" { "0" }
            text class="word" x=(CLEAR) y=(ABOVE - 14.0) { (title) }
            text class="word" x=(left) y=(BELOW + 20.0) { "0 %" }
            text class="word" x=(right) y=(BELOW + 20.0) text-anchor="end" { (amount(wide)) " %" }
            text class="word" x=(f64::midpoint(left, right)) y=(BELOW + 40.0) text-anchor="middle" { "of what the agents can do is lost" }
        }
    }
}

/// Where the numbers of steps stand: beside their corners, as far as there is room beside those before.
fn numbers(corners: &[(f64, f64)], right: f64) -> Vec<(usize, f64, f64)> {
    let mut placed: Vec<(usize, f64, f64)> = Vec::new();
    for (no, (x, y)) in corners.iter().enumerate().skip(1) {
        let (x, y) = (x + 6.0, y - 6.0);
        let is_free = x + NUMBER.0 <= right
            && placed.iter().all(|(_, a, b)| (x - a).abs() >= NUMBER.0 || (y - b).abs() >= NUMBER.1);
        if is_free {
            placed.push((no, x, y));
        }
    }
    placed
}

/// Down where a step is taken, across by what it costs.
fn path(corners: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (no, (x, y)) in corners.iter().enumerate() {
        let (x, y) = (round(*x), round(*y));
        let _never_fails = if no == 0 { write!(path, "M{x} {y}") } else { write!(path, "H{x}V{y}") };
    }
    path
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_steps_never_stand_on_each_other() {
        let corners: Vec<(f64, f64)> = (0..40_u8).map(|it| (f64::from(it), f64::from(it) * 3.0)).collect();
        let placed = numbers(&corners, 400.0);
        assert!(placed.len() > 1 && placed.len() < corners.len() - 1, "{placed:?}");
        assert_eq!(placed.first().map(|it| it.0), Some(1));
        for (at, (_, x, y)) in placed.iter().enumerate() {
            let is_apart =
                |it: &(usize, f64, f64)| (x - it.1).abs() >= NUMBER.0 || (y - it.2).abs() >= NUMBER.1;
            assert!(placed.iter().skip(at + 1).all(is_apart), "{placed:?}");
        }
        // Two steps that are far apart have both.
        assert_eq!(numbers(&[(0.0, 0.0), (50.0, 40.0), (90.0, 80.0)], 400.0).len(), 2);
        // One that would be cut off has none.
        assert!(numbers(&[(0.0, 0.0), (50.0, 40.0)], 60.0).is_empty());
    }
}
