"""Exports: what stands in the file, what is kept of it, and that nothing of a cancelled or failed one is left."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.export import COLUMNS, ExportState
from reuse_gateway.exports.violation_files import FolderShelf
from tests.api.conftest import House
from tests.query.export_bench import PURPOSE, content, done, exports, filled, folder, look, order

__all__ = ["filled"]


async def test_csv_opens_in_excel_with_vietnamese_headings_and_vietnamese_time(filled: House):
    export = await done(filled, q="severity:high")
    raw = await content(filled, export)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == export["rows"] + 1
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert (rows[0][0], len(rows[0])) == ("Mã vi phạm", len(COLUMNS) + 8)
    high = [each for each in filled.store.kept_violations if each.violation.severity == "high"]
    assert {row[0] for row in rows[1:]} == {each.violation.id for each in high}
    assert all(row[1].endswith("+07:00") for row in rows[1:])


async def test_beside_codes_stand_words_for_who_reads_a_table(filled: House):
    columns = ["violation_id", "type", "severity", "state", "agency", "evidence_type", "source"]
    raw = await content(filled, await done(filled, columns=columns))
    heading, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert heading[1:5] == ["Loại", "Loại (bằng lời)", "Mức độ", "Mức độ (bằng lời)"]
    assert {(row[3], row[4]) for row in rows} <= {("low", "Mức thấp"), ("medium", "Mức trung bình"), ("high", "Mức cao")}
    assert {row[1]: row[2] for row in rows}["V01"] == "Yêu cầu giấy tờ đã có trong cơ sở dữ liệu quốc gia"
    assert all(bool(row[at]) == bool(row[at + 1]) for row in rows for at in (1, 3, 5, 9))
    page = openpyxl.load_workbook(io.BytesIO(await content(filled, await done(filled, columns=columns, format="xlsx")))).active
    assert [[cell.value or "" for cell in row] for row in page.iter_rows()] == [heading, *rows]


@pytest.mark.parametrize(("headings", "yes", "no"), [("vi", "Có", "Không"), ("en", "Yes", "No")])
async def test_where_an_office_asked_and_whether_somebody_is_liable_is_told_in_words(
    filled: House, headings: str, yes: str, no: str
):
    columns = ["channel", "personal_liability"]
    raw = await content(filled, await done(filled, columns=columns, headings=headings))
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))[1:]
    assert {(row[2], row[3]) for row in rows} == {("true", yes), ("false", no)}
    assert all(row[1] for row in rows if row[0])
    assert any(row[1] for row in rows)


@pytest.mark.parametrize("told", [{"words": False}, {"headings": "keys"}])
async def test_no_words_where_none_are_wanted(filled: House, told: dict[str, object]):
    raw = await content(filled, await done(filled, columns=["type", "state"], **told))
    assert {len(row) for row in csv.reader(io.StringIO(raw.decode("utf-8-sig")))} == {2}


async def test_a_code_without_words_is_left_without(filled: House):
    changed = [replace(each, violation=replace(each.violation, agency="H41.=1+1")) for each in filled.store.kept_violations]
    filled.store.kept_violations[:] = changed
    raw = await content(filled, await done(filled, columns=["agency"]))
    assert set(raw.decode("utf-8-sig").split("\r\n")[1:-1]) == {"H41.=1+1,"}


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
    export = await done(filled, format="xlsx", columns=["violation_id", "agency", "ledger_index"], headings="en", words=False)
    page = openpyxl.load_workbook(io.BytesIO(await content(filled, export))).active
    told = [[cell.value for cell in row] for row in page.iter_rows()]
    assert "f" not in {cell.data_type for row in page.iter_rows() for cell in row}
    assert told[0] == ["Violation", "Agency", "Ledger index"]
    assert len(told) == export["rows"] + 1
    assert {row[1] for row in told[1:]} == {"=1+1"}
    assert [path.name for path in folder(filled).iterdir() if "part" in path.name] == []


async def test_no_cell_of_a_csv_is_computed(filled: House):
    changed = [replace(each, violation=replace(each.violation, agency="=1+1")) for each in filled.store.kept_violations]
    filled.store.kept_violations[:] = changed
    raw = await content(filled, await done(filled, columns=["agency"], words=False))
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


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"purpose": ""}, 422),
        ({"purpose": "a" * 201}, 422),
        ({"purpose": "về công dân 999090000001"}, 422),
        ({"format": "pdf"}, 422),
        ({"columns": []}, 422),
        ({"columns": ["subject"]}, 422),
        ({"columns": ["type", "type"]}, 422),
        ({"tz": "Europe/Paris"}, 422),
        ({"filters": {"agancy": "H41"}}, 400),
        ({"filters": {"agency": "H4 1"}}, 400),
        ({"filters": {"q": "x"}}, 400),
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


@pytest.mark.parametrize(
    ("told", "pointer", "fault", "suggestion"),
    [
        ({"filters": {"agancy": "H41"}}, "/filters", "unknown_filter", "agency"),
        ({"filters": {"foo": "H41"}}, "/filters", "unknown_filter", "agency"),
        ({"filters": {"q": "type:V05"}}, "/filters", "unknown_filter", "agency"),
        ({"filters": {"severity": "hihg"}}, "/filters/severity", "unknown_value", "high"),
        ({"q": "agancy:H41"}, "/q", "unknown_key", "agency"),
        ({"filter": "mo-coa"}, "/filter", "unknown_saved_filter", None),
    ],
)
async def test_an_order_is_refused_at_its_place_with_what_was_meant(
    filled: House, told: dict[str, Any], pointer: str, fault: str, suggestion: str | None
):
    refused = await order(filled, **told)
    (error,) = refused.json()["errors"]
    assert (refused.status_code, error["pointer"], error["code"]) == (400, pointer, fault)
    assert suggestion is None or suggestion in refused.json()["suggestions"]


@pytest.mark.parametrize(
    ("told", "language", "said", "limit"),
    [
        ({"purpose": "vì"}, "vi", "ít nhất 8", 8),
        ({"purpose": "a" * 201}, "vi", "Không quá 200", 200),
        ({"purpose": "vì"}, "en", "At least 8", 8),
        ({"columns": []}, "en", "At least 1", 1),
    ],
)
async def test_a_text_of_the_wrong_length_is_told_how_long_it_must_be(
    filled: House, told: dict[str, Any], language: str, said: str, limit: int
):
    headers = await filled.headers("demo-auditor") | {"accept-language": language}
    sent = {"format": "csv", "purpose": "kiểm tra quý IV"} | told
    (error,) = (await filled.client.post("/v1/exports", json=sent, headers=headers)).json()["errors"]
    assert said in error["message"]
    assert error["limit"] == limit


async def test_what_is_cited_is_a_list_of_objects_in_json_and_one_cell_in_a_table(filled: House):
    (_, *rows) = (await content(filled, await done(filled, format="csv", columns=["legal_basis"]))).splitlines()
    lines = (await content(filled, await done(filled, format="ndjson", columns=["legal_basis"]))).splitlines()
    assert set(rows) == {b"NQ-66.7-2025"}
    assert set(lines) == {b'{"legal_basis":[{"code":"NQ-66.7-2025"}]}'}
    page = await filled.client.get("/v1/violations?limit=1", headers=await filled.headers("demo-auditor"))
    (cited,) = page.json()["items"][0]["legal_basis"]
    assert (cited["code"], cited["in_force_from"]) == ("NQ-66.7-2025", "2026-01-01")


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
