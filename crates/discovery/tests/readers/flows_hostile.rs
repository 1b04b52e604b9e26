//! Flows that are wrong, or made to be costly.

use crate::shown::problems;
use crate::support::read;

#[test]
fn parts_of_wrong_types_are_problems_and_the_rest_is_read() {
    let text = r#"{ "nodes": [1, {}, { "name": 3, "type": [] }, { "name": "A", "type": "@n8n/n8n-nodes-langchain.agent", "parameters": [], "credentials": 7 },
        { "name": "A", "type": "n8n-nodes-base.set" }],
        "connections": { "A": { "main": [null, 3, [null, 4, { "node": "Gone" }], [{ "node": "A" }]], "ai_tool": {} }, "B": [] } }"#;
    let inventory = read(&[("x.json", text)]);
    assert_eq!(inventory.agents.len(), 1);
    let said = problems(&inventory);
    assert_eq!(said.iter().filter(|it| it.contains("without a name or a type")).count(), 3, "{said:?}");
    assert!(said.iter().any(|it| it.contains("two nodes are called `A`")), "{said:?}");
    assert!(said.iter().any(|it| it.contains("`Gone`")), "{said:?}");
}

#[test]
fn circles_end() {
    let agent = |it: usize| {
        format!(r#"{{ "name": "{it}", "type": "@n8n/n8n-nodes-langchain.agentTool", "parameters": {{}} }}"#)
    };
    let nodes: Vec<String> = (0..50).map(agent).collect();
    let wire = |it: usize| {
        let to = (it + 1) % 50;
        format!(
            r#""{it}": {{ "ai_tool": [[{{ "node": "{to}" }}]], "main": [[{{ "node": "{to}" }}, {{ "node": "{it}" }}]], "ai_memory": [[{{ "node": "{it}" }}]], "ai_languageModel": [[{{ "node": "{to}" }}]], "ai_vectorStore": [[{{ "node": "{to}" }}]] }}"#
        )
    };
    let wires: Vec<String> = (0..50).map(wire).collect();
    let text = format!(r#"{{ "nodes": [{}], "connections": {{ {} }} }}"#, nodes.join(","), wires.join(","));
    assert_eq!(read(&[("x.json", &text)]).agents.len(), 50);
}

#[test]
fn very_many_agents_cost_a_bounded_search() {
    const MANY: usize = 6000;
    let kind = "@n8n/n8n-nodes-langchain.chainLlm";
    let node = |it: usize| format!(r#"{{"name":"{it}","type":"{kind}"}}"#);
    let nodes: Vec<String> = (0..MANY).map(node).collect();
    let wire = |it: usize| format!(r#""{it}":{{"main":[[{{"node":"{}"}}]]}}"#, it + 1);
    let wires: Vec<String> = (0..MANY - 1).map(wire).collect();
    let text = format!(r#"{{"nodes":[{}],"connections":{{{}}}}}"#, nodes.join(","), wires.join(","));
    let said = problems(&read(&[("x.json", &text)]));
    assert_eq!(said, ["the flow is too large to be followed everywhere 1:1"]);
}

#[test]
fn other_products_take_wrong_parts_too() {
    let files = [
        (
            "a.yml",
            "kind: app\napp: { mode: workflow, name: 3 }\nworkflow:\n  graph:\n    nodes: [1, { id: x }, { id: y, data: { type: llm, prompt_template: 7, model: [] } }, { id: y, data: { type: tool } }]\n    edges: [2, { source: y, target: z }, { source: y, target: y }]\n",
        ),
        ("b.yml", "kind: app\napp: { mode: chat }\n"),
        (
            "c.yml",
            "kind: app\napp: { mode: agent-chat }\nmodel_config: { agent_mode: { tools: [1, {}, { tool_name: 3 }] }, pre_prompt: [] }\n",
        ),
        (
            "d.json",
            r#"{ "nodes": [3, { "id": "a", "data": { "name": "agentAgentflow", "category": "Agent Flows", "inputParams": [], "inputs": { "agentTools": [1, { "agentSelectedTool": 3 }, { "agentSelectedTool": "customMCP", "agentSelectedToolConfig": { "mcpServerConfig": "{ not json" } }], "agentMessages": 4 } } }], "edges": [1, { "source": "a", "target": "b" }] }"#,
        ),
        (
            "e.json",
            r#"{ "data": { "nodes": [2, { "id": "a", "data": { "type": "Agent", "node": { "template": { "model": 3, "tools": { "value": 4 } } } } }, { "id": "b", "data": { "type": "MCPTools", "node": { "template": { "mcp_server": { "value": 5 } } } } }], "edges": [4, { "source": "b", "target": "a", "data": { "targetHandle": { "fieldName": "tools" } } }, { "source": "a", "target": "a" }] } }"#,
        ),
    ];
    for (path, text) in files {
        let inventory = read(&[(path, text)]);
        assert!(!problems(&inventory).is_empty(), "{path}");
        assert_eq!(inventory.inputs.read, 1, "{path}");
    }
}
