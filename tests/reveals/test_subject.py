"""About a citizen only a guess is confirmed, five a day; a destroyed key says nothing rather than no."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from reuse_gateway.domain.errors import CallerError, NotFound, StoreError, TooMany
from reuse_gateway.domain.reveal import MOST_MISSES, RevealOutcome
from reuse_gateway.domain.subject import Citizen, PersonalId
from reuse_gateway.signing.keys import PSEUDONYM, KeyRing
from tests.api.people_fakes import people_over
from tests.storage.builders import Store

from .desk import AN, BINH, FOR, WHY, Desk, desk, inspector

INSPECTOR = inspector()


def somebody(number: int) -> Citizen:
    return Citizen(PersonalId(f"99909{number + 100:07d}"))


async def known(here: Desk, *subjects: Citizen) -> None:
    """Asked about before: they have keys of their own."""
    for each in subjects:
        await here.people.of(each.key)


async def told(here: Desk, violation: str, subject: Citizen, caller=INSPECTOR) -> RevealOutcome | None:
    return (await here.reveal.subject(caller, violation, subject, FOR, WHY)).reveal.outcome


async def test_the_person_is_the_same_and_another_is_not(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await known(here, BINH)
    assert await told(here, violation, AN) is RevealOutcome.SAME
    assert await told(here, violation, BINH) is RevealOutcome.DIFFERENT
    assert (await store.verified()).good


async def test_a_person_of_before_a_rotation_is_the_same(store: Store, tmp_path) -> None:
    keys = KeyRing(tmp_path / "keys", create=True)
    violation = await desk(store, keys).violated()
    keys.rotate(PSEUDONYM)
    assert await told(desk(store, KeyRing(keys.directory)), violation, AN) is RevealOutcome.SAME


async def test_a_destroyed_key_is_never_read_as_another_person(store: Store, ring: KeyRing, tmp_path) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    here.reveal = here.again(people=people_over(KeyRing(tmp_path / "newer", create=True)))
    for subject in (AN, BINH):
        with pytest.raises(CallerError) as gone:
            await told(here, violation, subject)
        assert gone.value.code == "identity_gone"


async def test_ids_cannot_be_tried_by_whatever_violation_of_a_person(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violations = [await here.violated(number) for number in range(1, 4)]
    await known(here, somebody(0))
    assert await told(here, violations[0], AN) is RevealOutcome.SAME, "a hit is no try"
    for number in range(MOST_MISSES):
        assert await told(here, violations[number % 3], somebody(number)) is RevealOutcome.DIFFERENT
    for subject in (AN, somebody(0), somebody(99)):
        with pytest.raises(TooMany) as spent:
            await told(here, violations[2], subject)
        assert spent.value.code == "ids_spent"
    other = replace(here.demand(9), subject=here.pseudonyms.of(BINH.key))
    await here.store.recorder.record_demand(other, (), None, None)
    assert await told(here, other.violations[0].id, BINH) is RevealOutcome.SAME, "another person has their own five"


@pytest.mark.parametrize("has_key", [True, False])
async def test_the_same_id_again_counts_alike_whether_or_not_it_is_known(store: Store, ring: KeyRing, has_key: bool) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await known(here, *([BINH] if has_key else []))
    for _ in range(MOST_MISSES):
        assert await told(here, violation, BINH) is RevealOutcome.DIFFERENT
    with pytest.raises(TooMany):
        await told(here, violation, BINH)


async def test_the_sixth_of_many_at_once_is_refused(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await known(here, *map(somebody, range(10)))
    for number in range(MOST_MISSES - 1):
        await told(here, violation, somebody(number))
    both = [told(here, violation, each) for each in (somebody(7), somebody(8), somebody(9))]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in outcomes) == ["RevealOutcome", "TooMany", "TooMany"]


async def test_many_violations_do_not_help_to_find_a_person(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, most_a_day=3)
    violations = [await here.violated(number) for number in range(1, 5)]
    await known(here, BINH)
    for violation in violations[:3]:
        await told(here, violation, BINH)
    with pytest.raises(TooMany) as spent:
        await told(here, violations[3], BINH)
    assert spent.value.code == "reveals_spent"


async def test_no_id_stands_in_what_is_kept_and_the_same_person_looks_different_tomorrow(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await told(here, violation, AN)
    store.clock.at += timedelta(days=1)
    await told(here, violation, AN)
    rows = await store.rows("SELECT body FROM reveals")
    digests = {row[0].partition('"about":"')[2][:64] for row in rows}
    assert len(digests) == 2
    assert not {here.pseudonyms.of(AN.key)} & digests
    assert all(AN.number not in row[0] and here.pseudonyms.of(AN.key) not in row[0] for row in rows)


async def test_what_cannot_be_recorded_is_not_confirmed(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await store.writer.stop()
    with pytest.raises(StoreError):
        await told(here, violation, AN)


async def test_another_bodys_auditor_confirms_nothing(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    with pytest.raises(NotFound):
        await told(here, await here.violated(), AN, inspector("i", "H41.13"))


async def test_who_is_known_and_who_never_was_look_alike(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await known(here, BINH)
    for subject in (BINH, somebody(1)):
        assert await told(here, violation, subject) is RevealOutcome.DIFFERENT
    assert await here.people.known(somebody(1).key) is None, "to name somebody makes no key"
    kept = await store.rows("SELECT body FROM reveals")
    for subject in (BINH, somebody(1)):
        assert not any(here.pseudonyms.of(subject.key) in row[0] for row in kept)
    first, second = (json.loads(row[0]) for row in kept)
    assert {name for name in first if first[name] != second[name]} == {"id", "number", "salt"}
