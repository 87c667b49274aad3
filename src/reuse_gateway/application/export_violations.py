"""Exporting violations (kết xuất): a job that walks one state of the ledger page by page into a file, with flat memory.

Purpose, count and digest stand in the ledger before the file can be fetched; a job that is cancelled leaves no file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reuse_gateway.application.export_ports import ExportShelf, Pack, Parcel, Part, Sheet
from reuse_gateway.application.ports import AccessNote, Clock, Recorder
from reuse_gateway.application.seek_violations import SeekViolations
from reuse_gateway.domain.errors import GatewayError, StoreError, TooLarge, TooMany
from reuse_gateway.domain.event import Event
from reuse_gateway.domain.export import MOST_PACKED, Export, ExportOrder, ExportState, Format

SILENT_AFTER = timedelta(minutes=2)
_MOST_AT_ONCE = 2
_NOTED_EVERY = timedelta(seconds=1)


class Cancelled(Exception):
    """Somebody wants it no more."""


@dataclass(slots=True)
class _Job:
    export: Export
    wanted: bool = True
    noted_at: datetime | None = None
    task: asyncio.Task[None] | None = None


@dataclass(slots=True)
class ExportViolations:
    """Jobs of this process; what others noted is read from the shelf. `keep`: how long a finished file may be fetched.

    `pack` makes bundles.
    """

    seek: SeekViolations
    shelf: ExportShelf
    recorder: Recorder
    clock: Clock
    keep: timedelta
    pack: Pack
    on_trouble: Callable[[GatewayError], None] = lambda _error: None
    _jobs: dict[str, _Job] = field(default_factory=dict)

    async def start(self, order: ExportOrder) -> Export:
        """Note who wants what and why, then begin. Raises TooMany (`exports_busy`), StoreError."""
        for ended in [key for key, job in self._jobs.items() if job.export.state is not ExportState.RUNNING]:
            del self._jobs[ended]
        if len(self._jobs) >= _MOST_AT_ONCE:
            raise TooMany(code="exports_busy", retry_after_s=30)
        expires_at = order.ordered_at + self.keep
        export = Export(order.id, order.client_id, order.format, ExportState.RUNNING, order.ordered_at, expires_at)
        # The place is taken before anything is awaited: many callers at once would all find it free.
        job = self._jobs[order.id] = _Job(export)
        try:
            await self._admit(job, order)
        except BaseException:
            del self._jobs[order.id]
            raise
        job.task = asyncio.create_task(self._run(job, order), name=f"export {order.id}")
        return job.export

    async def _admit(self, job: _Job, order: ExportOrder) -> None:
        """Note in the ledger what will be handed out, of which state of it."""
        self.shelf.sweep(self.clock.now())
        job.export = replace(job.export, below=await self.seek.rows.size())
        about = f"{order.id} {order.format} {order.query.without_words} | {order.purpose}"
        await self.recorder.record_access(AccessNote(order.ordered_at, order.client_id, order.agency, "export", about))
        self._note(job)

    def status(self, export_id: str) -> Export | None:
        """How it stands now; one that runs in no process any more has failed (`interrupted`)."""
        now = self.clock.now()
        if job := self._jobs.get(export_id):
            return _as_of(job.export, now)
        noted = self.shelf.noted(export_id)
        if noted is None:
            return None
        export, at = noted
        if export.state is ExportState.RUNNING and now - at > SILENT_AFTER:
            export = replace(export, state=ExportState.FAILED, code="interrupted")
        return _as_of(export, now)

    async def cancel(self, export_id: str) -> Export | None:
        """No more of it: when this returns nothing of the file is left, whether it was whole already or not."""
        job = self._jobs.get(export_id)
        if job and job.task and job.export.state is ExportState.RUNNING:
            job.wanted = False
            await asyncio.wait({job.task})
        export = self.status(export_id)
        if export and export.state is ExportState.DONE:
            await asyncio.to_thread(self.shelf.remove, export)
            export = replace(export, state=ExportState.CANCELLED)
            self.shelf.note(export)
            if job:
                job.export = export
        return export

    async def close(self) -> None:
        """End what runs; it will be told as interrupted."""
        running = [job for job in self._jobs.values() if job.task and not job.task.done()]
        for job in running:
            job.wanted = False
            job.export = replace(job.export, code="interrupted")
        if running:
            await asyncio.wait({job.task for job in running if job.task})

    async def _run(self, job: _Job, order: ExportOrder) -> None:
        """To its end, which is told only when nothing is left of a file that nobody may have."""
        try:
            state, code = await self._made(job, order)
        except Cancelled:
            code = job.export.code
            state = ExportState.FAILED if code else ExportState.CANCELLED
        except GatewayError as error:
            self.on_trouble(error)
            state, code = ExportState.FAILED, error.code
        except OSError:
            self.on_trouble(StoreError(code="storage_full"))
            state, code = ExportState.FAILED, "storage_full"
        self._end(job, state, code)

    async def _made(self, job: _Job, order: ExportOrder) -> tuple[ExportState, str]:
        part: Part | None = None
        try:
            if order.format is Format.BUNDLE:
                part = parcel = await asyncio.to_thread(self.shelf.parcel, order)
                await self._bundle(job, order, parcel)
            else:
                part = sheet = await asyncio.to_thread(self.shelf.begin, order)
                await self._write(job, order, sheet)
            await self._hand_out(job, order, part)
        except BaseException:
            if part:
                await asyncio.to_thread(part.discard)
            raise
        return ExportState.DONE, ""

    async def _write(self, job: _Job, order: ExportOrder, sheet: Sheet) -> None:
        """The next page is read while this one is written."""
        pages = self.seek.cells(order.query, order.columns, order.tz, job.export.below)
        coming = asyncio.ensure_future(anext(pages, None))
        try:
            while page := await coming:
                _still(job)
                coming = asyncio.ensure_future(anext(pages, None))
                await asyncio.to_thread(sheet.write, page)
                job.export = replace(job.export, rows=job.export.rows + page.count)
                self._note(job, _NOTED_EVERY)
        finally:
            coming.cancel()
            await asyncio.wait({coming})

    async def _bundle(self, job: _Job, order: ExportOrder, parcel: Parcel) -> None:
        """Their names first, then all of them in one pack; raises TooLarge(`too_many_rows`)."""
        named: list[str] = []
        async for page in self.seek.cells(order.query, ("violation_id",), order.tz, job.export.below):
            _still(job)
            named += map(str, page.columns[0])
            if len(named) > MOST_PACKED:
                raise TooLarge("rows", code="too_many_rows", limit=MOST_PACKED)
        packing = asyncio.ensure_future(self.pack(parcel.file, named))
        while not packing.done():
            await asyncio.wait({packing}, timeout=_NOTED_EVERY.total_seconds())
            self._note(job, _NOTED_EVERY)
            if not job.wanted and packing.cancel():
                await asyncio.wait({packing})
        _still(job)
        job.export = replace(job.export, rows=packing.result())

    async def _hand_out(self, job: _Job, order: ExportOrder, part: Part) -> None:
        """Whole, in the ledger, then done."""
        _still(job)
        size, digest = await asyncio.to_thread(part.finish)
        _still(job)
        told = {"export_id": order.id, "format": order.format.value, "rows": job.export.rows, "bytes": size}
        below = {"ledger_size": job.export.below, "sha256": digest}
        await self.recorder.record_event(Event("export.completed", self.clock.now(), {**told, **below}))
        job.export = replace(job.export, bytes=size, sha256=digest)

    def _end(self, job: _Job, state: ExportState, code: str = "") -> None:
        job.export = replace(job.export, state=state, code=code, finished_at=self.clock.now())
        self._note(job)

    def _note(self, job: _Job, not_before: timedelta = timedelta()) -> None:
        now = self.clock.now()
        if job.noted_at is None or now - job.noted_at >= not_before:
            self.shelf.note(job.export)
            job.noted_at = now


def _still(job: _Job) -> None:
    if not job.wanted:
        raise Cancelled


def _as_of(export: Export, now: datetime) -> Export:
    over = export.state is ExportState.DONE and now >= export.expires_at
    return replace(export, state=ExportState.EXPIRED) if over else export
