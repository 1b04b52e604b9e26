// Clients of which only the type says what they are: a session holds them, a variable is set later, a helper is handed them.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Sandbox } from "e2b";
import type { Telegraf } from "telegraf";
import { tool } from "ai";
import { z } from "zod";

const held = new AsyncLocalStorage<{ sandbox: Sandbox }>();
const active = new Map<string, { sandbox: Sandbox }>();
let bot: Telegraf | null = null;

export function setBot(it: Telegraf): void {
  bot = it;
}

function current(project: string): Sandbox {
  const context = held.getStore() ?? active.get(project);
  if (!context) throw new Error("no sandbox");
  return context.sandbox;
}

async function execute(sandbox: Sandbox | null, command: string): Promise<string> {
  const result = await sandbox!.commands.run(command, { timeoutMs: 1000 });
  return result.stdout;
}

//: executes remote
export const runCommand = tool({
  inputSchema: z.object({ command: z.string() }),
  execute: async ({ command }) => execute(current("one"), `cd /app && ${command}`),
});

//: writes reversible session env:remote
export const writeFile = tool({
  inputSchema: z.object({ path: z.string(), text: z.string() }),
  execute: async ({ path, text }) => {
    const sandbox = current("one");
    await sandbox.files.write(path, text);
    return path;
  },
});

//: sends partner free-text channel:telegram
export const say = tool({
  inputSchema: z.object({ text: z.string() }),
  execute: async ({ text }) => {
    if (!bot) return "not connected";
    await bot.telegram.sendMessage("42", text);
    return "said";
  },
});
