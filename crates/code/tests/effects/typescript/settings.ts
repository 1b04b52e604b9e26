// Settings that a schema has checked, a connection that is opened once, a request that is tried again, and what is done within a
// transaction.
import Database from "better-sqlite3";
import { tool } from "ai";
import { z } from "zod";
import { prisma } from "./lib/db";

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

//: reads confidential store:database
//: writes recoverable organization store:database
export const move = tool({
  inputSchema: z.object({ id: z.string(), by: z.number() }),
  execute: async ({ id, by }) =>
    prisma.$transaction(async (tx) => {
      const item = await tx.item.findUnique({ where: { id } });
      if (!item) throw new Error("no such item");
      return tx.item.update({ where: { id }, data: { stock: item.stock + by } });
    }),
});

//: reads confidential store:database/of lib/db
export const low = tool({
  inputSchema: z.object({ empty: z.boolean() }),
  execute: async ({ empty }) => prisma.$queryRaw`SELECT name FROM items ${empty ? prisma.$queryRaw`` : prisma.$queryRaw`AND stock > 0`}`,
});
