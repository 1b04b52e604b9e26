//! The rows of the contract's table of bad input that need no disk.
#![expect(clippy::panic, reason = "helpers of tests fail as tests do")]

use std::fmt::Write as _;

use ambit_model::Problem;

use super::{memory, read};

/// A file beside the bad one, of which the scan must still make an agent.
const GOOD: (&str, &[u8]) = (".claude/settings.json", br#"{ "permissions": { "allow": ["Read"] } }"#);

/// The one problem that a file of these bytes at `path` gets.
fn problem(path: &str, bytes: impl Into<Vec<u8>>) -> Problem {
    let inventory = read(&memory([(GOOD.0, GOOD.1.to_vec()), (path, bytes.into())]));
    assert_eq!(inventory.inputs.failed, 1, "{path}: {:?}", inventory.inputs);
    assert_eq!(inventory.inputs.read, 1, "{path}: the scan goes on");
    assert_eq!(inventory.agents.len(), 1, "{path}: the scan goes on");
    let [problem] = inventory.inputs.problems.as_slice() else { panic!("{:?}", inventory.inputs.problems) };
    assert_eq!(problem.path, path);
    assert!(problem.line >= 1 && problem.column >= 1, "{problem:?}");
    assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{problem:?}");
    assert!(problem.message.len() < 200, "{}", problem.message);
    problem.clone()
}

const JSON: &str = ".mcp.json";
const YAML: &str = ".continue/config.yaml";
const TOML: &str = ".codex/config.toml";
const HCL: &str = "infra/main.tf";
const MANIFEST: &str = "deploy/mcp.yaml";

#[test]
fn malformed_files_say_where() {
    let found = problem(JSON, "{\n  \"mcpServers\": {]\n}");
    assert_eq!((found.line, found.column), (2, 18), "{found:?}");
    let found = problem(YAML, "name: a\nmodels: [a, b\nrules: {");
    assert!(found.line >= 2, "{found:?}");
    let found = problem(TOML, "model = \"a\"\n[mcp_servers.x\n");
    assert_eq!(found.line, 2, "{found:?}");
}

#[test]
fn what_is_nested_too_deep_is_a_problem() {
    const LEVELS: usize = 100_000;
    let nests = [
        (JSON, "[".repeat(LEVELS) + &"]".repeat(LEVELS)),
        (JSON, "[".repeat(LEVELS)),
        (JSON, "{\"a\":".repeat(LEVELS) + "1" + &"}".repeat(LEVELS)),
        (YAML, "[".repeat(LEVELS) + &"]".repeat(LEVELS)),
        (YAML, "{a: ".repeat(LEVELS)),
        (YAML, "- ".repeat(LEVELS)),
        (YAML, (0..2000).map(|it| " ".repeat(it) + "a:").collect::<Vec<_>>().join("\n")),
        (TOML, format!("a = {}{}", "[".repeat(LEVELS), "]".repeat(LEVELS))),
        (TOML, format!("a = {}", "{ a = ".repeat(LEVELS))),
        (TOML, format!("{}a = 1", "a.".repeat(LEVELS))),
        (TOML, format!("[{}a]", "a.".repeat(LEVELS))),
        (HCL, format!("# aws_bedrock\na = {}1{}\n", "[".repeat(LEVELS), "]".repeat(LEVELS))),
        (HCL, format!("# aws_bedrock\na = {}\n", "\"${".repeat(LEVELS))),
        (HCL, format!("# aws_bedrock\n{}", "a {\n".repeat(LEVELS))),
        (MANIFEST, format!("mcp: {}", "[".repeat(LEVELS))),
    ];
    for (path, text) in nests {
        problem(path, text);
    }
}

#[test]
fn a_depth_that_a_parser_still_takes_is_a_problem_too() {
    let found = problem(JSON, "[".repeat(200) + &"]".repeat(200));
    assert_eq!(found.message, "nested deeper than 128 levels");
    let found = problem(YAML, "[".repeat(200) + &"]".repeat(200));
    assert_eq!(found.message, "nested deeper than 128 levels");
}

#[test]
fn wrong_encodings_are_problems() {
    let text = "{ \"mcpServers\": {} }";
    let little: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> =
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    assert!(problem(JSON, little).message.contains("UTF-16"));
    assert!(problem(JSON, big).message.contains("UTF-16"));
    let bare: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(problem(JSON, bare).message.contains("zero byte"));
    let found = problem(JSON, b"{\n \"caf\xe9\": 1 }".to_vec());
    assert_eq!((found.line, found.column), (2, 6), "{found:?}");
    let found = problem(TOML, b"\xef\xbb\xbfa = \"\xff\"".to_vec());
    assert_eq!((found.line, found.column), (1, 6), "{found:?}");
    assert!(problem(YAML, b"name: a\0b".to_vec()).message.contains("zero byte"));
}

#[test]
fn a_byte_order_mark_before_utf_8_is_fine() {
    let inventory = read(&memory([(GOOD.0, [b"\xef\xbb\xbf", GOOD.1].concat())]));
    assert_eq!((inventory.inputs.read, inventory.inputs.problems.len()), (1, 0));
}

#[test]
fn a_file_that_is_too_large_is_a_problem() {
    let found = problem(JSON, vec![b' '; 9 * 1024 * 1024]);
    assert_eq!(found.message, "larger than 8 MiB");
}

#[test]
fn code_that_is_too_large_is_a_problem_where_it_has_to_do_with_agents() {
    for (path, import) in
        [("bot.py", "from agents import Agent\n"), ("bot.ts", "import { Agent } from '@openai/agents';\n")]
    {
        for size in [3, 10] {
            let one_line = format!("{import}x = [{}]\n", "1,".repeat(size * 512 * 1024));
            let found = problem(path, one_line.as_bytes());
            assert!(found.message.ends_with("larger than 2 MiB, so it was not parsed"), "{found:?}");
            let other =
                read(&memory([(path, format!("x = [{}]\n", "1,".repeat(size * 512 * 1024)).into_bytes())]));
            assert_eq!(
                (other.inputs.failed, other.inputs.ignored),
                (0, 1),
                "{path}: nothing to do with agents"
            );
        }
    }
}

#[test]
fn aliases_that_multiply_are_problems() {
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut nests = "a0: &a0 [x]\n".to_owned();
    for level in 1..60 {
        let below = level - 1;
        let nine = vec![format!("*a{below}"); 9].join(", ");
        let _ = writeln!(laughs, "a{level}: &a{level} [{nine}]");
        let _ = writeln!(nests, "a{level}: &a{level} {}*a{below}{}", "[".repeat(100), "]".repeat(100));
    }
    // One long text, many times: few values, gigabytes of text.
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1_000_000), vec!["*a"; 100_000].join(","));
    // Each anchor keeps a copy of all below it.
    let anchors: Vec<String> = (0..120).map(|it| format!("&a{it} [")).collect();
    let kept = anchors.concat() + &"x,".repeat(100_000) + &"]".repeat(120);
    let itself = "a: &a [*a, *a]";
    for text in [laughs, nests, long, kept] {
        problem(YAML, text);
    }
    assert_eq!(read(&memory([(YAML, itself.as_bytes().to_vec())])).inputs.seen, 1);
}

#[test]
fn front_matter_that_multiplies_leaves_the_page_without_metadata() {
    let mut text = "---\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..60 {
        let nine = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{nine}]");
    }
    let inventory = read(&memory([(".claude/agents/a.md", (text + "---\nBody\n").into_bytes())]));
    assert_eq!((inventory.inputs.read, inventory.inputs.problems.len()), (1, 1));
}

/// Each of these took hours or all memory when positions, pointers or values were not bounded.
#[test]
fn size_alone_costs_little() {
    const MANY: usize = 30_000;
    let long_line = format!("{{\"mcpServers\":{{}},\"x\":[{}1]}}", "1,".repeat(MANY));
    let long_key = format!(
        "{{\"mcpServers\":{{\"{}\":{{\"command\":\"x\",\"args\":[{}\"a\"]}}}}}}",
        "k".repeat(1_000_000),
        "\"a\",".repeat(MANY),
    );
    let long_yaml = format!("mcpServers: [{}1]", "1,".repeat(MANY));
    let long_toml = format!("a = [{}1]", "1,".repeat(MANY));
    let files = [(JSON, long_line), ("a/.mcp.json", long_key), (YAML, long_yaml), (TOML, long_toml)];
    let inventory = read(&memory(files.iter().map(|(path, text)| (*path, text.clone().into_bytes()))));
    assert_eq!(inventory.inputs.seen, 4);
    assert!(inventory.inputs.problems.len() < 400, "one file's problems bury all others");
    for (path, open) in [(JSON, "["), (YAML, "["), (TOML, "a=[")] {
        let text = open.to_owned() + &"[],".repeat(500_000) + "]";
        let found = problem(path, text);
        assert!(found.message.starts_with("more than 400000"), "{found:?}");
    }
}

#[test]
fn columns_count_characters_in_long_lines() {
    let text = format!("{{\"{}\": {{]", "é".repeat(1000));
    let found = problem(JSON, text);
    assert_eq!((found.line, found.column), (1, 1007), "{found:?}");
}

#[test]
fn repeated_keys_are_told_of_and_both_count() {
    let text = r#"{ "mcpServers": { "a": { "command": "x" }, "a": { "command": "y" } } }"#;
    let inventory = read(&memory([(JSON, text.as_bytes().to_vec())]));
    assert_eq!((inventory.inputs.read, inventory.servers.len()), (1, 2));
    assert!(inventory.inputs.problems[0].message.contains("appears twice"));
}

#[test]
fn nothing_and_white_space_are_files_like_any_other() {
    for path in [JSON, YAML, TOML, ".claude/agents/a.md", "CLAUDE.md"] {
        for bytes in ["", "\n", " \t\r\n", "---", "---\n---", "null"] {
            let inventory = read(&memory([(path, bytes.as_bytes().to_vec())]));
            assert_eq!(inventory.inputs.seen, 1);
        }
    }
}

#[test]
fn what_is_imported_is_bounded_and_cannot_break_the_scan() {
    let names: Vec<String> = (0..500).map(|it| format!("@docs/{it}.md")).collect();
    let mut files: Vec<(String, Vec<u8>)> = (0..500)
        .map(|it| (format!("docs/{it}.md"), format!("@{}.md @../CLAUDE.md\n", (it + 1) % 500).into_bytes()))
        .collect();
    files.push(("CLAUDE.md".to_owned(), names.join("\n").into_bytes()));
    files.push(("b/CLAUDE.md".to_owned(), b"@raw.bin @odd.md\n".to_vec()));
    files.push(("b/raw.bin".to_owned(), vec![0, 1, 2]));
    files.push(("b/odd.md".to_owned(), vec![b'a', 0xff, b'\n']));
    let inventory = read(&memory(files.iter().map(|(path, bytes)| (path.as_str(), bytes.clone()))));
    let [agent] = inventory.agents.as_slice() else { panic!("{:?}", inventory.agents) };
    assert_eq!(agent.instructions.len(), 102, "two rules files, and the first hundred of what they import");
    let messages: Vec<&str> = inventory.inputs.problems.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "imports more files than are followed: 100 were left out",
            "imports `raw.bin`, not read: binary, or not UTF-8: it has a zero byte",
            "imports `odd.md`, not read: not UTF-8: the byte at offset 1 is no character",
        ]
    );
}
