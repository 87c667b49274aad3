"""What time-stamping needs from the world, beside `ports.py`."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from reuse_gateway.domain.time_stamp import TimeStamp


class TimestampAuthority(Protocol):
    """Somebody outside who says when."""

    async def stamp(self, text: bytes) -> TimeStamp:
        """A stamp of this text. MUST verify it (nonce, digest, signature, certificates) and MUST return in time.

        Raises ProofError with a stable code `tsa_*` for whatever is none: silence, refusal, nonsense, a lie.
        """
        ...


class StampTrust(Protocol):
    """Which authorities' stamps are believed."""

    def verified(self, reply: bytes, text: bytes) -> datetime:
        """The instant that a reply proves for this text; raises ProofError with a stable code `tsa_*`."""
        ...
