"""Dated facts on the wire: what administrators send, what they get, and the preconditions that keep two of them apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import Request
from pydantic import BeforeValidator, Field, model_validator

from reuse_gateway.api.schemas import Strict
from reuse_gateway.domain.dated_fact import (
    Connection,
    DatedFact,
    ExceptionTerms,
    FactChange,
    FactKind,
    PlannedOutage,
    PublishedScope,
    Said,
    WaivedThing,
    Waiver,
)
from reuse_gateway.domain.errors import CallerError
from reuse_gateway.domain.lawful_exception import Invoker
from reuse_gateway.domain.receipt import instant
from reuse_gateway.domain.text import nfc
from reuse_gateway.domain.vietnam import vietnamese_day

# Nothing of ours happened before, and at the ends of the calendar another zone's instant does not exist.
_FIRST_YEAR, _LAST_YEAR = 2000, 2200
_MOMENT = re.compile(r"[0-9]{4}-[0-9-]{5}[Tt ][0-9:.]{8,15}([Zz]|[+-][0-9]{2}:[0-9]{2})")


def _day(value: Any) -> date:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("bad_format")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("impossible_date") from None


Day = Annotated[date, BeforeValidator(_day)]


def moment(value: Any) -> datetime:
    """From RFC 3339 with its offset, as UTC; raises ValueError with the code of the fault."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("bad_format")
    try:
        at = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("impossible_date") from None
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise ValueError("impossible_date")
    return at


Moment = Annotated[datetime, BeforeValidator(moment)]
Code = Annotated[str, Field(min_length=1, max_length=64)]


class RowIn(Strict):
    """What every row tells: on what ground, and why it is changed now."""

    withdrawn: bool = Field(False, description="From the first day on it holds no more.")
    legal_basis: list[Code] = Field(default_factory=list, max_length=12, examples=[["NQ-66.7-2025"]])
    reason: str = Field(min_length=10, max_length=500, description="Why; kept in the ledger for ever, so nobody is named.")

    def says(self, id: str) -> Said:
        """What the row is about."""
        raise NotImplementedError

    def fact(self, kind: FactKind, id: str) -> DatedFact:
        """The row, without its revision."""
        raise NotImplementedError


class FactIn(RowIn):
    """A row that tells its days."""

    valid_from: Day
    valid_to: Day | None = Field(None, description="The last day; none = until another row says otherwise.")

    def fact(self, kind: FactKind, id: str) -> DatedFact:
        return DatedFact(kind, id, 0, self.says(id), self.valid_from, self.valid_to, self.withdrawn, tuple(self.legal_basis))


class ScopeIn(FactIn):
    """PUT /v1/admin/scopes/{id}; the id is `source.evidence_type`, with a third part where the scope is narrowed."""

    source: Code
    evidence_type: Code
    territory: str | None = Field(None, max_length=40, description="Agency code; for dossiers of that branch alone.")
    procedures: list[Code] = Field(default_factory=list, max_length=500)

    def says(self, id: str) -> Said:
        return PublishedScope(self.source, self.evidence_type, self.territory or "", tuple(sorted(set(self.procedures))))


class ConnectionIn(FactIn):
    """PUT /v1/admin/connections/{id}; the id is the source's."""

    source: Code

    def says(self, id: str) -> Said:
        return Connection(self.source)


class ExceptionIn(FactIn):
    """PUT /v1/admin/exceptions/{id}: other terms for E1 to E13."""

    invokers: list[Literal["officer", "supervisor", "rule"]] = Field(max_length=3)
    evidence: list[Code] = Field(max_length=12)
    max_days: int = Field(ge=0, le=366)
    shown_to_applicant: bool

    def says(self, id: str) -> Said:
        invokers = tuple(sorted(map(Invoker, set(self.invokers))))
        return ExceptionTerms(id, invokers, tuple(sorted(set(self.evidence))), self.max_days, self.shown_to_applicant)


class WaiverIn(FactIn):
    """PUT /v1/admin/waivers/{id}: a form, or every form of a procedure, may be published with errors until a day."""

    form: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] | None = None
    procedure: Code | None = None
    ground: str = Field(min_length=10, max_length=500, description="The legal ground, in words.")

    @model_validator(mode="after")
    def _one_thing(self) -> WaiverIn:
        if (self.form is None) == (self.procedure is None):
            raise ValueError("exactly_one_of")
        return self

    def says(self, id: str) -> Said:
        thing = WaivedThing.FORM if self.form else WaivedThing.PROCEDURE
        return Waiver(thing, self.form or self.procedure or "", nfc(self.ground))


class OutageIn(RowIn):
    """PUT /v1/admin/outages/{id}: a maintenance that the owner of a source has announced; its days follow from its instants."""

    source: Code
    from_at: Moment = Field(json_schema_extra={"format": "date-time"})
    to_at: Moment = Field(json_schema_extra={"format": "date-time"})
    announcement: str = Field(min_length=10, max_length=500, description="Number and day of the writing; nobody is named.")

    def says(self, id: str) -> Said:
        return PlannedOutage(self.source, self.from_at, self.to_at, nfc(self.announcement))

    def fact(self, kind: FactKind, id: str) -> DatedFact:
        first, last = (vietnamese_day(at) for at in (self.from_at, self.to_at))
        return DatedFact(kind, id, 0, self.says(id), first, max(first, last), self.withdrawn, tuple(self.legal_basis))


def fact_out(fact: DatedFact, day: date) -> dict[str, Any]:
    """A row as it is shown; `in_force` speaks of today."""
    return {
        "id": fact.id,
        "revision": fact.revision,
        **_said_out(fact.says),
        "valid_from": fact.valid_from.isoformat(),
        "valid_to": fact.valid_to.isoformat() if fact.valid_to else None,
        "withdrawn": fact.withdrawn,
        "legal_basis": list(fact.legal_basis),
        "in_force": fact.in_force(day),
    }


def change_out(change: FactChange, day: date) -> dict[str, Any]:
    """A stored row with who added it, when and why."""
    by = {"client": change.client_id, "agency": change.agency}
    told = {"number": change.number, "changed_at": instant(change.at), "changed_by": by, "reason": change.reason}
    return fact_out(change.fact, day) | {"origin": "stored", **told}


def _said_out(says: Said) -> dict[str, Any]:
    if isinstance(says, PublishedScope):
        return asdict(says) | {"territory": says.territory or None, "procedures": list(says.procedures)}
    if isinstance(says, ExceptionTerms):
        return asdict(says) | {"invokers": list(says.invokers), "evidence": list(says.evidence)}
    if isinstance(says, Waiver):
        return {str(says.thing): says.target, "ground": says.ground}
    if isinstance(says, PlannedOutage):
        return asdict(says) | {"from_at": instant(says.from_at), "to_at": instant(says.to_at)}
    return asdict(says)


def etag(revision: int) -> str:
    """The strong validator of a revision; 0 is the shipped fact (RFC 9110, 8.8.3)."""
    return f'"r{revision}"'


def precondition(request: Request) -> Callable[[int | None], bool]:
    """Does the revision that stands meet If-Match and If-None-Match (RFC 9110, 13.1)?

    Raises CallerError(`precondition_required`) where the call has neither (RFC 6585): it could overwrite what nobody read.
    """
    match, none_match = request.headers.get("if-match"), request.headers.get("if-none-match")
    if match is None and none_match is None:
        raise CallerError(code="precondition_required")

    def met(standing: int | None) -> bool:
        matches = match is None or _names(match, standing)
        return matches and (none_match is None or not _names(none_match, standing))

    return met


def _names(told: str, standing: int | None) -> bool:
    """Weak tags never match: `W/"r1"` promises less than a change needs."""
    return standing is not None and (told.strip() == "*" or etag(standing) in {tag.strip() for tag in told.split(",")})
