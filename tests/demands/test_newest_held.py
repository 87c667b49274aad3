"""The newest check that told of a paper is asked of the store itself, on both engines: no page of other checks hides it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.told_before import PaperAsked
from reuse_gateway.domain.verdict import Reason
from reuse_gateway.storage.demand_history import StoredDemands
from tests.storage.builders import AT, Store, a_check, a_demand, as_owner

FIRST = a_check(0)
HELD = next(each for each in FIRST.verdicts if each.reason is Reason.HELD_VALID)


def asked(**changes: Any) -> PaperAsked:
    told = {"agencies": frozenset({FIRST.agency, "H41.99"}), "subjects": ("k0.older", FIRST.subject)}
    told |= {"procedure": FIRST.procedure, "evidence_type": HELD.evidence_type or "", "role": HELD.role}
    return PaperAsked(**(told | changes))


async def told(store: Store, number: int, minutes: int, *, held: bool = True, **changes: Any) -> str:
    verdict = HELD if held else replace(HELD, reason=Reason.NOT_HELD)
    changes = {"verdicts": (verdict,), "decided_at": AT + timedelta(minutes=minutes)} | changes
    await store.recorder.record_check(a_check(number, **changes), None)
    return a_check(number).id


async def newest(store: Store, minutes: int | None = None, **changes: Any) -> str | None:
    after = None if minutes is None else AT + timedelta(minutes=minutes)
    found = await StoredDemands(store.reads).newest_held(asked(**changes), AT + timedelta(hours=3), after)
    return found and found.id


async def test_sixty_checks_that_found_something_else_do_not_hide_the_one_that_told(store: Store) -> None:
    proof = await told(store, 0, 0)
    for number in range(1, 61):
        await told(store, number, number, held=False)
    assert await newest(store) == proof
    later = await told(store, 61, 61)
    assert (await newest(store), await newest(store, 61)) == (later, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"agency": "H41.12.3"},
        {"subject": "k1.other"},
        {"decided_at": AT + timedelta(hours=4)},
        {"client_id": "recheck"},
        {"verdicts": (replace(HELD, role="child"),)},
        {"verdicts": (replace(HELD, evidence_type="passport"),)},
        {"verdicts": (replace(HELD, reason=Reason.AGENCY_MUST_OBTAIN),)},
        {"procedure": "1.999999", "verdicts": (replace(HELD, satisfied_by=("passport",)),)},
    ],
)
async def test_what_told_somebody_else_or_of_something_else_does_not_count(store: Store, changes: dict[str, Any]) -> None:
    proof = await told(store, 0, 0)
    for number in range(1, 8):
        await told(store, number, number, **changes)
    assert await newest(store, but_clients=frozenset({"recheck"})) == proof


async def test_any_procedure_counts_and_only_the_dossier_that_is_named(store: Store) -> None:
    proof = await told(store, 0, 0, dossier="H41.12-261123-0001")
    later = await told(store, 1, 1, procedure="1.999999", agency="H41.99", dossier="H41.12-261123-0002")
    assert await newest(store) == later
    assert await newest(store, dossier="H41.12-261123-0001") == proof
    assert await newest(store, dossier="H41.12-261123-0003") is None
    assert await newest(store, but_check=later) == proof


async def test_a_check_that_judged_a_demand_tells_nobody_late(store: Store) -> None:
    proof = await told(store, 0, 0)
    judging = await told(store, 1, 1)
    await store.recorder.record_demand(a_demand(1, id=f"dem_{judging[4:]}", check_id=judging, violations=(), defects=()))
    assert (await newest(store), await newest(store, -1)) == (judging, proof)


async def test_what_is_not_as_it_was_signed_proves_nothing(store: Store) -> None:
    await told(store, 0, 0)
    await as_owner(store.url, "UPDATE checks SET body = replace(body, 'held_valid', 'not_held')")
    with pytest.raises(StoreError):
        await newest(store)
