//! n8n workflows.

use ambit_model::Inventory;

use crate::shown::{agent, assert_hidden, problems};
use crate::support::read;
use crate::told::told;

/// A workflow of one node per line, then its connections.
fn workflow(nodes: &[&str], connections: &[&str]) -> String {
    format!(
        "{{ \"name\": \"Flow\", \"nodes\": [\n{}\n], \"connections\": {{\n{}\n}} }}",
        nodes.join(",\n"),
        connections.join(",\n")
    )
}

fn node(name: &str, kind: &str, parameters: &str) -> String {
    let package = if kind.starts_with("lc.") { "@n8n/n8n-nodes-langchain" } else { "n8n-nodes-base" };
    let kind = kind.trim_start_matches("lc.");
    format!(r#"{{ "name": "{name}", "type": "{package}.{kind}", "parameters": {{ {parameters} }} }}"#)
}

fn wire(from: &str, port: &str, to: &[&str]) -> String {
    let ends: Vec<String> =
        to.iter().map(|it| format!(r#"[{{ "node": "{it}", "type": "{port}", "index": 0 }}]"#)).collect();
    format!(r#""{from}": {{ "{port}": [{}] }}"#, ends.join(", "))
}

fn flow(nodes: &[String], wires: &[String]) -> Inventory {
    let nodes: Vec<&str> = nodes.iter().map(String::as_str).collect();
    let wires: Vec<&str> = wires.iter().map(String::as_str).collect();
    read(&[("flows/flow.json", &workflow(&nodes, &wires))])
}

fn of(inventory: &Inventory, name: &str) -> Vec<String> {
    told(agent(inventory, "n8n", &format!("Flow/{name}")))
}

#[test]
fn an_agent_has_what_is_attached_to_it_and_what_surrounds_it() {
    let inventory = flow(
        &[
            node("Hook", "webhook", r#""path": "x", "responseMode": "responseNode""#),
            node("Rows", "postgres", r#""operation": "select""#),
            node("Note", "stickyNote", r#""content": "a note""#),
            node(
                "Agent",
                "lc.agent",
                r#""promptType": "define", "text": "={{ $('Hook').item.json.body.q }} {{ $json.row }}", "options": { "systemMessage": "=Be kind to {{ $('Hook').item.json.body.name }}", "maxIterations": 3 }"#,
            ),
            node(
                "Model",
                "lc.lmChatOpenAi",
                r#""model": { "__rl": true, "value": "gpt-4o", "mode": "list" }"#,
            ),
            node(
                "Mail",
                "gmailTool",
                r#""sendTo": "={{ $fromAI('to') }}", "message": "={{ $fromAI('text') }}""#,
            ),
            node("Boss", "gmailTool", r#""sendTo": "boss@example.com", "message": "={{ $fromAI('text') }}""#),
            node("Memory", "lc.memoryBufferWindow", ""),
            node("Chat", "slack", r#""text": "={{ $json.output }}", "channelId": "C1""#),
            node("Fixed", "telegram", r#""text": "done", "chatId": "1""#),
            node(
                "Reply",
                "respondToWebhook",
                r#""respondWith": "text", "responseBody": "={{ $('Agent').item.json.output }}""#,
            ),
        ],
        &[
            wire("Hook", "main", &["Rows"]),
            wire("Rows", "main", &["Agent"]),
            wire("Agent", "main", &["Chat"]),
            wire("Chat", "main", &["Fixed"]),
            wire("Fixed", "main", &["Reply"]),
            wire("Model", "ai_languageModel", &["Agent"]),
            wire("Mail", "ai_tool", &["Agent"]),
            wire("Boss", "ai_tool", &["Agent"]),
            wire("Memory", "ai_memory", &["Agent"]),
        ],
    );
    assert_eq!(problems(&inventory), Vec::<String>::new());
    assert_eq!(inventory.agents.len(), 1);
    assert_eq!(inventory.agents[0].at, "flows");
    assert_eq!(
        of(&inventory, "Agent"),
        [
            "answers public 12",
            "keeps memory:n8n/flows/flow/memory reads writes session 9",
            "limit maxIterations: 3",
            "model gpt-4o 6",
            "prompt `$('Hook').item.json.body.name` public among instructions 5",
            "prompt `$('Hook').item.json.body.q` public 5",
            "prompt `$json.row` public 5",
            "start webhook public with text 2",
            "told 5",
            "tool Boss: sends organization channel:mail 8",
            "tool Chat: sends organization channel:slack 10",
            "tool Mail: sends public channel:mail 7",
            "tool Rows: ingests public store:postgres 3",
            "tool Rows: reads confidential store:postgres 3",
        ]
    );
}

#[test]
fn triggers_say_who_can_fire_them() {
    let cases = [
        ("webhook", "", "start webhook public with text 2"),
        (
            "webhook",
            r#""authentication": "headerAuth""#,
            "start webhook organization with text guarded by 2 2",
        ),
        ("formTrigger", "", "start formTrigger public with text 2"),
        ("lc.chatTrigger", "", "start chatTrigger operator with text 2"),
        ("lc.chatTrigger", r#""public": true"#, "start chatTrigger public with text 2"),
        (
            "lc.chatTrigger",
            r#""public": true, "authentication": "n8nUserAuth""#,
            "start chatTrigger organization with text guarded by 2 2",
        ),
        ("telegramTrigger", "", "start telegramTrigger public with text 2"),
        (
            "telegramTrigger",
            r#""additionalFields": { "chatIds": "1,2" }"#,
            "start telegramTrigger organization with text guarded by 2 2",
        ),
        ("emailReadImap", "", "start emailReadImap public with text 2"),
        (
            "gmailTrigger",
            r#""filters": { "sender": "a@example.com" }"#,
            "start gmailTrigger partner with text guarded by 2 2",
        ),
        ("slackTrigger", "", "start slackTrigger organization with text 2"),
        ("scheduleTrigger", "", "start scheduleTrigger operator 2"),
        ("manualTrigger", "", "start manualTrigger operator 2"),
    ];
    for (kind, parameters, expected) in cases {
        let nodes = [node("T", kind, parameters), node("A", "lc.agent", "")];
        let inventory = flow(&nodes, &[wire("T", "main", &["A"])]);
        let said = of(&inventory, "A");
        let starts: Vec<&String> = said.iter().filter(|it| it.starts_with("start")).collect();
        assert_eq!(starts, [expected], "{kind} {parameters}");
    }
}

#[test]
fn a_public_chat_is_answered_by_the_last_node_without_a_tool() {
    let nodes = [node("T", "lc.chatTrigger", r#""public": true"#), node("A", "lc.agent", "")];
    let said = of(&flow(&nodes, &[wire("T", "main", &["A"])]), "A");
    assert!(said.contains(&"answers public 2".to_owned()), "{said:?}");
    // Its author alone hears the one in the editor.
    let nodes = [node("T", "lc.chatTrigger", ""), node("A", "lc.agent", "")];
    let said = of(&flow(&nodes, &[wire("T", "main", &["A"])]), "A");
    assert!(!said.iter().any(|it| it.starts_with("answers")), "{said:?}");
}

#[test]
fn nodes_that_only_pass_on_are_looked_through() {
    let nodes = [
        node("T", "webhook", ""),
        node("S", "set", r#""values": { "string": [{ "name": "a", "value": "={{ $json.body.a }}" }] }"#),
        node("I", "if", ""),
        node("A", "lc.agent", r#""promptType": "define", "text": "={{ $json.a }}""#),
        node("C", "code", r#""jsCode": "return $input.all();""#),
        node("M", "emailSend", r#""toEmail": "={{ $('T').item.json.body.mail }}", "text": "={{ $json.x }}""#),
    ];
    let wires = [
        wire("T", "main", &["S"]),
        wire("S", "main", &["I"]),
        wire("I", "main", &["A"]),
        wire("A", "main", &["C"]),
        wire("C", "main", &["M"]),
    ];
    let said = of(&flow(&nodes, &wires), "A");
    assert!(said.contains(&"prompt `$json.a` public 5".to_owned()), "{said:?}");
    // Whoever fires it names the receiver, and may be anybody.
    assert!(said.contains(&"tool M: sends public channel:mail 7".to_owned()), "{said:?}");
}

#[test]
fn a_person_who_says_yes_stands_before_what_follows() {
    let wait = r#""operation": "sendAndWait", "sendTo": "me@example.com", "message": "={{ $json.output }}""#;
    let looks = r#""conditions": { "conditions": [{ "leftValue": "={{ $json.data.approved }}", "operator": { "type": "boolean", "operation": "true" } }] }"#;
    let nodes = [
        node("T", "webhook", ""),
        node("A", "lc.agent", r#""promptType": "define", "text": "={{ $json.q }}""#),
        node("W", "gmail", wait),
        node("I", "if", looks),
        node("Yes", "postgres", r#""operation": "executeQuery", "query": "={{ $('A').item.json.output }}""#),
        node("No", "slack", r#""text": "={{ $('A').item.json.output }}""#),
    ];
    let wires = [
        wire("T", "main", &["A"]),
        wire("A", "main", &["W"]),
        wire("W", "main", &["I"]),
        wire("I", "main", &["Yes", "No"]),
    ];
    let said = of(&flow(&nodes, &wires), "A");
    assert!(
        said.contains(&"tool Yes: writes irreversible organization store:postgres asked 6".to_owned()),
        "{said:?}"
    );
    assert!(said.contains(&"tool No: sends partner channel:slack 7".to_owned()), "{said:?}");
    assert!(said.contains(&"approval sendAndWait AgentText [Yes] 4".to_owned()), "{said:?}");
    // Nobody looks at the answer: then it is no gate.
    let wires = [wire("T", "main", &["A"]), wire("A", "main", &["W"]), wire("W", "main", &["Yes"])];
    let said = of(&flow(&nodes, &wires), "A");
    assert!(
        said.contains(&"tool Yes: writes irreversible organization store:postgres 6".to_owned()),
        "{said:?}"
    );
}

#[test]
fn a_review_between_tool_and_agent_asks_about_each_call() {
    let nodes = [
        node("A", "lc.agent", ""),
        node("Review", "slackHitlTool", r#""message": "call {{ $tool.name }}?""#),
        node("Pay", "stripeTool", r#""resource": "charge", "operation": "create""#),
        node("Look", "stripeTool", r#""resource": "customer", "operation": "getAll""#),
    ];
    let wires = [
        wire("Pay", "ai_tool", &["Review"]),
        wire("Review", "ai_tool", &["A"]),
        wire("Look", "ai_tool", &["A"]),
    ];
    let said = of(&flow(&nodes, &wires), "A");
    assert!(said.contains(&"tool Pay: spends store:stripe asked 4".to_owned()), "{said:?}");
    assert!(said.contains(&"tool Look: reads confidential store:stripe 5".to_owned()), "{said:?}");
    assert!(said.contains(&"approval human review Call [Pay] 3".to_owned()), "{said:?}");
}

#[test]
fn what_is_switched_off_is_said_and_carries_nothing() {
    let off = node("Cmd", "executeCommandTool", r#""command": "={{ $fromAI('c') }}""#)
        .replace("{ \"name\"", "{ \"disabled\": true, \"name\"");
    let nodes = [node("T", "webhook", ""), node("A", "lc.agent", ""), off];
    let text = workflow(
        &nodes.iter().map(String::as_str).collect::<Vec<_>>(),
        &[&wire("T", "main", &["A"]), &wire("Cmd", "ai_tool", &["A"])],
    );
    let text = text.replace("{ \"name\": \"Flow\"", "{ \"active\": false, \"name\": \"Flow\"");
    let inventory = read(&[("flows/flow.json", &text)]);
    let said = of(&inventory, "A");
    assert!(said.contains(&"tool Cmd: executes host env:host denied 4".to_owned()), "{said:?}");
    let note = "note the flow is switched off: nothing starts it until somebody switches it on";
    assert!(said.contains(&note.to_owned()), "{said:?}");
}

#[test]
fn a_chain_is_an_agent_where_strangers_reach_it_and_something_follows() {
    let chain = node("C", "lc.chainLlm", r#""promptType": "define", "text": "={{ $json.body.q }}""#);
    let acts = node("W", "notion", r#""title": "={{ $json.text }}""#);
    let wires = [wire("T", "main", &["C"]), wire("C", "main", &["W"])];
    let inventory = flow(&[node("T", "webhook", ""), chain.clone(), acts.clone()], &wires);
    assert_eq!(of(&inventory, "C").iter().filter(|it| it.starts_with("tool")).count(), 1);
    // By hand, or without anything that follows, it is a step like any other.
    let by_hand = flow(&[node("T", "manualTrigger", ""), chain.clone(), acts], &wires);
    assert_eq!(by_hand.agents.len(), 0);
    let alone = flow(&[node("T", "webhook", ""), chain, node("W", "noOp", "")], &wires);
    assert_eq!(alone.agents.len(), 0);
}

#[test]
fn agents_hand_on_what_they_wrote_and_are_tools_of_each_other() {
    let nodes = [
        node("T", "webhook", ""),
        node("A", "lc.agent", r#""promptType": "define", "text": "={{ $json.q }}""#),
        node("B", "lc.agent", r#""promptType": "define", "text": "={{ $json.output }}""#),
        node(
            "Helper",
            "lc.agentTool",
            r#""text": "={{ $fromAI('q') }}", "options": { "systemMessage": "Help." }"#,
        ),
        node("S", "lc.toolSerpApi", ""),
    ];
    let wires = [
        wire("T", "main", &["A"]),
        wire("A", "main", &["B"]),
        wire("Helper", "ai_tool", &["B"]),
        wire("S", "ai_tool", &["Helper"]),
    ];
    let inventory = flow(&nodes, &wires);
    assert!(of(&inventory, "A").contains(&"hands Flow/B 4".to_owned()));
    let b = of(&inventory, "B");
    assert!(b.contains(&"hands Flow/Helper and back 5".to_owned()), "{b:?}");
    assert!(!b.iter().any(|it| it.starts_with("prompt")), "what A wrote comes over the hand-off: {b:?}");
    assert!(of(&inventory, "Helper").contains(&"tool S: ingests public channel:search 6".to_owned()));
}

#[test]
fn workflows_of_other_files_are_what_their_steps_do() {
    let caller = workflow(
        &[
            &node("T", "webhook", ""),
            &node("A", "lc.agent", ""),
            &node(
                "Clean",
                "lc.toolWorkflow",
                r#""description": "Cleans up.", "workflowId": { "__rl": true, "value": "w2", "cachedResultName": "Cleaner" }"#,
            ),
            &node("Away", "lc.toolWorkflow", r#""description": "Somewhere else.", "workflowId": "w9""#),
        ],
        &[&wire("T", "main", &["A"]), &wire("Clean", "ai_tool", &["A"]), &wire("Away", "ai_tool", &["A"])],
    );
    let called = workflow(
        &[
            &node("Called", "executeWorkflowTrigger", ""),
            &node("Drop", "mySql", r#""operation": "deleteTable""#),
            &node("Inner", "lc.agent", r#""promptType": "define", "text": "={{ $json.x }}""#),
        ],
        &[&wire("Called", "main", &["Drop"]), &wire("Drop", "main", &["Inner"])],
    );
    let called = called.replace("{ \"name\": \"Flow\"", "{ \"id\": \"w2\", \"name\": \"Cleaner\"");
    let inventory = read(&[("a.json", &caller), ("b.json", &called)]);
    let said = of(&inventory, "A");
    assert!(
        said.contains(&"tool Clean: writes irreversible organization store:mysql 4".to_owned()),
        "{said:?}"
    );
    assert!(said.contains(&"hands Cleaner/Inner and back 4".to_owned()), "{said:?}");
    assert!(said.contains(&"tool Away: by its definition 5".to_owned()), "{said:?}");
}

#[test]
fn servers_are_those_of_other_files() {
    let nodes = [
        node("A", "lc.agent", ""),
        node(
            "Docs",
            "lc.mcpClientTool",
            r#""endpointUrl": "https://mcp.example.com/mcp", "include": "selected", "includeTools": ["search"]"#,
        ),
    ];
    let flow =
        workflow(&nodes.iter().map(String::as_str).collect::<Vec<_>>(), &[&wire("Docs", "ai_tool", &["A"])]);
    let config = r#"{ "mcpServers": { "docs": { "type": "http", "url": "https://mcp.example.com/mcp" } } }"#;
    let inventory = read(&[("flows/flow.json", &flow), (".mcp.json", config)]);
    assert!(of(&inventory, "A").contains(&"server Docs only search 3".to_owned()));
    assert_eq!(inventory.servers.len(), 1, "{:?}", inventory.servers);
}

#[test]
fn an_index_that_strangers_fill_is_not_to_be_trusted() {
    let index = |mode: &str| format!(r#""mode": "{mode}", "qdrantCollection": {{ "value": "docs" }}"#);
    let fill = workflow(
        &[&node("F", "formTrigger", ""), &node("In", "lc.vectorStoreQdrant", &index("insert"))],
        &[&wire("F", "main", &["In"])],
    );
    let ask = workflow(
        &[&node("A", "lc.agent", ""), &node("Ask", "lc.vectorStoreQdrant", &index("retrieve-as-tool"))],
        &[&wire("Ask", "ai_tool", &["A"])],
    );
    let inventory = read(&[("flows/fill.json", &fill), ("flows/flow.json", &ask)]);
    let said = of(&inventory, "A");
    assert!(said.contains(&"tool Ask: ingests public store:index/qdrant/docs 3".to_owned()), "{said:?}");
    let alone = read(&[("flows/flow.json", &ask)]);
    assert!(!of(&alone, "A").iter().any(|it| it.contains("ingests")));
}

#[test]
fn addresses_are_bounds_and_methods_are_effects() {
    let cases = [
        (
            r#""url": "https://api.example.com/v1?q={q}""#,
            "ingests partner channel:web/api.example.com; sends partner channel:web/api.example.com",
        ),
        (r#""url": "https://api.example.com/v1""#, "ingests partner channel:web/api.example.com"),
        (r#""url": "{address}""#, "ingests public channel:web; sends public channel:web"),
        (r#""url": "http://crm/api""#, "reads internal channel:web/crm"),
        (
            r#""url": "http://crm/api", "method": "DELETE""#,
            "reads internal channel:web/crm; writes irreversible organization channel:web/crm",
        ),
    ];
    for (parameters, expected) in cases {
        let nodes = [node("A", "lc.agent", ""), node("H", "lc.toolHttpRequest", parameters)];
        let said = of(&flow(&nodes, &[wire("H", "ai_tool", &["A"])]), "A");
        let tools: Vec<String> = said
            .iter()
            .filter_map(|it| it.strip_prefix("tool H: "))
            .map(|it| it.trim_end_matches(" 3").to_owned())
            .collect();
        assert_eq!(tools.join("; "), expected, "{parameters}");
    }
}

#[test]
fn secrets_that_stand_in_a_flow_are_told_and_not_shown() {
    let secret = "sk-proj-Zq81mTb04XwLr7";
    let nodes = [
        node("T", "webhook", ""),
        node("A", "lc.agent", ""),
        node(
            "H",
            "httpRequest",
            &format!(
                r#""method": "POST", "url": "https://api.example.com", "jsonBody": "={{{{ $json.output }}}}", "headerParameters": {{ "parameters": [{{ "name": "X-Api-Key", "value": "{secret}" }}] }}"#
            ),
        ),
    ];
    let inventory = flow(&nodes, &[wire("T", "main", &["A"]), wire("A", "main", &["H"])]);
    let said = of(&inventory, "A");
    assert!(
        said.iter().any(|it| it.starts_with("credential X-Api-Key") && it.contains("in the clear")),
        "{said:?}"
    );
    assert_hidden(&inventory, secret);
}

#[test]
fn an_unknown_node_is_an_unknown_and_no_silence() {
    let nodes = [
        node("T", "webhook", ""),
        node("A", "lc.agent", ""),
        node("X", "frobnicator", r#""q": "={{ $json.output }}""#),
        node("Y", "frobnicatorTool", ""),
    ];
    let wires = [wire("T", "main", &["A"]), wire("A", "main", &["X"]), wire("Y", "ai_tool", &["A"])];
    let said = of(&flow(&nodes, &wires), "A");
    assert!(
        said.contains(&"tool X: unknown 4".to_owned()) && said.contains(&"tool Y: unknown 5".to_owned()),
        "{said:?}"
    );
}

#[test]
fn exports_may_be_wrapped_listed_and_followed_by_rubbish() {
    let plain = workflow(&[&node("A", "lc.agent", "")], &[]);
    let cases = [
        ("plain.json", plain.clone(), 0),
        ("wrapped.json", format!(r#"{{ "workflow": {plain} }}"#), 0),
        ("twice.json", format!(r#"{{ "workflow": {{ "workflow": {plain} }} }}"#), 0),
        ("listed.json", format!("[{plain}, {plain}]"), 0),
        ("rubbish.json", format!("{plain}sAnd a title"), 1),
    ];
    for (path, text, wrong) in cases {
        let inventory = read(&[(path, &text)]);
        let count = if path == "listed.json" { 2 } else { 1 };
        assert_eq!(inventory.agents.len(), count, "{path}");
        assert_eq!(problems(&inventory).len(), wrong, "{path}: {:?}", problems(&inventory));
    }
    // Two agents of one name are two agents.
    let inventory = read(&[("a/x.json", &plain), ("a/y.json", &plain)]);
    let names: Vec<&str> = inventory.agents.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Flow/A", "Flow/A in y.json"]);
}

#[test]
fn code_is_looked_at_for_what_it_reaches() {
    let nodes = [
        node("A", "lc.agent", ""),
        node("Plain", "lc.toolCode", r#""description": "Adds up.", "jsCode": "return query.length;""#),
        node(
            "Web",
            "lc.toolCode",
            r#""description": "Sends a message.", "jsCode": "await this.helpers.httpRequest({ url: query });""#,
        ),
    ];
    let said = of(&flow(&nodes, &[wire("Plain", "ai_tool", &["A"]), wire("Web", "ai_tool", &["A"])]), "A");
    assert!(said.contains(&"tool Plain: executes sandbox env:sandbox 3".to_owned()), "{said:?}");
    assert!(said.contains(&"tool Web: sends public channel:web 4".to_owned()), "{said:?}");
}

#[test]
fn a_workflow_can_serve_tools() {
    let nodes = [node("Serve", "lc.mcpTrigger", r#""path": "tools""#), node("Cmd", "executeCommandTool", "")];
    let inventory = flow(&nodes, &[wire("Cmd", "ai_tool", &["Serve"])]);
    let served = &inventory.served[0];
    assert_eq!((served.name.as_str(), served.tools.len()), ("tools", 1));
    assert_eq!(served.authenticated.as_ref().map(|it| it.0), Some(false));
}
