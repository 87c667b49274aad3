"""Papers stream past: what is kept of a body does not grow with them, and is the same however the pieces fall."""

from __future__ import annotations

import base64
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reuse_gateway.api.bodies import strict_json
from reuse_gateway.api.form_bodies import DEEPEST, Skeleton, at_path, holds_something
from reuse_gateway.domain.errors import MalformedBody, TooLarge

LONG = 64


def fed(body: bytes, size: int, most: int = 100_000) -> bytes:
    skeleton = Skeleton(most, LONG)
    for at in range(0, len(body), size):
        skeleton.feed(body[at : at + size])
    return skeleton.text()


def shortened(value: Any) -> Any:
    """What must come out: the same value, long strings left out."""
    if isinstance(value, dict):
        return {shortened(key): shortened(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shortened(each) for each in value]
    long = isinstance(value, str) and len(json.dumps(value, ensure_ascii=False).encode()) - 2 > LONG
    return "..." if long else value


short_text = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=80)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | short_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abcdefg", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(values, st.integers(1, 40))
def test_everything_but_long_strings_stays_as_it_was_sent_however_the_pieces_fall(value: Any, size: int) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()
    assert json.loads(fed(body, size)) == shortened(value)


@given(st.binary(max_size=400), st.integers(1, 9))
def test_any_bytes_whatever_are_kept_alike_in_any_pieces(body: bytes, size: int) -> None:
    assert fed(body, size) == fed(body, len(body) or 1)


@pytest.mark.parametrize(
    "text",
    [
        r'{"a":"' + r"\"" * 100 + '"}',
        r'{"a":"' + r"\\" * 100 + '"}',
        '{"a":"' + "é" * 100 + '"}',
        r'{"a":"' + r"\/" * 100 + r'\\"}',
        '{"a":"' + "x" * 100 + '","b":"' + "y" * 100 + '"}',
    ],
)
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10_000])
def test_an_escape_never_ends_a_string_too_early_or_too_late(text: str, size: int) -> None:
    assert set(json.loads(fed(text.encode(), size)).values()) == {"..."}


@pytest.mark.parametrize("text", ['{"a":"x', '{"a":"' + "x" * 100, '{"a":"x\\', "{", '"'])
def test_what_broke_off_stays_broken(text: str) -> None:
    with pytest.raises(MalformedBody):
        strict_json(fed(text.encode(), 3))


def test_sixteen_megabytes_take_no_more_memory_than_one_piece() -> None:
    piece = base64.b64encode(b"\x00" * 49_152)
    skeleton = Skeleton(262_144)
    tracemalloc.start()
    skeleton.feed(b'{"data":{"cccd":[{"name":"a.pdf","url":"data:application/pdf;base64,')
    for _ in range(256):
        skeleton.feed(piece)
    skeleton.feed(b'"}]}}')
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert json.loads(skeleton.text()) == {"data": {"cccd": [{"name": "a.pdf", "url": "..."}]}}


def test_a_skeleton_that_is_itself_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        fed(b"[" + b"1," * 60_000 + b"1]", 1_000)
    with pytest.raises(TooLarge):
        fed(json.dumps(["x" * 60] * 2_000).encode(), 1_000)


def test_two_long_keys_are_no_way_to_smuggle_one_key_twice() -> None:
    body = '{"' + "a" * 100 + '":1,"' + "b" * 100 + '":2}'
    with pytest.raises(MalformedBody):
        strict_json(fed(body.encode(), 9))


def test_a_body_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(MalformedBody):
        strict_json(b"[" * 100 + b"]" * 100, DEEPEST)
    assert strict_json(b"[" * 60 + b"]" * 60, DEEPEST)


def test_a_deep_value_is_searched_without_recursion() -> None:
    deep: Any = "x"
    for _ in range(50_000):
        deep = [deep]
    assert holds_something(deep)
    assert not holds_something([[[{}]], {"a": ["", None, False]}])


def test_a_path_goes_through_lists() -> None:
    data = {"con": [{"giay": "a"}, {"giay": "b"}, {"x": 1}, 5]}
    assert at_path(data, ("con", "giay")) == ["a", "b"]
    assert at_path(data, ("con", "giay", "x")) == []
    assert at_path([data], ("con",)) == [data["con"]]
