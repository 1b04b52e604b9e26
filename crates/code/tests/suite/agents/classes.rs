//! Agents that are classes of the repository, and those that are made of a kernel or a team.

use super::lines;

#[test]
fn an_agent_of_livekit_is_a_class_with_methods_for_tools() {
    let tools = "
import requests
from livekit.agents import function_tool

@function_tool
async def order(dish: str) -> str:
    return requests.post('https://kitchen.example.com/orders', json={'dish': dish}).text
";
    let main = "
from livekit.agents import Agent, AgentSession, function_tool, mcp
from tools import order

class Waiter(Agent):
    def __init__(self):
        super().__init__(instructions='Serve.', tools=[order], mcp_servers=[mcp.MCPServerHTTP(url='https://menu.example.com/mcp')])

    @function_tool
    async def look_up(self, dish: str) -> str:
        return open('menu.txt').read()

    async def on_enter(self):
        return None

async def entrypoint(ctx):
    session = AgentSession(llm='openai/gpt-x')
    await session.start(agent=Waiter(), room=ctx.room)
";
    assert_eq!(
        lines(&[("main.py", main), ("tools.py", tools)]),
        ["livekit Waiter", "  tool order", "  tool look_up", "  server -",]
    );
}

#[test]
fn a_chat_that_is_asked_with_a_kernel_has_its_plugins() {
    let text = "
from semantic_kernel import Kernel
from semantic_kernel.connectors.ai.chat_completion_client_base import ChatCompletionClientBase
from semantic_kernel.functions import kernel_function

class Mail:
    @kernel_function(name='send_mail', description='Sends.')
    def send(self, to: str) -> str:
        return to

class Desk:
    def __init__(self):
        self.kernel = Kernel()

    def add(self, plugin):
        self.kernel.add_plugin(plugin, plugin_name='mail')
        return self

    async def ask(self, history, settings):
        chat = self.kernel.get_service(type=ChatCompletionClientBase)
        return await chat.get_chat_message_contents(chat_history=history, settings=settings, kernel=self.kernel)

async def route(history):
    return await Desk().add(Mail()).ask(history, None)
";
    assert_eq!(lines(&[("app.py", text)]), ["semantic-kernel ask", "  tool send_mail"]);
    // Without one it only says something.
    let bare = text.replace(", kernel=self.kernel", "");
    assert_eq!(lines(&[("app.py", &bare)]), [""; 0]);
}

#[test]
fn a_society_of_minds_asks_its_team() {
    let text = "
from autogen_agentchat.agents import AssistantAgent, SocietyOfMindAgent
from autogen_agentchat.teams import RoundRobinGroupChat

writer = AssistantAgent('writer', model_client=None)
editor = AssistantAgent('editor', model_client=None)
society = SocietyOfMindAgent('society', team=RoundRobinGroupChat([writer, editor]), model_client=None)
";
    assert_eq!(
        lines(&[("app.py", text)]),
        [
            "autogen writer",
            "  hands to editor as the next member",
            "autogen editor",
            "autogen society",
            "  hands to writer as a sub-agent",
        ]
    );
}
