import os
import sqlite3
from contextlib import contextmanager

PATH = os.environ.get("DESK_DB", "desk.db")


@contextmanager
def cursor():
    connection = sqlite3.connect(PATH)
    try:
        yield connection.cursor()
        connection.commit()
    finally:
        connection.close()


def fetch(sql, *values):
    with cursor() as it:
        return it.execute(sql, values).fetchall()


def change(sql, *values):
    with cursor() as it:
        it.execute(sql, values)
