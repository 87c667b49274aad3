"""Webhooks out (đăng ký nhận sự kiện): who is told of which events, where, how often it is tried again. Pure.

One subscription gets its events one after the other in the order of the ledger; the place of an event is its key for telling
repeats apart, since each is delivered at least once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from reuse_gateway.domain.event import Place

# Standard Webhooks 1.0: nine more tries over 75 hours.
_PAUSES_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
LONGEST_WISH = timedelta(hours=24)
OVERLAP = timedelta(hours=24)


class State(StrEnum):
    """`off`: switched off by a person; `failed`: by the gateway, after three days without a success or at 410 Gone."""

    ON = "on"
    OFF = "off"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One revision of a subscription. `kinds` are kinds of events, `violation.*` for a family, `*` for all.

    `serial` numbers its secrets, `kid` names the key they derive from; until `previous_until` the secret before is used too.
    """

    id: str
    revision: int
    url: str
    kinds: tuple[str, ...]
    state: State
    serial: int
    kid: str
    at: datetime
    client_id: str
    agency: str
    reason: str
    previous_until: datetime | None = None

    def wants(self, kind: str) -> bool:
        """Is it told of events of this kind?"""
        return any(each in (kind, "*") or (each.endswith(".*") and kind.startswith(each[:-1])) for each in self.kinds)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a subscription has come. `tries` are those that failed for the event behind `after`."""

    subscription_id: str
    after: Place
    tries: int
    next_at: datetime
    failing_since: datetime | None
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One delivery as it went. `outcome` is `delivered` or a stable code of why not; `status` of HTTP, if there was one."""

    subscription_id: str
    place: Place
    kind: str
    at: datetime
    tried: int
    outcome: str
    status: int | None
    took_ms: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a target said. `wish` is its Retry-After."""

    outcome: str
    status: int | None = None
    wish: timedelta | None = None

    @property
    def delivered(self) -> bool:
        """2xx."""
        return self.outcome == "delivered"

    @property
    def gone(self) -> bool:
        """410: it never wants to hear of us again."""
        return self.status == 410


def pause(subscription_id: str, tries: int, wish: timedelta | None = None) -> timedelta | None:
    """How long to wait after so many failures; None = no more. Up to a tenth more, so that targets are not all tried at once;
    a target that asks for a longer pause gets it, up to a day.
    """
    if tries > len(_PAUSES_S):
        return None
    spread = sha256(f"{subscription_id} {tries}".encode()).digest()[0] / 2_550
    told = timedelta(seconds=_PAUSES_S[tries - 1] * (1 + spread))
    return max(told, min(wish, LONGEST_WISH)) if wish else told


def message_id(place: Place) -> str:
    """The `webhook-id`: the place of the event, without the dot that the signature separates by."""
    return f"evt_{place.leaf_index}_{place.number}"
