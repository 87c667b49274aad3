"""What became of a procedure between two versions (thay đổi của thủ tục): which of its words, which rows of its dossier."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reuse_gateway.domain.procedure import ProcedureVersion, Requirement

_OWN_WORDS = ("name", "level", "decision", "field", "ministry", "result_codes", "tied", "valid_to")


class Became(StrEnum):
    """What happened to it."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class ProcedureChange:
    """One procedure. `words` names changed fields; rows stand with their labels, behind the case where there are several."""

    code: str
    name: str
    field: str
    became: Became
    words: tuple[str, ...] = ()
    rows_added: tuple[str, ...] = ()
    rows_removed: tuple[str, ...] = ()
    rows_changed: tuple[str, ...] = ()


def change_between(before: ProcedureVersion | None, after: ProcedureVersion | None) -> ProcedureChange | None:
    """The change of one procedure; None = nothing that anybody would see."""
    told = after or before
    if told is None or before == after:
        return None
    if before is None or after is None:
        return ProcedureChange(told.code, told.name, told.field, Became.NEW if before is None else Became.GONE)
    words = tuple(name for name in _OWN_WORDS if getattr(before, name) != getattr(after, name))
    old, new = _rows(before), _rows(after)
    added = tuple(label for label in new if label not in old)
    removed = tuple(label for label in old if label not in new)
    changed = tuple(label for label in new if label in old and old[label] != new[label])
    if not (words or added or removed or changed):
        if before.valid_from == after.valid_from:
            return None
        words = ("valid_from",)
    return ProcedureChange(told.code, told.name, told.field, Became.CHANGED, words, added, removed, changed)


def _rows(version: ProcedureVersion) -> dict[str, Requirement]:
    return {f"{case.name}: {row.label}" if case.name else row.label: row for case in version.cases for row in case.requirements}
