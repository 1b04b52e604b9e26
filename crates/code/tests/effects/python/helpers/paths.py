from pathlib import Path

WORKSPACE = Path("workspace")


def workspace_path(name: str) -> Path:
    path = (WORKSPACE / name).resolve()
    if not str(path).startswith(str(WORKSPACE.resolve())):
        raise PermissionError(name)
    return path
