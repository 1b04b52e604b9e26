//! Tools and servers that whoever runs the model brings along, asked for by plain objects.

use ambit_model::Effect;
use ambit_model::facts::Known;
use ambit_tree::{Kind, Node};

use super::{found, lines};

const ASKED: &str = "
import os
from openai import OpenAI

client = OpenAI()
token = os.environ['TOKEN']

def answer(question):
    return client.responses.create(
        model='m',
        input=question,
        tools=[
            {'type': 'web_search_preview', 'search_context_size': 'low'},
            {'type': 'file_search', 'vector_store_ids': ['vs_1', 'vs_2']},
            {'type': 'code_interpreter', 'container': {'type': 'auto'}},
            {'type': 'computer_use_preview', 'display_width': 800, 'environment': 'browser'},
            {
                'type': 'mcp',
                'server_label': 'tickets',
                'server_url': 'https://tickets.example.org/mcp',
                'headers': {'Authorization': 'Bearer ' + token, 'X-Team': 'blue'},
                'allowed_tools': ['find', 'close'],
                'require_approval': 'always',
            },
            {'type': 'mcp', 'server_label': 'open', 'server_url': 'https://open.example.org/mcp', 'require_approval': 'never'},
            {'type': 'brand_new_thing', 'note': 'Bearer of news'},
        ],
    )
";

#[test]
fn each_object_is_what_its_type_says() {
    assert_eq!(
        lines(&[("ask.py", ASKED)]),
        [
            "model-clients answer on m",
            "  tool web_search of the library",
            "  tool file_search of the library",
            "  tool code_interpreter of the library",
            "  tool computer of the library",
            "  tool brand_new_thing unknown",
            "  server tickets only find,close asked",
            "  server open",
        ]
    );
}

fn under<'n>(node: &'n Node, key: &str) -> &'n Node {
    let pairs = if let Kind::Map(pairs) = &node.kind { pairs.as_slice() } else { &[] };
    &pairs.iter().find(|it| it.key == key).expect("the key is there").value
}

#[test]
fn a_remote_server_has_its_address_and_what_is_sent_along() {
    let found = found(&[("ask.py", ASKED)]);
    let server = &found.agents[0].servers[0];
    assert_eq!(under(&server.entry, "url").kind, Kind::Text("https://tickets.example.org/mcp".to_owned()));
    let sent = under(under(&server.entry, "headers"), "Authorization");
    assert_eq!(sent.kind, Kind::Text("Bearer ${TOKEN}".to_owned()));
}

#[test]
fn servers_beside_the_tools_are_connected_to_with_their_token() {
    let text = "
import anthropic

client = anthropic.Anthropic()

def answer(question):
    return client.beta.messages.create(
        model='c',
        messages=[question],
        mcp_servers=[{
            'type': 'url',
            'name': 'notes',
            'url': 'https://notes.example.org/sse',
            'authorization_token': 'abc',
            'tool_configuration': {'enabled': True, 'allowed_tools': ['read']},
        }],
        tools=[
            {'type': 'mcp_toolset', 'mcp_server_name': 'notes'},
            {'type': 'web_search_20250305', 'name': 'web_search', 'max_uses': 3},
        ],
    )
";
    let files = [("ask.py", text)];
    let expected =
        ["model-clients answer on c", "  tool web_search of the library", "  server notes only read"];
    assert_eq!(lines(&files), expected);
    let found = found(&files);
    let sent = under(under(&found.agents[0].servers[0].entry, "headers"), "Authorization");
    assert_eq!(sent.kind, Kind::Text("abc".to_owned()));
}

#[test]
fn what_the_program_carries_out_itself_does_what_its_code_does() {
    let text = "
import subprocess
import anthropic

def only_list(line):
    return open('listing.txt').read()

def loop(question):
    client = anthropic.Anthropic()
    answer = client.messages.create(
        model='c',
        messages=[question],
        tools=[
            {'type': 'bash_20250124', 'name': 'bash'},
            {'type': 'text_editor_20250728', 'name': 'str_replace_based_edit_tool'},
        ],
    )
    for block in answer.content:
        if block.name == 'bash':
            only_list(block.input['command'])
";
    let found = found(&[("loop.py", text)]);
    let tools = &found.agents[0].facts.program.tools;
    let names: Vec<&str> = tools.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["bash", "str_replace_based_edit_tool"]);
    assert_eq!(tools[0].known, Known::Body);
    assert!(tools[0].effects.iter().all(|it| matches!(it.effect, Effect::Reads { .. })));
    assert!(matches!(tools[1].known, Known::Catalog(_)));
}

#[test]
fn texts_of_an_object_are_no_tools_and_what_is_not_known_is_said() {
    let text = "
from agents import Agent
from things import CONFIG

def look(x: str) -> str:
    return x

Agent(name='a', tools=[{'label': 'one', 'headers': {'Authorization': f'Bearer {CONFIG}'}}])
Agent(name='b', tools=[{'look': look, 'note': 'what it is for'}])
";
    assert_eq!(
        lines(&[("main.py", text)]),
        ["openai-agents a", "  unresolved tools: ?", "openai-agents b", "  tool look"]
    );
}
