"""Jobs of exports: cancelled, interrupted, failed or too large, they leave no file and say so."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from reuse_gateway.application import export_violations
from reuse_gateway.application.export_violations import ExportViolations
from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.export import ExportState
from reuse_gateway.exports import violation_sheets
from tests.api.conftest import House
from tests.query.export_bench import done, exports, filled, folder, look, order, until

__all__ = ["filled"]


class Slow:
    """A store whose pages wait for somebody."""

    def __init__(self, rows: Any) -> None:
        self.rows, self.going, self.pages = rows, asyncio.Event(), 0

    async def size(self) -> int:
        await asyncio.sleep(0.01)
        return await self.rows.size()

    async def cells(self, sought: Any, columns: Any, tz: str, after: Any, limit: int) -> Any:
        self.pages += 1
        if self.pages > 1:
            await self.going.wait()
        return await self.rows.cells(sought, columns, tz, after, 5)


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


async def test_a_bundle_is_packed_of_what_was_sought(filled: House):
    told = await done(filled, format="bundle", q="type:V05")
    names = (folder(filled) / f"{told['export_id']}.zip").read_text().split()
    assert (told["rows"], told["format"]) == (len(names), "bundle")
    assert names
    listed = await filled.client.get("/v1/violations", params={"q": "type:V05"}, headers=await filled.headers("demo-auditor"))
    assert names == sorted(each["violation_id"] for each in listed.json()["items"])


async def test_a_bundle_cancelled_while_it_is_packed_leaves_nothing(filled: House):
    began = asyncio.Event()

    async def endless(file: Any, violation_ids: Any) -> int:
        file.write(b"x")
        began.set()
        return await asyncio.Future()

    exports(filled).pack = endless
    made = (await order(filled, format="bundle")).json()
    await began.wait()
    answer = await filled.client.delete(f"/v1/exports/{made['export_id']}", headers=await filled.headers("demo-auditor"))
    assert answer.json()["state"] == "cancelled"
    assert [path.name for path in folder(filled).iterdir()] == [f"{made['export_id']}.json"]


async def test_a_bundle_that_cannot_be_proved_has_failed(filled: House):
    async def altered(file: Any, violation_ids: Any) -> int:
        raise StoreError("a row of this case is not what was signed")

    exports(filled).pack = altered
    made = (await order(filled, format="bundle")).json()
    await until(lambda: exports(filled).status(made["export_id"]).state is not ExportState.RUNNING)
    export = exports(filled).status(made["export_id"])
    assert (export.state, export.code) == (ExportState.FAILED, "storage_unavailable")
    assert [path.name for path in folder(filled).iterdir()] == [f"{made['export_id']}.json"]


async def test_a_bundle_of_more_than_it_may_hold_is_refused(filled: House, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(export_violations, "MOST_PACKED", 1)
    made = (await order(filled, format="bundle")).json()
    await until(lambda: exports(filled).status(made["export_id"]).state is not ExportState.RUNNING)
    assert exports(filled).status(made["export_id"]).code == "too_many_rows"


async def test_a_finished_file_that_is_deleted_is_gone_with_every_link(filled: House):
    told = await done(filled)
    assert (await filled.client.get(told["file"])).status_code == 200
    answer = await filled.client.delete(f"/v1/exports/{told['export_id']}", headers=await filled.headers("demo-auditor"))
    assert (answer.json()["state"], answer.json()["file"]) == ("cancelled", None)
    assert (await filled.client.get(told["file"])).status_code == 404
    assert [path.name for path in folder(filled).iterdir()] == [f"{told['export_id']}.json"]
    assert (await look(filled, told["export_id"])).json()["state"] == "cancelled"


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
    again = ExportViolations(
        *(getattr(exports(filled), name) for name in ("seek", "shelf", "recorder", "clock", "keep", "pack"))
    )
    export = again.status(made["export_id"])
    assert (export.state, export.code) == (ExportState.FAILED, "interrupted")


async def test_a_job_that_no_process_works_on_has_failed(filled: House):
    slowed(filled)
    made = (await order(filled)).json()
    again = ExportViolations(
        *(getattr(exports(filled), name) for name in ("seek", "shelf", "recorder", "clock", "keep", "pack"))
    )
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


async def test_forty_asked_for_at_once_are_two(filled: House):
    slow = slowed(filled)
    slow.pages = 1
    answers = await asyncio.gather(*(order(filled) for _ in range(40)))
    slow.going.set()
    codes = [answer.status_code for answer in answers]
    assert (codes.count(202), codes.count(429)) == (2, 38)


async def test_an_export_that_could_not_be_noted_leaves_its_place_free(filled: House, monkeypatch: pytest.MonkeyPatch):
    async def failing(note: Any) -> None:
        raise StoreError("no")

    with monkeypatch.context() as broken:
        broken.setattr(exports(filled), "recorder", type("Recorder", (), {"record_access": staticmethod(failing)})())
        assert [(await order(filled)).status_code for _ in range(3)] == [503, 503, 503]
    assert (await done(filled))["state"] == "done"
