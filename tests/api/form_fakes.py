"""Forms in memory: the ports `FormRows` and `FormRecorder`, with their MUSTs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reuse_gateway.application.form_ports import FormEvent, FormEventKind, IssuedSecret
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import Conflict, StoreError
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.registered_form import FormState, FormVersion, RecordedForm


@dataclass
class MemoryForms:
    """Versions and events in the order recorded; `broken` makes every call fail, `slow_s` makes every read wait."""

    versions: list[RecordedForm] = field(default_factory=list)
    happened: dict[str, FormEvent] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)
    broken: StoreError | None = None
    slow_s: float = 0.0

    async def newest(self, form_id: str) -> RecordedForm | None:
        return await self._last(form_id)

    async def published(self, form_id: str, version: str | None = None) -> RecordedForm | None:
        return await self._last(form_id, FormState.PUBLISHED, version)

    async def history(self, form_id: str) -> Sequence[RecordedForm]:
        await self._gate()
        return [each for each in self.versions if each.form.id == form_id]

    async def listing(self, after: str, limit: int, agency: str = "") -> Sequence[RecordedForm]:
        await self._gate()
        newest = {each.form.id: each for each in self.versions}
        found = [newest[id] for id in sorted(newest) if id > after and agency in ("", newest[id].form.agency)]
        return found[:limit]

    async def origins(self) -> frozenset[str]:
        await self._gate()
        newest = {each.form.id: each.form for each in self.versions if each.form.state is FormState.PUBLISHED}
        return frozenset(origin for form in newest.values() for origin in form.origins)

    async def event(self, id: str) -> FormEvent | None:
        await self._gate()
        return self.happened.get(id)

    async def secrets(self, form_id: str) -> Sequence[IssuedSecret]:
        await self._gate()
        events = (each for each in self.happened.values() if each.kind is FormEventKind.SECRET and each.form_id == form_id)
        return [
            IssuedSecret(
                form_id, int(each.says["serial"]), str(each.says["kid"]), each.at,
                datetime.fromisoformat(str(each.says["previous_until"])),
            )
            for each in events
        ]  # fmt: skip

    async def record_form(self, form: FormVersion, events: Sequence[Event] = ()) -> Position:
        await self._gate()
        if any((each.form.id, each.form.revision) == (form.id, form.revision) for each in self.versions):
            raise Conflict(code="already_recorded")
        self.versions.append(RecordedForm(form, len(self.versions)))
        self.told += events
        return Position(len(self.versions) - 1, len(self.versions))

    async def record_form_event(self, event: FormEvent) -> Position:
        await self._gate()
        if event.id in self.happened:
            raise Conflict(code="already_recorded")
        self.happened[event.id] = event
        return Position(len(self.happened) - 1, len(self.happened))

    async def _last(self, form_id: str, state: FormState | None = None, version: str | None = None) -> RecordedForm | None:
        await self._gate()
        found = [each for each in self.versions if each.form.id == form_id and state in (None, each.form.state)]
        return next((each for each in reversed(found) if version in (None, each.form.version)), None)

    async def _gate(self) -> None:
        if self.slow_s:
            await asyncio.sleep(self.slow_s)
        if self.broken:
            raise self.broken
