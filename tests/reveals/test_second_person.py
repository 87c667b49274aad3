"""Where a second person is needed: never oneself, once, in time; whoever forges an approval is found."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reuse_gateway.domain.errors import CallerError, Conflict, NotAllowed, NotFound, StoreError
from reuse_gateway.domain.reveal import APPROVED_LASTS, ASKED_LASTS, RevealStep
from reuse_gateway.signing.keys import KeyRing
from tests.storage.builders import Store, as_owner

from .desk import FOR, OFFICER, WHY, Desk, desk, inspector

FIRST, SECOND = inspector("inspector-1"), inspector("inspector-2")


async def asked(here: Desk) -> str:
    answered = await here.reveal.officer(FIRST, await here.violated(), FOR, WHY)
    assert (answered.officer, answered.reveal.step) == (None, RevealStep.ASKED)
    return answered.reveal.id


async def conflict(call, code: str) -> None:
    with pytest.raises(Conflict) as told:
        await call
    assert told.value.code == code


async def test_one_asks_another_approves_and_the_first_sees_it_once(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    await conflict(here.reveal.open(FIRST, reveal), "reveal_not_approved")
    approved = await here.reveal.approve(SECOND, reveal, WHY)
    assert (approved.officer, approved.reveal.client_id) == (None, "inspector-2")
    opened = await here.reveal.open(FIRST, reveal)
    assert (opened.officer, opened.reveal.purpose, opened.reveal.reason) == (OFFICER, FOR, WHY)
    await conflict(here.reveal.open(FIRST, reveal), "reveal_over")
    assert (await store.verified()).good


async def test_nobody_approves_his_own_request(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    with pytest.raises(NotAllowed) as told:
        await here.reveal.approve(FIRST, reveal, WHY)
    assert told.value.code == "own_reveal"
    await conflict(here.reveal.open(FIRST, reveal), "reveal_not_approved")


async def test_an_approval_is_given_once(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    await here.reveal.approve(SECOND, reveal, WHY)
    await conflict(here.reveal.approve(SECOND, reveal, WHY), "reveal_over")
    await conflict(here.reveal.approve(inspector("inspector-3"), reveal, WHY), "reveal_over")


@pytest.mark.parametrize("caller", [inspector("i", "H41.12"), inspector("i", "H41.13"), inspector("i", "H41", "audit:read")])
async def test_only_who_could_ask_can_approve(store: Store, ring: KeyRing, caller) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    with pytest.raises(NotFound):
        await here.reveal.approve(caller, reveal, WHY)


async def test_the_approver_does_not_see_it_nor_does_anybody_else(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    await here.reveal.approve(SECOND, reveal, WHY)
    for caller in (SECOND, inspector("inspector-3")):
        with pytest.raises(NotFound):
            await here.reveal.open(caller, reveal)


async def test_requests_and_approvals_end(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    store.clock.at += ASKED_LASTS + timedelta(seconds=1)
    await conflict(here.reveal.approve(SECOND, reveal, WHY), "reveal_over")
    store.clock.at -= timedelta(seconds=2)
    await here.reveal.approve(SECOND, reveal, WHY)
    store.clock.at += APPROVED_LASTS + timedelta(seconds=1)
    await conflict(here.reveal.open(FIRST, reveal), "reveal_over")


@pytest.mark.parametrize("of", ["approve", "open"])
async def test_an_unknown_request_is_not_found(store: Store, ring: KeyRing, of: str) -> None:
    here = desk(store, ring, needs_second=True)
    given = (SECOND, f"rvl_{'0' * 32}") + ((WHY,) if of == "approve" else ())
    with pytest.raises(NotFound):
        await getattr(here.reveal, of)(*given)


async def test_a_reveal_that_needed_nobody_can_be_neither_approved_nor_opened_again(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring)
    told = await here.reveal.officer(FIRST, await here.violated(), FOR, WHY)
    for call in (here.reveal.approve(SECOND, told.reveal.id, WHY), here.reveal.open(FIRST, told.reveal.id)):
        with pytest.raises(NotFound):
            await call


async def test_an_approval_that_is_not_as_it_was_signed_opens_nothing(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    await here.reveal.approve(SECOND, reveal, WHY)
    await as_owner(store.url, "UPDATE reveals SET body = replace(body, 'inspector-2', 'inspector-9') WHERE step = 'approved'")
    with pytest.raises(StoreError):
        await here.reveal.open(FIRST, reveal)


async def test_what_was_erased_meanwhile_is_gone_though_approved(store: Store, ring: KeyRing) -> None:
    here = desk(store, ring, needs_second=True)
    reveal = await asked(here)
    await here.reveal.approve(SECOND, reveal, WHY)
    await as_owner(store.url, "DELETE FROM sealed_identities")
    with pytest.raises(CallerError) as told:
        await here.reveal.open(FIRST, reveal)
    assert told.value.code == "identity_gone"
