"""Clients that one function makes and another uses: names of the module, fields of an object, stacks of contexts."""

import asyncio
from contextlib import AsyncExitStack
from typing import Optional

import docx2pdf
import httpx
from agents import function_tool
from googleapiclient.discovery import build
from mcp import ClientSession
from scrapling.fetchers import AsyncFetcher, StealthyFetcher

client = None
desk: Optional[ClientSession] = None


def start() -> None:
    """Makes the client that tools use; what it asks itself is no part of what they do."""
    global client
    client = httpx.Client()
    client.get("https://setup.example.com/warm-up")


def stop() -> None:
    """Lets it go."""
    global client
    client = None


class Connection:
    """Connects when somebody says so."""

    def __init__(self) -> None:
        self.session: Optional[ClientSession] = None
        self.people = None
        self.closed = None
        self.stack = AsyncExitStack()

    async def connect(self) -> None:
        """Over a stack of contexts."""
        self.session = await self.stack.enter_async_context(ClientSession(None, None))
        self.people = build("people", "v1")

    async def close(self) -> None:
        """Ends it."""
        await self.stack.aclose()
        self.session = None

    async def ask(self, name: str, given: dict):
        """Asks for a tool of the server."""
        if self.session is None:
            return None
        return await asyncio.wait_for(self.session.call_tool(name, given), timeout=10)

    def groups(self) -> list:
        """The groups of the account."""
        return self.people.contactGroups().list().execute()

    def never(self, text: str):
        """Nothing gives it anything."""
        return self.closed.send(text)


connection = Connection()


#: ingests public channel:web
#: sends public chosen-url channel:web
@function_tool
def fetch(url: str) -> str:
    """Fetch a page with the client of the module."""
    return client.get(url).text


#: unknown env:server-tools
@function_tool
async def ask(question: str) -> str:
    """Ask the server."""
    return str(await connection.ask("search", {"question": question}))


#: reads confidential store:google-account
@function_tool
def groups() -> str:
    """Which groups there are."""
    return str(connection.groups())


#: nothing
@function_tool
def never(text: str) -> str:
    """What is never made cannot be used."""
    return str(connection.never(text))


#: reads confidential store:google-account
#: writes recoverable organization store:google-account
@function_tool
def rename(name: str) -> str:
    """An API of which only the names of methods are known."""
    service = build("cloudidentity", "v1")
    found = service.groups().list().execute()
    return str(service.groups().patch(name=found["groups"][0]["name"], body={"displayName": name}).execute())


#: ingests public channel:web
#: sends public chosen-url channel:web
@function_tool
async def scrape(url: str, hard: bool = False) -> str:
    """Fetch a page, in a browser where it must be."""
    page = await (StealthyFetcher.async_fetch(url) if hard else AsyncFetcher.get(url))
    return page.get_all_text()


#: reads internal store:workspace
#: writes recoverable workspace store:workspace
@function_tool
def to_pdf() -> str:
    """Convert the report."""
    docx2pdf.convert("report.docx", "report.pdf")
    return "done"


#: ingests public store:gmail
#: reads confidential store:gmail
@function_tool
def unread() -> str:
    """What an answer holds is got from the answer."""
    answer = build("gmail", "v1").users().messages().list(userId="me", q="is:unread").execute()
    return str(answer.get("messages", []))
