"""Databases: what the statement says, and whose it is."""

import os
import sqlite3

import asyncpg
import psycopg2
import pymongo
import redis
from langchain_community.utilities import SQLDatabase
from sqlalchemy import create_engine, delete, insert, select, text
from sqlalchemy.orm import Session, sessionmaker

from models import Order, User

engine = create_engine(os.environ["DATABASE_URL"])
shop = create_engine("postgresql://app:secret@db.example.com:5432/shop?sslmode=require")
SessionLocal = sessionmaker(bind=engine)
mongo = pymongo.MongoClient(os.environ["MONGO_URL"])
cache = redis.Redis(host="cache", decode_responses=True)


#: reads confidential store:sqlite/orders.db
def get_order(order_id: str) -> tuple:
    connection = sqlite3.connect("orders.db")
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM orders WHERE id = ?", (order_id,))
    return cursor.fetchone()


#: reads confidential store:sqlite/orders.db
def get_order_badly(order_id: str) -> tuple:
    with sqlite3.connect("orders.db") as connection:
        return connection.execute(f"SELECT * FROM orders WHERE id = '{order_id}'").fetchone()


#: writes recoverable workspace store:sqlite/orders.db
def add_order(customer: str, total: float) -> str:
    connection = sqlite3.connect("orders.db")
    connection.execute("INSERT INTO orders (customer, total) VALUES (?, ?)", (customer, total))
    connection.commit()
    return "added"


#: writes irreversible workspace store:sqlite/orders.db
def cancel_order(order_id: int) -> str:
    connection = sqlite3.connect("orders.db")
    connection.execute("DELETE FROM orders WHERE id = ?", (order_id,))
    connection.commit()
    return "cancelled"


#: ingests public store:sqlite/orders.db
#: reads confidential store:sqlite/orders.db
#: writes irreversible workspace store:sqlite/orders.db
def run_sql(query: str) -> list:
    """Run a SQL query."""
    connection = sqlite3.connect("./orders.db")
    return connection.cursor().execute(query).fetchall()


#: reads confidential store:postgres/of databases
def count_users() -> int:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM users")
        return cursor.fetchone()[0]


#: ingests public store:postgres/db.example.com/desk
#: reads confidential store:postgres/db.example.com/desk
def recent_tickets(limit: int = 10) -> list:
    connection = psycopg2.connect("postgresql://agent:pw@db.example.com/desk")
    cursor = connection.cursor()
    cursor.execute("SELECT id, subject, body FROM tickets ORDER BY created DESC LIMIT %s", (limit,))
    return cursor.fetchall()


#: reads confidential store:postgres/of databases
#: writes irreversible organization store:postgres/of databases
def search_users(name: str) -> list:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    cursor = connection.cursor()
    cursor.execute("SELECT * FROM users WHERE name LIKE '%" + name + "%'")
    return cursor.fetchall()


#: ingests public store:postgres/of databases
#: reads confidential store:postgres/of databases
#: writes irreversible organization store:postgres/of databases
async def query_database(sql: str) -> list:
    connection = await asyncpg.connect(os.environ["DATABASE_URL"])
    try:
        return [dict(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


#: writes recoverable organization store:postgres/of databases
async def set_status(order: int, status: str) -> None:
    pool = await asyncpg.create_pool(dsn=os.environ["DATABASE_URL"])
    async with pool.acquire() as connection:
        await connection.execute("UPDATE orders SET status = $1 WHERE id = $2", status, order)


#: reads confidential store:postgres/db.example.com:5432/shop
def products() -> list:
    with shop.connect() as connection:
        return connection.execute(text("SELECT name, price FROM products")).fetchall()


#: reads confidential store:database/of databases
def users_named(name: str) -> list:
    with Session(engine) as session:
        return session.execute(select(User).where(User.name == name)).scalars().all()


#: writes recoverable organization store:database/of databases
def new_user(name: str) -> None:
    with Session(engine) as session:
        session.execute(insert(User).values(name=name))
        session.commit()


#: writes irreversible organization store:database/of databases
def drop_orders(user_id: int) -> None:
    session = SessionLocal()
    session.execute(delete(Order).where(Order.user_id == user_id))
    session.commit()


#: reads confidential store:database/of databases
def orders_of(user_id: int) -> list:
    session = SessionLocal()
    return session.query(Order).filter(Order.user_id == user_id).all()


#: writes recoverable organization store:database/of databases
def place_order(user_id: int, item: str) -> str:
    session = SessionLocal()
    session.add(Order(user_id=user_id, item=item))
    session.commit()
    return "placed"


#: ingests public store:postgres/warehouse/sales
#: reads confidential store:postgres/warehouse/sales
#: writes irreversible organization store:postgres/warehouse/sales
def ask_sales(query: str) -> str:
    db = SQLDatabase.from_uri("postgresql+psycopg2://reader@warehouse/sales")
    return db.run(query)


#: reads confidential store:mongodb/of databases
def find_article(title: str) -> dict:
    return mongo["site"]["articles"].find_one({"title": title})


#: writes recoverable organization store:mongodb/of databases
def save_article(title: str, text: str) -> None:
    mongo.site.articles.insert_one({"title": title, "text": text})


#: writes irreversible organization store:mongodb/of databases
def purge(collection: str) -> int:
    return mongo["site"][collection].delete_many({}).deleted_count


#: reads confidential store:redis/cache
def cached(key: str) -> str:
    return cache.get(key)


#: writes recoverable organization store:redis/cache
def remember_for_an_hour(key: str, value: str) -> None:
    cache.setex(key, 3600, value)


#: writes irreversible organization store:redis/cache
def forget_everything() -> None:
    cache.flushall()


#: sends organization free-text channel:queue/alerts
def alert(text: str) -> None:
    cache.publish("alerts", text)
