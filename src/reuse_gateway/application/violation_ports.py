"""What looking for violations needs from the world, beside `ports.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.domain.violation_query import Key, Phrase, Query


@dataclass(frozen=True, slots=True)
class PageEnd:
    """The last violation of a page: the next one begins beyond it."""

    made_at: datetime
    violation_id: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name as it is searched: what kind of thing has it, which code, the folded name with the code in front."""

    key: Key
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Sought:
    """A query with its words resolved: for each phrase, the codes of the names that say it."""

    query: Query
    meant: Mapping[Phrase, Mapping[Key, frozenset[str]]]
    below: int | None = None


Cell = str | int | bool | None


@dataclass(frozen=True, slots=True)
class CellPage:
    """So many violations column by column, every column `count` cells long. `end`: where the next begins; None = no next."""

    columns: tuple[Sequence[Cell], ...]
    count: int
    end: PageEnd | None


class Violations(Protocol):
    """Violations as they have been recorded; every method raises StoreError."""

    async def page(self, sought: Sought, after: PageEnd | None, limit: int) -> Sequence[RecordedViolation]:
        """The latest made first (ids decide between equals), beyond `after`, at most `limit`.

        `sought.below`: only what stood in the ledger before this index, so that a long walk sees one state.
        """
        ...

    async def cells(self, sought: Sought, columns: Sequence[str], tz: str, after: PageEnd | None, limit: int) -> CellPage:
        """The same as cells of a table: instants in ISO 8601 to the second with the offset of `tz`, citations one behind
        the other, nothing as None.
        """
        ...

    async def size(self) -> int:
        """How far the ledger reaches now: what is recorded later has this index or a higher one."""
        ...


class Names(Protocol):
    """Published names: of agencies, procedures, papers, sources and types of violation."""

    async def names(self) -> Sequence[Named]:
        """Every name known now, of every version; raises StoreError."""
        ...
