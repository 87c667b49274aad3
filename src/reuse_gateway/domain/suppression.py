"""Small cells kept from the public (che ô nhỏ): rows about a few people, and those that give them back. Pure.

Every row parts its papers into cells that have none in common; a difference of two published numbers is a sum of such cells.
A row is hidden when any of its cells is about fewer than `least` different people but not about nobody: many papers of one
person are a large number about one. Then rows are hidden beside it, the smallest first, until every cell of the hidden ones
together is empty or large enough (so never one alone). One person may stand in several rows, so together they are as many
people as the row that has most. Where that is not enough the whole is hidden too: what it leaves over the published rows must
tell of nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cells = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Papers, and about how many different people they are at least; cell by cell."""

    papers: Cells
    people: Cells


@dataclass(frozen=True, slots=True)
class Published:
    """What the public may see. `whole` None = hidden as well."""

    rows: Mapping[str, Cells]
    hidden: tuple[str, ...]
    whole: Cells | None


def published(rows: Mapping[str, Row], least: int) -> Published:
    """Which rows and whether their sum may be told. All rows MUST have as many cells."""
    hidden = {key for key, row in rows.items() if not _safe([row], least)}
    waiting = sorted((key for key in rows if key not in hidden), key=lambda key: (sum(rows[key].papers), key))
    while hidden and waiting and not _safe([rows[key] for key in hidden], least):
        hidden.add(waiting.pop(0))
    told = {key: row.papers for key, row in sorted(rows.items()) if key not in hidden}
    covered = not hidden or _safe([rows[key] for key in hidden], least)
    whole = _sum([row.papers for row in rows.values()]) if covered and rows else None
    return Published(told, tuple(sorted(hidden)), whole)


def _safe(together: Sequence[Row], least: int) -> bool:
    """In every cell nobody, or at least so many people however the rows share them."""
    return all(most == 0 or most >= least for most in map(max, zip(*(row.people for row in together), strict=True)))


def _sum(rows: Sequence[Cells]) -> Cells:
    return tuple(map(sum, zip(*rows, strict=True)))
