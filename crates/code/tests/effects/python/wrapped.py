"""The same through helpers, wrappers, classes and dispatch."""

import functools
import os
from dataclasses import dataclass
from typing import Type

import httpx
import requests
from agents import RunContextWrapper, function_tool
from crewai.tools import BaseTool
from fastmcp import FastMCP
from langchain_core.tools import StructuredTool, tool
from pydantic import BaseModel, Field
from pydantic_ai import Agent, RunContext

from helpers import ApiClient, get_json, post_json, workspace_path
from helpers.http import internal

mcp = FastMCP("desk")
api = ApiClient("https://api.shop.example/v1", os.environ["SHOP_TOKEN"])
agent = Agent("openai:gpt-4o")


def traced(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        print("calling", function.__name__)
        return function(*args, **kwargs)

    return wrapper


#: ingests public channel:web
#: sends public chosen-url channel:web
@tool
def any_json(url: str) -> dict:
    """Get JSON from an address."""
    return get_json(url)


#: ingests partner channel:web/api.quotes.example
#: sends partner free-text channel:web/api.quotes.example
@tool
def quote(symbol: str) -> dict:
    """Quote of a share."""
    return get_json("https://api.quotes.example/quote", symbol=symbol)


#: ingests partner channel:web/api.quotes.example
#: sends partner free-text channel:web/api.quotes.example
#: writes recoverable third-parties channel:web/api.quotes.example
@tool
def set_alarm(symbol: str, price: float) -> dict:
    """Ask for an alarm."""
    return post_json("https://api.quotes.example/alarms", {"symbol": symbol, "price": price})


#: ingests partner channel:web/api.shop.example
#: sends partner free-text channel:web/api.shop.example
@function_tool
def product(product_id: str) -> dict:
    return api.get(f"products/{product_id}")


#: ingests partner channel:web/api.shop.example
#: sends partner free-text channel:web/api.shop.example
#: writes irreversible third-parties channel:web/api.shop.example
@function_tool
def remove_product(product_id: str) -> dict:
    return api.delete(f"products/{product_id}")


#: ingests organization channel:web/$INTERNAL_API
#: reads internal channel:web/$INTERNAL_API
#: sends organization free-text channel:web/$INTERNAL_API
@mcp.tool()
def employee(name: str) -> dict:
    """Look up an employee."""
    return internal().get("employees", name=name)


#: reads internal store:workspace
@mcp.tool
def read_workspace(name: str) -> str:
    """Read a file of the workspace."""
    return workspace_path(name).read_text()


#: ingests public channel:web
#: sends public chosen-url channel:web
@tool
@traced
def traced_fetch(url: str) -> str:
    """Fetch an address."""
    return httpx.get(url).text


class FetchInput(BaseModel):
    url: str = Field(description="the address")


class FetchTool(BaseTool):
    name: str = "fetch"
    description: str = "Fetch an address."
    args_schema: Type[BaseModel] = FetchInput

    #: ingests public channel:web
    #: sends public chosen-url channel:web
    def _run(self, url: str) -> str:
        return requests.get(url).text


class TicketTool(BaseTool):
    name: str = "ticket"
    description: str = "Open a ticket."
    endpoint: str = "https://tickets.example.com/api"

    #: sends partner free-text channel:web/tickets.example.com
    #: writes recoverable third-parties channel:web/tickets.example.com
    def _run(self, title: str, text: str) -> str:
        self._post({"title": title, "text": text})
        return "opened"

    def _post(self, payload):
        requests.post(f"{self.endpoint}/tickets", json=payload)


class Toolkit:
    def __init__(self):
        self.client = httpx.Client(base_url="https://notes.example.com")

    #: ingests partner channel:web/notes.example.com
    #: sends partner free-text channel:web/notes.example.com
    @tool
    def find_note(self, text: str) -> list:
        """Find a note."""
        return self.client.get("/notes", params={"q": text}).json()

    #: sends partner free-text channel:web/notes.example.com
    #: writes recoverable third-parties channel:web/notes.example.com
    @tool
    def write_note(self, text: str) -> str:
        """Write a note."""
        self.client.post("/notes", json={"text": text})
        return "written"


def make_reader(folder):
    #: reads internal store:workspace
    @tool
    def read(name: str) -> str:
        """Read a document."""
        with open(f"{folder}/{name}.txt") as file:
            return file.read()

    return read


reader = make_reader("documents")


#: reads internal store:workspace
#: writes irreversible workspace store:workspace
def file_action(action: str, name: str, text: str = "") -> str:
    path = workspace_path(name)
    if action == "read":
        return path.read_text()
    if action == "write":
        path.write_text(text)
    elif action == "delete":
        path.unlink()
    return "done"


def _read(name):
    return open(f"boards/{name}").read()


def _clear(name):
    requests.delete(f"https://boards.example.com/{name}")


ACTIONS = {"read": _read, "clear": _clear}


#: reads internal store:workspace
#: sends partner free-text channel:web/boards.example.com
#: writes irreversible third-parties channel:web/boards.example.com
def board(action: str, name: str) -> str:
    return ACTIONS[action](name)


#: ingests partner channel:web/a.example.com
#: ingests partner channel:web/b.example.com
#: sends partner free-text channel:web/a.example.com
#: sends partner free-text channel:web/b.example.com
def both(query: str) -> list:
    found = []
    for host in ["https://a.example.com", "https://b.example.com"]:
        found.append(requests.get(f"{host}/search", params={"q": query}).json())
    return found


#: ingests partner channel:web/default.example.com
#: sends partner free-text channel:web/default.example.com
def configurable(query: str) -> dict:
    base = os.getenv("SEARCH_URL", "https://default.example.com")
    return requests.get(base + "/find", params={"q": query}).json()


#: ingests public channel:web
#: sends public chosen-url channel:web
def default_address(url: str = "https://news.example.com") -> str:
    return requests.get(url).text


#: nothing
@tool
def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


#: nothing
def word_count(text: str) -> int:
    return len([word for word in text.split() if word.isalpha()])


class SearchService:
    def __init__(self, base_url: str):
        self.base_url = base_url

    #: ingests organization channel:web/of wrapped
    #: reads internal channel:web/of wrapped
    #: sends organization free-text channel:web/of wrapped
    def search(self, query: str) -> dict:
        return requests.get(f"{self.base_url}/search", params={"q": query}).json()


@dataclass
class Deps:
    client: httpx.AsyncClient
    key: str


#: ingests partner channel:web/geo.example.com
#: sends partner free-text channel:web/geo.example.com
@agent.tool
async def locate(ctx: RunContext[Deps], place: str) -> dict:
    """Where a place is."""
    response = await ctx.deps.client.get("https://geo.example.com/search", params={"q": place, "key": ctx.deps.key})
    return response.json()


#: unknown ctx.context.crm
@function_tool
async def crm_note(ctx: RunContextWrapper, text: str) -> str:
    await ctx.context.crm.add_note(text)
    return "noted"


#: unknown acme_ledger
def book(account: str, amount: float) -> str:
    from acme_ledger import Ledger

    return Ledger.connect().book(account, amount)


def lookup(term: str) -> dict:
    return get_json("https://dictionary.example.com/entries", term=term)


#: ingests partner channel:web/dictionary.example.com
#: sends partner free-text channel:web/dictionary.example.com
define = StructuredTool.from_function(func=lambda word: lookup(word), name="define", description="Define a word.")


def with_client(method):
    @functools.wraps(method)
    def wrapper(self, *args, **kwargs):
        if self.client is None:
            self.client = httpx.Client(base_url="https://register.example.com")
        return method(self, *args, **kwargs)

    return wrapper


class Register:
    def __init__(self):
        self.client = None

    #: sends partner free-text channel:web/register.example.com
    #: writes recoverable third-parties channel:web/register.example.com
    @with_client
    def note_down(self, text: str) -> str:
        """Book an entry."""
        self.client.post("/entries", json={"text": text})
        return "booked"


registrar = Agent("openai:gpt-4o", tools=[Register().note_down])
