"""POST /v1/demands and GET /v1/demands/{id}: old bodies still do, new ones tell more, nothing of a person is kept or told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from reuse_gateway.domain.errors import StoreError
from reuse_gateway.domain.holding import Doubt, State
from tests.api.conftest import House, body
from tests.api.fakes import NOW

MADE_AT = "2026-11-23T09:00:00+07:00"
DOSSIER = "H41.12-261123-0001"
HELD = ("population", "id_card")


def asked(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return body(*items) | {"kind": "counter", "made_at": MADE_AT} | more


async def post(house: House, told: dict[str, Any], client_id: str = "demo-intake", **headers: str) -> httpx.Response:
    return await house.client.post("/v1/demands", json=told, headers=await house.headers(client_id) | headers)


async def get(house: House, demand_id: str, client_id: str = "demo-intake") -> httpx.Response:
    return await house.client.get(f"/v1/demands/{demand_id}", headers=await house.headers(client_id))


def holds(house: House, state: State = State.VALID) -> None:
    house.sources.told[HELD] = state


async def test_an_old_body_is_answered_as_before(house: House) -> None:
    holds(house)
    told = (await post(house, asked())).json()
    (item,) = told["items"]
    assert (item["finding"], item["type"], item["ref"]) == ("violation", "V01", "a")
    assert item["violation_id"] == item["violations"][0]["violation_id"]
    assert item["verdict"]["reason"] == "held_valid"
    assert {"demand_id", "check_id", "recorded_at"} <= told.keys()


async def test_every_finding_violation_and_objection_has_words(house: House) -> None:
    sentences = house.services.rendering.sentences.by_key
    from reuse_gateway.domain.demand import Finding
    from reuse_gateway.domain.override import Standing
    from reuse_gateway.domain.reclassification import Outcome
    from reuse_gateway.domain.violation import Defect, ViolationType
    from tests.demands.test_overrides import TABLE

    wanted = {f"finding.{each}" for each in Finding} | {f"outcome.{each}" for each in Outcome}
    wanted |= {f"standing.{each}" for each in Standing} | {f"violation.{each.lower()}" for each in ViolationType}
    wanted |= {f"defect.{each.lower()}" for each in Defect} | {f"objection.{each}" for _, _, _, _, why in TABLE for each in why}
    assert wanted <= sentences.keys()
    assert "objection.exception_withdrawn" in sentences


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"items": []}, "", "missing"),
        ({"items": [], "words": "  ,;\n"}, "/words", "no_paper_named"),
        ({"items": [], "words": "Đề nghị bổ sung:"}, "/words", "no_paper_named"),
        ({"items": [], "words": "; ".join(f"giấy số {n} a" for n in range(65))}, "/words", "too_long"),
        ({"items": [{"ref": "w1", "evidence_type": "id_card"}], "words": "Sổ hộ khẩu"}, "/words", "duplicate_ref"),
        ({"kind": "online_form"}, "/kind", "out_of_range"),
        ({"means": "shouted"}, "/means", "out_of_range"),
        ({"received_by": "fax"}, "/received_by", "out_of_range"),
        ({"mau_02": {"number": "999090000001"}}, "/mau_02/number", "personal_number_in_ref"),
        ({"mau_02": {}}, "/mau_02/number", "missing"),
        ({"agency": "H41"}, "/agency", "not_below_caller"),
        ({"agency": "H42.1"}, "/agency", "not_below_caller"),
        ({"agency": "nowhere"}, "/agency", "agency_code_shape"),
        ({"agency": "H41.12.999"}, "/agency", "unknown_agency"),
        ({"agency": "H41.012.9"}, "/agency", "unknown_agency"),
        ({"agency": "H41.20"}, "/agency", "not_below_caller"),
        ({"shown_receipt": "../x"}, "/shown_receipt", "bad_format"),
        ({"override": {"reason_code": "E14"}}, "/override/reason_code", "bad_format"),
        ({"override": {"reason_code": "E1", "refs": ["z"]}}, "", "unknown_ref"),
        ({"override": {"reason_code": "E3", "evidence": {"x y": "a"}}}, None, "bad_format"),
        (
            {"override": {"reason_code": "E3", "evidence": {"incident": "Nguyễn Văn An"}}},
            "/override/evidence",
            "evidence_shape",
        ),
        ({"override": {"reason_code": "E3", "evidence": {"incident": "999090000001"}}}, None, "personal_number_in_ref"),
        ({"made_at": "2026-11-24T09:00:00+07:00"}, "/made_at", "future_day"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_place(
    house: House, more: dict[str, Any], pointer: str | None, code: str
) -> None:
    answer = await post(house, asked() | more)
    faults = {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
    assert answer.status_code == 422
    assert code in {each for _, each in faults}
    assert pointer is None or (pointer, code) in faults
    assert "Nguyễn" not in answer.text
    assert house.store.demands == []


@pytest.mark.parametrize("name", ["reason_code", "code", "reason"])
async def test_the_code_of_an_exception_is_read_under_each_of_its_names(house: House, name: str) -> None:
    holds(house)
    told = (await post(house, asked(override={name: "E1", "evidence": {"probe_log": "p-1"}}))).json()
    (item,) = told["items"]
    assert (item["override"]["reason_code"], item["override"]["standing"]) == ("E1", "refuted")
    assert [each["type"] for each in item["violations"]] == ["V01", "V15"]
    assert item["override"]["objections"][0]["notice"]["vi"]


async def test_only_a_supervisor_invokes_as_one(house: House) -> None:
    told = asked(override={"reason_code": "E13", "invoked_by": "supervisor", "evidence": {"incident": "i-1"}})
    assert (await post(house, told)).status_code == 403
    holds(house)
    item = (await post(house, told, "demo-admin")).json()["items"][0]
    assert (item["finding"], item["override"]["standing"]) == ("lawful", "accepted")


async def test_free_words_become_papers(house: House) -> None:
    holds(house)
    words = "Đề nghị bổ sung:\n1. Thẻ căn cước;\n2. Sổ hộ khẩu\n- Giấy tờ gì đó khác hẳn"
    told = (await post(house, asked() | {"items": [], "words": words})).json()
    found = {item["ref"]: (item["finding"], [each["type"] for each in item["violations"]]) for item in told["items"]}
    assert found["w2"] == ("violation", ["V05"])
    assert found["w3"] == ("provisional", [])
    assert found["w1"] == ("violation", ["V01"])


async def test_the_second_supplement_request_of_a_dossier_is_flagged_whatever_it_asks(house: House) -> None:
    form = {
        "kind": "supplement_request",
        "dossier": DOSSIER,
        "means": "written",
        "mau_02": {"number": "BS-1", "reason": "thiếu"},
    }
    first = (await post(house, asked(**form))).json()
    form |= {"mau_02": {"number": "BS-2", "reason": "thiếu"}, "made_at": "2026-11-23T09:01:00+07:00"}
    other = (await post(house, asked({"ref": "b", "evidence_type": "residence_confirmation"}, **form))).json()
    assert (first["supplement_no"], first["violations"]) == (1, [])
    assert other["supplement_no"] == 2
    assert [(each["type"], each["ref"], each["severity"]) for each in other["violations"]] == [("V12", None, "medium")]
    assert other["violations"][0]["legal_basis"]


async def test_an_oral_supplement_request_is_flagged(house: House) -> None:
    told = (await post(house, asked(kind="supplement_request", means="oral"))).json()
    assert [each["type"] for each in told["violations"]] == ["V13"]
    assert told["supplement_no"] is None


async def test_an_earlier_check_makes_the_liability_provable_and_no_back_dating_takes_it_away(house: House) -> None:
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    before = (await house.check(body())).json()
    house.clock.at = NOW
    told = (await post(house, asked())).json()["items"][0]["violations"][0]
    assert (told["personal_liability"], told["proof_check_id"]) == (True, before["check_id"])
    told_late = (await post(house, asked(made_at="2026-11-23T07:00:00+07:00"))).json()
    late = told_late["items"][0]["violations"][0]
    assert (late["personal_liability"], late["proof_check_id"], told_late["told_late"]) == (True, before["check_id"], True)


async def test_a_check_of_another_agency_or_person_proves_nothing(house: House) -> None:
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    await house.check(body(), "demo-admin")
    other = body()
    other["subject"] = other["subject"] | {"personal_id": "999090000002"}
    await house.check(other)
    house.clock.at = NOW
    told = (await post(house, asked())).json()["items"][0]["violations"][0]
    assert told["personal_liability"] is False


async def test_an_agency_that_asked_before_and_not_about_this_dossier_went_around_the_gateway(house: House) -> None:
    first = (await post(house, asked(dossier=DOSSIER))).json()
    assert first["violations"] == [], "an agency that never asked us has not gone around us"
    house.clock.at = NOW - timedelta(hours=2)
    other = body()
    other["subject"] = other["subject"] | {"personal_id": "999090000002"}
    await house.check(other)
    house.clock.at = NOW
    told = (await post(house, asked(dossier=DOSSIER))).json()
    assert [(each["type"], each["legal_basis"]) for each in told["violations"]] == [("V15", [])]
    assert (await post(house, asked())).json()["violations"] == [], "no dossier, no bypass"


async def test_the_receipt_in_hand_is_the_check_it_stands_for_and_a_strangers_is_none(house: House) -> None:
    holds(house)
    house.clock.at = NOW - timedelta(hours=2)
    checked = (await house.check(body(), "demo-admin")).json()
    other = body()
    other["subject"] = other["subject"] | {"personal_id": "999090000002"}
    strange = (await house.check(other, "demo-admin")).json()
    house.clock.at = NOW
    for told, proof in ((checked["check_id"], checked["check_id"]), (checked["short_code"], checked["check_id"])):
        found = (await post(house, asked(agency="H41.12.3", shown_receipt=told))).json()
        assert found["items"][0]["violations"][0]["proof_check_id"] == proof
    found = (await post(house, asked(agency="H41.12.3", shown_receipt=strange["check_id"]))).json()
    assert found["items"][0]["violations"][0]["proof_check_id"] is None


async def test_who_asked_is_the_agency_below_that_was_named(house: House) -> None:
    holds(house)
    await post(house, asked(kind="citizen_report", agency="H41.12.3"))
    (violation,) = house.store.kept_violations
    assert violation.violation.agency == "H41.12.3"


async def test_zeros_in_a_code_make_no_other_body(house: House) -> None:
    holds(house)
    for told in ("H41.012", "H41.12.03"):
        await post(house, asked(agency=told))
    assert [each.violation.agency for each in house.store.kept_violations] == ["H41.12", "H41.12.3"]


async def test_a_demand_sent_again_with_its_key_is_the_same_word_for_word(house: House) -> None:
    holds(house)
    key = {"idempotency-key": "d-1"}
    first = await post(house, asked(), **key)
    house.clock.at = NOW + timedelta(minutes=10)
    house.sources.told.clear()
    again = await post(house, asked(), **key)
    assert first.json() == again.json()
    assert len(house.store.demands) == 1


async def test_a_lost_answer_is_recorded_at_the_instant_of_the_second_try(house: House) -> None:
    """The leaf's instant bears witness for its checkpoint: it must be that of the writing, not of the check."""
    holds(house)
    key = {"idempotency-key": "d-2"}
    refused = house.store.record_demand

    async def lost(*_: Any) -> Any:
        raise StoreError("gone")

    house.store.record_demand = lost
    assert (await post(house, asked(), **key)).status_code == 503
    house.store.record_demand = refused
    house.clock.at = NOW + timedelta(hours=1)
    assert (await post(house, asked(), **key)).json()["recorded_at"].startswith("2026-11-23T04:00")


async def test_events_tell_of_the_demand_and_of_each_violation_and_name_nobody(house: House) -> None:
    holds(house)
    await post(house, asked(officer="can-bo-01", dossier=DOSSIER))
    told = [each.event for each in house.store.kept_events]
    assert [each.kind for each in told] == ["demand.recorded", "violation.detected"]
    assert told[0].body["violation"] == 1
    assert (told[1].body["type"], told[1].body["severity"]) == ("V01", "high")
    for word in ("999090000001", "can-bo-01", DOSSIER, "pseudonym", house.store.demands[0].subject):
        assert word not in str(told)


async def test_nothing_said_in_words_is_kept(house: House) -> None:
    more = {
        "reason": "Ông An chưa nộp",
        "kind": "supplement_request",
        "mau_02": {"number": "BS-1", "reason": "Bà Bình thiếu giấy"},
    }
    more |= {"override": {"reason_code": "E3", "evidence": {"field_difference": "full_name#abc"}}}
    holds(house)
    assert (await post(house, asked(**more))).status_code == 200
    kept = str(house.store.demands)
    assert "An chưa" not in kept
    assert "Bình" not in kept
    assert "#abc" not in kept
    assert house.store.demands[0].override.evidence["field_difference"].startswith("full_name#")


async def test_a_demand_is_read_with_its_history_by_its_agency_and_by_auditors_only(house: House) -> None:
    holds(house)
    made = (await post(house, asked(officer="can-bo-01"))).json()
    for client_id in ("demo-intake", "demo-auditor"):
        told = (await get(house, made["demand_id"], client_id)).json()
        assert told["items"] == made["items"]
        assert [each["what"] for each in told["history"]] == ["recorded"]
        assert "can-bo-01" not in str(told)
        assert "999090000001" not in str(told)
    assert (await get(house, made["demand_id"], "demo-forms")).status_code == 403
    assert [note.what for note in house.store.notes] == ["demand", "demand"]


@pytest.mark.parametrize("demand_id", ["dem_" + "0" * 32, "dem_x", "chk_" + "0" * 32, "%00", "dem_" + "0" * 31 + "G"])
async def test_what_is_not_there_is_not_found(house: House, demand_id: str) -> None:
    assert (await get(house, demand_id, "demo-auditor")).status_code == 404


async def test_a_source_that_is_down_leaves_the_demand_waiting(house: House) -> None:
    house.sources.doubt = Doubt.SOURCE_TIMED_OUT
    told = (await post(house, asked())).json()
    assert (told["items"][0]["finding"], told["waiting"]) == ("provisional", 1)
    assert {each["code"] for each in told["items"][0]["defects"]} == {"D02"}
    (kept,) = house.store.pending.values()
    assert b"999090000001" not in kept.sealed
