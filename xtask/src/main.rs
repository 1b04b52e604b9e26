//! Chores: `cargo run -p xtask -- <chore>`.
#![expect(clippy::print_stdout, reason = "a chore answers on stdout")]

mod bench;
mod labels;
mod reading;
mod schemas;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("bench-inputs") => bench::inputs(words.next()),
        Some("contain") => {
            println!("{}", xtask::contain::run(words)?);
            Ok(())
        }
        Some("docs") => xtask::docs::run(words.next().as_deref() == Some("--check")),
        Some("effects") => {
            print!("{}", xtask::effects::run(words)?);
            Ok(())
        }
        Some("fleet") => {
            println!("{}", xtask::fleet::run(words)?);
            Ok(())
        }
        Some("labels") => labels::run(words),
        Some("noise") => {
            println!("{}", xtask::noise::run(words)?);
            Ok(())
        }
        Some("reading") => reading::run(words),
        Some("schemas") => schemas::run(words.next().as_deref() == Some("--check")),
        other => bail!(
            "no chore `{}`; there are: bench-inputs, contain, docs, effects, fleet, labels, noise, reading, schemas",
            other.unwrap_or_default()
        ),
    }
}
