"""The terms of a query as conditions on columns; wildcards become the codes that stand in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, text, true

from reuse_gateway.application.violation_ports import Sought
from reuse_gateway.domain.violation_query import STANDING, Condition, Key
from reuse_gateway.storage.case_touches import TOUCHING, all_touched, touched
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_cases import case_state
from reuse_gateway.storage.unindexed import unindexed

_DISTINCT = """WITH RECURSIVE kept(code) AS (SELECT min({0}) FROM violations UNION ALL
SELECT (SELECT min({0}) FROM violations WHERE {0} > kept.code) FROM kept WHERE kept.code IS NOT NULL)
SELECT code FROM kept WHERE code IS NOT NULL"""
_MAY_BE_NULL = (Key.SOURCE, Key.CHANNEL)
Codes = Mapping[Key, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Term:
    """One of `codes` holds in its column, or none where negated; `bare` are conditions that no code says."""

    codes: Codes = field(default_factory=dict)
    negated: bool = False
    bare: tuple[str, ...] = ()

    @property
    def impossible(self) -> bool:
        """Nothing can hold it."""
        return not self.negated and not self.bare and not any(self.codes.values())

    @property
    def leads(self) -> bool:
        """Can an index per code lead to its rows?"""
        return not self.negated and not self.bare

    @property
    def touched(self) -> Select[Any] | None:
        """Ids of all that can hold it, where that is asked of few cases only; else None."""
        few = not self.negated and self.bare and not any(self.codes.values()) and set(self.bare) <= set(TOUCHING)
        return all_touched(self.bare) if few else None

    def holds(self, columns: Any) -> ColumnElement[bool]:
        """The condition on a row of `violations`."""
        said = [_said(key, columns, codes) for key, codes in self.codes.items() if codes]
        said += [_BARE[name](columns) for name in self.bare]
        held = or_(false(), *said)
        return and_(true(), ~held) if self.negated else held


async def resolved(reads: Reads, sought: Sought) -> list[Term]:
    """Every condition and phrase as a term; raises StoreError."""
    query = sought.query
    terms = [await _condition(reads, each) for each in query.conditions]
    return terms + [Term(sought.meant[phrase], phrase.negated) for phrase in query.phrases]


async def _condition(reads: Reads, told: Condition) -> Term:
    if told.key is Key.HAS:
        return Term(negated=told.negated, bare=told.values)
    if told.key is Key.STATE:
        return Term({Key.STATE: frozenset(told.values)}, told.negated)
    if told.key is Key.IS:
        return Term({Key.STATE: frozenset().union(*(STANDING[each] for each in told.values))}, told.negated)
    plain = {value for value in told.values if not value.endswith("*")}
    patterns = [value for value in told.values if value.endswith("*")]
    if patterns:
        kept = await reads.rows(text(_DISTINCT.format(told.key.value)))
        plain |= {row.code for row in kept if any(_fits(row.code, pattern) for pattern in patterns)}
    return Term({told.key: frozenset(plain)}, told.negated)


def _fits(code: str, pattern: str) -> bool:
    """`x.*` is x and all below it."""
    return code.startswith(pattern[:-1]) or (pattern.endswith(".*") and code == pattern[:-2])


def _said(key: Key, columns: Any, codes: frozenset[str]) -> ColumnElement[bool]:
    """Never NULL, so that a negation keeps the rows that have nothing here."""
    if key is Key.STATE:
        state = select(case_state.c.state).where(case_state.c.violation_id == columns.violation_id).scalar_subquery()
        return func.coalesce(state, "").in_(sorted(codes))
    column = columns[key.value]
    return (func.coalesce(column, "") if key in _MAY_BE_NULL else unindexed(column)).in_(sorted(codes))


_BARE = {
    "liability": lambda columns: columns.personal_liability == true(),
    "proof": lambda columns: columns.proof_check_id.is_not(None),
    "source": lambda columns: columns.source.is_not(None),
    **{name: partial(touched, name) for name in TOUCHING},
}
