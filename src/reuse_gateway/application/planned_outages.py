"""Announced maintenance (tạm dừng đã thông báo): which sources are not to be called now, from the dated rows known so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reuse_gateway.application.dated_policy import DatedPolicy
from reuse_gateway.application.ports import Clock
from reuse_gateway.domain.dated_fact import PlannedOutage
from reuse_gateway.domain.facts_on import outages_from


@dataclass
class PlannedOutages:
    """Follows the dated rows once it was told of them; before that nothing is planned."""

    clock: Clock
    policies: DatedPolicy | None = None
    _known: int = -1
    _ahead: tuple[PlannedOutage, ...] = field(default=())

    def now(self, source: str) -> bool:
        """Is this source in an announced outage at this instant?"""
        if not (ahead := self._to_come()):
            return False
        at = self.clock.now()
        return any(each.source == source and each.from_at <= at < each.to_at for each in ahead)

    def next(self) -> Mapping[str, PlannedOutage]:
        """By source, the outage that is under way or comes next."""
        at = self.clock.now()
        to_come = [each for each in self._to_come() if at < each.to_at]
        return {each.source: each for each in reversed(to_come)}

    def _to_come(self) -> tuple[PlannedOutage, ...]:
        if self.policies is not None and self.policies.book.number != self._known:
            self._known = self.policies.book.number
            self._ahead = outages_from(self.policies.book, self.clock.now())
        return self._ahead
