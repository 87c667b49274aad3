"""What an export writes is what the violations say: the store's cells and the files' bytes, held against the plain way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest

from reuse_gateway.application import seek_violations
from reuse_gateway.application.violation_ports import Cell, CellPage
from reuse_gateway.domain.export import COLUMNS, ExportOrder, Format
from reuse_gateway.domain.query_language import parse_query
from reuse_gateway.domain.violation import RecordedViolation
from reuse_gateway.exports.csv_rows import guarded
from reuse_gateway.exports.violation_files import FolderShelf
from reuse_gateway.storage.case_json import step_append
from tests.api.audit_fakes import MemoryViolations
from tests.api.plain_cells import cells_of
from tests.query.builders import NAMES, recorded, spread
from tests.query.test_store import a_step, filled, seeking
from tests.storage.builders import AT, Store

ZONES = ("Asia/Ho_Chi_Minh", "UTC")
STRANGE = ("=1+1", " =1", "\ufeff@x", "＋84", "-1", 'a "b", c', "dòng\r\nhai", "", "Đất", "{%s}", "\u00a0\t=", "a")


def order(kind: Format, columns: Sequence[str] = COLUMNS, tz: str = ZONES[0]) -> ExportOrder:
    return ExportOrder("exp_1", "c", "H41", kind, parse_query(""), tuple(columns), "why", AT, tz)


async def stored(store: Store, line: str, columns: Sequence[str], tz: str) -> list[list[Cell]]:
    pages = seeking(store).cells(parse_query(line), columns, tz)
    return [list(row) async for page in pages for row in zip(*page.columns, strict=True)]


@pytest.mark.parametrize("tz", ZONES)
async def test_the_stores_cells_are_those_of_the_violations_page_by_page(
    store: Store, monkeypatch: pytest.MonkeyPatch, tz: str
):
    kept = await filled(store, 40)
    moved = {each.case_id for each in kept if each.violation.agency == "H41.12"}
    for case_id in moved:
        one = next(each for each in kept if each.case_id == case_id)
        await store.writer.append(step_append(a_step(case_id, one.violation.id, 20)))
    told, _ = await seeking(store).page(parse_query(""), None, 200)
    assert {each.state for each in told} > {"notified"}
    memory = MemoryViolations(list(told), NAMES)
    for line in ("", "agency:H41.12", "state:notified severity:high", "created:<2026-11-01", "nothingsaysthis"):
        sought = await seeking(store).sought(parse_query(line))
        expected = list(map(cells_of(COLUMNS, tz), await memory.page(sought, None, 1_000)))
        for limit in (7, len(expected) or 1, 1_000):
            monkeypatch.setattr(seek_violations, "_PAGE", limit)
            assert await stored(store, line, COLUMNS, tz) == expected, (line, limit)


@pytest.mark.parametrize("tz", ZONES)
async def test_a_second_is_cut_and_never_rounded_into_the_next_day(store: Store, tz: str):
    instants = [datetime(2026, 11, 1, 16, 59, 59, 999_999, UTC), datetime(2025, 12, 31, 23, 59, 59, 999_500, UTC)]
    instants += [datetime(2026, 3, 1, 17, 0, 0, 0, UTC)]
    for demand, at in zip(spread(3), instants, strict=True):
        told = tuple(replace(each, made_at=at) for each in demand.violations)
        await store.recorder.record_demand(replace(demand, made_at=at, violations=told))
    kept = (await seeking(store).page(parse_query(""), None, 50))[0]
    assert await stored(store, "", ["made_at"], tz) == [cells_of(["made_at"], tz)(each) for each in kept]


async def test_whether_somebody_is_liable_comes_as_a_truth_value_from_either_database(store: Store):
    await filled(store, 20)
    assert {str(cell) for (cell,) in await stored(store, "", ["personal_liability"], "UTC")} == {"True", "False"}


async def test_columns_come_alone_and_in_the_order_asked_for(store: Store):
    kept = await filled(store, 5)
    (rows, single) = (
        await stored(store, "", ["source", "legal_basis", "agency"], "UTC"),
        await stored(store, "", ["state"], "UTC"),
    )
    assert sorted(map(str, rows)) == sorted(str(cells_of(["source", "legal_basis", "agency"], "UTC")(each)) for each in kept)
    assert single == [["detected"]] * len(kept)


def strange() -> list[RecordedViolation]:
    """Cells that a spreadsheet would compute, that need quotes, that are empty; columns harmless and not."""
    told, words = [], cycle(STRANGE)
    for at, each in enumerate(recorded(spread(40))):
        changes = {name: next(words) for name in ("agency", "source")}
        violation = replace(each.violation, **changes, made_at=each.violation.made_at + timedelta(microseconds=at))
        told.append(replace(each, violation=violation, index=at - 9, case_id=next(words), state="" if at % 3 else "closed"))
    return told


def turned(rows: Sequence[RecordedViolation], columns: Sequence[str], tz: str) -> CellPage:
    return CellPage(tuple(zip(*map(cells_of(columns, tz), rows), strict=True)), len(rows), None)


def old_csv_cell(cell: Cell) -> str | int:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else guarded(cell)


@pytest.mark.parametrize("columns", [COLUMNS, *([each] for each in COLUMNS)])
def test_a_csv_has_the_bytes_of_one_that_is_written_cell_by_cell(tmp_path: Path, columns: Sequence[str]):
    rows, shelf = strange(), FolderShelf(tmp_path, {})
    sheet = shelf.begin(order(Format.CSV, columns))
    for at in range(0, len(rows), 17):
        sheet.write(turned(rows[at : at + 17], columns, ZONES[0]))
    sheet.finish()
    plain = io.StringIO()
    writer = csv.writer(plain, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([[old_csv_cell(cell) for cell in cells_of(columns, ZONES[0])(each)] for each in rows])
    assert (tmp_path / "exp_1.csv").read_bytes() == b"\xef\xbb\xbf" + plain.getvalue().encode()


def test_ndjson_has_the_bytes_of_one_that_is_written_row_by_row(tmp_path: Path):
    rows, shelf = strange(), FolderShelf(tmp_path, {})
    sheet = shelf.begin(order(Format.NDJSON))
    sheet.write(turned(rows, COLUMNS, ZONES[0]))
    sheet.finish()
    told = [dict(zip(COLUMNS, cells_of(COLUMNS, ZONES[0])(each), strict=True)) for each in rows]
    for each in told:
        each["legal_basis"] = [{"code": code} for code in each["legal_basis"].split()]
    plain = "".join(json.dumps(each, ensure_ascii=False, separators=(",", ":")) + "\n" for each in told)
    assert (tmp_path / "exp_1.ndjson").read_bytes() == plain.encode()
