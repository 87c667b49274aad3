"""What is published: notes, tiles and proofs that anyone can check, and nothing beyond the newest checkpoint."""

from __future__ import annotations

import asyncio

import pytest

from reuse_gateway.domain.errors import NotFound
from reuse_gateway.domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    fold,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)

from .builders import Store, event

SIZE = 777
ENTRIES = [event(number).entry for number in range(SIZE)]


async def fill(store: Store) -> list[Frontier]:
    for start in range(0, SIZE, 300):
        await asyncio.gather(*(store.writer.append(event(number)) for number in range(start, min(start + 300, SIZE))))
    grown = [Frontier()]
    for entry in ENTRIES:
        grown.append(grown[-1].append(leaf_hash(entry))[0])
    return grown


async def test_a_new_ledger_publishes_the_empty_tree(store: Store):
    assert store.notes.open(await store.ledger.checkpoint()) == (0, EMPTY_ROOT)


async def test_the_checkpoint_is_signed_over_the_root_of_all_entries(store: Store):
    grown = await fill(store)
    assert store.notes.open(await store.ledger.checkpoint()) == (SIZE, grown[-1].root)


async def test_inclusion_and_consistency_proofs_hold_against_roots_computed_elsewhere(store: Store):
    grown = await fill(store)
    for index, size in ((0, 1), (0, SIZE), (255, 256), (256, SIZE), (511, 700), (SIZE - 1, SIZE), (300, 301)):
        path = await store.ledger.inclusion(index, size)
        verify_inclusion(leaf_hash(ENTRIES[index]), index, size, path, grown[size].root)
    for first, second in ((1, SIZE), (256, 512), (255, 257), (300, 700), (SIZE, SIZE), (512, SIZE)):
        path = await store.ledger.consistency(first, second)
        verify_consistency(first, second, path, grown[first].root, grown[second].root)


async def test_tiles_and_entries_together_give_the_root(store: Store):
    grown = await fill(store)
    full = [await store.ledger.tile(0, index, 256) for index in range(3)]
    partial = await store.ledger.tile(0, 3, SIZE - 768)
    hashes = [tile[at : at + 32] for tile in (*full, partial) for at in range(0, len(tile), 32)]
    assert hashes == [leaf_hash(entry) for entry in ENTRIES]
    upper = await store.ledger.tile(1, 0, 3)
    assert upper == b"".join(fold_all(hashes[at : at + 256]) for at in (0, 256, 512))
    bundle = await store.ledger.entries(3, SIZE - 768)
    assert bundle == b"".join(len(entry).to_bytes(2, "big") + entry for entry in ENTRIES[768:])
    assert grown[-1].root == store.notes.open(await store.ledger.checkpoint())[1]


def fold_all(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [fold(hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


async def test_nothing_beyond_the_newest_checkpoint_is_published(store: Store):
    await fill(store)
    for level, index, width in (
        (0, 3, 256),
        (0, 3, SIZE - 767),
        (1, 0, 4),
        (2, 0, 1),
        (0, 0, 0),
        (0, 0, 257),
        (-1, 0, 1),
        (0, -1, 1),
    ):
        assert await store.ledger.tile(level, index, width) is None
    assert await store.ledger.entries(3, SIZE - 767) is None
    for index, size in ((SIZE, SIZE), (-1, 5), (0, SIZE + 1), (5, 5)):
        with pytest.raises(NotFound):
            await store.ledger.inclusion(index, size)
    for first, second in ((0, 5), (6, 5), (1, SIZE + 1)):
        with pytest.raises(NotFound):
            await store.ledger.consistency(first, second)
