//! The order in which a disk lists files does not show.

use ambit_discovery::source::{Listing, Unread};
use ambit_discovery::{Memory, Source};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::read;

/// Files in memory, listed in an order of its own.
struct Shuffled {
    files: Memory,
    keys: Vec<u32>,
}

impl Source for Shuffled {
    fn list(&self) -> Listing {
        let mut listing = self.files.list();
        let mut keyed: Vec<_> = self.keys.iter().cycle().zip(listing.files.drain(..)).collect();
        keyed.sort_by_key(|(key, _)| **key);
        listing.files = keyed.into_iter().map(|(_, it)| it).collect();
        listing
    }

    fn read_up_to(&self, path: &str, largest: u64) -> Result<Vec<u8>, Unread> {
        self.files.read_up_to(path, largest)
    }
}

fn files() -> Memory {
    let mut files = Memory::of([
        (
            ".claude/settings.json",
            r#"{ "permissions": { "allow": ["Bash(git status:*)"], "deny": ["mcp__a"] } }"#,
        ),
        (".claude/settings.local.json", r#"{ "permissions": { "defaultMode": "plan" } }"#),
        (".claude/agents/one.md", "---\nname: one\ntools: Read, Bash\n---\nDo it."),
        (".claude/agents/two.md", "---\nname: one\ntools: Write\n---\nThe same name."),
        (".mcp.json", r#"{ "mcpServers": { "a": { "command": "npx", "args": ["x@1"] } } }"#),
        (".cursor/mcp.json", r#"{ "mcpServers": { "b": { "command": "npx", "args": ["x@1"] } } }"#),
        (
            "api/.mcp.json",
            r#"{ "mcpServers": { "a": { "command": "npx", "args": ["x@1"] }, "c": { "url": "https://c.example/mcp" } } }"#,
        ),
        ("bad/.mcp.json", "{"),
        ("dump.json", r#"{ "tools": [ { "name": "t", "inputSchema": {} } ] }"#),
        ("dump2.json", r#"{ "server": "dump", "tools": [ { "name": "t", "inputSchema": {} } ] }"#),
        ("CLAUDE.md", "Be kind."),
    ]);
    // Enough for a second thread.
    for index in 0..80 {
        files
            .0
            .insert(format!("src/{index}/.mcp.json"), files.0.get(".mcp.json").cloned().unwrap_or_default());
    }
    files
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 32, failure_persistence: None, rng_seed: RngSeed::Fixed(1), ..ProptestConfig::default()
    })]

    #[test]
    fn any_order_of_entries_gives_the_same_inventory(keys in prop::collection::vec(any::<u32>(), 91)) {
        let sorted = read(&files());
        let shuffled = read(&Shuffled { files: files(), keys });
        prop_assert_eq!(format!("{sorted:?}"), format!("{shuffled:?}"));
    }
}
