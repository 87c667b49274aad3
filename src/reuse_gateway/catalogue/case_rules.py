"""The shipped rules of cases: clocks, apologies and public holidays, read as strictly as every other fact."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from reuse_gateway.catalogue.loader import SHIPPED
from reuse_gateway.catalogue.schema import BasisCode, BothLanguages, Flag, Strict, typed
from reuse_gateway.catalogue.yaml_strict import read_file
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.case_rules import Apology, ApologyPolicy, CaseClock, CaseRules
from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.working_days import DayOff, WorkingCalendar

RULES, HOLIDAYS = "case_rules.yaml", "holidays.yaml"
Type = Annotated[str, StringConstraints(pattern=r"^V(0[1-9]|1[0-6])$")]


class ClockFacts(Strict):
    state: CaseState
    working_days: int = Field(ge=1, le=60)
    valid_from: date
    valid_to: date | None = None
    legal_basis: tuple[BasisCode, ...] = ()
    verified: Flag


class ApologyFacts(Strict):
    """`why` says in words what the law asks for and what is this gateway's own reading."""

    types: tuple[Type, ...] = Field(min_length=1)
    apology: Apology
    why: BothLanguages
    valid_from: date
    valid_to: date | None = None
    legal_basis: tuple[BasisCode, ...] = ()
    verified: Flag


class RulesFile(Strict):
    clocks: tuple[ClockFacts, ...] = Field(min_length=1)
    apologies: tuple[ApologyFacts, ...] = Field(min_length=1)


class DayFacts(BothLanguages):
    """A holiday from one day to another (one day where `to` is missing), or weekend days that are worked."""

    on: date
    to: date | None = None
    worked: Flag = False
    verified: Flag


class HolidaysFile(Strict):
    known_to: date
    days: tuple[DayFacts, ...] = Field(min_length=1)


def load_case_rules(root: Path | None = None) -> CaseRules:
    """Clocks, apologies and the calendar; raises FactsError."""
    folder = root or SHIPPED
    rules = typed(RulesFile, read_file(folder / RULES, folder), RULES)
    return CaseRules(
        clocks=tuple(CaseClock(**dict(each)) for each in rules.clocks),
        apologies=tuple(map(_policy, rules.apologies)),
        calendar=load_calendar(folder),
    )


def _policy(facts: ApologyFacts) -> ApologyPolicy:
    why = Text(facts.why.vi, facts.why.en)
    return ApologyPolicy(**{**dict(facts), "types": frozenset(facts.types), "why": why})


def load_calendar(root: Path | None = None) -> WorkingCalendar:
    """Public holidays by day; raises FactsError for a day told twice, or one that ends before it begins."""
    folder = root or SHIPPED
    file = typed(HolidaysFile, read_file(folder / HOLIDAYS, folder), HOLIDAYS)
    days: dict[date, DayOff] = {}
    for at, facts in enumerate(file.days):
        last = facts.to or facts.on
        if last < facts.on or last > file.known_to:
            raise FactsError(HOLIDAYS, f"days.{at}.to", "ends before it begins, or after known_to")
        for ahead in range((last - facts.on).days + 1):
            day = facts.on + timedelta(days=ahead)
            if day in days:
                raise FactsError(HOLIDAYS, f"days.{at}.on", f"{day} is told twice")
            days[day] = DayOff(facts.vi, facts.worked, facts.verified)
    return WorkingCalendar(days, file.known_to)
