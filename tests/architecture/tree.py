"""The files of the house, read once for all tests of this folder."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "reuse_gateway"
_NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__", "dist", "build"}


@cache
def tracked() -> tuple[Path, ...]:
    """Files that git keeps and that are still there; without git every file that is ours."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
        files = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        files = [path for path in ROOT.rglob("*") if not _NOT_OURS & set(path.relative_to(ROOT).parts)]
    return tuple(path for path in files if path.is_file())


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Relative name and text of every tracked file that is text."""
    found = []
    for path in tracked():
        raw = path.read_bytes()
        if b"\0" not in raw[:4096]:
            found.append((name(path), raw.decode("utf-8", "replace")))
    return tuple(found)


def lines() -> Iterator[tuple[str, str]]:
    """`name:number` and text of every line of every tracked text file."""
    for file, text in texts():
        for number, line in enumerate(text.split("\n"), 1):
            yield f"{file}:{number}", line


def name(path: Path) -> str:
    """A file as people in this repository call it."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules(under: str = "") -> tuple[tuple[str, ast.Module], ...]:
    """Name and syntax tree of every module of the package below `under`."""
    paths = sorted((PACKAGE / under).rglob("*.py"))
    return tuple((name(path), ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def imported(tree: ast.Module) -> set[str]:
    """Full names of all modules that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found
