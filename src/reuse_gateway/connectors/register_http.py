"""Port `Register` over a source's own protocol: pages of a window, details record by record, marks. On a line of its own."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from reuse_gateway.application.holdings_ports import RegisterFacts, RegisterPage, RegisterTrouble
from reuse_gateway.connectors.dates import spell
from reuse_gateway.connectors.lines import Line
from reuse_gateway.connectors.lookups import Then
from reuse_gateway.connectors.manifest import Limits, Manifest, index_of
from reuse_gateway.connectors.placeholders import Inputs, MissingInput
from reuse_gateway.connectors.protocols import PROTOCOLS
from reuse_gateway.connectors.register_reading import announced, unread
from reuse_gateway.connectors.sync_facts import SyncCall, SyncPart
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.announcement import Announced
from reuse_gateway.domain.holding import Doubt
from reuse_gateway.domain.register_cursor import Window
from reuse_gateway.domain.subject import PartialDate

_LASTING = (Doubt.SOURCE_DENIED, Doubt.INSUFFICIENT_SUBJECT_DATA)


class CalledRegister:
    """Asks as the manifest's `sync` says. `agency` is who reads: the province itself."""

    def __init__(self, manifest: Manifest, facts: SyncPart, listing: SyncCall, line: Line, agency: str) -> None:
        self._manifest, self._sync, self._list, self._line, self._agency = manifest, facts, listing, line, agency
        self._protocol = PROTOCOLS[manifest.protocol]

    @property
    def facts(self) -> RegisterFacts:
        """What the reader must know."""
        sync = self._sync
        return RegisterFacts(
            source=self._manifest.id,
            facts=self._manifest.digest,
            streams=sync.streams,
            rhythm=sync.rhythm,
            every_s=sync.every_s,
            marks=sync.received is not None,
            drains=sync.drains,
            most_pages=sync.most_pages,
            index=index_of(self._manifest),
        )

    async def page(self, stream: str, window: Window, page: int) -> RegisterPage:
        """The page (0 = the first), with the details of its records. Raises RegisterTrouble."""
        sync, inputs = self._sync, self._inputs(stream, window)
        inputs |= {"page": str(sync.first + sync.step * page)}
        then, body = await self._asked(self._list, inputs)
        if then is Then.ABSENT:
            return RegisterPage((), True, 0 if page == 0 else None)
        rows = _rows(self._list, body)
        shown = [(row, await self._record(row, inputs, window)) for row in rows]
        last = sync.size is None or len(rows) < sync.size
        # What was not shown whole has not been received.
        marks = tuple(self._key(row) for row, (_, whole) in shown if whole) if sync.received else ()
        records = tuple(record for _, (record, _) in shown if record is not None)
        return RegisterPage(records, last, _total(self._list, body), len(rows), marks)

    async def received(self, stream: str, marks: tuple[str, ...]) -> None:
        """The source takes note; raises RegisterTrouble."""
        if self._sync.received is not None:
            told = {"stream": stream, "references": ";".join(marks)}
            await self._asked(self._sync.received, self._about_us() | told)

    async def aclose(self) -> None:
        """Close its line."""
        await self._line.aclose()

    async def _record(self, row: dict[str, Any], inputs: Inputs, window: Window) -> tuple[Announced | None, bool]:
        """The record of a row and whether it was shown; None where it is none yet: the source lists it again when it is."""
        detail = self._sync.detail
        if detail is None:
            return announced(self._manifest, self._sync, row, {}, window.first), True
        key = self._key(row)
        then, body = await self._asked(detail, {**inputs, "reference": key})
        if then is Then.NOT_READY:
            return None, False
        shown = _rows(detail, body) if then is Then.FOUND else []
        if len(shown) != 1:
            return unread(self._sync, row, window.first), False
        return announced(self._manifest, self._sync, row, shown[0], window.first), True

    def _key(self, row: dict[str, Any]) -> str:
        key = self._sync.key.text_at(row) if self._sync.key else None
        if not key:
            raise RegisterTrouble("bad_answer")
        return key

    def _about_us(self) -> dict[str, str]:
        return {"purpose.agency": self._agency, "purpose.officer": self._agency, "request_id": uuid.uuid4().hex}

    def _inputs(self, stream: str, window: Window) -> dict[str, str]:
        days = {"first": window.first, "last": window.last}
        told = {
            f"window.{end}|{shape}": spell(PartialDate(day.year, day.month, day.day), shape) or ""
            for end, day in days.items()
            for shape in ("iso", "yyyymmdd", "ddmmyyyy")
        }
        size = {"size": str(self._sync.size)} if self._sync.size else {}
        return {**self._about_us(), **told, **size, "stream": stream}

    async def _asked(self, call: SyncCall, inputs: Inputs) -> tuple[Then, Any]:
        """What the answer means; what no rule matches means nothing, and is trouble."""
        try:
            async with asyncio.timeout(self._sync.timeout_s):
                then, body = await self._exchange(call, inputs)
        except MissingInput:
            raise RegisterTrouble("insufficient_input", retryable=False) from None
        except TimeoutError:
            raise RegisterTrouble(Doubt.SOURCE_TIMED_OUT) from None
        except Trouble as trouble:
            raise RegisterTrouble(trouble.doubt, retryable=trouble.doubt not in _LASTING) from None
        if then in (Then.DENIED, Then.REAUTHENTICATE):
            raise RegisterTrouble(Doubt.SOURCE_DENIED, retryable=False)
        if then is Then.RETRY:
            raise RegisterTrouble(Doubt.SOURCE_UNAVAILABLE)
        if then not in (Then.FOUND, Then.ABSENT, Then.NOT_READY):
            raise RegisterTrouble(Doubt.BAD_ANSWER)
        if then is Then.NOT_READY and call is not self._sync.detail:
            raise RegisterTrouble(Doubt.NOT_READY)
        return then, body

    async def _exchange(self, call: SyncCall, inputs: Inputs) -> tuple[Then | None, Any]:
        deadline = asyncio.get_running_loop().time() + self._sync.timeout_s
        question = self._protocol.compose(call, inputs)
        answer, shown = await self._line.carry(question, deadline)
        then, body = self._protocol.understand(call, answer)
        if then is Then.REAUTHENTICATE and self._line.refused(shown):
            answer, _ = await self._line.carry(question, deadline)
            then, body = self._protocol.understand(call, answer)
        return then, body


def limits_of(manifest: Manifest, facts: SyncPart) -> Limits:
    """Of the register's own line: one call at a time, larger answers, and nothing of the limits that checks live by."""
    asked = {"timeout_s": facts.timeout_s, "response_bytes": facts.response_bytes, "max_in_flight": 1, "retries": 0}
    return manifest.limits.model_copy(update=asked)


def _rows(call: SyncCall, body: Any) -> list[dict[str, Any]]:
    """Records of a page; a page that is built otherwise is trouble, never empty."""
    found = call.records.read(body) if call.records else None
    rows = [found] if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RegisterTrouble(Doubt.BAD_ANSWER)
    return rows


def _total(call: SyncCall, body: Any) -> int | None:
    if call.total is None:
        return None
    told = call.total.text_at(body) or ""
    if not (told.isascii() and told.isdigit() and len(told) < 10):
        raise RegisterTrouble(Doubt.BAD_ANSWER)
    return int(told)
