//! Tools of which models know the schema, and what the program does when it is told their names.

use super::found;

/// Each tool of the only agent with the kinds of its effects, or `?` where no body was found.
fn tools(files: &[(&str, &str)]) -> Vec<String> {
    let found = found(files);
    let agents: Vec<_> = found.agents.iter().map(|it| &it.facts.program.tools).collect();
    let [tools] = agents.as_slice() else { panic!("{} agents", agents.len()) };
    let kinds = |it: &ambit_model::facts::OwnTool| {
        let mut kinds: Vec<String> = it
            .effects
            .iter()
            .map(|it| format!("{:?}", it.effect))
            .map(|it| it.split(' ').next().unwrap_or_default().to_owned())
            .collect();
        kinds.sort();
        kinds.dedup();
        let body = if it.known == ambit_model::facts::Known::Body { kinds.join(",") } else { "?".to_owned() };
        format!("{} {body}", it.name)
    };
    tools.iter().map(kinds).collect()
}

const AGENT: &str = "
import OpenAI from 'openai';
import { TOOLS } from './schemas';
import { executeTool } from './execute';
const client = new OpenAI();
export async function agent(messages) {
  const answer = await client.chat.completions.create({ model: 'm', messages, tools: TOOLS });
  for (const call of answer.choices[0].message.tool_calls) {
    await executeTool(call.function.name, JSON.parse(call.function.arguments));
  }
}
";
const SCHEMAS: &str = "
const one = (name) => ({ type: 'function', function: { name, parameters: {} } });
export const TOOLS = [one('read_file'), one('run'), one('now'), one('elsewhere')];
";

#[test]
fn what_a_case_does_is_what_its_tool_does() {
    let execute = "
import fs from 'fs/promises';
import { execSync } from 'child_process';
export async function executeTool(name, args) {
  switch (name) {
    case 'read_file': return fs.readFile(args.path, 'utf8');
    case 'run': {
      return execSync(args.command);
    }
    case 'now': return new Date().toISOString();
  }
}
";
    // Words for people are no bodies.
    let labels = "
import { TOOLS } from './schemas';
export const label = (tool) => {
  switch (tool) { case 'read_file': return 'Reading'; case 'elsewhere': return 'Looking'; default: return TOOLS.length; }
};
";
    let files =
        [("agent.ts", AGENT), ("execute.ts", execute), ("labels.ts", labels), ("schemas.ts", SCHEMAS)];
    assert_eq!(tools(&files), ["read_file Reads", "run Executes", "now ", "elsewhere ?"]);
}

#[test]
fn methods_and_names_that_lie_in_the_call_are_followed() {
    let main = "
import anthropic, subprocess, pathlib

TOOLS = [
    {'name': 'shell', 'input_schema': {}},
    {'name': 'save', 'input_schema': {}},
]

class Assistant:
    def __init__(self):
        self.client = anthropic.Anthropic()

    def handle(self, block):
        name = block.name
        if name == 'shell':
            return subprocess.run(block.input['command'], shell=True)
        elif name == 'save':
            pathlib.Path(block.input['path']).write_text(block.input['text'])
        return None

    def run(self, messages):
        answer = self.client.messages.create(model='m', tools=TOOLS, messages=messages)
        return [self.handle(it) for it in answer.content]
";
    assert_eq!(tools(&[("main.py", main)]), ["shell Executes", "save Writes"]);
}
