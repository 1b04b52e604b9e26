"""Where a client comes from, and how what a tool is given reaches it."""

import asyncio
import io
import sqlite3
from typing import Any

import gymnasium
import pandas as pd
import requests
from crewai.tools import BaseTool
from duckduckgo_search import DDGS
from google.cloud import bigquery
from langchain_community.tools.gmail.create_draft import GmailCreateDraft
from langchain_core.vectorstores import InMemoryVectorStore
from PIL import Image
from strands import tool
from vertexai import rag

try:
    from qdrant_client import QdrantClient

    index = QdrantClient("vectors")
except ImportError:
    index = None

try:
    warehouse = bigquery.Client()
except Exception as problem:
    print(problem)
    warehouse = None

world = gymnasium.make("Shop-v0")


#: reads confidential store:bigquery
@tool
def sales() -> str:
    """What was sold."""
    if warehouse is None:
        return "not there"
    return str(list(warehouse.query("SELECT name, sold FROM shop.sales").result()))


#: reads internal store:vectors
@tool
def notes(question: str) -> str:
    """What was noted."""
    if index is None:
        return ""
    return str(index.query_points("notes", query=question))


#: reads internal store:vectors
@tool
def handbook(question: str) -> str:
    """What the handbook says."""
    return str(rag.retrieval_query(rag_resources=[], text=question))


#: nothing
@tool
def step(action: str) -> str:
    """Do something in the game."""
    seen, reward, done, *_ = world.step(action)
    return f"{seen} {reward} {done}"


#: nothing
@tool
def nearest(texts: list[str], question: str) -> str:
    """Which of the texts is nearest."""
    store = InMemoryVectorStore(None)
    store.add_texts(texts)
    return store.similarity_search(question)[0].page_content


#: writes reversible workspace store:gmail
@tool
def draft(to: str, text: str) -> str:
    """Draft a mail."""
    make = GmailCreateDraft()
    return make({"to": [to], "message": text})


#: ingests public channel:web
#: sends public chosen-url channel:web
@tool
def size_of(address: str) -> str:
    """Size of a picture, and of a table."""
    answer = requests.get(address, timeout=10)
    table = pd.read_csv(io.StringIO(answer.text))
    return f"{Image.open(io.BytesIO(answer.content)).size} {len(table)}"


class PageTool(BaseTool):
    name: str = "page"
    description: str = "Read a page."
    website_url: str | None = None

    #: ingests public channel:web
    #: sends public chosen-url channel:web
    def _run(self, **kwargs: Any) -> str:
        url = kwargs.get("website_url", self.website_url)
        return requests.get(url, timeout=10).text


def fetch_all(address: str, timeout: int = 10) -> str:
    return requests.get(address, timeout=timeout).text


#: ingests public channel:web
#: sends public chosen-url channel:web
@tool
def forwarded(**options: Any) -> str:
    """Hand on what it is given."""
    return fetch_all(**options)


def find(query: str) -> list[dict]:
    with DDGS() as search:
        return [{"url": it["href"]} for it in search.text(query, max_results=3)]


#: ingests public channel:search
#: ingests public channel:web
#: sends public chosen-url channel:web
@tool
async def read_first(query: str) -> str:
    """Search, and read what was found."""

    def look():
        found = []
        for one in find(query):
            found.append(one)
        return {"results": found}

    loop = asyncio.get_event_loop()
    answer = await loop.run_in_executor(None, look)
    pages = []
    for one in answer["results"]:
        pages.append(requests.get(one["url"], timeout=10).text)
    return "\n".join(pages)


class OwnTool:
    """What this program's own decorator makes."""

    def __init__(self, function, name=None):
        self.function = function
        self.name = name or function.__name__


def own_tool(function=None, *, name=None):
    def wrap(inner):
        inner.tool_name = name
        return inner

    return wrap if function is None else wrap(function)


def as_object(function):
    return OwnTool(function)


class Notes:
    def __init__(self):
        self.path = "notes.txt"
        self.db = sqlite3.connect("notes.db")

    #: reads internal store:workspace
    @own_tool
    def read_notes(self) -> str:
        return open(self.path).read()

    #: writes recoverable workspace store:workspace
    @own_tool(name="write")
    def write_notes(self, text: str) -> None:
        with open(self.path, "w") as file:
            file.write(text)

    #: writes irreversible workspace store:sqlite/notes.db
    @as_object
    def delete_notes(self) -> None:
        self.db.execute("DELETE FROM notes")


#: ingests partner channel:web/rates.example
#: sends partner free-text channel:web/rates.example
@tool
def rate(currency: str) -> str:
    """The rate of a currency."""
    return requests.get("https://rates.example/" + currency, timeout=10).text


#: ingests partner channel:web/rates.example
#: sends partner free-text channel:web/rates.example
@tool
def budget(currency: str) -> str:
    """A budget in a currency."""
    return "10 " + rate.invoke({"currency": currency})
