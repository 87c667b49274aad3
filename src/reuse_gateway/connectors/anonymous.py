"""A recorded answer without its people: values of the subject become slots, everybody else becomes nobody."""

from __future__ import annotations

import re
from typing import Any

from reuse_gateway.connectors.dates import spell
from reuse_gateway.connectors.lookups import LookupFacts
from reuse_gateway.connectors.masking import SERIAL, Masks
from reuse_gateway.connectors.pruning import Rewrite
from reuse_gateway.connectors.read_tree import owners_paths
from reuse_gateway.domain.subject import Citizen, Subject
from reuse_gateway.domain.text import fold

_DIGITS = re.compile(r"[0-9]{9,13}")
# Shapes of a birth date, and how the simulation's templates spell them.
_SPELT = {"iso": "iso", "ddmmyyyy": "vn", "yyyymmdd": "compact", "yyyy": "year"}
_NUMBER_OF = {9: "999090999", 10: "9990009999", 12: "999090999999", 13: "9990009999001"}
NOBODY = "Người Khác Tên"
_JOINTS = ("##", ";")
_AS_NUMBER = "§number§"


def anonymous(lookup: LookupFacts, subject: Subject, masks: Masks) -> Rewrite:
    """How each kept value is written down: slots for the subject's, synthetic numbers for other people's, no secrets."""
    people, births = owners_paths(lookup), _births(lookup)
    name = subject.full_name if isinstance(subject, Citizen) else subject.name

    def rewrite(path: str, value: Any) -> Any:
        if isinstance(value, bool) or value is None:
            return value
        text = str(value).replace("${", "$ {")
        joint = next((each for each in _JOINTS if each in text), None)
        if joint and _at(path, people):
            # Co-owners in one text, as `several` reads them.
            return joint.join(str(rewrite(path, part.strip())) for part in text.split(joint))
        told = text.replace(subject.number, "${number}")
        if isinstance(value, int | float):
            return f"{_AS_NUMBER}{told}" if told == "${number}" else _nobodys(told, value)
        if name and fold(name) == fold(text):
            return "${upper:full_name}" if text.isupper() else "${full_name}"
        if isinstance(subject, Citizen) and subject.birth_date and _at(path, births):
            told = next(
                (f"${{{slot}:birth_date}}" for shape, slot in _SPELT.items() if spell(subject.birth_date, shape) == text), told
            )
        if _at(path, people) and told == text:
            return _NUMBER_OF.get(len(text), "999") if text.isdigit() else NOBODY if text else text
        told = SERIAL.sub(lambda met: met[1] + "999".ljust(len(met[2]) - 1, "0") + "1", told)
        return _DIGITS.sub(lambda met: _NUMBER_OF.get(len(met[0]), "999"), masks.redacted(told))

    return rewrite


def as_template(text: str) -> str:
    """Numbers that stood without quotes stand so again."""
    return text.replace(f'"{_AS_NUMBER}${{number}}"', "${raw:number}").replace(
        f'\\"{_AS_NUMBER}${{number}}\\"', "${raw:number}"
    )


def _nobodys(told: str, value: float) -> float:
    """A number that may be somebody's becomes nobody's; any other stays."""
    return int(_NUMBER_OF.get(len(told), "999")) if _DIGITS.fullmatch(told) else value


def _births(lookup: LookupFacts) -> frozenset[str]:
    named = [owner.birth_date.path for owner in lookup.named if owner.birth_date]
    return frozenset(each.text.replace("?", "") for path in named for each in path.either or (path,))


def _at(path: str, known: frozenset[str]) -> bool:
    return any(path == each or path.endswith(f".{each}") for each in known)
