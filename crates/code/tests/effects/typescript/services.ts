import { WebClient } from "@slack/web-api";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SendEmailCommand, SESClient } from "@aws-sdk/client-ses";
import { Client as Notion } from "@notionhq/client";
import { Octokit } from "@octokit/rest";
import { createClient } from "@supabase/supabase-js";
import { eq } from "drizzle-orm";
import Database from "better-sqlite3";
import { google } from "googleapis";
import mongoose from "mongoose";
import nodemailer from "nodemailer";
import OpenAI from "openai";
import { chromium } from "playwright";
import puppeteer from "puppeteer";
import { createClient as createRedis } from "redis";
import { Resend } from "resend";
import Stripe from "stripe";
import { tavily } from "@tavily/core";
import postgres from "postgres";
import twilio from "twilio";
import { ethers } from "ethers";
import mysql from "mysql2/promise";
import knex from "knex";
import { Queue } from "bullmq";
import { LinearClient } from "@linear/sdk";
import { tool } from "ai";
import { z } from "zod";
import { desk, orm, pool, prisma, rows } from "./lib/db";
import { users } from "./lib/schema";

const slack = new WebClient(process.env.SLACK_TOKEN);
const stripe = new Stripe(process.env.STRIPE_KEY!);
const s3 = new S3Client({});
const notion = new Notion({ auth: process.env.NOTION_TOKEN });
const octokit = new Octokit({ auth: process.env.GITHUB_TOKEN });
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_KEY!);
const sqlite = new Database("app.db");
const openai = new OpenAI();
const resend = new Resend(process.env.RESEND_KEY);
const redis = createRedis({ url: "redis://cache:6379" });
const builder = knex({ client: "pg", connection: process.env.DATABASE_URL });
const jobs = new Queue("jobs");
const tagged = postgres(process.env.ORDERS_URL!);
const linear = new LinearClient({ apiKey: process.env.LINEAR_KEY });
const Article = mongoose.model("Article", new mongoose.Schema({ title: String }));

//: sends partner free-text channel:slack
export const say = tool({
  inputSchema: z.object({ channel: z.string(), text: z.string() }),
  execute: async ({ channel, text }) => {
    await slack.chat.postMessage({ channel, text });
    return "said";
  },
});

//: ingests public channel:slack
//: reads confidential channel:slack
export const history = async ({ channel }: { channel: string }) => slack.conversations.history({ channel });

//: sends public free-text channel:mail
export const mail = async ({ to, subject, text }: { to: string; subject: string; text: string }) => {
  const transport = nodemailer.createTransport({ host: "smtp.example.com" });
  await transport.sendMail({ from: "bot@example.com", to, subject, text });
};

//: sends organization free-text channel:mail
export const mailOps = async ({ text }: { text: string }) =>
  resend.emails.send({ from: "bot@example.com", to: "ops@example.com", subject: "Report", text });

//: sends public free-text channel:phone
export const sms = async ({ to, body }: { to: string; body: string }) =>
  twilio(process.env.TWILIO_SID, process.env.TWILIO_TOKEN).messages.create({ to, from: "+15550100", body });

//: spends store:stripe
//: writes irreversible third-parties store:stripe
export const refund = tool({
  inputSchema: z.object({ charge: z.string(), amount: z.number() }),
  execute: async ({ charge, amount }) => stripe.refunds.create({ charge, amount }),
});

//: reads confidential store:stripe
export const customerPayments = async ({ customer }: { customer: string }) => stripe.charges.list({ customer });

//: reads confidential store:s3
export const readObject = async ({ key }: { key: string }) => {
  const object = await s3.send(new GetObjectCommand({ Bucket: "reports", Key: key }));
  return object.Body?.transformToString();
};

//: writes recoverable organization store:s3
export const writeObject = async ({ key, text }: { key: string; text: string }) =>
  s3.send(new PutObjectCommand({ Bucket: "reports", Key: key, Body: text }));

//: writes irreversible organization store:s3
export const deleteObject = async ({ key }: { key: string }) =>
  s3.send(new DeleteObjectCommand({ Bucket: "reports", Key: key }));

//: sends public free-text channel:mail
export const mailBySes = async ({ to, text }: { to: string; text: string }) => {
  const client = new SESClient({});
  await client.send(new SendEmailCommand({ Source: "a@example.com", Destination: { ToAddresses: [to] }, Message: text }));
};

//: reads confidential store:notion
export const page = async ({ id }: { id: string }) => notion.pages.retrieve({ page_id: id });

//: ingests public channel:github
//: reads confidential store:github
export const readIssue = async ({ owner, repo, number }: { owner: string; repo: string; number: number }) =>
  (await octokit.rest.issues.get({ owner, repo, issue_number: number })).data.body;

//: sends public free-text channel:github
//: writes recoverable third-parties channel:github
export const openIssue = async ({ owner, repo, title }: { owner: string; repo: string; title: string }) =>
  (await octokit.issues.create({ owner, repo, title })).data.html_url;

//: ingests public channel:github
//: reads confidential store:github
export const pulls = async ({ owner, repo }: { owner: string; repo: string }) =>
  octokit.request("GET /repos/{owner}/{repo}/pulls", { owner, repo });

//: reads confidential store:supabase
export const profile = async ({ id }: { id: string }) => supabase.from("profiles").select("*").eq("id", id);

//: writes recoverable organization store:supabase
export const setName = async ({ id, name }: { id: string; name: string }) =>
  supabase.from("profiles").update({ name }).eq("id", id);

//: reads confidential store:sqlite/app.db
export const local = ({ id }: { id: number }) => sqlite.prepare("SELECT * FROM items WHERE id = ?").get(id);

//: ingests public store:sqlite/app.db
//: reads confidential store:sqlite/app.db
//: writes irreversible workspace store:sqlite/app.db
export const query = ({ sql }: { sql: string }) => sqlite.prepare(sql).all();

//: reads confidential store:postgres/of lib/db
export const user = async ({ id }: { id: string }) => rows("SELECT name FROM users WHERE id = $1", [id]);

//: ingests public store:postgres/db.example.com:5432/desk
//: reads confidential store:postgres/db.example.com:5432/desk
export const tickets = async () => (await desk.query("SELECT subject, body FROM tickets")).rows;

//: writes irreversible organization store:postgres/of services
export const clear = async ({ id }: { id: string }) => pool.query("DELETE FROM sessions WHERE user_id = $1", [id]);

//: reads confidential store:database
export const orders = async ({ userId }: { userId: string }) => prisma.order.findMany({ where: { userId } });

//: writes irreversible organization store:database
export const removeOrder = async ({ id }: { id: string }) => prisma.order.delete({ where: { id } });

//: writes recoverable organization store:database
export const addUser = async ({ name }: { name: string }) => orm.insert(users).values({ name });

//: reads confidential store:database
export const findUser = async ({ id }: { id: string }) => orm.select().from(users).where(eq(users.id, id));

//: reads confidential store:database
export const listItems = async ({ kind }: { kind: string }) => builder("items").where({ kind });

//: reads confidential store:mysql/shop
export const prices = async () => {
  const connection = await mysql.createConnection({ host: "db", database: "shop" });
  const [found] = await connection.execute("SELECT name, price FROM products");
  return found;
};

//: reads confidential store:mongodb
export const article = async ({ title }: { title: string }) => Article.findOne({ title });

//: writes recoverable organization store:redis/cache:6379
export const cache = async ({ key, value }: { key: string; value: string }) => redis.set(key, value);

//: sends organization free-text channel:queue/jobs
export const enqueue = async ({ job }: { job: string }) => jobs.add("run", { job });

//: writes recoverable organization store:linear
export const openLinear = async ({ title }: { title: string }) => linear.createIssue({ teamId: "T", title });

//: ingests public store:gmail
//: reads confidential store:gmail
export const inbox = async ({ query }: { query: string }) => {
  const gmail = google.gmail({ version: "v1", auth: new google.auth.GoogleAuth() });
  return (await gmail.users.messages.list({ userId: "me", q: query })).data.messages;
};

//: ingests public channel:web
//: sends public chosen-url channel:web
export const browse = async ({ url }: { url: string }) => {
  const browser = await chromium.launch();
  const page = await browser.newPage();
  await page.goto(url);
  return page.content();
};

//: ingests public channel:web
//: sends public chosen-url channel:web
//: writes recoverable workspace store:workspace
export const screenshot = async ({ url }: { url: string }) => {
  const browser = await puppeteer.launch();
  const page = await browser.newPage();
  await page.goto(url);
  await page.screenshot({ path: "page.png" });
};

//: ingests public channel:search
export const searchWeb = async ({ query }: { query: string }) => {
  const client = tavily({ apiKey: process.env.TAVILY_API_KEY });
  return (await client.search(query)).results;
};

//: spends store:wallet
//: writes irreversible third-parties channel:blockchain
export const pay = async ({ to, amount }: { to: string; amount: string }) => {
  const wallet = new ethers.Wallet(process.env.PRIVATE_KEY!);
  return (await wallet.sendTransaction({ to, value: ethers.parseEther(amount) })).hash;
};

//: nothing
export const summarize = async ({ text }: { text: string }) =>
  (await openai.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: text }] })).choices[0].message;

//: unknown @acme/ledger
export const book = async ({ account, amount }: { account: string; amount: number }) => {
  const { Ledger } = await import("@acme/ledger");
  return new Ledger().book(account, amount);
};

class OrderTool {
  constructor(private readonly endpoint = "https://orders.example.com") {}

  //: sends partner free-text channel:web/orders.example.com
  //: writes recoverable third-parties channel:web/orders.example.com
  async call({ item }: { item: string }) {
    await fetch(`${this.endpoint}/orders`, { method: "POST", body: JSON.stringify({ item }) });
    return "ordered";
  }
}

export const orderTool = new OrderTool();

//: reads confidential store:postgres/of services
export async function ordersOf(name: string) {
  return tagged`SELECT * FROM orders WHERE customer = ${name}`;
}
