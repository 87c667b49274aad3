"""/v1/admin: only administrators, never blindly, and the next check knows."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holding import State
from tests.api.conftest import House, body

SCOPE = "/v1/admin/scopes/civil_status.birth_certificate"
NEW = {"if-none-match": "*"}


def a_scope(**more: Any) -> dict[str, Any]:
    told = {"source": "civil_status", "evidence_type": "birth_certificate", "valid_from": "2026-06-01"}
    return told | {"legal_basis": ["NQ-66.7-2025"], "reason": "Bộ Tư pháp công bố lại phạm vi"} | more


def a_waiver(**more: Any) -> dict[str, Any]:
    told = {"procedure": "1.001193", "ground": "Văn bản cho phép kéo dài của Bộ Tư pháp", "valid_from": "2026-11-01"}
    return told | {"valid_to": "2026-12-31", "legal_basis": ["NQ-66.7-2025"], "reason": "Chờ bộ sửa thành phần hồ sơ"} | more


async def put(house: House, path: str, content: Any, *, client_id: str = "demo-admin", **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await house.client.put(path, json=content, headers=await house.headers(client_id) | named)


async def get(house: House, path: str, client_id: str = "demo-admin") -> httpx.Response:
    return await house.client.get(path, headers=await house.headers(client_id))


@pytest.mark.parametrize("plural", ["scopes", "connections", "exceptions", "waivers"])
async def test_only_administrators_read_and_change(house: House, plural: str) -> None:
    for client_id in ("demo-intake", "demo-auditor", "demo-forms"):
        assert (await get(house, f"/v1/admin/{plural}", client_id)).status_code == 403
        assert (await put(house, f"/v1/admin/{plural}/x", {}, client_id=client_id)).status_code == 403
    assert (await house.client.get(f"/v1/admin/{plural}")).status_code == 401
    assert house.store.kept_changes == []


async def test_shipped_facts_are_shown_as_the_revision_0(house: House) -> None:
    answer = await get(house, SCOPE)
    assert answer.headers["etag"] == '"r0"'
    told = answer.json()
    assert (told["origin"], told["valid_from"], told["in_force"]) == ("shipped", "2026-01-01", True)
    codes = [each["id"] for each in (await get(house, "/v1/admin/exceptions?limit=200")).json()["items"]]
    assert sorted(codes) == sorted(f"E{n}" for n in range(1, 14))


async def test_a_change_without_a_precondition_is_refused(house: House) -> None:
    answer = await put(house, SCOPE, a_scope())
    assert (answer.status_code, answer.json()["code"]) == (428, "precondition_required")
    assert answer.headers["content-type"] == "application/problem+json"
    assert house.store.kept_changes == []


@pytest.mark.parametrize("tag", ['"r1"', 'W/"r0"', "r0", '"r00"', '""', '"r7", "r8"'])
async def test_a_stale_or_weak_tag_is_refused(house: House, tag: str) -> None:
    answer = await put(house, SCOPE, a_scope(), if_match=tag)
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert house.store.kept_changes == []


async def test_what_stands_already_is_not_made_a_second_time(house: House) -> None:
    assert (await put(house, SCOPE, a_scope(), **NEW)).status_code == 412
    path = "/v1/admin/waivers/w1"
    assert (await put(house, path, a_waiver(), **NEW)).status_code == 201
    assert (await put(house, path, a_waiver(), **NEW)).status_code == 412


async def test_what_does_not_stand_yet_matches_no_tag(house: House) -> None:
    assert (await put(house, "/v1/admin/waivers/w1", a_waiver(), if_match="*")).status_code == 412


async def test_of_two_who_read_the_same_the_second_is_refused_and_reads_again(house: House) -> None:
    tag = (await get(house, SCOPE)).headers["etag"]
    one = await put(house, SCOPE, a_scope(), if_match=tag)
    other = await put(house, SCOPE, a_scope(withdrawn=True), if_match=tag)
    assert (one.status_code, other.status_code) == (201, 412)
    again = (await get(house, SCOPE)).headers["etag"]
    assert again == one.headers["etag"] == '"r1"'
    assert (await put(house, SCOPE, a_scope(withdrawn=True), if_match=again)).status_code == 200


async def test_the_answer_names_the_leaf_the_actor_and_the_reason(house: House) -> None:
    answer = (await put(house, SCOPE, a_scope(), if_match='"r0"')).json()
    assert answer["changed_by"] == {"client": "demo-admin", "agency": house.store.kept_changes[0].agency}
    assert answer["reason"] == "Bộ Tư pháp công bố lại phạm vi"
    assert (answer["ledger"], answer["policy_version"], answer["number"]) == ({"index": 0}, "test-policy+1", 1)
    history = (await get(house, SCOPE)).json()["history"]
    assert [(row["revision"], row["origin"]) for row in history] == [(1, "stored")]


async def test_the_next_check_knows_the_change_and_an_earlier_day_keeps_its_answer(house: House) -> None:
    house.sources.told[("civil_status", "marital_status")] = State.VALID
    path, paper = "/v1/admin/scopes/civil_status.marital_status", {"ref": "a", "evidence_type": "marital_status"}

    async def asked(day: str) -> tuple[str, str]:
        answer = (await house.check(body(paper, as_of=day))).json()
        return answer["items"][0]["reason"], answer["policy_version"]

    before = await asked("2026-06-01"), await asked("2026-07-03")
    withdrawn = a_scope(evidence_type="marital_status", valid_from="2026-07-01", withdrawn=True)
    assert (await put(house, path, withdrawn, if_match='"r0"')).status_code == 201
    connection = {"source": "civil_status", "valid_from": "2026-07-01", "withdrawn": True}
    told = connection | {"legal_basis": ["NQ-66.7-2025"], "reason": "Ngắt kết nối theo thông báo"}
    assert (await put(house, "/v1/admin/connections/civil_status", told, if_match='"r0"')).status_code == 201
    after = await asked("2026-06-01"), await asked("2026-07-03")
    assert [reason for reason, _ in before] == ["held_valid", "held_valid"]
    assert after == (("held_valid", "test-policy+2"), ("agency_must_obtain", "test-policy+2"))
    assert {lookup.source for lookup, _ in house.sources.asked[-1:]} == {"procedure_settlement"}
    listed = (await house.client.get("/v1/sources")).json()["items"]
    assert next(each for each in listed if each["id"] == "civil_status")["connected_from"] is None


@pytest.mark.parametrize(
    ("bent", "pointer", "code"),
    [
        ({"source": "nobody"}, "/source", "unknown_source"),
        ({"evidence_type": "no_such_paper"}, "/evidence_type", "unknown_evidence_type"),
        ({"valid_to": "2026-05-31"}, "/valid_to", "reversed_days"),
        ({"valid_from": "2026-02-30"}, "/valid_from", "impossible_date"),
        ({"valid_from": "1/6/2026"}, "/valid_from", "bad_format"),
        ({"valid_from": 20260601}, "/valid_from", "bad_format"),
        ({"legal_basis": []}, "/legal_basis", "missing_basis"),
        ({"legal_basis": ["ND-1-1900"]}, "/legal_basis/0", "unknown_basis"),
        ({"legal_basis": ["L-148-2025"]}, "/legal_basis/0", "basis_not_in_force"),
        ({"reason": "vì"}, "/reason", "too_short"),
        ({"reason": "theo đơn của 999090000001"}, "/reason", "personal_number"),
        ({"withdrawn": "yes"}, "/withdrawn", "wrong_type"),
        ({"surprise": 1}, "/surprise", "unknown_field"),
        ({"territory": "H41.5"}, "/source", "id_disagrees"),
    ],
)
async def test_a_bad_row_is_refused_with_its_place(house: House, bent: dict[str, Any], pointer: str, code: str) -> None:
    answer = await put(house, SCOPE, a_scope(**bent), if_match='"r0"')
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
    assert all(each["message"] != each["code"] for each in answer.json()["errors"])
    assert house.store.kept_changes == []


async def test_overlapping_waivers_and_endless_ones_are_refused(house: House) -> None:
    await put(house, "/v1/admin/waivers/w1", a_waiver(), **NEW)
    answer = await put(house, "/v1/admin/waivers/w2", a_waiver(valid_from="2026-12-31"), **NEW)
    assert [each["code"] for each in answer.json()["errors"]] == ["overlaps"]
    endless = await put(house, "/v1/admin/waivers/w3", a_waiver(valid_to=None, procedure="1.000894"), **NEW)
    assert [each["code"] for each in endless.json()["errors"]] == ["waiver_without_end"]
    neither = await put(house, "/v1/admin/waivers/w4", a_waiver(procedure=None), **NEW)
    assert [each["code"] for each in neither.json()["errors"]] == ["exactly_one_of"]


@pytest.mark.parametrize("id", ["999090000001", "-x", "a" * 129, "w%20x"])
async def test_an_id_is_a_plain_word_and_nobodys_number(house: House, id: str) -> None:
    answer = await put(house, f"/v1/admin/waivers/{id}", a_waiver(), **NEW)
    assert (answer.status_code, "999090000001" in answer.text) == (422, False)


async def test_an_exception_gets_other_terms_and_keeps_its_name(house: House) -> None:
    terms = {"invokers": ["supervisor"], "evidence": ["probe_log"], "max_days": 2, "shown_to_applicant": True}
    told = terms | {"valid_from": "2026-11-01", "legal_basis": ["NQ-66.7-2025"], "reason": "Quyết định của Chủ tịch tỉnh"}
    assert (await put(house, "/v1/admin/exceptions/E1", told, if_match='"r0"')).status_code == 201
    shown = (await get(house, "/v1/admin/exceptions/E1")).json()
    assert (shown["max_days"], shown["invokers"], shown["origin"]) == (2, ["supervisor"], "stored")
    assert shown["name"]["vi"]
    refused = await put(house, "/v1/admin/exceptions/E14", told, **NEW)
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/path/id"]


async def test_lists_are_read_page_by_page(house: House) -> None:
    seen, cursor = [], ""
    while cursor is not None:
        page = (await get(house, f"/v1/admin/exceptions?limit=5{f'&cursor={cursor}' if cursor else ''}")).json()
        seen += [each["id"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == sorted(f"E{n}" for n in range(1, 14))
    foreign = (await get(house, "/v1/admin/exceptions?limit=5")).json()["next_cursor"]
    assert (await get(house, f"/v1/admin/scopes?cursor={foreign}")).json()["code"] == "stale_cursor"


async def test_what_was_never_there_is_not_found(house: House) -> None:
    assert (await get(house, "/v1/admin/waivers/none")).status_code == 404
    assert (await get(house, "/v1/admin/exceptions/E99")).status_code == 404


async def test_a_store_that_is_away_changes_nothing_and_says_so(house: House) -> None:
    house.store.broken = StoreError("gone")
    answer = await put(house, SCOPE, a_scope(), if_match='"r0"')
    assert (answer.status_code, house.store.kept_changes) == (503, [])
    assert "retry-after" in answer.headers
