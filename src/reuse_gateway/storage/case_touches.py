"""What has been done about a violation in the round of its case that it belongs to: explained, written about, waived before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, cast, func, literal, select, union

from reuse_gateway.domain.case import CaseState
from reuse_gateway.storage.tables_cases import case_letters, case_steps, case_violations
from reuse_gateway.storage.tables_forms import form_versions

TOUCHING = ("explanation", "letter", "waiver")
# A step may pass through a state and rest in another; inside a reason every quotation mark is escaped.
_SAID = f'%"{CaseState.EXPLAINED.value}"%'


def touched(name: str, columns: Any) -> ColumnElement[bool]:
    """`explanation`: the agency has answered; `letter`: one was issued; `waiver`: a form asked that was published under one."""
    return _touching(name).where(case_violations.c.violation_id == columns.violation_id).exists()


def all_touched(names: Sequence[str]) -> Select[Any]:
    """Ids of every violation that one of these is true of: found from steps, letters and forms, which are few."""
    ids = union(*(_touching(name) for name in names)).subquery("touched")
    return select(ids.c.violation_id)


def _touching(name: str) -> Select[Any]:
    member = case_violations.c
    if name == "waiver":
        of_form = member.form == literal("form/") + form_versions.c.form_id + "@" + cast(form_versions.c.revision, Text)
        return select(member.violation_id).join(form_versions, of_form).where(form_versions.c.waiver.is_not(None))
    table = case_letters if name == "letter" else case_steps
    ours = and_(table.c.case_id == member.case_id, table.c.round == _round())
    wanted = select(member.violation_id).select_from(case_violations.join(table, ours))
    return wanted if name == "letter" else wanted.where(case_steps.c.body.like(_SAID))


def _round() -> ColumnElement[int]:
    """The round that a violation belongs to: the first that had seen it; none while no step has."""
    seen, member = case_steps.alias("seen"), case_violations.c
    first = select(func.min(seen.c.round)).where(seen.c.case_id == member.case_id, seen.c.seen >= member.leaf_index)
    return first.correlate(case_violations).scalar_subquery()
