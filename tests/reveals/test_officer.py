"""An official is shown to an auditor above the office alone, for a purpose, after the leaf; and not at all once forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from reuse_gateway.domain.errors import CallerError, InvalidInput, NotFound, StoreError, TooMany
from reuse_gateway.domain.event import BEFORE_ALL
from reuse_gateway.domain.reveal import RevealOutcome, RevealPurpose, purpose_of
from reuse_gateway.signing.keys import IDENTITY, KeyRing
from reuse_gateway.signing.sealed_cases import SealedCases, SealedIdentities
from tests.storage.builders import Store, a_demand, as_owner
from tests.storage.test_schema import write

from .desk import FOR, OFFICER, WHY, Desk, desk, inspector

INSPECTOR = inspector()


async def refused(desk: Desk, violation_id: str, code: str, caller=INSPECTOR) -> None:
    with pytest.raises(CallerError) as told:
        await desk.reveal.officer(caller, violation_id, FOR, WHY)
    assert told.value.code == code
    assert OFFICER not in str(told.value) + str(told.value.facts)


async def told_reveals(store: Store) -> list[str]:
    return [row[0] for row in await store.rows("SELECT step FROM reveals ORDER BY leaf_index")]


@pytest.mark.parametrize(
    "caller",
    [
        inspector("i", "H41.13"),
        inspector("i", "H41.12"),
        inspector("i", "H41.12.3"),
        inspector("i", "H4"),
        inspector("i", "H42"),
        inspector("i", "H41", "audit:read", "audit:act", "admin"),
    ],
    ids=["beside", "itself", "below", "a beginning", "another province", "without the scope"],
)
async def test_whoever_does_not_stand_above_the_office_with_the_scope_finds_none(store: Store, ring: KeyRing, caller) -> None:
    here = desk(store, ring)
    await refused(here, await here.violated(), "not_found", caller)
    assert await told_reveals(store) == []


async def test_what_cannot_be_recorded_is_not_shown(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await store.writer.stop()
    with pytest.raises(StoreError):
        await here.reveal.officer(inspector(), violation, FOR, WHY)


async def test_the_leaf_stands_before_the_answer_and_names_nobody(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    answered = await here.reveal.officer(inspector(), await here.violated(), FOR, WHY)
    assert (answered.officer, answered.reveal.outcome) == (OFFICER, RevealOutcome.SHOWN)
    ((kind, entry, body),) = await store.rows(
        "SELECT kind, entry, body FROM reveals JOIN ledger_leaves USING (leaf_index) "
        f"WHERE leaf_index = {answered.position.index}"
    )
    assert kind == "reveal"
    told = bytes(entry).decode()
    for secret in (OFFICER, "inspector-1", "inspection", "vio_", "thanh tra"):
        assert secret not in told
    assert OFFICER not in body
    assert WHY in body
    (event,) = [each.event for each in await store.events.events(BEFORE_ALL, 10, "reveal.told")]
    assert set(event.body) == {"reveal_id", "violation_id", "whose", "purpose"}
    assert (await store.verified()).good


async def test_the_same_call_again_is_another_look(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    both = [await here.reveal.officer(inspector(), violation, FOR, WHY) for _ in range(2)]
    assert len({each.reveal.id for each in both}) == 2
    assert [each.reveal.number for each in both] == [1, 2]
    assert await told_reveals(store) == ["told", "told"]


async def test_nobody_is_kept_whose_demand_was_lawful(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    lawful = here.demand(1, violations=())
    assert here.identities.of(lawful, OFFICER) is None
    assert here.identities.of(here.demand(2), None) is None
    await refused(here, await here.violated(3, officer=None), "officer_not_named")


async def test_what_was_erased_is_gone_and_the_try_is_kept(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated()
    await write(store.url, "DELETE FROM sealed_identities")
    await refused(here, violation, "identity_gone")
    assert await told_reveals(store) == ["told"]
    assert (await store.verified()).good


async def test_a_destroyed_key_shows_nobody_and_another_key_opens_nothing(store: Store, ring: KeyRing, tmp_path) -> None:
    other = KeyRing(tmp_path / "other", create=True).secrets(IDENTITY)
    here, lost = desk(store, ring), desk(store, ring, other)
    await refused(lost, await here.violated(), "identity_gone")


async def test_an_older_key_still_opens_after_a_rotation(store: Store, tmp_path) -> None:
    first = KeyRing(tmp_path / "keys", create=True)
    violation = await desk(store, first).violated()
    first.rotate(IDENTITY)
    both = KeyRing(first.directory)
    assert (await desk(store, both).reveal.officer(inspector(), violation, FOR, WHY)).officer == OFFICER
    newest = desk(store, both, both.secrets(IDENTITY)[:1])
    await refused(newest, violation, "identity_gone")


async def test_a_seal_moved_to_another_demand_shows_nobody(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    one, other = await here.violated(1), await here.violated(2, officer="can-bo-02")
    moved = "(SELECT sealed FROM sealed_identities WHERE demand_id = '{}')"
    await as_owner(
        store.url, f"UPDATE sealed_identities SET sealed = {moved.format(a_demand(1).id)} WHERE demand_id = '{a_demand(2).id}'"
    )
    await refused(here, other, "identity_gone")
    assert (await here.reveal.officer(inspector(), one, FOR, WHY)).officer == OFFICER


async def test_another_officials_row_put_in_its_place_shows_nobody_and_is_found(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation = await here.violated(1)
    other = replace(here.demand(1, "can-bo-02"))
    forged = here.identities.of(other, "can-bo-02")
    await as_owner(
        store.url,
        f"UPDATE sealed_identities SET pseudonym = '{forged.pseudonym}', sealed = "
        + (f"'\\x{forged.sealed.hex()}'" if store.url.startswith("postgres") else f"x'{forged.sealed.hex()}'"),
    )
    await refused(here, violation, "identity_gone")
    assert {what for what, _ in await store.found()} == {"row_without_leaf"}


def test_a_seal_of_a_waiting_case_opens_no_identity(ring: KeyRing) -> None:
    keys = ring.secrets(IDENTITY)
    assert SealedIdentities(keys).open(SealedCases(keys).seal(b"x", "row"), "row") is None
    assert SealedIdentities(keys).open(SealedIdentities(keys).seal(b"x", "row"), "row") == b"x"


async def test_a_violation_row_that_points_to_another_demand_reveals_nobody(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    violation, _ = await here.violated(1), await here.violated(2, officer="can-bo-02")
    await as_owner(store.url, f"UPDATE violations SET demand_id = '{a_demand(2).id}' WHERE violation_id = '{violation}'")
    await refused(here, violation, "not_found")


async def test_a_day_has_so_many_steps_and_the_next_day_has_them_again(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, most_a_day=2)
    violation = await here.violated()
    for _ in range(2):
        await here.reveal.officer(inspector(), violation, FOR, WHY)
    with pytest.raises(TooMany) as told:
        await here.reveal.officer(inspector(), violation, FOR, WHY)
    assert (told.value.code, told.value.facts["limit"]) == ("reveals_spent", 2)
    assert 0 < told.value.retry_after_s <= 86_400
    await here.reveal.officer(inspector("inspector-2"), violation, FOR, WHY)
    store.clock.turn(told.value.retry_after_s + 1)
    assert (await here.reveal.officer(inspector(), violation, FOR, WHY)).officer == OFFICER


async def test_of_two_at_once_only_one_takes_the_last_step_of_the_day(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, most_a_day=1)
    violation = await here.violated()
    both = (here.reveal.officer(inspector(), violation, FOR, WHY) for _ in range(4))
    told = await asyncio.gather(*both, return_exceptions=True)
    assert sorted(type(each).__name__ for each in told) == ["Answered", "TooMany", "TooMany", "TooMany"]
    assert await told_reveals(store) == ["told"]


async def test_a_sealed_identity_is_never_changed_by_the_services_own_hand(store: Store, ring: KeyRing) -> None:
    await desk(store, ring).violated()
    with pytest.raises(DBAPIError, match="insert-only"):
        await write(store.url, "UPDATE sealed_identities SET pseudonym = 'k.x'")


@pytest.mark.parametrize(("text", "meant"), [("inspect", "inspection"), ("Complaint ", "complaint"), ("xyzzy", None)])
def test_an_unknown_purpose_is_refused_with_what_was_perhaps_meant(text: str, meant: str | None) -> None:
    with pytest.raises(InvalidInput) as told:
        purpose_of(text)
    assert told.value.facts.get("suggestion") == meant
    assert list(told.value.facts["known"]) == [each.value for each in RevealPurpose]
    assert [(each.pointer, each.code) for each in told.value.faults] == [("/purpose", "unknown_purpose")]


async def test_no_such_violation_is_no_reveal(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    with pytest.raises(NotFound):
        await here.reveal.officer(inspector(), f"vio_{'0' * 32}", FOR, WHY)
