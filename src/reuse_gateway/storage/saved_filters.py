"""Port `FilterLog`: each revision is a row whose body the leaf binds by its digest."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from reuse_gateway.domain.agency import same_province
from reuse_gateway.domain.check import Position
from reuse_gateway.domain.receipt import canonical
from reuse_gateway.domain.saved_filter import SavedFilter, key_of
from reuse_gateway.storage.batch import Append
from reuse_gateway.storage.case_json import NAMELESS, nameless_leaf
from reuse_gateway.storage.group_commit import GroupCommit
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_filters import saved_filters
from reuse_gateway.storage.verdict_json import exact

KIND = "saved_filter"
_kept = saved_filters.c


class StoredFilters:
    """Reads, and the one writer; every method raises StoreError."""

    def __init__(self, reads: Reads, writer: GroupCommit) -> None:
        self._reads, self._writer = reads, writer

    async def newest(self, name: str, agency: str) -> SavedFilter | None:
        """The newest revision in this body's province, withdrawn or not."""
        found = await self._newest(agency, or_(_kept.name == key_of(name, agency), _kept.name == name))
        return found.get(name)

    async def listing(self, agency: str, limit: int) -> Sequence[SavedFilter]:
        """The newest revision of each that stands in this body's province, in order of name."""
        own = _kept.name.startswith(key_of("", agency), autoescape=True)
        found = await self._newest(agency, or_(own, ~_kept.name.contains("/")))
        return [found[name] for name in sorted(found) if not found[name].withdrawn][:limit]

    async def _newest(self, agency: str, named: ColumnElement[bool]) -> dict[str, SavedFilter]:
        """By name, those of the province. Rows of before names were each province's own stand under the bare name."""
        last = select(_kept.name, func.max(_kept.revision).label("revision")).where(named).group_by(_kept.name).subquery()
        same = (last.c.name == _kept.name) & (last.c.revision == _kept.revision)
        rows = await self._reads.rows(select(_kept.body).join(last, same).order_by(_kept.revision))
        told = [filter_of(row.body) for row in rows]
        return {each.name: each for each in told if same_province(each.agency, agency)}

    async def record_filter(self, saved: SavedFilter) -> Position:
        """One more revision and its leaf."""
        body = _body(saved)
        return await self._writer.append(Append(filter_leaf(body), KIND, NAMELESS, {saved_filters: [_row(saved, body)]}))


def filter_leaf(body: str) -> bytes:
    """Leaf bytes: that a filter was changed, and when. Its name, which auditors choose, stands under the salted digest."""
    return nameless_leaf(KIND, json.loads(body)["told_at"], body)


def filter_of(body: str) -> SavedFilter:
    """The revision that a body tells; ValueError, KeyError or TypeError where the text was never written by us."""
    told: dict[str, Any] = json.loads(body)
    fields = {name: told[name] for name in SavedFilter.__slots__}
    return SavedFilter(**{**fields, "told_at": datetime.fromisoformat(told["told_at"])})


def filter_columns(row: Row[Any]) -> tuple[tuple, tuple]:
    """The columns that a row's body asks for, and those it has. Raises what `filter_of` raises."""
    return _row(filter_of(row.body), row.body), tuple(row)[1:]


def _row(saved: SavedFilter, body: str) -> tuple:
    return json.loads(body).get("key", saved.name), saved.revision, saved.withdrawn, saved.told_at, body


def _body(saved: SavedFilter) -> str:
    told = {name: getattr(saved, name) for name in SavedFilter.__slots__}
    return canonical({**told, "key": saved.key, "told_at": exact(saved.told_at), "salt": secrets.token_hex(16)}).decode()
