"""The worst attacker: owner of the database, who rewrites rows, leaves, tree and heads so that all agree with each other.

He writes every table as he likes; whether he also has the ledger's key is told by who signs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from sqlalchemy import text

from reuse_gateway.domain.merkle import TILE_HEIGHT, Frontier, leaf_hash
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.storage.batch import BEFORE_THE_FIRST
from tests.storage.builders import Store, as_owner

Sign = Callable[[int, bytes], bytes]
TABLES = ("checks", "verdicts", "demands", "violations", "seen_defects", "events", "case_violations", "audit_events")


@dataclass(frozen=True)
class Leaf:
    entry: bytes
    kind: str
    ref: str


async def leaves(store: Store) -> list[Leaf]:
    rows = await store.reads.rows(text("SELECT entry, kind, ref FROM ledger_leaves ORDER BY leaf_index"))
    return [Leaf(bytes(row.entry), row.kind, row.ref) for row in rows]


def said_anew(leaf: Leaf, body: str, **changes: Any) -> Leaf:
    """The leaf as the gateway would have made it for another body."""
    told = json.loads(leaf.entry) | {"body_sha256": sha256(body.encode()).hexdigest()} | changes
    return replace(leaf, entry=canonical(told))


async def body_of(store: Store, table: str, index: int) -> str:
    return str((await store.rows(f"SELECT body FROM {table} WHERE leaf_index = {index}"))[0].body)


async def rebuilt(store: Store, forged: Sequence[Leaf], sign: Sign, *statements: str) -> None:
    """Rows changed by `statements`; leaves, tiles and all heads made anew, with the instants that had been signed."""
    heads = await store.rows("SELECT size, signed_at FROM ledger_checkpoints ORDER BY size")
    told = {row.size: row.signed_at for row in heads if row.size <= len(forged)}
    literal = in_postgres if store.url.startswith("postgresql") else in_sqlite
    made = [f"DELETE FROM {table}" for table in ("ledger_leaves", "ledger_subtrees", "ledger_checkpoints")]
    frontier, previous = Frontier(), BEFORE_THE_FIRST
    made.append(_head(frontier, previous, told[0], sign, literal))
    for index, leaf in enumerate(forged):
        hashed = leaf_hash(leaf.entry)
        values = f"{index}, {literal(leaf.entry)}, {literal(hashed)}, '{leaf.kind}', '{leaf.ref}'"
        made.append(f"INSERT INTO ledger_leaves VALUES ({values})")
        frontier, completed = frontier.append(hashed)
        assert not [level for (level, _), _ in completed if level % TILE_HEIGHT == 0], "tiles are not forged here"
        if frontier.size in told:
            previous = max(size for size in told if size < frontier.size)
            made.append(_head(frontier, previous, told[frontier.size], sign, literal))
    await as_owner(store.url, *statements, *made)


def _head(frontier: Frontier, previous: int, at: Any, sign: Sign, literal: Callable[[bytes], str]) -> str:
    note = sign(frontier.size, frontier.root)
    values = f"{literal(frontier.root)}, {literal(frontier.packed())}, {literal(note)}, '{at}'"
    return f"INSERT INTO ledger_checkpoints VALUES ({frontier.size}, {previous}, {values})"


def in_sqlite(content: bytes) -> str:
    return f"x'{content.hex()}'"


def in_postgres(content: bytes) -> str:
    return f"'\\x{content.hex()}'::bytea"


def moved(start: int, by: int) -> list[str]:
    """Every row from a leaf on, elsewhere: first out of the way, so that no key meets its neighbour's."""
    away = [f"UPDATE {table} SET leaf_index = leaf_index + 1000 WHERE leaf_index >= {start}" for table in TABLES]
    return away + [f"UPDATE {table} SET leaf_index = leaf_index - 1000 + {by} WHERE leaf_index >= 1000" for table in TABLES]


def swapped(one: int, other: int) -> list[str]:
    """The rows of two leaves, each in the other's place."""
    steps = ((one, 9001), (other, one), (9001, other))
    return [f"UPDATE {table} SET leaf_index = {to} WHERE leaf_index = {at}" for at, to in steps for table in TABLES]
