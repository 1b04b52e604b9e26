// Settings that a schema has checked, a connection that is opened once, and a request that is tried again.
import Database from "better-sqlite3";
import { tool } from "ai";
import { z } from "zod";

const env = z.object({ SEARCH_KEY: z.string(), HOOK: z.string().url() }).parse(process.env);
const headers = { Authorization: `Bearer ${env.SEARCH_KEY}` };

async function patient(input: string | URL, init?: RequestInit, left = 1): Promise<Response> {
  const answer = await fetch(input, init);
  if (answer.status === 429 && left > 0) return patient(input, init, left - 1);
  return answer;
}

let opened: Database.Database | null = null;

function database(): Database.Database {
  if (opened) return opened;
  opened = new Database("notes.db");
  opened.pragma("journal_mode = WAL");
  return opened;
}

//: ingests partner channel:web/search.example
//: sends partner free-text channel:web/search.example
export const search = tool({
  inputSchema: z.object({ query: z.string() }),
  execute: async ({ query }) => {
    const url = new URL("https://search.example/people");
    url.searchParams.set("query", query);
    const answer = await patient(url, { headers });
    return answer.json();
  },
});

//: reads confidential store:sqlite/notes.db
export const notes = tool({
  inputSchema: z.object({ topic: z.string() }),
  execute: async ({ topic }) => database().prepare("SELECT text FROM notes WHERE topic = ?").all(topic),
});
