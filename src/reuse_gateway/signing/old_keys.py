"""Port `Erasable` over keys that newer ones have replaced: destroying one is crypto-erasure, in every backup too."""

from __future__ import annotations

import os
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from reuse_gateway.signing.keys import KeyRing, SecretKey

RestsOn = Callable[[str], Awaitable[bool]]


async def nothing_rests(_kid: str) -> bool:
    """For keys whose last use is over by then."""
    return False


class OldKeys:
    """Secret keys of one purpose, each as old as the key that replaced it; the newest is never among them.

    `rests_on` tells whether something still needs a key (by its id).
    """

    def __init__(self, ring: KeyRing, purpose: str, rests_on: RestsOn = nothing_rests) -> None:
        self.what, self._ring, self._purpose, self._rests_on = f"{purpose}_keys", ring, purpose, rests_on

    async def due(self, before: datetime) -> int:
        """Keys that were replaced earlier."""
        return len(self._old(before))

    async def held_back(self, before: datetime) -> str | None:
        """`in_use` where something needs one of them."""
        return "in_use" if any([await self._rests_on(key.kid) for _, key in self._old(before)]) else None

    async def erase(self, before: datetime) -> int:
        """Overwrite and delete the files. Services that have read them forget them at their next start."""
        old = self._old(before)
        for path, _ in old:
            _destroy(path)
        return len(old)

    def _old(self, before: datetime) -> list[tuple[Path, SecretKey]]:
        files = self._ring.secret_files(self._purpose)
        replaced = [datetime.fromtimestamp(path.stat().st_mtime, UTC) for path, _ in files[1:]]
        return [each for each, at in zip(files[:-1], replaced, strict=True) if at < before]


def _destroy(path: Path) -> None:
    """Overwritten first; a disk that keeps old blocks must be erased as a whole by whoever throws it away."""
    with path.open("r+b") as file:
        size = path.stat().st_size
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
