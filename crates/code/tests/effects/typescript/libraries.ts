// Libraries that few programs use.

import { SandboxInstance } from "@blaxel/core";
import { Client } from "@modelcontextprotocol/client";
import { Nango } from "@nangohq/node";
import { twMerge } from "tailwind-merge";
import { Client as Twitter } from "twitter-api-sdk";

//: ingests public channel:social
export const posts = async ({ query }: { query: string }) => new Twitter("key").tweets.tweetsRecentSearch({ query });

//: sends public free-text channel:social
//: writes recoverable third-parties channel:social
export const post = async ({ text }: { text: string }) => new Twitter("key").tweets.createTweet({ text });

//: unknown env:server-tools
export const act = async ({ name, input }: { name: string; input: object }) =>
  new Nango({ secretKey: "" }).triggerAction("crm", "desk", name, input);

//: reads secret store:secrets
export const token = async () => new Nango({ secretKey: "" }).getToken("crm", "desk");

//: executes remote
export const run = async ({ command }: { command: string }) => {
  const sandbox = await SandboxInstance.get("desk");
  return sandbox.process.exec({ command });
};

//: unknown env:server-tools
export const call = async ({ name }: { name: string }) => {
  const client = new Client({ name: "desk", version: "1" });
  return client.callTool({ name, arguments: {} });
};

//: nothing
export const classes = ({ a, b }: { a: string; b: string }) => twMerge(a, b);
