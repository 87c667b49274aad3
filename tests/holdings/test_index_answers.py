"""What the index may answer: held only while it is fresh, absent only where a register has been read whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from reuse_gateway.application.ask_index import IndexedSources
from reuse_gateway.application.ports import Purpose
from reuse_gateway.domain.announcement import IndexedPaper, Standing
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holding import Doubt, Outcome, State
from reuse_gateway.domain.holdings_index import Completeness, Count, IndexFacts, IndexHead, index_answers
from reuse_gateway.domain.plan import Lookup
from reuse_gateway.domain.register_cursor import Cursor
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, OldPersonalId, PersonalId
from reuse_gateway.signing.keys import KeyRing
from tests.api.fakes import FixedClock, MemoryHoldings, ScriptedSources
from tests.holdings.builders import names_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
AN = Citizen(PersonalId("999090000001"))
KIND = "birth_certificate"
FACTS = IndexFacts("civil_status", Tier.NATIONAL, True, 3_600, {KIND: Completeness()}, synced=True, simulated=True)


def head(synced_at: datetime | None = NOW - timedelta(minutes=5), **tally: Count) -> IndexHead:
    return IndexHead("civil_status", 1, None, tally, Cursor("f", synced_at=synced_at))


def row(ref: str = "r", standing: Standing = Standing.VALID, **changes: Any) -> IndexedPaper:
    told = IndexedPaper("civil_status", ref, "o", KIND, standing, None, date(2020, 1, 1), None, NOW, 1)
    return replace(told, **changes)


def answer(rows: Any = (), facts: IndexFacts = FACTS, at: IndexHead | None = None, subject: Any = AN):
    return index_answers(facts, at or head(), rows, subject, (KIND,), NOW)[0]


def test_a_row_is_held_as_of_the_last_sync_and_told_as_cached():
    told = answer([row()])
    assert (told.outcome, told.state, told.owner, told.cached) == (Outcome.HELD, State.VALID, AN.key, True)
    assert told.answered_at == NOW - timedelta(minutes=5)


def test_a_revoked_row_is_held_and_revoked():
    assert answer([row(standing=Standing.REVOKED)]).state is State.REVOKED


def test_of_versions_that_came_together_the_worse_counts_but_another_record_may_still_be_valid():
    assert answer([row(), row(standing=Standing.REVOKED)]).state is State.REVOKED
    assert answer([row(standing=Standing.REVOKED), row("other")]).state is State.VALID


def test_no_row_is_absent_where_the_register_is_whole_and_fresh():
    assert answer().outcome is Outcome.ABSENT


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        (FACTS, head(birth_certificate=Count(9, 1, 0))),
        (FACTS, head(birth_certificate=Count(9, 0, 1))),
        (FACTS, head(**{"": Count(0, 0, 1)})),
        (replace(FACTS, complete={}), head()),
        (replace(FACTS, synced=False), head()),
        (replace(FACTS, alone=False), head()),
        (replace(FACTS, complete={KIND: Completeness(frozenset({"998"}))}), head()),
        (replace(FACTS, complete={KIND: Completeness(born_from=1991)}), head()),
    ],
)
def test_no_row_is_never_absent_where_a_paper_may_be_missing(facts: IndexFacts, at: IndexHead):
    told = answer(facts=facts, at=at)
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.INDEX_INCOMPLETE)


def test_ownerless_papers_of_another_kind_do_not_stand_in_the_way():
    assert answer(at=head(marriage_certificate=Count(0, 5, 5))).outcome is Outcome.ABSENT


@pytest.mark.parametrize("synced_at", [None, NOW - timedelta(seconds=3_601), NOW + timedelta(minutes=2)])
@pytest.mark.parametrize("rows", [[], [row()], [row(standing=Standing.REVOKED)]])
def test_a_stale_index_says_nothing_at_all(synced_at: datetime | None, rows: list[IndexedPaper]):
    told = answer(rows, at=head(synced_at))
    assert (told.outcome, told.doubt, told.state, told.owner) == (Outcome.UNKNOWN, Doubt.STALE_INDEX, None, None)


def test_an_unreadable_own_row_is_a_bad_answer():
    assert answer([row(standing=Standing.UNREADABLE)]).doubt is Doubt.BAD_ANSWER


@pytest.mark.parametrize("subject", [Business(EnterpriseCode("9990000001")), Citizen(OldPersonalId("999000001"))])
def test_a_promise_about_places_covers_nobody_whose_place_is_not_known(subject: Any):
    facts = replace(FACTS, complete={KIND: Completeness(frozenset({"999"}))})
    assert answer(facts=facts, subject=subject).doubt is Doubt.INDEX_INCOMPLETE
    assert answer(facts=facts).outcome is Outcome.ABSENT


class Slow(ScriptedSources):
    async def lookup(self, question: Lookup, purpose: Purpose, deadline: float):
        await asyncio.sleep(0.05)
        return await super().lookup(question, purpose, deadline)


async def composed(facts: IndexFacts, ring: KeyRing, sources: ScriptedSources, *standings: Standing, **changes: Any):
    index = MemoryHoldings()
    owner = names_of(ring).every(f"owner {AN.key}")[0]
    index.rows = [row(f"r{n}", each, owner=owner) for n, each in enumerate(standings)]
    index.head = lambda source: _told(changes.get("head", head()))
    if "broken" in changes:
        index.head = lambda source: _raised()
    return IndexedSources(sources, index, names_of(ring), {facts.source: facts}, FixedClock(NOW))


async def _told(value: Any) -> Any:
    return value


async def _raised() -> Any:
    raise StoreError()


async def asked(sources: IndexedSources, source: str = "civil_status", **changes: Any):
    question = Lookup(source, changes.get("subject", AN), (KIND,), changes.get("about", ()))
    deadline = asyncio.get_running_loop().time() + 1
    return (await sources.lookup(question, Purpose("c", "H41", "1.000894"), deadline))[0]


async def test_alone_the_source_itself_is_never_asked(ring: KeyRing):
    live = ScriptedSources(told={("civil_status", KIND): State.VALID})
    assert (await asked(await composed(FACTS, ring, live))).outcome is Outcome.ABSENT
    assert live.asked == []


async def test_a_source_without_an_index_is_asked_as_ever(ring: KeyRing):
    live = ScriptedSources(told={("population", KIND): State.VALID})
    assert (await asked(await composed(FACTS, ring, live), "population")).state is State.VALID


@pytest.mark.parametrize("doubt", [Doubt.SOURCE_UNAVAILABLE, Doubt.SOURCE_TIMED_OUT, Doubt.CIRCUIT_OPEN, Doubt.BAD_ANSWER])
async def test_behind_a_silent_source_what_it_told_before_is_held(ring: KeyRing, doubt: Doubt):
    behind = replace(FACTS, alone=False)
    told = await asked(await composed(behind, ring, ScriptedSources(doubt=doubt), Standing.VALID))
    assert (told.outcome, told.cached) == (Outcome.HELD, True)
    assert (await asked(await composed(behind, ring, ScriptedSources(doubt=doubt)))).doubt is doubt


@pytest.mark.parametrize("doubt", [Doubt.SOURCE_DENIED, Doubt.NO_AUTHORITY, Doubt.WRONG_OWNER, Doubt.INSUFFICIENT_SUBJECT_DATA])
async def test_the_index_opens_no_door_that_the_source_has_shut(ring: KeyRing, doubt: Doubt):
    behind = replace(FACTS, alone=False)
    assert (await asked(await composed(behind, ring, ScriptedSources(doubt=doubt), Standing.VALID))).doubt is doubt


async def test_behind_a_source_that_answers_its_answer_counts(ring: KeyRing):
    behind = replace(FACTS, alone=False)
    told = await asked(await composed(behind, ring, Slow(), Standing.VALID))
    assert (told.outcome, told.cached) == (Outcome.ABSENT, False)


async def test_a_broken_store_is_unknown_and_raises_nothing(ring: KeyRing):
    told = await asked(await composed(FACTS, ring, ScriptedSources(), broken=True))
    assert (told.outcome, told.doubt) == (Outcome.UNKNOWN, Doubt.SOURCE_UNAVAILABLE)


async def test_a_synthetic_person_is_never_looked_for_in_the_index_of_a_live_source(ring: KeyRing):
    told = await asked(await composed(replace(FACTS, simulated=False), ring, ScriptedSources(), Standing.VALID))
    assert told.doubt is Doubt.INSUFFICIENT_SUBJECT_DATA


async def test_about_one_thing_the_index_cannot_tell(ring: KeyRing):
    told = await asked(await composed(FACTS, ring, ScriptedSources(), Standing.VALID), about=(("parcel", "12"),))
    assert told.doubt is Doubt.INDEX_INCOMPLETE
