//! The map and its findings, by the number of servers of one agent.
#![expect(clippy::expect_used, reason = "without the catalog there is nothing to measure")]

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};

fn main() {
    divan::main();
}

#[divan::bench(args = [1, 10, 50])]
fn assess(bencher: divan::Bencher<'_, '_>, servers: usize) {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let packages =
        ["@modelcontextprotocol/server-github", "@modelcontextprotocol/server-filesystem", "unheard-of"];
    let entry = |(it, package)| {
        format!(r#""s{it}":{{"command":"npx","args":["-y","{package}@1.{it}.0","/srv/{it}"]}}"#)
    };
    let entries = (0..servers).zip(packages.into_iter().cycle()).map(entry).collect::<Vec<_>>().join(",");
    let list = format!("{{\"mcpServers\":{{{entries}}}}}");
    let settings = r#"{ "permissions": { "allow": ["WebFetch", "Read", "Bash(git:*)"] } }"#;
    let source = Memory::of([(".mcp.json", list.as_str()), (".claude/settings.json", settings)]);
    let inventory = ambit_discovery::read(&source, &catalog, &Settings::default());
    bencher.with_inputs(|| inventory.clone()).bench_values(|it| ambit_analysis::assess(it, &catalog));
}
