//! Frameworks of TypeScript.

use super::lines;

fn of(text: &str) -> Vec<String> {
    lines(&[("src/app.ts", text)])
}

#[test]
fn openai_agents() {
    let text = "
import { Agent, handoff, hostedMcpTool, run, tool } from '@openai/agents';
import { z } from 'zod';

const refund = tool({
  name: 'refund',
  description: 'Pays back.',
  parameters: z.object({ order: z.string() }),
  needsApproval: true,
  execute: async ({ order }) => order,
});
const billing = new Agent({ name: 'Billing', tools: [refund] });
const triage = Agent.create({
  name: 'Triage',
  handoffs: [billing, handoff(billing)],
  tools: [hostedMcpTool({ serverLabel: 'wiki', serverUrl: 'https://mcp.wiki.example/mcp' })],
});
await run(triage, 'Hello', { maxTurns: 3 });
";
    assert_eq!(
        of(text),
        [
            "openai-agents Billing",
            "  tool refund asked",
            "openai-agents Triage",
            "  server wiki",
            "  hands to Billing as a hand-off",
            "  limit maxTurns: 3",
        ]
    );
}

#[test]
fn mastra_across_files() {
    let tool = "
import { createTool } from '@mastra/core/tools';
import { z } from 'zod';
export const searchTool = createTool({
  id: 'web-search',
  description: 'Searches.',
  inputSchema: z.object({ query: z.string() }),
  execute: async ({ context }) => context.query,
});
";
    let agent = "
import { Agent } from '@mastra/core/agent';
import { Memory } from '@mastra/memory';
import { searchTool } from '../tools/search';
export const researcher = new Agent({
  name: 'Researcher', instructions: 'Search.', model: 'openai/gpt-x',
  tools: { searchTool }, memory: new Memory(),
});
";
    let main = "
import { Mastra } from '@mastra/core/mastra';
import { researcher } from './agents/researcher';
export const mastra = new Mastra({ agents: { researcher } });
";
    let files = [("src/tools/search.ts", tool), ("src/agents/researcher.ts", agent), ("src/index.ts", main)];
    let found = lines(&files);
    assert_eq!(found.first().map(String::as_str), Some("mastra Researcher on openai/gpt-x"));
    assert!(found.contains(&"  tool web-search".to_owned()), "{found:?}");
    assert!(found.iter().any(|it| it.starts_with("  keeps memory")), "{found:?}");
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn the_ai_sdk_in_a_route() {
    let text = "
import { openai } from '@ai-sdk/openai';
import { streamText, tool, stepCountIs, ToolLoopAgent } from 'ai';
import { z } from 'zod';

export async function POST(req: Request) {
  const { messages } = await req.json();
  const result = streamText({
    model: openai('gpt-x'),
    messages,
    stopWhen: stepCountIs(5),
    tools: {
      weather: tool({ description: 'Weather.', inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => city }),
      run: openai.tools.codeInterpreter(),
    },
  });
  return result.toUIMessageStreamResponse();
}
";
    let found = lines(&[("app/api/chat/route.ts", text)]);
    assert_eq!(
        found,
        [
            "vercel-ai POST on gpt-x",
            "  tool weather",
            "  tool code_interpreter of the library",
            "  started by http request of public",
            "  limit stopWhen: ?",
        ]
    );
}

#[test]
fn langgraph_and_servers() {
    let text = "
import { ChatOpenAI } from '@langchain/openai';
import { tool } from '@langchain/core/tools';
import { createReactAgent, ToolNode } from '@langchain/langgraph/prebuilt';
import { MemorySaver, StateGraph } from '@langchain/langgraph';
import { MultiServerMCPClient } from '@langchain/mcp-adapters';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';

const add = tool(async ({ a, b }) => a + b, { name: 'add', description: 'Adds.', schema: {} });
const client = new MultiServerMCPClient({ mcpServers: { files: { command: 'npx', args: ['-y', 'files'] } } });
export const agent = createReactAgent({
  llm: new ChatOpenAI({ model: 'gpt-x' }), tools: [add, ...(await client.getTools())], name: 'calc', checkpointSaver: new MemorySaver(),
});

const server = new McpServer({ name: 'notes', version: '1' });
server.registerTool('add_note', { description: 'Adds.' }, async ({ text }) => ({ content: [] }));
server.tool('drop_note', 'Drops.', {}, async () => ({ content: [] }));
";
    let found = of(text);
    assert_eq!(found.first().map(String::as_str), Some("langchain calc on gpt-x"));
    for line in [
        "  tool add",
        "  server files",
        "serves notes from src/app.ts",
        "  tool add_note",
        "  tool drop_note",
    ] {
        assert!(found.contains(&line.to_owned()), "{line}: {found:?}");
    }
}

#[test]
fn a_graph_as_a_node_of_another() {
    let text = "
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';

async function look(state) { return fetch(state.link); }
async function tell(state) { return fetch('https://chat.example/' + state.text, { method: 'POST' }); }
const State = Annotation.Root({ link: Annotation<string> });

const inner = new StateGraph({ stateSchema: State, input: Annotation.Root({}) })
  .addNode('look', look, { input: State, ends: ['tell'] })
  .addNode({ tell })
  .addEdge(START, 'look')
  .addEdge('look', 'tell')
  .addConditionalEdges('look', () => 'tell', ['tell', END])
  .addConditionalEdges('tell', () => END, [END])
  .addEdge('tell', END)
  .addEdge('tell', 'look')
  .addEdge('tell', 'tell')
  .addEdge('look', END)
  .compile();
inner.name = 'inner';

export const outer = new StateGraph(State).addNode('inside', inner).addEdge(START, 'inside').compile();
";
    assert_eq!(
        of(text),
        ["langchain inner", "  tool look", "  tool tell", "langchain outer", "  hands to inner as a node",]
    );
}

#[test]
fn tools_of_a_processor_are_the_agents() {
    let text = "
import { Agent } from '@mastra/core/agent';
import { TokenLimiterProcessor, ToolSearchProcessor } from '@mastra/core/processors';
import { createTool } from '@mastra/core/tools';
const pay = createTool({ id: 'pay_bill', description: 'Pays.', execute: async () => 1 });
const look = createTool({ id: 'look_up', description: 'Looks.', execute: async () => 1 });
const rare = { pay };
export const clerk = new Agent({
  name: 'Clerk', instructions: 'Help.', model: 'openai/gpt-x', tools: { look },
  inputProcessors: [new ToolSearchProcessor({ tools: rare }), new TokenLimiterProcessor({ limit: 100 })],
});
";
    let found = lines(&[("src/clerk.ts", text)]);
    let tools: Vec<&String> = found.iter().filter(|it| it.starts_with("  tool ")).collect();
    assert_eq!(tools, ["  tool look_up", "  tool pay_bill"], "{found:?}");
}
