"""Lint over every dossier published on the portal (July 2026), each row as an item of a form; the figures are printed."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reuse_gateway.application.lint_form import LintRequest
from reuse_gateway.catalogue.laythutuc import read_procedures
from reuse_gateway.domain.form_finding import Level, Rule
from reuse_gateway.domain.procedure import ProcedureVersion
from tests.api.fakes import MemoryProcedures
from tests.forms.bench import DAY, linter

SINCE = date(2025, 7, 1)


@pytest.fixture(scope="module")
def published() -> list[ProcedureVersion]:
    """1,739 procedures; they are not part of the project."""
    path = Path(__file__).parents[3] / "shared" / "data" / "procedures.ndjson"
    if not path.is_file():
        pytest.skip("the published catalogue does not lie at ../shared/data/procedures.ndjson")
    with path.open("rb") as stream:
        rows = list(read_procedures(stream, SINCE, linter().policies.on(DAY).facts.vocabulary))
    return [row.version for row in rows if row.version is not None]


@pytest.mark.published
def test_every_published_dossier_is_looked_at_and_contradicts_nothing(
    published: list[ProcedureVersion], capsys: pytest.CaptureFixture[str]
) -> None:
    look = replace(linter(), procedures=MemoryProcedures(tuple(published)))
    counted, rows, rows_with_errors = Counter[str](), 0, 0

    async def all_of_them() -> None:
        nonlocal rows, rows_with_errors
        for version in published:
            requirements = [row for case in version.cases for row in case.requirements]
            definition = {"items": [{"ref": str(n), "label": row.label} for n, row in enumerate(requirements)]}
            report = await look(LintRequest("items", version.code, definition, DAY))
            rows += len(report.form.fields)
            counted.update(f"{told.finding.level} {told.finding.rule}" for told in report.findings)
            rows_with_errors += len({told.finding.pointer for told in report.findings if told.finding.level is Level.ERROR})
            # A dossier never lists what is outside itself, and nothing is replaced where it wants the original.
            for told in report.findings:
                assert told.finding.rule is not Rule.OUTSIDE_PUBLISHED_DOSSIER, (version.code, told)
                if told.finding.rule in (Rule.REPLACEABLE_PAPER, Rule.AGENCY_OBTAINS):
                    kind = str(told.finding.evidence_type)
                    assert not all(row.original for row in requirements if row.names(kind))

    asyncio.run(all_of_them())
    assert (len(published), rows) == (1739, 9067)
    assert counted["error replaceable_paper"] > 100
    with capsys.disabled():
        print(f"\n{len(published)} dossiers, {rows} rows, {rows_with_errors} with errors")
        for rule, number in counted.most_common():
            print(f"  {number:6} {rule}")
