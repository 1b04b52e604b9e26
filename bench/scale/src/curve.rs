//! Times by the number of edges.

use ambit_analysis::closure::{Closures, Composition, Edge, Graph, Live, Verdicts, witness};

use crate::fleet::chance::Chance;
use crate::fleet::grown::{Fleet, grow};
use crate::fleet::shape::Shape;
use crate::machine::{bandwidth, best, best_with, ms, once, peak};

pub fn run(most: usize) -> anyhow::Result<()> {
    let shape = Shape::kept()?;
    let speed = bandwidth();
    println!("memory is read at {:.1} GB/s by two threads", speed / 1e9);
    println!(
        "{:>10} {:>7} {:>9} {:>7} | {:>8} {:>8} {:>8} {:>8} {:>8} | {:>7} | {:>7} {:>7} | {:>8} {:>8} | {:>5}",
        "edges", "agents", "nodes", "hops", "build ms", "closures", "verdicts", "all ms", "CPU ms", "x limit", "way ms",
        "worst", "added ms", "worst", "MiB"
    );
    let mut points = Vec::new();
    let mut edges = 1_000;
    while edges <= most {
        let fleet = grow(&shape, edges, None, 7)?;
        points.push((edges as f64, one(fleet, speed)?));
        edges *= 10;
    }
    println!("CPU time grows as edges^{:.2} over all, ^{:.2} from 10^5 on", exponent(&points), exponent(points.get(2..).unwrap_or_default()));
    Ok(())
}

/// Measures one fleet, prints its line, and returns the time of all processors in seconds.
fn one(fleet: Fleet, speed: f64) -> anyhow::Result<f64> {
    let Fleet { columns, via, blocks } = fleet;
    drop(via);
    let (edges, nodes) = (columns.edges.len(), columns.nodes.len());
    let runs = if edges > 2_000_000 { 3 } else { 7 };
    let (build, graph) = best_with(runs, || columns.clone(), Graph::of);
    let graph = graph?;
    let (close, closures) = best(runs, || Closures::of(&graph));
    let (judge, verdicts) = best(runs, || Verdicts::of(&graph, &closures));
    let all = build + close + judge;
    let mut chance = Chance::new(3);
    let fired: Vec<(u32, Composition)> = verdicts.all().map(|it| (it.0, it.1)).collect();
    let mut ways: Vec<f64> = Vec::new();
    for _ in 0..200.min(fired.len()) {
        let asked = fired[chance.below(fired.len())];
        let (took, found) = once(|| witness(&graph, &closures, &verdicts, asked));
        ways.push(ms(took.cpu));
        assert!(found.is_some(), "a composition that fires has a way");
    }
    let hops = graph.hops();
    drop((graph, closures, verdicts));
    // One edge of each sort that there is, and agents that are handed work.
    let mut live = Live::of(columns.clone())?;
    let mut added: Vec<f64> = Vec::new();
    for _ in 0..100 {
        let like = columns.edges[chance.below(edges)];
        let agent = blocks.agents.start + chance.below(blocks.agents.len()) as u32;
        let (took, done) = once(|| live.add(Edge { from: agent, ..like }));
        done?;
        added.push(ms(took.cpu));
    }
    let hop = columns.edges.iter().filter(|it| it.facts.verb() == ambit_model::Verb::Delegates).take(50);
    for like in hop.copied().collect::<Vec<_>>() {
        let agent = blocks.agents.start + chance.below(blocks.agents.len()) as u32;
        let (took, done) = once(|| live.add(Edge { to: agent, ..like }));
        done?;
        added.push(ms(took.cpu));
    }
    // Each edge is read once to gather and once by each of two threads to put it in its place, whose number is written;
    // each node has 28 bytes of state that are written by two threads, joined, and read; each hop 16 in two lists.
    let bytes = edges * (12 + 24 + 4) + nodes * 28 * 4 + hops * 16 * 4;
    println!(
        "{edges:>10} {:>7} {nodes:>9} {hops:>7} | {:>8.2} {:>8.2} {:>8.2} {:>8.2} {:>8.2} | {:>7.1} | {:>7.3} {:>7.3} | {:>8.3} {:>8.3} | {:>5.0}",
        blocks.agents.len(), ms(build.wall), ms(close.wall), ms(judge.wall), ms(all.wall), ms(all.cpu),
        all.wall.as_secs_f64() / (bytes as f64 / speed), median(&mut ways), worst(&ways), median(&mut added),
        worst(&added), peak(),
    );
    Ok(all.cpu.as_secs_f64())
}

fn median(all: &mut [f64]) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

fn worst(all: &[f64]) -> f64 {
    all.iter().copied().fold(f64::NAN, f64::max)
}

/// The slope of a straight line through the logarithms, by least squares.
fn exponent(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|it| it.0), mean(|it| it.1));
    let both: f64 = logs.iter().map(|it| (it.0 - x) * (it.1 - y)).sum();
    both / logs.iter().map(|it| (it.0 - x).powi(2)).sum::<f64>()
}
