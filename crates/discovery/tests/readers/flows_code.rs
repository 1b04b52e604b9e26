//! Code in nodes of flows: what it does is what its tool does.

use ambit_model::Inventory;

use crate::shown::agent;
use crate::support::read;
use crate::told::told;

/// What an agent of n8n can do that has this code as a tool.
fn n8n(language: &str, code: &str) -> Vec<String> {
    let code = serde_json::to_string(code).expect("a text is JSON");
    let flow = format!(
        r#"{{ "name": "Flow", "nodes": [
{{ "name": "Chat", "type": "@n8n/n8n-nodes-langchain.chatTrigger", "parameters": {{}} }},
{{ "name": "Agent", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {{}} }},
{{ "name": "Own", "type": "@n8n/n8n-nodes-langchain.toolCode", "parameters": {{ {language} {code} }} }}
], "connections": {{
"Chat": {{ "main": [[{{ "node": "Agent", "type": "main", "index": 0 }}]] }},
"Own": {{ "ai_tool": [[{{ "node": "Agent", "type": "ai_tool", "index": 0 }}]] }}
}} }}"#
    );
    tools(&read(&[("flows/flow.json", &flow)]), "n8n", "Flow/Agent")
}

fn tools(inventory: &Inventory, client: &str, name: &str) -> Vec<String> {
    told(agent(inventory, client, name)).into_iter().filter(|it| it.contains("tool")).collect()
}

#[test]
fn a_code_tool_of_n8n_does_what_its_code_does() {
    let javascript = "\
// Looks it up.
const key = $env.CRM_KEY;
const found = await this.helpers.httpRequest({
  url: 'https://crm.example/v1/people', method: 'POST', body: { query }, headers: { key },
});
return JSON.stringify(found);";
    assert_eq!(
        n8n(r#""jsCode":"#, javascript),
        [
            "tool Own: ingests partner channel:web/crm.example 4",
            "tool Own: sends partner channel:web/crm.example 4",
            "tool Own: writes recoverable third-parties channel:web/crm.example 4",
        ]
    );
    let reckons = n8n(r#""jsCode":"#, "return query.trim().toUpperCase();");
    assert_eq!(reckons, ["tool Own: executes sandbox env:sandbox 4"]);
    let python = "import requests\nif not _query:\n    return 'nothing'\nreturn requests.get('https://crm.example/' + _query).text";
    assert_eq!(
        n8n(r#""language": "python", "pythonCode":"#, python),
        [
            "tool Own: ingests partner channel:web/crm.example 4",
            "tool Own: sends partner channel:web/crm.example 4",
        ]
    );
    // What does not parse stays what its name and description say.
    assert_eq!(n8n(r#""jsCode":"#, "return fetch(("), ["tool Own: by its definition 4"]);
}

#[test]
fn a_custom_tool_of_flowise_and_a_component_of_langflow_do_what_their_code_does() {
    let code = "const fetch = require('node-fetch');\nconst answer = await fetch(`https://pay.example/refunds/${$order}`, { method: 'DELETE' });\nreturn answer.status;";
    let flow = format!(
        r#"{{ "nodes": [
{{ "id": "t", "data": {{ "name": "customTool", "label": "Custom Tool", "category": "Tools", "inputs": {{ "customToolName": "refund", "customToolDesc": "Look it up.", "customToolFunc": {} }} }} }},
{{ "id": "a", "data": {{ "name": "toolAgent", "label": "Tool Agent", "category": "Agents", "inputParams": [], "inputs": {{}} }} }}
], "edges": [ {{ "source": "t", "target": "a", "targetHandle": "a-input-tools-Tool" }} ] }}"#,
        serde_json::to_string(code).expect("a text is JSON")
    );
    let inventory = read(&[("flows/desk.json", &flow)]);
    let found = tools(&inventory, "flowise", "desk/Tool Agent");
    assert!(
        found
            .contains(&"tool refund: writes irreversible third-parties channel:web/pay.example 2".to_owned()),
        "{found:?}"
    );

    let code = "import subprocess\nfrom langflow.custom import Component\n\nclass Runner(Component):\n    def build(self):\n        return subprocess.run(self.line, shell=True)\n";
    let flow = format!(
        r#"{{ "name": "Flow", "data": {{ "nodes": [
{{ "id": "a", "type": "genericNode", "data": {{ "id": "a", "type": "Agent", "node": {{ "display_name": "Agent", "template": {{}} }} }} }},
{{ "id": "c", "type": "genericNode", "data": {{ "id": "c", "type": "CustomComponent", "node": {{ "display_name": "Runner", "tool_mode": true, "template": {{ "code": {{ "type": "code", "value": {} }} }} }} }} }}
], "edges": [ {{ "source": "c", "target": "a", "data": {{ "targetHandle": {{ "fieldName": "tools", "id": "a" }}, "sourceHandle": {{ "id": "c", "name": "component_as_tool" }} }} }} ] }} }}"#,
        serde_json::to_string(code).expect("a text is JSON")
    );
    let inventory = read(&[("flows/flow.json", &flow)]);
    let found = tools(&inventory, "langflow", "Flow/Agent");
    assert!(found.iter().any(|it| it.starts_with("tool Runner: executes ")), "{found:?}");
}

/// Code that calls itself over and over, in as many nodes as a file may have.
#[test]
fn of_too_much_code_the_rest_is_told_and_not_followed() {
    let twice = |no: u32| {
        format!("function f{no}(x) {{ return f{}(f{}(x)).map(y => f{}(y)); }}", no - 1, no - 1, no - 1)
    };
    let functions: Vec<String> = (1..14).map(twice).collect();
    let code = format!("function f0(x) {{ return [x, x]; }} {} return items.map(f13);", functions.join(" "));
    let code = serde_json::to_string(&code).expect("a text is JSON");
    let many = 120;
    let node = |no: i32| {
        format!(
            r#"{{ "name": "T{no}", "type": "@n8n/n8n-nodes-langchain.toolCode", "parameters": {{ "jsCode": {code} }} }}"#
        )
    };
    let link = |no: i32| {
        format!(r#""T{no}": {{ "ai_tool": [[{{ "node": "Agent", "type": "ai_tool", "index": 0 }}]] }}"#)
    };
    let nodes: Vec<String> = (0..many).map(node).collect();
    let links: Vec<String> = (0..many).map(link).collect();
    let flow = format!(
        r#"{{ "name": "Flow", "nodes": [{{ "name": "Agent", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": {{}} }}, {}], "connections": {{ {} }} }}"#,
        nodes.join(", "),
        links.join(", ")
    );
    let inventory = read(&[("flows/flow.json", &flow)]);
    let told: Vec<_> =
        inventory.inputs.problems.iter().filter(|it| it.message.contains("was not followed")).collect();
    assert!(told.len() > 10 && told.len() < 120, "{}", told.len());
    let tools = tools(&inventory, "n8n", "Flow/Agent");
    for no in 0..many {
        assert!(tools.iter().any(|it| it.starts_with(&format!("tool T{no}: "))), "T{no} is gone");
    }
}

/// On a thread as small as those of a test.
#[test]
fn deep_code_in_a_node_ends_nothing() {
    for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("!", ""), ("{a:", "}"), ("`${", "}`")] {
        let code = format!("return {}1{};", open.repeat(5_000), close.repeat(5_000));
        n8n(r#""jsCode":"#, &code);
        let python = format!("return {}1{}", open.repeat(5_000), close.repeat(5_000));
        n8n(r#""language": "python", "pythonCode":"#, &python);
    }
    let calls: Vec<String> =
        (1..2_000).map(|it| format!("function f{it}(x) {{ return f{}(x); }}", it - 1)).collect();
    n8n(r#""jsCode":"#, &format!("{} return f1999(query);", calls.join(" ")));
}
