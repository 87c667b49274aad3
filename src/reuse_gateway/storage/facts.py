"""Dated facts at rest: the row's body is the very leaf, so that what was changed, by whom and why is read from the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from reuse_gateway.domain.dated_fact import (
    Connection,
    DatedFact,
    ExceptionTerms,
    FactChange,
    FactKind,
    PlannedOutage,
    PublishedScope,
    Said,
    WaivedThing,
    Waiver,
)
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_facts import dated_facts
from reuse_gateway.storage.verdict_json import exact

KIND = "fact"


class StoredFacts:
    """Port `FactRows`."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def changes(self, after: int) -> Sequence[FactChange]:
        """Every change with a higher number, in their order. Raises StoreError."""
        wanted = select(dated_facts.c.body).where(dated_facts.c.number > after).order_by(dated_facts.c.number)
        return [change_of(row.body) for row in await self._reads.rows(wanted)]


def change_append(change: FactChange) -> Append:
    """What recording a change writes."""
    body = change_body(change)
    return Append(body.encode(), KIND, change.fact.ref, {dated_facts: [(*change_row(change), body)]})


def change_body(change: FactChange) -> str:
    """Every word of a change, as canonical JSON; names no person."""
    fact = change.fact
    told = {
        "v": 1,
        "kind": KIND,
        "id": fact.ref,
        "number": change.number,
        "about": fact.kind,
        "fact": fact.id,
        "revision": fact.revision,
        "says": _spelt(fact.says),
        "valid_from": fact.valid_from.isoformat(),
        "valid_to": fact.valid_to and fact.valid_to.isoformat(),
        "withdrawn": fact.withdrawn,
        "legal_basis": fact.legal_basis,
        "client": change.client_id,
        "agency": change.agency,
        "reason": change.reason,
        "at": exact(change.at),
    }
    return canonical(told).decode()


def change_of(body: str) -> FactChange:
    """The change that a body tells; ValueError or KeyError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    kind, last = FactKind(told["about"]), told["valid_to"]
    fact = DatedFact(
        kind,
        told["fact"],
        told["revision"],
        _SAID[kind](told["says"]),
        date.fromisoformat(told["valid_from"]),
        date.fromisoformat(last) if last else None,
        told["withdrawn"],
        tuple(told["legal_basis"]),
    )
    return FactChange(told["number"], fact, told["client"], told["agency"], told["reason"], datetime.fromisoformat(told["at"]))


def change_row(change: FactChange) -> tuple:
    """Columns of `dated_facts` between the leaf index and the body."""
    fact = change.fact
    return (
        change.number,
        fact.kind.value,
        fact.id,
        fact.revision,
        fact.valid_from,
        fact.valid_to,
        change.client_id,
        change.agency,
        change.at,
    )


def row_told(row: Row[Any]) -> tuple[tuple, tuple]:
    """The columns that a row's body asks for, and those it has. Raises ValueError or KeyError for a body not ours."""
    return (*change_row(change_of(row.body)), row.body), tuple(row)[1:]


def _scope(told: Mapping[str, Any]) -> Said:
    return PublishedScope(**{**told, "procedures": tuple(told["procedures"])})


def _terms(told: Mapping[str, Any]) -> Said:
    invokers = tuple(map(Invoker, told["invokers"]))
    return ExceptionTerms(**{**told, "invokers": invokers, "evidence": tuple(told["evidence"])})


def _waiver(told: Mapping[str, Any]) -> Said:
    return Waiver(WaivedThing(told["thing"]), told["target"], told["ground"])


def _outage(told: Mapping[str, Any]) -> Said:
    from_at, to_at = (datetime.fromisoformat(told[name]) for name in ("from_at", "to_at"))
    return PlannedOutage(told["source"], from_at, to_at, told["announcement"])


def _spelt(says: Said) -> dict[str, Any]:
    return {name: exact(value) if isinstance(value, datetime) else value for name, value in asdict(says).items()}


_SAID = {
    FactKind.SCOPE: _scope,
    FactKind.CONNECTION: lambda told: Connection(told["source"]),
    FactKind.EXCEPTION: _terms,
    FactKind.WAIVER: _waiver,
    FactKind.OUTAGE: _outage,
}
