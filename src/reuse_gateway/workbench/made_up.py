"""Made-up people and businesses for rehearsals: one for every case of a source, none of whom can exist."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, PartialDate, PersonalId, Subject
from reuse_gateway.simulation.facts import Person

# Beyond ASCII and beyond Latin-1, so that a wrong charset cannot pass unseen.
_NAME, _FIRM, _BORN = "Nguyễn Thử Nghiệm", "Công ty TNHH Thử Nghiệm", "1990-05-14"


class MadeUp:
    """Hands out numbers that were not handed out before: logs of a whole run can be searched for each."""

    def __init__(self, first: int = 1) -> None:
        self._serial = count(first)

    def citizens(self, cases: Iterable[str]) -> dict[str, Person]:
        """By case."""
        born = {"full_name": _NAME, "birth_date": _BORN}
        return {case: Person(number=f"999090{500_000 + next(self._serial)}", case=case, **born) for case in cases}

    def businesses(self, cases: Iterable[str]) -> dict[str, Person]:
        """By case; codes fail their check digit."""
        return {case: Person(number=self._firm(), full_name=_FIRM, case=case) for case in cases}

    def _firm(self) -> str:
        return next(code for n in self._serial if _fails_its_check(code := f"999{1_000_000 + n}"))


def _fails_its_check(code: str) -> bool:
    return not EnterpriseCode.parse(code).check_digit_holds


def subject_of(person: Person) -> Subject:
    """The person as a caller names them."""
    if person.birth_date:
        return Citizen(PersonalId.parse(person.number), person.full_name, PartialDate.parse(person.birth_date))
    return Business(EnterpriseCode.parse(person.number), person.full_name)
