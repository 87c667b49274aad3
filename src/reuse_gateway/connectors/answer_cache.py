"""Answers used again for a short while: holdings only, never HTTP answers, under keys that no two subjects share."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

from reuse_gateway.domain.holding import Holding, Outcome


class AnswerCache:
    """Bounded, in memory, by monotonic seconds. Keys are HMACs under a key that dies with the process."""

    def __init__(self, now: Callable[[], float], most: int = 50_000) -> None:
        self._now, self._most = now, most
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, tuple[float, tuple[Holding, ...]]] = OrderedDict()

    def key(self, parts: Iterable[str]) -> bytes:
        """Each part goes in behind its length, so that no choice of values can imitate another set of parts."""
        told = "".join([f"{len(part)}:{part}" for part in parts])
        return hmac.digest(self._secret, told.encode("utf-8", "surrogatepass"), "sha256")

    def get(self, key: bytes) -> tuple[Holding, ...] | None:
        """What is kept and still fresh, marked as cached."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        if kept[0] <= self._now():
            del self._kept[key]
            return None
        self._kept.move_to_end(key)
        return kept[1]

    def put(self, key: bytes, holdings: tuple[Holding, ...], found_s: float, absent_s: float) -> None:
        """Keep an answer without any doubt in it, as long as its shortest-lived part is fresh."""
        if not holdings or any(holding.outcome is Outcome.UNKNOWN for holding in holdings):
            return
        absent = any(holding.outcome is Outcome.ABSENT for holding in holdings)
        fresh_s = min(found_s, absent_s) if absent else found_s
        if fresh_s > 0:
            self._kept[key] = (self._now() + fresh_s, tuple(replace(holding, cached=True) for holding in holdings))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
