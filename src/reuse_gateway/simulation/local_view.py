"""A simulated database view (SQLite): reading it may really fail, drag on or swell for one person, or for all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from reuse_gateway.simulation.facts import Table
from reuse_gateway.simulation.local_rows import Misfortune, Row

# Computed while the row is read. Each names a column, else SQLite would compute it once for all, or beforehand.
_STRUCK = """CASE strike
 WHEN 'error' THEN abs(-9223372036854775807 - (length(strike) - 4))
 WHEN 'slow' THEN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + length(strike) / 4 FROM n WHERE i < 1000000000)
   SELECT max(i) FROM n)
 WHEN 'wide' THEN {last} || replace(hex(zeroblob(2621440)), '0', ' ')
 ELSE {last} END"""
_WAIT_S = 5


class View:
    """In a file of its own. A fault strikes in the last column, which no statement compares."""

    misfortunes = frozenset({Misfortune.GONE, Misfortune.LACKING, Misfortune.LOCKED})

    def __init__(self, table: Table, file: Path, rows: Iterable[Row]) -> None:
        self._table, self._file = table, file
        self._holder: sqlite3.Connection | None = None
        self.where = f"sqlite+aiosqlite:///file:{file}?mode=ro&uri=true"
        columns = ", ".join(f'"{column}" TEXT' for column in table.columns)
        marks = ", ".join("?" * (len(table.columns) + 1))
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(f"CREATE TABLE kept ({columns}, strike TEXT)")
            filled = [(*row.cells, row.strike) for row in rows]
            connection.executemany(f"INSERT INTO kept VALUES ({marks})", filled)  # noqa: S608 - marks only
            connection.execute(self._made(table.columns))

    def suffer(self, what: Misfortune) -> None:
        """From now on; a lock is held until it is mended."""
        self.mend()
        if what is Misfortune.LOCKED:
            self._holder = sqlite3.connect(self._file, timeout=_WAIT_S, isolation_level=None, check_same_thread=False)
            self._holder.execute("BEGIN EXCLUSIVE")
            return
        self._view(() if what is Misfortune.GONE else self._table.columns[:-1])

    def mend(self) -> None:
        """The lock is let go, the view made anew."""
        if self._holder is not None:
            self._holder.close()
            self._holder = None
        self._view(self._table.columns)

    def _view(self, columns: tuple[str, ...]) -> None:
        with closing(sqlite3.connect(self._file, timeout=_WAIT_S)) as connection, connection:
            connection.execute(f"DROP VIEW IF EXISTS {self._table.name}")
            if columns:
                connection.execute(self._made(columns))

    def _made(self, columns: tuple[str, ...]) -> str:
        last = f'"{columns[-1]}"'
        plain = ", ".join(f'"{column}"' for column in columns[:-1])
        struck = _STRUCK.format(last=last)
        return f"CREATE VIEW {self._table.name} AS SELECT {plain}, {struck} AS {last} FROM kept"  # noqa: S608 - checked names
