"""The agent of the order desk."""

from langchain_mcp_adapters.client import MultiServerMCPClient
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.prebuilt import create_react_agent

from .tools import answer, cancel_order, find_order, read_page


async def build():
    client = MultiServerMCPClient({"notes": {"command": "npx", "args": ["-y", "@acme/notes-mcp@1.2.0"], "transport": "stdio"}})
    return create_react_agent(
        "anthropic:claude-sonnet-4-5",
        [find_order, cancel_order, read_page, answer, *await client.get_tools()],
        prompt="You answer questions about orders.",
        checkpointer=InMemorySaver(),
        name="order-desk",
    )
