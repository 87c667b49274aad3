"""Weigh the claim "the system was down" (kiểm chứng lý do gián đoạn) against the gateway's own probe log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reuse_gateway.application.health_ports import HealthLog
from reuse_gateway.domain.availability import NEAR, OUT, Evidence, OutageFinding, Stretch, outage_at, timeline


@dataclass(frozen=True, slots=True)
class WeighedOutage:
    """What the log says to the claim, and what it rests on."""

    finding: OutageFinding
    stretches: tuple[Stretch, ...]
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class WeighOutage:
    """An outage near the instant confirms the claim; a source that answered all through it refutes it; silence does neither."""

    log: HealthLog

    async def __call__(self, source: str, at: datetime) -> WeighedOutage:
        """Raises StoreError."""
        start, end = at - NEAR, at + NEAR
        evidence = await self.log.evidence(source, start, end)
        stretches = timeline(evidence, start, end)
        return WeighedOutage(outage_at(stretches, at), stretches, evidence)


@dataclass(frozen=True, slots=True)
class ProbedOutages:
    """Port `Outages`: what an office says of an outage is believed where the probe log confirms it, with the leaf that does."""

    weigh: WeighOutage

    async def evidence(self, source: str, at: datetime) -> str | None:
        """`probe_log:<leaf>` of an outage that lasted at the instant itself: one that was over excuses nothing.

        None where the source answered, answered in part, or nobody looked. Raises StoreError.
        """
        weighed = await self.weigh(source, at)
        out = (each for each in weighed.stretches if each.state in OUT and each.from_at <= at < each.to_at)
        leaves = [leaf for each in out for leaf in each.leaves]
        return f"probe_log:{min(leaves)}" if leaves else None
