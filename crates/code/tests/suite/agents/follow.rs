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
