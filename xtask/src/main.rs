//! Chores: `cargo run -p xtask -- <chore>`.

mod labels;

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    match words.next().as_deref() {
        Some("labels") => labels::run(words),
        other => anyhow::bail!("no chore `{}`; there is: labels", other.unwrap_or_default()),
    }
}
