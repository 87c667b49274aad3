"""Exports: what stands in the file, what is kept of it, and that nothing of a cancelled or failed one is left."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import python_calamine

from reuse_gateway.application.export_violations import ExportViolations
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.export import COLUMNS, ExportState
from reuse_gateway.exports import violation_sheets
from reuse_gateway.exports.violation_files import FolderShelf
from tests.api.conftest import House
from tests.query.builders import recorded, spread

PURPOSE = "Báo cáo quý IV của Thanh tra tỉnh"


@pytest.fixture
async def filled(house: House, tmp_path: Path) -> AsyncIterator[House]:
    """A house with violations, and exports in a folder of the test."""
    house.store.kept_violations += recorded(spread(40))
    exports(house).shelf._folder = tmp_path / "exports"
    yield house
    await exports(house).close()


def exports(house: House) -> ExportViolations:
    return house.services.auditing.exports


def folder(house: House) -> Path:
    return exports(house).shelf._folder


async def order(house: House, client_id: str = "demo-auditor", **told: Any) -> httpx.Response:
    body = {"format": "csv", "purpose": PURPOSE} | told
    return await house.client.post("/v1/exports", json=body, headers=await house.headers(client_id))


async def look(house: House, export_id: str, client_id: str = "demo-auditor") -> httpx.Response:
    return await house.client.get(f"/v1/exports/{export_id}", headers=await house.headers(client_id))


async def done(house: House, **told: Any) -> dict[str, Any]:
    made = await order(house, **told)
    assert made.status_code == 202, made.text
    assert made.headers["location"] == f"/v1/exports/{made.json()['export_id']}"
    for _ in range(500):
        export = (await look(house, made.json()["export_id"])).json()
        if export["state"] != "running":
            return export
        await asyncio.sleep(0.01)
    raise AssertionError("never ended")


async def until(true: Any) -> None:
    for _ in range(500):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never so")


async def content(house: House, export: dict[str, Any]) -> bytes:
    answer = await house.client.get(export["file"])
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    assert hashlib.sha256(answer.content).hexdigest() == export["sha256"]
    assert len(answer.content) == export["bytes"]
    return answer.content


async def test_csv_opens_in_excel_with_vietnamese_headings_and_vietnamese_time(filled: House):
    export = await done(filled, q="severity:high")
    raw = await content(filled, export)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == export["rows"] + 1
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert (rows[0][0], len(rows[0])) == ("Mã vi phạm", len(COLUMNS))
    high = [each for each in filled.store.kept_violations if each.violation.severity == "high"]
    assert {row[0] for row in rows[1:]} == {each.violation.id for each in high}
    assert all(row[1].endswith("+07:00") for row in rows[1:])


async def test_ndjson_says_the_same_under_keys(filled: House):
    columns = ["violation_id", "made_at", "personal_liability", "source"]
    export = await done(filled, format="ndjson", columns=columns, tz="UTC", filters={"agency": ["H41.12", "H41.20"]})
    lines = [json.loads(line) for line in (await content(filled, export)).splitlines()]
    assert len(lines) == export["rows"] > 3
    assert [list(line) for line in lines] == [columns] * len(lines)
    assert {type(line["personal_liability"]) for line in lines} == {bool}
    assert all(line["made_at"].endswith("+00:00") for line in lines)


async def test_xlsx_holds_the_same_rows_and_no_formula(filled: House):
    filled.store.kept_violations[:] = [
        replace(each, violation=replace(each.violation, agency="=1+1")) for each in filled.store.kept_violations
    ]
    export = await done(filled, format="xlsx", columns=["violation_id", "agency", "ledger_index"], headings="en")
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(await content(filled, export))).get_sheet_by_index(0)
    told = rows.to_python()
    assert told[0] == ["Violation", "Agency", "Ledger index"]
    assert len(told) == export["rows"] + 1
    assert {row[1] for row in told[1:]} == {"=1+1"}
    assert [path.name for path in folder(filled).iterdir() if "part" in path.name] == []


async def test_no_cell_of_a_csv_is_computed(filled: House):
    changed = [replace(each, violation=replace(each.violation, agency="=1+1")) for each in filled.store.kept_violations]
    filled.store.kept_violations[:] = changed
    raw = await content(filled, await done(filled, columns=["agency"]))
    assert set(raw.decode("utf-8-sig").split("\r\n")[1:-1]) == {"'=1+1"}


async def test_purpose_count_and_digest_are_in_the_ledger_before_the_file_can_be_had(filled: House):
    export = await done(filled, q='"khai sinh" agency:H41.12')
    (note,) = (each for each in filled.store.notes if each.what == "export")
    assert PURPOSE in note.ref
    assert "agency:H41.12" in note.ref
    assert "khai" not in note.ref, "words are free text"
    (event,) = (each.event for each in filled.store.kept_events if each.event.kind == "export.completed")
    assert event.body["rows"] == export["rows"]
    assert event.body["sha256"] == export["sha256"]
    assert PURPOSE not in str(event)


async def test_each_download_is_kept_under_the_client_that_got_the_link(filled: House):
    export = await done(filled)
    await content(filled, export)
    await content(filled, export)
    notes = [each for each in filled.store.notes if each.what == "export_download"]
    assert [(each.client_id, each.ref) for each in notes] == [("demo-auditor", export["export_id"])] * 2


async def test_a_download_that_cannot_be_kept_is_not_given(filled: House):
    export = await done(filled)
    filled.store.broken = StoreError()
    assert (await filled.client.get(export["file"])).status_code == 503


async def test_a_link_ends_is_signed_and_is_of_one_export(filled: House):
    export, other = await done(filled), await done(filled)
    forged = [export["file"][:-4] + "AAAA", export["file"].split("?")[0] + "?key=x"]
    forged.append(other["file"].split("?")[0] + "?" + export["file"].split("?")[1])
    for link in forged:
        assert (await filled.client.get(link)).status_code == 404
    assert (await filled.client.get(export["file"].split("?")[0])).status_code == 422
    filled.clock.at += timedelta(minutes=16)
    assert (await filled.client.get(export["file"])).status_code == 404
    fresh = (await look(filled, export["export_id"])).json()["file"]
    assert (await filled.client.get(fresh)).status_code == 200


async def test_a_file_expires_and_is_deleted(filled: House):
    export = await done(filled)
    filled.clock.at += timedelta(hours=25)
    told = (await look(filled, export["export_id"])).json()
    assert (told["state"], told["file"]) == ("expired", None)
    await done(filled)
    assert not (folder(filled) / f"{export['export_id']}.csv").exists()


class Slow:
    """A store whose pages wait for somebody."""

    def __init__(self, rows: Any) -> None:
        self.rows, self.going, self.pages = rows, asyncio.Event(), 0

    async def size(self) -> int:
        return await self.rows.size()

    async def page(self, sought: Any, after: Any, limit: int) -> Any:
        self.pages += 1
        if self.pages > 1:
            await self.going.wait()
        found = await self.rows.page(sought, after, 5)
        return [*found, *found * 399][:limit] if found else found


def slowed(house: House) -> Slow:
    seek = exports(house).seek
    slow = Slow(seek.rows)
    object.__setattr__(seek, "rows", slow)
    return slow


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ndjson"])
async def test_cancelled_midway_nothing_is_left(filled: House, kind: str):
    slow = slowed(filled)
    made = (await order(filled, format=kind)).json()
    await until(lambda: exports(filled).status(made["export_id"]).rows > 0)
    assert [path for path in folder(filled).iterdir() if ".part" in path.name]
    ending = asyncio.create_task(
        filled.client.delete(f"/v1/exports/{made['export_id']}", headers=await filled.headers("demo-auditor"))
    )
    await asyncio.sleep(0.02)
    slow.going.set()
    assert (await ending).json()["state"] == "cancelled"
    assert [path.name for path in folder(filled).iterdir()] == [f"{made['export_id']}.json"]
    told = (await look(filled, made["export_id"])).json()
    assert (told["state"], told["file"], told["sha256"]) == ("cancelled", None, None)
    assert not [each for each in filled.store.kept_events if each.event.kind == "export.completed"]


async def test_an_export_whose_end_cannot_be_recorded_is_no_export(filled: House):
    slow = slowed(filled)
    made = (await order(filled)).json()
    filled.store.broken = StoreError()
    slow.going.set()
    await until(lambda: exports(filled).status(made["export_id"]).state is not ExportState.RUNNING)
    export = exports(filled).status(made["export_id"])
    assert (export.state, export.code) == (ExportState.FAILED, "storage_unavailable")
    assert [path.name for path in folder(filled).iterdir()] == [f"{made['export_id']}.json"]


async def test_a_stopped_process_leaves_jobs_that_say_so(filled: House):
    slow = slowed(filled)
    made = (await order(filled)).json()
    slow.going.set()
    await exports(filled).close()
    again = ExportViolations(*(getattr(exports(filled), name) for name in ("seek", "shelf", "recorder", "clock", "keep")))
    export = again.status(made["export_id"])
    assert (export.state, export.code) == (ExportState.FAILED, "interrupted")


async def test_a_job_that_no_process_works_on_has_failed(filled: House):
    slowed(filled)
    made = (await order(filled)).json()
    again = ExportViolations(*(getattr(exports(filled), name) for name in ("seek", "shelf", "recorder", "clock", "keep")))
    noted = again.shelf.noted(made["export_id"])[1]
    again.clock = type("Clock", (), {"now": lambda self: noted + timedelta(seconds=30)})()
    assert again.status(made["export_id"]).state is ExportState.RUNNING, "another process may be at it"
    again.clock = type("Clock", (), {"now": lambda self: noted + timedelta(minutes=3)})()
    assert (again.status(made["export_id"]).state, again.status(made["export_id"]).code) == ("failed", "interrupted")
    exports(filled).seek.rows.going.set()


async def test_no_more_than_two_run_at_once(filled: House):
    slow = slowed(filled)
    slow.pages = 1
    first, second = (await order(filled)).json(), (await order(filled)).json()
    refused = await order(filled)
    assert (refused.status_code, refused.json()["code"]) == (429, "exports_busy")
    assert refused.headers["retry-after"] == "30"
    slow.going.set()
    assert first["export_id"] != second["export_id"]


async def test_a_sheet_beyond_excels_limit_fails_instead_of_being_cut(filled: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(violation_sheets, "MOST_SHEET_ROWS", 10)
    export = await done(filled, format="xlsx")
    assert (export["state"], export["code"], export["file"]) == ("failed", "too_many_rows", None)
    assert [path.name for path in folder(filled).iterdir()] == [f"{export['export_id']}.json"]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"purpose": ""}, 422),
        ({"purpose": "a" * 201}, 422),
        ({"purpose": "về công dân 999090000001"}, 422),
        ({"format": "bundle"}, 422),
        ({"format": "pdf"}, 422),
        ({"columns": []}, 422),
        ({"columns": ["subject"]}, 422),
        ({"columns": ["type", "type"]}, 422),
        ({"tz": "Europe/Paris"}, 422),
        ({"filters": {"agancy": "H41"}}, 422),
        ({"filters": {"agency": "H4 1"}}, 400),
        ({"filters": {"q": "x"}}, 422),
        ({"q": "agancy:H41"}, 400),
        ({"more": 1}, 422),
    ],
)
async def test_what_cannot_be_ordered_is_refused_and_leaves_nothing(filled: House, told: dict[str, Any], status: int):
    refused = await order(filled, **told)
    assert refused.status_code == status
    assert "999090000001" not in refused.text
    assert filled.store.notes == []
    assert not folder(filled).exists()


async def test_others_neither_order_nor_see(filled: House):
    export = await done(filled)
    for client_id in ("demo-intake", "demo-forms"):
        assert (await order(filled, client_id)).status_code == 403
        assert (await look(filled, export["export_id"], client_id)).status_code == 403
    assert (await look(filled, export["export_id"], "demo-admin")).status_code == 200
    assert (await look(filled, "exp_" + "f" * 32)).status_code == 404
    assert (await look(filled, "exp_..%2f..%2fx")).status_code == 404
    own = exports(filled)._jobs[export["export_id"]]
    own.export = replace(own.export, client_id="another-auditor")
    assert (await look(filled, export["export_id"])).status_code == 404


def test_a_note_of_a_job_comes_back_word_for_word(tmp_path: Path):
    from reuse_gateway.domain.export import Export, Format
    from tests.api.fakes import NOW

    shelf = FolderShelf(tmp_path, {})
    export = Export("exp_1", "c", Format.CSV, ExportState.DONE, NOW, NOW, 1, 2, 3, "ab", "", NOW)
    shelf.note(export)
    assert shelf.noted("exp_1")[0] == export
