"""What no file may contain: real people, registries' hosts, machines' paths, package indexes; and who may read what."""

from __future__ import annotations

import ast
import re

import pytest

from reuse_gateway.domain.subject import NotAnIdentifier, PersonalId

from .tree import lines, modules, texts

# A line that needs a number of another shape says so with these words.
MARK = "test vector"
TWELVE_DIGITS = re.compile(r"(?<![0-9A-Za-z.])[0-9]{12}(?![0-9A-Za-z])")
# Octal digits that explain what YAML does to such a number; its year of birth would be 2045.
NOBODY = {"0123" + "45670123"}
# XML namespaces have the look of an address and are none: nothing is ever sent there.
NAMESPACE = re.compile(r'xmlns(:\w+)?="[^"]*"')
GOVERNMENT_HOST = re.compile(r"[a-z0-9-]+\.gov" + r"\.vn\b", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.$}>/:~-])/(?:home|Users|work|mnt|root)/[\w.]|[A-Z]:\\\\?Users")
# The user of the container image lives in the image and on no machine of ours.
PATHS_OF_AN_IMAGE = ("Dockerfile", "compose.yaml")
INDEX = re.compile(r"--?(?:extra-)?index-url|--find-links|index_url|https?://|@ file:|pypi\.", re.IGNORECASE)
READERS_OF_THE_ENVIRONMENT = {"src/reuse_gateway/settings.py"}


def might_be_somebody(number: str) -> bool:
    """The number has the structure of a personal id and is not a synthetic one."""
    try:
        return not PersonalId.parse(number).synthetic and number not in NOBODY
    except NotAnIdentifier:
        return False


def real_ids(line: str) -> list[str]:
    """Numbers in a line that might be somebody's."""
    return [] if MARK in line else [number for number in TWELVE_DIGITS.findall(line) if might_be_somebody(number)]


def test_no_file_contains_a_personal_id_that_might_be_somebodys() -> None:
    assert [where for where, line in lines() if real_ids(line)] == []


def test_no_file_names_a_registrys_host() -> None:
    assert [where for where, line in lines() if GOVERNMENT_HOST.search(NAMESPACE.sub("", line))] == []


def test_no_file_names_a_path_of_a_machine() -> None:
    found = [where for where, line in lines() if MACHINE_PATH.search(line) and not where.startswith(PATHS_OF_AN_IMAGE)]
    assert found == []


def test_no_lock_names_a_package_index() -> None:
    locks = [(file, text) for file, text in texts() if re.fullmatch(r"requirements.*\.lock", file)]
    assert {file for file, _ in locks} >= {"requirements.lock", "requirements-dev.lock"}
    assert [file for file, text in locks if INDEX.search(text)] == []


def test_every_locked_package_is_pinned_with_a_hash() -> None:
    for file, text in texts():
        if re.fullmatch(r"requirements.*\.lock", file):
            entries = [
                entry
                for entry in text.replace("\\\n", " ").splitlines()
                if entry.strip() and not entry.lstrip().startswith("#")
            ]
            assert [entry[:60] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == [], file


def reads_environment(tree: ast.Module) -> bool:
    """The module reads or writes environment variables."""
    told = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    froms = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "os"
        for alias in node.names
    }
    return bool({"os.environ", "os.getenv", "os.environb", "os.putenv"} & told or {"environ", "getenv"} & froms)


def test_only_the_settings_read_the_environment() -> None:
    assert {file for file, tree in modules() if reads_environment(tree)} <= READERS_OF_THE_ENVIRONMENT


def test_only_commands_print() -> None:
    printing = [
        f"{file}:{node.lineno}"
        for file, tree in modules()
        if not file.startswith("src/reuse_gateway/cli/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"print", "pprint", "sys.stdout.write"}
    ]
    assert printing == []


@pytest.mark.parametrize("number", ["040" + "090000001", "301" + "190000001"])
def test_the_guard_knows_an_id_that_might_be_somebodys(number: str) -> None:
    assert real_ids(f'"personal_id": "{number}"') == real_ids(f"({number})") == [number]
    assert real_ids(f"{number}  # {MARK}") == []


@pytest.mark.parametrize(
    "line", ["999090000001", "sha256:" + "ab040" + "090000001", "0." + "040" + "090000001", "1" + "040" + "090000001"]
)
def test_the_guard_lets_synthetic_ids_and_other_numbers_pass(line: str) -> None:
    assert real_ids(line) == []


def test_the_other_guards_know_what_they_look_for() -> None:
    assert GOVERNMENT_HOST.search("https://a.dichvucong.gov" + ".vn/x")
    for path in ("/" + "home/me/x", "cd /" + "work/main", '"/' + 'Users/me"', "C:\\" + "Users\\me"):
        assert MACHINE_PATH.search(path), path
    for path in ("https://example.org/home/x", "~/home/x", "var/" + "work/x", "${X}/root/y"):
        assert not MACHINE_PATH.search(path), path
    assert INDEX.search("--index" + "-url x")
    assert reads_environment(ast.parse("import os\nos.environ['A']"))
    assert reads_environment(ast.parse("from os import getenv"))
