"""docs/operation.md tells every setting as the code has it: name, default and meaning; run this file to print the table."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from pydantic.fields import FieldInfo

from reuse_gateway.settings import Settings

PAGE = Path(__file__).resolve().parents[1] / "docs" / "operation.md"
PREFIX = "REUSE_GATEWAY_"
HEADER = ("Setting (`REUSE_GATEWAY_...`)", "Default", "Meaning")


def default_of(field: FieldInfo) -> str:
    """The default as an operator would write it."""
    value = field.get_default(call_default_factory=True)
    if value is None or value in ({}, ""):
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value.value if isinstance(value, Enum) else value}`"


def told_by_the_code() -> dict[str, str]:
    """Setting -> its row of the table."""
    return {
        name.upper(): f"| `{name.upper()}` | {default_of(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    }


def told_by_the_page() -> Iterator[tuple[str, str]]:
    """Setting and row of each line of the page's table."""
    rows = PAGE.read_text(encoding="utf-8").split("| " + " | ".join(HEADER) + " |\n", 1)[1].split("\n\n", 1)[0]
    for row in rows.splitlines()[1:]:
        yield row.split("`")[1], row


def test_every_setting_says_what_it_means() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_every_setting_is_documented_as_it_is_in_the_code() -> None:
    page = dict(told_by_the_page())
    assert [row for name, row in told_by_the_code().items() if page.get(name) != row] == []


def test_the_page_tells_of_no_setting_that_does_not_exist() -> None:
    assert [name for name, _ in told_by_the_page() if name not in told_by_the_code()] == []


def test_no_setting_is_told_twice() -> None:
    names = [name for name, _ in told_by_the_page()]
    assert sorted(names) == sorted(set(names))


def test_the_prefix_of_the_page_is_the_one_that_is_read() -> None:
    assert Settings.model_config["env_prefix"] == PREFIX
    assert PREFIX in HEADER[0]


if __name__ == "__main__":
    print("| " + " | ".join(HEADER) + " |\n|---|---|---|\n" + "\n".join(told_by_the_code().values()))
