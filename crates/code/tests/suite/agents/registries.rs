//! Tools that are found through registries: dictionaries, classes, conditions on names.

use ambit_model::facts::Known;

use super::{found, lines};

/// The tools of the only agent, those of which the body is known.
fn read(files: &[(&str, &str)]) -> Vec<(String, bool)> {
    let found = found(files);
    let tools = found.agents.iter().flat_map(|it| &it.facts.program.tools);
    tools.map(|it| (it.name.clone(), it.known == Known::Body)).collect()
}

#[test]
fn what_decorators_and_loops_put_into_dictionaries_are_tools() {
    let registry = "
TOOLS = {}

def register(function):
    TOOLS[function.__name__] = function
    return function

class Registry:
    kinds = {}

    def __init__(self):
        self.tools = {}

    def tool(self, name=None):
        def wrap(function):
            self.tools[name or function.__name__] = function
            return function
        return wrap

    def get_tools(self):
        return list(self.tools.values())

    @classmethod
    def add(cls, kind, function):
        cls.kinds.setdefault(kind, []).append(function)

    @classmethod
    def of(cls, kind):
        return cls.kinds.get(kind, [])
";
    let main = "
from agents import Agent
from registry import TOOLS, Registry, register

kit = Registry()

@register
def one(x: str) -> str:
    return x

@register
def two(x: str) -> str:
    return x

@kit.tool()
def three(x: str) -> str:
    return x

@kit.tool(name='fourth')
def four(x: str) -> str:
    return x

def five(x: str) -> str:
    return x

def six(x: str) -> str:
    return x

for function in (five, six):
    Registry.add('plain', function)

Agent(name='a', tools=list(TOOLS.values()))
Agent(name='b', tools=kit.get_tools())
Agent(name='c', tools=Registry.of('plain'))
Agent(name='d', tools=[TOOLS[name] for name in ('one', 'two')])
";
    assert_eq!(
        lines(&[("main.py", main), ("registry.py", registry)]),
        [
            "openai-agents a",
            "  tool one",
            "  tool two",
            "openai-agents b",
            "  tool three",
            "  tool four",
            "openai-agents c",
            "  tool five",
            "  tool six",
            "openai-agents d",
            "  tool one",
            "  tool two",
        ]
    );
}

#[test]
fn what_a_loop_finds_by_the_name_of_a_schema_carries_it_out() {
    let of = |dispatch: &str| {
        format!(
            "
import anthropic
import requests

def fetch_page(url):
    return requests.get(url).text

def _save(text):
    open('notes.txt', 'w').write(text)

{dispatch}

schemas = [
    {{'name': 'fetch_page', 'description': '', 'input_schema': {{}}}},
    {{'name': 'save_note', 'description': '', 'input_schema': {{}}}},
    {{'name': 'elsewhere', 'description': '', 'input_schema': {{}}}},
]

def loop(question):
    client = anthropic.Anthropic()
    answer = client.messages.create(model='c', tools=schemas, messages=[question])
    return [run(it.name, it.input) for it in answer.content]
"
        )
    };
    let table = "
TABLE = {'fetch_page': fetch_page, 'save_note': _save}
def run(name, given):
    return TABLE[name](**given)
";
    let conditions = "
def run(name, given):
    if name == 'fetch_page':
        return fetch_page(**given)
    elif name == 'save_note':
        result = str(_save(given['text']))
        return result
    return None
";
    let cases = "
def run(name, given):
    match name:
        case 'fetch_page':
            return fetch_page(**given)
        case 'save_note':
            return _save(**given)
";
    for dispatch in [table, conditions, cases] {
        let tools = read(&[("main.py", &of(dispatch))]);
        let expected = [("fetch_page", true), ("save_note", true), ("elsewhere", false)];
        assert_eq!(tools, expected.map(|(name, body)| (name.to_owned(), body)), "{dispatch}");
    }
}

#[test]
fn a_switch_of_typescript_carries_schemas_out() {
    let main = "
import Anthropic from '@anthropic-ai/sdk';
import { writeFileSync } from 'node:fs';

const save = (text: string) => writeFileSync('notes.txt', text);

function run(name: string, input: any) {
  switch (name) {
    case 'save_note':
      return save(input.text);
    default:
      return null;
  }
}

export async function loop(question: string) {
  const client = new Anthropic();
  const answer = await client.messages.create({
    model: 'c',
    messages: [],
    tools: [{ name: 'save_note', input_schema: {} }],
  });
  return run(answer.content[0].name, answer.content[0].input);
}
";
    assert_eq!(read(&[("main.ts", main)]), [("save_note".to_owned(), true)]);
}

const KINDS: &str = "
import requests
import subprocess
from langchain_core.tools import BaseTool

class Own(BaseTool):
    '''What all tools of this program have in common.'''

class Look(Own):
    name: str = 'look'
    description: str = 'Looks'

    def _run(self, url):
        return requests.get(url).text

class Run(Own):
    name: str = 'run'
    description: str = 'Runs'

    def _run(self, line):
        return subprocess.run(line, shell=True)

class Elsewhere(BaseTool):
    name: str = 'elsewhere'
    description: str = 'Is of another kind'

    def _run(self):
        return ''
";

#[test]
fn classes_that_derive_from_one_are_its_subclasses() {
    let main = "
from langgraph.prebuilt import create_react_agent
from kinds import Own

def build():
    tools = []
    for kind in Own.__subclasses__():
        tools.append(kind())
    return create_react_agent(model='m', tools=tools)

agent = build()
";
    let listed = "
from langgraph.prebuilt import create_react_agent
from kinds import Own

agent = create_react_agent(model='m', tools=[kind() for kind in Own.__subclasses__()])
";
    for main in [main, listed] {
        let tools = read(&[("kinds.py", KINDS), ("main.py", main)]);
        assert_eq!(tools, [("look".to_owned(), true), ("run".to_owned(), true)], "{main}");
    }
}

#[test]
fn a_base_that_is_told_of_its_classes_may_keep_them() {
    let main = "
from agents import Agent, function_tool

class Plain:
    known = {}

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Plain.known[cls.__name__] = cls

class First(Plain):
    @staticmethod
    @function_tool
    def first(x: str) -> str:
        return x

class Second(Plain):
    @staticmethod
    @function_tool
    def second(x: str) -> str:
        return x

Agent(name='a', tools=[Plain.known['Second'].second, Plain.known['First'].first])
";
    let tools = lines(&[("main.py", main)]);
    let expected = ["openai-agents a", "  tool second", "  tool first"];
    assert_eq!(tools, expected);
}

/// The code as cells of a notebook, a cell for each part.
fn notebook(parts: &[&str]) -> String {
    let cell = |text: &&str| serde_json::json!({"cell_type": "code", "source": text});
    serde_json::json!({"cells": parts.iter().map(cell).collect::<Vec<_>>()}).to_string()
}

#[test]
fn registries_of_notebooks_are_filled_from_cell_to_cell() {
    let register = "
TOOLS = {}

def register(function):
    TOOLS[function.__name__] = function
    return function
";
    let tools = "
import requests

@register
def one(url: str) -> str:
    return requests.get(url).text

@register
def two(x: str) -> str:
    return x
";
    let kinds = format!("%pip install langgraph\n{KINDS}");
    let agents = "
from agents import Agent
Agent(name='a', tools=list(TOOLS.values()))
";
    let graph = "
from langgraph.prebuilt import create_react_agent
b = create_react_agent(model='m', tools=[kind() for kind in Own.__subclasses__()])
";
    let text = notebook(&[register, tools, &kinds, "!ls", agents, graph]);
    let expected =
        ["openai-agents a", "  tool one", "  tool two", "langchain b on m", "  tool look", "  tool run"];
    assert_eq!(lines(&[("book.ipynb", &text)]), expected);
}

#[test]
fn schemas_of_notebooks_are_carried_out_by_what_another_cell_calls() {
    let tools = "
import anthropic
import subprocess

def run_line(line):
    return subprocess.run(line, shell=True)
";
    let dispatch = "
def run(name, given):
    if name == 'shell':
        return run_line(**given)
";
    let loop_ = "
client = anthropic.Anthropic()
answer = client.messages.create(
    model='c',
    messages=[],
    tools=[{'name': 'shell', 'description': '', 'input_schema': {}}],
)
run(answer.content[0].name, answer.content[0].input)
";
    let text = notebook(&[tools, dispatch, loop_]);
    assert_eq!(read(&[("book.ipynb", &text)]), [("shell".to_owned(), true)]);
}

#[test]
fn a_registry_of_objects_tells_what_carries_each_tool_out() {
    let registry = "
from dataclasses import dataclass
from typing import Callable

@dataclass
class Tool:
    name: str
    description: str
    handler: Callable

    def schema(self):
        return {'type': 'function', 'function': {'name': self.name, 'description': self.description}}

class Registry:
    def __init__(self):
        self._tools = {}

    def register(self, tool):
        self._tools[tool.name] = tool

    def schemas(self, allowed=None):
        tools = self._tools.values()
        return [it.schema() for it in tools if allowed is None or it.name in allowed]
";
    // Each costs more than is looked at in a function that has nothing to do with agents.
    let padding = "    note = [str(1), str(2), str(3), str(4), str(5), str(6), str(7), str(8)]\n".repeat(8);
    let names = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let tools: Vec<String> = names
        .iter()
        .map(|it| {
            let function = format!("    def run_{it}(text: str) -> str:\n        return text\n");
            let tool = format!("Tool(name='{it}', description='', handler=run_{it})");
            format!("{padding}{function}    registry.register({tool})\n")
        })
        .collect();
    let tools = tools.concat();
    let kit = format!("from registry import Tool\n\ndef fill(registry):\n{tools}");
    let main = "
from openai import OpenAI
from kit import fill
from registry import Registry

registry = Registry()
fill(registry)

class Runtime:
    def __init__(self, tools):
        self.tools = tools
        self.client = OpenAI()

    def run(self, messages):
        kwargs = {'model': 'm', 'messages': messages}
        kwargs['tools'] = self.tools.schemas()
        return self.client.chat.completions.create(**kwargs)

runtime = Runtime(registry)

def handle(text):
    return runtime.run([text])
";
    let expected: Vec<(String, bool)> = names.iter().map(|it| ((*it).to_owned(), true)).collect();
    assert_eq!(read(&[("kit.py", &kit), ("main.py", main), ("registry.py", registry)]), expected);
}
