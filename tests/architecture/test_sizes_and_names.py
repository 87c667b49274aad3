"""Nothing is too long to be read, everything says what it is, and no name means nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .tree import modules, name, texts, tracked

MOST_LINES, MOST_LINES_OF_A_FUNCTION = 300, 50
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc", "handler", "handlers"}
# Two ports of one word each, whose methods say everything.
SAID_BY_THEIR_METHODS = {"Clock", "Ids"}
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def test_no_python_file_is_over_300_lines() -> None:
    long = {file: text.count("\n") for file, text in texts() if file.endswith(".py") and text.count("\n") > MOST_LINES}
    assert long == {}


def test_no_function_is_over_50_lines() -> None:
    long = {
        f"{file}:{node.name}": length
        for file, text in texts()
        if file.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_no_file_has_a_name_that_means_nothing() -> None:
    empty = [name(path) for path in tracked() if EMPTY_WORDS & set(re.split(r"[_\-.]", path.name.lower()))]
    assert empty == []


def test_every_module_says_what_it_is() -> None:
    written = [(file, text) for file, text in texts() if file.endswith(".py") and (text.strip() or file.startswith("src/"))]
    silent = [file for file, text in written if not ast.get_docstring(ast.parse(text))]
    assert silent == []


def public(node: ast.Module | ast.ClassDef) -> Iterator[Definition]:
    """Public classes and functions of a module and public methods of those classes; what a Protocol asks is left out.

    A port speaks as a whole: its class says what it is, its methods say what they MUST where it is not plain.
    """
    for each in node.body:
        if isinstance(each, Definition) and not each.name.startswith("_"):
            yield each
            if isinstance(each, ast.ClassDef) and "Protocol" not in map(ast.unparse, each.bases):
                yield from public(each)


def test_every_public_name_of_domain_and_application_has_a_docstring() -> None:
    silent = [
        f"{file}:{node.lineno} {node.name}"
        for layer in ("domain", "application")
        for file, tree in modules(layer)
        for node in public(tree)
        if not ast.get_docstring(node) and node.name not in SAID_BY_THEIR_METHODS
    ]
    assert silent == []
