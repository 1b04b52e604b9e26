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
