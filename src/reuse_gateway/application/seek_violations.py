"""Looking for violations (tra cứu vi phạm): words become codes of published names, then the store is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reuse_gateway.application.violation_ports import CellPage, Named, Names, PageEnd, Sought, Violations
from reuse_gateway.domain.errors import BadQuery
from reuse_gateway.domain.query_language import nearest, place_of
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.domain.violation_query import Condition, Key, Phrase, Query

_PAGE = 2_000
_KNOWN = (Key.SOURCE, Key.EVIDENCE_TYPE)


@dataclass(frozen=True, slots=True)
class SeekViolations:
    """Pages for people, and whole walks for exports."""

    rows: Violations
    naming: Names

    async def page(self, query: Query, after: PageEnd | None, limit: int) -> tuple[Sequence[RecordedViolation], PageEnd | None]:
        """A page, the latest made first, and where the next begins; None = nothing more. Raises StoreError."""
        found = await self.rows.page(await self.sought(query), after, limit + 1)
        page = found[:limit]
        return page, _end(page[-1]) if len(found) > limit else None

    async def cells(self, query: Query, columns: Sequence[str], tz: str, below: int | None = None) -> AsyncIterator[CellPage]:
        """Everything below a ledger index as cells, page by page with flat memory; raises StoreError."""
        sought, after = await self.sought(query, below), None
        while True:
            page = await self.rows.cells(sought, columns, tz, after, _PAGE)
            if page.count:
                yield page
            if page.end is None:
                return
            after = page.end

    async def refuse_strange(self, query: Query, line: str = "") -> None:
        """Raises BadQuery (`unknown_value`, with what was meant) for a source or kind of paper that is in no fact and no row.

        A name typed wrong must not look like nothing found. The place is that of the term in `line`, which was read into the
        query; where it is none of the line's, that of the parameter. StoreError besides.
        """
        asked = [(key, value) for each in query.conditions if (key := each.key) in _KNOWN for value in each.values]
        named = await self.naming.names() if asked else ()
        for key, value in asked:
            known = tuple(sorted(name.code for name in named if name.key is key))
            begins = value.removesuffix("*")
            if any(code == value or (value != begins and code.startswith(begins)) for code in known):
                continue
            if not await self.rows.page(Sought(Query((Condition(key, (value,)),)), {}), None, 1):
                at = place_of(line, key, value)
                raise BadQuery("unknown_value", at, nearest(begins, known) or known, f"/query/{'q' if at else key}")

    async def sought(self, query: Query, below: int | None = None) -> Sought:
        """The query with its words resolved by the names known now."""
        names = await self.naming.names() if query.phrases else ()
        return Sought(query, {phrase: codes_meant(phrase, names) for phrase in query.phrases}, below)


def codes_meant(phrase: Phrase, names: Iterable[Named]) -> Mapping[Key, frozenset[str]]:
    """The codes, by kind, of the names that say these words, whole or, where the phrase says so, the last one's beginning."""
    wanted = f" {phrase.words} " if phrase.exact else f" {phrase.words}"
    found: dict[Key, set[str]] = defaultdict(set)
    for name in names:
        if wanted in f" {name.words} ":
            found[name.key].add(name.code)
    return {key: frozenset(codes) for key, codes in found.items()}


def _end(recorded: RecordedViolation) -> PageEnd:
    return PageEnd(recorded.violation.made_at, recorded.violation.id)
