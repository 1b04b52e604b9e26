//! The map as it would become: what each change does, and what cannot be changed.

use ambit_analysis::whatif::{ADDED, Change, Error, System, agent, agents, change, compare};
use ambit_analysis::{Judging, assess_with};
use ambit_catalog::Catalog;
use ambit_discovery::additions::{self, Start, approval};
use ambit_discovery::{Memory, Settings};
use ambit_model::stated;
use ambit_model::whatif::ReachTurn;
use ambit_model::{AssetId, Gate, Place, Whatif};

const SETTINGS: &str = r#"{ "permissions": {
  "allow": ["Read(~/.netrc)", "mcp__fetch"],
  "deny": ["Bash", "Monitor", "PowerShell", "WebFetch", "WebSearch"] } }"#;
const SERVERS: &str = r#"{ "mcpServers": {
  "fetch": { "command": "uvx", "args": ["mcp-server-fetch==2025.4.7"] } } }"#;
const STATED: &str = "
ambit: v1
facts:
  channels: {mail: {trust: public, audience: public}}
  tools: {mail/send: {effects: [{sends: mail}]}, mail/read: {effects: [{ingests: mail}]}}
  agents: {desk: {tools: {mail/read: auto}}}
controls:
  proxy: {kind: structural, does: cuts, on: {verb: sends}, state: planned}
  done: {kind: structural, does: cuts, on: {verb: spends}}
";

fn catalog() -> Catalog {
    Catalog::compiled().expect("the catalog decodes")
}

fn system(files: &[(&str, &str)], text: &str) -> System {
    let (document, problems) = stated::read("ambit.yaml", text);
    assert_eq!(problems, []);
    let model = stated::join([document]).0;
    let source = Memory::of(files.iter().copied());
    System { inventory: ambit_discovery::read(&source, &catalog(), &Settings::default()), model }
}

fn coding() -> System {
    system(&[(".claude/settings.json", SETTINGS), (".mcp.json", SERVERS)], STATED)
}

fn id(text: &str) -> AssetId {
    AssetId::from_text(text)
}

fn place() -> Place {
    Place::new(ADDED, 1, 1)
}

fn told(before: &System, changes: &[Change]) -> Result<Whatif, Error> {
    let after = change(before.clone(), changes, &catalog())?;
    let judged = |it: System| assess_with(it.inventory, &it.model, &catalog(), &Judging::default());
    Ok(compare(Vec::new(), judged(before.clone()), judged(after)))
}

fn done(before: &System, changes: &[Change]) -> Whatif {
    told(before, changes).expect("it can be changed")
}

fn refused(changes: &[Change]) -> String {
    told(&coding(), changes).expect_err("it cannot be changed").to_string()
}

fn added(name: &str) -> Change {
    let catalog = catalog();
    let (name, known) = catalog.server_named(name).expect("a server of the catalog");
    let (server, used) =
        additions::server(Start::Known(name, known), "", &place(), &catalog).expect("it can be added");
    let agent = id("agent:claude-code");
    Change::AddServer { agent, server: Box::new(server), used: Box::new(used) }
}

fn granted(raw: &str) -> Change {
    let rule = approval("claude-code", raw, &place(), &catalog()).expect("the client has such a rule");
    Change::AddRule { agent: id("agent:claude-code"), rule: Box::new(rule) }
}

fn has(whatif: &Whatif, turn: ReachTurn, to: &str) -> bool {
    whatif.reach.iter().any(|it| it.turn == turn && it.to == id(to))
}

fn gated(tool: &str, gate: Gate) -> Change {
    Change::Gate { agent: None, tool: id(tool), gate, place: place() }
}

#[test]
fn a_server_joins_the_map_as_if_a_file_had_it() {
    let files = r#"{ "mcpServers": {
      "fetch": { "command": "uvx", "args": ["mcp-server-fetch==2025.4.7"] },
      "puppeteer": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-puppeteer"] } } }"#;
    let written = system(&[(".claude/settings.json", SETTINGS), (".mcp.json", files)], STATED);
    let tried = change(coding(), &[added("puppeteer")], &catalog()).expect("it can be changed");
    let edges = |it: System| {
        let it = assess_with(it.inventory, &it.model, &catalog(), &Judging::default());
        it.edges.iter().map(|it| (it.id, it.gate, it.tier)).collect::<Vec<_>>()
    };
    assert_eq!(edges(tried), edges(written));
}

#[test]
fn what_is_added_and_taken_away_again_changes_nothing() {
    let back = Change::RemoveServer { agent: None, server: "puppeteer".to_owned() };
    assert!(done(&coding(), &[added("puppeteer"), back]).difference.is_empty());
    let client = Change::AddAgent { client: "cursor".to_owned(), place: place() };
    let added = done(&coding(), std::slice::from_ref(&client));
    assert!(added.reach.iter().all(|it| it.from == id("agent:cursor") && it.turn == ReachTurn::Added));
    assert!(done(&coding(), &[client, Change::RemoveAgent(id("agent:cursor"))]).difference.is_empty());
}

#[test]
fn a_grant_yields_to_a_denial_and_opens_what_is_asked() {
    assert!(done(&coding(), &[granted("WebFetch")]).reach.is_empty(), "a denial goes before");
    let edit = done(&coding(), &[granted("Edit")]);
    assert!(has(&edit, ReachTurn::Loosened, "store:workspace"), "{:?}", edit.reach);
    let mode = r#"{ "permissions": { "defaultMode": "dontAsk" } }"#;
    let mode = system(&[(".claude/settings.json", mode)], STATED);
    assert!(done(&mode, &[granted("Edit")]).reach.iter().any(|it| it.turn == ReachTurn::Added));
}

#[test]
fn a_subagent_has_what_its_main_agent_is_given() {
    let files = [
        (".claude/settings.json", SETTINGS),
        (".claude/agents/scout.md", "---\nname: scout\ndescription: looks\n---\nLook.\n"),
    ];
    let before = system(&files, STATED);
    let told = done(&before, &[added("puppeteer")]);
    for agent in ["agent:claude-code", "agent:claude-code/scout"] {
        assert!(told.reach.iter().any(|it| it.from == id(agent) && it.to == id("channel:web")), "{agent}");
    }
    assert_eq!(agents(&before).iter().filter(|it| it.1).count(), 1);
}

#[test]
fn a_gate_stands_before_one_tool_and_a_denial_is_not_weakened() {
    let asked = done(&coding(), &[gated("tool:fetch/fetch", Gate::Asked)]);
    assert!(has(&asked, ReachTurn::Tightened, "channel:web"), "{:?}", asked.reach);
    let denied = done(&coding(), &[gated("tool:fetch/fetch", Gate::Denied)]);
    assert!(has(&denied, ReachTurn::Removed, "channel:web"), "{:?}", denied.reach);
    assert!(denied.completed.is_empty() && !denied.closed.is_empty());
    let both = [gated("tool:fetch/fetch", Gate::Denied), gated("tool:fetch/fetch", Gate::Asked)];
    assert!(has(&done(&coding(), &both), ReachTurn::Removed, "channel:web"));
    let stated = done(&coding(), &[gated("tool:mail/read", Gate::Denied)]);
    assert!(has(&stated, ReachTurn::Removed, "channel:mail"), "{:?}", stated.reach);
}

#[test]
fn stated_tools_and_planned_controls_can_be_tried() {
    let tool = Change::AddTool { agent: id("agent:desk"), tool: "mail/send".to_owned(), place: place() };
    let told = done(&coding(), std::slice::from_ref(&tool));
    assert!(told.reach.iter().any(|it| it.from == id("agent:desk") && it.turn == ReachTurn::Added));
    let bound = done(&coding(), &[tool, Change::Control("proxy".to_owned())]);
    assert!(!bound.reach.iter().any(|it| it.from == id("agent:desk") && it.turn == ReachTurn::Added));
    let given =
        Change::AddTool { agent: id("agent:claude-code"), tool: "mail/send".to_owned(), place: place() };
    assert!(has(&done(&coding(), &[given]), ReachTurn::Added, "channel:mail"));
}

#[test]
fn a_line_takes_with_it_what_it_says() {
    let allowed = done(&coding(), &[Change::RemoveLine(Place::new(".claude/settings.json", 2, 1))]);
    assert!(has(&allowed, ReachTurn::Tightened, "channel:web"), "{:?}", allowed.reach);
    let server = done(&coding(), &[Change::RemoveLine(Place::new(".mcp.json", 2, 1))]);
    assert!(has(&server, ReachTurn::Removed, "channel:web"), "{:?}", server.reach);
    let denial = done(&coding(), &[Change::RemoveLine(Place::new(".claude/settings.json", 3, 1))]);
    assert!(denial.reach.iter().any(|it| it.turn == ReachTurn::Added));
}

#[test]
fn what_only_takes_the_addition_back_is_the_last_remedy_and_edits_no_file() {
    let told = done(&coding(), &[added("puppeteer"), granted("mcp__puppeteer")]);
    assert!(!told.completed.is_empty());
    let edits = told.completed.iter().flat_map(|it| &it.remedies).flat_map(|it| &it.edits);
    assert!(edits.into_iter().all(|it| it.path != ADDED));
    let worst: Vec<_> = told.completed.iter().map(|it| it.severity).collect();
    assert!(worst.is_sorted_by(|a, b| a >= b), "{worst:?}");
}

#[test]
fn what_cannot_be_is_told_with_what_can() {
    let server = |server: &str| Change::RemoveServer { agent: None, server: server.to_owned() };
    let claude = id("agent:claude-code");
    let twice = added("fetch");
    for (changes, expected) in [
        (vec![server("nobody")], "no server is called `nobody` (expected a server: fetch)"),
        (vec![twice], "`agent:claude-code` has the server `fetch` already"),
        (vec![Change::RemoveAgent(id("agent:nobody"))], "an agent: agent:claude-code, agent:desk"),
        (vec![Change::RemoveLine(Place::new("a.json", 1, 1))], "a line of a file: .claude/settings.json"),
        (vec![gated("tool:nobody/x", Gate::Denied)], "a tool: claude-code/"),
        (vec![Change::Control("done".to_owned())], "is in place already"),
        (vec![Change::Control("none".to_owned())], "a planned control of `ambit.yaml`: proxy"),
        (vec![Change::AddAgent { client: "none".to_owned(), place: place() }], "one of: aider, amazon-q"),
        (
            vec![Change::AddTool { agent: claude, tool: "none".to_owned(), place: place() }],
            "a tool of `facts.tools`: mail/read, mail/send",
        ),
    ] {
        assert!(refused(&changes).contains(expected), "{}", refused(&changes));
    }
    let rule = approval("claude-code", "Edit", &place(), &catalog()).expect("a rule");
    let stated = Change::AddRule { agent: id("agent:desk"), rule: Box::new(rule) };
    assert!(refused(&[stated]).contains("no file declares `agent:desk`"));
}

#[test]
fn the_agent_is_the_only_one_or_the_one_that_is_named() {
    let one = system(&[(".claude/settings.json", SETTINGS)], "ambit: v1\n");
    assert_eq!(agent(&one, None), Ok(id("agent:claude-code")));
    assert_eq!(agent(&coding(), Some("desk")), Ok(id("agent:desk")));
    assert!(matches!(agent(&coding(), None), Err(Error::Several { .. })));
    assert!(matches!(agent(&coding(), Some("nobody")), Err(Error::Unknown { .. })));
    assert_eq!(agent(&system(&[], "ambit: v1\n"), None), Err(Error::NoAgent));
}

#[test]
fn rules_are_those_of_the_clients() {
    for (client, raw) in [
        ("claude-code", "Bash(git push:*)"),
        ("claude-code", "mcp__github__create_issue"),
        ("cursor", "Shell(git)"),
        ("gemini-cli", "run_shell_command(git)"),
    ] {
        let rule = approval(client, raw, &place(), &catalog()).unwrap_or_else(|e| panic!("{raw}: {e}"));
        assert_eq!((rule.gate, &*rule.place.path), (Gate::Auto, ADDED));
    }
    for (client, raw) in
        [("claude-code", "Shell(git)"), ("claude-code", ""), ("gemini-cli", "no_tool"), ("codex", "git")]
    {
        assert!(approval(client, raw, &place(), &catalog()).is_err(), "{client}: {raw}");
    }
}
