"""Is the file behind a path still the one that was opened? On Unix a deleted file takes writes and keeps nothing."""

from __future__ import annotations

import os

from reuse_gateway.domain.errors import StoreError


class SameFile:
    """Remembers device and inode of a path from the first check on."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._known: tuple[int, int] | None = None

    def check(self) -> None:
        """Raises StoreError when the path leads nowhere or elsewhere. A restart accepts what is there."""
        try:
            found = os.stat(self._path)
        except OSError as failure:
            raise StoreError("the database file is gone") from failure
        here = found.st_dev, found.st_ino
        self._known = self._known or here
        if here != self._known:
            raise StoreError("the database file was replaced: restart")
