"""Port `Violations`: any query in the order of the day on which the demand was made, through an index at every size.

What is asked for is either common, then it stands among the newest rows of the order; or rare, then one index per code leads
straight to its rows. So a page costs about the same at 10^4 and at 10^6 violations (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_, union_all

from reuse_gateway.application.violation_ports import CellPage, PageEnd, Sought
from reuse_gateway.domain.case import CaseState
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.domain.violation_query import Key
from reuse_gateway.storage.query_terms import Term, resolved
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables import Instant, ledger_checkpoints, violations
from reuse_gateway.storage.tables_cases import case_state, case_steps, case_violations
from reuse_gateway.storage.unindexed import unindexed
from reuse_gateway.storage.violation_cells import cells_of, page_of
from reuse_gateway.storage.violations import recorded_of

_GLANCE = 500  # rows of the order that are looked at before an index of its own is used
_MOST_BRANCHES = 64
UNTOUCHED = CaseState.DETECTED.value  # also the state of what has no step at all
# From what leads to the fewest rows to what leads to the most.
_LEADING = (Key.AGENCY, Key.PROCEDURE, Key.SOURCE, Key.EVIDENCE_TYPE, Key.TYPE, Key.CHANNEL, Key.SEVERITY)


class StoredViolations:
    """Reads; every method raises StoreError."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def page(self, sought: Sought, after: PageEnd | None, limit: int) -> Sequence[RecordedViolation]:
        """The latest made first, beyond `after`, at most `limit`."""
        terms = await resolved(self._reads, sought)
        if any(term.impossible for term in terms):
            return []
        at = _bounds(sought, after)
        rows: Sequence[Any] = []
        branches = _branches(terms) if limit < _GLANCE else ()
        if branches:
            rows = await self._reads.rows(_glance(at, terms, limit))
        if len(rows) < limit:
            rows = await self._reads.rows(_led(at, terms, branches, limit) if branches else _walked(at, terms, limit))
        return await self._with_cases(list(dict.fromkeys(rows))[:limit] if branches else rows)

    async def _with_cases(self, rows: Sequence[Any]) -> Sequence[RecordedViolation]:
        """Beside each its case, and the case's state now; only cases that have steps need the view."""
        ids = [row.violation_id for row in rows]
        members = case_violations.c
        kept = await self._reads.rows(select(members.violation_id, members.case_id).where(members.violation_id.in_(ids)))
        cases: dict[str, tuple[str, str]] = {row[0]: (row[1], UNTOUCHED) for row in kept}
        begun = select(case_steps.c.case_id).where(case_steps.c.case_id.in_(sorted({case for case, _ in cases.values()})))
        moved = {row[0] for row in await self._reads.rows(begun.distinct())}
        if looked := [each for each, (case, _) in cases.items() if case in moved]:
            wanted = select(case_state.c.violation_id, case_state.c.case_id, case_state.c.state)
            for row in await self._reads.rows(wanted.where(case_state.c.violation_id.in_(looked))):
                cases[row[0]] = (row[1], row[2])
        return [recorded_of(row, *cases.get(row.violation_id, ())) for row in rows]

    async def cells(self, sought: Sought, columns: Sequence[str], tz: str, after: PageEnd | None, limit: int) -> CellPage:
        """The same walk for an export, as cells and column by column; always down the order."""
        terms = await resolved(self._reads, sought)
        rows: Sequence[Any] = []
        if not any(term.impossible for term in terms):
            found = _walked(_bounds(sought, after), terms, limit)
            rows = await self._reads.rows(cells_of(found, columns, tz, self._reads.dialect))
        return page_of(rows, columns, limit)

    async def size(self) -> int:
        """Leaves under the newest checkpoint."""
        row = await self._reads.first(select(func.coalesce(func.max(ledger_checkpoints.c.size), 0)))
        return int(row[0]) if row else 0


def _bounds(sought: Sought, after: PageEnd | None) -> list[ColumnElement[bool]]:
    window, columns = sought.query.window, violations.c
    bounds: list[ColumnElement[bool]] = []
    if window.first:
        bounds.append(columns.made_at >= window.first)
    if window.last:
        bounds.append(columns.made_at < window.last)
    if after:
        end = tuple_(literal(after.made_at, Instant()), literal(after.violation_id))
        bounds.append(tuple_(columns.made_at, columns.violation_id) < end)
    if sought.below is not None:
        bounds.append(unindexed(columns.leaf_index) < sought.below)
    return bounds


def _ordered(wanted: Select[Any], columns: Any, limit: int) -> Select[Any]:
    return wanted.order_by(columns.made_at.desc(), columns.violation_id.desc()).limit(limit)


def _glance(at: Sequence[ColumnElement[bool]], terms: Sequence[Term], limit: int) -> Select[Any]:
    """What holds among the first rows of the order; a whole page of it is the page."""
    near = _ordered(select(violations).where(*at), violations.c, _GLANCE).subquery("near")
    return _ordered(select(near).where(*(term.holds(near.c) for term in terms)), near.c, limit)


def _walked(at: Sequence[ColumnElement[bool]], terms: Sequence[Term], limit: int) -> Select[Any]:
    """Down the order until there are enough."""
    return _ordered(select(violations).where(*at, *(term.holds(violations.c) for term in terms)), violations.c, limit)


def _branches(terms: Sequence[Term]) -> Sequence[ColumnElement[bool]]:
    """One condition per code of the term that leads to the fewest rows; none where every term is too wide."""
    leading = (term.codes for key in _LEADING for term in terms if term.leads and set(term.codes) == {key})
    begun = next((term.codes[Key.STATE] for term in terms if term.leads and set(term.codes) == {Key.STATE}), frozenset())
    if begun and UNTOUCHED not in begun:
        return [violations.c.violation_id.in_(_in_cases_once(begun))]
    touched = next((ids for term in terms if (ids := term.touched) is not None), None)
    if touched is not None:
        return [violations.c.violation_id.in_(touched)]
    wordy = (term.codes for term in terms if term.leads and len(term.codes) > 1)
    for codes in (*leading, *wordy):
        pairs = [(key, code) for key, several in codes.items() for code in sorted(several)]
        if len(pairs) <= _MOST_BRANCHES:
            return [violations.c[key.value] == code for key, code in pairs]
    return ()


def _in_cases_once(states: frozenset[str]) -> Select[Any]:
    """Violations of cases that have been in one of these states: steps are few, violations many."""
    cases = select(case_steps.c.case_id).where(case_steps.c.state.in_(sorted(states)))
    return select(case_violations.c.violation_id).where(case_violations.c.case_id.in_(cases))


def _led(at: Sequence[ColumnElement[bool]], terms: Sequence[Term], branches: Sequence[ColumnElement[bool]], limit: int) -> Any:
    """Through the index of each code; a row that two of them lead to comes twice."""
    held = and_(*(term.holds(violations.c) for term in terms))
    each = [_ordered(select(violations).where(branch, *at, held), violations.c, limit).subquery() for branch in branches]
    together = union_all(*(select(one) for one in each)).subquery()
    return _ordered(select(together), together.c, limit * len(Key))
