//! Lists of tools that are put together, and modules that are tools.

use ambit_tree::Kind;

use super::lines;

#[test]
fn what_several_servers_give_is_added_up() {
    let main = "
from strands import Agent, tool
from strands.tools.mcp import MCPClient

docs = MCPClient(lambda: {'command': 'uvx', 'args': ['docs-server']})
costs = MCPClient(lambda: {'command': 'uvx', 'args': ['costs-server']})

@tool
def now() -> str:
    '''The time.'''
    return ''

with docs, costs:
    both = docs.list_tools_sync() + costs.list_tools_sync()
    one = Agent(name='one', tools=both)
    two = Agent(name='two', tools=[*docs.list_tools_sync(), *costs.list_tools_sync()])
    three = Agent(name='three', tools=docs.list_tools_sync() + [now])
    more = []
    more += docs.list_tools_sync()
    more.extend(costs.list_tools_sync())
    four = Agent(name='four', tools=more)
";
    let servers = ["  server -", "  server -"];
    let expected = [
        &["strands one"][..],
        &servers,
        &["strands two"],
        &servers,
        &["strands three", "  tool now", "  server -", "strands four"],
        &servers,
    ];
    assert_eq!(lines(&[("main.py", main)]), expected.concat());
}

#[test]
fn a_module_that_is_given_is_its_decorated_functions() {
    let book = "
from strands import tool
from helpers import clean

def _key(day):
    return clean(day)

@tool
def book_table(day: str) -> str:
    '''Book a table.'''
    return _key(day)
";
    let old = "
TOOL_SPEC = {'name': 'cancel_table', 'description': 'Cancel.', 'inputSchema': {'json': {}}}

def cancel_table(tool, **kwargs):
    return {'toolUseId': tool['toolUseId']}
";
    let helpers = "
from strands import tool

@tool
def clean(x: str) -> str:
    return x
";
    let main = "
from strands import Agent
from desk_tools import book, cancel_table

desk = Agent(name='desk', tools=[book, cancel_table])
";
    let files = [
        ("desk_tools/book.py", book),
        ("desk_tools/cancel_table.py", old),
        ("helpers.py", helpers),
        ("main.py", main),
    ];
    assert_eq!(lines(&files), ["strands desk", "  tool book_table", "  tool cancel_table"]);
}

#[test]
fn what_a_tool_hands_to_an_agent_that_it_wraps_is_handed_on() {
    let main = "
from google.adk.agents import Agent
from google.adk.tools import AgentTool, ToolContext

clerk = Agent(name='clerk', model='gemini')

async def ask_clerk(question: str, tool_context: ToolContext) -> str:
    wrapped = AgentTool(agent=clerk)
    return await wrapped.run_async(args={'request': question}, tool_context=tool_context)

boss = Agent(name='boss', model='gemini', tools=[ask_clerk])
";
    assert_eq!(
        lines(&[("main.py", main)]),
        ["adk clerk on gemini", "adk boss on gemini", "  tool ask_clerk", "  hands to clerk in a tool"]
    );
}

#[test]
fn agno_has_toolkits_teams_and_servers_by_command() {
    let main = "
from agno.agent import Agent
from agno.models.openai import OpenAIChat
from agno.team import Team
from agno.tools import Toolkit, tool
from agno.tools.duckduckgo import DuckDuckGoTools
from agno.tools.mcp import MCPTools, MultiMCPTools

@tool(requires_confirmation=True)
def refund(order: str) -> str:
    '''Refund an order.'''
    return order

def lookup(order: str) -> str:
    '''Look an order up.'''
    return order

web = Agent(name='Web', model=OpenAIChat(id='gpt-x'), tools=[DuckDuckGoTools()])
desk = Agent(name='Desk', tools=[refund, lookup, MCPTools('npx -y @acme/orders')])
many = Agent(name='Many', tools=[MultiMCPTools(['npx -y @acme/maps', 'uvx acme-mail'])])
team = Team(name='House', members=[web, desk])

class Shelf(Toolkit):
    def __init__(self):
        super().__init__(name='shelf', tools=[self.count])

    def count(self, item: str) -> str:
        '''Count an item.'''
        return item

keeper = Agent(name='Keeper', tools=[Shelf()])
";
    assert_eq!(
        lines(&[("main.py", main)]),
        [
            "agno Web on gpt-x",
            "  tool DuckDuckGoTools of the library",
            "agno Desk",
            "  tool refund asked",
            "  tool lookup",
            "  server -",
            "agno Many",
            "  server -",
            "  server -",
            "agno House",
            "  hands to Web as a sub-agent",
            "  hands to Desk as a sub-agent",
            "agno Keeper",
            "  tool count",
        ]
    );
}

#[test]
fn browser_use_works_in_a_browser_and_has_actions_of_its_own() {
    let main = "
from browser_use import Agent, Tools
from browser_use.llm import ChatOpenAI

tools = Tools()

@tools.action('Ask a human')
def ask_human(question: str) -> str:
    return question

agent = Agent(task='book a table', llm=ChatOpenAI(model='gpt-x'), tools=tools)
";
    assert_eq!(
        lines(&[("main.py", main)]),
        [
            "browser-use agent on gpt-x",
            "  tool ask_human",
            "  tool browser of the library",
            "  tool files of the library",
        ]
    );
}

#[test]
fn a_tool_may_be_written_as_an_object() {
    let main = "
import { streamText } from 'ai';
import { z } from 'zod';

export async function answer(messages) {
  return streamText({
    model: 'gpt-x',
    messages,
    tools: {
      getWeather: {
        description: 'The weather.',
        inputSchema: z.object({ city: z.string() }),
        execute: async ({ city }) => city,
      },
      getTime: {
        description: 'The time.',
        parameters: z.object({}),
        execute: async () => 'now',
      },
    },
  });
}
";
    let found = lines(&[("main.ts", main)]);
    let tools: Vec<&str> = found.iter().map(|it| it.trim()).filter(|it| it.starts_with("tool ")).collect();
    assert_eq!(tools, ["tool getWeather", "tool getTime"]);
}

#[test]
fn functions_and_what_a_kit_gives() {
    let tools = "
from typing import Any, Callable, List
from langchain_community.agent_toolkits import SQLDatabaseToolkit
from elsewhere import engine

def summaries(query_text: str, num_results: int = 3) -> list:
    '''Look summaries up.'''
    return index.similarity_search(query_text)

toolkit = SQLDatabaseToolkit(db=engine(), llm=None)
sql_tools = toolkit.get_tools()

TOOLS: List[Callable[..., Any]] = [
    summaries,
] + sql_tools
";
    let graph = "
from langgraph.graph import StateGraph
from langgraph.prebuilt import ToolNode
from tools import TOOLS
from elsewhere import load

async def call_model(state):
    model = load('gpt').bind_tools(TOOLS)
    return {'messages': [await model.ainvoke(state.messages)]}

builder = StateGraph(dict)
builder.add_node(call_model)
builder.add_node('tools', ToolNode(TOOLS))
graph = builder.compile(name='Looker')
";
    let found = lines(&[("tools.py", tools), ("graph.py", graph)]);
    for line in ["  tool summaries", "  tool sql_db_query of the library"] {
        assert!(found.contains(&line.to_owned()), "{line}: {found:?}");
    }
}

#[test]
fn a_server_at_an_address_that_only_the_program_knows() {
    let main = "
import anthropic
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

async def report(config: Settings) -> str:
    async with streamable_http_client(config.server_url) as (read, write, _):
        async with ClientSession(read, write) as session:
            tools = (await session.list_tools()).tools
            while True:
                answer = anthropic.Anthropic().messages.create(model='m', messages=[], tools=tools)
                for block in answer.content:
                    await session.call_tool(block.name, block.input)
";
    let agents = super::found(&[("main.py", main)]).agents;
    let servers: Vec<_> = agents.iter().flat_map(|it| &it.servers).collect();
    let [server] = servers.as_slice() else { panic!("{servers:?}") };
    let Kind::Map(pairs) = &server.entry.kind else { panic!("{server:?}") };
    assert!(
        matches!(pairs.as_slice(), [it] if it.key == "url" && matches!(&it.value.kind, Kind::Text(it) if it.starts_with("${"))),
        "{pairs:?}"
    );
}

#[test]
fn what_is_assigned_to_a_map_is_in_it() {
    let text = "
import { generateText, tool } from 'ai';
import { z } from 'zod';
const one = () => tool({ description: 'One.', inputSchema: z.object({}), execute: async () => 1 });
const modules = { first: () => ({ one: one() }), second: () => ({ two: one() }) };
function load(names) {
  const tools = {};
  for (const name of names) {
    const make = modules[name];
    if (make) Object.assign(tools, make());
  }
  return tools;
}
export async function answer(prompt) {
  return generateText({ model: 'm', prompt, tools: load(['first', 'second']) });
}
";
    let found = lines(&[("src/app.ts", text)]);
    assert_eq!(found, ["vercel-ai answer on m", "  tool one", "  tool two"]);
}

/// A loop asks a model twice in one function: once, and again with what came of the tools. What nobody can follow is told.
#[test]
fn tools_that_somebody_else_lists_are_not_followed_and_one_loop_is_one_agent() {
    let text = "
import Anthropic from '@anthropic-ai/sdk';
class Shop {
  tools = [];
  async connect() {
    const answer = await (await fetch('https://shop.example/api/mcp')).json();
    const listed = answer.result.tools || [];
    this.tools = listed.map((it) => ({ name: it.name, description: it.description, input_schema: it.schema }));
  }
  getTools() { return this.tools; }
}
export class Assistant {
  constructor() { this.client = new Anthropic(); this.shop = new Shop(); }
  async chat(messages) {
    await this.shop.connect();
    const listed = this.shop.getTools();
    const tools = listed.length > 0 ? listed.map((it) => ({ name: it.name, input_schema: it.input_schema })) : undefined;
    let response = await this.client.messages.create({ model: 'm', messages, tools });
    while (response.stop_reason === 'tool_use') {
      response = await this.client.messages.create({ model: 'm', messages, tools });
    }
    return response;
  }
}
";
    let found = lines(&[("src/app.ts", text)]);
    assert_eq!(found.iter().filter(|it| it.starts_with("model-clients")).count(), 1, "{found:?}");
    assert!(found.iter().any(|it| it.starts_with("  unresolved tools")), "{found:?}");
}

/// A tool of a library with something around it is one tool, called by the name that it is given.
#[test]
fn a_tool_that_is_spread_and_carried_out_otherwise_is_one() {
    let text = "
import { generateText } from 'ai';
import { tavilySearch } from '@tavily/ai-sdk';
const base = tavilySearch({ maxResults: 5 });
const run = base.execute;
const webSearch = { ...base, execute: async (input, options) => run(input, options) };
export async function answer(prompt) {
  return generateText({ model: 'm', prompt, tools: { webSearch, plain: tavilySearch() } });
}
";
    let found = lines(&[("src/app.ts", text)]);
    assert_eq!(found, ["vercel-ai answer on m", "  tool webSearch", "  tool web_search of the library"]);
}
