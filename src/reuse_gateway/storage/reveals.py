"""Port `RevealLog`: steps of reveals and the readings beside them; a step that is not as it was signed is never acted on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, select, text

from reuse_gateway.domain.check import Position
from reuse_gateway.domain.reveal import Look, Reveal, RevealStep
from reuse_gateway.storage.archive import altered
from reuse_gateway.storage.events import without_events
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.reveal_json import reveal_append, reveal_leaf, reveal_of
from reuse_gateway.storage.tables import LOOKS, audit_events, ledger_leaves
from reuse_gateway.storage.tables_reveals import reveals

_kept, _read = reveals.c, audit_events.c


class StoredReveals:
    """Reads, and the one writer; every method raises StoreError."""

    def __init__(self, reads: Reads, writer: GroupCommit) -> None:
        self._reads, self._writer = reads, writer

    async def record(self, reveal: Reveal) -> Position:
        """The step, its event and its leaf; Conflict(`already_recorded`)."""
        return await self._writer.append(reveal_append(reveal))

    async def steps(self, reveal_id: str) -> Mapping[RevealStep, Reveal]:
        """The steps of one reveal."""
        return {each.step: each for each in map(_unaltered, await self._rows(_kept.reveal_id == reveal_id))}

    async def today(self, client_id: str, day: date) -> Sequence[Reveal]:
        """A client's steps of a day."""
        return [_unaltered(row) for row in await self._rows(_kept.client_id == client_id, _kept.day_on == day)]

    async def looks(self, names: Collection[str], violation_id: str, before: int, limit: int) -> Sequence[Look]:
        """The newest first, of both kinds."""
        read = select(audit_events).where(text(LOOKS), _read.target.in_(names), _read.leaf_index < before)
        readings = await self._reads.rows(read.order_by(_read.leaf_index.desc()).limit(limit))
        steps = await self._rows(_kept.violation_id == violation_id, _kept.leaf_index < before, limit=limit)
        found = [*map(_reading, readings), *(_step(row.leaf_index, _unaltered(row)) for row in steps)]
        return sorted(found, key=lambda look: look.index, reverse=True)[:limit]

    async def _rows(self, *wanted: ColumnElement[bool], limit: int | None = None) -> Sequence[Row[Any]]:
        beside = reveals.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == _kept.leaf_index)
        told = select(_kept.leaf_index, _kept.body, ledger_leaves.c.entry).select_from(beside).where(*wanted)
        return await self._reads.rows(told.order_by(_kept.leaf_index.desc()).limit(limit))


def _unaltered(row: Row[Any]) -> Reveal:
    try:
        reveal, leaf = reveal_of(row.body), reveal_leaf(row.body)
    except (ValueError, KeyError, TypeError):
        raise altered(row.leaf_index) from None
    if row.entry is None or without_events(bytes(row.entry)) != leaf:
        raise altered(row.leaf_index)
    return reveal


def _reading(row: Row[Any]) -> Look:
    return Look(row.leaf_index, row.happened_at, row.client_id, row.agency, row.code)


def _step(index: int, step: Reveal) -> Look:
    return Look(
        index, step.at, step.client_id, step.agency, f"reveal_{step.whose}", step.id, step.step, step.purpose, step.reason
    )
