"""What a source is probed with (thăm dò): a synthetic subject of which it is known what must be answered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.domain.holding import Holding, Outcome, State
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, NotAnIdentifier, PartialDate, PersonalId, Subject

_CITIZEN_DIGITS = 12
NOT_HELD = "probe_not_held"


def _subject(value: object) -> Any:
    """`{number, full_name, birth_date}`; an enterprise code where it is not of 12 digits."""
    if not isinstance(value, dict) or not set(value) <= {"number", "full_name", "birth_date"}:
        raise ValueError("a probe's subject is {number, full_name, birth_date}")
    number, name, born = (str(value.get(key) or "") for key in ("number", "full_name", "birth_date"))
    try:
        if len(number) == _CITIZEN_DIGITS:
            return Citizen(PersonalId.parse(number), name or None, PartialDate.parse(born) if born else None)
        return Business(EnterpriseCode.parse(number), name or None)
    except NotAnIdentifier as error:
        raise ValueError(str(error)) from None


class Probe(Strict):
    """One question that is asked every `every_s` seconds; the paper must be held and valid.

    `agreed`: the writing in which the owner of a live source agreed to be probed with this subject; without it none is.
    """

    subject: Annotated[Any, BeforeValidator(_subject)]
    evidence_type: str
    every_s: float = Field(default=60, ge=1, le=3_600, allow_inf_nan=False)
    procedure: str = Field(default="1.000894", max_length=40)
    agreed: str = Field(default="", max_length=200)

    @model_validator(mode="after")
    def _nobody(self) -> Probe:
        subject: Subject = self.subject
        if not subject.synthetic:
            raise ValueError("only a synthetic subject may be probed with: nobody's papers are looked up for our curiosity")
        return self


def disappointed(told: tuple[Holding, ...]) -> str | None:
    """Why the answer to a probe is not the expected one, as a stable code; None = it is.

    A source that no longer finds what it surely holds is not well, however politely it says so.
    """
    holding = told[0]
    if holding.doubt is not None:
        return holding.doubt.value
    return None if (holding.outcome, holding.state) == (Outcome.HELD, State.VALID) else NOT_HELD
