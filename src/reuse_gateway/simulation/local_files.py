"""A simulated folder into which a source's owner drops files, and what may go wrong with the newest of them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from reuse_gateway.simulation.facts import Dropped
from reuse_gateway.simulation.local_rows import Misfortune, Row

_PAGE = "<html><body><form>Đăng nhập hệ thống</form></body></html>\n"
_FIVE_MB = 5 * 1024 * 1024
_KEPT_OF_A_LINE = 0.4


class DroppedFiles:
    """Files by name, each with its rows; every misfortune but `gone` befalls the newest."""

    misfortunes = frozenset(Misfortune) - {Misfortune.LOCKED}

    def __init__(self, facts: Dropped, folder: Path, rows: Mapping[str, Iterable[Row]]) -> None:
        self._facts, self._folder = facts, folder
        self.where = str(folder)
        folder.mkdir()
        self._contents = {name: _written(facts, [row.cells for row in told]) for name, told in rows.items()}
        self.mend()

    def suffer(self, what: Misfortune) -> None:
        """Files are replaced whole, as an owner's transfer does, but for the one that is only half there."""
        self.mend()
        newest = max(self._contents)
        if what is Misfortune.GONE:
            for name in self._contents:
                (self._folder / name).unlink()
            return
        (self._folder / newest).write_bytes(self._spoiled(self._contents[newest], what))

    def mend(self) -> None:
        """Every file as it was."""
        for name, content in self._contents.items():
            (self._folder / name).write_text(content, encoding="utf-8", newline="")

    def _spoiled(self, content: str, what: Misfortune) -> bytes:
        lines = content.splitlines(keepends=True)
        spoiled = {
            Misfortune.HALF_WRITTEN: lambda: "".join(lines[:-1]) + lines[-1][: int(len(lines[-1]) * _KEPT_OF_A_LINE)],
            Misfortune.LACKING: lambda: content.replace(self._facts.heading[0], "x"),
            Misfortune.HTML: lambda: _PAGE,
            Misfortune.OVERSIZED: lambda: content + '"' + "x" * _FIVE_MB,
            Misfortune.GARBAGE: lambda: bytes(range(256)).decode("latin-1"),
        }[what]()
        return spoiled.encode("latin-1" if what is Misfortune.GARBAGE else "utf-8")


def _written(facts: Dropped, rows: list[list[str]]) -> str:
    if facts.format == "ndjson":
        told = (dict(zip(facts.heading, row, strict=True)) for row in rows)
        return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in told)
    written = io.StringIO(newline="")
    csv.writer(written).writerows([list(facts.heading), *rows])
    return written.getvalue()
