"""No answer whatever becomes held unless it is the subject's own found record; nothing raises."""

from __future__ import annotations

import asyncio
import json

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from reuse_gateway.connectors.answer_cache import AnswerCache
from reuse_gateway.domain.holding import Outcome, State

from .builders import NUMBER, OTHER, ask, mocked

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([NUMBER, OTHER, "1", "birth"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["code", "papers", "owner", "kind", "name", "born", "to"]), inner, max_size=5)
    ),
    max_leaves=12,
)
_OWNERS = st.sampled_from([NUMBER, OTHER, 999090000001, None, ""])
_KINDS = st.sampled_from(["birth", "death", None])
_PAPERS = st.lists(st.fixed_dictionaries({}, optional={"owner": _OWNERS, "kind": _KINDS}), max_size=3)
_SHAPED = st.fixed_dictionaries({"code": st.sampled_from([1, "1", True, 0, None]), "papers": _PAPERS | _JSON})
_BODY = st.binary(max_size=64) | (_JSON | _SHAPED).map(lambda value: json.dumps(value).encode())
_TYPES = st.sampled_from(["application/json", "text/html", "text/xml", "", "application/json; charset=utf-16"])


def _honest(status: int, body: bytes, content_type: str) -> list[dict] | None:
    """The records of an answer that really says found, by other means than the code under test."""
    try:
        value = json.loads(body)
    except ValueError:
        return None
    if status != 200 or "html" in content_type or not isinstance(value, dict) or value.get("code") not in (1, "1", True):
        return None
    papers = value.get("papers") or []
    return [papers] if isinstance(papers, dict) else papers if isinstance(papers, list) else None


@settings(max_examples=300, deadline=None)
@given(status=st.sampled_from([200, 200, 200, 201, 204, 301, 400, 401, 404, 500]), body=_BODY, content_type=_TYPES)
def test_no_answer_whatever_is_held_unless_it_is_the_subjects_own_record(status: int, body: bytes, content_type: str) -> None:
    async def once():
        registry = mocked(lambda _: httpx.Response(status, content=body, headers={"content-type": content_type}))
        try:
            return await ask(registry)
        finally:
            await registry.aclose()

    told = asyncio.run(once())
    papers = _honest(status, body, content_type)
    if told.outcome is Outcome.HELD:
        own = [each for each in papers or [] if isinstance(each, dict) and str(each.get("owner")) == NUMBER]
        assert any(each.get("kind") == "birth" for each in own)
    if told.outcome is Outcome.ABSENT:
        assert papers is not None
        assert not any(
            isinstance(each, dict) and each.get("kind") == "birth" and each.get("owner") == NUMBER for each in papers
        )
    assert (told.outcome is Outcome.UNKNOWN) == (told.doubt is not None)
    assert (told.outcome is Outcome.HELD) == (told.state in set(State))


_PARTS = st.lists(st.text(max_size=12) | st.sampled_from(["", "a", "b", "ab", "\x00", "9\u0664", "á", "a\u0301"]), max_size=6)


@settings(max_examples=500, deadline=None)
@given(one=_PARTS, other=_PARTS)
def test_different_questions_never_share_a_cache_key(one: list[str], other: list[str]) -> None:
    cache = _CACHE
    assert (cache.key(one) == cache.key(other)) == (one == other)


_CACHE = AnswerCache(lambda: 0.0)


def test_keys_of_one_process_mean_nothing_to_another() -> None:
    assert AnswerCache(lambda: 0.0).key(["a"]) != AnswerCache(lambda: 0.0).key(["a"])
