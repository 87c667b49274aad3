"""An administrative procedure (thủ tục hành chính) with its cases (trường hợp) and the papers each one requires."""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import date
from enum import StrEnum

from reuse_gateway.domain.text import Text

_CODE = re.compile(r"([1-9]\.[0-9]{6})((?:\.[0-9A-Z]+)*)")
_AGENCY = re.compile(r"[A-Z][0-9]{2}")


@dataclass(frozen=True, slots=True)
class ProcedureCode:
    """Mã TTHC. Only the first two groups name the procedure; the rest tells where it is run (`...H41`) or which online case."""

    base: str
    province: str | None = None

    @classmethod
    def parse(cls, text: str) -> ProcedureCode:
        """From `1.001193`, `1.001193.000.00.00.H41`, `2.002621.H56` or `1.000894.01`; raises ValueError."""
        match = _CODE.fullmatch(text)
        if not match:
            raise ValueError("procedure_code_shape")
        groups = match.group(2).split(".")
        return cls(match.group(1), next((group for group in groups if _AGENCY.fullmatch(group)), None))


class Mode(StrEnum):
    """Is the paper handed in (nộp) or only shown (xuất trình)?"""

    SUBMIT = "submit"
    PRESENT = "present"


class Fallback(StrEnum):
    """What the procedure says when no source holds the paper."""

    ASK_SUBJECT = "ask_subject"
    AGENCY_TO_AGENCY = "agency_to_agency"
    SUBJECT_DECLARES = "subject_declares"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the dossier (thành phần hồ sơ). `any_of` lists alternatives; inside each, all papers are needed (CCCEV).

    An empty `any_of` is a row whose words are not tied to an evidence type yet: kept as it is, decides nothing.
    """

    ref: str
    label: str
    any_of: tuple[tuple[str, ...], ...] = ()
    role: str = "applicant"
    mode: Mode = Mode.SUBMIT
    original: bool = False
    fallback: Fallback = Fallback.ASK_SUBJECT
    substitution_wording: bool = False
    condition: str | None = None

    def names(self, evidence_type: str) -> bool:
        """Is this kind of paper wanted by any of the lists?"""
        return any(evidence_type in together for together in self.any_of)


@dataclass(frozen=True, slots=True)
class Case:
    """A case of the procedure with a dossier of its own; the name is empty where a procedure has only one."""

    name: str
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class ProcedureVersion:
    """A procedure as published from one day to another. `tied` False = imported rows whose words nobody has tied yet.

    `ministry` is how the portal writes the body that published it (BONGANH); empty where it was not told.
    """

    code: str
    name: str
    cases: tuple[Case, ...]
    valid_from: date
    valid_to: date | None = None
    name_en: str | None = None
    level: str = ""
    decision: str = ""
    field: str = ""
    ministry: str = ""
    result_codes: tuple[str, ...] = ()
    tied: bool = True
    verified: bool = False
    _named: dict[str | None, dict[str, tuple[Requirement, ...]]] = kept(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def naming(self, evidence_type: str, case: str | None) -> tuple[Requirement, ...]:
        """Rows of a case (None = of all cases) that list this kind of paper; raises KeyError for an unknown case."""
        rows = self._named.get(case)
        if rows is None:
            rows = self._named[case] = _by_kind(self.requirements(case))
        return rows.get(evidence_type, ())

    @property
    def title(self) -> Text:
        """The name; Vietnamese in both places where no English one is known."""
        return Text(self.name, self.name_en or self.name)

    def requirements(self, case: str | None) -> tuple[Requirement, ...]:
        """Rows of one case, or of all cases together where none is named; raises KeyError for an unknown case."""
        if case is None:
            return tuple(requirement for each in self.cases for requirement in each.requirements)
        for each in self.cases:
            if each.name == case:
                return each.requirements
        raise KeyError(case)


def _by_kind(requirements: tuple[Requirement, ...]) -> dict[str, tuple[Requirement, ...]]:
    found: dict[str, list[Requirement]] = {}
    for row in requirements:
        for kind in dict.fromkeys(kind for together in row.any_of for kind in together):
            found.setdefault(kind, []).append(row)
    return {kind: tuple(rows) for kind, rows in found.items()}
