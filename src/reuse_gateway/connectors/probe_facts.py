"""What a source is probed with (thăm dò): a synthetic subject of which it is known what must be answered."""

from __future__ import annotations

from pydantic import Field, model_validator

from reuse_gateway.connectors.predicates import Strict
from reuse_gateway.domain.holding import Holding, Outcome, State
from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, NotAnIdentifier, PartialDate, PersonalId, Subject

_CITIZEN_DIGITS = 12
NOT_HELD = "probe_not_held"


class Known(Strict):
    """A synthetic subject by its number: a personal id of 12 digits, else an enterprise code."""

    number: str = Field(max_length=13)
    full_name: str | None = Field(default=None, max_length=200)
    birth_date: str | None = None

    @property
    def subject(self) -> Subject:
        """As the lookup wants it; raises NotAnIdentifier."""
        if len(self.number) == _CITIZEN_DIGITS:
            born = PartialDate.parse(self.birth_date) if self.birth_date else None
            return Citizen(PersonalId.parse(self.number), self.full_name, born)
        return Business(EnterpriseCode.parse(self.number), self.full_name)


class Probe(Strict):
    """One question that is asked every `every_s` seconds; the paper must be held and valid.

    `agreed`: the writing in which the owner of a live source agreed to be probed with this subject; without it none is.
    """

    subject: Known
    evidence_type: str
    every_s: float = Field(default=60, ge=1, le=3_600, allow_inf_nan=False)
    procedure: str = Field(default="1.000894", max_length=40)
    agreed: str = Field(default="", max_length=200)

    @property
    def about(self) -> Subject:
        """Whom it asks about."""
        return self.subject.subject

    @model_validator(mode="after")
    def _nobody(self) -> Probe:
        try:
            synthetic = self.about.synthetic
        except NotAnIdentifier as error:
            raise ValueError(str(error)) from None
        if not synthetic:
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
