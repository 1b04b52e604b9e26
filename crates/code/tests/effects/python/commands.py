"""Commands and code."""

import ast
import asyncio
import importlib
import math
import operator
import os
import pickle
import shlex
import subprocess
import sys

import docker
import paramiko
import yaml
from e2b_code_interpreter import Sandbox
from openai import OpenAI

client = OpenAI()


#: executes host
def run_shell(command: str) -> str:
    """Run a shell command."""
    return subprocess.run(command, shell=True, capture_output=True, text=True).stdout


#: executes host
def run_list(args: list[str]) -> str:
    return subprocess.check_output(args).decode()


#: executes host
def run_split(command: str) -> str:
    return subprocess.run(shlex.split(command), capture_output=True).stdout.decode()


#: executes host
def ping(host: str) -> int:
    return os.system(f"ping -c 1 {host}")


#: reads internal store:workspace
def git_status() -> str:
    return subprocess.run(["git", "status", "--short"], capture_output=True, text=True).stdout


#: executes workspace
def run_tests() -> str:
    result = subprocess.run(["pytest", "-q"], capture_output=True, text=True)
    return result.stdout


#: executes workspace
def build_report(month: str) -> str:
    subprocess.run([sys.executable, "scripts/report.py", "--month", month], check=True)
    return "built"


#: executes host
def python_snippet(code: str) -> str:
    return subprocess.run(["python", "-c", code], capture_output=True, text=True).stdout


#: executes host
async def run_async(command: str) -> str:
    process = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)
    stdout, _ = await process.communicate()
    return stdout.decode()


#: sends public free-text channel:service
#: executes host
def push_branch(branch: str) -> None:
    subprocess.run(["git", "push", "origin", branch], check=True)


#: unknown env:unknown-command
def convert(source: str) -> None:
    subprocess.run(["acme-convert", source, "out.bin"], check=True)


#: executes sandbox
def run_contained(code: str) -> str:
    command = ["docker", "run", "--rm", "--network", "none", "python:3.12", "python", "-c", code]
    return subprocess.run(command, capture_output=True, text=True).stdout


#: executes host
def calculate(expression: str) -> str:
    """Evaluate a mathematical expression."""
    return str(eval(expression, {"__builtins__": {}}, {"sqrt": math.sqrt}))


#: executes host
def python_repl(code: str) -> str:
    scope = {}
    exec(code, scope)
    return str(scope.get("result"))


#: nothing
def literal(text: str) -> str:
    return repr(ast.literal_eval(text))


#: nothing
def safe_calculate(left: float, op: str, right: float) -> float:
    known = {"+": operator.add, "-": operator.sub, "*": operator.mul}
    return known[op](left, right)


#: nothing
def constant() -> int:
    return eval("1 + 1")


#: executes host
def solve(question: str) -> str:
    answer = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
    code = answer.choices[0].message.content
    scope = {}
    exec(code, scope)
    return str(scope)


#: executes workspace
def load_plugin(name: str) -> str:
    module = importlib.import_module(f"plugins.{name}")
    return module.__name__


#: executes host
def load_state(data: bytes) -> object:
    return pickle.loads(data)


#: reads internal store:workspace
def load_model() -> object:
    with open("model.pkl", "rb") as file:
        return pickle.load(file)


#: nothing
def parse_yaml(document: str) -> dict:
    return yaml.safe_load(document)


#: executes host
def parse_yaml_badly(document: str) -> dict:
    return yaml.load(document, Loader=yaml.UnsafeLoader)


#: executes remote
def run_in_sandbox(code: str) -> str:
    with Sandbox() as sandbox:
        return sandbox.run_code(code).text


#: executes sandbox
def run_in_container(code: str) -> str:
    containers = docker.from_env().containers
    return containers.run("python:3.12", ["python", "-c", code], network_mode="none", remove=True).decode()


#: executes sandbox
#: sends public free-text channel:web
def run_in_open_container(code: str) -> str:
    return docker.from_env().containers.run("python:3.12", ["python", "-c", code]).decode()


#: executes remote
def restart(host: str, service: str) -> str:
    ssh = paramiko.SSHClient()
    ssh.connect(host, username="deploy")
    _, out, _ = ssh.exec_command(f"systemctl restart {service}")
    return out.read().decode()


#: reads secret store:environment
def environment() -> dict:
    return dict(os.environ)


#: reads secret store:environment
def variable(name: str) -> str:
    return os.environ.get(name, "")


#: nothing
def region() -> str:
    return os.environ.get("REGION", "eu-west-1")
