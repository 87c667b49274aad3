"""Lawful exceptions (trường hợp ngoại lệ) E1 to E13: when an office may ask all the same, who says so, with what proof."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reuse_gateway.domain.text import Text


class Invoker(StrEnum):
    """Who may invoke an exception: the official at the desk, the head of the unit, or the gateway's own rule."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class LawfulException:
    """One exception. `evidence` are keys of what must be kept; `max_days` counts calendar days, 0 = for this demand alone."""

    code: str
    name: Text
    duty: Text
    invokers: tuple[Invoker, ...]
    evidence: tuple[str, ...]
    max_days: int
    shown_to_applicant: bool
    verified: bool = False

    def objections(self, invoker: Invoker, evidence: Iterable[str], days: int) -> tuple[str, ...]:
        """Why it may not be invoked so (stable codes); empty = it may. `days` since it was first invoked."""
        found = [] if invoker in self.invokers else ["invoker_not_entitled"]
        found += [] if set(self.evidence) <= set(evidence) else ["evidence_missing"]
        found += [] if 0 <= days <= self.max_days else ["exception_lapsed"]
        return tuple(found)
