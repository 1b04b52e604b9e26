// Code that files hold, modules and functions that a caller names.

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

//: executes host
export const loadAny = async ({ path }: { path: string }) => (await import(pathToFileURL(path).href)).default;

//: executes host
export const requireAny = ({ name }: { name: string }) => require(name);

//: executes workspace
export const requireOurs = ({ name }: { name: string }) => require("./plugins/" + name);

//: nothing
export const requireKnown = () => require("./plugins/known.js");

//: executes workspace
//: reads internal store:workspace
export const runSetup = () => vm.runInNewContext(readFileSync("scripts/setup.js", "utf8"), {});

//: executes host
export const indirect = ({ code }: { code: string }) => globalThis.eval(code);

//: executes host
export const asynchronous = async ({ body }: { body: string }) => {
  const AsyncFunction = Object.getPrototypeOf(async function () {}).constructor;
  return await new AsyncFunction(body)();
};

//: executes host
export const script = ({ code }: { code: string }) => new vm.Script(code).runInThisContext();

//: nothing
export const constant = () => new Function("return 1")();
