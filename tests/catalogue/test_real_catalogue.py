"""All procedures of the portal as of July 2026, counted independently of the reader."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.application.import_catalogue import import_catalogue
from reuse_gateway.catalogue.laythutuc import read_procedures
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.domain.text import nfc
from reuse_gateway.storage.procedures import CataloguedProcedures, ImportedProcedures
from reuse_gateway.storage.reads import Reads

from .conftest import DAY, StoppedClock


def rows_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


async def test_every_published_procedure_and_component_arrives(
    real_catalogue: Path, store: ImportedProcedures, reading: AsyncEngine, vocabulary: Vocabulary
) -> None:
    published = rows_of(real_catalogue)
    papers = {row["MATTHC"]: [p for case in row["THANHPHANHOSO"] for p in case["GIAYTO"]] for row in published}
    started = time.perf_counter()
    with real_catalogue.open("rb") as stream:
        rows = read_procedures(stream, DAY, vocabulary)
        report = await import_catalogue(rows, store, StoppedClock(), "tester", "crawl of July 2026")
    assert time.perf_counter() - started < 20
    assert (report.read, report.new, report.skipped) == (len(published), len(papers), 0) == (1739, 1739, 0)
    assert report.components == sum(map(len, papers.values())) == 9067
    assert report.tied + report.untied == 9067
    known = CataloguedProcedures((), Reads(reading), lambda: DAY)
    for code in sorted(papers)[::40]:
        version = await known.find(code, DAY)
        wanted = sorted(nfc(paper["TENGIAYTO"]) for paper in papers[code])
        assert sorted(row.label for row in version.requirements(None)) == wanted


def test_reading_holds_one_procedure_at_a_time(real_catalogue: Path, vocabulary: Vocabulary) -> None:
    tracemalloc.start()
    with real_catalogue.open("rb") as stream:
        read = sum(1 for _ in read_procedures(stream, DAY, vocabulary))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 1739
    assert peak < 4_000_000


def test_a_shipped_procedure_bears_the_deciding_document_of_the_portal(real_catalogue: Path, shipped: Catalogue) -> None:
    published = {row["MATTHC"]: row for row in rows_of(real_catalogue)}
    both = [version for version in shipped.procedures if version.code in published]
    assert len(both) >= 18
    assert not [v.code for v in both if v.decision != published[v.code]["QUYETDINH"]]
    for version in both:
        issued = {result["MAKETQUA"] for result in published[version.code]["KETQUATHUCHIEN"]}
        assert set(version.result_codes) <= issued, version.code
