"""Port `LedgerReader`: checkpoints, tiles and proofs, read from tile hashes, never from the whole tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from sqlalchemy import Select, and_, literal, or_, select, union_all

from reuse_gateway.domain.errors import NotFound, StoreError
from reuse_gateway.domain.merkle import (
    TILE_HEIGHT,
    TILE_WIDTH,
    Subtree,
    consistency_subtrees,
    fold,
    inclusion_subtrees,
    proof,
)
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import ledger_checkpoints, ledger_leaves, ledger_subtrees

_RANGES_AT_ONCE = 100


class StoredLedger:
    """What is published is what the newest checkpoint covers; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def checkpoint(self) -> bytes:
        """The newest signed note."""
        row = await self._reads.first(_newest(ledger_checkpoints.c.note))
        if row is None:
            raise StoreError("the ledger was never opened")
        return row.note

    async def checkpoint_at(self, size: int) -> bytes | None:
        """The note that was signed at this size; None = no head was signed there."""
        kept = ledger_checkpoints.c
        row = await self._reads.first(select(kept.note).where(kept.size == size))
        return row and row.note

    async def size(self) -> int:
        """Leaves that the newest checkpoint covers."""
        row = await self._reads.first(_newest(ledger_checkpoints.c.size))
        return row.size if row else 0

    async def tile(self, level: int, index: int, width: int) -> bytes | None:
        """C2SP tlog-tiles: `width` hashes of tree level 8 x `level` from `index` x 256 on; None beyond the tree."""
        start = index * TILE_WIDTH
        if not await self._covers(level, index, width):
            return None
        table, at = (ledger_leaves, "leaf_index") if level == 0 else (ledger_subtrees, "position")
        wanted = select(table.c.hash).where(table.c[at] >= start, table.c[at] < start + width).order_by(table.c[at])
        if level:
            wanted = wanted.where(table.c.level == level * TILE_HEIGHT)
        rows = await self._reads.rows(wanted)
        return _complete([row.hash for row in rows], width)

    async def entries(self, index: int, width: int) -> bytes | None:
        """Entry bundle: `width` leaves from `index` x 256 on, each behind its length as two bytes, big endian."""
        start = index * TILE_WIDTH
        if not await self._covers(0, index, width):
            return None
        at = ledger_leaves.c.leaf_index
        rows = await self._reads.rows(select(ledger_leaves.c.entry).where(at >= start, at < start + width).order_by(at))
        return _complete([len(row.entry).to_bytes(2, "big") + row.entry for row in rows], width)

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """RFC 6962 audit path, leaf first; NotFound outside the published tree."""
        return (await self.inclusions([index], size))[index]

    async def inclusions(self, indices: Sequence[int], size: int) -> Mapping[int, list[bytes]]:
        """The same for several leaves, read together."""
        if indices and not 0 <= min(indices) <= max(indices) < size <= await self.size():
            raise NotFound()
        nodes = {index: inclusion_subtrees(index, size) for index in indices}
        hashes = await self._hashes({subtree for of in nodes.values() for subtree in chain.from_iterable(of)})
        return {index: proof(of, lambda subtree: _subtree_hash(subtree, hashes)) for index, of in nodes.items()}

    async def leaves(self, indices: Sequence[int]) -> Mapping[int, bytes]:
        """The bytes of those leaves that are there."""
        kept, found = ledger_leaves.c, {}
        for at in range(0, len(indices), _RANGES_AT_ONCE):
            wanted = select(kept.leaf_index, kept.entry).where(kept.leaf_index.in_(indices[at : at + _RANGES_AT_ONCE]))
            found |= {row.leaf_index: bytes(row.entry) for row in await self._reads.rows(wanted)}
        return found

    async def consistency(self, first: int, second: int) -> list[bytes]:
        """RFC 6962 consistency path; NotFound outside the published tree."""
        if not 0 < first <= second <= await self.size():
            raise NotFound()
        return await self._proof(consistency_subtrees(first, second))

    async def _covers(self, level: int, index: int, width: int) -> bool:
        if not (0 <= level < TILE_HEIGHT and index >= 0 and 1 <= width <= TILE_WIDTH):
            return False
        return index * TILE_WIDTH + width <= await self.size() >> (level * TILE_HEIGHT)

    async def _proof(self, nodes: tuple[tuple[Subtree, ...], ...]) -> list[bytes]:
        hashes = await self._hashes(set(chain.from_iterable(nodes)))
        return proof(nodes, lambda subtree: _subtree_hash(subtree, hashes))

    async def _hashes(self, subtrees: Iterable[Subtree]) -> dict[Subtree, bytes]:
        """The tile hashes from which these subtrees are folded, at most half a tile for each."""
        ranges = sorted(map(_tile_range, subtrees))
        found: dict[Subtree, bytes] = {}
        for at in range(0, len(ranges), _RANGES_AT_ONCE):
            for row in await self._reads.rows(_in_ranges(ranges[at : at + _RANGES_AT_ONCE])):
                found[row.level, row.position] = row.hash
        return found


def _newest(*columns: object) -> Select:
    return select(*columns).order_by(ledger_checkpoints.c.size.desc()).limit(1)


def _tile_range(subtree: Subtree) -> tuple[int, int, int]:
    """Stored level, first position and the position behind the last that a subtree is folded from."""
    level, index = subtree
    above = level % TILE_HEIGHT
    return level - above, index << above, (index + 1) << above


def _in_ranges(ranges: Sequence[tuple[int, int, int]]) -> Select:
    leaves, inner = ledger_leaves.c, ledger_subtrees.c
    of_leaves = [and_(leaves.leaf_index >= start, leaves.leaf_index < end) for level, start, end in ranges if level == 0]
    of_inner = [
        and_(inner.level == level, inner.position >= start, inner.position < end) for level, start, end in ranges if level
    ]
    return union_all(
        select(literal(0).label("level"), leaves.leaf_index.label("position"), leaves.hash).where(or_(False, *of_leaves)),
        select(inner.level, inner.position, inner.hash).where(or_(False, *of_inner)),
    )


def _subtree_hash(subtree: Subtree, hashes: dict[Subtree, bytes]) -> bytes:
    level, start, end = _tile_range(subtree)
    try:
        row = [hashes[level, position] for position in range(start, end)]
    except KeyError:
        raise StoreError("a tile hash is missing: verify the ledger") from None
    while len(row) > 1:
        row = [fold(row[at : at + 2]) for at in range(0, len(row), 2)]
    return row[0]


def _complete(parts: list[bytes], width: int) -> bytes:
    if len(parts) != width:
        raise StoreError("a tile has holes: verify the ledger")
    return b"".join(parts)
