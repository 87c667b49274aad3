"""Group commits on SQLite: one connection in a thread of its own, the whole batch as one function, no hop per statement."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import Table, insert
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from reuse_gateway.domain.errors import HeadAstray
from reuse_gateway.storage.batch import Batch, Claimed, ClaimKey, Compose, bound
from reuse_gateway.storage.engine import check_sqlite_durability, sqlite_pragmas, store_url
from reuse_gateway.storage.failures import Unstorable, store_errors
from reuse_gateway.storage.own_head import StoredHead
from reuse_gateway.storage.same_file import SameFile

_DIALECT = sqlite_dialect()
_SHARE = 0.75  # of the deadline goes to waiting for a lock: what is written later, nobody waits for any more
_MOST_ROWS = 64  # times 16 columns stays below the 32,766 values that SQLite binds
_HEAD = "SELECT size, root, frontier, note, signed_at FROM ledger_checkpoints ORDER BY size DESC LIMIT 1"
_CLAIM = "SELECT fingerprint, check_id FROM idempotency_claims WHERE client_id = ? AND key = ?"


class SqliteJournal:
    """Writes batches to one file; other processes may do the same, BEGIN IMMEDIATE keeps one order."""

    def __init__(self, url: str, deadline_s: float) -> None:
        """`deadline_s`: how long a write waits for another process's write before it is given up."""
        self._path, self._deadline_s = store_url(url).database or "", deadline_s
        self._connection: sqlite3.Connection | None = None
        self._file, self._log = SameFile(self._path), SameFile(f"{self._path}-wal")
        self._thread = ThreadPoolExecutor(1, "ledger-writer")
        self._inserts: dict[tuple[Table, int], str] = {}

    async def commit(self, compose: Compose, claims: Sequence[ClaimKey]) -> Batch:
        """Read the head, compose, insert, commit. Raises StoreError and then has written nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, compose, claims)

    def standing(self) -> None:
        """Raises StoreError when the file is no longer the one that was opened first."""
        self._file.check()

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._discard)
        self._thread.shutdown(wait=False)

    def _commit(self, compose: Compose, claims: Sequence[ClaimKey]) -> Batch:
        try:
            with store_errors():
                connection = self._connection = self._connection or self._connect()
                connection.execute("BEGIN IMMEDIATE")
                batch = compose(_head(connection), _claimed(connection, claims))
                for table, rows in batch.rows.items():
                    self._put(connection, table, bound(table, rows, _DIALECT))
                self._check_files()
                connection.execute("COMMIT")
                self._check_files()
                return batch
        except Unstorable:
            self._roll_back()
            raise
        except BaseException:
            # After a failed sync the page cache may show what the disk never got: only a fresh connection reads the truth.
            self._discard()
            raise

    def _check_files(self) -> None:
        """Before a commit, or it would write into a file that has no name any more; after it, or such would be acknowledged."""
        self._file.check()
        self._log.check()

    def _connect(self) -> sqlite3.Connection:
        # mode=rw: a file that vanished is a failure, not a new and empty ledger.
        address = Path(self._path).resolve().as_uri() + "?mode=rw"
        timeout = self._deadline_s * _SHARE
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=timeout, check_same_thread=False)
        for pragma in sqlite_pragmas():
            connection.execute(pragma)
        check_sqlite_durability(connection)
        self._file.check()
        self._log = SameFile(f"{self._path}-wal")
        return connection

    def _put(self, connection: sqlite3.Connection, table: Table, rows: Sequence[tuple]) -> None:
        """Many rows a statement, in powers of two so that few statements are ever prepared.

        sqlite3 gives up the interpreter's lock at each statement; a row each, the two threads do little else than take turns.
        """
        at = 0
        while at < len(rows):
            several = min(_MOST_ROWS, 1 << (len(rows) - at).bit_length() - 1)
            values = list(chain.from_iterable(rows[at : at + several]))
            connection.execute(self._insert(table, several), values)
            at += several

    def _insert(self, table: Table, several: int) -> str:
        kept = self._inserts.get((table, several))
        if kept is None:
            one = str(insert(table).compile(dialect=_DIALECT))
            head, _, row = one.partition(" VALUES ")
            kept = self._inserts[table, several] = f"{head} VALUES {', '.join([row] * several)}"
        return kept

    def _roll_back(self) -> None:
        try:
            if self._connection and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._discard()

    def _discard(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


def _head(connection: sqlite3.Connection) -> StoredHead | None:
    row = connection.execute(_HEAD).fetchone()
    try:
        return row and StoredHead(*row[:-1], datetime.fromisoformat(row[-1]))
    except (ValueError, TypeError):
        raise HeadAstray("the newest head tells no instant: run `reuse-gateway ledger verify`") from None


def _claimed(connection: sqlite3.Connection, claims: Sequence[ClaimKey]) -> Claimed:
    found = ((claim, connection.execute(_CLAIM, claim).fetchone()) for claim in claims)
    return {claim: (row[0], row[1]) for claim, row in found if row}
