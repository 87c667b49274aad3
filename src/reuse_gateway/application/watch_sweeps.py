"""An existence API is a surveillance risk: a caller that walks through many people is slowed, then refused, then reported."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from reuse_gateway.application.ports import Clock, Recorder, Refusal
from reuse_gateway.domain.check import Caller
from reuse_gateway.domain.errors import StoreError, TooMany

_WINDOW_S = 3600
_SLOWED_BY_S = 0.25


@dataclass(slots=True)
class _Hour:
    """Distinct subjects one client has asked about in the hour that began at `since` (epoch seconds)."""

    since: float
    subjects: set[str] = field(default_factory=set)
    reported: bool = False


class WatchSweeps:
    """Counts distinct subjects per client and hour, in this process."""

    def __init__(self, slowed_after: int, refused_after: int, recorder: Recorder, clock: Clock, clients: int = 10_000) -> None:
        self._slowed_after, self._refused_after = slowed_after, refused_after
        self._recorder, self._clock = recorder, clock
        self._hours: OrderedDict[str, _Hour] = OrderedDict()
        self._most_clients = clients

    async def admit(self, caller: Caller, subject: str) -> float:
        """Seconds by which to slow this answer (0 = not at all). `subject` is a pseudonym. Raises TooMany(`subject_sweep`)."""
        now = self._clock.now().timestamp()
        hour = self._hour(caller.client_id, now)
        if subject in hour.subjects:
            return 0.0
        if len(hour.subjects) >= self._refused_after:
            await self._report(caller, hour)
            raise TooMany(code="subject_sweep", retry_after_s=max(1, int(hour.since + _WINDOW_S - now)))
        hour.subjects.add(subject)
        return _SLOWED_BY_S if len(hour.subjects) > self._slowed_after else 0.0

    def _hour(self, client_id: str, now: float) -> _Hour:
        hour = self._hours.get(client_id)
        if hour is None or not 0 <= now - hour.since < _WINDOW_S:
            hour = self._hours[client_id] = _Hour(now)
        self._hours.move_to_end(client_id)
        while len(self._hours) > self._most_clients:
            self._hours.popitem(last=False)
        return hour

    async def _report(self, caller: Caller, hour: _Hour) -> None:
        """Once an hour and client: the refusals after the first say nothing new, and a ledger is no place for a flood."""
        if hour.reported:
            return
        hour.reported = True
        try:
            await self._recorder.record_refusal(
                Refusal(self._clock.now(), caller.client_id, caller.agency, "subject_sweep", "/v1/checks")
            )
        except StoreError:
            hour.reported = False
