//! The loss exceedance curve: how likely a year costs more than so much. The line is with every input at its mean, the band
//! what the inputs may as well be.

use ambit_model::risk::{Estimate, Point, Risk};
use maud::{Markup, PreEscaped, html};

use super::words::{amount, percent};
use crate::picture::TOKENS;
use crate::visible::visible;

/// The picture, and the room above its axes.
#[derive(Debug, Clone, Copy)]
struct Frame {
    width: f64,
    height: f64,
    top: f64,
    /// What it is called in a page, by how much room there is.
    class: &'static str,
}

/// As a file of its own, in a page, and in a page on a small screen, where letters must not shrink with the picture.
const FILE: Frame = Frame { width: 720.0, height: 380.0, top: 56.0, class: "" };
const WIDE: Frame = Frame { width: 1000.0, height: 340.0, top: 20.0, class: " wide" };
const NARROW: Frame = Frame { width: 343.0, height: 260.0, top: 20.0, class: " narrow" };

/// The room around the axes.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 24.0;
const BOTTOM: f64 = 64.0;

/// What line and band are.
const LEGEND: &str = "line: every input at its mean; band: nine times in ten, over what the inputs may be";

/// What the picture shows.
pub(super) const TITLE: &str = "How likely a year costs more";

/// How wide a letter of a note is, and how far it stands from what it is about.
const LETTER: f64 = 6.6;
const APART: f64 = 6.0;

const STYLE: &str = include_str!("curve.css");

/// The curve as a file of its own.
pub(super) fn file(risk: &Risk) -> Markup {
    html! {
        svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox=(format!("0 0 {} {}", FILE.width, FILE.height))
            width=(number(FILE.width)) height=(number(FILE.height)) role="img" {
            title { (TITLE) ": loss exceedance curve" }
            style { (PreEscaped(TOKENS)) (PreEscaped(STYLE)) }
            rect class="ground" width=(number(FILE.width)) height=(number(FILE.height)) {}
            text class="name" x=(number(LEFT)) y="24" { (TITLE) }
            text class="note" x=(number(LEFT)) y="42" { (LEGEND) }
            (body(risk, FILE))
        }
    }
}

/// The curve as a part of a page, which brings the style.
pub(super) fn part(risk: &Risk) -> Markup {
    html! {
        p class="about" { (LEGEND) }
        @for frame in [WIDE, NARROW] {
            svg class=(format!("curve{}", frame.class)) viewBox=(format!("0 0 {} {}", frame.width, frame.height))
                role="img" aria-label=(TITLE) {
                (body(risk, frame))
            }
        }
    }
}

/// What a page needs beside its own style.
pub(super) fn style() -> String {
    STYLE.to_owned()
}

/// Where a point stands: losses by their powers of ten, likelihoods from nothing to the most.
struct Scale<'r> {
    frame: Frame,
    points: &'r [Point],
    first: f64,
    last: f64,
    most: f64,
}

impl<'r> Scale<'r> {
    fn of(risk: &'r Risk, frame: Frame) -> Option<Self> {
        let points = told(&risk.curve);
        let (first, last) = (points.first()?.loss, points.last()?.loss);
        let most = points.iter().map(|it| it.likelihood.high).fold(0.0, f64::max);
        // To the next tenth, so that the axis ends in a round number.
        let most = [0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0]
            .into_iter()
            .find(|it| *it >= most)
            .unwrap_or(1.0);
        (last > first && first > 0.0).then_some(Self { frame, points, first, last, most })
    }

    fn x(&self, loss: f64) -> f64 {
        let along = (loss / self.first).ln() / (self.last / self.first).ln();
        LEFT + along * (self.frame.width - LEFT - RIGHT)
    }

    fn y(&self, likelihood: f64) -> f64 {
        let up = likelihood / self.most;
        let bottom = self.frame.height - BOTTOM;
        bottom - up * (bottom - self.frame.top)
    }

    fn points(&self, of: fn(&Estimate) -> f64) -> Vec<String> {
        let point =
            |it: &Point| format!("{},{}", number(self.x(it.loss)), number(self.y(of(&it.likelihood))));
        self.points.iter().map(point).collect()
    }
}

/// The points from the last on at which a year costs more as likely as it costs anything: before it the curve says nothing.
fn told(points: &[Point]) -> &[Point] {
    let Some(first) = points.first().map(|it| it.likelihood) else { return points };
    let flat = points.iter().take_while(|it| it.likelihood == first).count();
    points.get(flat.saturating_sub(1).min(points.len().saturating_sub(2))..).unwrap_or(points)
}

fn body(risk: &Risk, frame: Frame) -> Markup {
    let Some(scale) = Scale::of(risk, frame) else {
        return html! {
            text class="note" x=(number(APART)) y=(number(frame.top)) { "Nothing happened in any year that was drawn." }
        };
    };
    let line = scale.points(|it| it.expected).join(" ");
    let (high, low) = (scale.points(|it| it.high), scale.points(|it| it.low));
    let band: Vec<String> = high.iter().chain(low.iter().rev()).cloned().collect();
    let unit = visible(&risk.unit).into_owned();
    let (bottom, right) = (frame.height - BOTTOM, frame.width - RIGHT);
    html! {
        @for step in 0_u8..=4 {
            @let likely = scale.most * f64::from(step) / 4.0;
            @let y = scale.y(likely);
            line class="grid" x1=(number(LEFT)) x2=(number(right)) y1=(number(y)) y2=(number(y)) {}
            text class="tick" x=(number(LEFT - 8.0)) y=(number(y + 4.0)) text-anchor="end" { (percent(likely)) }
        }
        @for loss in ticks(&scale) {
            @let x = scale.x(loss);
            line class="grid" x1=(number(x)) x2=(number(x)) y1=(number(frame.top)) y2=(number(bottom)) {}
            text class="tick" x=(number(x)) y=(number(bottom + 18.0)) text-anchor="middle" { (amount(loss)) }
        }
        polygon class="band" points=(band.join(" ")) {}
        // Its sides lie on the axes and are none of it.
        polyline class="edge" points=(high.join(" ")) {}
        polyline class="edge" points=(low.join(" ")) {}
        polyline class="line" points=(line) {}
        (mark(risk, &scale))
        text class="note" x=(number(f64::midpoint(LEFT, right))) y=(number(frame.height - 16.0)) text-anchor="middle" {
            "loss in a year, " (unit)
        }
    }
}

/// The average year, where it falls into the picture.
fn mark(risk: &Risk, scale: &Scale<'_>) -> Markup {
    let loss = risk.total.loss.expected;
    let x = scale.x(loss);
    let top = scale.frame.top;
    let says = format!("on average {}", amount(loss));
    let (at, anchor) = beside(x, &says, scale.frame.width);
    html! {
        @if loss >= scale.first && loss <= scale.last {
            line class="mark" x1=(number(x)) x2=(number(x)) y1=(number(top)) y2=(number(scale.frame.height - BOTTOM)) {}
            text class="note" x=(number(at)) y=(number(top + 12.0)) text-anchor=(anchor) { (says) }
        }
    }
}

/// Where words about what stands at `x` begin or end: on its right, as far as they fit into the picture.
fn beside(x: f64, says: &str, width: f64) -> (f64, &'static str) {
    let wide: f64 = says.chars().map(|_| LETTER).sum();
    if x + APART + wide <= width { (x + APART, "start") } else { (x - APART, "end") }
}

/// The powers of ten in the picture.
fn ticks(scale: &Scale<'_>) -> Vec<f64> {
    let mut at = 1.0;
    while at > scale.first {
        at /= 10.0;
    }
    while at < scale.first * 0.999 {
        at *= 10.0;
    }
    let mut ticks = Vec::new();
    while at <= scale.last * 1.001 && ticks.len() < 12 {
        ticks.push(at);
        at *= 10.0;
    }
    ticks
}

fn number(it: f64) -> String {
    let text = format!("{it:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use ambit_model::risk::Estimate;

    use super::*;

    fn point(loss: f64, likely: f64) -> Point {
        Point { loss, likelihood: Estimate { expected: likely, low: likely / 2.0, high: likely } }
    }

    #[test]
    fn words_that_do_not_fit_on_the_right_stand_on_the_left() {
        assert_eq!(beside(100.0, "on average 14k", 720.0), (106.0, "start"));
        assert_eq!(beside(690.0, "on average 14k", 720.0), (684.0, "end"));
    }

    #[test]
    fn the_curve_begins_where_it_begins_to_fall() {
        let points = [point(0.1, 0.9), point(1.0, 0.9), point(10.0, 0.9), point(100.0, 0.4), point(1e3, 0.0)];
        assert_eq!(told(&points).first().map(|it| it.loss), Some(10.0));
        // Where it never falls there are still two points.
        assert_eq!(told(points.get(..3).unwrap_or_default()).len(), 2);
        assert!(told(&[]).is_empty());
    }
}
