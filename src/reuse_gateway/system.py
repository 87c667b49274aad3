"""Clock, ids and randomness of the real world."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime

# Crockford's letters without the four that people misread.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class SystemClock:
    """The machine's wall clock, aware UTC."""

    def now(self) -> datetime:
        """This instant."""
        return datetime.now(UTC)


class RandomIds:
    """Ids that sort by time and tell nothing else; those of one process sort in the order they were made."""

    def __init__(self) -> None:
        self._millis, self._count = 0, 0

    def new(self, prefix: str) -> str:
        """`prefix_` and the 32 hex digits of a UUIDv7; the 12 bits behind the time count within it (RFC 9562 6.2)."""
        now = time.time_ns() // 1_000_000
        if now > self._millis:
            self._millis, self._count = now, int.from_bytes(os.urandom(1))
        else:
            self._count += 1
            if self._count > 0xFFF:
                self._millis, self._count = self._millis + 1, 0
        chance = int.from_bytes(os.urandom(8)) & (1 << 62) - 1
        return f"{prefix}_{self._millis << 80 | 0x7 << 76 | self._count << 64 | 0b10 << 62 | chance:032x}"

    def short_code(self) -> str:
        """12 letters and digits, 58.9 bits."""
        chance, letters = secrets.randbelow(len(_LETTERS) ** 12), ""
        for _ in range(12):
            chance, letter = divmod(chance, len(_LETTERS))
            letters += _LETTERS[letter]
        return letters
