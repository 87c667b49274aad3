"""A realistic form in which one value is of a type that no builder writes: read, never an exception."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from reuse_gateway.domain.errors import CallerError
from reuse_gateway.forms.registry import DIALECTS

FOLDER = Path(__file__).parent / "definitions"
FORMS = sorted(path for path in FOLDER.glob("*.json") if path.name != "expected.json")
ODD: tuple[Any, ...] = ([], [["x"]], {}, {"a": []}, 1, 1.5, True, None, "")
BY_WORDS = {
    "format": {"properties": {"a": {"format": ["data-url"]}}},
    "effect": {
        "schema": {"properties": {"a": {}}},
        "uischema": {"type": "Control", "scope": "#/properties/a", "rule": {"effect": ["HIDE"]}},
    },
    "clearIfInvisible": {"elements": [{"type": "file", "name": "a", "clearIfInvisible": ["onHidden"]}]},
    "clearInvisibleValues": {"clearInvisibleValues": ["onHidden"], "elements": [{"type": "file", "name": "a"}]},
}


def changed(value: Any) -> Iterator[Any]:
    """Every copy of a definition in which one value, at any depth, is an odd one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: odd} for odd in ODD)
            yield from ({**value, key: other} for other in changed(inner))
    elif isinstance(value, list):
        for at, inner in enumerate(value[:6]):
            yield from ([*value[:at], other, *value[at + 1 :]] for other in (*ODD, *changed(inner)))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_one_value_of_another_type_is_read_by_every_dialect(path: Path) -> None:
    read = 0
    for odd in changed(json.loads(path.read_text())):
        for builder in DIALECTS.values():
            with suppress(CallerError):
                builder.read(odd)
            read += 1
    assert read > 500


@pytest.mark.parametrize("word", BY_WORDS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_word_told_as_a_list_is_no_word(dialect: str, word: str) -> None:
    DIALECTS[dialect].read(BY_WORDS[word])
