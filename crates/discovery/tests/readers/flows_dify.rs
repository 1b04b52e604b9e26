//! Dify apps.

use crate::shown::{agent, assert_hidden, problems};
use crate::support::read;
use crate::told::told;

#[test]
fn an_agent_app_has_its_tools_and_its_users() {
    let text = r"kind: app
app:
  mode: agent-chat
  name: Helper
model_config:
  pre_prompt: Help {{ who }}.
  model:
    name: gpt-4o
    provider: openai
  agent_mode:
    enabled: true
    max_iteration: 5
    tools:
    - enabled: true
      provider_id: webscraper
      provider_type: builtin
      tool_name: webscraper
      tool_label: Scraper
    - enabled: false
      provider_id: code
      provider_type: builtin
      tool_name: simple_code
    - enabled: true
      provider_id: crm
      provider_type: api
      tool_name: delete_customer
      tool_label: delete_customer
    - enabled: true
      provider_id: tickets
      provider_type: mcp
      tool_name: search
  dataset_configs:
    datasets:
      datasets:
      - dataset:
          enabled: true
          id: kb-1
  sensitive_word_avoidance:
    enabled: true
    type: keywords
";
    let inventory = read(&[("apps/helper.yml", text)]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    assert_eq!(
        told(agent(&inventory, "dify", "Helper")),
        [
            "answers public 4",
            "guard sensitive_word_avoidance keywords 38",
            "keeps memory:dify/apps/helper/conversation reads writes session 4",
            "keeps store:index/dify/kb-1 reads everybody 35",
            "limit max_iteration: 5",
            "model gpt-4o 8",
            "prompt `query` public 4",
            "prompt `who` public among instructions 6",
            "server tickets only search 28",
            "start agent-chat public with text 4",
            "told 6",
            "tool delete_customer: by its definition 26",
            "tool simple_code: executes sandbox env:sandbox denied 22",
            "tool webscraper: ingests public channel:web 17",
            "tool webscraper: sends public channel:web 17",
        ]
    );
}

const WORKFLOW: &str = r#"kind: app
app: { mode: advanced-chat, name: Desk }
workflow:
  environment_variables:
  - { name: CRM_TOKEN, value_type: secret, value: tok_9f8e7d6c5b4a39281706 }
  - { name: EMPTY_TOKEN, value_type: secret, value: '' }
  graph:
    edges:
    - { source: s, target: k }
    - { source: k, target: l }
    - { source: l, target: h }
    - { source: h, target: a }
    nodes:
    - { id: s, data: { type: start, title: Start, variables: [] } }
    - { id: k, data: { type: knowledge-retrieval, title: Docs, dataset_ids: [kb-7], query_variable_selector: [sys, query] } }
    - id: l
      data:
        type: llm
        title: Writer
        model: { name: gpt-4o, provider: openai }
        context: { enabled: true, variable_selector: [k, result] }
        memory: { window: { enabled: true, size: 10 } }
        prompt_template:
        - { role: system, text: 'Use {{#context#}} for {{#sys.query#}} and {{#conversation.mood#}}' }
        - { role: user, text: '{{#sys.query#}}' }
    - id: h
      data:
        type: http-request
        title: Post
        method: post
        url: https://crm.example.com/notes
        authorization: { type: api-key, config: { type: bearer, api_key: '{{#env.CRM_TOKEN#}}' } }
        body: { type: json, data: '{"text": "{{#l.text#}}"}' }
    - { id: a, data: { type: answer, title: Say, answer: '{{#l.text#}}' } }
"#;

#[test]
fn a_workflow_says_itself_what_each_step_takes() {
    let inventory = read(&[("desk.yml", WORKFLOW)]);
    assert_eq!(problems(&inventory), Vec::<String>::new());
    assert_eq!(
        told(agent(&inventory, "dify", "Desk/Writer")),
        [
            "answers public 34",
            "credential CRM_TOKEN token in the clear 5",
            "credential EMPTY_TOKEN token 6",
            "keeps memory:dify/desk/conversation reads writes session 22",
            "keeps memory:dify/desk/mood reads session 24",
            "model gpt-4o 20",
            "prompt `#sys.query#` public 25",
            "prompt `#sys.query#` public among instructions 24",
            "start start public with text 14",
            "told 24",
            "told 25",
            "tool Docs: reads internal store:index/dify/kb-7 15",
            "tool Post: sends partner channel:web/crm.example.com 29",
            "tool Post: writes reversible organization channel:web/crm.example.com 29",
        ]
    );
    assert_hidden(&inventory, "tok_9f8e7d6c5b4a39281706");
}

#[test]
fn an_agent_node_has_its_strategys_parameters() {
    let text = r#"kind: app
app: { mode: advanced-chat, name: MCP }
workflow:
  graph:
    edges: [ { source: s, target: a }, { source: a, target: e } ]
    nodes:
    - { id: s, data: { type: start, title: Start } }
    - id: a
      data:
        type: agent
        title: Agent
        agent_strategy_name: function_calling
        plugin_unique_identifier: someone/agent:0.0.1@f42a5a80b1c77fd0
        agent_parameters:
          instruction: { type: constant, value: Look things up. }
          model: { type: constant, value: { model: gpt-4o-mini, provider: openai } }
          query: { type: constant, value: '{{#sys.query#}}' }
          maximum_iterations: { type: constant, value: 3 }
          mcp_server: { type: constant, value: 'https://mcp.example.com/sse?key=' }
          mcp_servers_config: { type: constant, value: '{"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "/srv"]}}' }
          tools:
            type: constant
            value:
            - { enabled: true, provider_name: time, tool_name: current_time, type: builtin }
            - { enabled: true, provider_name: langgenius/tavily/tavily, tool_name: tavily_search, type: builtin }
    - { id: e, data: { type: answer, title: Say, answer: '{{#a.text#}}' } }
"#;
    let inventory = read(&[("mcp.yml", text)]);
    assert_eq!(
        told(agent(&inventory, "dify", "MCP/Agent")),
        [
            "answers public 26",
            "limit maximum_iterations: 3",
            "model gpt-4o-mini 16",
            "note its loop is `function_calling` of the plug-in `someone/agent:0.0.1`",
            "prompt `#sys.query#` public 17",
            "server files 20",
            "server mcp.example.com 19",
            "start start public with text 7",
            "told 15",
            "tool current_time: nothing 24",
            "tool tavily_search: ingests public channel:search 25",
        ]
    );
    let names: Vec<&str> = inventory.servers.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["files", "mcp.example.com"]);
}

#[test]
fn variables_that_are_assigned_are_kept_for_the_conversation() {
    let text = r"kind: app
app: { mode: advanced-chat, name: Keep }
workflow:
  graph:
    edges: [ { source: s, target: l }, { source: l, target: w } ]
    nodes:
    - { id: s, data: { type: start, title: Start } }
    - { id: l, data: { type: llm, title: L, model: { name: m }, prompt_template: [ { role: user, text: '{{#sys.query#}}' } ] } }
    - { id: w, data: { type: assigner, title: W, items: [ { variable_selector: [conversation, notes], input_type: variable, value: [l, text] } ] } }
";
    let said = told(agent(&read(&[("keep.yml", text)]), "dify", "Keep/L"));
    assert!(
        said.iter().any(|it| it.starts_with("tool W: remembers") && it.contains("memory:dify/keep/notes")),
        "{said:?}"
    );
}

#[test]
fn what_is_repeated_is_followed_into_and_out_of() {
    let text = r"kind: app
app: { mode: workflow, name: Each }
workflow:
  graph:
    edges: [ { source: s, target: i }, { source: st, target: l }, { source: i, target: h } ]
    nodes:
    - { id: s, data: { type: start, title: Start, variables: [ { variable: urls, type: paragraph } ] } }
    - { id: i, data: { type: iteration, title: I, start_node_id: st, iterator_selector: [s, urls], output_selector: [l, text] } }
    - { id: st, data: { type: iteration-start, title: ST } }
    - { id: l, data: { type: llm, title: L, model: { name: m }, prompt_template: [ { role: user, text: '{{#i.item#}}' } ] } }
    - { id: h, data: { type: tool, title: H, provider_id: email, provider_type: builtin, tool_name: send_mail, tool_parameters: { body: { value: '{{#i.output#}}' } } } }
";
    let said = told(agent(&read(&[("each.yml", text)]), "dify", "Each/L"));
    assert!(said.contains(&"prompt `#i.item#` public 10".to_owned()), "{said:?}");
    assert!(said.contains(&"tool H: sends public channel:mail 11".to_owned()), "{said:?}");
    assert!(said.contains(&"start start public with text 7".to_owned()), "{said:?}");
}
