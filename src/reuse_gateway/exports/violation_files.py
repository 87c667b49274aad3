"""Files of exports and the notes of their jobs, in one folder: written under another name, renamed when whole."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from reuse_gateway.application.export_ports import Parcel, Sheet
from reuse_gateway.domain.export import Export, ExportOrder, ExportState, Format
from reuse_gateway.exports.violation_sheets import CsvSheet, NdjsonSheet, ParcelFile, PartFile, XlsxSheet
from reuse_gateway.exports.worded_columns import KEYS, WordedSheet, Words

_PART, _NOTE = ".part", ".json"
_STALE = timedelta(hours=1)


class FolderShelf:
    """Port `ExportShelf`. `words`: by language what columns and codes are called."""

    def __init__(self, folder: Path, words: Mapping[str, Words]) -> None:
        self._folder, self._words = folder, words

    def begin(self, order: ExportOrder) -> Sheet:
        """A table that nobody can fetch yet."""
        part = self._part(order)
        words = self._words.get(order.headings, KEYS)
        kinds = {Format.CSV: CsvSheet, Format.NDJSON: NdjsonSheet, Format.XLSX: XlsxSheet}
        return WordedSheet(kinds[order.format](part, order, words.heading(order)), order, words)

    def parcel(self, order: ExportOrder) -> Parcel:
        """A bundle that nobody can fetch yet."""
        return ParcelFile(self._part(order))

    def note(self, export: Export) -> None:
        """Replaced as a whole: a reader sees the old note or the new one."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(export).items()}
        fresh = self._folder / f"{export.id}{_NOTE}{_PART}"
        fresh.write_text(json.dumps(told), encoding="utf-8")
        os.replace(fresh, self._folder / f"{export.id}{_NOTE}")

    def noted(self, export_id: str) -> tuple[Export, datetime] | None:
        """How a job stood and when that was noted."""
        path = self._folder / f"{export_id}{_NOTE}"
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None
        for name in ("ordered_at", "expires_at", "finished_at"):
            told[name] = told[name] and datetime.fromisoformat(told[name])
        return Export(**{**told, "format": Format(told["format"]), "state": ExportState(told["state"])}), at

    def file(self, export: Export) -> Path | None:
        """The finished file."""
        path = self._path(export.id, export.format)
        return path if path.is_file() else None

    def remove(self, export: Export) -> None:
        """The finished file goes."""
        self._path(export.id, export.format).unlink(missing_ok=True)

    def sweep(self, now: datetime) -> None:
        """Expired files and notes go, and parts that nobody has written to for an hour."""
        for path in list(self._folder.glob(f"*{_NOTE}")):
            noted = self.noted(path.name.removesuffix(_NOTE))
            if noted and now >= noted[0].expires_at:
                self._path(noted[0].id, noted[0].format).unlink(missing_ok=True)
                if now >= noted[0].expires_at + _STALE:
                    path.unlink(missing_ok=True)
        for path in list(self._folder.glob(f"*{_PART}*")):
            if _age(path, now) > _STALE and path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif _age(path, now) > _STALE:
                path.unlink(missing_ok=True)

    def _part(self, order: ExportOrder) -> PartFile:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return PartFile(self._folder / f"{order.id}{_PART}", self._path(order.id, order.format))

    def _path(self, export_id: str, kind: Format) -> Path:
        return self._folder / f"{export_id}.{kind.suffix}"


def _age(path: Path, now: datetime) -> timedelta:
    try:
        return now - datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return timedelta()
