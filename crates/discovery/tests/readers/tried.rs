//! Servers that are there twice: tests make them, compilers write them once more.

use crate::support::read;

const TOOLS: &str = "
import { z } from 'zod';
export function register(server) {
  server.tool('look', 'Look it up', { name: z.string() }, async ({ name }) => ({ content: [{ type: 'text', text: name }] }));
}
";

fn made(name: &str, more: &str) -> String {
    format!(
        "import {{ McpServer }} from '@modelcontextprotocol/sdk/server/mcp.js';\nimport {{ register }} from './tools.js';\nconst server = new McpServer({{ name: '{name}', version: '1' }});\nregister(server);\n{more}"
    )
}

#[test]
fn a_server_that_a_test_makes_to_try_the_program_is_none_beside_it() {
    let more = "server.tool('odd', 'Only here', {}, async () => ({ content: [] }));";
    let served = |files: &[(&str, &str)]| -> Vec<String> {
        let mut all = vec![("src/tools.ts", TOOLS)];
        all.extend(files);
        read(&all).served.into_iter().map(|it| it.name).collect()
    };
    let (own, tried, odd) = (made("own", ""), made("tried", ""), made("odd", more));
    assert_eq!(served(&[("src/index.ts", &own), ("src/index.test.ts", &tried)]), ["own"]);
    // What only a test serves is told.
    assert_eq!(served(&[("src/index.ts", &own), ("src/odd.test.ts", &odd)]), ["own", "odd"]);
    assert_eq!(served(&[("src/index.test.ts", &tried)]), ["tried"]);
}

#[test]
fn what_was_compiled_from_another_file_is_not_read_twice() {
    let own = made("own", "");
    let served = |files: &[(&str, &str)]| -> Vec<String> {
        read(files).served.into_iter().map(|it| format!("{} from {}", it.name, it.path)).collect()
    };
    let both = [
        ("src/tools.ts", TOOLS),
        ("src/index.ts", own.as_str()),
        ("dist/tools.js", TOOLS),
        ("dist/index.js", own.as_str()),
    ];
    assert_eq!(served(&both), ["own from src/index.ts"]);
    let alone = [("dist/tools.js", TOOLS), ("dist/index.js", own.as_str())];
    assert_eq!(served(&alone), ["own from dist/index.js"]);
}

#[test]
fn an_agent_that_a_test_makes_is_none_of_a_program_that_has_its_own() {
    let agent = |name: &str| {
        format!(
            "from strands import Agent, tool\n@tool\ndef {name}() -> str:\n    '''Do.'''\nmade = Agent(name='{name}', tools=[{name}])\n"
        )
    };
    let names = |files: &[(&str, &str)]| -> Vec<String> {
        read(files).agents.into_iter().map(|it| it.name).collect()
    };
    let (own, tried) = (agent("own"), agent("tried"));
    assert_eq!(names(&[("app/main.py", &own), ("tests/test_main.py", &tried)]), ["own"]);
    assert_eq!(names(&[("tests/test_main.py", &tried)]), ["tried"]);
}

#[test]
fn a_file_that_asks_a_model_by_requests_is_found_without_an_import() {
    let names = |text: &str| -> Vec<String> {
        read(&[("loop.mjs", text)]).agents.into_iter().map(|it| it.name).collect()
    };
    let program = "
const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }];
export async function assistant(messages) {
  const answer = await fetch('https://api.openai.com/v1/chat/completions', {
    method: 'POST', body: JSON.stringify({ model: 'm', messages, tools }),
  });
  return answer.json();
}
";
    assert_eq!(names(program), ["assistant"]);
    let setting = program.replace("'https://api.openai.com/v1/chat/completions'", "process.env.URL");
    // Nothing in it shows that a model is asked.
    assert_eq!(names(&setting), [""; 0]);
    let read = setting
        .replace("return answer.json();", "return (await answer.json()).choices[0].message.tool_calls;");
    assert_eq!(names(&read), ["assistant"]);
}

#[test]
fn who_imports_what_a_file_passes_on_is_found_too() {
    let agent = "import { Ollama } from 'ollama';\nexport function agent({ tools }) {\n  return { run: (messages) => new Ollama().chat({ model: 'm', messages, tools }) };\n}\n";
    let desk = |from: &str| {
        format!(
            "import {{ agent }} from '{from}';\nconst look = {{ type: 'function', function: {{ name: 'look', parameters: {{}} }} }};\nawait agent({{ tools: [look] }}).run([]);\n"
        )
    };
    let manifest = "{\"name\": \"desk-kit\", \"main\": \"src/index.js\"}";
    for from in ["../src/index.js", "../src", "desk-kit"] {
        let desk = desk(from);
        let found = read(&[
            ("package.json", manifest),
            ("src/agent.js", agent),
            ("src/index.js", "export { agent } from './agent.js';\n"),
            ("examples/desk.js", desk.as_str()),
        ]);
        let tools: Vec<String> =
            found.agents.iter().flat_map(|it| it.program.tools.iter().map(|it| it.name.clone())).collect();
        assert_eq!(tools, ["look"], "{from}");
    }
}
