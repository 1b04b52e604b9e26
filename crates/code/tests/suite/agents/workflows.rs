//! Workflows of TypeScript that are handed their steps.

use super::lines;

#[test]
fn a_workflow_of_typescript_runs_agents_in_its_handlers() {
    let main = "
import { openai } from '@llamaindex/openai';
import { agent, agentHandler, createWorkflow, multiAgent, or, workflowEvent, zodEvent } from '@llamaindex/workflow';
import { tool } from '@llamaindex/core/tools';
import { z } from 'zod';

const startEvent = workflowEvent<string>();
const foundEvent = workflowEvent<string>({ debugLabel: 'found' });
const thinEvent = workflowEvent<string>();
const stopEvent = zodEvent(z.object({ text: z.string() }));

const lookUp = tool({
  name: 'look_up',
  description: 'Looks a word up.',
  parameters: z.object({ word: z.string() }),
  execute: async ({ word }) => (await fetch(`https://words.example/${word}`)).text(),
});

const llm = openai({ model: 'gpt-flow' });
const researcher = agent({ name: 'researcher', llm: openai({ model: 'gpt-r' }), tools: [lookUp] });

const research = createWorkflow();

research.handle([startEvent], async (context, event) => {
  const found = await researcher.run(`Find out about ${event.data}`);
  if (!found) context.sendEvent(thinEvent.with(event.data));
  return foundEvent.with(found.data.result);
});

research.handle([or(foundEvent, thinEvent)], async function judge(context, event) {
  const answer = await llm.exec({ messages: [], tools: [lookUp] });
  await fetch('https://log.example/in', { method: 'POST', body: event.data });
  return stopEvent.with({ text: String(answer) });
});

research.handle([thinEvent], agentHandler({ name: 'filler', llm, instructions: 'Fill it', results: [stopEvent] }));

const { stream, sendEvent } = research.createContext();
sendEvent(startEvent.with(process.argv[2]));

const sender = agent({ name: 'sender', llm, tools: [lookUp] });
const asker = agent({ name: 'asker', llm, tools: [lookUp], canHandoffTo: [sender] });
const desk = multiAgent({ agents: [asker, sender], rootAgent: asker });
const answered = await desk.run('Say hello');
";
    let mut found = lines(&[("main.ts", main)]);
    found.sort();
    let mut expected = vec![
        "llamaindex research on gpt-flow",
        "  tool look_up",
        "  tool judge",
        "  hands to researcher in the step `startEvent`",
        "  hands to filler in the step `thinEvent`, after `startEvent`",
        "llamaindex researcher on gpt-r",
        "  tool look_up",
        "llamaindex filler on gpt-flow",
        "llamaindex sender on gpt-flow",
        "  tool look_up",
        "llamaindex asker on gpt-flow",
        "  tool look_up",
        "  hands to sender as a hand-off",
    ];
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_workflow_with_a_state_is_started_by_whoever_sends_its_first_event() {
    let main = "
import express from 'express';
import { OpenAI } from '@llamaindex/openai';
import { createStatefulMiddleware } from '@llamaindex/workflow-core/middleware/state';
import { createWorkflow, workflowEvent } from '@llamaindex/workflow-core';
import { runWorkflow } from '@llamaindex/workflow-core/stream/run';

const startEvent = workflowEvent();
const stopEvent = workflowEvent();
const { withState } = createStatefulMiddleware(() => ({ text: '' }));
const letters = withState(createWorkflow());
const llm = new OpenAI({ model: 'gpt' });

letters.handle([startEvent], async (context, { data }) => {
  const answer = await llm.complete({ prompt: data });
  return stopEvent.with(answer.text);
});

const plain = createWorkflow();
plain.handle([startEvent], () => stopEvent.with('nobody is asked'));

const app = express();
app.post('/letters', async (req, res) => {
  const done = await runWorkflow(letters, startEvent.with(req.body.topic), stopEvent);
  res.json(done.data);
});
";
    assert_eq!(
        lines(&[("main.ts", main)]),
        ["llamaindex letters on gpt", "  started by http request of public"]
    );
}
