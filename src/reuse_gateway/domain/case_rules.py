"""The dated rules of a case: how many working days each clock runs, and for which violations an apology is due. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.vietnam import vietnamese_day
from reuse_gateway.domain.working_days import WorkingCalendar


class Apology(StrEnum):
    """Whether an apology letter (văn bản xin lỗi) follows a confirmed violation."""

    DUE = "due"
    RECOMMENDED = "recommended"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class CaseClock:
    """From `valid_from` to `valid_to` a case may rest in `state` for so many working days."""

    state: CaseState
    working_days: int
    valid_from: date
    valid_to: date | None = None
    legal_basis: tuple[str, ...] = ()
    verified: bool = False


@dataclass(frozen=True, slots=True)
class ApologyPolicy:
    """From one day to another, what follows a confirmed violation of these types, and `why`."""

    types: frozenset[str]
    apology: Apology
    valid_from: date
    valid_to: date | None = None
    legal_basis: tuple[str, ...] = ()
    verified: bool = False
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class CaseRules:
    """All of them with the calendar; whatever no row speaks of runs no clock and asks for no apology."""

    clocks: tuple[CaseClock, ...] = ()
    apologies: tuple[ApologyPolicy, ...] = ()
    calendar: WorkingCalendar = field(default_factory=WorkingCalendar)

    def clock(self, state: CaseState, day: date) -> CaseClock | None:
        """The clock of a state that begins to run on that day."""
        return next((each for each in self.clocks if each.state is state and _speaks(each, day)), None)

    def due_on(self, state: CaseState, at: datetime) -> date | None:
        """The last day of the state's clock; None = it has none."""
        clock = self.clock(state, vietnamese_day(at))
        return clock and self.calendar.due_on(at, clock.working_days)

    def policies(self, types: Collection[str], at: datetime) -> tuple[ApologyPolicy, ...]:
        """The policies that speak of these types of violation on that day."""
        day = vietnamese_day(at)
        return tuple(each for each in self.apologies if each.types & set(types) and _speaks(each, day))

    def apology(self, types: Collection[str], at: datetime) -> Apology:
        """The strictest that any of the types asks for."""
        found = {each.apology for each in self.policies(types, at)}
        return next((each for each in Apology if each in found), Apology.NONE)

    def apology_is_due(self, types: Collection[str], at: datetime) -> bool:
        """Must an apology be made?"""
        return self.apology(types, at) is Apology.DUE


def _speaks(row: CaseClock | ApologyPolicy, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
