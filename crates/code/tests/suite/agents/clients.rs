//! Clients of models, around which people write their own loop: what they are told stands in a different place in each.

use super::lines;

/// The lines of a program in Python that is as its first line says, with one function that may be a tool.
fn python(text: &str) -> Vec<String> {
    let tool = "\n\ndef read_note(name: str) -> str:\n    \"\"\"Read a note.\"\"\"\n    return open(name).read()\n\n";
    let (imports, rest) = text.split_once("---\n").expect("imports end there");
    lines(&[("src/desk.py", &format!("{imports}{tool}{rest}"))])
}

fn typescript(text: &str) -> Vec<String> {
    lines(&[("src/desk.ts", text)])
}

#[test]
fn what_gemini_is_told_stands_in_a_configuration() {
    let desk = "
from google import genai
from google.genai import types
---
client = genai.Client()
declared = types.FunctionDeclaration(name='shell', description='Run it.', parameters=types.Schema(type='OBJECT'))

def shell(command):
    import subprocess
    return subprocess.run(command, shell=True)

def talk(question):
    config = types.GenerateContentConfig(system_instruction='Help.', tools=[read_note])
    return client.chats.create(model='gemini-2.5-flash', config=config).send_message(question)

async def loop(contents):
    tools = [types.Tool(function_declarations=[declared]), types.Tool(google_search=types.GoogleSearch())]
    answer = await client.aio.models.generate_content(
        model='gemini-2.5-pro', contents=contents, config=types.GenerateContentConfig(tools=tools))
    for call in answer.function_calls:
        if call.name == 'shell':
            shell(**call.args)

def plain(contents):
    return client.models.generate_content(model='gemini-2.5-pro', contents=contents)
";
    let expected = [
        "model-clients talk on gemini-2.5-flash",
        "  tool read_note",
        "model-clients loop on gemini-2.5-pro",
        "  tool shell",
        "  tool web_search of the library",
    ];
    assert_eq!(python(desk), expected);
    let older = "
import google.generativeai as genai
---
plain = genai.GenerativeModel('gemini-1.5-pro')
helper = genai.GenerativeModel(model_name='gemini-1.5-pro', tools=[read_note])
";
    assert_eq!(python(older), ["model-clients helper on gemini-1.5-pro", "  tool read_note"]);
}

#[test]
fn gemini_is_told_the_same_in_typescript() {
    let desk = "
import { GoogleGenAI, Type } from '@google/genai';
import { readFile } from 'fs/promises';

const ai = new GoogleGenAI({});
const declared = { name: 'read_note', parametersJsonSchema: { type: 'object' } };
const handlers = { read_note: (args: { name: string }) => readFile(args.name, 'utf8') };

export async function loop(contents: any[]) {
  const config = { systemInstruction: 'Help.', tools: [{ functionDeclarations: [declared] }] };
  const answer = await ai.models.generateContent({ model: 'gemini-2.5-flash', contents, config });
  for (const call of answer.functionCalls ?? []) contents.push(await handlers[call.name](call.args));
}
";
    assert_eq!(typescript(desk), ["model-clients loop on gemini-2.5-flash", "  tool read_note"]);
}

#[test]
fn tools_of_bedrock_stand_in_a_configuration_of_theirs() {
    let desk = "
import boto3
---
bedrock = boto3.client('bedrock-runtime')
TOOLS = {'tools': [{'toolSpec': {'name': 'read_note', 'inputSchema': {'json': {}}}}]}

def loop(messages):
    answer = bedrock.converse(modelId='nova', messages=messages, toolConfig=TOOLS)
    for part in answer['output']['message']['content']:
        if part.get('toolUse', {}).get('name') == 'read_note':
            read_note(**part['toolUse']['input'])

def plain(messages):
    return bedrock.converse(modelId='nova', messages=messages)
";
    assert_eq!(python(desk), ["model-clients loop on nova", "  tool read_note"]);
    let desk = "
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';

const client = new BedrockRuntimeClient({});
const toolConfig = { tools: [{ toolSpec: { name: 'read_note', inputSchema: { json: {} } } }] };

export const loop = (messages: any[]) => client.send(new ConverseCommand({ modelId: 'nova', messages, toolConfig }));
";
    assert_eq!(typescript(desk), ["model-clients loop on nova", "  tool read_note"]);
}

#[test]
fn agents_of_azure_are_given_sets_of_tools_and_each_other() {
    let desk = "
from azure.ai.projects import AIProjectClient
from azure.ai.agents.models import CodeInterpreterTool, ConnectedAgentTool, FunctionTool, ToolSet
---
client = AIProjectClient(endpoint='x', credential=None)
toolset = ToolSet()
toolset.add(FunctionTool(functions={read_note}))
toolset.add(CodeInterpreterTool())
helper = client.agents.create_agent(model='gpt-4o', name='helper', toolset=toolset)
connected = ConnectedAgentTool(id=helper.id, name='helper', description='Helps.')
lead = client.agents.create_agent(model='gpt-4o', name='lead', tools=connected.definitions)
";
    let expected = [
        "azure-ai-agents helper on gpt-4o",
        "  tool read_note",
        "  tool code_interpreter of the library",
        "azure-ai-agents lead on gpt-4o",
        "  hands to helper as a tool",
    ];
    assert_eq!(python(desk), expected);
}

#[test]
fn clients_of_other_providers_are_told_as_that_of_openai() {
    for (import, call) in [
        ("import ollama", "ollama.Client().chat"),
        ("import ollama", "ollama.AsyncClient().chat"),
        ("import cohere", "cohere.ClientV2().chat"),
        ("from mistralai import Mistral", "Mistral(api_key='x').chat.complete"),
        ("from mistralai import Mistral", "Mistral(api_key='x').chat.stream_async"),
        ("from huggingface_hub import InferenceClient", "InferenceClient().chat_completion"),
        ("from together import Together", "Together().chat.completions.create"),
        ("import litellm", "litellm.responses"),
        ("from langfuse.openai import OpenAI", "OpenAI().chat.completions.create"),
        ("from openai import AsyncAzureOpenAI", "AsyncAzureOpenAI().chat.completions.parse"),
    ] {
        let tools = "[{'type': 'function', 'function': {'name': 'read_note', 'parameters': {}}}]";
        let desk = format!(
            "{import}\n---\ndef loop(messages):\n    return {call}(model='m', messages=messages, tools={tools})\n"
        );
        assert_eq!(python(&desk), ["model-clients loop on m", "  tool read_note"], "{call}");
    }
}

#[test]
fn what_goes_through_a_list_of_tools_is_none_of_them() {
    let desk = "
import { Ollama } from 'ollama';

const shown = (tool: any) => ({ type: 'function', function: { name: tool.name, parameters: tool.schema } });

export function agent({ tools = [] as any[] } = {}) {
  const ollama = new Ollama();
  return { run: (messages: any[]) => ollama.chat({ model: 'm', messages, tools: gathered(tools).map(shown) }) };
}

declare function gathered(tools: any[]): any[];
";
    let found = typescript(desk);
    assert!(!found.iter().any(|it| it.contains("shown")), "{found:?}");
}

#[test]
fn a_schema_without_a_name_that_is_known_says_nothing_of_other_tools() {
    let desk = "
import OpenAI from 'openai';
import { z } from 'zod';

const shown = (tool: any) => ({
  type: 'function',
  function: { name: tool.name, description: Object.keys(tool).join(), parameters: z.toJSONSchema(tool.schema) },
});

export async function loop(tool: any) {
  return new OpenAI().chat.completions.create({ model: 'm', tools: [shown(tool)] });
}
";
    let found = typescript(desk);
    assert!(!found.iter().any(|it| it.contains("  tool")), "{found:?}");
}
