"""Files: whose path it is, and what is done to it."""

import glob
import json
import os
import shutil
import zipfile
from pathlib import Path

import aiofiles
import pandas as pd
from docx import Document
from pypdf import PdfReader
from werkzeug.utils import secure_filename

DATA = Path(__file__).parent / "data"
ROOT = Path("/srv/agent").resolve()
REPORTS = "/srv/reports"


#: reads internal store:workspace
#: reads secret store:home
def read_file(path: str) -> str:
    """Read any file."""
    with open(path, "r", encoding="utf-8") as file:
        return file.read()


#: writes recoverable workspace store:workspace
#: writes recoverable workspace store:home
def write_file(path: str, content: str) -> str:
    with open(path, "w") as file:
        file.write(content)
    return f"wrote {len(content)} characters"


#: writes recoverable workspace store:workspace
def append_note(text: str) -> str:
    with open("notes.md", "a") as notes:
        notes.write(text + "\n")
    return "noted"


#: reads internal store:workspace
def read_notes() -> str:
    return open("notes.md").read()


#: reads internal store:workspace
#: reads secret store:home
def read_data(name: str) -> str:
    return (DATA / name).read_text()


#: reads internal store:workspace
def read_report(name: str) -> str:
    return Path(f"reports/{name}.md").read_text()


#: reads internal store:workspace
def read_upload(name: str) -> str:
    return open(os.path.join("uploads", secure_filename(name))).read()


#: reads internal store:workspace
def read_inside(name: str) -> str:
    target = Path("docs").joinpath(name).resolve()
    if not target.is_relative_to(Path("docs").resolve()):
        raise ValueError("outside")
    return target.read_text()


#: writes irreversible workspace store:workspace
#: writes irreversible workspace store:home
def delete_file(path: str) -> str:
    os.remove(path)
    return "deleted"


#: writes irreversible workspace store:workspace
#: writes irreversible workspace store:home
def remove_folder(folder: str) -> str:
    target = Path(folder)
    if target.is_dir():
        shutil.rmtree(target)
    return "removed"


#: reads internal store:workspace
#: reads secret store:home
def list_folder(folder: str = ".") -> list[str]:
    return [entry.name for entry in Path(folder).iterdir()]


#: reads internal store:workspace
def find_python_files() -> list[str]:
    return glob.glob("**/*.py", recursive=True)


#: writes recoverable workspace store:workspace
#: writes recoverable workspace store:home
def move_file(source: str, target: str) -> str:
    shutil.move(source, target)
    return target


#: reads internal store:workspace
#: reads secret store:home
#: writes recoverable workspace store:workspace
#: writes recoverable workspace store:home
def copy_file(source: str, target: str) -> None:
    shutil.copy(source, target)


#: reads internal store:files//srv/reports/latest.json
def latest_report() -> dict:
    with open(f"{REPORTS}/latest.json") as file:
        return json.load(file)


#: reads secret store:workspace
def read_settings() -> str:
    return Path(".env").read_text()


#: reads secret store:home
def read_key() -> str:
    return open(os.path.expanduser("~/.ssh/id_ed25519.pub")).read()


#: reads internal store:workspace
#: reads secret store:home
async def read_later(path: str) -> str:
    async with aiofiles.open(path) as file:
        return await file.read()


#: reads internal store:workspace
#: reads secret store:home
def read_pdf(path: str) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


#: reads internal store:workspace
#: reads secret store:home
#: ingests public channel:web
#: sends public chosen-url channel:web
def load_table(source: str) -> str:
    return pd.read_csv(source).describe().to_string()


#: reads internal store:workspace
def sales() -> str:
    return pd.read_csv("sales.csv").head().to_markdown()


#: ingests partner channel:web/data.example.org
def open_data() -> str:
    return pd.read_csv("https://data.example.org/table.csv").to_string()


#: reads internal store:workspace
#: writes recoverable workspace store:workspace
def export_sales(name: str) -> str:
    frame = pd.read_csv("sales.csv")
    frame.to_csv(f"exports/{name}.csv", index=False)
    return name


#: writes recoverable workspace store:workspace
def save_letter(text: str) -> str:
    document = Document()
    document.add_paragraph(text)
    document.save("letter.docx")
    return "letter.docx"


#: reads internal store:workspace
#: reads secret store:home
#: writes recoverable workspace store:workspace
def unpack(archive: str) -> None:
    with zipfile.ZipFile(archive) as file:
        file.extractall("unpacked")


#: reads internal store:workspace
#: writes recoverable workspace store:workspace
def edit_config(key: str, value: str) -> str:
    path = Path("config.json")
    config = json.loads(path.read_text())
    config[key] = value
    path.write_text(json.dumps(config))
    return "saved"


#: nothing
def scratch(text: str) -> int:
    with open("/tmp/scratch.txt", "w") as file:
        file.write(text)
    return len(text)


#: nothing
def exists(path: str) -> bool:
    return os.path.exists(path)
