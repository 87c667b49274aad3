"""`ledger verify`: everything derived anew in the order of the index, page by page, with flat memory; trusts no stored hash."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Table, and_, func, or_, select, tuple_

from reuse_gateway.storage.discrepancies import Discrepancies, Discrepancy
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import (
    checks,
    idempotency_claims,
    ledger_checkpoints,
    ledger_leaves,
    ledger_subtrees,
)
from reuse_gateway.storage.verify_cases import verify_cases
from reuse_gateway.storage.verify_days import verify_days
from reuse_gateway.storage.verify_demands import verify_pending
from reuse_gateway.storage.verify_holdings import verify_holdings
from reuse_gateway.storage.verify_imports import verify_imports
from reuse_gateway.storage.verify_keys import verify_keys
from reuse_gateway.storage.verify_letters import verify_letters
from reuse_gateway.storage.verify_reveals import verify_reveals
from reuse_gateway.storage.verify_rows import BOUND, RowCheck
from reuse_gateway.storage.verify_schema import verify_schema
from reuse_gateway.storage.verify_spelling import verify_spelling
from reuse_gateway.storage.verify_times import TimeCheck
from reuse_gateway.storage.verify_tree import OpenNote, TreeCheck

PAGE = 2_048
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
    size = int((await reads.rows(select(func.coalesce(func.max(ledger_checkpoints.c.size), 0))))[0][0])
    tree, times, rows = TreeCheck(open_note, found), TimeCheck(found), RowCheck(found)
    tree.keep(kept)
    await _checkpoints(reads, tree, times, -1, 0)
    for start in range(0, size, PAGE):
        end = min(start + PAGE, size)
        await _page(reads, tree, times, rows, start, end)
        progress(end, size)
    tree.end(size)
    await _strays(reads, found)
    await verify_imports(reads, found)
    await verify_pending(reads, found)
    await verify_cases(reads, size, found)
    await verify_letters(reads, size, found)
    await verify_holdings(reads, size, found)
    await verify_days(reads, found)
    await verify_reveals(reads, size, found)
    await verify_keys(reads, found)
    await verify_spelling(reads, found)
    unseen = await verify_schema(reads, found)
    return Report(size, tree.frontier.root, tree.checkpoints, found.count, tuple(found.kept), unseen)


async def _page(reads: Reads, tree: TreeCheck, times: TimeCheck, rows: RowCheck, start: int, end: int) -> None:
    leaves = await reads.rows(_between(ledger_leaves, start, end))
    heads = {row.size: row for row in await reads.rows(_heads(start, end))}
    for leaf in leaves:
        tree.leaf(leaf)
        times.leaf(leaf)
        tree.compare_kept()
        if head := heads.pop(tree.frontier.size, None):
            tree.checkpoint(head)
            times.checkpoint(head)
    for head in heads.values():
        tree.checkpoint(head)
        times.checkpoint(head)
    completed = list(tree.completed)
    tree.subtrees(await reads.rows(_subtrees(completed)) if completed else ())
    rows.page(leaves, {table: await reads.rows(_between(table, start, end)) for table in BOUND})


async def _checkpoints(reads: Reads, tree: TreeCheck, times: TimeCheck, above: int, upto: int) -> None:
    tree.compare_kept()
    for head in await reads.rows(_heads(above, upto)):
        tree.checkpoint(head)
        times.checkpoint(head)


def _between(table: Table, start: int, end: int) -> Any:
    order = (table.c.leaf_index, table.c.position) if "position" in table.c else (table.c.leaf_index,)
    return select(table).where(table.c.leaf_index >= start, table.c.leaf_index < end).order_by(*order)


def _heads(above: int, upto: int) -> Any:
    size = ledger_checkpoints.c.size
    return select(ledger_checkpoints).where(size > above, size <= upto).order_by(size)


def _subtrees(completed: Sequence[tuple[int, int]]) -> Any:
    columns = ledger_subtrees.c
    return select(ledger_subtrees).where(tuple_(columns.level, columns.position).in_(completed))


async def _strays(reads: Reads, found: Discrepancies) -> None:
    """What lies outside the signed range, one statement each: a writer at work adds a leaf and its rows in one instant."""
    covered = select(func.max(ledger_checkpoints.c.size)).scalar_subquery()
    for table in (ledger_leaves, *BOUND):
        at = table.c.leaf_index
        for row in await reads.rows(select(at).where(or_(at >= covered, at < 0)).limit(100)):
            what = "leaf_without_checkpoint" if table is ledger_leaves else "row_without_leaf"
            found.add(what, row.leaf_index, "within the newest checkpoint", table.name)
    for row in await reads.rows(_strange_claims()):
        found.add("claim_without_check", row.leaf_index, "the check it was claimed for", row.check_id)
    level, position = ledger_subtrees.c.level, ledger_subtrees.c.position
    for row in await reads.rows(select(level, func.count(), func.max(position)).group_by(level)):
        await _subtree_count(reads, row, found)


async def _subtree_count(reads: Reads, row: Row[Any], found: Discrepancies) -> None:
    size = (await reads.rows(select(func.max(ledger_checkpoints.c.size))))[0][0] or 0
    level, count, last = row
    if level % 8 or level <= 0 or count != last + 1 or last >= size >> level:
        found.add("subtree_count", size, size >> level if level > 0 else 0, count)


def _strange_claims() -> Any:
    claims = idempotency_claims.c
    beside = idempotency_claims.outerjoin(checks, and_(checks.c.check_id == claims.check_id))
    wrong = or_(checks.c.leaf_index.is_(None), checks.c.leaf_index != claims.leaf_index)
    return select(claims.leaf_index, claims.check_id).select_from(beside).where(wrong).limit(100)
