"""Requests: who chooses the address, and what goes along."""

import asyncio
import http.client
import json
import os
import urllib.parse
import urllib.request
from typing import Literal, Optional

import aiohttp
import httpx
import requests
import urllib3
from langchain_core.tools import tool

API = "https://api.weather.example/v2"
BASE_URL = os.environ["CRM_URL"]
session = requests.Session()
session.headers.update({"Authorization": f"Bearer {os.environ['CRM_TOKEN']}"})


#: ingests public channel:web
#: sends public chosen-url channel:web
@tool
def fetch_page(url: str) -> str:
    """Fetch a page."""
    response = requests.get(url, timeout=10)
    response.raise_for_status()
    return response.text[:5000]


#: ingests partner channel:web/api.weather.example
#: sends partner free-text channel:web/api.weather.example
@tool
def get_weather(city: str) -> str:
    """Current weather of a city."""
    data = requests.get(f"{API}/current", params={"q": city, "key": os.getenv("WEATHER_KEY")}).json()
    return f"{data['temp']} degrees in {city}"


#: ingests partner channel:web/api.weather.example
def get_alerts() -> list:
    return requests.get(API + "/alerts", timeout=5).json()["alerts"]


#: ingests partner channel:web/api.weather.example
#: sends partner fixed-template channel:web/api.weather.example
def forecast(days: int, unit: Literal["c", "f"] = "c") -> dict:
    return requests.get(f"{API}/forecast?days={days}&unit={unit}").json()


#: ingests organization channel:web/$CRM_URL
#: reads internal channel:web/$CRM_URL
#: sends organization free-text channel:web/$CRM_URL
def find_customer(name: str) -> dict:
    return session.get(f"{BASE_URL}/customers", params={"name": name}).json()


#: sends organization free-text channel:web/$CRM_URL
#: writes irreversible organization channel:web/$CRM_URL
def delete_customer(customer_id: str) -> str:
    response = session.delete(f"{BASE_URL}/customers/{customer_id}")
    return "deleted" if response.ok else "failed"


#: sends partner free-text channel:web/api.tickets.example
#: writes recoverable third-parties channel:web/api.tickets.example
def open_ticket(title: str, body: str) -> str:
    requests.post("https://api.tickets.example/v1/tickets", json={"title": title, "body": body})
    return "opened"


#: ingests partner channel:web/api.tickets.example
#: sends partner free-text channel:web/api.tickets.example
#: writes recoverable third-parties channel:web/api.tickets.example
def open_ticket_and_show(title: str) -> dict:
    response = requests.post("https://api.tickets.example/v1/tickets", json={"title": title})
    if response.status_code != 201:
        return {"error": response.status_code}
    return response.json()


#: ingests public channel:web
#: sends public free-text channel:web
#: writes recoverable third-parties channel:web
def call_webhook(url: str, payload: dict) -> str:
    return requests.post(url, json=payload).text


#: sends public chosen-url channel:web
def is_up(url: str) -> bool:
    return requests.head(url, timeout=3).ok


#: ingests public channel:web
#: sends public free-text channel:web
#: writes irreversible third-parties channel:web
def http_request(method: str, url: str, body: Optional[str] = None) -> str:
    """Make any HTTP request."""
    return requests.request(method, url, data=body).text


#: ingests public channel:web
#: sends public chosen-url channel:web
async def fetch_async(url: str) -> str:
    async with httpx.AsyncClient(follow_redirects=True) as client:
        response = await client.get(url)
        return response.text


#: ingests partner channel:web/rates.example.org
#: sends partner free-text channel:web/rates.example.org
async def exchange_rate(base: str, target: str) -> float:
    async with httpx.AsyncClient(base_url="https://rates.example.org/api") as client:
        response = await client.get("/latest", params={"base": base, "symbols": target})
        return response.json()["rates"][target]


#: ingests public channel:web
#: sends public chosen-url channel:web
async def read_many(urls: list[str]) -> list[str]:
    async with aiohttp.ClientSession() as http:
        async def one(url):
            async with http.get(url) as response:
                return await response.text()

        return await asyncio.gather(*[one(url) for url in urls])


#: ingests partner channel:web/jobs.example.com
#: sends partner free-text channel:web/jobs.example.com
#: writes recoverable third-parties channel:web/jobs.example.com
async def start_job(name: str) -> str:
    async with aiohttp.ClientSession() as http:
        async with http.post("https://jobs.example.com/run", json={"name": name}) as response:
            return await response.text()


#: ingests public channel:web
#: sends public chosen-url channel:web
def read_url(url: str) -> str:
    request = urllib.request.Request(url, headers={"User-Agent": "reader"})
    with urllib.request.urlopen(request) as response:
        return response.read().decode()


#: ingests partner channel:web/forms.example.net
#: sends partner free-text channel:web/forms.example.net
#: writes recoverable third-parties channel:web/forms.example.net
def submit_form(name: str, mail: str) -> str:
    data = urllib.parse.urlencode({"name": name, "mail": mail}).encode()
    with urllib.request.urlopen("https://forms.example.net/submit", data=data) as response:
        return response.read().decode()


#: ingests organization channel:web/inventory.internal
#: reads internal channel:web/inventory.internal
#: sends organization free-text channel:web/inventory.internal
def stock(sku: str) -> int:
    connection = http.client.HTTPConnection("inventory.internal", 8080)
    connection.request("GET", f"/stock/{sku}")
    return int(connection.getresponse().read())


#: ingests partner channel:web/pool.example.com
def status_page() -> bytes:
    pool = urllib3.PoolManager()
    return pool.request("GET", "https://pool.example.com/status").data


#: ingests organization channel:web/localhost
#: reads internal channel:web/localhost
#: sends organization free-text channel:web/localhost
def ask_backend(question: str) -> str:
    return requests.get("http://localhost:8000/ask", params={"q": question}).json()["answer"]


#: ingests public channel:github
#: reads confidential store:github
def repo_issues(owner: str, repo: str) -> list:
    return requests.get(f"https://api.github.com/repos/{owner}/{repo}/issues").json()


#: sends public free-text channel:github
#: writes recoverable third-parties channel:github
def comment(owner: str, repo: str, number: int, text: str) -> str:
    requests.post(
        f"https://api.github.com/repos/{owner}/{repo}/issues/{number}/comments",
        json={"body": text},
        headers={"Authorization": f"token {os.environ['GITHUB_TOKEN']}"},
    )
    return "commented"


#: sends partner free-text channel:slack
def notify(text: str) -> None:
    requests.post("https://hooks.slack.com/services/T0/B0/x", json={"text": text})


#: sends partner fixed-template channel:slack
def notify_done() -> None:
    requests.post("https://hooks.slack.com/services/T0/B0/x", json={"text": "The nightly run is done"})


#: nothing
def complete(prompt: str) -> str:
    response = requests.post(
        "https://api.openai.com/v1/chat/completions",
        headers={"Authorization": f"Bearer {os.environ['OPENAI_API_KEY']}"},
        json={"model": "gpt-4o", "messages": [{"role": "user", "content": prompt}]},
    )
    return response.json()["choices"][0]["message"]["content"]


#: ingests partner channel:web/search.example.com
#: sends partner free-text channel:web/search.example.com
def semantic_search(query: str) -> list:
    return requests.post("https://search.example.com/v1/search", json={"query": query}).json()["hits"]


#: ingests public channel:search
def web_search(query: str) -> str:
    response = requests.post("https://google.serper.dev/search", json={"q": query})
    return json.dumps(response.json()["organic"])


#: ingests public channel:web
#: sends public chosen-url channel:web
def get_subdomain(host: str) -> str:
    return requests.get(f"https://{host}/robots.txt").text


#: ingests public store:jira
#: reads confidential store:jira
def jira_issue(site: str, key: str) -> dict:
    return requests.get(f"https://{site}.atlassian.net/rest/api/3/issue/{key}").json()


#: ingests public channel:web
#: sends public chosen-url channel:web
def follow_link(path: str) -> str:
    return requests.get(urllib.parse.urljoin("https://docs.example.com/", path)).text


#: ingests public channel:web
#: sends public chosen-url channel:web
def with_scheme(target: str) -> str:
    address = target if target.startswith("http") else f"https://{target}"
    return requests.get(address).text


#: ingests partner channel:web/feeds.example.com
#: ingests public channel:web
#: sends public chosen-url channel:web
def first_story() -> str:
    feed = requests.get("https://feeds.example.com/top.json").json()
    return requests.get(feed["stories"][0]["url"]).text
