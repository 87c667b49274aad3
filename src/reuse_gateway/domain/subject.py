"""Who a paper is about (chủ thể): a citizen or a business, told by numbers with a structure of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from reuse_gateway.domain.text import fold

SYNTHETIC_PROVINCE = "999"
_CHECK_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class NotAnIdentifier(ValueError):
    """The text cannot be such a number; the message is a stable code, never the text."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A birth date as registers keep it: the year alone is legal, so are year and month."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """From `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; raises NotAnIdentifier("impossible_date")."""
        match = _PARTIAL_DATE.fullmatch(text)
        if not match:
            raise NotAnIdentifier("impossible_date")
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            date(year or 0, 1 if month is None else month, 1 if day is None else day)
        except ValueError:
            raise NotAnIdentifier("impossible_date") from None
        return cls(year or 0, month, day)

    def agrees_with(self, other: PartialDate) -> bool:
        """True unless a part that both know differs."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(a is None or b is None or a == b for a, b in pairs)

    def isoformat(self) -> str:
        """`YYYY[-MM[-DD]]`."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts)


@dataclass(frozen=True, slots=True)
class PersonalId:
    """Số định danh cá nhân: 12 digits `PPP G YY NNNNNN`, place of registration, century with sex, year, serial.

    The place keeps the 63 old codes for life (Decree 137/2015, Decree 70/2024); there is no check digit.
    """

    value: str

    @classmethod
    def parse(cls, text: str) -> PersonalId:
        """Raises NotAnIdentifier: `personal_id_` and `not_12_digits`, `place_unassigned` or `year_impossible`."""
        if not re.fullmatch(r"[0-9]{12}", text):
            raise NotAnIdentifier("personal_id_not_12_digits")
        parsed = cls(text)
        if not parsed.synthetic:
            place = int(text[:3])
            if place == 0 or 96 < place < 100:
                raise NotAnIdentifier("personal_id_place_unassigned")
            if int(text[3]) > 3:
                raise NotAnIdentifier("personal_id_year_impossible")
        return parsed

    @property
    def synthetic(self) -> bool:
        """No province has code 999: such an id belongs to no real person."""
        return self.value.startswith(SYNTHETIC_PROVINCE)

    @property
    def birth_year(self) -> int:
        """The year the number itself tells."""
        return 1900 + 100 * (int(self.value[3]) // 2) + int(self.value[4:6])


@dataclass(frozen=True, slots=True)
class OldPersonalId:
    """Chứng minh nhân dân: 9 digits; no identity paper since 2025, yet old registers still know people by it."""

    value: str

    @classmethod
    def parse(cls, text: str) -> OldPersonalId:
        """Raises NotAnIdentifier("old_personal_id_not_9_digits")."""
        if not re.fullmatch(r"[0-9]{9}", text):
            raise NotAnIdentifier("old_personal_id_not_9_digits")
        return cls(text)

    @property
    def synthetic(self) -> bool:
        """Synthetic people carry 999 in their old number as well."""
        return self.value.startswith(SYNTHETIC_PROVINCE)


@dataclass(frozen=True, slots=True)
class EnterpriseCode:
    """Mã số doanh nghiệp = tax code: 10 digits with a check digit, 13 for a branch, since 2025 also a 12-digit personal id."""

    value: str

    @classmethod
    def parse(cls, text: str) -> EnterpriseCode:
        """Raises NotAnIdentifier: `enterprise_code_` and `length`, `branch` or `empty`, or a personal id's."""
        digits = re.sub(r"^([0-9]{10})-([0-9]{3})$", r"\1\2", text)
        if not re.fullmatch(r"[0-9]{10}|[0-9]{12}|[0-9]{13}", digits):
            raise NotAnIdentifier("enterprise_code_length")
        if len(digits) == 12:
            PersonalId.parse(digits)
        elif set(digits[2:9]) == {"0"}:
            raise NotAnIdentifier("enterprise_code_empty")
        if len(digits) == 13 and digits.endswith("000"):
            raise NotAnIdentifier("enterprise_code_branch")
        return cls(digits)

    @property
    def check_digit_holds(self) -> bool:
        """d10 = 10 - (weighted sum of d1..d9 mod 11); a remainder of 0 has no valid code. A personal id has no check digit."""
        if len(self.value) == 12:
            return True
        weighted = sum(int(digit) * weight for digit, weight in zip(self.value[:9], _CHECK_WEIGHTS, strict=True))
        return 10 - weighted % 11 == int(self.value[9])

    @property
    def synthetic(self) -> bool:
        """Codes of the simulation fail the check digit (or are a synthetic personal id), so none is a real enterprise's."""
        if len(self.value) == 12:
            return PersonalId(self.value).synthetic
        return not self.check_digit_holds


_KNOWN_OF_CITIZENS = {
    (named, born): frozenset(("personal_id", *("full_name",) * named, *("birth_date",) * born))
    for named in (False, True)
    for born in (False, True)
}


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person (công dân). Name and birth date may be unknown; some sources then cannot be asked."""

    personal_id: PersonalId | OldPersonalId
    full_name: str | None = None
    birth_date: PartialDate | None = None

    kind = "citizen"

    @property
    def number(self) -> str:
        """The personal id, of 12 or 9 digits."""
        return self.personal_id.value

    @property
    def key(self) -> str:
        """Identity for comparing owners, in memory only; never logged or stored."""
        return f"citizen:{self.number}"

    @property
    def synthetic(self) -> bool:
        """No real person has this number."""
        return self.personal_id.synthetic

    @property
    def known(self) -> frozenset[str]:
        """Names of the facts that a source may be asked with."""
        return _KNOWN_OF_CITIZENS[bool(self.full_name), self.birth_date is not None]


@dataclass(frozen=True, slots=True)
class Business:
    """An enterprise, branch, cooperative or business household (doanh nghiệp, hộ kinh doanh)."""

    enterprise_code: EnterpriseCode
    name: str | None = None

    kind = "business"

    @property
    def number(self) -> str:
        """The enterprise code, without hyphen."""
        return self.enterprise_code.value

    @property
    def key(self) -> str:
        """Identity for comparing owners, in memory only; never logged or stored."""
        return f"business:{self.number}"

    @property
    def synthetic(self) -> bool:
        """No real enterprise has this code."""
        return self.enterprise_code.synthetic

    @property
    def known(self) -> frozenset[str]:
        """Names of the facts that a source may be asked with."""
        return frozenset({"enterprise_code"} | ({"name"} if self.name else set()))


Subject = Citizen | Business


def warnings_about(subject: Subject) -> tuple[str, ...]:
    """Contradictions worth telling but no ground for refusal: real registers hold such people."""
    if isinstance(subject, Business):
        return () if subject.enterprise_code.check_digit_holds else ("enterprise_code_check_digit",)
    told, number = subject.birth_date, subject.personal_id
    if isinstance(number, PersonalId) and told and told.year != number.birth_year:
        return ("birth_year_contradicts_personal_id",)
    return ()


def same_name(one: str, other: str) -> bool:
    """Names agree when they read the same without accents and case (registers spell in capitals, some without accents)."""
    return fold(one) == fold(other)


def masked(number: str) -> str:
    """A number as people may see it: all but the last three digits hidden."""
    return "•" * (len(number) - 3) + number[-3:]
