import axios from "axios";
import got from "got";
import https from "node:https";
import { tool } from "ai";
import { tool as langchainTool } from "@langchain/core/tools";
import { createTool } from "@mastra/core/tools";
import { tool as agentTool } from "@openai/agents";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { z } from "zod";
import { api, getJson, post } from "./lib/api";

const server = new McpServer({ name: "web", version: "1.0.0" });
const WEATHER = "https://api.open-weather.example/v1";
const github = axios.create({ baseURL: "https://api.github.com", headers: { Authorization: `Bearer ${process.env.GITHUB_TOKEN}` } });

//: ingests public channel:web
//: sends public chosen-url channel:web
export const fetchPage = tool({
  description: "Fetch a page",
  inputSchema: z.object({ url: z.string().url() }),
  execute: async ({ url }) => {
    const response = await fetch(url);
    return await response.text();
  },
});

//: ingests partner channel:web/api.open-weather.example
//: sends partner free-text channel:web/api.open-weather.example
export const weather = tool({
  description: "Weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => {
    const response = await fetch(`${WEATHER}/current?q=${encodeURIComponent(city)}&key=${process.env.WEATHER_KEY}`);
    return response.json();
  },
});

//: ingests partner channel:web/api.open-weather.example
export const alerts = tool({
  description: "Alerts",
  inputSchema: z.object({}),
  execute: async () => (await fetch(WEATHER + "/alerts")).json(),
});

//: sends partner free-text channel:web/hooks.example.com
//: writes recoverable third-parties channel:web/hooks.example.com
export const report = createTool({
  id: "report",
  inputSchema: z.object({ text: z.string() }),
  execute: async ({ context }) => {
    await fetch("https://hooks.example.com/report", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: context.text }),
    });
    return { ok: true };
  },
});

//: ingests public channel:web
//: sends public free-text channel:web
//: writes recoverable third-parties channel:web
export const webhook = agentTool({
  name: "webhook",
  description: "Call a webhook",
  parameters: z.object({ url: z.string(), body: z.string() }),
  async execute({ url, body }) {
    const { data } = await axios.post(url, body);
    return data;
  },
});

//: ingests partner channel:web/catalog.example.com
//: sends partner free-text channel:web/catalog.example.com
export const findProduct = langchainTool(
  async ({ name }) => {
    const { data } = await axios.get("https://catalog.example.com/products", { params: { name } });
    return JSON.stringify(data);
  },
  { name: "find_product", description: "Find a product", schema: z.object({ name: z.string() }) },
);

//: ingests partner channel:web/catalog.example.com
//: sends partner free-text channel:web/catalog.example.com
//: writes irreversible third-parties channel:web/catalog.example.com
export const deleteProduct = langchainTool(
  async ({ id }) => {
    const response = await axios({ method: "delete", url: `https://catalog.example.com/products/${id}` });
    return response.data;
  },
  { name: "delete_product", schema: z.object({ id: z.string() }) },
);

//: ingests public channel:github
//: reads confidential store:github
export const issues = tool({
  inputSchema: z.object({ repo: z.string() }),
  execute: async ({ repo }) => (await github.get(`/repos/${repo}/issues`)).data,
});

//: sends public free-text channel:github
//: writes recoverable third-parties channel:github
export const comment = tool({
  inputSchema: z.object({ repo: z.string(), number: z.number(), text: z.string() }),
  execute: async ({ repo, number, text }) => {
    await github.post(`/repos/${repo}/issues/${number}/comments`, { body: text });
    return "commented";
  },
});

server.tool(
  "read-url",
  { url: z.string() },
  //: ingests public channel:web
  //: sends public chosen-url channel:web
  async ({ url }) => {
    const text = await got.get(url).text();
    return { content: [{ type: "text", text }] };
  },
);

server.registerTool(
  "stock",
  { inputSchema: { sku: z.string() } },
  //: ingests organization channel:web/inventory.internal
  //: reads internal channel:web/inventory.internal
  //: sends organization free-text channel:web/inventory.internal
  async ({ sku }) => {
    const response = await fetch(`http://inventory.internal:8080/stock/${sku}`);
    return { content: [{ type: "text", text: await response.text() }] };
  },
);

//: ingests organization channel:web/$CRM_URL
//: reads internal channel:web/$CRM_URL
//: sends organization free-text channel:web/$CRM_URL
export async function customer(id: string) {
  const response = await fetch(`${process.env.CRM_URL}/customers/${id}`);
  return response.json();
}

//: ingests partner channel:web/shop.example.com
//: sends partner free-text channel:web/shop.example.com
export async function order(id: string) {
  return getJson(`/orders/${id}`);
}

//: ingests partner channel:web/shop.example.com
//: sends partner free-text channel:web/shop.example.com
//: writes recoverable third-parties channel:web/shop.example.com
export async function placeOrder(item: string, count: number) {
  return post("/orders", { item, count });
}

//: sends partner free-text channel:web/shop.example.com
//: writes irreversible third-parties channel:web/shop.example.com
export async function cancelOrder(id: string) {
  await api.delete(`/orders/${id}`);
  return "cancelled";
}

//: ingests partner channel:web/status.example.com
export function status() {
  return new Promise((resolve) => https.get("https://status.example.com/api", (response) => resolve(response)));
}

//: nothing
export async function complete(prompt: string) {
  const response = await fetch("https://api.anthropic.com/v1/messages", {
    method: "POST",
    body: JSON.stringify({ messages: [{ role: "user", content: prompt }] }),
  });
  return response.json();
}

//: sends partner free-text channel:slack
export const notify = async (text: string) => {
  await fetch("https://hooks.slack.com/services/T0/B0/x", { method: "POST", body: JSON.stringify({ text }) });
};

//: ingests public channel:search
export const search = tool({
  inputSchema: z.object({ query: z.string() }),
  execute: async ({ query }) => {
    const url = new URL("https://api.search.brave.com/res/v1/web/search");
    url.searchParams.set("q", query);
    return (await fetch(url)).json();
  },
});

//: ingests partner channel:web/geo.example.org
//: sends partner free-text channel:web/geo.example.org
export const locate = async ({ place }: { place: string }) => {
  const url = new URL("/search", "https://geo.example.org");
  url.searchParams.append("q", place);
  const response = await fetch(url.toString());
  return response.json();
};

//: ingests public channel:web
//: sends public chosen-url channel:web
export const readAll = async ({ urls }: { urls: string[] }) =>
  Promise.all(urls.map(async (url) => (await fetch(url)).text()));

//: ingests partner channel:web/graph.example.com
//: sends partner free-text channel:web/graph.example.com
export const graph = async ({ id }: { id: string }) => {
  const response = await fetch("https://graph.example.com/graphql", {
    method: "POST",
    body: JSON.stringify({ query: "query($id: ID!) { user(id: $id) { name } }", variables: { id } }),
  });
  return response.json();
};

// A model on the program's own machine, asked without a client.
//: nothing
export const summarize = async ({ text }: { text: string }) => {
  const body = { model: "llama3", messages: [{ role: "user", content: text }], stream: false };
  const response = await fetch(`${process.env.OLLAMA_HOST}/api/chat`, { method: "POST", body: JSON.stringify(body) });
  return (await response.json()).message.content;
};

// A route of the same name that is no model's.
//: ingests organization channel:web/$CHAT_HOST
//: reads internal channel:web/$CHAT_HOST
//: sends organization free-text channel:web/$CHAT_HOST
//: writes recoverable organization channel:web/$CHAT_HOST
export const say = async ({ text }: { text: string }) => {
  const body = JSON.stringify({ room: "general", text });
  const response = await fetch(`${process.env.CHAT_HOST}/api/chat`, { method: "POST", body });
  return response.json();
};

// What proves who asks changes nothing.
//: ingests partner channel:web/api.example.net
//: ingests partner channel:web/id.example.net
//: sends partner fixed-template channel:web/id.example.net
export const rates = async () => {
  const signed = await fetch("https://id.example.net/connect/sign-in", {
    method: "POST",
    body: JSON.stringify({ grant_type: "client_credentials", client_secret: process.env.SECRET }),
  });
  if (!(await signed.json()).access_token) throw new Error("nobody");
  const rates = await fetch("https://api.example.net/rates");
  return rates.json();
};

// Who runs the tool is told how far it is.
//: nothing
export const told = async ({ text }: { text: string }, config: any) => {
  await config?.callbacks?.handleToolStart?.({ name: "told" }, text, config.runId);
  return text.length;
};

// What is posted there is a question, in a language of its own.
//: ingests partner channel:web/overpass.example.org
//: sends partner free-text channel:web/overpass.example.org
export const places = async ({ query }: { query: string }) => {
  const body = new URLSearchParams({ data: query }).toString();
  const response = await fetch("https://overpass.example.org/api/interpreter", { method: "POST", body });
  return response.json();
};
