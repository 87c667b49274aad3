"""Keeping filters: a change names the revision it was made from, so that nobody overwrites what he has not read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.check import Caller, Position
from reuse_gateway.domain.errors import BadQuery, CallerError, Conflict, NotAllowed
from reuse_gateway.domain.query_language import nearest, parse_query
from reuse_gateway.domain.saved_filter import SavedFilter, is_name
from reuse_gateway.domain.violation_query import Query

_MOST_NAMED = 200


class FilterLog(Protocol):
    """Revisions of filters, insert-only; every method raises StoreError."""

    async def newest(self, name: str, agency: str) -> SavedFilter | None:
        """The newest revision in this body's province, withdrawn or not; None = never heard of."""
        ...

    async def listing(self, agency: str, limit: int) -> Sequence[SavedFilter]:
        """The newest revision of each that stands in this body's province, in order of name."""
        ...

    async def record_filter(self, saved: SavedFilter) -> Position:
        """One more revision and its leaf. Raises Conflict when the number is taken."""
        ...


@dataclass(frozen=True, slots=True)
class KeepFilters:
    """Adds revisions."""

    log: FilterLog
    clock: Clock

    async def meant(self, name: str, agency: str) -> tuple[SavedFilter, Query]:
        """The filter that stands under a name for this body, read; raises BadQuery (with the names that stand), StoreError."""
        found = await self.log.newest(name, agency) if is_name(name) else None
        if found is None or found.withdrawn:
            names = [each.name for each in await self.log.listing(agency, _MOST_NAMED)]
            raise BadQuery("unknown_saved_filter", 0, nearest(name, names) or tuple(names[:20]), "/query/filter")
        try:
            return found, parse_query(found.line)
        except BadQuery as refused:
            raise BadQuery(refused.fault, refused.at, refused.suggestions, "/query/filter") from None

    async def __call__(
        self, caller: Caller, name: str, line: str, title: str, expected: Callable[[int | None], bool], withdrawn: bool = False
    ) -> SavedFilter:
        """Raises BadQuery, NotAllowed(`not_your_filter`), CallerError(`precondition_failed`), StoreError.

        A name belongs to the agency that took it first, until one above it changes it: then to that one, for good. So nobody
        below undoes what those above him wrote, nor takes a name that they withdrew.
        """
        parse_query(line)
        kept = await self.log.newest(name, caller.agency)
        if kept and not kept.changed_by(caller.agency):
            raise NotAllowed(code="not_your_filter")
        standing = kept.revision if kept and not kept.withdrawn else None
        if not expected(standing):
            raise CallerError(code="precondition_failed")
        revision = (kept.revision if kept else 0) + 1
        saved = SavedFilter(name, revision, line, title, self.clock.now(), caller.client_id, caller.agency, withdrawn)
        try:
            await self.log.record_filter(saved)
        except Conflict:
            raise CallerError(code="precondition_failed") from None
        return saved
