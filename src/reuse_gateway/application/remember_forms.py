"""Forms as they were last known (biểu mẫu đã biết): while the store is slow or away, forms known before go on being guarded."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from reuse_gateway.application.dialects import Dialect
from reuse_gateway.application.form_ports import FormEvent, FormRows, IssuedSecret
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.form import Form
from reuse_gateway.domain.registered_form import FormVersion, RecordedForm

Known = TypeVar("Known")
_MOST_KNOWN, _MOST_READ = 2_000, 64
# Characters of a definition from which on it is worth a thread.
LARGE = 100_000


class RememberForms:
    """Port `FormRows` over another one, with little patience. What is remembered is used only where the store is silent.

    What is not remembered yet is waited for longer: without it a form is not guarded at all.
    """

    def __init__(self, rows: FormRows, patience_s: float, first_s: float | None = None) -> None:
        self._rows, self._patience_s, self._first_s = rows, patience_s, first_s or patience_s
        self._known: OrderedDict[tuple[str, ...], Any] = OrderedDict()

    async def published(self, form_id: str, version: str | None = None) -> RecordedForm | None:
        """The version published last, or as it was known; raises StoreError."""
        return await self._asked(("published", form_id, version or ""), lambda: self._rows.published(form_id, version))

    async def secrets(self, form_id: str) -> Sequence[IssuedSecret]:
        """Every secret ever issued, as far as known; raises StoreError."""
        return await self._asked(("secrets", form_id), lambda: self._rows.secrets(form_id))

    async def origins(self) -> frozenset[str]:
        """Every origin of a published form, as far as known; raises StoreError."""
        return await self._asked(("origins",), self._rows.origins)

    async def newest(self, form_id: str) -> RecordedForm | None:
        """From the store alone: whoever changes a form must see it as it is."""
        return await self._rows.newest(form_id)

    async def history(self, form_id: str) -> Sequence[RecordedForm]:
        """From the store alone."""
        return await self._rows.history(form_id)

    async def listing(self, after: str, limit: int, agency: str = "") -> Sequence[RecordedForm]:
        """From the store alone."""
        return await self._rows.listing(after, limit, agency)

    async def event(self, id: str) -> FormEvent | None:
        """From the store alone."""
        return await self._rows.event(id)

    async def _asked(self, key: tuple[str, ...], ask: Callable[[], Awaitable[Known]]) -> Known:
        asked = asyncio.ensure_future(ask())
        await asyncio.wait({asked}, timeout=self._patience_s if key in self._known else self._first_s)
        if not asked.done():
            asked.add_done_callback(_read)
            return self._remembered(key, StoreError("the store did not answer in time"))
        try:
            found = asked.result()
        except StoreError as failure:
            return self._remembered(key, failure)
        if found:
            self._known[key] = found
            self._known.move_to_end(key)
        while len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)
        return found

    def _remembered(self, key: tuple[str, ...], failure: StoreError) -> Any:
        if key not in self._known:
            raise failure
        return self._known[key]


class ReadForms:
    """Definitions as their dialects read them, each version once: versions never change."""

    def __init__(self, dialect_of: Callable[[str], Dialect]) -> None:
        self._dialect_of = dialect_of
        self._read: OrderedDict[tuple[str, int], Form] = OrderedDict()

    async def of(self, form: FormVersion) -> Form:
        """The fields of a registered version; a large one is read in a thread, so that other callers get their turn."""
        key = (form.id, form.revision)
        if key not in self._read:
            look = self._dialect_of(form.dialect).read
            large = len(form.text) > LARGE
            self._read[key] = await asyncio.to_thread(lambda: look(form.definition)) if large else look(form.definition)
            while len(self._read) > _MOST_READ:
                self._read.popitem(last=False)
        self._read.move_to_end(key)
        return self._read[key]


def _read(task: asyncio.Future[Any]) -> None:
    """Look at the outcome nobody waits for, or the loop would complain of it."""
    if not task.cancelled():
        task.exception()
