"""Looking for violations in memory: the plain meaning of a query, which the store is also held against."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, BinaryIO

from reuse_gateway.api.audit_services import AuditServices
from reuse_gateway.application.export_violations import ExportViolations
from reuse_gateway.application.keep_filters import KeepFilters
from reuse_gateway.application.replay_violation import ReplayViolation
from reuse_gateway.application.seek_violations import SeekViolations
from reuse_gateway.application.violation_ports import CellPage, Named, PageEnd, Sought
from reuse_gateway.bootstrap_audit import export_words, shipped_names
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.saved_filter import SavedFilter, key_of
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.domain.violation_query import STANDING, Condition, Key
from reuse_gateway.exports.violation_files import FolderShelf
from tests.api.plain_cells import cells_of


@dataclass
class MemoryViolations:
    """Port `Violations` and `Names` over a list that somebody else fills."""

    kept: list[RecordedViolation]
    told: tuple[Named, ...] = ()

    async def page(self, sought: Sought, after: PageEnd | None, limit: int) -> Sequence[RecordedViolation]:
        found = sorted((each for each in self.kept if holds(sought, each)), key=_place, reverse=True)
        return [each for each in found if after is None or _place(each) < (after.made_at, after.violation_id)][:limit]

    async def cells(self, sought: Sought, columns: Sequence[str], tz: str, after: PageEnd | None, limit: int) -> CellPage:
        found = await self.page(sought, after, limit)
        told = tuple(zip(*map(cells_of(columns, tz), found), strict=True)) if found else tuple(() for _ in columns)
        end = PageEnd(found[-1].violation.made_at, found[-1].violation.id) if len(found) == limit else None
        return CellPage(told, len(found), end)

    async def size(self) -> int:
        return max((each.index for each in self.kept), default=-1) + 1

    async def names(self) -> Sequence[Named]:
        return self.told


@dataclass
class MemoryFilters:
    """Port `FilterLog`."""

    kept: list[SavedFilter] = field(default_factory=list)

    async def newest(self, name: str, agency: str) -> SavedFilter | None:
        return next((each for each in reversed(self.kept) if each.key == key_of(name, agency)), None)

    async def listing(self, agency: str, limit: int) -> Sequence[SavedFilter]:
        last = {each.name: each for each in self.kept if each.key == key_of(each.name, agency)}
        return [last[name] for name in sorted(last) if not last[name].withdrawn][:limit]

    async def record_filter(self, saved: SavedFilter) -> Position:
        if any((each.key, each.revision) == (saved.key, saved.revision) for each in self.kept):
            raise Conflict(code="already_recorded")
        self.kept.append(saved)
        return Position(len(self.kept) - 1, len(self.kept))


def holds(sought: Sought, each: RecordedViolation) -> bool:
    """Does this violation answer the query?"""
    window, made_at = sought.query.window, each.violation.made_at
    if (window.first and made_at < window.first) or (window.last and made_at >= window.last):
        return False
    if sought.below is not None and each.index >= sought.below:
        return False
    phrases = (any(_value(each, key) in codes for key, codes in sought.meant[p].items()) != p.negated for p in sought.meant)
    return all(phrases) and all(_condition(each, told) != told.negated for told in sought.query.conditions)


def _condition(each: RecordedViolation, told: Condition) -> bool:
    violation = each.violation
    if told.key is Key.HAS:
        has = {"liability": violation.personal_liability, "proof": violation.proof_check_id, "source": violation.source}
        return any(has[value] for value in told.values)
    if told.key is Key.STATE:
        return each.state in told.values
    if told.key is Key.IS:
        return any(each.state in STANDING[value] for value in told.values)
    return any(_like(_value(each, told.key), value) for value in told.values)


def _like(value: str | None, pattern: str) -> bool:
    if value is None or not pattern.endswith("*"):
        return value == pattern
    return value.startswith(pattern[:-1]) or (pattern.endswith(".*") and value == pattern[:-2])


def _value(each: RecordedViolation, key: Key) -> str | None:
    return each.channel if key is Key.CHANNEL else getattr(each.violation, key.value)


def _place(each: RecordedViolation) -> tuple[Any, str]:
    return each.violation.made_at, each.violation.id


async def named(file: BinaryIO, violation_ids: Iterable[str]) -> int:
    """A pack of nothing but names, as slow as a store is."""
    names = sorted(set(violation_ids))
    for each in names:
        await asyncio.sleep(0)
        file.write(f"{each}\n".encode())
    return len(names)


def auditing(store: Any, shipped: Any, demand: Any, policies: Any, ids: Any) -> AuditServices:
    """What the routes of auditors get in a house of fakes."""
    rows = MemoryViolations(store.kept_violations, tuple(shipped_names(*shipped)))
    evidence = demand.evidence
    replay = ReplayViolation(evidence.archive, evidence.history, evidence.procedures, policies)
    seek, shelf = SeekViolations(rows, rows), FolderShelf(Path(mkdtemp(prefix="exports-")), export_words(*shipped))
    exports = ExportViolations(seek, shelf, demand.recorder, demand.clock, timedelta(hours=24), named)
    return AuditServices(seek, replay, exports, KeepFilters(MemoryFilters(), demand.clock), ids)
