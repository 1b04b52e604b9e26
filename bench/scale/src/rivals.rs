//! The same closures by others. They are given the edges that matter, as starts and hops; ours reads all edges.

use std::io::Write as _;

use ambit_analysis::closure::{Closures, Columns, Edge, Graph, Node, Role};
use ambit_model::{Gate, Level, Trust, Verb};

use crate::datalog::Flow;
use crate::fleet::grown::grow;
use crate::fleet::shape::Shape;
use crate::machine::{best, best_with, ms};

type Starts = Vec<(u32, u8, u8)>;
type Hops = Vec<(u32, u32, u8)>;

pub fn run(edges: usize, folder: &str) -> anyhow::Result<()> {
    let fleet = grow(&Shape::kept()?, edges, None, 7)?;
    let (starts, hops) = flow(&fleet.columns.nodes, &fleet.columns.edges);
    export(folder, &starts, &hops)?;
    println!("{edges} edges, {} of them starts, {} hops", starts.len(), hops.len());
    let (whole, _) = best_with(5, || fleet.columns.clone(), |it| Graph::of(it).map(|it| Closures::of(&it)));
    println!("ambit       {:>10.2} ms, CPU {:>10.2} ms: from all edges", ms(whole.wall), ms(whole.cpu));
    let given = Columns { edges: flowing(&fleet.columns), stock: Vec::new(), ..fleet.columns.clone() };
    let (build, graph) = best_with(5, || given.clone(), |it| Graph::of(it).expect("numbers of its own"));
    let (close, closures) = best(5, || Closures::of(&graph));
    let both = build + close;
    println!("ambit       {:>10.2} ms, CPU {:>10.2} ms: from the same as others", ms(both.wall), ms(both.cpu));
    println!("ambit       {:>10.2} ms, CPU {:>10.2} ms: the closures of it alone", ms(close.wall), ms(close.cpu));
    let ready = || {
        let mut flow = Flow::default();
        (flow.start, flow.hop) = (starts.clone(), hops.clone());
        flow
    };
    let (took, flow) = best_with(5, ready, |mut flow| {
        flow.run();
        flow
    });
    println!("ascent      {:>10.2} ms, CPU {:>10.2} ms", ms(took.wall), ms(took.cpu));
    let mut least: Vec<Option<u8>> = vec![None; graph.nodes()];
    for it in &flow.held {
        let (node, label, gate) = it;
        if *label < 3 {
            let known = &mut least[*node as usize];
            *known = Some(known.map_or(gate.0, |it| it.min(gate.0)));
        }
    }
    let (mut counts, mut same) = ([0_usize; 3], true);
    for (node, least) in (0..).zip(&least) {
        same &= closures.influence(node).map(|it| it as u8) == *least;
        if let Some(gate) = least {
            counts[*gate as usize] += 1;
        }
    }
    println!("both find the same: {same}; influenced contexts and places by weakest gate: {counts:?}");
    anyhow::ensure!(same, "ascent and the closures differ");
    Ok(())
}

/// The edges of which there is a start or a hop.
fn flowing(columns: &Columns) -> Vec<Edge> {
    let flows = |it: &&Edge| {
        let (starts, hops) = flow(&columns.nodes, std::slice::from_ref(*it));
        !starts.is_empty() || !hops.is_empty()
    };
    columns.edges.iter().filter(flows).copied().collect()
}

/// What begins where, and where it moves on: content public, partner, loaded; then data by kind and level.
fn flow(nodes: &[Node], edges: &[Edge]) -> (Starts, Hops) {
    let (mut starts, mut hops) = (Vec::new(), Vec::new());
    for edge in edges.iter().filter(|it| it.facts.gate() != Gate::Denied) {
        let facts = edge.facts;
        let gate = facts.gate() as u8;
        let to = nodes[edge.to as usize];
        let label = match (facts.verb(), facts.trust(), facts.level()) {
            (Verb::Ingests, Some(Trust::Public), _) => Some(0),
            (Verb::Ingests, Some(Trust::Partner), _) => Some(1),
            (Verb::Loads, Some(Trust::Public), _) => Some(2),
            (Verb::Reads | Verb::Recalls, _, Some(level)) if level > Level::Public => {
                Some(3 + to.kind * 3 + level as u8 - 1)
            }
            _ => None,
        };
        starts.extend(label.map(|it| (edge.from, it, gate)));
        let place = matches!(to.role, Role::Place { .. });
        match facts.verb() {
            Verb::Delegates => {
                hops.push((edge.from, edge.to, gate));
                hops.push((edge.to, edge.from, gate));
            }
            Verb::Writes | Verb::Remembers if place => hops.push((edge.from, edge.to, gate)),
            Verb::Reads | Verb::Recalls if place => hops.push((edge.to, edge.from, gate)),
            _ => {}
        }
    }
    (starts, hops)
}

fn export(folder: &str, starts: &Starts, hops: &Hops) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let write = |name: &str, rows: &mut dyn Iterator<Item = [u32; 3]>| -> anyhow::Result<()> {
        let mut file = std::io::BufWriter::new(std::fs::File::create(format!("{folder}/{name}"))?);
        for row in rows {
            for word in row {
                file.write_all(&word.to_le_bytes())?;
            }
        }
        Ok(file.flush()?)
    };
    write("starts", &mut starts.iter().map(|it| [it.0, it.1.into(), it.2.into()]))?;
    write("hops", &mut hops.iter().map(|it| [it.0, it.1, it.2.into()]))
}
