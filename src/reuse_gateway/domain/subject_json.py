"""A subject as plain values, for what is sealed and must come back; never for a log, a leaf or an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reuse_gateway.domain.subject import Business, Citizen, EnterpriseCode, OldPersonalId, PartialDate, PersonalId, Subject


def subject_told(subject: Subject) -> list[str | None]:
    """Kind, number, name, birth date."""
    if isinstance(subject, Business):
        return ["business", subject.enterprise_code.value, subject.name]
    return ["citizen", subject.number, subject.full_name, subject.birth_date.isoformat() if subject.birth_date else None]


def subject_of(told: Sequence[Any]) -> Subject:
    """The subject of these values; raises IndexError, TypeError or ValueError for others."""
    if told[0] == "business":
        return Business(EnterpriseCode(told[1]), told[2])
    number = PersonalId(told[1]) if len(told[1]) == 12 else OldPersonalId(told[1])
    return Citizen(number, told[2], PartialDate.parse(told[3]) if told[3] else None)
