"""Imports go one way, and the domain is pure."""

from __future__ import annotations

import ast
import configparser
import re
import sys

import pytest
from importlinter.cli import lint_imports

from .tree import PACKAGE, ROOT, imported, modules

CONTRACT = ROOT / ".importlinter"
IMPURE = {
    "asyncio",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "threading",
}
IMPURE |= {"time", "urllib", "uuid", "http", "io", "tempfile"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "monotonic", "fromtimestamp"}
MATCHING = "src/reuse_gateway/domain/matching"


def test_imports_go_from_the_outside_in_and_siblings_never_import_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    broken = lint_imports(config_filename=str(CONTRACT), no_cache=True, no_logo=True)
    assert not broken, capsys.readouterr().out


def test_the_contract_is_the_one_of_the_design() -> None:
    told = configparser.ConfigParser(comment_prefixes=(";",))
    told.read(CONTRACT, encoding="utf-8")
    layers = told["importlinter:contract:layers"]
    assert layers.getboolean("exhaustive")
    assert "ignore_imports" not in layers
    assert [set(re.findall(r"\w+", line)) for line in layers["layers"].strip().splitlines()] == [
        {"__main__"},
        {"cli"},
        {"workbench"},
        {"bootstrap"},
        {"bootstrap_holdings"},
        {
            "bootstrap_callers",
            "bootstrap_erasure",
            "bootstrap_sources",
            "bootstrap_forms",
            "bootstrap_demands",
            "bootstrap_proof",
            "bootstrap_webhooks",
            "bootstrap_retention",
            "bootstrap_numbers",
            "bootstrap_citizens",
            "bootstrap_audit",
            "bootstrap_cases",
            "bootstrap_reveals",
            "bootstrap_keys",
        },
        {"bootstrap_stamps"},
        {"settings", "telemetry"},
        {"console"},
        {"api", "simulation", "catalogue", "connectors", "forms", "exports", "signing", "storage", "webhooks", "system"},
        {"application"},
        {"domain"},
    ]


@pytest.mark.parametrize(("file", "tree"), modules("domain"), ids=lambda value: value if isinstance(value, str) else "")
def test_the_domain_imports_only_the_pure_standard_library(file: str, tree: ast.Module) -> None:
    own = {each for each in imported(tree) if each.split(".")[0] == "reuse_gateway"}
    roots = {each.split(".")[0] for each in imported(tree) - own}
    assert all(each.startswith("reuse_gateway.domain.") for each in own)
    allowed = {"rapidfuzz"} if file.startswith(MATCHING) else set()
    assert roots - allowed <= sys.stdlib_module_names - IMPURE


@pytest.mark.parametrize(("file", "tree"), modules("domain"), ids=lambda value: value if isinstance(value, str) else "")
def test_the_domain_has_no_clock_and_waits_for_nothing(file: str, tree: ast.Module) -> None:
    called = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    assert not called & CLOCKS
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith)
    ]


@pytest.mark.parametrize(("file", "tree"), modules("domain"), ids=lambda value: value if isinstance(value, str) else "")
def test_the_values_of_the_domain_are_frozen(file: str, tree: ast.Module) -> None:
    for node in ast.walk(tree):
        for mark in node.decorator_list if isinstance(node, ast.ClassDef) else ():
            if "dataclass" in ast.unparse(mark):
                assert "frozen=True" in ast.unparse(mark), node.name


def test_pydantic_stays_at_the_rims() -> None:
    inside = [
        file
        for layer in ("domain", "application")
        for file, tree in modules(layer)
        if any("pydantic" in i for i in imported(tree))
    ]
    assert inside == []


def test_no_module_hides_an_import_from_its_readers() -> None:
    hidden = [
        file
        for file, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    assert hidden == []


def test_every_folder_of_code_is_a_package() -> None:
    loose = [path for path in PACKAGE.rglob("*.py") if not (path.parent / "__init__.py").exists() and "data" not in path.parts]
    assert loose == []
