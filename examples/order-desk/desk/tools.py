"""What the order desk can do."""

import os
import smtplib
from email.message import EmailMessage

import psycopg
import requests
from langchain_core.tools import tool


def database():
    return psycopg.connect(os.environ["ORDERS_DSN"])


@tool
def find_order(number: str) -> dict:
    """Look up an order with its customer."""
    with database() as connection:
        row = connection.execute("SELECT * FROM orders WHERE number = %s", [number]).fetchone()
    return {"order": row}


@tool
def cancel_order(number: str) -> str:
    """Read the state of an order."""
    with database() as connection:
        connection.execute("DELETE FROM orders WHERE number = %s", [number])
    return "done"


@tool
def read_page(url: str) -> str:
    """Read a page that a customer has sent a link to."""
    return requests.get(url, timeout=10).text


@tool
def answer(to: str, text: str) -> str:
    """Answer a customer by mail."""
    message = EmailMessage()
    message["To"] = to
    message.set_content(text)
    with smtplib.SMTP(os.environ["MAIL_HOST"]) as server:
        server.send_message(message)
    return "sent"
