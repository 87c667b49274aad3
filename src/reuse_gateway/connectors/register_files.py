"""Port `Register` over a folder of dropped files: the last word on every key, some rows a page; what was taken away as well."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path

from reuse_gateway.application.holdings_ports import RegisterFacts, RegisterPage, RegisterTrouble
from reuse_gateway.connectors.deltas import NotADelta, rows_of
from reuse_gateway.connectors.files_line import ENDINGS
from reuse_gateway.connectors.local_sources import Drop
from reuse_gateway.connectors.manifest import Manifest, index_of
from reuse_gateway.connectors.register_reading import announced, reference_of
from reuse_gateway.connectors.spellings import yes_or_no
from reuse_gateway.connectors.sync_facts import SyncPart
from reuse_gateway.domain.announcement import Announced
from reuse_gateway.domain.holding import Doubt
from reuse_gateway.domain.register_cursor import Rhythm, Window

_ROWS, _EVER = 500, 100_000
Row = dict[str, str]


class DroppedRegister:
    """The folder as it stands is one window. Other files in it are other facts: everything is read again from its first row.

    What it says is as old as its newest file: an owner who drops no more files has a register that grows stale.
    """

    def __init__(self, manifest: Manifest, facts: SyncPart, drop: Drop, folder: Path) -> None:
        self._manifest, self._sync, self._drop, self._folder = manifest, facts, drop, folder
        self._told = self._seen = ""
        self._rows: list[tuple[Row, bool]] = []

    @property
    def facts(self) -> RegisterFacts:
        """What the reader must know, of the folder as it is now."""
        self._told, as_of = self._looked()
        return RegisterFacts(
            source=self._manifest.id,
            facts=f"{self._manifest.digest}{self._told}",
            streams=("",),
            rhythm=Rhythm(self._sync.since, _EVER, 1),
            every_s=self._sync.every_s,
            most_pages=_EVER,
            index=index_of(self._manifest),
            as_of=as_of,
        )

    async def page(self, stream: str, window: Window, page: int) -> RegisterPage:
        """Some rows; raises RegisterTrouble where one file cannot be read: with a delta missing nobody knows the last word."""
        try:
            await asyncio.to_thread(self._read)
        except (NotADelta, OSError):
            raise RegisterTrouble(Doubt.SOURCE_UNAVAILABLE) from None
        shown = self._rows[page * _ROWS : (page + 1) * _ROWS]
        records = tuple(self._record(row, gone) for row, gone in shown)
        return RegisterPage(records, (page + 1) * _ROWS >= len(self._rows), len(self._rows), len(shown))

    async def received(self, stream: str, marks: tuple[str, ...]) -> None:
        """Nobody is told."""

    async def aclose(self) -> None:
        """Let go of the rows."""
        self._rows = []

    def _record(self, row: Row, gone: bool) -> Announced:
        told = announced(self._manifest, self._sync, row, {}, self._sync.since)
        return Announced(reference_of(self._sync, row), told.changed_at, ()) if gone else told

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(ENDINGS[self._drop.format]))

    def _looked(self) -> tuple[str, datetime | None]:
        """A digest of names, sizes and instants of the files, and when the newest was written."""
        try:
            told = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in self._files()]
        except OSError:
            return "", None
        newest = max((written for *_, written in told), default=None)
        as_of = datetime.fromtimestamp(newest / 1e9, UTC) if newest else None
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16], as_of

    def _read(self) -> None:
        """The folder as it was when the round began; pages of two folders would not fit together."""
        if self._seen == self._told and self._rows:
            return
        files = self._files()
        if not files:
            raise NotADelta
        latest: dict[tuple[str, ...], tuple[Row, bool]] = {}
        for file in files:
            for row in rows_of(self._drop, file):
                gone = self._drop.removed is not None and yes_or_no(row[self._drop.removed]) is True
                latest[tuple(row[name] for name in self._drop.key)] = (row, gone)
                if len(latest) > self._drop.most_rows:
                    raise NotADelta
        if self._looked()[0] != self._told:
            raise NotADelta
        self._seen, self._rows = self._told, [latest[key] for key in sorted(latest)]
