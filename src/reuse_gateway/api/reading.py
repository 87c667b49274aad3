"""From the wire's shapes to domain values; what no field rule can say (codes, days, structure of numbers) is checked here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypeVar

from reuse_gateway.api.form_shapes import LintIn
from reuse_gateway.api.schemas import (
    BusinessIn,
    CaseIn,
    CheckIn,
    CitizenIn,
    ItemIn,
    OtherBusinessIn,
    OtherCitizenIn,
)
from reuse_gateway.application.lint_form import LintRequest
from reuse_gateway.domain.check import APPLICANT, CheckRequest, Stage, Wanted
from reuse_gateway.domain.dossier_code import may_use
from reuse_gateway.domain.errors import Fault, InvalidInput
from reuse_gateway.domain.procedure import ProcedureCode
from reuse_gateway.domain.subject import (
    Business,
    Citizen,
    EnterpriseCode,
    OldPersonalId,
    PartialDate,
    PersonalId,
    Subject,
)
from reuse_gateway.domain.text import nfc
from reuse_gateway.domain.vietnam import VIETNAM, vietnamese_day

Parsed = TypeVar("Parsed")

# Agency part in its old or new spelling, day of receipt, serial of the day.
_DOSSIER = re.compile(r"(([0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2})|([A-Z][0-9]{2}(\.[0-9]{1,3}){0,4}))-[0-9]{6}-[0-9]{4,6}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads cases for one province. `synthetic` False refuses enterprise codes whose check digit does not hold."""

    province: str
    first_day: date
    evidence_types: frozenset[str]
    synthetic: bool
    roles: frozenset[str]
    now: Callable[[], datetime]

    def check(self, body: CheckIn, agency: str) -> CheckRequest:
        """A case that this body asks about; raises InvalidInput with every fault found."""
        today = vietnamese_day(self.now())
        faults: list[Fault] = []
        as_of: date | None = today
        if body.as_of is not None:
            as_of = attempt(faults, "/as_of", lambda: date.fromisoformat(str(body.as_of)), "impossible_date")
        return self._request(body, as_of, today, faults, "/as_of", Stage(body.stage), body.dry_run, agency)

    def case(
        self, body: CaseIn, as_of: date | None, faults: list[Fault], day_at: str, stage: Stage, agency: str
    ) -> CheckRequest:
        """A case with the law of some day, as part of something larger whose faults so far are given; raises InvalidInput."""
        return self._request(body, as_of, vietnamese_day(self.now()), faults, day_at, stage, False, agency)

    def people(
        self,
        subject: CitizenIn | BusinessIn,
        others: Sequence[OtherCitizenIn | OtherBusinessIn],
        dossier: str | None = None,
        agency: str = "",
    ) -> tuple[Subject, dict[str, Subject]]:
        """Whom a form of this body is about, and the others of the case by role; raises InvalidInput."""
        faults = [*_dossier_faults(dossier, agency)]
        read = self._subject(subject, "/subject", faults)
        beside = {other.role: self._subject(other, f"/others/{i}", faults) for i, other in enumerate(others)}
        if len(beside) != len(others) or APPLICANT in beside:
            faults.append(Fault("/others", "duplicate_role"))
        if faults or read is None:
            raise InvalidInput(*faults[:20])
        return read, {role: other for role, other in beside.items() if other}

    def lint(self, body: LintIn, dialect: str, agency: str) -> LintRequest:
        """A form to be looked at, by the law of any day that is known, a coming one too; raises InvalidInput."""
        faults: list[Fault] = []
        told = body.as_of or vietnamese_day(self.now()).isoformat()
        as_of = attempt(faults, "/as_of", lambda: date.fromisoformat(told), "impossible_date")
        if faults or as_of is None:
            raise InvalidInput(*faults)
        case = None if body.case is None else nfc(body.case)
        bindings = {name: told.binding for name, told in body.bindings.items()}
        return LintRequest(dialect, self.base_code(body.procedure), body.definition, as_of, case, agency, bindings)

    def base_code(self, text: str) -> str:
        """The base code of a procedure of this province; raises InvalidInput."""
        faults: list[Fault] = []
        procedure = attempt(faults, "/procedure", lambda: ProcedureCode.parse(text), "procedure_code_shape")
        if procedure and procedure.province not in (None, self.province):
            faults.append(Fault("/procedure", "other_province"))
        if faults or procedure is None:
            raise InvalidInput(*faults)
        return procedure.base

    def _request(
        self,
        body: CaseIn,
        as_of: date | None,
        today: date,
        faults: list[Fault],
        day_at: str,
        stage: Stage,
        dry_run: bool,
        agency: str,
    ) -> CheckRequest:
        if as_of and not self.first_day <= as_of <= today:
            faults.append(Fault(day_at, "future_day" if as_of > today else "before_known_law"))
        procedure = attempt(faults, "/procedure", lambda: ProcedureCode.parse(body.procedure), "procedure_code_shape")
        if procedure and procedure.province not in (None, self.province):
            faults.append(Fault("/procedure", "other_province"))
        faults += _dossier_faults(body.dossier, agency)
        subject = self._subject(body.subject, "/subject", faults)
        others = {other.role: self._subject(other, f"/others/{i}", faults) for i, other in enumerate(body.others)}
        wanted = tuple(self._wanted(item, f"/items/{i}", faults) for i, item in enumerate(body.items))
        if faults or procedure is None or as_of is None or subject is None:
            raise InvalidInput(*faults[:20])
        return CheckRequest(
            procedure=procedure,
            subject=subject,
            wanted=wanted,
            as_of=as_of,
            case=None if body.case is None else nfc(body.case),
            stage=stage,
            dossier=body.dossier,
            officer=body.officer,
            dry_run=dry_run,
            others={role: other for role, other in others.items() if other},
        )

    def _subject(self, body: CitizenIn | BusinessIn, at: str, faults: list[Fault]) -> Subject | None:
        if isinstance(body, BusinessIn):
            code = attempt(faults, f"{at}/enterprise_code", lambda: EnterpriseCode.parse(body.enterprise_code))
            if code and code.synthetic and not self.synthetic:
                faults.append(Fault(f"{at}/enterprise_code", "enterprise_code_check_digit"))
            return Business(code, nfc(body.name) if body.name else None) if code else None
        parse = OldPersonalId.parse if len(body.personal_id) == 9 else PersonalId.parse
        number = attempt(faults, f"{at}/personal_id", lambda: parse(body.personal_id))
        told = body.birth_date
        born = attempt(faults, f"{at}/birth_date", lambda: PartialDate.parse(told) if told else None)
        if born and born.year > self.now().year:
            faults.append(Fault(f"{at}/birth_date", "future_day"))
        name = attempt(faults, f"{at}/full_name", lambda: _name(body.full_name) if body.full_name else None)
        return Citizen(number, name, born) if number else None

    def _wanted(self, item: ItemIn, at: str, faults: list[Fault]) -> Wanted:
        if item.evidence_type is not None and item.evidence_type not in self.evidence_types:
            faults.append(Fault(f"{at}/evidence_type", "unknown_evidence_type"))
        if item.role is not None and item.role not in self.roles:
            faults.append(Fault(f"{at}/role", "unknown_role"))
        about = item.about.model_dump(exclude_none=True) if item.about else {}
        return Wanted(item.ref, item.evidence_type, item.result_code, item.label, item.role, tuple(sorted(about.items())))


def attempt(faults: list[Fault], pointer: str, parse: Callable[[], Parsed], code: str | None = None) -> Parsed | None:
    """The parsed value, or None and a fault with the parser's own code."""
    try:
        return parse()
    except (ValueError, OverflowError) as error:
        faults.append(Fault(pointer, code or str(error)))
        return None


def _dossier_faults(dossier: str | None, agency: str) -> Iterator[Fault]:
    """A code speaks for the body in it: who uses another's would own its dossier in every number."""
    if dossier is None:
        return
    if not _DOSSIER.fullmatch(dossier):
        yield Fault("/dossier", "dossier_code_shape")
    elif not may_use(agency, dossier):
        yield Fault("/dossier", "dossier_of_another_body")


def _name(text: str) -> str:
    """A person's name: letters, with what joins them; invisible characters are dropped. Raises ValueError("bad_format")."""
    name = nfc("".join(character for character in text if unicodedata.category(character) != "Cf"))
    if not any(character.isalpha() for character in name) or re.search(r"[0-9<>{}\[\]@#$%^*=|\\/]", name):
        raise ValueError("bad_format")
    return name


def instant_of(text: str) -> datetime:
    """An aware instant in UTC; raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("bad_format")
    # The calendar ends: beyond it no zone can be converted, and a day in Vietnam is wanted too.
    moment.astimezone(VIETNAM)
    return moment.astimezone(UTC)
