//! Frameworks of Python.

use super::lines;

fn of(text: &str) -> Vec<String> {
    lines(&[("app.py", text)])
}

#[test]
fn openai_agents() {
    let text = "
from agents import Agent, Runner, function_tool, handoff, WebSearchTool, HostedMCPTool, SQLiteSession, input_guardrail
from agents.mcp import MCPServerStdio

@function_tool(needs_approval=True)
def refund(order: str, amount: float) -> str:
    '''Pays an order back.'''
    return order

@input_guardrail
async def polite(ctx, agent, text):
    return None

files = MCPServerStdio(name='files', params={'command': 'npx', 'args': ['-y', 'server-files', '.']})
clerk = Agent(name='Clerk', instructions='Help.', tools=[refund, WebSearchTool()], model='gpt-x')
spanish = Agent(name='Spanish', mcp_servers=[files])
triage = Agent(
    name='Triage',
    handoffs=[clerk, handoff(spanish)],
    tools=[clerk.as_tool(tool_name='ask', tool_description='Asks.'), HostedMCPTool(tool_config={
        'type': 'mcp', 'server_label': 'wiki', 'server_url': 'https://mcp.wiki.example/mcp', 'require_approval': 'never'})],
    input_guardrails=[polite],
)

async def main():
    question = input('? ')
    await Runner.run(triage, question, max_turns=4, session=SQLiteSession('s', 'chats.db'))
";
    assert_eq!(
        of(text),
        [
            "openai-agents Clerk on gpt-x",
            "  tool refund asked",
            "  tool web_search of the library",
            "openai-agents Spanish",
            "  server files",
            "openai-agents Triage",
            "  server wiki",
            "  hands to Clerk as a tool",
            "  hands to Clerk as a hand-off",
            "  hands to Spanish as a hand-off",
            "  keeps session chats.db for session",
            "  started by command line of operator",
            "  limit max_turns: 4",
            "  guard polite",
        ]
    );
}

#[test]
fn a_graph_is_one_agent_with_what_its_nodes_do() {
    let text = "
from typing import TypedDict
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import StateGraph, START, END
from langgraph.prebuilt import ToolNode, create_react_agent

class State(TypedDict):
    messages: list

@tool
def book(room: str) -> str:
    '''Books a room.'''
    return room

researcher = create_react_agent(ChatOpenAI(model='gpt-r'), tools=[], name='researcher')
llm = ChatOpenAI(model='gpt-x').bind_tools([book])

def think(state: State):
    return {'messages': [llm.invoke(state['messages'])]}

builder = StateGraph(State)
builder.add_node('think', think)
builder.add_node('tools', ToolNode([book]))
builder.add_node('research', researcher)
builder.add_edge(START, 'think')
builder.add_conditional_edges('think', lambda s: 'tools', {'tools': 'tools', 'end': END})
graph = builder.compile(checkpointer=InMemorySaver(), interrupt_before=['tools'])
";
    let found = of(text);
    assert_eq!(found.first().map(String::as_str), Some("langchain researcher on gpt-r"));
    let graph =
        found.iter().skip_while(|it| *it != "langchain graph").map(String::as_str).collect::<Vec<_>>();
    assert!(graph.contains(&"  tool book asked"), "{found:?}");
    assert!(graph.contains(&"  hands to researcher as a node"), "{found:?}");
    assert!(graph.iter().any(|it| it.starts_with("  keeps checkpoints")), "{found:?}");
}

#[test]
fn langchain_servers_supervisors_and_middleware() {
    let text = "
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.tools import tool
from langchain_mcp_adapters.client import MultiServerMCPClient
from langgraph_supervisor import create_supervisor

@tool
def send_mail(to: str, body: str) -> str:
    '''Sends mail.'''
    return to

@tool
def look(x: str) -> str:
    '''Looks.'''
    return x

async def main():
    client = MultiServerMCPClient({
        'math': {'command': 'python', 'args': ['math_server.py'], 'transport': 'stdio'},
        'weather': {'url': 'http://localhost:8000/mcp', 'transport': 'streamable_http'},
    })
    tools = await client.get_tools()
    calc = create_agent('m', tools, name='calc')
    mail = create_agent('m', [send_mail, look], name='mail',
        middleware=[HumanInTheLoopMiddleware(interrupt_on={'send_mail': True, 'look': False})])
    boss = create_supervisor([calc, mail], model='b', supervisor_name='boss').compile()
";
    assert_eq!(
        of(text),
        [
            "langchain calc on m",
            "  server math",
            "  server weather",
            "langchain mail on m",
            "  tool send_mail asked",
            "  tool look",
            "langchain boss on b",
            "  hands to calc as a sub-agent",
            "  hands to mail as a sub-agent",
        ]
    );
}

#[test]
fn crews_are_members_in_a_row() {
    let text = "
from crewai import Agent, Crew, Process, Task
from crewai.project import CrewBase, agent, crew, task
from crewai.tools import BaseTool, tool
from crewai_tools import SerperDevTool

class Post(BaseTool):
    name: str = 'post_note'
    description: str = 'Posts a note.'
    def _run(self, text: str) -> str:
        return text

@tool('Count words')
def count(text: str) -> int:
    '''Counts.'''
    return 1

@CrewBase
class Desk:
    agents_config = 'config/agents.yaml'

    @agent
    def researcher(self) -> Agent:
        return Agent(config=self.agents_config['researcher'], tools=[SerperDevTool()], max_iter=3)

    @agent
    def writer(self) -> Agent:
        return Agent(config=self.agents_config['writer'], tools=[Post(), count], allow_code_execution=True)

    @crew
    def crew(self) -> Crew:
        return Crew(agents=self.agents, tasks=[], process=Process.sequential)
";
    assert_eq!(
        of(text),
        [
            "crewai researcher",
            "  tool SerperDevTool of the library",
            "  hands to writer as the next member",
            "  limit max_iter: 3",
            "crewai writer",
            "  tool post_note",
            "  tool Count words",
            "  tool code_interpreter of the library",
        ]
    );
}

#[test]
fn autogen_of_both_lines() {
    let text = "
from autogen_agentchat.agents import AssistantAgent, CodeExecutorAgent
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_ext.code_executors.local import LocalCommandLineCodeExecutor
from autogen_ext.models.openai import OpenAIChatCompletionClient
from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams

client = OpenAIChatCompletionClient(model='gpt-x')

async def weather(city: str) -> str:
    '''The weather.'''
    return city

async def main():
    async with McpWorkbench(StdioServerParams(command='uvx', args=['mcp-server-fetch'])) as fetch:
        reader = AssistantAgent('reader', model_client=client, workbench=fetch)
        planner = AssistantAgent(name='planner', model_client=client, tools=[weather], handoffs=['runner'])
        runner = CodeExecutorAgent('runner', code_executor=LocalCommandLineCodeExecutor(work_dir='x'))
        team = RoundRobinGroupChat([planner, runner], max_turns=5)
        await team.run(task='Go')
";
    assert_eq!(
        of(text),
        [
            "autogen reader on gpt-x",
            "  server -",
            "autogen planner on gpt-x",
            "  tool weather",
            "  hands to runner as a hand-off",
            "  hands to runner as the next member",
            "autogen runner",
            "  tool code_executor of the library",
        ]
    );
    let old = "
import autogen
config = {'config_list': []}
coder = autogen.AssistantAgent('coder', llm_config=config)
user = autogen.UserProxyAgent('user', human_input_mode='NEVER', code_execution_config={'work_dir': 'x', 'use_docker': False})

@user.register_for_execution()
@coder.register_for_llm(description='Adds.')
def add(a: int, b: int) -> int:
    return a + b

user.initiate_chat(coder, message='Go')
";
    let found = of(old);
    assert!(
        found.contains(&"autogen coder".to_owned()) && found.contains(&"  tool add".to_owned()),
        "{found:?}"
    );
    assert!(found.contains(&"  tool code_execution of the library".to_owned()), "{found:?}");
}

#[test]
fn pydantic_ai() {
    let text = "
from fastapi import FastAPI
from pydantic_ai import Agent, RunContext
from pydantic_ai.mcp import MCPServerStdio

app = FastAPI()
server = MCPServerStdio('deno', args=['run', 'jsr:@pydantic/mcp-run-python'])
agent = Agent('openai:gpt-x', system_prompt='Help.', toolsets=[server])

@agent.tool
async def balance(ctx: RunContext[str], account: str) -> float:
    '''The balance.'''
    return 1.0

@agent.tool_plain(requires_approval=True)
def close(account: str) -> str:
    return account

@app.post('/ask')
async def ask(question: str):
    return await agent.run(question)
";
    assert_eq!(
        of(text),
        [
            "pydantic-ai agent on openai:gpt-x",
            "  tool balance",
            "  tool close asked",
            "  server -",
            "  started by http request of public",
        ]
    );
}

#[test]
fn adk_with_sub_agents_and_agents_as_tools() {
    let text = "
from google.adk.agents import Agent, LlmAgent, SequentialAgent
from google.adk.tools import google_search, FunctionTool
from google.adk.tools.agent_tool import AgentTool
from google.adk.tools.mcp_tool.mcp_toolset import MCPToolset, StdioServerParameters

def get_time(city: str) -> dict:
    '''The time.'''
    return {}

searcher = Agent(name='searcher', model='gemini-x', tools=[google_search])
writer = LlmAgent(name='writer', model='gemini-x', instruction='Write.', tools=[
    get_time, MCPToolset(connection_params=StdioServerParameters(command='npx', args=['-y', 'notes-mcp']), tool_filter=['read_note'])])
pipeline = SequentialAgent(name='pipeline', sub_agents=[writer])
root_agent = Agent(name='root', model='gemini-x', tools=[AgentTool(agent=searcher)], sub_agents=[pipeline])
";
    assert_eq!(
        of(text),
        [
            "adk searcher on gemini-x",
            "  tool google_search of the library",
            "adk writer on gemini-x",
            "  tool get_time",
            "  server - only read_note",
            "adk pipeline",
            "  hands to writer as a member",
            "adk root on gemini-x",
            "  hands to searcher as a tool",
            "  hands to pipeline as a sub-agent",
        ]
    );
}

#[test]
fn llama_index_smolagents_strands_and_semantic_kernel() {
    let text = "
from llama_index.core.agent.workflow import FunctionAgent, AgentWorkflow
from llama_index.core.tools import FunctionTool, QueryEngineTool
from llama_index.core import VectorStoreIndex

def add(a: int, b: int) -> int:
    '''Adds.'''
    return a + b

index = VectorStoreIndex.from_documents([])
docs = QueryEngineTool.from_defaults(query_engine=index.as_query_engine(), name='docs', description='Docs.')
one = FunctionAgent(name='one', tools=[FunctionTool.from_defaults(fn=add), docs], can_handoff_to=['two'])
two = FunctionAgent(name='two', tools=[add])
flow = AgentWorkflow(agents=[one, two], root_agent='one')
";
    assert_eq!(
        of(text),
        [
            "llamaindex one",
            "  tool add",
            "  tool docs of the library",
            "  hands to two as a hand-off",
            "  hands to two as the next member",
            "llamaindex two",
            "  tool add",
        ]
    );
    let text = "
from semantic_kernel.agents import ChatCompletionAgent
from semantic_kernel.connectors.ai.open_ai import AzureChatCompletion
from semantic_kernel.functions import kernel_function

class Menu:
    @kernel_function(description='The specials.')
    def specials(self) -> str:
        return ''
    @kernel_function
    def price(self, item: str) -> str:
        return item

agent = ChatCompletionAgent(service=AzureChatCompletion(), name='Host', instructions='Help.', plugins=[Menu()])
";
    assert_eq!(of(text), ["semantic-kernel Host", "  tool price", "  tool specials"]);
    let text = "
from strands import Agent, tool
from strands_tools import shell, http_request
import strands_tools

@tool
def note(text: str) -> str:
    '''Notes.'''
    return text

helper = Agent(name='helper', tools=[note])

@tool
def ask(question: str) -> str:
    '''Asks the helper.'''
    return helper(question)

boss = Agent(name='boss', system_prompt='Lead.', tools=[ask, shell, http_request])
";
    let found = of(text);
    assert!(found.contains(&"  tool shell of the library".to_owned()), "{found:?}");
    assert!(found.contains(&"  hands to helper in a tool".to_owned()), "{found:?}");
}

#[test]
fn loops_of_their_own_and_servers() {
    let text = "
import anthropic
from fastmcp import FastMCP

client = anthropic.Anthropic()
TOOLS = [{'name': 'get_weather', 'description': 'The weather.', 'input_schema': {'type': 'object'}}]

def get_weather(city):
    return city

def chat():
    question = input()
    return client.messages.create(model='claude-x', max_tokens=9, tools=TOOLS, messages=[{'role': 'user', 'content': question}])

def summarize(text):
    return client.messages.create(model='claude-x', max_tokens=9, messages=[{'role': 'user', 'content': text}])

mcp = FastMCP('Notes')

@mcp.tool()
def add_note(text: str) -> str:
    '''Adds a note.'''
    return text
";
    assert_eq!(
        of(text),
        [
            "model-clients chat on claude-x",
            "  tool get_weather",
            "  started by command line of operator",
            "serves Notes from app.py",
            "  tool add_note",
        ]
    );
}

#[test]
fn an_agent_that_is_told_its_name_is_one_with_that_of_the_default() {
    let main = "
from agents import Agent

class Counter:
    def __init__(self, limit, name='counter'):
        self.agent = Agent(name=name)

class Queued(Counter):
    def __init__(self, limit, **more):
        super().__init__(limit, **more)

queued = Queued(3)

def run(name):
    return Agent(name=name)
";
    // What nobody tells its name stays there.
    assert_eq!(lines(&[("main.py", main)]), ["openai-agents counter", "openai-agents run"]);
}

#[test]
fn an_agent_of_its_own_class_runs_others_and_sessions_are_those_of_its_runner() {
    let main = "
from google.adk.agents import Agent, BaseAgent
from google.adk.runners import Runner
from google.adk.sessions import InMemorySessionService

helper = Agent(name='helper', model='m')

class Router(BaseAgent):
    def __init__(self):
        super().__init__(name='Router', sub_agents=[helper])

runner = Runner(agent=Router(), app_name='desk', session_service=InMemorySessionService())

def ask(text):
    return runner.run(user_id='u', session_id='s', new_message=text)
";
    let expected =
        ["adk helper on m", "adk Router", "  hands to helper as a sub-agent", "  keeps sessions for session"];
    assert_eq!(lines(&[("main.py", main)]), expected);
}
