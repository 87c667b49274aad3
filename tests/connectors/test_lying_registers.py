"""Registers that leave out, contradict themselves or name the subject in another's record: never valid, never absent."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reuse_gateway.domain.holding import Outcome, State

from .builders import NUMBER, OTHER, ask, mocked, toy

_NAMED = {"full_name": ["name"], "birth_date": {"path": "born", "format": "yyyy-MM-dd"}}
_KNOWN = ["birth", "single"]
_GOOD = [{"status": ["200"]}, {"path": "ok", "equals": "true"}, {"path": "failed", "equals": "false"}]
_GOOD.append({"path": "error", "is": "empty"})
REGISTER = {
    "outcomes": [
        {"when": [*_GOOD, {"path": "papers", "is": "filled"}], "then": "found"},
        {"when": [*_GOOD, {"path": "total", "equals": "0"}, {"path": "papers", "is": "empty"}], "then": "absent"},
    ],
    "total": "total",
    "owners": [],
    "keep": [{"path": "approved", "equals": "2", "among": ["1", "2", "3"]}, {"path": "hidden", "says": "no"}],
    "fields": {
        "states": [
            {"when": {"path": "state", "equals": "gone"}, "then": "revoked"},
            {"when": {"path": "state", "equals": "good"}, "then": "valid"},
        ]
    },
    "evidence": {
        "birth_certificate": {
            "present": {"path": "kind", "equals": "birth", "among": _KNOWN},
            "owners": [{"number": ["child"], **_NAMED}],
        },
        "marital_status": {
            "present": {"path": "kind", "equals": "single", "among": _KNOWN},
            "owners": [{"number": ["asked_by"], **_NAMED}],
        },
    },
}
HONEST = {
    "kind": "birth", "child": NUMBER, "name": "NGUYEN VAN AN", "born": "1990-05-14",
    "state": "good", "approved": "2", "hidden": "0",
}  # fmt: skip
_LIES: dict[str, list[Any]] = {
    "kind": ["birth", "single", "BIRTH", "", None],
    "child": [NUMBER, OTHER, None],
    "asked_by": [NUMBER, OTHER],
    "name": ["Trần Thị Khác", "", None],
    "born": ["1990", "1991-05-14", "", None],
    "state": ["gone", "cancelled", "Good", "", None],
    "approved": ["1", "3", "9", 2, None],
    "hidden": ["1", True, False, "maybe", None],
}


@st.composite
def _records(draw: st.DrawFn) -> dict[str, Any]:
    """An honest record with at most three lies: a field changed or left out."""
    record = dict(HONEST)
    for field in draw(st.lists(st.sampled_from(sorted(_LIES)), max_size=3, unique=True)):
        if draw(st.booleans()):
            record[field] = draw(st.sampled_from(_LIES[field]))
        else:
            record.pop(field, None)
    return record


@st.composite
def _answers(draw: st.DrawFn) -> dict[str, Any]:
    """An honest envelope with at most one lie."""
    papers = draw(st.lists(_records(), max_size=3))
    envelope = {"ok": True, "failed": False, "error": "", "total": len(papers), "papers": papers}
    lies = {"ok": [False, None], "failed": [True, None, ""], "error": ["500", None], "total": [0, 1, 2, 9, None, "x"]}
    if lied := draw(st.none() | st.sampled_from(sorted(lies))):
        envelope[lied] = draw(st.sampled_from(lies[lied]))
    return envelope


def _told(answer: dict[str, Any], several: str = "one_per_paper"):
    async def once():
        registry = mocked(
            lambda _: httpx.Response(200, content=json.dumps(answer).encode()), toy(lookup=REGISTER | {"several": several})
        )
        try:
            return await ask(registry)
        finally:
            await registry.aclose()

    return asyncio.run(once())


def _may_be_valid(record: dict[str, Any]) -> bool:
    """Everything that the register tells of a good birth certificate of this person, said and right."""
    said = {key: str(value) for key, value in record.items() if key in HONEST}
    return said | {"born": said.get("born", "")[:4]} in [
        HONEST | {"born": "1990", "approved": "2", "hidden": hidden} for hidden in ("0", "False")
    ] and record["born"] in ("1990", "1990-05-14")


def _surely_another_paper(record: dict[str, Any]) -> bool:
    """Somebody else's, or said to be of another kind, not approved or hidden."""
    if NUMBER not in (record.get("child"), record.get("asked_by")):
        return True
    if record.get("kind") == "single" or record.get("approved") in ("1", "3"):
        return True
    return record.get("hidden") in ("1", True)


_WHOLE = {"ok": True, "failed": False, "error": "", "total": 1, "papers": [HONEST]}


@settings(max_examples=400, deadline=None)
@given(answer=_answers(), several=st.sampled_from(["one", "one_per_paper", "newest"]))
@example(answer=_WHOLE, several="one")
@example(answer=_WHOLE | {"papers": [HONEST | {"child": OTHER, "asked_by": NUMBER}]}, several="one")
def test_only_a_whole_and_consistent_answer_is_valid_or_absent(answer: dict[str, Any], several: str) -> None:
    told, papers = _told(answer, several), answer["papers"]
    consistent = answer["ok"] is True and answer["failed"] is False and answer["error"] in ("", None)
    if told.outcome is Outcome.HELD:
        assert consistent
        assert int(answer["total"]) >= len(papers)
        assert told.state is not State.VALID or any(_may_be_valid(each) for each in papers)
    if told.outcome is Outcome.ABSENT:
        assert consistent
        assert answer["total"] == len(papers)
        assert all(_surely_another_paper(each) for each in papers)
    if consistent and answer["total"] == len(papers) == 1 and _may_be_valid(papers[0]):
        assert (told.outcome, told.state) == (Outcome.HELD, State.VALID)


def test_the_generated_registers_do_tell_honest_and_absent_things_too() -> None:
    assert _told(_WHOLE).state is State.VALID
    assert _told(_WHOLE | {"total": 0, "papers": []}).outcome is Outcome.ABSENT
    single = HONEST | {"kind": "single", "asked_by": NUMBER}
    assert _told(_WHOLE | {"papers": [single]}).outcome is Outcome.ABSENT
    assert _told(_WHOLE | {"total": 2, "papers": [single, HONEST]}).state is State.VALID
