//! Servers that are there twice: tests make them, compilers write them once more.

use crate::support::read;

const TOOLS: &str = "
import { z } from 'zod';
export function register(server) {
  server.tool('look', 'Look it up', { name: z.string() }, async ({ name }) => ({ content: [{ type: 'text', text: name }] }));
}
";

fn made(name: &str, more: &str) -> String {
    format!(
        "import {{ McpServer }} from '@modelcontextprotocol/sdk/server/mcp.js';\nimport {{ register }} from './tools.js';\nconst server = new McpServer({{ name: '{name}', version: '1' }});\nregister(server);\n{more}"
    )
}

#[test]
fn a_server_that_a_test_makes_to_try_the_program_is_none_beside_it() {
    let more = "server.tool('odd', 'Only here', {}, async () => ({ content: [] }));";
    let served = |files: &[(&str, &str)]| -> Vec<String> {
        let mut all = vec![("src/tools.ts", TOOLS)];
        all.extend(files);
        read(&all).served.into_iter().map(|it| it.name).collect()
    };
    let (own, tried, odd) = (made("own", ""), made("tried", ""), made("odd", more));
    assert_eq!(served(&[("src/index.ts", &own), ("src/index.test.ts", &tried)]), ["own"]);
    // What only a test serves is told.
    assert_eq!(served(&[("src/index.ts", &own), ("src/odd.test.ts", &odd)]), ["own", "odd"]);
    assert_eq!(served(&[("src/index.test.ts", &tried)]), ["tried"]);
}

#[test]
fn what_was_compiled_from_another_file_is_not_read_twice() {
    let own = made("own", "");
    let served = |files: &[(&str, &str)]| -> Vec<String> {
        read(files).served.into_iter().map(|it| format!("{} from {}", it.name, it.path)).collect()
    };
    let both = [
        ("src/tools.ts", TOOLS),
        ("src/index.ts", own.as_str()),
        ("dist/tools.js", TOOLS),
        ("dist/index.js", own.as_str()),
    ];
    assert_eq!(served(&both), ["own from src/index.ts"]);
    let alone = [("dist/tools.js", TOOLS), ("dist/index.js", own.as_str())];
    assert_eq!(served(&alone), ["own from dist/index.js"]);
}
