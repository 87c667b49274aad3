"""Pseudonyms by a key per person: both keys are needed, looking makes none, and a deleted one is soon noticed everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.signing.keys import KeyRing
from reuse_gateway.signing.people import SaltedPeople
from reuse_gateway.signing.pseudonyms import KeyedPseudonyms
from tests.api.people_fakes import TODAY, MemoryKeys, people_over

AN, BINH = "citizen:999090000001", "citizen:999090000002"


class Seconds:
    """A monotonic clock that stands where it is set."""

    at = 0.0

    def __call__(self) -> float:
        return self.at


async def test_one_person_has_one_pseudonym_and_two_have_two(ring: KeyRing) -> None:
    people = people_over(ring)
    told = await people.of(AN)
    assert told == await people.of(AN) == await people.known(AN)
    assert told != await people.of(BINH)
    kid, _, rest = told.partition(".")
    assert (kid, len(rest)) == (ring.pseudonym_keys()[0].kid, 22)


async def test_a_pseudonym_is_not_what_the_periods_key_alone_makes(ring: KeyRing) -> None:
    period = KeyedPseudonyms(ring.pseudonym_keys())
    told = await people_over(ring).of(AN)
    assert told not in {period.of(AN), period.for_purpose("person").of(AN)}


async def test_it_needs_the_persons_key(ring: KeyRing) -> None:
    assert await people_over(ring).of(AN) != await people_over(ring).of(AN), "each has a salt of its own"


async def test_it_needs_the_periods_key(ring: KeyRing, tmp_path: Path) -> None:
    keys, other = MemoryKeys(), KeyRing(tmp_path / "other", create=True)
    told = await people_over(ring, keys).of(AN)
    (salt,) = keys.salts.values()
    stranger = people_over(
        other, MemoryKeys(dict.fromkeys(KeyedPseudonyms(other.pseudonym_keys()).for_purpose("person").every(AN), salt))
    )
    assert (await stranger.of(AN)).partition(".")[2] != told.partition(".")[2]
    assert await people_over(other, keys).known(AN) is None, "nor does anybody find the row"


async def test_looking_never_makes_a_key(ring: KeyRing) -> None:
    keys = MemoryKeys()
    people = people_over(ring, keys)
    assert await people.known(AN) is None
    assert await people.every(AN) == KeyedPseudonyms(ring.pseudonym_keys()).every(AN)
    assert keys.salts == {}
    await people.of(AN)
    assert (len(keys.salts), set(keys.days.values())) == (1, {TODAY})


async def test_what_was_recorded_before_there_were_keys_per_person_is_still_found(ring: KeyRing) -> None:
    people, older = people_over(ring), KeyedPseudonyms(ring.pseudonym_keys()).of(AN)
    told = await people.of(AN)
    assert await people.every(AN) == (told, older)


async def test_what_was_recorded_before_a_rotation_is_still_found(tmp_path: Path) -> None:
    ring, keys = KeyRing(tmp_path / "keys", create=True), MemoryKeys()
    before = await people_over(ring, keys).of(AN)
    ring.rotate("pseudonym")
    people = people_over(KeyRing(ring.directory), keys)
    after = await people.of(AN)
    assert after != before
    assert (await people.every(AN))[:2] == (after, before)
    assert await people.known(AN) == after
    assert await people.forget(AN) == 2, "one of each period"


async def test_a_forgotten_person_gets_another_pseudonym_and_none_of_the_old_is_made_again(ring: KeyRing) -> None:
    people = people_over(ring)
    told = await people.of(AN)
    assert await people.forget(AN) == 1
    assert await people.known(AN) is None
    assert told not in await people.every(AN)
    assert await people.of(AN) != told
    assert await people.forget(BINH) == 0


async def test_a_known_person_costs_no_read(ring: KeyRing) -> None:
    keys = MemoryKeys()
    people = people_over(ring, keys)
    for _ in range(3):
        await people.of(AN)
    assert keys.reads == 1


async def test_an_erasure_by_another_process_is_noticed_within_a_minute(ring: KeyRing) -> None:
    keys, seconds = MemoryKeys(), Seconds()
    here = SaltedPeople(ring.pseudonym_keys(), keys, lambda: TODAY, monotonic=seconds)
    told = await here.of(AN)
    await people_over(ring, keys).forget(AN)
    seconds.at = 59.9
    assert await here.of(AN) == told, "this is the minute that docs/retention.md tells of"
    seconds.at = 60.0
    assert await here.known(AN) is None
    assert await here.of(AN) != told


async def test_the_memory_is_bounded(ring: KeyRing) -> None:
    keys = MemoryKeys()
    people = SaltedPeople(ring.pseudonym_keys(), keys, lambda: TODAY, most=2)
    told = [await people.of(f"citizen:{number}") for number in range(3)]
    reads = keys.reads
    assert [await people.of(f"citizen:{number}") for number in (2, 1, 0)] == told[::-1]
    assert keys.reads == reads + 1


async def test_a_seal_needs_the_keys_of_everybody_named(ring: KeyRing) -> None:
    people = people_over(ring)
    both = await people.sealed((AN, BINH), "body")
    assert both == await people.sealed((BINH, AN, AN), "body")
    assert (
        len({both, await people.sealed((AN,), "body"), await people.sealed((BINH,), "body"), await people.sealed((), "body")})
        == 4
    )
    for forgotten in (AN, BINH):
        await people.forget(forgotten)
        assert await people.sealed((AN, BINH), "body") != both


async def test_a_seal_about_nobody_is_still_keyed(ring: KeyRing, tmp_path: Path) -> None:
    other = KeyRing(tmp_path / "other", create=True)
    assert await people_over(ring).sealed((), "body") == await people_over(ring).sealed((), "body")
    assert await people_over(ring).sealed((), "body") != await people_over(other).sealed((), "body")


async def test_without_the_store_there_is_no_pseudonym(ring: KeyRing) -> None:
    people = people_over(ring, MemoryKeys(broken=StoreError("gone")))
    for asked in (people.of, people.known, people.every, people.forget):
        with pytest.raises(StoreError):
            await asked(AN)
