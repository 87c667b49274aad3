"""JSON Patch as RFC 6902 writes it: the examples of its appendix A, and what a hostile patch may not do."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.json_pointer import PatchFailed, found, joined, patched, same, tokens

APPENDIX_A: list[tuple[Any, list[dict[str, Any]], Any]] = [
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux"}], {"baz": "qux", "foo": "bar"}),
    ({"foo": ["bar", "baz"]}, [{"op": "add", "path": "/foo/1", "value": "qux"}], {"foo": ["bar", "qux", "baz"]}),
    ({"baz": "qux", "foo": "bar"}, [{"op": "remove", "path": "/baz"}], {"foo": "bar"}),
    ({"foo": ["bar", "qux", "baz"]}, [{"op": "remove", "path": "/foo/1"}], {"foo": ["bar", "baz"]}),
    ({"baz": "qux"}, [{"op": "replace", "path": "/baz", "value": "boo"}], {"baz": "boo"}),
    (
        {"foo": {"bar": "baz", "waldo": "fred"}, "qux": {"corge": "grault"}},
        [{"op": "move", "from": "/foo/waldo", "path": "/qux/thud"}],
        {"foo": {"bar": "baz"}, "qux": {"corge": "grault", "thud": "fred"}},
    ),
    (
        {"foo": ["all", "grass", "cows", "eat"]},
        [{"op": "move", "from": "/foo/1", "path": "/foo/3"}],
        {"foo": ["all", "cows", "eat", "grass"]},
    ),
    (
        {"baz": "qux", "foo": ["a", 2, "c"]},
        [{"op": "test", "path": "/foo/1", "value": 2}],
        {"baz": "qux", "foo": ["a", 2, "c"]},
    ),
    ({"foo": "bar"}, [{"op": "add", "path": "/child", "value": {"g": {}}}], {"foo": "bar", "child": {"g": {}}}),
    ({"foo": "bar"}, [{"op": "add", "path": "/baz", "value": "qux", "xyz": 123}], {"foo": "bar", "baz": "qux"}),
    ({"/": 9, "~1": 10}, [{"op": "test", "path": "/~01", "value": 10}], {"/": 9, "~1": 10}),
    ({"foo": ["bar"]}, [{"op": "add", "path": "/foo/-", "value": ["abc"]}], {"foo": ["bar", ["abc"]]}),
    ({"a": 1}, [{"op": "replace", "path": "", "value": [2]}], [2]),
    ({"a": {"b": 1}}, [{"op": "copy", "from": "/a", "path": "/c"}], {"a": {"b": 1}, "c": {"b": 1}}),
]
REFUSED: list[tuple[Any, Any]] = [
    ({"baz": "qux"}, {"op": "test", "path": "/baz", "value": "bar"}),
    ({"foo": "bar"}, {"op": "add", "path": "/baz/bat", "value": "qux"}),
    ({"/": 9, "~1": 10}, {"op": "test", "path": "/~01", "value": "10"}),
    ({"a": 1}, {"op": "test", "path": "/a", "value": True}),
    ({"a": [1]}, {"op": "add", "path": "/a/2", "value": 0}),
    ({"a": [1]}, {"op": "add", "path": "/a/01", "value": 0}),
    ({"a": [1]}, {"op": "remove", "path": "/a/-1"}),
    ({"a": [1]}, {"op": "replace", "path": "/a/1", "value": 0}),
    ({"a": {"b": 1}}, {"op": "move", "from": "/a", "path": "/a/b"}),
    ({"a": 1}, {"op": "remove", "path": "a"}),
    ({"a": 1}, {"op": "remove"}),
    ({"a": 1}, {"op": "test", "path": "/a"}),
    ({"a": 1}, {"op": "invent", "path": "/a"}),
    ({"a": 1}, "remove"),
]


@pytest.mark.parametrize(("given", "operations", "wanted"), APPENDIX_A)
def test_the_examples_of_the_standard_come_out_as_it_says(given: Any, operations: list[dict[str, Any]], wanted: Any) -> None:
    before = repr(given)
    assert same(patched(given, operations), wanted)
    assert repr(given) == before


@pytest.mark.parametrize(("given", "operation"), REFUSED)
def test_what_cannot_be_applied_is_refused(given: Any, operation: Any) -> None:
    with pytest.raises(PatchFailed):
        patched(given, [operation])


def test_one_failing_operation_leaves_everything_as_it_was() -> None:
    given = {"a": [1, 2]}
    with pytest.raises(PatchFailed) as failed:
        patched(given, [{"op": "remove", "path": "/a/0"}, {"op": "test", "path": "/a/0", "value": 1}])
    assert (given, failed.value.at) == ({"a": [1, 2]}, 1)


def test_what_is_put_in_is_not_shared_with_the_patch() -> None:
    value: dict[str, Any] = {}
    result = patched({}, [{"op": "add", "path": "/a", "value": value}, {"op": "add", "path": "/a/b", "value": 1}])
    assert (result, value) == ({"a": {"b": 1}}, {})


def test_pointers_escape_both_signs() -> None:
    assert joined("a/b", "m~n", 0) == "/a~1b/m~0n/0"
    assert tokens("/a~1b/m~0n/0") == ["a/b", "m~n", "0"]
    assert found({"__proto__": {"x": 1}}, "/__proto__/x") == 1
    with pytest.raises(KeyError):
        found({"a": 1}, "/constructor")
