"""Code that files hold, and functions that a caller names."""

import importlib
import importlib.util
import json
import math
import os
import runpy
import sys
import timeit
import types

import requests


#: executes host
#: reads internal store:workspace
#: reads secret store:home
def run_script_of(path: str) -> None:
    exec(open(path).read())


#: executes workspace
#: reads internal store:workspace
def run_setup() -> None:
    with open("scripts/setup.py") as file:
        exec(compile(file.read(), "setup.py", "exec"), {})


#: executes host
def run_compiled(code: str) -> object:
    program = compile(code, "<tool>", "exec")
    scope = {}
    exec(program, scope)
    return scope.get("result")


#: executes host
#: ingests public channel:web
#: sends public chosen-url channel:web
def run_from(url: str) -> None:
    exec(requests.get(url, timeout=10).text)


#: executes host
def run_file(path: str) -> dict:
    return runpy.run_path(path)


#: executes workspace
def run_known_file() -> dict:
    return runpy.run_path("jobs/nightly.py")


#: executes workspace
def run_named_module(name: str) -> None:
    runpy.run_module(f"jobs.{name}", run_name="__main__")


#: executes host
def load_file(path: str) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location("plugin", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: nothing
def load_known() -> types.ModuleType:
    return importlib.import_module("json")


#: executes host
def measure(statement: str) -> float:
    return timeit.timeit(statement, number=10)


#: nothing
def measure_known() -> float:
    return timeit.timeit("sum(range(10))", number=10)


#: unknown os
def any_of_os(name: str, argument: str) -> object:
    return getattr(os, name)(argument)


#: nothing
def any_of_math(name: str, value: float) -> float:
    return getattr(math, name)(value)


def _remove(path: str) -> None:
    os.remove("cache/" + path)


def _show(path: str) -> str:
    return json.dumps(path)


#: writes irreversible workspace store:workspace
def any_of_these(name: str, path: str) -> object:
    return getattr(sys.modules[__name__], "_remove" if name == "remove" else "_show")(path)


#: writes irreversible workspace store:workspace
def one_of_two(name: str, path: str) -> object:
    table = {"remove": _remove, "show": _show}
    return table[name](path)
