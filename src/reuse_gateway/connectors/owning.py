"""Whose records are these? Only those that name the subject's own number count, whatever the source was asked."""

from __future__ import annotations

from typing import Any

from reuse_gateway.connectors.dates import read_partial
from reuse_gateway.connectors.lookups import Gender, Owner
from reuse_gateway.connectors.spellings import is_male, parts_of, same_number
from reuse_gateway.domain.subject import Citizen, PersonalId, Subject, same_name


class Unreadable(Exception):
    """A record says something that cannot be."""


def owner_in(owners: tuple[Owner, ...], record: dict[str, Any], subject: Subject) -> Owner | None:
    """The place among `owners` where the record names the subject; None where it names others only."""
    return next((each for each in owners if _names(each, record, subject)), None)


def _numbers(owner: Owner, record: dict[str, Any], subject: Subject) -> list[str]:
    told = [path.text_at(record) or "" for path in owner.number]
    if owner.several == "true":
        told = [part for text in told for part in parts_of(text)]
    return [number.replace("-", "") for number in told] if subject.kind == "business" else told


def _names(owner: Owner, record: dict[str, Any], subject: Subject) -> bool:
    lenient = owner.lost_zeros == "true"
    if owner.kind is not None and owner.kind != subject.kind:
        return False
    return any(same_number(told, subject.number, lost_zeros=lenient) for told in _numbers(owner, record, subject))


def contradicts(owner: Owner, record: dict[str, Any], subject: Subject) -> bool:
    """Is the owner named here of another name, birth date or sex than the subject?

    Raises Unreadable where the manifest says that the record tells name or birth date, the subject's is known, and it is not
    there. Sex may be untold: nobody states it when asking, the number implies it.
    """
    asked = subject.full_name if isinstance(subject, Citizen) else subject.name
    if owner.full_name and asked:
        name = _name(owner, record, subject)
        if not name:
            raise Unreadable
        if not same_name(name, asked):
            return True
    return isinstance(subject, Citizen) and (_born_otherwise(owner, record, subject) or _of_other_sex(owner, record, subject))


def _name(owner: Owner, record: dict[str, Any], subject: Subject) -> str | None:
    """The owner's name. Among co-owners the one beside the number; None where names and numbers do not pair up."""
    name = " ".join(filter(None, (path.text_at(record) for path in owner.full_name)))
    if owner.several == "false":
        return name
    numbers, names = _numbers(owner, record, subject), parts_of(name)
    paired = dict(zip(numbers, names, strict=True)) if len(numbers) == len(names) else {}
    lenient = owner.lost_zeros == "true"
    return next((paired[told] for told in paired if same_number(told, subject.number, lost_zeros=lenient)), None)


def _born_otherwise(owner: Owner, record: dict[str, Any], subject: Citizen) -> bool:
    if owner.birth_date is None or subject.birth_date is None:
        return False
    born = owner.birth_date.text_at(record)
    if not born:
        raise Unreadable
    try:
        return not read_partial(born, owner.birth_date.format).agrees_with(subject.birth_date)
    except ValueError:
        raise Unreadable from None


def _of_other_sex(owner: Owner, record: dict[str, Any], subject: Citizen) -> bool:
    told = owner.gender.path.text_at(record) if owner.gender else None
    if owner.gender is None or not told or not isinstance(subject.personal_id, PersonalId):
        return False
    male = is_male(subject.personal_id)
    return told in _spellings(owner.gender, not male) and told not in _spellings(owner.gender, male)


def _spellings(gender: Gender, male: bool) -> tuple[str, ...]:
    return gender.male if male else gender.female
