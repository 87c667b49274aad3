"""The corridor seen from outside: each row of the decision table as a caller gets it."""

from __future__ import annotations

import json

from reuse_gateway.domain.errors import StoreError, StoreFull
from reuse_gateway.domain.holding import Doubt, State
from tests.api.conftest import House, body


async def only(house: House, item: dict, **more: object) -> dict:
    answer = await house.check(body(item, **more))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"][0]


async def test_a_paper_held_nationally_must_not_be_asked(house: House) -> None:
    house.sources.told["population", "id_card"] = State.VALID
    item = await only(house, {"ref": "a", "evidence_type": "id_card"})
    assert (item["decision"], item["reason"], item["form_action"]) == ("must_not_ask", "held_valid", "prefill")
    assert item["legal_basis"][0]["code"] == "L-148-2025"
    assert item["notice"]["vi"]
    assert item["notice"]["en"]


async def test_the_law_of_the_day_is_cited(house: House) -> None:
    house.sources.told["population", "id_card"] = State.VALID
    told = {}
    for day in ("2026-11-23", "2026-03-01", "2025-08-01"):
        item = await only(house, {"ref": "a", "evidence_type": "id_card"}, as_of=day)
        told[day] = {basis["code"] for basis in item["legal_basis"]}
    assert "L-148-2025" in told["2026-11-23"]
    assert "L-148-2025" not in told["2026-03-01"]
    assert "NQ-66.7-2025" in told["2026-03-01"]
    assert "NQ-66.7-2025" not in told["2025-08-01"]


async def test_the_household_book_is_asked_by_nobody_and_no_source_is_asked_for_it(house: House) -> None:
    item = await only(house, {"ref": "a", "evidence_type": "household_book"})
    assert (item["decision"], item["reason"]) == ("must_not_ask", "abolished_document")
    assert "ND-104-2022" in [basis["code"] for basis in item["legal_basis"]]
    assert not house.sources.asked


async def test_a_paper_outside_the_published_dossier_must_not_be_asked(house: House) -> None:
    item = await only(house, {"ref": "a", "evidence_type": "diploma"})
    assert (item["decision"], item["reason"]) == ("must_not_ask", "outside_published_dossier")


async def test_the_land_certificate_is_handed_in_where_the_law_wants_the_original(house: House) -> None:
    item = await only(house, {"ref": "a", "evidence_type": "land_use_certificate"}, procedure="1.013831")
    assert (item["decision"], item["reason"], item["duty"]) == ("may_ask", "original_required", "original_only")


async def test_a_paper_nobody_holds_may_be_asked(house: House) -> None:
    item = await only(house, {"ref": "a", "evidence_type": "id_card"})
    assert (item["decision"], item["reason"], item["form_action"]) == ("may_ask", "not_held", "show")


async def test_what_the_agency_itself_must_obtain_is_not_the_persons_errand(house: House) -> None:
    item = await only(house, {"ref": "a", "evidence_type": "marital_status"})
    assert (item["decision"], item["reason"], item["duty"]) == ("must_not_ask", "agency_must_obtain", "agency_request")


async def test_all_sources_down_is_ask_later_and_degraded_never_an_error(house: House) -> None:
    house.sources.doubt = Doubt.SOURCE_UNAVAILABLE
    answer = (await house.check(body({"ref": "a", "evidence_type": "id_card"}))).json()
    assert (answer["degraded"], answer["items"][0]["decision"], answer["items"][0]["form_action"]) == (
        True,
        "ask_later",
        "defer",
    )
    assert answer["items"][0]["holdings"][0] | {"answered_at": ""} == {
        "source": "population", "tier": "national", "evidence_type": "id_card", "outcome": "unknown",
        "reason": "source_unavailable", "answered_at": "", "cached": False, "result_code": None,
        "issued_on": None, "expires_on": None,
    }  # fmt: skip


async def test_another_persons_paper_is_no_answer(house: House) -> None:
    house.sources.told["population", "id_card"] = State.VALID
    house.sources.foreign_owner = True
    item = await only(house, {"ref": "a", "evidence_type": "id_card"})
    assert (item["decision"], item["holdings"][0]["outcome"], item["holdings"][0]["issued_on"]) == (
        "ask_later",
        "unknown",
        None,
    )


async def test_free_words_are_matched_to_the_letter_or_left_undecided(house: House) -> None:
    known = await only(house, {"ref": "a", "label": "SỔ HỘ KHẨU"} | {"label": "Giấy xác nhận tình trạng hôn nhân".upper()})
    assert known["matched"] == {"score": 1.0, "by": "label"}
    unsure = await only(house, {"ref": "a", "label": "Giấy xác nhận về tình trạng hôn nhân của hai bên"})
    assert (unsure["decision"], unsure["reason"], unsure["form_action"]) == ("not_decided", "unrecognised_item", "defer")
    assert "marital_status" in [each["evidence_type"] for each in unsure["suggestions"]]


async def test_a_result_code_names_the_paper(house: House) -> None:
    item = await only(house, {"ref": "a", "result_code": "KQ.G15.000038"})
    assert (item["evidence_type"], item["matched"]["by"]) == ("marital_status", "result_code")


async def test_an_agency_asks_only_the_sources_it_is_entitled_to(house: House) -> None:
    from reuse_gateway.signing.tokens import Client

    house.services.desk._clients["elsewhere"] = Client(
        "elsewhere", "H41.99", frozenset({"check:write"}), house.services.desk._clients["demo-intake"].secret_sha256
    )
    answer = await house.check(body({"ref": "a", "evidence_type": "id_card"}), client_id="elsewhere")
    item = answer.json()["items"][0]
    assert (item["decision"], item["reason"]) == ("not_decided", "no_authority")
    assert not house.sources.asked


async def test_without_name_and_birth_date_a_three_factor_source_is_not_asked(house: House) -> None:
    bare = {"kind": "citizen", "personal_id": "999090000001"}
    item = await only(house, {"ref": "a", "evidence_type": "id_card"}, subject=bare)
    assert (item["decision"], item["reason"]) in (("not_decided", "insufficient_subject_data"), ("may_ask", "not_held"))
    assert "population" not in [question.source for question, _ in house.sources.asked]


async def test_an_unknown_procedure_is_named_so(house: House) -> None:
    answer = await house.check(body(procedure="1.999999"))
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_procedure")


async def test_an_unknown_case_is_named_so(house: House) -> None:
    answer = await house.check(body(case="Trường hợp không có"))
    assert answer.json()["errors"][0] | {"message": ""} == {"pointer": "/case", "code": "unknown_case", "message": ""}


async def test_a_provincial_suffix_names_the_same_procedure(house: House) -> None:
    answer = await house.check(body(procedure="1.000894.000.00.00.H41"))
    assert answer.json()["procedure"] == "1.000894"


async def test_a_store_that_is_gone_answers_503_with_retry_after_and_keeps_nothing(house: House) -> None:
    for trouble, seconds in ((StoreError("gone"), "2"), (StoreFull("disk"), "60")):
        token = await house.headers()
        house.store.broken = trouble
        answer = await house.client.post("/v1/checks", json=body(), headers=token)
        house.store.broken = None
        assert (answer.status_code, answer.headers["retry-after"]) == (503, seconds)
        assert answer.json()["code"] == trouble.code
    assert not house.store.checks


async def test_a_dry_run_keeps_only_the_note_that_someone_asked(house: House) -> None:
    answer = (await house.check(body(dry_run=True))).json()
    assert (answer["receipt"], house.store.checks) == (None, {})
    assert [(note.what, note.ref) for note in house.store.notes] == [("dry_run", answer["check_id"])]


async def test_what_is_recorded_names_nobody(house: House) -> None:
    await house.check(body(officer="can-bo-7", dossier="H41.12-261123-0001"))
    kept = next(iter(house.store.checks.values()))
    assert not [word for word in ("999090000001", "Nguyễn", "can-bo-7", "1990-01-15") if word in repr(kept)]


async def test_a_batch_answers_each_in_order_with_its_own_problem(house: House) -> None:
    bodies = [body(), body(procedure="nonsense"), body({"ref": "b", "evidence_type": "household_book"})]
    headers = await house.headers()
    for whole in ({"checks": bodies}, bodies):
        results = (await house.client.post("/v1/checks:batch", json=whole, headers=headers)).json()["results"]
        assert [("check_id" in each, each.get("status")) for each in results] == [(True, None), (False, 422), (True, None)]


async def test_a_batch_of_101_or_of_none_is_refused(house: House) -> None:
    headers = await house.headers()
    many = await house.client.post("/v1/checks:batch", json={"checks": [body()] * 101}, headers=headers)
    none = await house.client.post("/v1/checks:batch", json={"checks": []}, headers=headers)
    shapeless = await house.client.post("/v1/checks:batch", json={"check": body()}, headers=headers)
    assert [many.status_code, none.status_code, shapeless.status_code] == [413, 422, 422]
    assert not house.store.checks


async def test_a_foreign_check_and_none_at_all_give_the_same_answer(house: House) -> None:
    made = (await house.check(body())).json()["check_id"]
    kept = house.store.checks[made]
    object.__setattr__(kept.check, "agency", "H41.20")
    headers = await house.headers()
    foreign = await house.client.get(f"/v1/checks/{made}", headers=headers)
    none = await house.client.get("/v1/checks/chk_none", headers=headers)
    assert foreign.status_code == none.status_code == 404
    assert foreign.json() | {"instance": ""} == none.json() | {"instance": ""}


async def test_reading_a_check_gives_the_same_answer_and_is_itself_kept(house: House) -> None:
    made = (await house.check(body())).json()
    again = await house.client.get(f"/v1/checks/{made['check_id']}", headers=await house.headers("demo-auditor"))
    assert again.json() == made
    assert [(note.client_id, note.what) for note in house.store.notes] == [("demo-auditor", "check")]
    assert json.dumps(made, sort_keys=True) == json.dumps(again.json(), sort_keys=True)


async def test_one_land_certificate_proves_nothing_about_another_parcel(house: House) -> None:
    house.sources.told["procedure_settlement", "land_use_certificate"] = State.VALID
    named = {"ref": "a", "evidence_type": "land_use_certificate"}
    assert (await only(house, named, procedure="1.013225"))["reason"] == "held_valid"
    about = await only(house, named | {"about": {"certificate_no": "ZZ 000000"}}, procedure="1.013225")
    assert (about["decision"], about["reason"]) == ("may_ask", "not_held")  # the land database was asked about that very one


async def test_a_role_nobody_knows_is_a_fault_not_a_verdict(house: House) -> None:
    answer = await house.check(body({"ref": "a", "evidence_type": "id_card", "role": "spuose"}))
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("/items/0/role", "unknown_role")]


async def test_invisible_letters_in_a_name_do_not_make_another_person(house: House) -> None:
    person = {"kind": "citizen", "personal_id": "999090000001", "full_name": "Nguyễn\u200b Văn An", "birth_date": "1990-05-14"}
    await house.check(body(subject=person))
    assert house.sources.asked[0][0].subject.full_name == "Nguyễn Văn An"


async def test_a_birth_in_the_future_or_a_name_without_letters_is_a_fault(house: House) -> None:
    for change in ({"birth_date": "2030-01-01"}, {"full_name": "12345"}, {"full_name": "<script>"}):
        person = {"kind": "citizen", "personal_id": "999090000001"} | change
        assert (await house.check(body(subject=person))).status_code == 422


async def test_a_body_that_applies_is_the_organisation_itself(house: House) -> None:
    house.sources.told["business_registration", "enterprise_registration"] = State.VALID
    firm = {"kind": "business", "enterprise_code": "9990000001"}
    item = await only(house, {"ref": "a", "evidence_type": "enterprise_registration"}, procedure="2.001199", subject=firm)
    assert (item["decision"], item["reason"], item["role"]) == ("must_not_ask", "held_valid", "organisation")


async def test_receipts_of_two_agencies_do_not_tell_that_they_know_one_person(house: House) -> None:
    made = [(await house.check(body(), client_id=client)).json() for client in ("demo-intake", "demo-admin")]
    subjects = [house.services.signer.verify(each["receipt"])["subject"] for each in made]
    assert subjects[0] != subjects[1]
    again = (await house.check(body())).json()
    assert house.services.signer.verify(again["receipt"])["subject"] == subjects[0]
