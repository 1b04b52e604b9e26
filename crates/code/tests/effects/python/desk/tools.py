"""A help desk whose tools share a database module."""

import json
import logging

from agents import function_tool

from . import db
from .db import change, fetch

log = logging.getLogger(__name__)


#: ingests public store:sqlite/desk.db
#: reads confidential store:sqlite/desk.db
@function_tool
def read_ticket(number: int) -> str:
    log.info("reading %s", number)
    return json.dumps(fetch("SELECT subject, body FROM tickets WHERE number = ?", number))


#: writes recoverable workspace store:sqlite/desk.db
@function_tool
def assign_ticket(number: int, person: str) -> str:
    change("UPDATE tickets SET person = ? WHERE number = ?", person, number)
    return "assigned"


#: writes irreversible workspace store:sqlite/desk.db
@function_tool
def cancel_ticket(number: int) -> str:
    """Look at a ticket."""
    db.change("DELETE FROM tickets WHERE number = ?", number)
    return "gone"


#: reads confidential store:sqlite/desk.db
@function_tool
def remove_person(name: str) -> str:
    """Remove a person."""
    return str(db.fetch("SELECT id FROM people WHERE name = ?", name))
