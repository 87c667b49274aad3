"""Small dossiers, sources and a yardstick for the reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reuse_gateway.application.report_defects import DefectReport, Yardstick, report_defects
from reuse_gateway.domain.procedure import Case, ProcedureVersion, Requirement
from reuse_gateway.domain.source import Offer, Source, Tier
from reuse_gateway.domain.text import Text

DAY = date(2026, 11, 23)


def row(label: str, ref: str = "c1r1", **facts: Any) -> Requirement:
    """A row as the importer keeps one whose words it did not tie."""
    return Requirement(ref, label, **facts)


def dossier(
    *rows: Requirement | str, code: str = "9.000001", cases: dict[str, Sequence[Requirement]] | None = None, **facts: Any
):
    """An imported procedure with one case, or with the cases given."""
    listed = [row(each, f"c1r{n}") if isinstance(each, str) else each for n, each in enumerate(rows, 1)]
    made = tuple(Case(name, tuple(each)) for name, each in (cases or {"": listed}).items())
    told = {"name": "Thủ tục thử nghiệm", "ministry": "bo-tu-phap", "field": "Hộ tịch", "decision": "163/QĐ-BTP", "tied": False}
    return ProcedureVersion(code=code, cases=made, valid_from=date(2025, 7, 1), **{**told, **facts})


def source(key: str, *papers: str, tier: Tier = Tier.NATIONAL, connected: date | None = date(2024, 7, 1)) -> Source:
    """A database that has been connected for long, or never."""
    return Source(key, Text(f"Nguồn {key}", key), "", tier, {paper: Offer(paper) for paper in papers}, connected_from=connected)


@dataclass
class Published:
    """Port `Procedures` over a list, in small pages."""

    versions: Sequence[ProcedureVersion]

    async def find(self, code: str, day: date) -> ProcedureVersion | None:
        return next((version for version in self.versions if version.code == code), None)

    async def listing(self, after: str, limit: int) -> Sequence[ProcedureVersion]:
        return sorted((v for v in self.versions if v.code > after), key=lambda v: v.code)[: min(limit, 2)]


async def measured(yardstick: Yardstick, *versions: ProcedureVersion, day: date = DAY) -> DefectReport:
    """The report over these dossiers."""
    return await report_defects(Published(versions), yardstick, day)


async def state(yardstick: Yardstick, version: ProcedureVersion, day: date = DAY) -> list[str]:
    """States that occur in the report over one dossier."""
    report = await measured(yardstick, version, day=day)
    return [key for key, count in report.total.by_state.items() if count]
