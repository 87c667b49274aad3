"""Bytes that are not the JSON that was promised get a clear answer, and nothing of them comes back."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import House, body

SOUND = json.dumps(body()).encode()


def bent(**changes: object) -> bytes:
    return json.dumps(body(**changes)).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "malformed_json"),
        (b"{", "malformed_json"),
        (SOUND[:-1], "malformed_json"),
        (SOUND + b"}", "malformed_json"),
        (SOUND.replace(b"{", b"{'a':1,", 1), "malformed_json"),
        (json.dumps(body()).encode("utf-16"), "not_utf8"),
        (b"\xff\xfe" + SOUND, "not_utf8"),
        (b'\xef\xbb\xbf' + SOUND, "malformed_json"),
        (SOUND.replace(b'"procedure"', b'"procedure": "x", "procedure"', 1), "duplicate_key"),
        (SOUND.replace(b'"1.000894"', b"NaN"), "not_a_finite_number"),
        (SOUND.replace(b'"1.000894"', b"Infinity"), "not_a_finite_number"),
        (SOUND.replace(b'"1.000894"', b"1e400000"), "not_a_finite_number"),
        (SOUND.replace(b'"1.000894"', b"9" * 5000), "malformed_json"),
        (SOUND.replace(b'"1.000894"', b'"\\ud800"'), "control_character"),
        (SOUND.replace(b'"1.000894"', b'"\\u0000"'), "control_character"),
        (SOUND.replace(b'"1.000894"', '"1.0008\u202e94"'.encode()), "control_character"),
        (SOUND.replace(b'"procedure"', b'"\\udfff"'), "control_character"),
        (b"[" * 100_000, "malformed_json"),
    ],
)  # fmt: skip
async def test_a_malformed_body_is_refused_with_its_kind(house: House, content: bytes, code: str) -> None:
    answer = await house.post(content)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not house.store.checks


@pytest.mark.parametrize("kind", ["text/plain", "", "application/json; charset=utf-16", "application/x-www-form-urlencoded"])
async def test_only_json_in_utf8_is_read(house: House, kind: str) -> None:
    assert (await house.post(SOUND, kind)).status_code == 415


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'])
async def test_every_spelling_of_json_in_utf8_is_read(house: House, kind: str) -> None:
    assert (await house.post(SOUND, kind)).status_code == 200


async def test_a_body_of_20_megabytes_is_refused_and_not_kept(house: House) -> None:
    async def endless():
        for _ in range(20):
            yield b" " * 1_048_576

    headers = await house.headers() | {"content-type": "application/json"}
    streamed = await house.client.post("/v1/checks", content=endless(), headers=headers)
    told = await house.post(b" " * 20_971_520)
    assert [streamed.status_code, told.status_code] == [413, 413]
    assert streamed.json()["limit"] == 262_144


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"items": []}, "/items", "too_short"),
        ({"items": [{"ref": f"r{i}", "evidence_type": "id_card"} for i in range(65)]}, "/items", "too_long"),
        ({"items": [{"ref": "a", "evidence_type": "id_card"}] * 2}, "/items", "duplicate_ref"),
        ({"items": [{"ref": "a"}]}, "/items/0", "exactly_one_of"),
        ({"items": [{"ref": "a", "evidence_type": "id_card", "label": "CCCD"}]}, "/items/0", "exactly_one_of"),
        ({"items": [{"ref": "a", "evidence_type": "no_such_paper"}]}, "/items/0/evidence_type", "unknown_evidence_type"),
        ({"items": [{"ref": "999090000001", "evidence_type": "id_card"}]}, "/items/0/ref", "personal_number_in_ref"),
        ({"items": [{"ref": "a b", "evidence_type": "id_card"}]}, "/items/0/ref", "bad_format"),
        ({"items": [{"ref": "a", "evidence_type": 7}]}, "/items/0/evidence_type", "wrong_type"),
        ({"items": {"ref": "a"}}, "/items", "wrong_type"),
        ({"procedure": "abc"}, "/procedure", "procedure_code_shape"),
        ({"procedure": "1.001193.000.00.00.H56"}, "/procedure", "other_province"),
        ({"procedure": "١.٠٠١١٩٣"}, "/procedure", "procedure_code_shape"),
        ({"stage": "later"}, "/stage", "out_of_range"),
        ({"as_of": "2026-11-24"}, "/as_of", "future_day"),
        ({"as_of": "1999-01-01"}, "/as_of", "before_known_law"),
        ({"as_of": "2026-02-30"}, "/as_of", "impossible_date"),
        ({"dossier": "nothing like it"}, "/dossier", "dossier_code_shape"),
        ({"dossier": "H41-261123-0001"}, "/dossier", "dossier_of_another_body"),
        ({"dossier": "H41.77-261123-0001"}, "/dossier", "dossier_of_another_body"),
        ({"dossier": "000.00.77.H41-261123-0001"}, "/dossier", "dossier_of_another_body"),
        ({"dossier": "H41.120-261123-0001"}, "/dossier", "dossier_of_another_body"),
        ({"surprise": 1}, "/surprise", "unknown_field"),
        ({"dry_run": "yes"}, "/dry_run", "wrong_type"),
        ({"subject": {"kind": "robot"}}, "/subject", "out_of_range"),
        ({"subject": {"personal_id": "999090000001"}}, "/subject", "missing"),
        ({"subject": None}, "/subject", "wrong_type"),
        ({"subject": {"kind": "citizen", "personal_id": "12345"}}, "/subject/personal_id", "personal_id_not_12_digits"),
        ({"subject": {"kind": "citizen", "personal_id": "٩٩٩٠٩٠٠٠٠٠٠١"}}, "/subject/personal_id", "personal_id_not_12_digits"),
        ({"subject": {"kind": "citizen", "personal_id": "000" + "090000001"}}, "/subject/personal_id", "personal_id_place_unassigned"),  # noqa: E501
        ({"subject": {"kind": "business", "enterprise_code": "12"}}, "/subject/enterprise_code", "enterprise_code_length"),
        ({"subject": {"kind": "citizen", "personal_id": "999090000001", "birth_date": "1990-13-01"}}, "/subject/birth_date", "impossible_date"),  # noqa: E501
        ({"others": [{"role": "applicant", "kind": "citizen", "personal_id": "999090000002"}]}, "/others", "duplicate_role"),
    ],
)  # fmt: skip
async def test_impossible_values_are_named_by_pointer_and_code(house: House, change: dict, pointer: str, code: str) -> None:
    answer = await house.post(bent(**change))
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_input")
    assert {"pointer": pointer, "code": code} in [{k: e[k] for k in ("pointer", "code")} for e in problem["errors"]]
    assert all(error["message"] != error["code"] for error in problem["errors"]), "a fault without a sentence"
    assert not house.store.checks


async def test_no_answer_to_bad_input_repeats_a_personal_number(house: House) -> None:
    for change in (
        {"subject": {"kind": "citizen", "personal_id": "999090000001x"}},
        {"999090000001": 1},
        {"procedure": "999090000001"},
    ):
        answer = await house.post(bent(**change))
        assert answer.status_code == 422
        assert "999090000001" not in answer.text


async def test_at_most_twenty_faults_are_told(house: House) -> None:
    items = [{"ref": f"r{i}", "evidence_type": "nothing"} for i in range(60)]
    answer = await house.post(bent(items=items))
    assert len(answer.json()["errors"]) == 20
    assert len(answer.content) < 6000


async def test_a_birth_date_that_contradicts_the_number_is_a_warning_not_a_refusal(house: House) -> None:
    person = {"kind": "citizen", "personal_id": "999090000001", "full_name": "Nguyễn Văn An", "birth_date": "1980-01-15"}
    answer = await house.check(body(subject=person))
    assert answer.status_code == 200
    assert [warning["code"] for warning in answer.json()["warnings"]] == ["birth_year_contradicts_personal_id"]


async def test_problems_speak_the_language_asked_for(house: House) -> None:
    headers = await house.headers()
    told = {}
    for language in ("vi", "en", "fr"):
        answer = await house.client.post(
            "/v1/checks", content=b"{", headers=headers | {"content-type": "application/json", "accept-language": language}
        )
        told[language] = (answer.headers["content-language"], answer.json()["title"])
    assert told["vi"][0] == told["fr"][0] == "vi"
    assert told["en"][0] == "en"
    assert told["vi"] == told["fr"] != told["en"]
