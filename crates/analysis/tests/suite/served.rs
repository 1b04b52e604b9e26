//! What files serve, joined with the servers that run them.

use ambit_analysis::ReachMap;
use ambit_catalog::Catalog;
use ambit_discovery::{Memory, Settings};
use ambit_model::facts::{Known, Object, OwnEffect, OwnTool, Protocol, Served, ServerState, ServerUse};
use ambit_model::{
    AgentFacts, AssetId, AssetKind, Basis, BlastRadius, Confidence, Effect, Gate, Inventory, Place,
    Reversibility, Scope,
};

fn tool(name: &str, place: &Place) -> OwnTool {
    let effect = Effect::Writes {
        reversibility: Reversibility::Irreversible,
        blast_radius: BlastRadius::Organization,
    };
    OwnTool {
        name: name.to_owned(),
        owner: "tools/server".to_owned(),
        definition: None,
        known: Known::Body,
        effects: vec![OwnEffect {
            effect,
            on: Object::named("store:orders", "Orders"),
            does: "delete an order".into(),
            basis: Basis::Declared,
            confidence: Confidence::Certain,
            place: Some(Place::new("tools/server.py", 9, 5)),
        }],
        gate: Gate::Auto,
        gated_by: None,
        given: place.clone(),
        place: place.clone(),
    }
}

fn served(path: &str, protocol: Protocol, address: Option<&str>) -> Served {
    let place = Place::new(path, 3, 1);
    Served {
        name: "orders".to_owned(),
        path: path.to_owned(),
        protocol,
        tools: vec![tool("drop_order", &place)],
        addresses: address.map(|it| (it.to_owned(), place.clone())).into_iter().collect(),
        authenticated: Some((false, place.clone())),
        place,
    }
}

fn map(files: &[(&str, &str)], change: impl FnOnce(&mut Inventory)) -> ReachMap {
    let catalog = Catalog::compiled().expect("the catalog decodes");
    let mut inventory =
        ambit_discovery::read(&Memory::of(files.iter().copied()), &catalog, &Settings::default());
    change(&mut inventory);
    ambit_analysis::connect(inventory, &catalog)
}

/// `from verb to via (gate, places of evidence)` of the edges that write orders.
fn deletions(map: &ReachMap) -> Vec<String> {
    let edges = map.edges.iter().filter(|it| it.to.as_str() == "store:orders");
    edges
        .map(|it| {
            let via = it.via.as_ref().map(AssetId::as_str).unwrap_or_default();
            let places: Vec<String> =
                it.provenance.iter().filter_map(|it| it.place()).map(ToString::to_string).collect();
            format!("{} {} via {via} ({}; {})", it.from, it.verb, it.gate, places.join(" "))
        })
        .collect()
}

const CONFIG: &str = r#"{ "mcpServers": { "o": { "command": "uv", "args": ["run", "tools/server.py"] } } }"#;

#[test]
fn a_server_that_runs_the_file_has_its_tools_with_their_own_effects_and_lines() {
    let map =
        map(&[(".mcp.json", CONFIG)], |it| it.served.push(served("tools/server.py", Protocol::Mcp, None)));
    assert_eq!(
        deletions(&map),
        [
            "agent:claude-code writes via tool:tools/server/drop_order (prompted; .mcp.json:1 tools/server.py:3 tools/server.py:9)"
        ]
    );
    let servers: Vec<&AssetId> = map.servers.keys().collect();
    assert_eq!(servers, [&AssetId::from_text("server:o")]);
    let server = &map.assets[&AssetId::from_text("server:o")];
    assert!(server.facts.contains(&"served by: tools/server.py".to_owned()));
    assert!(server.facts.contains(&"does not ask who calls it".to_owned()));
    assert!(!map.edges.iter().any(|it| it.verb == ambit_model::Verb::MayReach), "nothing of it is unknown");
}

#[test]
fn a_client_s_rules_hold_for_served_tools_and_what_the_server_asks_for_does_too() {
    let rules = r#"{ "permissions": { "deny": ["mcp__o__drop_order"] } }"#;
    let denied = map(&[(".mcp.json", CONFIG), (".claude/settings.json", rules)], |it| {
        it.served.push(served("tools/server.py", Protocol::Mcp, None));
    });
    assert!(deletions(&denied).iter().all(|it| it.contains("(denied;")), "{:?}", deletions(&denied));
    let asked = map(&[(".mcp.json", CONFIG)], |it| {
        let mut served = served("tools/server.py", Protocol::Mcp, None);
        served.tools[0].gate = Gate::Asked;
        it.served.push(served);
    });
    assert!(deletions(&asked).iter().all(|it| it.contains("(asked;")), "{:?}", deletions(&asked));
}

#[test]
fn an_address_joins_where_one_file_alone_claims_it() {
    let config = r#"{ "mcpServers": { "o": { "type": "http", "url": "http://127.0.0.1:8000/mcp/" } } }"#;
    let address = Some("http://0.0.0.0:8000/mcp");
    let one = map(&[(".mcp.json", config)], |it| it.served.push(served("a.py", Protocol::Mcp, address)));
    assert_eq!(deletions(&one).len(), 1);
    let two = map(&[(".mcp.json", config)], |it| {
        it.served.push(served("a.py", Protocol::Mcp, address));
        it.served.push(served("b.py", Protocol::Mcp, address));
    });
    assert_eq!(deletions(&two), Vec::<String>::new());
    assert_eq!(two.servers.len(), 3, "neither is the one that is meant, and both are there");
    let interface =
        map(&[(".mcp.json", config)], |it| it.served.push(served("a.yaml", Protocol::Http, address)));
    assert_eq!(deletions(&interface), Vec::<String>::new(), "an interface is no server of tools");
}

#[test]
fn what_no_configuration_runs_is_a_server_of_its_own() {
    let alone = map(&[], |it| it.served.push(served("tools/server.py", Protocol::Mcp, None)));
    assert_eq!(
        deletions(&alone),
        [
            "agent:any-client writes via tool:tools/server/drop_order (prompted; tools/server.py:3 tools/server.py:9)"
        ]
    );
    let other = r#"{ "mcpServers": { "o": { "command": "python", "args": ["other.py"] } } }"#;
    let beside =
        map(&[(".mcp.json", other)], |it| it.served.push(served("tools/server.py", Protocol::Mcp, None)));
    assert_eq!(deletions(&beside), Vec::<String>::new(), "nobody is seen to use it");
    let tools: Vec<&str> =
        beside.assets.keys().map(AssetId::as_str).filter(|it| it.starts_with("tool:tools/")).collect();
    assert_eq!(tools, ["tool:tools/server/drop_order"]);
}

#[test]
fn an_interface_that_nobody_is_given_is_one_supplier_and_no_question() {
    let map = map(&[], |it| {
        it.served.push(served("api/openapi.yaml", Protocol::Http, Some("https://api.example.com")));
    });
    assert!(map.edges.is_empty() && map.agents.is_empty() && map.servers.is_empty() && map.tools.is_empty());
    let assets: Vec<(&str, AssetKind)> = map.assets.values().map(|it| (it.id.as_str(), it.kind)).collect();
    assert_eq!(assets, [("server:api/api/openapi.yaml", AssetKind::Server)]);
}

fn user(key: String) -> AgentFacts {
    let place = Place::new("agent.py", 1, 1);
    let mut agent = AgentFacts::bare("adk", "shopper", "", place.clone());
    agent.servers.push(ServerUse {
        name: "shop".to_owned(),
        key,
        state: ServerState::Enabled,
        only: None,
        except: Vec::new(),
        place,
        pointer: String::new(),
        scope: Scope::Project,
    });
    agent
}

#[test]
fn an_agent_that_is_given_a_description_has_its_operations_and_one_that_is_not_there_is_unknown() {
    let given = map(&[], |it| {
        it.served.push(served("api/openapi.yaml", Protocol::Http, None));
        it.agents.push(user(Served::key_of("api/openapi.yaml")));
    });
    assert_eq!(
        deletions(&given),
        [
            "agent:adk/shopper writes via tool:tools/server/drop_order (auto; agent.py:1 api/openapi.yaml:3 tools/server.py:9)"
        ]
    );
    let gone = map(&[], |it| it.agents.push(user(Served::key_of("gone.yaml"))));
    let unknown: Vec<&str> = gone.edges.iter().map(|it| it.consequence.as_ref()).collect();
    assert_eq!(unknown, ["have tools that could not be followed"]);
}

#[test]
fn a_tool_that_is_served_and_given_is_one() {
    let map = map(&[(".mcp.json", CONFIG)], |it| {
        let served = served("tools/server.py", Protocol::Mcp, None);
        let mut agent = AgentFacts::bare("adk", "own", "", Place::new("agent.py", 1, 1));
        agent.program.tools.push(served.tools[0].clone());
        it.agents.push(agent);
        it.served.push(served);
    });
    let tools: Vec<&str> =
        map.assets.keys().map(AssetId::as_str).filter(|it| it.contains("drop_order")).collect();
    assert_eq!(tools, ["tool:tools/server/drop_order"]);
    assert_eq!(deletions(&map).len(), 2);
}

#[test]
fn what_a_compiler_makes_of_a_file_is_that_file_where_it_is_not_there_itself() {
    let config = r#"{ "mcpServers": { "o": { "command": "node", "args": ["dist/index.js"] } } }"#;
    let servers = |paths: &[&str]| {
        let map = map(&[(".mcp.json", config)], |it| {
            it.served.extend(paths.iter().map(|path| served(path, Protocol::Mcp, None)));
        });
        let facts = &map.assets[&AssetId::from_text("server:o")].facts;
        let served = facts.iter().filter_map(|it| it.strip_prefix("served by: "));
        served.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(servers(&["src/index.ts", "src/other.ts"]), ["src/index.ts"]);
    assert_eq!(servers(&["src/index.ts", "dist/index.js"]), ["dist/index.js"]);
    assert_eq!(servers(&["lib/index.ts", "dist/index.ts"]), Vec::<String>::new());
}
