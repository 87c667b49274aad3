"""What became of each case of a source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reuse_gateway.domain.errors import GatewayError

PASSED, FAILED, NOT_APPLICABLE = "passed", "failed", "not_applicable"


@dataclass(frozen=True, slots=True)
class Result:
    """`group` is `inline`, `contract` or `live`; `says` is why it failed, or why it does not apply."""

    source: str
    group: str
    name: str
    outcome: str
    says: str = ""
    seconds: float = 0.0


def raised(error: Exception) -> str:
    """What was raised; in words only where they are ours, since others' may quote an answer."""
    return f"raised {type(error).__name__}" + (f": {error}" if isinstance(error, GatewayError) else "")


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one source."""

    source: str
    inline: int
    contract: int
    live: int
    failed: int
    not_applicable: int
    seconds: float
    whole: bool = True

    @property
    def tier(self) -> str:
        """`bronze` = every case passed offline. The higher tiers need what no test can see: see docs/new-connector.md."""
        if not self.whole or not self.contract:
            return "-"
        return "none" if self.failed else "bronze"


def tallies(results: Iterable[Result], *, whole: bool = True) -> list[Tally]:
    """One per source, in order of id; `whole`: every case was run."""
    by_source: dict[str, list[Result]] = {}
    for result in results:
        by_source.setdefault(result.source, []).append(result)
    return [_tally(source, told, whole) for source, told in sorted(by_source.items())]


def _tally(source: str, told: list[Result], whole: bool) -> Tally:
    def passed(group: str) -> int:
        return sum(each.group == group and each.outcome == PASSED for each in told)

    failed, skipped = (sum(each.outcome == outcome for each in told) for outcome in (FAILED, NOT_APPLICABLE))
    counts = (passed("inline"), passed("contract"), passed("live"), failed, skipped)
    return Tally(source, *counts, sum(each.seconds for each in told), whole)
