"""About a citizen only a guess is confirmed, five a day; a destroyed key says nothing rather than no."""

from __future__ import annotations

import asyncio

import pytest

from reuse_gateway.domain.errors import CallerError, NotFound, StoreError, TooMany
from reuse_gateway.domain.reveal import MOST_IDS, RevealOutcome
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


async def test_ids_cannot_be_tried(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await known(here, *map(somebody, range(MOST_IDS)))
    for number in range(MOST_IDS):
        assert await told(here, violation, somebody(number)) is RevealOutcome.DIFFERENT
    assert await told(here, violation, somebody(0)) is RevealOutcome.DIFFERENT, "an id named before counts once"
    with pytest.raises(TooMany) as spent:
        await told(here, violation, AN)
    assert spent.value.code == "ids_spent"
    other = await here.violated(2)
    assert await told(here, other, AN) is RevealOutcome.SAME, "another violation has its own five"


async def test_the_sixth_of_many_at_once_is_refused(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await known(here, *map(somebody, range(10)))
    for number in range(MOST_IDS - 1):
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


async def test_no_id_stands_in_what_is_kept_and_the_same_id_looks_different_elsewhere(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    for number in (1, 2):
        await told(here, await here.violated(number), AN)
    rows = await store.rows("SELECT body FROM reveals")
    digests = {row[0].partition('"asked_for":"')[2][:29] for row in rows}
    assert len(digests) == 2
    assert not {here.pseudonyms.of(AN.key)} & digests
    assert all(AN.number not in row[0] for row in rows)


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


async def test_an_id_that_was_named_is_no_way_back_to_a_person_who_was_forgotten(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    await known(here, AN)
    assert await told(here, await here.violated(), AN) is RevealOutcome.SAME
    with pytest.raises(CallerError) as gone:
        await told(here, await here.violated(2), BINH)
    assert gone.value.code == "identity_gone", "who has no key may have been forgotten: that is no different person"
    assert await here.people.known(BINH.key) is None, "to name somebody makes no key"
    kept = await store.rows("SELECT body FROM reveals")
    for subject in (AN, BINH):
        for violation in (here.demand(number).violations[0].id for number in (1, 2)):
            assert not any(here.pseudonyms.of(f"reveal {violation} {subject.key}") in row[0] for row in kept)
