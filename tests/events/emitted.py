"""Every kind of event that the sources of the gateway can emit, read from the text of the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import reuse_gateway

SOURCES = Path(reuse_gateway.__file__).parent
# Where a kind is handed over in a variable, what it can be was read by a person.
HANDED_OVER = {
    "application/watch_sources.py": {"source.degraded", "source.down", "source.recovered"},
    "storage/events.py": set(),
}


def emitted() -> Iterator[tuple[str, str]]:
    """File and kind, `*` in a kind standing for what is filled in at run time; `?` = a variable that nobody has read."""
    trees = {path.relative_to(SOURCES).as_posix(): ast.parse(path.read_bytes()) for path in sorted(SOURCES.rglob("*.py"))}
    kept = {name: _constants(tree) for name, tree in trees.items()}
    for name, tree in trees.items():
        constants = kept[name] | _imported(tree, kept)
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Event" and call.args:
                yield from ((name, kind) for kind in _kinds(call.args[0], constants, name))


def _constants(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                pairs = (
                    zip(target.elts, statement.value.elts, strict=False)
                    if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple)
                    else [(target, statement.value)]
                )
                for left, right in pairs:
                    if isinstance(left, ast.Name) and isinstance(right, ast.Constant) and isinstance(right.value, str):
                        found[left.id] = right.value
    return found


def _imported(tree: ast.Module, kept: dict[str, dict[str, str]]) -> dict[str, str]:
    """Constants of other modules that this one imports by name."""
    found: dict[str, str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom) and statement.module:
            told = kept.get(statement.module.removeprefix("reuse_gateway.").replace(".", "/") + ".py", {})
            found |= {each.asname or each.name: told[each.name] for each in statement.names if each.name in told}
    return found


def _kinds(node: ast.expr, constants: dict[str, str], name: str) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return _kinds(node.body, constants, name) + _kinds(node.orelse, constants, name)
    if isinstance(node, ast.JoinedStr):
        return ["".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)]
    if isinstance(node, ast.Name) and node.id in constants:
        return [constants[node.id]]
    return sorted(HANDED_OVER.get(name, {"?"}))


def is_of(kind: str, emitted_kind: str) -> bool:
    """Can this be what the program writes so?"""
    return re.fullmatch(re.escape(emitted_kind).replace(r"\*", "[a-z_]+"), kind) is not None
