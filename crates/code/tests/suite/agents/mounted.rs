//! Servers that are put together from others, and pages that serve their functions.

use super::lines;

#[test]
fn what_is_mounted_is_of_the_server_that_it_is_mounted_on() {
    let cards = "
from fastmcp import FastMCP
cards = FastMCP('cards')
@cards.tool
def get_card(id: str) -> str:
    '''One card.'''
    return id
";
    let boards = "
from fastmcp import FastMCP
boards = FastMCP('boards')
@boards.tool()
def get_board(id: str) -> str:
    '''One board.'''
    return id
";
    let server = "
from fastmcp import FastMCP
from cards import cards
from boards import boards
mcp = FastMCP('trello')
mcp.mount(cards)

@mcp.tool
def ping() -> str:
    '''Whether it is there.'''
    return 'pong'

async def setup():
    await mcp.import_server(boards, prefix='board')
";
    let files = [("boards.py", boards), ("cards.py", cards), ("server.py", server)];
    let expected =
        ["serves trello from server.py", "  tool ping", "  tool get_card", "  tool board_get_board"];
    assert_eq!(lines(&files), expected);
}

#[test]
fn two_that_are_mounted_on_each_other_stay() {
    let server = "
from fastmcp import FastMCP
one = FastMCP('one')
two = FastMCP('two')
@one.tool
def a() -> str:
    '''A.'''
@two.tool
def b() -> str:
    '''B.'''
one.mount(two)
two.mount(one)
";
    let expected = [
        "serves one from server.py",
        "  tool a",
        "  tool b",
        "serves two from server.py",
        "  tool b",
        "  tool a",
    ];
    assert_eq!(lines(&[("server.py", server)]), expected);
}

#[test]
fn a_decorator_may_be_applied_by_a_call() {
    let server = "
from mcp.server.fastmcp import FastMCP
def add(a: int, b: int) -> int:
    '''Add.'''
    return a + b
def sub(a: int, b: int) -> int:
    '''Subtract.'''
    return a - b
mcp = FastMCP('sums')
mcp.tool()(add)
mcp.tool(name='minus')(sub)
";
    let expected = ["serves sums from server.py", "  tool add", "  tool minus"];
    assert_eq!(lines(&[("server.py", server)]), expected);
}

#[test]
fn a_page_serves_its_functions_where_it_says_so() {
    let tabs = "
import gradio as gr
def read_url(url):
    return url
def count(text):
    return len(text)
one = gr.Interface(fn=read_url, inputs='text', outputs='json')
two = gr.Interface(count, 'text', 'number')
demo = gr.TabbedInterface([one, two], ['a', 'b'], title='texts')
if __name__ == '__main__':
    demo.queue().launch(server_port=7860, mcp_server=True)
";
    let blocks = "
import gradio as gr
def answer(text):
    return text
def shown(text):
    return text
with gr.Blocks(title='chat') as demo:
    box = gr.Textbox()
    button = gr.Button()
    button.click(answer, box, box)
    box.change(shown, box, box, api_name=False)
demo.launch(mcp_server=True)
";
    let page = "
import gradio as gr
def secret(text):
    return text
demo = gr.Interface(fn=secret, inputs='text', outputs='text')
demo.launch()
";
    let expected = [
        "serves chat from blocks.py",
        "  tool answer",
        "serves texts from tabs.py",
        "  tool read_url",
        "  tool count",
    ];
    assert_eq!(lines(&[("blocks.py", blocks), ("page.py", page), ("tabs.py", tabs)]), expected);
}

#[test]
fn a_server_that_listens_is_reached_at_its_port() {
    let of = |run: &str, made: &str| {
        let server = format!(
            "import os\nfrom mcp.server.fastmcp import FastMCP\nmcp = FastMCP('s'{made})\n@mcp.tool()\ndef a() -> str:\n    '''A.'''\nif __name__ == '__main__':\n    mcp.run({run})\n"
        );
        let found = super::found(&[("server.py", &server)]);
        let addresses = found.served.iter().flat_map(|it| it.addresses.clone());
        addresses.map(|it| it.0).filter(|it| it.contains("localhost")).collect::<Vec<_>>()
    };
    assert_eq!(of("transport='streamable-http'", ""), ["http://localhost:8000"]);
    assert_eq!(of("transport='sse'", ", port=9001"), ["http://localhost:9001"]);
    assert_eq!(of("'http', port=int(os.getenv('PORT', '9002'))", ""), ["http://localhost:9002"]);
    assert_eq!(of("transport='sse', port=int(os.environ['PORT'])", ""), [""; 0]);
    assert_eq!(of("", ""), [""; 0]);
}
