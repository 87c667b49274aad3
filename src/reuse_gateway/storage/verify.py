"""`ledger verify`: everything derived anew in the order of the index, page by page, with flat memory; trusts no stored hash."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, func, or_, select, tuple_

from reuse_gateway.storage.discrepancies import Discrepancies, Discrepancy
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import (
    checks,
    idempotency_claims,
    ledger_checkpoints,
    ledger_leaves,
    ledger_subtrees,
)
from reuse_gateway.storage.tables_days import dossier_days, folds, reuse_days
from reuse_gateway.storage.tables_facts import standing_imports
from reuse_gateway.storage.tables_reveals import sealed_identities
from reuse_gateway.storage.verify_bound import BOUND
from reuse_gateway.storage.verify_cases import verify_cases
from reuse_gateway.storage.verify_days import verify_days
from reuse_gateway.storage.verify_demands import verify_pending
from reuse_gateway.storage.verify_holdings import verify_holdings
from reuse_gateway.storage.verify_imports import verify_imports
from reuse_gateway.storage.verify_keys import verify_keys
from reuse_gateway.storage.verify_letters import verify_letters
from reuse_gateway.storage.verify_reveals import verify_reveals
from reuse_gateway.storage.verify_rows import RowCheck
from reuse_gateway.storage.verify_schema import NOT_LOOKED_AT, verify_schema
from reuse_gateway.storage.verify_spelling import verify_spelling
from reuse_gateway.storage.verify_times import TimeCheck
from reuse_gateway.storage.verify_tree import WIDEST_GAP, OpenNote, TreeCheck
from reuse_gateway.storage.verifying_reads import VerifyingReads

PAGE = 2_048
READ_WHOLE = (ledger_subtrees, sealed_identities, standing_imports, folds, reuse_days, dossier_days)
_SIZE = ledger_checkpoints.c.size
_COVERED = select(func.max(_SIZE))
LAST = 2**63 - 1
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome. `findings` are the first thousand of `count`; none = every row is what was signed.

    Nothing is said of what is `not_looked_at`.
    """

    size: int
    root: bytes
    checkpoints: int
    count: int
    findings: tuple[Discrepancy, ...]
    not_looked_at: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return self.count == 0


async def verify_ledger(
    reads: Reads, open_note: OpenNote, kept: Sequence[bytes] = (), progress: Progress = lambda _done, _all: None
) -> Report:
    """Verify what the newest checkpoint covers, also while others write. `kept` are notes kept outside the database:
    without one a cleanly cut tail cannot be seen. Raises StoreError.
    """
    found = Discrepancies()
    unseen, plain, reads = NOT_LOOKED_AT, reads, VerifyingReads(reads, found)
    with found.part("schema"):
        unseen += await verify_schema(plain, found)
    tree, size = TreeCheck(open_note, found), 0
    tree.keep(kept)
    with found.part("ledger"):
        size = await _leaves(reads, tree, found, progress)
    for name, part in _PARTS.items():
        with found.part(name):
            await part(reads, size, found)
    for name, raw in _RAW.items():
        with found.part(name):
            await raw(plain, found)
    return Report(size, tree.frontier.root, tree.checkpoints, found.count, tuple(found.kept), unseen)


async def _leaves(reads: VerifyingReads, tree: TreeCheck, found: Discrepancies, progress: Progress) -> int:
    """Every leaf with its rows and heads; the size that was looked at."""
    covered = (await reads.rows(_COVERED))[0][0] or 0
    size = min(covered, await _reach(reads))
    times, rows = TimeCheck(found), RowCheck(found)
    await _checkpoints(reads, tree, times, _SIZE <= 0)
    for start in range(0, size, PAGE):
        end = min(start + PAGE, size)
        await _page(reads, tree, times, rows, start, end)
        progress(end, size)
    await _checkpoints(reads, tree, times, (size < _SIZE) & (covered >= _SIZE))
    tree.end(size)
    return size


async def _read_whole(reads: VerifyingReads, _size: int, found: Discrepancies) -> None:
    """Tables of which nobody else reads every cell."""
    for table in READ_WHOLE:
        with found.part(f"cells of {table.name}"):
            async for _ in reads.pages(select(table), tuple(table.primary_key), PAGE):
                pass


async def _page(reads: VerifyingReads, tree: TreeCheck, times: TimeCheck, rows: RowCheck, start: int, end: int) -> None:
    leaves = await reads.rows(_between(ledger_leaves, start, end))
    heads = {row.size: row for row in await reads.rows(_heads((start < _SIZE) & (end >= _SIZE)))}
    for leaf in leaves:
        tree.leaf(leaf)
        times.leaf(leaf)
        tree.compare_kept()
        if head := heads.pop(tree.frontier.size, None):
            _head(tree, times, head)
    for head in heads.values():
        _head(tree, times, head)
    completed = list(tree.completed)
    kept = await reads.held(ledger_subtrees, _subtrees(completed)) if completed else ()
    if kept is not None:
        tree.subtrees(kept)
    each = {table: await reads.held(table, _between(table, start, end)) for table in BOUND}
    rows.page(leaves, {table: stored for table, stored in each.items() if stored is not None})


async def _checkpoints(reads: VerifyingReads, tree: TreeCheck, times: TimeCheck, which: ColumnElement[bool]) -> None:
    """Those that lie beside every page."""
    tree.compare_kept()
    for head in await reads.rows(_heads(which).limit(PAGE)):
        _head(tree, times, head)


async def _reach(reads: VerifyingReads) -> int:
    """Behind the last leaf that may stand in its place: a head of some trillion leaves must not be counted up to."""
    leaves = (await reads.rows(select(func.count(ledger_leaves.c.leaf_index))))[0][0]
    return int(leaves) + WIDEST_GAP


def _head(tree: TreeCheck, times: TimeCheck, head: Row[Any]) -> None:
    with tree.found.reading(head.size, "a checkpoint of ours"):
        tree.checkpoint(head)
        times.checkpoint(head)


def _between(table: Table, start: int, end: int) -> Any:
    order = (table.c.leaf_index, table.c.position) if "position" in table.c else (table.c.leaf_index,)
    return select(table).where(table.c.leaf_index >= start, table.c.leaf_index < end).order_by(*order)


def _heads(which: ColumnElement[bool]) -> Any:
    return select(ledger_checkpoints).where(which).order_by(_SIZE)


def _subtrees(completed: Sequence[tuple[int, int]]) -> Any:
    columns = ledger_subtrees.c
    return select(ledger_subtrees).where(tuple_(columns.level, columns.position).in_(completed))


async def _strays(reads: VerifyingReads, size: int, found: Discrepancies) -> None:
    """What lies outside the signed range, one statement each: a writer at work adds a leaf and its rows in one instant."""
    covered, reach = _COVERED.scalar_subquery(), size if await _overreaches(reads) else LAST
    for table in (ledger_leaves, *BOUND):
        at = table.c.leaf_index
        outside = select(at).where(or_(at >= covered, at >= reach, at < 0)).limit(100)
        for row in await reads.held(table, outside) or ():
            what = "leaf_without_checkpoint" if table is ledger_leaves else "row_without_leaf"
            found.add(what, row.leaf_index, "within the newest checkpoint", table.name)
    with found.part("claims"):
        for row in await reads.rows(_strange_claims()):
            found.add("claim_without_check", row.leaf_index, "the check it was claimed for", row.check_id)
    level, position = ledger_subtrees.c.level, ledger_subtrees.c.position
    for row in await reads.rows(select(level, func.count(), func.max(position)).group_by(level)):
        await _subtree_count(reads, row, found)


async def _overreaches(reads: VerifyingReads) -> bool:
    """Is there a head so far beyond the leaves that nothing can lie beyond what it covers?"""
    return ((await reads.rows(_COVERED))[0][0] or 0) > await _reach(reads)


async def _subtree_count(reads: VerifyingReads, row: Row[Any], found: Discrepancies) -> None:
    size = (await reads.rows(_COVERED))[0][0] or 0
    level, count, last = row
    if level % 8 or level <= 0 or count != last + 1 or last >= size >> level:
        found.add("subtree_count", size, size >> level if level > 0 else 0, count)


def _strange_claims() -> Any:
    claims = idempotency_claims.c
    beside = idempotency_claims.outerjoin(checks, and_(checks.c.check_id == claims.check_id))
    wrong = or_(checks.c.leaf_index.is_(None), checks.c.leaf_index != claims.leaf_index)
    return select(claims.leaf_index, claims.check_id).select_from(beside).where(wrong).limit(100)


_PARTS: dict[str, Callable[[VerifyingReads, int, Discrepancies], Awaitable[None]]] = {
    "strays": _strays,
    "imports": verify_imports,
    "pending_cases": verify_pending,
    "cases": verify_cases,
    "letters": verify_letters,
    "holdings": verify_holdings,
    "days": verify_days,
    "reveals": verify_reveals,
    "cells": _read_whole,
}
_RAW: dict[str, Callable[[Reads, Discrepancies], Awaitable[None]]] = {"keys": verify_keys, "spelling": verify_spelling}
