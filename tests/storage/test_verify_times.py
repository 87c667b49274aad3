"""When a checkpoint was signed is held against the instants inside the leaves it was the first to cover."""

from __future__ import annotations

import pytest

from .builders import Store, a_check, as_owner

AT_SIZE = "UPDATE ledger_checkpoints SET signed_at = '{}T06:18:58.123456Z' WHERE size {}"
BACK, AHEAD = "2026-11-22", "2031-01-01"


async def fill(store: Store, pause_s: float) -> None:
    for number in range(4):
        await store.recorder.record_check(a_check(number, decided_at=store.clock.at), None)
        store.clock.turn(pause_s)


@pytest.mark.parametrize(
    ("statement", "findings"),
    [
        (AT_SIZE.format(BACK, ">= 0"), {("checkpoint_back_dated", size) for size in (1, 2, 3, 4)}),
        (AT_SIZE.format(BACK, "= 4"), {("checkpoint_back_dated", 4)}),
        (AT_SIZE.format(AHEAD, "= 4"), {("checkpoint_late", 4)}),
        (AT_SIZE.format(AHEAD, "= 2"), {("checkpoint_late", 2), ("checkpoint_back_dated", 3)}),
        (AT_SIZE.format(AHEAD, ">= 0"), {("checkpoint_late", size) for size in (1, 2, 3, 4)}),
    ],
)
async def test_an_instant_put_elsewhere_is_found_even_at_the_newest_or_at_all(store: Store, statement: str, findings: set):
    await fill(store, 5)
    assert (await store.verified()).good
    await as_owner(store.url, statement)
    assert await store.found() == findings


async def remove_one(store: Store) -> None:
    await as_owner(
        store.url,
        "DELETE FROM ledger_checkpoints WHERE size = 2",
        "UPDATE ledger_checkpoints SET previous_size = 1 WHERE size = 3",
    )


async def test_a_checkpoint_taken_out_and_closed_over_shows_by_the_time_between(store: Store):
    await fill(store, 90)
    assert (await store.verified()).good
    await remove_one(store)
    assert await store.found() == {("checkpoint_late", 3)}


async def test_one_taken_out_of_a_busy_minute_is_not_seen_and_changes_no_leaf(store: Store):
    await fill(store, 5)
    kept = await store.ledger.checkpoint()
    await remove_one(store)
    assert await store.found(kept) == set()
