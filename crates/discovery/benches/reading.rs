//! The inner parts of reading: parsers, and a pass over files of which few matter.
#![expect(clippy::expect_used, reason = "without the catalog there is nothing to measure")]

use ambit_catalog::Catalog;
use ambit_discovery::tree::{Syntax, parse};
use ambit_discovery::{Memory, Settings};

fn main() {
    divan::main();
}

/// Entries of servers, on one line as programs write them.
fn servers(count: usize) -> String {
    let entry =
        |it| format!(r#""s{it}":{{"command":"npx","args":["-y","a@1.{it}.0"],"env":{{"A":"${{B}}"}}}}"#);
    format!("{{\"mcpServers\":{{{}}}}}", (0..count).map(entry).collect::<Vec<_>>().join(","))
}

#[divan::bench(args = [10, 100, 1000, 10_000])]
fn json(bencher: divan::Bencher<'_, '_>, count: usize) {
    let text = servers(count);
    bencher.bench(|| parse(&text, Syntax::Json, &mut Vec::new()));
}

#[divan::bench(args = [10, 100, 1000])]
fn yaml(bencher: divan::Bencher<'_, '_>, count: usize) {
    let entry = |it| format!("s{it}:\n  command: npx\n  args: [-y, a@1.{it}.0]");
    let text = (0..count).map(entry).collect::<Vec<_>>().join("\n");
    bencher.bench(|| parse(&text, Syntax::Yaml, &mut Vec::new()));
}

#[divan::bench(args = [10, 1000, 10_000])]
fn files_that_do_not_matter(bencher: divan::Bencher<'_, '_>, count: usize) {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let endings = ["json", "md", "py", "rs", "yaml"].into_iter().cycle();
    let file = |(it, ending)| (format!("src/part{}/file{it}.{ending}", it % 50), vec![b'a'; 2000]);
    let source = Memory((0..count).zip(endings).map(file).collect());
    bencher.bench(|| ambit_discovery::read(&source, &catalog, &Settings::default()));
}
