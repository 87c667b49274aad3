"""An import is all or nothing, the same content never twice, and every version stays."""

from __future__ import annotations

import io
import zlib
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from reuse_gateway.application.import_catalogue import ImportReport, Terms, import_catalogue
from reuse_gateway.catalogue.laythutuc import read_procedures
from reuse_gateway.catalogue.loader import Catalogue
from reuse_gateway.domain.errors import InvalidInput, MalformedBody, StoreError
from reuse_gateway.domain.matching import Vocabulary
from reuse_gateway.storage.procedures import CataloguedProcedures, ImportedProcedures
from reuse_gateway.storage.reads import Reads
from reuse_gateway.storage.tables_procedures import imported_procedures, imports

from .conftest import DAY, StoppedClock
from .published import as_lines, as_list, paper, procedure

LATER = date(2026, 9, 1)


@pytest.fixture
def take(store: ImportedProcedures, vocabulary: Vocabulary):
    """Import bytes."""

    async def taken(raw: bytes, day: date = DAY, **terms: bool) -> ImportReport:
        rows = read_procedures(io.BytesIO(raw), day, vocabulary)
        return await import_catalogue(rows, store, StoppedClock(), "tester", "made up", terms=Terms(**terms))

    return taken


@pytest.fixture
def code(request: pytest.FixtureRequest):
    """Codes that no other test of this run uses."""
    start = zlib.crc32(request.node.name.encode()) % 89_999 * 10

    def numbered(n: int) -> str:
        return f"9.{start + n:06d}"

    return numbered


async def counted(engine: AsyncEngine) -> tuple[int, int]:
    async with engine.connect() as connection:
        tables = (imports, imported_procedures)
        one, two = [(await connection.execute(select(func.count()).select_from(table))).scalar_one() for table in tables]
        return one, two


async def test_what_is_imported_is_found_as_it_was_read(take, code, reading: AsyncEngine) -> None:
    report = await take(as_list(procedure(code(1), paper("Giấy chứng sinh"), paper("Giấy lạ"))))
    assert (report.read, report.new, report.components, report.tied, report.untied) == (1, 1, 2, 1, 1)
    version = await CataloguedProcedures((), Reads(reading)).find(code(1), DAY)
    assert [row.label for row in version.requirements(None)] == ["Giấy chứng sinh", "Giấy lạ"]
    assert version.requirements("")[0].any_of == (("birth_notice",),)
    assert not version.tied


async def test_importing_twice_writes_nothing(take, code, engine: AsyncEngine) -> None:
    first = await take(as_lines(procedure(code(1)), procedure(code(2))))
    before = await counted(engine)
    again = await take(as_list(procedure(code(2)), procedure(code(1))), LATER)
    assert (again.import_id, again.new, again.changed, again.unchanged) == (None, 0, 0, 2)
    assert again.digest == first.digest
    assert await counted(engine) == before


async def test_only_what_changed_is_written_again_and_the_newest_wins(take, code, reading: AsyncEngine) -> None:
    await take(as_list(procedure(code(1)), procedure(code(2))))
    report = await take(as_list(procedure(code(1)), procedure(code(2), paper("Giấy mới")), procedure(code(3))), LATER)
    assert (report.new, report.changed, report.unchanged) == (1, 1, 1)
    known = CataloguedProcedures((), Reads(reading))
    labels = [(await known.find(code(2), day)).requirements(None)[0].label for day in (DAY, LATER)]
    assert labels == ["Đơn đề nghị", "Giấy mới"]


@pytest.mark.parametrize("written", ["{} ", " {}\t", "{}.000.00.00.H41 ", "\u00a0{}"])
async def test_blanks_around_a_code_make_no_other_procedure(take, code, written: str) -> None:
    await take(as_list(procedure(code(1))))
    report = await take(as_list(procedure(written.format(code(1)))))
    assert (report.new, report.changed, report.unchanged, report.skipped) == (0, 0, 1, 0)


async def test_before_its_first_day_an_imported_procedure_is_unknown(take, code, reading: AsyncEngine) -> None:
    await take(as_list(procedure(code(1))))
    assert await CataloguedProcedures((), Reads(reading)).find(code(1), date(2026, 7, 19)) is None


@pytest.mark.parametrize("spoiled", [b"{bad}", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"9" * 5_000, b"\xff", b'{"a": "'])
async def test_a_bad_line_in_the_middle_changes_nothing(take, code, engine: AsyncEngine, spoiled: bytes) -> None:
    before = await counted(engine)
    for separator, opening, closing in ((b"\n", b"", b""), (b",", b"[", b"]")):
        raw = separator.join([as_lines(procedure(code(1))), spoiled, as_lines(procedure(code(2)))])
        with pytest.raises(MalformedBody):
            await take(opening + raw + closing)
    assert await counted(engine) == before


async def test_a_store_that_refuses_half_way_keeps_nothing(take, code, engine: AsyncEngine, monkeypatch) -> None:
    before, leaves = await counted(engine), "reuse_gateway.storage.import_leaves"
    monkeypatch.setattr(f"{leaves}.body_of", lambda version: None if version.code == code(2) else "{}")
    monkeypatch.setattr(f"{leaves}.words_digest", lambda _procedures: "0")
    with pytest.raises(StoreError):
        await take(as_list(procedure(code(1)), procedure(code(2)), procedure(code(3))))
    assert await counted(engine) == before


async def test_a_code_that_comes_again_with_other_content_is_told_and_the_first_is_kept(take, code, reading) -> None:
    raw = as_lines(procedure(code(1)), procedure(code(1), paper("Khác")), procedure(code(1)))
    report = await take(raw, skip_bad=True)
    assert (report.read, report.new, report.repeated, report.components) == (3, 1, 2, 1)
    assert [(t.line, t.code, t.why) for t in report.troubles] == [(2, code(1), "same_code_other_content")]
    found = await CataloguedProcedures((), Reads(reading)).find(code(1), DAY)
    assert found.requirements(None)[0].label == "Đơn đề nghị"


async def test_an_unusable_procedure_is_skipped_and_the_others_are_taken(take, code) -> None:
    report = await take(as_list(procedure(code(1)), procedure(code(2), TENTTHC=""), procedure(code(3))), skip_bad=True)
    assert (report.new, report.skipped, report.trouble_counts) == (2, 1, {"empty_name": 1})


@pytest.mark.parametrize(
    "bad",
    [
        procedure("9.000001", TENTTHC=""),
        procedure("9.000001", paper()) | {"THANHPHANHOSO": ["x"]},
        procedure("9.000001", paper(), paper("")),
        procedure("9.000001", paper(), "x"),
        procedure("9.000001", NGAYHIEULUC="31/02/2026"),
        procedure("9.000001", NGAYHIEULUC=46_266),
        procedure("9-1"),
        "x",
    ],
)
async def test_what_would_lose_a_procedure_or_a_paper_changes_nothing_and_says_where(take, code, engine, bad: Any) -> None:
    before, raw = await counted(engine), as_lines(procedure(code(1)), bad)
    with pytest.raises(InvalidInput, match="line 2 "):
        await take(raw)
    assert await counted(engine) == before
    report = await take(raw, skip_bad=True)
    assert (report.new, report.skipped) == (1, 1)


async def test_a_corrected_first_day_is_a_new_version_and_speaks_from_then_on(take, code, reading, engine) -> None:
    known, early = CataloguedProcedures((), Reads(reading)), date(2026, 7, 1)
    await take(as_list(procedure(code(1), NGAYHIEULUC="20/07/2026")))
    assert await known.find(code(1), early) is None
    report = await take(as_list(procedure(code(1), NGAYHIEULUC="2026-07-01")))
    assert (report.changed, report.unchanged) == (1, 0)
    assert (await known.find(code(1), early)).valid_from == early
    assert (await take(as_list(procedure(code(1), NGAYHIEULUC="2026-07-01")))).import_id is None
    later = await take(as_list(procedure(code(1))), LATER, dated=True)
    assert [(t.field, t.why) for t in later.troubles] == [("NGAYHIEULUC", "earlier_day_still_speaks")]


async def test_an_import_is_kept_with_its_author_source_and_counts(take, code, engine: AsyncEngine) -> None:
    report = await take(as_list(procedure(code(1)), procedure(code(2), paper("<b>x"))))
    async with engine.connect() as connection:
        row = (await connection.execute(select(imports).where(imports.c.import_id == report.import_id))).one()
    assert (row.author, row.source, row.digest) == ("tester", "made up", report.digest)
    assert (row.read, row.new, row.changed, row.unchanged, row.troubles) == (2, 2, 0, 0, 1)
    assert row.started_at == row.finished_at == StoppedClock().now()


@pytest.mark.parametrize("statement", ["UPDATE imports SET author = 'x'", "DELETE FROM imported_procedures"])
async def test_imports_cannot_be_changed_or_deleted(take, code, engine: AsyncEngine, statement: str) -> None:
    await take(as_list(procedure(code(1))))
    with pytest.raises(DBAPIError, match="insert-only"):
        async with engine.begin() as connection:
            await connection.execute(text(statement))


async def test_the_shipped_procedure_comes_before_an_imported_one(take, shipped: Catalogue, reading: AsyncEngine) -> None:
    await take(as_list(procedure("1.001193", paper("Nhập về"))))
    known = CataloguedProcedures(shipped.procedures, Reads(reading), lambda: DAY)
    assert (await known.find("1.001193", DAY)).tied
    assert [v.tied for v in await known.listing("1.001192", 1)] == [True]


async def test_the_listing_goes_through_shipped_and_imported_in_order_of_code(take, code, shipped, reading) -> None:
    await take(as_list(procedure(code(2)), procedure(code(1))))
    known, found = CataloguedProcedures(shipped.procedures, Reads(reading), lambda: DAY), [""]
    while page := await known.listing(found[-1], 5):
        assert len(page) <= 5
        found += [version.code for version in page]
    assert found == sorted(set(found))
    assert {code(1), code(2), "1.000656", "3.000347"} <= set(found)


async def test_the_listing_shows_only_what_holds_today(take, code, reading: AsyncEngine) -> None:
    await take(as_list(procedure(code(1))), LATER)
    seen: list[Any] = [
        await CataloguedProcedures((), Reads(reading), lambda day=day: day).listing(code(0), 1) for day in (DAY, LATER)
    ]
    assert code(1) not in [version.code for version in seen[0]]
    assert [version.code for version in seen[1]] == [code(1)]
