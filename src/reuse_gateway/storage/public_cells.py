"""Port `PublicCells`: of each agency how many papers lie in a cell, and about how many different people they are at least."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from reuse_gateway.domain.report_period import Period
from reuse_gateway.domain.suppression import Row
from reuse_gateway.storage.case_askings import askings_of
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.reuse_days import PAPER

_REUSED, _DEMANDED, _NOT_HELD = range(3)


class StoredPublicCells:
    """One statement over the rows of a period, so that papers and people are of the same moment."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def cells(self, period: Period) -> Mapping[str, Row]:
        """By agency. Raises StoreError."""
        papers: dict[str, list[int]] = {}
        people: dict[str, list[int]] = {}
        for agency, cell, _, counted, different in await self._reads.rows(_cells(period, self._reads.dialect)):
            papers.setdefault(agency, [0, 0, 0])[cell] += int(counted)
            most = people.setdefault(agency, [0, 0, 0])
            most[cell] = max(most[cell], int(different))
        return {agency: Row(tuple(papers[agency]), tuple(people[agency])) for agency in papers}


def _cells(period: Period, dialect: str) -> Select[Any]:
    """Pseudonyms of one key are as many people; of two keys they may be the same, so each key is counted by itself."""
    papers = _papers(period, dialect)
    cell = case((papers.c.held == 0, _NOT_HELD), (papers.c.demanded == 1, _DEMANDED), else_=_REUSED)
    parted = select(papers.c.agency, cell.label("cell"), _key_id(papers.c.person, dialect).label("key"), papers.c.person)
    told = parted.subquery("told")
    place = (told.c.agency, told.c.cell, told.c.key)
    return select(*place, func.count(), func.count(told.c.person.distinct())).group_by(*place)


def _papers(period: Period, dialect: str) -> Any:
    """One row for each paper. Of several people under one dossier one stands for all: never too many."""
    asked = askings_of(period, dialect)
    told = (func.max(asked.c[name]).label(name) for name in ("held", "demanded"))
    place = (asked.c[name] for name in PAPER if name != "agency")
    wanted = select(asked.c.agency, func.min(asked.c.subject).label("person"), *told)
    return wanted.group_by(asked.c.agency, *place).subquery("papers")


def _key_id(pseudonym: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.substr(pseudonym, 1, func.instr(pseudonym, "."))
    return func.split_part(pseudonym, ".", 1)
