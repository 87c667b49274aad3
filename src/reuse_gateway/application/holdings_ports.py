"""What keeping and asking the holdings index needs from the world; adapters are tested against the MUSTs here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from reuse_gateway.application.ports import Claim
from reuse_gateway.domain.announcement import Announced, IndexedPaper
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.holdings_index import IndexFacts, IndexHead
from reuse_gateway.domain.register_cursor import Rhythm, Window

INDEX_PURPOSE = "holdings"
"""What the index makes its pseudonyms for: no other purpose's can be compared with them."""


@dataclass(frozen=True, slots=True)
class IndexBatch:
    """One write to the index of one source: rows and how the index stands with them. `report` closes an announcement.

    `head.number` is this batch's own; nobody else can have it, so what was known when it was composed is still true.
    """

    id: str
    at: datetime
    client_id: str
    agency: str
    head: IndexHead
    rows: tuple[IndexedPaper, ...]
    claim: Claim | None = None
    report: Mapping[str, Any] | None = None


class HoldingsRecorder(Protocol):
    """The only writer, of batches."""

    async def record_holdings(self, batch: IndexBatch) -> Position:
        """Rows, head and leaf in one transaction, durable when it returns. Raises Conflict(`already_recorded`) where the
        number or the claim is taken, and StoreError.
        """
        ...


class HoldingsIndex(Protocol):
    """What stands in the index. Every method raises StoreError."""

    async def head(self, source: str) -> IndexHead:
        """After the newest batch."""
        ...

    async def versions(self, source: str, refs: Collection[str]) -> Sequence[IndexedPaper]:
        """Every version of these records."""
        ...

    async def standing(self, source: str, owners: Collection[str]) -> Sequence[IndexedPaper]:
        """Rows of these owners that belong to the newest version of their record."""
        ...

    async def claimed(self, client_id: str, key: str) -> tuple[bytes, Mapping[str, Any]] | None:
        """Fingerprint and report kept under an Idempotency-Key."""
        ...


class KeyedNames(Protocol):
    """Pseudonyms for one purpose, which no other purpose's can be compared with."""

    def every(self, identity: str) -> Sequence[str]:
        """Under each key that still lives, the newest first; MUST be empty for none."""
        ...


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of one window. `total`: records of the whole window as the source counts them; `marks` goes back to the
    source when the page is kept, and names records in its own words: in memory only.
    """

    records: tuple[Announced, ...]
    last: bool
    total: int | None = None
    count: int = 0
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterFacts:
    """How one register is read. `drains`: what was marked as received is not shown again, so the first page is asked anew.
    `as_of`: the instant for which it speaks, where that is not the instant at which it is read.
    """

    source: str
    facts: str
    streams: tuple[str, ...]
    rhythm: Rhythm
    every_s: float
    marks: bool = False
    drains: bool = False
    most_pages: int = 1_000
    index: IndexFacts | None = None
    as_of: datetime | None = None


class RegisterTrouble(Exception):
    """A register did not answer as it must; `code` is stable snake_case."""

    def __init__(self, code: str, *, retryable: bool = True) -> None:
        super().__init__(code)
        self.code, self.retryable = code, retryable


class Register(Protocol):
    """A source that is read by windows. Every method raises RegisterTrouble and nothing else."""

    @property
    def facts(self) -> RegisterFacts:
        """As of now; one round goes by what it was told at its beginning, and so MUST its pages."""
        ...

    async def page(self, stream: str, window: Window, page: int) -> RegisterPage:
        """The page (0 = the first). MUST NOT leave out a record it was sent: one that cannot be read is told as such."""
        ...

    async def received(self, stream: str, marks: tuple[str, ...]) -> None:
        """Tell the source that these records are kept; MUST be repeatable."""
        ...
