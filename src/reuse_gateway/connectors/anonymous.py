"""A recorded answer without its people: values of the subject become slots, everybody else becomes nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reuse_gateway.connectors.dates import DayFormat, read_partial
from reuse_gateway.connectors.lookups import Day, LookupFacts, Owner
from reuse_gateway.connectors.masking import SERIAL, Masks
from reuse_gateway.connectors.paths import Path
from reuse_gateway.connectors.pruning import Rewrite
from reuse_gateway.connectors.read_tree import owners_paths
from reuse_gateway.connectors.things_asked import ThingsAsked
from reuse_gateway.domain.subject import Citizen, Subject
from reuse_gateway.domain.text import fold

_DIGITS = re.compile(r"[0-9]{9,13}")
# How the simulation's templates spell a day that a register spells so.
_SPELT = {"yyyy-MM-dd": "iso", "dd/MM/yyyy": "vn", "yyyyMMdd": "compact", "epoch_ms": "epochms", "epoch_s": "epochs"}
_WHOLE = {"iso": r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "vn": r"[0-9]{2}/[0-9]{2}/[0-9]{4}", "compact": r"[0-9]{8}"}
_NOBODYS_DAY = {"iso": "1900-01-01", "vn": "01/01/1900", "compact": "19000101", "year": "1900"} | {
    "epochms": "-2208988800000",
    "epochs": "-2208988800",
}
_EARLIEST = 1900
_NUMBER_OF = {9: "999090999", 10: "9990009999", 12: "999090999999", 13: "9990009999001"}
NOBODY = "Người Khác Tên"
_JOINTS = ("##", ";")
_AS_NUMBER = "§number§"
_QUOTED_NUMBER = re.compile(rf'\\?"{_AS_NUMBER}\$\{{(?:([a-z]+):)?([a-z_]+)\}}\\?"')
_BARE = re.compile(r"\$\{(?:raw:number|(?:epochms|epochs|year|month|day):birth_date)\}")


def anonymous(lookup: LookupFacts, subject: Subject, masks: Masks, about: Iterable[tuple[str, str]] = ()) -> Rewrite:
    """How each kept value is written down: slots for the subject's (and the things asked `about`), made-up values for other
    people's, no secrets. Where only subjects of the other kind are named (a household's owner beside its code) stand slots
    too: one case answers about both.
    """
    return _Anonymous(lookup, subject, masks, ThingsAsked(lookup, about))


def as_template(text: str) -> str:
    """Numbers that stood without quotes stand so again."""
    return _QUOTED_NUMBER.sub(lambda met: f"${{{met[1] or 'raw'}:{met[2]}}}", text)


def readable(template: str) -> str:
    """The template as JSON: a number without quotes is a slot without quotes, which JSON does not know."""
    return _BARE.sub("0", template)


class _Anonymous:
    """A `Rewrite`."""

    def __init__(self, lookup: LookupFacts, subject: Subject, masks: Masks, things: ThingsAsked) -> None:
        self._subject, self._masks, self._things = subject, masks, things
        self._people = dict.fromkeys(owners_paths(lookup), True)
        others = [owner for owner in lookup.named if owner.kind not in (None, subject.kind)]
        self._of_other_kind = _slots(others)
        self._name = subject.full_name if isinstance(subject, Citizen) else subject.name
        self._other_births = {path: True for owner in others if owner.birth_date for path in _plain(owner.birth_date.path)}
        births = [owner.birth_date for owner in lookup.named if owner.birth_date]
        told = [day for each in (lookup.fields, *lookup.evidence.values()) for day in (each.issued_on, each.expires_on) if day]
        self._births, self._days = _formats(births), _formats(told)
        self._parts = {path: "month" for day in births for path in _plain(day.month)}
        self._parts |= {path: "day" for day in births for path in _plain(day.day)}

    def __call__(self, path: str, value: Any) -> Any:
        if isinstance(value, bool) or value is None or value == "":
            return value
        number, text = isinstance(value, int | float), str(value).replace("${", "$ {")
        born = self._born(path, text)
        if born is not None:
            return f"{_AS_NUMBER}{born}" if number and "$" in born else type(value)(born)
        if _is_day(text, _at(path, self._days)):
            return value
        thing = self._things.slot(path, text)
        if thing is not None:
            return thing
        if number:
            told = text.replace(self._subject.number, "${number}")
            return f"{_AS_NUMBER}{told}" if told == "${number}" else _nobodys(told, value)
        return self._text(path, text)

    def _text(self, path: str, text: str) -> str:
        named, other = _at(path, self._people), _at(path, self._of_other_kind)
        if other is not None:
            return str(other)
        joint = next((each for each in _JOINTS if each in text), None)
        if joint and named:
            # Co-owners in one text, as `several` reads them.
            return joint.join(self._text(path, part.strip()) for part in text.split(joint))
        if self._name and fold(self._name) == fold(text):
            return "${upper:full_name}" if text.isupper() else "${full_name}"
        told = text.replace(self._subject.number, "${number}")
        if named and told == text:
            return _NUMBER_OF.get(len(text), "999") if text.isdigit() else NOBODY
        told = self._things.replaced(told)
        told = SERIAL.sub(lambda met: met[1] + "999".ljust(len(met[2]) - 1, "0") + "1", told)
        return _DIGITS.sub(lambda met: _NUMBER_OF.get(len(met[0]), "999"), self._masks.redacted(told))

    def _born(self, path: str, text: str) -> str | None:
        """A birth date as a slot where it is (or may be) the subject's, else nobody's; None where none stands here."""
        if (part := _at(path, self._parts)) is not None:
            return self._born_part(part, text)
        shape = _at(path, self._births)
        try:
            told = read_partial(text, shape) if shape else None
        except ValueError:
            return None
        if told is None:
            return None
        spelling, rest = ("year", "") if told.month is None else _spelling(text, shape or "any")
        known = self._subject.birth_date if isinstance(self._subject, Citizen) else None
        own = known is None or told.agrees_with(known) if isinstance(self._subject, Citizen) else _at(path, self._other_births)
        return f"${{{spelling}:birth_date}}{rest}" if own else f"{_NOBODYS_DAY[spelling]}{rest}"

    def _born_part(self, part: str, text: str) -> str:
        known = self._subject.birth_date if isinstance(self._subject, Citizen) else None
        asked = getattr(known, part) if known else None
        return f"${{{part}:birth_date}}" if asked is None or str(asked) == text.lstrip("0") else "1"


def _spelling(text: str, shape: str) -> tuple[str, str]:
    """The slot that spells a day like this text, and what stands behind the day."""
    met = ((name, re.match(pattern, text)) for name, pattern in _WHOLE.items() if not shape.startswith("epoch"))
    found = next(((name, text[match.end() :]) for name, match in met if match), None)
    return found or (_SPELT.get(shape, "iso"), "")


def _is_day(text: str, shape: DayFormat | None) -> bool:
    """Does a day stand here that can be one? Digits that are none may be somebody's number."""
    try:
        return shape is not None and read_partial(text, shape).year >= _EARLIEST
    except ValueError:
        return False


def _nobodys(told: str, value: float) -> float:
    """A number that may be somebody's becomes nobody's; any other stays."""
    return int(_NUMBER_OF.get(len(told), "999")) if _DIGITS.fullmatch(told) else value


def _slots(owners: Iterable[Owner]) -> dict[str, str]:
    numbers = {path: "${number}" for owner in owners for each in owner.number for path in _plain(each)}
    return numbers | {path: "${full_name}" for owner in owners for each in owner.full_name for path in _plain(each)}


def _formats(days: Iterable[Day]) -> dict[str, DayFormat]:
    return {path: day.format for day in days for path in _plain(day.path)}


def _plain(path: Path | None) -> Iterable[str]:
    return [each.text.replace("?", "") for each in path.either or (path,)] if path else ()


def _at(path: str, known: Mapping[str, Any]) -> Any:
    """What is known of a path, which may stand below others."""
    return next((told for each, told in known.items() if path == each or path.endswith(f".{each}")), None)
