import fs from "fs";
import { readFile, rm } from "fs/promises";
import * as path from "node:path";
import os from "os";
import { exec, execFile, spawn } from "child_process";
import { promisify } from "util";
import vm from "node:vm";
import { execa } from "execa";
import fg from "fast-glob";
import { Sandbox } from "@e2b/code-interpreter";
import * as mathjs from "mathjs";
import { z } from "zod";
import { tool } from "ai";
import { logger } from "./lib/logger";

const run = promisify(exec);
const ROOT = path.resolve("./workspace");

//: reads internal store:workspace
//: reads secret store:home
export const read = tool({
  inputSchema: z.object({ file: z.string() }),
  execute: async ({ file }) => readFile(file, "utf8"),
});

//: writes recoverable workspace store:workspace
//: writes recoverable workspace store:home
export const write = tool({
  inputSchema: z.object({ file: z.string(), text: z.string() }),
  execute: async ({ file, text }) => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    return "written";
  },
});

//: reads internal store:workspace
export const readNote = async ({ name }: { name: string }) => fs.promises.readFile(`notes/${name}.md`, "utf-8");

//: reads internal store:workspace
export const readJoined = async ({ name }: { name: string }) => fs.readFileSync(path.join("docs", name), "utf8");

//: reads internal store:workspace
//: reads secret store:home
export const readResolved = async ({ name }: { name: string }) => fs.readFileSync(path.resolve("docs", name), "utf8");

//: reads internal store:workspace
export async function readInside({ name }: { name: string }) {
  const target = path.resolve(ROOT, name);
  if (!target.startsWith(ROOT)) throw new Error("outside");
  return fs.readFileSync(target, "utf8");
}

//: writes irreversible workspace store:workspace
//: writes irreversible workspace store:home
export const remove = async ({ target }: { target: string }) => rm(target, { recursive: true, force: true });

//: reads internal store:workspace
export const sources = async () => fg("src/**/*.ts");

//: reads secret store:home
export const keys = () => fs.readdirSync(path.join(os.homedir(), ".ssh"));

//: writes recoverable workspace store:workspace
export function log({ text }: { text: string }) {
  fs.appendFileSync("log.txt", text + "\n");
}

//: writes recoverable workspace store:workspace
//: writes recoverable workspace store:home
export const rename = async ({ from, to }: { from: string; to: string }) => fs.promises.rename(from, to);

//: executes host
export const shell = tool({
  inputSchema: z.object({ command: z.string() }),
  execute: async ({ command }) => {
    const { stdout } = await run(command);
    return stdout;
  },
});

//: executes host
export const spawned = ({ program, args }: { program: string; args: string[] }) => spawn(program, args);

//: reads internal store:workspace
export const gitLog = () =>
  new Promise((resolve) => execFile("git", ["log", "--oneline", "-5"], (error, stdout) => resolve(stdout)));

//: executes workspace
export const test = async () => (await execa("npm", ["test"])).stdout;

//: executes host
export const grep = ({ pattern }: { pattern: string }) => run(`grep -rn "${pattern}" src`);

//: executes host
export const evaluate = ({ code }: { code: string }) => eval(code);

//: executes host
export const sandboxed = ({ code }: { code: string }) => vm.runInNewContext(code, {}, { timeout: 100 });

//: executes host
export const compiled = ({ body, x }: { body: string; x: number }) => new Function("x", body)(x);

//: nothing
export const calculate = ({ expression }: { expression: string }) => mathjs.evaluate(expression);

//: executes remote
export const python = tool({
  inputSchema: z.object({ code: z.string() }),
  execute: async ({ code }) => {
    const sandbox = await Sandbox.create();
    const result = await sandbox.runCode(code);
    return result.text;
  },
});

//: executes workspace
export const plugin = async ({ name }: { name: string }) => (await import(`./plugins/${name}.js`)).default();

//: reads secret store:environment
export const environment = () => JSON.stringify(process.env);

//: nothing
export const region = () => process.env.AWS_REGION ?? "eu-west-1";

//: nothing
export const slug = ({ text }: { text: string }) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

// A program keeps a log of what it does, and turns it over: that is nothing that the tool does.
//: reads internal store:workspace
//: reads secret store:home
export const logged = async ({ file }: { file: string }) => {
  await logger.info(`reading ${file}`);
  return readFile(file, "utf8");
};

// What a class is called says nothing of what lies where it writes.
//: writes recoverable workspace store:workspace
export const kept = async ({ text }: { text: string }) => {
  await logger.elsewhere(text);
};

// Where the log lies is the caller's choice.
//: writes recoverable workspace store:workspace
//: writes recoverable workspace store:home
export const noted = async ({ file, text }: { file: string; text: string }) => {
  await logger.into(file, text);
};
