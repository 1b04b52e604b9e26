//! Tools that an agent has for one run, from the call that runs it.

use super::lines;

#[test]
fn what_a_run_brings_along_is_the_agents() {
    let main = "
import { Agent } from '@mastra/core/agent';
import { z } from 'zod';

const billing = new Agent({ id: 'billing', name: 'Billing', instructions: 'Answer.', model: 'm' });
const lookup = { id: 'lookup', description: 'Look up.', inputSchema: z.object({}), execute: async () => 'none' };
const triage = new Agent({ id: 'triage', name: 'Triage', instructions: 'Sort.', model: 'm' });
const transfer = {
  id: 'transfer', description: 'Hand over.', inputSchema: z.object({ text: z.string() }),
  execute: async ({ text }) => billing.generate(text, { toolsets: { billing: { lookup } } }),
};
export async function answer(text) {
  return triage.generate(text, { toolsets: { triage: { transfer } }, toolChoice: 'auto' });
}
";
    let expected = [
        "mastra Billing on m",
        "  tool lookup",
        "mastra Triage on m",
        "  tool transfer",
        "  hands to Billing in a tool",
    ];
    assert_eq!(lines(&[("main.ts", main)]), expected);
}

#[test]
fn a_session_that_agentcore_keeps_is_a_memory() {
    let main = "
from strands import Agent
from bedrock_agentcore.memory.integrations.strands.config import AgentCoreMemoryConfig
from bedrock_agentcore.memory.integrations.strands.session_manager import AgentCoreMemorySessionManager

config = AgentCoreMemoryConfig(memory_id='desk-memory', session_id='s', actor_id='a')
agent = Agent(name='desk', session_manager=AgentCoreMemorySessionManager(agentcore_memory_config=config))
";
    assert_eq!(lines(&[("main.py", main)]), ["strands desk", "  keeps session for session"]);
}
