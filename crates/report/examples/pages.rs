//! Writes the sample pages to `target/pages`, to look at: `cargo run -p ambit-report --example pages`.

#[path = "../tests/html_sample/mod.rs"]
mod html_sample;

use ambit_catalog::Catalog;
use ambit_report::{html, picture};

#[expect(clippy::disallowed_methods, reason = "a chore for developers, which writes what it made")]
fn main() -> std::io::Result<()> {
    let folder = std::path::Path::new("target/pages");
    std::fs::create_dir_all(folder)?;
    let catalog = Catalog::compiled().ok();
    let samples = [
        ("team", html_sample::team()),
        ("crowd", html_sample::crowd()),
        ("hostile", html_sample::hostile()),
        ("empty", html_sample::empty()),
    ];
    for (name, assessment) in samples {
        std::fs::write(folder.join(format!("{name}.html")), html::html(&assessment, catalog.as_ref()))?;
        std::fs::write(
            folder.join(format!("{name}.svg")),
            picture::svg(&assessment, &picture::Options::default()),
        )?;
    }
    Ok(())
}
