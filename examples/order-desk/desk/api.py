"""Where customers reach it."""

from fastapi import FastAPI

from .agent import build

app = FastAPI()


@app.post("/messages")
async def message(text: str, thread: str):
    agent = await build()
    return await agent.ainvoke({"messages": [("user", text)]}, {"configurable": {"thread_id": thread}})
