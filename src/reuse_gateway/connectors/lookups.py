"""One lookup of a manifest: the request, what its answers mean, whose records they are and which papers they prove."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reuse_gateway.connectors.asking import Request
from reuse_gateway.connectors.dates import DayFormat
from reuse_gateway.connectors.paths import PathField
from reuse_gateway.connectors.predicates import Conditions, Strict
from reuse_gateway.domain.holding import State

Thing = Literal["number", "plate", "parcel", "certificate_no"]
_NEEDS = r"^(personal_id|enterprise_code|full_name|name|birth_date|about\.(number|plate|parcel|certificate_no))$"


class Then(StrEnum):
    """What an answer means. Whatever no rule matches means nothing: unknown, never absent."""

    FOUND = "found"
    ABSENT = "absent"
    NOT_READY = "not_ready"
    DENIED = "denied"
    RETRY = "retry"
    EXPIRED = "expired"
    REVOKED = "revoked"
    INCOMPLETE = "incomplete"
    REAUTHENTICATE = "reauthenticate"


# A record is there, and the answer itself says what is wrong with it: read and owner-checked like any found one.
STATE_TOLD = {Then.FOUND: None, Then.EXPIRED: State.EXPIRED, Then.REVOKED: State.REVOKED, Then.INCOMPLETE: State.INCOMPLETE}


def _day(value: object) -> object:
    """Pydantic alone would take "20260101" for seconds since 1970."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("a day is written yyyy-MM-dd")
    return value


DayField = Annotated[date, BeforeValidator(_day)]


class Decode(Strict):
    """A text inside the answer that is itself JSON, XML or Base64, put back in its place decoded. `@` = the whole answer.

    Steps follow each other: what came out of `base64` may be decoded again at the same place.
    """

    at: PathField
    from_: Literal["json_text", "xml_text", "base64"] = Field(alias="as")
    unwrap: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _plain_place(self) -> Decode:
        if self.at.keys is None or any(key.optional for key in self.at.keys):
            raise ValueError("a decode step needs a plain dotted path")
        return self


class OutcomeRule(Strict):
    """`found`, `expired`, `revoked`, `incomplete`, `absent` must name their status and a path: no error page can mean them."""

    when: Conditions
    then: Then

    @model_validator(mode="after")
    def _status_named(self) -> OutcomeRule:
        statuses = {status for condition in self.when for status in condition.status or ()}
        allowed = (
            {200, 201, 203} if self.then in STATE_TOLD else {200, 201, 203, 204, 404} if self.then is Then.ABSENT else None
        )
        if allowed is not None and not (statuses and statuses <= allowed):
            raise ValueError(f"{self.then} must name its status, within {sorted(allowed)}")
        if allowed is not None and not any(condition.path for condition in self.when):
            raise ValueError(f"{self.then} must name a path: a status alone is what any error page has")
        return self

    @property
    def says_something(self) -> bool:
        """Does it rest on something that is there, not only on what is missing?"""
        return any(condition.positive for condition in self.when)


class Day(Strict):
    """Where a day stands and how it is spelt; `month` and `day` where a register keeps the parts apart (`path` is the year).

    `required`: a record without it is incomplete. `partial: first_day`: a year or a month alone counts from its first day;
    otherwise a day that is not whole makes the record unreadable.
    """

    path: PathField
    month: PathField | None = None
    day: PathField | None = None
    format: DayFormat
    required: Literal["true", "false"] = "false"
    partial: Literal["first_day"] | None = None

    def text_at(self, record: Any) -> str | None:
        """The day as text in its format (parts joined as yyyy-MM-dd); None where there is none."""
        told = self.path.text_at(record)
        if not told or self.month is None:
            return told or None
        month, day = self.month.text_at(record), self.day.text_at(record) if self.day else None
        return "-".join([told, *(part.zfill(2) for part in (month, day if month else None) if part)])


class Gender(Strict):
    """Registers differ: 1/2, 1/0, words. `male` and `female` list the spellings of this one."""

    path: PathField
    male: tuple[str, ...] = Field(min_length=1)
    female: tuple[str, ...] = Field(min_length=1)


class Owner(Strict):
    """One person or body that a record names; its parts of the name are joined by blanks.

    `several` = numbers (and names beside them) of co-owners in one text, split at `;` or `##`. `lost_zeros`: numbers that a
    spreadsheet or a JSON number has robbed of their leading zeros. `kind`: only people, or only bodies, are named there (a
    household is known by its code and by its owner's personal id, each with a name of its own).
    """

    number: tuple[PathField, ...] = Field(min_length=1, max_length=4)
    full_name: tuple[PathField, ...] = ()
    birth_date: Day | None = None
    gender: Gender | None = None
    several: Literal["true", "false"] = "false"
    lost_zeros: Literal["true", "false"] = "false"
    kind: Literal["citizen", "business"] | None = None


class StateRule(Strict):
    """What a record says about its own validity; the first rule that holds decides.

    Where there are rules, `then: valid` lists the good states: a record of which no rule holds is unreadable, never valid.
    """

    when: Conditions
    then: State


class Fields(Strict):
    """The only facts that leave the adapter."""

    issued_on: Day | None = None
    expires_on: Day | None = None
    result_code: PathField | None = None
    states: tuple[StateRule, ...] = ()


class Proof(Fields):
    """Which records prove this paper, and what differs for it.

    `result_codes` names papers by their result code; `subjects` narrows those of the lookup; `owners` stand in place of the
    lookup's: a child's birth record names its parents and who asked for it, but is none of their papers.
    """

    present: Conditions | None = None
    result_codes: tuple[str, ...] = ()
    published_from: DayField | None = None
    published_to: DayField | None = None
    subjects: tuple[Literal["citizen", "business"], ...] = ()
    owners: tuple[Owner, ...] = Field(default=(), max_length=6)

    @model_validator(mode="after")
    def _told_apart(self) -> Proof:
        if self.present is None and not self.result_codes:
            raise ValueError("present or result_codes must say which records prove the paper")
        return self


class LookupFacts(Strict):
    """One question a source can be asked.

    `several`: an owner has one record, one per paper, or many of which the newest valid one counts; differing records where
    there can be one only are ambiguous. `identity` names the number under which two records must not differ. `about`: where a
    record names the thing that was asked about; an owner's record of another thing is no answer. `either`: beside `needs`, one
    of these facts suffices.
    """

    subjects: tuple[Literal["citizen", "business"], ...] = Field(min_length=1)
    needs: tuple[Annotated[str, Field(pattern=_NEEDS)], ...] = ()
    either: tuple[Annotated[str, Field(pattern=_NEEDS)], ...] = ()
    request: Request
    decode: tuple[Decode, ...] = Field(default=(), max_length=4)
    outcomes: tuple[OutcomeRule, ...] = Field(min_length=1, max_length=24)
    records: PathField
    total: PathField | None = None
    owners: tuple[Owner, ...] = Field(default=(), max_length=6)
    about: dict[Thing, PathField] = Field(default_factory=dict)
    keep: Conditions | None = None
    identity: PathField | None = None
    several: Literal["one", "one_per_paper", "newest"] = "one"
    fields: Fields = Fields()
    evidence: dict[str, Proof] = Field(min_length=1, max_length=40)

    @model_validator(mode="after")
    def _safe(self) -> LookupFacts:
        if not any(rule.then is Then.FOUND for rule in self.outcomes):
            raise ValueError("no rule says found")
        if not any(rule.then is Then.ABSENT for rule in self.outcomes):
            raise ValueError("no rule says absent")
        for need in (*self.needs, *self.either):
            if need.startswith("about.") and need.removeprefix("about.") not in self.about:
                raise ValueError(f"nothing says where a record names the {need.removeprefix('about.')} that was asked about")
        for paper, proof in self.evidence.items():
            if not (proof.owners or self.owners):
                raise ValueError(f"nothing says who owns {paper}")
            rules = (*proof.states, *self.fields.states)
            if rules and not any(rule.then is State.VALID for rule in rules):
                raise ValueError(f"states of {paper}: no rule says valid")
        return self

    def owners_of(self, evidence_type: str) -> tuple[Owner, ...]:
        """Where a record of this paper names its owner."""
        return self.evidence[evidence_type].owners or self.owners

    @property
    def named(self) -> tuple[Owner, ...]:
        """Every place where a record names somebody whose paper it may be."""
        return (*self.owners, *(owner for proof in self.evidence.values() for owner in proof.owners))

    def asked_about(self, evidence_type: str) -> tuple[str, ...]:
        """Kinds of subjects that this paper can be looked up for."""
        return self.evidence[evidence_type].subjects or self.subjects

    @property
    def disclosed(self) -> frozenset[str]:
        """Paths of the facts that leave the adapter, for the list of what a source discloses."""
        told = [self.fields, *self.evidence.values()]
        days = [day.path.text for each in told for day in (each.issued_on, each.expires_on) if day]
        return frozenset(days) | frozenset(each.result_code.text for each in told if each.result_code)
