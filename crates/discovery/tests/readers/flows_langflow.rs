//! Langflow flows.

use crate::shown::{agent, assert_hidden, problems};
use crate::support::read;
use crate::told::told;

fn edge(from: &str, to: &str, field: &str) -> String {
    format!(
        r#"{{ "source": "{from}", "target": "{to}", "data": {{ "targetHandle": {{ "fieldName": "{field}" }} }} }}"#
    )
}

#[test]
fn an_agent_has_the_components_that_feed_its_fields() {
    let nodes = [
        r#"{ "id": "in", "data": { "type": "ChatInput", "node": { "display_name": "Chat Input", "template": {} } } }"#,
        r#"{ "id": "hook", "data": { "type": "Webhook", "node": { "display_name": "Webhook", "template": {} } } }"#,
        r#"{ "id": "p", "data": { "type": "Prompt", "node": { "display_name": "Prompt", "template": { "template": { "value": "Answer {q}" } } } } }"#,
        r#"{ "id": "a", "data": { "type": "Agent", "node": { "display_name": "Agent", "template": { "agent_llm": { "value": "OpenAI" }, "model_name": { "value": "gpt-4o" }, "api_key": { "value": "sk-proj-Zq81mTb04XwLr7", "password": true, "load_from_db": false }, "system_prompt": { "value": "Help." }, "max_iterations": { "value": 15 }, "n_messages": { "value": 100 }, "add_calculator_tool": { "value": true } } } } }"#,
        r#"{ "id": "u", "data": { "type": "URLComponent", "node": { "display_name": "URL", "tool_mode": true, "template": { "urls": { "value": ["https://docs.example.com"] } } } } }"#,
        r#"{ "id": "x", "data": { "type": "MCPTools", "node": { "display_name": "MCP Tools", "template": { "mcp_server": { "value": { "name": "files", "config": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/srv"] } } }, "tool": { "value": "read_file" } } } } }"#,
        r#"{ "id": "c", "data": { "type": "TicketDesk", "node": { "display_name": "Ticket desk", "edited": true, "description": "Works on tickets", "template": { "code": { "value": "import requests" }, "tools_metadata": { "value": [ { "name": "cancel_ticket", "description": "Cancel a ticket", "status": true }, { "name": "list_tickets", "description": "List tickets", "status": true }, { "name": "off", "description": "No", "status": false } ] } } } } }"#,
        r#"{ "id": "py", "data": { "type": "PythonREPLComponent", "node": { "display_name": "Python", "template": {} } } }"#,
        r#"{ "id": "out", "data": { "type": "ChatOutput", "node": { "display_name": "Chat Output", "template": {} } } }"#,
        r#"{ "id": "s", "data": { "type": "SaveToFile", "node": { "display_name": "Save", "template": {} } } }"#,
    ];
    let edges = [
        edge("in", "p", "q"),
        edge("hook", "p", "context"),
        edge("p", "a", "input_value"),
        edge("u", "a", "tools"),
        edge("x", "a", "tools"),
        edge("c", "a", "tools"),
        edge("py", "a", "tools"),
        edge("a", "out", "input_value"),
        edge("a", "s", "input"),
    ];
    let text = format!(
        "{{ \"name\": \"Flow\", \"data\": {{ \"nodes\": [\n{}\n], \"edges\": [{}] }} }}",
        nodes.join(",\n"),
        edges.join(", ")
    );
    let inventory = read(&[("flows/flow.json", &text)]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    let said = told(agent(&inventory, "langflow", "Flow/Agent"));
    let expected = [
        "answers organization 10",
        "answers public 10",
        "keeps memory:langflow/flows/flow/conversation reads writes session 5",
        "limit max_iterations: 15",
        "model gpt-4o 5",
        "prompt `input_value` organization 5",
        "prompt `input_value` public 5",
        "server files only read_file 7",
        "start ChatInput organization with text 2",
        "start Webhook public with text 3",
        "told 4",
        "told 5",
        "tool Python: executes host env:host 9",
        "tool Save: writes reversible workspace store:langflow-files 11",
        "tool Ticket desk/cancel_ticket: by its definition 8",
        "tool Ticket desk/list_tickets: by its definition 8",
        "tool URL: ingests public channel:web 6",
        "tool URL: sends public channel:web 6",
        "tool evaluate_expression: nothing 5",
    ];
    let plain: Vec<&String> = said.iter().filter(|it| !it.starts_with("credential")).collect();
    assert_eq!(plain, expected);
    assert!(
        said.iter().any(|it| it.starts_with("credential api_key") && it.contains("in the clear")),
        "{said:?}"
    );
    assert_hidden(&inventory, "sk-proj-Zq81mTb04XwLr7");
}

#[test]
fn the_first_forms_of_edges_are_read_too() {
    let handles = [
        r#""targetHandle": "BaseTool|tools|a""#,
        r#""targetHandle": "{œfieldNameœ:œtoolsœ,œidœ:œaœ,œtypeœ:œToolœ}""#,
    ];
    for handle in handles {
        let text = format!(
            r#"{{ "name": "Old", "data": {{ "nodes": [
            {{ "id": "a", "data": {{ "type": "ZeroShotAgent", "node": {{ "display_name": "Agent", "template": {{ "prefix": {{ "value": "Answer." }} }} }} }} }},
            {{ "id": "t", "data": {{ "type": "Search", "node": {{ "display_name": "Search", "template": {{}} }} }} }}
            ], "edges": [ {{ "source": "t", "target": "a", {handle} }} ] }} }}"#
        );
        let said = told(agent(&read(&[("old.json", &text)]), "langflow", "Old/Agent"));
        assert!(
            said.contains(&"tool Search: ingests public channel:search 3".to_owned()),
            "{handle}: {said:?}"
        );
        assert!(said.contains(&"start chat organization with text 1".to_owned()), "{handle}: {said:?}");
    }
}

#[test]
fn a_model_that_is_asked_is_a_chain_and_one_that_is_lent_is_none() {
    let flow = |start: &str, field: &str| {
        format!(
            r#"{{ "name": "M", "data": {{ "nodes": [
            {{ "id": "i", "data": {{ "type": "{start}", "node": {{ "template": {{}} }} }} }},
            {{ "id": "m", "data": {{ "type": "OpenAIModel", "node": {{ "display_name": "OpenAI", "template": {{ "model_name": {{ "value": "gpt-4o" }} }} }} }} }},
            {{ "id": "o", "data": {{ "type": "SaveToFile", "node": {{ "display_name": "Save", "template": {{}} }} }} }}
            ], "edges": [ {}, {} ] }} }}"#,
            edge("i", "m", field),
            edge("m", "o", "input")
        )
    };
    let asked = read(&[("m.json", &flow("Webhook", "input_value"))]);
    assert!(told(agent(&asked, "langflow", "M/OpenAI")).contains(&"model gpt-4o 3".to_owned()));
    assert_eq!(
        read(&[("m.json", &flow("ChatInput", "input_value"))]).agents.len(),
        0,
        "people with an account ask it"
    );
}
