"""Small factories for demands: one paper, its verdict, and whatever a test bends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from reuse_gateway.domain.asking import Asked, Channel, DemandKind, Manner, Mau02, Means, Shown
from reuse_gateway.domain.defect import Cover, Replacement
from reuse_gateway.domain.demand import Circumstances, Judgment
from reuse_gateway.domain.demand_facts import DemandFacts, PaperFacts
from reuse_gateway.domain.holding import Holding, Outcome
from reuse_gateway.domain.judgment import judge
from reuse_gateway.domain.lawful_exception import Invoker, LawfulException
from reuse_gateway.domain.override import Override, OwnFacts
from reuse_gateway.domain.source import Tier
from reuse_gateway.domain.text import Text
from reuse_gateway.domain.told_before import EarlierAnswer
from reuse_gateway.domain.verdict import FormAction, Reason, Verdict
from tests.domain.builders import BIRTH, holding, law, row, unknown

MADE_AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)
REPLACED = Cover(BIRTH, Replacement.REPLACEABLE, (), ("L-reuse",))
WRITTEN = Mau02("BS-2026-01", True)
__all__ = ["Asked", "Channel", "DemandKind", "Manner", "Means", "Reason", "Shown"]


def said(reason: Reason, *holdings: Holding, kind: str | None = BIRTH) -> Verdict:
    return Verdict("a", kind, reason, FormAction.DEFER, 1.0, "code", holdings=holdings, legal_basis=("L-reuse",))


def held(tier: Tier = Tier.NATIONAL, **changes: Any) -> Verdict:
    return said(Reason.HELD_VALID, holding(tier=tier, **changes))


def waiting() -> Verdict:
    return said(Reason.SOURCE_TIMED_OUT, unknown())


VERDICTS: Mapping[Reason, Verdict] = {each: said(each) for each in Reason} | {
    Reason.HELD_VALID: held(),
    Reason.SOURCE_TIMED_OUT: waiting(),
}


def own(verdict: Verdict, **changes: Any) -> OwnFacts:
    told = {"kind": DemandKind.COUNTER, "made_on": DAY, "row": row(substitution_wording=True)}
    return OwnFacts(verdict=verdict, **(told | changes))


def paper(verdict: Verdict | None = None, **changes: Any) -> PaperFacts:
    """One paper; changes of `OwnFacts` and of `PaperFacts` are told apart by their names."""
    verdict = verdict or held()
    mine = {name: value for name, value in changes.items() if name in OwnFacts.__dataclass_fields__}
    rest = {name: value for name, value in changes.items() if name not in mine}
    return PaperFacts(verdict, own(verdict, **mine), **({"cover": REPLACED} | rest))


def judged(
    *papers: PaperFacts,
    asked: Asked | None = None,
    book: Any = None,
    made_on: date = DAY,
    exceptions: Mapping[str, LawfulException] | None = None,
    supplement_no: int | None = None,
    bypassed: bool = False,
    **told: Any,
) -> Judgment:
    """What a demand made at the counter is, unless more is told."""
    circumstances = Circumstances(**({"kind": DemandKind.COUNTER, "made_at": MADE_AT} | told), asked=(asked,) if asked else ())
    given = papers or (paper(),)
    manner = asked.manner if asked else None
    given = tuple(
        replace(each, own=replace(each.own, kind=circumstances.kind, manner=manner, received_by=circumstances.received_by))
        for each in given
    )
    known = EXCEPTIONS if exceptions is None else exceptions
    return judge(DemandFacts(circumstances, made_on, given, book or law(), known, supplement_no, bypassed))


def types(judgment: Judgment) -> list[str]:
    return [str(breach.type) for breach in judgment.breaches]


def finding(judgment: Judgment) -> str:
    (one,) = judgment.papers
    return str(one.finding)


def told(reason: Reason, check_id: str = "chk_before", at: datetime = MADE_AT, as_of: date = DAY) -> EarlierAnswer:
    return EarlierAnswer(check_id, reason, at, as_of)


def how(**changes: Any) -> Asked:
    shown = frozenset(changes.pop("shown", ()))
    return Asked("a", shown=shown, **changes)


def exception(code: str, invokers: str, *evidence: str, days: int = 30) -> LawfulException:
    text = Text(code, code)
    return LawfulException(code, text, text, tuple(map(Invoker, invokers.split())), evidence, days, True)


# As the shipped file has them (tests/demands/test_overrides_shipped.py compares).
EXCEPTIONS = {
    each.code: each
    for each in (
        exception("E1", "rule", "probe_log", days=5),
        exception("E2", "officer rule", "missing_fields"),
        exception("E3", "officer", "field_difference"),
        exception("E4", "officer rule", "validity_rule"),
        exception("E5", "rule", "negative_receipt"),
        exception("E6", "rule", "published_scope"),
        exception("E7", "officer rule", "component_flag", "legal_basis"),
        exception("E8", "officer rule", "subject_kind"),
        exception("E9", "officer", "authentication_failure", days=1),
        exception("E10", "rule", "procedure_flag"),
        exception("E11", "officer", "explicit_choice", days=0),
        exception("E12", "supervisor rule", "access_policy"),
        exception("E13", "supervisor", "incident", days=3),
    )
}


def override(code: str, invoker: str = "officer", **evidence: str) -> Override:
    return Override(code, Invoker(invoker), evidence)


def absent_holding() -> Holding:
    return holding(Outcome.ABSENT)
