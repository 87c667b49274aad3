"""The routes of cases: who sees and moves what, two at once, the same call twice, no state skipped, nobody named."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from reuse_gateway.domain.errors import Conflict
from reuse_gateway.domain.holding import State
from tests.api.conftest import House, body

MADE_AT = "2026-11-23T09:00:00+07:00"
HELD = ("population", "id_card")


async def violated(house: House, made_at: str = MADE_AT, **more: Any) -> str:
    """An office asks for what is held; the id of the violation."""
    house.sources.told[HELD] = State.VALID
    house.services.check.ids.count += 4096  # the ids of violations leave the last digits of the check's for their number
    told = body() | {"kind": "counter", "made_at": made_at} | more
    answer = await house.client.post("/v1/demands", json=told, headers=await house.headers())
    return str(answer.json()["items"][0]["violation_id"])


async def move(house: House, violation_id: str, to: str, by: str = "demo-auditor", **more: Any) -> httpx.Response:
    headers = await house.headers(by) | {name.replace("_", "-"): value for name, value in more.pop("headers", {}).items()}
    told = {"to": to, "reason": "đã xem xét"} | more
    return await house.client.post(f"/v1/violations/{violation_id}/transitions", json=told, headers=headers)


async def get(house: House, path: str, by: str = "demo-auditor") -> httpx.Response:
    return await house.client.get(path, headers=await house.headers(by))


async def test_a_new_violation_is_detected_and_only_an_auditor_may_notify(house: House) -> None:
    id = await violated(house)
    told = (await get(house, f"/v1/violations/{id}")).json()
    assert (told["state"], told["round"], told["legal_next"], told["history"]) == ("detected", 1, ["notified"], [])
    assert told["case"]["due"]["working_days"] == 2
    own = (await get(house, f"/v1/violations/{id}", "demo-intake")).json()
    assert (own["state"], own["legal_next"]) == ("detected", [])


async def test_every_step_is_told_with_who_when_why_and_proof(house: House) -> None:
    id = await violated(house)
    answer = await move(house, id, "notified", officer="kiem-tra-07", reason="Đã gửi thông báo")
    step = answer.json()
    assert answer.status_code == 201
    assert (step["from"], step["to"], step["state"]) == ("detected", "notified", "explanation_due")
    (followed,) = step["followed_by"]
    assert (followed["state"], followed["by"], "giải trình" in followed["reason"]["vi"]) == ("explanation_due", "rule", True)
    assert (step["by"], step["agency"], step["reason"]) == ("auditor", "H41", "Đã gửi thông báo")
    assert "kiem-tra-07" not in answer.text
    assert step["actor"].startswith(house.services.pseudonyms.of("x").partition(".")[0])
    assert step["ledger"]["index"] == house.store.size - 1
    (kept,) = (await get(house, f"/v1/cases/{step['case_id']}")).json()["history"]
    assert kept == {name: value for name, value in step.items() if name != "case_id"}
    assert {each.kind for each in house.cases.told} == {"case.moved"}
    assert [each.body["state"] for each in house.cases.told] == ["notified", "explanation_due"]
    assert not {"reason", "actor"} & {name for each in house.cases.told for name in each.body}


@pytest.mark.parametrize("to", ["confirmed", "explained", "remedied", "closed", "detected", "explanation_due"])
async def test_a_skipped_state_is_a_conflict_that_tells_the_legal_ones(house: House, to: str) -> None:
    answer = await move(house, await violated(house), to)
    assert (answer.status_code, answer.json()["code"]) == (409, "illegal_transition")
    assert (answer.json()["state"], answer.json()["legal"]) == ("detected", ["notified"])


@pytest.mark.parametrize(
    ("to", "by", "status"),
    [("notified", "demo-intake", 403), ("notified", "demo-forms", 403), ("notified", "demo-settlement", 403)],
)
async def test_who_may_not_move_is_refused(house: House, to: str, by: str, status: int) -> None:
    assert (await move(house, await violated(house), to, by)).status_code == status


async def test_an_auditor_does_not_explain_for_the_agency(house: House) -> None:
    id = await violated(house)
    await move(house, id, "notified")
    answer = await move(house, id, "explained")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_move")
    refused = (await move(house, id, "nowhere")).json()["errors"][0]
    assert (refused["pointer"], "notified" in refused["allowed"]) == ("/to", True)
    assert (await move(house, id, "explained", "demo-intake")).json()["state"] == "explained"


async def test_nobody_judges_the_case_of_his_own_body(house: House) -> None:
    from reuse_gateway.signing.tokens import Client

    own = Client("own-auditor", "H41.12", frozenset({"audit:act", "audit:read"}), b"")
    house.services.desk._clients["own-auditor"] = Client(own.client_id, own.agency, own.scopes, _digest())
    id = await violated(house)
    answer = await move(house, id, "notified", "own-auditor")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_move")


def _digest() -> bytes:
    import hashlib

    return hashlib.sha256(b"demo").digest()


@pytest.mark.parametrize("reason", [None, ""])
async def test_an_explanation_must_be_said(house: House, reason: str | None) -> None:
    id = await violated(house)
    await move(house, id, "notified")
    answer = await move(house, id, "explained", "demo-intake", reason=reason)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/reason"


@pytest.mark.parametrize("reason", ["CCCD 999090000001", "số 999 090 000 001 của ông An", "mã 9990000001"])
async def test_a_step_never_keeps_what_looks_like_a_persons_number(house: House, reason: str) -> None:
    answer = await move(house, await violated(house), "notified", reason=reason)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "personal_number")
    assert house.cases.steps == []


@pytest.mark.parametrize(
    "told", [{"to": "nowhere"}, {}, {"to": "notified", "who": "x"}, {"to": "notified", "reason_code": "Not A Code"}, []]
)
async def test_what_is_no_move_is_told_as_such(house: House, told: Any) -> None:
    id = await violated(house)
    headers = await house.headers("demo-auditor")
    answer = await house.client.post(f"/v1/violations/{id}/transitions", json=told, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("id", ["vio_" + "f" * 32, "vio_1", "x"])
async def test_what_is_not_there_and_what_one_may_not_see_look_alike(house: House, id: str) -> None:
    await violated(house)
    assert (await move(house, id, "notified")).status_code == 404
    assert (await get(house, f"/v1/violations/{id}")).status_code == 404
    assert (await get(house, f"/v1/cases/{id.replace('vio', 'case')}")).status_code == 404


async def test_a_foreign_agency_does_not_see_the_case(house: House) -> None:
    from reuse_gateway.signing.tokens import Client

    house.services.desk._clients["other"] = Client("other", "H41.20", frozenset({"demand:write"}), _digest())
    id = await violated(house)
    assert (await get(house, f"/v1/violations/{id}", "other")).status_code == 404
    assert (await move(house, id, "explained", "other")).status_code == 404


async def test_of_two_auditors_at_once_the_second_is_told_so(house: House) -> None:
    id = await violated(house)
    tag = (await get(house, f"/v1/violations/{id}")).headers["etag"]
    first = await move(house, id, "notified", headers={"if_match": tag})
    second = await move(house, id, "notified", headers={"if_match": tag})
    assert (first.status_code, second.status_code, second.json()["code"]) == (201, 412, "precondition_failed")
    assert len(house.cases.steps) == 1


async def test_a_violation_that_has_come_meanwhile_is_to_be_read_before_the_case_is_moved(house: House) -> None:
    id = await violated(house)
    tag = (await get(house, f"/v1/violations/{id}")).headers["etag"]
    await violated(house, "2026-11-23T09:30:00+07:00")
    assert (await move(house, id, "notified", headers={"if_match": tag})).status_code == 412
    assert (await move(house, id, "notified", headers={"if_match": "*"})).status_code == 201


async def test_who_loses_the_race_for_a_step_is_told_so(house: House) -> None:
    id = await violated(house)
    recorded = house.cases.record_step

    async def slow(step: Any, events: Any) -> Any:
        await asyncio.sleep(0.01)
        return await recorded(step, events)

    object.__setattr__(house.services.cases.handle, "recorder", type("Slow", (), {"record_step": staticmethod(slow)})())
    told = await asyncio.gather(move(house, id, "notified"), move(house, id, "notified"))
    assert sorted(each.status_code for each in told) == [201, 412]


async def test_the_same_call_twice_is_one_step_and_one_answer(house: House) -> None:
    id = await violated(house)
    key = {"idempotency_key": "k-1"}
    first, again = [await move(house, id, "notified", headers=key) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    await move(house, id, "explained", "demo-intake")
    assert (await move(house, id, "notified", headers=key)).content == first.content
    other = await move(house, id, "notified", headers=key, reason="khác")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_call_whose_answer_was_lost_is_answered_by_its_own_step(house: House) -> None:
    id = await violated(house)
    recorded = house.cases.record_step

    async def lost(step: Any, events: Any) -> Any:
        await recorded(step, events)
        raise Conflict(code="already_recorded")

    object.__setattr__(house.services.cases.handle, "recorder", type("Lost", (), {"record_step": staticmethod(lost)})())
    answer = await move(house, id, "notified", headers={"idempotency_key": "k-2"})
    assert (answer.status_code, answer.json()["state"]) == (201, "explanation_due")


async def test_a_violation_of_a_round_that_is_over_moves_nothing(house: House) -> None:
    id = await violated(house)
    for to, by in (("notified", "demo-auditor"), ("explained", "demo-intake"), ("rejected", "demo-auditor")):
        assert (await move(house, id, to, by)).status_code == 201
    house.clock.at = house.clock.at + timedelta(days=1)
    new = await violated(house, "2026-11-23T09:40:00+07:00")
    old = (await get(house, f"/v1/violations/{id}")).json()
    assert (old["state"], old["legal_next"]) == ("rejected", [])
    assert (old["case"]["state"], old["case"]["round"]) == ("detected", 2)
    answer = await move(house, id, "notified")
    assert (answer.status_code, answer.json()["code"]) == (409, "round_over")
    answer = await move(house, new, "notified")
    assert answer.status_code == 201, answer.text
    assert answer.json()["round"] == 2


async def test_cases_are_paged_filtered_and_their_reading_is_kept(house: House) -> None:
    id = await violated(house)
    case_id = (await get(house, f"/v1/violations/{id}")).json()["case_id"]
    page = (await get(house, "/v1/cases?limit=1")).json()
    assert [each["case_id"] for each in page["items"]] == [case_id]
    assert page["items"][0]["state_words"]["vi"] == "Mới phát hiện"
    assert page["next_cursor"] is None
    beyond = house.services.cursors.seal("-1 vio_0", {"of": "cases"})
    rest = (await get(house, f"/v1/cases?limit=1&cursor={beyond}")).json()
    assert (rest["items"], rest["next_cursor"]) == ([], None)
    assert (await get(house, "/v1/cases?state=closed")).json()["items"] == []
    refused = await get(house, "/v1/cases?stat=closed")
    assert (refused.status_code, refused.json()["errors"][0]["suggestions"]) == (400, ["state"])
    assert (await get(house, f"/v1/cases?state=closed&cursor={beyond}")).json()["code"] == "stale_cursor"
    assert (await get(house, "/v1/cases", "demo-forms")).status_code == 403
    assert {"cases", "case", "violation"} >= {note.what for note in house.store.notes} >= {"cases", "violation"}


async def test_a_body_lists_the_cases_of_its_own_demands_and_no_others(house: House) -> None:
    id = await violated(house)
    case_id = (await get(house, f"/v1/violations/{id}")).json()["case_id"]
    own = (await get(house, "/v1/cases", "demo-intake")).json()
    assert [each["case_id"] for each in own["items"]] == [case_id]
    refused = await get(house, "/v1/cases?agency=H41", "demo-intake")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_your_agency")


async def test_every_state_and_problem_has_words(house: House) -> None:
    from reuse_gateway.domain.case import CaseState

    known = house.services.rendering.sentences.by_key
    assert {f"case.{each}" for each in CaseState} <= known.keys()
    assert {
        f"problem.{each}" for each in ("illegal_transition", "not_your_move", "round_over", "letter_missing")
    } <= known.keys()


@pytest.mark.parametrize(
    ("told", "meant"),
    [("closd", "closed"), ("closed,reported", "reported"), ("x" * 300, "detected"), ("999090000001", "detected")],
)
async def test_a_state_typed_wrong_is_refused_for_cases_as_for_violations(house: House, told: str, meant: str) -> None:
    refused = await get(house, f"/v1/cases?state={told}")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_query")
    (fault,) = refused.json()["errors"]
    assert (fault["code"], fault["pointer"]) == ("unknown_value", "/query/state")
    assert meant in refused.json()["suggestions"]
    assert "999090000001" not in refused.text
