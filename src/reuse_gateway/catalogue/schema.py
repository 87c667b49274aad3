"""Shapes of the fact files. Every scalar arrives as a string; what is not listed here is a mistake, not an extension."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from reuse_gateway.domain.errors import FactsError
from reuse_gateway.domain.evidence_type import ReuseClass
from reuse_gateway.domain.legal_basis import Topic
from reuse_gateway.domain.procedure import Fallback, Mode

Shape = TypeVar("Shape", bound=BaseModel)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _day(value: Any) -> date:
    if not isinstance(value, str) or not _ISO_DAY.fullmatch(value):
        raise ValueError("write the day as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is a day that no calendar has") from None


def _flag(value: Any) -> bool:
    if value not in ("true", "false"):
        raise ValueError("write true or false")
    return value == "true"


def _count(value: Any) -> int:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,4}", value):
        raise ValueError("write a whole number")
    return int(value)


Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Count = Annotated[int, BeforeValidator(_count)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Ref = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
ProcedureCodeText = Annotated[str, StringConstraints(pattern=r"^[1-9]\.[0-9]{6}$")]
ResultCode = Annotated[str, StringConstraints(pattern=r"^KQ\.[A-Z][0-9]{2}\.[0-9]{4,6}$")]
BasisCode = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9][A-Za-z0-9.-]{1,39}$")]
About = Literal["person", "enterprise", "household", "land_parcel", "vehicle", "building", "project", "facility", "any"]
Status = Literal["in_force", "review", "ended", "order", "programme"]
Level = Literal["ministry", "province", "commune", "province_or_commune", "social_insurance", "tax", "linked"]


class Strict(BaseModel):
    """A key that is not listed is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class BothLanguages(Strict):
    """Vietnamese first, English beside."""

    vi: Words
    en: Words


class EvidenceTypeFacts(BothLanguages):
    """One kind of paper; `verified` is the mark of the reference list: seen in a source, or general knowledge."""

    about: About
    reuse: ReuseClass
    result_codes: tuple[ResultCode, ...] = ()
    aliases: tuple[Words, ...] = ()
    validity_months: Count | None = Field(default=None, gt=0)
    prefill: Flag = False
    never_from: Day | None = None
    verified: Flag
    note: Words | None = None


class EvidenceTypesFile(Strict):
    """`shared_result_codes` may be claimed by several kinds, and then name none of them."""

    evidence_types: dict[Ref, EvidenceTypeFacts]
    shared_result_codes: tuple[ResultCode, ...] = ()


class LegalBasisFacts(BothLanguages):
    """One instrument; `verified` speaks of its existence and its days."""

    in_force_from: Day
    in_force_to: Day | None = None
    issued_on: Day | None = None
    superseded_by: BasisCode | None = None
    article: Words | None = None
    status: Status
    review_by: Day | None = None
    verified: Flag
    note: Words | None = None


class LegalBasesFile(Strict):
    legal_bases: dict[BasisCode, LegalBasisFacts]


class CitationRuleFacts(Strict):
    """From one day to another these codes are cited for the topic, the primary one first."""

    topic: Topic
    codes: tuple[BasisCode, ...] = Field(min_length=1)
    valid_from: Day
    valid_to: Day | None = None
    evidence_types: tuple[Ref, ...] = ()
    verified: Flag
    note: Words | None = None


class CitationRulesFile(Strict):
    citation_rules: tuple[CitationRuleFacts, ...] = Field(min_length=1)


class RequirementFacts(Strict):
    """One row of the dossier; an empty `any_of` is a paper outside the evidence types."""

    ref: Ref
    label: Words
    any_of: tuple[Annotated[tuple[Ref, ...], Field(min_length=1)], ...]
    role: Ref = "applicant"
    mode: Mode = Mode.SUBMIT
    original: Flag = False
    fallback: Fallback = Fallback.ASK_SUBJECT
    substitution_wording: Flag = False
    condition: Words | None = None


class CaseFacts(Strict):
    """A case with a dossier of its own; `name` is left out where the procedure has only one."""

    name: Words | None = None
    requirements: tuple[RequirementFacts, ...] = Field(min_length=1)


class VersionFacts(Strict):
    """The dossier from one day to another; `date_verified` false = only the crawl of July 2026 is known.

    `complete` false = abridged here: papers that it does not list may well be in the published dossier.
    """

    valid_from: Day
    valid_to: Day | None = None
    date_verified: Flag
    complete: Flag = True
    decision: Words
    cases: tuple[CaseFacts, ...] = Field(min_length=1)


class ProcedureFile(BothLanguages):
    """One procedure, one file, all its versions."""

    code: ProcedureCodeText
    level: Level
    field: Words
    result_codes: tuple[ResultCode, ...] = ()
    verified: Flag
    note: Words | None = None
    versions: tuple[VersionFacts, ...] = Field(min_length=1)


class AgencyFacts(BothLanguages):
    """A body of the tree; an empty `sources` may ask nobody, `*` everybody."""

    level: Literal["province", "department", "commune"]
    sources: tuple[Annotated[str, StringConstraints(pattern=r"^(\*|[a-z][a-z0-9_]*)$")], ...]
    place: Words | None = None
    note: Words | None = None


class AgenciesFile(Strict):
    agencies: dict[Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}(\.[1-9][0-9]{0,2})*$")], AgencyFacts]


class SentencesFile(Strict):
    """Groups of sentences: `notice` -> `held_valid` -> both languages."""

    sentences: dict[Ref, dict[Ref, BothLanguages]]


def typed(shape: type[Shape], value: Any, file: str) -> Shape:
    """The facts as the schema types them; raises FactsError with the key path of the first offence."""
    try:
        return shape.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"] if part != "[key]")
        raise FactsError(file, path, first["msg"].removeprefix("Value error, ")) from None
