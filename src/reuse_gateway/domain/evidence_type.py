"""A kind of paper (loại giấy tờ): what it proves, who holds it, how long it is good for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reuse_gateway.domain.text import Text


class ReuseClass(StrEnum):
    """May agencies demand such a paper when a database has it? (reference list of the catalogue)"""

    NEVER_DEMAND = "N"
    MUST_REUSE = "R1"
    REUSE_WHEN_PUBLISHED = "R2"
    REUSE_PROVINCIAL = "R3"
    MAY_ASK = "A"


@dataclass(frozen=True, slots=True)
class EvidenceType:
    """One of the 56 kinds. `validity_months` counts from the day of issue; None = until changed.

    `prefill`: its facts may fill form fields, so that the form shows them filled instead of hiding the question.
    `never_from`: the day since which a paper of class N may not be demanded any more; None = as long as law is known.
    """

    key: str
    name: Text
    about: str
    reuse: ReuseClass
    result_codes: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    validity_months: int | None = None
    prefill: bool = False
    verified: bool = False
    never_from: date | None = None

    def may_never_be_demanded(self, day: date) -> bool:
        """Class N, and the law that says so is in force on that day."""
        return self.reuse is ReuseClass.NEVER_DEMAND and (self.never_from is None or self.never_from <= day)
