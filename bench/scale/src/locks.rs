//! How long a lock takes to read, and to become columns.

use ambit_analysis::closure::{Closures, Graph, Verdicts, of_lock};
use ambit_model::Lock;

use crate::fleet::grown::grow;
use crate::fleet::named::lock;
use crate::fleet::shape::Shape;
use crate::machine::{best, ms, peak};

pub fn run(edges: usize) -> anyhow::Result<()> {
    // Some edges of a fleet are one row of its lock, so there are more than are asked for.
    let mut lock = lock(&grow(&Shape::kept()?, edges * 2, None, 7)?);
    while lock.edges.len() > edges {
        lock.edges.pop_last();
    }
    let text = lock.write();
    println!("{:.1} MiB of text", text.len() as f64 / (1 << 20) as f64);
    let (read, (lock, problems)) = best(3, || Lock::read("ambit.lock", &text));
    let (wall, cpu) = (ms(read.wall), ms(read.cpu));
    println!("read {} edges in {wall:.0} ms, CPU {cpu:.0} ms; {} problems", lock.edges.len(), problems.len());
    let (number, (columns, _)) = best(3, || of_lock(&lock));
    println!("columns in {:.0} ms, CPU {:.0} ms", ms(number.wall), ms(number.cpu));
    let graph = Graph::of(columns)?;
    let verdicts = Verdicts::of(&graph, &Closures::of(&graph));
    println!("{} verdicts; {:.0} MiB at most", verdicts.all().count(), peak());
    Ok(())
}
