"""Registered forms at rest: port `FormRows`, and `FormRecorder` over the one writer."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, func, select

from reuse_gateway.application.form_ports import FormEvent, FormEventKind, IssuedSecret
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.registered_form import FormState, FormVersion, RecordedForm
from reuse_gateway.storage.events import beside
from reuse_gateway.storage.form_json import event_append, event_of, version_append, version_of
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_forms import form_events, form_versions

_LARGE, _MOST_PARSED = 100_000, 64
_kept, _happened = form_versions.c, form_events.c


class StoredForms:
    """Reads by key; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._parsed: OrderedDict[tuple[str, int], RecordedForm] = OrderedDict()

    async def newest(self, form_id: str) -> RecordedForm | None:
        """The version recorded last."""
        return await self._first(_kept.form_id == form_id)

    async def published(self, form_id: str, version: str | None = None) -> RecordedForm | None:
        """The version published last, or the last one that its builder calls so."""
        named = [_kept.version == version] if version is not None else []
        return await self._first(_kept.form_id == form_id, _kept.state == FormState.PUBLISHED.value, *named)

    async def history(self, form_id: str) -> Sequence[RecordedForm]:
        """All versions, the oldest first."""
        wanted = select(form_versions).where(_kept.form_id == form_id).order_by(_kept.revision)
        return [await _recorded(row) for row in await self._reads.rows(wanted)]

    async def listing(self, after: str, limit: int, agency: str = "") -> Sequence[RecordedForm]:
        """The newest version of each form of this agency (empty = of any), in order of id, beyond `after`."""
        newest = select(_kept.form_id, func.max(_kept.revision).label("revision")).where(_kept.form_id > after)
        last = newest.group_by(_kept.form_id).subquery()
        beside = form_versions.join(last, and_(_kept.form_id == last.c.form_id, _kept.revision == last.c.revision))
        wanted = select(form_versions).select_from(beside).order_by(_kept.form_id).limit(limit)
        if agency:
            wanted = wanted.where(_kept.agency == agency)
        return [await _recorded(row) for row in await self._reads.rows(wanted)]

    async def origins(self) -> frozenset[str]:
        """Every origin that some published form names."""
        published = select(_kept.form_id, func.max(_kept.revision).label("revision"))
        last = published.where(_kept.state == FormState.PUBLISHED.value).group_by(_kept.form_id).subquery()
        beside = form_versions.join(last, and_(_kept.form_id == last.c.form_id, _kept.revision == last.c.revision))
        rows = await self._reads.rows(select(_kept.origins).distinct().select_from(beside))
        return frozenset(origin for row in rows for origin in row.origins.split())

    async def event(self, id: str) -> FormEvent | None:
        """What happened under this id."""
        row = await self._reads.first(select(form_events).where(_happened.event_id == id))
        return row and event_of(row.body)

    async def secrets(self, form_id: str) -> Sequence[IssuedSecret]:
        """Every secret ever issued for a form, in order of serial."""
        wanted = select(form_events).where(_happened.form_id == form_id, _happened.kind == FormEventKind.SECRET.value)
        events = [event_of(row.body) for row in await self._reads.rows(wanted)]
        return sorted(map(_issue, events), key=lambda issue: issue.serial)

    async def _first(self, *conditions: Any) -> RecordedForm | None:
        """Versions never change, so the one that is asked for all day is read and parsed once."""
        at = await self._reads.first(
            select(_kept.form_id, _kept.revision).where(*conditions).order_by(_kept.revision.desc()).limit(1)
        )
        if at is None:
            return None
        key = (at.form_id, at.revision)
        if key not in self._parsed:
            row = await self._reads.first(select(form_versions).where(_kept.form_id == key[0], _kept.revision == key[1]))
            if row is None:
                return None
            self._parsed[key] = await _recorded(row)
            while len(self._parsed) > _MOST_PARSED:
                self._parsed.popitem(last=False)
        return self._parsed[key]


class FormLedger:
    """Port `FormRecorder`: one leaf with its row, durable when it returns; raises StoreError, Conflict."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def record_form(self, form: FormVersion, events: Sequence[Event] = ()) -> Position:
        """A version and the events that tell of it; raises Conflict(`already_recorded`) when its revision is taken."""
        return await self._writer.append(beside(version_append(form), events))

    async def record_form_event(self, event: FormEvent) -> Position:
        """An event; raises Conflict(`already_recorded`) when its id is taken."""
        return await self._writer.append(event_append(event))


async def _recorded(row: Row[Any]) -> RecordedForm:
    """A definition of a megabyte takes some ten milliseconds to read: others get their turn meanwhile."""
    form = await asyncio.to_thread(version_of, row.body) if len(row.body) > _LARGE else version_of(row.body)
    return RecordedForm(form, row.leaf_index)


def _issue(event: FormEvent) -> IssuedSecret:
    says = event.says
    until = datetime.fromisoformat(str(says["previous_until"]))
    return IssuedSecret(event.form_id, int(says["serial"]), str(says["kid"]), event.at, until)
