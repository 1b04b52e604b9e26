"""Libraries that few programs use."""

import astrapy
import scenedetect
from asknews_sdk import AskNewsSDK
from baidusearch.baidusearch import search
from blaxel.core.sandbox import SandboxInstance
from chunkr_ai import Chunkr
from cloudpathlib import AnyPath
from contextual import ContextualAI
from embedchain import App
from fast_flights import get_flights
from faster_whisper import WhisperModel
from fastembed import TextEmbedding
from fredapi import Fred
from gitingest import ingest
from glide import GlideClient
from gql import Client
from gql.transport.requests import RequestsHTTPTransport
from gradio_client import Client as Space
from mammoth import convert_to_html
from oxylabs import RealtimeClient
from parallel import Parallel
from pyiceberg.catalog import load_catalog
from python_a2a import A2AClient
from rizaio import Riza
from sec_api import QueryApi
from sodapy import Socrata
from superserve import Sandbox
from twelvelabs import TwelveLabs
from valyu import Valyu
from workos import WorkOSClient


#: ingests public channel:search
def news(query: str) -> str:
    return str(AskNewsSDK().news.search_news(query=query, n_articles=5))


#: ingests public channel:search
def baidu(query: str) -> list:
    return search(query, num_results=5)


#: ingests public channel:web
#: sends public chosen-url channel:web
def scrape(url: str) -> str:
    return str(RealtimeClient("user", "password").universal.scrape_url(url))


#: ingests public channel:search
def answer(query: str) -> str:
    return str(Valyu().search(query))


#: ingests public channel:web
#: sends public chosen-url channel:web
def extract(urls: list[str]) -> str:
    return str(Parallel().extract(urls=urls))


#: ingests public channel:web
#: reads internal store:workspace
#: reads secret store:home
#: sends public chosen-url channel:web
def digest(source: str) -> str:
    summary, tree, content = ingest(source)
    return content


#: ingests partner channel:web/facts
def open_data(dataset: str) -> list:
    return Socrata("data.acme.example", None).get(dataset, limit=10)


#: ingests partner channel:web/facts
def flights(day: str) -> str:
    return str(get_flights(date=day))


#: ingests partner channel:web/markets
def filings(query: str) -> dict:
    return QueryApi(api_key="").get_filings({"query": query})


#: ingests partner channel:web/markets
def series(name: str) -> list:
    return list(Fred().get_series(name))


#: ingests public channel:web
#: sends partner free-text channel:model-hub
def ask_space(text: str) -> str:
    return Space("acme/space").predict(text, api_name="/predict")


#: reads internal store:workspace
def transcribe() -> str:
    segments, _ = WhisperModel("small").transcribe("talk.mp3")
    return " ".join(it.text for it in segments)


#: reads internal store:workspace
def scenes() -> int:
    return len(scenedetect.detect("talk.mp4", scenedetect.ContentDetector()))


#: reads internal store:workspace
def to_html() -> str:
    return convert_to_html("letter.docx").value


#: sends partner free-text channel:service
def parse_elsewhere(path: str) -> str:
    return str(Chunkr().upload(path))


#: reads internal store:cloud
def read_bucket(name: str) -> str:
    return AnyPath("s3://acme/" + name).read_text()


#: writes irreversible organization store:cloud
def delete_bucket(name: str) -> None:
    AnyPath("s3://acme/" + name).unlink()


#: reads internal store:vectors
def find_moment(query: str) -> str:
    return str(TwelveLabs().search.query(index_id="1", query_text=query))


#: reads internal store:vectors
def ask_documents(query: str) -> str:
    return ContextualAI().agents.query.create(agent_id="1", messages=[query]).message.content


#: writes recoverable organization store:vectors
def learn(url: str) -> None:
    App.from_config("config.yaml").add(url)


#: reads confidential store:database
def find_rows(name: str) -> list:
    return list(astrapy.DataAPIClient().get_database("x").get_collection("people").find({"name": name}))


#: writes irreversible organization store:database
async def forget(key: str) -> None:
    client = await GlideClient.create(None)
    await client.delete([key])


#: reads confidential store:database
def tables() -> list:
    return load_catalog("lake").list_tables("sales")


#: sends partner free-text channel:web/api.acme.example
#: ingests partner channel:web/api.acme.example
def graphql(query: str) -> dict:
    return Client(transport=RequestsHTTPTransport(url="https://api.acme.example/graphql")).execute(query)


#: executes remote
def run_code(code: str) -> str:
    return Riza().command.exec(language="python", code=code).stdout


#: executes remote
def run_there(command: str) -> str:
    return Sandbox.create(name="x").commands.run(command).stdout


#: writes irreversible session env:remote
def stop(name: str) -> None:
    Sandbox.kill_by_id(name)


#: executes remote
async def run_process(command: str) -> str:
    sandbox = await SandboxInstance.get("desk")
    return await sandbox.process.exec({"command": command})


#: ingests partner channel:service
#: sends partner free-text channel:service
def ask_other(question: str) -> str:
    return A2AClient("https://agents.acme.example").ask(question)


#: reads confidential store:cloud
def people() -> list:
    return list(WorkOSClient().user_management.list_users())


#: grants store:cloud
def add_person(mail: str) -> str:
    return WorkOSClient().user_management.create_user(email=mail).id


#: nothing
def embed(text: str) -> list:
    return list(TextEmbedding().embed([text]))
