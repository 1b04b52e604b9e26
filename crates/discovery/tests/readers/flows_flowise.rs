//! Flowise flows and tools.

use ambit_model::facts::ServerState;

use crate::shown::{agent, problems};
use crate::support::read;
use crate::told::told;

#[test]
fn a_chatflow_is_one_agent_with_what_feeds_it() {
    let text = r#"{ "nodes": [
{ "id": "m", "data": { "name": "chatOpenAI", "label": "ChatOpenAI", "category": "Chat Models", "inputParams": [], "inputs": { "modelName": "gpt-4o" }, "credential": "c-1" } },
{ "id": "b", "data": { "name": "bufferMemory", "label": "Buffer Memory", "category": "Memory", "inputs": { "sessionId": "everybody" } } },
{ "id": "s", "data": { "name": "serpAPI", "label": "Serp API", "category": "Tools", "inputs": {} } },
{ "id": "r", "data": { "name": "retrieverTool", "label": "Retriever", "category": "Tools", "inputs": { "name": "docs", "description": "Search the docs" } } },
{ "id": "p", "data": { "name": "pinecone", "label": "Pinecone", "category": "Vector Stores", "inputs": { "pineconeIndex": "handbook" } } },
{ "id": "x", "data": { "name": "customMCP", "label": "Custom MCP", "category": "Tools (MCP)", "inputs": { "mcpServerConfig": "{ \"command\": \"npx\", \"args\": [\"-y\", \"some-server@1.2.3\"] }", "mcpActions": "[\"look\"]" } } },
{ "id": "g", "data": { "name": "inputModerationSimple", "label": "Moderation", "category": "Moderation", "inputs": {} } },
{ "id": "a", "data": { "name": "toolAgent", "label": "Tool Agent", "category": "Agents", "inputs": { "systemMessage": "Help.", "maxIterations": "4" } } },
{ "id": "n", "data": { "name": "stickyNote", "label": "Note", "category": "Utilities", "inputs": {} } }
], "edges": [
{ "source": "m", "target": "a", "targetHandle": "a-input-model-BaseChatModel" },
{ "source": "b", "target": "a", "targetHandle": "a-input-memory-BaseChatMemory" },
{ "source": "s", "target": "a", "targetHandle": "a-input-tools-Tool" },
{ "source": "p", "target": "r", "targetHandle": "r-input-retriever-BaseRetriever" },
{ "source": "r", "target": "a", "targetHandle": "a-input-tools-Tool" },
{ "source": "x", "target": "a", "targetHandle": "a-input-tools-Tool" },
{ "source": "g", "target": "a", "targetHandle": "a-input-inputModeration-Moderation" }
] }"#;
    let inventory = read(&[("flows/desk.json", text)]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    assert_eq!(
        told(agent(&inventory, "flowise", "desk/Tool Agent")),
        [
            "answers public 1",
            "credential chatOpenAI credential kept by Flowise 2",
            "guard Moderation Moderation 8",
            "keeps memory:flowise/flows/desk/b reads writes everybody 3",
            "limit maxIterations: 4",
            "model gpt-4o 2",
            "prompt `question` public 9",
            "server Custom MCP only look 7",
            "start chat public with text 1",
            "told 9",
            "tool docs: reads internal store:index/pinecone/handbook 5",
            "tool serpAPI: ingests public channel:search 4",
        ]
    );
    let package = inventory.servers[0].launch.package.as_ref().expect("it starts a package");
    assert_eq!(package.name, "some-server");
}

const STEPS: &str = r#"{ "nodes": [
{ "id": "start_0", "data": { "name": "startAgentflow", "label": "Start", "category": "Agent Flows", "inputParams": [], "inputs": { "startInputType": "webhookTrigger", "webhookEnableAuth": false } } },
{ "id": "router_0", "data": { "name": "conditionAgentAgentflow", "label": "Router", "category": "Agent Flows", "inputs": { "conditionAgentModel": "chatOpenAI", "conditionAgentInstructions": "<p>Sort them.</p>", "conditionAgentInput": "<p>{{ question }}</p>" } } },
{ "id": "agent_0", "data": { "name": "agentAgentflow", "label": "Clerk", "category": "Agent Flows", "inputs": { "agentModel": "chatAnthropic", "agentModelConfig": { "modelName": "claude-x" }, "agentMessages": [{ "role": "system", "content": "Be exact about {{ $form.name }}." }], "agentEnableMemory": true, "agentKnowledgeDocumentStores": [{ "documentStore": "d1:Papers" }], "agentTools": [
{ "agentSelectedTool": "gmail", "agentSelectedToolConfig": { "gmailType": "messages", "messageActions": "[\"sendMessage\"]" }, "agentSelectedToolRequiresHumanInput": true },
{ "agentSelectedTool": "requestsGet", "agentSelectedToolConfig": { "requestsGetUrl": "<p>http://crm/api</p>" } },
{ "agentSelectedTool": "brandNewTool", "agentSelectedToolConfig": {} }], "agentToolsBuiltInOpenAI": "[\"web_search_preview\",\"code_interpreter\"]" } } },
{ "id": "human_0", "data": { "name": "humanInputAgentflow", "label": "Ask", "category": "Agent Flows", "inputs": { "humanInputDescriptionType": "fixed", "humanInputDescription": "<p>Send {{ agent_0 }}?</p>" } } },
{ "id": "tool_0", "data": { "name": "toolAgentflow", "label": "Send", "category": "Agent Flows", "inputs": { "toolAgentflowSelectedTool": "microsoftOutlook", "toolAgentflowSelectedToolConfig": { "messageActions": "[\"sendMessage\"]" }, "toolInputArgs": [{ "inputArgName": "to", "inputArgValue": "boss@example.com" }, { "inputArgName": "body", "inputArgValue": "<p>{{ agent_0 }}</p>" }] } } },
{ "id": "loop_0", "data": { "name": "loopAgentflow", "label": "Again", "category": "Agent Flows", "inputs": { "loopBackToNode": "agent_0-Clerk", "maxLoopCount": 5 } } }
], "edges": [
{ "source": "start_0", "target": "router_0" },
{ "source": "router_0", "target": "agent_0", "sourceHandle": "router_0-output-0" },
{ "source": "agent_0", "target": "human_0" },
{ "source": "human_0", "target": "tool_0", "sourceHandle": "human_0-output-0" },
{ "source": "human_0", "target": "loop_0", "sourceHandle": "human_0-output-1" }
] }"#;

#[test]
fn steps_follow_each_other_and_people_stand_between_them() {
    let inventory = read(&[("steps.json", STEPS)]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    assert_eq!(
        told(agent(&inventory, "flowise", "steps/Clerk")),
        [
            "answers public 2",
            "approval human input AgentText [Send] 8",
            "approval require human input Call [gmail] 5",
            "keeps memory:flowise/steps/conversation reads writes session 4",
            "keeps store:index/flowise/d1 reads everybody 4",
            "model claude-x 4",
            "prompt `$form.name` public among instructions 4",
            "prompt `question` public 4",
            "start webhookTrigger public with text 2",
            "told 4",
            "tool Send: sends organization channel:mail asked 9",
            "tool brandNewTool: unknown 7",
            "tool code_interpreter: executes sandbox env:sandbox 7",
            "tool gmail: sends public channel:mail asked 5",
            "tool requestsGet: reads internal channel:web/crm 6",
            "tool requestsGet: sends organization channel:web/crm 6",
            "tool web_search_preview: ingests public channel:search 7",
        ]
    );
    let router = told(agent(&inventory, "flowise", "steps/Router"));
    assert!(router.contains(&"hands steps/Clerk 4".to_owned()), "{router:?}");
}

#[test]
fn a_supervisor_hands_work_to_its_workers() {
    let text = r#"{ "nodes": [
{ "id": "m", "data": { "name": "chatOpenAI", "label": "M", "category": "Chat Models", "inputParams": [], "inputs": { "modelName": "gpt-4o" } } },
{ "id": "s", "data": { "name": "supervisor", "label": "Supervisor", "category": "Multi Agents", "inputs": { "supervisorName": "Boss", "recursionLimit": 9 } } },
{ "id": "w", "data": { "name": "worker", "label": "Worker", "category": "Multi Agents", "inputs": { "workerName": "Clerk", "workerPrompt": "Work." } } },
{ "id": "t", "data": { "name": "codeInterpreterE2B", "label": "Code", "category": "Tools", "inputs": {} } }
], "edges": [ { "source": "m", "target": "s" }, { "source": "s", "target": "w" }, { "source": "t", "target": "w" } ] }"#;
    let inventory = read(&[("team.json", text)]);
    let boss = told(agent(&inventory, "flowise", "team/Boss"));
    assert!(boss.contains(&"hands team/Clerk and back 4".to_owned()), "{boss:?}");
    assert_eq!(
        told(agent(&inventory, "flowise", "team/Clerk")),
        ["model gpt-4o 2", "told 4", "tool codeInterpreterE2B: executes sandbox env:sandbox 5"]
    );
}

#[test]
fn sequential_nodes_share_their_start_and_ask_before_tools() {
    let text = r#"{ "nodes": [
{ "id": "m", "data": { "name": "chatOpenAI", "label": "M", "category": "Chat Models", "inputParams": [], "inputs": { "modelName": "gpt-4o" } } },
{ "id": "s", "data": { "name": "seqStart", "label": "Start", "category": "Sequential Agents", "inputs": {} } },
{ "id": "a", "data": { "name": "seqAgent", "label": "Agent", "category": "Sequential Agents", "inputs": { "agentName": "Doer", "interrupt": true } } },
{ "id": "t", "data": { "name": "gmail", "label": "Gmail", "category": "Tools", "inputs": { "messageActions": "[\"deleteMessage\"]" } } },
{ "id": "e", "data": { "name": "seqEnd", "label": "End", "category": "Sequential Agents", "inputs": {} } }
], "edges": [ { "source": "m", "target": "s" }, { "source": "s", "target": "a" }, { "source": "t", "target": "a" }, { "source": "a", "target": "e" } ] }"#;
    let said = told(agent(&read(&[("seq.json", text)]), "flowise", "seq/Doer"));
    assert!(said.contains(&"model gpt-4o 2".to_owned()), "{said:?}");
    assert!(
        said.contains(&"tool gmail: writes recoverable workspace store:gmail asked 5".to_owned()),
        "{said:?}"
    );
    assert!(said.contains(&"approval interrupt Call [gmail] 4".to_owned()), "{said:?}");
    assert!(said.contains(&"start chat public with text 1".to_owned()), "{said:?}");
}

#[test]
fn a_custom_tool_is_a_definition_with_its_code_put_aside() {
    let text = r#"{ "name": "make_webhook", "description": "Send a message", "iconSrc": "",
"schema": "[{\"id\":0,\"property\":\"message\",\"description\":\"Text\",\"type\":\"string\"}]",
"func": "return await fetch($url)" }"#;
    let inventory = read(&[("tools/hook.json", text)]);
    let list = &inventory.tool_lists[0];
    assert_eq!(list.tools[0].name, "make_webhook");
    assert_eq!(list.tools[0].input_schema["properties"]["message"]["description"], "Text");
    let served =
        inventory.agents.iter().flat_map(|it| &it.servers).all(|it| it.state == ServerState::Enabled);
    assert!(served && problems(&inventory).is_empty());
}
