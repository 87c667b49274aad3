"""Port `CitizenReads`: checks about one person by keyed pseudonym, and what people asked; as signed or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from reuse_gateway.application.citizen_ports import RequestFilter
from reuse_gateway.domain.check import Position, RecordedCheck
from reuse_gateway.domain.citizen_request import RecordedRequest, RequestKind, RequestState
from reuse_gateway.storage.archive import altered, unaltered
from reuse_gateway.storage.citizen_json import ANSWER, REQUEST, answer_of, leaf, request_of
from reuse_gateway.storage.events import without_events
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import checks, ledger_checkpoints, ledger_leaves
from reuse_gateway.storage.tables_citizens import citizen_answers, citizen_requests

_asked, _answered = citizen_requests.c, citizen_answers.c


class StoredCitizens:
    """Reads by pseudonym and by key; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def checks_of(self, subjects: Sequence[str], before: int, limit: int) -> Sequence[RecordedCheck]:
        """Checks about any of these pseudonyms, the newest first, below ledger index `before`."""
        at = checks.c.leaf_index
        size = select(func.min(ledger_checkpoints.c.size)).where(ledger_checkpoints.c.size > at).scalar_subquery()
        wanted = select(at, checks.c.body, ledger_leaves.c.entry, size.label("size"))
        wanted = wanted.outerjoin(ledger_leaves, ledger_leaves.c.leaf_index == at)
        wanted = wanted.where(checks.c.subject.in_(subjects), at < before).order_by(at.desc()).limit(limit)
        rows = await self._reads.rows(wanted)
        return [RecordedCheck(unaltered(row), Position(row.leaf_index, row.size)) for row in rows]

    async def request(self, request_id: str) -> RecordedRequest | None:
        """One request by its id."""
        row = await self._reads.first(_requests().where(_asked.request_id == request_id))
        return _recorded(row) if row else None

    async def requests_of(self, subjects: Sequence[str], before: int, limit: int) -> Sequence[RecordedRequest]:
        """Requests made under any of these pseudonyms, the newest first, below ledger index `before`."""
        return await self._page((_asked.subject.in_(subjects),), before, limit)

    async def reports(self, check_id: str) -> Sequence[RecordedRequest]:
        """Reports from the receipt of this check, the oldest first."""
        wanted = _requests().where(_asked.check_id == check_id, _asked.kind == RequestKind.REPORT.value)
        return [_recorded(row) for row in await self._reads.rows(wanted.order_by(_asked.leaf_index))]

    async def requests(self, wanted: RequestFilter, before: int, limit: int) -> Sequence[RecordedRequest]:
        """The newest first, below ledger index `before`."""
        return await self._page(tuple(_filters(wanted)), before, limit)

    async def _page(self, filters: tuple[ColumnElement[bool], ...], before: int, limit: int) -> Sequence[RecordedRequest]:
        wanted = _requests().where(*filters, _asked.leaf_index < before).order_by(_asked.leaf_index.desc())
        return [_recorded(row) for row in await self._reads.rows(wanted.limit(limit))]


def _filters(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.agency is not None:
        found.append(_asked.agency == wanted.agency)
    if wanted.kind is not None:
        found.append(_asked.kind == wanted.kind)
    if wanted.unreported:
        found.append(or_(_asked.kind != RequestKind.REPORT, _asked.agency.not_in(wanted.unreported)))
    if wanted.state is RequestState.ANSWERED:
        found.append(_answered.request_id.is_not(None))
    elif wanted.state is not None:
        late = _asked.due_on < wanted.today
        found += [_answered.request_id.is_(None), late if wanted.state is RequestState.OVERDUE else ~late]
    return found


def _requests() -> Select[Any]:
    leaves, answers = ledger_leaves, ledger_leaves.alias("answer_leaves")
    joined = citizen_requests.outerjoin(leaves, leaves.c.leaf_index == _asked.leaf_index)
    joined = joined.outerjoin(citizen_answers, _answered.request_id == _asked.request_id)
    joined = joined.outerjoin(answers, answers.c.leaf_index == _answered.leaf_index)
    told = (
        _asked.leaf_index,
        _asked.body,
        leaves.c.entry,
        _answered.body.label("answer"),
        answers.c.entry.label("answer_entry"),
    )
    return select(*told).select_from(joined)


def _recorded(row: Row[Any]) -> RecordedRequest:
    _unaltered(REQUEST, row.body, row.entry, row.leaf_index)
    if row.answer is None:
        return RecordedRequest(request_of(row.body), row.leaf_index)
    _unaltered(ANSWER, row.answer, row.answer_entry, row.leaf_index)
    return RecordedRequest(request_of(row.body), row.leaf_index, answer_of(row.answer))


def _unaltered(kind: str, body: str, entry: bytes | None, index: int) -> None:
    try:
        expected = leaf(kind, body)
    except (ValueError, KeyError, TypeError):
        raise altered(index) from None
    if entry is None or without_events(bytes(entry)) != expected:
        raise altered(index)
