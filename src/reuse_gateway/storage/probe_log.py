"""The probe log at rest: the public leaf tells each source's states and probes; what people asked of it is sealed there.

How often a source is asked in five minutes of a small province could be tied to the checks beside it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from reuse_gateway.domain.availability import Evidence, Observation
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.source_health import SourceState
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.events import beside
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import ledger_checkpoints
from reuse_gateway.storage.tables_health import source_health
from reuse_gateway.storage.verdict_json import exact

KIND, REF = "health", "sources"
_seen = source_health.c


class StoredProbeLog:
    """Port `HealthLog`; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def evidence(self, source: str, from_at: datetime, to_at: datetime) -> Sequence[Evidence]:
        """Everything that tells of any instant between, oldest first."""
        heads = ledger_checkpoints.c
        sealed = select(heads.signed_at).where(heads.size > _seen.leaf_index).order_by(heads.size).limit(1).scalar_subquery()
        about = (_seen.source == source, _seen.to_at > from_at, _seen.from_at < to_at)
        wanted = select(source_health, sealed.label("sealed_at")).where(*about).order_by(_seen.from_at, _seen.leaf_index)
        return [Evidence(observation_of(row), row.leaf_index, row.sealed_at) for row in await self._reads.rows(wanted)]

    async def last_states(self) -> Mapping[str, SourceState]:
        """By source, the state that was recorded last."""
        newest = select(_seen.source, func.max(_seen.to_at).label("to_at")).group_by(_seen.source).subquery()
        same = (_seen.source == newest.c.source) & (_seen.to_at == newest.c.to_at)
        rows = await self._reads.rows(select(_seen.source, _seen.state).join(newest, same).order_by(_seen.leaf_index))
        return {row.source: SourceState(row.state) for row in rows}


def health_append(observations: Sequence[Observation], events: Sequence[Event]) -> Append:
    """What recording observations writes; events go with them."""
    rows = [(at, *_columns(each), secrets.token_hex(16)) for at, each in enumerate(observations)]
    return beside(Append(health_leaf(rows), KIND, REF, {source_health: rows}), events)


def health_leaf(rows: Sequence[Sequence[Any]]) -> bytes:
    """Leaf bytes of rows (in column order, less the leaf index), which bind every column of every row.

    No instant under `at`: it may be recorded long after, when the store is back.
    """
    return canonical({"v": 1, "kind": KIND, "code": REF, "rows": [_told(row) for row in rows]})


def observation_of(row: Row[Any]) -> Observation:
    """The observation of a row."""
    told = tuple(row)[2:14]
    return Observation(*told[:3], SourceState(told[3]), *told[4:])


def _columns(observation: Observation) -> tuple:
    return tuple(str(value) if isinstance(value, SourceState) else value for value in astuple(observation))


def _told(row: Sequence[Any]) -> list[Any]:
    _, source, from_at, to_at, state, observer, probes, probes_failed, *asked, salt = row
    seal = hashlib.sha256(canonical([salt, *asked])).hexdigest()
    return [source, exact(from_at), exact(to_at), state, observer, probes, probes_failed, seal]
