//! Models that are asked by plain requests, without a client library.

use super::lines;

#[test]
fn a_request_that_gives_a_model_tools_is_an_agent() {
    let main = "
const API_URL = process.env.LLM_URL ?? 'https://openrouter.ai/api/v1/chat/completions';

const TOOLS = [
  { type: 'function', function: { name: 'read_note', description: 'Read a note.', parameters: {} } },
  { type: 'function', function: { name: 'now', description: 'The time.', parameters: {} } },
];

async function runTool(name, args) {
  switch (name) {
    case 'read_note': return readNote(args.path);
    case 'now': return String(Date.now());
  }
}

async function readNote(path) {
  const fs = await import('fs/promises');
  return fs.readFile(path, 'utf8');
}

export async function assistant(question) {
  const messages = [{ role: 'user', content: question }];
  while (true) {
    const answer = await fetch(API_URL, {
      method: 'POST',
      headers: { Authorization: `Bearer ${process.env.KEY}` },
      body: JSON.stringify({ model: 'gpt-4o', messages, tools: TOOLS }),
    });
    const { message } = (await answer.json()).choices[0];
    if (!message.tool_calls) return message.content;
    for (const call of message.tool_calls) {
      messages.push({ role: 'tool', content: await runTool(call.function.name, JSON.parse(call.function.arguments)) });
    }
  }
}
";
    let expected = ["model-clients assistant on gpt-4o", "  tool read_note", "  tool now"];
    assert_eq!(lines(&[("src/main.js", main)]), expected);
}

#[test]
fn what_is_sent_may_be_put_together_before() {
    let main = "
import json, os
import requests

URL = 'http://localhost:11434/api/chat'

def shell(command):
    import subprocess
    return subprocess.run(command, shell=True, capture_output=True).stdout

SCHEMAS = [{'type': 'function', 'function': {'name': 'shell', 'parameters': {}}}]
HANDLERS = {'shell': shell}

class Agent:
    def ask(self, messages):
        payload = {'model': 'qwen3', 'messages': messages, 'stream': False}
        payload['tools'] = SCHEMAS
        answer = requests.post(URL, data=json.dumps(payload).encode('utf-8'), timeout=60)
        return answer.json()

    def run(self, text):
        message = self.ask([{'role': 'user', 'content': text}])['message']
        for call in message.get('tool_calls', []):
            HANDLERS[call['function']['name']](**call['function']['arguments'])
";
    assert_eq!(lines(&[("agent.py", main)]), ["model-clients ask on qwen3", "  tool shell"]);
}

#[test]
fn clients_of_http_libraries_are_followed_to_the_address() {
    let main = "
import httpx

TOOLS = [{'name': 'look_up', 'input_schema': {}}]

async def claude(messages):
    async with httpx.AsyncClient(base_url='https://api.anthropic.com') as client:
        answer = await client.post('/v1/messages', json={'model': 'claude', 'tools': TOOLS, 'messages': messages})
    return answer.json()

async def gemini(key, contents):
    url = f'https://generativelanguage.googleapis.com/v1beta/models/gemini:generateContent?key={key}'
    body = {'contents': contents, 'tools': [{'functionDeclarations': [{'name': 'book', 'parameters': {}}]}]}
    async with httpx.AsyncClient() as client:
        return await client.post(url, json=body)
";
    let expected =
        ["model-clients claude on claude", "  tool look_up", "model-clients gemini", "  tool book"];
    assert_eq!(lines(&[("main.py", main)]), expected);
}

#[test]
fn where_the_address_is_a_setting_what_is_sent_tells() {
    let main = "
import axios from 'axios';
const tools = [{ type: 'function', function: { name: 'search', parameters: {} } }];
export async function chat(messages) {
  return axios.post(process.env.LLM_ENDPOINT, { model: 'm', messages, tools });
}
";
    assert_eq!(lines(&[("chat.ts", main)]), ["model-clients chat on m", "  tool search"]);
}

#[test]
fn what_gives_no_tools_or_asks_a_server_of_its_own_is_none() {
    let main = "
const tools = [{ type: 'function', function: { name: 'search', parameters: {} } }];
export async function summarize(text) {
  return fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST', body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: text }] }),
  });
}
export async function page(messages) {
  return fetch('/api/chat', { method: 'POST', body: JSON.stringify({ messages, tools }) });
}
export async function order(items) {
  return fetch('https://shop.example.com/orders', { method: 'POST', body: JSON.stringify({ items, tools }) });
}
";
    assert_eq!(lines(&[("page.ts", main)]), [""; 0]);
}

#[test]
fn one_loop_over_several_providers_is_one_agent_with_each_tool_once() {
    let tools = "
export const tools = [
  { name: 'read', description: 'Read.', input_schema: {} },
  { name: 'write', description: 'Write.', input_schema: {} },
];
";
    let claude = "
const API_URL = 'https://api.anthropic.com/v1/messages';
async function call(messages, model, tools) {
  const body = { model, messages, tools: tools.length > 0 ? tools : undefined };
  return (await fetch(API_URL, { method: 'POST', body: JSON.stringify(body) })).json();
}
async function stream(messages, model, tools) {
  const body = { model, messages, tools, stream: true };
  return (await fetch(API_URL, { method: 'POST', body: JSON.stringify(body) })).body;
}
export const claude = { call, stream };
";
    let router = "
const API_URL = 'https://openrouter.ai/api/v1/chat/completions';
const translated = (tools) => tools.map((it) => ({
  type: 'function', function: { name: it.name, description: it.description, parameters: it.input_schema },
}));
export async function call(messages, model, tools) {
  const body = { model, messages, tools: translated(tools) };
  return (await fetch(API_URL, { method: 'POST', body: JSON.stringify(body) })).json();
}
";
    let main = "
import { claude } from './providers/claude';
import * as router from './providers/router';
import { tools } from './tools';
export async function answer(messages, model) {
  await claude.stream(messages, model, tools);
  return model.includes('/') ? router.call(messages, model, tools) : claude.call(messages, model, tools);
}
";
    let files = [
        ("main.ts", main),
        ("providers/claude.ts", claude),
        ("providers/router.ts", router),
        ("tools.ts", tools),
    ];
    assert_eq!(lines(&files), ["model-clients stream", "  tool read", "  tool write"]);
}

#[test]
fn a_tool_whose_body_asks_a_model_with_tools_runs_that_agent() {
    let main = "
from openai import OpenAI

client = OpenAI()

def look(question):
    return open(question).read()

LOOK = {'type': 'function', 'function': {'name': 'look', 'parameters': {}}}
RESEARCH = {'type': 'function', 'function': {'name': 'research', 'parameters': {}}}

def research(question):
    return client.chat.completions.create(model='small', messages=[question], tools=[LOOK])

def handle(name, args):
    if name == 'research':
        return research(args['question'])
    if name == 'look':
        return look(args['question'])

def main(messages):
    answer = client.chat.completions.create(model='large', messages=messages, tools=[RESEARCH])
    return [handle(it.name, it.arguments) for it in answer.calls]
";
    let expected = [
        "model-clients research on small",
        "  tool look",
        "model-clients main on large",
        "  tool research",
        "  hands to research in a tool",
    ];
    assert_eq!(lines(&[("main.py", main)]), expected);
}
