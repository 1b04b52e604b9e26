//! Chores: `cargo run -p xtask -- <chore>`.

mod bench;
mod labels;
mod schemas;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("bench-inputs") => bench::inputs(words.next()),
        Some("labels") => labels::run(words),
        Some("schemas") => schemas::run(words.next().as_deref() == Some("--check")),
        other => bail!("no chore `{}`; there are: bench-inputs, labels, schemas", other.unwrap_or_default()),
    }
}
