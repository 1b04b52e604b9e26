//! Names, values and calls across modules.

use super::lines;

#[test]
fn names_are_followed_through_modules_lists_and_factories() {
    let tools = "
from langchain_core.tools import tool

@tool
def lookup(order: str) -> str:
    '''Looks an order up.'''
    return order

@tool('cancel-order')
def cancel(order: str) -> str:
    '''Cancels an order.'''
    return order
";
    let registry = "
from .orders import lookup, cancel
EVERYDAY = [lookup]
ALL = EVERYDAY + [cancel]
";
    let main = "
from langgraph.prebuilt import create_react_agent
from app.tools import ALL
from app.tools.orders import lookup as look

def build(name, tools):
    return create_react_agent('openai:gpt-x', tools, name=name)

desk = build('desk', ALL)
reader = build(name='reader', tools=[look])
";
    let files = [
        ("app/tools/__init__.py", "from .registry import ALL\n"),
        ("app/tools/orders.py", tools),
        ("app/tools/registry.py", registry),
        ("app/main.py", main),
    ];
    assert_eq!(
        lines(&files),
        [
            "langchain desk on openai:gpt-x",
            "  tool lookup",
            "  tool cancel-order",
            "langchain reader on openai:gpt-x",
            "  tool lookup",
        ]
    );
}

#[test]
fn a_folder_that_is_called_like_a_library_is_not_the_library() {
    let main = "
from agents import Agent, function_tool
from agents.desk import wake

@function_tool
def now() -> str:
    return wake()

bot = Agent(name='bot', tools=[now])
";
    let files =
        [("agents/__init__.py", ""), ("agents/desk.py", "def wake():\n    return ''\n"), ("main.py", main)];
    assert_eq!(lines(&files), ["openai-agents bot", "  tool now"]);
}

#[test]
fn what_is_appended_spread_chosen_and_looped_over_is_there() {
    let main = "
import os
from smolagents import ToolCallingAgent, tool, WebSearchTool

@tool
def one(x: str) -> str:
    '''One.'''
    return x

def two(x: str) -> str:
    '''Two.'''
    return x

tools = [one]
if os.environ.get('SEARCH'):
    tools.append(WebSearchTool())
extra = {'two': tool(two)}
for it in extra.values():
    tools += [it]
agent = ToolCallingAgent(tools=[*tools], model=None)
";
    assert_eq!(
        lines(&[("main.py", main)]),
        ["smolagents agent", "  tool one", "  tool web_search of the library", "  tool two"]
    );
}

#[test]
fn what_cannot_be_followed_is_said() {
    let main = "
from pydantic_ai import Agent
from somewhere import load_tools, helper
import settings_of_theirs

a = Agent('m', name='a', tools=load_tools(settings_of_theirs.X))
b = Agent('m', name='b', tools=[helper])

def build(tools):
    return Agent('m', name='c', tools=tools)
";
    assert_eq!(
        lines(&[("main.py", main)]),
        [
            "pydantic-ai a on m",
            "  tool load_tools unknown",
            "pydantic-ai b on m",
            "  tool helper unknown",
            "pydantic-ai c on m",
            "  unresolved tools: tools",
        ]
    );
}

#[test]
fn circles_end() {
    let a = "from b import two\nfrom strands import Agent\ndef one(x):\n    return two(one(x))\nagent = Agent(name='a', tools=[one])\n";
    let b = "from a import one\ndef two(x):\n    return one(two(x))\n";
    assert_eq!(lines(&[("a.py", a), ("b.py", b)]), ["strands a", "  tool one"]);
}

#[test]
fn tools_of_a_session_are_those_of_the_server_that_it_talks_to() {
    let text = "
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from langchain_mcp_adapters.tools import load_mcp_tools
from langgraph.prebuilt import create_react_agent

params = StdioServerParameters(command='python', args=['/srv/math_server.py'])

async def main():
    async with stdio_client(params) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            tools = await load_mcp_tools(session)
            agent = create_react_agent('openai:gpt-x', tools)
";
    assert_eq!(lines(&[("app.py", text)]), ["langchain agent on openai:gpt-x", "  server -"]);
}

#[test]
fn an_agent_that_is_made_once_more_is_the_same() {
    let text = "
from crewai import Agent, Crew, Task
from crewai.project import CrewBase, agent, crew, task

@CrewBase
class Desk:
    agents_config = 'config/agents.yaml'
    tasks_config = 'config/tasks.yaml'

    @agent
    def reader(self) -> Agent:
        return Agent(config=self.agents_config['reader'], tools=[], max_iter=3)

    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config['writer'], tools=[])

    @task
    def reading(self) -> Task:
        return Task(config=self.tasks_config['reading'], agent=self.reader())

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=self.tasks)
";
    assert_eq!(
        lines(&[("app.py", text)]),
        ["crewai reader", "  hands to writer as the next member", "  limit max_iter: 3", "crewai writer"]
    );
}

#[test]
fn what_a_handler_puts_into_the_session_another_finds_there() {
    let chainlit = "
from typing import cast
import chainlit as cl
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import TextMessage

@cl.on_chat_start
async def start():
    helper = AssistantAgent('helper', model_client=None)
    cl.user_session.set('other', 'x')
    cl.user_session.set('agent', helper)

@cl.on_message
async def chat(message: cl.Message):
    agent = cast(AssistantAgent, cl.user_session.get('agent'))
    await agent.on_messages(messages=[TextMessage(content=message.content, source='user')])
";
    let streamlit = "
import streamlit as st
from agents import Agent, Runner

if 'desk' not in st.session_state:
    st.session_state['desk'] = None
    st.session_state.desk = Agent(name='desk', instructions='Help.')

def answer():
    question = st.chat_input('Ask')
    return Runner.run_sync(st.session_state.desk, question)
";
    assert_eq!(lines(&[("app.py", chainlit)]), ["autogen helper", "  started by chat page of organization"]);
    assert_eq!(
        lines(&[("app.py", streamlit)]),
        ["openai-agents desk", "  started by chat page of organization"]
    );
}

#[test]
fn what_a_method_gives_back_changes_with_its_instance() {
    let main = "
from agents import Agent, function_tool

@function_tool
def now() -> str:
    return ''

class Desk:
    def __init__(self):
        self.kit = []

    def tools(self):
        return self.kit

    def build(self):
        first = Agent(name='first', tools=self.tools())
        self.kit = [now]
        return first, Agent(name='second', tools=self.tools())

def start():
    Desk().build()
";
    assert_eq!(lines(&[("main.py", main)]), ["openai-agents first", "openai-agents second", "  tool now"]);
}

#[test]
fn functions_that_nobody_calls_are_followed_where_they_lead_to_a_framework() {
    // By another name of the module, a class, what a package passes on, and a star.
    let files = [
        ("kit/__init__.py", "from .make import Maker as Builder\n"),
        (
            "kit/make.py",
            "from agents import Agent\n\nclass Maker:\n    def named(self, name):\n        return Agent(name=name)\n",
        ),
        ("more.py", "from kit import *\n\ndef star():\n    return Builder().named('by-star')\n"),
        (
            "plain.py",
            "import kit.make as workshop\n\ndef alias():\n    return workshop.Maker().named('by-alias')\n",
        ),
        (
            "main.py",
            "from kit import Builder\n\nmaker = Builder()\n\ndef variable():\n    return maker.named('by-variable')\n",
        ),
    ];
    let found = lines(&files);
    let all = ["by-alias", "by-star", "by-variable"];
    let missing: Vec<&&str> =
        all.iter().filter(|it| !found.contains(&format!("openai-agents {it}"))).collect();
    assert!(missing.is_empty(), "{missing:?} of {found:?}");
}

#[test]
fn what_a_function_without_agents_gives_back_is_known() {
    let files = [
        ("settings.py", "def model():\n    return 'openai/gpt-x'\n"),
        (
            "main.py",
            "from agents import Agent\nfrom settings import model\n\ndef build():\n    return Agent(name='desk', model=model())\n",
        ),
    ];
    assert_eq!(lines(&files), ["openai-agents desk on openai/gpt-x"]);
}

#[test]
fn lists_that_double_again_and_again_stay_small() {
    let mut main = "from agents import Agent, function_tool\n\n@function_tool\ndef now() -> str:\n    return ''\n\ndef build():\n    kit = [now]\n".to_owned();
    for twice in ["kit = kit + kit", "kit += kit", "kit = [*kit, *kit]", "kit.extend(kit)"] {
        main.push_str(&format!("    {twice}\n").repeat(24));
    }
    main.push_str("    return Agent(name='desk', tools=kit)\n");
    assert_eq!(lines(&[("main.py", &main)]), ["openai-agents desk", "  tool now"]);
}

#[test]
fn modules_that_import_each_other_know_each_others_names() {
    let desk = "
from agents import Agent
from people import clerk

class Kit:
    def look(self, name: str) -> str:
        return name

def find(name: str) -> str:
    return name
";
    let people = "
from agents import Agent
from desk import Kit, find

clerk = Agent(name='clerk', tools=[find, Kit().look])
";
    assert_eq!(
        lines(&[("desk.py", desk), ("people.py", people)]),
        ["openai-agents clerk", "  tool find", "  tool look"]
    );
}
