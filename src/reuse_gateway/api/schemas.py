"""What callers send (shapes on the wire); `reading` turns it into domain values."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from reuse_gateway.domain.check import MOST_ITEMS
from reuse_gateway.domain.dossier_code import one_spelling
from reuse_gateway.domain.free_text import names_somebody

ROLE = r"^[a-z][a-z_]{0,31}$"
Name = Annotated[str, Field(min_length=1, max_length=200)]
Role = Annotated[str, Field(pattern=ROLE)]
DossierCode = Annotated[str, Field(max_length=40), AfterValidator(one_spelling)]


class Strict(BaseModel):
    """Unknown fields and wrong types are faults, not surprises."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class CitizenIn(Strict):
    """A person. Some sources can only be asked with name and birth date beside the number."""

    kind: Literal["citizen"]
    personal_id: str = Field(max_length=40, description="12 digits (or the old 9)", examples=["999090000001"])
    full_name: Name | None = Field(None, examples=["Nguyễn Văn An"])
    birth_date: str | None = Field(None, max_length=10, description="YYYY-MM-DD; the year alone is legal")


class BusinessIn(Strict):
    """An enterprise, branch, cooperative or business household."""

    kind: Literal["business"]
    enterprise_code: str = Field(max_length=40, description="10 digits, 13 for a branch, or a 12-digit personal id")
    name: Name | None = None


class OtherCitizenIn(CitizenIn):
    """Another person of the case, by the role played in it."""

    role: Role


class OtherBusinessIn(BusinessIn):
    """Another body of the case, by the role it plays."""

    role: Role


class AboutIn(Strict):
    """Numbers of the thing a paper is about."""

    number: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    plate: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    parcel: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    certificate_no: Annotated[str, Field(min_length=1, max_length=64)] | None = None


class ItemIn(Strict):
    """One paper, named in exactly one of three ways."""

    ref: str = Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$", description="The caller's own name for it; no personal number.")
    evidence_type: str | None = Field(None, max_length=64)
    result_code: str | None = Field(None, max_length=40, examples=["KQ.G15.000031"])
    label: str | None = Field(None, min_length=1, max_length=2_000, description="The paper in free words.")
    role: Role | None = Field(None, description="Default: the applicant, or whom the dossier lists it for.")
    about: AboutIn | None = None

    @field_validator("ref")
    @classmethod
    def _no_personal_number(cls, ref: str) -> str:
        if names_somebody(ref):
            raise ValueError("personal_number_in_ref")
        return ref

    @model_validator(mode="after")
    def _one_way(self) -> ItemIn:
        if sum(way is not None for way in (self.evidence_type, self.result_code, self.label)) != 1:
            raise ValueError("exactly_one_of")
        return self


SubjectIn = Annotated[CitizenIn | BusinessIn, Field(discriminator="kind")]
OtherIn = Annotated[OtherCitizenIn | OtherBusinessIn, Field(discriminator="kind")]


class CaseIn(Strict):
    """Who + which procedure + which papers."""

    procedure: str = Field(max_length=40, examples=["1.001193"])
    case: str | None = Field(None, max_length=2000)
    dossier: DossierCode | None = Field(None, examples=["H41.12-261123-0001"])
    officer: str | None = Field(None, min_length=1, max_length=64, description="Opaque id; kept as a pseudonym.")
    subject: SubjectIn
    others: list[OtherIn] = Field(default_factory=list, max_length=16)
    items: list[ItemIn] = Field(min_length=1, max_length=MOST_ITEMS)

    @model_validator(mode="after")
    def _unique_names(self) -> CaseIn:
        if len({item.ref for item in self.items}) != len(self.items):
            raise ValueError("duplicate_ref")
        roles = {other.role for other in self.others}
        if len(roles) != len(self.others) or "applicant" in roles:
            raise ValueError("duplicate_role")
        return self


class CheckIn(CaseIn):
    """POST /v1/checks."""

    stage: Literal["intake", "processing", "supplement"] = "intake"
    as_of: str | None = Field(None, max_length=10, description="YYYY-MM-DD: the day whose law decides; default today.")
    dry_run: bool = False


class ReceiptIn(Strict):
    """POST /v1/receipts:verify."""

    receipt: str = Field(min_length=1, max_length=65_536)
