"""The gate of publication: what may be published, by whom, over which version, and what is kept of it."""

from __future__ import annotations

from typing import Any

import pytest

from reuse_gateway.domain.errors import StoreError
from tests.api.conftest import House

from .builders import FIELD, NEW, PAPER, Desk, codes, definition

WAIVER = {
    "form": "bad", "ground": "Quyết định chuyển tiếp của UBND tỉnh", "valid_from": "2026-11-01", "valid_to": "2026-12-31",
    "legal_basis": ["NQ-66.7-2025"], "reason": "Chờ nâng cấp phần mềm một cửa",
}  # fmt: skip
BAD = {"definition": definition(required=True, gated=False)}


async def waived(desk: Desk, **changes: Any) -> None:
    headers = await desk.house.headers("demo-admin") | NEW
    answer = await desk.house.client.put("/v1/admin/waivers/w1", json=WAIVER | changes, headers=headers)
    assert answer.status_code == 201, answer.text


async def test_a_form_with_errors_is_not_published_and_the_findings_are_named(desk: Desk) -> None:
    answer = await desk.put("bad", **BAD)
    assert (answer.status_code, answer.json()["code"]) == (422, "form_has_errors")
    (finding,) = answer.json()["findings"]
    assert (finding["rule"], finding["level"], finding["field"]) == ("replaceable_paper", "error", FIELD)
    assert finding["message"]["vi"]
    assert finding["legal_basis"]
    assert [each.form.id for each in desk.house.forms.versions] == ["f1"]


async def test_a_draft_keeps_its_errors_and_is_given_to_nobody(desk: Desk) -> None:
    answer = await desk.put("bad", publish=False, **BAD)
    assert (answer.status_code, answer.json()["state"], answer.json()["errors"]) == (201, "draft", 1)
    refused = await desk.post(
        "/v1/form-sessions", {"form": "bad", "subject": {"kind": "citizen", "personal_id": "999090000001"}}
    )
    assert refused.status_code == 404
    assert [event.body["form"] for event in desk.house.forms.told] == ["f1"]


async def test_a_waiver_lets_errors_through_is_named_and_counted(desk: Desk) -> None:
    await waived(desk)
    answer = await desk.put("bad", **BAD)
    assert (answer.status_code, answer.json()["waiver"], answer.json()["errors"]) == (201, "waiver/w1@1", 1)
    again = await desk.put("bad", headers={"if-match": '"r1"'}, version="2", **BAD)
    assert again.status_code == 200
    assert (await desk.get("/v1/forms/bad")).json()["published_under_waivers"] == 2
    assert desk.house.forms.told[-1].body["waiver"] == "waiver/w1@1"


@pytest.mark.parametrize(
    "changes", [{"valid_to": "2026-11-22"}, {"valid_from": "2026-11-24"}, {"form": "other"}, {"withdrawn": True}]
)
async def test_a_waiver_of_another_day_or_form_lets_nothing_through(desk: Desk, changes: dict[str, Any]) -> None:
    await waived(desk, **changes)
    assert (await desk.put("bad", **BAD)).json()["code"] == "form_has_errors"


async def test_a_waiver_for_the_procedure_is_one_for_its_forms(desk: Desk) -> None:
    await waived(desk, form=None, procedure="1.000894")
    assert (await desk.put("bad", **BAD)).json()["waiver"] == "waiver/w1@1"


async def test_publishing_against_a_warning_leaves_a_trace(desk: Desk) -> None:
    hidden = definition(gated=False)
    hidden["components"][1]["hidden"] = True
    answer = (await desk.put("warned", definition=hidden)).json()
    assert (answer["state"], answer["warnings"]) == ("published", 1)
    assert [trace["level"] for trace in answer["traces"]].count("warning") == 1
    kept = desk.house.forms.versions[-1].form
    assert "warning" in {trace.level for trace in kept.traces}
    assert desk.house.forms.told[-1].body["warnings"] == 1


@pytest.mark.parametrize(
    ("bindings", "expected"),
    [
        ({"gone": PAPER}, [("/bindings/gone", "unknown_form_field")]),
        ({FIELD: "no_such_paper"}, [(f"/bindings/{FIELD}/evidence_type", "unknown_evidence_type")]),
        ({FIELD: {"evidence_type": PAPER, "role": "stranger"}}, [(f"/bindings/{FIELD}/role", "unknown_role")]),
        ({"a/b~c": PAPER}, [("/bindings/a~1b~0c", "unknown_form_field")]),
    ],
)
async def test_a_binding_that_could_never_hold_is_refused_even_in_a_draft(desk: Desk, bindings: Any, expected: Any) -> None:
    for publish in (True, False):
        answer = await desk.put("f2", bindings=bindings, publish=publish)
        assert (answer.status_code, codes(answer)) == (422, expected)


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"origins": ["https://a.example/path"]}, "/origins"),
        ({"origins": ["http://a.example"]}, "/origins"),
        ({"origins": ["null"]}, "/origins"),
        ({"origins": ["*"]}, "/origins"),
        ({"dialect": "word"}, "/query/dialect"),
        ({"procedure": "9"}, "/procedure"),
        ({"case": "Không có"}, "/case"),
        ({"version": ""}, "/version"),
        ({"definition": "text"}, "/definition"),
        ({"bindings": {"so_999090000001": PAPER}}, "/bindings"),
        ({"bindings": {f"f{n}": PAPER for n in range(65)}}, "/bindings"),
        ({"secret": "x"}, "/secret"),
    ],
)
async def test_what_no_form_can_be_is_refused_by_its_place(desk: Desk, changes: dict[str, Any], pointer: str) -> None:
    answer = await desk.put("f2", **changes)
    assert answer.status_code == 422
    assert any(each["pointer"].startswith(pointer) for each in answer.json()["errors"]), answer.text


async def test_a_procedure_nobody_knows_is_refused(desk: Desk) -> None:
    assert (await desk.put("f2", procedure="9.999999")).json()["code"] == "unknown_procedure"


@pytest.mark.parametrize("form_id", ["a.b", "f" * 65, "f999090000001", "-x", "f%20"])
async def test_an_id_is_a_plain_word_and_nobodys_number(desk: Desk, form_id: str) -> None:
    assert (await desk.put(form_id)).status_code == 422


async def test_nobody_overwrites_what_he_has_not_read(desk: Desk) -> None:
    assert (await desk.put(headers={})).status_code == 428
    assert (await desk.put()).status_code == 412
    assert (await desk.put(headers={"if-match": '"r2"'})).status_code == 412
    second = await desk.put(headers={"if-match": '"r1"'}, version="2")
    assert (second.status_code, second.headers["etag"], second.json()["revision"]) == (200, '"r2"', 2)
    assert (await desk.put(headers={"if-match": '"r1"'}, version="3")).status_code == 412


async def test_another_agency_neither_reads_nor_changes_a_form(desk: Desk) -> None:
    desk.house.forms.versions[0] = type(desk.house.forms.versions[0])(
        _moved(desk.house.forms.versions[0].form, "H41.13"), desk.house.forms.versions[0].index
    )
    assert (await desk.put(headers={"if-match": '"r1"'})).status_code == 404
    assert (await desk.get("/v1/forms/f1")).status_code == 404
    assert (await desk.get("/v1/forms/f1/definition")).status_code == 404
    assert (await desk.get("/v1/forms")).json()["items"] == []
    assert (await desk.post("/v1/forms/f1/secrets", {})).status_code == 404
    assert (await desk.get("/v1/forms/f1", client="demo-admin")).status_code == 200


def _moved(form: Any, agency: str) -> Any:
    from dataclasses import replace

    return replace(form, agency=agency)


async def test_without_the_scope_nothing_is_registered(desk: Desk) -> None:
    assert (await desk.put("f2", client="demo-intake")).status_code == 403
    assert (await desk.get("/v1/forms", client="demo-intake")).status_code == 403


async def test_lists_are_read_page_by_page_and_a_definition_as_it_was_written(desk: Desk) -> None:
    await desk.put("f2")
    page = (await desk.get("/v1/forms?limit=1")).json()
    assert [each["id"] for each in page["items"]] == ["f1"]
    rest = (await desk.get(f"/v1/forms?limit=9&cursor={page['next_cursor']}")).json()
    assert ([each["id"] for each in rest["items"]], rest["next_cursor"]) == (["f2"], None)
    assert (await desk.get("/v1/forms/f1/definition?dialect=formio")).json() == definition()
    assert (await desk.get("/v1/forms/f1/definition?dialect=surveyjs")).status_code == 422
    assert (await desk.get("/v1/forms?page=2")).status_code == 400


async def test_a_draft_beside_it_does_not_touch_what_is_published(desk: Desk) -> None:
    changed = definition()
    changed["components"][0]["label"] = "Nháp"
    await desk.put(headers={"if-match": '"r1"'}, publish=False, definition=changed, version="2")
    assert (await desk.get("/v1/forms/f1/definition")).json() == definition()
    assert (await desk.get("/v1/forms/f1")).json()["state"] == "draft"


async def test_a_store_that_is_away_registers_nothing_and_says_so(desk: Desk) -> None:
    desk.house.forms.broken = StoreError("gone")
    answer = await desk.put("f2")
    assert (answer.status_code, "retry-after" in answer.headers) == (503, True)


async def test_a_definition_nested_beyond_reason_is_refused(house: House) -> None:
    deep: Any = {"components": []}
    for _ in range(200):
        deep = {"components": [{"type": "panel", "components": [deep]}]}
    answer = await Desk(house).put("deep", definition=deep, bindings={})
    assert answer.status_code == 400


async def test_secrets_are_told_once_and_differ_each_time(desk: Desk) -> None:
    first, second = await desk.secrets(), await desk.secrets()
    assert (first["serial"], second["serial"]) == (1, 2)
    assert len({first["signing_secret"], first["password"], second["signing_secret"], second["password"]}) == 4
    assert "whsec_" not in (await desk.get("/v1/forms/f1")).text
    assert (await desk.post("/v1/forms/f1/secrets", {"overlap_hours": 721})).status_code == 422
