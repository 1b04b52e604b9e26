//! What other scanners get wrong, each as a small case: a false alarm that must not be there, or a silence that
//! must not be.

use std::collections::BTreeMap;

use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::{Assessment, Confidence, Finding, Severity};

fn assess(files: &[(&str, &str)]) -> Assessment {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let files: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let inventory = ambit_discovery::read(&Memory(files), &catalog, &Settings::default());
    assert!(inventory.inputs.problems.is_empty(), "{:?}", inventory.inputs.problems);
    ambit_analysis::assess(inventory, &catalog)
}

fn of<'a>(assessment: &'a Assessment, rule: &str) -> Vec<&'a Finding> {
    assessment.findings.iter().filter(|it| it.rule == rule).collect()
}

fn high(assessment: &Assessment) -> Vec<&str> {
    let bad = assessment.findings.iter().filter(|it| it.severity >= Severity::High);
    bad.map(|it| it.message.as_str()).collect()
}

const TIME: &str = r#""time": { "command": "uvx", "args": ["mcp-server-time==2025.9.25"] }"#;
const FETCH: &str = r#""fetch": { "command": "uvx", "args": ["mcp-server-fetch==2025.4.7"] }"#;
const POSTGRES: &str = r#""postgres": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-postgres@0.6.2", "postgresql://db/app"] }"#;

fn servers(entries: &[&str]) -> String {
    format!(r#"{{ "mcpServers": {{ {} }} }}"#, entries.join(", "))
}

#[test]
fn the_official_time_server_is_no_copy_of_another() {
    let file = servers(&[TIME, r#""git": { "command": "uvx", "args": ["mcp-server-git==2025.9.25"] }"#]);
    let found = assess(&[(".mcp.json", &file)]);
    assert!(of(&found, "lookalike-package").is_empty());
    let copy = file.replace("mcp-server-time", "mcp-server-tlme");
    assert_eq!(of(&assess(&[(".mcp.json", &copy)]), "lookalike-package").len(), 1);
}

#[test]
fn a_known_clock_gives_nothing_of_weight() {
    let found = assess(&[(".mcp.json", &servers(&[TIME]))]);
    assert_eq!(high(&found), Vec::<&str>::new());
}

#[test]
fn a_weather_server_that_looks_a_city_up_gives_nothing_of_weight() {
    let list = r#"{ "server": "weather", "tools": [{ "name": "get_weather",
        "description": "Returns the current temperature in a city.",
        "inputSchema": { "type": "object", "properties": { "city": { "type": "string" } } } }] }"#;
    let file = servers(&[r#""weather": { "command": "node", "args": ["./weather.js"] }"#]);
    let found = assess(&[(".mcp.json", &file), ("weather.json", list)]);
    assert_eq!(high(&found), Vec::<&str>::new());
}

#[test]
fn a_header_that_authenticates_is_seen() {
    let with = r#""crm": { "type": "http", "url": "https://crm.example.com/mcp", "headers": { "Authorization": "Bearer ${T}" } }"#;
    let without = r#""crm": { "type": "http", "url": "https://crm.example.com/mcp" }"#;
    assert!(of(&assess(&[(".mcp.json", &servers(&[with]))]), "unauthenticated-remote").is_empty());
    assert_eq!(of(&assess(&[(".mcp.json", &servers(&[without]))]), "unauthenticated-remote").len(), 1);
}

#[test]
fn a_denial_is_not_taken_for_what_it_denies() {
    let deny = r#"{ "permissions": { "deny": ["Bash(rm -rf:*)", "Bash(curl:*)", "Bash", "WebFetch"] } }"#;
    let found = assess(&[(".claude/settings.json", deny)]);
    assert_eq!(high(&found), Vec::<&str>::new());
    let allow = deny.replace("deny", "allow");
    assert!(!high(&assess(&[(".claude/settings.json", &allow)])).is_empty());
}

#[test]
fn a_fetch_that_only_gets_is_a_way_out() {
    let settings = r#"{ "permissions": { "allow": ["mcp__fetch", "mcp__postgres"] } }"#;
    let found = assess(&[(".mcp.json", &servers(&[FETCH, POSTGRES])), (".claude/settings.json", settings)]);
    let trifecta = of(&found, "lethal-trifecta");
    let out = trifecta.iter().filter_map(|it| it.legs.get("outbound")).flatten();
    let vias: Vec<&str> = out
        .filter_map(|id| found.edges.iter().find(|it| it.id == *id)?.via.as_ref())
        .map(ambit_model::AssetId::as_str)
        .collect();
    assert!(vias.contains(&"tool:fetch/fetch"), "{vias:?}");
}

#[test]
fn denials_close_the_path_and_the_line_that_closes_it_is_named() {
    let settings = r#"{ "permissions": { "allow": ["mcp__postgres"],
        "deny": ["mcp__fetch", "WebFetch", "WebSearch", "Bash", "PowerShell", "Monitor"] } }"#;
    let found = assess(&[(".mcp.json", &servers(&[FETCH, POSTGRES])), (".claude/settings.json", settings)]);
    assert!(of(&found, "lethal-trifecta").is_empty());
    let lines: Vec<u32> = found
        .closed
        .iter()
        .filter(|it| it.rule == "lethal-trifecta")
        .flat_map(|it| &it.by)
        .filter(|it| &*it.path == ".claude/settings.json")
        .map(|it| it.line)
        .collect();
    assert!(lines.contains(&2), "{:?}", found.closed);
}

#[test]
fn an_unknown_server_is_never_silent_and_never_counted_as_sure() {
    let file = servers(&[r#""acme": { "command": "npx", "args": ["-y", "@acme/inner@1.0.0"] }"#]);
    let found = assess(&[(".mcp.json", &file)]);
    let unknown = of(&found, "unknown-reach");
    assert_eq!(unknown.len(), 1);
    assert_eq!((unknown[0].tier, unknown[0].confidence), (ambit_model::Tier::T4, Confidence::Possible));
    assert!(
        unknown[0].message.contains(r#"matches.packages = ["npm:@acme/inner"]"#),
        "{}",
        unknown[0].message
    );
}

#[test]
fn equal_names_of_variables_are_no_shared_credential_and_equal_values_are_one() {
    let entry = |name: &str, value: &str| {
        format!(
            r#""{name}": {{ "command": "node", "args": ["{name}.js"], "env": {{ "GITHUB_TOKEN": "{value}" }} }}"#
        )
    };
    let (a, b) = ("ghp_Zq8Wn3Lk5Tr1Yv7Bc2Md6Hf9Jx4Ps0Gu3Ka", "ghp_Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx");
    let differing = servers(&[&entry("one", a), &entry("two", b)]);
    assert_eq!(of(&assess(&[(".mcp.json", &differing)]), "inline-secret").len(), 2);
    let equal = assess(&[(".mcp.json", &servers(&[&entry("one", a), &entry("two", a)]))]);
    let equal = of(&equal, "inline-secret");
    assert_eq!(equal.len(), 1);
    assert_eq!(equal[0].evidence.len(), 2);
    assert!(!equal[0].message.contains("ghp_"), "{}", equal[0].message);
    let references = servers(&[&entry("one", "${GITHUB_TOKEN}"), &entry("two", "${GITHUB_TOKEN}")]);
    assert!(of(&assess(&[(".mcp.json", &references)]), "inline-secret").is_empty());
}

#[test]
fn agents_that_share_one_memory_file_are_joined() {
    let memory = |file: &str| {
        format!(
            r#"{{ "mcpServers": {{ "memory": {{ "command": "npx",
                "args": ["-y", "@modelcontextprotocol/server-memory@2025.9.25"],
                "env": {{ "MEMORY_FILE_PATH": "{file}" }} }} }} }}"#
        )
    };
    let memories = |one: &str, other: &str| -> Vec<String> {
        let (one, other) = (memory(one), memory(other));
        let found = assess(&[("a/.mcp.json", &one), ("b/.mcp.json", &other)]);
        let verb = ambit_model::Verb::Remembers;
        let mut all: Vec<String> =
            found.edges.iter().filter(|it| it.verb == verb).map(|it| it.to.to_string()).collect();
        all.sort();
        all.dedup();
        all
    };
    assert_eq!(memories("/srv/shared.json", "/srv/shared.json").len(), 1);
    assert_eq!(memories("/srv/one.json", "/srv/other.json").len(), 2);
}

#[test]
fn a_credential_is_exposed_only_beyond_what_the_client_does_anyway() {
    let literal = servers(&[r#""time": { "command": "uvx", "args": ["mcp-server-time==2025.9.25"],
        "env": { "GITHUB_TOKEN": "ghp_Zq8Wn3Lk5Tr1Yv7Bc2Md6Hf9Jx4Ps0Gu3Ka" } }"#]);
    assert!(of(&assess(&[(".mcp.json", &literal)]), "credential-exposure").is_empty());
    let environment = |rule: &str| {
        let allow = format!(
            r#"{{ "env": {{ "NPM_TOKEN": "npm_Zq8Wn3Lk5Tr1Yv7Bc2Md6Hf9Jx4Ps0Gu3Ka" }},
            "permissions": {{ "allow": ["{rule}"] }} }}"#
        );
        of(&assess(&[(".claude/settings.json", &allow)]), "credential-exposure").len()
    };
    assert_eq!((environment("Bash"), environment("Bash(git status)")), (1, 0));
    let runs_commands = servers(&[r#""desk": { "command": "npx",
        "args": ["-y", "@wonderwhy-er/desktop-commander@0.2.0"], "env": { "NPM_TOKEN": "${NPM_TOKEN}" } }"#]);
    let of_server = |rule: &str| {
        let allow = format!(r#"{{ "permissions": {{ "allow": ["{rule}"] }} }}"#);
        let found = assess(&[(".mcp.json", &runs_commands), (".claude/settings.json", &allow)]);
        of(&found, "credential-exposure").len()
    };
    assert_eq!((of_server("mcp__desk"), of_server("Bash(git status)")), (1, 0));
}

#[test]
fn what_a_rule_reports_first_is_the_line_whose_removal_silences_it() {
    let file = servers(&[
        r#""docs": { "command": "npx", "args": ["-y", "@upstash/context7-mcp"] }"#,
        r#""image": { "command": "docker", "args": ["run", "-i", "mcp/fetch"] }"#,
        r#""crm": { "type": "http", "url": "http://crm.example.com/mcp" }"#,
        r#""own": { "command": "node", "args": ["own.js"], "env": { "NPM_TOKEN": "npm_Zq8Wn3Lk5Tr1Yv7Bc2Md6Hf9Jx4Ps0Gu3Ka" } }"#,
    ]);
    let found = assess(&[(".mcp.json", &file)]);
    let rules = [
        "unpinned-package",
        "unpinned-image",
        "inline-secret",
        "plaintext-transport",
        "unauthenticated-remote",
        "unknown-reach",
        "metadata-as-instruction",
    ];
    for rule in rules {
        let all = of(&found, rule);
        assert!(!all.is_empty(), "{rule}");
        for it in all {
            assert!(!it.remedies.is_empty(), "{rule}: {}", it.message);
        }
    }
}
