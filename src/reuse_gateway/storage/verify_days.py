"""Counted days held against a count of everything below the mark; rows below it are themselves held against their leaves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, except_, literal, or_, select, union_all

from reuse_gateway.storage.discrepancies import Discrepancies
from reuse_gateway.storage.dossier_days import all_dossier_days
from reuse_gateway.storage.fold_days import folded_below, recorded_below
from reuse_gateway.storage.reuse_days import all_reuse_days
from reuse_gateway.storage.tables_days import FOLD, dossier_days, folds, reuse_days
from reuse_gateway.storage.verifying_reads import VerifyingReads

_MARK = select(folds.c.below).where(folds.c.name == FOLD).scalar_subquery()


async def verify_days(reads: VerifyingReads, _size: int, found: Discrepancies) -> None:
    """Both tables and the mark; each in one statement, so that a fold at work is no finding. Raises StoreError."""
    below = await folded_below(reads)
    size = await recorded_below(reads)
    if not 0 <= below <= size or len(await reads.rows(select(folds.c.name))) != 1:
        found.add("days_mark", below, f"one mark within {size}", below)
    for table, counted in ((reuse_days, all_reuse_days), (dossier_days, all_dossier_days)):
        with found.part(f"days of {table.name}"):
            for row in await reads.rows(_differing(table, counted(_MARK, reads.dialect))):
                place = " ".join(map(str, row[1 : 1 + len(table.primary_key)]))
                told = "in the rows" if row[0] else "nowhere in the rows"
                found.add("days_changed", below, f"{table.name} {place} {told}", list(row[1 + len(table.primary_key) :]))


def _differing(table: Table, counted: Select[Any]) -> Select[Any]:
    """Rows of the one that the other has not got; 1 in front: counted, 0: kept."""
    names = [column.name for column in table.columns]
    places = {column.name for column in table.primary_key}
    whole = counted.cte("counted")
    ours = select(*(whole.c[name] for name in names))
    kept = select(table).where(or_(*(column != 0 for column in table.columns if column.name not in places)))
    missing, strange = except_(ours, kept).subquery("missing"), except_(kept, ours).subquery("strange")
    both = union_all(select(literal(1).label("is_counted"), missing), select(literal(0).label("is_counted"), strange)).subquery(
        "both"
    )
    return select(both).limit(100)
