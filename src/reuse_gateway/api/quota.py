"""Quota of calls per client (GCRA, in this process), told in every answer by the RateLimit headers of the IETF draft."""

from __future__ import annotations

import math
import time
from collections import OrderedDict

from reuse_gateway.domain.errors import TooMany

_WINDOW_S, _MOST_CLIENTS = 60, 10_000


class Quota:
    """So many calls a minute for each client, spent in bursts or evenly."""

    def __init__(self, calls_per_minute: int) -> None:
        self._calls = calls_per_minute
        self._interval_s = _WINDOW_S / calls_per_minute
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self.policy = f'"client";q={calls_per_minute};w={_WINDOW_S}'

    def spend(self, client_id: str, calls: int = 1) -> str:
        """Take calls from the client's quota and say what is left (RateLimit header); raises TooMany."""
        now = time.monotonic()
        full_at = max(self._full_at.get(client_id, now), now) + self._interval_s * calls
        over_s = full_at - now - _WINDOW_S
        if over_s > 0:
            raise TooMany(retry_after_s=max(1, math.ceil(over_s)))
        self._full_at[client_id] = full_at
        self._full_at.move_to_end(client_id)
        while len(self._full_at) > _MOST_CLIENTS:
            self._full_at.popitem(last=False)
        left = int((_WINDOW_S - (full_at - now)) / self._interval_s)
        return f'"client";r={left};t={math.ceil(full_at - now)}'
