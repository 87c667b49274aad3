"""What one group commit writes, composed without touching a database: order, hashes, subtrees and one signed checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Table

from reuse_gateway.application.ports import Claim, Clock
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import ClockWentBack, Conflict, GatewayError, KeyReused, TooLarge
from reuse_gateway.domain.merkle import TILE_HEIGHT, Frontier, leaf_hash
from reuse_gateway.storage.own_head import Head, StoredHead
from reuse_gateway.storage.tables import ledger_checkpoints, ledger_leaves, ledger_subtrees

TOLERANCE = timedelta(seconds=2)
LONGEST_LEAF = 65_535  # tlog-tiles gives an entry's length two bytes
BEFORE_THE_FIRST = -1
Rows = Mapping[Table, Sequence[tuple]]
Sign = Callable[[int, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Append:
    """One leaf and the rows that stand or fall with it: tuples in column order, less the leaf index in front."""

    entry: bytes
    kind: str
    ref: str
    rows: Rows = field(default_factory=dict)
    claim: Claim | None = None

    def __post_init__(self) -> None:
        if len(self.entry) > LONGEST_LEAF:
            raise TooLarge("leaf", limit=LONGEST_LEAF)


ClaimKey = tuple[str, str]
Claimed = Mapping[ClaimKey, tuple[bytes, str]]
Outcome = Position | GatewayError


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows to insert per table, per append what to answer once they are durable, and the head where one is signed."""

    rows: Rows
    outcomes: tuple[Outcome, ...]
    head: StoredHead | None = None


Compose = Callable[[StoredHead | None, Claimed], Batch]


def claim_keys(appends: Sequence[Append]) -> tuple[ClaimKey, ...]:
    """Which Idempotency-Keys a batch is about to claim."""
    return tuple({(append.claim.client_id, append.claim.key) for append in appends if append.claim})


def compose(appends: Sequence[Append], clock: Clock, sign: Sign, head: Head | None, claimed: Claimed) -> Batch:
    """Everything a batch inserts. A claim that stands already takes only its own append out.

    Runs under the writers' lock. Raises ClockWentBack when the clock is over 2 s behind the last signed instant: order is
    by sequence, never by time.
    """
    now = clock.now()
    if head and now < head.signed_at - TOLERANCE:
        raise ClockWentBack()
    before = head.frontier if head else Frontier()
    rows: dict[Table, list[tuple]] = {}
    frontier, outcomes, claims, new = before, [], dict(claimed), None
    for append in appends:
        refused = _refused(append.claim, claims)
        if refused is None:
            frontier = _put(append, frontier, rows)
            if append.claim:
                claims[append.claim.client_id, append.claim.key] = (append.claim.fingerprint, append.ref)
        outcomes.append(refused)
    if head is None or frontier.size > before.size:
        # `previous_size` is unique: whoever extends the same head second is refused by the database.
        previous = before.size if head else BEFORE_THE_FIRST
        new = _signed(frontier, sign, max(now, head.signed_at) if head else now)
        _add(rows, ledger_checkpoints, (new.size, previous, new.root, new.packed, new.note, new.signed_at))
    return Batch(rows, _positions(outcomes, before.size, frontier.size), new)


def _put(append: Append, frontier: Frontier, rows: dict[Table, list[tuple]]) -> Frontier:
    index, hashed = frontier.size, leaf_hash(append.entry)
    _add(rows, ledger_leaves, (index, append.entry, hashed, append.kind, append.ref))
    for table, given in append.rows.items():
        for row in given:
            _add(rows, table, (index, *row))
    grown, completed = frontier.append(hashed)
    for (level, position), node in completed:
        if level % TILE_HEIGHT == 0:
            _add(rows, ledger_subtrees, (level, position, node))
    return grown


def _add(rows: dict[Table, list[tuple]], table: Table, row: tuple) -> None:
    rows.setdefault(table, []).append(row)


def _signed(frontier: Frontier, sign: Sign, signed_at: datetime) -> StoredHead:
    root = frontier.root
    return StoredHead(frontier.size, root, frontier.packed(), sign(frontier.size, root), signed_at)


def _refused(claim: Claim | None, claims: Claimed) -> GatewayError | None:
    kept = claims.get((claim.client_id, claim.key)) if claim else None
    if claim is None or kept is None:
        return None
    fingerprint, check_id = kept
    return already_recorded(check_id) if fingerprint == claim.fingerprint else KeyReused()


def already_recorded(ref: str) -> Conflict:
    """The write repeats one that stands; `facts["check_id"]` names it."""
    return Conflict(code="already_recorded", check_id=ref)


def _positions(refusals: Sequence[GatewayError | None], start: int, size: int) -> tuple[Outcome, ...]:
    outcomes, index = [], start
    for refused in refusals:
        outcomes.append(refused or Position(index, size))
        index += refused is None
    return tuple(outcomes)


@cache
def bind_processors(table: Table, dialect: Dialect) -> tuple[tuple[int, Any], ...]:
    """Per column that the driver does not take as it is: its place and what turns a value into the driver's."""
    found = ((at, column.type.dialect_impl(dialect).bind_processor(dialect)) for at, column in enumerate(table.columns))
    return tuple((at, convert) for at, convert in found if convert)


def bound(table: Table, rows: Sequence[tuple], dialect: Dialect) -> Sequence[tuple]:
    """Rows as the raw driver wants them; the types of `tables.py` stay the only truth about it."""
    processors = bind_processors(table, dialect)
    if not processors:
        return rows
    converted = []
    for row in rows:
        values = list(row)
        for at, convert in processors:
            values[at] = convert(values[at])
        converted.append(tuple(values))
    return converted
