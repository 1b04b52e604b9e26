//! Chores.

mod schemas;

use anyhow::bail;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["schemas"] => schemas::run(false),
        ["schemas", "--check"] => schemas::run(true),
        _ => bail!("expected `schemas` or `schemas --check`"),
    }
}
