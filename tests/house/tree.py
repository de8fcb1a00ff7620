"""What belongs to the project: its files, and its sources as syntax trees. Read by the house tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "windrow"
OUTSIDE = {"dist", "build", "runs", "__pycache__", "node_modules"}
OWN_DOTS = {".ci", ".gitignore", ".github"}


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file a clone has, without asking git, which a fresh machine may not have."""
    for path in sorted(folder.iterdir()):
        hidden = path.name.startswith(".") and path.name not in OWN_DOTS
        if hidden or path.name in OUTSIDE or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from project_files(path)
        else:
            yield path


def python_files(*folders: Path) -> list[Path]:
    """The Python files of the project, or of some of its folders."""
    return [path for folder in folders or (ROOT,) for path in project_files(folder) if path.suffix == ".py"]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method that the file defines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def relative(path: Path) -> str:
    """How messages name a file."""
    return path.relative_to(ROOT).as_posix()
