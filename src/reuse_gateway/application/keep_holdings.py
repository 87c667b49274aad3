"""Put announced records into the holdings index: once each, under pseudonyms, with the counts that absence rests on."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reuse_gateway.application.holdings_ports import HoldingsIndex, HoldingsRecorder, IndexBatch, KeyedNames
from reuse_gateway.application.ports import Claim, Clock, Ids
from reuse_gateway.domain.announcement import Announced, IndexedPaper, Standing, newest
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import Conflict, StoreError
from reuse_gateway.domain.holdings_index import Count, IndexHead, tallied

_TRIES = 8
Advance = Callable[[IndexHead], IndexHead]


@dataclass(frozen=True, slots=True)
class Origin:
    """Who brings the records: a client that announces, or the gateway itself that reads a register."""

    source: str
    client_id: str
    agency: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What one call wrote; `new` rows. `position` None = there was nothing to write."""

    position: Position | None
    new: int
    head: IndexHead


@dataclass(frozen=True, slots=True)
class KeepHoldings:
    """Each batch takes the next number of its source: two writers never build on the same knowledge of the index."""

    index: HoldingsIndex
    recorder: HoldingsRecorder
    names: KeyedNames
    clock: Clock
    ids: Ids
    _turns: dict[str, asyncio.Lock] = field(default_factory=dict, repr=False)

    async def __call__(
        self,
        origin: Origin,
        records: Sequence[Announced],
        advance: Advance | None = None,
        *,
        claim: Claim | None = None,
        report: Mapping[str, Any] | None = None,
        quiet: bool = False,
    ) -> Kept:
        """Durable when it returns. Nothing new, nothing to `advance` and no report: nothing is written. `quiet`: an advance
        alone is not worth a batch.

        Raises Conflict where the claim is taken, what `advance` raises, and StoreError. `advance` is asked anew whenever
        somebody else was faster.
        """
        async with self._turns.setdefault(origin.source, asyncio.Lock()):
            for _ in range(_TRIES):
                try:
                    return await self._try(origin, records, advance, claim, report, quiet)
                except Conflict:
                    if claim and await self.index.claimed(claim.client_id, claim.key):
                        raise
        raise StoreError("the index is written to by too many at once")

    async def _try(
        self,
        origin: Origin,
        records: Sequence[Announced],
        advance: Advance | None,
        claim: Claim | None,
        report: Mapping[str, Any] | None,
        quiet: bool,
    ) -> Kept:
        head = await self.index.head(origin.source)
        moved = advance(head) if advance else head
        rows, tally = await self._rows(origin.source, records, head, present=advance is not None)
        if not rows and report is None and (quiet or moved == head):
            return Kept(None, 0, head)
        at = self.clock.now()
        said = moved.announced_at if advance else at
        after = replace(moved, number=head.number + 1, tally=tally, announced_at=said)
        batch = IndexBatch(self.ids.new("hld"), at, origin.client_id, origin.agency, after, rows, claim, report)
        return Kept(await self.recorder.record_holdings(batch), len(rows), after)

    async def _rows(
        self, source: str, records: Sequence[Announced], head: IndexHead, *, present: bool
    ) -> tuple[tuple[IndexedPaper, ...], Mapping[str, Count]]:
        """What is not there yet, and the counts with it. A record keeps the name under which it was seen first."""
        named = [(record, self.names.every(f"ref {source} {record.reference}")) for record in records]
        known: dict[str, list[IndexedPaper]] = defaultdict(list)
        for row in await self.index.versions(source, {ref for _, refs in named for ref in refs}):
            known[row.ref].append(row)
        fresh: list[IndexedPaper] = []
        tally = head.tally
        for record, refs in named:
            ref = next((each for each in refs if each in known), refs[0])
            before = known.get(ref, [])
            added = _added(before, self._indexed(source, ref, record, seen=bool(before)), present=present)
            if added:
                # Within one batch order stands for what the ledger index says between batches.
                known[ref] = [*before, *(replace(row, version=_NOW) for row in added)]
                tally = tallied(tally, before, known[ref])
                fresh += added
        return tuple(fresh), tally

    def _indexed(self, source: str, ref: str, record: Announced, *, seen: bool) -> list[IndexedPaper]:
        """The rows of one version. One that proves nothing any more leaves a row that says so, where it proved something."""
        rows = {
            IndexedPaper(
                source=source,
                ref=ref,
                owner=self._owner(paper.owner),
                evidence_type=paper.evidence_type,
                standing=paper.standing,
                result_code=paper.result_code,
                issued_on=paper.issued_on,
                expires_on=paper.expires_on,
                changed_at=record.changed_at,
            )
            for paper in record.papers
        }
        if not rows and seen:
            blank = IndexedPaper(source, ref, None, "", Standing.REVOKED, None, None, None, record.changed_at)
            return [blank]
        return sorted(rows, key=_order)

    def _owner(self, owner: str | None) -> str | None:
        return self.names.every(f"owner {owner}")[0] if owner else None


_NOW = 1 << 62


def _added(before: Sequence[IndexedPaper], told: Sequence[IndexedPaper], *, present: bool) -> Sequence[IndexedPaper]:
    """What of one version is new. A register shows how a record stands at present, so one that differs from the newest
    version replaces it, though its day of change be the same; a line that was announced before is nothing new.
    """
    last = [replace(row, version=-1) for row in newest(before)]
    if present and told and last and told[0].changed_at >= last[0].changed_at:
        return () if set(told) == set(last) else told
    known = {replace(row, version=-1) for row in before}
    return () if known.issuperset(told) else told


def _order(row: IndexedPaper) -> tuple[str, ...]:
    return row.evidence_type, row.owner or "", row.standing, str(row.issued_on), str(row.expires_on), row.result_code or ""
