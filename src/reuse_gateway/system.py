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
    """Ids that sort by time and tell nothing else."""

    def new(self, prefix: str) -> str:
        """`prefix_` and the 32 hex digits of a UUIDv7 (RFC 9562)."""
        millis = time.time_ns() // 1_000_000
        chance = int.from_bytes(os.urandom(10))
        number = millis << 80 | 0x7 << 76 | (chance >> 68 & 0xFFF) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
        return f"{prefix}_{number:032x}"

    def short_code(self) -> str:
        """12 letters and digits, 58.9 bits."""
        chance, letters = secrets.randbelow(len(_LETTERS) ** 12), ""
        for _ in range(12):
            chance, letter = divmod(chance, len(_LETTERS))
            letters += _LETTERS[letter]
        return letters
