"""The list of kinds is the truth: whatever is emitted stands in it, and nobody waits for what never comes."""

from __future__ import annotations

import pytest

from reuse_gateway.application.run_clocks import LATE, SOON
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.event_kinds import FAMILIES, KINDS, kind_faults, nearest_kinds
from reuse_gateway.domain.reveal import RevealStep
from reuse_gateway.domain.source_health import SourceState, worth_telling
from tests.events.test_api import get, told
from tests.storage.builders import AT

from .emitted import HANDED_OVER, emitted, is_of


def test_whatever_the_program_emits_stands_in_the_list() -> None:
    unlisted = {(file, kind) for file, kind in emitted() if not any(is_of(each, kind) for each in KINDS)}
    assert unlisted == set(), "add it to domain/event_kinds.py (and `?`: to HANDED_OVER, after reading what it can be)"


def test_every_kind_in_the_list_is_emitted_somewhere() -> None:
    found = {kind for _, kind in emitted()}
    assert {kind for kind in KINDS if not any(is_of(kind, each) for each in found)} == set()


def test_what_a_source_is_told_by_was_read_rightly() -> None:
    states = (None, *SourceState)
    told = {worth_telling(fallen, after)[0] for fallen in states for after in SourceState} - {None}
    assert told == HANDED_OVER["application/watch_sources.py"]


def test_every_filled_in_kind_was_read_rightly() -> None:
    filled = {f"reveal.{step}" for step in RevealStep} | {f"case.due_{when}" for when in (SOON, LATE)}
    assert filled <= set(KINDS)
    patterns = {kind for _, kind in emitted() if "*" in kind}
    assert {kind for kind in KINDS if any(is_of(kind, each) for each in patterns)} == filled


def test_the_list_is_sorted_without_repeats_and_every_kind_can_be_an_event() -> None:
    assert list(KINDS) == sorted(set(KINDS))
    assert {Event(kind, AT).kind for kind in KINDS} == set(KINDS)


@pytest.mark.parametrize("kind", [*KINDS, *FAMILIES, "*"])
def test_what_comes_may_be_waited_for(kind: str) -> None:
    assert kind_faults([kind], "/kinds") == ()


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("violation.detect", "violation.detected"),
        ("violations.detected", "violation.detected"),
        ("violations.*", "violation.*"),
        ("checkpoint.dayly", "checkpoint.daily"),
        ("webhook.fail.*", "webhook.*"),
        ("source.recoverd", "source.recovered"),
    ],
)
def test_a_misspelt_kind_is_refused_with_what_was_meant(wrong: str, meant: str) -> None:
    (fault,) = kind_faults(["*", wrong], "/kinds")
    assert (fault.pointer, fault.code, fault.suggestions[0]) == ("/kinds/1", "unknown_event_kind", meant)


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert nearest_kinds("zzz.yyy") == ()


async def test_a_follower_of_a_kind_that_never_comes_is_told(house) -> None:
    await told(house, "source.down")
    answer = await get(house, "?kind=source.dawn")
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["code"], fault["suggestions"][0]) == (422, "unknown_event_kind", "source.down")
    assert "dawn" not in answer.text
