"""Browsers, memories, queues, documents, markets, machines."""

import os

import chromadb
import feedparser
import gspread
import keyring
import pyautogui
import wikipedia
import yfinance as yf
from azure.storage.blob import BlobServiceClient
from confluent_kafka import Producer
from google.cloud import bigquery, storage
from kubernetes import client as kube
from langchain_chroma import Chroma
from langchain_community.tools import DuckDuckGoSearchRun
from mem0 import MemoryClient
from playwright.async_api import async_playwright
from selenium import webdriver
from simple_salesforce import Salesforce
from supabase import create_client
from web3 import Web3

memory = MemoryClient()
documents = Chroma(collection_name="docs", persist_directory="./index")
supabase = create_client(os.environ["SUPABASE_URL"], os.environ["SUPABASE_KEY"])
w3 = Web3(Web3.HTTPProvider(os.environ["RPC_URL"]))
salesforce = Salesforce(username="bot", password=os.environ["SF_PASSWORD"], security_token=os.environ["SF_TOKEN"])


#: ingests public channel:web
#: sends public chosen-url channel:web
async def browse(url: str) -> str:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch()
        page = await browser.new_page()
        await page.goto(url)
        text = await page.inner_text("body")
        await browser.close()
        return text


#: ingests public channel:web
#: sends public free-text channel:web
#: writes recoverable third-parties env:browser
def fill_form(url: str, name: str) -> str:
    driver = webdriver.Chrome()
    driver.get(url)
    field = driver.find_element("name", "q")
    field.send_keys(name)
    field.submit()
    return driver.title


#: remembers memory:agent
def remember(text: str, user: str) -> None:
    memory.add([{"role": "user", "content": text}], user_id=user)


#: recalls memory:agent
def recall(query: str, user: str) -> list:
    return memory.search(query, user_id=user)


#: reads internal store:vectors
def search_docs(query: str) -> str:
    return "\n".join(it.page_content for it in documents.similarity_search(query, k=4))


#: writes recoverable organization store:vectors
def index(text: str) -> None:
    collection = chromadb.PersistentClient("./chroma").get_or_create_collection("notes")
    collection.add(documents=[text], ids=[str(hash(text))])


#: ingests public channel:wikipedia
def encyclopedia(topic: str) -> str:
    return wikipedia.summary(topic, sentences=3)


#: ingests public channel:search
def quick_search(query: str) -> str:
    return DuckDuckGoSearchRun().run(query)


#: ingests public channel:web
#: sends public chosen-url channel:web
def headlines(feed: str) -> list:
    return [entry.title for entry in feedparser.parse(feed).entries]


#: ingests partner channel:web/markets
def share_price(ticker: str) -> float:
    return yf.Ticker(ticker).history(period="1d")["Close"].iloc[-1]


#: spends store:wallet
#: writes irreversible third-parties channel:blockchain
def send_ether(to: str, value: int) -> str:
    return w3.eth.send_transaction({"to": to, "value": value}).hex()


#: ingests public channel:blockchain
def balance(address: str) -> int:
    return w3.eth.get_balance(address)


#: executes host
def press(keys: str) -> None:
    pyautogui.write(keys)


#: sends organization free-text channel:queue/orders
def publish_order(order: str) -> None:
    producer = Producer({"bootstrap.servers": os.environ["KAFKA"]})
    producer.produce("orders", order.encode())
    producer.flush()


#: reads secret store:secrets
def password(service: str) -> str:
    return keyring.get_password(service, "agent")


#: nothing
def client_secret() -> bool:
    return keyring.get_password("acme", "agent") is not None


#: ingests public store:google-drive
#: reads confidential store:google-drive
def sheet(name: str) -> list:
    return gspread.service_account().open(name).sheet1.get_all_records()


#: writes recoverable organization store:google-drive
def add_row(name: str, values: list[str]) -> None:
    gspread.service_account().open(name).sheet1.append_row(values)


#: reads confidential store:bigquery
#: ingests public store:bigquery
#: writes irreversible organization store:bigquery
def warehouse(sql: str) -> list:
    return [dict(row) for row in bigquery.Client().query(sql).result()]


#: reads confidential store:gcs
def blob(name: str) -> str:
    return storage.Client().bucket("reports").blob(name).download_as_text()


#: writes recoverable organization store:azure-storage
def upload(name: str, text: str) -> None:
    service = BlobServiceClient.from_connection_string(os.environ["AZURE_STORAGE"])
    service.get_blob_client("reports", name).upload_blob(text)


#: reads internal store:kubernetes
def pods(namespace: str) -> list:
    return [it.metadata.name for it in kube.CoreV1Api().list_namespaced_pod(namespace).items]


#: writes irreversible organization store:kubernetes
def delete_pod(name: str) -> None:
    kube.CoreV1Api().delete_namespaced_pod(name, "default")


#: reads confidential store:supabase
def profile(user: str) -> dict:
    return supabase.table("profiles").select("*").eq("id", user).execute().data


#: writes irreversible organization store:supabase
def delete_profile(user: str) -> None:
    supabase.table("profiles").delete().eq("id", user).execute()


#: ingests public store:crm
#: reads confidential store:crm
def accounts(name: str) -> list:
    return salesforce.query(f"SELECT Id FROM Account WHERE Name = '{name}'")["records"]


#: writes recoverable organization store:crm
def new_lead(name: str, company: str) -> str:
    return salesforce.Lead.create({"LastName": name, "Company": company})["id"]
