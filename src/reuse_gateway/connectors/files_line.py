"""Answers from dropped files, kept in memory by owner and read anew when the folder has changed."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from pathlib import Path
from typing import Any

from reuse_gateway.connectors.deltas import NotADelta, rows_of
from reuse_gateway.connectors.local_sources import Drop
from reuse_gateway.connectors.spellings import parts_of, yes_or_no
from reuse_gateway.connectors.sql_view import Rows
from reuse_gateway.connectors.trouble import Trouble
from reuse_gateway.domain.holding import Doubt

ENDINGS = {"csv": "*.csv", "ndjson": "*.ndjson", "xlsx": "*.xlsx"}
_MOST_FOR_ONE = 200
Row = dict[str, str]
Seen = tuple[tuple[str, int, int], ...]


class FilesLine:
    """One folder. Owners' numbers are keys under an HMAC that dies with the process; the rows hold the manifest's columns only.

    A folder that is gone or empty, or one file in it that cannot be read, makes the whole source unavailable: with a delta
    missing nobody can say what is absent.
    """

    def __init__(self, facts: Drop, folder: Path, most_bytes: int = 262_144) -> None:
        self._facts, self._folder, self._most_bytes = facts, folder, most_bytes
        self._secret = secrets.token_bytes(32)
        self._by_owner: dict[bytes, list[Row]] = {}
        self._seen: Seen = ()
        self._looked_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def carry(self, question: str, deadline: float) -> tuple[Rows, None]:
        await self._fresh()
        rows = [dict(row) for row in self._by_owner.get(self._key(question), ())]
        plain: list[dict[str, Any]] = rows[:_MOST_FOR_ONE]
        told = sum(len(value) for row in plain for value in row.values())
        return Rows(plain, len(rows) > _MOST_FOR_ONE or told > self._most_bytes or any(map(self._perhaps_removed, rows))), None

    def refused(self, shown: None) -> bool:
        return False

    async def aclose(self) -> None:
        if self._reading is not None:
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _fresh(self) -> None:
        """One look at the folder for all who wait; a reading that outlasts its askers goes on for the next ones."""
        now = asyncio.get_running_loop().time()
        if self._reading is None and now < self._looked_at + self._facts.look_again_s:
            return
        if self._reading is None:
            self._reading = asyncio.ensure_future(asyncio.to_thread(self._read))
            self._reading.add_done_callback(self._done)
        try:
            await asyncio.shield(self._reading)
        except (NotADelta, OSError):
            raise Trouble(Doubt.SOURCE_UNAVAILABLE, ailing=True) from None

    def _done(self, reading: asyncio.Task[None]) -> None:
        self._reading = None
        if reading.cancelled() or reading.exception() is not None:
            self._looked_at = float("-inf")
        else:
            self._looked_at = asyncio.get_running_loop().time()

    def _read(self) -> None:
        files = sorted(self._folder.glob(ENDINGS[self._facts.format]))
        seen = tuple((file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files)
        if not files:
            raise NotADelta
        if seen != self._seen:
            self._by_owner = self._indexed(files)
            self._seen = seen

    def _indexed(self, files: list[Path]) -> dict[bytes, list[Row]]:
        """The last word on every key, by owner."""
        facts, latest = self._facts, dict[tuple[str, ...], Row]()
        for file in files:
            for row in rows_of(facts, file):
                key = tuple(row[name] for name in facts.key)
                # Rows without a key cannot replace one another: all but one of their owners would have nothing.
                key = key if all(key) else (*key, file.name, str(len(latest)))
                latest.pop(key, None)
                if facts.removed is None or yes_or_no(row[facts.removed]) is not True:
                    latest[key] = row
                if len(latest) > facts.most_rows:
                    raise NotADelta
        by_owner: dict[bytes, list[Row]] = {}
        for row in latest.values():
            for number in self._owners(row):
                by_owner.setdefault(self._key(number), []).append(row)
        return by_owner

    def _perhaps_removed(self, row: Row) -> bool:
        """Neither said yes nor no: as good as not told at all, for its owner."""
        told = row[self._facts.removed] if self._facts.removed else ""
        return bool(told) and yes_or_no(told) is None

    def _owners(self, row: Row) -> set[str]:
        """Every spelling under which an owner of this row may be asked for; whose it is in the end, the owner check says."""
        told = {part for name in self._facts.owner for part in parts_of(row[name])}
        told |= {number.replace("-", "") for number in told}
        if self._facts.lost_zeros:
            told |= {number.zfill(length) for number in told for length in (9, 10, 12) if 0 < length - len(number) <= 2}
        return told

    def _key(self, number: str) -> bytes:
        return hmac.digest(self._secret, number.encode("utf-8", "surrogatepass"), "sha256")
