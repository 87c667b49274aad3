"""Small cells kept from the public (che ô nhỏ): rows about a few people, and those that give them back. Pure.

Every row parts its papers into cells that have none in common; a difference of two published numbers is a sum of such cells.
A row is hidden when any of its cells holds fewer than `least` papers but not none; then rows are hidden beside it, the smallest
first, until every cell of the hidden ones together is empty or large enough (so never one alone). Where that cannot be reached
the whole is hidden too: what the whole leaves over the published rows must tell of nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cells = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What the public may see. `whole` None = hidden as well."""

    rows: Mapping[str, Cells]
    hidden: tuple[str, ...]
    whole: Cells | None


def published(rows: Mapping[str, Cells], least: int) -> Published:
    """Which rows and whether their sum may be told. All rows MUST have as many cells."""
    hidden = {key for key, cells in rows.items() if not _safe(cells, least)}
    waiting = sorted((key for key in rows if key not in hidden), key=lambda key: (sum(rows[key]), key))
    while hidden and waiting and not _covered([rows[key] for key in hidden], least):
        hidden.add(waiting.pop(0))
    told = {key: cells for key, cells in sorted(rows.items()) if key not in hidden}
    covered = not hidden or _covered([rows[key] for key in hidden], least)
    return Published(told, tuple(sorted(hidden)), _sum(list(rows.values())) if covered and rows else None)


def _covered(hidden: Sequence[Cells], least: int) -> bool:
    return _safe(_sum(hidden), least)


def _safe(cells: Cells, least: int) -> bool:
    return all(cell == 0 or cell >= least for cell in cells)


def _sum(rows: Sequence[Cells]) -> Cells:
    return tuple(map(sum, zip(*rows, strict=True)))
