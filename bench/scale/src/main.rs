//! Measures the closures on fleets that are made from a seed, beside what others need for the same.
//!
//! Usage: `scale curve [MOST]`, `scale rivals EDGES FOLDER`, `scale lock EDGES`, `scale bandwidth`.

mod curve;
mod datalog;
mod fleet;
mod locks;
mod machine;
mod rivals;

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| words.get(at).map_or(Ok(default), |it| it.parse());
    match words.first().map(String::as_str) {
        Some("curve") => curve::run(number(1, 10_000_000)?),
        Some("rivals") => rivals::run(number(1, 1_000_000)?, words.get(2).map_or("target/scale", String::as_str)),
        Some("lock") => locks::run(number(1, 1_000_000)?),
        Some("bandwidth") => {
            println!("{:.1} GB/s", machine::bandwidth() / 1e9);
            Ok(())
        }
        _ => anyhow::bail!("curve, rivals, lock or bandwidth"),
    }
}
