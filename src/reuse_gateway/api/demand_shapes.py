"""What callers send about a demand (shapes on the wire); `demand_reading` turns it into domain values."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, AliasChoices, Field, field_validator, model_validator

from reuse_gateway.api.schemas import CaseIn, ItemIn, Strict
from reuse_gateway.domain.check import MOST_ITEMS
from reuse_gateway.domain.free_text import names_somebody

_REFERENCE = re.compile(r"[A-Za-z0-9_.:,/@+#-]{1,400}")


def _nobodys(reference: str) -> str:
    if names_somebody(reference):
        raise ValueError("personal_number_in_ref")
    return reference


_Shaped = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_./:-]+$")]
Reference = Annotated[_Shaped, AfterValidator(_nobodys)]


class DemandItemIn(ItemIn):
    """One paper that was demanded, and how."""

    manner: Literal["original", "copy", "certified", "electronic", "data"] | None = Field(
        None, description="How it was wanted; `data` = typed in again. Default: as the label says, if it says."
    )
    shown: list[Literal["original", "copy", "electronic", "vneid"]] = Field(
        default_factory=list, max_length=4, description="What the person had shown already."
    )
    vneid_consent: Reference | None = Field(None, description="Reference of the consent or QR recorded for what VNeID showed.")


class OverrideIn(Strict):
    """A lawful exception that the office invokes. Evidence is references and codes by key, never words about a person."""

    reason_code: str = Field(
        pattern=r"^E([1-9]|1[0-3])$", validation_alias=AliasChoices("reason_code", "code", "reason"), examples=["E1"]
    )
    invoked_by: Literal["officer", "supervisor"] = "officer"
    evidence: dict[Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")], str | bool | int] = Field(
        default_factory=dict, max_length=10
    )
    refs: list[str] = Field(default_factory=list, max_length=MOST_ITEMS, description="The papers meant; default: all.")

    @field_validator("evidence")
    @classmethod
    def _references_only(cls, evidence: dict[str, str | bool | int]) -> dict[str, str | bool | int]:
        for name, value in evidence.items():
            text = str(value)
            if not _REFERENCE.fullmatch(text):
                raise ValueError("evidence_shape")
            # What stands behind the sign of a difference is sealed before it is kept; nothing else is.
            kept = text.partition("#")[0] if name == "field_difference" else text
            if names_somebody(kept):
                raise ValueError("personal_number_in_ref")
        return evidence


class Mau02In(Strict):
    """The written supplement request (Mẫu số 02 of Circular 03/2025/TT-VPCP)."""

    number: Reference
    reason: str | None = Field(None, max_length=2_000, description="Only whether it says something is kept.")


class DemandIn(CaseIn):
    """POST /v1/demands: an office really asked, for papers one by one or in its own words."""

    kind: Literal["intake_receipt", "supplement_request", "counter", "citizen_report"]
    made_at: str = Field(max_length=40, description="RFC 3339 instant of the demand.", examples=["2026-11-23T08:30:00+07:00"])
    items: list[DemandItemIn] = Field(default_factory=list, max_length=MOST_ITEMS)  # type: ignore[assignment]
    words: str | None = Field(
        None, min_length=1, max_length=10_000, description="What was asked in free words; its points become items w1, w2, ..."
    )
    agency: str | None = Field(
        None,
        max_length=40,
        description="Who asked, if not the caller: an agency below it; of a `citizen_report` with `audit:act`, one inspected.",
    )
    received_by: Literal["counter", "online", "post"] | None = Field(None, description="How the dossier came in.")
    means: Literal["oral", "written", "electronic", "form"] | None = Field(None, description="By what the office asked.")
    reason: str | None = Field(None, max_length=2_000, description="Only whether one was stated is kept.")
    mau_02: Mau02In | None = None
    shown_receipt: str | None = Field(
        None, max_length=40, pattern=r"^(chk_[0-9a-f]{32}|[A-Za-z0-9-]{12,15})$", description="Check id or short code in hand."
    )
    override: OverrideIn | None = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> DemandIn:
        if not self.items and self.words is None:
            raise ValueError("missing")
        refs = {item.ref for item in self.items}
        if self.words is None and self.override and not refs.issuperset(self.override.refs):
            raise ValueError("unknown_ref")
        return self
