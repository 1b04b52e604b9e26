//! Python, lowered: files as people write them, one long line, errors on each line, a notebook.

use ambit_code::python::{notebook, parse};
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

const PART: &str = r#"
@tool("search_{n}", args_schema=Query)
async def search_{n}(query: str, limit: int = 10, *, session: Session | None = None) -> list[dict[str, str]]:
    """Searches the index and returns what fits.

    Args:
        query: What to look for.
        limit: How many at most.
    """
    async with httpx.AsyncClient(timeout=30) as client:
        response = await client.get(f"{BASE_URL}/search?q={quote(query)}", params={"limit": limit, "n": {n}})
        response.raise_for_status()
    results = [item["title"].strip() for item in response.json()["items"] if item.get("title")]
    if not results and session is not None:
        logger.warning("nothing found for %s (limit %d)", query, limit)
        return []
    return [{"title": it, "source": "index-" + str({n})} for it in results[:limit]]


class Agent{n}(BaseAgent):
    name: str = "agent-{n}"
    tools = [search_{n}, calculator, *SHARED_TOOLS]

    def __init__(self, model: str = "gpt-4o", **kwargs):
        super().__init__(model=model, tools=self.tools, **kwargs)
        self.graph = StateGraph(State).add_node("plan", self.plan).add_edge(START, "plan").compile()

    def plan(self, state: State) -> State:
        # What has been found so far goes to the model.
        prompt = "You are {}. Answer: {}".format(self.name, state["question"])
        for message in state["messages"]:
            if message.role == "user" and message.content:
                prompt += "\n" + message.content
        return {**state, "plan": self.model.invoke(prompt)}
"#;

fn source(parts: usize) -> String {
    let head = "import httpx\nfrom langgraph.graph import START, StateGraph\n".to_owned();
    (0..parts).fold(head, |text, it| text + &PART.replace("{n}", &it.to_string()))
}

#[divan::bench(args = [10, 300])]
fn modules(bencher: divan::Bencher<'_, '_>, parts: usize) {
    let text = source(parts);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse("src/agents.py", &text));
}

#[divan::bench(args = [100, 100_000])]
fn one_line(bencher: divan::Bencher<'_, '_>, calls: usize) {
    let text = format!("x = [{}]\n", "f(a, 'ä'), ".repeat(calls));
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse("src/data.py", &text));
}

#[divan::bench]
fn errors(bencher: divan::Bencher<'_, '_>) {
    let text = "print 'hello', x\nexcept Error, e:\n".repeat(2_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| parse("src/old.py", &text));
}

#[divan::bench]
fn notebooks(bencher: divan::Bencher<'_, '_>) {
    let line = |it: &str| format!("{:?},", format!("{it}\n"));
    let lines: String = source(30).lines().map(line).collect();
    let text = format!(r#"{{"cells":[{{"cell_type":"code","source":[{lines}""]}}]}}"#);
    bencher.counter(BytesCount::of_str(&text)).bench(|| notebook("src/agents.ipynb", &text));
}
